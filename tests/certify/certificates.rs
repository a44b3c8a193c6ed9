//! Both good clients are certified; a certificate is the same each time, and can be checked.

use super::support::{Sandbox, root};
use super::{Outcome, certify, json, outcome, program, python_client, rust_client, test};
use libtest_mimic::Trial;
use serde_json::{Value, json};
use std::path::Path;

pub fn trials() -> Vec<Trial> {
    vec![
        test("certificate/python", || is_certified(&python_client(None), "Python till")),
        test("certificate/rust", || is_certified(&rust_client(), "Rust till")),
        test("certificate/twice", the_same_run_twice_gives_the_same_certificate),
        test("certificate/verified", what_was_tampered_with_is_found),
        test("certificate/not-certified", a_bad_client_is_not_certified),
    ]
}

fn is_certified(driver: &str, name: &str) {
    let folder = Sandbox::new();
    // More side by side than by default: it is waiting, mostly.
    let told = certify(folder.path(), driver, &["--client", name, "1.2", "--complete", "--strict"]);
    told.assert_code(0).assert_tells(&["0 fail, 0 warn, 0 inconclusive, 0 not-applicable", "conforms"]);
    let certificate = json(folder.path(), "reports/certificate.json");
    assert_eq!((&certificate["certified"], &certificate["client"]), (&json!(true), &json!(name)));
    assert_eq!(certificate["version"], "1.2");
    assert!(certificate["scenarios"].as_array().expect("scenarios").len() >= 60);
    let page = std::fs::read_to_string(folder.path().join("reports/certificate.html")).expect("the page");
    assert!(page.contains(name) && page.contains("keeps to") && !page.contains("was not shown"));
    assert_eq!(check(folder.path()).assert_code(0).told.matches("the certificate holds").count(), 1);
}

/// Some scenarios of each kind, quick ones.
const SOME: [&str; 8] = [
    "--case",
    "basics/[a-j]*",
    "--case",
    "values/*",
    "--case",
    "replay/reply-lost",
    "--case",
    "restart/client*",
];

fn the_same_run_twice_gives_the_same_certificate() {
    let folders = [Sandbox::new(), Sandbox::new()];
    let [first, second] = folders.each_ref().map(|folder| {
        certify(folder.path(), &rust_client(), &SOME).assert_code(0);
        let mut certificate = json(folder.path(), "reports/certificate.json");
        let times = certificate.as_object_mut().expect("fields").remove("times");
        assert!(times.is_some_and(|times| times["transcript"].is_string()));
        certificate
    });
    assert_eq!(first, second);
}

fn check(folder: &Path) -> Outcome {
    let files = ["--verify", "reports/certificate.json", "--transcript", "reports/transcript.jsonl"];
    outcome(program(folder, &[&["certify"], &files[..]].concat()))
}

fn what_was_tampered_with_is_found() {
    let folder = Sandbox::new();
    let defect = python_client(Some("receipt-plus-one"));
    let cases = ["--case", "basics/pays-bank", "--case", "values/below-one"];
    certify(folder.path(), &defect, &cases).assert_code(1);
    check(folder.path()).assert_code(0).assert_tells(&["2 verdicts were reached again"]);
    let (certificate, transcript) =
        (folder.path().join("reports/certificate.json"), folder.path().join("reports/transcript.jsonl"));
    let kept = std::fs::read_to_string(&certificate).expect("the certificate");
    type Tampering = fn(&mut Value);
    let tampered: [(&str, Tampering); 4] = [
        ("it was changed", |certificate| certificate["scenarios"][0]["verdict"] = json!("pass")),
        ("it was changed since it was written", |certificate| certificate["certified"] = json!(true)),
        ("it was changed", |certificate| certificate["content"] = json!("00")),
        ("its seal is", |certificate| certificate["scenarios"][1]["requirements"] = json!(["CLI-1"])),
    ];
    for (told, tamper) in tampered {
        let mut changed: Value = serde_json::from_str(&kept).expect("JSON");
        tamper(&mut changed);
        std::fs::write(&certificate, changed.to_string()).expect("a changed certificate");
        check(folder.path()).assert_code(1).assert_tells(&["does not hold", told]);
    }
    std::fs::write(&certificate, &kept).expect("the certificate");
    let text = std::fs::read_to_string(&transcript).expect("the transcript");
    std::fs::write(&transcript, text.replace("800", "900")).expect("a changed transcript");
    check(folder.path()).assert_code(1).assert_tells(&["not the certificate's"]);
    std::fs::write(&transcript, "no JSON\n").expect("a changed transcript");
    check(folder.path()).assert_code(1);
    std::fs::write(&certificate, "{}").expect("a changed certificate");
    check(folder.path()).assert_code(1).assert_tells(&["cannot be read"]);
}

fn a_bad_client_is_not_certified() {
    let folder = Sandbox::new();
    let told =
        certify(folder.path(), &python_client(Some("never-repeats")), &["--case", "replay/reply-lost"]);
    // The finding tells what the device did, what the document asks, what the client did.
    told.assert_code(1).assert_tells(&[
        "but its answer was lost",
        "sends that same registration",
        "did not repeat",
    ]);
    assert_eq!(json(folder.path(), "reports/certificate.json")["certified"], json!(false));
    let page = std::fs::read_to_string(folder.path().join("reports/certificate.html")).expect("the page");
    assert!(page.contains("was not shown to keep to"));
    assert!(root().join("docs/certify.md").is_file());
}
