//! Ctrl-C, SIGTERM and SIGHUP alike: the request in flight is finished, what stands is cleared, reports
//! are written, exit code 3.

use crate::devices::{Emulator, KEY};
use crate::{folder, paced, program, results, suite};
use libtest_mimic::Trial;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The tests of this part.
pub fn trials() -> Vec<Trial> {
    trials!("interrupt": an_interrupted_run_ends_in_order, a_condition_that_stands_is_cleared_when_a_run_is_interrupted, an_interrupted_run_returns_what_it_sold_where_that_was_granted, an_interrupted_fuzz_says_how_far_it_came, an_interrupted_qualification_keeps_what_it_has, an_emulator_ends_in_order, a_closed_terminal_does_not_end_what_nohup_started)
}

const SIGNALS: [&str; 3] = ["INT", "TERM", "HUP"];

fn send(signal: &str, child: &Child) {
    let id = child.id().to_string();
    assert!(Command::new("kill").args([&format!("-{signal}"), &id]).status().unwrap().success());
}

const LONG: &str = "
about: Many sales, and then a long wait.
cases:
  - name: long/sells
    requirements: [REG-1]
    steps:
      - {sale: 10, cash: 10, expect: registered, times: 100}
  - name: long/waits
    requirements: [REG-1]
    steps:
      - {sale: 10, cash: 10, expect: registered}
";

