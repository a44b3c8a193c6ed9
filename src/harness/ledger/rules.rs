//! The open questions that the books depend on, as sets of answers. A ledger begins with every set
//! and keeps those that explain what the device shows; none left is a finding.

use super::rounding::Rounding;
use rust_decimal::Decimal;

/// One set of answers to the open questions that move figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// How amounts are rounded (Q-WIRE-1).
    pub rounding: Rounding,
    /// To how many places: two, or none where `roudingRule` is not `no` (Q-WIRE-8).
    pub places: u32,
    /// With a tax on top the books move by total plus tax, else by the total (Q-TAX-1).
    pub tax_joins: bool,
    /// A Z report pays the drawer out (Q-SHIFT-1).
    pub z_pays_out: bool,
    /// Of a parameter given twice the last counts, else the first (Q-WIRE-4).
    pub last_counts: bool,
}

impl Rules {
    /// Every set of answers; `whole` where the device's `roudingRule` is not `no`.
    pub fn all(whole: bool) -> Vec<Rules> {
        let mut all = Vec::new();
        let places: &[u32] = if whole { &[2, 0] } else { &[2] };
        for rounding in Rounding::ALL {
            for &places in places {
                for bits in 0..8_u8 {
                    all.push(Rules {
                        rounding,
                        places,
                        tax_joins: bits & 1 != 0,
                        z_pays_out: bits & 2 != 0,
                        last_counts: bits & 4 != 0,
                    });
                }
            }
        }
        all
    }

    /// Rounds an amount as this device does.
    pub fn round(&self, amount: Decimal) -> Decimal {
        self.rounding.apply(amount, self.places)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_set_is_there_once() {
        let all = Rules::all(false);
        assert_eq!(all.len(), 40);
        assert!(all.iter().all(|rules| all.iter().filter(|other| *other == rules).count() == 1));
        assert_eq!(Rules::all(true).len(), 80);
    }
}
