//! The case that ends a suite, and every run: the books, after all that was done. A thrifty run puts it
//! off until enough was registered.

use super::run::Runner;
use crate::suite::model::{Case, Extent, Given, Step, StepAction};
use crate::suite::reserved::reconciliation_of;
use ikkm_requirements::Level;

/// So many receipts are worth the five requests of a reconciliation to a thrifty run; what is left is
/// reconciled at its end.
const ENOUGH: u32 = 25;

impl Runner {
    /// The reconciliation that is due after the case at that place, if one is.
    pub(super) fn reconciliation(&mut self, cases: &[&Case], at: usize) -> Option<Case> {
        let books = &mut self.state.books;
        // Until it is known of a tax whether it is in the amount, each case looks for itself.
        let knows = books.ledger.knows_taxes();
        let waits = self.options.thrifty
            && knows
            && books.receipts.saturating_sub(books.receipts_reconciled) < ENOUGH;
        if !(books.ledger.is_due() || books.put_off.is_owed()) || !is_time(cases, at, waits) {
            return None;
        }
        books.receipts_reconciled = books.receipts;
        Some(case_after(cases[at]))
    }
}

/// The reconciliation after a suite's last case, citing DUMP-7.
fn case_after(last: &Case) -> Case {
    let requirement = "DUMP-7".to_owned();
    let step = Step {
        place: last.place.clone(),
        action: StepAction::Reconcile(Extent::Current),
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
        width: Vec::new(),
        golden: None,
        exact_wire: false,
        save: Vec::new(),
        may_succeed: false,
        takes_busy: false,
        expects_nothing: false,
        prepares: None,
    };
    Case {
        name: reconciliation_of(&last.suite),
        suite: last.suite.clone(),
        place: last.place.clone(),
        about: None,
        requirements: vec![requirement],
        level: Level::Must,
        table: reconciliation_of(&last.suite),
        levels: Vec::new(),
        last: false,
        must_occur: None,
        inconclusive_without: None,
        afterwards: Vec::new(),
        given: Given::default(),
        steps: vec![step],
    }
}

/// Whether the case at that place is its suite's last and, where too little was registered (`waits`),
/// the run's.
fn is_time(cases: &[&Case], at: usize, waits: bool) -> bool {
    let (before, after) = cases.split_at(at + 1);
    let ends_suite = before.last().is_some_and(|case| after.iter().all(|later| later.suite != case.suite));
    ends_suite && (!waits || after.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::load::load_text;

    #[test]
    fn a_suite_ends_with_its_last_case_and_a_thrifty_run_with_the_last_of_all() {
        let [one, other] = ["one.yaml", "other.yaml"].map(|file| {
            let yaml = "about: x\ncases: [{name: a/b, requirements: [CHK-1], steps: [{get: /apicheck/}]}]";
            load_text(file, yaml).unwrap().cases.remove(0)
        });
        let cases = [&one, &one, &other, &one, &other];
        let times = |waits| (0..cases.len()).filter(|at| is_time(&cases, *at, waits)).collect::<Vec<_>>();
        assert_eq!(times(false), [3, 4]);
        assert_eq!(times(true), [4]);
    }
}
