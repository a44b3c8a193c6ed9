//! Both good clients are certified; a certificate is the same each time, and can be checked.

use super::support::{Sandbox, root};
use super::{Outcome, certify, json, outcome, program, python_client, rust_client, test};
use libtest_mimic::Trial;
use serde_json::{Value, json};
use std::path::Path;

pub fn trials() -> Vec<Trial> {
    vec![
        test("certificate/rust", || is_certified(&rust_client(), "Rust till")),
        test("certificate/python", the_till_in_python_keeps_every_duty),
        test("night/certificate/python", || is_certified(&python_client(None), "Python till"))
            .with_ignored_flag(true),
        test("certificate/twice", the_same_run_twice_gives_the_same_certificate),
        test("certificate/verified", what_was_tampered_with_is_found),
        test("certificate/forged", every_field_is_under_the_seal),
        test("certificate/signed", a_signature_tells_who_wrote_it),
        test("certificate/not-certified", a_bad_client_is_not_certified),
    ]
}

fn is_certified(driver: &str, name: &str) {
    let folder = Sandbox::new();
    // More side by side than by default: it is waiting, mostly.
    let asked = ["--client", name, "1.2", "--complete", "--strict", "--jobs", "40"];
    let told = certify(folder.path(), driver, &asked);
    told.assert_code(0).assert_tells(&["0 fail, 0 warn, 0 inconclusive, 0 not-applicable", "conforms"]);
    let certificate = json(folder.path(), "reports/certificate.json");
    assert_eq!((&certificate["certified"], &certificate["client"]), (&json!(true), &json!(name)));
    assert_eq!(certificate["version"], "1.2");
    assert!(certificate["scenarios"].as_array().expect("scenarios").len() >= 60);
    let page = std::fs::read_to_string(folder.path().join("reports/certificate.html")).expect("the page");
    assert!(page.contains(name) && page.contains("keeps to") && !page.contains("was not shown"));
    assert_eq!(check(folder.path()).assert_code(0).told.matches("the certificate holds").count(), 1);
}

