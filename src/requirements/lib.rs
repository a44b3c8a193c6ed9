//! The requirements: each one's id, level, section and our words for it.
//!
//! The data is `suites/requirements.yaml`, which the binary carries with it.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::OnceLock;
use thiserror::Error;

/// How firmly the vendor's document says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
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

/// One requirement.
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
    /// What of it can be seen neither over the API nor by a bench; such a part is never *pass*.
    #[serde(default)]
    pub untestable: Option<String>,
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

/// Why a text is no list of requirements.
#[derive(Debug, Error)]
pub enum RequirementsError {
    /// The text is no YAML of that form.
    #[error("the requirements cannot be read: {0}")]
    Form(#[from] Box<serde_saphyr::Error>),
    /// Two lines have one id.
    #[error("the requirements have two lines `{0}`: give each id once")]
    Twice(String),
}

/// All requirements, found by id, in their order.
#[derive(Debug)]
pub struct Requirements(IndexMap<String, Requirement>);

impl Requirements {
    /// Reads them from YAML.
    ///
    /// # Errors
    /// [`RequirementsError`]: the text is no such list, or an id stands twice in it.
    pub fn parse(yaml: &str) -> Result<Requirements, RequirementsError> {
        let lines: Vec<Requirement> = serde_saphyr::from_str(yaml).map_err(Box::new)?;
        let mut requirements = IndexMap::with_capacity(lines.len());
        for line in lines {
            if requirements.contains_key(&line.id) {
                return Err(RequirementsError::Twice(line.id));
            }
            requirements.insert(line.id.clone(), line);
        }
        Ok(Requirements(requirements))
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

    /// How firmly the document says the requirement of that id. An id that nobody wrote down has no
    /// force: it is open, so that a slip of the harness is never booked on a device as a failure. The
    /// test `every_id_in_the_sources_is_a_requirement` finds such a slip before a user does.
    pub fn level(&self, id: &str) -> Level {
        let found = self.get(id);
        debug_assert!(found.is_some(), "`{id}` is no requirement");
        found.map_or(Level::Open, |line| line.level)
    }

    /// Every requirement, in their order.
    pub fn all(&self) -> impl Iterator<Item = &Requirement> {
        self.0.values()
    }
}

/// The text of the requirements that the binary carries.
pub const TEXT: &str = include_str!("../../suites/requirements.yaml");

/// The requirements that the binary carries, read once.
///
/// # Panics
/// Never for a user: the text is fixed when the program is built, and a test reads it.
pub fn requirements() -> &'static Requirements {
    static REQUIREMENTS: OnceLock<Requirements> = OnceLock::new();
    REQUIREMENTS.get_or_init(|| {
        Requirements::parse(TEXT).expect("the built-in requirements are read by the unit tests")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use std::path::{Path, PathBuf};

    fn counts(level: Option<Level>) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for line in requirements().all().filter(|line| level.is_none_or(|level| line.level == level)) {
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
            ("BANK", 10),
            ("CASH", 6),
            ("CHK", 7),
            ("CLI", 32),
            ("DUMP", 19),
            ("ERR", 45),
            ("ERR-code", 5),
            ("ITEM", 13),
            ("KEY", 17),
            ("MGMT", 11),
            ("PAY", 21),
            ("PRN", 12),
            ("REG", 12),
            ("SHIFT", 12),
            ("TAX", 7),
            ("WIRE", 25),
        ];
        assert_eq!(counts(None), BTreeMap::from(expected));
        assert_eq!(counts(Some(Level::Open)).values().sum::<usize>(), 46);
        assert_eq!(counts(Some(Level::Should)).values().sum::<usize>(), 34);
        assert_eq!(counts(Some(Level::Advice)), BTreeMap::from([("CLI", 1)]));
    }

    #[test]
    fn questions_are_open_and_only_they_have_closed_answers() {
        for line in requirements().all() {
            assert_eq!(line.level == Level::Open, line.id.starts_with("Q-"), "{}", line.id);
            assert!(line.closed.is_empty() || line.level == Level::Open, "{}", line.id);
            assert_ne!(line.closed.len(), 1, "{}: one answer is no question", line.id);
        }
        let closed = |id: &str| requirements().get(id).expect(id).closed.clone();
        assert_eq!(closed("Q-KEY-1"), ["repeats", "refuses -1"]);
        assert_eq!(closed("Q-PAY-1"), ["-10", "-13"]);
        assert_eq!(closed("Q-WIRE-1"), ["half-up", "half-even", "half-down", "truncate", "ceiling"]);
    }

    #[test]
    fn sections_are_numbers_of_the_document_and_words_are_short() {
        for line in requirements().all() {
            let chapters: Vec<u32> = line.section.split('.').map(|part| part.parse().unwrap()).collect();
            assert!((2..=11).contains(&chapters[0]) && chapters.len() <= 2, "{}", line.id);
            assert!((20..=180).contains(&line.words.len()), "{}: {}", line.id, line.words.len());
            assert_eq!(line.words.ends_with('?'), line.level == Level::Open, "{}", line.id);
        }
    }

    #[test]
    fn a_part_finds_its_question_and_nothing_else() {
        assert_eq!(
            requirements().get("Q-WIRE-5/leading-plus").map(|line| line.id.as_str()),
            Some("Q-WIRE-5")
        );
        for id in ["KEY-5/part", "Q-WIRE-5/", "/", "", "key-5", "ERR-code--2", "Q-NOPE/x"] {
            assert!(requirements().get(id).is_none(), "{id:?}");
        }
    }

    #[test]
    fn clients_have_their_own_lines() {
        assert!(requirements().get("CLI-3").is_some_and(Requirement::is_client));
        assert!(requirements().get("KEY-5").is_some_and(|line| !line.is_client()));
    }

    /// Ids that tests write on purpose to be none, and words of the same look.
    const NO_IDS: [&str; 14] = [
        "A-1",
        "ERR-code",
        "ERR-code--2",
        "KEY-5/part",
        "KEY-55",
        "KEY-99",
        "KYE-5",
        "NOPE-1",
        "PAY-44",
        "Q-NOPE/x",
        "Q-PAYS-3/x",
        "Q-WIRE-5/",
        "UTF-16",
        "UTF-8",
    ];

    fn looks_like_an_id(text: &str) -> bool {
        let id = text.split('/').next().unwrap_or_default();
        let rest = id.strip_prefix("Q-").unwrap_or(id);
        let words = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        match rest.split_once('-') {
            Some(("ERR", reason)) => !reason.is_empty() && !reason.ends_with('-') && words(reason),
            Some((family, number)) => {
                family.len() <= 5
                    && !number.is_empty()
                    && !family.is_empty()
                    && family.chars().all(|c| c.is_ascii_uppercase())
                    && number.chars().all(|c| c.is_ascii_digit())
            }
            None => false,
        }
    }

    fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(path);
            }
        }
    }

    #[test]
    fn every_id_in_the_sources_is_a_requirement() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mut files = Vec::new();
        ["src", "tests"].iter().for_each(|folder| sources(&root.join(folder), &mut files));
        let (mut seen, mut unknown) = (0, Vec::new());
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap();
            for literal in text.split('"').filter(|text| looks_like_an_id(text) && !NO_IDS.contains(text)) {
                seen += 1;
                if requirements().get(literal).is_none() {
                    unknown.push(format!("{}: {literal}", file.display()));
                }
            }
        }
        assert_eq!(unknown, [""; 0], "these are no requirements");
        assert!(seen > 200, "only {seen} ids found: the test looks in the wrong place");
    }

    #[test]
    fn an_id_has_its_level() {
        assert_eq!(requirements().level("KEY-5"), Level::Must);
        assert_eq!(requirements().level("Q-WIRE-5/leading-plus"), Level::Open);
        assert!(looks_like_an_id("KYE-5") && looks_like_an_id("Q-PAYS-3/x") && !looks_like_an_id("no-id"));
    }

    #[test]
    fn wrong_requirements_are_refused() {
        let line = "- {id: A-1, level: must, section: '3', words: w}\n";
        assert!(
            matches!(Requirements::parse(&line.repeat(2)), Err(RequirementsError::Twice(id)) if id == "A-1")
        );
        for text in ["5", "- 5", "- {id: A-1}", "- {id: A, level: may, section: '3', words: w}", "\u{0}"] {
            assert!(matches!(Requirements::parse(text), Err(RequirementsError::Form(_))), "{text:?}");
        }
    }
}
