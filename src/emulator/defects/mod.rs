//! Seeded defects: realistic bugs of a firmware, to see whether the suites find them.
//!
//! Each is a row of data with one change of one point of [`Behaviour`]: of how the device decides, or
//! of what comes between its finished answer and the wire. Rows stand in files by what goes wrong, in
//! the order of the vendor's chapters; `tools` and `texts` hold what many rows share.

mod answers;
mod bank;
mod cards;
mod cash;
mod covered;
mod drawer;
mod errors;
mod faults;
mod figures;
mod fuzzed;
mod info;
mod items;
mod keys;
mod numbering;
mod paper;
mod payments;
mod range;
mod receipts;
mod refused;
mod repeats;
mod reports;
mod requests;
mod restart;
mod returns;
mod rotation;
mod rounding;
mod session;
mod shift;
mod status;
mod sums;
mod tables;
mod tax;
mod texts;
mod together;
mod tools;
mod transactions;

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
        requests::DEFECTS,
        figures::DEFECTS,
        answers::DEFECTS,
        keys::DEFECTS,
        repeats::DEFECTS,
        rotation::DEFECTS,
        rounding::DEFECTS,
        range::DEFECTS,
        numbering::DEFECTS,
        refused::DEFECTS,
        sums::DEFECTS,
        returns::DEFECTS,
        drawer::DEFECTS,
        tax::DEFECTS,
        covered::DEFECTS,
        payments::DEFECTS,
        items::DEFECTS,
        paper::DEFECTS,
        cash::DEFECTS,
        shift::DEFECTS,
        cards::DEFECTS,
        bank::DEFECTS,
        status::DEFECTS,
        info::DEFECTS,
        tables::DEFECTS,
        receipts::DEFECTS,
        reports::DEFECTS,
        transactions::DEFECTS,
        session::DEFECTS,
        restart::DEFECTS,
        faults::DEFECTS,
        together::DEFECTS,
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
    use ikkm_requirements::{Level, register};
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

    /// Lines that the rewritten requirements brought, and whose mutants are still to be seeded.
    const OWED: [&str; 11] = [
        "CASH-5", "BANK-7", "CHK-5", "CHK-6", "DUMP-12", "DUMP-13", "DUMP-14", "DUMP-15", "MGMT-7", "MGMT-8",
        "MGMT-9",
    ];

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
        assert_eq!(missing, OWED, "a line whose mutant is there is owed no longer");
    }
}
