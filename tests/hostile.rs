//! Malformed and malicious answers, one row each, with the outcome that each must have.
//!
//! Whatever a peer sends, the transport ends in time, never panics and says whether the device may
//! have acted. A new row needs a name, what the peer sends, and the outcome in one line.

mod peer;

use ikkm_conformance::protocol::{Method, Params, WireRequest};
use peer::Act::{self, Drip, Endless, Hold, Reset, Send};
use std::time::{Duration, Instant};

/// A name, what the peer does after the request, and what the transport must say.
type Row = (&'static str, Vec<Act>, &'static str);

fn send(bytes: impl AsRef<[u8]>) -> Act {
    Send(bytes.as_ref().to_vec())
}

fn one(bytes: impl AsRef<[u8]>) -> Vec<Act> {
    vec![send(bytes)]
}

const GOOD: &str = "HTTP/1.1 200 164\r\nContent-Length: 8\r\n\r\n29852781";

fn honest() -> Vec<Row> {
    vec![
        ("a number answer", one(GOOD), "answered 200 <164> 8 bytes"),
        ("a number answer, connection held open", vec![send(GOOD), Hold], "answered 200 <164> 8 bytes"),
        ("a number answer, then a reset", vec![send(GOOD), Reset], "answered 200 <164> 8 bytes"),
        ("an empty reason", one("HTTP/1.1 200 \r\nContent-Length: 1\r\n\r\n0"), "answered 200 <> 1 bytes"),
        (
            "no reason and no space",
            one("HTTP/1.1 200\r\nContent-Length: 1\r\n\r\n0"),
            "answered 200 <> 1 bytes [no space after the status code]",
        ),
        (
            "a standard word",
            one("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n0"),
            "answered 200 <OK> 1 bytes",
        ),
        (
            "another standard word",
            one("HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\n-1"),
            "answered 400 <Bad Request> 2 bytes",
        ),
        (
            "a UTF-8 reason",
            one("HTTP/1.1 400 \u{436}\r\nContent-Length: 2\r\n\r\n-1"),
            "answered 400 <\\xd0\\xb6> 2 bytes",
        ),
        (
            "a cp1251 reason",
            one(b"HTTP/1.1 400 \xee\xf8\r\nContent-Length: 2\r\n\r\n-1"),
            "answered 400 <\\xee\\xf8> 2 bytes",
        ),
        (
            "a reason with a tab",
            one("HTTP/1.1 400 a\tb\r\nContent-Length: 2\r\n\r\n-1"),
            "answered 400 <a\\tb> 2 bytes [a control character in the reason phrase]",
        ),
        (
            "chunked JSON",
            one("HTTP/1.1 200 ok\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"),
            "answered 200 <ok> 2 bytes",
        ),
        (
            "chunks in pieces",
            vec![
                send("HTTP/1.1 200 ok\r\nTransfer-Encoding: chunked\r\n\r\n1\r"),
                send("\n{\r\n1\r\n}\r\n0"),
                send("\r\n\r\n"),
            ],
            "answered 200 <ok> 2 bytes",
        ),
        (
            "chunk extension and trailer",
            one("HTTP/1.1 200 ok\r\nTransfer-Encoding: chunked\r\n\r\n2;a=b\r\n{}\r\n0\r\nX: y\r\n\r\n"),
            "answered 200 <ok> 2 bytes",
        ),
        (
            "no length, closed",
            one("HTTP/1.1 200 164\r\n\r\n29852781"),
            "answered 200 <164> 8 bytes [no Content-Length: the body ends with the connection]",
        ),
        (
            "HTTP/1.0",
            one("HTTP/1.0 200 164\r\nContent-Length: 8\r\n\r\n29852781"),
            "answered 200 <164> 8 bytes [the answer is HTTP/1.0, not HTTP/1.1]",
        ),
        (
            "Connection: close",
            one("HTTP/1.1 200 164\r\nConnection: close\r\nContent-Length: 8\r\n\r\n29852781"),
            "answered 200 <164> 8 bytes",
        ),
        (
            "a Date that is no HTTP date",
            one("HTTP/1.1 200 164\r\nDate: 2017-02-15 15:00\r\nContent-Length: 8\r\n\r\n29852781"),
            "answered 200 <164> 8 bytes",
        ),
        (
            "100 Continue first",
            one(format!("HTTP/1.1 100 Continue\r\n\r\n{GOOD}")),
            "answered 200 <164> 8 bytes [an interim answer 100 came first]",
        ),
        (
            "103 with headers first",
            one(format!("HTTP/1.1 103 Early\r\nLink: x\r\n\r\n{GOOD}")),
            "answered 200 <164> 8 bytes [an interim answer 103 came first]",
        ),
        (
            "a redirect",
            one("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"),
            "answered 302 <Found> 0 bytes",
        ),
        ("204", one("HTTP/1.1 204 none\r\n\r\n"), "answered 204 <none> 0 bytes"),
        ("304", one("HTTP/1.1 304 same\r\n\r\n"), "answered 304 <same> 0 bytes"),
        (
            "401 with a challenge",
            one("HTTP/1.1 401 who\r\nWWW-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n"),
            "answered 401 <who> 0 bytes",
        ),
        ("500", one("HTTP/1.1 500 oh\r\nContent-Length: 3\r\n\r\n-99"), "answered 500 <oh> 3 bytes"),
        ("status 999", one("HTTP/1.1 999 odd\r\nContent-Length: 0\r\n\r\n"), "answered 999 <odd> 0 bytes"),
        (
            "Content-Encoding is not undone",
            one("HTTP/1.1 200 1\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc"),
            "answered 200 <1> 3 bytes",
        ),
        (
            "a drip of one byte at a time",
            vec![Drip(b"HTTP/1.1 200 1\r\nContent-Length: 1\r\n\r\n0".to_vec())],
            "answered 200 <1> 1 bytes",
        ),
    ]
}

