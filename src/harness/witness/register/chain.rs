//! The key chain as the register keeps it (v22 §4), and the numbers of its receipts.

use super::across::Earlier;
use super::{Register, Seen};
use crate::ledger::written;
use crate::suite::expect::Shape;
use ikkm_protocol::{Key, Kind, Params};
use std::collections::BTreeSet;

/// A registration that the register has acknowledged.
#[derive(Debug, Clone)]
pub(super) struct Registered {
    pub number: u64,
    pub fresh: Key,
    pub sent: Option<Key>,
    pub params: Params,
    pub exchange: u64,
    pub at: u64,
    /// How often it was repeated.
    pub repeats: u32,
    /// Something that rotates no key came since.
    pub others_since: bool,
}

/// What is known of the keys.
#[derive(Debug, Default)]
pub(super) struct Chain {
    pub current: Option<Key>,
    pub spent: BTreeSet<Key>,
    pub last: Option<Registered>,
    /// Nothing has registered since the last registration but through here.
    whole: bool,
    /// Nothing that may take a number came since.
    pub in_row: bool,
    /// A Z report or a lost connection came since the last registration: its repeat is open.
    pub stale: bool,
    /// A registration whose answer the witness has not seen: key and parameters.
    pub(super) lost: Option<(String, Params)>,
    /// When that was.
    pub(super) lost_at: u64,
    /// The register could not be reached since it took the current key last.
    pub(super) was_away: bool,
    /// The number of the last deposit or withdrawal since the last registration.
    pub(super) cash_document: Option<u64>,
    /// What came since the register gave the current key, or took it last.
    since: Option<Between>,
    /// When the current key was taken or given last.
    pub(super) right_at: Option<u64>,
}

/// What must not change a key (v22 §4, §5.3), and the line that says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Between {
    /// An error.
    Refusal,
    /// The answer to a registration that was sent again.
    Repeat,
    /// A success that is no registration.
    Other,
}

impl Between {
    fn line(self) -> &'static str {
        match self {
            Between::Refusal => "KEY-10",
            Between::Repeat => "KEY-5",
            Between::Other => "KEY-11",
        }
    }
}

/// What the key of a request is, by what is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// No key at all.
    Missing,
    /// No key by its form.
    Odd,
    /// The one that the last answer gave.
    Current,
    /// The one that the last registration spent.
    Previous,
    /// One that was spent before that.
    Older,
    /// Never seen.
    Unknown,
}

impl Chain {
    pub fn role(&self, params: &Params) -> Role {
        let Some(text) = params.get("key") else { return Role::Missing };
        let Ok(key) = Key::parse(text) else { return Role::Odd };
        if self.current.as_ref() == Some(&key) {
            Role::Current
        } else if self.last.as_ref().is_some_and(|last| last.sent.as_ref() == Some(&key)) {
            Role::Previous
        } else if self.spent.contains(&key) {
            Role::Older
        } else {
            Role::Unknown
        }
    }

    /// Another key is right from now on; what happened in between was not seen.
    pub fn resume(&mut self, key: Key) {
        self.spent.extend(self.current.take());
        self.unsure();
        self.spent.remove(&key);
        self.current = Some(key);
    }

    pub fn unsure(&mut self) {
        // It is perhaps still right: a lost deposit turns no key.
        self.current = None;
        if let Some(last) = self.last.take() {
            self.spent.extend(last.sent);
        }
        self.whole = false;
        self.in_row = false;
        self.lost = None;
        self.cash_document = None;
    }

    pub fn lost(&mut self, key: String, params: &Params, at: u64) {
        self.lost_at = at;
        self.lost = Some((key, params.clone()));
    }

    /// The line that the right key's refusal breaks, by what came before it.
    pub fn line_between(&self) -> &'static str {
        self.since.map_or("KEY-4", Between::line)
    }
}

/// The same parameters in any order, the key left aside.
pub(super) fn same(one: &Params, other: &Params) -> bool {
    let sorted = |params: &Params| {
        let mut list: Vec<_> = params.0.iter().filter(|(name, _)| name != "key").cloned().collect();
        list.sort();
        list
    };
    sorted(one) == sorted(other)
}

