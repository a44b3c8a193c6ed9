//! What CI gets beside the reports: annotations, a code-quality report, a summary in Markdown.

use super::call;
use super::support::{Sandbox, python};
use serde_json::Value;

const DEFECT: [&str; 5] =
    ["run", "--defect", "keys/repeat-registers", "--case", "replay/registers-nothing/*"];

fn read(folder: &Sandbox, name: &str) -> String {
    std::fs::read_to_string(folder.path().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn github_gets_a_command_a_finding_and_a_summary() {
    let folder = Sandbox::new();
    let outcome =
        call(folder.path(), &[&DEFECT[..], &["--annotations", "github", "--summary", "s.md"]].concat());
    outcome.assert_code(1);
    let commands: Vec<&str> = outcome.stdout.lines().filter(|line| line.starts_with("::")).collect();
    assert!(commands[0].starts_with("::error file=suites/device/"), "{}", outcome.told());
    assert!(commands.iter().any(|line| line.contains("title=KEY-5 (must%2C v22 §4)")), "{commands:?}");
    let summary = read(&folder, "s.md");
    for part in [
        "## ❌ iKKM conformance: does not conform",
        "**KEY-5** (must, v22 §4)",
        "`ikkm-conformance explain KEY-5`",
    ] {
        assert!(summary.contains(part), "{part}: {summary}");
    }
    assert!(!folder.path().join("reports/code-quality.json").exists());
}

#[test]
fn gitlab_gets_a_code_quality_report_that_is_the_same_the_next_time() {
    let folder = Sandbox::new();
    let prints = |extra: &[&str], file: &str| -> Vec<String> {
        call(folder.path(), &[&DEFECT[..], &["--annotations", "gitlab"], extra].concat()).assert_code(1);
        let issues: Vec<Value> = serde_json::from_str(&read(&folder, file)).expect("a list");
        assert!(
            issues.iter().any(|one| one["check_name"] == "KEY-5" && one["severity"] == "critical"),
            "{issues:?}"
        );
        issues.iter().map(|one| one["fingerprint"].as_str().expect("a text").to_owned()).collect()
    };
    let first = prints(&[], "reports/code-quality.json");
    assert!(!first.is_empty());
    assert_eq!(first, prints(&["--code-quality", "quality/gl.json"], "quality/gl.json"));
}

#[test]
fn a_run_that_conforms_announces_nothing_and_says_so() {
    let folder = Sandbox::new();
    let arguments = [
        "run",
        "--case",
        "replay/registers-nothing/*",
        "--annotations",
        "github",
        "--code-quality",
        "q.json",
        "--summary",
        "s.md",
    ];
    let outcome = call(folder.path(), &arguments);
    outcome.assert_code(0);
    assert!(!outcome.stdout.contains("::"), "{}", outcome.told());
    assert_eq!(read(&folder, "q.json"), "[]\n");
    assert!(read(&folder, "s.md").starts_with("## ✅ iKKM conformance: conforms in the part"));
}

#[test]
fn the_places_are_tried_and_one_report_may_go_to_standard_output() {
    call(
        Sandbox::new().path(),
        &["run", "--case", "replay/registers-nothing/*", "--summary", "reports/junit.xml"],
    )
    .assert_code(2)
    .assert_tells(&["--junit and --summary name one file"]);
    let outcome =
        call(Sandbox::new().path(), &[&DEFECT[..], &["--annotations", "github", "--summary", "-"]].concat());
    outcome.assert_code(1);
    assert!(outcome.stdout.starts_with("## ❌"), "{}", outcome.told());
    assert!(outcome.stderr.contains("\n::error file="), "{}", outcome.told());
}

#[test]
fn a_client_is_judged_for_ci_too() {
    let folder = Sandbox::new();
    let example = format!("{} {}/docs/examples/client.py", python(), env!("CARGO_MANIFEST_DIR"));
    call(folder.path(), &["certify", "--driver", &example, "--case", "replay/r*", "--summary", "s.md"])
        .assert_code(0);
    assert!(read(&folder, "s.md").starts_with("## ✅ iKKM conformance: "));
}
