//! Answers that are sound, if sometimes odd: each is had in full.

use crate::hostile::{GOOD, Row, one, send};
use crate::peer::Act::{Drip, Hold, Reset};

pub fn rows() -> Vec<Row> {
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
