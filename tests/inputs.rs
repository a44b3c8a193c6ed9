//! Whatever reads something foreign is given a great many spoilt inputs: it must answer, not panic, and what
//! it answers must hold what the input could bear.
//!
//! `cargo test` plays a few thousand for each reader; with `--ignored --nocapture`, best in release, ten
//! million each, and prints how long they took.

use ikkm_emulator::{Device, DeviceClock, Machine, personality};
use ikkm_harness::bench::message::{Reply, Request};
use ikkm_harness::client::builtin;
use ikkm_harness::client::certificate::{Certificate, Client, transcript_text, verify};
use ikkm_harness::client::judge::judge;
use ikkm_harness::client::run::{Played, run_result};
use ikkm_harness::client::scenario::Scenario;
use ikkm_harness::client::trace::{Fate, Trace, TraceEntry, What};
use ikkm_harness::device::journal::{Chain, Record};
use ikkm_harness::golden::shape::Shape;
use ikkm_harness::ledger::reading::Reading;
use ikkm_harness::suite::load::load_text;
use ikkm_harness::{client, suite, text};
use ikkm_protocol::{Answer, Kind, Method, WireRequest};
use serde_json::{Value, json};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};
use time::OffsetDateTime;
use time::macros::datetime;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const SHORT: u64 = 3_000;
const LONG: u64 = 10_000_000;

/// Uniformly enough, and the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound.max(1) as u64) as usize
    }
}

/// Pieces that readers of numbers, texts and structures stumble over.
const PIECES: &[&[u8]] = &[
    b"\0",
    b"\r\n",
    b"\n",
    b"\t",
    b"\"",
    b"\\",
    b"'",
    b"`",
    b"$(",
    b"<",
    b">",
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b",",
    b"-",
    b"- ",
    b"---\n",
    b"&a ",
    b"*a",
    b"!!binary ",
    b"%0d%0a",
    b"%",
    b"+",
    b"&",
    b"=",
    b"-1",
    b"0",
    b"1e999",
    b"NaN",
    b"99999999999999999999",
    b"18446744073709551615",
    b"0.0000000001",
    b"null",
    b"true",
    b"12345678",
    b"\xff",
    b"\xc3",
    b"\xed\xa0\x80",
    b"\xef\xbb\xbf",
    "\u{202e}".as_bytes(),
    "ж".as_bytes(),
    b"key=",
    b"sale=",
    b"<positions 999 of 1>",
    b"<key>",
    b"times: 4294967295",
    b"within: nan",
];

/// One of the corpus, spoilt in a few places.
fn spoilt(corpus: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut bytes = corpus[random.below(corpus.len())].clone();
    for _ in 0..=random.below(6) {
        let at = random.below(bytes.len() + 1);
        match random.below(6) {
            0 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
            1 => drop(bytes.drain(at..(at + random.below(16)).min(bytes.len()))),
            2 => {
                let piece = PIECES[random.below(PIECES.len())];
                drop(bytes.splice(at..at, piece.iter().copied()));
            }
            3 => {
                let other = &corpus[random.below(corpus.len())];
                let from = random.below(other.len() + 1);
                bytes.truncate(at);
                bytes.extend_from_slice(&other[from..]);
            }
            4 => {
                let end = (at + random.below(64)).min(bytes.len());
                let again = bytes[at..end].to_vec();
                drop(bytes.splice(at..at, again));
            }
            _ => bytes.truncate(at),
        }
    }
    bytes.truncate(16 * 1024);
    bytes
}

/// Gives a reader so many spoilt inputs.
fn play(name: &str, times: u64, corpus: &[&str], mut reader: impl FnMut(&[u8])) {
    let corpus: Vec<Vec<u8>> = corpus.iter().map(|text| text.as_bytes().to_vec()).collect();
    corpus.iter().for_each(|whole| reader(whole));
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let began = Instant::now();
    for number in 1..=times {
        reader(&spoilt(&corpus, &mut random));
        if number.is_multiple_of(1_000_000) {
            println!("{name}: {number} inputs in {:.0} s", began.elapsed().as_secs_f32());
        }
    }
}

