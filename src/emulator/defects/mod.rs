//! Seeded defects: realistic bugs of a firmware, to see whether the suites find them.
//!
//! Each is a row of data with one change of one point of [`Behaviour`]: of how the device decides, or
//! of what comes between its finished answer and the wire. Rows stand in a file a chapter; `tools`
//! holds what many rows share.

mod books;
mod documents;
mod errors;
mod keys;
mod limits;
mod manage;
mod paper;
mod payments;
mod shifts;
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
        wire::DEFECTS,
        keys::DEFECTS,
        limits::DEFECTS,
        books::DEFECTS,
        payments::DEFECTS,
        errors::DEFECTS,
        paper::DEFECTS,
        shifts::DEFECTS,
        documents::DEFECTS,
        manage::DEFECTS,
    ]
    .concat()
}

/// The defect with that name.
pub fn defect(name: &str) -> Option<Defect> {
    defects().into_iter().find(|defect| defect.name == name)
}
