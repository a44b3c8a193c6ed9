//! The findings of a run as people read them: each deviation once, musts first, the ones that show most
//! before the rest, and what only follows from another under its cause.

use crate::runner::outcome::{CaseFacts, CaseResult, FindingGroup, RunResult, ShownExchange, Verdict};
use crate::runner::outcome::{Event, FindingPlace};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// A deviation with all that is told of it.
#[derive(Debug)]
pub struct Deviation<'a> {
    /// What it is, and where it shows.
    pub group: &'a FindingGroup,
    /// In how many cases it shows.
    pub cases: usize,
    /// The exchange that was judged, of its first place.
    pub exchange: Option<&'a ShownExchange>,
    /// What the suite says of the first case.
    pub about: Option<&'a str>,
    /// The deviations that this one explains.
    pub consequences: Vec<Deviation<'a>>,
    /// Every case in which it shows is waived.
    pub waived: bool,
    /// What it follows from, where that is not among the findings.
    pub orphan: bool,
}

/// The deviations of a run: those that count first, then the waived ones; each of these musts first.
pub fn deviations(run: &RunResult) -> Vec<Deviation<'_>> {
    let cases: BTreeMap<&str, &CaseResult> =
        run.cases.iter().map(|case| (case.name.as_str(), case)).collect();
    let mut heads: Vec<usize> = Vec::new();
    let mut under: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, group) in run.groups.iter().enumerate() {
        match cause(&run.groups, at) {
            Some(head) => under.entry(head).or_default().push(at),
            None => heads.push(at),
        }
        debug_assert!(!group.places.is_empty());
    }
    let mut told: Vec<Deviation> = heads
        .into_iter()
        .map(|at| {
            let mut head = deviation(run, &cases, at);
            let own = under.remove(&at).unwrap_or_default();
            head.consequences = own.into_iter().map(|at| deviation(run, &cases, at)).collect();
            head
        })
        .collect();
    told.sort_by_key(|one| (one.waived, Reverse(one.group.level), Reverse(one.cases)));
    told
}

/// The group that explains all of that one.
fn cause(groups: &[FindingGroup], at: usize) -> Option<usize> {
    let follows = groups[at].follows.as_ref()?;
    let wanted = (&follows.case, &follows.requirement, &follows.place);
    let shows = |one: &FindingPlace| (&one.case, &one.requirement, &one.place) == wanted;
    groups.iter().position(|group| group.follows.is_none() && group.places.iter().any(shows))
}

fn deviation<'a>(run: &'a RunResult, cases: &BTreeMap<&str, &'a CaseResult>, at: usize) -> Deviation<'a> {
    let group = &run.groups[at];
    let names: BTreeSet<&str> = group.places.iter().map(|one| one.case.as_str()).collect();
    let waived = |name: &&str| cases.get(name).is_some_and(|case| case.waived.is_some());
    let first = group.places.first();
    Deviation {
        group,
        cases: names.len(),
        exchange: first.and_then(|place| judged(cases, place)),
        about: first
            .and_then(|place| run.facts.cases.get(&place.case))
            .and_then(|facts: &CaseFacts| facts.about.as_deref()),
        consequences: Vec::new(),
        waived: names.iter().all(waived),
        orphan: group.follows.is_some(),
    }
}

fn judged<'a>(cases: &BTreeMap<&str, &'a CaseResult>, place: &FindingPlace) -> Option<&'a ShownExchange> {
    match cases.get(place.case.as_str())?.transcript.get(place.exchange?)? {
        Event::Exchange(exchange) => Some(exchange),
        Event::Bench(_) | Event::Note(_) => None,
    }
}

/// Cases that speak against the device without a finding: waivers that are not in order, and the like.
pub fn without_finding(run: &RunResult) -> Vec<&CaseResult> {
    let bare = |case: &&CaseResult| {
        matches!(case.verdict, Verdict::Fail | Verdict::Warn)
            && case.findings.is_empty()
            && case.waived.is_none()
    };
    run.cases.iter().filter(bare).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;
    use crate::runner::grouping::groups;
    use crate::runner::outcome::Cause;

    #[test]
    fn musts_come_first_then_what_shows_most_and_what_follows_stands_under_its_cause() {
        let mut run = sample::run();
        let mut books = run.cases[1].clone();
        books.name = "reconciliation/replay".into();
        books.findings[0].requirement = "DUMP-7".into();
        books.findings[0].follows = Some(Cause {
            case: "key/replay-registers-nothing".into(),
            requirement: "KEY-5".into(),
            place: "suites/device/replay.yaml:41".into(),
        });
        run.cases.insert(0, books);
        run.groups = groups(&run.cases);
        let told = deviations(&run);
        let ids: Vec<&str> = told.iter().map(|one| one.group.requirement.as_str()).collect();
        assert_eq!(ids, ["KEY-5", "KEY-13"], "the must first, and DUMP-7 not on its own");
        assert_eq!(told[0].consequences[0].group.requirement, "DUMP-7");
        assert_eq!(told[0].exchange.map(|one| one.body.as_str()), Some("-1"));
    }

    #[test]
    fn a_cause_that_is_not_there_and_one_that_is_its_own_hide_nothing() {
        for (case, requirement) in [("gone/x", "KEY-1"), ("key/replay-registers-nothing", "KEY-5")] {
            let mut run = sample::run();
            run.cases[1].findings[0].follows = Some(Cause {
                case: case.into(),
                requirement: requirement.into(),
                place: "suites/device/replay.yaml:41".into(),
            });
            run.groups = groups(&run.cases);
            let told = deviations(&run);
            assert_eq!(told.len(), 2);
            assert!(told[0].orphan);
        }
    }

    #[test]
    fn a_waived_deviation_comes_last_and_a_bare_failure_is_not_lost() {
        let mut run = sample::run();
        run.cases[1].waived = Some("known".into());
        let told = deviations(&run);
        assert!(told[1].waived && told[1].group.requirement == "KEY-5");
        run.cases[3].waived = None;
        assert_eq!(without_finding(&run)[0].name, "pay/return-change");
    }
}
