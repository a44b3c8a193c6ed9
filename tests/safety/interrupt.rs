//! Ctrl-C and SIGTERM: the request in flight is finished, reports are written, exit code 3.

use crate::devices::{Emulator, KEY};
use crate::{folder, paced, results, suite};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

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

#[test]
fn an_interrupted_run_ends_in_order() {
    for signal in ["INT", "TERM"] {
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
        let id = child.id().to_string();
        assert!(Command::new("kill").args([&format!("-{signal}"), &id]).status().unwrap().success());
        assert_eq!(child.wait().unwrap().code(), Some(3));
        assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
        let results = results(&folder);
        assert!(results["stopped"].as_str().unwrap().contains("interrupted"), "{results}");
        let remarks = results["remarks"].to_string();
        assert!(remarks.contains("left behind"), "{remarks}");
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

#[test]
fn a_condition_that_stands_is_cleared_when_a_run_is_interrupted() {
    for signal in ["INT", "TERM"] {
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
        let id = child.id().to_string();
        assert!(Command::new("kill").args([&format!("-{signal}"), &id]).status().unwrap().success());
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
