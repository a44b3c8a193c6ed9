//! The cases of a run as pieces that may go apart, and these pieces as shards of about the same length.

use crate::runner::order::{in_order, lateness, leaves_shift_closed, needs_closed_shift};
use crate::suite::model::{Case, StepAction};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// The K-th of N parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// Which, from 1.
    pub number: usize,
    /// Of how many.
    pub of: usize,
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

/// More parts than anybody has runners.
const MOST: usize = 1000;

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Shard, String> {
        let parts = text.split_once('/').and_then(|(number, of)| {
            Some(Shard { number: number.trim().parse().ok()?, of: of.trim().parse().ok()? })
        });
        match parts {
            Some(shard) if (1..=shard.of).contains(&shard.number) && shard.of <= MOST => Ok(shard),
            _ => Err(format!("write K/N with K from 1 to N, such as 1/4, and N up to {MOST}")),
        }
    }
}

/// Cases that stay together, since they need the same costly state.
#[derive(Debug, Clone)]
pub struct Piece<'c> {
    /// In the order in which they run.
    pub cases: Vec<&'c Case>,
    /// What they cost, in seconds of device time.
    pub seconds: f64,
    /// How late they run ([`lateness`]).
    pub late: u8,
}

/// A group of cases that is longer than this part of a share is cut: balance beats one more preparation.
const CUT: f64 = 4.0;

/// The cases as pieces for so many takers, in the order of the run: a chain of closed shifts stays together,
/// and cases under the same condition of the bench; what bars the till is one piece.
///
/// `seconds` says what each case costs, in the order of `cases`.
pub fn pieces<'c>(cases: &[&'c Case], seconds: &[f64], takers: usize) -> Vec<Piece<'c>> {
    let whole: f64 = seconds.iter().sum();
    let most = whole / takers.max(1) as f64 / CUT;
    let mut pieces: Vec<Piece<'c>> = Vec::new();
    let mut of_condition: BTreeMap<String, usize> = BTreeMap::new();
    let mut closed: Option<usize> = None;
    for (at, case) in cases.iter().enumerate() {
        let cost = seconds.get(at).copied().unwrap_or_default();
        let late = lateness(case);
        let condition = condition(case, late);
        let known = condition.as_ref().and_then(|name| of_condition.get(name).copied());
        let joins = match (closed.filter(|_| needs_closed_shift(case) && late == 0), known) {
            (Some(piece), _) => Some(piece),
            // What bars the till bars it for all: one device is to be barred, not each.
            (None, Some(piece)) if late == 2 || pieces[piece].seconds + cost <= most => Some(piece),
            _ => None,
        };
        let piece = joins.unwrap_or(pieces.len());
        match pieces.get_mut(piece) {
            Some(piece) => {
                piece.cases.push(case);
                piece.seconds += cost;
            }
            None => pieces.push(Piece { cases: vec![case], seconds: cost, late }),
        }
        if let Some(name) = condition {
            of_condition.insert(name, piece);
        }
        closed = match leaves_shift_closed(case) {
            Some(true) => Some(piece),
            Some(false) => None,
            None if needs_closed_shift(case) => Some(piece),
            None => closed.filter(|open| *open == piece),
        };
    }
    pieces
}

/// The state that a case needs and that costs something to bring about.
fn condition(case: &Case, late: u8) -> Option<String> {
    if late == 2 {
        return Some("the till is barred".to_owned());
    }
    case.steps.iter().find_map(|step| match &step.action {
        StepAction::Establish(condition) => Some(condition.name().to_string()),
        _ => None,
    })
}

