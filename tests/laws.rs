//! The laws of the house that no compile error keeps by itself: who depends on whom, what each room
//! inherits, what stands at the head of every suite, and that every promise of docs/safety.md names a test
//! that is there.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What of ours a crate is built from, itself left out.
fn ours_below(package: &str) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked", "-e", "normal", "--prefix", "none", "-p", package])
        .current_dir(root())
        .output()
        .expect("cargo starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(text.starts_with(package), "{text}");
    let names = text.lines().filter_map(|line| line.split(' ').next());
    names.filter(|name| name.starts_with("ikkm-") && *name != package).map(str::to_owned).collect()
}

#[test]
fn the_judge_cannot_see_the_accused() {
    for (package, may_see) in [
        ("ikkm-protocol", &[][..]),
        ("ikkm-requirements", &[]),
        ("ikkm-emulator", &["ikkm-protocol", "ikkm-requirements"]),
        ("ikkm-harness", &["ikkm-protocol", "ikkm-requirements"]),
    ] {
        for seen in ours_below(package) {
            assert!(may_see.contains(&seen.as_str()), "{package} is built from {seen}");
        }
    }
    // So that the question itself is known to work.
    assert!(ours_below("ikkm-app").contains("ikkm-emulator"));
}

#[test]
fn every_room_inherits_the_lints_and_names_its_crates_once() {
    let workspace = read("Cargo.toml");
    assert!(workspace.contains("unsafe_code = \"forbid\""));
    let rooms = ["protocol", "requirements", "emulator", "harness", "app"];
    for manifest in
        rooms.map(|room| format!("src/{room}/Cargo.toml")).into_iter().chain(["Cargo.toml".into()])
    {
        let text = read(&manifest);
        assert!(text.contains("[lints]\nworkspace = true"), "{manifest} does not inherit the lints");
        let mut section = "";
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            if line.starts_with('[') {
                section = line;
            }
            let of_its_own =
                ["[dependencies]", "[dev-dependencies]", "[build-dependencies]"].contains(&section);
            if of_its_own && line.contains('=') {
                assert!(line.contains("workspace = true"), "{manifest}: {line}");
            }
        }
    }
}

fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == ending) {
                found.push(path);
            }
        }
    }
    found
}

#[test]
fn every_suite_tells_editors_its_schema() {
    for (folder, schema) in [("suites/device", "../schema.json"), ("suites/client", "../client-schema.json")]
    {
        let suites = files(folder, "yaml");
        assert!(suites.len() > 5, "{folder}");
        for suite in suites {
            let text = std::fs::read_to_string(&suite).expect("a suite");
            let head = format!("# yaml-language-server: $schema={schema}");
            assert_eq!(text.lines().next(), Some(head.as_str()), "{}", suite.display());
            assert!(suite.parent().expect("a folder").join(schema).exists());
        }
    }
}

#[test]
fn every_promise_names_a_test_that_is_there() {
    let mut tests = BTreeSet::new();
    for folder in ["tests", "src"] {
        for file in files(folder, "rs") {
            let text = std::fs::read_to_string(&file).expect("a source");
            let functions = text.split("fn ").skip(1).filter_map(|rest| rest.split(['(', '<']).next());
            tests.extend(functions.map(str::to_owned));
            // A macro makes a short and a long form of each: `answers: short, long;`.
            let made = text.split("readers! {").skip(1).flat_map(|block| block.split(['\n', ',', ';', ':']));
            tests.extend(made.map(|word| word.trim().to_owned()));
        }
    }
    let promises = read("docs/safety.md");
    let mut kept = 0;
    for line in promises.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| promise")) {
        let names: Vec<&str> =
            line.rsplit('|').nth(1).expect("a last column").split('`').skip(1).step_by(2).collect();
        assert!(!names.is_empty(), "no test keeps: {line}");
        for name in names {
            assert!(tests.contains(name), "there is no test `{name}`: {line}");
            kept += 1;
        }
    }
    assert!(kept >= 30, "only {kept} tests are named");
}
