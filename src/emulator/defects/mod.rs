//! Seeded defects: realistic bugs of a firmware, to see whether the suites find them.
//!
//! Each is a row of data with one change of one point of [`Behaviour`]: of how the device decides, or
//! of what comes between its finished answer and the wire. Rows stand in files by chapter; `tools`
//! and `texts` hold what many rows share.

mod books;
mod books2;
mod documents;
mod documents2;
mod documents3;
mod errors;
mod keys;
mod keys2;
mod limits;
mod manage;
mod manage2;
mod paper;
mod paper2;
mod payments;
mod payments2;
mod shifts;
mod shifts2;
mod texts;
mod tools;
mod wire;

use super::Behaviour;

/// One seeded defect.
#[derive(Debug, Clone, Copy)]
pub struct Defect {
    /// Its name: `chapter/slug`.
    pub name: &'static str,
    /// What goes wrong, in plain words.
    pub about: &'static str,
    /// The requirements that it breaks, the most telling one first.
    pub requirements: &'static [&'static str],
    /// How it can be seen.
    pub seen: &'static str,
    change: fn(&mut Behaviour),
}

impl Defect {
    /// Seeds it. Of two defects that change the same point the later one counts.
    pub fn apply(&self, behaviour: &mut Behaviour) {
        (self.change)(behaviour);
    }
}

/// All seeded defects, by chapter.
pub fn defects() -> Vec<Defect> {
    [
        errors::DEFECTS,
        wire::DEFECTS,
        keys::DEFECTS,
        keys2::DEFECTS,
        limits::DEFECTS,
        books::DEFECTS,
        books2::DEFECTS,
        payments::DEFECTS,
        payments2::DEFECTS,
        paper::DEFECTS,
        paper2::DEFECTS,
        shifts::DEFECTS,
        shifts2::DEFECTS,
        documents::DEFECTS,
        documents2::DEFECTS,
        documents3::DEFECTS,
        manage::DEFECTS,
        manage2::DEFECTS,
    ]
    .concat()
}

/// The defect with that name.
pub fn defect(name: &str) -> Option<Defect> {
    defects().into_iter().find(|defect| defect.name == name)
}
