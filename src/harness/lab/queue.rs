//! The pieces of a run that are divided over devices as these become free: the longest first, so that a slow
//! device takes less and nobody waits for one long piece at the end.

use super::division::Piece;
use crate::device::effects::Effect;
use crate::runner::order::lateness;
use crate::runner::plan;
use crate::suite::model::Case;
use std::collections::{BTreeSet, VecDeque};

/// What is still to be done.
#[derive(Debug)]
pub struct Queue<'c> {
    pieces: VecDeque<Piece<'c>>,
    /// Cases that took a device with them once.
    again: BTreeSet<&'c str>,
}

impl<'c> Queue<'c> {
    /// The longest piece first, what restarts a device after all others, what bars the till last.
    pub fn new(mut pieces: Vec<Piece<'c>>) -> Queue<'c> {
        pieces.sort_by(|one, other| (one.late.cmp(&other.late)).then(other.seconds.total_cmp(&one.seconds)));
        Queue { pieces: pieces.into(), again: BTreeSet::new() }
    }

    /// The next piece.
    pub fn take(&mut self) -> Option<Piece<'c>> {
        self.pieces.pop_front()
    }

    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// What is left.
    pub fn left(&self) -> Vec<&'c Case> {
        self.pieces.iter().flat_map(|piece| piece.cases.iter().copied()).collect()
    }

    /// Cases that a device did not come to go to the others, before what comes late.
    pub fn give_back(&mut self, cases: Vec<&'c Case>) {
        for case in cases {
            let late = lateness(case);
            let at = self.pieces.iter().position(|piece| piece.late >= late).unwrap_or(self.pieces.len());
            self.pieces.insert(at, Piece { cases: vec![case], seconds: 0.0, late });
        }
    }

    /// Whether a case in which a device was lost may run on another one: once, and only where the case does
    /// nothing that could take the next device with it.
    pub fn may_run_again(&mut self, case: &'c Case) -> bool {
        let harmless =
            |effect: &Effect| matches!(effect, Effect::Read | Effect::Print | Effect::Fiscal | Effect::Shift);
        lateness(case) == 0 && plan::effects(case).iter().all(harmless) && self.again.insert(&case.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::load::load_text;
    use crate::suite::model::Suite;

    fn suite() -> Suite {
        let yaml = "about: x
cases:
  - {name: a/sells, requirements: [REG-1], steps: [{sale: 1, cash: 1}]}
  - {name: a/reads, requirements: [CHK-1], steps: [{get: /apicheck/}]}
  - {name: a/bars, requirements: [MGMT-4], last: true, steps: [{get: /apicheck/}]}
";
        load_text("s.yaml", yaml).unwrap()
    }

    #[test]
    fn the_longest_is_first_and_what_bars_is_last_also_after_a_device_was_lost() {
        let suite = suite();
        let piece = |at: usize, seconds, late| Piece { cases: vec![&suite.cases[at]], seconds, late };
        let mut queue = Queue::new(vec![piece(2, 9.0, 2), piece(1, 1.0, 0), piece(0, 5.0, 0)]);
        assert_eq!(queue.take().unwrap().cases[0].name, "a/sells");
        queue.give_back(vec![&suite.cases[0]]);
        let left: Vec<&str> = queue.left().iter().map(|case| case.name.as_str()).collect();
        assert_eq!(left, ["a/sells", "a/reads", "a/bars"]);
    }

    /// The built-in cases over eight devices, each taking the next piece when it is free, without any clock:
    /// a request is a second.
    #[test]
    fn eight_devices_are_at_least_six_and_a_half_times_as_fast_as_one() {
        use crate::lab::division::pieces;
        use crate::runner::order::in_order;
        let suites = crate::suite::builtin::device().unwrap();
        let cases = in_order(suites.iter().flat_map(|suite| &suite.cases).collect());
        let seconds: Vec<f64> = cases.iter().map(|case| case.steps.len() as f64).collect();
        let whole: f64 = seconds.iter().sum();
        let mut queue = Queue::new(pieces(&cases, &seconds, 8));
        let mut free = [0.0_f64; 8];
        let mut taken = 0;
        while let Some(piece) = queue.take() {
            taken += piece.cases.len();
            let first = free.iter_mut().min_by(|one, other| one.total_cmp(other)).unwrap();
            *first += piece.seconds;
        }
        assert_eq!(taken, cases.len());
        let longest = free.into_iter().fold(0.0, f64::max);
        assert!(whole / longest >= 6.5, "{whole} s alone, {longest} s on eight");
    }

    #[test]
    fn a_case_takes_one_device_with_it_and_not_two() {
        let suite = suite();
        let mut queue = Queue::new(Vec::new());
        assert!(queue.may_run_again(&suite.cases[0]));
        assert!(!queue.may_run_again(&suite.cases[0]), "once");
        assert!(!queue.may_run_again(&suite.cases[2]), "what bars a till");
    }
}
