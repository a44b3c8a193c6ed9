//! What all trials came to.

use super::fuzz_trial::{Figures, FuzzTrial};
use super::trial::Trial;
use ikkm_harness::suite::Case;
use std::time::Duration;

/// A conforming device under all cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Baseline {
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
    pub fuzz_trials: Vec<FuzzTrial>,
    /// The conforming devices.
    pub baselines: Vec<Baseline>,
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
    pub fn accused(&self) -> impl Iterator<Item = &Baseline> {
        self.baselines.iter().filter(|baseline| !baseline.alarms.is_empty())
    }

    /// Defects that the fuzzer should have found and did not.
    pub fn missed(&self) -> impl Iterator<Item = &FuzzTrial> {
        self.fuzz_trials.iter().filter(|fuzz_trial| fuzz_trial.is_missed())
    }

    /// The fuzzer's fuzz_trials in figures: of all defects, and of those that it must find.
    pub fn hunted(&self) -> (Figures, Figures) {
        (
            Figures::of(self.fuzz_trials.iter()),
            Figures::of(self.fuzz_trials.iter().filter(|fuzz_trial| fuzz_trial.promised)),
        )
    }

    /// Every defect was caught, by the fuzzer too where it must, and every conforming device passed.
    pub fn is_good(&self) -> bool {
        !self.trials.is_empty()
            && self.survivors().next().is_none()
            && self.missed().next().is_none()
            && self.accused().next().is_none()
    }

    /// Of all findings, those that name a line of their defect's row; and how many findings there were, what
    /// follows from an earlier one aside.
    pub fn aimed(&self) -> (usize, usize) {
        let aimed: usize = self.trials.iter().map(|trial| trial.aimed).sum();
        (aimed, aimed + self.trials.iter().map(|trial| trial.astray).sum::<usize>())
    }

    /// How many survivors failed some case for something else.
    pub fn accidental(&self) -> usize {
        self.survivors().filter(|trial| !trial.accidents.is_empty()).count()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::trial::tests::{failed, mutant};
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
        let mut caught = Trial::of(mutant("keys/a", &["KEY-5"]));
        caught.take(&failed("key/one", &["KEY-5"]));
        let mut twice = Trial::of(mutant("keys/b", &["KEY-5", "KEY-7"]));
        twice.take(&failed("key/one", &["KEY-5"]));
        twice.take(&failed("key/two", &["KEY-7"]));
        let mut survivor = Trial::of(mutant("books/c", &["REG-2"]));
        survivor.take(&failed("key/two", &["KEY-7"]));
        Matrix {
            trials: vec![caught, twice, survivor],
            fuzz_trials: Vec::new(),
            baselines: vec![Baseline { name: "plain".into(), passed: 3, alarms: Vec::new() }],
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
        let survivors: Vec<&str> = matrix.survivors().map(|trial| trial.mutant.name.as_str()).collect();
        assert_eq!(survivors, ["books/c"]);
        assert_eq!(matrix.accidental(), 1);
        assert!(!matrix.is_good());
    }

    #[test]
    fn a_false_alarm_is_as_bad_as_a_survivor() {
        let mut matrix = sample();
        matrix.trials.pop();
        assert!(matrix.is_good());
        let missed = FuzzTrial { promised: true, ..FuzzTrial::of(&matrix.trials[0].mutant) };
        assert!(!Matrix { fuzz_trials: vec![missed], ..matrix.clone() }.is_good());
        matrix.baselines[0].alarms.push("key/one: expected this".to_owned());
        assert!(!matrix.is_good());
        assert!(!Matrix { trials: Vec::new(), baselines: Vec::new(), ..matrix }.is_good());
    }
}
