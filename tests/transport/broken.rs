//! Answers that end too early or are no HTTP: each is in doubt.

use crate::hostile::{GOOD, Row, one, send};
use crate::peer::Act::{Drip, Hold, Reset};

pub fn rows() -> Vec<Row> {
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
