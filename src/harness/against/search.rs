//! Plays sequences on both devices, then makes each difference short, and asks the judge which of the two
//! broke which line, if any.

use super::common::Played;
use super::kinds::{Differences, Kind, Together};
use super::seen::Channel;
use super::together::{Course, PRINTER, Pair, PairError, SHIFT_STATUS, Which};
use super::ways::parts;
use crate::fuzz::operation::{Call, Operation};
use crate::fuzz::player::{Ending, Finding, PlayError, Step};
use crate::fuzz::search::{SearchError, draw};
use crate::fuzz::shrink::{Likely, Trial, guesses, shorten};
use std::collections::BTreeSet;
use std::time::Instant;

/// How far to search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// The first sequence's seed; the next one's is one more.
    pub seed: u64,
    /// Sequences at the most.
    pub cases: u64,
    /// Requests to each device at the most, but for the sequence under way.
    pub requests: u64,
    /// When to begin no other sequence.
    pub until: Option<Instant>,
}

/// A sequence that was played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sequence {
    /// Its seed.
    pub seed: u64,
    /// Requests to the new device.
    pub requests: u64,
    /// Operations.
    pub operations: u64,
}

/// What was seen of both.
#[derive(Debug, Default)]
pub struct Compared {
    /// The sequences, in their order.
    pub sequences: Vec<Sequence>,
    /// Where the devices differed.
    pub differences: Differences,
    /// Every operation that was compared.
    pub played: Played,
    /// The one whose messages wait for ever, where those of the other one do not.
    pub has_no_link: Option<Which>,
    /// Why it ended early.
    pub ended: Option<PairError>,
}

impl Compared {
    /// Requests to the new device.
    pub fn requests(&self) -> u64 {
        self.sequences.iter().map(|one| one.requests).sum()
    }

    /// Operations.
    pub fn operations(&self) -> u64 {
        self.sequences.iter().map(|one| one.operations).sum()
    }
}

/// What the judge says of one device in the shortened sequence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Judged {
    /// What is wrong, if anything.
    pub finding: Option<Finding>,
    /// The operation of the sequence that it was found at, from 0.
    pub reached: usize,
    /// The steps as they were played, with what was allowed to come back.
    pub steps: Vec<Step>,
}

/// A difference, as short as it could be made.
#[derive(Debug, Clone)]
pub struct Short {
    /// The kinds that came together, and when.
    pub of: Together,
    /// The sequence that shows it.
    pub operations: Vec<Operation>,
    /// The operation that shows it; `None` at rest.
    pub shown_by: Option<Operation>,
    /// What the new device shows there.
    pub new: String,
    /// What the old one shows.
    pub old: String,
    /// Requests that shortening it cost the new device.
    pub requests: u64,
    /// What the judge says of the new device.
    pub judged_new: Judged,
    /// And of the old one.
    pub judged_old: Judged,
    /// The kind of an earlier difference without which it does not show.
    pub follows: Option<Kind>,
    /// What else shows at the same operation of that sequence.
    pub beside: BTreeSet<Kind>,
    /// The operations of that sequence at which the two differ before.
    pub before: BTreeSet<usize>,
    /// Why it could not be made shorter.
    pub unshortened: Option<String>,
}

impl Short {
    /// The request that shows it, if it is one.
    pub(super) fn call(&self) -> Option<&Call> {
        match &self.shown_by {
            Some(Operation::Call(call)) => Some(call),
            _ => None,
        }
    }

    /// One that is not shortened yet, and shown by an operation alone.
    #[cfg(test)]
    pub(super) fn of(of: Together, shown_by: Operation) -> Short {
        Short { operations: vec![shown_by.clone()], shown_by: Some(shown_by), ..Short::unshown(of) }
    }

    /// One that nothing is known of but that it is there.
    fn unshown(of: Together) -> Short {
        Short {
            of,
            operations: Vec::new(),
            shown_by: None,
            new: String::new(),
            old: String::new(),
            requests: 0,
            judged_new: Judged::default(),
            judged_old: Judged::default(),
            follows: None,
            beside: BTreeSet::new(),
            before: BTreeSet::new(),
            unshortened: None,
        }
    }
}

impl Pair {
    /// Plays sequences on both until a bound is reached; `done` hears of each.
    pub async fn compare(&mut self, bounds: &Bounds, mut done: impl FnMut(&Sequence)) -> Compared {
        let mut compared = Compared::default();
        for case in 0..bounds.cases {
            let left = bounds.requests.saturating_sub(compared.requests());
            if left == 0 || bounds.until.is_some_and(|until| Instant::now() >= until) {
                break;
            }
            let seed = bounds.seed.wrapping_add(case);
            let before = self.requests();
            let course = self.sequence(&draw(seed), Ending::Look(seed)).await;
            for unlike in &course.unlike {
                compared.differences.add(seed, unlike);
            }
            course.operations.iter().for_each(|(at, one)| compared.played.add(seed, *at, one));
            let sequence = Sequence {
                seed,
                requests: self.requests() - before,
                operations: course.operations.len() as u64,
            };
            done(&sequence);
            compared.sequences.push(sequence);
            if course.ended.is_some() {
                compared.ended = course.ended;
                break;
            }
        }
        compared.has_no_link = match (self.new.has_no_link(), self.old.has_no_link()) {
            (true, false) => Some(Which::New),
            (false, true) => Some(Which::Old),
            _ => None,
        };
        compared
    }

