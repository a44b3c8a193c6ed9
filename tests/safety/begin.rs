//! What happens before anything is changed: keys, journals, expected devices, questions, limits.

use crate::devices::{Emulator, KEY};
use crate::{code, folder, paced, program, results, run, suite, told};
use ikkm_harness::device::journal::Journal;
use libtest_mimic::Trial;
use rust_decimal::Decimal;
use std::path::Path;
use std::process::Output;
use std::str::FromStr;

/// The tests of this part.
pub fn trials() -> Vec<Trial> {
    trials!("begin": the_journal_knows_the_key_better_than_the_command_line, a_device_that_began_anew_is_taken_with_the_key_given, a_wrong_key_ends_the_run_and_says_the_way_out, nothing_is_changed_unasked, another_device_than_expected_is_refused, limits_hold_and_name_their_flag, what_was_sold_can_be_returned, two_runs_on_one_journal_are_one_too_many, a_device_has_one_lock_by_whatever_address)
}

const SALES: &str = r#"
about: Two sales of 100.
cases:
  - name: begin/sells
    requirements: [REG-1]
    rows: [{row: one, total: 100}, {row: two, total: 100}]
    steps:
      - {sale: <total>, cash: 150, expect: registered}
"#;

const READS: &str = r#"
about: Only looks.
cases:
  - name: begin/looks
    requirements: [CHK-1]
    steps:
      - {get: /apicheck/, expect: 200 * 0}
"#;

fn with(folder: &Path, suite: &Path, url: &str, arguments: &[&str]) -> Output {
    run(folder, suite, url).args(arguments).output().unwrap()
}

const SELL: [&str; 3] = ["--allow", "fiscal", "--yes"];

fn the_journal_knows_the_key_better_than_the_command_line() {
    let folder = folder("begin-key");
    let suite = suite(&folder, SALES);
    let emulator = Emulator::start(&[]);
    let nothing = with(&folder, &suite, &emulator.url, &SELL);
    assert_eq!(code(&nothing), 2, "{}", told(&nothing));
    assert!(told(&nothing).contains("--key"));
    for (arguments, notice) in [(&["--key", KEY][..], false), (&["--key", KEY], true), (&[], false)] {
        let output = run(&folder, &suite, &emulator.url).args(SELL).args(arguments).output().unwrap();
        assert_eq!(code(&output), 0, "{}", told(&output));
        assert_eq!(told(&output).contains("the journal's is used"), notice, "{}", told(&output));
    }
}

fn a_device_that_began_anew_is_taken_with_the_key_given() {
    let folder = folder("begin-anew");
    let suite = suite(&folder, SALES);
    for _ in 0..2 {
        let emulator = Emulator::start(&[]);
        let output = run(&folder, &suite, &emulator.url).args(SELL).args(["--key", KEY]).output().unwrap();
        assert_eq!(code(&output), 0, "{}", told(&output));
    }
}

fn a_wrong_key_ends_the_run_and_says_the_way_out() {
    let folder = folder("begin-wrong");
    let suite = suite(&folder, READS);
    let emulator = Emulator::start(&[]);
    let output = with(&folder, &suite, &emulator.url, &["--key", "99999999"]);
    assert_eq!(code(&output), 3, "{}", told(&output));
    assert!(told(&output).contains("off its screen"), "{}", told(&output));
}

fn nothing_is_changed_unasked() {
    let folder = folder("begin-ask");
    let (sales, emulator) = (suite(&folder, SALES), Emulator::start(&[]));
    let before = emulator.receipts(KEY).len();
    let output = with(&folder, &sales, &emulator.url, &["--key", KEY, "--allow", "fiscal"]);
    assert_eq!(code(&output), 2, "{}", told(&output));
    assert!(told(&output).contains("--yes"), "{}", told(&output));
    let output = with(&folder, &sales, &emulator.url, &["--key", KEY]);
    // Nobody needs to be asked without a grant; and a run that tested nothing says so.
    assert_eq!(code(&output), 2, "{}", told(&output));
    assert!(!told(&output).contains("--yes"), "{}", told(&output));
    assert_eq!(results(&folder)["cases"][0]["verdict"], "not-applicable");
    assert_eq!(emulator.receipts(KEY).len(), before);
    let output = with(&folder, &sales, &emulator.url, &["--key", KEY, "--allow", "fiscal", "--yes"]);
    let told = told(&output);
    for part in ["serial 011700029000", "fiscal totals: sale ", "2 of 2 cases change it: fiscal"] {
        assert!(told.contains(part), "{part} in {told}");
    }
    assert!(told.contains("left behind: 2 sale receipts of 200 in all"), "{told}");
}

fn another_device_than_expected_is_refused() {
    let folder = folder("begin-serial");
    let suite = suite(&folder, SALES);
    let emulator = Emulator::start(&[]);
    let arguments = ["--key", KEY, "--allow", "fiscal", "--yes", "--expect-serial"];
    let other = run(&folder, &suite, &emulator.url).args(arguments).arg("0117").output().unwrap();
    assert_eq!(code(&other), 3, "{}", told(&other));
    assert_eq!(emulator.get(&format!("/apicheck/?key={KEY}")).0, 200, "no key was spent");
    let right = run(&folder, &suite, &emulator.url).args(arguments).arg("011700029000").output().unwrap();
    assert_eq!(code(&right), 0, "{}", told(&right));
}

