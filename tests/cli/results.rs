//! What a run writes for machines.

use super::support::Sandbox;
use super::{GOOD, call, suite};
use serde_json::Value;

const BAD: &str = "  - name: test/bad\n    about: The device sends what XML forbids.\n    requirements: [CHK-1]\n    steps:\n      - {get: \"/apicheck/?beep=%01%00%EF%BF%BE]]>&<\", expect: -1 nothing-of-the-kind}\n";

#[test]
fn junit_is_well_formed_with_a_testcase_a_case() {
    let folder = Sandbox::new();
    folder.file("mixed.yaml", suite(&format!("{GOOD}{BAD}")));
    call(folder.path(), &["run", "mixed.yaml", "--junit", "out/j.xml"]).assert_code(1);
    let text = std::fs::read_to_string(folder.path().join("out/j.xml")).expect("the report");
    let document = roxmltree::Document::parse(&text).expect("XML");
    let named = |name: &'static str| document.descendants().filter(move |node| node.has_tag_name(name));
    let mut names: Vec<&str> = named("testcase").filter_map(|node| node.attribute("name")).collect();
    names.sort_unstable();
    assert_eq!(names, ["test/bad", "test/good"]);
    assert_eq!(named("testsuite").filter_map(|node| node.attribute("name")).collect::<Vec<_>>(), ["mixed"]);
    assert_eq!(named("failure").count(), 1);
    let transcript: String = named("system-out").filter_map(|node| node.text()).collect();
    assert!(transcript.contains("/apicheck/"), "{transcript}");
    for (counter, counted) in [("tests", "testcase"), ("failures", "failure"), ("skipped", "skipped")] {
        let told: usize =
            named("testsuite").filter_map(|node| node.attribute(counter)?.parse::<usize>().ok()).sum();
        assert_eq!(told, named(counted).count(), "{counter}");
    }
}

#[test]
fn results_hold_what_scripts_read() {
    let folder = Sandbox::new();
    call(folder.path(), &["run", "--case", "replay/*", "--json", "r.json"]).assert_code(0);
    let text = std::fs::read_to_string(folder.path().join("r.json")).expect("the results");
    let results: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(results["schema"], 1);
    assert_eq!(results["register"], "v22");
    assert_eq!(results["summary"]["fail"], 0);
    assert_eq!(results["device"]["serial"], "011700029000");
    let cases = results["cases"].as_array().expect("cases");
    assert_eq!(results["summary"]["pass"].as_u64(), Some(cases.len() as u64));
    let sent: u64 = cases.iter().filter_map(|case| case["requests"].as_u64()).sum();
    assert_eq!(results["summary"]["requests"].as_u64(), Some(sent));
    assert_eq!(results["answers"]["Q-KEY-1"], "repeats");
}

#[test]
fn diff_tells_better_from_worse() {
    let folder = Sandbox::new();
    folder.file("s.yaml", suite(GOOD));
    call(folder.path(), &["run", "s.yaml", "--json", "old.json"]).assert_code(0);
    folder.file("s.yaml", suite(&GOOD.replace("expect: success", "expect: -1")));
    call(folder.path(), &["run", "s.yaml", "--json", "new.json"]).assert_code(1);
    call(folder.path(), &["diff", "old.json", "new.json"]).assert_code(1).assert_tells(&["test/good"]);
    call(folder.path(), &["diff", "new.json", "old.json"]).assert_code(0).assert_tells(&["test/good"]);
    call(folder.path(), &["diff", "old.json", "none.json"]).assert_code(2);
}
