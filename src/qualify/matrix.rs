//! What all trials came to.

use super::hunt::{Figures, Hunt};
use super::trial::Trial;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// A conforming device under all cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Innocent {
    /// Its name.
    pub name: String,
    /// How many cases passed.
    pub passed: usize,
    /// What was found wrong with it: false alarms, one line each.
    pub alarms: Vec<String>,
}

/// Every trial of a qualification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matrix {
    /// The defects, in their order.
    pub trials: Vec<Trial>,
    /// The same defects under the fuzzer, where that was asked for.
    pub hunts: Vec<Hunt>,
    /// The conforming devices.
    pub innocents: Vec<Innocent>,
    /// The names of all cases.
    pub cases: Vec<String>,
    /// Every case ran on every defect; else each defect's trial ended at its first kill.
    pub full: bool,
    /// How long it took.
    pub duration: Duration,
}

impl Matrix {
    /// Defects that no case caught for what they are.
    pub fn survivors(&self) -> impl Iterator<Item = &Trial> {
        self.trials.iter().filter(|trial| trial.survived())
    }

    /// Conforming devices that were found wrong.
    pub fn accused(&self) -> impl Iterator<Item = &Innocent> {
        self.innocents.iter().filter(|innocent| !innocent.alarms.is_empty())
    }

    /// Defects that the fuzzer should have found and did not.
    pub fn missed(&self) -> impl Iterator<Item = &Hunt> {
        self.hunts.iter().filter(|hunt| hunt.is_missed())
    }

    /// The fuzzer's hunts in figures: of all defects, and of those that it must find.
    pub fn hunted(&self) -> (Figures, Figures) {
        (Figures::of(self.hunts.iter()), Figures::of(self.hunts.iter().filter(|hunt| hunt.promised)))
    }

    /// Every defect was caught, by the fuzzer too where it must, and every conforming device passed.
    pub fn is_good(&self) -> bool {
        !self.trials.is_empty()
            && self.survivors().next().is_none()
            && self.missed().next().is_none()
            && self.accused().next().is_none()
    }

    /// How many survivors failed some case for something else.
    pub fn accidental(&self) -> usize {
        self.survivors().filter(|trial| !trial.accidents.is_empty()).count()
    }

    /// Cases that caught nothing; only a full matrix can tell.
    pub fn idle(&self) -> Vec<&str> {
        if !self.full {
            return Vec::new();
        }
        let busy: BTreeSet<&str> =
            self.trials.iter().flat_map(|trial| &trial.kills).map(|kill| kill.case.as_str()).collect();
        self.cases.iter().map(String::as_str).filter(|case| !busy.contains(case)).collect()
    }

    /// By case, the defects that only it caught; only a full matrix can tell.
    pub fn irreplaceable(&self) -> BTreeMap<&str, Vec<&str>> {
        let mut lost: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for trial in self.trials.iter().filter(|_| self.full) {
            if let [only] = trial.kills.as_slice() {
                lost.entry(&only.case).or_default().push(&trial.suspect.name);
            }
        }
        lost
    }

    /// By requirement, the cases whose findings named it rightfully, and the defects caught so.
    pub fn by_requirement(&self) -> BTreeMap<&str, Caught<'_>> {
        let mut all: BTreeMap<&str, Caught<'_>> = BTreeMap::new();
        for trial in &self.trials {
            for id in &trial.suspect.requirements {
                all.entry(id).or_default().defects.insert(&trial.suspect.name);
            }
            for kill in &trial.kills {
                let whole = kill.requirement.split('/').next().unwrap_or_default();
                all.entry(whole).or_default().cases.insert(&kill.case);
            }
        }
        all
    }

    /// Requirements whose only killer is one case; only a full matrix can tell.
    pub fn single_killers(&self) -> Vec<(&str, &str)> {
        let all = self.by_requirement();
        let single = |(id, caught): (&'_ str, &Caught<'_>)| {
            let mut cases = caught.cases.iter();
            match (cases.next(), cases.next()) {
                (Some(only), None) => Some((id.to_owned(), (*only).to_owned())),
                _ => None,
            }
        };
        let found: Vec<(String, String)> =
            all.iter().filter(|_| self.full).filter_map(|(id, caught)| single((id, caught))).collect();
        self.trials
            .iter()
            .flat_map(|trial| &trial.kills)
            .map(|kill| (kill.requirement.as_str(), kill.case.as_str()))
            .filter(|(id, case)| found.iter().any(|(only, by)| only == id && by == case))
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect()
    }
}

/// What was caught under one requirement.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Caught<'m> {
    /// Defects that break it.
    pub defects: BTreeSet<&'m str>,
    /// Cases whose findings named it.
    pub cases: BTreeSet<&'m str>,
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::trial::tests::{failed, suspect};
    use super::*;

    pub fn sample() -> Matrix {
        let mut caught = Trial::of(suspect("keys/a", &["KEY-5"]));
        caught.take(&failed("key/one", &["KEY-5"]));
        let mut twice = Trial::of(suspect("keys/b", &["KEY-5", "KEY-7"]));
        twice.take(&failed("key/one", &["KEY-5"]));
        twice.take(&failed("key/two", &["KEY-7"]));
        let mut survivor = Trial::of(suspect("books/c", &["REG-2"]));
        survivor.take(&failed("key/two", &["KEY-7"]));
        Matrix {
            trials: vec![caught, twice, survivor],
            hunts: Vec::new(),
            innocents: vec![Innocent { name: "plain".into(), passed: 3, alarms: Vec::new() }],
            cases: ["key/one", "key/two", "key/three"].map(str::to_owned).to_vec(),
            full: true,
            duration: Duration::from_secs(2),
        }
    }

    #[test]
    fn survivors_idle_cases_and_single_killers_are_told() {
        let matrix = sample();
        assert_eq!(
            matrix.survivors().map(|trial| trial.suspect.name.as_str()).collect::<Vec<_>>(),
            ["books/c"]
        );
        assert_eq!(matrix.accidental(), 1);
        assert_eq!(matrix.idle(), ["key/three"]);
        assert_eq!(matrix.irreplaceable().into_iter().collect::<Vec<_>>(), [("key/one", vec!["keys/a"])]);
        assert_eq!(matrix.single_killers(), [("KEY-5", "key/one"), ("KEY-7", "key/two")]);
        assert!(!matrix.is_good());
    }

    #[test]
    fn a_false_alarm_is_as_bad_as_a_survivor() {
        let mut matrix = sample();
        matrix.trials.pop();
        assert!(matrix.is_good());
        let missed = Hunt { promised: true, ..Hunt::of(&matrix.trials[0].suspect) };
        assert!(!Matrix { hunts: vec![missed], ..matrix.clone() }.is_good());
        matrix.innocents[0].alarms.push("key/one: expected this".to_owned());
        assert!(!matrix.is_good());
        assert!(!Matrix { trials: Vec::new(), innocents: Vec::new(), ..matrix }.is_good());
    }

    #[test]
    fn what_ended_early_tells_nothing_of_idle_cases() {
        let matrix = Matrix { full: false, ..sample() };
        assert!(matrix.idle().is_empty() && matrix.irreplaceable().is_empty());
        assert!(matrix.single_killers().is_empty());
    }
}
