//! A step that sends, one request or several at once (v22 §3): what it sends, and what its answer is
//! worth.

use super::verdicts::At;
use super::{CaseRun, Halt};
use crate::device::effects::{Effect, effect_of};
use crate::device::lost_reply::LostReply;
use crate::device::session::{Outgoing, Sent};
use crate::device::transport::{NoAnswerReason, Outcome};
use crate::device::wire::WireFault;
use crate::runner::document;
use crate::runner::document::undocumented_fields::documented;
use crate::runner::judge::{self, Before};
use crate::runner::patience::Unfinished;
use crate::suite::expect::{Expectation, Shape};
use crate::suite::model::{KeyUse, Question, Receipts, Saved, Send, Step};
use ikkm_protocol::{Answer, Key, Kind, Params};
use rust_decimal::Decimal;
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;

/// What a request came to.
pub(super) enum Done {
    /// 200, with the document if the body is one.
    Something(Option<Value>),
    /// Another status.
    Refused(Option<Value>),
    /// No answer, as expected.
    Nothing,
    /// The answer was dropped on purpose, and the device did not do it.
    Undone,
}

impl CaseRun<'_> {
    /// Sends one request; books and patience follow it.
    pub(super) async fn send(&mut self, outgoing: &Outgoing) -> Result<Sent, Halt> {
        self.books.sending(outgoing);
        let key_before = self.talk.session.known.keys.current().cloned();
        let sent = self.talk.send(outgoing).await?;
        self.books.follow(&sent, key_before.as_ref(), self.talk.session.known.keys.current());
        self.note_undocumented(&sent);
        self.note_waits(outgoing, &sent);
        self.note_print_mode(&sent);
        self.every_answer.see(&sent, &self.case.name, self.talk.last_shown());
        Ok(sent)
    }

    /// What the device made the run wait for in vain: one that is busy and then serves takes the time
    /// that it may take.
    fn note_waits(&mut self, outgoing: &Outgoing, sent: &Sent) {
        let busy = Duration::from_secs(u64::from(sent.sendings.saturating_sub(1)));
        match &sent.delivery.outcome {
            Outcome::Answered(answer)
                if answer.kind() == (Kind::Refused { code: -2 }) && outgoing.take_busy => {}
            Outcome::Answered(answer) if answer.kind() == (Kind::Refused { code: -2 }) => {
                let what = if self.paying { Unfinished::CardPayment } else { Unfinished::Busy };
                self.patience.ran_out(what, &self.case.name, busy);
            }
            Outcome::Answered(answer) => {
                self.paying = answer.status == 200 && sent.request.path().starts_with("/apibank");
                self.patience.serves();
            }
            Outcome::NoAnswer(NoAnswerReason::TimedOut(limit)) => self.patience.waited(*limit),
            _ => {}
        }
    }

    /// Which printer prints from here on.
    fn note_print_mode(&mut self, sent: &Sent) {
        let done = sent.answer().is_some_and(|answer| answer.status == 200);
        if let Some(mode) = sent.request.params().get("setPrintMode").filter(|_| done) {
            self.print_mode = mode.to_owned();
        }
        if restarts(sent) {
            self.print_mode.clear();
        }
    }

    /// Notes members of a document that the vendor's document does not name: once a case.
    fn note_undocumented(&mut self, sent: &Sent) {
        let good = sent.answer().is_some_and(|answer| answer.status == 200);
        let Some((name, members)) =
            documented(sent.request.path()).filter(|_| good).and_then(|known| known.beyond(sent.document()?))
        else {
            return;
        };
        let names: Vec<&str> = members.iter().map(String::as_str).collect();
        self.talk.note_once(format!("{name} has members that v22 does not name: {}", names.join(", ")));
        self.undocumented.entry(name).or_default().extend(members);
    }

    /// Sends and judges; says whether the device did something.
    pub(super) async fn send_step(&mut self, step: &Step, send: &Send) -> Result<Done, Halt> {
        let expectation = self.expectation(step).await?;
        let mut outgoing = self.outgoing(send).await?;
        outgoing.take_busy = step.takes_busy;
        outgoing.fresh = step.exact_wire;
        outgoing.take_refused = expectation.as_ref().is_some_and(|e| e.0.contains(&Shape::NoAnswer));
        let before = self.talk.before(outgoing.key.as_ref());
        let last = *self.talk.last;
        let began = self.talk.session.clock().now();
        let sent = self.send(&outgoing).await?;
        let at = self.at(step);
        let lost = self.lost(at, &sent, expectation.as_ref()).await?;
        if lost && send.drop_reply.is_some() {
            return by_fate(&sent);
        }
        let Some(answer) = sent.answer().filter(|_| !lost).cloned() else { return Ok(Done::Nothing) };
        // Where the body does not end where it says, whatever it says is not to be trusted.
        if let Some(fault @ WireFault::Surplus(_)) = sent.delivery.wire.faults.first() {
            let expected = "an HTTP/1.1 answer whose Content-Length matches its body";
            let open = self.books.open_in_case();
            self.judge.found(at.citing("WIRE-1"), expected, fault.to_string(), open)?;
        }
        let wrong_key = send.key == KeyUse::Current && refusal_code(&answer) == Some(-1);
        let expected_so =
            || expectation.as_ref().is_some_and(|e| judge::compare(e, &answer, &before).is_ok());
        if wrong_key && !expected_so() {
            self.key_is_gone(last, at).await?;
        }
        self.judge.note_occurrences(&answer, &before);
        if let Some(lazy) = &step.skip_on {
            let missing = lazy.get(|_| None).map_err(Halt::Inconclusive)?;
            if judge::compare(&missing, &answer, &before).is_ok() {
                let why = format!("the device lacks what this case needs: {}", judge::describe(&answer));
                return Err(Halt::NotApplicable(why));
            }
        }
        let open = self.books.open_in_case();
        if step.exact_wire && !sent.delivery.wire.faults.is_empty() {
            let faults: Vec<String> = sent.delivery.wire.faults.iter().map(ToString::to_string).collect();
            let expected = "an HTTP/1.1 answer whose Content-Length matches its body";
            self.judge.found(at.citing("WIRE-1"), expected, faults.join("; "), open)?;
        }
        if let Some(expectation) = &expectation {
            self.judge.answer(at, step.prepares, expectation, &answer, &before, open)?;
        }
        if let Some(question) = &step.question {
            self.ask(at, question, &answer, &before).await?;
        }
        self.talk.remember(&sent, &answer, send);
        self.closing = sent.request.path().starts_with("/apizreport") && answer.status == 200;
        let timed = step.within.is_some() || step.save.iter().any(|(_, from)| matches!(from, Saved::Elapsed));
        if self.closing && timed {
            self.wait_for_closed_shift().await?;
        }
        if restarts(&sent) && answer.status == 200 {
            self.wait_for_restart().await?;
        }
        // The run's clock may be virtual, the answer's own time is not.
        let waited = self.talk.session.clock().now().saturating_sub(began);
        let elapsed = waited.max(sent.delivery.elapsed).as_secs();
        self.save(step, &sent, &answer, elapsed).await?;
        if let Some(limit) = &step.within {
            let text = self.fill(limit).await?;
            let seconds: Decimal =
                ikkm_protocol::parse_plain(&text).map_err(|e| Halt::Inconclusive(e.to_string()))?;
            if Decimal::from(elapsed) > seconds {
                let (expected, found) = (format!("done within {text} s"), format!("done after {elapsed} s"));
                self.judge.found(at, expected, found, self.books.open_in_case())?;
            }
        }
        let path = sent.request.path().to_owned();
        let document = sent.into_document().map(|document| self.of_known_types(&path, document));
        Ok(if answer.status == 200 { Done::Something(document) } else { Done::Refused(document) })
    }

    /// What to make of an answer that did not come. `true`: that was expected, or nothing more can be
    /// told.
    async fn lost(
        &mut self,
        at: At<'_>,
        sent: &Sent,
        expectation: Option<&Expectation>,
    ) -> Result<bool, Halt> {
        let nothing_expected = expectation.is_some_and(|e| e.0.contains(&Shape::NoAnswer));
        let (found, line) = match &sent.delivery.outcome {
            Outcome::Answered(_) => return Ok(false),
            Outcome::NoAnswer(NoAnswerReason::Abandoned) => return Ok(sent.settled.is_none()),
            Outcome::NotSent(_) | Outcome::NoAnswer(_) if nothing_expected => return Ok(true),
            Outcome::NotSent(why) => (format!("no connection: {why}"), at.cites),
            Outcome::NoAnswer(trouble @ NoAnswerReason::TimedOut(_)) => (trouble.to_string(), "WIRE-11"),
            Outcome::NoAnswer(trouble) => (trouble.to_string(), at.cites),
            Outcome::Malformed { why, .. } => {
                let came = sent.delivery.wire.head.len() + sent.delivery.raw_body().len();
                (format!("an answer of {came} bytes that cannot be read: {why}"), "WIRE-1")
            }
        };
        let unanswered = matches!(sent.delivery.outcome, Outcome::NoAnswer(_)) && line != "WIRE-11";
        if sent.settled.is_some() && unanswered {
            // Any network loses a reply. A device that does it again to the same request does it itself.
            let asked = format!("{} {}", sent.request.method.as_str(), sent.request.path());
            let times = self.lost_replies.entry(asked.clone()).or_default();
            *times += 1;
            let times = *times;
            if times == 1 {
                self.talk
                    .note(format!("a lost reply, settled by its repeat: no failure of the device ({found})"));
                return Ok(false);
            }
            let expected = format!("an answer to {asked}");
            let found = format!("{found}, {times} times in this run");
            self.judge.found(at.citing("WIRE-1"), expected, found, self.books.open_in_case())?;
            return Ok(false);
        }
        if sent.settled.is_none() && !self.still_serves().await? {
            // What was seen is found, even where the run cannot go on.
            if matches!(sent.delivery.outcome, Outcome::Malformed { .. }) {
                let expected = "a complete HTTP answer";
                let _ = self.judge.found(at.citing(line), expected, found.clone(), self.books.open_in_case());
            }
            return Err(Halt::Stop(format!("the device does not answer any more: {found}")));
        }
        let expected = expectation.map_or_else(|| "an answer".to_owned(), Expectation::to_string);
        self.judge.found(at.citing(line), expected, found, self.books.open_in_case())?;
        Ok(sent.settled.is_none())
    }

    pub(super) async fn outgoing(&mut self, send: &Send) -> Result<Outgoing, Halt> {
        let path = self.fill(&send.path).await?;
        let mut params = Params::new();
        for (name, value) in &send.params {
            let value = self.fill(value).await?;
            params.push(name.clone(), value);
        }
        let body = match &send.body {
            Some((kind, template)) => Some((kind.clone(), unescape(&self.fill(template).await?))),
            None => None,
        };
        let keys = &self.talk.session.known.keys;
        let missing =
            |what: &str| Halt::Inconclusive(format!("no {what} key is known yet: register something first"));
        let mut key = match &send.key {
            KeyUse::Current => Some(self.talk.session.key()?),
            KeyUse::Previous => Some(keys.previous().cloned().ok_or_else(|| missing("previous"))?),
            KeyUse::Older => Some(keys.older().cloned().ok_or_else(|| missing("older"))?),
            KeyUse::Wrong => Some(wrong_key(keys.secrets())),
            KeyUse::Near(place) => {
                Some(near_key(&self.talk.session.key()?, *place, self.talk.session.known.keys.secrets()))
            }
            KeyUse::None => None,
            KeyUse::Literal(text) => match Key::parse(text) {
                Ok(key) => Some(key),
                // A key that is none goes along as the plain parameter that it is.
                Err(_) => {
                    params.0.insert(0, ("key".to_owned(), text.clone()));
                    None
                }
            },
        };
        // A raw body carries its key itself, as `<key>`.
        if body.is_some() {
            key = None;
        }
        Ok(Outgoing {
            method: send.method,
            path,
            params,
            body,
            key,
            second_address: send.second_address,
            take_busy: false,
            take_refused: false,
            drop_reply: send.drop_reply,
            unpaced: send.unpaced,
            fresh: false,
        })
    }

    /// Sends what puts a mode back; `Some` says why it is not.
    pub(super) async fn put_back_by(&mut self, send: &Send) -> Result<Option<String>, Halt> {
        let outgoing = self.outgoing(send).await?;
        let sent = self.send(&outgoing).await?;
        let restarted = restarts(&sent);
        Ok(match sent.answer() {
            Some(answer) if answer.status == 200 => {
                if restarted {
                    self.wait_for_restart().await?;
                }
                None
            }
            Some(answer) => Some(format!("it was answered {}", judge::describe(answer))),
            None => Some("it was not answered".to_owned()),
        })
    }

    async fn save(&mut self, step: &Step, sent: &Sent, answer: &Answer, elapsed: u64) -> Result<(), Halt> {
        for (name, from) in &step.save {
            let value = match from {
                Saved::SentKey => sent.key.as_ref().map(|key| key.as_str().to_owned()),
                Saved::Key => answer.body_text().map(str::to_owned),
                Saved::Receipt => Some(answer.reason_text()),
                Saved::Elapsed => Some(elapsed.to_string()),
                Saved::Json(path) => {
                    let path = self.filled(path).await?;
                    sent.document().and_then(|json| document::first(json, &path))
                }
            };
            if let Some(value) = value {
                self.saved.insert(name.clone(), value);
            }
        }
        Ok(())
    }

    async fn ask(
        &mut self,
        at: At<'_>,
        question: &Question,
        answer: &Answer,
        before: &Before,
    ) -> Result<(), Halt> {
        let given = match self.named(question, answer, before).await? {
            Ok(name) => name,
            Err(known) if question.closed => {
                let open = self.books.open_in_case();
                return self.judge.outside(at, &question.id, &known, answer, open);
            }
            Err(_) => format!("other: {}", judge::describe(answer)),
        };
        self.record_answer(at, &question.id, &given)
    }

    /// The name of an answer to a question; `Err` tells the names that there are.
    async fn named(
        &mut self,
        question: &Question,
        answer: &Answer,
        before: &Before,
    ) -> Result<Result<String, String>, Halt> {
        let mut known = Vec::new();
        for (name, lazy) in &question.answers {
            let expectation = self.filled(lazy).await?;
            if judge::compare(&expectation, answer, before).is_ok() {
                return Ok(Ok(name.clone()));
            }
            known.push(format!("{name} ({expectation})"));
        }
        Ok(Err(known.join("; ")))
    }

    fn record_answer(&mut self, at: At<'_>, question: &str, given: &str) -> Result<(), Halt> {
        self.talk.note(format!("{question}: {given}"));
        let given = self.talk.redactor().hide(given);
        self.judge.record_answer(at, question, &given, self.books.open_in_case())
    }

    /// Sends several requests at once and judges each answer, then the receipts that they name. No
    /// answer at all is as good as any here: the document asks for one request at a time.
    pub(super) async fn together_step(&mut self, step: &Step, sends: &[Send]) -> Result<(), Halt> {
        let expectation = self.expectation(step).await?;
        let mut outgoings = Vec::new();
        for send in sends {
            outgoings.push(self.outgoing(send).await?);
        }
        outgoings.iter().for_each(|outgoing| self.books.sending(outgoing));
        let before = self.talk.before(None);
        let of = |sent: &Sent| Before { sent: sent.key.clone(), ..before.clone() };
        self.every_answer.forget();
        let sent = self.talk.send_together(&outgoings).await?;
        self.books.follow_together(&sent, before.current.clone());
        sent.iter().for_each(|sent| self.note_undocumented(sent));
        let at = self.at(step);
        if let Some(question) = &step.question {
            // The names of all answers, each once: `busy + served`.
            let mut names = BTreeSet::new();
            for sent in &sent {
                // The first answer, not that of a repeat which settled it.
                let name = match &sent.delivery.outcome {
                    Outcome::Answered(answer) => {
                        self.named(question, answer, &of(sent)).await?.unwrap_or_else(|_| "other".to_owned())
                    }
                    _ => "no-answer".to_owned(),
                };
                names.insert(name);
            }
            let names: Vec<String> = names.into_iter().collect();
            self.record_answer(at, &question.id, &names.join(" + "))?;
        }
        let open = self.books.open_in_case();
        if let Some(expectation) = &expectation {
            for sent in &sent {
                if let Some(answer) = sent.answer() {
                    self.judge.answer(at, None, expectation, answer, &of(sent), open)?;
                }
            }
        }
        if let Some((expected, found)) = step.receipts.and_then(|allowed| receipts_differ(allowed, &sent)) {
            self.judge.found(at, expected, found, open)?;
        }
        for (sent, send) in sent.iter().zip(sends).filter(|(_, send)| send.key == KeyUse::Current) {
            if let Some(answer) = sent.answer() {
                self.talk.remember(sent, answer, send);
            }
        }
        Ok(())
    }
}

