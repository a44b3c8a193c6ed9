//! Chance that is the same on every machine, and the amounts that it draws.

use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};

/// Amounts that a binary number holds a little wrong, or that sit beside a half.
const TRAPS: [&str; 16] = [
    "1.005",
    "2.675",
    "1.015",
    "1.025",
    "1.045",
    "8.345",
    "10.075",
    "1.115",
    "5.004",
    "5.006",
    "1.0049999",
    "1.0050001",
    "33.333",
    "66.667",
    "4.355",
    "1.00500000000000000001",
];

/// A row of numbers that looks random, decided by a seed.
pub(super) struct Dice(TestRng);

impl Dice {
    pub(super) fn new(seed: u64) -> Dice {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        Dice(TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
    }

    /// A number below another one; 0 for 0.
    pub(super) fn below(&mut self, count: usize) -> usize {
        let drawn = self.0.next_u64() % (count.max(1) as u64);
        usize::try_from(drawn).unwrap_or_default()
    }

    /// One of a list that is not empty.
    pub(super) fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    /// An order for so many things.
    pub(super) fn order(&mut self, count: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..count).collect();
        for at in (1..count).rev() {
            order.swap(at, self.below(at + 1));
        }
        order
    }

    fn hundredths(&mut self, from: usize, to: usize) -> String {
        let drawn = from + self.below(to - from);
        format!("{}.{:02}", drawn / 100, drawn % 100)
    }

    /// An amount that every device takes and most drawers hold, to the hundredth at the most.
    pub(super) fn usual(&mut self) -> String {
        match self.below(12) {
            0..=2 => (2 + self.below(900)).to_string(),
            3..=5 => self.hundredths(200, 90_000),
            6 => self.hundredths(100_000, 300_000),
            // A limit of a firmware's own may lie anywhere.
            7 => (1000 + self.below(9000)).to_string(),
            8 => self.hundredths(1_000_000, 10_000_000),
            9 => self.hundredths(10_000_000, 100_000_000),
            10 => self.hundredths(100_000_000, 250_000_000),
            _ => self.pick(&["800.90", "1000000", "15000000", "4.35", "2500000.07", "1001"]).to_owned(),
        }
    }

    /// One with more than two decimals.
    pub(super) fn fraction(&mut self) -> String {
        let hundredths = self.hundredths(200, 50_000);
        match self.below(5) {
            0 | 1 => format!("{hundredths}5"),
            2 => self.pick(&TRAPS).to_owned(),
            3 => format!("{hundredths}{}", self.pick(&[4, 6, 9, 1])),
            _ => format!("{hundredths}{}", self.pick(&["49", "51", "999", "500"])),
        }
    }

    /// One of both, a fraction every third time.
    pub(super) fn amount(&mut self) -> String {
        if self.below(3) == 0 { self.fraction() } else { self.usual() }
    }

    /// Some letters of each of the three alphabets.
    pub(super) fn letters(&mut self) -> String {
        let russian = ["Ж", "я", "Ё", "й", "ш", "Ю", "ы", "б"];
        let kazakh = ["Ә", "ғ", "Қ", "ң", "Ө", "ұ", "Ү", "һ", "І", "ә", "қ", "ө", "ү", "і"];
        let latin = ["A", "z", "Q", "w"];
        let mut all: Vec<&str> = vec![self.pick(&latin)];
        all.extend((0..2).map(|_| self.pick(&russian)));
        all.extend((0..2).map(|_| self.pick(&kazakh)));
        all.concat()
    }

    /// A small whole or halved amount.
    pub(super) fn small(&mut self) -> String {
        match self.below(3) {
            0 => self.hundredths(200, 30_000),
            _ => (2 + self.below(400)).to_string(),
        }
    }
}
