//! One seeded defect under the fuzzer.

use super::trial::Mutant;

/// What the fuzzer found on a defect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The requirement that its finding names.
    pub requirement: String,
    /// The defect breaks that requirement; else it was found by a consequence.
    pub rightful: bool,
    /// The seed of the sequence that showed it.
    pub seed: u64,
    /// Requests until it was found, from the first seed on.
    pub requests: u64,
    /// Steps that are left of the sequence.
    pub steps: usize,
    /// Requests that shortening it cost.
    pub shrink_requests: u64,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FuzzTrial {
    /// The defect's name.
    pub name: String,
    /// The library says that the fuzzer finds it.
    pub promised: bool,
    /// What was found within the bound.
    pub found: Option<Found>,
    /// Why the trial could not be carried out.
    pub trouble: Option<String>,
}

impl FuzzTrial {
    /// A trial that begins.
    pub fn of(mutant: &Mutant) -> FuzzTrial {
        FuzzTrial { name: mutant.name.clone(), promised: mutant.promised, found: None, trouble: None }
    }

    /// Promised, and not kept.
    pub fn is_missed(&self) -> bool {
        self.promised && self.found.is_none()
    }
}

/// All fuzz_trials in figures.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    /// Defects that were hunted.
    pub hunted: usize,
    /// Those of them that were found.
    pub found: usize,
    /// Promised and not found.
    pub missed: usize,
    /// Requests until half of the found ones were.
    pub median: u64,
    /// Requests until the last of them was.
    pub worst: u64,
    /// The most steps that were left.
    pub longest: usize,
}

impl Figures {
    /// Of these fuzz_trials.
    pub fn of<'h>(fuzz_trials: impl Iterator<Item = &'h FuzzTrial>) -> Figures {
        let fuzz_trials: Vec<&FuzzTrial> = fuzz_trials.collect();
        let found: Vec<&Found> =
            fuzz_trials.iter().filter_map(|fuzz_trial| fuzz_trial.found.as_ref()).collect();
        let mut requests: Vec<u64> = found.iter().map(|found| found.requests).collect();
        requests.sort_unstable();
        Figures {
            hunted: fuzz_trials.len(),
            found: found.len(),
            missed: fuzz_trials.iter().filter(|fuzz_trial| fuzz_trial.is_missed()).count(),
            median: requests.get(requests.len() / 2).copied().unwrap_or_default(),
            worst: requests.last().copied().unwrap_or_default(),
            longest: found.iter().map(|found| found.steps).max().unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fuzz_trial(promised: bool, requests: Option<u64>) -> FuzzTrial {
        let found = requests.map(|requests| Found {
            requirement: "REG-2".to_owned(),
            rightful: true,
            seed: 1,
            requests,
            steps: 2,
            shrink_requests: 9,
        });
        FuzzTrial { name: "books/x".to_owned(), promised, found, trouble: None }
    }

    #[test]
    fn only_a_broken_promise_is_missed() {
        let fuzz_trials = [
            fuzz_trial(true, Some(5)),
            fuzz_trial(false, None),
            fuzz_trial(true, Some(90)),
            fuzz_trial(false, Some(20)),
        ];
        let figures = Figures::of(fuzz_trials.iter());
        assert_eq!((figures.hunted, figures.found, figures.missed), (4, 3, 0));
        assert_eq!((figures.median, figures.worst, figures.longest), (20, 90, 2));
        assert!(fuzz_trial(true, None).is_missed());
        assert_eq!(Figures::of([].iter()), Figures::default());
    }
}
