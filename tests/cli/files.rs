//! Folders of suites, files that are pipes, keys in files: what is read, how often, and what is said.

use super::emulator::Emulator;
use super::support::{Sandbox, UNATTENDED};
use super::{GOOD, call, command, outcome, suite};
use std::os::unix::fs::symlink;
use std::process::Command;

/// A suite with one case of that name.
fn named(name: &str) -> String {
    suite(&GOOD.replace("test/good", &format!("test/{name}")))
}

/// The names of the cases that `list` finds.
fn cases(folder: &Sandbox, arguments: &[&str]) -> Vec<String> {
    let outcome = call(folder.path(), &[&["list"], arguments].concat());
    outcome.assert_code(0);
    let words = outcome.stdout.lines().filter_map(|line| line.split_whitespace().next());
    words.filter(|word| word.starts_with("test/")).map(str::to_owned).collect()
}

#[test]
fn a_folder_is_read_once_whatever_leads_to_it() {
    let folder = Sandbox::new();
    folder.file("s/a.yaml", named("a"));
    folder.file("s/deep/b.yml", named("b"));
    symlink("..", folder.path().join("s/deep/loop")).expect("a link");
    symlink("a.yaml", folder.path().join("s/again.yaml")).expect("a link");
    symlink("nowhere", folder.path().join("s/dangling.yaml")).expect("a link");
    assert_eq!(cases(&folder, &["s"]), ["test/a", "test/b"]);
    assert_eq!(cases(&folder, &["s", "s/a.yaml", "./s"]), ["test/a", "test/b"]);
    call(folder.path(), &["lint", "s"]).assert_code(0).assert_tells(&["2 suite(s) with 2 case(s)"]);
    call(folder.path(), &["run", "s"]).assert_code(0).assert_tells(&["2 pass"]);
}

#[test]
fn endings_of_any_size_are_suites_and_hidden_files_are_not() {
    let folder = Sandbox::new();
    folder.file("s/a.YAML", named("a"));
    folder.file("s/b.Yml", named("b"));
    folder.file("s/.hidden.yaml", named("hidden"));
    folder.file("s/.git/c.yaml", named("git"));
    folder.file("s/notes.txt", "not a suite");
    std::fs::create_dir(folder.path().join("s/folder.yaml")).expect("a folder");
    assert!(
        Command::new("mkfifo").arg(folder.path().join("s/pipe.yaml")).status().expect("mkfifo").success()
    );
    assert_eq!(cases(&folder, &["s"]), ["test/a", "test/b"]);
    assert_eq!(cases(&folder, &["s/.hidden.yaml"]), ["test/hidden"]);
    assert_eq!(cases(&folder, &["s/.git"]), ["test/git"]);
    std::fs::create_dir(folder.path().join("empty")).expect("a folder");
    call(folder.path(), &["lint", "empty"]).assert_code(2).assert_tells(&["holds no suite"]);
}

#[test]
fn a_pipe_is_read_once() {
    let folder = Sandbox::new();
    folder.file("s.yaml", named("a"));
    let program = env!("CARGO_BIN_EXE_ikkm-conformance");
    for (arguments, tells) in [("lint", "1 suite(s) with 1 case(s)"), ("list", "test/a"), ("run", "1 pass")] {
        let mut shell = Command::new("bash");
        shell.args(["-c", &format!("{program} {arguments} <(cat s.yaml)")]).current_dir(folder.path());
        outcome(shell).assert_code(0).assert_tells(&[tells]);
    }
}

#[test]
fn a_second_document_is_told_in_our_words() {
    let folder = Sandbox::new();
    folder.file("s.yaml", format!("{}---\n{}", named("a"), named("b")));
    let outcome = call(folder.path(), &["lint", "s.yaml"]);
    outcome.assert_code(2).assert_tells(&[
        "a second document begins here",
        "s.yaml:",
        "make two files of it",
    ]);
    assert!(!outcome.told().contains("from_"), "{}", outcome.told());
    folder.file("t.yaml", format!("---\n{}", named("a")));
    call(folder.path(), &["lint", "t.yaml"]).assert_code(0);
}

#[test]
fn a_byte_order_mark_is_taken_off() {
    let folder = Sandbox::new();
    folder.file("s.yaml", format!("\u{feff}{}", named("a")));
    call(folder.path(), &["lint", "s.yaml"]).assert_code(0);
    let emulator = Emulator::start("01234567", "plain");
    let probe = |file: &str| {
        call(folder.path(), &["probe", "--target", &emulator.url, "--rate", "unlimited", "--key-file", file])
    };
    folder.file("key", "\u{feff}01234567\r\n");
    probe("key").assert_code(0);
    folder.file("utf16", b"\xff\xfe0\x001\x00");
    probe("utf16").assert_code(2).assert_tells(&["the key file utf16", "UTF-8"]);
    folder.file("long", "0".repeat(100_000));
    probe("long").assert_code(2).assert_tells(&["the key file long", "8 digits"]);
    probe("/dev/zero").assert_code(2).assert_tells(&["the key file /dev/zero"]);
}

#[test]
fn a_flag_beats_the_environment() {
    let folder = Sandbox::new();
    let emulator = Emulator::start("01234567", "plain");
    folder.file("key", "01234567");
    let probe = |key: &str, arguments: &[&str]| {
        let common = ["probe", "--target", &emulator.url, "--rate", "unlimited"];
        let mut command = command(folder.path(), &[&common[..], arguments].concat());
        command.env("IKKM_KEY", key);
        outcome(command)
    };
    probe("99999999", &["--key-file", "key"]).assert_code(0);
    probe("99999999", &["--key", "01234567"]).assert_code(0);
    let spoilt = Sandbox::new();
    let state = spoilt.path().join("state.jsonl");
    probe("nonsense", &["--state", state.to_str().expect("UTF-8")])
        .assert_code(2)
        .assert_tells(&["IKKM_KEY"]);
    // An empty secret of a CI system is none.
    probe("", &["--key-file", "key"]).assert_code(0);
    // The embedded emulator has a key of its own.
    folder.file("good.yaml", suite(GOOD));
    let mut run = command(folder.path(), &["run", "good.yaml"]);
    run.env("IKKM_KEY", "nonsense").args(&UNATTENDED[..1]);
    outcome(run).assert_code(0);
}

#[test]
fn golden_documents_stay_in_their_folder() {
    let folder = Sandbox::new();
    for name in ["/tmp/ikkm-golden-outside", "../outside", "a/b", ".."] {
        let step = format!("{{get: /dump/table/taxes, golden: \"{name}\", expect: document}}");
        folder.file(
            "s.yaml",
            suite(&format!("  - name: a/b\n    requirements: [DUMP-1]\n    steps:\n      - {step}\n")),
        );
        for arguments in [
            &["lint", "s.yaml"][..],
            &["run", "s.yaml", "--accept-golden"],
            &["run", "s.yaml", "--golden", "g"],
        ] {
            call(folder.path(), arguments)
                .assert_code(2)
                .assert_tells(&["no name of a golden document", "s.yaml:6"]);
        }
    }
    assert!(!folder.path().join("g").exists() && !folder.path().join("golden").exists());
    assert!(!std::path::Path::new("/tmp/ikkm-golden-outside.snap").exists());
}
