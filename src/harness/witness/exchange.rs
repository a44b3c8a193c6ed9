//! What passed in one exchange, as it is kept, and what can be read of it.

use crate::device::wire::{Framing, Head, WireFault};
use ikkm_protocol::{Answer, Method, Params, WireRequest};
use serde::{Deserialize, Serialize};

/// One exchange: bytes both ways, times, and how it ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Exchange {
    /// Counts the exchanges, from 1.
    pub number: u64,
    /// Counts the connections, from 1.
    pub connection: u64,
    /// The address of whoever asked.
    pub till: String,
    /// When the request's first byte came, in milliseconds since the witness began.
    pub at: u64,
    /// The request's bytes.
    pub request: Raw,
    /// When the answer's last byte came, in the same milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered: Option<u64>,
    /// When the till closed the connection, where it did so before the answer had come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<u64>,
    /// The answer's bytes; none where none came.
    #[serde(default, skip_serializing_if = "Raw::is_empty")]
    pub answer: Raw,
    /// What became of it.
    pub end: End,
    /// Another request that may have moved the books was under way at the same time.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub beside: bool,
    /// The bytes are not those of the wire (they come out of a HAR file): how they were framed is unknown.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub retold: bool,
}

impl Exchange {
    /// What stands for an exchange of which only the number is known.
    pub(super) fn empty(number: u64) -> Exchange {
        Exchange {
            number,
            connection: 0,
            till: String::new(),
            at: 0,
            request: Raw::default(),
            answered: None,
            left: None,
            answer: Raw::default(),
            end: End::Delivered,
            beside: false,
            retold: false,
        }
    }
}

/// What became of an exchange on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// The whole answer came and was passed on.
    Delivered,
    /// The whole answer came, and whoever had asked was gone.
    NotRead,
    /// The register's side ended in the middle of the answer.
    Cut,
    /// The register's side ended in order, without a byte of an answer.
    NoAnswer,
    /// The connection to the register broke, without a byte of an answer.
    Broken,
    /// No connection to the register came about; the request never reached it.
    Unreachable,
    /// The till left, and no answer came after that.
    TillLeft,
    /// The witness ended before it did.
    Pending,
    /// More came than the witness could keep.
    Unseen,
}

/// Bytes: text where they are UTF-8, else hexadecimal digits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Told", into = "Told")]
pub struct Raw(pub Vec<u8>);

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Told {
    Text(String),
    Hex { hex: String },
}

impl From<Told> for Raw {
    fn from(told: Told) -> Raw {
        match told {
            Told::Text(text) => Raw(text.into_bytes()),
            Told::Hex { hex } => {
                let digits: Vec<u8> =
                    hex.chars().filter_map(|c| c.to_digit(16)).map(|digit| digit as u8).collect();
                Raw(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
            }
        }
    }
}

impl From<Raw> for Told {
    fn from(raw: Raw) -> Told {
        match String::from_utf8(raw.0) {
            Ok(text) => Told::Text(text),
            Err(error) => {
                Told::Hex { hex: error.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect() }
            }
        }
    }
}

impl Raw {
    /// Nothing at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A request as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// GET, POST or another word.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// `1.1`.
    pub version: String,
    /// HTTP refuses it.
    pub malformed: bool,
    /// Header names and values.
    pub headers: Vec<(String, String)>,
    /// The body, chunks undone.
    pub body: Vec<u8>,
}

impl Asked {
    /// Reads a request's bytes; whatever they are, something is told.
    pub fn read(bytes: &[u8]) -> Asked {
        let (head, body) = match head_end(bytes) {
            Some(end) => bytes.split_at(end),
            None => (bytes, &[][..]),
        };
        let text = String::from_utf8_lossy(head);
        let mut lines = text.lines();
        let line = lines.next().unwrap_or_default();
        let words: Vec<&str> = line.split(' ').collect();
        let (malformed, method, target, version) = match words.as_slice() {
            [method, target, version] if version.starts_with("HTTP/") && is_token(method) => {
                (!target.is_ascii() || target.is_empty(), *method, (*target).to_owned(), *version)
            }
            [method, between @ .., version] if version.starts_with("HTTP/") => {
                (true, *method, between.join(" "), *version)
            }
            [method, rest @ ..] => (true, *method, rest.join(" "), ""),
            [] => (true, "", String::new(), ""),
        };
        let headers: Vec<(String, String)> = lines
            .take_while(|line| !line.is_empty())
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
            .collect();
        let chunked = headers.iter().any(|(name, value)| {
            name.eq_ignore_ascii_case("transfer-encoding") && value.eq_ignore_ascii_case("chunked")
        });
        Asked {
            method: method.to_owned(),
            target,
            version: version.trim_start_matches("HTTP/").to_owned(),
            malformed,
            headers,
            body: if chunked { unchunked(body) } else { body.to_vec() },
        }
    }

    /// The first header of that name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// As the register has it: GET and POST alone are known to it.
    pub fn wire(&self) -> Option<WireRequest> {
        let method = match self.method.as_str() {
            "GET" => Method::Get,
            "POST" => Method::Post,
            _ => return None,
        };
        Some(WireRequest {
            method,
            target: self.target.clone(),
            content_type: self.header("content-type").map(str::to_owned),
            body: self.body.clone(),
        })
    }

    /// The path, without a slash at its end.
    pub fn path(&self) -> &str {
        let path = self.target.split_once('?').map_or(self.target.as_str(), |(path, _)| path);
        path.trim_end_matches('/')
    }

