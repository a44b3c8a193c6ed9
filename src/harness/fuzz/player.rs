//! Plays a sequence on a device: every answer is judged by what the ledger allows, and at the end
//! the books are reconciled.

mod judge;
mod played;
mod reading;

pub use played::{Finding, PlayError, Played, Step};

use super::form::Form;
use super::operation::{Call, KeyChoice, Operation};
use super::whole::whole;
use crate::bench::{Bench, BenchAction, Condition, Reply};
use crate::device::clock::Clock;
use crate::device::redaction::Redactor;
use crate::device::session::{Sent, Session, SessionError};
use crate::device::transport::Outcome;
use crate::ledger::Ledger;
use crate::suite::expect::Expectation;
use ikkm_protocol::{Answer, Key, Kind, Method, Params, Registration, WireRequest};
use played::Halt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How old the open shift is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Age {
    /// Opened then, on the session's clock.
    Since(Duration),
    /// It was open before, or may have been opened by cash.
    Unsure,
}

/// Plays one sequence.
pub struct Player<'d> {
    session: &'d mut Session,
    bench: &'d mut Bench,
    /// The ids of the tax directory.
    taxes: &'d [String],
    ledger: Ledger,
    default_tax: Option<String>,
    /// It rounds by another rule than `no`: only whole tenge are sent.
    rounds_otherwise: bool,
    /// The last registration's call, number and key.
    last: Option<(Call, u64, Key)>,
    /// Nothing that may take a number came since the last registration.
    in_row: bool,
    age: Age,
    /// A shift was open, or may have been, before the present operation.
    open_before: bool,
    began: Duration,
    step: usize,
    /// Set when the sequence is to end before its next operation.
    interrupted: &'d AtomicBool,
}

/// Plays a sequence from the device's present state.
///
/// # Errors
/// [`PlayError`]: device or bench cannot be worked with.
pub async fn play(
    session: &mut Session,
    bench: &mut Bench,
    taxes: &[String],
    operations: &[Operation],
    interrupted: &AtomicBool,
) -> Result<Played, PlayError> {
    let began = session.clock().now();
    let mut player = Player {
        session,
        bench,
        taxes,
        ledger: Ledger::default(),
        default_tax: None,
        rounds_otherwise: false,
        last: None,
        in_row: false,
        age: Age::Unsure,
        open_before: false,
        began,
        step: 0,
        interrupted,
    };
    let mut played = Played::default();
    match player.all(operations, &mut played.steps).await {
        Ok(()) => {}
        Err(Halt::Found(finding)) => {
            // A finding is printed and written into a suite: no key of this device may stand in it.
            let keys = &player.session.known.keys;
            let hidden = Redactor::new(keys.current(), keys.secrets());
            let (expected, found) = (hidden.hide(&finding.expected), hidden.hide(&finding.found));
            played.finding = Some(Finding { expected, found, ..finding });
        }
        Err(Halt::Error(error)) => return Err(error),
    }
    Ok(played)
}

