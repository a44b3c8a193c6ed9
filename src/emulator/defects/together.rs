//! What goes wrong only where requests come at the same time (v22 §3, §4): the time between looking at
//! a key and spending it.

use super::Defect;
use crate::behaviour::KeyVerdict;
use std::time::Duration;

/// Long enough for another request to come meanwhile, on a busy machine too.
const TURN: Duration = Duration::from_millis(40);

pub(super) const DEFECTS: &[Defect] = &[
    Defect {
        name: "keys/race-both-register",
        about: "the key is looked at when a request comes and spent when its turn does: two at once both register",
        requirements: &["KEY-5", "KEY-12", "KEY-4"],
        seen: "two receipts of two registrations sent at the same time",
        change: |b| {
            b.prescribed.waits_its_turn = TURN;
            b.prescribed.meets_key =
                |_, q| if q.current_on_arrival { KeyVerdict::Serve } else { q.verdict() };
        },
    },
    Defect {
        name: "keys/race-others-register",
        about: "of two at once with one key, the second registers too where its parameters differ",
        requirements: &["KEY-12"],
        seen: "two receipts of two different registrations sent at the same time",
        change: |b| {
            b.prescribed.waits_its_turn = TURN;
            b.prescribed.meets_key = |_, q| {
                if q.current_on_arrival && !q.same_parameters { KeyVerdict::Serve } else { q.verdict() }
            };
        },
    },
    Defect {
        name: "books/race-counts-twice",
        about: "a repeat that was overtaken by its first sending enters the books again",
        requirements: &["KEY-5"],
        seen: "the books after two equal registrations sent at the same time",
        change: |b| {
            b.prescribed.waits_its_turn = TURN;
            b.prescribed.enters_repeat = |c, posting| c.overtaken.then(|| posting.entry());
        },
    },
    Defect {
        name: "keys/race-loses-the-repeat",
        about: "the second of two equal registrations sent at once is told that its key is wrong",
        requirements: &["KEY-5"],
        seen: "-1 instead of the first one's answer",
        change: |b| {
            b.prescribed.waits_its_turn = TURN;
            b.prescribed.meets_key = |c, q| match q.verdict() {
                KeyVerdict::Repeat if c.overtaken => KeyVerdict::Refuse,
                verdict => verdict,
            };
        },
    },
];