    /// Every parameter of query and body.
    pub fn params(&self) -> Params {
        let query = self.target.split_once('?').map_or("", |(_, query)| query);
        let mut params = Params::decode(query.as_bytes());
        if !self.body.is_empty() {
            params.0.extend(Params::decode(&self.body).0);
        }
        params
    }
}

fn is_token(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// An answer as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// What it says.
    pub answer: Answer,
    /// How the end of its body was told.
    pub framing: Framing,
    /// What is odd about it as HTTP.
    pub faults: Vec<WireFault>,
    /// It is all there.
    pub whole: bool,
}

impl Answered {
    /// Reads an answer's bytes; `None` where they begin as no answer of HTTP. `to_head` where the request
    /// was a HEAD.
    pub fn read(bytes: &[u8], to_head: bool) -> Option<Answered> {
        let head = Head::read(bytes)?;
        let body = bytes.get(head.body_at..).unwrap_or_default();
        let length = if to_head { Some(0) } else { head.body_length(body) };
        let (own, surplus) = body.split_at(length.unwrap_or(body.len()).min(body.len()));
        let mut faults = head.faults.clone();
        if length.is_some() && !surplus.is_empty() {
            faults.push(WireFault::Surplus(surplus.len()));
        }
        let own = if head.framing == Framing::Chunked { unchunked(own) } else { own.to_vec() };
        let answer = Answer { status: head.status, reason: head.reason, headers: head.headers, body: own };
        Some(Answered { answer, framing: head.framing, faults, whole: length.is_some() })
    }
}

/// Where a head ends: after its empty line.
pub(super) fn head_end(bytes: &[u8]) -> Option<usize> {
    let crlf = bytes.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4);
    let bare = bytes.windows(2).position(|two| two == b"\n\n").map(|at| at + 2);
    match (crlf, bare) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// The bytes of a chunked body, as far as they are there.
fn unchunked(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = body;
    while let Some((size, data)) = chunk(rest) {
        if size == 0 {
            break;
        }
        out.extend_from_slice(data.get(..size.min(data.len())).unwrap_or_default());
        rest = data.get(size..).and_then(|rest| rest.strip_prefix(b"\r\n")).unwrap_or_default();
    }
    out
}

fn chunk(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let line = std::str::from_utf8(bytes.get(..end)?).ok()?;
    let size = usize::from_str_radix(line.split(';').next()?.trim(), 16).ok()?;
    Some((size, bytes.get(end + 1..)?))
}

/// How many bytes the request at the front takes, once it is whole.
pub(super) fn request_length(bytes: &[u8]) -> Option<usize> {
    let end = head_end(bytes)?;
    let asked = Asked::read(bytes.get(..end)?);
    let chunked =
        asked.header("transfer-encoding").is_some_and(|value| value.eq_ignore_ascii_case("chunked"));
    if chunked {
        let mut at = end;
        loop {
            let (size, data) = chunk(bytes.get(at..)?)?;
            let line = bytes.len() - at - data.len();
            at += line + size + 2;
            if size == 0 {
                return (at <= bytes.len()).then_some(at);
            }
        }
    }
    let length = asked.header("content-length").and_then(|text| text.parse::<usize>().ok()).unwrap_or(0);
    let whole = end.checked_add(length)?;
    (whole <= bytes.len()).then_some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_whole_with_its_body_and_the_next_one_stays() {
        let post = b"POST /api/ HTTP/1.1\r\nContent-Length: 5\r\n\r\nsale=";
        assert_eq!(request_length(post), Some(post.len()));
        assert_eq!(request_length(&post[..post.len() - 1]), None);
        let two = b"GET /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\n";
        assert_eq!(request_length(two), Some(two.len() / 2));
        let chunks = b"POST /api/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nsale=\r\n0\r\n\r\n";
        assert_eq!(request_length(chunks), Some(chunks.len()));
        assert_eq!(request_length(&chunks[..chunks.len() - 2]), None);
        assert_eq!(Asked::read(chunks).body, b"sale=");
    }

    #[test]
    fn what_http_refuses_is_told_so() {
        for (bytes, malformed, target) in [
            (&b"GET /api/?sale=5 HTTP/1.1\r\n\r\n"[..], false, "/api/?sale=5"),
            (b"GET /api/?print=two words HTTP/1.1\r\n\r\n", true, "/api/?print=two words"),
            (b"\x16\x03\x01", true, ""),
            (b"", true, ""),
        ] {
            let asked = Asked::read(bytes);
            assert_eq!((asked.malformed, asked.target.as_str()), (malformed, target), "{bytes:?}");
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_kept() {
        for bytes in [&b"plain"[..], b"\xff\x00\xfe", b""] {
            let kept = serde_json::to_string(&Raw(bytes.to_vec())).unwrap();
            assert_eq!(serde_json::from_str::<Raw>(&kept).unwrap().0, bytes, "{kept}");
        }
    }

    #[test]
    fn an_answer_is_read_with_what_stands_behind_it() {
        let twice = b"HTTP/1.1 200 164\r\nContent-Length: 8\r\n\r\n29852781HTTP";
        let answered = Answered::read(twice, false).unwrap();
        assert_eq!(answered.answer.body, b"29852781");
        assert_eq!(answered.faults, [WireFault::Surplus(4)]);
        assert!(!Answered::read(&twice[..twice.len() - 6], false).unwrap().whole);
        let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n";
        assert_eq!(Answered::read(chunked, false).unwrap().answer.body, b"{}");
        assert!(Answered::read(b"noise", false).is_none());
    }
}