/// In all scenarios but those under other circumstances, since each takes the start of an interpreter. All of them:
/// `cargo test --test certify -- --ignored night/`
fn the_till_in_python_keeps_every_duty() {
    let folder = Sandbox::new();
    let cases = "{basics,errors,others,replay,restart,values,wire}/*";
    let asked = ["--case", cases, "--strict", "--jobs", "20"];
    let told = certify(folder.path(), &python_client(None), &asked);
    told.assert_code(0).assert_tells(&["0 fail, 0 warn, 0 inconclusive, 0 not-applicable", "conforms"]);
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

/// A quick certification of a client with a name; more arguments may be added.
fn certified(folder: &Path, more: &[&str]) -> Outcome {
    let client = ["--case", "basics/pays-bank", "--client", "A till", "1.2", "--strict"];
    certify(folder, &rust_client(), &[&client[..], more].concat())
}

/// Each field that a certificate has, changed one at a time.
fn every_field_is_under_the_seal() {
    let folder = Sandbox::new();
    certified(folder.path(), &[]).assert_code(0);
    let path = folder.path().join("reports/certificate.json");
    let kept = json(folder.path(), "reports/certificate.json");
    let mut changed = 0;
    let fields: Vec<String> = kept.as_object().expect("fields").keys().cloned().collect();
    for name in fields.iter().filter(|name| *name != "times") {
        let mut forged = kept.clone();
        forged[name] = other(&kept[name]);
        std::fs::write(&path, forged.to_string()).expect("a forged certificate");
        let told = check(folder.path());
        assert_eq!(told.code, 1, "{name} can be changed: {}", told.told);
        changed += 1;
    }
    for name in ["started", "transcript", "seal"] {
        let mut forged = kept.clone();
        forged["times"][name] = other(&kept["times"][name]);
        std::fs::write(&path, forged.to_string()).expect("a forged certificate");
        assert_eq!(check(folder.path()).code, 1, "times.{name} can be changed");
        changed += 1;
    }
    assert!(changed >= 14, "{changed} fields");
    std::fs::write(&path, kept.to_string()).expect("the certificate");
    check(folder.path()).assert_code(0).assert_tells(&["nothing says who wrote it"]);
}

/// Another value of the same form.
fn other(value: &Value) -> Value {
    match value {
        Value::Bool(is) => json!(!is),
        Value::Number(number) => json!(number.as_u64().expect("a count") + 1),
        Value::String(text) if text.is_empty() => json!("x"),
        Value::String(text) => match text.strip_prefix('0') {
            Some(rest) => json!(format!("1{rest}")),
            None => json!(format!("0{}", text.chars().skip(1).collect::<String>())),
        },
        Value::Array(list) => json!(list.iter().skip(1).collect::<Vec<_>>()),
        other => panic!("no such field is known: {other}"),
    }
}

fn openssl(folder: &Path, arguments: &[&str]) {
    let output = std::process::Command::new("openssl").args(arguments).current_dir(folder).output();
    let output = output.expect("openssl is there");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A forger can write everything anew, but not sign it with a key that is not theirs.
fn a_signature_tells_who_wrote_it() {
    let folder = Sandbox::new();
    for name in ["lab", "forger"] {
        let (key, public) = (format!("{name}.pem"), format!("{name}.pub"));
        openssl(folder.path(), &["genpkey", "-algorithm", "ed25519", "-out", &key]);
        openssl(folder.path(), &["pkey", "-in", &key, "-pubout", "-out", &public]);
    }
    let trusting = |public: &str| {
        let files = ["certify", "--verify", "reports/certificate.json", "--trusted", public];
        outcome(program(folder.path(), &files))
    };
    certified(folder.path(), &["--sign", "lab.pem"]).assert_code(0);
    let signed = json(folder.path(), "reports/certificate.json");
    assert!(signed["times"]["signature"]["signature"].as_str().is_some_and(|text| text.len() == 128));
    let private = std::fs::read_to_string(folder.path().join("lab.pem")).expect("the key");
    let secret = private.lines().nth(1).expect("its line");
    for name in ["certificate.json", "certificate.html", "transcript.jsonl", "certify.json"] {
        let text = std::fs::read_to_string(folder.path().join("reports").join(name)).expect("a report");
        assert!(!text.contains(secret), "the private key is in {name}");
    }
    let told = trusting("lab.pub");
    told.assert_code(0).assert_tells(&["the certificate holds"]);
    assert!(!told.told.contains("nothing says who wrote it"), "{}", told.told);
    trusting("forger.pub").assert_code(1).assert_tells(&["not signed by the owner of the trusted key"]);
    // Without a key that is trusted, a signature proves nothing, and that is said.
    check(folder.path()).assert_code(0).assert_tells(&["nothing says who wrote it"]);
    // The forger writes a better certificate, in order in itself: unsigned, with the old signature, or their own.
    let path = folder.path().join("reports/certificate.json");
    let (old, lab) = (signed["times"]["signature"].clone(), "lab.pub");
    let client = ["--case", "basics/pays-bank", "--client", "Another till", "9"];
    certify(folder.path(), &rust_client(), &client).assert_code(0);
    check(folder.path()).assert_code(0);
    trusting(lab).assert_code(1);
    let mut with_old = json(folder.path(), "reports/certificate.json");
    with_old["times"]["signature"] = old;
    std::fs::write(&path, with_old.to_string()).expect("a forged certificate");
    trusting(lab).assert_code(1).assert_tells(&["not signed"]);
    let own = [&client[..], &["--sign", "forger.pem"]].concat();
    certify(folder.path(), &rust_client(), &own).assert_code(0);
    trusting(lab).assert_code(1).assert_tells(&["not signed"]);
    trusting("forger.pub").assert_code(0);
    // What is no key is told before anything is played.
    for (flag, file) in
        [("--sign", "lab.pub"), ("--sign", "none.pem"), ("--sign", "reports/certificate.html")]
    {
        certified(folder.path(), &[flag, file]).assert_code(2).assert_tells(&["--sign"]);
    }
    trusting("lab.pem").assert_code(2).assert_tells(&["--trusted"]);
    let told = certified(folder.path(), &["--trusted", "lab.pub"]);
    assert_eq!(told.code, 2, "--trusted goes with --verify: {}", told.told);
}
