//! One of the two devices: plays an operation with its own key, pace, journal, grants and bench, and says
//! what is seen of it by role.

use super::documents::Reading;
use super::reads::{GET_INFO, Messages};
use super::roles::{Known, Memory};
use super::seen::{Channel, Fact, Seen, UNTOLD};
use crate::bench::{self, BenchAction, ConditionName, Observation, Reply};
use crate::conditions::Condition;
use crate::device::clock::Clock;
use crate::device::effects::{Effect, effect_of};
use crate::device::session::{Outgoing, Sent, SessionError};
use crate::fuzz::operation::{Call, Card, KeyChoice, Operation};
use crate::fuzz::player::{PlayError, Watch, wrong_key};
use crate::fuzz::search::Subject;
use crate::ledger::documents::{other_rounding, text};
use crate::ledger::reading::{Reading as Books, number};
use ikkm_protocol::{Key, Kind, Method, Params};
use rust_decimal::Decimal;
use serde_json::Value;
use std::time::Duration;
use thiserror::Error;

/// A device cannot be worked with any more.
#[derive(Debug, Error)]
pub enum SideError {
    /// Device or bench fail.
    #[error(transparent)]
    Play(#[from] PlayError),
    /// It takes no key any more, and no bench reads the new one off its screen.
    #[error(
        "it takes its key no more, and nothing tells the new one: read it off its screen, or take a bench that observes it"
    )]
    KeyGone,
    /// No new device could be made.
    #[error("no device for the next sequence: {0}")]
    Fresh(String),
    /// What must be known of it before the first operation cannot be read.
    #[error("{0} cannot be read")]
    Unread(&'static str),
}

impl From<SessionError> for SideError {
    fn from(error: SessionError) -> SideError {
        SideError::Play(error.into())
    }
}

impl From<bench::BenchFault> for SideError {
    fn from(fault: bench::BenchFault) -> SideError {
        SideError::Play(fault.into())
    }
}

/// One device of the pair.
pub struct Side {
    /// Session, bench, and how it is made new.
    pub subject: Subject,
    pub(super) memory: Memory,
    /// Requests of sessions before the present one.
    pub(super) spent: u64,
    began: Duration,
    pub(super) messages: Messages,
}

impl Side {
    /// A device that nothing is known of yet.
    pub fn new(subject: Subject) -> Side {
        Side {
            subject,
            memory: Memory::default(),
            spent: 0,
            began: Duration::ZERO,
            messages: Messages::default(),
        }
    }

    /// Whether there is no tax committee that it could talk to: its messages wait, and were never sent.
    pub(super) fn has_no_link(&self) -> bool {
        self.messages.waited && !self.messages.sent
    }

    /// Requests sent so far.
    pub fn requests(&self) -> u64 {
        self.spent + self.subject.session.requests()
    }

    /// A sequence begins: what must be known of the device before its first operation.
    pub(super) async fn prepare(&mut self) -> Result<(), SideError> {
        if let Some(fresh) = &mut self.subject.fresh {
            self.spent += self.subject.session.requests();
            (self.subject.session, self.subject.bench) = fresh().await.map_err(SideError::Fresh)?;
            self.subject.watch = Watch::fresh();
        }
        self.began = self.subject.session.clock().now();
        let before = std::mem::take(&mut self.memory);
        self.memory =
            Memory { taxes: before.taxes, names: before.names, form: before.form, ..Memory::default() };
        if self.memory.taxes.is_empty() {
            let taxes = self.document("/dump/table/taxes").await?;
            let taxes =
                taxes.as_ref().and_then(Value::as_object).ok_or(SideError::Unread("the tax directory"))?;
            self.memory.taxes = taxes.keys().cloned().collect();
            self.memory.names = taxes.values().map(|name| text(name).unwrap_or_default()).collect();
        }
        let info = self.document(GET_INFO).await?.ok_or(SideError::Unread("getInfo"))?;
        self.memory.default_tax = info.get("defaultApiTaxID").and_then(text);
        self.memory.rounds_otherwise = other_rounding(&info).is_some();
        Ok(())
    }

