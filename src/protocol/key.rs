//! The web-API key: eight digits of *text*, so that a leading zero survives (v22 §4).

use std::fmt;
use thiserror::Error;

/// A web-API key. Its `Debug` form hides the digits: a live key belongs in no log.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key(String);

/// The text is no key.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("a web-API key is exactly 8 digits, as the device's screen shows it")]
pub struct KeyError;

impl Key {
    /// How many digits a key has.
    pub const DIGITS: usize = 8;

    /// Reads exactly eight ASCII digits.
    ///
    /// # Errors
    /// [`KeyError`], which does not repeat the text: it may be a key with a slip in it.
    pub fn parse(text: &str) -> Result<Key, KeyError> {
        if text.len() == Key::DIGITS && text.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Key(text.to_owned()))
        } else {
            Err(KeyError)
        }
    }

    /// The digits, for the wire and for the journal only.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(········)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_digits_and_nothing_else() {
        assert_eq!(Key::parse("01234567").unwrap().as_str(), "01234567");
        for text in ["", "1234567", "123456789", "1234567a", "-1234567", " 1234567", "١٢٣٤"] {
            assert!(Key::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn debug_hides_the_digits() {
        assert!(!format!("{:?}", Key::parse("12345678").unwrap()).contains("1234"));
    }
}
