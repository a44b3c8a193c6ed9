//! What the traffic says of a till: the judge of clients on what it can see without having asked for it.

use super::exchange::{Answered, Asked, End, Exchange};
use super::story::Story;
use crate::client::builtin::watch;
use crate::client::judge::judge;
use crate::client::judge::view::{View, told};
use crate::client::scenario::Scenario;
use crate::client::trace::{Fate, Trace, TraceEntry, What};
use crate::runner::outcome::Side;
use ikkm_protocol::Params;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// So many exchanges are judged as one; then the till is as new, with the key that it has.
const MOST: usize = 4000;
/// So many bytes of requests and answers, too.
const MOST_BYTES: usize = 4 * 1024 * 1024;
/// Bytes of a document that are kept; keys and codes are shorter.
const LONGEST: usize = 64 * 1024;
/// Findings of one line that are kept.
const MOST_OF_A_LINE: usize = 200;
/// A second sending so soon after the first was lost is the program's doing, not its user's.
const AT_ONCE: u64 = 3000;
/// Patience that is shorter than the document's by so much is no matter of clocks.
const SHORT: u64 = 5000;

/// One till, by its address.
#[derive(Debug)]
pub struct Till {
    address: String,
    scenario: Scenario,
    entries: Vec<TraceEntry>,
    exchanges: usize,
    bytes: usize,
    /// Every key that the till sent or was answered.
    keys: BTreeSet<String>,
    /// The key that it was answered last.
    last_key: Option<String>,
    stories: Vec<Story>,
    tested: BTreeMap<String, u64>,
    /// Times after which it closed the connection and sent the same again, with the exchanges.
    gave_up: Vec<(u64, u64)>,
    left: Option<Left>,
    /// A key that nobody gave it and that was refused, and the exchange.
    strange: Option<(String, u64)>,
}

/// An exchange that the till left before its answer came; times in milliseconds.
#[derive(Debug)]
struct Left {
    number: u64,
    limit: u64,
    waited: u64,
    params: Vec<(String, String)>,
}

impl Till {
    /// One that has sent nothing yet.
    pub fn new(address: &str) -> Till {
        Till {
            address: address.to_owned(),
            scenario: watch(),
            entries: Vec::new(),
            exchanges: 0,
            bytes: 0,
            keys: BTreeSet::new(),
            last_key: None,
            stories: Vec::new(),
            tested: BTreeMap::new(),
            gave_up: Vec::new(),
            left: None,
            strange: None,
        }
    }

    /// Takes an exchange; keys in it are stand-ins.
    pub fn take(&mut self, exchange: &Exchange, asked: &Asked, answered: Option<&Answered>) {
        if exchange.request.is_empty() || exchange.end == End::Unseen {
            return;
        }
        let params = asked.params();
        self.typed(exchange, &params);
        self.patience(exchange, asked, &params);
        self.exchanges += 1;
        self.bytes += exchange.request.0.len() + exchange.answer.0.len().min(LONGEST);
        let number = exchange.number;
        self.entries.push(TraceEntry {
            at: exchange.at,
            what: What::Request {
                number,
                connection: exchange.connection,
                method: asked.method.clone(),
                target: asked.target.clone(),
                content_type: asked.header("content-type").map(str::to_owned),
                body: String::from_utf8_lossy(&asked.body).into_owned(),
                version: if exchange.retold { "1.1".to_owned() } else { asked.version.clone() },
                malformed: asked.malformed,
            },
        });
        if let (Some(at), fate) = (exchange.answered, fate(exchange, answered))
            && let Some(fate) = fate
        {
            if exchange.end == End::NotRead {
                self.entries.push(TraceEntry { at, what: What::Gone { connection: exchange.connection } });
            }
            let answer = answered.map(|one| &one.answer);
            self.entries.push(TraceEntry {
                at,
                what: What::Reply {
                    number,
                    status: answer.map_or(0, |answer| answer.status),
                    reason: answer.map_or_else(String::new, |answer| answer.reason_text()),
                    body: answer.map_or_else(String::new, |a| beginning(&a.body)),
                    fate,
                },
            });
        }
        self.remember(exchange, &params, answered);
        if self.exchanges >= MOST || self.bytes >= MOST_BYTES {
            self.settle();
        }
    }

