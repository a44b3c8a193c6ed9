//! What the program writes keeps to the schemas that it prints, and these name all that it writes.

use super::emulator::Emulator;
use super::json_schema::broken;
use super::support::{Sandbox, UNATTENDED, python};
use super::{call, command, ikkm};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

/// The schema of that, as the program prints it; asked for once.
fn schema(of: &str) -> Value {
    static ASKED: Mutex<BTreeMap<String, Value>> = Mutex::new(BTreeMap::new());
    let mut asked = ASKED.lock().unwrap_or_else(PoisonError::into_inner);
    let ask = || {
        let outcome = ikkm(&["schema", "--of", of]);
        outcome.assert_code(0);
        serde_json::from_str(&outcome.stdout).expect("JSON")
    };
    asked.entry(of.to_owned()).or_insert_with(ask).clone()
}

fn keeps(of: &str, value: &Value) {
    assert_eq!(broken(&schema(of), value, true), None, "{of}");
}

fn json(folder: &Path, name: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(folder.join(name)).expect(name)).expect("JSON")
}

/// The lines of the only run file in that folder.
fn run_file(folder: &Path) -> Vec<Value> {
    let path = std::fs::read_dir(folder.join("runs")).expect("runs").next().expect("a file").expect("one");
    let text = std::fs::read_to_string(path.path()).expect("the run file");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn keeps_run(folder: &Path) {
    keeps("results", &json(folder, "r.json"));
    let lines = run_file(folder);
    assert!(lines.len() > 2 && lines.iter().any(|line| line.get("end").is_some()));
    lines.iter().for_each(|line| keeps("run-file", line));
}

#[test]
fn a_pass_and_a_run_with_failures_warnings_and_what_was_not_tested() {
    let folder = Sandbox::new();
    let run = ["run", "--json", "r.json", "--run-dir", "runs", "--quiet"];
    call(folder.path(), &[&run[..], &["--case", "key/*", "--full"]].concat()).assert_code(0);
    keeps_run(folder.path());
    let folder = Sandbox::new();
    let bad = ["--defect", "wire/reason-says-ok", "--defect", "errors/wrong-key-code", "--allow", "fiscal"];
    let cases = ["--case", "replay/*", "--case", "errors/state/*", "--case", "wire/*"];
    call(folder.path(), &[&run[..], &bad, &cases].concat()).assert_code(1);
    keeps_run(folder.path());
    let results = json(folder.path(), "r.json");
    for verdict in ["fail", "warn", "not-applicable"] {
        assert!(results["summary"][verdict].as_u64() > Some(0), "{}", results["summary"]);
    }
}

#[test]
fn an_interrupted_run() {
    let emulator = Emulator::start("12345678", "plain");
    let folder = emulator.folder();
    let run =
        ["run", "--target", &emulator.url, "--key", "12345678", "--json", "r.json", "--run-dir", "runs"];
    let arguments = [&run[..], &["--yes", "--rate", "10", "--case", "check/*", "--allow", "print"]].concat();
    let mut child = command(folder.path(), &arguments);
    let mut child = child.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
    let cases = || {
        let file = std::fs::read_dir(folder.path().join("runs")).ok()?.next()?.ok()?.path();
        Some(std::fs::read_to_string(file).ok()?.lines().count())
    };
    while cases().unwrap_or(0) < 3 {
        std::thread::yield_now();
    }
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(kill.expect("kill").success());
    assert_eq!(child.wait().expect("its end").code(), Some(3));
    keeps_run(folder.path());
    assert!(json(folder.path(), "r.json")["stopped"].is_string());
}

#[test]
fn a_plan_and_a_certificate() {
    let folder = Sandbox::new();
    let target = ["--target", "http://127.0.0.1:9", "--key", "12345678", "--allow", "print"];
    let plan = call(folder.path(), &[&["plan", "--json"], &target[..], UNATTENDED].concat());
    plan.assert_code(0);
    keeps("plan", &serde_json::from_str(&plan.stdout).expect("JSON"));
    let client = super::support::root().join("docs/examples/client.py");
    let driver = format!("{} {}", python(), client.display());
    let certify =
        ["certify", "--driver", &driver, "--case", "basics/*", "--scale", "0.02", "--json", "c.json"];
    call(folder.path(), &certify).assert_code(0);
    keeps("certificate", &json(folder.path(), "reports/certificate.json"));
    keeps("results", &json(folder.path(), "c.json"));
}

#[test]
fn a_schema_finds_what_is_wrong() {
    let good = json!({"end": {"stopped": null}});
    keeps("run-file", &good);
    for wrong in [json!({"end": {}}), json!({"end": {"stopped": 1}}), json!({"begin": {}}), json!([])] {
        assert!(broken(&schema("run-file"), &wrong, false).is_some(), "{wrong}");
    }
    assert!(broken(&schema("results"), &json!({"schema": 1, "cases": []}), false).is_some());
    ikkm(&["schema", "--of", "nothing"]).assert_code(2);
}