/// What became of a request whose answer was dropped on purpose and that is not protected by the repeat.
fn by_fate(sent: &Sent) -> Result<Done, Halt> {
    match &sent.lost_reply {
        Some(LostReply::Done(_) | LostReply::Harmless(_)) => Ok(Done::Something(None)),
        Some(LostReply::NotDone(_)) => Ok(Done::Undone),
        Some(LostReply::Unknown(why)) => Err(Halt::Inconclusive(why.clone())),
        None if effect_of(&sent.request) == Effect::Read => Ok(Done::Nothing),
        None => Err(Halt::Stop("the device cannot be read after a lost answer".to_owned())),
    }
}

/// What is wrong with how many receipts the answers name between them: expected and found.
fn receipts_differ(allowed: Receipts, sent: &[Sent]) -> Option<(String, String)> {
    let number = |sent: &Sent| match sent.answer()?.kind() {
        Kind::Keyed { number, .. } => sent.request.registration().map(|_| number),
        _ => None,
    };
    let numbers: BTreeSet<u64> = sent.iter().filter_map(number).collect();
    let (right, expected) = match allowed {
        Receipts::Exactly(count) => (numbers.len() == count, format!("{count}")),
        Receipts::AtMost(count) => (numbers.len() <= count, format!("at most {count}")),
    };
    let expected = format!("{expected} receipt of all that were sent at the same time");
    (!right).then(|| (expected, format!("{} receipts: {numbers:?}", numbers.len())))
}

