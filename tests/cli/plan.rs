//! `plan` and `--budget`: what is foretold is what is sent.

use super::emulator::Emulator;
use super::support::{Sandbox, UNATTENDED};
use super::{call, command, outcome};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

const KEY: &str = "01234567";

fn plan(folder: &Path, arguments: &[&str]) -> Value {
    let told = call(folder, &[&["plan", "--json"], arguments].concat());
    told.assert_code(0);
    serde_json::from_str(&told.stdout).expect("a plan as JSON")
}

fn number(value: &Value, name: &str) -> u64 {
    value[name].as_u64().unwrap_or_else(|| panic!("{name} in {value}"))
}

/// The requests of the cases of a run, as its results tell them.
fn sent(folder: &Path, arguments: &[&str], code: i32) -> u64 {
    let mut run = command(folder, &[&["run", "--json", "results.json"], arguments].concat());
    run.env("IKKM_KEY", KEY);
    outcome(run).assert_code(code);
    let text = std::fs::read_to_string(folder.join("results.json")).expect("the results");
    let results: Value = serde_json::from_str(&text).expect("JSON");
    number(&results["summary"], "requests")
}

fn foretold(plan: &Value) -> u64 {
    number(plan, "requests") - number(plan, "requests-before-the-first-case")
}

#[test]
fn every_personality_is_sent_what_its_plan_says() {
    let folder = Sandbox::new();
    let listed = call(folder.path(), &["personalities"]);
    let names = listed.stdout.lines().filter_map(|line| line.split_whitespace().next());
    let selections: [&[&str]; 3] =
        [&["--case", "shift/[x-z]*"], &["--case", "books/one*"], &["--case", "replay/other-type/*"]];
    for (index, name) in names.enumerate() {
        let selection = [selections[index % selections.len()], &["--personality", name]].concat();
        let plan = plan(folder.path(), &selection);
        assert_eq!(foretold(&plan), sent(folder.path(), &selection, 0), "{name}");
        assert_eq!(plan["requests"], plan["requests-at-most"], "{name}: a known device costs what it costs");
        assert!(number(&plan, "receipts") > 0);
    }
}

#[test]
fn a_device_is_sent_no_more_than_the_plan_says_at_most() {
    let emulator = Emulator::start(KEY, "frugal");
    let folder = emulator.folder().path();
    let target =
        ["--target", &emulator.url, "--allow", "fiscal,shift", "--case", "cash/*", "--case", "shift/*"];
    let plan = plan(folder, &target);
    let sent = sent(folder, &[&target[..], UNATTENDED].concat(), 0);
    let at_most = number(&plan, "requests-at-most");
    assert!(sent > 0 && sent < at_most, "{sent} of {at_most}");
}

#[test]
fn a_plan_sends_nothing_and_says_what_is_missing() {
    let folder = Sandbox::new();
    // Nothing listens there: a plan does not notice.
    let target = ["--target", "http://127.0.0.1:1", "--case", "replay/*"];
    let reading = plan(folder.path(), &target);
    assert_eq!(number(&reading, "receipts"), 0);
    assert!(reading["lacking"].as_object().is_some_and(|groups| {
        groups.keys().any(|why| why.contains("--allow fiscal"))
            && groups.keys().all(|why| why.starts_with("needs "))
    }));
    let text = call(folder.path(), &[&["plan"], &target[..]].concat());
    text.assert_code(0).assert_tells(&["nothing was sent", "would not run", "--allow fiscal", "device time"]);
    assert!(!folder.path().join("reports").exists());
}

const API_ALONE: [&str; 6] = ["--target", "http://127.0.0.1:1", "--allow", "all", "--personality", "plain"];