fn answers(times: u64) {
    let corpus = ["164\n29852781", "cash-lq-sale\n-10", "ok\n{\"a\":1}", "0\n0", "x-report-started\n0"];
    play("answers", times, &corpus, |bytes| {
        let mut parts = bytes.splitn(2, |byte| *byte == b'\n');
        let (reason, body) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        for status in [200, 400, 999] {
            let answer = Answer { status, reason: reason.to_vec(), headers: Vec::new(), body: body.to_vec() };
            if let Kind::Keyed { key, .. } = answer.kind() {
                assert!(body.windows(8).any(|window| window == key.as_str().as_bytes()));
            }
            assert!(!text::shown(&answer.reason_text()).chars().any(text::acts));
            assert!(text::shown(&String::from_utf8_lossy(body)).chars().count() < 340);
        }
    });
}

fn documents(times: u64) {
    let corpus = [
        r#"{"currentShiftID":"1","currentShiftStatus":"opened","cashWeHave":"0.00","roudingRule":"no"}"#,
        r#"{"fiscalData":{"sale":800.10,"buy":1e3},"shiftState":"opened","rows":[{"id":1},{"id":"2"}]}"#,
        r#"[{"chequeId":12,"chequeSales":[{"saleSum":"10.00","saleQTY":1.000}]}]"#,
    ];
    play("documents", times, &corpus, |bytes| {
        let Ok(document) = serde_json::from_slice::<Value>(bytes) else { return };
        let _ = Reading::shift_of(&document);
        let shape = Shape::of(&document);
        assert!(shape.differences(&shape).is_empty(), "{document}");
    });
}

fn suites(times: u64) {
    let device: Vec<&str> =
        suite::builtin::DEVICE.iter().map(|(_, text)| *text).filter(|text| text.len() < 6000).collect();
    assert!(!device.is_empty());
    let small = "about: a\ncases:\n  - name: a/b\n    requirements: [KEY-5]\n    rows: [{row: x, total: 5}, {row: y, total: 6}]\n    steps:\n      - {sale: <total>, cash: <total>, expect: registered, times: 3, moves: {sale: <total>}}\n      - {get: /apicheck/getInfo, golden: x, check: {cashWeHave: amount}, within: 5}\n";
    let corpus: Vec<&str> = device.into_iter().take(3).chain([small; 6]).collect();
    play("suites", times, &corpus, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        if let Err(mistakes) = load_text("a.yaml", &text) {
            assert!(!mistakes.is_empty());
            // Each can be shown.
            assert!(mistakes.iter().take(3).all(|mistake| !mistake.render(false).is_empty()));
        }
    });
}

fn client_suites(times: u64) {
    let small = "about: a\nscenarios:\n  - name: a/b\n    requirements: [CLI-1]\n    steps: [{sale: 800, cash: 1000}, {journal: true}, {kill: true}]\n";
    let corpus: Vec<&str> = builtin::CLIENT
        .iter()
        .map(|(_, text)| *text)
        .filter(|text| text.len() < 4000)
        .chain([small; 4])
        .collect();
    play("client suites", times, &corpus, |bytes| {
        if let Err(mistakes) = client::compile::load_text("a.yaml", &String::from_utf8_lossy(bytes)) {
            assert!(!mistakes.is_empty());
        }
    });
}

fn control_messages(times: u64) {
    let corpus = [
        r#"{"do":"establish","condition":"blocked","code":7}"#,
        r#"{"do":"act","action":"advance-clock","seconds":60}"#,
        r#"{"do":"observe","observation":"tape"}"#,
        r#"{"ok":true,"lines":["a"]}"#,
        r#"{"unsupported":true}"#,
        r#"{"error":"no paper"}"#,
    ];
    play("control messages", times, &corpus, |bytes| {
        if let Ok(message) = serde_json::from_slice::<Value>(bytes)
            && let Some(request) = Request::from_json(&message)
        {
            assert_eq!(Request::from_json(&request.to_json()).as_ref(), Some(&request));
        }
        let _ = Reply::read(&Request::Hello, &String::from_utf8_lossy(bytes));
    });
}

fn journals(times: u64) {
    let corpus = [
        r#"{"key":{"key":"00000001"}}"#,
        r#"{"sent":{"seq":1,"target":"/api/?key=00000001&sale=10&cash=10","method":"GET"}}"#,
        r#"{"answered":{"seq":1,"status":200,"reason":"164","key":"00000002"}}"#,
        r#"{"settled":{"seq":1,"how":"repeat"}}"#,
    ];
    let mut chain = Chain::default();
    play("journals", times, &corpus, |bytes| {
        if let Ok(record) = serde_json::from_slice::<Record>(bytes) {
            chain.apply(&record);
        }
    });
}

