//! Sums, counts and numbers that go wrong (v22 §5.1, §9.2). Continued.

use super::Defect;

pub(super) const DEFECTS: &[Defect] = &[
    Defect {
        name: "books/shift-keeps-cash-in",
        about: "a new shift begins with the deposits of the one before",
        requirements: &["DUMP-7", "SHIFT-2", "CASH-1", "REG-9"],
        seen: "cashInTotal of a new shift",
        change: |b| {
            b.prescribed.begins_shift = |_, shift, before| {
                if let Some(before) = before {
                    shift.cash_in = before.cash_in
                }
            }
        },
    },
    Defect {
        name: "books/opening-fiscal-stale",
        about: "a new shift's opening data are those of the shift before",
        requirements: &["DUMP-7", "DUMP-5"],
        seen: "fiscalDataOnShiftOpen of a new shift",
        change: |b| {
            b.prescribed.begins_shift = |_, shift, before| {
                if let Some(before) = before {
                    shift.fiscal_at_open = before.fiscal_at_open
                }
            }
        },
    },
];
