//! The witness: it stands between a live till and a live register, and judges both by what passes.
//!
//! - [`proxy`]: passes bytes both ways, and tells what it passed
//! - [`split`]: pieces of connections, put together to exchanges ([`exchange`])
//! - [`placeholders`]: keys are replaced before anything is kept or judged
//! - [`recording`]: exchanges in a file, and back; [`har`]: the same as HTTP archives
//! - [`register`]: what the traffic says of the register; [`till`]: of a till; `result`: as reports read it
//! - [`day`]: a recording as a suite; [`anonymous`]: without the names in it
//!
//! Live traffic and recordings go through the same hands: what is judged are always exchanges whose keys
//! are placeholders, so that a recording brings the same verdicts.

pub mod anonymous;
pub mod day;
pub mod exchange;
pub mod har;
pub mod placeholders;
pub mod proxy;
pub mod recording;
pub mod register;
pub mod result;
pub mod split;
pub mod story;
pub mod till;
mod twice;

use crate::runner::outcome::Side;
use exchange::{Answered, Asked, End, Exchange};
use ikkm_requirements::{Level, requirements};
use indexmap::IndexMap;
use placeholders::{Placeholders, restored};
use register::Register;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use story::Story;
use till::{Till, line_story};

/// The client lines that say what a till makes of the answer before.
const REACTIONS: [&str; 10] =
    ["CLI-1", "CLI-2", "CLI-3", "CLI-4", "CLI-12", "CLI-13", "CLI-16", "CLI-23", "CLI-28", "CLI-29"];

/// Exchanges that are kept to be shown beside a finding.
const SHOWN: usize = 400;
/// Tills that are told apart; what comes from more addresses than that is judged for the register alone.
const MOST_TILLS: usize = 64;
/// Findings of one line and side that are kept.
const MOST_STORIES: usize = 20;
/// Exchanges that were wrong that are remembered.
const MOST_WRONG: usize = 100_000;
/// Bytes of a request and of an answer that are kept to be shown; reports show less.
const SHOWN_BYTES: usize = 16 * 1024;
/// Times that a register has misled a till that are kept.
const MOST_ASTRAY: usize = 1000;

/// All that is known of the traffic so far.
#[derive(Debug, Default)]
pub struct Witness {
    hide: Placeholders,
    register: Register,
    tills: IndexMap<String, Till>,
    line: Vec<Story>,
    answers: u64,
    /// The last exchanges, and those that a finding names.
    recent: VecDeque<Exchange>,
    kept: BTreeMap<u64, Exchange>,
    /// Exchanges, from and to, between which the register had misled the tills about keys and receipts.
    astray: Vec<(u64, u64)>,
    /// Exchanges at which the register or the line was at fault.
    wrong: BTreeSet<u64>,
    told: BTreeSet<(Side, String, u64)>,
    exchanges: u64,
    last_at: u64,
}

impl Witness {
    /// One that has seen nothing.
    pub fn new() -> Witness {
        Witness::default()
    }

    /// Replaces the keys of an exchange. In this form it is kept, and judged.
    pub fn hidden(&mut self, exchange: &Exchange) -> Exchange {
        self.hide.hide(exchange)
    }

    /// Takes an exchange whose keys are placeholders.
    pub fn take(&mut self, hidden: &Exchange) {
        let exchange = restored(hidden);
        self.exchanges += 1;
        self.last_at = exchange.answered.unwrap_or(exchange.at).max(self.last_at);
        let asked = Asked::read(&exchange.request.0);
        let answered = Answered::read(&exchange.answer.0, asked.method == "HEAD");
        if self.tills.len() < MOST_TILLS || self.tills.contains_key(&exchange.till) {
            self.tills.entry(exchange.till.clone()).or_insert_with(|| Till::new(&exchange.till)).take(
                &exchange,
                &asked,
                answered.as_ref(),
            );
        }
        self.line(&exchange);
        self.register.take(&exchange, &asked, answered.as_ref());
        self.mislead(exchange.number, asked.path() == "/api");
        let mut shown = hidden.clone();
        shown.request.0.truncate(SHOWN_BYTES);
        shown.answer.0.truncate(SHOWN_BYTES);
        self.recent.push_back(shown);
        if self.recent.len() > SHOWN {
            self.recent.pop_front();
        }
        self.keep();
    }

