//! Emulators in processes of their own, and what they say of themselves.

use super::program;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};

/// An emulator, killed when it is dropped.
pub struct Emulator {
    child: Child,
    /// Where it listens.
    pub url: String,
    /// Where its control port listens, if it has one.
    pub control: Option<String>,
}

/// The first key of every emulator here.
pub const KEY: &str = "01234567";

impl Emulator {
    /// Starts one on a free port.
    pub fn start(arguments: &[&str]) -> Emulator {
        let listen = if arguments.contains(&"--listen") { &[][..] } else { &["--listen", "127.0.0.1:0"] };
        let mut child = program()
            .args(["emulate", "--key", KEY])
            .args(listen)
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut control = None;
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let url = lines
            .map(Result::unwrap)
            .find_map(|line| {
                control = control.take().or(line.strip_prefix("control port on ").map(str::to_owned));
                line.strip_prefix("listening on ").map(str::to_owned)
            })
            .unwrap();
        Emulator { child, url, control }
    }

    /// Asks for a path; `/path?key=…`.
    pub fn get(&self, target: &str) -> (u16, String) {
        let address = self.url.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        write!(stream, "GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }

    /// Does something to it through its control port.
    pub fn act(&self, action: &str) {
        let address = self.control.as_ref().unwrap().strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        let message = format!(r#"{{"do":"act","action":"{action}"}}"#);
        let head = format!(
            "POST / HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nConnection: close"
        );
        write!(stream, "{head}\r\nContent-Length: {}\r\n\r\n{message}", message.len()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.contains(r#""ok":true"#), "{action}: {answer}");
    }

    /// Kilobytes of memory: the most that it ever had, and what it has now.
    pub fn memory(&self) -> (u64, u64) {
        crate::memory::of(&self.child)
    }

    /// A document; the key must be good.
    pub fn document(&self, path: &str, key: &str) -> Value {
        let (status, body) = self.get(&format!("{path}?key={key}"));
        assert_eq!(status, 200, "{path}: {body}");
        serde_json::from_str(&body).unwrap()
    }

    /// Every receipt of every shift: number and sum.
    pub fn receipts(&self, key: &str) -> Vec<(u64, String)> {
        let shifts = self.document("/dump/table/shifts", key);
        let mut receipts = Vec::new();
        for shift in shifts.as_array().unwrap() {
            let list = self.document(&format!("/dump/table/shifts/{}/cheques", shift["id"]), key);
            for receipt in list.as_array().unwrap() {
                let number = receipt["chequeId"].to_string().trim_matches('"').parse().unwrap();
                let sums =
                    receipt["chequeSales"].as_array().unwrap().iter().map(|row| row["saleSum"].to_string());
                receipts.push((number, sums.collect::<Vec<_>>().join("+")));
            }
        }
        receipts
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}