    /// A key that the till has neither sent nor been given was typed by its user, or comes from another
    /// till: nothing is known of where it has it from.
    fn typed(&mut self, exchange: &Exchange, params: &Params) {
        let Some(key) = params.get("key").filter(|key| is_key(key)) else { return };
        if self.keys.contains(key) {
            // It goes back to the key that it had before the strange one.
            if self.strange.is_some() && self.last_key.as_deref() == Some(key) {
                let key = key.to_owned();
                self.told_key(exchange.at, "new-key", &key);
            }
            return;
        }
        let first = self.keys.is_empty();
        self.told_key(exchange.at, if first { "connect" } else { "new-key" }, key);
        self.keys.insert(key.to_owned());
    }

    fn told_key(&mut self, at: u64, word: &str, key: &str) {
        let line = json!({"do": word, "key": key});
        self.entries.push(TraceEntry { at, what: What::Asked { step: None, line } });
        let line = json!({"outcome": "done"});
        self.entries.push(TraceEntry { at, what: What::Answered { step: None, line } });
    }

    /// A till that closes the connection and sends the same again waited no longer (v22 §3).
    fn patience(&mut self, exchange: &Exchange, asked: &Asked, params: &Params) {
        let mut own: Vec<(String, String)> = params.0.clone();
        own.push(("path".to_owned(), asked.path().to_owned()));
        if let Some(Left { number, limit, waited, params }) = self.left.take()
            && params == own
            && waited + SHORT < limit
        {
            let alike = self.gave_up.iter().find(|(_, other)| {
                let (less, more) = (waited.min(*other), waited.max(*other));
                more - less <= more / 5
            });
            if let Some((earlier, _)) = alike {
                let story = Story {
                    side: Side::Till,
                    requirement: "CLI-7".to_owned(),
                    till: self.address.clone(),
                    exchange: exchange.number,
                    earlier: Some(*earlier),
                    expected: format!("v22 §3: it waits {} s for an answer", limit / 1000),
                    found: format!(
                        "it closed the connection after {:.1} s and sent the same again, as it had done before",
                        waited as f64 / 1000.0
                    ),
                };
                if !self.stories.iter().any(|one| one.requirement == "CLI-7") {
                    self.stories.push(story);
                }
            }
            self.gave_up.push((number, waited));
        }
        let hung_up = matches!(exchange.end, End::TillLeft | End::NotRead);
        let limit = if asked.path() == "/apizreport" { 90_000 } else { 30_000 };
        let left = exchange.left.or(exchange.answered);
        let waited = left.map(|at| at.saturating_sub(exchange.at)).filter(|waited| *waited >= 1500);
        self.left = waited.filter(|_| hung_up).map(|waited| Left {
            number: exchange.number,
            limit,
            waited,
            params: own,
        });
        if waited.is_some_and(|waited| waited >= 10_000) && exchange.end == End::Delivered {
            *self.tested.entry("CLI-7".to_owned()).or_default() += 1;
        }
    }

    fn remember(&mut self, exchange: &Exchange, params: &Params, answered: Option<&Answered>) {
        let answer = answered.map(|one| &one.answer);
        let sent = params.get("key").filter(|key| is_key(key)).map(str::to_owned);
        let refused =
            answer.is_some_and(|answer| answer.kind() == (ikkm_protocol::Kind::Refused { code: -1 }));
        match (&sent, &self.strange, &self.last_key) {
            (Some(key), _, Some(last)) if refused && key != last && self.is_strange(key) => {
                self.strange = Some((key.clone(), exchange.number));
            }
            (Some(key), Some((strange, number)), Some(last))
                if key == last && answer.is_some() && !refused =>
            {
                let story = Story {
                    side: Side::Till,
                    requirement: "CLI-1".to_owned(),
                    till: self.address.clone(),
                    exchange: *number,
                    earlier: Some(exchange.number),
                    expected: "v22 §4: it sends the key that it was answered last".to_owned(),
                    found: format!(
                        "it sent the key {strange}, which nobody had given it, while {last} was right"
                    ),
                };
                self.stories.push(story);
                self.strange = None;
            }
            (Some(_), Some(_), _) if !refused => self.strange = None,
            _ => {}
        }
        self.keys.extend(sent);
        let body = answer.and_then(|answer| answer.body_text()).unwrap_or_default();
        if answer.is_some_and(|answer| answer.status == 200) && is_key(body) {
            self.keys.insert(body.to_owned());
            if exchange.end == End::Delivered {
                self.last_key = Some(body.to_owned());
            }
        }
    }

    /// It was told by nobody: the trace says that it was typed.
    fn is_strange(&self, key: &str) -> bool {
        self.entries.iter().rev().take(4).any(|entry| match &entry.what {
            What::Asked { line, .. } => {
                line.get("do") == Some(&json!("new-key")) && line.get("key") == Some(&json!(key))
            }
            _ => false,
        })
    }