    /// A wrong answer to a registration, or a wrong key, leads a till astray until something is registered and
    /// answered as it should be.
    fn mislead(&mut self, number: u64, registers: bool) {
        let new = self.register.fresh();
        self.wrong.extend(new.iter().map(|(exchange, _)| *exchange));
        while self.wrong.len() > MOST_WRONG {
            self.wrong.pop_first();
        }
        let counts = |line: &str| matches!(requirements().level(line), Level::Must | Level::Should);
        let of_keys = |exchange: u64, line: &str| match exchange == number {
            true => registers,
            false => line.starts_with("KEY-"),
        };
        let told = || new.iter().filter(|(_, line)| counts(line));
        let from = told().filter(|(at, line)| of_keys(*at, line)).map(|(at, _)| *at).min();
        let wrong = told().any(|(at, _)| *at == number);
        let room = self.astray.len() < MOST_ASTRAY;
        match (self.astray.last_mut().filter(|(_, to)| *to == u64::MAX), from) {
            (Some((began, _)), Some(from)) => *began = from.min(*began),
            (None, Some(from)) if room => self.astray.push((from, u64::MAX)),
            _ => {}
        }
        if self.register.registered_last() == Some(number)
            && !wrong
            && let Some((_, to)) = self.astray.last_mut().filter(|(_, to)| *to == u64::MAX)
        {
            *to = number;
            // What a till held to be in doubt meanwhile is no duty of its own any more.
            self.tills.values_mut().for_each(Till::settle);
        }
    }

    /// Exchanges that ended on their way.
    fn line(&mut self, exchange: &Exchange) {
        let found = match exchange.end {
            End::NoAnswer => "the register's side closed the connection without an answer",
            End::Broken => "the connection to the register broke before an answer came",
            End::Unreachable => "no connection to the register came about",
            End::Delivered => {
                self.answers += 1;
                return;
            }
            _ => return,
        };
        if self.line.len() < MOST_STORIES * 10 {
            self.line.push(line_story(&exchange.till, exchange.number, found.to_owned()));
            self.wrong.insert(exchange.number);
        }
    }

    /// The exchanges that the register's findings name are kept, however long ago they were.
    fn keep(&mut self) {
        let register = self.register.stories().iter().rev().take(8);
        let line = self.line.iter().rev().take(2);
        let named: Vec<u64> =
            register.chain(line).flat_map(|one| [Some(one.exchange), one.earlier]).flatten().collect();
        self.keep_named(&named);
    }

    fn keep_named(&mut self, named: &[u64]) {
        for number in named {
            if self.kept.len() < 2000
                && !self.kept.contains_key(number)
                && let Some(found) = self.recent.iter().find(|one| one.number == *number)
            {
                self.kept.insert(*number, found.clone());
            }
        }
    }

    /// The traffic has ended.
    pub fn end(&mut self) {
        self.register.end();
        self.keep();
    }

    /// What was found since this was last asked.
    pub fn news(&mut self) -> Vec<Story> {
        let mut all = self.stories();
        all.retain(|one| self.told.insert((one.side, one.requirement.clone(), one.exchange)));
        all
    }

    /// Every finding, in the order of the traffic; of one line and side the first of them.
    pub fn stories(&mut self) -> Vec<Story> {
        let mut all: Vec<Story> = self.register.stories().to_vec();
        all.extend(self.line.iter().cloned());
        for till in self.tills.values() {
            // What a till made of an answer that was wrong itself is held against nobody but the register.
            let misled = |one: &Story| {
                let astray = |(from, to): &(u64, u64)| (from + 1..=*to).contains(&one.exchange);
                REACTIONS.contains(&one.requirement.as_str())
                    && (one.earlier.is_some_and(|earlier| self.wrong.contains(&earlier))
                        || self.astray.iter().any(astray))
            };
            all.extend(till.judged().0.into_iter().filter(|one| !misled(one)));
        }
        let named: Vec<u64> =
            all.iter().flat_map(|one| [Some(one.exchange), one.earlier]).flatten().collect();
        self.keep_named(&named);
        all.sort_by_key(|one| (one.exchange, one.side));
        let mut counts: BTreeMap<(Side, String), usize> = BTreeMap::new();
        all.retain(|one| {
            let count = counts.entry((one.side, one.requirement.clone())).or_default();
            *count += 1;
            *count <= MOST_STORIES
        });
        all
    }

    /// How many exchanges were seen.
    pub fn exchanges(&self) -> u64 {
        self.exchanges
    }

    fn exchange(&self, number: u64) -> Option<&Exchange> {
        self.kept.get(&number).or_else(|| self.recent.iter().find(|one| one.number == number))
    }
}
