//! Which line a wrong figure breaks: the books say that two figures do not agree, what was done in between
//! says why.

use super::across::odd_one_out;
use crate::ledger::Ledger;
use crate::ledger::account::{Done, Entry};
use crate::ledger::discrepancy::Discrepancy;
use crate::ledger::documents::{ShiftDocuments, text};
use crate::ledger::reading::{Figure, number};
use crate::ledger::written::{self, Registering};
use ikkm_protocol::{Params, PayKind, Registration};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// What is known of the time between two readings of the books.
#[derive(Debug, Default)]
pub(super) struct Between {
    entries: Vec<Entry>,
    /// The registrations that were sent again.
    repeats: Vec<Params>,
    /// By how much each figure had to move after each X report.
    after_x: Vec<BTreeMap<Figure, Decimal>>,
}

impl Between {
    /// What the ledger knows, and what came beside.
    pub fn new(ledger: &Ledger, repeats: Vec<Params>, x_reports: &[usize]) -> Between {
        let rules = ledger.rules().first();
        let all = rules.and_then(|rules| ledger.account(rules));
        let after = |count: &usize| {
            let before = ledger.account_after(rules?, *count)?;
            let moved =
                all.as_ref()?.figures.iter().filter_map(|(figure, value)| {
                    Some((*figure, *value - before.figures.get(figure).copied()?))
                });
            Some(moved.collect())
        };
        Between {
            entries: ledger.entries().to_vec(),
            repeats,
            after_x: x_reports.iter().filter_map(after).collect(),
        }
    }

    /// The line that tells more of a wrong figure than that the books do not agree.
    pub fn line(&self, wrong: &Discrepancy, shifts: &[ShiftDocuments]) -> Option<&'static str> {
        if self.is_repeated(wrong) {
            // The excess is what a repeat, which registers nothing, would have registered.
            return Some("KEY-5");
        }
        if self.begun_anew(wrong) {
            return Some("SHIFT-1");
        }
        odd_one_out(wrong, shifts).or_else(|| left_out(wrong, shifts)).or_else(|| self.drawer(wrong))
    }

    fn receipts(&self) -> Vec<Registering> {
        let receipts = self.entries.iter().filter_map(|entry| match &entry.what {
            Done::Receipt(receipt) => Some(receipt.registering(false)),
            _ => None,
        });
        receipts.cloned().collect()
    }

    /// Whether a figure is over by as many receipts, or by as much, as were repeated.
    fn is_repeated(&self, wrong: &Discrepancy) -> bool {
        let Some((found, expected)) = amounts(wrong) else { return false };
        let all = self.repeats.iter().filter_map(|params| written::registering(params, false));
        let own: Vec<Decimal> = match wrong.of {
            Some(Figure::ShiftReceipts(kind) | Figure::AllReceipts(kind)) => {
                // As many as were paid in several ways: nobody knows which of the two was counted twice.
                let receipts = self.receipts();
                let mixed = receipts.iter().filter(|one| one.kind == kind && one.payments.len() > 1);
                if found - expected == Decimal::from(mixed.count()) {
                    return false;
                }
                all.filter(|one| one.kind == kind).map(|_| Decimal::ONE).collect()
            }
            Some(Figure::ShiftSum(kind) | Figure::Fiscal(kind)) => {
                all.filter(|one| one.kind == kind).map(|one| one.total).collect()
            }
            Some(Figure::Drawer | Figure::ReportDrawer) => all.map(|one| through_drawer(&one)).collect(),
            _ => return false,
        };
        is_sum_of(found - expected, &own)
    }

    /// Whether a figure shows only what came after an X report, which changes no total. One that shows nothing may
    /// never have moved.
    fn begun_anew(&self, wrong: &Discrepancy) -> bool {
        let (Some((found, _)), Some(figure)) = (amounts(wrong), wrong.of) else { return false };
        !found.is_zero() && self.after_x.iter().any(|moved| moved.get(&figure) == Some(&found))
    }

    /// What the drawer is wrong by says what it was wrong about.
    fn drawer(&self, wrong: &Discrepancy) -> Option<&'static str> {
        if !matches!(wrong.of, Some(Figure::Drawer | Figure::ReportDrawer)) {
            return None;
        }
        let (found, expected) = amounts(wrong)?;
        let by = (found - expected).abs();
        let receipts = self.receipts();
        for kind in Registration::ALL {
            let own = || receipts.iter().filter(move |one| one.kind == kind);
            for pay in [PayKind::Bank, PayKind::Tara, PayKind::Credit] {
                let sums: Vec<Decimal> =
                    own().map(|one| paid(one, pay)).filter(|sum| !sum.is_zero()).collect();
                if is_sum_of(by, &sums) {
                    return Some("PAY-16");
                }
            }
            let change: Vec<Decimal> = own().map(change).filter(|sum| !sum.is_zero()).collect();
            if is_sum_of(by, &change) {
                return Some("PAY-3");
            }
        }
        let moved = |way: bool| -> Vec<Decimal> {
            let amounts = self.entries.iter().filter_map(|entry| match &entry.what {
                Done::Cash { into, amount } if *into == way => Some(*amount),
                _ => None,
            });
            amounts.collect()
        };
        [true, false].into_iter().any(|way| is_sum_of(by, &moved(way))).then_some("CASH-1")
    }
}