fn an_interrupted_run_ends_in_order() {
    for signal in SIGNALS {
        let folder = folder(&format!("interrupt-{signal}"));
        let suite = suite(&folder, LONG);
        let emulator = Emulator::start(&[]);
        let mut command = paced(&folder, &suite, &emulator.url);
        command.args(["--rate", "5", "--key", KEY, "--allow", "fiscal", "--yes"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let journal = folder.join("state.jsonl");
        while !std::fs::read_to_string(&journal).unwrap_or_default().contains("answered") {
            std::thread::yield_now();
        }
        let began = Instant::now();
        send(signal, &child);
        assert_eq!(child.wait().unwrap().code(), Some(3));
        assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
        let results = results(&folder);
        assert!(results["stopped"].as_str().unwrap().contains("interrupted"), "{results}");
        let remarks = results["remarks"].to_string();
        assert!(remarks.contains("left behind"), "{remarks}");
        assert!(remarks.contains("not compensated: --compensate was not given"), "{remarks}");
        for name in ["junit.xml", "index.html"] {
            assert!(folder.join(name).exists(), "{name}");
        }
        let text = std::fs::read_to_string(&journal).unwrap();
        let last = text.lines().last().unwrap();
        assert!(last.contains("answered"), "nothing stays open: {last}");
    }
}

const WITHOUT_PAPER: &str = "
about: Many refusals without paper.
cases:
  - name: long/no-paper
    requirements: [PRN-8]
    steps:
      - {establish: paper-out}
      - {sale: 10, cash: 10, expect: -6 check-printer-or-batt, times: 100}
";

fn a_condition_that_stands_is_cleared_when_a_run_is_interrupted() {
    for signal in SIGNALS {
        let folder = folder(&format!("interrupt-bench-{signal}"));
        let suite = suite(&folder, WITHOUT_PAPER);
        let emulator = Emulator::start(&["--control", "127.0.0.1:0"]);
        let mut command = paced(&folder, &suite, &emulator.url);
        command.args(["--rate", "5", "--key", KEY, "--allow", "all", "--yes", "--bench"]);
        command.arg(emulator.control.as_ref().unwrap());
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let journal = folder.join("state.jsonl");
        while !std::fs::read_to_string(&journal).unwrap_or_default().contains("check-printer-or-batt") {
            std::thread::yield_now();
        }
        send(signal, &child);
        assert_eq!(child.wait().unwrap().code(), Some(3));
        let results = results(&folder);
        assert!(results["stopped"].as_str().unwrap().contains("interrupted"), "{results}");
        for name in ["junit.xml", "index.html"] {
            assert!(folder.join(name).exists(), "{name}");
        }
        let (status, body) = emulator.get(&format!("/api/?key={KEY}&sale=10&cash=10"));
        assert_eq!(status, 200, "the paper is back: {body}");
    }
}

fn an_interrupted_run_returns_what_it_sold_where_that_was_granted() {
    let folder = folder("interrupt-compensate");
    let suite = suite(&folder, LONG);
    let emulator = Emulator::start(&[]);
    let mut command = paced(&folder, &suite, &emulator.url);
    command.args(["--rate", "20", "--key", KEY, "--allow", "fiscal", "--yes", "--compensate"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let journal = folder.join("state.jsonl");
    while std::fs::read_to_string(&journal).unwrap_or_default().matches("answered").count() < 3 {
        std::thread::yield_now();
    }
    send("HUP", &child);
    assert_eq!(child.wait().unwrap().code(), Some(3));
    let results = results(&folder);
    let remarks = results["remarks"].to_string();
    assert!(remarks.contains("compensated: saleReturn"), "{remarks}");
    assert!(!remarks.contains("not compensated"), "{remarks}");
}

fn an_interrupted_fuzz_says_how_far_it_came() {
    for signal in SIGNALS {
        let folder = folder(&format!("interrupt-fuzz-{signal}"));
        let emulator = Emulator::start(&[]);
        let mut child = program()
            .args([
                "fuzz",
                "--target",
                &emulator.url,
                "--key",
                KEY,
                "--allow",
                "all",
                "--yes",
                "--rate",
                "20",
            ])
            .args(["--cases", "100000", "--state"])
            .arg(folder.join("state.jsonl"))
            .arg("--reports")
            .arg(folder.join("reports"))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let journal = folder.join("state.jsonl");
        while !std::fs::read_to_string(&journal).unwrap_or_default().contains("answered") {
            std::thread::yield_now();
        }
        send(signal, &child);
        let mut told = String::new();
        child.stdout.take().unwrap().read_to_string(&mut told).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(3), "{told}");
        assert!(told.contains("interrupted, no finding so far: "), "{told}");
        assert!(told.contains("not compensated: fuzz returns nothing"), "{told}");
        let text = std::fs::read_to_string(&journal).unwrap();
        assert!(!text.lines().last().unwrap().contains("\"sent\""), "nothing stays open");
    }
}

fn an_interrupted_qualification_keeps_what_it_has() {
    for signal in SIGNALS {
        let folder = folder(&format!("interrupt-qualify-{signal}"));
        let mut child = program()
            .arg("qualify")
            .current_dir(&folder)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Its places are tried once the signals are listened to, or just before.
        while !folder.join("reports").exists() {
            std::thread::yield_now();
        }
        std::thread::sleep(Duration::from_millis(300));
        let began = Instant::now();
        send(signal, &child);
        let mut told = String::new();
        child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(3), "{told}");
        assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
        assert!(told.contains("interrupted: "), "{told}");
        assert!(folder.join("reports/qualify.json").exists());
    }
}

fn an_emulator_ends_in_order() {
    for signal in SIGNALS {
        let mut child =
            program().args(["emulate", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(lines.any(|line| line.unwrap().starts_with("listening on ")));
        send(signal, &child);
        assert_eq!(child.wait().unwrap().code(), Some(0), "{signal}");
    }
}

fn a_closed_terminal_does_not_end_what_nohup_started() {
    let mut child = Command::new("nohup")
        .arg(env!("CARGO_BIN_EXE_ikkm-conformance"))
        .args(["emulate", "--listen", "127.0.0.1:0"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().starts_with("listening on ")));
    send("HUP", &child);
    std::thread::sleep(Duration::from_millis(200));
    assert!(child.try_wait().unwrap().is_none(), "it goes on");
    send("TERM", &child);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
