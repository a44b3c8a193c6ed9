//! Sums and counts that go wrong (v22 §5.1, §9.2).

use super::Defect;
use crate::behaviour::Entry;
use crate::circumstances::Operation;
use crate::refusal;
use ikkm_protocol::Registration;
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
];
