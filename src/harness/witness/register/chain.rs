//! The key chain as the register keeps it (v22 §4), and the numbers of its receipts.

use super::{Register, Seen, Story, story};
use crate::suite::expect::Shape;
use ikkm_protocol::{Key, Kind, Params};
use std::collections::BTreeSet;

/// A refusal of the right key tells something only where nobody can have changed it meanwhile.
const SOON: u64 = 60_000;

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
    lost: Option<(String, Params)>,
    /// The answer before this one was an error.
    refused_before: bool,
    suspect: Option<Story>,
    /// The key that was refused.
    suspect_key: Option<Key>,
    /// The receipt that comes next where nobody has registered elsewhere.
    suspect_next: Option<u64>,
    /// When the current key was taken or given last.
    right_at: Option<u64>,
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
        self.unsure();
        self.current = Some(key);
    }

    pub fn unsure(&mut self) {
        self.spent.extend(self.current.take());
        if let Some(last) = self.last.take() {
            self.spent.extend(last.sent);
        }
        self.whole = false;
        self.in_row = false;
        self.lost = None;
    }

    pub fn lost(&mut self, key: String, params: &Params) {
        self.lost = Some((key, params.clone()));
    }

    pub fn take_suspect(&mut self) -> Option<Story> {
        self.suspect.take()
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
                self.clear_suspicion(seen);
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
        self.chain.refused_before = matches!(seen.answer().kind(), Kind::Refused { .. });
    }

    /// A key that was never seen is taken: somebody read it from the screen.
    fn unknown_taken(&mut self, seen: &Seen) {
        let known = self.chain.current.is_some();
        if known {
            if let Some(number) = seen.answer().receipt().filter(|_| seen.is_registration()) {
                self.settle_suspicion(number);
            }
            self.lose_track("a key was taken that had not passed here");
        }
        match (seen.answer().kind(), seen.params.get("key").and_then(|key| Key::parse(key).ok())) {
            (Kind::Keyed { .. }, _) if seen.is_registration() => {}
            (_, Some(key)) => self.chain.resume(key),
            _ => {}
        }
    }

    /// The register refuses the key that it gave. Whether that is its fault shows when it takes one.
    fn right_key_refused(&mut self, seen: &Seen) {
        let since = self.chain.right_at.map_or(u64::MAX, |at| seen.exchange.at.saturating_sub(at));
        let id = match &self.chain.last {
            _ if self.chain.refused_before => "KEY-10",
            Some(last) if !last.others_since => "KEY-4",
            _ => "KEY-11",
        };
        let found = format!("{}, though it is the key of the last answer", told(seen));
        let mut suspect = story(id, seen.exchange, "the key that the last answer gave is right", &found);
        suspect.earlier = self.chain.last.as_ref().map(|last| last.exchange);
        // A deposit, a report or an error a moment later changes no key, and no person is that quick.
        if since <= SOON && self.chain.suspect.is_none() {
            self.chain.suspect = Some(suspect);
            self.chain.suspect_key = self.chain.current.clone();
            self.chain.suspect_next = self.chain.last.as_ref().map(|last| last.number + 1);
        }
    }

    /// A receipt came after the right key had been refused: where it follows on the last, nobody has sold in
    /// between, and the refusal was wrong.
    fn settle_suspicion(&mut self, number: u64) {
        let Some(suspect) = self.chain.suspect.take() else { return };
        if self.chain.suspect_next == Some(number) {
            self.add(suspect);
        } else {
            let exchange = suspect.exchange;
            self.remarks.push(format!(
                "{}, exchange {exchange}: not decided, somebody may have registered elsewhere: {}",
                suspect.requirement, suspect.found
            ));
        }
    }

    /// A spent key is taken: the refusal of the right one was wrong.
    fn clear_suspicion(&mut self, _: &Seen) {
        if let Some(suspect) = self.chain.suspect.take() {
            self.add(suspect);
        }
    }

    fn confirmed(&mut self, seen: &Seen) {
        self.chain.right_at = Some(seen.exchange.at);
        if self.chain.suspect.is_some() && self.chain.suspect_key == self.chain.current {
            // It takes now what it refused a moment ago.
            self.clear_suspicion(seen);
            return;
        }
        *self.tested.entry("KEY-4".to_owned()).or_default() += 1;
        if self.chain.refused_before {
            *self.tested.entry("KEY-10".to_owned()).or_default() += 1;
        }
        if self.chain.last.as_ref().is_some_and(|last| last.others_since) {
            *self.tested.entry("KEY-11".to_owned()).or_default() += 1;
        }
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
                self.others_since();
            }
            _ if answer.status == 200 && seen.path() == "/apizreport" => {
                self.effect(seen);
                self.ledger.took(&seen.request, &answer, None);
                self.chain.in_row = false;
                self.chain.stale = true;
                self.closing = Some(seen.exchange.at);
                self.shift_since = None;
                self.others_since();
            }
            _ if answer.status == 200 => {
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
        if let Some(last) = &mut self.chain.last {
            last.others_since = true;
        }
    }

    fn registered(&mut self, seen: &Seen, role: Role, number: u64, key: Key) {
        let sent = seen.params.get("key").and_then(|key| Key::parse(key).ok());
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
            return;
        }
        self.settle_suspicion(number);
        self.numbers(seen, number);
        for one in [Some(&key), sent.as_ref()].into_iter().flatten() {
            self.numbers_by_key.entry(one.as_str().to_owned()).or_default().push(number);
        }
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
        let repeats_lost =
            self.chain.lost.as_ref().is_some_and(|(key, params)| {
                seen.params.get("key") == Some(key) && same(params, &seen.params)
            });
        if repeats_lost && number == last + 2 {
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