fn limits_hold_and_name_their_flag() {
    for (flag, value) in [("--max-receipts", "1"), ("--max-total", "199.99")] {
        let folder = folder("begin-limits");
        let suite = suite(&folder, SALES);
        let emulator = Emulator::start(&[]);
        let before = emulator.receipts(KEY).len();
        let output = run(&folder, &suite, &emulator.url)
            .args(SELL)
            .args(["--key", KEY, flag, value])
            .output()
            .unwrap();
        assert_eq!(code(&output), 0, "{}", told(&output));
        let results = results(&folder);
        // The one sale that was allowed, and the books after it.
        assert_eq!(results["summary"]["pass"], 2);
        let message = results["cases"][1]["message"].as_str().unwrap();
        assert!(message.contains(&format!("{flag} {value}")), "{message}");
        assert_eq!(emulator.receipts(&last_key(&folder)).len(), before + 1);
    }
}

/// The key that the journal ends with.
fn last_key(folder: &Path) -> String {
    let journal = std::fs::read_to_string(folder.join("state.jsonl")).unwrap();
    let last = journal.lines().rev().find_map(|line| {
        let record: serde_json::Value = serde_json::from_str(line).unwrap();
        let key = record.pointer("/answered/key").or_else(|| record.pointer("/key/key"))?;
        Some(key.as_str()?.to_owned())
    });
    last.unwrap()
}

fn what_was_sold_can_be_returned() {
    let folder = folder("begin-compensate");
    let text = SALES.to_owned()
        + "
  - name: begin/mixed
    requirements: [REG-1]
    steps:
      - {sale: 800, cash: 500, bank: 400, expect: registered}
      - {buy: 50, cash: 50, expect: registered}
";
    let suite = suite(&folder, &text);
    let emulator = Emulator::start(&[]);
    let totals = |key: &str| {
        let shift =
            emulator.document("/apicheck/getInfo", key)["currentShiftID"].as_str().unwrap().to_owned();
        let report = emulator.document(&format!("/dump/table/shifts/{shift}/report"), key);
        let sum = |name: &str| Decimal::from_str(&report["fiscalData"][name].to_string()).unwrap();
        let drawer = report["cashWeHave"].to_string();
        ([sum("sales") - sum("saleReturn"), sum("buy") - sum("buyReturn")], drawer)
    };
    let before = totals(KEY);
    let ungranted =
        run(&folder, &suite, &emulator.url).args(["--key", KEY, "--compensate"]).output().unwrap();
    assert_eq!(code(&ungranted), 2, "{}", told(&ungranted));
    let output =
        run(&folder, &suite, &emulator.url).args(SELL).args(["--key", KEY, "--compensate"]).output().unwrap();
    assert_eq!(code(&output), 0, "{}", told(&output));
    let told = told(&output);
    for part in ["saleReturn 600 by cash", "saleReturn 400 by bank", "buyReturn 50 by cash"] {
        assert!(told.contains(part), "{part} in {told}");
    }
    assert_eq!(totals(&last_key(&folder)), before);
}

fn two_runs_on_one_journal_are_one_too_many() {
    let folder = folder("begin-two");
    let suite = suite(&folder, SALES);
    let emulator = Emulator::start(&[]);
    let mut slow = paced(&folder, &suite, &emulator.url);
    slow.args(["--key", KEY, "--allow", "fiscal", "--yes"]);
    let first = slow.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn();
    while !folder.join("state.jsonl").exists() {
        std::thread::yield_now();
    }
    let second = run(&folder, &suite, &emulator.url).args(SELL).args(["--key", KEY]).output().unwrap();
    assert_eq!(code(&second), 3, "{}", told(&second));
    assert!(told(&second).contains("another run is using the journal"), "{}", told(&second));
    assert_eq!(first.unwrap().wait().unwrap().code(), Some(0));
}

/// Two names and two addresses of one device: a second run waits outside.
fn a_device_has_one_lock_by_whatever_address() {
    let folder = folder("one-lock");
    let emulator = Emulator::start(&[]);
    let port = emulator.url.rsplit(':').next().unwrap();
    let suite = suite(&folder, READS);
    let state = folder.join("ikkm-conformance");
    let start = |url: &str| {
        let mut command = program();
        command.env("XDG_STATE_HOME", &folder).arg("run").arg(&suite).args(["--target", url, "--key", KEY]);
        command.args(["--rate", "unlimited", "--junit"]).arg(folder.join("junit.xml"));
        command.output().unwrap()
    };
    let held = |name: String| Journal::open(&state.join(name), "x", "now").unwrap();
    let journal = held(format!("127.0.0.1_{port}.jsonl"));
    for host in ["127.0.0.1", "localhost"] {
        let output = start(&format!("http://{host}:{port}"));
        assert_eq!(code(&output), 3, "{host}: {}", told(&output));
        assert!(told(&output).contains("another run is using"), "{host}: {}", told(&output));
    }
    drop(journal);
    let mut other = held("10.0.0.1_8080.jsonl".to_owned());
    other.claim(Some("011700029000")).unwrap();
    let output = start(&emulator.url);
    assert_eq!(code(&output), 3, "{}", told(&output));
    assert!(told(&output).contains("another run is using"), "{}", told(&output));
    drop(other);
    let output = start(&format!("http://localhost:{port}"));
    assert!(!told(&output).contains("another run is using"), "{}", told(&output));
    let found: Vec<_> = std::fs::read_dir(&state).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert!(!found.iter().any(|name| name.to_string_lossy().contains("localhost")), "{found:?}");
}
