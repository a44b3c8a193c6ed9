//! What a run would do, from rehearsals of it: what is expected, and what it can cost at most.

use super::plan;
use super::rehearsal::{Cost, Rehearsal};
use crate::device::effects::{Effect, Grants};
use crate::suite::model::Case;
use ikkm_requirements::{Level, requirements};
use indexmap::IndexMap;
use rust_decimal::Decimal;
use std::collections::BTreeSet;
use std::time::Duration;

/// How many requests more one lost answer can make: five repeats that settle it, and looks whether
/// the device serves again.
pub const LOST_ADDS: u64 = 10;

/// What a device costs more that is found in another state than the stand-ins: another shift, an
/// empty drawer.
const START: Cost = Cost {
    requests: 8,
    receipts: 2,
    shifts: 1,
    sum: Decimal::ZERO,
    drawer: Decimal::ZERO,
    acts: 0,
    waits: Duration::ZERO,
};

/// One case of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// The case's name.
    pub name: String,
    /// What it is expected to cost.
    pub expected: Cost,
    /// What is missing, where it cannot run.
    pub lacks: Option<String>,
}

/// What one effect more would let run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admitted {
    /// The effect, as `--allow` takes it.
    pub effect: Effect,
    /// How many cases more.
    pub cases: usize,
    /// What they cost together.
    pub cost: Cost,
}

/// What a run would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forecast {
    /// The cases in the order in which they would run.
    pub cases: Vec<Planned>,
    /// How many reconciliations of the books come beside them.
    pub reconciliations: usize,
    /// What is sent before the first case.
    pub first_look: Cost,
    /// What the run is expected to cost.
    pub expected: Cost,
    /// What it can cost at most where no answer is lost and the device is not busy.
    pub at_most: Cost,
    /// The *must* lines of a device that nothing in the run would test.
    pub untested: Vec<String>,
}

impl Forecast {
    /// How many reconciliations, in words.
    pub fn reconciling(&self) -> String {
        match self.reconciliations {
            1 => "1 reconciliation".to_owned(),
            n => format!("{n} reconciliations"),
        }
    }

    /// Puts rehearsals of the same cases together. The first says what is expected; with more than
    /// one the device is not known, and each case may cost what it cost with the dearest stand-in.
    pub fn new(cases: &[&Case], first: &Rehearsal, others: &[Rehearsal]) -> Forecast {
        let planned = cases.iter().zip(&first.cases).map(|(case, rehearsed)| Planned {
            name: case.name.clone(),
            expected: rehearsed.cost,
            lacks: rehearsed.lacks.clone(),
        });
        let mut at_most = first.total();
        if !others.is_empty() {
            at_most = first.first_look + START;
            for (index, case) in first.cases.iter().enumerate() {
                let same = others.iter().filter_map(|other| other.cases.get(index));
                at_most += same.fold(case.cost, |most, other| most.at_most(other.cost));
            }
        }
        let planned: Vec<Planned> = planned.collect();
        let untested = untested(cases, &planned);
        Forecast {
            cases: planned,
            reconciliations: first.reconciliations,
            first_look: first.first_look,
            expected: first.total(),
            at_most,
            untested,
        }
    }

    /// How many cases would run.
    pub fn running(&self) -> usize {
        self.cases.iter().filter(|case| case.lacks.is_none()).count()
    }

    /// The cases that would not run, by what they lack.
    pub fn lacking(&self) -> IndexMap<&str, Vec<&str>> {
        let mut groups: IndexMap<&str, Vec<&str>> = IndexMap::new();
        for case in &self.cases {
            if let Some(why) = &case.lacks {
                groups.entry(why).or_default().push(&case.name);
            }
        }
        groups
    }
}

fn untested(cases: &[&Case], planned: &[Planned]) -> Vec<String> {
    let tested: BTreeSet<&str> = cases
        .iter()
        .zip(planned)
        .filter(|(_, planned)| planned.lacks.is_none())
        .flat_map(|(case, _)| case.requirements.iter().map(String::as_str))
        .collect();
    requirements()
        .all()
        .filter(|line| line.level == Level::Must && !line.is_client() && !tested.contains(line.id.as_str()))
        .map(|line| line.id.clone())
        .collect()
}

/// What each effect that was not granted would let run more, going by a rehearsal in which everything
/// was.
pub fn admitted(cases: &[&Case], grants: &Grants, everything: &Rehearsal) -> Vec<Admitted> {
    let lacks = |case: &Case, grants: &Grants| plan::effects(case).iter().any(|one| !grants.admits(*one));
    let missing = Effect::ALL.into_iter().filter(|effect| !grants.admits(*effect));
    missing
        .map(|effect| {
            let more = grants.clone().with(effect);
            let mut admitted = Admitted { effect, cases: 0, cost: Cost::default() };
            for (case, rehearsed) in cases.iter().zip(&everything.cases) {
                if lacks(case, grants) && !lacks(case, &more) && rehearsed.lacks.is_none() {
                    admitted.cases += 1;
                    admitted.cost += rehearsed.cost;
                }
            }
            admitted
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::rehearsal::Rehearsed;
    use super::*;
    use crate::suite::load::load_text;

    fn rehearsal(requests: &[u64]) -> Rehearsal {
        let cost = |requests| Cost { requests, ..Cost::default() };
        let cases = requests.iter().map(|n| Rehearsed { cost: cost(*n), lacks: None }).collect();
        Rehearsal { first_look: cost(1), cases, reconciliations: 0 }
    }

    const YAML: &str = "about: x
cases:
  - {name: a/reads, requirements: [CHK-1], steps: [{get: /apicheck/}]}
  - {name: a/sells, requirements: [REG-1], steps: [{sale: 1, cash: 1}]}
";

    #[test]
    fn a_known_device_costs_what_was_rehearsed_and_no_more() {
        let suite = load_text("s.yaml", YAML).unwrap();
        let cases: Vec<&Case> = suite.cases.iter().collect();
        let forecast = Forecast::new(&cases, &rehearsal(&[3, 5]), &[]);
        assert_eq!((forecast.expected.requests, forecast.at_most.requests), (9, 9));
        assert!(!forecast.untested.contains(&"REG-1".to_owned()));
        assert!(forecast.untested.contains(&"KEY-1".to_owned()));
    }

    #[test]
    fn an_unknown_device_may_cost_the_dearest_of_each_case() {
        let suite = load_text("s.yaml", YAML).unwrap();
        let cases: Vec<&Case> = suite.cases.iter().collect();
        let forecast = Forecast::new(&cases, &rehearsal(&[3, 5]), &[rehearsal(&[4, 2])]);
        assert_eq!((forecast.expected.requests, forecast.at_most.requests), (9, 1 + 8 + 4 + 5));
    }

    #[test]
    fn an_effect_admits_only_cases_that_lack_nothing_else() {
        let suite = load_text("s.yaml", YAML).unwrap();
        let cases: Vec<&Case> = suite.cases.iter().collect();
        let admitted = admitted(&cases, &Grants::reading(), &rehearsal(&[3, 5]));
        let fiscal = admitted.iter().find(|one| one.effect == Effect::Fiscal).unwrap();
        assert_eq!((fiscal.cases, fiscal.cost.requests), (1, 5));
        let print = admitted.iter().find(|one| one.effect == Effect::Print).unwrap();
        assert_eq!(print.cases, 0);
    }
}
