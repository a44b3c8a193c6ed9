//! Mutations: single deviations that can be put on a device, as data. A mutant is a device with one
//! or more of them, carried out in their order.
//!
//! - `condition`: when a mutation shows
//! - `points`: where the machine lets itself be changed, and what each mutation does there
//! - `document`: fields of JSON documents
//! - `paper`: printed lines, and messages to the tax committee
//! - `tools`: what rows share

mod condition;
pub(crate) mod document;
mod paper;
mod points;
pub(crate) mod tools;

pub(crate) use condition::{If, Scene, When};
pub(crate) use document::{Edit, Place};
pub(crate) use paper::{OnlineEdit, PaperEdit};
pub(crate) use points::Mutations;

use super::arguments::Arguments;
use super::behaviour::{Behaviour, Entry, Posting};
use super::books::{Books, Shift};
use super::machine::Machine;
use super::refusal::Refusal;
use super::reply::Reply;
use ikkm_protocol::{Answer, Params, Registration};
use std::fmt;
use time::{Duration, PrimitiveDateTime};

/// Code of a row's own, for what no other mutation says. It prints as a mark.
#[derive(Clone, Copy)]
pub(crate) struct By<F>(pub F);

impl<F> fmt::Debug for By<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// A figure of the books.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Figure {
    /// The fiscal total of the type.
    Fiscal,
    /// The shift's sum; of cash, its direction's.
    Sum,
    /// The turnover under its tax.
    Turnover,
    /// The shift's receipts; of cash, its direction's documents.
    Count,
    /// All receipts of the type.
    TotalCount,
    /// The cash in the drawer.
    Drawer,
    /// The last closed receipt's number.
    Last,
}

/// What a figure moves by, instead of what it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Amount {
    /// Nothing.
    Nothing,
    /// Its whole tenge.
    Whole,
    /// Twice as much.
    Twice,
    /// As much the other way.
    Back,
    /// A hundredth less.
    HundredthLess,
    /// The receipt's total.
    Total,
    /// The receipt's total, downwards.
    MinusTotal,
    /// The cash that was offered.
    Tendered,
}

/// What of the session outlives a restart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    Header,
    BatchMode,
    PrintMode,
    Lock,
    Timers,
}

/// Instead of what the machine would do: `None` where it does as always.
pub(crate) type InsteadFn = fn(&mut Machine, &Arguments, PrimitiveDateTime) -> Option<Result<Reply, Refusal>>;
/// With a finished answer, before it leaves; the parameters are those of the request.
pub(crate) type AfterFn = fn(&mut Machine, &Params, &mut Answer, PrimitiveDateTime);

