//! A trace, put in order: which requests belong to which operation, and what came of each.

use crate::certify::trace::{Entry, Fate, Trace, Trouble, What};
use crate::protocol::{Method, Params, WireRequest};
use serde_json::Value;

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
    /// The path alone, without a slash at its end.
    pub path: String,
    /// Its parameters.
    pub params: Params,
    /// The operation under way when it came.
    pub operation: Option<usize>,
    /// What was answered.
    pub reply: Option<Reply>,
    /// Whoever asked was gone when the answer was to be written.
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

    /// A registration.
    pub fn is_registration(&self) -> bool {
        self.path == "/api"
    }

    /// What makes two registrations the same: all parameters but the key, in any order.
    pub fn fingerprint(&self) -> Vec<(String, String)> {
        let mut rest: Vec<_> = self.params.0.iter().filter(|(name, _)| name != "key").cloned().collect();
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

/// Something that the client was asked.
#[derive(Debug, Clone)]
pub struct Operation {
    /// The step's place in the scenario; none for greetings.
    pub step: Option<usize>,
    /// The instruction.
    pub line: Value,
    /// When it was asked.
    pub at: u64,
    /// The answer and when it came.
    pub answer: Option<(u64, Value)>,
    /// How the driver failed instead.
    pub broken: Option<(Trouble, String)>,
    /// The client was killed in it.
    pub killed: bool,
    /// The places of the requests that came in it.
    pub requests: Vec<usize>,
}

impl Operation {
    /// The word in `do`.
    pub fn word(&self) -> &str {
        self.line.get("do").and_then(Value::as_str).unwrap_or_default()
    }

    /// Its id.
    pub fn id(&self) -> &str {
        self.line.get("id").and_then(Value::as_str).unwrap_or_default()
    }

    /// The reported outcome.
    pub fn outcome(&self) -> Option<&str> {
        self.answer.as_ref()?.1.get("outcome")?.as_str()
    }

    /// A text of the instruction.
    pub fn text(&self, name: &str) -> Option<String> {
        self.line.get(name).map(plain)
    }
}

/// The places of what happened, in order of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// An operation was asked.
    Asked(usize),
    /// An operation ended.
    Ended(usize),
    /// A request came.
    Came(usize),
    /// An answer left.
    Left(usize),
    /// The entry of that place in the trace.
    Other(usize),
}

/// The whole trace in order.
#[derive(Debug)]
pub struct View<'t> {
    /// Where it comes from.
    pub trace: &'t Trace,
    /// Every request.
    pub exchanges: Vec<Exchange>,
    /// Every operation.
    pub operations: Vec<Operation>,
    /// What happened when.
    pub moments: Vec<Moment>,
}

impl<'t> View<'t> {
    /// Puts a trace in order. A stored trace may be anything: what does not fit is passed over.
    pub fn new(trace: &'t Trace) -> View<'t> {
        let mut view = View { trace, exchanges: Vec::new(), operations: Vec::new(), moments: Vec::new() };
        let mut current: Option<usize> = None;
        for (place, Entry { at, what }) in trace.entries.iter().enumerate() {
            match what {
                What::Asked { step, line } => {
                    let operation = Operation {
                        step: *step,
                        line: line.clone(),
                        at: *at,
                        answer: None,
                        broken: None,
                        killed: false,
                        requests: Vec::new(),
                    };
                    view.operations.push(operation);
                    current = Some(view.operations.len() - 1);
                    view.moments.extend(current.map(Moment::Asked));
                }
                What::Answered { line, .. } => {
                    view.close(&mut current, |operation| operation.answer = Some((*at, line.clone())));
                }
                What::Broken { trouble, detail, .. } => {
                    view.close(&mut current, |operation| operation.broken = Some((*trouble, detail.clone())));
                }
                What::Killed => {
                    view.close(&mut current, |operation| operation.killed = true);
                    view.moments.push(Moment::Other(place));
                }
                What::Request { number, connection, method, target, body, .. } => {
                    let mut exchange = exchange(*number, *connection, *at, method, target, body);
                    exchange.operation = current;
                    let index = view.exchanges.len();
                    if let Some(operation) = current.and_then(|at| view.operations.get_mut(at)) {
                        operation.requests.push(index);
                    }
                    view.exchanges.push(exchange);
                    view.moments.push(Moment::Came(index));
                }
                What::Reply { number, status, reason, body, fate } => {
                    let found = view.exchanges.iter().position(|exchange| exchange.number == *number);
                    let Some(index) = found else { continue };
                    view.exchanges[index].reply = Some(Reply {
                        at: *at,
                        status: *status,
                        reason: reason.clone(),
                        body: body.clone(),
                        fate: *fate,
                    });
                    view.moments.push(Moment::Left(index));
                }
                What::Gone { connection } => {
                    let last = view.exchanges.iter_mut().rev().find(|one| one.connection == *connection);
                    if let Some(exchange) = last {
                        exchange.gone = true;
                    }
                }
                _ => view.moments.push(Moment::Other(place)),
            }
        }
        view
    }

    fn close(&mut self, current: &mut Option<usize>, change: impl FnOnce(&mut Operation)) {
        let Some(at) = current.take() else { return };
        if let Some(operation) = self.operations.get_mut(at) {
            change(operation);
            self.moments.push(Moment::Ended(at));
        }
    }

    /// The requests of an operation.
    pub fn of<'v>(&'v self, operation: &'v Operation) -> impl Iterator<Item = &'v Exchange> {
        operation.requests.iter().filter_map(|index| self.exchanges.get(*index))
    }

    /// So many real milliseconds, in milliseconds of the scaled clock.
    pub fn allowance(&self, real: u64) -> u64 {
        real * 1000 / u64::from(self.trace.second.max(1))
    }

    /// What the device did last before that request, in words.
    pub fn device_before(&self, number: u64) -> String {
        let before = self.exchanges.iter().take_while(|exchange| exchange.number < number);
        let last = before.last().and_then(|exchange| Some((exchange, exchange.reply.as_ref()?)));
        match last {
            None => "the device had been asked nothing yet".to_owned(),
            Some((exchange, reply)) => told(exchange, reply),
        }
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

fn exchange(number: u64, connection: u64, at: u64, method: &str, target: &str, body: &str) -> Exchange {
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
        path,
        params,
        operation: None,
        reply: None,
        gone: false,
    }
}

/// A scalar as text, without quotes.
pub fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
