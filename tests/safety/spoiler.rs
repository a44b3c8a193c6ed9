//! A proxy before any device that spoils what it answers: in one of many ways, for chosen paths, from the
//! n-th answer on. Each way has its expected outcome for `run`, `probe` and `fuzz` in one table.

use crate::devices::{Emulator, KEY};
use crate::{code, folder, program, run, suite, told};
use libtest_mimic::Trial;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

/// The tests of this part.
pub fn trials() -> Vec<Trial> {
    trials!("spoiler": a_device_that_answers_wrongly_in_any_way_is_told_so)
}

/// An answer as the device gave it.
struct Whole {
    reason: String,
    status: u16,
    body: Vec<u8>,
}

/// What the proxy sends instead, byte for byte; then it closes, or holds the connection.
struct Spoilt {
    bytes: Vec<u8>,
    hold: bool,
}

type Way = fn(&Whole) -> Spoilt;

/// A proxy before the device at `url`.
struct Spoiler {
    way: Way,
    /// Answers to these paths are spoilt.
    path: &'static str,
    /// From this one on, counted from 1.
    from: usize,
}

impl Spoiler {
    /// Starts it; gives its URL.
    fn start(self, device: &str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let device = device.trim_start_matches("http://").to_owned();
        let (spoiler, seen) = (Arc::new(self), Arc::new(AtomicUsize::new(0)));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { continue };
                let (device, spoiler, seen) = (device.clone(), Arc::clone(&spoiler), Arc::clone(&seen));
                // Whoever has gone is told nothing.
                thread::spawn(move || spoiler.serve(stream, &device, &seen));
            }
        });
        url
    }

    /// One request a connection: an answer that says so is as right as one that does not.
    fn serve(&self, mut stream: TcpStream, device: &str, seen: &AtomicUsize) -> std::io::Result<()> {
        let request = request(&mut stream)?;
        let mut to_device = TcpStream::connect(device)?;
        to_device.write_all(&request)?;
        let whole = whole(&mut to_device)?;
        let target = String::from_utf8_lossy(&request).split(' ').nth(1).unwrap_or_default().to_owned();
        let spoils = target.starts_with(self.path) && seen.fetch_add(1, Ordering::Relaxed) + 1 >= self.from;
        let sent = if spoils { (self.way)(&whole) } else { plain(&whole) };
        stream.write_all(&sent.bytes)?;
        if sent.hold {
            thread::sleep(Duration::from_secs(3));
        }
        stream.shutdown(Shutdown::Write)
    }
}

/// A request with its body.
fn request(stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let count = stream.read(&mut piece)?;
        bytes.extend_from_slice(&piece[..count]);
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        if let Some((head, _)) = text.split_once("\r\n\r\n") {
            let length = head.split("content-length:").nth(1).and_then(|rest| rest.split("\r\n").next());
            let length: usize = length.and_then(|length| length.trim().parse().ok()).unwrap_or(0);
            if bytes.len() >= head.len() + 4 + length {
                return Ok(bytes);
            }
        }
        if count == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
    }
}

/// The device's answer with its body.
fn whole(stream: &mut TcpStream) -> std::io::Result<Whole> {
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let count = stream.read(&mut piece)?;
        bytes.extend_from_slice(&piece[..count]);
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..at]).into_owned();
            let length = head.to_lowercase().split("content-length:").nth(1).and_then(|rest| {
                rest.split("\r\n").next().and_then(|length| length.trim().parse::<usize>().ok())
            });
            let body = &bytes[at + 4..];
            if count == 0 || length.is_some_and(|length| body.len() >= length) {
                let mut line = head.lines().next().unwrap_or_default().splitn(3, ' ').skip(1);
                let status = line.next().and_then(|status| status.parse().ok()).unwrap_or(0);
                let reason = line.next().unwrap_or_default().to_owned();
                return Ok(Whole { reason, status, body: body.to_vec() });
            }
        }
        if count == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
    }
}

fn with(head: String, body: &[u8]) -> Spoilt {
    Spoilt { bytes: [head.as_bytes(), b"\r\n\r\n", body].concat(), hold: false }
}

fn line(whole: &Whole) -> String {
    format!("HTTP/1.1 {} {}", whole.status, whole.reason)
}

fn plain(whole: &Whole) -> Spoilt {
    with(format!("{}\r\nContent-Length: {}\r\nConnection: close", line(whole), whole.body.len()), &whole.body)
}

/// The answer with another body, and its right length.
fn body(whole: &Whole, body: &[u8]) -> Spoilt {
    with(format!("{}\r\nContent-Length: {}\r\nConnection: close", line(whole), body.len()), body)
}

/// The answer with this head after the status line.
fn head(whole: &Whole, head: &str) -> Spoilt {
    with(format!("{}\r\n{head}", line(whole)), &whole.body)
}

/// The text of the body with a piece replaced.
fn text(whole: &Whole, from: &str, to: &str) -> Spoilt {
    body(whole, String::from_utf8_lossy(&whole.body).replace(from, to).as_bytes())
}