    /// From here on figures, numbers and shifts are counted anew.
    pub(super) async fn rebase(&mut self) -> Result<(), SideError> {
        let info = self.document(GET_INFO).await?.ok_or(SideError::Unread("getInfo"))?;
        let (shift, _) = Books::shift_of(&info).ok_or(SideError::Unread("the shift in getInfo"))?;
        self.memory.began_in = shift;
        self.memory.fiscal_then.clear();
        self.memory.numbers_apart = true;
        self.memory.drawer_then = self.memory.drawer;
        let last = info.get("lastClosedChequeId").and_then(number);
        self.memory.number_before = last.and_then(|number| number.to_string().parse().ok());
        if !self.memory.documents.is_empty() {
            // What was done to make the devices alike is no difference of theirs.
            self.memory.documents.clear();
            self.books(&mut Seen::default()).await?;
        }
        self.take_tape(None, &Params::new(), &mut Seen::default()).await
    }

    /// What the device shows before the first operation.
    pub(super) async fn at_rest(&mut self) -> Result<Seen, SideError> {
        let mut seen = Seen::default();
        self.memory.documents.clear();
        self.memory.running.clear();
        self.memory.fiscal_then.clear();
        self.memory.clock_then = None;
        self.books(&mut seen).await?;
        Ok(seen)
    }

    /// Plays one operation, which is the same for both devices.
    pub(super) async fn play(&mut self, at: usize, operation: &Operation) -> Result<Seen, SideError> {
        let mut seen = Seen::default();
        let waits = if let Operation::Wait(seconds) = operation { Some(*seconds) } else { None };
        let now = i64::try_from(self.now().as_secs()).unwrap_or(i64::MAX);
        self.memory.timeline.begins(now, waits);
        match operation {
            Operation::Call(call) => self.call(at, call, &mut seen).await?,
            Operation::Repeat => {}
            Operation::Wait(seconds) => {
                let clock = self.subject.session.clock();
                clock.sleep(Duration::from_secs(*seconds)).await.map_err(PlayError::from)?;
            }
            Operation::Restart => {
                if let Reply::Done(_) = self.subject.bench.act(BenchAction::PowerCycle).await? {
                    self.restarted().await?;
                }
                self.books(&mut seen).await?;
            }
            Operation::Look => self.look(&mut seen).await?,
            Operation::Glance => {
                self.read(GET_INFO, Channel::Books, &mut seen).await?;
                let path = format!("/dump/table/shifts/{}/report", self.memory.shift);
                self.read(&path, Channel::Books, &mut seen).await?;
            }
            Operation::Receipt(back) => self.receipt(*back, &mut seen).await?,
            Operation::Card(card) => self.card(card, &mut seen).await?,
            Operation::Establish(condition) => {
                self.subject.bench.establish(*condition).await?;
            }
            Operation::Clear(name) => {
                self.subject.bench.clear(*name).await?;
            }
        }
        Ok(seen)
    }

    /// Whether this device and what was granted let the operation be played.
    pub(super) fn playable(&self, operation: &Operation) -> bool {
        let grants = self.subject.session.grants();
        let hello = self.subject.bench.hello();
        let acts = |name: &str| hello.actions.iter().any(|known| known == name);
        let knows = |name: ConditionName| hello.conditions.iter().any(|known| known == name.as_str());
        match operation {
            Operation::Call(call) => {
                let restarts = ["doReboot", "Lockhost", "disableWebMgmt"];
                let restarts = call.params.iter().any(|(name, _)| restarts.contains(&name.as_str()));
                grants
                    .missing(
                        &call
                            .outgoing(&call.path_in(self.memory.shift), Params(call.params.clone()), None)
                            .wire(),
                    )
                    .is_none()
                    && (call.path != "/apibank/" || acts("finish-bank"))
                    && (!restarts || self.is_virtual())
                    && (!call.elsewhere || self.subject.session.has_second_address())
                    && call.under.is_none_or(|condition| knows(condition.name()))
            }
            Operation::Wait(_) => self.is_virtual(),
            Operation::Restart => grants.admits(Effect::Manage) && acts("power-cycle"),
            Operation::Card(_) => grants.admits(Effect::Bank) && acts("finish-bank"),
            Operation::Establish(condition) => knows(condition.name()),
            _ => true,
        }
    }

