//! What an earlier run left open is settled: cash and Z reports by the reports, registrations only with
//! a grant; and where the journal cannot be written, nothing is sent.

use crate::devices::{Emulator, KEY};
use crate::{code, folder, paced, run, suite, told};
use libtest_mimic::Trial;
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;
use std::process::Command;

/// The tests of this part.
pub fn trials() -> Vec<Trial> {
    trials!("resume": open_cash_and_z_reports_are_settled_by_the_reports, an_open_registration_needs_its_grant_and_a_key_from_the_screen_helps_on, nothing_is_sent_that_the_journal_cannot_hold)
}

const CASH: &str = "
about: Cash in and out.
cases:
  - name: resume/cash
    requirements: [CASH-1]
    given: {shift: open}
    steps:
      - {deposit: 50, expect: done, moves: {cash-in: 50, drawer: 50}}
";

const SALES: &str = "
about: Many sales.
cases:
  - name: resume/sells
    requirements: [REG-1]
    steps: [{sale: 10, cash: 10, expect: registered, times: 60}]
";

/// The journal's records, and the key that they end with.
fn journal(folder: &Path) -> (Vec<Value>, String) {
    let text = std::fs::read_to_string(folder.join("state.jsonl")).unwrap();
    let records: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let key = records.iter().rev().find_map(|record| {
        let key = record.pointer("/answered/key").or_else(|| record.pointer("/key/key"))?;
        Some(key.as_str()?.to_owned())
    });
    (records, key.unwrap())
}

/// Adds a request that a run wrote down and then died.
fn leave_open(folder: &Path, target: &str, key: &str, documents: Option<Value>) {
    let (records, _) = journal(folder);
    let last = records.iter().rev().find_map(|record| record.pointer("/sent/seq")?.as_u64()).unwrap();
    let mut sent = json!({"seq": last + 1, "key": key, "method": "GET", "target": target});
    if let Some(documents) = documents {
        sent["cash-documents"] = documents;
    }
    let mut file = std::fs::OpenOptions::new().append(true).open(folder.join("state.jsonl")).unwrap();
    writeln!(file, "{}", json!({"sent": sent})).unwrap();
}

fn open_cash_and_z_reports_are_settled_by_the_reports() {
    for (number, (path, arrived, words)) in [
        ("/apideposit/?key=KEY&cash=7", true, "it was carried out"),
        ("/apideposit/?key=KEY&cash=7", false, "it was not carried out"),
        ("/apiwithdraw/?key=KEY&cash=7", true, "it was carried out"),
        ("/apiwithdraw/?key=KEY&cash=7", false, "it was not carried out"),
        ("/apizreport/?key=KEY", true, "the shift is closed"),
    ]
    .into_iter()
    .enumerate()
    {
        let folder = folder(&format!("resume-{number}"));
        let suite = suite(&folder, CASH);
        let emulator = Emulator::start(&[]);
        let again = |more: &[&str]| {
            run(&folder, &suite, &emulator.url)
                .args(["--key", KEY, "--allow", "fiscal", "--yes"])
                .args(more)
                .output()
                .unwrap()
        };
        assert_eq!(code(&again(&[])), 0);
        let (_, key) = journal(&folder);
        let info = emulator.document("/apicheck/getInfo", &key);
        let shift: u64 = info["currentShiftID"].as_str().unwrap().parse().unwrap();
        let report = emulator.document(&format!("/dump/table/shifts/{shift}/report"), &key);
        let documents = json!({
            "shift": shift, "deposits": report["cashInDocCount"], "withdrawals": report["cashOutDocCount"],
        });
        let target = path.replace("KEY", &key);
        if arrived {
            assert_eq!(emulator.get(&target).0, 200);
        }
        leave_open(&folder, &target, &key, (!path.contains("zreport")).then_some(documents));
        let output = again(&[]);
        assert_eq!(code(&output), 0, "{path}: {}", told(&output));
        assert!(told(&output).contains(words), "{path}: {}", told(&output));
        let (records, _) = journal(&folder);
        assert!(records.iter().any(|record| record["settled"]["how"].as_str().is_some()), "{path}");
    }
}

fn an_open_registration_needs_its_grant_and_a_key_from_the_screen_helps_on() {
    let folder = folder("resume-grant");
    let suite = suite(&folder, CASH);
    let emulator = Emulator::start(&[]);
    let again = |more: &[&str]| run(&folder, &suite, &emulator.url).args(more).output().unwrap();
    assert_eq!(code(&again(&["--key", KEY, "--allow", "fiscal", "--yes"])), 0);
    let (_, key) = journal(&folder);
    let target = format!("/api/?key={key}&sale=33&cash=33");
    leave_open(&folder, &target, &key, None);
    let refused = again(&["--yes"]);
    assert_eq!(code(&refused), 3, "{}", told(&refused));
    for part in ["sale=33 cash=33 to /api/", "--allow fiscal"] {
        assert!(told(&refused).contains(part), "{part} in {}", told(&refused));
    }
    // Two registrations of somebody else: the open one's key opens nothing any more.
    let next = |key: &str| emulator.get(&format!("/api/?key={key}&sale=1&cash=1")).1;
    let screen = next(&next(&key));
    let lost = again(&["--allow", "fiscal", "--yes"]);
    assert_eq!(code(&lost), 3, "{}", told(&lost));
    assert!(told(&lost).contains("read the current key off the screen"), "{}", told(&lost));
    let typed = again(&["--allow", "fiscal", "--yes", "--key", &screen]);
    assert_eq!(code(&typed), 0, "{}", told(&typed));
    assert!(told(&typed).contains("the key has moved on since"), "{}", told(&typed));
}

fn nothing_is_sent_that_the_journal_cannot_hold() {
    let folder = folder("resume-full");
    let suite = suite(&folder, SALES);
    let emulator = Emulator::start(&[]);
    let before = emulator.receipts(KEY).len();
    let plain = paced(&folder, &suite, &emulator.url);
    let mut full = Command::new("sh");
    // Files end at 4096 bytes for it, as on a disk that is full; the signal is not wanted.
    full.args(["-c", "trap '' XFSZ; ulimit -f 8; exec \"$0\" \"$@\""]).arg(plain.get_program());
    full.args(plain.get_args()).args(["--rate", "unlimited", "--key", KEY, "--allow", "fiscal", "--yes"]);
    full.env_remove("IKKM_KEY").stdin(std::process::Stdio::null());
    let output = full.output().unwrap();
    assert_eq!(code(&output), 3, "{}", told(&output));
    assert!(told(&output).contains("journal"), "{}", told(&output));
    let again = run(&folder, &suite, &emulator.url)
        .args(["--key", KEY, "--allow", "fiscal", "--yes"])
        .output()
        .unwrap();
    assert_eq!(code(&again), 0, "the next run goes on with the right key: {}", told(&again));
    let (records, key) = journal(&folder);
    let booked = records.iter().filter(|record| record["answered"]["status"] == 200).count();
    let found = emulator.receipts(&key).len() - before;
    assert!(booked > 60, "the first run registered some: {booked}");
    assert_eq!(found, booked);
}
