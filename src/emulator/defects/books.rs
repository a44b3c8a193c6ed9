//! Sums, counts and numbers that go wrong (v22 §5.1, §9.2).

use super::Defect;
use super::tools::{count_one, drop};
use crate::emulator::behaviour::Entry;
use crate::emulator::circumstances::Operation;
use crate::emulator::refusal;
use crate::protocol::Registration;
use rust_decimal::Decimal;

pub(super) const DEFECTS: &[Defect] = &[
    Defect {
        name: "books/buy-return-refused",
        about: "a buyReturn is not taken",
        requirements: &["REG-1"],
        seen: "a buyReturn",
        change: |b| {
            b.prescribed.hears =
                |_, p| if p.get("buyReturn").is_some() { Err(refusal::CHECK_ALL) } else { Ok(()) }
        },
    },
    Defect {
        name: "books/sale-return-as-buy-return",
        about: "a saleReturn is booked as a buyReturn",
        requirements: &["REG-1", "REG-2"],
        seen: "fiscal data after a saleReturn",
        change: |b| {
            b.prescribed.enters = |_, p| {
                let entry = p.entry();
                if p.kind == Registration::SaleReturn {
                    Entry { as_kind: Registration::BuyReturn, ..entry }
                } else {
                    entry
                }
            }
        },
    },
    Defect {
        name: "books/buy-as-sale",
        about: "a buy is booked as a sale",
        requirements: &["REG-1", "REG-2"],
        seen: "fiscal data after a buy",
        change: |b| {
            b.prescribed.enters = |_, p| {
                let entry = p.entry();
                if p.kind == Registration::Buy {
                    Entry { as_kind: Registration::Sale, ..entry }
                } else {
                    entry
                }
            }
        },
    },
    Defect {
        name: "books/no-fiscal-sale",
        about: "a sale does not reach the fiscal memory",
        requirements: &["REG-2", "DUMP-7"],
        seen: "fiscal data after it",
        change: |b| {
            b.prescribed.enters = |_, p| {
                let entry = p.entry();
                if p.kind == Registration::Sale { Entry { fiscal: Decimal::ZERO, ..entry } } else { entry }
            }
        },
    },
    Defect {
        name: "books/no-fiscal-buy",
        about: "a buy does not reach the fiscal memory",
        requirements: &["REG-2", "DUMP-7"],
        seen: "fiscal data after it",
        change: |b| {
            b.prescribed.enters = |_, p| {
                let entry = p.entry();
                if p.kind == Registration::Buy { Entry { fiscal: Decimal::ZERO, ..entry } } else { entry }
            }
        },
    },
    Defect {
        name: "books/no-fiscal-sale-return",
        about: "a sale-return does not reach the fiscal memory",
        requirements: &["REG-2", "DUMP-7"],
        seen: "fiscal data after it",
        change: |b| {
            b.prescribed.enters = |_, p| {
                let entry = p.entry();
                if p.kind == Registration::SaleReturn {
                    Entry { fiscal: Decimal::ZERO, ..entry }
                } else {
                    entry
                }
            }
        },
    },
    Defect {
        name: "books/no-fiscal-buy-return",
        about: "a buy-return does not reach the fiscal memory",
        requirements: &["REG-2", "DUMP-7"],
        seen: "fiscal data after it",
        change: |b| {
            b.prescribed.enters = |_, p| {
                let entry = p.entry();
                if p.kind == Registration::BuyReturn {
                    Entry { fiscal: Decimal::ZERO, ..entry }
                } else {
                    entry
                }
            }
        },
    },
    Defect {
        name: "books/no-shift-sum-buy",
        about: "a buy does not reach the shift's sum",
        requirements: &["REG-2", "DUMP-7"],
        seen: "the shift report after it",
        change: |b| {
            b.prescribed.enters = |_, p| {
                let entry = p.entry();
                if p.kind == Registration::Buy { Entry { sum: Decimal::ZERO, ..entry } } else { entry }
            }
        },
    },
    Defect {
        name: "books/no-shift-sum-buy-return",
        about: "a buy-return does not reach the shift's sum",
        requirements: &["REG-2", "DUMP-7"],
        seen: "the shift report after it",
        change: |b| {
            b.prescribed.enters = |_, p| {
                let entry = p.entry();
                if p.kind == Registration::BuyReturn { Entry { sum: Decimal::ZERO, ..entry } } else { entry }
            }
        },
    },
    Defect {
        name: "books/no-count-sale-return",
        about: "a saleReturn is not counted in the shift",
        requirements: &["REG-2"],
        seen: "the shift's receipts after it",
        change: |b| {
            b.prescribed.enters = |_, p| {
                let entry = p.entry();
                if p.kind == Registration::SaleReturn { Entry { count: 0, ..entry } } else { entry }
            }
        },
    },
    Defect {
        name: "books/no-total-count-buy",
        about: "a buy is missing in the count of all receipts",
        requirements: &["REG-2"],
        seen: "totalBuyCheques after it",
        change: |b| {
            b.prescribed.enters = |_, p| {
                let entry = p.entry();
                if p.kind == Registration::Buy { Entry { total_count: 0, ..entry } } else { entry }
            }
        },
    },
    Defect {
        name: "books/mixed-counts-twice",
        about: "a sale paid in two ways counts as two receipts",
        requirements: &["REG-2"],
        seen: "the shift's receipts after a mixed sale",
        change: |b| {
            b.prescribed.enters = |_, p| {
                let entry = p.entry();
                if p.payments > 1 { Entry { count: 2, ..entry } } else { entry }
            }
        },
    },
    Defect {
        name: "books/three-payments-lose-sum",
        about: "a sale paid in three ways is missing in the shift's sum",
        requirements: &["REG-2", "DUMP-7", "PAY-5"],
        seen: "the shift report after three payments",
        change: |b| {
            b.prescribed.enters = |_, p| {
                let entry = p.entry();
                if p.payments > 2 { Entry { sum: Decimal::ZERO, ..entry } } else { entry }
            }
        },
    },
    Defect {
        name: "books/large-totals-lost",
        about: "totals above 10 million do not reach the shift's sum",
        requirements: &["REG-2"],
        seen: "the shift report after 20 000 000",
        change: |b| {
            b.prescribed.enters = |_, p| {
                let entry = p.entry();
                if p.total > Decimal::from(10_000_000) {
                    Entry { sum: Decimal::ZERO, ..entry }
                } else {
                    entry
                }
            }
        },
    },
    Defect {
        name: "books/fraction-lost-in-fiscal",
        about: "the fiscal memory keeps whole tenge",
        requirements: &["REG-2", "WIRE-6", "DUMP-7"],
        seen: "fiscal data after a total with hundredths",
        change: |b| {
            b.prescribed.enters = |_, p| {
                let entry = p.entry();
                Entry { fiscal: p.total.trunc(), ..entry }
            }
        },
    },
    Defect {
        name: "books/fraction-lost-in-return",
        about: "the shift's sum of returns keeps whole tenge",
        requirements: &["REG-2", "WIRE-6", "DUMP-7"],
        seen: "the shift report after a return with hundredths",
        change: |b| {
            b.prescribed.enters = |_, p| {
                let entry = p.entry();
                if p.kind == Registration::SaleReturn {
                    Entry { sum: p.total.trunc(), ..entry }
                } else {
                    entry
                }
            }
        },
    },
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
        name: "books/not-booked-after-x-report",
        about: "the registration after an X report misses the shift's sum",
        requirements: &["REG-2", "SHIFT-1"],
        seen: "the shift report after an X report and a sale",
        change: |b| {
            b.prescribed.enters = |c, p| {
                let entry = p.entry();
                if c.previous == Operation::XReport { Entry { sum: Decimal::ZERO, ..entry } } else { entry }
            }
        },
    },
    Defect {
        name: "books/many-rows-lose-sum",
        about: "a receipt of more than 50 positions misses the fiscal memory",
        requirements: &["REG-2", "ITEM-3", "ITEM-4"],
        seen: "fiscal data after 80 positions",
        change: |b| {
            b.prescribed.enters = |_, p| {
                let entry = p.entry();
                if p.rows > 50 { Entry { fiscal: Decimal::ZERO, ..entry } } else { entry }
            }
        },
    },
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
];
