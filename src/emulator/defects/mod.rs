//! Seeded defects: realistic bugs of a firmware, to see whether the suites find them.
//!
//! Each is a row of data: a name, what goes wrong, what it breaks, how it shows, and the mutations that
//! make it. Rows stand in files by what goes wrong, in the order of the vendor's chapters.

/// Rows: `"name": "about" ["requirement" ...] "how it shows" => mutation, ...;`
macro_rules! mutants {
    ($($name:literal: $about:literal [$($id:literal)+] $seen:literal => $($mutation:expr),+;)+) => {
        pub(in crate::defects) const DEFECTS: &[$crate::defects::Defect] = &[$($crate::defects::Defect {
            name: $name,
            about: $about,
            requirements: &[$($id),+],
            seen: $seen,
            mutations: &[$($mutation),+],
        }),+];
    };
}

mod bank;
mod batches;
mod books;
mod documents;
mod errors;
mod fuzzed;
mod info;
mod items;
mod keys;
mod manage;
mod numbers;
mod overlooked;
mod paper;
mod payments;
mod shift;
mod together;
mod tolerated;
mod unseen;
mod wire;

/// What rows are written with.
mod prelude {
    pub(in crate::defects) use crate::behaviour::*;
    pub(in crate::defects) use crate::books::{ByType, CashFlow};
    pub(in crate::defects) use crate::circumstances::Operation::*;
    pub(in crate::defects) use crate::mutation::Edit::{
        Drop, Freeze, FreezeNumber, Null, OneMore, Rename, Retype, Shorten,
    };
    pub(in crate::defects) use crate::mutation::Figure::*;
    pub(in crate::defects) use crate::mutation::If::*;
    pub(in crate::defects) use crate::mutation::Mutation::*;
    pub(in crate::defects) use crate::mutation::Place::*;
    pub(in crate::defects) use crate::mutation::document::change;
    pub(in crate::defects) use crate::mutation::tools::*;
    pub(in crate::defects) use crate::mutation::{
        Amount, By, Edit, Kept, OnlineEdit as Message, PaperEdit as Lines, When,
    };
    pub(in crate::defects) use crate::printer::{Document, Part};
    pub(in crate::defects) use crate::refusal::{self, Refusal};
    pub(in crate::defects) use ikkm_protocol::PayKind;
    pub(in crate::defects) use ikkm_protocol::Registration::{Buy, BuyReturn, Sale, SaleReturn};
    pub(in crate::defects) use rust_decimal::Decimal;
    pub(in crate::defects) use serde_json::{Value, json};
}

use super::Behaviour;
use super::mutation::{Mutation, Mutations};

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
    mutations: &'static [Mutation],
}

impl Defect {
    /// Seeds it, beside whatever was seeded before.
    pub fn apply(&self, behaviour: &mut Behaviour) {
        Mutations::seed(behaviour, self.mutations);
    }

    /// What it does, mutation by mutation; `…` is code of its own.
    pub fn does(&self) -> Vec<String> {
        self.mutations.iter().map(|mutation| format!("{mutation:?}")).collect()
    }
}

/// All seeded defects, by chapter.
pub fn defects() -> Vec<Defect> {
    [
        errors::DEFECTS,
        wire::DEFECTS,
        keys::DEFECTS,
        numbers::DEFECTS,
        books::DEFECTS,
        payments::DEFECTS,
        items::DEFECTS,
        paper::DEFECTS,
        shift::DEFECTS,
        bank::DEFECTS,
        info::DEFECTS,
        documents::DEFECTS,
        manage::DEFECTS,
        together::DEFECTS,
        overlooked::DEFECTS,
        batches::a::DEFECTS,
        batches::b::DEFECTS,
        batches::c::DEFECTS,
        batches::d::DEFECTS,
        batches::e::DEFECTS,
        batches::f::DEFECTS,
        batches::g::DEFECTS,
        batches::h::DEFECTS,
        batches::i::DEFECTS,
        batches::j::DEFECTS,
        batches::k::DEFECTS,
        batches::l::DEFECTS,
        batches::m::DEFECTS,
        batches::n::DEFECTS,
        batches::fuzz_a::DEFECTS,
        batches::fuzz_b::DEFECTS,
        batches::fuzz_c::DEFECTS,
    ]
    .concat()
}

/// Whether the fuzzer alone must find it, within 2,000 requests and in 6 steps at the most.
pub fn is_fuzzed(name: &str) -> bool {
    fuzzed::FUZZED.contains(&name)
}

/// Deviations of which no run may make more than a warning: no defects, and seeded as they are.
pub fn tolerated() -> &'static [Defect] {
    tolerated::DEFECTS
}

/// Faults that nothing shows, so that no run can find them.
pub fn unseen() -> &'static [Defect] {
    unseen::DEFECTS
}

/// The defect with that name, tolerated and unseen ones among them.
pub fn defect(name: &str) -> Option<Defect> {
    let others = tolerated().iter().chain(unseen()).copied();
    defects().into_iter().chain(others).find(|defect| defect.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ikkm_requirements::{Level, requirements};
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
                assert!(
                    requirements().get(id).is_some_and(|line| !line.is_client()),
                    "{}: {id}",
                    defect.name
                );
            }
        }
    }

    /// A sale without payment is taken for cash, and, without a tax, booked under the second one.
    #[test]
    fn two_defects_at_one_point_both_show() {
        let mut personality = crate::personality("plain").expect("plain");
        for name in ["payments/none-is-cash", "tax/other-default"] {
            defect(name).expect(name).apply(&mut personality.behaviour);
        }
        let mut till = crate::tests::Till::with("plain", personality.behaviour);
        assert_eq!(till.get("/api/?sale=800").status, 200);
        let shift = till.info("currentShiftID");
        let receipts = till.document(&format!("/dump/table/shifts/{shift}/salescheques"));
        let last = receipts.as_array().and_then(|list| list.last()).expect("a receipt");
        assert_eq!(last["saleSum"].to_string(), "800.00");
        assert_eq!(last["taxId"], 2);
        assert!(
            format!("{:?}", till.machine.behaviour()).contains("Copies([NoPayment], \"cash\", \"sale\")")
        );
    }

    #[test]
    fn a_defect_prints_what_it_does() {
        let does = |name| defect(name).expect(name).does().join("; ");
        assert_eq!(does("keys/any-for-reports"), "TakesKey([On(Dump)])");
        assert_eq!(does("info/no-cashierid"), "Field([], WholeInfo, Drop(\"cashierID\"))");
        assert_eq!(does("books/buy-as-sale"), "BooksAs([Of(Buy)], Sale)");
    }

    #[test]
    fn every_must_and_should_of_a_device_has_a_defect() {
        let broken: HashSet<&str> =
            defects().iter().flat_map(|defect| defect.requirements).copied().collect();
        let missing: Vec<&str> = requirements()
            .all()
            .filter(|line| line.level != Level::Open && !line.is_client())
            .map(|line| line.id.as_str())
            .filter(|id| !broken.contains(id))
            .collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}
