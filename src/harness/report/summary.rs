//! Counts and groups that more than one report shows.

use crate::runner::outcome::{CaseResult, RunResult, Verdict};
use ikkm_requirements::{Level, requirements};
use indexmap::IndexMap;

/// Cases or requirements under the reason that they share, in order of first appearance.
pub type Groups<'a> = IndexMap<&'a str, Vec<&'a str>>;

/// The *must* requirements that were not tested, under what each would have needed: first what a flag
/// gives, then what a bench gives, then the rest; what would help most before what would help little.
pub fn untested(run: &RunResult) -> Groups<'_> {
    let mut groups =
        group(run.untested.iter().map(|untested| (untested.why.as_str(), untested.requirement.as_str())));
    groups.sort_by_cached_key(|why, ids| (effort(why), std::cmp::Reverse(ids.len())));
    groups
}

/// How much it takes to have it tested next time: a flag, a bench, something else, a case.
fn effort(why: &str) -> u8 {
    if why.contains("--") {
        0
    } else if why.contains("bench") {
        1
    } else if why.contains("no selected case") {
        3
    } else {
        2
    }
}

/// The names of the cases with that verdict, under the reason that each gives.
pub fn reasons(run: &RunResult, verdict: Verdict) -> Groups<'_> {
    let cases = run.cases.iter().filter(|case| case.verdict == verdict);
    group(cases.map(|case| (case.message.as_deref().unwrap_or("no reason given"), case.name.as_str())))
}

/// The undecided cases: how many of them show a finding of this run, which says why; and the names of the
/// others under the reason that each gives.
pub fn undecided(run: &RunResult) -> (usize, Groups<'_>) {
    let cases = run.cases.iter().filter(|case| case.verdict == Verdict::Inconclusive);
    let (told, others): (Vec<_>, Vec<_>) = cases.partition(|case| !case.findings.is_empty());
    let others = others.into_iter();
    (
        told.len(),
        group(others.map(|case| (case.message.as_deref().unwrap_or("no reason given"), case.name.as_str()))),
    )
}

fn group<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Groups<'a> {
    let mut groups = Groups::new();
    for (reason, name) in pairs {
        groups.entry(reason).or_default().push(name);
    }
    groups
}

/// How many failures and warnings a waiver covers.
pub fn waived(run: &RunResult) -> usize {
    run.cases.iter().filter(|case| case.waived.is_some()).count()
}

/// Whether a case speaks against the device: a failure that nobody waived.
pub fn counts_against(case: &CaseResult) -> bool {
    case.verdict == Verdict::Fail && case.waived.is_none()
}

/// What the run comes to, in one line.
pub fn conclusion(run: &RunResult) -> String {
    let against = run.cases.iter().filter(|case| counts_against(case)).count();
    match (&run.stopped, against) {
        (Some(why), _) => format!("stopped before its end: {why}"),
        (None, 0) if run.cases.is_empty() => "no case was run".to_owned(),
        (None, 0) if !run.tested_something() => "nothing was tested: no case came to a verdict".to_owned(),
        (None, 0) if run.facts.part.is_some() => {
            let part = run.facts.part.as_deref().unwrap_or_default();
            format!("conforms in the part that was run ({part})")
        }
        (None, 0) if run.untested.is_empty() => "conforms".to_owned(),
        (None, 0) => format!("conforms as far as tested; {} musts were not", run.untested.len()),
        (None, 1) => "does not conform: 1 case failed".to_owned(),
        (None, n) => format!("does not conform: {n} cases failed"),
    }
}

/// A requirement in our words: `the device prints a duplicate …`, with its section as `v22 §4`.
pub fn words(id: &str) -> Option<(String, String)> {
    let line = requirements().get(id)?;
    let words = match line.level {
        Level::Open => line.words.clone(),
        _ if line.is_client() => format!("the client {}", line.words),
        Level::Must | Level::Should | Level::Advice => format!("the device {}", line.words),
    };
    Some((words, format!("v22 §{}", line.section)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn reasons_gather_what_shares_them() {
        let mut run = sample::run();
        for id in ["BANK-1", "MGMT-4", "BANK-2"] {
            let why =
                if id.starts_with("BANK") { "needs a bench with a card" } else { "needs --second-address" };
            run.untested.push(crate::runner::outcome::Untested { requirement: id.into(), why: why.into() });
        }
        run.untested.drain(..run.untested.len() - 3);
        let groups = untested(&run);
        assert_eq!(groups["needs a bench with a card"], ["BANK-1", "BANK-2"]);
        assert_eq!(groups["needs --second-address"], ["MGMT-4"]);
        assert_eq!(groups.get_index(0).map(|(why, _)| *why), Some("needs --second-address"), "a flag first");
    }

    #[test]
    fn the_conclusion_follows_what_counts() {
        let mut run = sample::run();
        assert_eq!(conclusion(&run), "does not conform: 1 case failed");
        run.cases.retain(|case| !counts_against(case));
        assert_eq!(conclusion(&run), "conforms as far as tested; 3 musts were not");
        run.untested.clear();
        assert_eq!(conclusion(&run), "conforms");
        run.facts.part = Some("--case key/*".into());
        assert_eq!(conclusion(&run), "conforms in the part that was run (--case key/*)");
        run.cases.retain(|case| matches!(case.verdict, Verdict::Inconclusive | Verdict::NotApplicable));
        assert!(conclusion(&run).starts_with("nothing was tested"));
        run.cases.clear();
        assert_eq!(conclusion(&run), "no case was run");
        run.stopped = Some("device lost".into());
        assert_eq!(conclusion(&run), "stopped before its end: device lost");
    }

    #[test]
    fn words_name_who_must() {
        assert!(words("KEY-6").unwrap().0.starts_with("the device prints"));
        assert!(words("CLI-3").unwrap().0.starts_with("the client after"));
        assert!(words("Q-WIRE-5/leading-plus").unwrap().0.ends_with('?'));
        assert_eq!(words("KEY-6").unwrap().1, "v22 §4");
        assert_eq!(words("NOPE-1"), None);
    }
}
