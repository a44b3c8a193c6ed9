//! The books: what the register's documents say against each other and against all that it acknowledged.
//!
//! The documents that were read between two operations are compared when the next operation comes. Cash that
//! was moved at the register itself shows in its report, and is no fault.

use super::figures::Between;
use super::{Register, Seen, story};
use crate::ledger::account::ShiftState;
use crate::ledger::discrepancy::Discrepancy;
use crate::ledger::documents::{Documents, ShiftDocuments};
use crate::ledger::reading::{Figure, Reading};
use crate::runner::document;
use crate::runner::outcome::Side;
use crate::suite::check;
use crate::witness::story::Story;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The documents that were read since the last operation.
#[derive(Debug, Default)]
pub(super) struct Papers {
    info: Value,
    shifts: Value,
    books: BTreeMap<u64, ShiftDocuments>,
    /// The exchange that brought the last of them.
    last: u64,
}

impl Papers {
    pub fn forget(&mut self) {
        *self = Papers::default();
    }

    pub fn take(&mut self, exchange: u64, path: &str, document: Value, minimum: bool) {
        self.last = exchange;
        if path == "/apicheck/getInfo" {
            if !minimum {
                self.info = document;
            }
            return;
        }
        if path == "/dump/table/shifts" {
            self.shifts = document;
            return;
        }
        let Some((shift, name)) =
            path.strip_prefix("/dump/table/shifts/").and_then(|rest| rest.split_once('/'))
        else {
            return;
        };
        let Ok(shift) = shift.parse::<u64>() else { return };
        let one = self.books.entry(shift).or_default();
        one.shift = shift;
        match name {
            "report" => one.report = document,
            "reportwithtax" => one.with_tax = document,
            "cheques" => one.cheques = document,
            "salescheques" => one.salescheques = document,
            "sales" => one.sales = document,
            _ => {}
        }
    }

    /// What can be compared now: the current shift's report, and what goes with it.
    fn documents(&self) -> Option<Documents> {
        let has_report = |one: &&ShiftDocuments| !one.report.is_null() || !one.with_tax.is_null();
        let newest = self.books.values().rev().find(has_report)?;
        let report = if newest.report.is_null() { &newest.with_tax } else { &newest.report };
        let info = match Reading::shift_of(&self.info) {
            Some((shift, _)) if shift == newest.shift => self.info.clone(),
            Some(_) => return None,
            None => {
                // The report says of itself which shift it is of, and whether that is open.
                let open =
                    matches!(report.get("shiftState").and_then(Value::as_str), Some("open" | "opened"));
                let status = if open { "opened" } else { "closed" };
                json!({"currentShiftID": newest.shift.to_string(), "currentShiftStatus": status})
            }
        };
        // Only shifts that follow on one another can be added up.
        let mut books: Vec<ShiftDocuments> = Vec::new();
        let mut wanted = newest.shift;
        for one in self.books.values().rev().filter(|one| one.shift <= newest.shift) {
            if one.shift != wanted || !has_report(&one) {
                break;
            }
            books.push(one.clone());
            wanted = wanted.saturating_sub(1);
        }
        books.reverse();
        let shifts = if self.info.is_null() { Value::Null } else { self.shifts.clone() };
        Some(Documents { info, shifts, books })
    }
}

impl Register {
    /// Something is about to move the books: what was read before it is compared first.
    pub(super) fn effect(&mut self, _: &Seen) {
        self.reconcile();
        self.papers.forget();
        // Whoever edits the directories at the register leaves no trace here.
        (self.cashiers, self.tax_directory) = (None, None);
    }

    /// Compares what was read since the last operation.
    pub(super) fn reconcile(&mut self) {
        let Some(documents) = self.papers.documents() else { return };
        let (exchange, shifts) = (self.papers.last, self.papers.shifts.clone());
        let current = Reading::shift_of(&documents.info);
        let closing = self.closing.is_some() && !self.chain.in_row;
        if closing && current.is_some_and(|(_, open)| open) {
            // The Z report is still running.
            return;
        }
        self.papers.forget();
        self.dates(&documents, &shifts, exchange);
        let tracked = self.ledger.is_tracking();
        let account = self.ledger.rules().first().and_then(|rules| self.ledger.account(rules));
        let expected = account.map(|account| account.shift);
        let first = self.ledger.first_shift();
        let x_reports = std::mem::take(&mut self.x_reports);
        let between = Between::new(&self.ledger, std::mem::take(&mut self.repeats), &x_reports);
        let mut found = self.ledger.reconcile(&documents);
        if self.closed_outside(&mut found, expected, first, current) {
            self.remarks
                .push(format!("exchange {exchange}: a shift was closed or opened at the register itself"));
            self.suspected.clear();
        }
        let outside = cash_outside(&mut found);
        if let Some(sum) = outside {
            self.remarks.push(format!(
                "exchange {exchange}: {sum} in cash was moved at the register itself since the books were last read"
            ));
        }
        let suspected = std::mem::take(&mut self.suspected);
        if tracked && outside.is_none() {
            suspected.into_iter().for_each(|story| self.add(story));
        } else {
            for story in suspected {
                self.remarks.push(format!(
                    "{}, exchange {}: not decided, since cash was moved at the register itself",
                    story.requirement, story.exchange
                ));
            }
        }
        if tracked {
            for id in ["REG-2", "DUMP-7", "PAY-16", "CASH-1"] {
                *self.tested.entry(id.to_owned()).or_default() += 1;
            }
        }
        for wrong in found {
            let mut one = discrepancy(&wrong, exchange);
            if let Some(line) = between.line(&wrong, &documents.books) {
                one.requirement = line.to_owned();
            }
            self.add(one);
        }
    }

