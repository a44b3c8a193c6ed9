//! What the harness itself reads of a device, to judge by it: getInfo, the books, whole documents; and
//! what it waits for.

use super::requests::refusal_code;
use super::verdicts::At;
use super::{CaseRun, Halt};
use crate::bench::ConditionName;
use crate::device::session::{Outgoing, PAUSE, Sent};
use crate::device::transport::Outcome;
use crate::golden::Compared;
use crate::ledger::documents::{Documents, ShiftDocuments, text};
use crate::ledger::reading::Reading;
use crate::runner::bookkeeping::{GET_INFO, TAXES};
use crate::runner::judge;
use crate::runner::patience::Unfinished;
use crate::runner::state::LastAnswer;
use crate::suite::model::{Case, Extent, KeyUse, Move, Step};
use crate::suite::moves::{self, Addend};
use ikkm_protocol::Answer;
use serde_json::Value;
use std::time::Duration;

/// How long a shift may take to close (v22 §3).
const CLOSING: Duration = Duration::from_secs(90);
/// How often a device is asked whether it is back after a restart, once a second.
const RESTART_LOOKS: u32 = 180;
/// Shifts that are read at the most: a device may keep hundreds.
const MOST_SHIFTS: usize = 6;

impl<'r> CaseRun<'r> {
    /// The books now: the last reading while nothing was sent since that could have moved them, else
    /// two requests. A run that puts looks off reads the taxes with them until it knows them.
    pub(super) async fn reading(&mut self) -> Result<Reading, Halt> {
        if let Some(reading) = self.books.reading() {
            return Ok(reading.clone());
        }
        let info = self.info().await?;
        let Some((shift, _)) = Reading::shift_of(&info) else {
            let found = "no currentShiftID, or no currentShiftStatus opened or closed";
            return Err(self.unprepared("CHK-2", "getInfo to name the shift and its status", found));
        };
        // Looks can be put off only where it is known what the taxes do: the longer report tells both.
        let teaches = self.books.asks_for_taxes();
        let kind = if teaches { "reportwithtax" } else { "report" };
        let report = self.document(&format!("/dump/table/shifts/{shift}/{kind}")).await?;
        let Some(reading) = self.books.read(&info, &report) else {
            return Err(Halt::Inconclusive("the books cannot be read".to_owned()));
        };
        if teaches {
            self.books.ledger.learn_taxes(&report);
        }
        Ok(reading)
    }

    /// getInfo now, asked again only where something was sent since that could have changed it.
    pub(super) async fn info(&mut self) -> Result<Value, Halt> {
        match self.books.info() {
            Some(info) => Ok(info.clone()),
            None => self.document(GET_INFO).await,
        }
    }

    /// The tax directory, asked once until something may have edited it.
    pub(super) async fn taxes(&mut self) -> Result<Value, Halt> {
        if let Some(taxes) = self.books.taxes() {
            return Ok(taxes.clone());
        }
        let taxes = self.document(TAXES).await?;
        self.books.set_taxes(taxes.clone());
        Ok(taxes)
    }

    /// A JSON document that the harness itself needs. That it cannot be had is judged under the
    /// document's own line, and is not the case's verdict.
    pub(super) async fn document(&mut self, path: &str) -> Result<Value, Halt> {
        let last = *self.talk.last;
        let key = self.talk.session.key()?;
        let sent = self.send(&Outgoing::get(path, key)).await?;
        let why = match &sent.delivery.outcome {
            Outcome::Answered(answer) => {
                if refusal_code(answer) == Some(-1) {
                    let at = self.preparing(line_of(path));
                    self.key_is_gone(last, at).await?;
                }
                if answer.status == 200 && sent.document().is_some() {
                    return Ok(sent.into_document().unwrap_or_default());
                }
                return Err(self.unreadable(path, answer));
            }
            Outcome::NotSent(why) => return Err(Halt::Stop(format!("the device cannot be reached: {why}"))),
            Outcome::NoAnswer(trouble) => {
                return Err(Halt::Stop(format!("the device does not answer any more: {trouble}")));
            }
            Outcome::Malformed { why, .. } => why.clone(),
        };
        Err(self.malformed(&sent, &why))
    }

