//! What the program makes of much: bodies are kept once, and the emulator does not grow without end.

use crate::devices::{Emulator, KEY};
use crate::{folder, program};
use libtest_mimic::Trial;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::thread;
use std::time::Duration;

/// The tests of this part.
pub fn trials() -> Vec<Trial> {
    trials!("memory": bodies_of_seven_megabytes_are_kept_once, an_emulator_that_keeps_so_many_receipts_does_not_grow, a_form_of_any_size_takes_no_more_than_its_bound)
}

/// Kilobytes of memory of a process: the most that it ever had, and what it has now; none of one that ended.
pub fn of(child: &Child) -> (u64, u64) {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let kilobytes = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
        line.trim().trim_end_matches(" kB").parse().unwrap_or(0)
    };
    (kilobytes("VmHWM:"), kilobytes("VmRSS:"))
}

/// Seven megabytes of rows, as every document of a device.
fn large_device() -> String {
    let row = r#"{"id":100000,"name":"Item of a long directory","price":"10.00"},"#;
    let rows = format!("[{}0]", row.repeat(7_000_000 / row.len()));
    let info = format!(
        r#"{{"applicationVersion":101021,"cashWeHave":"0.00","currentShiftID":"1","currentShiftStatus":"closed","factorySerialNumber":"0117","pad":"{}"}}"#,
        "x".repeat(7_000_000)
    );
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let mut head = [0; 4096];
            let length = stream.read(&mut head).unwrap_or(0);
            let asked = String::from_utf8_lossy(&head[..length]).into_owned();
            let body = if asked.contains("getInfo") { &info } else { &rows };
            // The program may have enough of it.
            let _ = write!(
                stream,
                "HTTP/1.1 200 ok\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            let _ = stream.write_all(body.as_bytes());
        }
    });
    url
}

/// The most memory, in megabytes, that `probe` of that device has.
fn probed(url: &str, name: &str, more: &[&str]) -> u64 {
    let folder = folder(name);
    let mut child = program()
        .args(["probe", "--target", url, "--key", KEY, "--rate", "unlimited", "--state"])
        .arg(folder.join("state.jsonl"))
        .args(more)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = child.stdout.take().unwrap();
    let reading = thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
    let mut most = 0;
    while child.try_wait().unwrap().is_none() {
        most = most.max(of(&child).0);
        thread::sleep(Duration::from_millis(2));
    }
    assert!(child.wait().unwrap().success());
    reading.join().unwrap().unwrap();
    most / 1024
}

fn bodies_of_seven_megabytes_are_kept_once() {
    let url = large_device();
    let (lines, json) = (probed(&url, "memory", &[]), probed(&url, "memory-json", &["--json"]));
    println!("probe of documents of 7 MB: {lines} MB, with --json {json} MB");
    // Six of them, 42 MB; and one that is read, which takes many times its length.
    assert!(lines < 250, "{lines} MB");
    assert!(json < 350, "{json} MB");
}

/// Sends so many sales over one connection; gives the last key.
fn sell(emulator: &Emulator, mut key: String, times: usize) -> String {
    let mut stream = TcpStream::connect(emulator.url.strip_prefix("http://").unwrap()).unwrap();
    stream.set_nodelay(true).unwrap();
    for _ in 0..times {
        let request = format!("GET /api/?key={key}&sale=10&cash=10 HTTP/1.1\r\nHost: x\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        let mut piece = [0; 1024];
        while !answer.windows(4).any(|four| four == b"\r\n\r\n") || answer.ends_with(b"\r\n\r\n") {
            let length = stream.read(&mut piece).unwrap();
            assert!(length > 0, "it went away");
            answer.extend_from_slice(&piece[..length]);
        }
        let answer = String::from_utf8(answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        key = answer[answer.len() - 8..].to_owned();
    }
    key
}

fn an_emulator_that_keeps_so_many_receipts_does_not_grow() {
    let grown = |arguments: &[&str]| {
        let emulator = Emulator::start(&[&["--quiet"], arguments].concat());
        // The tape, the outbox and the last exchanges fill up first.
        let key = sell(&emulator, KEY.to_owned(), 2_000);
        // The most that it ever had: what it has now falls whenever the allocator gives pages back.
        let before = emulator.memory().0;
        sell(&emulator, key, 6_000);
        emulator.memory().0.saturating_sub(before)
    };
    let (kept, all) = (grown(&["--keep", "500"]), grown(&[]));
    println!("6,000 receipts: {kept} kB with --keep 500, {all} kB without");
    assert!(kept < all / 2, "{kept} kB with --keep, {all} kB without");
}

/// What a form of a kind and of so many bytes makes an emulator grow to, in megabytes, and the answer's head.
fn after_form(piece: &str, length: usize) -> (u64, String) {
    let emulator = Emulator::start(&["--quiet"]);
    let before = emulator.memory().0;
    let mut stream = TcpStream::connect(emulator.url.strip_prefix("http://").unwrap()).unwrap();
    let start = format!("key={KEY}&sale=1&cash=1");
    let body = format!("{start}{}", piece.repeat((length - start.len()) / piece.len()));
    let head = "POST /api/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded";
    write!(stream, "{head}\r\nContent-Length: {}\r\n\r\n", body.len()).unwrap();
    let mut answer = String::new();
    // It takes no more than it reads.
    let _ = stream.write_all(body.as_bytes());
    let _ = stream.read_to_string(&mut answer);
    ((emulator.memory().0 - before) / 1024, answer.lines().next().unwrap_or_default().to_owned())
}

fn a_form_of_any_size_takes_no_more_than_its_bound() {
    for (what, piece) in [("many parameters", "&a=b"), ("one parameter", "x"), ("escapes", "%41")] {
        let (most, head) = after_form(piece, 2_000_000);
        println!("a form of 2 MB with {what}: {most} MB, {head}");
        assert!(most < 40, "{what}: {most} MB");
        assert!(head.starts_with("HTTP/1.1 "), "{what}: {head:?}");
        let (most, head) = after_form(piece, 16_000_000);
        println!("a form of 16 MB with {what}: {most} MB, {head}");
        assert!(most < 12, "{what}: {most} MB");
        assert!(!head.starts_with("HTTP/1.1 200"), "{what}: {head:?}");
    }
}