fn crooked() -> Vec<Row> {
    let long_line = "x".repeat(300_000);
    let many = "A: b\r\n".repeat(200);
    vec![
        (
            "surplus after the body",
            one(format!("{GOOD}9999")),
            "answered 200 <164> 8 bytes [4 surplus bytes]",
        ),
        ("the answer twice", one(format!("{GOOD}{GOOD}")), "answered 200 <164> 8 bytes [47 surplus bytes]"),
        (
            "surplus in a later piece",
            vec![send(GOOD), send("more")],
            "answered 200 <164> 8 bytes [4 surplus bytes]",
        ),
        (
            "endless surplus",
            vec![send(GOOD), Endless(vec![b'9'; 4096])],
            "answered 200 <164> 8 bytes [many surplus bytes]",
        ),
        (
            "surplus after chunks",
            one("HTTP/1.1 200 1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n0\r\n0\r\n\r\nmore"),
            "answered 200 <1> 1 bytes [4 surplus bytes]",
        ),
        (
            "a body with 204",
            one("HTTP/1.1 204 1\r\nContent-Length: 2\r\n\r\n-1"),
            "answered 204 <1> 0 bytes [2 surplus bytes]",
        ),
        (
            "a length too small",
            one("HTTP/1.1 200 164\r\nContent-Length: 7\r\n\r\n29852781"),
            "answered 200 <164> 7 bytes [1 surplus bytes]",
        ),
        (
            "length 0 with a body",
            one("HTTP/1.1 200 164\r\nContent-Length: 0\r\n\r\n29852781"),
            "answered 200 <164> 0 bytes [8 surplus bytes]",
        ),
        (
            "two equal lengths",
            one("HTTP/1.1 200 164\r\nContent-Length: 8\r\nContent-Length: 8\r\n\r\n29852781"),
            "answered 200 <164> 8 bytes [more than one Content-Length]",
        ),
        (
            "two differing lengths",
            one("HTTP/1.1 200 164\r\nContent-Length: 8\r\nContent-Length: 4\r\n\r\n29852781"),
            "malformed after 0 bytes: invalid content-length parsed [more than one Content-Length]",
        ),
        (
            "a length with chunks",
            one(
                "HTTP/1.1 200 1\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n0\r\n0\r\n\r\n",
            ),
            "answered 200 <1> 1 bytes [a Content-Length beside chunks]",
        ),
        (
            "a negative length",
            one("HTTP/1.1 200 164\r\nContent-Length: -8\r\n\r\n29852781"),
            "malformed after 0 bytes: invalid content-length parsed [Content-Length \"-8\" is no number]",
        ),
        (
            "a length in words",
            one("HTTP/1.1 200 164\r\nContent-Length: eight\r\n\r\n29852781"),
            "malformed after 0 bytes: invalid content-length parsed [Content-Length \"eight\" is no number]",
        ),
        (
            "an enormous length",
            one("HTTP/1.1 200 164\r\nContent-Length: 99999999999999999999999\r\n\r\n2"),
            "malformed after 0 bytes: invalid content-length parsed",
        ),
        (
            "a length over the cap",
            one("HTTP/1.1 200 164\r\nContent-Length: 18446744073709551614\r\n\r\n2"),
            "malformed after 0 bytes: the body was cut: 1 of 18446744073709551614 bytes came",
        ),
        (
            "bare line feeds",
            one("HTTP/1.1 200 164\nContent-Length: 8\n\n29852781"),
            "answered 200 <164> 8 bytes [a head line ends in a bare line feed]",
        ),
        (
            "a header without a colon",
            one("HTTP/1.1 200 164\r\nnonsense\r\nContent-Length: 8\r\n\r\n29852781"),
            "malformed after 0 bytes: invalid HTTP header parsed [a header line that is none: \"nonsense\"]",
        ),
        (
            "a folded header",
            one("HTTP/1.1 200 164\r\nDate: a\r\n b\r\nContent-Length: 8\r\n\r\n29852781"),
            "malformed after 0 bytes: invalid HTTP header parsed [a header line that is none: \" b\"]",
        ),
        (
            "a space before the colon",
            one("HTTP/1.1 200 164\r\nContent-Length : 8\r\n\r\n29852781"),
            "malformed after 0 bytes: invalid HTTP header parsed [a header line that is none: \"Content-Length : 8\"; no Content-Length: the body ends with the connection]",
        ),
        (
            "a control character in the reason",
            one("HTTP/1.1 200 1\x07\r\nContent-Length: 0\r\n\r\n"),
            "malformed after 0 bytes: invalid HTTP status-code parsed [a control character in the reason phrase]",
        ),
        (
            "NUL in a header",
            one("HTTP/1.1 200 1\r\nA: \0\r\nContent-Length: 0\r\n\r\n"),
            "malformed after 0 bytes: invalid HTTP header parsed",
        ),
        (
            "200 headers",
            one(format!("HTTP/1.1 200 1\r\n{many}Content-Length: 0\r\n\r\n")),
            "malformed after 0 bytes: message head is too large",
        ),
        (
            "a header of 300 KB",
            one(format!("HTTP/1.1 200 1\r\nA: {long_line}\r\nContent-Length: 0\r\n\r\n")),
            "malformed: the answer's head is larger than this harness takes",
        ),
        (
            "a reason of 300 KB",
            one(format!("HTTP/1.1 200 {long_line}\r\nContent-Length: 0\r\n\r\n")),
            "malformed: the answer's head is larger than this harness takes",
        ),
        (
            "an endless header",
            vec![send("HTTP/1.1 200 1\r\nA: "), Endless(vec![b'x'; 4096])],
            "malformed: the answer's head is larger than this harness takes",
        ),
        (
            "endless headers",
            vec![send("HTTP/1.1 200 1\r\n"), Endless(b"A: b\r\n".repeat(100))],
            "malformed: the answer's head is larger than this harness takes",
        ),
        (
            "endless interim answers",
            vec![Endless(b"HTTP/1.1 100 c\r\n\r\n".repeat(10))],
            "malformed: the answer's head is larger than this harness takes",
        ),
        (
            "an endless body without length",
            vec![send("HTTP/1.1 200 1\r\n\r\n"), Endless(vec![b'1'; 65536])],
            "malformed after many bytes: the answer's body is larger than this harness takes [no Content-Length: the body ends with the connection]",
        ),
        (
            "endless chunks",
            vec![
                send("HTTP/1.1 200 1\r\nTransfer-Encoding: chunked\r\n\r\n"),
                Endless(b"1\r\n0\r\n".repeat(1000)),
            ],
            "malformed after many bytes: the answer's body is larger than this harness takes",
        ),
        (
            "a body over the cap",
            vec![send("HTTP/1.1 200 1\r\nContent-Length: 20000000\r\n\r\n"), Endless(vec![b'1'; 65536])],
            "malformed after many bytes: the answer's body is larger than this harness takes",
        ),
        (
            "endless nothing but line feeds",
            vec![Endless(vec![b'\n'; 4096])],
            "malformed: the answer's head is larger than this harness takes",
        ),
        (
            "a protocol switch",
            one("HTTP/1.1 101 sw\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nbytes"),
            "answered 101 <sw> 0 bytes [5 surplus bytes]",
        ),
        (
            "a bad chunk size",
            one("HTTP/1.1 200 1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n0\r\n"),
            "malformed after 0 bytes: Invalid chunk size line: missing size digit",
        ),
        (
            "a chunk size that overflows",
            one("HTTP/1.1 200 1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n0\r\n"),
            "malformed after 0 bytes: invalid chunk size: overflow",
        ),
    ]
}

