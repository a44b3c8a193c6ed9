//! A step that sends: the request it makes, and what its answer is worth.

use super::{CaseRun, Halt, LastAnswer, refusal_code};
use crate::device::session::{Outgoing, Sent, registration_of};
use crate::device::transport::{Outcome, Trouble};
use crate::protocol::{Answer, Key, Kind, Params};
use crate::runner::judge::{self, Before};
use crate::suite::expect::{Expectation, Shape};
use crate::suite::model::{KeyUse, Lazy, Question, Saved, Send, Step};
use crate::suite::template::Template;
use rust_decimal::Decimal;
use serde_json::Value;

impl CaseRun<'_> {
    /// Sends and judges; says whether the device did something.
    pub(super) async fn send_step(&mut self, step: &Step, send: &Send) -> Result<Done, Halt> {
        let expectation = match &step.expect {
            Some(lazy) => {
                let values = self.values(lazy.names()).await?;
                Some(lazy.get(|name| values.get(name).cloned()).map_err(Halt::Inconclusive)?)
            }
            None => None,
        };
        let mut outgoing = self.outgoing(send).await?;
        outgoing.take_busy = takes_busy(step, expectation.as_ref());
        let before = Before {
            sent: outgoing.key.clone(),
            current: self.runner.session.keys.current().cloned(),
            last_receipt: self.runner.session.last_receipt,
            registered: self.registered.clone(),
        };
        let last = self.last;
        let began = self.runner.session.clock().now();
        let sent = self.send(&outgoing).await?;
        let lost = self.lost(step, &sent, expectation.as_ref()).await?;
        if lost {
            return Ok(Done::Nothing);
        }
        let answer = match (&sent.delivery.outcome, &sent.settled) {
            (Outcome::Answered(answer), _) | (_, Some(answer)) => answer.clone(),
            _ => return Ok(Done::Nothing),
        };
        let wrong_key = send.key == KeyUse::Current && refusal_code(&answer) == Some(-1);
        let expected_so = expectation.as_ref().is_some_and(|e| judge::compare(e, &answer, &before).is_ok());
        if wrong_key && !expected_so {
            self.key_is_gone(last, &step.place).await?;
        }
        self.note_occurrences(&answer, &before);
        if let Some(lazy) = &step.skip_on {
            let missing = lazy.get(|_| None).map_err(Halt::Inconclusive)?;
            if judge::compare(&missing, &answer, &before).is_ok() {
                let why = format!("the device lacks what this case needs: {}", judge::describe(&answer));
                return Err(Halt::NotApplicable(why));
            }
        }
        if step.exact_wire {
            self.exact_wire(step, &sent)?;
        }
        if let Some(expectation) = &expectation {
            self.judge(step, expectation, &answer, &before)?;
        }
        if let Some(question) = &step.question {
            self.ask(step, question, &answer, &before).await?;
        }
        self.take_over(&sent, &answer, send);
        self.closing = sent.request.path().starts_with("/apizreport") && answer.status == 200;
        let timed = step.within.is_some() || step.save.iter().any(|(_, from)| *from == Saved::Elapsed);
        if self.closing && timed {
            self.wait_for_closed_shift().await?;
        }
        if restarts(&sent) && answer.status == 200 {
            self.wait_for_restart().await?;
        }
        // The run's clock may be virtual, the answer's own time is not.
        let waited = self.runner.session.clock().now().saturating_sub(began);
        let elapsed = waited.max(sent.delivery.elapsed).as_secs();
        self.save(step, &sent, &answer, elapsed);
        if let Some(limit) = &step.within {
            self.judge_time(step, limit, elapsed).await?;
        }
        let document = judge::document(&answer);
        Ok(if answer.status == 200 { Done::Something(document) } else { Done::Refused(document) })
    }

    async fn outgoing(&mut self, send: &Send) -> Result<Outgoing, Halt> {
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
        let keys = &self.runner.session.keys;
        let missing =
            |what: &str| Halt::Inconclusive(format!("no {what} key is known yet: register something first"));
        let mut key = match &send.key {
            KeyUse::Current => Some(self.runner.session.key()?),
            KeyUse::Previous => Some(keys.previous().cloned().ok_or_else(|| missing("previous"))?),
            KeyUse::Older => Some(keys.older().cloned().ok_or_else(|| missing("older"))?),
            KeyUse::Wrong => Some(wrong_key(keys.secrets())),
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
            drop_reply: None,
            hasty: false,
        })
    }

    /// What to make of an answer that did not come. `true`: that was expected.
    async fn lost(
        &mut self,
        step: &Step,
        sent: &Sent,
        expectation: Option<&Expectation>,
    ) -> Result<bool, Halt> {
        let nothing_expected = expectation.is_some_and(|e| e.0.contains(&Shape::NoAnswer));
        let (found, in_time) = match &sent.delivery.outcome {
            Outcome::Answered(_) => return Ok(false),
            Outcome::NotSent(_) | Outcome::NoAnswer(_) if nothing_expected => return Ok(true),
            Outcome::NotSent(why) => (format!("no connection: {why}"), true),
            Outcome::NoAnswer(trouble @ Trouble::TimedOut(_)) => (trouble.to_string(), false),
            Outcome::NoAnswer(trouble) => (trouble.to_string(), true),
            Outcome::Malformed { why, .. } => (format!("no complete HTTP answer: {why}"), true),
        };
        if sent.settled.is_none() && !self.still_serves().await? {
            return Err(Halt::Stop(format!("the device does not answer any more: {found}")));
        }
        let requirement = if in_time { step.cites.clone() } else { "WIRE-11".to_owned() };
        let expected = expectation.map_or_else(|| "an answer".to_owned(), Expectation::to_string);
        let finding = self.finding(&requirement, &step.place, expected, found);
        self.found(finding)?;
        Ok(sent.settled.is_none())
    }

    fn judge(
        &mut self,
        step: &Step,
        expectation: &Expectation,
        answer: &Answer,
        before: &Before,
    ) -> Result<(), Halt> {
        match judge::compare(expectation, answer, before) {
            Ok(()) => Ok(()),
            Err(difference) => {
                let requirement = difference.requirement.unwrap_or(&step.cites);
                let finding = self.finding(requirement, &step.place, difference.expected, difference.found);
                // A wrong answer can leave the device in any state: whatever its level, the case ends.
                self.found(finding)?;
                Err(Halt::Broken)
            }
        }
    }

    async fn ask(
        &mut self,
        step: &Step,
        question: &Question,
        answer: &Answer,
        before: &Before,
    ) -> Result<(), Halt> {
        let mut given = None;
        let mut known = Vec::new();
        for (name, lazy) in &question.answers {
            let values = self.values(lazy.names()).await?;
            let expectation = lazy.get(|name| values.get(name).cloned()).map_err(Halt::Inconclusive)?;
            known.push(format!("{name} ({expectation})"));
            if judge::compare(&expectation, answer, before).is_ok() {
                given = Some(name.clone());
                break;
            }
        }
        let found = judge::describe(answer);
        let given = match given {
            Some(name) => name,
            None if question.closed => {
                let expected = format!("one of the answers that the register allows: {}", known.join("; "));
                let finding = self.finding(&question.id, &step.place, expected, found);
                return self.found_for_certain(finding);
            }
            None => format!("other: {found}"),
        };
        self.record_answer(step, &question.id, &given)
    }

    /// Writes an answer to an open question down; two different ones in a run are a finding.
    pub(super) fn record_answer(&mut self, step: &Step, question: &str, given: &str) -> Result<(), Halt> {
        self.note(format!("{question}: {given}"));
        let given = &self.redactor(self.runner.session.keys.current()).hide(given);
        match self.state().answer(question, given, &step.place) {
            Ok(()) => Ok(()),
            Err((earlier, place)) => {
                let expected = format!("the same answer as at {place}: {earlier}");
                let finding = self.finding(question, &step.place, expected, given.to_owned());
                self.found_for_certain(finding)
            }
        }
    }

    fn exact_wire(&mut self, step: &Step, sent: &Sent) -> Result<(), Halt> {
        let faults: Vec<String> = sent.delivery.wire.faults.iter().map(ToString::to_string).collect();
        if faults.is_empty() {
            return Ok(());
        }
        let expected = "an HTTP/1.1 answer whose Content-Length matches its body".to_owned();
        let finding = self.finding("WIRE-1", &step.place, expected, faults.join("; "));
        self.found(finding)
    }

    /// Remembers a registration for `repeated`, `<receipt>` and the keys.
    fn take_over(&mut self, sent: &Sent, answer: &Answer, send: &Send) {
        let registers = registration_of(&sent.request).is_some() && send.key == KeyUse::Current;
        if let (true, Kind::Keyed { number, key }) = (registers, answer.kind()) {
            self.registered = Some((number, key));
            self.spent = sent.key.clone();
            self.last = LastAnswer::Registered;
        }
    }

    fn note_occurrences(&mut self, answer: &Answer, before: &Before) {
        let fits = |lazy: &Option<Lazy<Expectation>>| {
            let expectation = lazy.as_ref().and_then(|lazy| lazy.get(|_| None).ok());
            expectation.is_some_and(|expectation| judge::compare(&expectation, answer, before).is_ok())
        };
        self.occurred |= fits(&self.case.must_occur);
        self.told |= fits(&self.case.inconclusive_without);
    }

    async fn judge_time(&mut self, step: &Step, limit: &Template, elapsed: u64) -> Result<(), Halt> {
        let text = self.fill(limit).await?;
        let seconds: Decimal =
            crate::protocol::parse_plain(&text).map_err(|e| Halt::Inconclusive(e.to_string()))?;
        if Decimal::from(elapsed) <= seconds {
            return Ok(());
        }
        let finding = self.finding(
            &step.cites,
            &step.place,
            format!("done within {text} s"),
            format!("done after {elapsed} s"),
        );
        self.found(finding)
    }

    fn save(&mut self, step: &Step, sent: &Sent, answer: &Answer, elapsed: u64) {
        for (name, from) in &step.save {
            let value = match from {
                Saved::SentKey => sent.key.as_ref().map(|key| key.as_str().to_owned()),
                Saved::Key => answer.body_text().map(str::to_owned),
                Saved::Receipt => Some(answer.reason_text()),
                Saved::Elapsed => Some(elapsed.to_string()),
                Saved::Json(path) => judge::document(answer).as_ref().and_then(|json| single(json, path)),
            };
            if let Some(value) = value {
                self.saved.insert(name.clone(), value);
            }
        }
    }
}

