//! The harness is killed at random instants, again and again, and loses nothing.

use crate::devices::{Emulator, KEY};
use crate::{code, folder, run, suite, told};
use libtest_mimic::Trial;
use rust_decimal::Decimal;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

/// The tests of this part.
pub fn trials() -> Vec<Trial> {
    trials!("kill": two_hundred_kills_on_a_device_that_loses_every_tenth_reply_lose_nothing, forty_kills_on_a_device_that_loses_much_lose_nothing, forty_kills_on_a_device_that_restarts_lose_nothing; a_thousand_kills_lose_nothing, a_thousand_kills_on_a_device_that_loses_every_tenth_reply_lose_nothing, a_thousand_kills_on_a_device_that_restarts_lose_nothing)
}

const SUITE: &str = r#"
about: Registrations, one after the other.
cases:
  - name: kill/registers
    requirements: [REG-1]
    rows:
      - {row: one, total: 11, type: sale}
      - {row: two, total: 12.50, type: sale}
      - {row: three, total: 13, type: buyReturn}
      - {row: four, total: 14, type: sale}
    steps:
      - {register: <type>, total: <total>, cash: <total>, times: 10}
"#;

/// What the journal says was registered: receipt number to amount.
#[derive(Default)]
struct Booked {
    receipts: BTreeMap<u64, String>,
    settled: usize,
    open: usize,
    key: String,
}

fn read_journal(path: &Path) -> Booked {
    let text = std::fs::read_to_string(path).unwrap();
    let mut booked = Booked::default();
    let mut open: Option<(u64, String)> = None;
    let mut run_began = false;
    for line in text.lines() {
        let record: Value = serde_json::from_str(line).unwrap();
        run_began |= record.get("run").is_some();
        if let Some(sent) = record.get("sent") {
            assert!(open.is_none(), "sent before the one before was settled: {line}");
            let target = sent["target"].as_str().unwrap();
            let parameter = |name: &str| target.split(['?', '&']).find_map(|part| part.strip_prefix(name));
            let amount = ["sale=", "buyReturn="].into_iter().find_map(parameter).unwrap();
            open = Some((sent["seq"].as_u64().unwrap(), amount.to_owned()));
            run_began = false;
        }
        if let Some(answered) = record.get("answered") {
            let (seq, amount) = open.take().unwrap();
            assert_eq!(answered["seq"], seq);
            assert_eq!(answered["status"], 200, "{line}");
            let number: u64 = answered["reason"].as_str().unwrap().parse().unwrap();
            let twice = booked.receipts.insert(number, amount);
            assert_eq!(twice, None, "receipt {number} was booked twice");
            booked.settled += usize::from(run_began);
        }
        let key = record.pointer("/answered/key").or_else(|| record.pointer("/key/key"));
        if let Some(key) = key.and_then(Value::as_str) {
            booked.key = key.to_owned();
        }
    }
    booked.open = usize::from(open.is_some());
    booked
}

/// Uniformly enough, and the same in every run.
fn random(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

/// Waits until the program has written so many bytes into its journal, or has ended: how far a run has come
/// does not depend on how busy the machine is, as an instant by the clock would.
fn wait_for_growth(child: &mut Child, journal: &Path, growth: u64) {
    let length = || std::fs::metadata(journal).map_or(0, |file| file.len());
    // A long journal is compacted as it is opened, so it may grow from less than it was.
    let mut from = length();
    while length() < from + growth && child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_micros(200));
        from = from.min(length());
    }
}

