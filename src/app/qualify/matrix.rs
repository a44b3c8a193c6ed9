//! What all trials came to.

use super::hunt::{Figures, Hunt};
use super::trial::Trial;
use ikkm_harness::suite::Case;
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

/// What is known of a case before it is tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownCase {
    /// Its name.
    pub name: String,
    /// The requirements that it or one of its steps cites.
    pub requirements: Vec<String>,
    /// The open questions that it asks, parts as they are.
    pub asks: Vec<String>,
    /// It compares documents with accepted ones, which a qualification does not have.
    pub accepted: bool,
}

impl KnownCase {
    /// What a suite says of it.
    pub fn of(case: &Case) -> KnownCase {
        let mut requirements = case.requirements.clone();
        for step in &case.steps {
            if !requirements.contains(&step.cites) {
                requirements.push(step.cites.clone());
            }
        }
        let asks = case.steps.iter().filter_map(|step| step.question.as_ref()).map(|asked| asked.id.clone());
        KnownCase {
            name: case.name.clone(),
            requirements,
            asks: asks.collect(),
            accepted: case.steps.iter().any(|step| step.golden.is_some()),
        }
    }
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
    /// All cases.
    pub cases: Vec<KnownCase>,
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
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::trial::tests::{failed, suspect};
    use super::*;

    pub fn known(name: &str, requirements: &[&str]) -> KnownCase {
        KnownCase {
            name: name.to_owned(),
            requirements: requirements.iter().map(ToString::to_string).collect(),
            asks: Vec::new(),
            accepted: false,
        }
    }

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
            cases: vec![
                known("key/one", &["KEY-5"]),
                known("key/two", &["KEY-7"]),
                known("key/three", &["KEY-5", "KEY-6"]),
            ],
            full: true,
            duration: Duration::from_secs(2),
        }
    }

    #[test]
    fn survivors_and_accidents_are_told() {
        let matrix = sample();
        let survivors: Vec<&str> = matrix.survivors().map(|trial| trial.suspect.name.as_str()).collect();
        assert_eq!(survivors, ["books/c"]);
        assert_eq!(matrix.accidental(), 1);
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
}