    fn trace(&self) -> Trace {
        let mut entries = self.entries.clone();
        entries.sort_by_key(|entry| entry.at);
        Trace { scenario: self.scenario.name.clone(), second: 1000, entries, ..Trace::default() }
    }

    /// What is wrong by now, and which lines were tested how often.
    pub fn judged(&self) -> (Vec<Story>, BTreeMap<String, u64>) {
        let trace = self.trace();
        let judgement = judge(&self.scenario, &trace);
        let view = View::new(&trace);
        let mut stories = self.stories.clone();
        let mut tested = self.tested.clone();
        for id in judgement.tested.iter().filter(|id| *id != "CLI-7") {
            *tested.entry(id.clone()).or_default() += 1;
        }
        for violation in judgement.violations.iter().chain(&judgement.remarks) {
            // How long it waited is known better here: a connection that ended is no lack of patience.
            if violation.requirement == "CLI-7" {
                continue;
            }
            let number = violation.request.unwrap_or_default();
            if matches!(violation.requirement.as_str(), "CLI-19" | "CLI-30") && !is_at_once(&view, number) {
                continue;
            }
            let before = view.exchanges.iter().rfind(|one| one.number < number);
            stories.push(Story {
                side: Side::Till,
                requirement: violation.requirement.clone(),
                till: self.address.clone(),
                exchange: number,
                earlier: before.map(|one| one.number),
                expected: violation.asks.clone(),
                found: format!("{}; then {}", violation.device, violation.client),
            });
        }
        stories.extend(self.unread(&view));
        (stories, tested)
    }

    /// Answers that left the register's side and were not read, or did not come whole.
    fn unread(&self, view: &View) -> Vec<Story> {
        let mut stories = Vec::new();
        for one in &view.exchanges {
            let Some(reply) = one.reply.as_ref().filter(|_| one.heard().is_none()) else { continue };
            let found = match reply.fate {
                Fate::Cut => "only a part of the answer came from the register's side".to_owned(),
                Fate::Garbled => "what came from the register's side is no answer of HTTP".to_owned(),
                _ => told(one, reply),
            };
            stories.push(line_story(&self.address, one.number, found));
        }
        stories
    }

    /// Closes a part of the day: the till is as new, with the key that it has.
    pub(super) fn settle(&mut self) {
        let (mut stories, tested) = self.judged();
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        stories.retain(|one| {
            let count = counts.entry(one.requirement.clone()).or_default();
            *count += 1;
            *count <= MOST_OF_A_LINE
        });
        self.stories = stories;
        self.tested = tested;
        self.entries.clear();
        self.exchanges = 0;
        self.bytes = 0;
        if let Some(key) = self.last_key.clone() {
            self.keys = BTreeSet::from([key.clone()]);
            self.told_key(0, "connect", &key);
        }
    }
}

/// A finding about the line between till and register.
pub fn line_story(till: &str, exchange: u64, found: String) -> Story {
    Story {
        side: Side::Line,
        requirement: "WIRE-11".to_owned(),
        till: till.to_owned(),
        exchange,
        earlier: None,
        expected: "each answer reaches the till that waits for it".to_owned(),
        found,
    }
}

/// Whether a second sending followed the first, that was lost, within what a person needs to ask again.
fn is_at_once(view: &View, number: u64) -> bool {
    let Some(second) = view.exchanges.iter().find(|one| one.number == number) else { return false };
    let mut earlier = view.exchanges.iter().filter(|one| one.number < number && one.path == second.path);
    earlier.next_back().is_some_and(|first| {
        let over = first.reply.as_ref().map_or(first.at, |reply| reply.at);
        second.at.saturating_sub(over) <= AT_ONCE && first.fingerprint() == second.fingerprint()
    })
}

fn beginning(body: &[u8]) -> String {
    String::from_utf8_lossy(body.get(..LONGEST).unwrap_or(body)).into_owned()
}

fn is_key(text: &str) -> bool {
    text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn fate(exchange: &Exchange, answered: Option<&Answered>) -> Option<Fate> {
    match (exchange.end, answered) {
        (End::Delivered | End::NotRead, Some(one)) => {
            let twice =
                one.faults.iter().any(|fault| matches!(fault, crate::device::wire::WireFault::Surplus(_)));
            Some(if twice { Fate::Doubled } else { Fate::Whole })
        }
        (End::Cut, Some(_)) => Some(Fate::Cut),
        (_, None) if !exchange.answer.is_empty() => Some(Fate::Garbled),
        _ => None,
    }
}