fn broken() -> Vec<Row> {
    vec![
        ("closed without a byte", vec![], "the connection was closed without an answer"),
        ("reset without a byte", vec![Reset], "the connection was reset without an answer"),
        ("silence", vec![Hold], "no answer within 0.3 s"),
        (
            "closed within the status line",
            one("HTTP/1.1 20"),
            "malformed: this is no HTTP answer: connection closed before message completed",
        ),
        (
            "closed within the head",
            one("HTTP/1.1 200 164\r\nContent-Le"),
            "malformed: this is no HTTP answer: connection closed before message completed",
        ),
        (
            "reset within the head",
            vec![send("HTTP/1.1 200 164\r\nContent-Le"), Reset],
            "malformed: this is no HTTP answer: connection closed before message completed",
        ),
        (
            "silence within the head",
            vec![send("HTTP/1.1 200 164\r\nContent-Le"), Hold],
            "malformed: no complete answer within 0.3 s",
        ),
        (
            "a cut body",
            one("HTTP/1.1 200 164\r\nContent-Length: 8\r\n\r\n2985"),
            "malformed after 4 bytes: the body was cut: 4 of 8 bytes came",
        ),
        (
            "a cut body and a reset",
            vec![send("HTTP/1.1 200 164\r\nContent-Length: 8\r\n\r\n2985"), Reset],
            "malformed after 4 bytes: the body was cut: 4 of 8 bytes came",
        ),
        (
            "silence within the body",
            vec![send("HTTP/1.1 200 164\r\nContent-Length: 8\r\n\r\n2985"), Hold],
            "malformed after 4 bytes: no complete answer within 0.3 s",
        ),
        (
            "a head and no body",
            one("HTTP/1.1 200 164\r\nContent-Length: 8\r\n\r\n"),
            "malformed after 0 bytes: the body was cut: 0 of 8 bytes came",
        ),
        (
            "no length and a reset",
            vec![send("HTTP/1.1 200 164\r\n\r\n2985"), Reset],
            "malformed after 4 bytes: the connection was reset where the body should end [no Content-Length: the body ends with the connection]",
        ),
        (
            "no length and silence",
            vec![send("HTTP/1.1 200 164\r\n\r\n29852781"), Hold],
            "malformed after 8 bytes: no complete answer within 0.3 s [no Content-Length: the body ends with the connection]",
        ),
        (
            "cut chunks",
            one("HTTP/1.1 200 1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}"),
            "malformed after 2 bytes: end of file before message length reached",
        ),
        (
            "chunks without the last",
            one("HTTP/1.1 200 1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"),
            "malformed after 2 bytes: unexpected EOF during chunk size line",
        ),
        (
            "only 100 Continue",
            one("HTTP/1.1 100 Continue\r\n\r\n"),
            "malformed: this is no HTTP answer: connection closed before message completed",
        ),
        (
            "100 Continue and silence",
            vec![send("HTTP/1.1 100 Continue\r\n\r\n"), Hold],
            "malformed: no complete answer within 0.3 s",
        ),
        (
            "a drip past the limit",
            vec![Drip(vec![b'H'; 10_000])],
            "malformed: no complete answer within 0.3 s",
        ),
        (
            "HTTP/0.9",
            one("<html>hello</html>"),
            "malformed: this is no HTTP answer: invalid HTTP version parsed",
        ),
        (
            "HTTP/2.0",
            one("HTTP/2.0 200 1\r\nContent-Length: 0\r\n\r\n"),
            "malformed after 0 bytes: invalid HTTP version parsed [the answer is HTTP/2.0, not HTTP/1.1]",
        ),
        (
            "HTTP/1.2",
            one("HTTP/1.2 200 1\r\nContent-Length: 0\r\n\r\n"),
            "malformed after 0 bytes: invalid HTTP version parsed [the answer is HTTP/1.2, not HTTP/1.1]",
        ),
        (
            "an HTTP/2 frame",
            one(b"\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0\x64"),
            "malformed: this is no HTTP answer: invalid HTTP version parsed",
        ),
        (
            "a TLS alert",
            one(b"\x15\x03\x01\0\x02\x02\x46"),
            "malformed: this is no HTTP answer: invalid HTTP version parsed",
        ),
        (
            "an SSH banner",
            one("SSH-2.0-OpenSSH_9.6\r\n"),
            "malformed: this is no HTTP answer: invalid HTTP version parsed",
        ),
        (
            "random bytes",
            one(b"\xde\xad\xbe\xef\0\xff\r\n\r\n"),
            "malformed: this is no HTTP answer: invalid HTTP version parsed",
        ),
        (
            "one line feed",
            one("\n"),
            "malformed: this is no HTTP answer: connection closed before message completed",
        ),
        (
            "a request back",
            one("GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
            "malformed: this is no HTTP answer: invalid HTTP version parsed",
        ),
        (
            "a status of two digits",
            one("HTTP/1.1 20 x\r\n\r\n"),
            "malformed: this is no HTTP answer: invalid HTTP status-code parsed",
        ),
        (
            "a status of four digits",
            one("HTTP/1.1 2000 x\r\n\r\n"),
            "malformed: this is no HTTP answer: invalid HTTP status-code parsed",
        ),
        (
            "a status in letters",
            one("HTTP/1.1 abc x\r\n\r\n"),
            "malformed: this is no HTTP answer: invalid HTTP status-code parsed",
        ),
        (
            "a lower-case version",
            one("http/1.1 200 1\r\nContent-Length: 0\r\n\r\n"),
            "malformed: this is no HTTP answer: invalid HTTP version parsed",
        ),
        ("a leading empty line", one(format!("\r\n{GOOD}")), "malformed: the answer's head cannot be read"),
        ("only the key", one("29852781"), "malformed: this is no HTTP answer: invalid HTTP version parsed"),
    ]
}

async fn check(rows: Vec<Row>) {
    let request = WireRequest::new(Method::Post, "/api/", &Params(vec![("sale".into(), "1".into())]));
    let mut wrong = Vec::new();
    for (name, script, expected) in rows {
        // Peers that fall silent cost the whole limit; the others end of themselves.
        let slow = script.iter().any(|act| matches!(act, Hold)) || name.ends_with("past the limit");
        let limit = if slow { Duration::from_millis(300) } else { Duration::from_secs(20) };
        let transport = peer::transport(peer::play(script).await);
        let began = Instant::now();
        let found = peer::summary(&transport.send(&request, limit).await);
        if found != expected {
            wrong.push(format!(
                "        ({name:?}\n            expected: {expected}\n            found:    {found}"
            ));
        }
        eprintln!("{name} {:?}", began.elapsed());
        assert!(began.elapsed() < limit + Duration::from_secs(2), "{name} took {:?}", began.elapsed());
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[tokio::test]
async fn honest_answers_are_read() {
    check(honest()).await;
}

#[tokio::test]
async fn crooked_answers_are_named() {
    check(crooked()).await;
}

#[tokio::test]
async fn broken_answers_are_in_doubt() {
    check(broken()).await;
}
