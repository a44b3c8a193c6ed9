//! Answers of registrations that are lost, cut, garbled, wrong or from something else: what a run
//! makes of each. The transport's own table (tests/transport) has the finer differences.

use crate::devices::KEY;
use crate::{code, folder, results, run, suite, told};
use libtest_mimic::Trial;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

/// The tests of this part.
pub fn trials() -> Vec<Trial> {
    trials!("peers": every_kind_of_answer_has_its_outcome, what_is_lost_with_a_kept_connection_is_sent_again_and_no_finding, what_may_have_been_registered_counts, a_key_that_cannot_be_followed_does_not_show)
}

const SALE: &str = "
about: One sale.
cases:
  - name: peer/sells
    requirements: [REG-1]
    steps: [{sale: 10, cash: 10, expect: registered}]
";

const FRESH: &str = "29852781";
const INFO: &str = r#"{"applicationVersion":101021,"cashWeHave":"0.00","currentShiftID":"1","currentShiftStatus":"closed","factorySerialNumber":"0117"}"#;
const REPORT: &str =
    r#"{"shiftState":"opened","cashInDocCount":0,"cashOutDocCount":0,"fiscalData":{"sales":0}}"#;

fn good(reason: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 {reason}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// The same answer, which says that its connection is not used again.
fn closing(answer: Vec<u8>) -> Vec<u8> {
    let text = String::from_utf8(answer).expect("ASCII");
    text.replacen("\r\n", "\r\nConnection: close\r\n", 1).into_bytes()
}

/// What a peer does with one request.
#[derive(Clone)]
enum Play {
    /// Sends these bytes and closes.
    Say(Vec<u8>),
    /// Sends these bytes, and then nothing more until the other side has gone.
    SayAndHold(Vec<u8>),
    /// Sends these bytes one by one, so slowly that the time runs out.
    Drip(Vec<u8>),
    /// Sends these bytes, and then the others again and again until the other side has gone.
    Endless(Vec<u8>, Vec<u8>),
    /// Ends the connection with a reset: something of the request is left unread.
    Reset,
}

/// A peer that answers readings like a device, and registrations as told; the last one for ever.
fn peer(plays: Vec<Play>) -> String {
    counting_peer(plays).0
}

/// The same, and how many registrations it got.
fn counting_peer(plays: Vec<Play>) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let registrations = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&registrations);
    thread::spawn(move || {
        let plays = Arc::new(plays);
        for stream in listener.incoming() {
            let Ok(stream) = stream else { continue };
            let (registrations, plays) = (Arc::clone(&registrations), Arc::clone(&plays));
            // The program may have gone; the next connection will tell.
            thread::spawn(move || serve(stream, &registrations, &plays));
        }
    });
    (url, counted)
}

fn serve(mut stream: TcpStream, registrations: &AtomicUsize, plays: &[Play]) -> std::io::Result<()> {
    let Some(target) = target(&mut stream) else { return Ok(()) };
    let play = if target.starts_with("/api/") {
        let number = registrations.fetch_add(1, Ordering::Relaxed);
        plays.get(number).or(plays.last()).unwrap().clone()
    } else if target.starts_with("/apicheck/getInfo") {
        Play::Say(good("ok", INFO))
    } else {
        Play::Say(good("ok", REPORT))
    };
    if let Play::Reset = play {
        return Ok(());
    }
    rest_of_head(&mut stream)?;
    match play {
        Play::Say(bytes) => stream.write_all(&bytes),
        Play::SayAndHold(bytes) => {
            stream.write_all(&bytes)?;
            stream.read_to_end(&mut Vec::new()).map(drop)
        }
        Play::Drip(bytes) => bytes.iter().try_for_each(|byte| {
            stream.write_all(&[*byte])?;
            thread::sleep(Duration::from_millis(100));
            Ok(())
        }),
        Play::Endless(head, again) => {
            stream.write_all(&head)?;
            loop {
                stream.write_all(&again)?;
            }
        }
        Play::Reset => Ok(()),
    }
}

/// The request's target; what follows its line is left unread.
fn target(stream: &mut TcpStream) -> Option<String> {
    let mut line = Vec::new();
    let mut byte = [0];
    while !line.ends_with(b"\r\n") {
        if stream.read(&mut byte).ok()? == 0 {
            return None;
        }
        line.push(byte[0]);
    }
    Some(String::from_utf8_lossy(&line).split(' ').nth(1)?.to_owned())
}

