//! Two emulators side by side that differ in so many seeded faults: each is told once, and nothing else.
//! `cargo test --test lab -- --ignored --nocapture beside` draws many and says what came of each draw.

use super::support::{Dice, Sandbox};
use super::{Outcome, call};
use ikkm_emulator::defects::defects;
use ikkm_emulator::personalities;
use libtest_mimic::Trial;

/// The tests of this part.
pub fn trials() -> Vec<Trial> {
    trials!("beside": a_return_that_is_named_a_sale_is_not_taken_for_an_answer_to_an_open_question, three_faults_are_three_differences_of_equal_and_of_different_devices, ten_faults_are_ten_differences, ten_faults_are_ten_differences_of_a_device_with_other_open_answers, two_models_without_a_fault_do_not_differ, no_key_is_told_of_what_a_busy_or_broken_device_answers; beside_each_other_each_fault_that_is_reached_is_told_once, beside_each_other_no_two_personalities_differ_and_ten_faults_are_ten_on_each)
}

/// What the comparison comes to.
fn compared(requests: &str, arguments: &[&str]) -> Outcome {
    shortened(requests, "1500", arguments)
}

/// The same, with at the most so many requests to shorten each difference.
fn shortened(requests: &str, budget: &str, arguments: &[&str]) -> Outcome {
    let folder = Sandbox::new();
    let fuzz = ["fuzz", "--against", "emulator", "--requests", requests, "--shrink-budget", budget];
    call(folder.path(), &[&fuzz[..], arguments].concat())
}

/// How many differences the first line tells: `no difference` is none.
fn counted(outcome: &Outcome) -> usize {
    let first = outcome.told.split(' ').next().unwrap_or_default();
    first.parse().unwrap_or_default()
}

fn seeded(names: &[&'static str]) -> Vec<&'static str> {
    names.iter().flat_map(|name| ["--defect", *name]).collect()
}

fn three_faults_are_three_differences_of_equal_and_of_different_devices() {
    let faults = ["books/no-fiscal-sale", "errors/cash-in-range-code", "cheques/no-tax"];
    let faults = seeded(&faults);
    let told = compared("600", &faults);
    told.assert(1, &["3 differences: ", "fiscalData.<type>", "cache-not-in-range", "taxId"]);
    let other = [&faults[..], &["--against-personality", "upward"]].concat();
    let told = compared("600", &other);
    told.assert(1, &["3 differences, and ", "open: Q-WIRE-1: new half-up, old ceiling"]);
}

/// The line that a register makes up is its own affair; what it sends to the tax committee under that name is not.
fn a_return_that_is_named_a_sale_is_not_taken_for_an_answer_to_an_open_question() {
    let told = compared("400", &["--defect", "fuzz-c/return-named-sale"]);
    told.assert(1, &["1 difference, and 1 that the answers to an open question explain", "open: Q-ITEM-4"]);
}

/// Not one of them hides another, and each is reached.
const TEN: [&str; 10] = [
    "batch-e/change-not-allowed-code-minus-10",
    "books/no-fiscal-sale",
    "errors/cash-in-range-code",
    "errors/host-code",
    "info/minimum-without-cashier",
    "keys/any-for-info",
    "limits/no-rounding-rule",
    "print/last-says-done",
    "print/no-ean13",
    "tables/cashier-without-name",
];

fn ten_faults_are_ten_differences() {
    compared("2000", &seeded(&TEN)).assert(1, &["10 differences: "]);
}

fn ten_faults_are_ten_differences_of_a_device_with_other_open_answers() {
    let other = [&seeded(&TEN)[..], &["--against-personality", "lenient"]].concat();
    compared("2000", &other)
        .assert(1, &["10 differences, and 10 that the answers to open questions explain"]);
}

/// What the document leaves to each of them is told for itself: answers to its questions, and what a line allows.
fn two_models_without_a_fault_do_not_differ() {
    let pairs = [
        ("slow", "unlinked", "open: CHK-4: "),
        ("gross", "tiny", "open: ERR-incorrect-method: "),
        ("patient", "frugal", "open: Q-WIRE-1: new half-up, old truncate"),
    ];
    for (one, other, open) in pairs {
        let told = compared("1200", &["--personality", one, "--against-personality", other]);
        told.assert(0, &["no difference, and ", open]);
    }
}

fn no_key_is_told_of_what_a_busy_or_broken_device_answers() {
    // The first sequence that asks for a withdrawal while a card operation runs.
    for (fault, seed) in [("batch-d/bank-busy-withdrawal-done", "4"), ("keys/ten-digits", "1")] {
        let told = shortened("100", "0", &["--seed", seed, "--defect", fault]);
        told.assert(1, &["  new      200"]);
        for line in
            told.told.lines().filter(|line| line.starts_with("  new ") || line.starts_with("  found "))
        {
            let digits = line.split(|symbol: char| !symbol.is_ascii_digit()).map(str::len).max();
            assert!(digits < Some(7), "{fault}: {line}");
        }
    }
}

/// So many different faults of the library.
fn drawn(mut dice: Dice, count: usize) -> Vec<&'static str> {
    let mut all: Vec<&'static str> = defects().iter().map(|defect| defect.name).collect();
    (0..count).map(|_| all.swap_remove(dice.below(all.len()))).collect()
}

fn beside_each_other_each_fault_that_is_reached_is_told_once() {
    let mut short = Vec::new();
    for count in [1, 3, 10] {
        let mut exact = 0;
        for seed in 0..10 {
            let faults = drawn(Dice(seed * 7 + 1), count);
            let reached: Vec<&str> = faults
                .iter()
                .copied()
                .filter(|name| compared("2000", &["--defect", name]).code == 1)
                .collect();
            let found = counted(&compared("2000", &seeded(&faults)));
            exact += usize::from(found == reached.len());
            println!("{count} faults, draw {seed}: {} reached, {found} told: {faults:?}", reached.len());
        }
        println!("{count} faults: {exact} of 10 draws exactly");
        short.extend((exact < if count == 10 { 1 } else { 5 }).then_some((count, exact)));
    }
    assert!(short.is_empty(), "draws told exactly: {short:?}");
}

fn beside_each_other_no_two_personalities_differ_and_ten_faults_are_ten_on_each() {
    let all = personalities();
    for (at, one) in all.iter().enumerate() {
        for other in all.iter().skip(at) {
            let told = compared("2000", &["--personality", one.name, "--against-personality", other.name]);
            println!("{} against {}: {}", one.name, other.name, told.told.lines().next().unwrap_or_default());
            told.assert(0, &["no difference"]);
        }
        let ten = [&seeded(&TEN)[..], &["--against-personality", one.name]].concat();
        compared("2000", &ten).assert(1, &["10 differences"]);
    }
}
