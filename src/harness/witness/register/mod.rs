//! What the traffic says of the register: each answer against what its request allows, keys and numbers
//! over the whole day, and the books against everything that was acknowledged.
//!
//! Nothing is assumed that did not pass: a key that was never seen and is taken comes from the screen, and
//! what others did meanwhile is unknown. Then the books are begun anew with the next document.

mod across;
mod books;
mod chain;
mod expect;
mod figures;
mod form;
mod suspicion;

use super::exchange::{Answered, Asked, End, Exchange};
use super::story::Story;
use crate::device::wire::{Framing, WireFault};
use crate::ledger::Ledger;
use crate::ledger::reading::parts_of_tenge;
use crate::runner::document::fields::{Field, documented};
use crate::runner::judge;
use crate::runner::outcome::Side;
use across::Earlier;
use books::Papers;
use chain::Chain;
use ikkm_protocol::{Answer, Key, Kind, Params, WireRequest};
use serde_json::Value;
use std::collections::BTreeMap;
use suspicion::Suspicion;

/// The fields of a kind of document: path, rule and line.
pub(super) fn document_fields(path: &str, minimum: bool) -> &'static [Field] {
    documented(path, minimum).unwrap_or_default()
}

/// The line that a document of that path stands for.
pub(super) fn document_line(path: &str, minimum: bool) -> &'static str {
    document_fields(path, minimum).first().map_or("DUMP-1", |field| field.2)
}

/// Findings of one line that are kept with their words.
const MOST_OF_A_LINE: usize = 200;

/// The register, as far as it was seen.
#[derive(Debug, Default)]
pub struct Register {
    stories: Vec<Story>,
    /// The exchanges of the findings since they were last asked for, with their lines.
    fresh: Vec<(u64, String)>,
    /// How many findings there are of a line.
    counts: BTreeMap<String, usize>,
    tested: BTreeMap<String, u64>,
    remarks: Vec<String>,
    chain: Chain,
    suspicion: Suspicion,
    ledger: Ledger,
    papers: Papers,
    earlier: Earlier,
    /// The ids of the tax directory, once it was read.
    taxes: Option<Vec<String>>,
    /// The receipts of a key: the one that it was sent with, the one that it was answered for.
    numbers_by_key: BTreeMap<String, Vec<u64>>,
    /// Findings that hold where nobody has moved cash at the register itself.
    suspected: Vec<Story>,
    /// The registrations that were repeated since the books were last read.
    repeats: Vec<Params>,
    /// The cashier whom getInfo names, and the directory of cashiers.
    cashier: Option<String>,
    cashiers: Option<Value>,
    /// The tax that getInfo names as its default.
    default_tax: Option<String>,
    /// getInfo names another rounding rule than `no`: what becomes of parts of a tenge is open (Q-WIRE-8).
    rounds_otherwise: bool,
    /// The directory of taxes as it was read last.
    tax_directory: Option<Value>,
    /// How many operations were on the books at each X report since they were last read.
    x_reports: Vec<usize>,
    /// When the open shift was opened, where that was seen.
    shift_since: Option<u64>,
    /// When a Z report was accepted, until the shift was seen closed.
    closing: Option<u64>,
    /// What the device said of itself: serial number and firmware.
    pub serial: Option<String>,
    /// Its firmware.
    pub firmware: Option<String>,
}

/// An exchange, read.
pub(super) struct Seen<'e> {
    pub exchange: &'e Exchange,
    pub asked: &'e Asked,
    pub answered: &'e Answered,
    pub request: WireRequest,
    pub params: Params,
}

impl Seen<'_> {
    fn answer(&self) -> &Answer {
        &self.answered.answer
    }

    fn path(&self) -> &str {
        self.asked.path()
    }

    fn is_registration(&self) -> bool {
        self.path() == "/api"
    }

    /// The key that it was sent with, where it is one.
    fn key(&self) -> Option<Key> {
        self.params.get("key").and_then(|key| Key::parse(key).ok())
    }
}

impl Register {
    /// What is wrong by now.
    pub fn stories(&self) -> &[Story] {
        &self.stories
    }

    /// The findings since this was last asked, each by its exchange and line; also those whose words are not
    /// kept any more.
    pub fn fresh(&mut self) -> Vec<(u64, String)> {
        std::mem::take(&mut self.fresh)
    }

