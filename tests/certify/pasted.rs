//! What a hostile client sent stands in the reports as a command: pasted into a shell it does nothing of theirs.

use super::support::Sandbox;
use super::{json, program, test};
use libtest_mimic::Trial;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};

pub fn trials() -> Vec<Trial> {
    vec![test("pasted/hostile-bodies", a_pasted_line_carries_nothing_of_theirs_out)]
}

const BODIES: &[&str] = &[
    "key=1\"; touch PWNED; \"",
    "key=$(touch PWNED)",
    "key=`touch PWNED`",
    "key='; touch PWNED; '",
    "a\ntouch PWNED\n",
    "\\\"; touch PWNED #",
    "@/etc/passwd",
];

fn a_pasted_line_carries_nothing_of_theirs_out() {
    let folder = Sandbox::new();
    let mut watching = program(folder.path(), &["certify", "--watch", "--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut output = BufReader::new(watching.stdout.take().expect("its output"));
    let mut address = String::new();
    while !address.starts_with("listening on ") {
        address.clear();
        assert!(output.read_line(&mut address).expect("a line") > 0, "it ended");
    }
    let address = address.trim().trim_start_matches("listening on http://").to_owned();
    for body in BODIES {
        let mut stream = TcpStream::connect(&address).expect("a connection");
        let length = body.len();
        write!(stream, "POST /api/?x=%22 HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}")
            .expect("sent");
        // Whatever it answers: it is the body that matters.
        let _ = stream.read_to_end(&mut Vec::new());
    }
    let ended = Command::new("kill").args(["-INT", &watching.id().to_string()]).status();
    assert!(ended.expect("kill").success());
    std::io::copy(&mut output, &mut std::io::sink()).expect("the rest");
    watching.wait().expect("its end");
    let results = json(folder.path(), "reports/certify.json");
    let lines = commands(&results);
    for body in BODIES {
        let sent = pasted(folder.path(), &lines, body);
        assert!(sent, "{body:?} stands in no command: {lines:#?}");
    }
    assert!(!folder.path().join("PWNED").exists(), "a client's command was carried out");
}

/// Every command of the transcripts.
fn commands(results: &Value) -> Vec<String> {
    match results {
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(name, value)| match value {
                Value::String(text) if name == "curl" => vec![text.clone()],
                other => commands(other),
            })
            .collect(),
        Value::Array(list) => list.iter().flat_map(commands).collect(),
        _ => Vec::new(),
    }
}

/// Pastes every line into a shell that has a harmless `curl`; whether one of them would send that body.
fn pasted(folder: &Path, lines: &[String], body: &str) -> bool {
    let shim = "curl() { for word; do printf '%s\\a' \"$word\"; done; printf '\\v'; }\n";
    let mut shell = Command::new("sh")
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("sh");
    let text = format!("{shim}{}\n", lines.join("\n"));
    shell.stdin.take().expect("its input").write_all(text.as_bytes()).expect("pasted");
    let told = shell.wait_with_output().expect("its output").stdout;
    let told = String::from_utf8_lossy(&told).into_owned();
    let calls = told.split('\u{b}');
    calls.into_iter().any(|call| call.split('\u{7}').any(|word| word == body))
}
