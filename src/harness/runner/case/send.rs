//! A step that sends: the request it makes, and what its answer is worth.

use super::exchange::answer_of;
use super::{CaseRun, Halt, LastAnswer, refusal_code};
use crate::device::effects::{Effect, effect_of};
use crate::device::fate::Fate;
use crate::device::session::{Outgoing, Sent, registration_of};
use crate::runner::judge::{self, Before};
use crate::suite::expect::{Expectation, Shape};
use crate::suite::model::{KeyUse, Saved, Send, Step};
use ikkm_protocol::{Answer, Key, Kind, Params};
use serde_json::Value;

impl CaseRun<'_> {
    /// Sends and judges; says whether the device did something.
    pub(super) async fn send_step(&mut self, step: &Step, send: &Send) -> Result<Done, Halt> {
        let expectation = self.expectation(step).await?;
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
        if lost && send.drop_reply.is_some() {
            return self.by_fate(&sent);
        }
        let Some(answer) = answer_of(&sent).filter(|_| !lost).cloned() else { return Ok(Done::Nothing) };
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

    /// What became of a request whose answer was dropped on purpose and that is not protected by the
    /// repeat.
    fn by_fate(&self, sent: &Sent) -> Result<Done, Halt> {
        match &sent.fate {
            Some(Fate::Done(_) | Fate::Harmless(_)) => Ok(Done::Something(None)),
            Some(Fate::NotDone(_)) => Ok(Done::Undone),
            Some(Fate::Unknown(why)) => Err(Halt::Inconclusive(why.clone())),
            None if effect_of(&sent.request) == Effect::Read => Ok(Done::Nothing),
            None => Err(Halt::Stop("the device cannot be read after a lost answer".to_owned())),
        }
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
            drop_reply: send.drop_reply,
            hasty: send.hasty,
        })
    }

    /// Remembers a registration for `repeated`, `<receipt>` and the keys.
    pub(super) fn take_over(&mut self, sent: &Sent, answer: &Answer, send: &Send) {
        let registers = registration_of(&sent.request).is_some() && send.key == KeyUse::Current;
        if let (true, Kind::Keyed { number, key }) = (registers, answer.kind()) {
            self.registered = Some((number, key));
            self.spent = sent.key.clone();
            self.last = LastAnswer::Registered;
        }
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
    /// The answer was dropped on purpose, and the device did not do it.
    Undone,
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
