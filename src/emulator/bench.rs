//! What a test bench does to the device: conditions and actions.

use super::bank::Bank;
use super::books::Books;
use super::conditions::{Action, Aged, Condition, ConditionName, Unsupported};
use super::directories::Directories;
use super::machine::Machine;
use super::personality::Personality;
use ikkm_protocol::Key;
use time::{Duration, PrimitiveDateTime};

impl Machine {
    /// Brings a condition about, until it is cleared. Gives the shift's number for
    /// [`Condition::ArchivedShift`].
    ///
    /// # Errors
    /// [`Unsupported`] where this device, as it is, cannot have that condition.
    pub fn establish(
        &mut self,
        condition: Condition,
        now: PrimitiveDateTime,
    ) -> Result<Option<u64>, Unsupported> {
        self.catch_up(now);
        let stands = &mut self.conditions;
        match condition {
            Condition::PaperOut => stands.paper_out = true,
            Condition::BatteryLow if self.personality.battery.is_none() => {
                return Err(Unsupported::NoBattery);
            }
            Condition::BatteryLow => stands.battery_low = true,
            Condition::ExternalPrinterMissing => {
                stands.external_printer_missing = true;
                self.session.print_mode = None;
            }
            Condition::Blocked { code } => stands.blocked = Some(code),
            Condition::Offline72h => stands.offline = true,
            Condition::ShiftOver24h => self.age_shift(now, |aged| aged.day = true),
            Condition::ShiftOver7d => self.age_shift(now, |aged| aged.week = true),
            Condition::OtherCashier => self.give_shift_away(now),
            Condition::OrdinaryCashier => stands.ordinary_cashier = true,
            Condition::MixedPaymentOff => stands.mixed_payment_off = true,
            Condition::TaxOnTop => stands.tax_on_top = true,
            Condition::DatabaseDamaged => stands.database_damaged = true,
            Condition::UnknownFault => stands.unknown_fault = true,
            Condition::Busy => stands.busy = true,
            Condition::ApiOff => stands.api_off = true,
            Condition::FreshDevice => self.forget_documents(),
            Condition::ArchivedShift => return self.archive().map(Some),
            Condition::TaxesEdited => self.directories.edit_taxes(),
        }
        Ok(None)
    }

    /// Ends a condition; nothing happens where it does not stand. Documents that
    /// [`Condition::FreshDevice`] took, and tax codes that [`Condition::TaxesEdited`] changed, do
    /// not come back.
    ///
    /// # Errors
    /// None today; the result is there for benches that cannot undo what they did.
    pub fn clear(&mut self, condition: ConditionName, now: PrimitiveDateTime) -> Result<(), Unsupported> {
        self.catch_up(now);
        let stands = &mut self.conditions;
        match condition {
            ConditionName::PaperOut => stands.paper_out = false,
            ConditionName::BatteryLow => stands.battery_low = false,
            ConditionName::ExternalPrinterMissing => stands.external_printer_missing = false,
            ConditionName::Blocked => stands.blocked = None,
            ConditionName::Offline72h => {
                stands.offline = false;
                if !self.session.packet_mode {
                    self.push_queue(now);
                }
            }
            ConditionName::ShiftOver24h if stands.aged.is_some() => {
                self.age_shift(now, |aged| aged.day = false)
            }
            ConditionName::ShiftOver7d if stands.aged.is_some() => {
                self.age_shift(now, |aged| aged.week = false)
            }
            ConditionName::ShiftOver24h | ConditionName::ShiftOver7d => {}
            ConditionName::OtherCashier => {
                if let (Some(cashier), Some(shift)) =
                    (stands.rightful_cashier.take(), self.books.open_shift_mut())
                {
                    shift.cashier = cashier;
                }
            }
            ConditionName::OrdinaryCashier => stands.ordinary_cashier = false,
            ConditionName::MixedPaymentOff => stands.mixed_payment_off = false,
            ConditionName::TaxOnTop => stands.tax_on_top = false,
            ConditionName::DatabaseDamaged => stands.database_damaged = false,
            ConditionName::UnknownFault => stands.unknown_fault = false,
            ConditionName::Busy => stands.busy = false,
            ConditionName::ApiOff => stands.api_off = false,
            ConditionName::ArchivedShift => self.unarchive(),
            ConditionName::FreshDevice | ConditionName::TaxesEdited => {}
        }
        Ok(())
    }

