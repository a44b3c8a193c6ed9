//! What stands in the way of an operation: faults, printer, shift and cashier (v22 §11).

use super::machine::Machine;
use super::refusal::{self, Refusal};
use super::session::PrintMode;
use time::{Duration, PrimitiveDateTime};

impl Machine {
    /// Everything that a registration asks of the device.
    pub(super) fn may_register(&self, now: PrimitiveDateTime) -> Result<(), Refusal> {
        self.may_write()?;
        self.may_print()?;
        let age = self.shift_age(now);
        let (day, week) = self.shift_ages();
        if age > week && self.behaviour.shift.week_in_registration {
            self.bar(refusal::SHIFT_OVER_WEEK)?;
        }
        if age > day {
            self.bar(refusal::SHIFT_OVER_DAY)?;
        }
        self.own_shift()
    }

    /// Everything that a deposit or withdrawal asks of the device.
    pub(super) fn may_move_cash(&self, now: PrimitiveDateTime) -> Result<(), Refusal> {
        self.senior_if(self.behaviour.shift.senior.cash)?;
        self.may_write()?;
        self.may_print()?;
        let age = self.shift_age(now);
        let (day, week) = self.shift_ages();
        if age > week && self.behaviour.shift.week_bars_cash {
            self.bar(refusal::SHIFT_OVER_WEEK)?;
        }
        if age > day && self.behaviour.shift.day_bars_cash {
            self.bar(refusal::SHIFT_OVER_DAY)?;
        }
        Ok(())
    }

    /// Everything that an X report asks of the device.
    pub(super) fn may_report(&self, now: PrimitiveDateTime) -> Result<(), Refusal> {
        self.works()?;
        self.may_print()?;
        if self.behaviour.shift.day_bars_x && self.shift_age(now) > self.shift_ages().0 {
            self.bar(refusal::SHIFT_OVER_DAY)?;
        }
        Ok(())
    }

    /// The device itself is sound.
    pub(super) fn works(&self) -> Result<(), Refusal> {
        if self.conditions.database_damaged {
            self.bar(refusal::INTERNAL)?;
        }
        if self.conditions.unknown_fault {
            self.bar(refusal::UNKNOWN)?;
        }
        Ok(())
    }

    /// The fiscal memory may be written.
    fn may_write(&self) -> Result<(), Refusal> {
        self.works()?;
        if let Some(code) = self.conditions.blocked {
            self.bar(refusal::blocked(code))?;
        }
        if self.conditions.offline {
            self.bar(refusal::OFFLINE)?;
        }
        Ok(())
    }

    /// Paper, battery and the selected printer are there.
    pub(super) fn may_print(&self) -> Result<(), Refusal> {
        if self.conditions.external_printer_missing && self.print_mode().is_external() {
            self.bar(refusal::EXTERNAL_PRINTER)?;
        }
        if self.conditions.paper_out {
            self.bar(refusal::PRINTER_OR_BATTERY)?;
        }
        match (self.conditions.battery_low, self.behaviour.printing.low_battery_is_5) {
            (false, _) => Ok(()),
            (true, true) => self.bar(refusal::LOW_BATTERY),
            (true, false) => self.bar(refusal::PRINTER_OR_BATTERY),
        }
    }

    /// Where documents are printed now.
    pub(super) fn print_mode(&self) -> PrintMode {
        let settings = if self.conditions.external_printer_missing {
            PrintMode::Lan
        } else {
            self.personality.print_mode
        };
        self.session.print_mode.unwrap_or(settings)
    }

    /// How long the open shift has been open; zero without one.
    fn shift_age(&self, now: PrimitiveDateTime) -> Duration {
        self.books.open_shift().map_or(Duration::ZERO, |shift| self.age_of(shift, now))
    }

    fn own_shift(&self) -> Result<(), Refusal> {
        let foreign = self.books.open_shift().is_some_and(|shift| shift.cashier != self.directories.cashier);
        if foreign { self.bar(refusal::WRONG_CASHIER) } else { Ok(()) }
    }

    /// The current cashier is a senior or an administrator, where that is asked.
    pub(super) fn senior_if(&self, asked: bool) -> Result<(), Refusal> {
        let senior = self.directories.current_cashier().is_some_and(|cashier| cashier.senior);
        let ordinary = self.conditions.ordinary_cashier || !senior;
        if !asked || !ordinary {
            return Ok(());
        }
        let meets_shift = self.behaviour.shift.foreign_shift_first && self.books.open_shift().is_some();
        self.bar(if meets_shift { refusal::WRONG_CASHIER } else { refusal::SENIOR_ONLY })
    }
}
