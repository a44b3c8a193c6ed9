//! The server on a real socket, with its faults.

use super::*;
use crate::{Condition, ConditionName, Device, DeviceClock, Fault, FaultRule, Observer, RequestKind, Seen};
use ikkm_protocol::Answer;
use std::io;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

async fn device(name: &str) -> Device {
    let machine = Till::at(name).machine;
    let listen = SocketAddr::from(([127, 0, 0, 1], 0));
    Device::start(machine, listen, DeviceClock::standing()).await.expect("a free port")
}

/// Sends one request on a connection of its own and reads all that comes.
async fn exchange(device: &Device, target: &str) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(device.address()).await?;
    let request = format!("GET {target} HTTP/1.1\r\nHost: ikkm\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(answer)
}

async fn text(device: &Device, target: &str) -> String {
    String::from_utf8(exchange(device, target).await.expect("an answer")).expect("UTF-8")
}

#[tokio::test]
async fn answers_look_like_the_documents_dump() {
    let device = device("plain").await;
    let answer = text(&device, "/api/?key=12345678&sale=800&cash=1000").await;
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
    let number = device.with(|machine, _| machine.books.last_number);
    assert!(head.starts_with(&format!("HTTP/1.1 200 {number}\r\n")), "{head}");
    assert!(head.contains("\r\nContent-Type: text/html; charset=UTF-8\r\n"), "{head}");
    assert!(head.contains("\r\nDate: 2026-03-02 09:00"), "{head}");
    assert!(head.contains("\r\nContent-Length: 8"), "{head}");
    assert_eq!(body, device.with(|machine, _| machine.key().as_str().to_owned()));
    let refused = text(&device, "/api/?key=00000000&sale=1&cash=1").await;
    assert!(refused.starts_with("HTTP/1.1 400 incorrect-web-api-key\r\n"), "{refused}");
    assert!(refused.ends_with("\r\n\r\n-1"), "{refused}");
    device.shutdown().await;
    assert!(exchange(&device, "/apicheck").await.is_err());
}

/// Keeps when each request's first byte came.
#[derive(Debug, Default)]
struct FirstBytes(std::sync::Mutex<Vec<std::time::Instant>>);

impl Observer for FirstBytes {
    fn request(&self, _: &Device, seen: &Seen<'_>) {
        self.0.lock().expect("the times").push(seen.first_byte);
    }
    fn reply(&self, _: &Device, _: u64, _: Option<&Answer>, _: Option<&Fault>) {}
    fn gone(&self, _: u64) {}
    fn closed(&self, _: u64) {}
}

#[tokio::test]
async fn a_body_that_comes_late_is_not_the_next_requests_first_byte() {
    let device = device("plain").await;
    let watcher = std::sync::Arc::new(FirstBytes::default());
    device.observe(watcher.clone());
    let mut stream = TcpStream::connect(device.address()).await.expect("a connection");
    let head = b"POST /apicheck HTTP/1.1\r\nHost: ikkm\r\nContent-Length: 12\r\nExpect: 100-continue\r\n\r\n";
    stream.write_all(head).await.expect("a head");
    // The device asks for the body: so it comes apart from the head.
    let mut answer = [0; 4096];
    let length = stream.read(&mut answer).await.expect("word to go on");
    assert!(answer[..length].starts_with(b"HTTP/1.1 100"));
    stream.write_all(b"key=12345678").await.expect("a body");
    assert!(stream.read(&mut answer).await.expect("an answer") > 0);
    let before_second = std::time::Instant::now();
    let next = b"GET /apicheck?key=12345678 HTTP/1.1\r\nHost: ikkm\r\n\r\n";
    stream.write_all(next).await.expect("another request");
    assert!(stream.read(&mut [0; 4096]).await.expect("an answer") > 0);
    let times = watcher.0.lock().expect("the times").clone();
    assert!(times[1] >= before_second, "the second request was dated before it was sent");
    device.shutdown().await;
}

#[tokio::test]
async fn the_api_is_switched_off_and_on_at_the_same_port() {
    let device = device("slow").await;
    device.with(|machine, now| machine.establish(Condition::ApiOff, now)).expect("off");
    assert_eq!(exchange(&device, "/apicheck?key=55501234").await.expect("closed").len(), 0);
    device.stop_listening().await;
    let refused = TcpStream::connect(device.address()).await.expect_err("nothing listens");
    assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
    device.with(|machine, now| machine.clear(ConditionName::ApiOff, now)).expect("on");
    device.listen_again().await.expect("the same port");
    assert!(text(&device, "/apicheck?key=55501234").await.starts_with("HTTP/1.1 200 "));
    // Its two answers took a millisecond each of the clock that stands.
    assert_eq!(device.with(|_, now| now) - START, Duration::milliseconds(2));
    device.advance(25 * 3600);
    assert_eq!(device.with(|_, now| now) - START, Duration::hours(25) + Duration::milliseconds(2));
}