    /// Does something once.
    ///
    /// # Errors
    /// [`Unsupported::NoCardTransaction`] where none runs.
    pub fn act(&mut self, action: Action, now: PrimitiveDateTime) -> Result<(), Unsupported> {
        self.catch_up(now);
        match action {
            Action::PowerCycle => self.restart(now),
            Action::FactoryReset => {
                *self = Machine::new(&self.personality, self.behaviour.clone(), self.first_key.clone());
                self.catch_up(now);
            }
            Action::FinishBank { success } => {
                if !self.bank.finish(success, now) {
                    return Err(Unsupported::NoCardTransaction);
                }
            }
        }
        Ok(())
    }

    /// Begins anew as another device of the same firmware: other directories, another history, another key.
    pub fn begin_anew(&mut self, personality: &Personality, key: Key, now: PrimitiveDateTime) {
        let most_receipts = self.most_receipts;
        *self = Machine::new(personality, self.behaviour.clone(), key);
        self.most_receipts = most_receipts;
        self.catch_up(now);
    }

    /// The personality that it has, with the directories and the history that it began with.
    pub fn personality(&self) -> &Personality {
        &self.personality
    }

    /// Its directories as they are now.
    pub fn directories(&self) -> &Directories {
        &self.directories
    }

    /// Other directories from now on, as when somebody edits them at the device; receipts keep what they
    /// were registered under.
    pub fn edit_directories(&mut self, directories: Directories) {
        self.directories = directories;
    }

    /// Puts the open shift's opening back as far as the conditions that stand then ask.
    fn age_shift(&mut self, now: PrimitiveDateTime, change: impl FnOnce(&mut Aged)) {
        let shift = self.books.ensure_shift(self.directories.cashier, now);
        let fresh = Aged { opened: shift.opened, day: false, week: false };
        let mut aged = self.conditions.aged.unwrap_or(fresh);
        change(&mut aged);
        let back = match (aged.week, aged.day) {
            (true, _) => Duration::hours(7 * 24 + 13),
            (false, true) => Duration::hours(25),
            (false, false) => Duration::ZERO,
        };
        let aged_opening = now.saturating_sub(back);
        shift.opened = if back.is_zero() { aged.opened } else { aged.opened.min(aged_opening) };
        self.conditions.aged = (!back.is_zero()).then_some(aged);
    }

    fn give_shift_away(&mut self, now: PrimitiveDateTime) {
        let (own, other) = (self.directories.cashier, self.directories.other_cashier());
        let shift = self.books.ensure_shift(own, now);
        if shift.cashier == own {
            shift.cashier = other;
            self.conditions.rightful_cashier = Some(own);
        }
    }

    fn forget_documents(&mut self) {
        self.books = Books::blank(1);
        self.bank = Bank::default();
        self.keys.last = None;
        self.printer.last_receipt = None;
        self.running_z = None;
        self.conditions.aged = None;
        self.conditions.rightful_cashier = None;
        self.conditions.archived = None;
    }

    fn archive(&mut self) -> Result<u64, Unsupported> {
        if let Some(id) = self.conditions.archived {
            return Ok(id);
        }
        let oldest = self.books.shifts.iter_mut().find(|shift| shift.closed.is_some() && !shift.archived);
        let shift = oldest.ok_or(Unsupported::NoClosedShift)?;
        shift.archived = true;
        self.conditions.archived = Some(shift.id);
        Ok(shift.id)
    }

    fn unarchive(&mut self) {
        let id = self.conditions.archived.take();
        if let Some(shift) = self.books.shifts.iter_mut().find(|shift| Some(shift.id) == id) {
            shift.archived = false;
        }
    }
}
