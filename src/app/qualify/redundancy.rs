//! What each case is worth, and how firmly each requirement is held: which defects only one case
//! catches, which cases catch none and why they are there all the same.

use super::matrix::{KnownCase, Matrix};
use ikkm_requirements::{Level, requirements};
use std::collections::{BTreeMap, BTreeSet};

/// What was caught under one requirement.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Caught<'m> {
    /// Defects that break it.
    pub defects: BTreeSet<&'m str>,
    /// Cases whose findings named it.
    pub cases: BTreeSet<&'m str>,
    /// Further cases that caught one of its defects, under another line that the defect breaks.
    pub others: BTreeSet<&'m str>,
}

/// A case that caught nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idle<'m> {
    /// The case.
    pub case: &'m str,
    /// What it is there for.
    pub why: String,
}

/// A requirement that a single case names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Single<'m> {
    /// The requirement.
    pub requirement: &'m str,
    /// The case.
    pub case: &'m str,
    /// How many other cases catch its defects under another line.
    pub others: usize,
}

impl Matrix {
    /// By requirement, the defects that break it and the cases that caught them.
    pub fn by_requirement(&self) -> BTreeMap<&str, Caught<'_>> {
        let mut all: BTreeMap<&str, Caught<'_>> = BTreeMap::new();
        for trial in &self.trials {
            for id in &trial.mutant.requirements {
                all.entry(id).or_default().defects.insert(&trial.mutant.name);
            }
            for kill in &trial.kills {
                for id in kill.named() {
                    all.entry(id).or_default().cases.insert(&kill.case);
                }
            }
        }
        for trial in &self.trials {
            for id in &trial.mutant.requirements {
                if let Some(caught) = all.get_mut(id.as_str()) {
                    let cases = trial.kills.iter().map(|kill| kill.case.as_str());
                    caught.others.extend(cases.filter(|case| !caught.cases.contains(case)));
                }
            }
        }
        all
    }

    /// By case, how many defects it caught.
    pub fn kills(&self) -> BTreeMap<&str, usize> {
        let mut kills = BTreeMap::new();
        for kill in self.trials.iter().flat_map(|trial| &trial.kills) {
            *kills.entry(kill.case.as_str()).or_default() += 1;
        }
        kills
    }

    /// By case, the defects that only it caught; only a full matrix can tell.
    pub fn irreplaceable(&self) -> BTreeMap<&str, Vec<&str>> {
        let mut lost: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for trial in self.trials.iter().filter(|_| self.full) {
            if let [only] = trial.kills.as_slice() {
                lost.entry(&only.case).or_default().push(&trial.mutant.name);
            }
        }
        lost
    }

    /// Cases that caught nothing; only a full matrix can tell.
    pub fn idle(&self) -> Vec<Idle<'_>> {
        if !self.full {
            return Vec::new();
        }
        let kills = self.kills();
        let held = self.by_requirement();
        let idle = self.cases.iter().filter(|case| !kills.contains_key(case.name.as_str()));
        idle.map(|case| Idle { case: &case.name, why: reason(case, &held) }).collect()
    }

    /// Requirements that a single case names, those that nothing else holds first; only a full
    /// matrix can tell.
    pub fn singles(&self) -> Vec<Single<'_>> {
        if !self.full {
            return Vec::new();
        }
        let mut singles: Vec<Single<'_>> = Vec::new();
        for (requirement, caught) in self.by_requirement() {
            if let (Some(case), 1) = (caught.cases.first(), caught.cases.len()) {
                singles.push(Single { requirement, case, others: caught.others.len() });
            }
        }
        singles.sort_by_key(|single| single.others);
        singles
    }
}

/// Why a case that caught nothing is there.
fn reason(case: &KnownCase, held: &BTreeMap<&str, Caught<'_>>) -> String {
    if !case.asks.is_empty() {
        return format!("asks {}: an answer is recorded, not judged", case.asks.join(", "));
    }
    if case.accepted {
        return "compares whole documents with accepted ones, which a qualification does not have".to_owned();
    }
    let judged = |id: &&String| requirements().get(id).is_some_and(|line| line.level != Level::Open);
    let others = case.requirements.iter().filter(judged).map(|id| {
        let cases = held.get(id.as_str()).map_or(0, |caught| caught.cases.len());
        format!("{id} by {cases}")
    });
    format!("others name its lines: {}", others.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::super::matrix::tests::{known, sample};
    use super::*;

    #[test]
    fn idle_cases_and_single_killers_are_told() {
        let matrix = sample();
        let idle = matrix.idle();
        assert_eq!(idle.len(), 1);
        assert_eq!(idle[0].case, "key/three");
        assert_eq!(idle[0].why, "others name its lines: KEY-5 by 1, KEY-6 by 0");
        assert_eq!(matrix.irreplaceable().into_iter().collect::<Vec<_>>(), [("key/one", vec!["keys/a"])]);
        assert_eq!(matrix.kills().into_iter().collect::<Vec<_>>(), [("key/one", 2), ("key/two", 1)]);
        let singles: Vec<(&str, &str, usize)> =
            matrix.singles().into_iter().map(|one| (one.requirement, one.case, one.others)).collect();
        assert_eq!(singles, [("KEY-5", "key/one", 1), ("KEY-7", "key/two", 1)]);
    }

    #[test]
    fn a_case_that_asks_or_compares_says_so() {
        let mut matrix = sample();
        let asking = KnownCase { asks: vec!["Q-KEY-1".to_owned()], ..known("key/four", &["Q-KEY-1"]) };
        let comparing = KnownCase { accepted: true, ..known("key/five", &["KEY-5"]) };
        matrix.cases = vec![asking, comparing];
        let whys: Vec<String> = matrix.idle().into_iter().map(|idle| idle.why).collect();
        assert!(whys[0].starts_with("asks Q-KEY-1"), "{whys:?}");
        assert!(whys[1].starts_with("compares whole documents"), "{whys:?}");
    }

    #[test]
    fn what_ended_early_tells_nothing_of_idle_cases() {
        let matrix = Matrix { full: false, ..sample() };
        assert!(matrix.idle().is_empty() && matrix.irreplaceable().is_empty());
        assert!(matrix.singles().is_empty());
    }
}
