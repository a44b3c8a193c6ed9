//! What a device says reaches the terminal as text and nothing else, and no more of it than is read.

use crate::devices::KEY;
use crate::{folder, program, run, suite};
use libtest_mimic::Trial;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Output;
use std::thread;

/// The tests of this part.
pub fn trials() -> Vec<Trial> {
    trials!("terminal": nothing_foreign_acts_on_the_terminal)
}

/// What would clear a screen, ring, colour, or turn what is read around.
const EVIL: &str = "\u{1b}[2J\u{9b}31m\u{7}\u{202e}\u{2066}\u{200f}";

/// Something foreign that is far too long.
fn long() -> String {
    "ж".repeat(5000)
}

/// A peer that answers every request so.
fn peer(reason: String, body: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|count| count > 0) {
                head.push(byte[0]);
            }
            let answer = format!("HTTP/1.1 200 {reason}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
            // Whoever has gone is told nothing.
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    url
}

/// getInfo with foreign text in each of its texts, as JSON may hold it.
fn info() -> String {
    let text = format!("{EVIL}{}", long()).replace('\u{1b}', "\\u001b").replace('\u{7}', "\\u0007");
    format!(
        r#"{{"applicationVersion":"{text}","cashWeHave":"{text}","currentShiftID":"1","currentShiftStatus":"{text}","factorySerialNumber":"{text}","cashierName":"{text}","roudingRule":"{text}"}}"#
    )
}

fn assert_clean(what: &str, output: &Output) {
    let told =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    for evil in EVIL.chars().filter(|c| !c.is_ascii_graphic()) {
        assert!(!told.contains(evil), "{what}: {evil:?} in {told:?}");
    }
    let longest = told.split(|c| c != 'ж').map(|run| run.chars().count()).max().unwrap_or(0);
    assert!(longest <= 300, "{what}: {longest} characters of foreign text");
    assert!(longest > 0 || told.contains('�') || told.contains('␛'), "{what} shows nothing of it: {told}");
}

fn nothing_foreign_acts_on_the_terminal() {
    let reason: String = format!("{}{}", EVIL.replace(['\u{1b}', '\u{7}'], ""), long());
    for (what, reason, body) in [
        ("a document", "ok".to_owned(), info()),
        ("no document", reason.clone(), format!("{EVIL}{}", long())),
        ("a reason", reason, info()),
    ] {
        let url = peer(reason, body);
        let folder = folder("terminal");
        let state = folder.join("state.jsonl");
        let common = ["--target", &url, "--key", KEY, "--rate", "unlimited", "--state"];
        for extra in [&[][..], &["--expect-serial", "1"], &["--json"]] {
            // JSON is for programs, which want the whole.
            let output = program().arg("probe").args(common).arg(&state).args(extra).output().unwrap();
            if extra.contains(&"--json") && output.status.success() {
                let text = String::from_utf8(output.stdout).unwrap();
                assert!(!text.chars().any(|c| EVIL.contains(c) && !c.is_ascii_graphic()), "probe --json");
                serde_json::from_str::<serde_json::Value>(&text).unwrap();
            } else {
                assert_clean(&format!("probe {extra:?}, {what}"), &output);
            }
        }
        let suite = suite(
            &folder,
            "about: Looks.\ncases:\n  - name: a/b\n    requirements: [CHK-1]\n    steps: [{get: /apicheck/, expect: -10 cash-lq-sale}]\n",
        );
        for extra in [&[][..], &["--expect-serial", "1"]] {
            let output = run(&folder, &suite, &url).args(["--key", KEY]).args(extra).output().unwrap();
            assert_clean(&format!("run {extra:?}, {what}"), &output);
        }
        let output = program()
            .arg("fuzz")
            .args(common)
            .arg(&state)
            .args(["--allow", "all", "--yes", "--cases", "1", "--reports"])
            .arg(folder.join("reports"))
            .output()
            .unwrap();
        assert_clean(&format!("fuzz, {what}"), &output);
    }
}
