//! What must hold before a case's first step, and whether it can run at all.

use super::readings::is_circumstance;
use super::{CaseRun, Halt};
use crate::device::effects::Effect;
use crate::device::session::Outgoing;
use crate::device::transport::Outcome;
use crate::ledger::allowed::LIMIT;
use crate::ledger::reading::{Reading, number};
use crate::runner::bookkeeping::GET_INFO;
use crate::runner::judge;
use crate::runner::plan;
use ikkm_protocol::{Kind, Params};
use rust_decimal::Decimal;
use serde_json::Value;

impl CaseRun<'_> {
    /// Ends the case as not applicable where something is missing that it needs, and inconclusive
    /// where the device never finishes what it needs.
    pub(super) fn needs(&mut self) -> Result<(), Halt> {
        let session = &self.talk.session;
        let lacks =
            plan::missing(self.case, session.grants(), self.bench.hello(), session.has_second_address());
        if let Some(why) = lacks {
            return Err(Halt::NotApplicable(why));
        }
        match self.patience.forbids(self.case) {
            Some(why) => Err(Halt::Inconclusive(why)),
            None => Ok(()),
        }
    }

    /// A device that was busy to the limit twice is asked once whether it still is.
    pub(super) async fn still_busy(&mut self) -> Result<(), Halt> {
        if !self.patience.is_busy() {
            return Ok(());
        }
        let mut look = Outgoing::get(GET_INFO, self.talk.session.key()?);
        look.take_busy = true;
        let sent = self.send(&look).await?;
        match sent.answer().map(|answer| answer.kind()) {
            Some(Kind::Refused { code: -2 }) => Err(Halt::Inconclusive(self.patience.still_busy())),
            _ => Ok(()),
        }
    }

    /// Brings about what `given:` asks for.
    pub(super) async fn fixtures(&mut self) -> Result<(), Halt> {
        let given = self.case.given.clone();
        if let Some(rule) = &given.rounding_rule {
            let info = self.info().await?;
            let shown = info.get("roudingRule").and_then(Value::as_str).unwrap_or("nothing");
            if shown != rule {
                let why = format!("the device's roudingRule is `{shown}`; the case speaks of `{rule}`");
                return Err(Halt::NotApplicable(why));
            }
        }
        if self.books.inherited_shift && plan::effects(self.case).contains(&Effect::Fiscal) {
            self.try_inherited_shift().await?;
        }
        if let Some(least) = given.taxes_at_least {
            let taxes = self.taxes().await?;
            let count = taxes.as_object().map_or(0, serde_json::Map::len);
            if count < least {
                return Err(Halt::NotApplicable(format!(
                    "the tax directory has {count} taxes; the case needs {least}"
                )));
            }
        }
        if given.included_tax {
            self.default_tax_is_included().await?;
        }
        if given.taxed {
            self.default_tax_has_a_rate().await?;
        }
        if given.shift_open == Some(true) {
            self.open_shift().await?;
        }
        if let Some(wanted) = given.drawer {
            let shortfall = wanted - self.drawer().await?;
            self.move_cash(shortfall).await?;
        }
        if let Some(least) = given.drawer_at_least {
            let shortfall = least - self.drawer().await?;
            if shortfall > Decimal::ZERO {
                self.move_cash(shortfall).await?;
            }
        }
        // Last, because moving cash may have opened a shift.
        if given.shift_open == Some(false) {
            self.close_shift().await?;
        }
        Ok(())
    }

    /// A shift that was open before the run may be older than a day, or another cashier's: then its
    /// refusals are right (SHIFT-3 to SHIFT-5). One sale tells; a Z report helps where it is granted.
    async fn try_inherited_shift(&mut self) -> Result<(), Halt> {
        if self.shift_is_open().await? {
            self.talk
                .note("fixture: a sale of 10 tells whether the shift open before the run takes receipts");
            let mut sale = Outgoing::get("/api/", self.talk.session.key()?);
            sale.params = sale_of("10", "10");
            let sent = self.send(&sale).await?;
            let Some(answer) = sent.first_answer() else { return Ok(()) };
            if matches!(answer.kind(), Kind::Refused { code: -3 | -11 }) {
                if !self.talk.session.grants().admits(Effect::Shift) {
                    let told = judge::describe(answer);
                    return Err(Halt::NotApplicable(format!(
                        "the shift open before the run takes no receipts ({told}): close it, or --allow shift"
                    )));
                }
                self.close_shift().await?;
            }
        }
        self.books.inherited_shift = false;
        Ok(())
    }

    /// The cash in the drawer, as getInfo says it or must say it.
    pub(super) async fn drawer(&mut self) -> Result<Decimal, Halt> {
        if let Some(now) = self.books.predicted() {
            return Ok(now.drawer);
        }
        let info = self.info().await?;
        match Reading::drawer_of(&info) {
            Some(drawer) => Ok(drawer),
            None => Err(self.unprepared("CHK-2", "a number in getInfo's cashWeHave", "none")),
        }
    }

    async fn move_cash(&mut self, difference: Decimal) -> Result<(), Halt> {
        if difference.is_zero() {
            return Ok(());
        }
        // Whether cash can be moved while no shift is open is not said, so one is opened first.
        self.open_shift().await?;
        let (what, path) = match difference > Decimal::ZERO {
            true => ("deposit", "/apideposit/"),
            false => ("withdraw", "/apiwithdraw/"),
        };
        // No more than 20 million goes in or out at once (v22 §3).
        let mut left = difference.abs();
        while left > Decimal::ZERO {
            let amount = left.min(LIMIT);
            self.talk.note(format!("fixture: {what} {amount}"));
            self.bring_about(path, Params(vec![("cash".to_owned(), amount.to_string())])).await?;
            left -= amount;
        }
        Ok(())
    }

    async fn shift_is_open(&mut self) -> Result<bool, Halt> {
        let info = self.info().await?;
        match Reading::shift_of(&info) {
            Some((_, open)) => Ok(open),
            None => {
                let found = "no currentShiftID, or no currentShiftStatus opened or closed";
                Err(self.unprepared("CHK-2", "getInfo to name the shift and its status", found))
            }
        }
    }

    async fn open_shift(&mut self) -> Result<(), Halt> {
        if self.books.predicted().is_some_and(|now| now.open) || self.shift_is_open().await? {
            return Ok(());
        }
        self.talk.note("fixture: a sale of 10 opens a shift");
        self.bring_about("/api/", sale_of("10", "10")).await?;
        if self.shift_is_open().await? {
            return Ok(());
        }
        Err(self.unprepared("REG-9", "an open shift after a sale", "no shift is open"))
    }

    async fn close_shift(&mut self) -> Result<(), Halt> {
        if self.books.predicted().is_some_and(|now| !now.open) || !self.shift_is_open().await? {
            return Ok(());
        }
        self.talk.note("fixture: a Z report closes the shift");
        self.bring_about("/apizreport/", Params::new()).await?;
        self.wait_for_closed_shift().await?;
        if !self.shift_is_open().await? {
            return Ok(());
        }
        Err(self.unprepared("SHIFT-2", "a closed shift after a Z report", "the shift is still open"))
    }

    /// What reportwithtax says of the default tax, learnt once from a sale of 10 under it.
    async fn default_tax_details(&mut self) -> Result<Vec<Value>, Halt> {
        if let Some(details) = &self.books.default_tax {
            return Ok(details.clone());
        }
        let tax = self.value("default-tax").await?;
        self.talk.note("fixture: a sale of 10 shows the default tax in reportwithtax");
        self.bring_about("/api/", sale_of("10", "20")).await?;
        let shift = self.value("shift").await?;
        let report = self.document(&format!("/dump/table/shifts/{shift}/reportwithtax")).await?;
        let rows = report.get("taxes").and_then(|taxes| taxes.get("sale")).and_then(Value::as_array);
        let is_it = |row: &&Value| row.get("taxId").is_some_and(|id| id.to_string().trim_matches('"') == tax);
        let details =
            rows.into_iter().flatten().filter(is_it).filter_map(|row| row.get("taxDetails")?.as_array());
        let details: Vec<Value> = details.flatten().cloned().collect();
        self.books.default_tax = Some(details.clone());
        Ok(details)
    }

    async fn default_tax_is_included(&mut self) -> Result<(), Halt> {
        let included = |detail: &Value| {
            detail.get("isIncluded").is_some_and(|included| included.to_string().trim_matches('"') == "true")
        };
        if self.default_tax_details().await?.iter().any(included) {
            return Ok(());
        }
        Err(Halt::NotApplicable("the device's default tax is not shown as included in the amount".to_owned()))
    }

    async fn default_tax_has_a_rate(&mut self) -> Result<(), Halt> {
        let has_rate = |detail: &Value| {
            detail.get("taxPercent").and_then(number).is_some_and(|percent| percent > Decimal::ZERO)
        };
        if self.default_tax_details().await?.iter().any(has_rate) {
            return Ok(());
        }
        let why = "the device's default tax is 0 %, which adds nothing on top; choose another default tax";
        Err(Halt::NotApplicable(why.to_owned()))
    }

    /// A request that brings a fixture about. Where it fails it is judged under its own line, and the
    /// case cannot tell anything.
    async fn bring_about(&mut self, path: &str, params: Params) -> Result<(), Halt> {
        let line = match path {
            "/api/" => "REG-1",
            "/apizreport/" => "SHIFT-2",
            _ => "CASH-1",
        };
        let mut outgoing = Outgoing::get(path, self.talk.session.key()?);
        outgoing.params = params;
        let before = self.talk.before(outgoing.key.as_ref());
        let last = *self.talk.last;
        let sent = self.send(&outgoing).await?;
        let Some(answer) = sent.answer().cloned() else {
            return Err(match &sent.delivery.outcome {
                Outcome::NotSent(why) => Halt::Stop(format!("the device cannot be reached: {why}")),
                Outcome::NoAnswer(trouble) => {
                    Halt::Stop(format!("the device does not answer any more: {trouble}"))
                }
                Outcome::Malformed { why, .. } => self.malformed(&sent, why),
                Outcome::Answered(_) => Halt::Inconclusive(format!("{path} was not answered")),
            });
        };
        let told = judge::describe(&answer);
        match answer.kind() {
            Kind::Keyed { key, .. } if line == "CASH-1" && before.current.as_ref() != Some(&key) => {
                // The chain follows the key that came, so the run goes on; the finding stays.
                Err(self.unprepared("KEY-11", "the key unchanged", told))
            }
            Kind::Keyed { .. } => Ok(()),
            Kind::Zero if line == "SHIFT-2" => Ok(()),
            Kind::Refused { code: -1 } => {
                let at = self.preparing(line);
                self.key_is_gone(last, at).await?;
                Err(Halt::Broken)
            }
            _ if is_circumstance(&answer) => Err(Halt::Inconclusive(format!(
                "the fixture could not be brought about: {path} was answered {told}"
            ))),
            _ => {
                let expected = match line {
                    "REG-1" => "a plain sale to be registered",
                    "SHIFT-2" => "200 z-report-started with 0",
                    _ => "cash to be moved",
                };
                Err(self.unprepared(line, expected, told))
            }
        }
    }
}

fn sale_of(total: &str, cash: &str) -> Params {
    Params(vec![("sale".to_owned(), total.to_owned()), ("cash".to_owned(), cash.to_owned())])
}