impl Register {
    /// Judges key and answer, and takes over what they say.
    pub(super) fn key_and_answer(&mut self, seen: &Seen) {
        let role = self.chain.role(&seen.params);
        let refused_key = seen.answer().kind() == (Kind::Refused { code: -1 });
        let served = seen.answer().status == 200;
        match role {
            Role::Unknown | Role::Odd if served => {
                if role == Role::Odd {
                    self.broke("KEY-2", seen.exchange, "a refusal: the key is none", &told(seen));
                }
                self.unknown_taken(seen);
            }
            Role::Current if refused_key => self.right_key_refused(seen),
            Role::Current if served => self.confirmed(seen),
            Role::Older if served => {
                self.clear_suspicion();
                self.broke(
                    "KEY-8",
                    seen.exchange,
                    "a refusal with -1: that key was spent long ago",
                    &told(seen),
                );
                self.unknown_taken(seen);
            }
            Role::Older | Role::Unknown if refused_key => {
                let line = if role == Role::Older { "KEY-8" } else { "KEY-2" };
                *self.tested.entry(line.to_owned()).or_default() += 1;
            }
            _ => {}
        }
        if role != Role::Odd || !served {
            self.answer(seen, role);
        }
        self.follow(seen, role);
        // A key that is none changes nothing; what was refused for another reason must not either.
        if matches!(seen.answer().kind(), Kind::Refused { code } if code != -1 || role != Role::Current) {
            self.chain.since = Some(Between::Refusal);
        }
    }

    /// A key that was never seen is taken: somebody read it from the screen.
    fn unknown_taken(&mut self, seen: &Seen) {
        let known = self.chain.current.is_some();
        if known {
            if let Some(number) = seen.answer().receipt().filter(|_| seen.is_registration()) {
                self.settle_suspicion(number);
            }
            self.lose_track("a key was taken that had not passed here");
            self.earlier = Earlier::default();
        }
        match (seen.answer().kind(), seen.key()) {
            (Kind::Keyed { .. }, _) if seen.is_registration() => {}
            (_, Some(key)) => self.chain.resume(key),
            _ => {}
        }
    }

    fn confirmed(&mut self, seen: &Seen) {
        self.chain.right_at = Some(seen.exchange.at);
        self.chain.was_away = false;
        if self.taken_after_all() {
            return;
        }
        let id = self.chain.since.take().map_or("KEY-4", Between::line);
        *self.tested.entry(id.to_owned()).or_default() += 1;
    }

    /// What the answer changes.
    fn follow(&mut self, seen: &Seen, role: Role) {
        let answer = seen.answer().clone();
        match answer.kind() {
            Kind::Keyed { number, key } if seen.is_registration() => self.registered(seen, role, number, key),
            Kind::Keyed { .. } if matches!(seen.path(), "/apideposit" | "/apiwithdraw") => {
                self.effect(seen);
                self.ledger.took(&seen.request, &answer, self.chain.current.as_ref());
                self.chain.in_row = false;
                self.chain.cash_document = answer.receipt();
                self.others_since();
            }
            _ if answer.status == 200 && seen.path() == "/apizreport" => {
                self.effect(seen);
                self.ledger.took(&seen.request, &answer, None);
                self.chain.in_row = false;
                self.chain.stale = true;
                self.closing = Some(seen.exchange.at);
                // Between two shifts taxes are edited.
                self.taxes = None;
                self.shift_since = None;
                self.others_since();
            }
            _ if answer.status == 200 => {
                if seen.path() == "/apixreport" {
                    self.x_reports.push(self.ledger.entries().len());
                }
                if seen.params.get("doReboot").is_some() {
                    self.chain.stale = true;
                    self.ledger.restarted();
                }
                self.others_since();
            }
            _ => {}
        }
    }

    fn others_since(&mut self) {
        self.chain.since = Some(Between::Other);
        if let Some(last) = &mut self.chain.last {
            last.others_since = true;
        }
    }

    /// A receipt can be looked up by the key that it was answered for and by the one that it was sent with.
    pub(super) fn number_of_keys(&mut self, number: u64, key: &Key, sent: Option<&Key>) {
        for one in [Some(key), sent].into_iter().flatten() {
            self.numbers_by_key.entry(one.as_str().to_owned()).or_default().push(number);
        }
    }