impl Player<'_> {
    async fn all(&mut self, operations: &[Operation], steps: &mut Vec<Step>) -> Result<(), Halt> {
        self.begin().await?;
        for (index, operation) in operations.iter().enumerate() {
            if self.interrupted.load(Ordering::Relaxed) {
                return Err(PlayError::Interrupted.into());
            }
            self.step = index;
            self.note_shift();
            let operation = self.resolved(operation);
            steps.push(Step { operation: operation.clone(), expectation: None, registered: false });
            match &operation {
                Operation::Call(call) => {
                    let mut call = call.clone();
                    let params = self.filled(&call).await?;
                    call.under = self.establish(call.under).await?;
                    let expectation = self.expectation(&call, &params);
                    if let Some(step) = steps.last_mut() {
                        step.operation = Operation::Call(call.clone());
                        step.expectation = Some(expectation.clone());
                    }
                    let registered = self.call(&call, params, &expectation).await?;
                    if let Some(step) = steps.last_mut() {
                        step.registered = registered;
                    }
                }
                Operation::Repeat => {}
                Operation::Wait(seconds) => self.wait(*seconds).await?,
                Operation::Restart => self.restart().await?,
                Operation::Look => self.reconcile().await?,
            }
        }
        self.reconcile().await
    }

    /// A repeat becomes the request that it repeats; a key that is not known yet, a wrong one.
    fn resolved(&self, operation: &Operation) -> Operation {
        let mut call = match operation {
            Operation::Call(call) if self.rounds_otherwise => whole(call.clone()),
            Operation::Call(call) => call.clone(),
            Operation::Repeat => match &self.last {
                Some((call, ..)) => {
                    Call { key: KeyChoice::Previous, under: None, lost: false, ..call.clone() }
                }
                None => {
                    let params =
                        [("sale", "1"), ("cash", "1")].map(|(n, v)| (n.to_owned(), v.to_owned())).to_vec();
                    let key = KeyChoice::Previous;
                    Call { path: "/api/", params, form: Form::Query, key, under: None, lost: false }
                }
            },
            other => return other.clone(),
        };
        let keys = &self.session.known.keys;
        let unknown = match call.key {
            KeyChoice::Previous => keys.previous().is_none() || self.last.is_none(),
            KeyChoice::Older => keys.older().is_none(),
            _ => false,
        };
        if unknown {
            call.key = KeyChoice::Wrong;
        }
        let known = &self.bench.hello().conditions;
        call.under = call.under.filter(|condition| {
            known.iter().any(|name| name == condition.name().as_str()) && call.key == KeyChoice::Current
        });
        // A suite can neither fill in a value within a body, nor give it another key than the right one.
        let filled_in = call.params.iter().any(|(_, value)| value.starts_with('<'));
        if filled_in && !matches!(call.form, Form::Query | Form::Body | Form::Escaped) {
            call.form = Form::Query;
        }
        // A device that sees only the body of a split request must not find a whole one there.
        let types = |params: &[(String, String)]| {
            params.iter().any(|(name, _)| Registration::from_wire(name).is_some())
        };
        if call.form == Form::Split && call.params.get(1..).is_some_and(types) {
            call.form = Form::Query;
        }
        if call.key != KeyChoice::Current && call.form.holds_key() {
            call.form = Form::Body;
        }
        call.lost &= call.path == "/api/"
            && call.key == KeyChoice::Current
            && call.under.is_none()
            && matches!(call.form, Form::Query | Form::Body | Form::Escaped);
        Operation::Call(call)
    }

    /// Plays a request; `true` when it registered something.
    async fn call(&mut self, call: &Call, params: Params, expectation: &Expectation) -> Result<bool, Halt> {
        let keys = &self.session.known.keys;
        let key = match call.key {
            KeyChoice::Current => Some(self.session.key()?),
            KeyChoice::Previous => keys.previous().cloned(),
            KeyChoice::Older => keys.older().cloned(),
            KeyChoice::Wrong => Some(wrong_key(keys.secrets())),
            KeyChoice::Missing => None,
        };
        let sent = self.send(call, params, key).await;
        if let Some(condition) = call.under {
            self.bench.clear(condition.name()).await?;
        }
        let (sent, answer, current) = sent?;
        self.judge(call, expectation, &sent, &answer, current.as_ref())?;
        self.follow(call, &answer, current.as_ref());
        if call.path == "/apizreport" && answer.status == 200 {
            self.until_closed().await?;
        }
        Ok(matches!(answer.kind(), Kind::Keyed { key, .. } if current.as_ref() != Some(&key)))
    }

    /// Sends, and tells the ledger; gives the answer and the key that was right when it was sent.
    async fn send(
        &mut self,
        call: &Call,
        params: Params,
        key: Option<Key>,
    ) -> Result<(Sent, Answer, Option<Key>), Halt> {
        let current = self.session.known.keys.current().cloned();
        let meant = meant(call.path, &params, key.as_ref());
        let sent = match self.session.send(&call.outgoing(params, key)).await {
            // Replay is there to tell what became of a registration whose answer was lost.
            Err(SessionError::Unsettled { .. }) if call.lost => {
                let expected = "the same request with the same key to tell what became of it";
                return Err(self.found("KEY-5", expected, "a refusal, while the key is spent"));
            }
            sent => sent?,
        };
        let answer = match (&sent.delivery.outcome, &sent.settled) {
            (Outcome::Answered(answer), _) | (_, Some(answer)) => answer.clone(),
            (Outcome::NotSent(why), None) => return Err(PlayError::Unreachable(why.clone()).into()),
            (Outcome::NoAnswer(trouble), None) => {
                return Err(self.found("WIRE-11", "an answer", &trouble.to_string()));
            }
            (Outcome::Malformed { why, .. }, None) => {
                return Err(self.found("WIRE-1", "a complete HTTP answer", why));
            }
        };
        self.ledger.took(&meant, &answer, current.as_ref());
        if !call.form.is_certain() && answer.status == 200 {
            // It did something, and nobody can say what: the books are read anew.
            self.ledger.lose_track();
            self.age = Age::Unsure;
        }
        Ok((sent, answer, current))
    }

    /// What the operation changes in what is known beside the books.
    fn follow(&mut self, call: &Call, answer: &Answer, current: Option<&Key>) {
        let Kind::Keyed { number, key } = answer.kind() else { return };
        match call.path {
            "/api/" if current != Some(&key) => {
                if !self.open_before {
                    self.age = Age::Since(self.session.clock().now());
                }
                self.last = Some((call.clone(), number, key));
                self.in_row = true;
            }
            "/apideposit" | "/apiwithdraw" => {
                if !self.open_before {
                    self.age = Age::Unsure;
                }
                self.in_row = false;
            }
            _ => {}
        }
    }

    fn found(&self, requirement: &str, expected: &str, found: &str) -> Halt {
        Halt::Found(Finding {
            requirement: requirement.to_owned(),
            step: self.step,
            expected: expected.to_owned(),
            found: found.to_owned(),
        })
    }

    /// Fills `<default-tax>`, `<drawer>` and the like in.
    async fn filled(&mut self, call: &Call) -> Result<Params, Halt> {
        let mut params = Params::new();
        for (name, value) in &call.params {
            let value = match value.as_str() {
                "<default-tax>" => self.default_tax.clone().unwrap_or_default(),
                "<other-tax>" => {
                    let other = self.taxes.iter().find(|id| Some(*id) != self.default_tax.as_ref());
                    other.cloned().unwrap_or_default()
                }
                "<unknown-tax>" => {
                    let unknown =
                        (1..=9999).rev().map(|id: u32| id.to_string()).find(|id| !self.taxes.contains(id));
                    unknown.unwrap_or_default()
                }
                "<drawer>" => self.drawer().await?.to_string(),
                "<drawer + 0.01>" => (self.drawer().await? + rust_decimal::Decimal::new(1, 2)).to_string(),
                plain => plain.to_owned(),
            };
            params.push(name.clone(), value);
        }
        Ok(params)
    }

    /// The condition that stands now: none where this device or bench cannot have it.
    async fn establish(&mut self, condition: Option<Condition>) -> Result<Option<Condition>, Halt> {
        let Some(condition) = condition else { return Ok(None) };
        match self.bench.establish(condition).await? {
            Reply::Done(_) => Ok(Some(condition)),
            Reply::Unsupported(_) | Reply::Failed(_) => Ok(None),
        }
    }

    async fn wait(&mut self, seconds: u64) -> Result<(), Halt> {
        // Only a virtual clock can be let run for hours.
        if matches!(self.session.clock(), Clock::Virtual { .. }) {
            self.session.clock().sleep(Duration::from_secs(seconds)).await?;
        }
        Ok(())
    }

    async fn restart(&mut self) -> Result<(), Halt> {
        if let Reply::Done(_) = self.bench.act(BenchAction::PowerCycle).await? {
            self.ledger.restarted();
        }
        Ok(())
    }
}

/// What a request says, however it was written.
fn meant(path: &str, params: &Params, key: Option<&Key>) -> WireRequest {
    let mut all = Params::new();
    all.0.extend(key.map(|key| ("key".to_owned(), key.as_str().to_owned())));
    all.0.extend(params.0.iter().cloned());
    WireRequest::new(Method::Post, path, &all)
}

/// Eight digits that are none of the keys known.
fn wrong_key<'k>(known: impl Iterator<Item = &'k Key>) -> Key {
    let known: Vec<&Key> = known.collect();
    (0..=known.len())
        .filter_map(|n| Key::parse(&format!("{:08}", 90_817_263 + n)).ok())
        .find(|key| !known.contains(&key))
        .unwrap_or_else(|| known[0].clone())
}
