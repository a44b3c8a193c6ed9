//! What the differences come to: equal ones together, each with the line that is nearest, and those apart that
//! the devices' own answers to the open questions explain.

use super::kinds::Kind;
use super::nearest::lines;
use super::search::Short;
use super::seen::Channel;
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
    /// An open question that the two have answered differently.
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

    fn holds(&self, kind: &Kind) -> bool {
        self.shown.iter().any(|short| short.of.kinds.contains(kind))
    }
}

/// Whether the answers of both are needed: something differs with which nobody finds fault.
pub fn asks_for_answers(shorts: &[Short]) -> bool {
    shorts.iter().any(|short| breaks(short).is_none())
}

/// Puts equal differences together; findings first, then what the answers explain.
pub fn conclude(shorts: Vec<Short>, new: &Answers, old: &Answers) -> Vec<Told> {
    let mut groups: BTreeMap<(u8, String, String), Told> = BTreeMap::new();
    let mut followers = Vec::new();
    let known: BTreeSet<Kind> = shorts.iter().flat_map(|short| short.of.kinds.clone()).collect();
    for short in shorts {
        if short.follows.as_ref().is_some_and(|kind| known.contains(kind) && !short.of.kinds.contains(kind)) {
            followers.push(short);
            continue;
        }
        let why = why(&short, new, old);
        let place = subject(&short);
        let key = match &why {
            Why::Breaks { which, requirement, .. } => (0, format!("{which:?} {requirement}"), place),
            Why::Open { line } => (1, line.clone(), place),
            Why::Answered { .. } => (2, why.line().to_owned(), String::new()),
        };
        let told = groups.entry(key).or_insert_with(|| Told { why, shown: Vec::new() });
        told.shown.push(short);
    }
    let mut all: Vec<Told> = groups.into_values().collect();
    for short in followers {
        let root = short.follows.clone();
        let place = all.iter().position(|told| root.as_ref().is_some_and(|kind| told.holds(kind)));
        match place.and_then(|place| all.get_mut(place)) {
            Some(told) => told.shown.push(short),
            None => {
                let why = why(&short, new, old);
                all.push(Told { why, shown: vec![short] });
            }
        }
    }
    for told in &mut all {
        told.shown.sort_by_key(|short| (short.follows.is_some(), short.operations.len()));
    }
    all
}

/// What equal differences must share beside the line: a fault of a document's members shows everywhere and must
/// not swallow what is wrong with the figures.
fn subject(short: &Short) -> String {
    let shape = short.of.kinds.iter().find(|kind| kind.place.contains("type of "));
    match (short.of.kinds.first(), shape) {
        (Some(kind), _) if kind.channel == Channel::Answer => "answer".to_owned(),
        (_, Some(kind)) => kind.place.clone(),
        _ => String::new(),
    }
}

fn why(short: &Short, new: &Answers, old: &Answers) -> Why {
    if let Some(why) = breaks(short) {
        return why;
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

/// What the judge holds against one of them and not against the other.
fn breaks(short: &Short) -> Option<Why> {
    let (new, old) = (&short.judged_new.finding, &short.judged_old.finding);
    let (which, finding) = match (new, old) {
        (Some(new), Some(old)) if new.requirement == old.requirement => return None,
        (Some(new), _) => (Which::New, new),
        (None, Some(old)) => (Which::Old, old),
        (None, None) => return None,
    };
    Some(Why::Breaks {
        which,
        requirement: finding.requirement.clone(),
        expected: finding.expected.clone(),
        found: finding.found.clone(),
    })
}
