//! Numbers of receipts and shifts (v22 §5.1, §5.3).

use super::Defect;
use crate::circumstances::Operation;

pub(super) const DEFECTS: &[Defect] = &[
    Defect {
        name: "books/number-again-after-x-report",
        about: "after an X report the last number is given again",
        requirements: &["REG-3"],
        seen: "the number after an X report",
        change: |b| {
            b.prescribed.numbers = |c, last| {
                if c.previous == Operation::XReport && c.operation == Operation::Register {
                    last
                } else {
                    last + 1
                }
            }
        },
    },
    Defect {
        name: "books/number-drops",
        about: "every twentieth receipt has a lower number",
        requirements: &["REG-3", "REG-10"],
        seen: "the numbers of many receipts",
        change: |b| {
            b.prescribed.numbers =
                |c, last| if c.times(Operation::Register) % 20 == 19 { last - 1 } else { last + 1 }
        },
    },
    Defect {
        name: "books/number-skips",
        about: "every seventh receipt skips a number",
        requirements: &["REG-10"],
        seen: "the numbers of consecutive receipts",
        change: |b| {
            b.prescribed.numbers =
                |c, last| if c.times(Operation::Register) % 7 == 6 { last + 2 } else { last + 1 }
        },
    },
    Defect {
        name: "books/number-skips-after-refusal",
        about: "a refusal takes a number",
        requirements: &["REG-10", "REG-8"],
        seen: "the number after a refused registration",
        change: |b| b.prescribed.numbers = |c, last| if c.after_refusal { last + 2 } else { last + 1 },
    },
    Defect {
        name: "books/shift-keeps-number",
        about: "a new shift has the number of the one before",
        requirements: &["REG-9", "SHIFT-2", "CHK-4"],
        seen: "the shift's number after a Z report and a sale",
        change: |b| {
            b.prescribed.begins_shift = |_, shift, before| {
                if let Some(before) = before {
                    shift.id = before.id
                }
            }
        },
    },
    Defect {
        name: "books/shift-keeps-sums",
        about: "a new shift begins with the sums of the one before",
        requirements: &["REG-9", "SHIFT-2", "REG-2", "DUMP-7"],
        seen: "the report of a new shift",
        change: |b| {
            b.prescribed.begins_shift = |_, shift, before| {
                if let Some(before) = before {
                    shift.sums = before.sums
                }
            }
        },
    },
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