fn raw_requests(times: u64) {
    let corpus = [
        "/api/?key=01234567&sale=800&cash=1000\n",
        "/api/\nkey=01234567&sale=800&cash=1000&itemdata=[{\"name\":\"Tea\",\"price\":\"400\",\"qty\":\"2\",\"sum\":\"800\"}]&print=hi",
        "/dump/table/shifts/1/cheques?key=01234567\n",
        "/apicheck/getInfo/?key=01234567\n",
        "/apiwithdraw/?key=01234567&cash=5\n",
        "/apixreport?key=01234567\n",
    ];
    let personality = personality("plain").expect("a personality");
    let key = ikkm_protocol::Key::parse("01234567").expect("a key");
    let mut machine = Machine::new(&personality, personality.behaviour.clone(), key.clone());
    let mut played = 0u32;
    play("raw requests", times, &corpus, |bytes| {
        played += 1;
        if played.is_multiple_of(1000) {
            machine = Machine::new(&personality, personality.behaviour.clone(), key.clone());
        }
        let text = String::from_utf8_lossy(bytes).replace("01234567", machine.key().as_str());
        let (target, body) = text.split_once('\n').unwrap_or((&text, ""));
        let method = if body.is_empty() { Method::Get } else { Method::Post };
        let mut request = WireRequest::bare(method, target);
        request.body = body.as_bytes().to_vec();
        request.content_type = Some("application/x-www-form-urlencoded".to_owned());
        let from = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let _ = machine.handle(&request, from, datetime!(2026-11-25 12:00));
        assert_eq!(machine.key().as_str().len(), 8);
    });
}

/// One scenario, played by a client that does what it was asked.
fn played() -> (Scenario, Trace) {
    let all = builtin::client().expect("the built-in scenarios");
    let scenario = all.into_iter().find(|one| one.name == "basics/pays-bank").expect("a scenario");
    let ask = |step, line| What::Asked { step, line };
    let done =
        |step| What::Answered { step, line: json!({"outcome": "done", "receipt": 1, "key": "87654321"}) };
    let request = What::Request {
        number: 1,
        connection: 1,
        method: "POST".to_owned(),
        target: "/api/".to_owned(),
        content_type: Some("application/x-www-form-urlencoded".to_owned()),
        body: "key=12345678&sale=800&bank=800&itemdata=[]".to_owned(),
        version: "1.1".to_owned(),
        malformed: false,
    };
    let reply = What::Reply {
        number: 1,
        status: 200,
        reason: "1".to_owned(),
        body: "87654321".to_owned(),
        fate: Fate::Whole,
    };
    let all = [
        ask(None, json!({"do": "connect", "key": "12345678"})),
        What::Answered { step: None, line: json!({"outcome": "done"}) },
        ask(Some(0), json!({"do": "register", "type": "sale", "total": "800", "bank": "800"})),
        request,
        reply,
        done(Some(0)),
        ask(None, json!({"do": "bye"})),
    ];
    let entries = (0..).step_by(50).zip(all).map(|(at, what)| TraceEntry { at, what }).collect();
    let trace = Trace { scenario: scenario.name.clone(), second: 1000, entries, ..Trace::default() };
    (scenario, trace)
}

/// A certificate and its transcript, spoilt: as they are, sealed anew by a forger, and the transcript judged.
fn certificates(times: u64) {
    let (scenario, trace) = played();
    let transcript = transcript_text(&[&trace]);
    let who = Client { name: "A till".to_owned(), version: "1.2".to_owned(), strict: true };
    let one = Played { judgement: judge(&scenario, &trace), trace: trace.clone(), took: Duration::ZERO };
    let scenarios = [scenario];
    let run = run_result(&who.shown(), &scenarios, &[one], true, OffsetDateTime::UNIX_EPOCH, Duration::ZERO);
    let whole = Certificate::new(&who, &scenarios, &[&trace], &run, &transcript).sealed(None);
    let text = whole.to_json();
    verify(&text, &transcript, &scenarios, None).expect("a certificate that holds");
    let read = |text: &str| serde_json::from_str::<Certificate>(text).ok();
    let corpus = [&format!("{text}\0{transcript}")[..], &format!("{text}\0"), &format!("\0{transcript}")];
    play("certificates", times, &corpus, |bytes| {
        let spoilt = String::from_utf8_lossy(bytes);
        let (certificate, lines) = spoilt.split_once('\0').unwrap_or((&spoilt, ""));
        if verify(certificate, lines, &scenarios, None).is_ok() {
            let mut holds = read(certificate).expect("one that holds can be read");
            holds.times.signature = None;
            assert!(holds == whole && lines == transcript, "it was changed and holds: {certificate}");
        }
        if let Some(forged) = read(certificate) {
            let forged = forged.sealed(None);
            if verify(&forged.to_json(), &transcript, &scenarios, None).is_ok() {
                // Names and times are the forger's word; the verdicts are not.
                assert_eq!((forged.certified, &forged.scenarios), (whole.certified, &whole.scenarios));
            }
        }
        for line in lines.lines() {
            if let Ok(trace) = serde_json::from_str::<Trace>(line) {
                let _ = judge(&scenarios[0], &trace);
            }
        }
    });
}

