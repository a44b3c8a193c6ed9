//! More than one request at a time: only where granted by name, and safe over a kill of the harness.

use super::call;
use super::emulator::Emulator;
use super::support::UNATTENDED;

const CASE: &str = "together/one-registration-sent-twice/sale";

#[test]
fn concurrency_is_granted_by_its_own_name_only() {
    let emulator = Emulator::start("01234567", "plain");
    let run = |effects: &str| {
        let arguments = ["run", "--target", &emulator.url, "--key", "01234567", "--case", CASE];
        call(emulator.folder().path(), &[&arguments[..], &["--allow", effects], UNATTENDED].concat())
    };
    run("all").assert_tells(&["1 not-applicable", "needs --allow concurrency"]);
    run("concurrency").assert_tells(&["1 not-applicable", "needs --allow fiscal"]);
    run("fiscal,concurrency").assert_code(0).assert_tells(&["2 pass"]);
}

/// A journal of a run that was killed with two registrations in flight, and the run after it.
fn resumed(emulator: &Emulator, first: &str, second: &str) -> super::Outcome {
    let sent = |seq: u32, query: &str, beside: &str| {
        format!(
            "{{\"sent\":{{\"seq\":{seq},\"key\":\"01234567\",\"method\":\"GET\",\
             \"target\":\"/api/?key=01234567&{query}\"{beside}}}}}\n"
        )
    };
    let lines = [
        format!("{{\"journal\":{{\"version\":1,\"target\":\"{}\"}}}}\n", emulator.url),
        "{\"key\":{\"key\":\"01234567\"}}\n".to_owned(),
        sent(1, first, ""),
        sent(2, second, ",\"beside\":1"),
    ];
    emulator.folder().file("killed.jsonl", lines.concat());
    next_run(emulator)
}

fn next_run(emulator: &Emulator) -> super::Outcome {
    let arguments = ["run", "--target", &emulator.url, "--state", "killed.jsonl", "--case", "check/*"];
    call(emulator.folder().path(), &[&arguments[..], &["--allow", "fiscal"], UNATTENDED].concat())
}

fn receipt_of(answer: &str) -> String {
    answer.split(' ').nth(2).and_then(|rest| rest.lines().next()).expect("a reason phrase").to_owned()
}

#[test]
fn two_in_flight_when_the_harness_was_killed_are_settled_by_the_next_run() {
    let (first, second) = ("sale=80&cash=80", "sale=80&cash=100");
    for personality in ["plain", "strict"] {
        for arrived in [None, Some(first), Some(second)] {
            let emulator = Emulator::start("01234567", personality);
            let answer = arrived.map(|query| emulator.get(&format!("/api/?key=01234567&{query}")));
            let run = resumed(&emulator, first, second);
            run.assert_tells(&["an earlier run sent at the same time", "one of them is receipt"]);
            if let Some(answer) = answer {
                run.assert_tells(&[&format!("one of them is receipt {}", receipt_of(&answer))]);
            }
            let again = next_run(&emulator);
            assert!(!again.told().contains("an earlier run"), "{}", again.told());
        }
    }
}
