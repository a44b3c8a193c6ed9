//! The register: every requirement's id, level, section and our words for it.
//!
//! The data is `suites/requirements.yaml`, which the binary carries with it.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::OnceLock;
use thiserror::Error;

/// How firmly the vendor's document says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// The document is silent or contradicts itself: the answer is recorded, not judged.
    Open,
    /// The document recommends it, or says that something is not needed: remarked, never a verdict.
    Advice,
    /// Follows from the document by one clear step.
    Should,
    /// The document says so plainly.
    Must,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Level::Open => "open",
            Level::Advice => "advice",
            Level::Should => "should",
            Level::Must => "must",
        })
    }
}

/// One line of the register.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// The stable id: `KEY-5`, `Q-KEY-1`, `ERR-cash-lq-sale`, `ERR-code-18`, `CLI-3`.
    pub id: String,
    /// How firmly the document says it.
    pub level: Level,
    /// The section of document v22: `5.1`.
    pub section: String,
    /// What the device (or client) does, as a sentence without its subject; an open question in full.
    pub words: String,
    /// The only possible answers of an open question; empty where the list is not closed.
    #[serde(default)]
    pub closed: Vec<String>,
}

impl Requirement {
    /// Whether it is asked of a client instead of a device.
    pub fn is_client(&self) -> bool {
        self.id.starts_with("CLI-")
    }
}

/// Why a text is no register.
#[derive(Debug, Error)]
pub enum RegisterError {
    /// The text is no YAML of that form.
    #[error("the register cannot be read: {0}")]
    Form(#[from] Box<serde_saphyr::Error>),
    /// Two lines have one id.
    #[error("the register has two lines `{0}`: give each id once")]
    Twice(String),
}

/// All requirements, found by id, in the register's order.
#[derive(Debug)]
pub struct Register(IndexMap<String, Requirement>);

impl Register {
    /// Reads a register from YAML: a list of requirements.
    ///
    /// # Errors
    /// [`RegisterError`]: the text is no such list, or an id stands twice in it.
    pub fn parse(yaml: &str) -> Result<Register, RegisterError> {
        let lines: Vec<Requirement> = serde_saphyr::from_str(yaml).map_err(Box::new)?;
        let mut register = IndexMap::with_capacity(lines.len());
        for line in lines {
            if register.contains_key(&line.id) {
                return Err(RegisterError::Twice(line.id));
            }
            register.insert(line.id.clone(), line);
        }
        Ok(Register(register))
    }

    /// The requirement of that id. A part of an open question, `Q-WIRE-5/leading-plus`, finds the
    /// question; nothing else has parts.
    pub fn get(&self, id: &str) -> Option<&Requirement> {
        match id.split_once('/') {
            Some((parent, part)) if !part.is_empty() => {
                self.0.get(parent).filter(|parent| parent.level == Level::Open)
            }
            Some(_) => None,
            None => self.0.get(id),
        }
    }

    /// Every requirement, in the register's order.
    pub fn all(&self) -> impl Iterator<Item = &Requirement> {
        self.0.values()
    }
}

/// The text of the requirements that the binary carries.
pub const TEXT: &str = include_str!("../../suites/requirements.yaml");

/// The register that the binary carries, read once.
///
/// # Panics
/// Never for a user: the text is fixed when the program is built, and a test reads it.
pub fn register() -> &'static Register {
    static REGISTER: OnceLock<Register> = OnceLock::new();
    REGISTER.get_or_init(|| Register::parse(TEXT).expect("the built-in register is read by the unit tests"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn counts(level: Option<Level>) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for line in register().all().filter(|line| level.is_none_or(|level| line.level == level)) {
            let family = if line.id.starts_with("ERR-code-") {
                "ERR-code"
            } else {
                let rest = line.id.strip_prefix("Q-").unwrap_or(&line.id);
                rest.split('-').next().unwrap_or_default()
            };
            *counts.entry(family).or_insert(0) += 1;
        }
        counts
    }

    #[test]
    fn every_family_is_whole() {
        let expected = [
            ("BANK", 9),
            ("CASH", 5),
            ("CHK", 5),
            ("CLI", 32),
            ("DUMP", 15),
            ("ERR", 45),
            ("ERR-code", 5),
            ("ITEM", 13),
            ("KEY", 16),
            ("MGMT", 8),
            ("PAY", 21),
            ("PRN", 12),
            ("REG", 12),
            ("SHIFT", 12),
            ("TAX", 7),
            ("WIRE", 24),
        ];
        assert_eq!(counts(None), BTreeMap::from(expected));
        assert_eq!(counts(Some(Level::Open)).values().sum::<usize>(), 44);
        assert_eq!(counts(Some(Level::Should)).values().sum::<usize>(), 25);
        assert_eq!(counts(Some(Level::Advice)), BTreeMap::from([("CLI", 1)]));
    }

    #[test]
    fn questions_are_open_and_only_they_have_closed_answers() {
        for line in register().all() {
            assert_eq!(line.level == Level::Open, line.id.starts_with("Q-"), "{}", line.id);
            assert!(line.closed.is_empty() || line.level == Level::Open, "{}", line.id);
            assert_ne!(line.closed.len(), 1, "{}: one answer is no question", line.id);
        }
        let closed = |id: &str| register().get(id).expect(id).closed.clone();
        assert_eq!(closed("Q-KEY-1"), ["repeats", "refuses -1"]);
        assert_eq!(closed("Q-PAY-1"), ["-10", "-13"]);
        assert_eq!(closed("Q-WIRE-1"), ["half-up", "half-even", "half-down", "truncate", "ceiling"]);
    }

    #[test]
    fn sections_are_numbers_of_the_document_and_words_are_short() {
        for line in register().all() {
            let chapters: Vec<u32> = line.section.split('.').map(|part| part.parse().unwrap()).collect();
            assert!((2..=11).contains(&chapters[0]) && chapters.len() <= 2, "{}", line.id);
            assert!((20..=180).contains(&line.words.len()), "{}: {}", line.id, line.words.len());
            assert_eq!(line.words.ends_with('?'), line.level == Level::Open, "{}", line.id);
        }
    }

    #[test]
    fn a_part_finds_its_question_and_nothing_else() {
        assert_eq!(register().get("Q-WIRE-5/leading-plus").map(|line| line.id.as_str()), Some("Q-WIRE-5"));
        for id in ["KEY-5/part", "Q-WIRE-5/", "/", "", "key-5", "ERR-code--2", "Q-NOPE/x"] {
            assert!(register().get(id).is_none(), "{id:?}");
        }
    }

    #[test]
    fn clients_have_their_own_lines() {
        assert!(register().get("CLI-3").is_some_and(Requirement::is_client));
        assert!(register().get("KEY-5").is_some_and(|line| !line.is_client()));
    }

    #[test]
    fn a_wrong_register_is_refused() {
        let line = "- {id: A-1, level: must, section: '3', words: w}\n";
        assert!(matches!(Register::parse(&line.repeat(2)), Err(RegisterError::Twice(id)) if id == "A-1"));
        for text in ["5", "- 5", "- {id: A-1}", "- {id: A, level: may, section: '3', words: w}", "\u{0}"] {
            assert!(matches!(Register::parse(text), Err(RegisterError::Form(_))), "{text:?}");
        }
    }
}
