//! Both devices play one sequence; after a difference both are made alike again and go on.

use super::documents::QUEUE;
use super::seen::{Channel, Difference, Fact, Seen};
use super::side::{Side, SideError};
use crate::conditions::{Condition, ConditionName};
use crate::fuzz::form::Form;
use crate::fuzz::operation::{Call, KeyChoice, Operation};
use crate::fuzz::player::Ending;
use crate::fuzz::whole;
use ikkm_protocol::Registration;
use rust_decimal::Decimal;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use thiserror::Error;

/// Where a device says whether its shift is open.
pub(super) const SHIFT_STATUS: &str = "getInfo: currentShiftStatus";
/// Where it says which printer it uses.
pub(super) const PRINTER: &str = "getInfo: printingMode";

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Which {
    /// The one that is tested.
    New,
    /// The one that it is compared with.
    Old,
}

/// The pair cannot be played with any more.
#[derive(Debug, Error)]
pub enum PairError {
    /// One of them fails.
    #[error("the {} device: {why}", match .which { Which::New => "new", Which::Old => "old" })]
    Side {
        /// Which.
        which: Which,
        /// Why.
        why: SideError,
    },
    /// Somebody asked for the end.
    #[error("interrupted")]
    Interrupted,
}

/// What one operation showed that is not alike.
#[derive(Debug, Clone)]
pub(super) struct Unlike {
    /// The operation, from 0; `None` at rest, before the first one.
    pub at: Option<usize>,
    /// It, as it was played.
    pub operation: Operation,
    /// Where they differ.
    pub differences: Vec<Difference>,
}

/// What came of a sequence.
#[derive(Debug, Default)]
pub(super) struct Course {
    /// The operations that showed a difference.
    pub unlike: Vec<Unlike>,
    /// The operations that were played, with their places.
    pub operations: Vec<(usize, Operation)>,
    /// Why it ended before its end.
    pub ended: Option<PairError>,
}

/// The two devices.
pub struct Pair {
    /// The one that is tested.
    pub new: Side,
    /// The one that it is compared with.
    pub old: Side,
    /// Set when the search is to end before its next operation.
    pub interrupted: Arc<AtomicBool>,
    standing: Option<Condition>,
    /// Messages wait on one of them alone, whatever it is told.
    push_is_vain: bool,
}

impl Pair {
    /// Two devices that nothing is known of yet.
    pub fn new(new: Side, old: Side, interrupted: Arc<AtomicBool>) -> Pair {
        Pair { new, old, interrupted, standing: None, push_is_vain: false }
    }

    /// Requests sent to the new device so far.
    pub fn requests(&self) -> u64 {
        self.new.requests()
    }

    /// Plays a sequence on both. What was seen before one of them failed is kept.
    pub(super) async fn sequence(&mut self, operations: &[Operation], ending: Ending) -> Course {
        let mut course = Course::default();
        if let Err(error) = self.all(operations, ending, &mut course).await {
            course.ended = Some(error);
        }
        if let Some(condition) = self.standing.take() {
            // A bench that fails here fails again at once, and says so then.
            let _ = tokio::join!(self.new.clear(condition), self.old.clear(condition));
        }
        course
    }

    async fn all(
        &mut self,
        operations: &[Operation],
        ending: Ending,
        course: &mut Course,
    ) -> Result<(), PairError> {
        let mut diverged = BTreeSet::new();
        both(tokio::join!(self.new.prepare(), self.old.prepare()))?;
        let taxes = |side: &Side| (side.memory.taxes.clone(), side.memory.names.clone());
        let like = taxes(&self.new) == taxes(&self.old);
        (self.new.memory.like_taxes, self.old.memory.like_taxes) = (like, like);
        self.alike(true).await?;
        let (new, old) = both(tokio::join!(self.new.at_rest(), self.old.at_rest()))?;
        let printer = |side: &Side| side.memory.printer();
        let like = printer(&self.new) == printer(&self.old);
        (self.new.memory.like_printers, self.old.memory.like_printers) = (like, like);
        note(course, None, &Operation::Glance, &new, &old, &mut diverged);
        let look = matches!(ending, Ending::Look(_)).then_some(Operation::Look);
        for (at, operation) in operations.iter().chain(&look).enumerate() {
            if self.interrupted.load(Ordering::Relaxed) {
                return Err(PairError::Interrupted);
            }
            let Some(operation) = self.resolved(operation) else { continue };
            if !self.new.playable(&operation) || !self.old.playable(&operation) {
                continue;
            }
            match &operation {
                Operation::Establish(condition) => self.standing = Some(*condition),
                Operation::Clear(_) => self.standing = None,
                _ => {}
            }
            course.operations.push((at, operation.clone()));
            let (new, old) =
                both(tokio::join!(self.new.play(at, &operation), self.old.play(at, &operation)))?;
            let differs = note(course, Some(at), &operation, &new, &old, &mut diverged);
            if self.new.memory.mode_is_set != self.old.memory.mode_is_set {
                self.new.memory.forget_mode();
                self.old.memory.forget_mode();
            }
            let only_waits = || {
                let of_queue = |one: &Difference| one.place.name.ends_with(QUEUE);
                course.unlike.last().is_some_and(|unlike| unlike.differences.iter().all(of_queue))
            };
            if differs && !(self.push_is_vain && only_waits()) {
                self.alike(false).await?;
            }
        }
        Ok(())
    }

