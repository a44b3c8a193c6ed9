//! `fuzz` on the real binary: nothing on a device that is right; a seeded defect is found, and its
//! suite file fails there and passes on a device that is right.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    // One that is not there yet is as good as one that was removed.
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ikkm-conformance")).current_dir(folder).args(arguments).output().unwrap()
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_device_that_is_right_is_left_alone() {
    let folder = folder("fuzz-clean");
    for personality in ["plain", "strict", "lenient"] {
        let output = run(&folder, &["fuzz", "--personality", personality, "--cases", "6"]);
        assert_eq!(output.status.code(), Some(0), "{}", told(&output));
        assert!(told(&output).starts_with("no finding: "), "{}", told(&output));
    }
}

#[test]
fn a_failure_becomes_a_suite_that_fails_the_same_way() {
    let folder = folder("fuzz-defect");
    let defect = ["--defect", "books/no-fiscal-sale"];
    let found = run(&folder, &[&["fuzz", "--shrink-budget", "300"], &defect[..]].concat());
    assert_eq!(found.status.code(), Some(1), "{}", told(&found));
    let requirement = told(&found).split(' ').next().unwrap().to_owned();
    let suite = std::fs::read_dir(folder.join("reports"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|kind| kind == "yaml"))
        .unwrap();
    let suite = suite.to_str().unwrap();
    let again = run(&folder, &[&["run", suite], &defect[..]].concat());
    assert_eq!(again.status.code(), Some(1), "{}", told(&again));
    assert!(told(&again).contains(&format!("{requirement} (must")), "{}", told(&again));
    let clean = run(&folder, &["run", suite]);
    assert_eq!(clean.status.code(), Some(0), "{}", told(&clean));
    let seeds = std::fs::read_to_string(folder.join("reports/fuzz-regressions.txt")).unwrap();
    assert!(seeds.trim_end().ends_with(&requirement), "{seeds}");
    // The seed comes first in the next run, and a device that is right passes it.
    let regression = run(&folder, &["fuzz", "--cases", "1"]);
    assert_eq!(regression.status.code(), Some(0), "{}", told(&regression));
    assert!(told(&regression).contains("in 2 sequences"), "{}", told(&regression));
}

#[test]
fn a_seed_is_one_sequence() {
    let folder = folder("fuzz-seed");
    let draw = |seed: &str| run(&folder, &["fuzz", "--dry-run", "--cases", "3", "--seed", seed]).stdout;
    assert_eq!(draw("5"), draw("5"));
    assert_ne!(draw("5"), draw("6"));
}

#[test]
fn nothing_to_do_is_wrong_usage() {
    let output = run(&folder("fuzz-usage"), &["fuzz", "--cases", "0"]);
    assert_eq!(output.status.code(), Some(2));
}