    /// A list of receipts without those whose type v22 does not list: firmware above 1016 may follow a
    /// later document. That is remarked, once a run.
    pub(super) fn of_known_types(&mut self, path: &str, mut document: Value) -> Value {
        let (left, types) = self.left_out.leave_out(path, &mut document);
        if left {
            let remark = format!(
                "receipts of a chequeType that v22 does not list were left out: {}",
                types.join(", ")
            );
            self.talk.note_once(remark.clone());
            if !self.remarks.contains(&remark) {
                self.remarks.push(remark);
            }
        }
        document
    }

    /// An answer to a reading that is no HTTP answer.
    pub(super) fn malformed(&mut self, sent: &Sent, why: &str) -> Halt {
        let came = sent.delivery.wire.head.len() + sent.delivery.raw_body().len();
        let found = format!("an answer of {came} bytes that cannot be read: {why}");
        self.unprepared("WIRE-1", "a complete HTTP answer", found)
    }

    /// An answer to a reading that is no document. Where something stands that a device may refuse by,
    /// nothing can be told of it.
    fn unreadable(&mut self, path: &str, answer: &Answer) -> Halt {
        let told = judge::describe(answer);
        if let Some(wrong) = judge::unreadable(answer) {
            let _ = self.unprepared("WIRE-12", wrong.expected, wrong.found.clone());
            let expected = format!("{path} to be a JSON document");
            return self.unprepared(line_of(path), expected, wrong.found);
        }
        if !self.established.is_empty() || self.paying || is_circumstance(answer) {
            return Halt::Inconclusive(format!("{path} cannot be read, so nothing can be told: {told}"));
        }
        self.unprepared(line_of(path), format!("{path} to be a JSON document"), told)
    }

    /// Something that only prepares the case is wrong.
    pub(super) fn unprepared(
        &mut self,
        line: &'static str,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) -> Halt {
        let at = self.preparing(line);
        self.judge.found_in_preparation(at, expected, found, self.books.open_in_case())
    }