    /// Makes the shifts stand alike and the drawers move from one level, as far as that was granted.
    async fn alike(&mut self, first: bool) -> Result<(), PairError> {
        self.close_what_is_open_alone().await?;
        let moved = |side: &Side| {
            let then = side.memory.drawer_then.filter(|_| !first).unwrap_or_default();
            side.memory.drawer.map(|drawer| drawer - then)
        };
        if let (Some(new), Some(old)) = (moved(&self.new), moved(&self.old))
            && new != old
        {
            // A deposit may open a shift: where none is open, the other one gets one, too.
            let further = if self.new.memory.open { Decimal::ZERO } else { Decimal::ONE };
            let [to_new, to_old] = [old - new, new - old].map(|missing| missing.max(Decimal::ZERO) + further);
            both(tokio::join!(self.new.pay_in(to_new), self.old.pay_in(to_old)))?;
        }
        // That may have opened one of them alone all the same.
        self.close_what_is_open_alone().await?;
        let waits_apart = |pair: &Pair| pair.new.memory.waiting != pair.old.memory.waiting;
        if !first && !self.push_is_vain && waits_apart(self) {
            let push = [("pushTheQue", "true")];
            both(tokio::join!(self.new.quietly("/apicheck/", &push), self.old.quietly("/apicheck/", &push)))?;
            self.push_is_vain = waits_apart(self);
        }
        both(tokio::join!(self.new.rebase(), self.old.rebase())).map(|_| ())
    }

    /// Closes the shift of the one where the other one has none open.
    async fn close_what_is_open_alone(&mut self) -> Result<(), PairError> {
        let (which, open) = match (self.new.memory.open, self.old.memory.open) {
            (true, false) => (Which::New, &mut self.new),
            (false, true) => (Which::Old, &mut self.old),
            _ => return Ok(()),
        };
        open.quietly("/apizreport", &[]).await.map_err(|why| PairError::Side { which, why })
    }

    /// The operation as both can be given it; `None` for one that cannot be compared.
    fn resolved(&self, operation: &Operation) -> Option<Operation> {
        let (new, old) = (&self.new.memory, &self.old.memory);
        let mut call = match operation {
            Operation::Call(call) => call.clone(),
            Operation::Repeat => match (&new.last, &old.last) {
                (Some(one), Some(_)) => {
                    Call { key: KeyChoice::Previous, under: None, lost: false, ..one.clone() }
                }
                _ => {
                    let sale = Call::with("/api/", Form::Query, &[("sale", "1"), ("cash", "1")]);
                    Call { key: KeyChoice::Previous, ..sale }
                }
            },
            Operation::Establish(_) if self.standing.is_some() => return None,
            Operation::Clear(name) => {
                return self.standing.filter(|standing| standing.name() == *name).map(|_| operation.clone());
            }
            // The bench selects the printer that is missing: how it was before is its own affair.
            other => return Some(other.clone()),
        };
        if new.rounds_otherwise || old.rounds_otherwise {
            call = whole::whole(call);
        }
        if !new.like_taxes {
            // Which tax that is differs with the directory.
            let is_another = |value: &str| {
                let named = ["<other-tax>", "<last-tax>"].contains(&value);
                named || value.contains(|symbol: char| symbol.is_ascii_digit())
            };
            call.params.retain(|(name, value)| name != "tax" || !is_another(value));
        }
        // How much is in the drawer, where only one of them was emptied.
        if new.drawer != old.drawer && call.params.iter().any(|(_, value)| value.starts_with("<drawer")) {
            return None;
        }
        let keys = [&self.new.subject.session.known.keys, &self.old.subject.session.known.keys];
        let unknown = match call.key {
            KeyChoice::Previous => {
                keys.iter().any(|keys| keys.previous().is_none()) || new.last.is_none() || old.last.is_none()
            }
            KeyChoice::Older => keys.iter().any(|keys| keys.older().is_none()),
            _ => false,
        };
        if unknown {
            call.key = KeyChoice::Wrong;
        }
        call.under = call.under.filter(|condition| {
            self.standing.is_none() && call.key == KeyChoice::Current && self.both_know(condition.name())
        });
        let filled_in = call.params.iter().any(|(_, value)| value.starts_with('<'));
        if filled_in && !matches!(call.form, Form::Query | Form::Body | Form::Escaped) {
            call.form = Form::Query;
        }
        let types = |params: &[(String, String)]| {
            params.iter().any(|(name, _)| Registration::from_wire(name).is_some())
        };
        if call.form == Form::Split && call.params.get(1..).is_some_and(types) {
            call.form = Form::Query;
        }
        if call.key != KeyChoice::Current && call.form.holds_key() {
            call.form = Form::Body;
        }
        call.lost &= call.path == "/api/"
            && call.key == KeyChoice::Current
            && call.under.is_none()
            && matches!(call.form, Form::Query | Form::Body | Form::Escaped);
        Some(Operation::Call(call))
    }

