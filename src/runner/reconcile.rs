//! The case that ends each suite: the books, after everything that the suite did.

use crate::requirements::Level;
use crate::suite::model::{Action, Case, Extent, Given, Step};

/// The reconciliation after a suite's last case, citing DUMP-7.
pub(super) fn case_after(last: &Case) -> Case {
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
pub(super) fn ends_suite(cases: &[&Case], at: usize) -> bool {
    let (before, after) = cases.split_at(at + 1);
    before.last().is_some_and(|case| after.iter().all(|later| later.suite != case.suite))
}
