//! Reading the exact bytes of an answer: the head as it was sent, and what is wrong with it.
//!
//! The HTTP library says whether an answer is complete and undoes the chunks; what it hides (the
//! reason phrase's bytes, doubled lengths, surplus bytes, bare line feeds) is read here. Nothing
//! here judges: a fault is named, a verdict is made elsewhere.

use std::fmt;

/// Something odd about an answer that could be read all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WireFault {
    /// Bytes after the end of the answer; how many were seen.
    Surplus(usize),
    /// More than one `Content-Length`, or one with several values.
    RepeatedLength,
    /// A `Content-Length` beside `Transfer-Encoding: chunked`.
    LengthWithChunked,
    /// Neither a length nor chunks: the body ends where the connection does.
    MissingLength,
    /// A `Content-Length` that is no plain number.
    BadLength(String),
    /// A head line that ends in a line feed alone.
    BareLineFeed,
    /// Another version than `HTTP/1.1` (v22 §3).
    Version(String),
    /// A control character in the reason phrase.
    ControlInReason,
    /// The status line ends after the code, without the space that HTTP asks for.
    NoReasonSpace,
    /// A header line without a colon, a folded one, or one with a space before the colon.
    BadHeaderLine(String),
    /// An interim answer (such as 100) came first.
    Interim(u16),
}

impl fmt::Display for WireFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WireFault::Surplus(count) => write!(f, "{count} surplus bytes after the answer's end"),
            WireFault::RepeatedLength => f.write_str("more than one Content-Length"),
            WireFault::LengthWithChunked => f.write_str("a Content-Length beside chunks"),
            WireFault::MissingLength => f.write_str("no Content-Length: the body ends with the connection"),
            WireFault::BadLength(text) => write!(f, "Content-Length {text:?} is no number"),
            WireFault::BareLineFeed => f.write_str("a head line ends in a bare line feed"),
            WireFault::Version(text) => write!(f, "the answer is {text}, not HTTP/1.1"),
            WireFault::ControlInReason => f.write_str("a control character in the reason phrase"),
            WireFault::NoReasonSpace => f.write_str("no space after the status code"),
            WireFault::BadHeaderLine(line) => write!(f, "a header line that is none: {line:?}"),
            WireFault::Interim(status) => write!(f, "an interim answer {status} came first"),
        }
    }
}

/// How the end of the body is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// After that many bytes.
    Length(u64),
    /// After the last chunk.
    Chunked,
    /// With the connection.
    UntilClose,
    /// There is no body (204, 304, 101).
    NoBody,
}

/// The head of the final answer, as sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The status code.
    pub status: u16,
    /// The reason phrase's exact bytes.
    pub reason: Vec<u8>,
    /// Header names as sent, and values without the white space around them.
    pub headers: Vec<(String, String)>,
    /// Where the body begins among the received bytes.
    pub body_at: usize,
    /// How the body ends.
    pub framing: Framing,
    /// What is odd about the head.
    pub faults: Vec<WireFault>,
}

impl Head {
    /// Reads the final head at the front of `bytes`, past interim ones; `None` while there is no
    /// complete one, or when what is there is no head of an HTTP answer.
    pub fn read(bytes: &[u8]) -> Option<Head> {
        let mut at = 0;
        let mut interim = Vec::new();
        loop {
            let end = at + head_end(bytes.get(at..)?)?;
            let mut head = Head::parse(bytes.get(at..end)?)?;
            if !is_interim(head.status) {
                head.body_at = end;
                head.faults.splice(0..0, interim);
                return Some(head);
            }
            interim.push(WireFault::Interim(head.status));
            at = end;
        }
    }

    /// The length of the complete body as it went over the wire, if its end was received.
    /// `body` is everything received after the head.
    pub fn body_length(&self, body: &[u8]) -> Option<usize> {
        match self.framing {
            Framing::NoBody => Some(0),
            Framing::UntilClose => Some(body.len()),
            Framing::Length(length) => usize::try_from(length).ok().filter(|length| *length <= body.len()),
            Framing::Chunked => chunked_length(body),
        }
    }

    /// Whether the device said that it closes the connection after this answer.
    pub fn closes(&self) -> bool {
        let old = self.faults.iter().any(|fault| matches!(fault, WireFault::Version(_)));
        old || self.values("connection").any(|value| value.eq_ignore_ascii_case("close"))
    }

    fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers
            .iter()
            .filter(move |(n, _)| n.eq_ignore_ascii_case(name))
            .flat_map(|(_, value)| value.split(','))
            .map(str::trim)
    }

    fn parse(head: &[u8]) -> Option<Head> {
        let mut faults = Vec::new();
        let mut lines = Vec::new();
        for line in head.split(|byte| *byte == b'\n') {
            match line.strip_suffix(b"\r") {
                Some(line) => lines.push(line),
                None if line.is_empty() && lines.last().is_some_and(|last| last.is_empty()) => {}
                None => {
                    faults.push(WireFault::BareLineFeed);
                    lines.push(line);
                }
            }
        }
        faults.dedup();
        let (first, rest) = lines.split_first()?;
        let (status, reason) = status_line(first, &mut faults)?;
        let mut headers = Vec::new();
        for line in rest.iter().filter(|line| !line.is_empty()) {
            match header_line(line) {
                Some(header) => headers.push(header),
                None => {
                    faults.push(WireFault::BadHeaderLine(
                        String::from_utf8_lossy(line).chars().take(80).collect(),
                    ));
                }
            }
        }
        let mut head = Head { status, reason, headers, body_at: 0, framing: Framing::NoBody, faults };
        head.framing = head.framing_of();
        Some(head)
    }

    fn framing_of(&mut self) -> Framing {
        let lengths: Vec<String> = self.values("content-length").map(str::to_owned).collect();
        let chunked = self.values("transfer-encoding").any(|value| value.eq_ignore_ascii_case("chunked"));
        if lengths.len() > 1 {
            self.faults.push(WireFault::RepeatedLength);
        }
        if chunked && !lengths.is_empty() {
            self.faults.push(WireFault::LengthWithChunked);
        }
        let digits = |text: &&String| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if let Some(bad) = lengths.iter().find(|text| !digits(text)) {
            self.faults.push(WireFault::BadLength(bad.chars().take(80).collect()));
        }
        let length = lengths.first().filter(digits).and_then(|text| text.parse().ok());
        match length {
            _ if is_interim(self.status) || matches!(self.status, 101 | 204 | 304) => Framing::NoBody,
            _ if chunked => Framing::Chunked,
            Some(length) => Framing::Length(length),
            None => {
                if lengths.is_empty() {
                    self.faults.push(WireFault::MissingLength);
                }
                Framing::UntilClose
            }
        }
    }
}

fn is_interim(status: u16) -> bool {
    (100..200).contains(&status) && status != 101
}

/// Where the first head in `bytes` ends: after its empty line.
fn head_end(bytes: &[u8]) -> Option<usize> {
    let mut line_start = 0;
    for (at, byte) in bytes.iter().enumerate() {
        if *byte == b'\n' {
            let line = bytes.get(line_start..at)?;
            if line_start > 0 && (line.is_empty() || line == b"\r") {
                return Some(at + 1);
            }
            line_start = at + 1;
        }
    }
    None
}

fn status_line(line: &[u8], faults: &mut Vec<WireFault>) -> Option<(u16, Vec<u8>)> {
    let space = line.iter().position(|byte| *byte == b' ')?;
    let (version, rest) = line.split_at(space);
    if !version.starts_with(b"HTTP/") {
        return None;
    }
    if version != b"HTTP/1.1" {
        faults.push(WireFault::Version(String::from_utf8_lossy(version).chars().take(20).collect()));
    }
    let (code, rest) = rest.get(1..)?.split_at_checked(3)?;
    let status = std::str::from_utf8(code).ok().filter(|text| text.bytes().all(|b| b.is_ascii_digit()))?;
    let reason = match rest.split_first() {
        None => {
            faults.push(WireFault::NoReasonSpace);
            &[]
        }
        Some((b' ', reason)) => reason,
        Some(_) => return None,
    };
    if reason.iter().any(|byte| byte.is_ascii_control()) {
        faults.push(WireFault::ControlInReason);
    }
    Some((status.parse().ok()?, reason.to_vec()))
}

fn header_line(line: &[u8]) -> Option<(String, String)> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let (name, value) = line.split_at(colon);
    if name.is_empty() || name.iter().any(|byte| !byte.is_ascii_graphic()) {
        return None;
    }
    let value = String::from_utf8_lossy(value.get(1..)?).trim().to_owned();
    Some((String::from_utf8_lossy(name).into_owned(), value))
}

/// The bytes that a complete chunked body takes, trailers included.
fn chunked_length(body: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let (size_line, next) = line_at(body, at)?;
        let digits = size_line.split(|byte| *byte == b';').next()?.trim_ascii();
        let size = usize::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
        at = next;
        if size == 0 {
            break;
        }
        let end = at.checked_add(size)?;
        body.get(at..end)?;
        at = line_at(body, end).filter(|(line, _)| line.is_empty())?.1;
    }
    loop {
        let (trailer, next) = line_at(body, at)?;
        at = next;
        if trailer.is_empty() {
            return Some(at);
        }
    }
}

fn line_at(bytes: &[u8], at: usize) -> Option<(&[u8], usize)> {
    let rest = bytes.get(at..)?;
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    let line = rest.get(..end)?;
    Some((line.strip_suffix(b"\r").unwrap_or(line), at + end + 1))
}

#[cfg(test)]
mod tests;
