//! The cases that cover most requirements within a given device time: musts first.

use super::rehearsal::Rehearsal;
use crate::suite::model::Case;
use ikkm_requirements::{Level, requirements};
use std::collections::BTreeSet;

/// Picks cases, by index, that together take no longer than `seconds` at `rate` requests a second.
///
/// As long as some case tests a *must* that none of the picked ones does, the one is picked that
/// tests most of them for its time; then the same for the *should* and *open* lines; then whatever
/// still fits, the cheapest first. Cases that cannot run here are not picked.
pub fn pick(cases: &[&Case], rehearsal: &Rehearsal, rate: f64, seconds: f64) -> Vec<usize> {
    let price = |index: usize| rehearsal.cases[index].cost.seconds(rate);
    let mut left = seconds - rehearsal.first_look.seconds(rate);
    let mut open: Vec<usize> = (0..cases.len().min(rehearsal.cases.len()))
        .filter(|index| rehearsal.cases[*index].lacks.is_none())
        .collect();
    let mut covered: BTreeSet<&str> = BTreeSet::new();
    let mut picked = Vec::new();
    for level in [Level::Must, Level::Should, Level::Advice, Level::Open] {
        loop {
            let worth = |index: usize| {
                let fresh = cases[index].requirements.iter().map(String::as_str);
                let fresh: BTreeSet<&str> =
                    fresh.filter(|id| !covered.contains(id) && level_of(id) == Some(level)).collect();
                fresh.len() as f64 / price(index).max(f64::EPSILON)
            };
            let best = open
                .iter()
                .copied()
                .filter(|index| price(*index) <= left && worth(*index) > 0.0)
                .max_by(|a, b| worth(*a).total_cmp(&worth(*b)).then(b.cmp(a)));
            let Some(best) = best else { break };
            left -= price(best);
            covered.extend(cases[best].requirements.iter().map(String::as_str));
            picked.push(best);
            open.retain(|index| *index != best);
        }
    }
    open.sort_by(|a, b| price(*a).total_cmp(&price(*b)).then(a.cmp(b)));
    for index in open {
        if price(index) <= left {
            left -= price(index);
            picked.push(index);
        }
    }
    picked
}

fn level_of(id: &str) -> Option<Level> {
    requirements().get(id).map(|line| line.level)
}

#[cfg(test)]
mod tests {
    use super::super::rehearsal::{Cost, Rehearsed};
    use super::*;
    use crate::suite::load::load_text;

    const YAML: &str = "about: x
cases:
  - {name: a/open, requirements: [Q-KEY-1], steps: [{get: /apicheck/}]}
  - {name: a/should, requirements: [REG-7], steps: [{get: /apicheck/}]}
  - {name: a/one-must, requirements: [REG-1], steps: [{get: /apicheck/}]}
  - {name: a/three-musts, requirements: [REG-1, REG-2, REG-3], steps: [{get: /apicheck/}]}
  - {name: a/cannot, requirements: [KEY-1, KEY-2, KEY-3], steps: [{get: /apicheck/}]}
";

    fn picked(seconds: f64) -> Vec<String> {
        let suite = load_text("s.yaml", YAML).unwrap();
        let cases: Vec<&Case> = suite.cases.iter().collect();
        let rehearsed = |requests, lacks: Option<&str>| Rehearsed {
            cost: Cost { requests, ..Cost::default() },
            lacks: lacks.map(str::to_owned),
        };
        let first_look = Cost { requests: 1, ..Cost::default() };
        let costs = [(1, None), (2, None), (3, None), (6, None), (1, Some("a bench"))];
        let rehearsal = Rehearsal {
            first_look,
            cases: costs.map(|(n, why)| rehearsed(n, why)).into(),
            reconciliations: 0,
        };
        pick(&cases, &rehearsal, 1.0, seconds).into_iter().map(|index| cases[index].name.clone()).collect()
    }

    #[test]
    fn musts_come_first_then_shoulds_then_the_rest() {
        assert_eq!(picked(100.0), ["a/three-musts", "a/should", "a/open", "a/one-must"]);
        assert_eq!(picked(9.0), ["a/three-musts", "a/should"]);
    }

    #[test]
    fn what_does_not_fit_gives_way_to_what_does() {
        assert_eq!(picked(6.0), ["a/one-must", "a/should"]);
        assert!(picked(1.0).is_empty());
    }
}
