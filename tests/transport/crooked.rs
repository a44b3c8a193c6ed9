//! Answers that break HTTP or are far too large: each is named, had or in doubt.

use crate::hostile::{GOOD, Row, one, send};
use crate::peer::Act::Endless;

pub fn rows() -> Vec<Row> {
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
            "malformed after 0 bytes: the answer's body is larger than this harness takes",
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
            "malformed after 0 bytes: the answer's head is larger than this harness takes",
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
                Endless(b"9\r\n123456789\r\n".repeat(1000)),
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
