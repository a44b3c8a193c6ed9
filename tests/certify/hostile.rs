//! Drivers that fail, or lie, in one scenario: it has a defined outcome, and the others go on.

use super::support::{Sandbox, python, root};
use super::{certify, is_alive, json, rust_client, test, verdict};
use libtest_mimic::Trial;
use std::path::Path;
use std::time::{Duration, Instant};

/// The scenario that meets the bad driver, and two that meet a good one.
const BAD: &str = "basics/pays-bank";
const GOOD: [&str; 2] = ["basics/pays-tara", "basics/pays-credit"];

/// What the driver does, the exit code, the verdict and what is told.
const ROWS: &[(&str, i32, &str, &str)] = &[
    ("hangs", 3, "inconclusive", "no answer to `connect` within"),
    ("never-reads", 3, "inconclusive", "no answer to `connect` within"),
    ("crashes", 3, "inconclusive", "ended without an answer"),
    ("crashes-later", 3, "inconclusive", "failed when asked to register"),
    ("garbage", 3, "inconclusive", "is no JSON"),
    ("no-outcome", 3, "inconclusive", "has no outcome of the protocol"),
    ("not-text", 3, "inconclusive", "is no JSON"),
    ("floods", 3, "inconclusive", "has no end"),
    ("wrong-id", 3, "inconclusive", "answered"),
    ("out-of-order", 3, "inconclusive", "answered"),
    ("chatters", 0, "pass", "conforms"),
    ("stays", 0, "pass", "conforms"),
    ("claims", 1, "fail", "CLI-5"),
    ("hides", 1, "fail", "CLI-5"),
    ("lacks-it", 0, "not-applicable", "does not support register"),
];

pub fn trials() -> Vec<Trial> {
    let mut trials: Vec<Trial> = ROWS
        .iter()
        .map(|(what, code, verdict, told)| {
            test(&format!("hostile/{what}"), move || has_an_outcome(what, *code, verdict, told))
        })
        .collect();
    trials.push(test("hostile/not-started", a_driver_that_is_not_there));
    trials.push(test("hostile/folders", the_drivers_folders_are_nobody_elses));
    trials.push(test("hostile/wrapped", a_wrapper_is_killed_with_its_children));
    trials
}

fn driver(what: &str) -> String {
    let path = root().join("tests/certify/hostile.py");
    format!("{} {} {what} {}", python(), path.display(), rust_client())
}

fn has_an_outcome(what: &str, code: i32, expected: &str, told: &str) {
    let folder = Sandbox::new();
    let cases = ["--case", BAD, "--case", GOOD[0], "--case", GOOD[1]];
    // Those that hang are waited for: 300 s of the scaled clock, longer than a busy machine starts python.
    let scale = if ["hangs", "never-reads", "stays"].contains(&what) { "0.04" } else { "0.1" };
    let outcome = certify(folder.path(), &driver(what), &[&cases[..], &["--scale", scale]].concat());
    outcome.assert_code(code).assert_tells(&[told]);
    let results = json(folder.path(), "reports/certify.json");
    assert_eq!(verdict(&results, BAD), expected, "{}", outcome.told);
    for name in GOOD {
        assert_eq!(verdict(&results, name), "pass", "{}", outcome.told);
    }
}

fn a_driver_that_is_not_there() {
    let folder = Sandbox::new();
    let told = certify(folder.path(), "./no-such-driver", &["--case", "basics/pays-*"]);
    told.assert_code(3).assert_tells(&["no-such-driver", "cannot be started"]);
    certify(folder.path(), "python3 'half", &[]).assert_code(2).assert_tells(&["--driver"]);
    certify(folder.path(), "", &[]).assert_code(2).assert_tells(&["there is no program in it"]);
}

fn a_wrapper_is_killed_with_its_children() {
    let folder = Sandbox::new();
    let child = folder.path().join("child");
    // The shell waits for a child that has its standard streams and never answers.
    let driver = format!("sh -c 'sleep 600 & echo $! > {}; wait'", child.display());
    let told = certify(folder.path(), &driver, &["--case", BAD, "--scale", "0.02"]);
    told.assert_code(3).assert_tells(&["no answer to `connect`"]);
    let pid = std::fs::read_to_string(child).expect("the child's process number");
    let process = format!("/proc/{}", pid.trim());
    let end = Instant::now() + Duration::from_secs(5);
    // Whoever inherits it may take a moment to collect it.
    while is_alive(Path::new(&process)) && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(!is_alive(Path::new(&process)), "the child of the driver lives on");
}

/// Who could guess the folder, or read it, could put files there that a driver takes for its own.
fn the_drivers_folders_are_nobody_elses() {
    let folder = Sandbox::new();
    let list = folder.path().join("folders");
    let look =
        format!("stat -c '%a %n' \"$(dirname \"$PWD\")\" >> {}; exec {}", list.display(), rust_client());
    let driver = shell_words::join(["sh", "-c", &look]);
    for _ in 0..2 {
        certify(folder.path(), &driver, &["--case", BAD]).assert_code(0);
    }
    let text = std::fs::read_to_string(&list).expect("the folders");
    let seen: Vec<&str> = text.lines().collect();
    let [first, second] = seen.as_slice() else { panic!("two certifications, one driver each: {text}") };
    assert_ne!(first, second, "the folder is another one each time");
    for line in [first, second] {
        let path = line.strip_prefix("700 ").unwrap_or_else(|| panic!("others may read it: {line}"));
        assert!(path.contains("ikkm-certify-"), "{path}");
        assert!(!Path::new(path).exists(), "{path} is left behind");
    }
}
