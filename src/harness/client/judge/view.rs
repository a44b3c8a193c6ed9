//! A trace, put in order: which requests belong to which operation, and what came of each.

use super::exchange::exchange;
pub use super::exchange::{Exchange, Reply, told};
use crate::client::trace::{DriverTrouble, Fate, Trace, TraceEntry, What};
use serde_json::Value;

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
    pub broken: Option<(DriverTrouble, String)>,
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

    /// The code in the answer, as a number or as a number's text.
    pub fn code(&self) -> Option<i64> {
        code_of(&self.answer.as_ref()?.1)
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
        for (place, TraceEntry { at, what }) in trace.entries.iter().enumerate() {
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
                What::Request { number, connection, method, target, body, version, malformed, .. } => {
                    let mut exchange = exchange(*number, *connection, *at, method, target, body);
                    exchange.operation = current;
                    exchange.version.clone_from(version);
                    exchange.malformed = *malformed;
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
        view.while_closing();
        view.who_heard();
        view
    }

    /// A shift may still be closing as long as nobody heard how its Z report ended.
    fn while_closing(&mut self) {
        let mut closing: Option<u64> = None;
        for exchange in &mut self.exchanges {
            if closing.is_some_and(|began| exchange.at < began + 90_000) {
                exchange.limit = 90_000;
            }
            if exchange.path == "/apizreport" {
                let heard = exchange.reply.as_ref().is_some_and(|reply| reply.fate.is_whole());
                closing = (!heard).then_some(exchange.at);
            }
        }
    }

    /// Corrects what the wire alone does not show: whether an answer was heard.
    fn who_heard(&mut self) {
        // A client that closes its sending side at once looks gone each time, and still reads.
        let mut at_once = self.exchanges.iter().filter(|one| {
            one.reply.as_ref().is_some_and(|reply| matches!(reply.fate, Fate::Whole | Fate::Instead))
        });
        let closes_early = at_once.clone().count() >= 2 && at_once.all(|one| one.gone);
        for place in 0..self.exchanges.len() {
            let Some(exchange) = self.exchanges.get(place) else { continue };
            let overdue = exchange.took() + self.allowance(50) >= exchange.limit;
            let unsure = exchange.gone && !closes_early || overdue;
            let gone = unsure && !self.shows_key(place, exchange);
            if let Some(exchange) = self.exchanges.get_mut(place) {
                exchange.gone = gone;
            }
        }
    }

    /// What the client did next shows that it had the key out of that answer.
    fn shows_key(&self, place: usize, exchange: &Exchange) -> bool {
        let Some(key) = exchange.reply.as_ref().and_then(Reply::key) else { return false };
        let later = self.exchanges.iter().skip(place + 1);
        let mut later = later.take_while(|one| {
            !(one.is_registration() && one.params.get("key") == exchange.params.get("key"))
        });
        later.any(|one| one.params.get("key") == Some(key))
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

/// The code that an answer of a driver tells.
pub fn code_of(answer: &Value) -> Option<i64> {
    let code = answer.get("code")?;
    code.as_i64().or_else(|| code.as_str()?.trim().parse().ok())
}

/// A scalar as text, without quotes.
pub fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
