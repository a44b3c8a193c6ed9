//! The commands that send nothing.

use super::support::root;
use super::{GOOD, call, ikkm, suite, support::Sandbox};
use serde_json::Value;

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON on standard output")
}

#[test]
fn list_shows_a_line_a_case() {
    let listed = ikkm(&["list", "--case", "key/*"]);
    listed.assert_code(0).assert_tells(&["key/", "must", "KEY-1", "fiscal"]);
    assert!(listed.stdout.lines().all(|line| line.starts_with("key/")), "{}", listed.stdout);
    let all = ikkm(&["list"]).stdout.lines().count();
    assert!(all >= 300, "{all} cases");
}

#[test]
fn list_as_json_has_name_level_requirements_and_effects() {
    let listed = ikkm(&["list", "--json", "--requirement", "KEY-5"]);
    let cases = json(&listed.assert_code(0).stdout);
    let cases = cases.as_array().expect("a list");
    assert!(!cases.is_empty());
    for case in cases {
        assert!(case["name"].is_string() && case["effects"].is_array(), "{case}");
        assert!(case["requirements"].as_array().unwrap().contains(&"KEY-5".into()), "{case}");
        assert!(["must", "should", "open"].contains(&case["level"].as_str().unwrap()), "{case}");
    }
}

#[test]
fn coverage_lists_every_requirement_of_a_device() {
    let covered = json(&ikkm(&["coverage", "--json"]).stdout);
    let lines = covered.as_array().expect("a list");
    let of = |id: &str| lines.iter().find(|line| line["id"] == id).expect("the id");
    assert!(of("KEY-5")["cases"].as_array().unwrap().len() > 1);
    assert_eq!(of("ERR-cash-lq-sale")["level"], "must");
    let open = of("Q-KEY-1");
    assert!(!open["cases"].as_array().unwrap().is_empty(), "{open}");
}

#[test]
fn coverage_ends_1_when_a_must_has_no_case() {
    let folder = Sandbox::new();
    folder.file("one.yaml", suite(GOOD));
    call(folder.path(), &["coverage", "one.yaml"]).assert_code(1).assert_tells(&["KEY-5", "uncovered"]);
}

#[test]
fn the_schema_is_the_committed_one() {
    let printed = ikkm(&["schema"]);
    let committed = std::fs::read_to_string(root().join("suites/schema.json")).expect("the schema");
    assert_eq!(json(&printed.assert_code(0).stdout), json(&committed));
}

#[test]
fn lint_takes_the_built_in_suites() {
    let suites = root().join("suites/device");
    ikkm(&["lint", suites.to_str().expect("a path")]).assert_code(0).assert_tells(&["no mistake"]);
}

#[test]
fn lint_shows_every_mistake_with_its_place() {
    let folder = Sandbox::new();
    let faulty = suite(
        "  - name: test/a\n    requirements: [KEY-99]\n    steps:\n      - {sael: 1}\n  - name: test/b\n    requirements: [KEY-1]\n    steps: []\n",
    );
    folder.file("a.yaml", suite("  - {nmae: x}\n"));
    folder.file("b.yaml", faulty.replace("sael", "sale"));
    let linted = call(folder.path(), &["lint", "a.yaml", "b.yaml"]);
    linted.assert_code(2).assert_tells(&["a.yaml:3:6", "- {nmae: x}", "did you mean `name`?"]);
    linted.assert_tells(&["b.yaml:4:", "KEY-99"]);
}

#[test]
fn personalities_are_eight_or_more() {
    let listed = ikkm(&["personalities"]);
    assert!(listed.assert_code(0).stdout.lines().count() >= 8);
    listed.assert_tells(&["plain", "strict"]);
}

#[test]
fn wrong_usage_ends_2_and_help_0() {
    ikkm(&["--help"]).assert_code(0).assert_tells(&["run", "lint", "emulate"]);
    ikkm(&["--version"]).assert_code(0);
    for wrong in [
        &["dance"][..],
        &["lint"],
        &["run", "--rate", "fast"],
        &["run", "--allow", "everything"],
        &["run", "--personality", "nobody"],
        &["run", "--target", "http://127.0.0.1:1"],
        &["run", "--target", "no url", "--key", "12345678"],
        &["run", "--key", "1234567"],
        &["run", "no-such-file.yaml"],
        &["run", "--requirement", "KEY-55"],
    ] {
        let told = ikkm(wrong);
        told.assert_code(2);
        assert!(!told.stderr.is_empty(), "{wrong:?}");
    }
}

#[test]
fn selecting_nothing_is_an_error() {
    ikkm(&["run", "--case", "no/such/case"])
        .assert_code(2)
        .assert_tells(&["--case no/such/case fits no case"]);
    ikkm(&["list", "--case", "no/such/case"]).assert_code(2);
    let folder = Sandbox::new();
    folder.file("empty/readme.txt", "no suite");
    call(folder.path(), &["run", "empty"]).assert_code(2).assert_tells(&["holds no suite"]);
}