    /// Where what prepares the case is judged.
    pub(super) fn preparing(&self, line: &'static str) -> At<'r> {
        let case: &'r Case = self.case;
        At { cites: line, place: &case.place, exchange: self.talk.last_exchange() }
    }

    /// Judges `moves:` of a step. `refused` says that the step might have succeeded and was refused:
    /// then nothing may have moved.
    pub(super) async fn judge_moves(
        &mut self,
        step: &Step,
        expected: &[Move],
        refused: bool,
    ) -> Result<(), Halt> {
        if self.puts_off {
            self.books.put_off.add(&self.case.name);
            return Ok(());
        }
        let mut amounts: Vec<(String, Vec<Addend>)> = Vec::new();
        if !refused {
            for figure in expected {
                let text = self.fill(&figure.amounts).await?;
                let addends = moves::parse(&text).map_err(|error| Halt::Inconclusive(error.to_string()))?;
                amounts.push((figure.figure.clone(), addends));
            }
        }
        let after = self.reading().await?;
        let Some(comparison) = self.books.moved(&after, &amounts) else { return Ok(()) };
        let (at, cause, open) = (self.at(step), self.judge.cause(), self.books.open_in_case());
        self.judge.moves(at, comparison, amounts.is_empty(), cause, open)
    }

    /// Judges `check:` of a step.
    pub(super) async fn judge_document(
        &mut self,
        step: &Step,
        seen: Option<&Value>,
        refused: bool,
    ) -> Result<(), Halt> {
        // A question may have been answered by a refusal: then there is no document to check.
        if refused && seen.is_none() && step.question.is_some() {
            return Ok(());
        }
        // Judged where the document came, whatever is read to fill the checks in.
        let at = self.at(step);
        let Some(json) = seen else {
            let open = self.books.open_in_case();
            self.judge.found(at, "a JSON document", "an answer that is none", open)?;
            return Err(Halt::Broken);
        };
        let checks = self.checks(step).await?;
        self.judge.document(at, json, &checks, self.books.open_in_case())
    }

    /// Compares a document with the accepted one.
    pub(super) fn judge_golden(&mut self, step: &Step, name: &str, json: &Value) -> Result<(), Halt> {
        let Some(golden) = &self.options.golden else { return Ok(()) };
        let path = golden.path(name).display().to_string();
        match golden.compare(name, json) {
            Ok(Compared::Same) => Ok(()),
            Ok(Compared::Taken) => {
                self.talk.note(format!("the document is kept as {path}"));
                Ok(())
            }
            Ok(Compared::Differs(difference)) => {
                let (at, open) = (self.at(step), self.books.open_in_case());
                self.judge.found(at, format!("the document accepted as {path}"), difference, open)
            }
            Err(error) => Err(Halt::Inconclusive(error.to_string())),
        }
    }

    /// Whether the device still answers anything, tried three times a second apart.
    pub(super) async fn still_serves(&mut self) -> Result<bool, Halt> {
        for _ in 0..3 {
            self.wait(PAUSE).await?;
            let key = self.talk.session.key()?;
            let before = *self.talk.last;
            let sent = self.send(&Outgoing::get(GET_INFO, key)).await?;
            if sent.first_answer().is_some() {
                *self.talk.last = before;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// After a restart was asked for: waits until the device answers again, 3 minutes at the most.
    pub(super) async fn wait_for_restart(&mut self) -> Result<(), Halt> {
        for _ in 0..RESTART_LOOKS {
            self.wait(PAUSE).await?;
            let mut look = Outgoing::get(GET_INFO, self.talk.session.key()?);
            look.take_refused = true;
            let sent = self.send(&look).await?;
            if let Some(answer) = sent.first_answer() {
                *self.talk.last = LastAnswer::None;
                self.forget_directories();
                return match refusal_code(answer) {
                    Some(-1) => self.new_key().await,
                    _ => Ok(()),
                };
            }
        }
        self.stays_down().await
    }

    /// The device shows a new key after its restart: the document also has a person read it from the
    /// screen (MGMT-9). Where the bench reads it the run goes on; a case about the chain cannot tell.
    async fn new_key(&mut self) -> Result<(), Halt> {
        let why = "the device shows a new key after its restart";
        let about_chain = self.case.requirements.iter().any(|id| id == "MGMT-9" || id.starts_with("Q-KEY-2"));
        let repeats = self
            .case
            .steps
            .iter()
            .flat_map(|step| step.action.requests())
            .any(|send| send.key != KeyUse::Current);
        let Some(key) = self.observed_key().await? else { return Err(self.is_down(why)) };
        self.talk.session.reset_key(Some(key))?;
        self.books.ledger.restarted();
        self.talk.note(format!("{why}, and the bench reads it"));
        match about_chain || repeats {
            true => Err(Halt::Inconclusive(format!("{why} (MGMT-9)"))),
            false => Ok(()),
        }
    }

    /// The device does not come back by itself: the document has a person start the web cashier. A bench
    /// that can switch it on does so, and nothing is told of this case.
    async fn stays_down(&mut self) -> Result<(), Halt> {
        let why = "the device stays down after its restart, until a person starts its web cashier";
        if self.bench.hello().conditions.iter().any(|known| known == ConditionName::ApiOff.as_str()) {
            self.clear(ConditionName::ApiOff).await?;
            *self.talk.last = LastAnswer::None;
            self.wait(PAUSE).await?;
            let key = self.observed_key().await?.map_or_else(|| self.talk.session.key(), Ok)?;
            let sent = self.send(&Outgoing::get(GET_INFO, key.clone())).await?;
            if sent.first_answer().is_some_and(|answer| answer.status == 200) {
                self.talk.session.reset_key(Some(key))?;
                return Err(Halt::Inconclusive(format!("{why} (MGMT-9); the bench started it")));
            }
        }
        Err(self.is_down(why))
    }

    fn is_down(&mut self, why: &str) -> Halt {
        let first = format!("{why}, first in `{}`", self.case.name);
        self.down.get_or_insert_with(|| first.clone());
        Halt::Inconclusive(first)
    }

    /// A device that did not go on after a restart is asked once whether it does now.
    pub(super) async fn is_up(&mut self) -> Result<(), Halt> {
        let Some(why) = self.down.clone() else { return Ok(()) };
        let mut look = Outgoing::get(GET_INFO, self.talk.session.key()?);
        look.take_refused = true;
        let sent = self.send(&look).await?;
        match sent.first_answer() {
            Some(answer) if answer.status == 200 => {
                *self.down = None;
                Ok(())
            }
            _ => Err(Halt::Inconclusive(format!("{why}: see there; this case was not begun"))),
        }
    }

    /// After a Z report was accepted: waits until the shift is closed, 90 s at the most (v22 §3).
    pub(super) async fn wait_for_closed_shift(&mut self) -> Result<(), Halt> {
        self.closing = false;
        self.books.may_have_moved();
        let began = self.talk.session.clock().now();
        loop {
            let info = self.document(GET_INFO).await?;
            let closed = Reading::shift_of(&info).is_none_or(|(_, open)| !open);
            let waited = self.talk.session.clock().now().saturating_sub(began);
            if closed || waited >= CLOSING {
                *self.talk.last = LastAnswer::Other;
                self.books.set_info(closed.then_some(info));
                if !closed {
                    self.patience.ran_out(Unfinished::ZReport, &self.case.name, waited);
                    return Err(self.stays_open());
                }
                return Ok(());
            }
            self.wait(PAUSE).await?;
        }
    }

    /// A shift that stays open is what a case about Z reports looks for, and keeps any other from telling.
    fn stays_open(&mut self) -> Halt {
        let (expected, found) = ("a closed shift after a Z report", "the shift is still open after 90 s");
        if self.case.requirements.iter().any(|id| id == "SHIFT-2") {
            let (at, open) = (self.preparing("SHIFT-2"), self.books.open_in_case());
            return self.judge.found(at, expected, found, open).err().unwrap_or(Halt::Broken);
        }
        self.unprepared("SHIFT-2", expected, found)
    }

    /// Reads, compares, and records every difference; what is wrong ends the case.
    pub(super) async fn reconcile(&mut self, step: &Step, extent: Extent) -> Result<(), Halt> {
        let documents = self.documents(extent).await?;
        let wrong = self.books.ledger.reconcile(&documents);
        self.books.put_off.reconciled();
        let wrong = wrong
            .into_iter()
            .map(|wrong| (wrong.requirement.to_owned(), wrong.expectation(), wrong.found.clone()))
            .collect();
        let at = self.at(step);
        let cause = self.judge.cause().or_else(|| self.books.explained());
        let open = self.books.open_in_run();
        self.judge.reconciled(at, wrong, cause, open)
    }

    async fn documents(&mut self, extent: Extent) -> Result<Documents, Halt> {
        let info = self.document(GET_INFO).await?;
        let Some((current, _)) = Reading::shift_of(&info) else {
            return Err(Halt::Inconclusive(
                "getInfo names no shift, so nothing can be reconciled".to_owned(),
            ));
        };
        let shift_number = |shift: &Value| shift.get("id").and_then(text)?.parse().ok();
        let (shifts, mut numbers) = match extent {
            Extent::Current => (Value::Null, Vec::new()),
            Extent::All => {
                let list = self.document("/dump/table/shifts").await?;
                let numbers = list.as_array().into_iter().flatten().filter_map(shift_number).collect();
                (list, numbers)
            }
        };
        numbers.push(current);
        numbers.sort_unstable();
        numbers.dedup();
        numbers.retain(|number| *number <= current);
        let oldest = numbers.len().saturating_sub(MOST_SHIFTS);
        let mut books = Vec::new();
        for shift in numbers.split_off(oldest) {
            books.push(self.shift_documents(shift, shift == current, extent).await?);
        }
        Ok(Documents { info, shifts, books })
    }

    async fn shift_documents(
        &mut self,
        shift: u64,
        current: bool,
        extent: Extent,
    ) -> Result<ShiftDocuments, Halt> {
        let base = format!("/dump/table/shifts/{shift}");
        let mut documents = ShiftDocuments { shift, ..ShiftDocuments::default() };
        documents.cheques = self.document(&format!("{base}/cheques")).await?;
        if extent == Extent::All {
            documents.report = self.document(&format!("{base}/report")).await?;
        }
        if current || extent == Extent::All {
            documents.with_tax = self.document(&format!("{base}/reportwithtax")).await?;
            documents.salescheques = self.document(&format!("{base}/salescheques")).await?;
            documents.sales = self.document(&format!("{base}/sales")).await?;
        }
        Ok(documents)
    }
}

/// The line that says what a document is.
fn line_of(path: &str) -> &'static str {
    let path = path.trim_end_matches('/');
    if path == GET_INFO.trim_end_matches('/') {
        return "CHK-2";
    }
    match path.rsplit('/').next() {
        Some("shifts") => "DUMP-2",
        Some("cheques" | "salescheques") => "DUMP-3",
        Some("sales") => "DUMP-4",
        Some("report" | "reportwithtax") => "DUMP-5",
        _ => "DUMP-1",
    }
}

/// Whether a refusal tells of circumstances (a fault, a shift too old, a cashier without the right)
/// rather than of what was asked.
pub(super) fn is_circumstance(answer: &Answer) -> bool {
    matches!(refusal_code(answer), Some(-6..=-2 | -11 | -12 | -16 | -18 | ..=-100))
}
