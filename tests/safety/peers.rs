//! Answers of registrations that are lost, cut, garbled, wrong or from something else: what a run
//! makes of each. The transport's own table (tests/transport) has the finer differences.

use crate::devices::KEY;
use crate::{code, folder, results, run, suite, told};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

const SALE: &str = "
about: One sale.
cases:
  - name: peer/sells
    requirements: [REG-1]
    steps: [{sale: 10, cash: 10, expect: registered}]
";

const FRESH: &str = "29852781";
const INFO: &str = r#"{"applicationVersion":101021,"cashWeHave":"0.00","currentShiftID":"1","currentShiftStatus":"opened","factorySerialNumber":"0117"}"#;
const REPORT: &str =
    r#"{"shiftState":"opened","cashInDocCount":0,"cashOutDocCount":0,"fiscalData":{"sales":0}}"#;

fn good(reason: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 {reason}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// A peer that answers readings like a device, and registrations as told; the last one for ever.
fn peer(answers: Vec<Vec<u8>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        let mut registrations = 0;
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let Some(target) = target(&mut stream) else { continue };
            let answer = if target.starts_with("/api/") {
                registrations += 1;
                answers.get(registrations - 1).or(answers.last()).unwrap().clone()
            } else if target.starts_with("/apicheck/getInfo") {
                good("ok", INFO)
            } else {
                good("ok", REPORT)
            };
            // The program may have gone; the next connection will tell.
            let _ = stream.write_all(&answer);
        }
    });
    url
}

fn target(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).ok()? == 0 {
            return None;
        }
        head.push(byte[0]);
    }
    Some(String::from_utf8_lossy(&head).split(' ').nth(1)?.to_owned())
}

/// A name, the answers to the sale and its repeats, the exit code, the verdict, and what is told.
type Row = (&'static str, Vec<Vec<u8>>, i32, &'static str, &'static str);

fn rows() -> Vec<Row> {
    let registered = || good("164", FRESH);
    let text = |text: &str| text.as_bytes().to_vec();
    let length = |length: &str| text(&format!("HTTP/1.1 200 164\r\nContent-Length: {length}\r\n\r\n{FRESH}"));
    let lost_then = |first: Vec<u8>| vec![first, registered()];
    vec![
        // The answer is right; that this peer keeps no books is what the suite's end finds.
        ("as it should be", vec![registered()], 1, "pass", "suite/reconciliation"),
        ("lost, then repeated", lost_then(vec![]), 1, "fail", "closed without an answer"),
        (
            "cut in the body",
            lost_then(text("HTTP/1.1 200 164\r\nContent-Length: 8\r\n\r\n2985")),
            1,
            "fail",
            "4 of 8 bytes",
        ),
        (
            "cut in the head",
            lost_then(text("HTTP/1.1 200 164\r\nConte")),
            1,
            "fail",
            "no complete HTTP answer",
        ),
        ("cut in the status line", lost_then(text("HTTP/1.1 2")), 1, "fail", "no complete HTTP answer"),
        ("longer than it says", lost_then(length("80")), 1, "fail", "8 of 80 bytes"),
        ("a negative length", lost_then(length("-8")), 1, "fail", "no complete HTTP answer"),
        ("two lengths", lost_then(length("8\r\nContent-Length: 9")), 1, "fail", "no complete HTTP answer"),
        (
            "a bad chunk",
            lost_then(text("HTTP/1.1 200 1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")),
            1,
            "fail",
            "chunk",
        ),
        ("HTTP/0.9", lost_then(text("<html>hello</html>")), 1, "fail", "no HTTP answer"),
        ("an SSH server", lost_then(text("SSH-2.0-OpenSSH_9.6\r\n")), 1, "fail", "no HTTP answer"),
        ("a TLS server", lost_then(b"\x15\x03\x01\0\x02\x02\x46".to_vec()), 1, "fail", "no HTTP answer"),
        ("only the key", lost_then(text(FRESH)), 1, "fail", "no HTTP answer"),
        ("a status in letters", lost_then(text("HTTP/1.1 abc x\r\n\r\n")), 1, "fail", "no HTTP answer"),
        (
            "busy, then done",
            vec![text("HTTP/1.1 400 x\r\nContent-Length: 2\r\n\r\n-2"), registered()],
            1,
            "pass",
            "suite/reconciliation",
        ),
        (
            "lost, then refused for its amount",
            vec![vec![], text("HTTP/1.1 400 cash-lq-sale\r\nContent-Length: 3\r\n\r\n-10")],
            1,
            "fail",
            "closed without an answer",
        ),
        (
            "lost, then out of paper, the key still good",
            vec![vec![], text("HTTP/1.1 400 check-printer-or-batt\r\nContent-Length: 2\r\n\r\n-6")],
            1,
            "fail",
            "closed without an answer",
        ),
        ("always closed", vec![vec![]], 3, "inconclusive", "whether it was registered is not known"),
        (
            "always an SSH server",
            vec![text("SSH-2.0-OpenSSH_9.6\r\n")],
            3,
            "inconclusive",
            "whether it was registered is not known",
        ),
        ("a web page", vec![good("OK", "<html></html>")], 1, "fail", "WIRE-10"),
        (
            "a redirect",
            vec![text("HTTP/1.1 302 Found\r\nLocation: http://example.org/\r\nContent-Length: 0\r\n\r\n")],
            1,
            "fail",
            "302",
        ),
        (
            "a proxy's error",
            vec![text("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 4\r\n\r\noops")],
            1,
            "fail",
            "502",
        ),
        ("no receipt number", vec![good("OK", FRESH)], 1, "fail", "WIRE-10"),
        ("no reason", vec![text("HTTP/1.1 200\r\nContent-Length: 8\r\n\r\n29852781")], 1, "fail", "WIRE-10"),
        ("a key of 7 digits", vec![good("164", "2985278")], 1, "fail", "KEY-3"),
        ("a key with letters", vec![good("164", "2985278x")], 1, "fail", "KEY-3"),
        ("a receipt number without end", vec![good(&"9".repeat(60), FRESH)], 1, "fail", "WIRE-10"),
        (
            "a body that is no text",
            vec![[&b"HTTP/1.1 200 164\r\nContent-Length: 2\r\n\r\n"[..], &[0xff, 0xfe]].concat()],
            1,
            "fail",
            "expected",
        ),
        ("an empty body", vec![good("164", "")], 1, "fail", "expected"),
    ]
}

#[test]
fn every_kind_of_answer_has_its_outcome() {
    let mut wrong = Vec::new();
    let running: Vec<_> = rows()
        .into_iter()
        .enumerate()
        .map(|(number, row)| thread::spawn(move || outcome(number, row)))
        .collect();
    for row in running {
        wrong.extend(row.join().unwrap());
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n\n"));
}

fn outcome(number: usize, (name, answers, exit, verdict, part): Row) -> Option<String> {
    let folder = folder(&format!("peer-{number}"));
    let suite = suite(&folder, SALE);
    let output = run(&folder, &suite, &peer(answers))
        .args(["--key", KEY, "--allow", "fiscal", "--yes"])
        .output()
        .unwrap();
    let text = told(&output);
    let found = results(&folder)["cases"][0]["verdict"].as_str().unwrap().to_owned();
    let right = code(&output) == exit
        && found == verdict
        && text.contains(part)
        && !text.contains("panicked")
        && !text.contains(FRESH);
    (!right).then(|| {
        format!("{name}: {} {found}, expected {exit} {verdict} with `{part}`:\n{text}", code(&output))
    })
}
