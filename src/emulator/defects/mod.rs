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
mod documents4;
mod errors;
mod fuzzed;
mod keys;
mod keys2;
mod keys3;
mod limits;
mod limits2;
mod manage;
mod manage2;
mod paper;
mod paper2;
mod paper3;
mod payments;
mod payments2;
mod payments3;
mod shifts;
mod shifts2;
mod shifts3;
mod texts;
mod tools;
mod wire;
mod wire2;

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
        wire2::DEFECTS,
        keys::DEFECTS,
        keys2::DEFECTS,
        keys3::DEFECTS,
        limits::DEFECTS,
        limits2::DEFECTS,
        books::DEFECTS,
        books2::DEFECTS,
        payments::DEFECTS,
        payments2::DEFECTS,
        payments3::DEFECTS,
        paper::DEFECTS,
        paper2::DEFECTS,
        paper3::DEFECTS,
        shifts::DEFECTS,
        shifts2::DEFECTS,
        shifts3::DEFECTS,
        documents::DEFECTS,
        documents2::DEFECTS,
        documents3::DEFECTS,
        documents4::DEFECTS,
        manage::DEFECTS,
        manage2::DEFECTS,
    ]
    .concat()
}

/// Whether the fuzzer alone must find it, within 2,000 requests and in 6 steps at the most.
pub fn is_fuzzed(name: &str) -> bool {
    fuzzed::FUZZED.contains(&name)
}

/// The defect with that name.
pub fn defect(name: &str) -> Option<Defect> {
    defects().into_iter().find(|defect| defect.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::requirements::{Level, register};
    use std::collections::HashSet;

    #[test]
    fn there_are_many_and_names_and_requirements_are_sound() {
        let all = defects();
        assert!(all.len() >= 200);
        let names: HashSet<&str> = all.iter().map(|defect| defect.name).collect();
        assert_eq!(names.len(), all.len(), "two defects have one name");
        assert!(fuzzed::FUZZED.iter().all(|name| names.contains(name)));
        for defect in &all {
            assert!(!defect.requirements.is_empty(), "{}", defect.name);
            for id in defect.requirements {
                assert!(register().get(id).is_some_and(|line| !line.is_client()), "{}: {id}", defect.name);
            }
        }
    }

    #[test]
    fn every_must_and_should_of_a_device_has_a_defect() {
        let broken: HashSet<&str> =
            defects().iter().flat_map(|defect| defect.requirements).copied().collect();
        let missing: Vec<&str> = register()
            .all()
            .filter(|line| line.level != Level::Open && !line.is_client())
            .map(|line| line.id.as_str())
            .filter(|id| !broken.contains(id))
            .collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}