    /// No receipt is older than its shift (DUMP-14).
    fn dates(&mut self, documents: &Documents, shifts: &Value, exchange: u64) {
        let Some(newest) = documents.books.last() else { return };
        let report = if newest.report.is_null() { &newest.with_tax } else { &newest.report };
        let listed = shifts.as_array().into_iter().flatten();
        let id = newest.shift.to_string();
        let own = listed.filter(|one| one.get("id").map(ToString::to_string).as_deref() == Some(&id));
        let opened: Vec<String> = own
            .filter_map(|one| one.get("openDate"))
            .chain(report.get("dateOpen"))
            .filter_map(|date| date.as_str().map(str::to_owned))
            .collect();
        for opened in opened {
            let rule = check::rule(&format!("text from {opened}"));
            if let (Ok(place), Ok(rule)) = (check::path("[].chequeDate"), rule)
                && let Err(wrong) = document::check(&newest.cheques, &place, &rule)
                && newest.cheques.is_array()
            {
                let at = super::super::exchange::Exchange::empty(exchange);
                self.add(story("DUMP-14", &at, &wrong.expected, &wrong.found));
                return;
            }
        }
    }

    /// Whether a shift was closed or opened where the witness does not see it; what follows from that is
    /// taken out.
    fn closed_outside(
        &self,
        found: &mut Vec<Discrepancy>,
        expected: Option<ShiftState>,
        first: Option<u64>,
        current: Option<(u64, bool)>,
    ) -> bool {
        let wrong_shift =
            found.iter().any(|one| matches!(one.figure.as_str(), "currentShiftStatus" | "currentShiftID"));
        let (Some(expected), Some(first), Some((shift, open))) = (expected, first, current) else {
            return false;
        };
        // A Z report passed here, and the same shift is open: nobody does that at the register.
        let own = expected == ShiftState::Closed && open && shift == first;
        let stands_still = expected == ShiftState::Open && open && shift == first;
        if !wrong_shift || own || stands_still {
            return false;
        }
        found.retain(|one| {
            matches!(one.of, Some(Figure::Fiscal(_))) || one.of.is_none() && one.requirement != "CHK-4"
        });
        true
    }
}

/// Cash that was moved at the register itself shows in its report as put in or taken out, and in the drawer
/// by as much; those differences are taken out. `Some` where that is so, with the sum.
fn cash_outside(found: &mut Vec<Discrepancy>) -> Option<Decimal> {
    let delta = |figure: Figure| {
        let one = found.iter().find(|one| one.of == Some(figure))?;
        let read = |text: &str| text.parse::<Decimal>().ok();
        Some(read(&one.found)? - read(&one.expected)?)
    };
    let zero = Decimal::ZERO;
    let (put_in, taken) =
        (delta(Figure::CashIn).unwrap_or_default(), delta(Figure::CashOut).unwrap_or_default());
    let (ins, outs) =
        (delta(Figure::CashInCount).unwrap_or_default(), delta(Figure::CashOutCount).unwrap_or_default());
    let moved = put_in - taken;
    let counted = (put_in > zero) == (ins > zero) && (taken > zero) == (outs > zero);
    if (put_in.is_zero() && taken.is_zero()) || put_in < zero || taken < zero || !counted {
        return None;
    }
    let drawers: Vec<Decimal> =
        [Figure::Drawer, Figure::ReportDrawer].into_iter().filter_map(delta).collect();
    let fits = drawers.iter().all(|by| *by == moved) && (moved.is_zero() || !drawers.is_empty());
    if !fits {
        return None;
    }
    found.retain(|one| {
        !matches!(
            one.of,
            Some(
                Figure::Drawer
                    | Figure::ReportDrawer
                    | Figure::CashIn
                    | Figure::CashInCount
                    | Figure::CashOut
                    | Figure::CashOutCount
            )
        )
    });
    Some(moved)
}

fn discrepancy(wrong: &Discrepancy, exchange: u64) -> Story {
    let at = super::super::exchange::Exchange::empty(exchange);
    let mut one = story(wrong.requirement, &at, &wrong.expectation(), &wrong.found);
    one.side = Side::Register;
    one
}
