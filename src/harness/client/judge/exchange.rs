//! A request and what came of it.

use crate::client::trace::Fate;
use ikkm_protocol::{Method, Params, WireRequest, parse_plain};

/// Parameters of a registration that are amounts.
const MONEY: [&str; 8] = ["sale", "buy", "saleReturn", "buyReturn", "cash", "bank", "tara", "credit"];

/// A request and its answer.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// The request's number.
    pub number: u64,
    /// The connection it came on.
    pub connection: u64,
    /// When its first byte came, in scaled milliseconds.
    pub at: u64,
    /// GET, POST or another word.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// The body.
    pub body: String,
    /// The version of HTTP.
    pub version: String,
    /// HTTP refuses it: the device never saw it.
    pub malformed: bool,
    /// How long its client must wait for the answer, in scaled milliseconds (v22 §3).
    pub limit: u64,
    /// The path alone, without a slash at its end.
    pub path: String,
    /// Its parameters.
    pub params: Params,
    /// The operation under way when it came.
    pub operation: Option<usize>,
    /// What was answered.
    pub reply: Option<Reply>,
    /// Nothing shows that the client has the answer, though it left: the client had hung up, or had
    /// been kept waiting longer than it must.
    pub gone: bool,
}

/// An answer, as the device meant it.
#[derive(Debug, Clone)]
pub struct Reply {
    /// When it left.
    pub at: u64,
    /// The status code; 0 for none.
    pub status: u16,
    /// The reason phrase.
    pub reason: String,
    /// The body.
    pub body: String,
    /// What became of it.
    pub fate: Fate,
}

impl Reply {
    /// The key of a keyed success.
    pub fn key(&self) -> Option<&str> {
        let keyed =
            self.status == 200 && self.body.len() == 8 && self.body.bytes().all(|b| b.is_ascii_digit());
        keyed.then_some(self.body.as_str())
    }

    /// The code of a refusal.
    pub fn code(&self) -> Option<i32> {
        (self.status == 400).then(|| self.body.parse().ok()).flatten().filter(|code| *code < 0)
    }
}

impl Exchange {
    /// The client has the answer: it left whole and somebody was there.
    pub fn heard(&self) -> Option<&Reply> {
        self.reply.as_ref().filter(|reply| reply.fate.is_whole() && !self.gone)
    }

    /// The device did what it was asked, whether the client knows or not.
    pub fn did(&self) -> Option<&Reply> {
        self.reply
            .as_ref()
            .filter(|reply| reply.status == 200 && !matches!(reply.fate, Fate::RequestLost | Fate::Instead))
    }

    /// How long the answer took to leave, in scaled milliseconds.
    pub fn took(&self) -> u64 {
        self.reply.as_ref().map_or(0, |reply| reply.at.saturating_sub(self.at))
    }

    /// A registration that the device got, or was to get.
    pub fn is_registration(&self) -> bool {
        self.path == "/api" && self.is_of_document()
    }

    /// A request as the document has them: HTTP knows it, and it is GET or POST.
    pub fn is_of_document(&self) -> bool {
        !self.malformed && matches!(self.method.as_str(), "GET" | "POST")
    }

    /// What makes two registrations the same: all parameters but the key, in any order, and numbers by
    /// their value.
    pub fn fingerprint(&self) -> Vec<(String, String)> {
        let value = |name: &str, text: &str| match (MONEY.contains(&name), parse_plain(text)) {
            (true, Ok(number)) => number.normalize().to_string(),
            _ => text.to_owned(),
        };
        let rest = self.params.0.iter().filter(|(name, _)| name != "key");
        let mut rest: Vec<_> = rest.map(|(name, text)| (name.clone(), value(name, text))).collect();
        rest.sort();
        rest
    }

    /// `GET /api/?key=…`, short.
    pub fn shown(&self) -> String {
        let text = format!("request {}: {} {}", self.number, self.method, self.target);
        let body = if self.body.is_empty() { String::new() } else { format!(" with {}", self.body) };
        (text + &body).chars().take(200).collect()
    }
}

/// What the device did with a request, in words.
pub fn told(exchange: &Exchange, reply: &Reply) -> String {
    let answer = format!("{} {} {}", reply.status, reply.reason, reply.body);
    let answer: String = answer.trim().chars().take(120).collect();
    let number = exchange.number;
    match reply.fate {
        _ if exchange.gone => {
            format!("the device answered request {number} with {answer}, but the client was gone")
        }
        Fate::Whole | Fate::Pieces => format!("the device answered request {number} with {answer}"),
        Fate::Instead => format!("the device answered request {number} with {answer}"),
        Fate::Late(ms) => {
            format!("the device answered request {number} after {} s with {answer}", ms / 1000)
        }
        Fate::Doubled => format!("the device answered request {number} twice over with {answer}"),
        Fate::Lost => format!("the device did request {number} ({answer}), but its answer was lost"),
        Fate::RequestLost => format!("request {number} was lost before the device saw it"),
        Fate::Cut => format!("the answer to request {number} ({answer}) broke off"),
        Fate::Held => format!("the answer to request {number} ({answer}) broke off, the connection stayed"),
        Fate::Garbled => format!("the answer to request {number} ({answer}) came as noise"),
    }
}

pub(super) fn exchange(
    number: u64,
    connection: u64,
    at: u64,
    method: &str,
    target: &str,
    body: &str,
) -> Exchange {
    let wire = WireRequest {
        method: if method == "POST" { Method::Post } else { Method::Get },
        target: target.to_owned(),
        content_type: None,
        body: Vec::new(),
    };
    let query = target.split_once('?').map_or("", |(_, query)| query);
    let mut params = Params::decode(query.as_bytes());
    params.0.extend(Params::decode(body.as_bytes()).0);
    let path = wire.path().trim_end_matches('/').to_owned();
    Exchange {
        number,
        connection,
        at,
        method: method.to_owned(),
        target: target.to_owned(),
        body: body.to_owned(),
        version: "1.1".to_owned(),
        malformed: false,
        limit: if path == "/apizreport" { 90_000 } else { 30_000 },
        path,
        params,
        operation: None,
        reply: None,
        gone: false,
    }
}
