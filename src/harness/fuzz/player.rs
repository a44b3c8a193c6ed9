//! Plays a sequence on a device: every answer is judged by what the ledger allows, and at the end
//! the books are reconciled.

mod acts;
mod judging;
mod played;
mod proof;
mod reading;
mod states;
mod watch;

pub use played::{Finding, PlayError, Played, Step};
pub use watch::Watch;

use super::form::Form;
use super::operation::{Call, KeyChoice, Operation};
use super::whole::whole;
use crate::bench::{Bench, BenchAction, Reply};
use crate::conditions::{Condition, ConditionName};
use crate::device::clock::Clock;
use crate::device::effects::Effect;
use crate::device::redaction::Redactor;
use crate::device::session::{Sent, Session, SessionError};
use crate::device::transport::Outcome;
use crate::ledger::Ledger;
use crate::runner::judge;
use crate::suite::expect::Expectation;
use ikkm_protocol::{Answer, Key, Kind, Method, Params, Registration, WireRequest};
use played::Halt;
use rust_decimal::Decimal;
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

/// What came before a request, as far as the key is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    /// Nothing yet: the key may be another one.
    Nothing,
    /// A restart: the key may be another one, and a person may have to start the web cashier (MGMT-9).
    Restarted,
    /// The web API switched off and on again.
    SwitchedOn,
    /// A registration.
    Registered,
    /// A refusal.
    Refused,
    /// Something that does not rotate the key.
    Other,
}

impl Before {
    fn is_nothing(self) -> bool {
        matches!(self, Before::Nothing | Before::Restarted)
    }
}

/// How a sequence ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// With a look at the books; the number decides which documents.
    Look(u64),
    /// With its last operation.
    None,
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
    /// How many wrong keys were sent.
    wrong_keys: usize,
    /// What the numbers of card operations showed last.
    results: std::collections::BTreeMap<u32, serde_json::Value>,
    /// No document was made on it yet.
    new_device: bool,
    /// When the last request of a sequence was sent, or taken on if it had to wait, on the session's clock.
    asked: Duration,
    /// The last registration's call, number and key.
    last: Option<(Call, u64, Key)>,
    /// Nothing that may take a number came since the last registration.
    in_row: bool,
    age: Age,
    /// A shift was open, or may have been, before the present operation.
    open_before: bool,
    began: Duration,
    step: usize,
    /// Paper, online messages and session variables.
    watch: &'d mut Watch,
    /// Registrations of this sequence.
    receipts: Vec<acts::Registered>,
    by_key: Option<acts::ByKey>,
    /// How many card operations there are by number.
    cards: std::collections::BTreeMap<u32, usize>,
    /// A condition that stands over several operations.
    standing: Option<Condition>,
    /// How the sequence ends.
    ending: Ending,
    /// The shift in which the sequence began.
    began_in: Option<u64>,
    /// The current shift, as getInfo last said.
    shift: u64,
    /// What the last answer under the right key was.
    before: Before,
    /// What was done lately, and for how many operations that is still said.
    lately: Vec<(&'static str, usize)>,
    /// Z reports so far.
    closings: usize,
    /// What the books call the operations that moved them, and which ones they are.
    named: Vec<(String, usize)>,
    /// The operation that is played, from 0.
    operation: usize,
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
    watch: &mut Watch,
    ending: Ending,
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
        wrong_keys: 0,
        results: std::collections::BTreeMap::new(),
        new_device: false,
        asked: began,
        last: None,
        in_row: false,
        age: Age::Unsure,
        open_before: false,
        began,
        step: 0,
        watch,
        receipts: Vec::new(),
        by_key: None,
        cards: std::collections::BTreeMap::new(),
        standing: None,
        ending,
        began_in: None,
        shift: 0,
        before: Before::Nothing,
        lately: Vec::new(),
        closings: 0,
        named: Vec::new(),
        operation: 0,
        interrupted,
    };
    let mut played = Played::default();
    let all = player.all(operations, &mut played).await;
    if let Some(condition) = player.standing.take() {
        player.bench.clear(condition.name()).await?;
    }
    match all {
        Ok(()) => {}
        Err(Halt::Found(finding)) => {
            // A finding is printed and written into a suite: no key of this device may stand in it.
            let keys = &player.session.known.keys;
            let hidden = Redactor::new(keys.current(), keys.secrets());
            let (expected, found) = (hidden.hide(&finding.expected), hidden.hide(&finding.found));
            let proof = finding.proof.iter().map(|step| hidden.hide(step)).collect();
            played.finding = Some(Finding { expected, found, proof, ..*finding });
        }
        Err(Halt::Error(error)) => return Err(error),
    }
    Ok(played)
}