/// One of the amounts, or all of them together.
fn is_sum_of(by: Decimal, amounts: &[Decimal]) -> bool {
    !by.is_zero() && (amounts.contains(&by) || amounts.iter().sum::<Decimal>() == by)
}

fn amounts(wrong: &Discrepancy) -> Option<(Decimal, Decimal)> {
    let read = |text: &str| text.parse::<Decimal>().ok();
    Some((read(&wrong.found)?, read(&wrong.expected)?))
}

fn paid(one: &Registering, pay: PayKind) -> Decimal {
    one.payments.iter().filter(|(kind, _)| *kind == pay).map(|(_, sum)| *sum).sum()
}

/// What came in cash beyond what was due in cash.
fn change(one: &Registering) -> Decimal {
    let all: Decimal = one.payments.iter().map(|(_, sum)| *sum).sum();
    if paid(one, PayKind::Cash).is_zero() { Decimal::ZERO } else { all - one.total }
}

/// The part of a receipt that goes through the drawer: above zero in, below zero out.
fn through_drawer(one: &Registering) -> Decimal {
    let cash = paid(one, PayKind::Cash);
    let due = if cash.is_zero() { Decimal::ZERO } else { cash - change(one) };
    match one.kind {
        Registration::Sale | Registration::BuyReturn => due,
        Registration::Buy | Registration::SaleReturn => -due,
    }
}

/// `reportwithtax` does not list a tax that has a turnover (DUMP-5).
fn left_out(wrong: &Discrepancy, shifts: &[ShiftDocuments]) -> Option<&'static str> {
    let (kind, id) = wrong.figure.strip_prefix("turnover of ")?.split_once(" under tax ")?;
    let shift: u64 = wrong.document.rsplit('/').nth(1)?.parse().ok()?;
    let own = shifts.iter().find(|one| one.shift == shift)?;
    let kind = Registration::ALL.into_iter().find(|known| known.to_string() == kind)?;
    let rows = own.with_tax.get("taxes")?.get(kind.wire()).and_then(|rows| rows.as_array());
    let is_own = |row: &serde_json::Value| row.get("taxId").and_then(text).as_deref() == Some(id);
    let shown = rows.into_iter().flatten().any(is_own);
    let nothing = amounts_found(wrong).is_some_and(|found| found.is_zero());
    (!shown && nothing).then_some("DUMP-5")
}

fn amounts_found(wrong: &Discrepancy) -> Option<Decimal> {
    number(&serde_json::Value::String(wrong.found.clone()))
}