/// Kills the program so often while it talks to a device with these faults; one that `restarts` is without
/// power for a moment in every fifth run, before the program is killed.
fn kill(times: u32, name: &str, faults: &[&str], restarts: bool) {
    let folder = folder(name);
    let suite = suite(&folder, SUITE);
    let faults: Vec<&str> = faults.iter().flat_map(|fault| ["--fault", *fault]).collect();
    let emulator = Emulator::start(&[&faults[..], &["--control", "127.0.0.1:0"]].concat());
    let before = emulator.receipts(KEY);
    let journal = folder.join("state.jsonl");
    // Other instants for each name.
    let mut instant =
        name.bytes().fold(0x2545_f491_4f6c_dd1d, |state, byte| (state ^ u64::from(byte)).rotate_left(8));
    let first = run(&folder, &suite, &emulator.url)
        .args(["--key", KEY, "--allow", "fiscal", "--yes"])
        .output()
        .unwrap();
    assert!(code(&first) < 2, "{}", told(&first));
    // Five of its forty registrations: what comes later shows nothing new, and each lost reply takes its time.
    let early = std::fs::metadata(&journal).unwrap().len() / 8;
    let began = Instant::now();
    let (mut killed, mut left_open) = (0, 0);
    while killed < times {
        let mut command = run(&folder, &suite, &emulator.url);
        command
            .args(["--key", KEY, "--allow", "fiscal", "--yes"])
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        wait_for_growth(&mut child, &journal, random(&mut instant) % early);
        if restarts && killed.is_multiple_of(5) {
            emulator.act("power-cycle");
        }
        std::thread::sleep(Duration::from_micros(random(&mut instant) % 3_000));
        // One that has ended already was killed too late; its receipts count all the same.
        killed += u32::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
        let text = std::fs::read_to_string(&journal).unwrap();
        let last =
            text.lines().rev().find(|line| line.contains(r#"{"sent"#) || line.contains(r#"{"answered"#));
        left_open += u32::from(last.is_some_and(|line| line.contains(r#"{"sent"#)));
    }
    let took = began.elapsed();
    let last = run(&folder, &suite, &emulator.url)
        .args(["--key", KEY, "--allow", "fiscal", "--yes"])
        .output()
        .unwrap();
    // Lost replies are findings, so 1; but the run was carried out to its end.
    assert!(code(&last) < 2, "{}", told(&last));
    let booked = read_journal(&folder.join("state.jsonl"));
    assert_eq!(booked.open, 0);
    let mut expected: Vec<(u64, String)> = before.clone();
    expected.extend(booked.receipts.clone());
    let plain = |list: Vec<(u64, String)>| -> BTreeMap<u64, String> {
        let short = |sum: String| sum.parse::<Decimal>().map_or(sum, |sum| sum.normalize().to_string());
        list.into_iter().map(|(number, sum)| (number, short(sum))).collect()
    };
    let found = emulator.receipts(&booked.key);
    assert_eq!(found.len(), expected.len(), "a receipt is missing or was registered twice");
    assert_eq!(plain(found), plain(expected));
    println!(
        "{killed} kills in {:.1} s, {left_open} of them with a request open: {} receipts, {} settled by a later run",
        took.as_secs_f32(),
        booked.receipts.len(),
        booked.settled
    );
    assert!(booked.settled > 0, "no kill left anything open: the instants are chosen badly");
}

const LOSING: &[&str] = &["lose-reply:every=3", "lose-request:every=7"];
const EVERY_TENTH: &[&str] = &["lose-reply:every=10"];

/// Half of them on each of two devices: most of the time is waited.
fn two_hundred_kills_on_a_device_that_loses_every_tenth_reply_lose_nothing() {
    std::thread::scope(|both| {
        both.spawn(|| kill(100, "kill-tenth", EVERY_TENTH, false));
        both.spawn(|| kill(100, "kill-tenth-again", EVERY_TENTH, false));
    });
}

fn forty_kills_on_a_device_that_loses_much_lose_nothing() {
    kill(40, "kill", LOSING, false);
}

fn a_thousand_kills_lose_nothing() {
    kill(1000, "kill-1000", LOSING, false);
}

fn a_thousand_kills_on_a_device_that_loses_every_tenth_reply_lose_nothing() {
    kill(1000, "kill-tenth-1000", EVERY_TENTH, false);
}

fn forty_kills_on_a_device_that_restarts_lose_nothing() {
    kill(40, "kill-restart", LOSING, true);
}

fn a_thousand_kills_on_a_device_that_restarts_lose_nothing() {
    kill(1000, "kill-restart-1000", LOSING, true);
}
