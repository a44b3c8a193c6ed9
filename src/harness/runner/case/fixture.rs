//! What must hold before a case's first step, and whether it can run at all.

use super::{CaseRun, Halt};
use crate::device::effects::Effect;
use crate::device::session::Outgoing;
use crate::device::transport::Outcome;
use crate::ledger::reading::{Reading, number};
use crate::runner::judge;
use crate::runner::plan;
use ikkm_protocol::{Kind, Method, Params};
use rust_decimal::Decimal;
use serde_json::Value;

impl CaseRun<'_> {
    /// Ends the case as not applicable where something is missing that it needs.
    pub(super) fn needs(&mut self) -> Result<(), Halt> {
        let runner = &self.runner;
        match plan::missing(
            self.case,
            runner.session.grants(),
            runner.bench.hello(),
            runner.session.has_second_address(),
        ) {
            Some(why) => Err(Halt::NotApplicable(why)),
            None => Ok(()),
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
        if self.runner.state.inherited_shift && plan::effects(self.case).contains(&Effect::Fiscal) {
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
            self.note("fixture: a sale of 10 tells whether the shift open before the run takes receipts");
            let mut sale = Outgoing::get("/api/", self.runner.session.key()?);
            let params = [("sale", "10"), ("cash", "10")];
            sale.params = Params(params.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
            let sent = self.send(&sale).await?;
            let Outcome::Answered(answer) = &sent.delivery.outcome else { return Ok(()) };
            if matches!(answer.kind(), Kind::Refused { code: -3 | -11 }) {
                if !self.runner.session.grants().admits(Effect::Shift) {
                    let told = judge::describe(answer);
                    return Err(Halt::NotApplicable(format!(
                        "the shift open before the run takes no receipts ({told}): close it, or --allow shift"
                    )));
                }
                self.close_shift().await?;
            }
        }
        self.state().inherited_shift = false;
        Ok(())
    }

    /// The cash in the drawer, as getInfo says it.
    pub(super) async fn drawer(&mut self) -> Result<Decimal, Halt> {
        let info = self.info().await?;
        Reading::drawer_of(&info).ok_or_else(|| {
            Halt::Inconclusive(
                "the cash in the drawer cannot be read: getInfo has no number in cashWeHave".to_owned(),
            )
        })
    }

    async fn move_cash(&mut self, difference: Decimal) -> Result<(), Halt> {
        if difference.is_zero() {
            return Ok(());
        }
        // Whether cash can be moved while no shift is open is not said, so one is opened first.
        self.open_shift().await?;
        let (path, amount) = if difference > Decimal::ZERO {
            ("/apideposit/", difference)
        } else {
            ("/apiwithdraw/", -difference)
        };
        self.note(format!(
            "fixture: {} {amount}",
            if path == "/apideposit/" { "deposit" } else { "withdraw" }
        ));
        self.fixture_request(path, &[("cash", amount.to_string())]).await
    }

    async fn shift_is_open(&mut self) -> Result<bool, Halt> {
        let info = self.info().await?;
        Reading::shift_of(&info).map(|(_, open)| open).ok_or_else(|| {
            let why = "it cannot be told whether a shift is open: getInfo has no currentShiftStatus opened or closed";
            Halt::Inconclusive(why.to_owned())
        })
    }

    async fn open_shift(&mut self) -> Result<(), Halt> {
        if self.shift_is_open().await? {
            return Ok(());
        }
        self.note("fixture: a sale of 10 opens a shift");
        self.fixture_request("/api/", &[("sale", "10".to_owned()), ("cash", "10".to_owned())]).await?;
        if self.shift_is_open().await? {
            return Ok(());
        }
        Err(Halt::Inconclusive("no shift is open after a sale (REG-9), so the case cannot begin".to_owned()))
    }

    async fn close_shift(&mut self) -> Result<(), Halt> {
        if !self.shift_is_open().await? {
            return Ok(());
        }
        self.note("fixture: a Z report closes the shift");
        self.fixture_request("/apizreport/", &[]).await?;
        self.wait_for_closed_shift().await?;
        if !self.shift_is_open().await? {
            return Ok(());
        }
        Err(Halt::Inconclusive(
            "the shift is still open after a Z report (SHIFT-2), so the case cannot begin".to_owned(),
        ))
    }

    /// What reportwithtax says of the default tax, learnt once from a sale of 10 under it.
    async fn default_tax_details(&mut self) -> Result<Vec<Value>, Halt> {
        if let Some(details) = &self.runner.state.default_tax {
            return Ok(details.clone());
        }
        let tax = self.value("default-tax").await?;
        self.note("fixture: a sale of 10 shows the default tax in reportwithtax");
        self.fixture_request("/api/", &[("sale", "10".to_owned()), ("cash", "20".to_owned())]).await?;
        let shift = self.value("shift").await?;
        let report = self.document(&format!("/dump/table/shifts/{shift}/reportwithtax")).await?;
        let rows = report.get("taxes").and_then(|taxes| taxes.get("sale")).and_then(Value::as_array);
        let is_it = |row: &&Value| row.get("taxId").is_some_and(|id| id.to_string().trim_matches('"') == tax);
        let details =
            rows.into_iter().flatten().filter(is_it).filter_map(|row| row.get("taxDetails")?.as_array());
        let details: Vec<Value> = details.flatten().cloned().collect();
        self.state().default_tax = Some(details.clone());
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

    /// A request that brings a fixture about; when it fails, the case cannot tell anything.
    async fn fixture_request(&mut self, path: &str, params: &[(&str, String)]) -> Result<(), Halt> {
        let key = self.runner.session.key()?;
        let mut outgoing = Outgoing::get(path, key);
        outgoing.method = Method::Get;
        outgoing.params =
            Params(params.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect());
        let before = self.last;
        let sent = self.send(&outgoing).await?;
        let why = match (&sent.delivery.outcome, &sent.settled) {
            (Outcome::Answered(answer), _) | (_, Some(answer)) => match answer.kind() {
                Kind::Keyed { .. } => return Ok(()),
                Kind::Zero if path == "/apizreport/" => return Ok(()),
                Kind::Refused { code: -1 } => {
                    let place = self.case.place.clone();
                    return self.key_is_gone(before, &place).await;
                }
                _ => judge::describe(answer),
            },
            (Outcome::NotSent(why), None) => {
                return Err(Halt::Stop(format!("the device cannot be reached: {why}")));
            }
            (Outcome::NoAnswer(trouble), None) => return self.no_answer(trouble.to_string()).await,
            (Outcome::Malformed { why, .. }, None) => why.clone(),
        };
        Err(Halt::Inconclusive(format!("the fixture could not be brought about: {path} was answered {why}")))
    }
}
