//! Status, session variables and system functions (v22 §7, §10).

use super::arguments::Arguments;
use super::behaviour::{AfterRestart, ManagementBody, VariableOrder};
use super::circumstances::Operation;
use super::documents::texts;
use super::machine::Machine;
use super::number::money;
use super::refusal::{self, Refusal};
use super::reply::Reply;
use super::session::{PrintMode, Session};
use serde_json::{Value, json};
use std::net::IpAddr;
use time::PrimitiveDateTime;

/// The session variables of v22 §10.1.
const VARIABLES: [&str; 14] = [
    "beep",
    "timersFast",
    "timersNormal",
    "keepLanPrinter",
    "closeLanPrinter",
    "getPrintMode",
    "setPrintMode",
    "ofdPacketMode",
    "pushTheQue",
    "ofdNormalMode",
    "disableWebMgmt",
    "Lockhost",
    "printHeader",
    "show",
];

impl Machine {
    /// /apicheck: the status, or session variables to set.
    pub(super) fn check(
        &mut self,
        arguments: &Arguments,
        from: IpAddr,
        now: PrimitiveDateTime,
    ) -> Result<Reply, Refusal> {
        self.posted(arguments, "printHeader")?;
        let rules = &self.behaviour.management;
        let given = || arguments.all.0.iter().filter(|(name, _)| name != "key");
        if given().any(|(name, _)| !VARIABLES.contains(&name.as_str())) && !rules.ignores_unknown_variable {
            return Err(refusal::CHECK_ALL);
        }
        let mut taken: Vec<(&str, &str)> = given()
            .filter(|(name, _)| VARIABLES.contains(&name.as_str()) && name != "show")
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        if taken.is_empty() {
            return self.status(now);
        }
        if rules.several == VariableOrder::Reversed {
            taken.reverse();
        }
        // Several take effect together or not at all: what is wrong is found on a copy.
        let mut session = self.session.clone();
        for (name, value) in &taken {
            self.set_variable(&mut session, name, value, arguments, from)?;
        }
        self.session = session;
        let pushes = taken.iter().any(|(name, _)| ["pushTheQue", "ofdNormalMode"].contains(name));
        if pushes {
            self.push_queue(now);
        }
        Ok(self.management_answer(taken.iter().any(|(name, _)| *name == "getPrintMode")))
    }

    fn status(&self, now: PrimitiveDateTime) -> Result<Reply, Refusal> {
        if !self.behaviour.management.always_ready {
            self.may_register(now)?;
        }
        Ok(Reply::zero(self.books.last_closed.to_string()))
    }

    fn set_variable(
        &self,
        session: &mut Session,
        name: &str,
        value: &str,
        arguments: &Arguments,
        from: IpAddr,
    ) -> Result<(), Refusal> {
        match name {
            "setPrintMode" => {
                return match PrintMode::from_wire(value) {
                    Some(mode) if self.behaviour.management.absent_printer == Some(mode) => {
                        Err(refusal::EXTERNAL_PRINTER)
                    }
                    Some(mode) => {
                        session.print_mode = Some(mode);
                        Ok(())
                    }
                    None if self.behaviour.management.ignores_unknown_mode => Ok(()),
                    None => Err(refusal::CHECK_ALL),
                };
            }
            "printHeader" => {
                if let Some(text) = self.posted(arguments, name)? {
                    self.lay_out(text)?;
                    session.header = (text != "clear").then(|| text.to_owned());
                }
                return Ok(());
            }
            _ if value != "true" => return Err(refusal::CHECK_ALL),
            "timersFast" => session.fast_timers = true,
            "timersNormal" => session.fast_timers = false,
            "keepLanPrinter" => session.keeps_lan_printer = true,
            "closeLanPrinter" => session.keeps_lan_printer = false,
            "ofdPacketMode" => session.packet_mode = true,
            "ofdNormalMode" => session.packet_mode = false,
            "disableWebMgmt" => session.web_management_off = true,
            "Lockhost" => session.locked_to = Some(from),
            // beep, getPrintMode and pushTheQue set nothing.
            _ => {}
        }
        Ok(())
    }

