//! The case that ends a suite, and every run: the books, after all that was done. A thrifty run puts it
//! off until enough was registered.

use super::run::Runner;
use crate::requirements::Level;
use crate::suite::model::{Action, Case, Extent, Given, Step};

/// So many receipts are worth the five requests of a reconciliation to a thrifty run; what is left is
/// reconciled at its end.
const ENOUGH: u32 = 25;

impl Runner {
    /// The reconciliation that is due after the case at that place, if one is.
    pub(super) fn reconciliation(&mut self, cases: &[&Case], at: usize) -> Option<Case> {
        let state = &mut self.state;
        let fresh = state.receipts.saturating_sub(state.receipts_reconciled);
        let is_time = !self.options.thrifty || fresh >= ENOUGH || at + 1 == cases.len();
        if !ends_suite(cases, at) || !state.ledger.is_due() || !is_time {
            return None;
        }
        state.receipts_reconciled = state.receipts;
        Some(case_after(cases[at]))
    }
}

/// The reconciliation after a suite's last case, citing DUMP-7.
fn case_after(last: &Case) -> Case {
    let requirement = "DUMP-7".to_owned();
    let step = Step {
        place: last.place.clone(),
        action: Action::Reconcile(Extent::Current),
        times: 1,
        cites: requirement.clone(),
        expect: None,
        skip_on: None,
        within: None,
        receipts: None,
        question: None,
        moves: None,
        checks: Vec::new(),
        printed: Vec::new(),
        not_printed: Vec::new(),
        widest: None,
        golden: None,
        exact_wire: false,
        save: Vec::new(),
    };
    Case {
        name: format!("{}/reconciliation", last.suite),
        suite: last.suite.clone(),
        place: last.place.clone(),
        about: None,
        requirements: vec![requirement],
        level: Level::Must,
        exhaustive: false,
        last: false,
        must_occur: None,
        inconclusive_without: None,
        afterwards: Vec::new(),
        given: Given::default(),
        steps: vec![step],
    }
}

/// Whether no later case belongs to the suite of the case at that place.
fn ends_suite(cases: &[&Case], at: usize) -> bool {
    let (before, after) = cases.split_at(at + 1);
    before.last().is_some_and(|case| after.iter().all(|later| later.suite != case.suite))
}
