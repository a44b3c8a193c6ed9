//! `compensate` returns what a run sold that could not do so itself: it was interrupted, or killed.

use crate::devices::{Emulator, KEY};
use crate::{code, folder, paced, program, suite, told};
use libtest_mimic::Trial;
use rust_decimal::Decimal;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::str::FromStr;

/// The tests of this part.
pub fn trials() -> Vec<Trial> {
    trials!("compensate": what_an_interrupted_run_sold_is_returned_once, what_a_killed_run_sold_is_returned_within_the_limits_and_the_rest_later, of_earlier_runs_is_returned_what_was_asked_for, without_a_device_there_is_nothing_to_return)
}

const SALES: &str = "
about: Many sales of several kinds.
cases:
  - name: many/kinds
    requirements: [REG-1]
    steps:
      - {sale: 800, cash: 500, bank: 400, expect: registered}
      - {sale: 800, cash: 500, bank: 400, key: previous, expect: repeated}
      - {buy: 50, cash: 50, expect: registered}
      - {saleReturn: 30, cash: 30, expect: registered}
  - name: many/sales
    requirements: [REG-1]
    steps:
      - {sale: 10, cash: 10, expect: registered, times: 500}
";

/// What was sold and not returned, bought and not returned, and the drawer.
fn totals(emulator: &Emulator, key: &str) -> ([Decimal; 2], String) {
    let info = emulator.document("/apicheck/getInfo", key);
    let shift = info["currentShiftID"].as_str().unwrap();
    let report = emulator.document(&format!("/dump/table/shifts/{shift}/report"), key);
    let sum = |name: &str| Decimal::from_str(&report["fiscalData"][name].to_string()).unwrap();
    ([sum("sales") - sum("saleReturn"), sum("buy") - sum("buyReturn")], report["cashWeHave"].to_string())
}

fn journal(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("state.jsonl")).unwrap_or_default()
}

fn last_key(folder: &Path) -> String {
    let text = journal(folder);
    let key = text.lines().rev().find_map(|line| {
        let record: serde_json::Value = serde_json::from_str(line).ok()?;
        let key = record.pointer("/answered/key").or_else(|| record.pointer("/key/key"))?;
        Some(key.as_str()?.to_owned())
    });
    key.unwrap()
}

/// A run that sells, up to that many answers.
fn sells(folder: &Path, emulator: &Emulator, answers: usize) -> Child {
    let suite = suite(folder, SALES);
    let answered = || journal(folder).matches("\"answered\"").count();
    let before = answered();
    let mut command = paced(folder, &suite, &emulator.url);
    command.args(["--rate", "unlimited", "--key", KEY, "--allow", "fiscal", "--yes"]);
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while answered() < before + answers {
        std::thread::yield_now();
    }
    child
}

fn compensate(folder: &Path, emulator: &Emulator, arguments: &[&str]) -> Output {
    let mut command = program();
    command.args(["compensate", "--target", &emulator.url, "--rate", "unlimited", "--state"]);
    command.arg(folder.join("state.jsonl")).args(arguments).output().unwrap()
}

const GRANTED: [&str; 3] = ["--allow", "fiscal", "--yes"];

fn what_an_interrupted_run_sold_is_returned_once() {
    let folder = folder("compensate-interrupted");
    let emulator = Emulator::start(&[]);
    let before = totals(&emulator, KEY);
    let mut run = sells(&folder, &emulator, 12);
    assert!(Command::new("kill").args(["-INT", &run.id().to_string()]).status().unwrap().success());
    assert_eq!(run.wait().unwrap().code(), Some(3));
    let sold = totals(&emulator, &last_key(&folder));
    assert_ne!(sold, before);

    let ungranted = compensate(&folder, &emulator, &["--yes"]);
    assert_eq!(code(&ungranted), 2, "{}", told(&ungranted));
    for part in ["nothing was sent", "--allow fiscal", "saleReturn", "buyReturn 50 by cash"] {
        assert!(told(&ungranted).contains(part), "{part}: {}", told(&ungranted));
    }
    let unasked = compensate(&folder, &emulator, &["--allow", "fiscal"]);
    assert_eq!(code(&unasked), 2, "{}", told(&unasked));
    assert!(told(&unasked).contains("nobody can be asked"), "{}", told(&unasked));
    assert_eq!(totals(&emulator, &last_key(&folder)), sold, "nothing was returned yet");

    let returned = compensate(&folder, &emulator, &GRANTED);
    assert_eq!(code(&returned), 0, "{}", told(&returned));
    for part in ["saleReturn 400 by bank", "buyReturn 50 by cash", "3 of 3 receipts were registered"] {
        assert!(told(&returned).contains(part), "{part}: {}", told(&returned));
    }
    assert_eq!(totals(&emulator, &last_key(&folder)), before);
    let again = compensate(&folder, &emulator, &GRANTED);
    assert_eq!(code(&again), 0, "{}", told(&again));
    assert!(told(&again).contains("nothing on"), "{}", told(&again));
    assert_eq!(totals(&emulator, &last_key(&folder)), before);
}

fn what_a_killed_run_sold_is_returned_within_the_limits_and_the_rest_later() {
    let folder = folder("compensate-killed");
    let emulator = Emulator::start(&[]);
    let before = totals(&emulator, KEY);
    let mut run = sells(&folder, &emulator, 20);
    run.kill().unwrap();
    run.wait().unwrap();
    let limited = compensate(&folder, &emulator, &[&GRANTED[..], &["--max-receipts", "1"]].concat());
    assert_eq!(code(&limited), 3, "{}", told(&limited));
    assert!(told(&limited).contains("--max-receipts 1"), "{}", told(&limited));
    assert_ne!(totals(&emulator, &last_key(&folder)), before);
    let rest = compensate(&folder, &emulator, &GRANTED);
    assert_eq!(code(&rest), 0, "{}", told(&rest));
    assert_eq!(totals(&emulator, &last_key(&folder)), before);
}

fn of_earlier_runs_is_returned_what_was_asked_for() {
    let folder = folder("compensate-all");
    let emulator = Emulator::start(&[]);
    let before = totals(&emulator, KEY);
    for _ in 0..2 {
        let mut run = sells(&folder, &emulator, 8);
        run.kill().unwrap();
        run.wait().unwrap();
    }
    let last = compensate(&folder, &emulator, &GRANTED);
    assert_eq!(code(&last), 0, "{}", told(&last));
    assert_ne!(totals(&emulator, &last_key(&folder)), before, "the first run's is there");
    let all = compensate(&folder, &emulator, &[&GRANTED[..], &["--all"]].concat());
    assert_eq!(code(&all), 0, "{}", told(&all));
    assert_eq!(totals(&emulator, &last_key(&folder)), before);
}

fn without_a_device_there_is_nothing_to_return() {
    let output = program().args(["compensate", "--allow", "fiscal", "--yes"]).output().unwrap();
    assert_eq!(code(&output), 2, "{}", told(&output));
    assert!(told(&output).contains("--target URL"), "{}", told(&output));
}
