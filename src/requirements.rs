//! The register: every requirement's id, level, section and our words for it.

use serde::{Deserialize, Serialize};
use std::fmt;

/// How firmly the vendor's document says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// The document is silent or contradicts itself: the answer is recorded, not judged.
    Open,
    /// Follows from the document by one clear step.
    Should,
    /// The document says so plainly.
    Must,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Level::Open => "open",
            Level::Should => "should",
            Level::Must => "must",
        })
    }
}
