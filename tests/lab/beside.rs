//! Two emulators side by side that differ in so many seeded faults: each is told once, and nothing else.
//! `cargo test --test lab -- --ignored --nocapture beside` draws many and says what came of each draw.

use super::support::Sandbox;
use super::{Outcome, call};
use ikkm_emulator::defects::defects;
use ikkm_emulator::personalities;

/// What the comparison comes to.
fn compared(requests: &str, arguments: &[&str]) -> Outcome {
    let folder = Sandbox::new();
    let fuzz = ["fuzz", "--against", "emulator", "--requests", requests, "--shrink-budget", "1500"];
    call(folder.path(), &[&fuzz[..], arguments].concat())
}

/// How many differences the first line tells, and how many that are explained.
fn counted(outcome: &Outcome) -> (usize, usize) {
    let first = outcome.told.lines().next().unwrap_or_default();
    let number = |word: Option<&str>| word.and_then(|word| word.parse().ok()).unwrap_or_default();
    let explained = first.split_once(", and ").map(|(_, rest)| number(rest.split(' ').next()));
    (number(first.split(' ').next()), explained.unwrap_or_default())
}

fn seeded(flag: &'static str, names: &[&'static str]) -> Vec<&'static str> {
    names.iter().flat_map(|name| [flag, *name]).collect()
}

#[test]
fn three_faults_are_three_differences_of_equal_and_of_different_devices() {
    let faults = ["books/no-fiscal-sale", "errors/cash-in-range-code", "cheques/no-tax"];
    let faults = seeded("--defect", &faults);
    let told = compared("600", &faults);
    told.assert(1, &["3 differences: ", "fiscalData.<type>", "cache-not-in-range", "taxId"]);
    let other = [&faults[..], &["--against-personality", "upward"]].concat();
    let told = compared("600", &other);
    told.assert(1, &["3 differences, and ", "open: Q-WIRE-1: new half-up, old ceiling"]);
}

/// Numbers from a seed, the same on every machine.
struct Draw(u64);

impl Draw {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or_default() % most.max(1)
    }

    /// So many different faults of the library.
    fn faults(&mut self, count: usize) -> Vec<&'static str> {
        let mut all: Vec<&'static str> = defects().iter().map(|defect| defect.name).collect();
        (0..count).map(|_| all.swap_remove(self.below(all.len()))).collect()
    }
}

#[test]
#[ignore = "an hour"]
fn beside_each_other_each_fault_that_is_reached_is_told_once() {
    let mut short = Vec::new();
    for count in [1, 3, 10] {
        let mut exact = 0;
        for seed in 0..10 {
            let faults = Draw(seed * 7 + 1).faults(count);
            let reached: Vec<&str> = faults
                .iter()
                .copied()
                .filter(|name| compared("2000", &["--defect", name]).code == 1)
                .collect();
            let told = compared("2000", &seeded("--defect", &faults));
            let (found, _) = counted(&told);
            exact += usize::from(found == reached.len());
            println!("{count} faults, draw {seed}: {} reached, {found} told: {faults:?}", reached.len());
        }
        println!("{count} faults: {exact} of 10 draws exactly");
        short.extend((exact < if count == 10 { 1 } else { 5 }).then_some((count, exact)));
    }
    assert!(short.is_empty(), "draws told exactly: {short:?}");
}

#[test]
#[ignore = "some minutes"]
fn beside_each_other_equal_personalities_are_alike_and_of_others_open_answers_are_told() {
    for one in personalities() {
        let same = compared("2000", &["--personality", one.name, "--against-personality", one.name]);
        same.assert(0, &["no difference: "]);
        let other = compared("2000", &["--against-personality", one.name]);
        println!("plain against {}: {}", one.name, other.told.lines().next().unwrap_or_default());
    }
}
