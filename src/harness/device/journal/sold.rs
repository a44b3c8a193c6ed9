//! What each run registered, as far as the journal tells: so that it can be returned later.

use super::record::JournalEntry;
use crate::device::totals::{ReceiptKind, RunTotals};
use ikkm_protocol::{Key, PayKind, Registration};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// How many runs a compacted journal remembers.
const KEPT: usize = 50;

/// What one run registered.
#[derive(Debug, Clone, Default)]
pub struct RunSold {
    /// When it began, RFC 3339.
    pub at: String,
    /// It returned what others sold.
    pub compensates: bool,
    /// Its receipts.
    pub totals: RunTotals,
    /// Registrations of which nobody knows whether they were made, in words.
    pub unknown: Vec<String>,
}

impl RunSold {
    fn is_empty(&self) -> bool {
        self.totals.parts().is_empty() && self.unknown.is_empty()
    }
}

/// A sum of one run's receipts, as a compacted journal keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SoldPart {
    registration: String,
    paid: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tax: Option<String>,
    sum: Decimal,
}

/// The runs of a journal that registered something, in their order, and the one that goes on.
#[derive(Debug, Clone, Default)]
pub(super) struct Runs(Vec<RunSold>);

impl Runs {
    /// A run begins; `open` where a request of the one before waits for its answer.
    pub fn begins(&mut self, at: &str, open: bool) {
        // One that registered nothing leaves no trace.
        if !open && self.0.last().is_some_and(RunSold::is_empty) {
            self.0.pop();
        }
        self.0.push(RunSold { at: at.to_owned(), ..RunSold::default() });
    }

    /// The run that goes on returns what others sold.
    pub fn compensates(&mut self) {
        self.last().compensates = true;
    }

    /// Where the run stands that goes on.
    pub fn current(&mut self) -> usize {
        self.last();
        self.0.len() - 1
    }

    fn last(&mut self) -> &mut RunSold {
        if self.0.is_empty() {
            self.0.push(RunSold::default());
        }
        let at = self.0.len() - 1;
        &mut self.0[at]
    }

    /// A request of a run was answered: a registration counts unless its key was spent before and the key
    /// stayed, which is the repeat of one that counts already.
    pub fn answered(&mut self, entry: &JournalEntry, status: u16, before: Option<&Key>, after: Option<&str>) {
        let before = before.map(Key::as_str);
        let repeats = after == before && entry.key.as_deref() != before;
        if (200..300).contains(&status)
            && !repeats
            && let Some(run) = self.0.get_mut(entry.run)
        {
            run.totals.register(&entry.request());
        }
    }

    /// What became of a request without an answer was found out: where its key is not the current one any
    /// more, nobody knows whether it was that request that spent it.
    pub fn settled(&mut self, entry: &JournalEntry, after: Option<&str>) {
        let registers = entry.request().registration().is_some();
        if registers
            && after.is_some()
            && entry.key.as_deref() != after
            && let Some(run) = self.0.get_mut(entry.run)
        {
            run.unknown.push(entry.to_string());
        }
    }

    /// A run of a compacted journal.
    pub fn restore(&mut self, at: &str, compensates: bool, parts: &[SoldPart], unknown: &[String]) {
        let mut run =
            RunSold { at: at.to_owned(), compensates, unknown: unknown.to_vec(), ..RunSold::default() };
        for part in parts {
            let registration = Registration::ALL.into_iter().find(|kind| kind.wire() == part.registration);
            if let (Some(registration), Some(paid)) = (registration, PayKind::from_wire(&part.paid)) {
                run.totals.add(ReceiptKind { registration, paid, tax: part.tax.clone() }, part.sum);
            }
        }
        self.0.push(run);
    }

    /// The runs that a compacted journal keeps.
    pub fn kept(&self) -> impl Iterator<Item = (&RunSold, Vec<SoldPart>)> {
        let runs = self.0.iter().filter(|run| !run.is_empty());
        let skipped = runs.clone().count().saturating_sub(KEPT);
        runs.skip(skipped).map(|run| {
            let part = |(kind, sum): (&ReceiptKind, &Decimal)| SoldPart {
                registration: kind.registration.wire().to_owned(),
                paid: kind.paid.wire().to_owned(),
                tax: kind.tax.clone(),
                sum: *sum,
            };
            (run, run.totals.parts().iter().map(part).collect())
        })
    }

    /// The last run that sold something and what was returned of it since; with `all`, every run.
    pub fn sold(&self, all: bool) -> Vec<&RunSold> {
        let mut taken: Vec<&RunSold> = Vec::new();
        for run in self.0.iter().rev().filter(|run| !run.is_empty()) {
            taken.push(run);
            if !run.compensates && !all {
                break;
            }
        }
        taken.reverse();
        taken
    }
}
