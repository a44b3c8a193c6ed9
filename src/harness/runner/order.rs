//! The order of a run: cases that leave a shift closed come right before those that need it so, and
//! what bars the till until a restart comes last.
//!
//! Closing a shift is the most expensive thing that the API alone can bring about: a Z report takes
//! up to 90 s (v22 §3), and its paper. Everything else keeps the order of its suite.

use crate::bench::BenchAction;
use crate::suite::model::{Case, Step, StepAction};
use std::collections::VecDeque;

/// Cases in the order in which they run.
pub fn in_order(mut cases: Vec<&Case>) -> Vec<&Case> {
    cases.sort_by_cached_key(|case| lateness(case));
    let (mut closed, mut others): (VecDeque<&Case>, VecDeque<&Case>) =
        cases.into_iter().partition(|case| needs_closed_shift(case) && lateness(case) == 0);
    let mut ordered = Vec::new();
    let mut is_closed = false;
    loop {
        let next = match others.front() {
            Some(case) if !is_closed && lateness(case) == 0 => others.pop_front(),
            _ => closed.pop_front().or_else(|| others.pop_front()),
        };
        let Some(case) = next else { return ordered };
        is_closed = leaves_shift_closed(case).unwrap_or(is_closed || needs_closed_shift(case));
        ordered.push(case);
    }
}

/// How late a case runs: what restarts the device comes after everything else, since a device may stay
/// down or show a new key then (MGMT-9), and what bars the till until a restart comes last of all.
pub fn lateness(case: &Case) -> u8 {
    let restarts = |step: &Step| match &step.action {
        StepAction::Act(action) => *action == BenchAction::PowerCycle,
        action => action.requests().iter().any(|send| send.sample.params().get("doReboot").is_some()),
    };
    match (case.last, case.steps.iter().chain(&case.afterwards).any(restarts)) {
        (true, _) => 2,
        (false, true) => 1,
        (false, false) => 0,
    }
}

/// Whether the case needs a closed shift.
pub(crate) fn needs_closed_shift(case: &Case) -> bool {
    case.given.shift_open == Some(false)
}

/// Whether a shift is closed after the case; `None` where the case leaves it as it is.
pub(crate) fn leaves_shift_closed(case: &Case) -> Option<bool> {
    let moves_cash = case.given.drawer.is_some() || case.given.drawer_at_least.is_some();
    let opens = (case.given.shift_open == Some(true) || moves_cash).then_some(false);
    case.steps.iter().fold(opens, |closed, step| match &step.action {
        StepAction::Together(_) => Some(false),
        StepAction::Send(send) => {
            let request = &send.sample;
            if request.path().starts_with("/apizreport") {
                Some(true)
            } else if request.registration().is_some() {
                Some(false)
            } else {
                closed
            }
        }
        // A bench can do anything to a shift.
        StepAction::Establish(_) | StepAction::Act(_) => Some(false),
        _ => closed,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::load::load_text;

    fn names(yaml: &str) -> Vec<String> {
        let suite = load_text("s.yaml", yaml).unwrap();
        in_order(suite.cases.iter().collect()).into_iter().map(|case| case.name.clone()).collect()
    }

    #[test]
    fn a_closed_shift_is_shared_and_what_bars_the_till_is_last() {
        let yaml = "about: x
cases:
  - {name: a/bars, requirements: [MGMT-4], last: true, steps: [{get: /apicheck/}]}
  - {name: a/closed, requirements: [REG-9], given: {shift: closed}, steps: [{sale: 1, cash: 1}]}
  - {name: a/sells, requirements: [REG-1], steps: [{sale: 1, cash: 1}]}
  - {name: a/closes, requirements: [SHIFT-2], steps: [{get: /apizreport/}, {get: /apicheck/}]}
  - {name: a/reads, requirements: [CHK-1], given: {shift: closed}, steps: [{get: /apicheck/}]}
  - {name: a/sells-too, requirements: [REG-1], steps: [{sale: 1, cash: 1}]}
  - {name: a/closed-too, requirements: [REG-9], given: {shift: closed}, steps: [{get: /apicheck/}]}
";
        let order = ["a/sells", "a/closes", "a/closed", "a/sells-too", "a/reads", "a/closed-too", "a/bars"];
        assert_eq!(names(yaml), order);
    }

    #[test]
    fn nothing_gets_lost() {
        let suites = crate::suite::builtin::device().unwrap();
        let all: Vec<&Case> = suites.iter().flat_map(|suite| &suite.cases).collect();
        let ordered = in_order(all.clone());
        assert_eq!(ordered.len(), all.len());
        assert!(ordered.is_sorted_by_key(|case| lateness(case)));
    }
}