impl Player<'_> {
    async fn all(&mut self, operations: &[Operation], played: &mut Played) -> Result<(), Halt> {
        self.begin().await?;
        self.look_away().await?;
        for (index, operation) in operations.iter().enumerate() {
            if self.interrupted.load(Ordering::Relaxed) {
                return Err(PlayError::Interrupted.into());
            }
            played.reached = index;
            self.operation = index;
            self.step = played.steps.len();
            self.note_shift();
            if let Operation::Call(call) = operation
                && call.under.is_some()
                && let Some(standing) = self.standing.take()
            {
                // One condition at a time.
                self.bench.clear(standing.name()).await?;
                let operation = Operation::Clear(standing.name());
                played.steps.push(Step { operation, expectation: None, registered: false });
                self.step = played.steps.len();
            }
            let operation = self.resolved(operation);
            let goals = self.goals(&operation);
            let steps = &mut played.steps;
            steps.push(Step { operation: operation.clone(), expectation: None, registered: false });
            match &operation {
                Operation::Call(_) => {}
                other if self.does(other) => played.goals.extend(goals),
                _ => {}
            }
            match &operation {
                Operation::Call(call) => {
                    let mut call = call.clone();
                    let params = self.filled(&call).await?;
                    if !self.playable(&call, &params) {
                        steps.pop();
                        continue;
                    }
                    played.goals.extend(self.goals(&Operation::Call(call.clone())));
                    call.under = self.establish(call.under).await?;
                    let expectation = self.expectation(&call, &params);
                    if let Some(step) = steps.last_mut() {
                        step.operation = Operation::Call(call.clone());
                        step.expectation = Some(expectation.clone());
                    }
                    let (registered, well) = self.call(&call, params, &expectation).await?;
                    self.note(&Operation::Call(call), well);
                    if let Some(step) = steps.last_mut() {
                        step.registered = registered;
                    }
                }
                Operation::Repeat => {}
                Operation::Wait(seconds) => self.wait(*seconds).await?,
                Operation::Restart => {
                    self.restart().await?;
                    self.note(&operation, true);
                }
                Operation::Look => self.reconcile().await?,
                Operation::Glance => self.glance().await?,
                Operation::Receipt(back) => self.receipt(*back).await?,
                Operation::Card(card) => {
                    self.card(card).await?;
                    self.note(&operation, true);
                }
                Operation::Establish(condition) if condition.name() == ConditionName::FreshDevice => {
                    self.first_day(*condition).await?;
                }
                Operation::Establish(condition) if condition.name() == ConditionName::TaxOnTop => {
                    if self.standing.is_none() {
                        self.standing = self.establish(Some(*condition)).await?;
                        self.other_taxes().await?;
                    }
                }
                Operation::Establish(condition) => {
                    if self.standing.is_none() {
                        self.standing = self.establish(Some(*condition)).await?;
                    }
                }
                Operation::Clear(name) => {
                    if self.standing.take_if(|standing| standing.name() == *name).is_some() {
                        self.bench.clear(*name).await?;
                        if *name == ConditionName::TaxOnTop {
                            self.other_taxes().await?;
                        }
                    }
                }
            }
        }
        self.step = played.steps.len().saturating_sub(1);
        let Ending::Look(number) = self.ending else { return Ok(()) };
        match self.last_look(number).await {
            Err(Halt::Found(mut finding)) => {
                finding.at_end = true;
                Err(Halt::Found(finding))
            }
            done => done,
        }
    }

    /// Whether this device, its bench and what was granted let an operation of another kind than a request be
    /// done at all.
    fn does(&self, operation: &Operation) -> bool {
        let acts = |name: &str| self.bench.hello().actions.iter().any(|known| known == name);
        match operation {
            Operation::Wait(_) => matches!(self.session.clock(), Clock::Virtual { .. }),
            Operation::Restart => self.may(Effect::Manage) && acts("power-cycle"),
            Operation::Card(_) => self.may(Effect::Bank) && acts("finish-bank"),
            _ => true,
        }
    }

    /// Whether this device and what was granted let the request be sent at all.
    fn playable(&self, call: &Call, params: &Params) -> bool {
        let request = meant(&call.path_in(self.shift), params, None);
        if self.session.grants().missing(&request).is_some() {
            return false;
        }
        // A real device that restarts is away for a while, and only a restart undoes these.
        let restarts =
            ["doReboot", "Lockhost", "disableWebMgmt"].iter().any(|name| params.get(name).is_some());
        // A device that takes a wrong card operation must be brought out of it.
        let ends = self.bench.hello().actions.iter().any(|name| name == "finish-bank");
        (call.path != "/apibank/" || ends)
            && (!restarts || matches!(self.session.clock(), Clock::Virtual { .. }))
            && (!call.elsewhere || self.session.has_second_address())
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
                    let sale = Call::with("/api/", Form::Query, &[("sale", "1"), ("cash", "1")]);
                    Call { key: KeyChoice::Previous, ..sale }
                }
            },
            other => return other.clone(),
        };
        let last = self.taxes.iter().rev().find(|id| Some(*id) != self.default_tax.as_ref());
        for (_, value) in call.params.iter_mut().filter(|(_, value)| value == "<last-tax>") {
            *value = last.cloned().unwrap_or_default();
        }
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
            self.standing.is_none()
                && known.iter().any(|name| name == condition.name().as_str())
                && call.key == KeyChoice::Current
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

    /// Plays a request; tells whether it registered something, and whether it succeeded.
    async fn call(
        &mut self,
        call: &Call,
        params: Params,
        expectation: &Expectation,
    ) -> Result<(bool, bool), Halt> {
        let keys = &self.session.known.keys;
        let key = match call.key {
            KeyChoice::Current => Some(self.session.key()?),
            KeyChoice::Previous => keys.previous().cloned(),
            KeyChoice::Older => keys.older().cloned(),
            KeyChoice::Wrong => {
                // Each digit counts, wherever it stands.
                self.wrong_keys += 1;
                Some(wrong_key(keys.current(), keys.secrets(), [7, 0, 4][self.wrong_keys % 3]))
            }
            KeyChoice::Missing => None,
        };
        if call.under.is_some_and(|condition| condition.name() == ConditionName::ApiOff) {
            self.unheard(call, params, key).await?;
            return Ok((false, false));
        }
        let sent = self.send(call, params, key).await;
        if let Some(condition) = call.under {
            self.bench.clear(condition.name()).await?;
            if matches!(condition.name(), ConditionName::OtherCashier | ConditionName::OrdinaryCashier) {
                // The bench may have opened a shift for that.
                self.ledger.lose_track();
                (self.in_row, self.age) = (false, Age::Unsure);
            }
        }
        let (sent, answer, current) = sent?;
        if call.key == KeyChoice::Current && answer.kind() == (Kind::Refused { code: -1 }) {
            self.key_refused(&answer)?;
        }
        self.judge(call, expectation, &sent, &answer, current.as_ref())?;
        self.answered(call, &answer, current.as_ref());
        if let Some(spent) = self.watch_after(call, &sent, &answer, current.as_ref()).await? {
            let (number, key) = spent;
            self.remember(number, current.as_ref(), &key);
        }
        self.follow(call, &answer, current.as_ref());
        if call.path == "/apizreport" && answer.status == 200 {
            self.until_closed().await?;
            self.look_away().await?;
        }
        let registered = matches!(answer.kind(), Kind::Keyed { key, .. } if current.as_ref() != Some(&key));
        Ok((registered, answer.status == 200))
    }

    /// Nothing listens while the web API is off (WIRE-13).
    async fn unheard(&mut self, call: &Call, params: Params, key: Option<Key>) -> Result<(), Halt> {
        let path = call.path_in(self.shift);
        let sent = self.session.send(&call.outgoing(&path, params, key)).await;
        self.bench.clear(ConditionName::ApiOff).await?;
        if let Outcome::Answered(answer) = sent?.delivery.outcome {
            let found = judge::describe(&answer);
            return Err(self.found("WIRE-13", "no answer while the web API is off", &found));
        }
        self.before = Before::SwitchedOn;
        Ok(())
    }

    /// Sends, and tells the ledger; gives the answer and the key that was right when it was sent.
    async fn send(
        &mut self,
        call: &Call,
        params: Params,
        key: Option<Key>,
    ) -> Result<(Sent, Answer, Option<Key>), Halt> {
        let current = self.session.known.keys.current().cloned();
        self.asked = self.session.clock().now();
        let path = call.path_in(self.shift);
        let meant = meant(&path, &params, key.as_ref());
        let sent = match self.session.send(&call.outgoing(&path, params, key)).await {
            // Replay is there to tell what became of a registration whose answer was lost.
            Err(SessionError::Unsettled { .. }) if call.lost => {
                let expected = "the same request with the same key to tell what became of it";
                return Err(self.found("KEY-5", expected, "a refusal, while the key is spent"));
            }
            sent => sent?,
        };
        if sent.sendings > 1 || !sent.refused_for.is_zero() {
            // It was taken on only with the last of them.
            self.asked = self.session.clock().now();
        }
        let answer = match (&sent.delivery.outcome, &sent.settled) {
            (Outcome::Answered(answer), _) | (_, Some(answer)) => answer.clone(),
            (Outcome::NotSent(why), None) => return Err(PlayError::Unreachable(why.clone()).into()),
            (Outcome::NoAnswer(trouble), None) => {
                return Err(self.unanswered(&trouble.to_string()));
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

    /// Paper, messages and session after an answer; the registration that it was.
    async fn watch_after(
        &mut self,
        call: &Call,
        sent: &Sent,
        answer: &Answer,
        current: Option<&Key>,
    ) -> Result<Option<(u64, Key)>, Halt> {
        let mut params = sent.request.params();
        params.0.retain(|(name, _)| name != "key");
        self.watch(call, &params, answer, current).await?;
        self.variable(call, &params, answer);
        self.status(call, answer).await?;
        if params.get("doReboot").is_some() && answer.status == 200 {
            self.restarted().await?;
            self.look_away().await?;
        }
        Ok(match answer.kind() {
            Kind::Keyed { number, key }
                if call.path == "/api/" && call.key == KeyChoice::Current && current != Some(&key) =>
            {
                Some((number, key))
            }
            _ => None,
        })
    }

    /// Nothing came back: a fault, unless a restart left the device waiting for a person (MGMT-9).
    fn unanswered(&self, trouble: &str) -> Halt {
        match self.before {
            Before::Restarted => PlayError::Down.into(),
            _ => self.found("WIRE-11", "an answer", trouble),
        }
    }

    /// The device says that the key which must be right is wrong: which rule that breaks depends on
    /// what came before.
    fn key_refused(&self, answer: &Answer) -> Result<(), Halt> {
        let (line, expected) = match self.before {
            Before::SwitchedOn => {
                ("WIRE-14", "the same key to be good after the web API was switched on again")
            }
            Before::Registered => ("KEY-4", "the key of the registration's answer to be taken"),
            Before::Refused => ("KEY-10", "the same key to be good after a refusal"),
            Before::Other => ("KEY-11", "the same key to be good after a request that does not rotate it"),
            // A restart may bring a new key, which a person reads off the screen (MGMT-9).
            Before::Nothing | Before::Restarted => return Err(PlayError::NewKey.into()),
        };
        Err(self.found(line, expected, &judge::describe(answer)))
    }

    fn answered(&mut self, call: &Call, answer: &Answer, current: Option<&Key>) {
        self.before = match answer.kind() {
            Kind::Keyed { key, .. } if call.path == "/api/" && current != Some(&key) => Before::Registered,
            _ if answer.status != 200 && !self.before.is_nothing() => Before::Refused,
            _ if answer.status == 200 => Before::Other,
            _ => self.before,
        };
    }

    /// What the operation changes in what is known beside the books.
    fn follow(&mut self, call: &Call, answer: &Answer, current: Option<&Key>) {
        let Kind::Keyed { number, key } = answer.kind() else { return };
        self.new_device = false;
        let word = if call.path == "/api/" { "receipt" } else { "document" };
        self.named.push((format!(", {word} {number}"), self.operation));
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
        Halt::Found(Box::new(Finding {
            requirement: requirement.to_owned(),
            step: self.step,
            expected: expected.to_owned(),
            found: found.to_owned(),
            ..Finding::default()
        }))
    }

    /// A tax of the directory that is not the default one.
    fn other_tax(&self) -> Option<&String> {
        self.taxes.iter().find(|id| Some(*id) != self.default_tax.as_ref())
    }

    /// Fills `<default-tax>`, `<drawer>` and the like in.
    async fn filled(&mut self, call: &Call) -> Result<Params, Halt> {
        let mut params = Params::new();
        for (name, value) in &call.params {
            let value = match value.as_str() {
                "<default-tax>" => self.default_tax.clone().unwrap_or_default(),
                "<other-tax>" => self.other_tax().cloned().unwrap_or_default(),
                "<unknown-tax>" => {
                    let unknown =
                        (1..=9999).rev().map(|id: u32| id.to_string()).find(|id| !self.taxes.contains(id));
                    unknown.unwrap_or_default()
                }
                "<drawer>" => self.drawer().await?.to_string(),
                "<drawer + 0.01>" => (self.drawer().await? + Decimal::new(1, 2)).to_string(),
                "<drawer - 0.01>" => (self.drawer().await? - Decimal::new(1, 2)).to_string(),
                "<drawer + 0.99>" => (self.drawer().await? + Decimal::new(99, 2)).to_string(),
                "<other-tax>x" => format!("{}x", self.other_tax().map_or("1", String::as_str)),
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
            Reply::Done(_) => {
                if condition.name() == ConditionName::ExternalPrinterMissing {
                    // The bench selects the printer that is missing.
                    self.watch.mode = None;
                }
                Ok(Some(condition))
            }
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
        if !self.may(Effect::Manage) {
            return Ok(());
        }
        if let Reply::Done(_) = self.bench.act(BenchAction::PowerCycle).await? {
            self.restarted().await?;
        }
        self.look_away().await
    }
}

/// What a request says, however it was written.
fn meant(path: &str, params: &Params, key: Option<&Key>) -> WireRequest {
    let mut all = Params::new();
    all.0.extend(key.map(|key| ("key".to_owned(), key.as_str().to_owned())));
    all.0.extend(params.0.iter().cloned());
    WireRequest::new(Method::Post, path, &all)
}

/// Eight digits that are none of the keys known: where it can be, all but the one at that place are right.
pub(crate) fn wrong_key<'k>(
    current: Option<&Key>,
    known: impl Iterator<Item = &'k Key>,
    place: usize,
) -> Key {
    let known: Vec<&Key> = known.collect();
    let beside = current.into_iter().flat_map(|key| {
        let digits = key.as_str();
        let (front, rest) = digits.split_at(place.min(digits.len().saturating_sub(1)));
        let end = rest.get(1..).unwrap_or_default();
        (0..10)
            .map(|digit| digit.to_string())
            .filter(move |digit| !rest.starts_with(digit.as_str()))
            .map(move |digit| format!("{front}{digit}{end}"))
    });
    beside
        .chain((0..=known.len()).map(|n| format!("{:08}", 90_817_263 + n)))
        .filter_map(|text| Key::parse(&text).ok())
        .find(|key| !known.contains(&key))
        .unwrap_or_else(|| known[0].clone())
}
