//! The ways in which a device may round (v22 §3, Q-WIRE-1), learnt from what it shows.

use rust_decimal::{Decimal, RoundingStrategy};
use std::fmt;

/// How a device rounds a positive amount to hundredths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rounding {
    /// A half goes up.
    HalfUp,
    /// A half goes to the even neighbour.
    HalfEven,
    /// A half goes down.
    HalfDown,
    /// What is over is cut off.
    Truncate,
    /// Anything over goes up.
    Ceiling,
}

impl Rounding {
    /// All five, as Q-WIRE-1 lists them.
    pub const ALL: [Rounding; 5] =
        [Rounding::HalfUp, Rounding::HalfEven, Rounding::HalfDown, Rounding::Truncate, Rounding::Ceiling];

    /// Rounds to so many places.
    pub fn apply(self, value: Decimal, places: u32) -> Decimal {
        let strategy = match self {
            Rounding::HalfUp => RoundingStrategy::MidpointAwayFromZero,
            Rounding::HalfEven => RoundingStrategy::MidpointNearestEven,
            Rounding::HalfDown => RoundingStrategy::MidpointTowardZero,
            Rounding::Truncate => RoundingStrategy::ToZero,
            Rounding::Ceiling => RoundingStrategy::AwayFromZero,
        };
        value.round_dp_with_strategy(places, strategy)
    }

    /// The register's name for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Rounding::HalfUp => "half-up",
            Rounding::HalfEven => "half-even",
            Rounding::HalfDown => "half-down",
            Rounding::Truncate => "truncate",
            Rounding::Ceiling => "ceiling",
        }
    }
}

/// The ways of rounding that explain everything seen so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Learnt {
    modes: Vec<Rounding>,
}

impl Default for Learnt {
    fn default() -> Learnt {
        Learnt { modes: Rounding::ALL.to_vec() }
    }
}

impl Learnt {
    /// Keeps only the ways that explain one more observation. `false` when none of those that were
    /// left does; then nothing is forgotten, and the observation contradicts an earlier one.
    pub fn narrow(&mut self, explains: impl Fn(Rounding) -> bool) -> bool {
        let left: Vec<Rounding> = self.modes.iter().copied().filter(|mode| explains(*mode)).collect();
        if left.is_empty() {
            return false;
        }
        self.modes = left;
        true
    }

    /// The ways that are left.
    pub fn modes(&self) -> &[Rounding] {
        &self.modes
    }

    /// The one way that is left, if it is one.
    pub fn answer(&self) -> Option<Rounding> {
        match self.modes.as_slice() {
            [mode] => Some(*mode),
            _ => None,
        }
    }
}

impl fmt::Display for Learnt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.modes.iter().map(|mode| mode.as_str()).collect();
        f.write_str(&names.join(" or "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cents(mode: Rounding, text: &str) -> String {
        mode.apply(text.parse().unwrap(), 2).normalize().to_string()
    }

    #[test]
    fn the_five_ways_differ_where_the_register_says() {
        let rows = [
            (Rounding::HalfUp, ["1.01", "1.02", "1", "1.01"]),
            (Rounding::HalfEven, ["1", "1.02", "1", "1.01"]),
            (Rounding::HalfDown, ["1", "1.01", "1", "1.01"]),
            (Rounding::Truncate, ["1", "1.01", "1", "1"]),
            (Rounding::Ceiling, ["1.01", "1.02", "1.01", "1.01"]),
        ];
        for (mode, expected) in rows {
            let found = ["1.005", "1.015", "1.004", "1.006"].map(|text| cents(mode, text));
            assert_eq!(found, expected, "{mode:?}");
        }
    }

    #[test]
    fn learning_ends_with_one_way_and_notices_a_contradiction() {
        let mut learnt = Learnt::default();
        assert!(learnt.narrow(|mode| cents(mode, "1.005") == "1.01"));
        assert_eq!(learnt.to_string(), "half-up or ceiling");
        assert!(learnt.narrow(|mode| cents(mode, "1.004") == "1"));
        assert_eq!(learnt.answer(), Some(Rounding::HalfUp));
        assert!(!learnt.narrow(|mode| mode == Rounding::Truncate));
        assert_eq!(learnt.answer(), Some(Rounding::HalfUp));
    }
}