    fn management_answer(&self, tells_mode: bool) -> Reply {
        let mode = self.print_mode().wire().to_owned();
        let rules = &self.behaviour.management;
        let body = match rules.body {
            ManagementBody::Zero => "0",
            ManagementBody::Word => "ok",
            ManagementBody::Json => r#"{"result":"ok"}"#,
        };
        match (tells_mode, rules.mode_in_body) {
            (true, true) => Reply::Text { reason: None, body: mode },
            (true, false) => Reply::Text { reason: Some(mode), body: body.to_owned() },
            (false, _) => Reply::Text { reason: None, body: body.to_owned() },
        }
    }

    /// /apimanage (v22 §10.2).
    pub(super) fn manage(&mut self, arguments: &Arguments, now: PrimitiveDateTime) -> Result<Reply, Refusal> {
        let asked = |name| arguments.get(name) == Some("true");
        match (asked("doReboot"), asked("doUpdate")) {
            (true, _) => self.restart(now),
            (false, true) => {}
            (false, false) => return Err(refusal::CHECK_ALL),
        }
        Ok(self.management_answer(false))
    }

    /// Off and on again: the session is gone, everything else stays (MGMT-5).
    pub(super) fn restart(&mut self, now: PrimitiveDateTime) {
        let (asked, method) = (self.circumstances.operation, self.circumstances.method);
        self.happened(Operation::Restart, |machine| {
            machine.restarted();
            machine.bank.finish(false, now);
            if machine.running_z.is_some() {
                machine.finish_z(now);
            }
            if let Some(last) = &mut machine.keys.last {
                last.before_restart = true;
            }
            // Normal mode again: what waited is sent.
            machine.push_queue(now);
            match machine.behaviour.management.after_restart {
                AfterRestart::GoesOn => {}
                AfterRestart::NewKey => machine.keys.begin_anew(),
                AfterRestart::StaysDown => machine.is_down = true,
            }
        });
        // A restart that was asked for is still to be answered.
        self.circumstances.begin(asked, method);
    }

    /// /apicheck/getInfo (v22 §7.1).
    pub(super) fn get_info(&self, arguments: &Arguments) -> Reply {
        let shift = self.books.shifts.last();
        let status = if self.books.open_shift().is_some() { "opened" } else { "closed" };
        let cashier = self.directories.current_cashier();
        let minimum = [
            ("lastClosedChequeId", self.books.last_closed.to_string()),
            ("currentShiftID", shift.map_or(0, |shift| shift.id).to_string()),
            ("currentShiftStatus", status.to_owned()),
            ("defaultApiTaxID", self.directories.default_tax.to_string()),
            ("cashierID", self.directories.cashier.to_string()),
            ("cashierName", cashier.map_or(String::new(), |cashier| cashier.name.clone())),
        ];
        let order = self.behaviour.reports.field_order;
        if arguments.get("show") == Some("minimum") {
            return Reply::Document(super::documents::ordered(texts(minimum), order));
        }
        Reply::Document(super::documents::ordered(self.full_info(minimum), order))
    }

    fn full_info(&self, minimum: [(&'static str, String); 6]) -> Value {
        let mut info = serde_json::Map::new();
        info.insert("applicationVersion".into(), json!(self.personality.firmware));
        if let Some(charge) = self.personality.battery {
            let charge = if self.conditions.battery_low { 3 } else { charge };
            info.insert("batteryCapacityPerc".into(), json!(charge.to_string()));
        }
        info.insert("cashWeHave".into(), json!(money(self.books.drawer).to_string()));
        for (name, value) in minimum {
            info.insert(name.into(), json!(value));
        }
        let database = 40 + self.books.last_row / 16;
        let printing = if self.print_mode().is_external() { "external" } else { "internal" };
        let rest = [
            ("databaseSizeKb", database.to_string()),
            ("factorySerialNumber", self.personality.serial.to_string()),
            ("messagesQueSize", self.books.queued().to_string()),
            ("printingMode", printing.to_owned()),
            ("roudingRule", self.behaviour.numbers.rule.wire().to_owned()),
            ("totalFlashUsedMb", "78".to_owned()),
            ("totalRamUsedMb", "70".to_owned()),
        ];
        for (name, value) in rest {
            info.insert(name.into(), json!(value));
        }
        if self.behaviour.management.both_spellings {
            info.insert("roundingRule".into(), json!(self.behaviour.numbers.rule.wire()));
        }
        Value::Object(info)
    }
}
