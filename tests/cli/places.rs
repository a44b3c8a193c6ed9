//! Reports that cannot be written, closed pipes, one place named twice: the verdict, its exit code, the
//! summary and the other reports stay.

use super::support::{Sandbox, root};
use super::{GOOD, call, command, outcome, suite};
use std::io::Read;
use std::path::Path;
use std::process::Stdio;

/// Fails on the emulator: no device says `nonsense`.
const BAD: &str = "  - name: test/bad\n    requirements: [CHK-1]\n    steps:\n      - {get: /apicheck/, expect: -10 cash-lq-sale}\n";

/// A command whose verdict is known, and the flags of its reports.
struct Kind {
    arguments: Vec<String>,
    flags: &'static [&'static str],
    code: i32,
    /// Something of the summary.
    tells: &'static str,
    on_stderr: bool,
}

fn kinds(folder: &Sandbox) -> Vec<Kind> {
    folder.file("good.yaml", suite(GOOD));
    folder.file("bad.yaml", suite(BAD));
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let driver = format!("{} --defect no-such-defect", root().join("target/none").display());
    let kind = |arguments: &[&str], flags, code, tells| Kind {
        arguments: words(arguments),
        flags,
        code,
        tells,
        on_stderr: false,
    };
    let run = ["--junit", "--json", "--html"].as_slice();
    let certify = ["--junit", "--json", "--html", "--certificate", "--transcript"].as_slice();
    vec![
        kind(&["run", "good.yaml"], run, 0, "1 pass"),
        kind(&["run", "bad.yaml"], run, 1, "1 fail"),
        Kind {
            on_stderr: true,
            ..kind(&["certify", "--driver", &driver, "--case", "basics/*"], certify, 3, "error: ")
        },
        kind(
            &["qualify", "good.yaml", "--defect", "books/no-fiscal-sale", "--near"],
            &["--json", "--html"],
            1,
            "surviv",
        ),
    ]
}

fn words(kind: &Kind) -> Vec<&str> {
    kind.arguments.iter().map(String::as_str).collect()
}

#[test]
fn a_full_disk_keeps_the_summary_the_code_and_the_other_reports() {
    let folder = Sandbox::new();
    for kind in kinds(&folder).iter().filter(|kind| !kind.on_stderr) {
        for flag in kind.flags {
            let mut arguments = words(kind);
            arguments.extend([*flag, "/dev/full"]);
            let _ = std::fs::remove_dir_all(folder.path().join("reports"));
            let outcome = call(folder.path(), &arguments);
            outcome.assert_code(kind.code).assert_tells(&[kind.tells, "cannot write the report /dev/full"]);
            let others = std::fs::read_dir(folder.path().join("reports")).expect("the others").count();
            assert!(others >= kind.flags.len() - 1, "{flag}: {others}\n{}", outcome.told());
        }
    }
}

#[test]
fn a_place_that_cannot_be_is_told_before_anything_is_done() {
    let folder = Sandbox::new();
    folder.file("file", "x");
    folder.file("folder/in-it", "x");
    for kind in kinds(&folder) {
        for flag in kind.flags {
            for place in ["file/report", "folder", "/proc/none/report"] {
                let mut arguments = words(&kind);
                arguments.extend([*flag, place]);
                let outcome = call(folder.path(), &arguments);
                outcome.assert_code(2).assert_tells(&[flag, "cannot write the report"]);
                assert!(!outcome.stdout.contains(kind.tells), "{}", outcome.told());
            }
        }
    }
}

#[test]
fn one_place_is_for_one_report() {
    let folder = Sandbox::new();
    std::os::unix::fs::symlink("x.out", folder.path().join("link.out")).expect("a link");
    for kind in kinds(&folder) {
        let [first, second, ..] = kind.flags else { panic!("two reports") };
        for (one, other) in [("x.out", "./x.out"), ("x.out", "link.out"), ("-", "-")] {
            let mut arguments = words(&kind);
            arguments.extend([*first, one, *second, other]);
            call(folder.path(), &arguments).assert_code(2).assert_tells(&[first, second]);
        }
    }
    // What is read is not to be written over.
    call(folder.path(), &["run", "good.yaml", "--json", "good.yaml"])
        .assert_code(2)
        .assert_tells(&["--json"]);
    assert_eq!(std::fs::read_to_string(folder.path().join("good.yaml")).unwrap(), suite(GOOD));
    // The system's wastebasket takes all.
    let all = ["run", "good.yaml", "--json", "/dev/null", "--junit", "/dev/null", "--html", "/dev/null"];
    call(folder.path(), &all).assert_code(0);
}

