//! A whole round: a full run, compared with itself and with a mutant, waivers written, filled in,
//! accepted, stale; and a run that is killed and goes on.

use super::support::Sandbox;
use super::{call, command};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// A mutant that one requirement catches, and that leaves the books alone.
const MUTANT: &[&str] = &["--defect", "errors/wrong-key-code"];

fn results(folder: &Path, name: &str) -> Value {
    let text = std::fs::read_to_string(folder.join(name)).expect("results");
    serde_json::from_str(&text).expect("JSON")
}

/// What is the same however often a run was broken off: verdicts and findings by case, and answers.
fn shown(results: &Value) -> (BTreeMap<String, String>, Value, Value) {
    let cases = results["cases"].as_array().expect("cases").iter().map(|case| {
        let findings = case["findings"].as_array().map_or(0, Vec::len);
        let name = case["name"].as_str().expect("a name").to_owned();
        (name, format!("{} with {findings} findings", case["verdict"]))
    });
    (cases.collect(), results["answers"].clone(), results["untested"].clone())
}

#[test]
fn a_run_goes_the_whole_round() {
    let folder = Sandbox::new();
    let run = |more: &[&str]| call(folder.path(), &[&["run", "--quiet"], more].concat());
    // What the mutant shows in, and the shifts and documents after it.
    let all = ["--case", "{key,replay,errors,wire,cash,shift,print,documents}/*"];
    run(&[&["--json", "good.json"], &all[..]].concat()).assert_code(0);
    let same = call(folder.path(), &["diff", "good.json", "good.json"]);
    same.assert_code(0);
    for kind in ["broken", "missing", "fixed", "changed", "added"] {
        assert!(!same.stdout.contains(kind), "{}", same.told());
    }
    let good = results(folder.path(), "good.json");
    let names = good["cases"].as_array().expect("cases").iter().filter_map(|case| case["name"].as_str());
    assert!(names.filter(|name| name.starts_with("reconciliation/")).count() > 3);

    run(&[MUTANT, &["--json", "bad.json", "--write-waivers", "w.yaml"], &all].concat()).assert_code(1);
    let worse = call(folder.path(), &["diff", "good.json", "bad.json"]);
    // One cause is one finding, however many cases show it.
    worse.assert_code(1).assert_tells(&["broken (", "new findings (1)", "--all names them"]);
    assert!(worse.stdout.lines().count() < 40, "{}", worse.told());

    // What waivers do shows in a part as well.
    let part = ["--case", "key/*", "--case", "errors/*", "--case", "wire/*", "--waivers", "w.yaml"];
    run(&[MUTANT, &part].concat()).assert_code(1).assert_tells(&["over the placeholder"]);
    let proposed = std::fs::read_to_string(folder.path().join("w.yaml")).expect("the proposal");
    folder.file("w.yaml", proposed.replace("not looked at yet", "known").replace("nobody yet", "A. Bek"));
    run(&[MUTANT, &part].concat()).assert_code(0).assert_tells(&["WAIVED"]);
    run(&part).assert_code(1).assert_tells(&["matches nothing any more"]);
}

/// Each of these breaks one thing, which shows in many cases and in the books; the requirement that tells it
/// best stands for it.
#[test]
fn a_mutant_is_one_finding() {
    let folder = Sandbox::new();
    let cases = ["--case", "{aftermath,books,cash,documents,payments,registration,shift,tax}/*"];
    let run = |more: &[&str]| call(folder.path(), &[&["run", "--quiet"], &cases[..], more].concat());
    run(&["--json", "good.json"]).assert_code(0);
    for (mutant, requirement) in
        [("wire/reason-says-ok", "CASH-1"), ("books/no-fiscal-buy", "REG-2"), ("report/no-taxes", "DUMP-5")]
    {
        let told = run(&["--defect", mutant, "--json", "bad.json"]);
        told.assert_code(1).assert_tells(&[&format!("1 FAIL {requirement}")]);
        assert!(!told.stdout.contains("2 FAIL"), "{}", told.told());
        let diff = call(folder.path(), &["diff", "good.json", "bad.json"]);
        diff.assert_code(1).assert_tells(&["new findings (1)", &format!("{requirement}: expected")]);
        let back = call(folder.path(), &["diff", "bad.json", "good.json"]);
        back.assert_code(0).assert_tells(&["findings that are gone (1)"]);
    }
}