    /// The exchange that brought the last receipt.
    pub fn registered_last(&self) -> Option<u64> {
        self.chain.last.as_ref().map(|last| last.exchange)
    }

    /// The lines that were tested, and how often.
    pub fn tested(&self) -> &BTreeMap<String, u64> {
        &self.tested
    }

    /// What could not be decided, and why.
    pub fn remarks(&self) -> &[String] {
        &self.remarks
    }

    /// Takes an exchange; keys in it are stand-ins.
    pub fn take(&mut self, exchange: &Exchange, asked: &Asked, answered: Option<&Answered>) {
        if exchange.end == End::Unseen {
            // Whatever it was, the books are begun anew.
            self.lose_track("more came than could be kept");
            return;
        }
        if exchange.request.is_empty() {
            let what = "bytes that nobody had asked for";
            self.broke("WIRE-1", exchange, "an answer to each request, and nothing else", what);
            return;
        }
        self.patience(exchange, asked);
        let (Some(answered), Some(request)) = (answered.filter(|one| one.whole), asked.wire()) else {
            self.without_answer(exchange, asked, answered);
            return;
        };
        if asked.malformed {
            return;
        }
        let params = asked.params();
        let seen = Seen { exchange, asked, answered, request, params };
        self.http(&seen);
        self.judge(&seen);
    }

    /// The last exchange has passed.
    pub fn end(&mut self) {
        self.reconcile();
        self.unconfirmed_end();
    }

    fn unconfirmed_end(&mut self) {
        for story in std::mem::take(&mut self.suspected) {
            let what = &story.requirement;
            self.remarks.push(format!(
                "{what}, exchange {}: not decided, since no later report shows whether cash was moved at the register itself: {}",
                story.exchange, story.found
            ));
        }
        self.suspicion_end();
    }

    fn judge(&mut self, seen: &Seen) {
        if seen.exchange.beside {
            // What came first is not known.
            let what = if seen.is_registration() { "registrations" } else { "requests that move cash" };
            self.follow_unjudged(seen, &format!("{what} went side by side"));
        } else if self.rounds_otherwise && parts_of_tenge(&seen.params).next().is_some() {
            if let (true, Kind::Keyed { number, key }) = (seen.is_registration(), seen.answer().kind()) {
                self.number_of_keys(number, &key, seen.key().as_ref());
            }
            self.follow_unjudged(seen, "what the register makes of parts of a tenge is open (Q-WIRE-8)");
        } else {
            self.key_and_answer(seen);
        }
        self.form(seen);
        self.directories(seen);
    }

    /// Takes over what passed beside something else, or what nobody can judge: acknowledged is acknowledged.
    fn follow_unjudged(&mut self, seen: &Seen, why: &str) {
        if let (true, Kind::Keyed { key, .. }) = (seen.is_registration(), seen.answer().kind()) {
            self.chain.resume(key);
        } else if !self.moves(seen) {
            return;
        }
        self.lose_track(why);
    }

    fn moves(&self, seen: &Seen) -> bool {
        seen.answer().status == 200
            && matches!(seen.path(), "/api" | "/apideposit" | "/apiwithdraw" | "/apizreport")
    }

    /// What is odd about the bytes (v22 §3, §5.2).
    fn http(&mut self, seen: &Seen) {
        let answer = seen.answer();
        let is_document = judge::document(answer).is_some() || judge::unreadable(answer).is_some();
        if !matches!(seen.asked.method.as_str(), "GET" | "POST") {
            return;
        }
        if !seen.exchange.retold {
            let old = seen.asked.version != "1.1";
            let counts = |fault: &&WireFault| match fault {
                WireFault::MissingLength => !is_document,
                // Who asks in another version may be answered in it.
                WireFault::Version(_) => !old,
                _ => true,
            };
            let mut fault = seen.answered.faults.iter().find(counts).map(ToString::to_string);
            if fault.is_none() && !is_document && seen.answered.framing == Framing::Chunked {
                fault = Some("a number in chunks, without Content-Length".to_owned());
            }
            if fault.is_none() && answer.header("content-encoding").is_some() {
                fault = Some("a Content-Encoding that nobody had asked for".to_owned());
            }
            self.holds("WIRE-1", seen.exchange, fault, "an answer to the letter of HTTP/1.1");
        }
        let fault = (!matches!(answer.status, 200 | 400)).then(|| judge::describe(answer));
        self.holds("WIRE-10", seen.exchange, fault, "status 200 or 400");
        if answer.status == 200 || matches!(answer.kind(), Kind::Refused { .. }) {
            let kind = answer.header("content-type").unwrap_or_default().to_ascii_lowercase();
            let wrong =
                (!is_document && !judge::labels_a_number(&kind)).then(|| format!("Content-Type {kind:?}"));
            self.holds("WIRE-12", seen.exchange, wrong, "Content-Type text/html or text/plain");
        }
        if is_document {
            let twice =
                super::twice::member(&answer.body).map(|name| format!("{name:?} stands twice in one object"));
            self.holds("WIRE-12", seen.exchange, twice, "a JSON document that names no member twice");
        }
        if let Some(fault) = judge::unreadable(answer) {
            self.broke("WIRE-12", seen.exchange, &fault.expected, &fault.found);
        }
    }