    fn is_virtual(&self) -> bool {
        matches!(self.subject.session.clock(), Clock::Virtual { .. })
    }

    pub(super) fn now(&self) -> Duration {
        self.subject.session.clock().now().saturating_sub(self.began)
    }

    pub(super) fn known(&self) -> Known {
        let keys = &self.subject.session.known.keys;
        Known {
            current: keys.current().cloned(),
            all: keys.secrets().chain(keys.current()).cloned().collect(),
        }
    }

    async fn call(&mut self, at: usize, call: &Call, seen: &mut Seen) -> Result<(), SideError> {
        let path = call.path_in(self.memory.shift);
        let params = self.memory.filled(call);
        let known = self.known();
        let keys = &self.subject.session.known.keys;
        let key = match call.key {
            KeyChoice::Current => Some(self.key()?),
            KeyChoice::Previous => keys.previous().cloned(),
            KeyChoice::Older => keys.older().cloned(),
            KeyChoice::Wrong => Some(wrong_key(keys.current(), keys.secrets(), 7)),
            KeyChoice::Missing => None,
        };
        let outgoing = call.outgoing(&path, params.clone(), key);
        let reads = effect_of(&outgoing.wire()) == Effect::Read;
        if let Some(condition) = call.under {
            self.subject.bench.establish(condition).await?;
        }
        let sent = self.subject.session.send(&outgoing).await;
        if let Some(condition) = call.under {
            self.subject.bench.clear(condition.name()).await?;
        }
        let sent = match sent {
            Err(SessionError::Unsettled { .. }) if call.lost => {
                seen.put(Channel::Answer, "answer", Fact::word(UNTOLD));
                self.key_off_the_screen().await?;
                return self.books(seen).await;
            }
            sent => sent?,
        };
        self.memory.answered(at, call, &sent, &known, seen);
        if let Some(value) = sent.document() {
            let reading = Reading { path: &path, channel: Channel::Document, value, now: self.now() };
            self.memory.document(&reading, seen);
        }
        // A Z report may be printed long after it was answered (Q-SHIFT-4), and a restart changes the header.
        if call.path == "/apizreport" {
            self.follow(call, &params, &sent).await?;
            self.take_tape(Some(call), &params, seen).await?;
        } else {
            self.take_tape(Some(call), &params, seen).await?;
            self.follow(call, &params, &sent).await?;
        }
        if !reads || call.under.is_some() {
            self.books(seen).await?;
        }
        Ok(())
    }

    /// What an answer changes beside the books.
    async fn follow(&mut self, call: &Call, params: &Params, sent: &Sent) -> Result<(), SideError> {
        let Some(answer) = sent.answer() else { return Ok(()) };
        if call.key == KeyChoice::Current && answer.kind() == (Kind::Refused { code: -1 }) {
            self.key_off_the_screen().await?;
        }
        if answer.status != 200 {
            return Ok(());
        }
        if call.path == "/apicheck/" && call.form.is_certain() {
            for (name, value) in &params.0 {
                self.subject.watch.set(name, value);
                match (name.as_str(), value.as_str()) {
                    ("printHeader", "clear") => self.memory.header.clear(),
                    ("printHeader", text) => text.clone_into(&mut self.memory.header),
                    ("setPrintMode", _) => self.memory.mode_is_set = true,
                    _ => {}
                }
            }
        }
        if params.get("doReboot").is_some() {
            self.restarted().await?;
        }
        if call.path == "/apizreport" {
            self.until_closed().await?;
        }
        Ok(())
    }

    /// Waits until a Z report is done, 90 seconds at the most (v22 §3).
    async fn until_closed(&mut self) -> Result<(), SideError> {
        for pause in [0, 15, 30, 45] {
            let clock = self.subject.session.clock();
            clock.sleep(Duration::from_secs(pause)).await.map_err(PlayError::from)?;
            let info = self.document(GET_INFO).await?;
            if info.as_ref().and_then(Books::shift_of).is_some_and(|(_, open)| !open) {
                break;
            }
        }
        Ok(())
    }