#[test]
fn a_report_on_standard_output_stands_there_alone() {
    let folder = Sandbox::new();
    folder.file("bad.yaml", suite(BAD));
    let outcome = call(folder.path(), &["run", "bad.yaml", "--json", "-"]);
    outcome.assert_code(1);
    let results: serde_json::Value = serde_json::from_str(&outcome.stdout).expect("JSON and nothing else");
    assert_eq!(results["summary"]["fail"], 1);
    assert!(outcome.stderr.contains("1 fail"), "{}", outcome.told());
    assert!(!folder.path().join("-").exists());
}

#[test]
fn a_link_is_followed() {
    let folder = Sandbox::new();
    folder.file("good.yaml", suite(GOOD));
    std::os::unix::fs::symlink("real.json", folder.path().join("link.json")).expect("a link");
    call(folder.path(), &["run", "good.yaml", "--json", "link.json"]).assert_code(0);
    assert!(std::fs::symlink_metadata(folder.path().join("link.json")).unwrap().is_symlink());
    assert!(std::fs::read_to_string(folder.path().join("real.json")).unwrap().contains("\"schema\""));
}

/// Runs the program with a standard output that nobody reads.
fn unread(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let mut child = command(folder, arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    let mut told = String::new();
    child.stderr.take().expect("standard error").read_to_string(&mut told).expect("UTF-8");
    (child.wait().expect("it ends").code().unwrap_or(-1), told)
}

#[test]
fn a_closed_pipe_changes_no_code() {
    let folder = Sandbox::new();
    for kind in kinds(&folder).iter().filter(|kind| !kind.on_stderr) {
        let (code, told) = unread(folder.path(), &words(kind));
        assert_eq!(code, kind.code, "{told}");
        assert!(!told.contains("panicked") && !told.contains("error"), "{told}");
        assert!(folder.path().join("reports").read_dir().expect("reports").count() >= 2);
    }
    let fuzz = ["fuzz", "--defect", "books/no-fiscal-sale", "--shrink-budget", "10"];
    let (code, told) = unread(folder.path(), &fuzz);
    assert_eq!(code, 1, "{told}");
    assert!(folder.path().join("reports/fuzz-regressions.txt").exists());
    for arguments in [
        &["list"][..],
        &["defects"],
        &["schema"],
        &["coverage"],
        &["personalities"],
        &["plan", "--case", "cash/*"],
    ] {
        let (code, told) = unread(folder.path(), arguments);
        assert_eq!((code, told.as_str()), (0, ""), "{arguments:?}");
    }
}

#[test]
fn a_full_standard_output_changes_no_verdict() {
    let folder = Sandbox::new();
    folder.file("bad.yaml", suite(BAD));
    let mut command = command(folder.path(), &["run", "bad.yaml"]);
    command.stdout(std::fs::OpenOptions::new().write(true).open("/dev/full").expect("/dev/full"));
    let outcome = outcome(command);
    outcome.assert_code(1).assert_tells(&["cannot write to standard output"]);
    assert!(folder.path().join("reports/junit.xml").exists());
}

#[test]
fn a_finding_of_fuzz_whose_folder_is_full_is_printed_as_a_suite() {
    let folder = Sandbox::new();
    // The folder takes a try, and then no file of that name any more.
    let reports = folder.path().join("reports");
    std::fs::create_dir(&reports).expect("a folder");
    std::os::unix::fs::symlink("/dev/full", reports.join("fuzz-1.yaml")).expect("a link");
    let seeds = reports.join("fuzz-regressions.txt");
    std::os::unix::fs::symlink("/dev/full", &seeds).expect("a link");
    for seed in 1..60 {
        let link = reports.join(format!("fuzz-{seed}.yaml"));
        let _ = std::os::unix::fs::symlink("/dev/full", link);
    }
    let _ = std::fs::remove_file(&seeds);
    let fuzz = ["fuzz", "--defect", "books/no-fiscal-sale", "--shrink-budget", "10"];
    let outcome = call(folder.path(), &fuzz);
    outcome.assert_code(1).assert_tells(&[
        "is broken: seed",
        "about: A sequence that fuzz found",
        "cannot write",
    ]);
}