    /// Answers come within 30 seconds, 90 while a shift closes (v22 §3).
    fn patience(&mut self, exchange: &Exchange, asked: &Asked) {
        let Some(answered) = exchange.answered else { return };
        let closing = asked.path() == "/apizreport"
            || self.closing.is_some_and(|since| exchange.at.saturating_sub(since) < 90_000);
        let limit = if closing { 90 } else { 30 };
        let took = answered.saturating_sub(exchange.at);
        let late = (took > limit * 1000 + 500).then(|| format!("it came after {} s", took / 1000));
        self.holds("WIRE-11", exchange, late, &format!("an answer within {limit} s"));
    }

    /// Nothing, or nothing whole, came back: what the register did is unknown.
    fn without_answer(&mut self, exchange: &Exchange, asked: &Asked, answered: Option<&Answered>) {
        if exchange.end == End::Unreachable {
            self.chain.was_away = true;
            return;
        }
        if asked.malformed {
            return;
        }
        if exchange.end == End::Delivered && !exchange.answer.is_empty() && answered.is_none() {
            self.broke("WIRE-1", exchange, "an answer of HTTP/1.1", "bytes that are none");
        }
        let params = asked.params();
        match asked.path() {
            "/api" => {
                let key = params.get("key").unwrap_or_default().to_owned();
                self.reconcile();
                self.chain.lost(key, &params, exchange.answered.or(exchange.left).unwrap_or(exchange.at));
            }
            "/apideposit" | "/apiwithdraw" | "/apizreport" => self.lose_track("an answer was lost"),
            _ => {}
        }
    }

    /// The books are begun anew: something happened that cannot be followed.
    fn lose_track(&mut self, why: &str) {
        self.reconcile();
        if self.ledger.is_tracking() {
            self.remarks.push(format!("the books were begun anew: {why}"));
        }
        self.ledger.lose_track();
        self.papers.forget();
        self.chain.unsure();
        self.shift_since = None;
        self.suspected.clear();
        self.repeats.clear();
        self.x_reports.clear();
    }

    /// A line was tested; where something is wrong, that is a finding.
    fn holds(&mut self, id: &str, exchange: &Exchange, wrong: Option<String>, expected: &str) {
        match wrong {
            None => *self.tested.entry(id.to_owned()).or_default() += 1,
            Some(found) => self.broke(id, exchange, expected, &found),
        }
    }

    fn broke(&mut self, id: &str, exchange: &Exchange, expected: &str, found: &str) {
        let story = story(id, exchange, expected, found);
        self.add(story);
    }

    fn add(&mut self, story: Story) {
        *self.tested.entry(story.requirement.clone()).or_default() += 1;
        self.fresh.push((story.exchange, story.requirement.clone()));
        let count = self.counts.entry(story.requirement.clone()).or_default();
        *count += 1;
        if *count <= MOST_OF_A_LINE {
            self.stories.push(story);
        }
    }
}

fn story(id: &str, exchange: &Exchange, expected: &str, found: &str) -> Story {
    Story {
        side: Side::Register,
        requirement: id.to_owned(),
        till: exchange.till.clone(),
        exchange: exchange.number,
        earlier: None,
        expected: expected.to_owned(),
        found: found.to_owned(),
    }
}