fn rest_of_head(stream: &mut TcpStream) -> std::io::Result<()> {
    let mut head = b"\r\n".to_vec();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte)? == 0 {
            return Ok(());
        }
        head.push(byte[0]);
    }
    Ok(())
}

/// A name, the answers to the sale and its repeats, the exit code, the verdict, and what is told.
type Row = (&'static str, Vec<Play>, i32, &'static str, &'static str);

fn rows() -> Vec<Row> {
    [broken_rows(), wrong_rows(), more_rows()].into_iter().flatten().collect()
}

fn more_rows() -> Vec<Row> {
    let registered = || Play::Say(good("164", FRESH));
    let bytes = |text: &str| text.as_bytes().to_vec();
    let say = |text: &str| Play::Say(bytes(text));
    let then = |first: Play| vec![first, registered()];
    let refused = |reason: &str, code: &str| {
        say(&format!("HTTP/1.1 400 {reason}\r\nContent-Length: {}\r\n\r\n{code}", code.len()))
    };
    let answer = |head: &str, body: &str| say(&format!("HTTP/1.1 {head}\r\n\r\n{body}"));
    let head = "HTTP/1.1 200 164\r\nContent-Length: 8\r\n\r\n";
    vec![
        // ---- Silence, slowness, resets ----
        (
            "always silent",
            vec![Play::SayAndHold(vec![])],
            3,
            "inconclusive",
            "whether it was registered is not known",
        ),
        ("silent once", then(Play::SayAndHold(vec![])), 1, "warn", "no answer within 1 s"),
        (
            "half a head, then silence",
            then(Play::SayAndHold(bytes("HTTP/1.1 200 164\r\nConte"))),
            1,
            "fail",
            "no complete answer within 1 s",
        ),
        (
            "a head, then silence",
            then(Play::SayAndHold(bytes(head))),
            1,
            "fail",
            "no complete answer within 1 s",
        ),
        (
            "half a key, then silence",
            then(Play::SayAndHold([bytes(head), bytes("2985")].concat())),
            1,
            "fail",
            "no complete answer within 1 s",
        ),
        (
            "no length, a key, then silence",
            then(Play::SayAndHold(bytes("HTTP/1.1 200 164\r\n\r\n29852781"))),
            1,
            "fail",
            "no complete answer within 1 s",
        ),
        (
            "100 Continue, then silence",
            then(Play::SayAndHold(bytes("HTTP/1.1 100 Continue\r\n\r\n"))),
            1,
            "fail",
            "no complete answer within 1 s",
        ),
        ("a drip", then(Play::Drip(vec![b'H'; 600])), 1, "fail", "no complete answer within 1 s"),
        (
            "always a drip",
            vec![Play::Drip(vec![b'H'; 600])],
            3,
            "inconclusive",
            "whether it was registered is not known",
        ),
        ("reset", then(Play::Reset), 1, "pass", "reconciliation/suite"),
        ("always reset", vec![Play::Reset], 3, "inconclusive", "whether it was registered is not known"),
        (
            "complete, held open",
            vec![Play::SayAndHold(closing(good("164", FRESH)))],
            1,
            "pass",
            "reconciliation/suite",
        ),
        // ---- Without end ----
        (
            "endless header lines",
            then(Play::Endless(bytes("HTTP/1.1 200 1\r\n"), b"A: b\r\n".repeat(500))),
            1,
            "fail",
            "head is larger",
        ),
        (
            "one header line without end",
            then(Play::Endless(bytes("HTTP/1.1 200 1\r\nA: "), vec![b'x'; 4096])),
            1,
            "fail",
            "head is larger",
        ),
        (
            "a reason without end",
            then(Play::Endless(bytes("HTTP/1.1 200 "), vec![b'1'; 4096])),
            1,
            "fail",
            "head is larger",
        ),
        (
            "a flood of 100 Continue",
            then(Play::Endless(vec![], b"HTTP/1.1 100 c\r\n\r\n".repeat(100))),
            1,
            "fail",
            "head is larger",
        ),
        (
            "a body without end",
            then(Play::Endless(bytes("HTTP/1.1 200 164\r\n\r\n"), vec![b'1'; 65536])),
            1,
            "fail",
            "body is larger",
        ),
        (
            "chunks without end",
            then(Play::Endless(
                bytes("HTTP/1.1 200 164\r\nTransfer-Encoding: chunked\r\n\r\n"),
                b"8\r\n29852781\r\n".repeat(2000),
            )),
            1,
            "fail",
            "that cannot be read",
        ),
        (
            "line feeds without end",
            then(Play::Endless(vec![], vec![b'\n'; 4096])),
            1,
            "fail",
            "head is larger",
        ),
        // ---- No HTTP/1.1 ----
        ("an HTTP/2 preface", then(say("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")), 1, "fail", "no HTTP answer"),
        (
            "an HTTP/2 frame",
            then(Play::Say(b"\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0\x64".to_vec())),
            1,
            "fail",
            "no HTTP answer",
        ),
        (
            "HTTP/2.0 in the status line",
            then(say("HTTP/2.0 200 164\r\nContent-Length: 8\r\n\r\n29852781")),
            1,
            "fail",
            "invalid HTTP version",
        ),
        (
            "a TLS hello",
            then(Play::Say([&b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03"[..], &[7; 64]].concat())),
            1,
            "fail",
            "no HTTP answer",
        ),
        ("NULs", then(Play::Say(vec![0; 64])), 1, "fail", "no HTTP answer"),
        (
            "random bytes",
            then(Play::Say(b"\xde\xad\xbe\xef\0\xff\r\n\r\n".to_vec())),
            1,
            "fail",
            "no HTTP answer",
        ),
        ("a request back", then(say("GET / HTTP/1.1\r\nHost: x\r\n\r\n")), 1, "fail", "no HTTP answer"),
        ("an FTP banner", then(say("220 ready\r\n")), 1, "fail", "no HTTP answer"),
        (
            "a NUL in a header",
            then(say("HTTP/1.1 200 164\r\nA: \0\r\nContent-Length: 8\r\n\r\n29852781")),
            1,
            "fail",
            "invalid HTTP header",
        ),
        (
            "a folded header",
            then(say("HTTP/1.1 200 164\r\nDate: a\r\n b\r\nContent-Length: 8\r\n\r\n29852781")),
            1,
            "fail",
            "invalid HTTP header",
        ),
        (
            "a length in letters",
            then(answer("200 164\r\nContent-Length: eight", FRESH)),
            1,
            "fail",
            "that cannot be read",
        ),
        (
            "a length beyond 64 bits",
            then(answer("200 164\r\nContent-Length: 99999999999999999999", FRESH)),
            1,
            "fail",
            "that cannot be read",
        ),
        (
            "a chunk size that overflows",
            then(answer("200 164\r\nTransfer-Encoding: chunked", "ffffffffffffffffff\r\n0\r\n")),
            1,
            "fail",
            "chunk",
        ),
        (
            "chunks without the last",
            then(answer("200 164\r\nTransfer-Encoding: chunked", "8\r\n29852781\r\n")),
            1,
            "fail",
            "that cannot be read",
        ),
        // ---- HTTP, but no answer of an iKKM ----
        ("shorter than it is", vec![answer("200 164\r\nContent-Length: 7", FRESH)], 1, "fail", "WIRE-1"),
        ("doubled", vec![say(&format!("{head}{FRESH}{head}{FRESH}"))], 1, "fail", "WIRE-1"),
        ("a key of 9 digits", vec![Play::Say(good("164", "298527999"))], 1, "fail", "KEY-3"),
        ("a negative key", vec![Play::Say(good("164", "-9852781"))], 1, "fail", "expected"),
        (
            "JSON where the key belongs",
            vec![Play::Say(good("164", "{\"key\":\"29852781\"}"))],
            1,
            "fail",
            "expected",
        ),
        ("receipt 0", vec![Play::Say(good("0", FRESH))], 1, "pass", "reconciliation/suite"),
        ("a negative receipt", vec![Play::Say(good("-5", FRESH))], 1, "fail", "WIRE-10"),
        (
            "a reason that is no UTF-8",
            vec![Play::Say(
                [&b"HTTP/1.1 200 \xd6\xe5\r\nContent-Length: 8\r\n\r\n"[..], FRESH.as_bytes()].concat(),
            )],
            1,
            "fail",
            "WIRE-10",
        ),
        (
            "a login page",
            vec![answer("401 Unauthorized\r\nWWW-Authenticate: Basic\r\nContent-Length: 0", "")],
            1,
            "fail",
            "401",
        ),
        ("204 without a body", vec![answer("204 No Content", "")], 1, "fail", "204"),
        (
            "a permanent redirect",
            vec![answer("308 Moved\r\nLocation: /api/\r\nContent-Length: 0", "")],
            1,
            "fail",
            "308",
        ),
        (
            "success told as an error",
            vec![say(&format!("HTTP/1.1 400 164\r\nContent-Length: 8\r\n\r\n{FRESH}"))],
            1,
            "fail",
            "400",
        ),
        ("an unknown code", vec![refused("no-such-reason", "-77")], 1, "fail", "-77"),
        ("a code without sign", vec![refused("cash-lq-sale", "10")], 1, "fail", "cash-lq-sale"),
        (
            "lost, then a web page",
            vec![say(""), Play::Say(good("OK", "<html></html>"))],
            1,
            "fail",
            "closed without an answer",
        ),
        (
            "lost, then always busy",
            vec![say(""), refused("x", "-2")],
            3,
            "inconclusive",
            "whether it was registered is not known",
        ),
        (
            "lost, then an unknown code",
            vec![say(""), refused("x", "-77")],
            1,
            "fail",
            "closed without an answer",
        ),
        (
            "cut twice, then registered",
            vec![say("HTTP/1.1 2"), Play::Reset, registered()],
            1,
            "fail",
            "that cannot be read",
        ),
    ]
}

/// Answers that are broken, or lost.
fn broken_rows() -> Vec<Row> {
    let registered = || good("164", FRESH);
    let text = |text: &str| text.as_bytes().to_vec();
    let length = |length: &str| text(&format!("HTTP/1.1 200 164\r\nContent-Length: {length}\r\n\r\n{FRESH}"));
    let lost_then = |first: Vec<u8>| vec![first, registered()];
    vec![
        // The answer is right; that this peer keeps no books is what the suite's end finds.
        ("as it should be", vec![registered()], 1, "pass", "reconciliation/suite"),
        // A reply that was lost once and settled by its repeat is no failure of the case's own line.
        ("lost, then repeated", lost_then(vec![]), 1, "pass", "reconciliation/suite"),
        (
            "cut in the body",
            lost_then(text("HTTP/1.1 200 164\r\nContent-Length: 8\r\n\r\n2985")),
            1,
            "fail",
            "4 of 8 bytes",
        ),
        ("cut in the head", lost_then(text("HTTP/1.1 200 164\r\nConte")), 1, "fail", "that cannot be read"),
        ("cut in the status line", lost_then(text("HTTP/1.1 2")), 1, "fail", "that cannot be read"),
        ("longer than it says", lost_then(length("80")), 1, "fail", "8 of 80 bytes"),
        ("a negative length", lost_then(length("-8")), 1, "fail", "that cannot be read"),
        ("two lengths", lost_then(length("8\r\nContent-Length: 9")), 1, "fail", "that cannot be read"),
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
            "reconciliation/suite",
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
    ]
    .into_iter()
    .map(said)
    .collect()
}

/// Whole answers that no iKKM gives.
fn wrong_rows() -> Vec<Row> {
    let text = |text: &str| text.as_bytes().to_vec();
    vec![
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
    .into_iter()
    .map(said)
    .collect()
}

/// A row whose answers are only said.
fn said(
    (name, answers, exit, verdict, part): (&'static str, Vec<Vec<u8>>, i32, &'static str, &'static str),
) -> Row {
    (name, answers.into_iter().map(Play::Say).collect(), exit, verdict, part)
}

fn every_kind_of_answer_has_its_outcome() {
    let mut wrong = Vec::new();
    assert!(rows().len() >= 60, "{} rows", rows().len());
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
    // Where the time is to run out, it does so soon; everybody else has time enough on a busy machine, too.
    let runs_out = verdict == "inconclusive"
        || answers.iter().any(|play| matches!(play, Play::SayAndHold(_) | Play::Drip(_)));
    let patience = if runs_out { "1" } else { "30" };
    let output = run(&folder, &suite, &peer(answers))
        .args(["--key", KEY, "--allow", "fiscal", "--yes", "--patience", patience])
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

/// At an unlimited rate connections are kept; a device that closes one over a registration held no reply back.
fn what_is_lost_with_a_kept_connection_is_sent_again_and_no_finding() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let taken = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&taken);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (Ok(mut stream), counted) = (stream, Arc::clone(&counted)) else { continue };
            thread::spawn(move || -> std::io::Result<()> {
                for served in 0.. {
                    let Some(target) = target(&mut stream) else { break };
                    rest_of_head(&mut stream)?;
                    let registers = target.starts_with("/api/");
                    if registers && served > 0 {
                        counted.fetch_add(1, Ordering::Relaxed);
                        break;
                    }
                    stream.write_all(&match (registers, target.starts_with("/apicheck/getInfo")) {
                        (true, _) => good("164", FRESH),
                        (false, true) => good("ok", INFO),
                        (false, false) => good("ok", REPORT),
                    })?;
                }
                Ok(())
            });
        }
    });
    let folder = folder("kept");
    let suite = suite(&folder, SALE);
    let output =
        run(&folder, &suite, &url).args(["--key", KEY, "--allow", "fiscal", "--yes"]).output().unwrap();
    let text = told(&output);
    assert_eq!(taken.load(Ordering::Relaxed), 1, "{text}");
    // Only what it was asked for is right about this peer: its books are not judged here.
    assert_eq!(results(&folder)["cases"][0]["verdict"], "pass", "{text}");
}

/// Registrations count towards the bounds and *left behind* whatever came back for them.
fn what_may_have_been_registered_counts() {
    let sale = |number: u32| {
        format!(
            "  - name: peer/sells-{number}\n    requirements: [REG-1]\n    steps: [{{sale: 1000, cash: 1000, expect: registered}}]\n"
        )
    };
    let text = format!("about: Eight sales.\ncases:\n{}", (1..=8).map(sale).collect::<String>());
    for (number, (name, body)) in [
        ("a key that never turns", KEY),
        ("a key that cannot be read", "2985"),
        ("no key", ""),
        ("zero", "0"),
    ]
    .into_iter()
    .enumerate()
    {
        let bounds = [
            ("receipts", ["--max-receipts", "3"], 3),
            ("total", ["--max-total", "3999"], 3),
            ("none", ["--rate", "unlimited"], 8),
        ];
        for (bound, arguments, most) in bounds {
            let folder = folder(&format!("counts-{number}-{bound}"));
            let suite = suite(&folder, &text);
            let (url, counted) = counting_peer(vec![Play::Say(good("164", body))]);
            let mut command = crate::paced(&folder, &suite, &url);
            if bound != "none" {
                command.args(["--rate", "unlimited"]);
            }
            let output =
                command.args(["--key", KEY, "--allow", "fiscal", "--yes"]).args(arguments).output().unwrap();
            let (text, arrived) = (told(&output), counted.load(Ordering::Relaxed));
            assert!(arrived <= most && arrived > 0, "{name}, {bound}: {arrived} arrived\n{text}");
            let left = format!(
                "left behind: {arrived} sale receipt{} of {}",
                if arrived == 1 { "" } else { "s" },
                arrived * 1000
            );
            assert!(text.contains(&left), "{name}, {bound}: `{left}` is not told\n{text}");
        }
    }
}

/// No key shows, however it is wrapped.
fn a_key_that_cannot_be_followed_does_not_show() {
    for (number, body) in
        [&b"298527811"[..], b"129852781", b"\xff29852781", b"{\"k\":\"29852781\"}\xfe", b"29852781\0"]
            .into_iter()
            .enumerate()
    {
        let folder = folder(&format!("hidden-{number}"));
        let suite = suite(&folder, SALE);
        let head = format!("HTTP/1.1 200 164\r\nX-Key: 29852781\r\nContent-Length: {}\r\n\r\n", body.len());
        let url = peer(vec![Play::Say([head.as_bytes(), body].concat())]);
        let output =
            run(&folder, &suite, &url).args(["--key", KEY, "--allow", "fiscal", "--yes"]).output().unwrap();
        let mut shown = told(&output);
        for file in ["junit.xml", "results.json", "index.html"] {
            shown += &String::from_utf8_lossy(&std::fs::read(folder.join(file)).unwrap());
        }
        for key in [FRESH, KEY] {
            assert!(
                !shown.contains(key),
                "{key} shows for {:?}:\n{}",
                String::from_utf8_lossy(body),
                told(&output)
            );
        }
    }
}
