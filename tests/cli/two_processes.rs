//! An emulator in one process, tested from another as a device would be.

use super::emulator::Emulator;
use super::support::UNATTENDED;
use super::{Outcome, call, command, outcome};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

const KEY: &str = "01234567";
const ALLOW: &str = "all,wipe,update";

/// Case name to verdict and message.
fn verdicts(folder: &Path, results: &str) -> BTreeMap<String, (String, String)> {
    let text = std::fs::read_to_string(folder.join(results)).expect("the results");
    let results: Value = serde_json::from_str(&text).expect("JSON");
    let text = |case: &Value, field: &str| case[field].as_str().unwrap_or_default().to_owned();
    let cases = results["cases"].as_array().expect("cases").iter();
    cases.map(|case| (text(case, "name"), (text(case, "verdict"), text(case, "message")))).collect()
}

/// Runs against an emulator in another process; the key comes from the environment.
fn run_on(emulator: &Emulator, arguments: &[&str]) -> Outcome {
    let target = ["run", "--target", &emulator.url, "--json", "target.json"];
    let mut command = command(emulator.folder().path(), &[&target[..], UNATTENDED, arguments].concat());
    command.env("IKKM_KEY", KEY);
    outcome(command)
}

#[test]
fn with_its_control_port_every_verdict_is_that_of_the_embedded_run() {
    let emulator = Emulator::start(KEY, "strict");
    let folder = emulator.folder().path();
    // What a bench does and shows is in these.
    let part = ["--case", "{aftermath,bank,days,documents,errors,manage,print,shift,together}/*"];
    let more =
        ["--bench", &emulator.control, "--allow", ALLOW, "--exhaustive", "--second-address", "127.0.0.2"];
    let told = run_on(&emulator, &[&more[..], &part].concat());
    told.assert_code(0);
    let embedded =
        ["run", "--personality", "strict", "--key", KEY, "--allow", ALLOW, "--json", "embedded.json"];
    call(folder, &[&embedded[..], &part].concat()).assert_code(0);
    let (target, embedded) = (verdicts(folder, "target.json"), verdicts(folder, "embedded.json"));
    assert!(target.len() >= 300, "{} cases", target.len());
    let differing: Vec<_> =
        embedded.iter().filter(|(name, verdict)| target.get(*name) != Some(verdict)).collect();
    assert!(differing.is_empty() && target.len() == embedded.len(), "{differing:#?}");
}

#[test]
fn without_a_bench_what_needs_one_says_so() {
    let emulator = Emulator::start(KEY, "plain");
    let told = run_on(
        &emulator,
        &[
            "--allow",
            "all,wipe",
            "--requirement",
            "ERR-check-printer-or-batt",
            "--requirement",
            "KEY-3",
            "--requirement",
            "KEY-6",
        ],
    );
    told.assert_code(0).assert_tells(&["--bench"]);
    let verdicts = verdicts(emulator.folder().path(), "target.json");
    let missing: Vec<_> = verdicts.values().filter(|(verdict, _)| verdict == "not-applicable").collect();
    assert!(!missing.is_empty() && missing.len() < verdicts.len(), "{verdicts:?}");
    assert!(missing.iter().all(|(_, why)| why.contains("--bench")), "{missing:?}");
}

#[test]
fn without_grants_a_device_is_only_read() {
    let emulator = Emulator::start(KEY, "plain");
    let before = emulator.get(&format!("/apicheck/getInfo/?key={KEY}"));
    let told = run_on(&emulator, &["--bench", &emulator.control]);
    told.assert_code(0).assert_tells(&["--allow"]);
    // The same key is still good, and nothing was registered.
    assert_eq!(emulator.get(&format!("/apicheck/getInfo/?key={KEY}")).lines().last(), before.lines().last());
    let verdicts = verdicts(emulator.folder().path(), "target.json");
    let passed = verdicts.values().filter(|(verdict, _)| verdict == "pass").count();
    assert!(passed > 10, "{passed} cases only read");
}

#[test]
fn the_shapes_of_a_device_s_documents_are_kept_and_compared() {
    let emulator = Emulator::start(KEY, "plain");
    let arguments = ["--case", "documents/golden/*", "--golden", "shapes"];
    run_on(&emulator, &arguments).assert_code(0);
    let kept = emulator.folder().path().join("shapes/taxes.shape.json");
    let shape = std::fs::read_to_string(&kept).expect("the shape");
    run_on(&emulator, &arguments).assert_code(0);
    std::fs::write(&kept, shape.replace("\"text\"", "\"number\"")).expect("written");
    run_on(&emulator, &arguments).assert_code(1).assert_tells(&["# is text, was number"]);
    run_on(&emulator, &[&arguments[..], &["--accept-golden"]].concat()).assert_code(0);
    assert_eq!(std::fs::read_to_string(&kept).expect("the shape"), shape);
}
