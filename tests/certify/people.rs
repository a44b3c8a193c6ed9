//! Without a driver: a person at a till, on a pseudo-terminal, and traffic that is only watched.

use super::support::{Sandbox, root};
use super::{json, outcome, program, test};
use libtest_mimic::Trial;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

pub fn trials() -> Vec<Trial> {
    vec![
        test("manual/good", || manual("good", 0, &["1 pass", "Sell for 800 tenge, paid by card: 800."])),
        test("manual/wrong-number", || manual("wrong-number", 1, &["1 fail", "CLI-21"])),
        test("manual/skips", || manual("skips", 0, &["1 not-applicable"])),
        test("manual/leaves", || manual("leaves", 3, &["nobody types any more"])),
        test("watch/good", || watch(Duration::from_millis(1010), 0, "pass")),
        test("watch/hasty", || watch(Duration::from_millis(100), 1, "fail")),
    ]
}

fn manual(person: &str, code: i32, told: &[&str]) {
    let folder = Sandbox::new();
    let mut terminal = Command::new("python3");
    terminal
        .arg(root().join("tests/certify/person.py"))
        .arg(person)
        .arg(env!("CARGO_BIN_EXE_ikkm-conformance"));
    terminal.args(["certify", "--manual", "--listen", "127.0.0.1:0", "--case", "basics/pays-bank"]);
    terminal.current_dir(folder.path()).env("NO_COLOR", "1").stdin(Stdio::null());
    outcome(terminal).assert_code(code).assert_tells(told);
}

/// Sells as fast as told while `--watch` looks on; Ctrl-C ends it.
fn watch(pause: Duration, code: i32, verdict: &str) {
    let folder = Sandbox::new();
    let mut watching = Watching(start(folder.path()));
    let mut output = BufReader::new(watching.0.stdout.take().expect("its output"));
    let mut line = || {
        let mut line = String::new();
        output.read_line(&mut line).expect("a line");
        line.trim_end().to_owned()
    };
    let mut key = line().trim_start_matches("web-API key ").to_owned();
    let address = line().trim_start_matches("listening on http://").to_owned();
    for _ in 0..3 {
        key = sell(&address, &key);
        std::thread::sleep(pause);
    }
    let interrupted = Command::new("kill").args(["-INT", &watching.0.id().to_string()]).status();
    assert!(interrupted.expect("kill").success());
    assert_eq!(watching.0.wait().expect("its end").code(), Some(code));
    let results = json(folder.path(), "reports/certify.json");
    assert_eq!(results["cases"][0]["verdict"], verdict, "{}", results["cases"][0]["message"]);
    // Each request was told as it came; what was found has its story once, and nothing is advised that cannot
    // be done.
    let mut told = String::new();
    output.read_to_string(&mut told).expect("the rest of it");
    let third = told.lines().filter(|line| line.starts_with("request 3: GET /api/"));
    assert_eq!(third.count(), 1, "{told}");
    assert_eq!(told.matches("expected  ").count(), usize::from(verdict == "fail"), "{told}");
    assert!(!told.contains("FAIL  watch/traffic") && !told.contains("--case"), "{told}");
    // It finds its certificate and the transcript itself, also where the certificate was put elsewhere.
    outcome(program(folder.path(), &["certify", "--verify"])).assert_code(0);
    let (written, moved) = (folder.path().join("reports/certificate.json"), folder.path().join("moved.json"));
    std::fs::rename(written, moved).expect("it can be moved");
    outcome(program(folder.path(), &["certify", "--verify", "moved.json"])).assert_code(0);
}

/// Gone with the test, however it ends.
struct Watching(Child);

impl Drop for Watching {
    fn drop(&mut self) {
        // It has ended already, unless the test fails.
        let _ = self.0.kill();
    }
}

fn start(folder: &Path) -> Child {
    let mut command = program(folder, &["certify", "--watch", "--listen", "127.0.0.1:0"]);
    command.stdout(Stdio::piped()).spawn().expect("the program starts")
}

/// One sale, as `curl` would send it; gives the new key.
fn sell(address: &str, key: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("a connection");
    let request = format!(
        "GET /api/?key={key}&sale=800&cash=1000 HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).expect("a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer.rsplit("\r\n").next().expect("a body").to_owned()
}
