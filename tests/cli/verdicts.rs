//! Exit codes, and what a tester sees of a verdict.

use super::support::{Sandbox, root};
use super::{GOOD, call, suite};

#[test]
fn a_device_that_conforms_ends_0_and_leaves_three_reports() {
    let folder = Sandbox::new();
    let run = call(folder.path(), &["run", "--case", "key/*"]);
    run.assert_code(0).assert_tells(&["0 fail", "0 inconclusive", "0 not-applicable"]);
    for report in ["junit.xml", "results.json", "index.html"] {
        assert!(folder.path().join("reports").join(report).is_file(), "{report}");
    }
}

#[test]
fn a_get_info_that_cannot_be_parsed_is_a_finding_that_says_where_and_leaves_its_reports() {
    let folder = Sandbox::new();
    let mutant = ["--defect", "batch-e/getinfo-begins-with-byte-order-mark"];
    let run = call(folder.path(), &[&["run", "--case", "check/ready/sale"], &mutant[..]].concat());
    // The only case needs getInfo, so none came to a verdict; what was seen is told all the same.
    run.assert_code(2);
    run.assert_tells(&["getInfo cannot be parsed as JSON", "WIRE-12", "no JSON at byte 0 of"]);
    assert!(folder.path().join("reports/junit.xml").is_file());
    for report in ["results.json", "index.html"] {
        let text = std::fs::read_to_string(folder.path().join("reports").join(report)).expect(report);
        assert!(text.contains("WIRE-12"), "{report}");
    }
}

#[test]
fn complete_counts_what_was_not_tested() {
    let folder = Sandbox::new();
    call(folder.path(), &["run", "--case", "key/*", "--complete"]).assert_code(1);
}

#[test]
fn a_wrong_expectation_in_a_copied_suite_shows_what_differs() {
    let folder = Sandbox::new();
    let original = std::fs::read_to_string(root().join("suites/device/replay.yaml")).expect("the suite");
    let copied = original.replacen("moves: nothing", "moves: {sale: 800.5}", 1);
    assert_ne!(original, copied);
    folder.file("replay.yaml", copied);
    let run = call(folder.path(), &["run", "replay.yaml"]);
    run.assert_code(1);
    run.assert_tells(&["FAIL", "(replay.yaml:", "judged >  curl ", "expected", "1600.50", "found", "KEY-5"]);
    run.assert_tells(&["does not conform", "--case"]);
}

#[test]
fn a_wrong_pair_is_shown_beside_the_right_one() {
    let folder = Sandbox::new();
    let case = "  - name: test/pair\n    requirements: [PAY-4]\n    steps:\n      - {sale: 800, cash: 200, expect: -13 cash-lq-sale}\n";
    folder.file("pair.yaml", suite(case));
    let run = call(folder.path(), &["run", "pair.yaml"]);
    run.assert_code(1);
    run.assert_tells(&[
        "PAY-4 (must",
        "(pair.yaml:6)",
        "sale=800&cash=200",
        "-13",
        "400 cash-lq-sale",
        "-10",
    ]);
}

#[test]
fn a_should_warns_and_strict_makes_it_fail() {
    let folder = Sandbox::new();
    let case = "  - name: test/should\n    requirements: [WIRE-12]\n    steps:\n      - {get: /apicheck/, expect: 200 * 1}\n";
    folder.file("should.yaml", suite(case));
    call(folder.path(), &["run", "should.yaml"]).assert_code(0).assert_tells(&["1 warn"]);
    call(folder.path(), &["run", "should.yaml", "--strict"]).assert_code(1).assert_tells(&["1 fail"]);
}

#[test]
fn a_document_that_only_an_open_question_speaks_of_is_never_a_pass_nor_a_failure() {
    let folder = Sandbox::new();
    let case = "  - name: test/asked\n    requirements: [Q-DUMP-4]\n    steps:\n      - {get: /apicheck/getInfo, expect: document, check: {cashWeHave: number = -1}}\n";
    folder.file("asked.yaml", suite(case));
    let run = call(folder.path(), &["run", "asked.yaml"]);
    // Nothing was decided, so nothing was tested.
    run.assert_code(2).assert_tells(&["1 inconclusive", "the question could not be asked"]);
}

#[test]
fn a_typo_ends_2_with_file_line_and_column() {
    let folder = Sandbox::new();
    folder.file("typo.yaml", suite(&GOOD.replace("requirements", "requirments")));
    let run = call(folder.path(), &["run", "typo.yaml"]);
    run.assert_code(2).assert_tells(&[
        "typo.yaml:4:5",
        "requirments: [CHK-1]",
        "did you mean `requirements`?",
    ]);
    assert!(!folder.path().join("reports").exists(), "a faulty suite must not leave reports");
}

#[test]
fn a_device_that_is_not_there_ends_3() {
    let folder = Sandbox::new();
    folder.file("good.yaml", suite(GOOD));
    let nobody =
        std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("its address");
    let target = format!("http://{nobody}");
    let run = call(folder.path(), &["run", "good.yaml", "--target", &target, "--key", "12345678", "--yes"]);
    run.assert_code(3).assert_tells(&["cannot be reached"]);
}

#[test]
fn keys_are_in_no_report_and_no_output() {
    let folder = Sandbox::new();
    let run = call(folder.path(), &["run", "--case", "key/*", "--key", "01234567"]);
    assert_eq!(run.code, 0);
    let mut texts = vec![run.stdout, run.stderr];
    for report in ["junit.xml", "results.json", "index.html"] {
        texts.push(std::fs::read_to_string(folder.path().join("reports").join(report)).expect("a report"));
    }
    assert!(texts.iter().all(|text| !text.contains("01234567")), "the first key shows");
}