/// Whether a step wants to see -2 instead of waiting it out.
fn takes_busy(step: &Step, expectation: Option<&Expectation>) -> bool {
    let takes =
        |shape: &Shape| matches!(shape, Shape::Refusal { code: -2, .. } | Shape::Refused | Shape::Anything);
    expectation.is_some_and(|expectation| expectation.0.iter().any(takes)) || step.question.is_some()
}

/// The same before the step's placeholders have values.
pub(super) fn looks_at_busy(step: &Step) -> bool {
    let dummy = |_: &str| Some("0".to_owned());
    let expectation = step.expect.as_ref().and_then(|lazy| lazy.get(dummy).ok());
    takes_busy(step, expectation.as_ref())
}

/// Whether a request makes the device restart (v22 §10.2).
fn restarts(sent: &Sent) -> bool {
    let params = sent.request.params();
    sent.request.path().starts_with("/apimanage")
        && (params.get("doReboot").is_some() || params.get("doUpdate").is_some())
}

/// What a request came to.
pub(super) enum Done {
    /// 200, with the document if the body is one.
    Something(Option<Value>),
    /// Another status.
    Refused(Option<Value>),
    /// No answer, as expected.
    Nothing,
}

/// The value at a path as text.
fn single(json: &Value, path: &crate::suite::check::Path) -> Option<String> {
    use crate::suite::check::Segment;
    let mut value = json;
    for segment in &path.0 {
        value = match segment {
            Segment::Field(name) => value.get(name)?,
            Segment::Either(first, second) => value.get(first).or_else(|| value.get(second))?,
            Segment::At(at) => value.get(at)?,
            Segment::Last => value.as_array()?.last()?,
            Segment::Every => value.as_array()?.first()?,
            Segment::Where(field, wanted) => value.as_array()?.iter().find(|row| {
                row.get(field).is_some_and(|found| found.to_string().trim_matches('"') == wanted)
            })?,
        };
    }
    Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}

/// Eight digits that are none of the keys known.
fn wrong_key<'k>(known: impl Iterator<Item = &'k Key>) -> Key {
    let known: Vec<&Key> = known.collect();
    (0..100u32)
        .filter_map(|n| Key::parse(&format!("{:08}", 90_817_263 + n)).ok())
        .find(|key| !known.contains(&key))
        .unwrap_or_else(|| known[0].clone())
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