fn on_sale(fault: Fault) -> FaultRule {
    FaultRule { on: RequestKind::Register, after: 0, times: 1, fault }
}

#[tokio::test]
async fn faults_befall_the_answer_and_the_repeat_settles_it() {
    let sale = "/api/?key=12345678&sale=800&cash=1000";
    let clean = text(&device("plain").await, sale).await;
    let cases: [(Fault, Option<Vec<u8>>, bool); 7] = [
        (Fault::LoseRequest, Some(Vec::new()), false),
        (Fault::LoseReply, Some(Vec::new()), true),
        (Fault::Reset, None, true),
        (Fault::Cut(20), Some(clean.as_bytes()[..20].to_vec()), true),
        (Fault::Double, Some(clean.repeat(2).into_bytes()), true),
        (Fault::Garble(b"\0\xff".to_vec()), Some(b"\0\xff".to_vec()), true),
        (
            Fault::WrongLength("80".into()),
            Some(clean.replace("Content-Length: 8", "Content-Length: 80").into_bytes()),
            true,
        ),
    ];
    for (fault, expected, done) in cases {
        let device = device("plain").await;
        let before = device.with(|machine, _| machine.books.last_number);
        device.inject(on_sale(fault.clone()));
        let got = exchange(&device, sale).await.ok();
        assert_eq!(got, expected, "{fault:?}");
        let after = device.with(|machine, _| machine.books.last_number);
        assert_eq!(after - before, u64::from(done), "{fault:?}");
        assert_eq!(text(&device, sale).await, clean, "{fault:?}: the repeat");
        let settled = device.with(|machine, _| machine.books.last_number);
        assert_eq!(settled - before, 1, "{fault:?}");
    }
}

#[tokio::test]
async fn a_held_connection_gives_a_part_and_stays_open() {
    let device = device("plain").await;
    device.inject(on_sale(Fault::HoldOpen(10)));
    let mut stream = TcpStream::connect(device.address()).await.expect("connected");
    stream
        .write_all(b"GET /api/?key=12345678&sale=5&cash=5 HTTP/1.1\r\nHost: x\r\n\r\n")
        .await
        .expect("sent");
    let mut part = [0; 10];
    stream.read_exact(&mut part).await.expect("ten bytes");
    assert_eq!(&part, b"HTTP/1.1 2");
    let more = tokio::time::timeout(std::time::Duration::from_millis(50), stream.read_u8()).await;
    assert!(more.is_err(), "nothing more comes: {more:?}");
}

#[tokio::test]
async fn a_whole_answer_over_a_connection_that_is_left_open_serves_on_where_more_may_come() {
    let device = device("plain").await;
    let open = Fault::Short { missing: 0, open: true };
    device.inject(FaultRule { on: RequestKind::Any, after: 0, times: 3, fault: open });
    let mut stream = TcpStream::connect(device.address()).await.expect("connected");
    let mut whole = async |close: &str| {
        let request = format!("GET /apicheck/?key=12345678 HTTP/1.1\r\nHost: x\r\n{close}\r\n");
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n0") {
            answer.push(stream.read_u8().await.expect("an answer"));
        }
    };
    whole("").await;
    whole("").await;
    whole("Connection: close\r\n").await;
    let end = tokio::time::timeout(std::time::Duration::from_millis(50), stream.read_u8()).await;
    assert!(end.is_err(), "it was to be closed, and stays: {end:?}");
}

#[tokio::test]
async fn what_is_no_http_is_answered_without_harm() {
    let device = device("plain").await;
    for bytes in [
        &b"\0\0\0\r\n\r\n"[..],
        b"GET\r\n\r\n",
        b"PUT /api/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    ] {
        let mut stream = TcpStream::connect(device.address()).await.expect("connected");
        stream.write_all(bytes).await.expect("sent");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.expect("an answer");
        assert!(answer.starts_with(b"HTTP/1.1 400 "), "{answer:?}");
    }
    assert!(text(&device, "/apicheck?key=12345678").await.contains(" 200 "));
}
