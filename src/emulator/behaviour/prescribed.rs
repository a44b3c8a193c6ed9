//! What the document prescribes: the points at which every conforming device decides alike.
//!
//! Each is a function of what the device knows at that moment; the defaults are the document's.

use super::entries::{CashEntry, Entry, Posting};
use crate::books::{Books, Shift};
use crate::circumstances::Circumstances;
use crate::online::OnlineMessage;
use crate::printer::{Document, Printed};
use crate::refusal::Refusal;
use crate::session::Session;
use ikkm_protocol::{Answer, Key, Params};
use std::fmt;
use time::Duration;

/// A key that came with a request, and what the device knows of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KeyQuestion<'a> {
    /// As it was sent.
    pub given: &'a str,
    /// The key that the screen shows.
    pub current: &'a Key,
    /// The request says the same as the last registration.
    pub same_parameters: bool,
    /// It is the key of the last registration, which may be repeated here.
    pub repeatable: bool,
    /// It was the key that the screen showed when the request came, before its turn.
    pub current_on_arrival: bool,
    /// How many keys came after it; `None` for one that was never given out.
    pub age: Option<usize>,
}

/// What becomes of a request with that key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyVerdict {
    /// It is served.
    Serve,
    /// The last registration's answer is repeated.
    Repeat,
    /// -1.
    Refuse,
}

impl KeyQuestion<'_> {
    /// The current key is served, the previous one repeats, every other is refused (v22 §4).
    pub(crate) fn verdict(&self) -> KeyVerdict {
        if self.given == self.current.as_str() {
            KeyVerdict::Serve
        } else if self.repeatable {
            KeyVerdict::Repeat
        } else {
            KeyVerdict::Refuse
        }
    }
}

/// A finished answer, with the request that it answers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Exchange<'a> {
    /// What the device did.
    pub circumstances: &'a Circumstances,
    /// The request's path.
    pub path: &'a str,
    /// Its parameters.
    pub params: &'a Params,
    /// The key that the screen shows after it.
    pub current: &'a Key,
}

/// Something between the finished answer and the wire.
pub(crate) type Transformer = fn(&Exchange<'_>, &mut Answer);

/// The points.
#[derive(Clone)]
pub struct Prescribed {
    /// How a request's parameters are understood.
    pub(crate) hears: fn(&Circumstances, &mut Params) -> Result<(), Refusal>,
    /// What a key is worth (v22 §4).
    pub(crate) meets_key: fn(&Circumstances, &KeyQuestion<'_>) -> KeyVerdict,
    /// How long a registration waits for its turn after it came. Where others come meanwhile, a key
    /// that was good when it came may be spent by then (v22 §4).
    pub(crate) waits_its_turn: std::time::Duration,
    /// The key after a registration, from the current and the one that was drawn (v22 §4).
    pub(crate) gives_key: fn(&Circumstances, &Key, Key) -> Key,
    /// Whether the key turns after that operation too; the flag says whether it succeeded (v22 §5.3).
    pub(crate) turns_key: fn(&Circumstances, bool) -> bool,
    /// Whether something that stands in the way bars the operation (v22 §11).
    pub(crate) bars: fn(&Circumstances, Refusal) -> bool,
    /// The pair that tells a refusal (v22 §11.2).
    pub(crate) names: fn(&Circumstances, Refusal) -> Refusal,
    /// The number after that one (v22 §5.2).
    pub(crate) numbers: fn(&Circumstances, u64) -> u64,
    /// How a registration enters the books (v22 §5.1).
    pub(crate) enters: fn(&Circumstances, &Posting) -> Entry,
    /// How a repeat enters the books (v22 §4).
    pub(crate) enters_repeat: fn(&Circumstances, &Posting) -> Option<Entry>,
    /// How a deposit (`true`) or withdrawal enters the books (v22 §5.3).
    pub(crate) moves_cash: fn(&Circumstances, bool, rust_decimal::Decimal) -> CashEntry,
    /// What a refusal leaves of the books (v22 §5.2).
    pub(crate) leaves_books: fn(&Circumstances, Refusal, &mut Books),
    /// How long an answer takes beside the usual (v22 §3).
    pub(crate) answers_after: fn(&Circumstances) -> std::time::Duration,
    /// What of a document reaches the paper.
    pub(crate) prints: fn(&Circumstances, Document, Vec<Printed>) -> Vec<Printed>,
    /// What of a message reaches the tax committee.
    pub(crate) sends: fn(&Circumstances, OnlineMessage) -> Option<OnlineMessage>,
    /// Whether a message waits; the flag is batch mode (v22 §10.1).
    pub(crate) queues: fn(&Circumstances, bool) -> bool,
    /// Whether a Z report closes the shift (v22 §5.3).
    pub(crate) closes_shift: fn(&Circumstances) -> bool,
    /// With what a new shift begins, after the one before it.
    pub(crate) begins_shift: fn(&Circumstances, &mut Shift, Option<&Shift>),
    /// What an X report leaves of the shift (v22 §5.3).
    pub(crate) reports_shift: fn(&Circumstances, &mut Shift),
    /// What a restart leaves of the session (v22 §10.1).
    pub(crate) keeps_session: fn(&Circumstances, &Session) -> Session,
    /// What a restart leaves of the books (v22 §10.1).
    pub(crate) keeps_books: fn(&Circumstances, &mut Books),
    /// The most positions that go online one by one (v22 §5.1).
    pub(crate) most_positions: usize,
    /// How old a shift may be for a registration, and beyond which it says so differently (v22 §11).
    pub(crate) shift_ages: (Duration, Duration),
    /// An archived shift keeps its whole report (v22 §9.2).
    pub(crate) archive_keeps_sums: bool,
    /// An archived shift is listed (v22 §9.2).
    pub(crate) lists_archived: bool,
    /// It listens while the web API is switched off (v22 §2).
    pub(crate) listens_when_off: bool,
    /// What comes between a finished answer and the wire, in that order.
    pub(crate) transformers: Vec<Transformer>,
}

impl Default for Prescribed {
    fn default() -> Prescribed {
        Prescribed {
            hears: |_, _| Ok(()),
            meets_key: |_, question| question.verdict(),
            waits_its_turn: std::time::Duration::ZERO,
            gives_key: |_, _, drawn| drawn,
            turns_key: |_, _| false,
            bars: |_, _| true,
            names: |_, refusal| refusal,
            numbers: |_, last| last + 1,
            enters: |_, posting| posting.entry(),
            enters_repeat: |_, _| None,
            moves_cash: |_, into, sum| CashEntry::of(into, sum),
            leaves_books: |_, _, _| {},
            answers_after: |_| std::time::Duration::ZERO,
            prints: |_, _, lines| lines,
            sends: |_, message| Some(message),
            queues: |_, batch| batch,
            closes_shift: |_| true,
            begins_shift: |_, _, _| {},
            reports_shift: |_, _| {},
            keeps_session: |_, _| Session::default(),
            keeps_books: |_, _| {},
            most_positions: 80,
            shift_ages: (Duration::hours(24), Duration::days(7)),
            archive_keeps_sums: false,
            lists_archived: false,
            listens_when_off: false,
            transformers: Vec::new(),
        }
    }
}

impl fmt::Debug for Prescribed {
    /// Functions have nothing to show.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prescribed").finish_non_exhaustive()
    }
}
