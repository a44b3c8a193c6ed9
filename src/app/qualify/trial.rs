//! One seeded defect under the cases: a kill counts when its finding names what the defect breaks.

use ikkm_harness::runner::outcome::{CaseResult, Finding};
use ikkm_harness::suite::Case;
use std::collections::BTreeSet;

/// What is known of a defect before it is tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mutant {
    /// Its name.
    pub name: String,
    /// What goes wrong.
    pub about: String,
    /// How it can be seen.
    pub seen: String,
    /// What it breaks.
    pub requirements: Vec<String>,
    /// The library says that the fuzzer finds it.
    pub promised: bool,
}

/// A case that failed on a defect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kill {
    /// The case.
    pub case: String,
    /// The requirement that its finding names.
    pub requirement: String,
    /// The other requirements that its further findings name.
    pub also: Vec<String>,
    /// What was expected and found, in one line.
    pub message: String,
}

/// What came of one defect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// The defect.
    pub mutant: Mutant,
    /// Cases whose finding names a requirement that the defect breaks.
    pub kills: Vec<Kill>,
    /// Cases that failed for something else: they do not count.
    pub accidents: Vec<Kill>,
    /// How many cases ran.
    pub cases: usize,
    /// How many findings named a line that the defect breaks.
    pub aimed: usize,
    /// How many named another one, what follows from an earlier finding aside.
    pub astray: usize,
    /// Why the trial could not be carried out.
    pub trouble: Option<String>,
}

impl Mutant {
    /// Whether that requirement is one that the defect breaks; a part of a question is the question.
    pub fn breaks(&self, requirement: &str) -> bool {
        let whole = requirement.split('/').next().unwrap_or(requirement);
        self.requirements.iter().any(|id| id == whole)
    }

    /// The cases, those that cite what the defect breaks first; each half keeps its order. Where
    /// only the `near` ones are wanted, no others.
    pub fn sorted<'c>(&self, cases: &[&'c Case], near_only: bool) -> Vec<&'c Case> {
        let cites = |case: &Case| {
            case.requirements.iter().any(|id| self.breaks(id))
                || case.steps.iter().any(|step| self.breaks(&step.cites))
        };
        let (mut near, far): (Vec<&Case>, Vec<&Case>) = cases.iter().partition(|case| cites(case));
        if !near_only {
            near.extend(far);
        }
        near
    }
}

impl Trial {
    /// A trial that begins.
    pub fn of(mutant: Mutant) -> Trial {
        Trial {
            mutant,
            kills: Vec::new(),
            accidents: Vec::new(),
            cases: 0,
            aimed: 0,
            astray: 0,
            trouble: None,
        }
    }

    /// Takes a case's result; `true` when it is a kill that counts.
    pub fn take(&mut self, result: &CaseResult) -> bool {
        self.cases += 1;
        let (rightful, others): (Vec<&Finding>, Vec<&Finding>) =
            result.findings.iter().partition(|finding| self.mutant.breaks(&finding.requirement));
        self.aimed += rightful.len();
        self.astray += others.iter().filter(|finding| finding.follows.is_none()).count();
        if let Some(kill) = Kill::of(result, &rightful) {
            self.kills.push(kill);
            return true;
        }
        self.accidents.extend(Kill::of(result, &others));
        false
    }

    /// No case caught it for what it is.
    pub fn survived(&self) -> bool {
        self.kills.is_empty()
    }
}

impl Kill {
    /// What the first of these findings says, and which lines the others name.
    fn of(result: &CaseResult, findings: &[&Finding]) -> Option<Kill> {
        let (first, rest) = findings.split_first()?;
        let also: BTreeSet<&str> = rest.iter().map(|finding| finding.requirement.as_str()).collect();
        Some(Kill {
            case: result.name.clone(),
            requirement: first.requirement.clone(),
            also: also.into_iter().filter(|id| *id != first.requirement).map(str::to_owned).collect(),
            message: format!("expected {}; found {}", first.expected, first.found),
        })
    }

    /// Every requirement that it names; a part of a question is the question.
    pub fn named(&self) -> impl Iterator<Item = &str> {
        let whole = |id: &'_ String| id.find('/').unwrap_or(id.len());
        [&self.requirement].into_iter().chain(&self.also).map(move |id| id.get(..whole(id)).unwrap_or(id))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use ikkm_harness::runner::outcome::Verdict;
    use ikkm_requirements::Level;
    use std::time::Duration;

    pub fn mutant(name: &str, requirements: &[&str]) -> Mutant {
        Mutant {
            name: name.to_owned(),
            about: "goes <wrong>".to_owned(),
            seen: "in the answer".to_owned(),
            requirements: requirements.iter().map(ToString::to_string).collect(),
            promised: false,
        }
    }

    pub fn failed(case: &str, requirements: &[&str]) -> CaseResult {
        let finding = |id: &&str| Finding {
            requirement: id.to_string(),
            level: Level::Must,
            place: "suites/device/key.yaml:1".to_owned(),
            expected: "this".to_owned(),
            found: "that".to_owned(),
            exchange: None,
            follows: None,
            side: None,
        };
        CaseResult {
            name: case.to_owned(),
            suite: "key".to_owned(),
            verdict: if requirements.is_empty() { Verdict::Pass } else { Verdict::Fail },
            level: Level::Must,
            requirements: requirements.iter().map(ToString::to_string).collect(),
            requests: 1,
            duration: Duration::ZERO,
            message: None,
            findings: requirements.iter().map(finding).collect(),
            transcript: Vec::new(),
            waived: None,
        }
    }

    #[test]
    fn only_a_finding_of_what_is_broken_kills() {
        let mut trial = Trial::of(mutant("keys/x", &["KEY-5", "Q-PAY-1"]));
        assert!(!trial.take(&failed("a", &[])));
        assert!(!trial.take(&failed("b", &["REG-2"])));
        assert!(trial.survived());
        assert!(trial.take(&failed("c", &["REG-2", "KEY-5", "Q-PAY-1/bank", "KEY-5"])));
        assert!(trial.take(&failed("d", &["Q-PAY-1/bank"])));
        assert_eq!((trial.cases, trial.kills.len(), trial.accidents.len()), (4, 2, 1));
        assert_eq!((trial.aimed, trial.astray), (4, 2));
        assert_eq!(trial.kills[0].requirement, "KEY-5");
        assert_eq!(trial.kills[0].named().collect::<Vec<_>>(), ["KEY-5", "Q-PAY-1"]);
        assert_eq!(trial.accidents[0].requirement, "REG-2");
        assert!(!trial.survived());
    }
}