/// So many shards of about the same length, always the same for the same cases and costs: the longest piece
/// first, each to the shard that is shortest so far.
pub fn shards<'c>(cases: &[&'c Case], seconds: &[f64], of: usize) -> Vec<Vec<&'c Case>> {
    let mut pieces = pieces(cases, seconds, of);
    // Stable, so that pieces of one length keep the order of the run.
    pieces.sort_by(|one, other| other.seconds.total_cmp(&one.seconds));
    let mut shards: Vec<(f64, Vec<&Case>)> = vec![(0.0, Vec::new()); of.max(1)];
    for piece in pieces {
        // A case that costs nothing here costs its place in the report.
        let weight = piece.seconds + 0.001 * piece.cases.len() as f64;
        let shortest = shards.iter_mut().min_by(|one, other| one.0.total_cmp(&other.0));
        if let Some((length, taken)) = shortest {
            *length += weight;
            taken.extend(piece.cases);
        }
    }
    let place: BTreeMap<&str, usize> =
        cases.iter().enumerate().map(|(at, case)| (case.name.as_str(), at)).collect();
    shards
        .into_iter()
        .map(|(_, mut taken)| {
            taken.sort_by_key(|case| place.get(case.name.as_str()));
            in_order(taken)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::builtin;
    use crate::suite::load::load_text;

    #[test]
    fn a_shard_is_written_k_of_n() {
        assert_eq!("2/3".parse(), Ok(Shard { number: 2, of: 3 }));
        for wrong in ["0/3", "4/3", "1", "1/0", "x/2", "1/2/3", "-1/2", "1/100000", ""] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn shards_hold_each_case_once_and_are_of_one_length() {
        let suites = builtin::device().unwrap();
        let cases = in_order(suites.iter().flat_map(|suite| &suite.cases).collect());
        let seconds: Vec<f64> = (0..cases.len()).map(|at| 1.0 + (at * 7 % 11) as f64).collect();
        let cost: BTreeMap<&str, f64> =
            cases.iter().zip(&seconds).map(|(case, cost)| (case.name.as_str(), *cost)).collect();
        for of in [1, 2, 3, 8] {
            let shards = shards(&cases, &seconds, of);
            let mut names: Vec<&str> = shards.iter().flatten().map(|case| case.name.as_str()).collect();
            names.sort_unstable();
            let mut all: Vec<&str> = cost.keys().copied().collect();
            all.sort_unstable();
            assert_eq!(names, all);
            let lengths: Vec<f64> =
                shards.iter().map(|shard| shard.iter().map(|case| cost[case.name.as_str()]).sum()).collect();
            let longest = lengths.iter().copied().fold(0.0, f64::max);
            let mean = lengths.iter().sum::<f64>() / of as f64;
            assert!(longest <= mean * 1.1, "{of}: {lengths:?}");
            let names = |shards: Vec<Vec<&Case>>| -> Vec<Vec<String>> {
                let named = |shard: Vec<&Case>| shard.iter().map(|case| case.name.clone()).collect();
                shards.into_iter().map(named).collect()
            };
            assert_eq!(names(shards), names(super::shards(&cases, &seconds, of)), "the same each time");
        }
    }

    #[test]
    fn what_needs_one_closed_shift_stays_together_and_so_does_what_bars_the_till() {
        let yaml = "about: x
cases:
  - {name: a/sells, requirements: [REG-1], steps: [{sale: 1, cash: 1}]}
  - {name: a/closes, requirements: [SHIFT-2], steps: [{get: /apizreport/}]}
  - {name: a/closed, requirements: [REG-9], given: {shift: closed}, steps: [{sale: 1, cash: 1}]}
  - {name: a/bars, requirements: [MGMT-4], last: true, steps: [{get: /apicheck/}]}
  - {name: a/bars-too, requirements: [MGMT-4], last: true, steps: [{get: /apicheck/}]}
";
        let suite = load_text("s.yaml", yaml).unwrap();
        let cases = in_order(suite.cases.iter().collect());
        let pieces = pieces(&cases, &[1.0; 5], 5);
        let names: Vec<Vec<&str>> =
            pieces.iter().map(|piece| piece.cases.iter().map(|case| case.name.as_str()).collect()).collect();
        assert_eq!(names, [vec!["a/sells"], vec!["a/closes", "a/closed"], vec!["a/bars", "a/bars-too"]]);
    }
}
