//! Sums, counts and numbers that go wrong (v22 §5.1, §9.2). Continued.

use super::Defect;
use super::tools::{count_one, drop};
use crate::emulator::circumstances::Operation;
use crate::protocol::Registration;
use rust_decimal::Decimal;

pub(super) const DEFECTS: &[Defect] = &[
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
        name: "books/two-types-take-first",
        about: "of two types the first is taken",
        requirements: &["REG-7", "ERR-check-all-params"],
        seen: "a request with sale and buy",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if p.get("sale").is_some() {
                    drop(p, "buy");
                    drop(p, "saleReturn");
                    drop(p, "buyReturn")
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "books/two-returns-taken",
        about: "of two returns the first is taken",
        requirements: &["REG-7", "ERR-check-all-params"],
        seen: "a request with saleReturn and buyReturn",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if p.get("saleReturn").is_some() {
                    drop(p, "buyReturn")
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "books/no-type-is-sale",
        about: "without a type the payment is a sale",
        requirements: &["REG-7", "ERR-check-all-params"],
        seen: "a request without a type",
        change: |b| {
            b.prescribed.hears = |c, p| {
                if c.operation == Operation::Register
                    && Registration::ALL.iter().all(|k| p.get(k.wire()).is_none())
                    && let Some(cash) = p.get("cash").map(str::to_owned)
                {
                    p.push("sale", cash)
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "books/refused-short-cash-counts",
        about: "a sale refused for too little cash is counted",
        requirements: &["REG-8", "PAY-4"],
        seen: "the shift's receipts after cash-lq-sale",
        change: |b| {
            b.prescribed.leaves_books = |_, r, books| {
                if r.reason == "cash-lq-sale" {
                    count_one(books)
                }
            }
        },
    },
    Defect {
        name: "books/refused-mixed-in-drawer",
        about: "cash of a sale refused as covered stays in the drawer",
        requirements: &["REG-8", "PAY-6"],
        seen: "the drawer after no-cache-hq-sale",
        change: |b| {
            b.prescribed.leaves_books = |_, r, books| {
                if r.reason == "no-cache-hq-sale" {
                    books.drawer += Decimal::ONE_HUNDRED
                }
            }
        },
    },
    Defect {
        name: "books/refused-tax-counts",
        about: "a sale refused for its tax is in the fiscal memory",
        requirements: &["REG-8", "TAX-4"],
        seen: "fiscal data after tax-not-found",
        change: |b| {
            b.prescribed.leaves_books = |_, r, books| {
                if r.reason == "tax-not-found" {
                    books.fiscal[Registration::Sale] += Decimal::ONE
                }
            }
        },
    },
    Defect {
        name: "books/refused-items-count",
        about: "a sale with broken items is counted",
        requirements: &["REG-8", "ITEM-2"],
        seen: "the shift's receipts after -17",
        change: |b| {
            b.prescribed.leaves_books = |_, r, books| {
                if r.code == -17 {
                    count_one(books)
                }
            }
        },
    },
    Defect {
        name: "books/refused-withdrawal-lowers",
        about: "a withdrawal above the drawer empties it",
        requirements: &["CASH-4", "REG-8"],
        seen: "the drawer after no-cash-in-pos",
        change: |b| {
            b.prescribed.leaves_books = |c, r, books| {
                if r.reason == "no-cash-in-pos" && c.operation == Operation::Withdraw {
                    books.drawer = Decimal::ZERO
                }
            }
        },
    },
    Defect {
        name: "books/refused-out-of-paper-counts",
        about: "a sale refused without paper is booked",
        requirements: &["REG-8", "PRN-8", "ERR-check-printer-or-batt"],
        seen: "fiscal data after check-printer-or-batt",
        change: |b| {
            b.prescribed.leaves_books = |c, r, books| {
                if r.reason == "check-printer-or-batt" && c.operation == Operation::Register {
                    books.fiscal[Registration::Sale] += Decimal::ONE_HUNDRED
                }
            }
        },
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
