//! `fuzz` on the real binary: nothing on a device that is right; a seeded defect is found, and its
//! suite file fails there and passes on a device that is right.

use ikkm_harness::fuzz::form::{Form, Mangle};
use ikkm_harness::fuzz::operation::{Call, Operation};
use ikkm_harness::fuzz::player::{Finding, Step};
use ikkm_harness::fuzz::search::{Failure, draw};
use ikkm_harness::fuzz::suite_file;
use ikkm_harness::suite::expect::{Expectation, Shape};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

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

/// A seed whose sequence has an operation with these words and no Z report, which would take 40 s of real time.
fn seed_without_z(folder: &Path, words: &[&str]) -> String {
    // The sequences of single pairs are short.
    let drawn = run(folder, &["fuzz", "--dry-run", "--seed", "1000000", "--cases", "900"]);
    let drawn = told(&drawn);
    let has = |seed: usize, words: &[&str]| {
        let own = format!("{seed}.");
        drawn.lines().any(|line| line.starts_with(&own) && words.iter().all(|word| line.contains(word)))
    };
    (1_000_000..1_000_900)
        .find(|seed| has(*seed, words) && !has(*seed, &["/apizreport"]))
        .expect("a seed without a Z report")
        .to_string()
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

/// Faults that show on paper, online, in a document or in a mode, each with the line that the fuzzer names.
const SHOWN_ELSEWHERE: [(&str, &str); 8] = [
    ("print/header-once", "PRN-6"),
    ("keys/duplicate-once", "KEY-6"),
    ("limits/quantity-two-decimals-online", "ITEM-8"),
    ("manage/batch-ignored", "MGMT-3"),
    ("info/no-cashierid", "CHK-2"),
    ("transaction/never-sent", "DUMP-11"),
    ("overlooked/shift-list-buys", "DUMP-13"),
    ("manage/lock-ignored", "MGMT-4"),
];

#[test]
fn what_shows_elsewhere_than_in_an_answer_is_looked_for_by_the_suite() {
    for (defect, requirement) in SHOWN_ELSEWHERE {
        let folder = folder(&format!("fuzz-shown-{}", defect.replace('/', "-")));
        let defect = ["--defect", defect];
        let found = told(&run(&folder, &[&["fuzz"], &defect[..]].concat()));
        assert!(found.starts_with(&format!("{requirement} is broken: seed ")), "{found}");
        let again =
            found.lines().find(|line| line.trim().starts_with("ikkm-conformance run ")).expect("a suite");
        let suite = again.trim().trim_start_matches("ikkm-conformance run ");
        let again = run(&folder, &[&["run", "--strict", suite], &defect[..]].concat());
        let text = std::fs::read_to_string(folder.join(suite)).unwrap();
        assert_eq!(again.status.code(), Some(1), "{text}{}", told(&again));
        assert!(told(&again).contains(&format!("{requirement} (")), "{text}{}", told(&again));
        let clean = run(&folder, &["run", suite]);
        assert_eq!(clean.status.code(), Some(0), "{text}{}", told(&clean));
    }
}

/// A step of each form, the first with a lost answer.
fn oddly_written() -> Failure {
    let forms = [Form::Query, Form::Browser, Form::Split, Form::Multipart]
        .into_iter()
        .chain(Mangle::ALL.map(Form::Mangled))
        .enumerate();
    let step = |(index, form): (usize, Form)| {
        let params = [("sale", "7"), ("cash", "10"), ("tax", "<default-tax>")];
        // Only a plain query can be filled in.
        let count = if index == 0 { 3 } else { 2 };
        let lost = index == 0;
        let call = Call { lost, ..Call::with("/api/", form, &params[..count]) };
        let shapes = if form.is_promised() {
            vec![Shape::Registered]
        } else {
            vec![Shape::Registered, Shape::Refused]
        };
        Step { operation: Operation::Call(call), expectation: Some(Expectation(shapes)), registered: true }
    };
    let finding = Finding {
        requirement: "KEY-5".to_owned(),
        step: 0,
        expected: "one receipt".to_owned(),
        found: "two".to_owned(),
        at_end: true,
        ..Finding::default()
    };
    let steps = forms.map(step).collect();
    Failure {
        seed: 7,
        found_after: 1,
        shrink_requests: 0,
        finding,
        steps,
        unshortened: None,
        ..Failure::default()
    }
}

#[test]
fn lost_answers_and_odd_encodings_can_be_played_again() {
    let folder = folder("fuzz-odd");
    std::fs::write(folder.join("odd.yaml"), suite_file::text(&oddly_written())).unwrap();
    for personality in ["plain", "strict", "lenient"] {
        let clean = run(&folder, &["run", "odd.yaml", "--personality", personality]);
        assert_eq!(clean.status.code(), Some(0), "{}", told(&clean));
        assert!(told(&clean).contains("1 pass"), "{}", told(&clean));
    }
    let wrong = run(&folder, &["run", "odd.yaml", "--defect", "keys/repeat-registers"]);
    assert_eq!(wrong.status.code(), Some(1), "{}", told(&wrong));
    assert!(told(&wrong).contains("KEY-5 (must"), "{}", told(&wrong));
}

#[test]
fn a_device_that_cannot_be_reset_is_shrunk_on() {
    let folder = folder("fuzz-target");
    let seed = seed_without_z(&folder, &["(\"sale\", \"800\"), (\"bank\", \"500\"), (\"cash\", \"300\")"]);
    let key = "01234567";
    let arguments =
        ["emulate", "--listen", "127.0.0.1:0", "--key", key, "--defect", "books/mixed-counts-twice"];
    let mut device = Command::new(env!("CARGO_BIN_EXE_ikkm-conformance"))
        .current_dir(&folder)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(device.stdout.take().unwrap()).lines();
    let url = lines.find_map(|line| line.unwrap().strip_prefix("listening on ").map(str::to_owned)).unwrap();
    let target = ["fuzz", "--target", &url, "--key", key, "--allow", "all", "--state", "journal"];
    // Sequences without a Z report, which would take 40 s of real time.
    let bounds = ["--yes", "--rate", "unlimited", "--seed", &seed, "--cases", "1", "--shrink-budget", "800"];
    let found = run(&folder, &[&target[..], &bounds].concat());
    device.kill().unwrap();
    device.wait().unwrap();
    assert_eq!(found.status.code(), Some(1), "{} {}", told(&found), String::from_utf8_lossy(&found.stderr));
    let line = told(&found).lines().next().unwrap().to_owned();
    assert!(line.starts_with("REG-2 is broken") || line.starts_with("DUMP-7 is broken"), "{line}");
    let number = |after: &str| -> u64 {
        let rest = line.split(after).nth(1).unwrap();
        rest.split_whitespace().next().unwrap().parse().unwrap()
    };
    assert!(number("shortened to ") <= 3, "{line}");
    // The sequence under way is finished.
    assert!(number("steps with ") <= 860, "{line}");
}

#[test]
fn a_fault_that_breaks_the_key_chain_is_reported_though_nothing_can_be_shortened() {
    for defect in ["keys/ten-digits", "keys/error-turns-key"] {
        let folder = folder(&format!("fuzz-chain-{}", defect.replace('/', "-")));
        // A refused registration, which must not turn the key.
        let seed = seed_without_z(&folder, &["\"/api/\"", "key: Wrong"]);
        let mut device = Command::new(env!("CARGO_BIN_EXE_ikkm-conformance"))
            .args(["emulate", "--listen", "127.0.0.1:0", "--key", "01234567", "--defect", defect])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(device.stdout.take().unwrap()).lines();
        let listening =
            |line: std::io::Result<String>| line.unwrap().strip_prefix("listening on ").map(str::to_owned);
        let url = lines.find_map(listening).unwrap();
        let target = ["fuzz", "--target", &url, "--key", "01234567", "--allow", "all", "--state", "journal"];
        let bounds = ["--yes", "--rate", "unlimited", "--seed", &seed, "--cases", "1"];
        let found = run(&folder, &[&target[..], &bounds].concat());
        device.kill().unwrap();
        device.wait().unwrap();
        assert_eq!(found.status.code(), Some(1), "{defect}: {}", told(&found));
        assert!(told(&found).contains(&format!("is broken: seed {seed}")), "{}", told(&found));
        assert!(told(&found).contains("not shortened further: "), "{}", told(&found));
        let suite = std::fs::read_to_string(folder.join(format!("reports/fuzz-{seed}.yaml"))).unwrap();
        assert!(suite.contains(&format!("fuzz/seed-{seed}")) && !suite.contains("and shortened"), "{suite}");
        let seeds = std::fs::read_to_string(folder.join("reports/fuzz-regressions.txt")).unwrap();
        assert!(seeds.starts_with(&format!("{seed} ")), "{seeds}");
    }
}

#[test]
fn the_fuzzer_alone_finds_what_the_library_promises() {
    let folder = folder("fuzz-qualify");
    let output = run(&folder, &["qualify", "--near", "--fuzz", "--defect", "cash/*"]);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    let text = std::fs::read_to_string(folder.join("reports/qualify.json")).unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    let promised = &document["fuzz"]["promised"];
    assert!(promised["found"].as_u64().unwrap() >= 6 && promised["missed"] == 0, "{promised}");
    assert!(promised["worst_requests"].as_u64().unwrap() <= 2_000, "{promised}");
    assert!(promised["most_steps"].as_u64().unwrap() <= 6, "{promised}");
    // What cannot be found so soon is told, and where it was promised that is a failure.
    let hasty = ["qualify", "--near", "--fuzz", "--fuzz-requests", "1", "--defect", "cash/third*"];
    let hasty = run(&folder, &hasty);
    assert_eq!(hasty.status.code(), Some(1), "{}", told(&hasty));
    assert!(told(&hasty).contains("missed by the fuzzer  cash/third-deposit-twice"), "{}", told(&hasty));
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

#[test]
fn the_results_are_written_as_those_of_run() {
    let folder = folder("fuzz-reports");
    let reports = ["--json", "r.json", "--junit", "r.xml", "--html", "r.html"];
    let found = run(&folder, &[&["fuzz", "--defect", "books/no-fiscal-sale"], &reports[..]].concat());
    assert_eq!(found.status.code(), Some(1), "{}", told(&found));
    let requirement = told(&found).split(' ').next().unwrap().to_owned();
    let text = std::fs::read_to_string(folder.join("r.json")).unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    let cases = document["cases"].as_array().unwrap();
    let failed: Vec<&Value> = cases.iter().filter(|case| case["verdict"] == "fail").collect();
    assert_eq!(failed.len(), 1, "{document:#}");
    assert!(failed[0]["name"].as_str().unwrap().starts_with("fuzz/seed-"), "{document:#}");
    let findings = serde_json::to_string(&document).unwrap();
    assert!(findings.contains(&format!("\"requirement\":\"{requirement}\"")), "{document:#}");
    let junit = std::fs::read_to_string(folder.join("r.xml")).unwrap();
    assert!(junit.contains("<failure") && junit.contains(&requirement), "{junit}");
    assert!(std::fs::read_to_string(folder.join("r.html")).unwrap().contains(&requirement));
}

#[test]
fn what_was_played_is_told_and_what_was_not() {
    let folder = folder("fuzz-covered");
    let played = run(&folder, &["fuzz", "--until-covered", "--requests", "200"]);
    assert_eq!(played.status.code(), Some(0), "{}", told(&played));
    let told = told(&played);
    let line = told.lines().find(|line| line.starts_with("played ")).expect("the pairs");
    let numbers: Vec<usize> = line.split(' ').filter_map(|word| word.parse().ok()).collect();
    assert!(numbers[0] > 50 && numbers[0] < numbers[1], "{line}");
    assert!(told.contains("not played, within the bounds of this search: "), "{told}");
}

#[test]
fn every_pair_that_can_be_reached_is_played() {
    let folder = folder("fuzz-pairs");
    let played = run(&folder, &["fuzz", "--until-covered"]);
    let told = told(&played);
    assert_eq!(played.status.code(), Some(0), "{told}");
    let line = told.lines().find(|line| line.starts_with("played ")).expect("the pairs");
    let numbers: Vec<usize> = line.split(' ').filter_map(|word| word.parse().ok()).collect();
    assert_eq!(numbers[0], numbers[1], "{told}");
}

#[test]
fn session_variables_are_put_back_on_a_device() {
    let folder = folder("fuzz-put-back");
    let drawn = told(&run(&folder, &["fuzz", "--dry-run", "--seed", "1000000", "--cases", "900"]));
    let of = |seed: usize| {
        let own = format!("{seed}.");
        drawn.lines().filter(move |line| line.starts_with(&own)).collect::<Vec<_>>()
    };
    let seed = (1_000_000..1_000_900)
        .find(|seed| {
            let modes: Vec<&str> =
                of(*seed).into_iter().filter(|line| line.contains("setPrintMode")).collect();
            modes.last().is_some_and(|last| last.contains("lan-printer") && !last.contains("Wrong"))
                && !of(*seed).iter().any(|line| line.contains("/apizreport"))
        })
        .expect("a seed that leaves another print mode");
    let mut device = Command::new(env!("CARGO_BIN_EXE_ikkm-conformance"))
        .args(["emulate", "--listen", "127.0.0.1:0", "--key", "01234567"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(device.stdout.take().unwrap()).lines();
    let url = lines.find_map(|line| line.unwrap().strip_prefix("listening on ").map(str::to_owned)).unwrap();
    let seed = seed.to_string();
    let target = ["fuzz", "--target", &url, "--key", "01234567", "--allow", "all", "--state", "journal"];
    let bounds = ["--yes", "--rate", "unlimited", "--seed", &seed, "--cases", "1"];
    let played = run(&folder, &[&target[..], &bounds].concat());
    std::fs::write(
        folder.join("mode.yaml"),
        "about: The print mode.\ncases:\n  - name: mode/back\n    requirements: [MGMT-8]\n    steps:\n      - {get: /apicheck/getInfo, check: {printingMode: = internal}}\n",
    )
    .unwrap();
    let looked =
        run(&folder, &["run", "mode.yaml", "--target", &url, "--state", "journal", "--rate", "unlimited"]);
    device.kill().unwrap();
    device.wait().unwrap();
    assert_eq!(played.status.code(), Some(0), "{}", told(&played));
    assert!(!told(&played).contains("not put back"), "{}", told(&played));
    let preview = String::from_utf8_lossy(&played.stderr).into_owned() + &told(&played);
    assert!(preview.contains("session variables, put back at the end"), "{preview}");
    assert_eq!(looked.status.code(), Some(0), "{}", told(&looked));
}

#[test]
fn every_operation_can_be_written_as_a_suite() {
    let folder = folder("fuzz-suites");
    for seed in 1..=60 {
        let step = |operation| Step { operation, expectation: None, registered: false };
        // Played, a tax has its id.
        let played = |mut operation: Operation| {
            if let Operation::Call(call) = &mut operation {
                call.params
                    .iter_mut()
                    .filter(|(_, value)| value == "<last-tax>")
                    .for_each(|(_, id)| *id = "3".into());
            }
            operation
        };
        let steps: Vec<Step> = draw(seed).into_iter().map(played).map(step).collect();
        let finding = Finding { requirement: "KEY-5".to_owned(), ..Finding::default() };
        let failure = Failure { seed, finding, steps, ..Failure::default() };
        std::fs::write(folder.join(format!("{seed}.yaml")), suite_file::text(&failure)).unwrap();
    }
    let planned = run(&folder, &["plan", "."]);
    assert_eq!(
        planned.status.code(),
        Some(0),
        "{} {}",
        told(&planned),
        String::from_utf8_lossy(&planned.stderr)
    );
}

/// What two emulators side by side come to.
fn side_by_side(name: &str, arguments: &[&str]) -> (Option<i32>, String, PathBuf) {
    let folder = folder(name);
    let output = run(&folder, &[&["fuzz", "--against", "emulator", "--requests", "600"], arguments].concat());
    let text = told(&output);
    (output.status.code(), text, folder)
}

#[test]
fn equal_devices_side_by_side_show_no_difference() {
    for personality in ["plain", "strict", "lenient"] {
        let arguments = ["--personality", personality, "--against-personality", personality];
        let (code, text, _) = side_by_side("fuzz-beside-clean", &arguments);
        assert_eq!(code, Some(0), "{text}");
        assert!(text.starts_with("no difference: "), "{text}");
    }
}

#[test]
fn a_device_that_cannot_be_read_is_not_told_to_be_alike() {
    let arguments = ["--defect", "batch-e/getinfo-begins-with-byte-order-mark"];
    let (code, text, _) = side_by_side("fuzz-beside-unread", &arguments);
    assert_eq!(code, Some(3), "{text}");
    assert!(text.starts_with("no difference before it ended early: "), "{text}");
    assert!(text.contains("the new device: getInfo cannot be read"), "{text}");
}

#[test]
fn a_fault_of_every_document_does_not_swallow_one_of_the_books() {
    let faults = ["books/no-fiscal-sale", "info/no-printingmode"];
    let arguments = faults.map(|name| ["--defect", name]).concat();
    let (code, text, folder) = side_by_side("fuzz-beside-two", &arguments);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.starts_with("2 differences: "), "{text}");
    assert!(text.contains("report: fiscalData.<type>") && text.contains("printingMode"), "{text}");
    for number in 1..=2 {
        let suite = format!("reports/against-{number}.yaml");
        assert!(folder.join(&suite).exists(), "{text}");
        let clean = run(&folder, &["run", "--quiet", &suite]);
        assert_eq!(clean.status.code(), Some(0), "{suite}: {}", told(&clean));
    }
}

#[test]
fn the_cases_of_a_run_are_compared_on_two_devices() {
    let folder = folder("fuzz-beside-run");
    let of = |more: &[&str]| {
        run(&folder, &[&["run", "--quiet", "--case", "check/*", "--against", "emulator"], more].concat())
    };
    let same = of(&["--defect", "info/no-printingmode", "--against-defect", "info/no-printingmode"]);
    assert_eq!(same.status.code(), Some(0), "what both do wrong is no difference: {}", told(&same));
    let other = of(&["--defect", "info/no-printingmode"]);
    assert_eq!(other.status.code(), Some(1), "{}", told(&other));
}
