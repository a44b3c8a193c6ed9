//! What a refusal leaves behind, and which types are refused (v22 §5.1).

use super::Defect;
use super::tools::{count_one, drop};
use crate::behaviour::Entry;
use crate::circumstances::Operation;
use ikkm_protocol::Registration;
use rust_decimal::Decimal;

pub(super) const DEFECTS: &[Defect] = &[
    Defect {
        name: "books/not-counted-after-refusal",
        about: "the registration after a refusal is not counted",
        requirements: &["REG-2", "REG-8"],
        seen: "the shift's receipts after a refusal and a sale",
        change: |b| {
            b.prescribed.enters = |c, p| {
                let entry = p.entry();
                if c.after_refusal { Entry { count: 0, ..entry } } else { entry }
            }
        },
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
];
