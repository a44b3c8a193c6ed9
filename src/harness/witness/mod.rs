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
        self.recent.push_back(hidden.clone());
        if self.recent.len() > SHOWN {
            self.recent.pop_front();
        }
        self.keep();
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
        let wrong: BTreeSet<u64> = all.iter().map(|one| one.exchange).collect();
        for till in self.tills.values() {
            // What a till made of an answer that was wrong itself is held against nobody but the register.
            let misled = |one: &Story| {
                REACTIONS.contains(&one.requirement.as_str())
                    && one.earlier.is_some_and(|earlier| wrong.contains(&earlier))
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
