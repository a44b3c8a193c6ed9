//! An emulator in a process of its own, and what `emulate` promises.

use super::support::Sandbox;
use super::{command, ikkm};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};

/// A started emulator; it ends with the test.
pub struct Emulator {
    child: Child,
    /// `http://127.0.0.1:PORT` of the web API.
    pub url: String,
    /// The same of the control port.
    pub control: String,
    folder: Sandbox,
}

impl Emulator {
    /// Starts one on free ports and waits until it says that it listens.
    pub fn start(key: &str, personality: &str) -> Emulator {
        let folder = Sandbox::new();
        let free = "127.0.0.1:0";
        let arguments =
            ["emulate", "--listen", free, "--control", free, "--key", key, "--personality", personality];
        let mut command = command(folder.path(), &arguments);
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the program starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let (mut url, mut control) = (None, None);
        while url.is_none() {
            let line = lines.next().expect("a line before the end").expect("UTF-8");
            if let Some(address) = line.strip_prefix("control port on ") {
                control = Some(address.to_owned());
            }
            url = line.strip_prefix("listening on ").map(str::to_owned);
        }
        let control = control.expect("a control port");
        Emulator { child, url: url.expect("an address"), control, folder }
    }

    /// A folder for whoever tests it.
    pub fn folder(&self) -> &Sandbox {
        &self.folder
    }

    /// `HOST:PORT` of the control port.
    pub fn control_address(&self) -> &str {
        self.control.trim_start_matches("http://")
    }

    /// Sends a request line to the web API and gives the whole answer.
    pub fn get(&self, path: &str) -> String {
        let address = self.url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).expect("it listens");
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn it_listens_on_free_ports_and_takes_its_key() {
    let emulator = Emulator::start("01234567", "plain");
    assert!(!emulator.url.ends_with(":0") && emulator.url != emulator.control, "{}", emulator.url);
    let answer = emulator.get("/apicheck/?key=01234567");
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("\r\n0"), "{answer}");
    let answer = emulator.get("/apicheck/?key=99999999");
    assert!(answer.starts_with("HTTP/1.1 400 incorrect-web-api-key") && answer.ends_with("-1"), "{answer}");
}

#[test]
fn it_ends_in_order_when_it_is_asked_to() {
    let mut emulator = Emulator::start("01234567", "plain");
    let id = emulator.child.id().to_string();
    let asked = std::process::Command::new("kill").args(["-TERM", &id]).status().expect("kill starts");
    assert!(asked.success());
    let status = emulator.child.wait().expect("it ends");
    assert_eq!(status.code(), Some(0));
}

#[test]
fn what_it_cannot_be_is_said() {
    let free = "127.0.0.1:0";
    ikkm(&["emulate", "--listen", free, "--key", "123"]).assert_code(2);
    ikkm(&["emulate", "--listen", free, "--personality", "nobody"])
        .assert_code(2)
        .assert_tells(&["personalities"]);
    let taken = std::net::TcpListener::bind(free).expect("a port");
    let address = taken.local_addr().expect("its address").to_string();
    ikkm(&["emulate", "--listen", &address]).assert_code(3).assert_tells(&["cannot listen on"]);
}