/// One deviation.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Mutation {
    /// An open question is answered in that way.
    Decides(By<fn(&mut Behaviour)>),

    /// A parameter is overlooked.
    Overlooks(When, &'static str),
    /// A parameter is taken for another one.
    TakesFor(When, &'static str, &'static str),
    /// A parameter has that value, whatever was sent.
    Reads(When, &'static str, &'static str),
    /// A parameter that was not sent has that value.
    Assumes(When, &'static str, &'static str),
    /// A parameter that was not sent has another one's value.
    Copies(When, &'static str, &'static str),
    /// A parameter that is there has another one's value.
    Follows(When, &'static str, &'static str),
    /// A parameter that was not sent has the value that was remembered.
    Recalls(When, &'static str),
    /// These parameters are known in any case.
    AnyCase(&'static [&'static str]),
    /// The value of these parameters is understood as something else.
    Understands(When, &'static [&'static str], By<fn(&str) -> String>),
    /// The parameters are understood as others.
    Hears(When, By<fn(&mut Params)>),
    /// It is refused before the key is looked at.
    Refuses(When, Refusal),
    /// It is refused in its turn.
    RefusesInTurn(When, Refusal),
    /// Something else is done.
    Instead(When, By<InsteadFn>),

    /// The key is taken.
    TakesKey(When),
    /// The key repeats the last registration.
    RepeatsKey(When),
    /// The key is refused.
    RefusesKey(When),
    /// A registration waits that many milliseconds for its turn.
    WaitsItsTurn(u64),
    /// A registration gives the same key again.
    KeepsKey(When),
    /// The key turns.
    Turns(When),

    /// Something with that reason stands in the way, and bars nothing.
    LetsPass(When, &'static str),
    /// A refusal is told by another pair.
    Tells(When, (&'static str, i32), (&'static str, i32)),
    /// A refusal is told by what that makes of it.
    TellsBy(By<fn(Refusal) -> Refusal>),
    /// A refusal leaves something in the books.
    Leaves(When, &'static str, By<fn(&mut Books)>),

    /// The next number is that far from the last.
    Steps(When, i64),
    /// These figures move by something else.
    Books(When, &'static [Figure], Amount),
    /// It is booked by code.
    BooksBy(When, By<fn(&Posting, &mut Entry)>),
    /// It is booked as another type.
    BooksAs(When, Registration),
    /// A repeat moves these figures.
    BooksRepeat(When, &'static [Figure]),
    /// A deposit is booked as a withdrawal.
    DepositIsOut,

    /// A Z report leaves the shift open.
    StaysOpen(When),
    /// A new shift begins with something of the one before.
    NewShift(By<fn(&mut Shift, &Shift)>),
    /// An X report changes the shift.
    XChanges(When, By<fn(&mut Shift)>),
    /// A registration is barred after that many hours, and told so differently after a week.
    DayHas(i64),

    /// The age of a shift is reckoned otherwise, from its age, its opening and the time.
    Ages(By<fn(Duration, PrimitiveDateTime, PrimitiveDateTime) -> Duration>),
    /// A total below a tenge is taken.
    TakesLess(When),
    /// A card operation's number matches where it begins with what is asked for.
    TracksByBeginning,

    /// A restart keeps something of the session.
    Keeps(When, Kept),
    /// A restart changes the books.
    RestartChanges(When, By<fn(&mut Books)>),

    /// So many positions go online one by one.
    MostPositions(usize),
    /// What is printed.
    Prints(When, PaperEdit),
    /// What goes online.
    Sends(When, OnlineEdit),
    /// Messages go out at once in batch mode too.
    SendsAtOnce(When),

    /// An archived shift keeps its whole report.
    ArchiveKeepsSums,
    /// Archived shifts are listed.
    ListsArchived,
    /// It listens while the web API is off.
    ListensWhenOff,
    /// HTTP methods beside GET and POST are served as GET.
    ServesOtherMethods,

    /// A field of a document.
    Field(When, Place, Edit),
    /// A whole document whose path has that ending.
    Json(When, &'static str, By<fn(&Machine, &mut serde_json::Value)>),

    /// The answer takes that many seconds more.
    Late(When, u64),
    /// The answer's status.
    Status(When, u16),
    /// The answer's reason phrase.
    Reason(When, &'static str),
    /// The answer's body.
    Body(When, &'static str),
    /// The answer's body is the key.
    KeyAsBody(When),
    /// The whole answer: status, reason, body.
    Says(When, u16, &'static str, &'static str),
    /// A header of the answer.
    Header(When, &'static str, &'static str),
    /// The answer, by code.
    Answers(When, By<fn(&mut Answer)>),
    /// The device after an answer, and the answer.
    After(When, By<AfterFn>),
    /// A restart, or the web API on again, changes the device.
    Upon(When, By<fn(&mut Machine)>),
    /// The device before a request is looked at.
    Before(When, By<fn(&mut Machine, PrimitiveDateTime)>),
    /// Something is remembered for later conditions, with the value of the parameter of that name.
    Remembers(When, &'static str),
    /// What was remembered is forgotten.
    Forgets(When, &'static str),
}
