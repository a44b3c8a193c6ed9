//! `probe`, and what no report and no output may show.

use crate::devices::{Emulator, KEY};
use crate::{code, folder, program, results, run, suite, told};
use ikkm_emulator::{Device, DeviceClock, Machine, personality};
use ikkm_protocol::Key;
use libtest_mimic::Trial;
use serde_json::Value;
use std::path::Path;
use std::process::Output;

/// The tests of this part.
pub fn trials() -> Vec<Trial> {
    trials!("looks": probe_tells_what_device_it_is, probe_says_why_it_could_not, no_report_and_no_output_shows_a_key)
}

fn probe(folder: &Path, url: &str, arguments: &[&str]) -> Output {
    let mut command = program();
    command
        .args(["probe", "--target", url, "--rate", "unlimited", "--state"])
        .arg(folder.join("state.jsonl"));
    command.args(arguments).output().unwrap()
}

fn probe_tells_what_device_it_is() {
    let folder = folder("probe");
    let emulator = Emulator::start(&[]);
    let lines = probe(&folder, &emulator.url, &["--key", KEY]);
    assert_eq!(code(&lines), 0, "{}", told(&lines));
    let text = told(&lines);
    for part in [
        "serial    011700029000",
        "firmware  101021",
        "ready, last receipt",
        "VAT 12%",
        "with --allow fiscal",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let json = probe(&folder, &emulator.url, &["--key", KEY, "--json"]);
    let json: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["serial"], "011700029000");
    assert!(json["cases"]["as called"].as_u64().unwrap() > 0, "{json}");
    assert!(json["readings"]["report"]["fiscalData"].is_object());
    assert!(!json.to_string().contains(KEY));
}

fn probe_says_why_it_could_not() {
    let folder = folder("probe-not");
    let emulator = Emulator::start(&[]);
    for (url, arguments, expected, why) in [
        (emulator.url.as_str(), &["--key", "99999999"][..], 3, "refuses the key"),
        (&emulator.url, &[], 2, "--key"),
        (&emulator.url, &["--key", KEY, "--expect-serial", "7"], 3, "another device"),
        ("http://127.0.0.1:1", &["--key", KEY], 3, "cannot be reached"),
        ("https://127.0.0.1", &["--key", KEY], 2, "http://"),
    ] {
        let output = probe(&folder, url, arguments);
        assert_eq!(code(&output), expected, "{}", told(&output));
        assert!(told(&output).contains(why), "{}", told(&output));
    }
}

/// Every key that a device of this kind gives one after the other.
fn keys_to_come(runtime: &tokio::runtime::Runtime) -> Vec<String> {
    let plain = personality("plain").unwrap();
    let machine = Machine::new(&plain, plain.behaviour.clone(), Key::parse(KEY).unwrap());
    let listen = "127.0.0.1:0".parse().unwrap();
    let device = runtime.block_on(Device::start(machine, listen, DeviceClock::standing())).unwrap();
    let mut keys = vec![KEY.to_owned()];
    for _ in 0..5000 {
        let request = format!("/api/?key={}&sale=1&cash=1", keys.last().unwrap());
        let request = ikkm_protocol::WireRequest::bare(ikkm_protocol::Method::Get, &request);
        device.with(|machine, now| machine.handle(&request, [127, 0, 0, 1].into(), now));
        keys.push(device.with(|machine, _| machine.key().as_str().to_owned()));
    }
    keys
}

fn no_report_and_no_output_shows_a_key() {
    let folder = folder("keys");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let keys = keys_to_come(&runtime);
    // Strict expectations that fail, so that transcripts and messages are full of answers.
    let wrong = suite(
        &folder,
        r#"
about: Everything that carries a key, and nothing as expected.
cases:
  - name: keys/registers
    requirements: [REG-1]
    steps: [{sale: 10, cash: 10, expect: -10 cash-lq-sale}]
  - name: keys/literal
    requirements: [REG-1]
    steps: [{sale: 10, cash: 10, expect: 200 1 1}]
  - name: keys/repeats
    requirements: [KEY-5]
    steps:
      - {sale: 10, cash: 10, expect: registered}
      - {sale: 10, cash: 10, key: previous, expect: refused}
  - name: keys/asks
    requirements: [Q-KEY-3]
    steps:
      - {sale: 10, cash: 10, ask: Q-KEY-3, answers: {none: refused}}
  - name: keys/deposits
    requirements: [CASH-1]
    steps: [{deposit: 10, expect: refused}]
"#,
    );
    let device_suites = Path::new(env!("CARGO_MANIFEST_DIR")).join("suites/device");
    for paths in [vec![wrong.clone()], vec![device_suites]] {
        let mut command = program();
        command.arg("run").args(&paths).args(["--key", KEY]).current_dir(&folder);
        let output = command.output().unwrap();
        let mut texts = vec![("output".to_owned(), told(&output))];
        for name in ["junit.xml", "results.json", "index.html"] {
            let text = std::fs::read_to_string(folder.join("reports").join(name)).unwrap();
            texts.push((name.to_owned(), text));
        }
        for (name, text) in texts {
            for word in text.split(|c: char| !c.is_ascii_digit()).filter(|word| word.len() == 8) {
                assert!(!keys.iter().any(|key| key == word), "{name} shows the key {word}");
            }
        }
    }
    let emulator = Emulator::start(&[]);
    // Of the deviations each is told by one case: this one has the key that is looked for.
    let arguments = ["--key", KEY, "--allow", "fiscal", "--yes", "--show-keys", "--case", "keys/registers"];
    let shown = run(&folder, &wrong, &emulator.url).args(arguments).output().unwrap();
    assert_eq!(code(&shown), 1, "{}", told(&shown));
    assert!(told(&shown).contains(KEY), "{}", told(&shown));
    assert!(results(&folder).to_string().contains(KEY));
}
