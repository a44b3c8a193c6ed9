//! A device that is found at another address is the same device: it has one journal, and one run.

use crate::devices::{Emulator, KEY};
use crate::{code, folder, program, suite, told};
use libtest_mimic::Trial;
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;
use std::process::Output;

/// The tests of this part.
pub fn trials() -> Vec<Trial> {
    trials!("moved": a_device_at_another_address_has_its_journal_and_its_open_request)
}

const SALE: &str = "
about: One sale.
cases:
  - name: moved/sells
    requirements: [REG-1]
    steps: [{sale: 10, cash: 10, expect: registered}]
";

/// A run whose journal is where it is by default, in that folder.
fn sell(folder: &Path, suite: &Path, url: &str, key: Option<&str>) -> Output {
    let mut command = program();
    command.env("XDG_STATE_HOME", folder).arg("run").arg(suite).args(["--target", url]);
    command
        .args(["--rate", "unlimited", "--allow", "fiscal", "--yes", "--junit"])
        .arg(folder.join("junit.xml"));
    if let Some(key) = key {
        command.args(["--key", key]);
    }
    command.output().unwrap()
}

fn journals(folder: &Path) -> Vec<String> {
    let files = std::fs::read_dir(folder.join("ikkm-conformance")).unwrap().map(|file| file.unwrap());
    let files = files.filter(|file| file.file_type().unwrap().is_file());
    let names = files.map(|file| file.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".jsonl")).collect();
    names.sort();
    names
}

fn a_device_at_another_address_has_its_journal_and_its_open_request() {
    let folder = folder("moved");
    let suite = suite(&folder, SALE);
    // One device that is reached by two addresses: the same port on another one of loopback's.
    let emulator = Emulator::start(&["--listen", "0.0.0.0:0"]);
    let port = emulator.url.rsplit(':').next().unwrap();
    let (first, second) = (format!("http://127.0.0.1:{port}"), format!("http://127.0.0.2:{port}"));
    let output = sell(&folder, &suite, &first, Some(KEY));
    assert_eq!(code(&output), 0, "{}", told(&output));
    assert_eq!(journals(&folder), ["serial_011700029000.jsonl"]);
    // A run died with a request in flight, which the device has carried out.
    let path = folder.join("ikkm-conformance/serial_011700029000.jsonl");
    let text = std::fs::read_to_string(&path).unwrap();
    let records: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let key = records.iter().rev().find_map(|record| record.pointer("/answered/key")?.as_str()).unwrap();
    let number = records.iter().rev().find_map(|record| record.pointer("/sent/seq")?.as_u64()).unwrap() + 1;
    let target = format!("/api/?key={key}&sale=77&cash=77");
    let sent = json!({"sent": {"seq": number, "key": key, "method": "GET", "target": target}});
    writeln!(std::fs::OpenOptions::new().append(true).open(&path).unwrap(), "{sent}").unwrap();
    let address = emulator.url.replace("0.0.0.0", "127.0.0.1");
    let fresh = registered(&address, &target);
    // At its other address nothing is known yet but the key on its screen.
    let output = sell(&folder, &suite, &second, Some(&fresh));
    assert_eq!(code(&output), 0, "{}", told(&output));
    for part in ["this device was at another address before", "an earlier run sent sale=77", "it is receipt"]
    {
        assert!(told(&output).contains(part), "{part}: {}", told(&output));
    }
    assert_eq!(journals(&folder), ["serial_011700029000.jsonl"], "one device, one journal");
    // Each address leads to it now, with the key that the last run left; a name is the address that it is.
    for url in [&first, &second, &format!("http://localhost:{port}")] {
        let output = sell(&folder, &suite, url, None);
        assert_eq!(code(&output), 0, "{url}: {}", told(&output));
    }
    assert_eq!(journals(&folder), ["serial_011700029000.jsonl"]);
}

/// Registers what a run had sent before it died; gives the new key.
fn registered(url: &str, target: &str) -> String {
    use std::io::Read;
    let mut stream = std::net::TcpStream::connect(url.strip_prefix("http://").unwrap()).unwrap();
    write!(stream, "GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    answer.rsplit("\r\n").next().unwrap().to_owned()
}
