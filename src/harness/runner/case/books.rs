//! Reading the books, and judging how they moved.

use super::{CaseRun, Halt, LastAnswer};
use crate::device::session::{Outgoing, Sent};
use crate::device::transport::Outcome;
use crate::ledger::moved::{Comparison, compare};
use crate::ledger::reading::{Figure, Reading};
use crate::runner::judge;
use crate::suite::model::{Move, Step};
use crate::suite::moves::{self, Addend};
use ikkm_requirements::{Level, register};
use serde_json::Value;

/// The path of getInfo (v22 §7.1).
pub(super) const GET_INFO: &str = "/apicheck/getInfo/";
/// The path of the tax directory (v22 §9.1).
pub(super) const TAXES: &str = "/dump/table/taxes";

/// The document, where a request was a whole getInfo that was answered: then it need not be asked
/// again.
pub(super) fn info_in(sent: &Sent) -> Option<Value> {
    let whole = sent.request.path().trim_end_matches('/') == GET_INFO.trim_end_matches('/')
        && sent.request.params().0.iter().all(|(name, _)| name == "key");
    match &sent.delivery.outcome {
        Outcome::Answered(answer) if whole && answer.status == 200 => judge::document(answer),
        _ => None,
    }
}

impl CaseRun<'_> {
    /// The books now: the last reading while nothing was sent since that could have moved them, else
    /// two requests.
    pub(super) async fn reading(&mut self) -> Result<Reading, Halt> {
        if let Some(reading) = &self.runner.state.reading {
            return Ok(reading.clone());
        }
        let info = self.info().await?;
        let Some((shift, _)) = Reading::shift_of(&info) else {
            let why = "the books cannot be read: getInfo has no currentShiftID, or no currentShiftStatus opened or closed";
            return Err(Halt::Inconclusive(why.to_owned()));
        };
        let report = self.document(&format!("/dump/table/shifts/{shift}/report")).await?;
        let reading = Reading::new(&info, &report)
            .ok_or_else(|| Halt::Inconclusive("the books cannot be read".to_owned()))?;
        if !self.state().ledger.is_tracking() {
            self.state().ledger.rebase(&info, reading.clone());
        }
        self.state().reading = Some(reading.clone());
        Ok(reading)
    }

    /// getInfo now, asked again only where something was sent since that could have changed it.
    pub(super) async fn info(&mut self) -> Result<Value, Halt> {
        if let Some(info) = &self.runner.state.info {
            return Ok(info.clone());
        }
        self.document(GET_INFO).await
    }

    /// The tax directory, asked once until something may have edited it.
    pub(super) async fn taxes(&mut self) -> Result<Value, Halt> {
        if let Some(taxes) = &self.runner.state.taxes {
            return Ok(taxes.clone());
        }
        let taxes = self.document(TAXES).await?;
        self.state().taxes = Some(taxes.clone());
        Ok(taxes)
    }

    /// A JSON document that the harness itself needs; that it cannot be had is not the case's verdict.
    pub(super) async fn document(&mut self, path: &str) -> Result<Value, Halt> {
        let before = self.last;
        let key = self.runner.session.key()?;
        let sent = self.send(&Outgoing::get(path, key)).await?;
        let why = match &sent.delivery.outcome {
            Outcome::Answered(answer) => {
                if super::refusal_code(answer) == Some(-1) {
                    let place = self.case.place.clone();
                    self.key_is_gone(before, &place).await?;
                }
                if answer.status == 200
                    && let Some(document) = judge::document(answer)
                {
                    return Ok(document);
                }
                judge::describe(answer)
            }
            Outcome::NotSent(why) => return Err(Halt::Stop(format!("the device cannot be reached: {why}"))),
            Outcome::NoAnswer(trouble) => return self.no_answer(trouble.to_string()).await,
            Outcome::Malformed { why, .. } => why.clone(),
        };
        Err(Halt::Inconclusive(format!("{path} cannot be read, so nothing can be told: {why}")))
    }

    /// Judges `moves:` of a step. `refused` says that the step might have succeeded and was refused:
    /// then nothing may have moved.
    pub(super) async fn judge_moves(
        &mut self,
        step: &Step,
        expected: &[Move],
        refused: bool,
    ) -> Result<(), Halt> {
        let mut amounts: Vec<(String, Vec<Addend>)> = Vec::new();
        if !refused {
            for figure in expected {
                let text = self.fill(&figure.amounts).await?;
                let addends = moves::parse(&text).map_err(|error| Halt::Inconclusive(error.to_string()))?;
                amounts.push((figure.figure.clone(), addends));
            }
        }
        let after = self.reading().await?;
        let Some(mut before) = self.opening.replace(after.clone()) else { return Ok(()) };
        if std::mem::take(&mut self.handed_over) {
            before.closed_meanwhile(&after);
        }
        match compare(&before, &after, &amounts) {
            Comparison::Agrees(modes) => {
                if self.state().learn_amount(&modes) {
                    return Ok(());
                }
                let earlier = self.state().amounts.to_string();
                let now: Vec<&str> = modes.iter().map(|mode| mode.as_str()).collect();
                let expected = format!("amounts rounded {earlier}, as before in this run");
                let finding =
                    self.finding("Q-WIRE-1", &step.place, expected, format!("rounded {}", now.join(" or ")));
                self.found_for_certain(finding)
            }
            Comparison::Differs(mismatches) => {
                let found = mismatches.into_iter().map(|mismatch| {
                    let requirement = self.cited_for(step, mismatch.figure, amounts.is_empty());
                    let expected =
                        format!("{}: {} (was {})", mismatch.figure, mismatch.expected, mismatch.before);
                    self.finding(&requirement, &step.place, expected, mismatch.found.to_string())
                });
                let found = found.collect();
                self.differ(found, self.open_rounding.clone())
            }
        }
    }

    /// The requirement that a figure's wrong move breaks: the figure's own line, where the case cites
    /// it, else what the step cites. Where that is an open question, the line that the answer to it
    /// may not break: something moved that should not have, or by another amount.
    fn cited_for(&self, step: &Step, figure: Figure, nothing_expected: bool) -> String {
        let own: &[&str] = match figure {
            Figure::Fiscal(_) | Figure::ShiftSum(_) | Figure::ShiftReceipts(_) | Figure::AllReceipts(_) => {
                &["REG-2"]
            }
            Figure::Drawer | Figure::ReportDrawer => &["PAY-3", "PAY-5", "PAY-16", "CASH-1"],
            Figure::CashIn | Figure::CashInCount | Figure::CashOut | Figure::CashOutCount => &["CASH-1"],
        };
        let cited = |id: &&str| self.case.requirements.iter().any(|known| known == id);
        let is_open = register().get(&step.cites).is_some_and(|line| line.level == Level::Open);
        match own.iter().copied().find(cited) {
            Some(own) => own.to_owned(),
            None if is_open && nothing_expected => "REG-8".to_owned(),
            None if is_open && matches!(figure, Figure::Drawer | Figure::ReportDrawer) => "PAY-16".to_owned(),
            None if is_open => own[0].to_owned(),
            None => step.cites.clone(),
        }
    }

    /// Nothing came back to a request: if the device still serves, the requirement is broken (the
    /// caller says which); if it does not, the run ends.
    pub(super) async fn no_answer<T>(&mut self, trouble: String) -> Result<T, Halt> {
        Err(Halt::Stop(format!("the device does not answer any more: {trouble}")))
    }

    /// Whether the device still answers anything, tried three times a second apart.
    pub(super) async fn still_serves(&mut self) -> Result<bool, Halt> {
        for _ in 0..3 {
            self.wait(crate::device::session::PAUSE).await?;
            let key = self.runner.session.key()?;
            let before = self.last;
            let sent = self.send(&Outgoing::get(GET_INFO, key)).await?;
            if matches!(sent.delivery.outcome, Outcome::Answered(_)) {
                self.last = before;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// After a restart was asked for: waits until the device answers again, 3 minutes at the most.
    pub(super) async fn wait_for_restart(&mut self) -> Result<(), Halt> {
        for _ in 0..180 {
            self.wait(crate::device::session::PAUSE).await?;
            let key = self.runner.session.key()?;
            let sent = self.send(&Outgoing::get(GET_INFO, key)).await?;
            if matches!(sent.delivery.outcome, Outcome::Answered(_)) {
                self.last = LastAnswer::Other;
                self.forget_directories();
                return Ok(());
            }
        }
        Err(Halt::Stop("the device does not come back after its restart".to_owned()))
    }

    /// After a Z report was accepted: waits until the shift is closed, 90 s at the most (v22 §3).
    pub(super) async fn wait_for_closed_shift(&mut self) -> Result<(), Halt> {
        self.closing = false;
        self.state().books_may_have_moved();
        let began = self.runner.session.clock().now();
        loop {
            let info = self.document(GET_INFO).await?;
            let closed = Reading::shift_of(&info).is_none_or(|(_, open)| !open);
            let waited = self.runner.session.clock().now().saturating_sub(began);
            if closed || waited >= std::time::Duration::from_secs(90) {
                self.last = LastAnswer::Other;
                self.state().info = closed.then_some(info);
                return Ok(());
            }
            self.wait(crate::device::session::PAUSE).await?;
        }
    }
}