    fn both_know(&self, name: ConditionName) -> bool {
        [&self.new, &self.old]
            .iter()
            .all(|side| side.subject.bench.hello().conditions.iter().any(|known| known == name.as_str()))
    }
}

/// Takes down where two observations differ; `true` where they do.
fn note(
    course: &mut Course,
    at: Option<usize>,
    operation: &Operation,
    new: &Seen,
    old: &Seen,
    diverged: &mut BTreeSet<usize>,
) -> bool {
    let mut differences = Difference::all(new, old);
    // What only one of them registered is in the books of that one.
    differences.retain(|one| one.place.of.is_none_or(|of| Some(of) == at || !diverged.contains(&of)));
    // A repeat that was answered with a fresh key was no repeat.
    let status = |fact: &Option<Fact>| match fact {
        Some(Fact::Word(text)) => {
            let status = text.split([' ', ',']).next().unwrap_or_default().to_owned();
            (status, text.ends_with("a fresh key"))
        }
        _ => Default::default(),
    };
    let parted = differences
        .iter()
        .any(|one| one.place.channel == Channel::Answer && status(&one.new) != status(&one.old));
    if parted {
        // The rest is what follows from the one having done it and the other not.
        differences.retain(|one| one.place.channel == Channel::Answer);
    }
    // A document that one of them does not serve holds nothing, and what is read after it may be another one.
    let missing =
        |one: &Difference| one.place.name.ends_with(": answer") || one.place.name.ends_with(": found by");
    if differences.iter().any(missing) {
        differences.retain(|one| one.place.channel == Channel::Answer || missing(one));
    }
    // Where only one of them has opened or closed a shift, its documents and its paper tell of that alone.
    let shift = |one: &Difference| one.place.name == SHIFT_STATUS;
    if differences.iter().any(shift) {
        differences.retain(|one| matches!(one.place.channel, Channel::Answer | Channel::Head) || shift(one));
        diverged.extend(at);
    }
    if differences.iter().any(|one| one.place.channel == Channel::Answer) {
        diverged.extend(at);
    }
    first_of_what_is_missing(&mut differences);
    if differences.is_empty() {
        return false;
    }
    course.unlike.push(Unlike { at, operation: operation.clone(), differences });
    true
}

/// So many members of a document that only one of the two has are no faults of their own: it lacks what they are
/// members of.
const WHOLE: usize = 4;

/// Where one of the two has nothing of a document, only its first member is told.
fn first_of_what_is_missing(differences: &mut Vec<Difference>) {
    let document = |one: &Difference| match one.place.channel {
        Channel::Document | Channel::Books => {
            one.place.name.split_once(": ").map(|(name, _)| name.to_owned())
        }
        _ => None,
    };
    let documents: BTreeSet<String> = differences.iter().filter_map(document).collect();
    for name in documents {
        let own = |one: &Difference| document(one).as_ref() == Some(&name);
        let all: Vec<&Difference> = differences.iter().filter(|one| own(one)).collect();
        let lacks = all.iter().all(|one| one.new.is_none()) || all.iter().all(|one| one.old.is_none());
        let first = all.iter().map(|one| one.place.clone()).min();
        if lacks && all.len() >= WHOLE {
            differences.retain(|one| !own(one) || Some(&one.place) == first.as_ref());
        }
    }
}

fn both<N, O>(results: (Result<N, SideError>, Result<O, SideError>)) -> Result<(N, O), PairError> {
    match results {
        (Ok(new), Ok(old)) => Ok((new, old)),
        (Err(why), _) => Err(PairError::Side { which: Which::New, why }),
        (_, Err(why)) => Err(PairError::Side { which: Which::Old, why }),
    }
}