#[test]
fn a_run_killed_after_200_cases_and_resumed_equals_an_unbroken_one() {
    let folder = Sandbox::new();
    let cases = ["--case", "{wire,key,replay,errors,payments,cash}/*"];
    let run = |more: &[&str]| call(folder.path(), &[&["run", "--quiet"], MUTANT, &cases, more].concat());
    run(&["--json", "whole.json", "--run-dir", "whole"]).assert_code(1);
    let arguments = [&["run", "--quiet", "--run-dir", "runs"], MUTANT, &cases].concat();
    let mut child = command(folder.path(), &arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let lines = || {
        let file = std::fs::read_dir(folder.path().join("runs")).ok()?.next()?.ok()?.path();
        Some(std::fs::read_to_string(file).ok()?.lines().count())
    };
    let until = Instant::now() + Duration::from_secs(300);
    while lines().unwrap_or(0) < 201 {
        assert!(Instant::now() < until, "200 cases take too long");
        assert!(child.try_wait().expect("a state").is_none(), "it ended before it could be killed");
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().expect("it can be killed");
    child.wait().expect("it is dead");
    let left = lines().expect("its run file");
    let resumed = run(&["--json", "resumed.json", "--run-dir", "runs", "--resume"]);
    resumed.assert_code(1).assert_tells(&["cases were taken from the run that began"]);
    let (whole, resumed) = (results(folder.path(), "whole.json"), results(folder.path(), "resumed.json"));
    assert!(resumed["run"]["resumed"].as_u64().is_some_and(|taken| taken + 10 > left as u64));
    assert_eq!(shown(&whole), shown(&resumed));
    let order = |results: &Value| {
        results["cases"]
            .as_array()
            .expect("cases")
            .iter()
            .map(|case| case["name"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(order(&whole), order(&resumed));
    // It is whole now: there is nothing to go on with.
    run(&["--run-dir", "runs", "--resume"]).assert_code(2).assert_tells(&["was not broken off"]);
    let failed = whole["cases"].as_array().expect("cases").iter().filter(|case| case["verdict"] == "fail");
    let failed = failed.count();
    run(&["--run-dir", "runs", "--failed", "--json", "again.json"]).assert_code(1);
    let again = results(folder.path(), "again.json");
    assert_eq!(again["summary"]["fail"].as_u64(), Some(failed as u64));
    assert!(again["run"]["part"].as_str().is_some_and(|part| part.ends_with("--failed")));
}

#[test]
fn reports_of_a_few_cases_leave_those_of_the_run_before() {
    let folder = Sandbox::new();
    call(folder.path(), &["run", "--case", "key/*"]).assert_code(0);
    call(folder.path(), &["run", "--case", "replay/*"]).assert_code(0);
    let now = results(folder.path(), "reports/results.json");
    assert_eq!(now["run"]["part"], "--case replay/*");
    let runs: Vec<_> = std::fs::read_dir(folder.path().join("reports/runs")).expect("runs").collect();
    assert_eq!(runs.len(), 1);
    let before = runs[0].as_ref().expect("a folder").path();
    let before = std::fs::read_to_string(before.join("results.json")).expect("the run before");
    assert!(before.contains("\"part\": \"--case key/*\""));
}

#[test]
fn a_reconciliation_can_be_named_and_not_be_taken() {
    let folder = Sandbox::new();
    call(folder.path(), &["run", "--case", "reconciliation/replay", "--json", "r.json"]).assert_code(0);
    let ran = results(folder.path(), "r.json");
    let names: Vec<&str> =
        ran["cases"].as_array().expect("cases").iter().filter_map(|case| case["name"].as_str()).collect();
    assert!(names.contains(&"reconciliation/replay") && names.len() > 1, "{names:?}");
    let waiver = "waivers:\n  - {case: reconciliation/replay, observed: {found: x}, reason: r, owner: o, expires: 2999-12-31}\n";
    folder.file("w.yaml", waiver);
    call(folder.path(), &["run", "--case", "key/*", "--waivers", "w.yaml"]).assert_code(0);
    folder.file("s.yaml", super::suite(&super::GOOD.replace("test/good", "reconciliation/good")));
    call(folder.path(), &["lint", "s.yaml"]).assert_code(2).assert_tells(&["`reconciliation` is reserved"]);
}

#[test]
fn a_pattern_that_fits_nothing_is_an_error_beside_one_that_does() {
    let folder = Sandbox::new();
    let outcome = call(folder.path(), &["run", "--case", "key/*", "--case", "kye/*"]);
    outcome.assert_code(2).assert_tells(&["--case kye/* fits no case"]);
}

#[test]
fn the_first_failure_ends_a_run_that_is_told_so() {
    let folder = Sandbox::new();
    let outcome = call(folder.path(), &[&["run", "--fail-fast", "--json", "r.json"], MUTANT].concat());
    outcome.assert_code(1).assert_tells(&["--fail-fast ended it after 1 failed", "FAIL  "]);
    assert_eq!(results(folder.path(), "r.json")["summary"]["fail"], 1);
}