    async fn restarted(&mut self) -> Result<(), SideError> {
        self.subject.watch.after_restart();
        self.memory.header.clear();
        self.memory.forget_mode();
        let bench = &mut self.subject.bench;
        let starts = bench.hello().conditions.iter().any(|known| known == ConditionName::ApiOff.as_str());
        if starts && !bench.confirms() {
            bench.clear(ConditionName::ApiOff).await?;
        }
        self.screen().await.map(|_| ())
    }

    /// The key on the screen, where the bench sees it: `true` when there is one.
    async fn screen(&mut self) -> Result<bool, SideError> {
        let bench = &mut self.subject.bench;
        let sees = bench.hello().observations.iter().any(|name| name == Observation::Key.as_str());
        if bench.confirms() || !sees {
            return Ok(false);
        }
        let Reply::Done(fields) = bench.observe(Observation::Key).await? else { return Ok(false) };
        let Ok(key) = Key::parse(&bench::key(fields)?) else { return Ok(false) };
        if self.subject.session.known.keys.current() != Some(&key) {
            self.subject.session.reset_key(Some(key))?;
        }
        Ok(true)
    }

    pub(super) async fn key_off_the_screen(&mut self) -> Result<(), SideError> {
        if self.screen().await? { Ok(()) } else { Err(SideError::KeyGone) }
    }

    pub(super) fn key(&self) -> Result<Key, SideError> {
        Ok(self.subject.session.key()?)
    }

    /// A card operation: started, asked meanwhile, ended by the bench, and its result read.
    async fn card(&mut self, card: &Card, seen: &mut Seen) -> Result<(), SideError> {
        let mut params = Params::new();
        params.push("message", card.message);
        params.push("amount", card.amount.clone());
        params.push("trackdocument", card.track.to_string());
        let start = Outgoing { params, method: Method::Get, ..Outgoing::get("/apibank/", self.key()?) };
        let ask = Outgoing { take_busy: true, ..Outgoing::get(card.meanwhile, self.key()?) };
        for (name, outgoing) in [("card: start", start), ("card: meanwhile", ask)] {
            let known = self.known();
            let sent = self.subject.session.send(&outgoing).await?;
            seen.put(Channel::Answer, name, Fact::word(self.told(sent.first_answer(), &known)));
        }
        self.subject.bench.act(BenchAction::FinishBank { success: card.success }).await?;
        let path = format!("/dump/bank/{}/trackdocument", card.track);
        self.read(&path, Channel::Document, seen).await?;
        self.take_tape(None, &Params::new(), &mut Seen::default()).await?;
        self.books(seen).await
    }

    /// Sends one request that makes the devices alike again; it is not compared.
    pub(super) async fn quietly(
        &mut self,
        path: &'static str,
        params: &[(&str, &str)],
    ) -> Result<(), SideError> {
        let call = Call::with(path, crate::fuzz::form::Form::Query, params);
        if self.playable(&Operation::Call(call.clone())) {
            self.call(usize::MAX, &call, &mut Seen::default()).await?;
            // It is no document of the sequence.
            self.memory.numbers.retain(|one| one.at != usize::MAX);
        }
        Ok(())
    }

    /// Puts so much into the drawer, as much at a time as a deposit may be.
    pub(super) async fn pay_in(&mut self, amount: Decimal) -> Result<(), SideError> {
        let mut left = amount;
        while left >= Decimal::new(1, 2) {
            let part = left.min(Decimal::from(20_000_000));
            self.quietly("/apideposit", &[("cash", &part.normalize().to_string())]).await?;
            left -= part;
        }
        Ok(())
    }

    /// Ends a condition that stands.
    pub(super) async fn clear(&mut self, condition: Condition) -> Result<(), SideError> {
        self.subject.bench.clear(condition.name()).await?;
        Ok(())
    }
}
