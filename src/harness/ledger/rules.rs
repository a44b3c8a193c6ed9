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
    /// What a tax on top joins (Q-TAX-1).
    pub tax: TaxOnTop,
    /// A Z report pays the drawer out (Q-SHIFT-1).
    pub z_pays_out: bool,
    /// Of a parameter given twice the last counts, else the first (Q-WIRE-4).
    pub last_counts: bool,
}

/// With a tax on top each figure moves by total plus tax or by the total: which is open, figure by
/// figure (Q-TAX-1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaxOnTop {
    /// The fiscal totals count it.
    pub fiscal: bool,
    /// The shift's sums count it.
    pub sums: bool,
    /// The rows of receipts hold it.
    pub rows: bool,
    /// The drawer holds it.
    pub drawer: bool,
}

impl TaxOnTop {
    /// All figures alike.
    const fn everywhere(joins: bool) -> TaxOnTop {
        TaxOnTop { fiscal: joins, sums: joins, rows: joins, drawer: joins }
    }

    /// Every figure by itself.
    fn all() -> impl Iterator<Item = TaxOnTop> {
        (0..16_u8).map(|bits| TaxOnTop {
            fiscal: bits & 1 != 0,
            sums: bits & 2 != 0,
            rows: bits & 4 != 0,
            drawer: bits & 8 != 0,
        })
    }
}

impl Rules {
    /// Every set of answers, the figures of a tax on top all alike; `whole` where the device's
    /// `roudingRule` is not `no`.
    pub fn all(whole: bool) -> Vec<Rules> {
        let mut all = Vec::new();
        let places: &[u32] = if whole { &[2, 0] } else { &[2] };
        for rounding in Rounding::ALL {
            for &places in places {
                for bits in 0..8_u8 {
                    all.push(Rules {
                        rounding,
                        places,
                        tax: TaxOnTop::everywhere(bits & 1 != 0),
                        z_pays_out: bits & 2 != 0,
                        last_counts: bits & 4 != 0,
                    });
                }
            }
        }
        all
    }

    /// These sets, with every answer to what a tax on top joins: for a device that has such a tax.
    pub fn by_figure(rules: &[Rules]) -> Vec<Rules> {
        let mut all = Vec::new();
        for one in rules {
            for tax in TaxOnTop::all() {
                let one = Rules { tax, ..*one };
                if !all.contains(&one) {
                    all.push(one);
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
        assert_eq!(Rules::by_figure(&all).len(), 320);
    }
}