/// The code of a refusal.
pub(super) fn refusal_code(answer: &Answer) -> Option<i32> {
    match answer.kind() {
        Kind::Refused { code } => Some(code),
        _ => None,
    }
}

/// Whether a request makes the device restart (v22 §10.2).
fn restarts(sent: &Sent) -> bool {
    sent.request.path().starts_with("/apimanage") && {
        let params = sent.request.params();
        params.get("doReboot").is_some() || params.get("doUpdate").is_some()
    }
}

/// Eight digits that are none of the keys known.
fn wrong_key<'k>(known: impl Iterator<Item = &'k Key>) -> Key {
    let known: Vec<&Key> = known.collect();
    (0..100u32)
        .filter_map(|n| Key::parse(&format!("{:08}", 90_817_263 + n)).ok())
        .find(|key| !known.contains(&key))
        .unwrap_or_else(|| known[0].clone())
}

/// The key with another digit at one place, which was never a key of this device as far as we know.
fn near_key<'k>(key: &Key, place: usize, known: impl Iterator<Item = &'k Key>) -> Key {
    let known: Vec<&Key> = known.collect();
    let digits = key.as_str();
    let at = place.saturating_sub(1).min(7);
    let changed = |digit: char| {
        let text = digits.chars().enumerate().map(|(i, old)| if i == at { digit } else { old });
        Key::parse(&text.collect::<String>()).ok()
    };
    let fresh = ('0'..='9').filter_map(changed).find(|near| near != key && !known.contains(&near));
    fresh.unwrap_or_else(|| wrong_key(known.into_iter()))
}

/// `%FF` in a raw body stays as the author wrote it; only `\xFF` stands for a byte.
fn unescape(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("\\x") {
        out.extend_from_slice(&rest.as_bytes()[..at]);
        let digits = rest.get(at + 2..at + 4).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match digits {
            Some(byte) => {
                out.push(byte);
                rest = &rest[at + 4..];
            }
            None => {
                out.extend_from_slice(b"\\x");
                rest = &rest[at + 2..];
            }
        }
    }
    out.extend_from_slice(rest.as_bytes());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_bodies_may_hold_any_byte() {
        assert_eq!(unescape("a\\xff\\xFEb\\xzz"), b"a\xff\xfeb\\xzz");
    }

    #[test]
    fn a_wrong_key_is_none_of_the_known() {
        let first = wrong_key(std::iter::empty());
        assert_ne!(wrong_key([&first].into_iter()), first);
    }
}
