//! Deposits and withdrawals, X and Z reports (v22 §5.3).

use super::arguments::Arguments;
use super::behaviour::{CashEntry, ZAnswer};
use super::machine::Machine;
use super::number::Misread;
use super::printer::{Document, plain};
use super::refusal::{self, Refusal};
use super::reply::Reply;
use rust_decimal::Decimal;
use time::{Duration, PrimitiveDateTime};

/// A Z report that runs.
#[derive(Debug, Clone, Copy)]
pub(super) struct RunningZ {
    /// When the shift is closed.
    pub ends: PrimitiveDateTime,
}

impl Machine {
    /// /apideposit (`into`) and /apiwithdraw. The key stays (KEY-11).
    pub(super) fn move_cash(
        &mut self,
        arguments: &Arguments,
        into: bool,
        now: PrimitiveDateTime,
    ) -> Result<Reply, Refusal> {
        self.may_move_cash(now)?;
        let sum = self.read_cash(arguments)?;
        self.refuse_extra(arguments, &["key", "cash"])?;
        if !into && sum > self.books.drawer {
            self.bar(refusal::NO_CASH_IN_DRAWER)?;
        }
        Ok(self.take_cash(into, sum, now))
    }

    /// Books, prints and answers a deposit or withdrawal that passed every check.
    pub(super) fn take_cash(&mut self, into: bool, sum: Decimal, now: PrimitiveDateTime) -> Reply {
        self.begin_shift(now);
        let entry = self.cash_entry(into, sum);
        self.books.move_cash(entry, self.directories.cashier, now);
        let number = self.cash_document_number();
        let title = if into { "DEPOSIT" } else { "WITHDRAWAL" };
        let lines = vec![format!("{title} {number}"), self.sum_on_paper(sum)];
        self.print(Document::Cash, plain(lines));
        Reply::keyed(number, self.keys.current())
    }

    fn read_cash(&self, arguments: &Arguments) -> Result<Decimal, Refusal> {
        let text = arguments.get("cash").ok_or(refusal::NO_PAYMENT)?;
        let negative_is_no_number = self.behaviour.payment.negative_is_no_number;
        let sum = self.behaviour.numbers.amount(text, Decimal::ZERO).map_err(|misread| match misread {
            Misread::NotANumber => refusal::CASH_NO_NUMBER,
            Misread::Below if negative_is_no_number => refusal::CASH_NO_NUMBER,
            Misread::Below | Misread::Above => refusal::CASH_OUT_OF_RANGE,
        })?;
        match (sum.is_zero(), self.behaviour.shift.zero_cash_is_no_number) {
            (false, _) => Ok(sum),
            (true, true) => Err(refusal::CASH_NO_NUMBER),
            (true, false) => Err(refusal::CASH_OUT_OF_RANGE),
        }
    }

    /// The number of the next deposit or withdrawal (Q-CASH-1).
    fn cash_document_number(&mut self) -> u64 {
        let rules = &self.behaviour.shift;
        let number = if rules.cash_shares_numbers {
            self.books.last_number = self.next_number();
            self.books.last_number
        } else {
            self.books.last_cash_number += 1;
            self.books.last_cash_number
        };
        if rules.cash_shares_numbers && rules.cash_is_last_receipt {
            self.books.last_closed = number;
        }
        number
    }

    /// Opens a shift where none is open (REG-9).
    pub(super) fn begin_shift(&mut self, now: PrimitiveDateTime) {
        if self.books.open_shift().is_some() {
            return;
        }
        self.books.ensure_shift(self.directories.cashier, now);
        if self.behaviour.shift.opening_message && self.session.packet_mode {
            self.books.opening_messages += 1;
        }
        self.shift_begun();
    }

    /// Closes a shift that is full and archives old ones, where receipts are bounded. A registration is looked
    /// at after that, as after any Z report.
    pub(super) fn make_room(&mut self, now: PrimitiveDateTime) {
        let Some(most) = self.most_receipts else { return };
        let half = most.div_ceil(2);
        if self.books.open_shift().is_some_and(|shift| shift.receipts.len() >= half) {
            self.finish_z(now);
            self.books.archive_beyond(most - half);
        }
    }

    /// /apixreport.
    pub(super) fn x_report(&mut self, now: PrimitiveDateTime) -> Result<Reply, Refusal> {
        self.may_report(now)?;
        let lines = self.report_lines("X-REPORT");
        self.print(Document::Report, plain(lines));
        self.x_reported();
        Ok(Reply::zero("x-report-started"))
    }

    /// /apizreport. A shift that is too old or someone else's may be closed: that is the way out.
    pub(super) fn z_report(&mut self, now: PrimitiveDateTime) -> Result<Reply, Refusal> {
        self.senior_if(self.behaviour.shift.senior.z_report)?;
        self.works()?;
        self.may_print()?;
        if self.books.open_shift().is_none() && !self.behaviour.shift.z_without_shift {
            return Err(refusal::CHECK_ALL);
        }
        let (normal, fast) = self.behaviour.shift.z_seconds;
        let seconds = if self.session.fast_timers { fast } else { normal };
        match self.behaviour.shift.z_answer {
            ZAnswer::AtEnd => self.finish_z(now),
            ZAnswer::AtStart => {
                let ends = now.saturating_add(Duration::seconds(seconds.into()));
                self.running_z = Some(RunningZ { ends });
            }
        }
        Ok(Reply::zero("z-report-started"))
    }

    /// Closes the shift and prints its report.
    pub(super) fn finish_z(&mut self, now: PrimitiveDateTime) {
        let closed = self.running_z.take().map_or(now, |z| z.ends);
        let empties = self.behaviour.shift.z_empties_drawer && self.books.drawer > Decimal::ZERO;
        if empties && self.books.open_shift().is_some() {
            let entry = CashEntry::of(false, self.books.drawer);
            self.books.move_cash(entry, self.directories.cashier, closed);
        }
        let lines = self.report_lines("Z-REPORT");
        self.print(Document::Report, plain(lines));
        if self.closes_shift() {
            self.books.close_shift(closed);
        }
        if self.behaviour.shift.z_takes_number {
            self.books.last_number += 1;
        }
        if let Some(last) = &mut self.keys.last {
            last.before_z = true;
        }
        // The shift that was too old or someone else's is no more, and with it the condition.
        self.conditions.aged = None;
        self.conditions.rightful_cashier = None;
    }
}