    /// Makes a difference short, and has the shortened sequence judged on both devices.
    pub async fn shorten(&mut self, of: Together, budget: u64) -> Short {
        let first = of.occurrences.first().cloned();
        let (new, old) = first.as_ref().map(|one| (one.new.clone(), one.old.clone())).unwrap_or_default();
        let seed = first.as_ref().map_or(0, |one| one.seed);
        let whole: Vec<Operation> = match first.as_ref().map(|one| one.at) {
            Some(Some(at)) => {
                // The look at the end is no operation of the sequence.
                let mut all = draw(seed);
                all.push(Operation::Look);
                all.truncate(at + 1);
                all
            }
            _ => Vec::new(),
        };
        let before = self.requests();
        let shown_by = whole.last().cloned();
        let mut short = Short { operations: whole.clone(), shown_by, new, old, ..Short::unshown(of) };
        let shorter = guesses(&whole, None, false);
        let mut trial = Shortening { pair: self, short: &mut short, budget: before + budget, alone: false };
        let done = if whole.is_empty() {
            trial.shows(&[]).await.map(|_| Vec::new())
        } else {
            shorten(&mut trial, whole, shorter, Likely::default()).await
        };
        match done {
            Ok(operations) => short.operations = operations,
            Err(error) => short.unshortened = Some(error.to_string()),
        }
        short.requests = self.requests() - before;
        if short.unshortened.is_none() {
            let operations = short.operations.clone();
            match self.judged(seed, &operations).await {
                Ok((new, old)) => (short.judged_new, short.judged_old) = (new, old),
                Err(error) => short.unshortened = Some(format!("not judged: {error}")),
            }
        }
        short
    }

    /// The judge's word on a sequence, of each device for itself.
    async fn judged(&mut self, seed: u64, operations: &[Operation]) -> Result<(Judged, Judged), SearchError> {
        let mut both = Vec::new();
        for side in [&mut self.new, &mut self.old] {
            let taxes = side.memory.taxes.clone();
            let spent = side.subject.session.requests();
            let fresh = side.subject.fresh.is_some();
            let played = side.subject.case(seed, &taxes, operations, Ending::Look(0)).await;
            if fresh {
                side.spent += spent;
            }
            both.push(match played {
                Ok((played, _)) => {
                    Judged { finding: played.finding, reached: played.reached, steps: played.steps }
                }
                // What cannot be played to its end is told by the difference itself.
                Err(SearchError::Play { source: PlayError::NewKey | PlayError::Down, .. }) => {
                    Judged::default()
                }
                Err(error) => return Err(error),
            });
        }
        let old = both.pop().unwrap_or_default();
        Ok((both.pop().unwrap_or_default(), old))
    }
}

/// A search for something shorter that shows the same difference.
struct Shortening<'a> {
    pair: &'a mut Pair,
    short: &'a mut Short,
    budget: u64,
    /// It shows without anything that it may follow from: so it has to stay.
    alone: bool,
}

impl Trial for Shortening<'_> {
    type Error = PairError;

    async fn shows(&mut self, operations: &[Operation]) -> Result<bool, PairError> {
        if self.pair.requests() >= self.budget {
            return Ok(false);
        }
        let course = self.pair.sequence(operations, Ending::None).await;
        let Some(kind) = self.short.of.kinds.first().cloned() else { return Ok(false) };
        let shown = course.unlike.iter().position(|unlike| {
            unlike.differences.iter().any(|difference| Kind::of(unlike, difference) == kind)
        });
        let Some(place) = shown else {
            // A device that fails only when it is shown is what was looked for.
            return course.ended.map_or(Ok(false), Err);
        };
        let Some(unlike) = course.unlike.get(place) else { return Ok(false) };
        let follows = follows(&course, place);
        if self.alone && follows.is_some() {
            return Ok(false);
        }
        self.alone = follows.is_none();
        self.short.follows = follows;
        self.short.before = course.unlike.iter().take(place).filter_map(|unlike| unlike.at).collect();
        self.short.beside = unlike.differences.iter().map(|one| Kind::of(unlike, one)).collect();
        self.short.shown_by = unlike.at.map(|_| unlike.operation.clone());
        if let Some(found) = unlike.differences.iter().find(|found| Kind::of(unlike, found) == kind) {
            (self.short.new, self.short.old) = (found.of_new(), found.of_old());
        }
        Ok(true)
    }
}

/// What the device says and keeps may follow from what only one of the two did before, from a shift that only one of
/// them has opened or closed, or from another printer.
fn follows(course: &Course, place: usize) -> Option<Kind> {
    let is_root = |kind: &Kind| match kind.channel {
        Channel::Answer => parts(kind),
        // A document that one of the two refuses is not read any more.
        _ => [SHIFT_STATUS, PRINTER].contains(&kind.place.as_str()) || kind.place.ends_with(": answer"),
    };
    let before = course.unlike.get(..place)?.iter().rev();
    before.flat_map(|unlike| unlike.differences.iter().map(|one| Kind::of(unlike, one)).find(&is_root)).next()
}
