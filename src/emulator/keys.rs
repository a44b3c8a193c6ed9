//! The key chain: the current key, the one before it, and what it was answered (v22 §4).

use super::behaviour::Posting;
use ikkm_protocol::{Key, Params};
use std::collections::VecDeque;

/// Keys that are not given out again soon.
const REMEMBERED: usize = 32;

/// The last registration, as far as its repeat needs it.
#[derive(Debug, Clone)]
pub(super) struct LastRegistration {
    /// The key that it spent.
    pub spent: Key,
    /// How it entered the books.
    pub posting: Option<Posting>,
    /// Its parameters but the key, in any order.
    pub parameters: Vec<(String, String)>,
    /// The receipt's number, the answer's reason phrase.
    pub number: u64,
    /// A Z report or a restart has come since.
    pub before_z: bool,
    /// As above.
    pub before_restart: bool,
}

impl LastRegistration {
    /// Whether it said just this, its key aside. Nothing is copied: a form has megabytes.
    pub(super) fn said(&self, parameters: &Params) -> bool {
        let mut rest: Vec<(&str, &str)> = without_key(parameters).collect();
        rest.sort_unstable();
        self.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).eq(rest)
    }
}

/// A key that came with a request, and what the device knows of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KeyQuestion<'a> {
    /// As it was sent.
    pub given: &'a str,
    /// The key that the screen shows.
    pub current: &'a Key,
    /// The request says the same as the last registration.
    pub same_parameters: bool,
    /// What the last registration said.
    pub last: &'a [(String, String)],
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

/// The key chain. It outlives a restart.
#[derive(Debug, Clone)]
pub(super) struct KeyChain {
    current: Key,
    recent: VecDeque<Key>,
    /// The last registration; `None` on a new device.
    pub last: Option<LastRegistration>,
    seed: u64,
}

/// The parameters of a request without its key, so that order does not matter.
pub(super) fn fingerprint(parameters: &Params) -> Vec<(String, String)> {
    let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    let mut rest: Vec<_> = without_key(parameters).map(owned).collect();
    rest.sort();
    rest
}

fn without_key(parameters: &Params) -> impl Iterator<Item = (&str, &str)> {
    let pairs = parameters.0.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    pairs.filter(|(name, _)| *name != "key")
}

impl KeyChain {
    /// A chain that starts with `key`; `seed` decides which keys follow.
    pub(super) fn new(key: Key, seed: u64) -> KeyChain {
        KeyChain { current: key, recent: VecDeque::new(), last: None, seed }
    }

    /// The key that the device takes now.
    pub(super) fn current(&self) -> &Key {
        &self.current
    }

    /// The key spent by the last registration is `text`.
    pub(super) fn is_previous(&self, text: &str) -> bool {
        self.last.as_ref().is_some_and(|last| last.spent.as_str() == text)
    }

    /// How many keys came after that one; `None` for a key that was not given out lately.
    pub(super) fn age(&self, text: &str) -> Option<usize> {
        if self.current.as_str() == text {
            return Some(0);
        }
        self.recent.iter().rev().position(|key| key.as_str() == text).map(|place| place + 1)
    }

    /// Gives the next key, spending the current one, which is returned. `decide` gets the current
    /// and the drawn one.
    pub(super) fn rotate(&mut self, decide: impl FnOnce(&Key, Key) -> Key) -> Key {
        let drawn = self.draw();
        let next = decide(&self.current, drawn);
        let spent = std::mem::replace(&mut self.current, next);
        self.recent.push_back(spent.clone());
        if self.recent.len() > REMEMBERED {
            self.recent.pop_front();
        }
        spent
    }

    /// The screen shows that key instead.
    pub(super) fn set_current(&mut self, key: Key) {
        self.current = key;
    }

    /// The key before the current one is current again.
    pub(super) fn step_back(&mut self) {
        if let Some(before) = self.recent.pop_back() {
            self.current = before;
        }
    }

    /// A new chain begins with a key that is drawn.
    pub(super) fn begin_anew(&mut self) {
        let key = self.draw();
        self.replace(key);
    }

    /// A new chain begins with that key.
    pub(super) fn replace(&mut self, key: Key) {
        let spent = std::mem::replace(&mut self.current, key);
        self.recent.push_back(spent);
        self.last = None;
    }

    /// A key that is none of the recent ones.
    fn draw(&mut self) -> Key {
        loop {
            let digits = format!("{:08}", self.random() % 100_000_000);
            if let Ok(key) = Key::parse(&digits)
                && key != self.current
                && !self.recent.contains(&key)
                && digits != "00000000"
            {
                return key;
            }
        }
    }

    /// SplitMix64: every state has its own successor, so no cycle of keys is short.
    fn random(&mut self) -> u64 {
        self.seed = self.seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.seed;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn keys_do_not_come_back_and_may_start_with_zero() {
        let mut chain = KeyChain::new(Key::parse("00000001").unwrap(), 7);
        let mut seen = HashSet::new();
        for _ in 0..2_000 {
            let before = chain.current().clone();
            assert_eq!(chain.rotate(|_, drawn| drawn), before);
            assert_ne!(chain.current(), &before);
            seen.insert(chain.current().as_str().to_owned());
        }
        assert!(seen.iter().any(|key| key.starts_with('0')));
        assert!(seen.len() > 1_990);
    }

    #[test]
    fn the_seed_decides_the_keys() {
        let start = Key::parse("12345678").unwrap();
        let mut chains = [1, 1, 2].map(|seed| KeyChain::new(start.clone(), seed));
        let [a, b, c] = &mut chains;
        for chain in [&mut *a, b, c] {
            chain.rotate(|_, drawn| drawn);
        }
        assert_eq!(a.current(), b.current());
        assert_ne!(a.current(), c.current());
    }
}