#[test]
fn a_device_run_over_the_api_alone_takes_a_quarter_of_an_hour_and_tests_every_line() {
    let folder = Sandbox::new();
    let listed = call(folder.path(), &["list", "--json"]);
    let listed: Value = serde_json::from_str(&listed.stdout).expect("a list as JSON");
    let cited = |plan: &Value| -> BTreeSet<String> {
        let runs = |case: &&Value| case["lacks"].is_null();
        let names: Vec<&Value> =
            plan["cases"].as_array().unwrap().iter().filter(runs).map(|case| &case["name"]).collect();
        let cases = listed.as_array().unwrap().iter().filter(|case| names.contains(&&case["name"]));
        cases
            .flat_map(|case| case["requirements"].as_array().unwrap())
            .map(|id| id.as_str().unwrap().to_owned())
            .collect()
    };
    let device = plan(folder.path(), &API_ALONE);
    let whole = plan(folder.path(), &[&API_ALONE[..], &["--exhaustive"]].concat());
    assert!(number(&device, "requests") <= 900, "{} requests", number(&device, "requests"));
    assert!(number(&whole, "requests") > 3 * number(&device, "requests"));
    let lost: Vec<String> = cited(&whole).difference(&cited(&device)).cloned().collect();
    assert!(lost.is_empty(), "only exhaustive cases test {lost:?}");
    assert_eq!(device["untested"], whole["untested"]);
    // Of all cases, too, a quarter of an hour tests every must that the API alone can test.
    let short = plan(folder.path(), &[&API_ALONE[..], &["--exhaustive", "--budget", "15m"]].concat());
    assert_eq!(short["untested"], whole["untested"]);
    assert!(number(&short, "requests") <= 900 && short["seconds"].as_f64().is_some_and(|time| time <= 900.0));
    assert!(number(&whole, "running") > number(&short, "running"));
}

#[test]
fn a_device_is_sent_exactly_what_its_plan_says_receipts_too() {
    for (selection, bench) in [
        (&["--case", "replay/*"][..], false),
        (&["--case", "cash/*", "--case", "books/*", "--exhaustive"], false),
        (&["--case", "errors/*", "--allow", "all"], true),
        (&["--case", "payments/*", "--budget", "3m"], false),
    ] {
        let emulator = Emulator::start(KEY, "plain");
        let folder = emulator.folder().path();
        let mut target = [&["--target", &emulator.url], selection].concat();
        if !selection.contains(&"--allow") {
            target.extend(["--allow", "fiscal,shift,print,manage"]);
        }
        if bench {
            target.extend(["--bench", &emulator.control]);
        }
        let plan = plan(folder, &[&target[..], &["--personality", "plain"]].concat());
        let mut run =
            command(folder, &[&["run", "--json", "results.json"], &target[..], UNATTENDED].concat());
        run.env("IKKM_KEY", KEY);
        outcome(run).assert_code(0);
        let text = std::fs::read_to_string(folder.join("results.json")).expect("the results");
        let results: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(foretold(&plan), number(&results["summary"], "requests"), "{selection:?}");
        let receipts: u64 = results["remarks"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|remark| remark.as_str()?.strip_prefix("left behind: ")?.split_once(" receipt"))
            .filter_map(|(words, _)| words.split(' ').next()?.parse::<u64>().ok())
            .sum();
        assert_eq!(number(&plan, "receipts"), receipts, "{selection:?}");
    }
}

#[test]
fn a_run_within_a_budget_takes_what_its_plan_says() {
    let folder = Sandbox::new();
    let selection = ["--case", "key/*", "--budget", "2m"];
    let plan = plan(folder.path(), &selection);
    assert!(plan["seconds"].as_f64().is_some_and(|time| time <= 120.0));
    assert_eq!(foretold(&plan), sent(folder.path(), &selection, 0));
    let short = call(folder.path(), &["run", "--case", "key/*", "--budget", "1s"]);
    short.assert_code(2).assert_tells(&["no case fits"]);
    call(folder.path(), &["run", "--budget", "soon"]).assert_code(2).assert_tells(&["10m"]);
}