    fn registered(&mut self, seen: &Seen, role: Role, number: u64, key: Key) {
        let sent = seen.key();
        let repeated = self.chain.last.as_mut().filter(|last| {
            last.number == number && last.fresh == key && last.sent == sent && role == Role::Previous
        });
        if let Some(last) = repeated {
            last.repeats += 1;
            let id = match (last.repeats, last.others_since) {
                (2.., _) => "KEY-7",
                (_, true) => "KEY-13",
                _ => "KEY-5",
            };
            *self.tested.entry(id.to_owned()).or_default() += 1;
            self.repeats.push(seen.params.clone());
            self.chain.since = Some(Between::Repeat);
            return;
        }
        self.settle_suspicion(number);
        let repeats_lost = self.repeats_lost(seen);
        self.numbers(seen, number);
        self.number_of_keys(number, &key, sent.as_ref());
        // Under a key whose answer was lost, the number may be that of the other registration.
        let unsure = self.chain.lost.is_some() && !repeats_lost;
        let kind = written::registering(&seen.params, false).map(|one| one.kind).filter(|_| !unsure);
        self.earlier.registered(number, seen.exchange.at, kind);
        let mut again = false;
        self.effect(seen);
        if role == Role::Previous {
            // It registered what it was to repeat, or something else with a spent key.
            let current = self.chain.current.clone();
            self.ledger.took(&seen.request, seen.answer(), current.as_ref());
        } else {
            let lost_before = self.chain.lost.is_some();
            let ambiguous = self.chain.lost.take().is_some_and(|(lost, params)| {
                Some(lost.as_str()) == seen.params.get("key") && !same(&params, &seen.params)
            });
            again = repeats_lost;
            if lost_before && !ambiguous {
                self.repeats.push(seen.params.clone());
            }
            if ambiguous {
                self.lose_track("one of two registrations under one key was booked");
            } else {
                self.ledger.took(&seen.request, seen.answer(), sent.as_ref());
            }
        }
        if self.shift_since.is_none() && self.chain.stale && self.closing.is_some() {
            self.shift_since = Some(seen.exchange.at);
            self.closing = None;
        }
        let old = self.chain.last.take().and_then(|last| last.sent);
        self.chain.spent.extend(old);
        self.chain.spent.extend(sent.clone());
        self.chain.spent.extend(self.chain.current.take().filter(|current| *current != key));
        self.chain.spent.remove(&key);
        self.chain.current = Some(key.clone());
        self.chain.stale = false;
        self.chain.lost = None;
        // The key of an answer to what was sent again is perhaps a repeat's.
        self.chain.since = again.then_some(Between::Repeat);
        self.chain.cash_document = None;
        self.chain.was_away = false;
        self.chain.whole = true;
        self.chain.in_row = true;
        self.chain.right_at = Some(seen.exchange.answered.unwrap_or(seen.exchange.at));
        let (exchange, at) = (seen.exchange.number, seen.exchange.answered.unwrap_or(seen.exchange.at));
        let params = seen.params.clone();
        self.chain.last = Some(Registered {
            number,
            fresh: key,
            sent,
            params,
            exchange,
            at,
            repeats: 0,
            others_since: false,
        });
    }

    /// Receipts are numbered upwards, by one (v22 §5.2).
    fn numbers(&mut self, seen: &Seen, number: u64) {
        let Some(last) = self.chain.last.as_ref().filter(|_| self.chain.whole).map(|last| last.number) else {
            return;
        };
        let stranger = self.chain.role(&seen.params) == Role::Unknown;
        if stranger {
            return;
        }
        let wrong = (number <= last).then(|| format!("receipt {number} after receipt {last}"));
        let upwards = wrong.is_none();
        self.holds("REG-3", seen.exchange, wrong, &format!("a receipt number above {last}"));
        if !self.chain.in_row || !upwards {
            return;
        }
        if self.repeats_lost(seen) && number == last + 2 {
            let found = format!("receipt {number}, and none with the number {}", last + 1);
            let expected =
                format!("receipt {}: the answer to the first sending was lost, not the sale", last + 1);
            self.broke("KEY-5", seen.exchange, &expected, &found);
            return;
        }
        let wrong = (number != last + 1).then(|| format!("receipt {number} after receipt {last}"));
        self.holds("REG-10", seen.exchange, wrong, &format!("receipt {}", last + 1));
    }

    /// The shape of a repeat.
    pub(super) fn is_repeat(&self, seen: &Seen) -> Option<(bool, Vec<Shape>)> {
        let last = self.chain.last.as_ref()?;
        let alike = same(&last.params, &seen.params);
        let mut shapes = vec![Shape::Repeated];
        if !alike || self.chain.stale {
            shapes.push(Shape::Refusal { code: -1, reason: Some("incorrect-web-api-key".to_owned()) });
        }
        Some((alike, shapes))
    }
}

pub(super) fn told(seen: &Seen) -> String {
    crate::runner::judge::describe(seen.answer())
}
