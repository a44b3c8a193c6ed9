//! The key chain as a device's answers tell it (v22 §4).

use ikkm_protocol::Key;
use std::collections::VecDeque;

/// Keys spent two or more rotations ago that are kept for tests of KEY-8.
const OLDER_KEYS: usize = 16;

/// How much that may be a key is kept hidden.
const SUSPECTS: usize = 4096;

/// The key chain as the device's answers told it.
#[derive(Debug, Default)]
pub struct KeyChain {
    current: Option<Key>,
    previous: Option<Key>,
    older: VecDeque<Key>,
    suspects: VecDeque<Key>,
}

impl KeyChain {
    /// A chain that begins with the key on the device's screen.
    pub fn new(current: Key) -> KeyChain {
        KeyChain { current: Some(current), ..KeyChain::default() }
    }

    /// The key that the next request needs.
    pub fn current(&self) -> Option<&Key> {
        self.current.as_ref()
    }

    /// The key that the last rotation spent.
    pub fn previous(&self) -> Option<&Key> {
        self.previous.as_ref()
    }

    /// The youngest key that was spent two or more rotations ago.
    pub fn older(&self) -> Option<&Key> {
        self.older.back()
    }

    /// All keys that must not be shown: the current one and those that could still replay.
    pub fn secrets(&self) -> impl Iterator<Item = &Key> {
        self.current.iter().chain(&self.previous).chain(&self.older).chain(&self.suspects)
    }

    /// Takes note of what may be a key in an answer that is none of the document's: the chain does not
    /// follow it, but it must not show.
    /// Where a run of digits is longer than a key, each part of it as long as one may be the key.
    pub fn suspect(&mut self, bytes: &[u8]) {
        let runs = bytes.split(|byte| !byte.is_ascii_digit());
        let parts = runs.flat_map(|run| run.windows(Key::DIGITS));
        let keys = parts.filter_map(|part| Key::parse(std::str::from_utf8(part).ok()?).ok());
        for key in keys.take(SUSPECTS) {
            self.suspects.push_back(key);
            if self.suspects.len() > SUSPECTS {
                self.suspects.pop_front();
            }
        }
    }

    /// Whether a rotation spent that key, as far back as they are kept.
    pub fn is_spent(&self, key: &Key) -> bool {
        self.current.as_ref() != Some(key)
            && (self.previous.as_ref() == Some(key) || self.older.contains(key))
    }

    /// Takes the key of an answer as the current one.
    pub fn rotate(&mut self, fresh: Key) {
        if self.current.as_ref() == Some(&fresh) {
            return;
        }
        if let Some(spent) = self.previous.take() {
            self.older.push_back(spent);
            if self.older.len() > OLDER_KEYS {
                self.older.pop_front();
            }
        }
        self.previous = self.current.replace(fresh);
    }

    /// Begins anew with a key that somebody read off the device.
    pub fn reset(&mut self, current: Option<Key>) {
        *self = KeyChain { current, ..KeyChain::default() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Key {
        Key::parse(text).unwrap()
    }

    #[test]
    fn the_chain_knows_current_previous_and_older() {
        let mut chain = KeyChain::new(key("00000001"));
        chain.rotate(key("00000002"));
        assert_eq!(chain.previous(), Some(&key("00000001")));
        assert_eq!(chain.older(), None);
        chain.rotate(key("00000003"));
        assert_eq!((chain.current(), chain.older()), (Some(&key("00000003")), Some(&key("00000001"))));
        chain.rotate(key("00000003"));
        assert_eq!(chain.previous(), Some(&key("00000002")), "an unchanged key is no rotation");
        assert_eq!(chain.secrets().count(), 3);
        chain.suspect(b"{\"key\": \"00000004\", \"short\": 1234567}");
        assert_eq!((chain.current(), chain.secrets().count()), (Some(&key("00000003")), 4));
        chain.suspect(b"\xff\xfe298527811\0");
        let hidden: Vec<&Key> = chain.secrets().skip(4).collect();
        assert_eq!(hidden, [&key("29852781"), &key("98527811")], "each part of a longer run");
        let spent = ["00000001", "00000002", "00000003", "00000009"].map(|text| chain.is_spent(&key(text)));
        assert_eq!(spent, [true, true, false, false]);
        chain.reset(None);
        assert_eq!(chain.secrets().count(), 0);
    }
}
