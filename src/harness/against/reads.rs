//! What is read of one device beside the answers: its books and documents, paper and messages, a receipt by its key.

use super::documents::{QUEUE, Reading, named};
use super::roles::Known;
use super::seen::{Channel, Fact, Seen};
use super::side::{Side, SideError};
use crate::bench::{self, Observation, Reply};
use crate::device::session::Outgoing;
use crate::fuzz::operation::Call;
use crate::ledger::reading::{Reading as Books, number};
use ikkm_protocol::{Answer, Kind, Params};
use rust_decimal::Decimal;
use serde_json::Value;

pub(super) const GET_INFO: &str = "/apicheck/getInfo";
/// Shifts of a sequence that are read; more are not opened by one.
const MOST_SHIFTS: u64 = 6;

/// What became of the messages to the tax committee.
#[derive(Debug, Default)]
pub(super) struct Messages {
    /// Some were waiting that had not been before.
    pub waited: bool,
    /// Some were sent.
    pub sent: bool,
}

impl Side {
    /// Paper and messages since the last look.
    pub(super) async fn take_tape(
        &mut self,
        call: Option<&Call>,
        params: &Params,
        seen: &mut Seen,
    ) -> Result<(), SideError> {
        let bench = &mut self.subject.bench;
        if bench.confirms() {
            return Ok(());
        }
        let sees = |bench: &bench::Bench, what: Observation| {
            bench.hello().observations.iter().any(|name| name == what.as_str())
        };
        if sees(bench, Observation::Tape)
            && let Reply::Done(fields) = bench.observe(Observation::Tape).await?
        {
            self.memory.paper(call, params, &bench::tape(fields)?, seen);
        }
        if sees(bench, Observation::Online)
            && let Reply::Done(fields) = bench.observe(Observation::Online).await?
        {
            let messages = bench::online(fields)?;
            self.messages.sent |= !messages.is_empty();
            self.memory.online(&messages, seen);
        }
        Ok(())
    }

    /// getInfo and the current shift's report with taxes.
    pub(super) async fn books(&mut self, seen: &mut Seen) -> Result<(), SideError> {
        self.read(GET_INFO, Channel::Books, seen).await?;
        let path = format!("/dump/table/shifts/{}/reportwithtax", self.memory.shift);
        self.read(&path, Channel::Books, seen).await
    }

    /// Every document of the shifts that the sequence touched.
    pub(super) async fn look(&mut self, seen: &mut Seen) -> Result<(), SideError> {
        self.read(GET_INFO, Channel::Books, seen).await?;
        self.read("/dump/table/shifts", Channel::Document, seen).await?;
        let current = self.memory.shift;
        for shift in self.memory.began_in.max(current.saturating_sub(MOST_SHIFTS))..=current {
            let base = format!("/dump/table/shifts/{shift}");
            self.read(&format!("{base}/cheques"), Channel::Document, seen).await?;
            self.read(&format!("{base}/report"), Channel::Books, seen).await?;
            if shift == current {
                for kind in ["reportwithtax", "salescheques", "sales"] {
                    self.read(&format!("{base}/{kind}"), Channel::Document, seen).await?;
                }
            }
        }
        Ok(())
    }

    pub(super) async fn read(
        &mut self,
        path: &str,
        channel: Channel,
        seen: &mut Seen,
    ) -> Result<(), SideError> {
        let sent = self.subject.session.send(&Outgoing::get(path, self.key()?)).await?;
        let (name, _) = named(path);
        let answer = sent.first_answer();
        match sent.document().filter(|_| answer.is_some_and(|answer| answer.status == 200)) {
            Some(value) => {
                self.learn(path, value);
                let reading = Reading { path, channel, value, now: self.now() };
                self.memory.document(&reading, seen);
            }
            None => {
                let told = self.told(answer, &self.known());
                seen.put(channel, format!("{name}: answer"), Fact::word(told));
                if answer.is_some_and(|answer| answer.kind() == Kind::Refused { code: -1 }) {
                    self.key_off_the_screen().await?;
                }
            }
        }
        Ok(())
    }

    /// A document that is read for its own sake, without a word of it.
    pub(super) async fn document(&mut self, path: &str) -> Result<Option<Value>, SideError> {
        let sent = self.subject.session.send(&Outgoing::get(path, self.key()?)).await?;
        let served = sent.first_answer().is_some_and(|answer| answer.status == 200);
        let value = sent.into_document().filter(|_| served);
        if let Some(value) = &value {
            self.learn(path, value);
        }
        Ok(value)
    }

    fn learn(&mut self, path: &str, value: &Value) {
        if path != GET_INFO {
            return;
        }
        if let Some((shift, open)) = Books::shift_of(value) {
            (self.memory.shift, self.memory.open) = (shift, open);
        }
        self.memory.drawer = Books::drawer_of(value).or(self.memory.drawer);
        if let Some(waiting) = value.get(QUEUE).and_then(number) {
            let before = self.memory.waiting.replace(waiting);
            self.messages.waited |= before.is_some_and(|before| waiting > before);
            self.messages.sent |= before.is_some_and(|before| waiting < before);
        }
    }

    /// The details of a receipt by its key: found by the one or the other (Q-DUMP-2).
    pub(super) async fn receipt(&mut self, back: usize, seen: &mut Seen) -> Result<(), SideError> {
        let Some((spent, answered)) = self.memory.receipts.iter().rev().nth(back).cloned() else {
            return Ok(());
        };
        let given =
            self.memory.numbers.iter().rev().filter(|one| one.receipt).nth(back).map(|one| one.number);
        for (by_spent, key) in [(false, &answered), (true, &spent)] {
            if self.memory.by_spent.is_some_and(|known| known != by_spent) {
                continue;
            }
            let path = format!("/dump/transaction/{}", key.as_str());
            let Some(value) = self.document(&path).await? else { continue };
            let shown = value.get("docid").and_then(number);
            if shown.is_none()
                || shown != given.map(Decimal::from) && self.memory.by_spent.is_none() && !by_spent
            {
                continue;
            }
            self.memory.by_spent = Some(by_spent);
            let word = if by_spent { "the key that it spent" } else { "the key that it was answered" };
            seen.put(Channel::Document, "receipt details: found by", Fact::word(word));
            let reading = Reading { path: &path, channel: Channel::Document, value: &value, now: self.now() };
            self.memory.document(&reading, seen);
            return Ok(());
        }
        seen.put(Channel::Document, "receipt details: found by", Fact::word("neither key"));
        Ok(())
    }

    /// An answer where a document, or a card's start, was wanted.
    pub(super) fn told(&self, answer: Option<&Answer>, known: &Known) -> String {
        answer.map_or_else(|| "no answer".to_owned(), |answer| self.memory.said(answer, known))
    }
}
