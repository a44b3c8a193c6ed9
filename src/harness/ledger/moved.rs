//! By how much the books moved, against what was expected.

use super::reading::{Figure, Reading};
use super::rounding::Rounding;
use crate::suite::moves::Addend;
use ikkm_protocol::Registration;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// What moved, by the names of `moves:`.
pub type Expected = [(String, Vec<Addend>)];

/// A figure that did not move as expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// The figure.
    pub figure: Figure,
    /// Its value before.
    pub before: Decimal,
    /// The value it should have.
    pub expected: Decimal,
    /// The value it has.
    pub found: Decimal,
}

/// What a comparison came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Comparison {
    /// Everything moved as expected, under each of these ways of rounding.
    Agrees(Vec<Rounding>),
    /// Under no way of rounding did everything move as expected; the nearest one's differences.
    Differs(Vec<Mismatch>),
}

/// Compares two readings with what was expected to move between them.
pub fn compare(before: &Reading, after: &Reading, expected: &Expected) -> Comparison {
    let mut agreeing = Vec::new();
    let mut nearest: Option<Vec<Mismatch>> = None;
    for mode in Rounding::ALL {
        let mismatches = mismatches(before, after, expected, mode);
        if mismatches.is_empty() {
            agreeing.push(mode);
        } else if nearest.as_ref().is_none_or(|best| mismatches.len() < best.len()) {
            nearest = Some(mismatches);
        }
    }
    match nearest {
        Some(mismatches) if agreeing.is_empty() => Comparison::Differs(mismatches),
        _ => Comparison::Agrees(agreeing),
    }
}

fn mismatches(before: &Reading, after: &Reading, expected: &Expected, mode: Rounding) -> Vec<Mismatch> {
    let deltas = deltas(expected, mode);
    let new_shift = before.shift != after.shift;
    let mut found = Vec::new();
    for (figure, &value) in &after.figures {
        let base = match before.figures.get(figure) {
            // A shift that was opened in between began with nothing.
            _ if new_shift && figure.of_shift() => Decimal::ZERO,
            // Whether a count of all receipts goes on over a new shift is not said.
            _ if new_shift && matches!(figure, Figure::AllReceipts(_)) => continue,
            Some(base) => *base,
            None => continue,
        };
        let expected = base + deltas.get(figure).copied().unwrap_or_default();
        if expected != value {
            found.push(Mismatch { figure: *figure, before: base, expected, found: value });
        }
    }
    found
}

/// What each figure moves by, when these amounts move.
fn deltas(expected: &Expected, mode: Rounding) -> BTreeMap<Figure, Decimal> {
    let mut deltas = BTreeMap::new();
    let mut add = |figure, amount| *deltas.entry(figure).or_insert(Decimal::ZERO) += amount;
    for (name, addends) in expected {
        for addend in addends {
            let amount = if addend.rounded { mode.apply(addend.amount, 2) } else { addend.amount };
            match name.as_str() {
                "drawer" => {
                    add(Figure::Drawer, amount);
                    add(Figure::ReportDrawer, amount);
                }
                "cash-in" => {
                    add(Figure::CashIn, amount);
                    add(Figure::CashInCount, Decimal::ONE);
                }
                "cash-out" => {
                    add(Figure::CashOut, amount);
                    add(Figure::CashOutCount, Decimal::ONE);
                }
                other => {
                    if let Some(kind) = Registration::from_wire(other) {
                        add(Figure::Fiscal(kind), amount);
                        add(Figure::ShiftSum(kind), amount);
                        add(Figure::ShiftReceipts(kind), Decimal::ONE);
                        add(Figure::AllReceipts(kind), Decimal::ONE);
                    }
                }
            }
        }
    }
    deltas
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::moves;

    fn reading(shift: u64, figures: &[(Figure, &str)]) -> Reading {
        let figures = figures.iter().map(|(figure, text)| (*figure, text.parse().unwrap())).collect();
        Reading { shift, open: true, figures }
    }

    fn expected(list: &[(&str, &str)]) -> Vec<(String, Vec<Addend>)> {
        list.iter().map(|(name, text)| (name.to_string(), moves::parse(text).unwrap())).collect()
    }

    const SALE: Figure = Figure::Fiscal(Registration::Sale);
    const COUNT: Figure = Figure::ShiftReceipts(Registration::Sale);

    #[test]
    fn named_figures_move_and_others_stay() {
        let before = reading(1, &[(SALE, "100"), (COUNT, "1"), (Figure::Drawer, "50")]);
        let after = reading(1, &[(SALE, "900.00"), (COUNT, "2"), (Figure::Drawer, "850")]);
        let moved = expected(&[("sale", "800"), ("drawer", "800")]);
        assert_eq!(compare(&before, &after, &moved), Comparison::Agrees(Rounding::ALL.to_vec()));
        let Comparison::Differs(list) = compare(&before, &after, &expected(&[("sale", "800")])) else {
            panic!()
        };
        assert_eq!(list.len(), 1);
        assert_eq!(
            (list[0].figure, list[0].expected, list[0].found),
            (Figure::Drawer, 50.into(), 850.into())
        );
        assert!(matches!(compare(&before, &after, &[]), Comparison::Differs(list) if list.len() == 3));
    }

    #[test]
    fn one_way_of_rounding_must_explain_all_figures() {
        let before = reading(1, &[(SALE, "0"), (Figure::Drawer, "0")]);
        let moved = expected(&[("sale", "round(100.005)"), ("drawer", "round(100.005)")]);
        let up = reading(1, &[(SALE, "100.01"), (Figure::Drawer, "100.01")]);
        assert_eq!(
            compare(&before, &up, &moved),
            Comparison::Agrees(vec![Rounding::HalfUp, Rounding::Ceiling])
        );
        let mixed = reading(1, &[(SALE, "100.01"), (Figure::Drawer, "100.00")]);
        assert!(matches!(compare(&before, &mixed, &moved), Comparison::Differs(_)));
    }

    #[test]
    fn a_new_shift_begins_with_nothing() {
        let before = reading(1, &[(COUNT, "7"), (SALE, "100")]);
        let after = reading(2, &[(COUNT, "1"), (SALE, "110")]);
        assert!(matches!(compare(&before, &after, &expected(&[("sale", "10")])), Comparison::Agrees(_)));
    }
}