/// A way's name, itself, and the exit codes of `probe` where it spoils every getInfo, of `run` where it
/// spoils every registration from the second answer on, and of `fuzz` with the same: 0 where it is harmless,
/// 1 where it is a finding, 3 where the key chain is lost with it, so that nothing more can be done.
type Row = (&'static str, Way, [i32; 3]);

const ROWS: &[Row] = &[
    // ---- Lengths ----
    ("as it is", plain, [0, 0, 0]),
    ("no length, closed", |w| head(w, "Connection: close"), [0, 1, 1]),
    ("one byte too few", |w| head(w, &format!("Content-Length: {}", w.body.len() - 1)), [3, 3, 1]),
    ("one byte too many", |w| head(w, &format!("Content-Length: {}", w.body.len() + 1)), [3, 3, 3]),
    ("no body at all", |w| head(w, "Content-Length: 0"), [3, 3, 1]),
    ("a length below zero", |w| head(w, "Content-Length: -1"), [3, 3, 3]),
    ("a length in letters", |w| head(w, "Content-Length: eight"), [3, 3, 3]),
    ("a length beyond 64 bits", |w| head(w, "Content-Length: 99999999999999999999"), [3, 3, 3]),
    (
        "two lengths that differ",
        |w| head(w, &format!("Content-Length: {}\r\nContent-Length: 3", w.body.len())),
        [3, 3, 3],
    ),
    (
        "surplus behind the body",
        |w| {
            with(
                format!("{}\r\nContent-Length: {}", line(w), w.body.len()),
                &[&w.body[..], b"surplus"].concat(),
            )
        },
        [0, 1, 1],
    ),
    // ---- Chunks ----
    (
        "chunks without the last",
        |w| {
            with(
                format!("{}\r\nTransfer-Encoding: chunked", line(w)),
                format!("{:x}\r\n{}\r\n", w.body.len(), String::from_utf8_lossy(&w.body)).as_bytes(),
            )
        },
        [3, 3, 3],
    ),
    (
        "a chunk size that is none",
        |w| with(format!("{}\r\nTransfer-Encoding: chunked", line(w)), b"zz\r\nx\r\n0\r\n\r\n"),
        [3, 3, 3],
    ),
    (
        "a chunk size that overflows",
        |w| with(format!("{}\r\nTransfer-Encoding: chunked", line(w)), b"ffffffffffffffffff\r\n"),
        [3, 3, 3],
    ),
    ("said to be chunked", |w| head(w, "Transfer-Encoding: chunked"), [3, 3, 3]),
    // ---- Encodings ----
    (
        "said to be gzip",
        |w| head(w, &format!("Content-Encoding: gzip\r\nContent-Length: {}", w.body.len())),
        [0, 1, 1],
    ),
    ("a byte order mark", |w| body(w, &[b"\xef\xbb\xbf", &w.body[..]].concat()), [3, 3, 1]),
    ("UTF-16", |w| body(w, &w.body.iter().flat_map(|byte| [*byte, 0]).collect::<Vec<u8>>()), [3, 3, 1]),
    ("bytes that are no text", |w| body(w, b"\xff\xfe\xfd"), [3, 3, 1]),
    ("NULs behind it", |w| body(w, &[&w.body[..], b"\0\0"].concat()), [3, 3, 1]),
    ("NULs alone", |w| body(w, &[0; 8]), [3, 3, 1]),
    // ---- Heads ----
    (
        "HTTP/1.0",
        |w| with(format!("HTTP/1.0 {} {}\r\nContent-Length: {}", w.status, w.reason, w.body.len()), &w.body),
        [0, 1, 1],
    ),
    (
        "HTTP/2.0",
        |w| with(format!("HTTP/2.0 {} {}\r\nContent-Length: {}", w.status, w.reason, w.body.len()), &w.body),
        [3, 3, 3],
    ),
    ("no HTTP at all", |w| Spoilt { bytes: w.body.clone(), hold: false }, [3, 3, 3]),
    ("nothing, closed", |_| Spoilt { bytes: Vec::new(), hold: false }, [3, 3, 3]),
    ("half a head, closed", |w| Spoilt { bytes: line(w).into_bytes(), hold: false }, [3, 3, 3]),
    (
        "another status",
        |w| with(format!("HTTP/1.1 500 {}\r\nContent-Length: {}", w.reason, w.body.len()), &w.body),
        [3, 3, 1],
    ),
    ("a status of 204", |w| with(format!("HTTP/1.1 204 {}\r\nConnection: close", w.reason), b""), [3, 3, 1]),
    (
        "a status of 999",
        |w| with(format!("HTTP/1.1 999 {}\r\nContent-Length: {}", w.reason, w.body.len()), &w.body),
        [3, 3, 1],
    ),
    (
        "a redirect",
        |w| {
            with(
                format!(
                    "HTTP/1.1 302 {}\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: {}",
                    w.reason,
                    w.body.len()
                ),
                &w.body,
            )
        },
        [3, 3, 1],
    ),
    (
        "no reason",
        |w| with(format!("HTTP/1.1 {}\r\nContent-Length: {}", w.status, w.body.len()), &w.body),
        [0, 1, 1],
    ),
    (
        "a reason in another alphabet",
        |w| with(format!("HTTP/1.1 {} чек\r\nContent-Length: {}", w.status, w.body.len()), &w.body),
        [0, 1, 1],
    ),
    (
        "100,000 headers",
        |w| {
            with(
                format!("{}\r\n{}Content-Length: {}", line(w), "A: b\r\n".repeat(100_000), w.body.len()),
                &w.body,
            )
        },
        [3, 3, 3],
    ),
    ("a NUL in a header", |w| head(w, &format!("A: \0\r\nContent-Length: {}", w.body.len())), [3, 3, 3]),
    // ---- JSON and keys ----
    ("an empty body", |w| body(w, b""), [3, 3, 1]),
    ("half of it", |w| body(w, &w.body[..w.body.len() / 2]), [3, 3, 1]),
    ("a page", |w| body(w, b"<html><body>401</body></html>"), [3, 3, 1]),
    ("a list around it", |w| body(w, &[b"[", &w.body[..], b"]"].concat()), [3, 3, 1]),
    ("null", |w| body(w, b"null"), [3, 3, 1]),
    ("a comma at the end", |w| text(w, "}", ",}"), [3, 0, 0]),
    (
        "nested without end",
        |w| {
            body(
                w,
                "[".repeat(200_000)
                    .as_bytes()
                    .get(..if w.status == 0 { 1 } else { 200_000 })
                    .unwrap_or_default(),
            )
        },
        [3, 3, 1],
    ),
    (
        "a number that is too long",
        |w| {
            body(
                w,
                "9".repeat(100_000)
                    .as_bytes()
                    .get(..if w.status == 0 { 1 } else { 100_000 })
                    .unwrap_or_default(),
            )
        },
        [3, 3, 1],
    ),
    ("twenty megabytes", |w| body(w, &vec![b' '; if w.status == 0 { 1 } else { 20 << 20 }]), [3, 3, 3]),
    // ---- Time ----
    ("silence", |_| Spoilt { bytes: Vec::new(), hold: true }, [3, 3, 3]),
    (
        "half a body, then silence",
        |w| Spoilt {
            hold: true,
            ..with(format!("{}\r\nContent-Length: {}", line(w), w.body.len()), &w.body[..w.body.len() / 2])
        },
        [3, 3, 3],
    ),
];

const SALE: &str = "
about: Two sales.
cases:
  - name: spoilt/sells
    requirements: [REG-1]
    steps: [{sale: 10, cash: 10, expect: registered}, {sale: 11, cash: 11, expect: registered}]
";

/// What `probe`, `run` and `fuzz` end with.
fn outcome((name, way, _): &Row, number: usize) -> ([i32; 3], String) {
    // All three have one serial number, and a journal's folder has one lock for it.
    let state = |of: &str| crate::folder(&format!("spoiler-{number}-{of}")).join("state.jsonl");
    let folder = folder(&format!("spoiler-{number}"));
    let devices: [Emulator; 3] = std::array::from_fn(|_| Emulator::start(&[]));
    let before = |at: usize, path, from| Spoiler { way: *way, path, from }.start(&devices[at].url);
    let (info, sold, played) =
        (before(0, "/apicheck/getInfo", 1), before(1, "/api/", 2), before(2, "/api/", 2));
    let patience = ["--key", KEY, "--rate", "unlimited", "--patience", "1"];
    let mut probe = program();
    probe.args(["probe", "--target", &info]).args(patience).arg("--state").arg(state("probe"));
    let mut ran = run(&folder, &suite(&folder, SALE), &sold);
    ran.args(["--key", KEY, "--allow", "fiscal", "--yes", "--patience", "1"]);
    let mut fuzzed = program();
    fuzzed
        .args(["fuzz", "--target", &played])
        .args(patience)
        .args(["--allow", "all", "--yes", "--seed", "3", "--cases", "1", "--shrink-budget", "0", "--state"])
        .arg(state("fuzz"))
        .arg("--reports")
        .arg(folder.join("reports"));
    // Each waits for its device, and not for the others.
    let all = thread::scope(|scope| {
        [probe, ran, fuzzed]
            .map(|mut program| scope.spawn(move || program.output().unwrap()))
            .map(|running| running.join().unwrap())
    });
    for output in &all {
        assert!(!told(output).contains("panicked"), "{name}: {}", told(output));
    }
    (all.each_ref().map(code), all.each_ref().map(told).join("\n----\n"))
}

fn a_device_that_answers_wrongly_in_any_way_is_told_so() {
    assert!(ROWS.len() > 40);
    let next = AtomicUsize::new(0);
    let wrong = std::sync::Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..12 {
            scope.spawn(|| {
                while let Some((number, row)) = {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    // The last ones wait longest.
                    ROWS.iter().rev().nth(number).map(|row| (number, row))
                } {
                    let (codes, told) = outcome(row, number);
                    if codes != row.2 {
                        let told: String = told.chars().take(1500).collect();
                        wrong.lock().unwrap().push(format!("{}: {codes:?} for {:?}\n{told}", row.0, row.2));
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
