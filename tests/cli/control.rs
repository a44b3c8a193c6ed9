//! The control port answers whom it should, and says what it knows.

use super::command;
use super::emulator::Emulator;
use super::support::Sandbox;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::Stdio;

/// Sends a message with this head; gives the status and the answer.
fn post(emulator: &Emulator, head: &str, body: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(emulator.control_address()).expect("it listens");
    let length = body.len();
    write!(stream, "POST / HTTP/1.1\r\n{head}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}")
        .expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    (status, answer.split_once("\r\n\r\n").expect("a body").1.to_owned())
}

const HELLO: &str = r#"{"do":"hello","version":1}"#;
const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";
const JSON: &str = "Content-Type: application/json\r\n";

#[test]
fn it_answers_only_its_own_host_and_json() {
    let emulator = Emulator::start("01234567", "plain");
    let own = emulator.control_address();
    let port = own.rsplit_once(':').expect("a port").1;
    for (head, status, says) in [
        (format!("Host: {own}\r\n{JSON}"), 200, r#""ok":true"#),
        (format!("Host: localhost:{port}\r\n{JSON}"), 200, r#""ok":true"#),
        (format!("Host: {own}\r\nContent-Type: Application/JSON; charset=utf-8\r\n"), 200, r#""ok":true"#),
        (format!("Host: {own}\r\nOrigin: http://{own}\r\n{JSON}"), 200, r#""ok":true"#),
        // A name of the attacker's own that leads here.
        (format!("Host: evil.example:{port}\r\n{JSON}"), 403, "this port is called"),
        (format!("Host: 127.0.0.1\r\n{JSON}"), 403, "this port is called"),
        (format!("Host: localhost.evil.example:{port}\r\n{JSON}"), 403, "this port is called"),
        (format!("Host: {own}\r\nOrigin: http://evil.example\r\n{JSON}"), 403, "may not use this port"),
        (format!("Host: {own}\r\nOrigin: null\r\n{JSON}"), 403, "may not use this port"),
        // What a form in a page can send without being asked.
        (format!("Host: {own}\r\nContent-Type: text/plain\r\n"), 415, "application/json"),
        (format!("Host: {own}\r\nOrigin: http://{own}\r\n{FORM}"), 415, "application/json"),
        (format!("Host: {own}\r\nSec-Fetch-Site: cross-site\r\n{FORM}"), 415, "application/json"),
    ] {
        let (found, answer) = post(&emulator, &head, HELLO);
        assert_eq!(found, status, "{head}: {answer}");
        assert!(answer.contains(says), "{head}: {answer}");
    }
}

#[test]
fn a_slip_is_answered_with_what_is_known() {
    let emulator = Emulator::start("01234567", "plain");
    let head = format!("Host: {}\r\n{JSON}", emulator.control_address());
    for (body, says) in [
        ("", "no JSON"),
        ("[]", "one JSON object"),
        ("{}", "`do` is"),
        (r#"{"do":"establsh"}"#, "one of hello, establish, clear"),
        (r#"{"do":"establish","condition":"papre-out"}"#, "must be one of paper-out"),
        (r#"{"do":"establish","condition":"blocked"}"#, "a whole number from 0 to 99"),
        (r#"{"do":"establish","condition":"blocked","code":300}"#, "a whole number from 0 to 99"),
        (r#"{"do":"act","action":"powercycle"}"#, "one of advance-clock"),
        (r#"{"do":"act","action":"advance-clock"}"#, "needs `seconds`"),
        (r#"{"do":"observe","observation":"paper"}"#, "one of tape, online, key"),
    ] {
        let (status, answer) = post(&emulator, &head, body);
        assert_eq!(status, 400, "{body}: {answer}");
        assert!(answer.contains("\"error\"") && answer.contains(says), "{body}: {answer}");
    }
}

#[test]
fn an_address_that_others_reach_is_warned_of() {
    for (listen, warns) in [("0.0.0.0:0", true), ("127.0.0.1:0", false)] {
        let folder = Sandbox::new();
        let arguments = ["emulate", "--listen", "127.0.0.1:0", "--control", listen];
        let mut child = command(folder.path(), &arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        assert!(lines.any(|line| line.expect("a line").starts_with("listening on ")));
        child.kill().expect("it runs");
        child.wait().expect("it ends");
        let mut told = String::new();
        child.stderr.take().expect("its errors").read_to_string(&mut told).expect("UTF-8");
        assert_eq!(told.contains("warning: whoever reaches"), warns, "{listen}: {told}");
    }
}

#[test]
fn without_descriptors_it_waits_instead_of_spinning() {
    let folder = Sandbox::new();
    let program = env!("CARGO_BIN_EXE_ikkm-conformance");
    // So many descriptors, and not one more: connections take the last ones.
    let line = format!("ulimit -n 24; exec {program} emulate --listen 127.0.0.1:0 --control 127.0.0.1:0");
    let mut child = std::process::Command::new("sh")
        .args(["-c", &line])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("a shell");
    let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    let control = lines.next().expect("a line").expect("UTF-8");
    let control = control.strip_prefix("control port on http://").expect("its address").to_owned();
    assert!(lines.any(|line| line.expect("a line").starts_with("listening on ")));
    let held: Vec<_> = (0..40).filter_map(|_| TcpStream::connect(&control).ok()).collect();
    let spent = || {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", child.id())).expect("it runs");
        let after = stat.rsplit_once(')').expect("a name").1.to_owned();
        let fields: Vec<&str> = after.split_whitespace().collect();
        // utime and stime, in hundredths of a second.
        fields[11].parse::<u64>().expect("a number") + fields[12].parse::<u64>().expect("a number")
    };
    let before = spent();
    std::thread::sleep(std::time::Duration::from_millis(600));
    let used = spent() - before;
    drop(held);
    child.kill().expect("it runs");
    child.wait().expect("it ends");
    assert!(used < 20, "{used} hundredths of a second in 60");
}