/// Whole requests with their heads, over a connection of their own each.
fn raw_heads(times: u64) {
    let corpus = [
        "GET /apicheck/?key=01234567 HTTP/1.1\r\nHost: ikkm\r\n\r\n",
        "GET /api/?key=01234567&sale=1&cash=1 HTTP/1.1\r\nHost: ikkm\r\nConnection: close\r\n\r\n",
        "POST /api/ HTTP/1.1\r\nHost: ikkm\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 27\r\n\r\nkey=01234567&sale=8&cash=10",
        "POST /api/ HTTP/1.1\r\nHost: ikkm\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n1b\r\nkey=01234567&sale=8&cash=10\r\n0\r\n\r\n",
        "POST /apiprint HTTP/1.1\r\nHost: ikkm\r\nExpect: 100-continue\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 73\r\n\r\n--b\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\n01234567\r\n--b--\r\n",
        "GET /apicheck HTTP/1.0\r\n\r\nGET /dump/table/taxes?key=01234567 HTTP/1.1\r\nHost: ikkm\r\n\r\n",
        "PUT /api/ HTTP/1.1\r\nHost: ikkm\r\nX: \r\n folded\r\n\r\n",
    ];
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let personality = personality("plain").expect("a personality");
    let key = ikkm_protocol::Key::parse("01234567").expect("a key");
    let fresh = Machine::new(&personality, personality.behaviour.clone(), key.clone());
    let here = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let device =
        runtime.block_on(Device::start(fresh.clone(), here, DeviceClock::standing())).expect("a port");
    let address = device.address();
    play("raw heads", times, &corpus, |bytes| {
        let answer = runtime.block_on(exchange(address, bytes));
        assert!(
            answer.is_empty() || answer.starts_with(b"HTTP/1."),
            "{:?} is answered {:?}",
            String::from_utf8_lossy(bytes),
            String::from_utf8_lossy(&answer)
        );
        device.with(|machine, _| {
            if *machine.key() != key {
                *machine = fresh.clone();
            }
        });
    });
    let answer = runtime.block_on(exchange(address, corpus[0].as_bytes()));
    assert!(answer.starts_with(b"HTTP/1.1 200 "), "{}", String::from_utf8_lossy(&answer));
    runtime.block_on(device.shutdown());
}

/// Sends bytes, says that no more come, and reads until the end.
async fn exchange(address: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    let mut answer = Vec::new();
    // It may have enough of what it gets, and go; ports of ours that wait for their end would run out.
    let all = async {
        let _ = stream.write_all(bytes).await;
        let _ = stream.shutdown().await;
        let _ = stream.read_to_end(&mut answer).await;
    };
    tokio::time::timeout(Duration::from_secs(60), all).await.expect("an end");
    let _ = stream.set_zero_linger();
    answer
}

macro_rules! readers {
    ($($reader:ident: $short:ident, $long:ident;)*) => {$(
        #[test]
        fn $short() {
            $reader(SHORT);
        }

        #[test]
        #[ignore = "minutes; run it in release with --ignored --nocapture for its figure"]
        fn $long() {
            $reader(LONG);
        }
    )*};
}

readers! {
    answers: spoilt_answers_are_read, ten_million_answers;
    documents: spoilt_documents_are_read, ten_million_documents;
    suites: spoilt_suites_are_read, ten_million_suites;
    client_suites: spoilt_client_suites_are_read, ten_million_client_suites;
    control_messages: spoilt_messages_are_read, ten_million_messages;
    journals: spoilt_journals_are_read, ten_million_journals;
    certificates: spoilt_certificates_are_read_and_do_not_hold, ten_million_certificates;
    raw_heads: spoilt_heads_are_answered, ten_million_heads;
    raw_requests: spoilt_requests_are_answered, ten_million_requests;
}
