//! What the differences come to: equal ones together, each with the line that is nearest, and those apart that
//! the devices' own answers to the open questions explain.

use super::allowed::{allowed, closed_question};
use super::causes::groups;
use super::judged::{held, identity, is_about, is_found_before};
use super::nearest::lines;
use super::search::{Compared, Short};
use super::together::Which;
use std::collections::{BTreeMap, BTreeSet};

/// The answers of a device to the open questions, as its results hold them.
pub type Answers = BTreeMap<String, String>;

/// Why two devices differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// One of them breaks a requirement, and the other does not.
    Breaks {
        /// Which one.
        which: Which,
        /// What of.
        requirement: String,
        /// What the judge expected of it.
        expected: String,
        /// What it found.
        found: String,
    },
    /// Nothing is held against either; this is the nearest line.
    Open {
        /// Its number.
        line: String,
    },
    /// An open question that the two have answered differently, or a line that leaves it to the device.
    Answered {
        /// Its number, with the part that was asked.
        question: String,
        /// The new device's answer.
        new: String,
        /// The old one's.
        old: String,
    },
}

impl Why {
    /// The line of the requirements.
    pub fn line(&self) -> &str {
        match self {
            Why::Breaks { requirement, .. } => requirement,
            Why::Open { line } => line,
            Why::Answered { question, .. } => question.split('/').next().unwrap_or(question),
        }
    }
}

/// One difference, however often and wherever it showed.
#[derive(Debug, Clone)]
pub struct Told {
    /// Why.
    pub why: Why,
    /// The shortest sequence that shows it, first; then the others.
    pub shown: Vec<Short>,
}

impl Told {
    /// How often it showed.
    pub fn times(&self) -> usize {
        let all: BTreeSet<_> = self
            .shown
            .iter()
            .flat_map(|short| short.of.occurrences.iter().map(|one| (one.seed, one.at)))
            .collect();
        all.len()
    }

    /// The shortest one.
    pub fn shortest(&self) -> Option<&Short> {
        self.shown.first()
    }

    /// What was asked when it showed.
    pub fn operations(&self) -> BTreeSet<&str> {
        let all = self.shown.iter().flat_map(|short| &short.of.occurrences);
        all.map(|one| one.operation.as_str()).collect()
    }
}

/// Whether the answers of both are needed: something differs with which nobody finds fault, or not with that.
pub fn asks_for_answers(shorts: &[Short]) -> bool {
    shorts.iter().any(|short| !is_about(short))
}

/// Puts what has one cause together; findings first, then what the answers explain.
pub fn conclude(shorts: Vec<Short>, compared: &Compared, new: &Answers, old: &Answers) -> Vec<Told> {
    // What the judge says of a difference may be of another one that the same sequence shows.
    let claimed: BTreeSet<_> = shorts.iter().filter(|short| is_about(short)).filter_map(identity).collect();
    let own = |short: &Short| {
        // Of what stands before an answer's body the judge has lines of its own.
        is_about(short)
            || !short.of.is_header()
                && !is_found_before(short)
                && identity(short).is_some_and(|finding| !claimed.contains(&finding))
    };
    let whys: Vec<Why> = shorts
        .iter()
        .map(|short| match held(short).filter(|_| own(short)) {
            Some((which, finding)) => Why::Breaks {
                which,
                requirement: finding.requirement.clone(),
                expected: finding.expected.clone(),
                found: finding.found.clone(),
            },
            None => left_open(short, compared, new, old),
        })
        .collect();
    let explained: Vec<bool> = whys.iter().map(|why| matches!(why, Why::Answered { .. })).collect();
    let groups = groups(&shorts, &explained, &compared.played);
    let mut rest: Vec<Option<Short>> = shorts.into_iter().map(Some).collect();
    let mut all: Vec<Told> = Vec::new();
    for group in groups {
        let mut members: Vec<(usize, Short)> = Vec::new();
        for at in group {
            members.extend(rest.get_mut(at).and_then(Option::take).map(|short| (at, short)));
        }
        members.sort_by_key(|(at, short)| {
            let about = !is_about(short);
            (short.follows.is_some(), rank(whys.get(*at)), about, short.operations.len())
        });
        let Some(why) = members.iter().filter_map(|(at, _)| whys.get(*at)).min_by_key(|why| rank(Some(why)))
        else {
            continue;
        };
        let why = why.clone();
        let shown: Vec<Short> = members.into_iter().map(|(_, short)| short).collect();
        let same = |told: &&mut Told| {
            matches!((&told.why, &why), (Why::Answered { .. }, Why::Answered { .. }))
                && told.why.line() == why.line()
        };
        match all.iter_mut().find(same) {
            Some(told) => told.shown.extend(shown),
            None => all.push(Told { why, shown }),
        }
    }
    all.sort_by_key(|told| {
        (
            rank(Some(&told.why)),
            told.why.line().to_owned(),
            told.shown.first().map(|short| short.of.kinds.clone()),
        )
    });
    all
}

/// What is told first of several differences with one cause.
fn rank(why: Option<&Why>) -> u8 {
    match why {
        Some(Why::Breaks { .. }) => 0,
        Some(Why::Answered { .. }) => 1,
        Some(Why::Open { .. }) | None => 2,
    }
}

/// What leaves it open: a line that allows both, or a question that they have answered differently.
fn left_open(short: &Short, compared: &Compared, new: &Answers, old: &Answers) -> Why {
    // Where only one of them could be asked, what the other one answers here is its answer.
    let asked_one = |line: &&str| new.contains_key(*line) != old.contains_key(*line);
    let no_link = compared.has_no_link.is_some();
    if let Some(line) = allowed(short, no_link).or_else(|| closed_question(short).filter(asked_one)) {
        let (new, old) = (short.new.clone(), short.old.clone());
        return Why::Answered { question: line.to_owned(), new, old };
    }
    let mut all: Vec<&'static str> = Vec::new();
    for kind in &short.of.kinds {
        all.extend(lines(kind, &short.operations, short.shown_by.as_ref()));
    }
    let part_of = |name: &str, line: &str| {
        name == line || name.strip_prefix(line).is_some_and(|rest| rest.starts_with('/'))
    };
    for line in &all {
        let other = new.iter().find(|(name, answer)| {
            part_of(name, line) && old.get(*name).is_some_and(|beside| beside != *answer)
        });
        if let Some((question, answer)) = other {
            let beside = old.get(question).cloned().unwrap_or_default();
            return Why::Answered { question: question.clone(), new: answer.clone(), old: beside };
        }
    }
    let requirement = all.iter().rev().find(|line| !line.starts_with("Q-"));
    let line = requirement.or(all.first()).copied().unwrap_or("WIRE-1");
    Why::Open { line: line.to_owned() }
}
