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
    /// With a tax on top, which figures move by total plus tax, and which by the total (Q-TAX-1).
    pub tax: TaxJoins,
    /// A Z report pays the drawer out (Q-SHIFT-1).
    pub z_pays_out: bool,
    /// Of a parameter given twice the last counts, else the first (Q-WIRE-4).
    pub last_counts: bool,
}

/// Which figures a tax on top joins: each is asked for itself, and keeps its answer within a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TaxJoins {
    /// The fiscal totals.
    pub fiscal: bool,
    /// The shift's sums.
    pub sums: bool,
    /// The rows of receipts.
    pub rows: bool,
    /// The drawer.
    pub drawer: bool,
}

impl TaxJoins {
    /// Every set of answers.
    pub fn all() -> impl Iterator<Item = TaxJoins> {
        (0..16_u8).map(|bits| TaxJoins {
            fiscal: bits & 1 != 0,
            sums: bits & 2 != 0,
            rows: bits & 4 != 0,
            drawer: bits & 8 != 0,
        })
    }
}

impl Rules {
    /// Every set of answers but those about a tax on top, which tell nothing where there is none; `whole` where the device's `roudingRule` is not `no`.
    pub fn all(whole: bool) -> Vec<Rules> {
        let mut all = Vec::new();
        let places: &[u32] = if whole { &[2, 0] } else { &[2] };
        for rounding in Rounding::ALL {
            for &places in places {
                for bits in 0..4_u8 {
                    all.push(Rules {
                        rounding,
                        places,
                        tax: TaxJoins::default(),
                        z_pays_out: bits & 1 != 0,
                        last_counts: bits & 2 != 0,
                    });
                }
            }
        }
        all
    }

    /// The same with every set of answers about a tax on top.
    pub fn with_taxes(self) -> impl Iterator<Item = Rules> {
        TaxJoins::all().map(move |tax| Rules { tax, ..self })
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
        assert_eq!(all.len(), 20);
        assert_eq!(all[0].with_taxes().count(), 16);
        assert!(all.iter().all(|rules| all.iter().filter(|other| *other == rules).count() == 1));
        assert_eq!(Rules::all(true).len(), 40);
    }
}
