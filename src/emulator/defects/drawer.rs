//! What payments do to the drawer (v22 §5.1).

use super::Defect;
use super::texts::name;
use crate::behaviour::Entry;
use crate::circumstances::Operation;
use crate::refusal;
use ikkm_protocol::Registration;
use rust_decimal::Decimal;

pub(super) const DEFECTS: &[Defect] = &[
    Defect {
        name: "payments/credit-is-cash",
        about: "credit is booked as cash",
        requirements: &["PAY-16", "PAY-2"],
        seen: "the drawer after a sale on credit",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if p.get("cash").is_none() {
                    name(p, "credit", "cash")
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "payments/change-stays",
        about: "the drawer takes all cash of a sale, change included",
        requirements: &["PAY-3", "PAY-16", "DUMP-7"],
        seen: "the drawer after a sale with change",
        change: |b| {
            b.prescribed.enters = |_, p| {
                let entry = p.entry();
                if p.kind == Registration::Sale && p.tendered > p.cash && p.payments == 1 {
                    Entry { drawer: p.tendered, ..entry }
                } else {
                    entry
                }
            }
        },
    },
    Defect {
        name: "payments/large-change-stays",
        about: "change above 1000 stays in the drawer",
        requirements: &["PAY-3", "PAY-16", "DUMP-7"],
        seen: "the drawer after a sale with large change",
        change: |b| {
            b.prescribed.enters = |_, p| {
                let entry = p.entry();
                if p.tendered - p.cash > Decimal::ONE_THOUSAND {
                    Entry { drawer: p.tendered, ..entry }
                } else {
                    entry
                }
            }
        },
    },
    Defect {
        name: "payments/mixed-change-stays",
        about: "change of a mixed sale stays in the drawer",
        requirements: &["PAY-5", "PAY-3", "PAY-16", "DUMP-7"],
        seen: "the drawer after a mixed sale with change",
        change: |b| {
            b.prescribed.enters = |_, p| {
                let entry = p.entry();
                if p.payments > 1 && p.tendered > p.cash {
                    Entry { drawer: p.tendered, ..entry }
                } else {
                    entry
                }
            }
        },
    },
    Defect {
        name: "payments/mixed-total-in-drawer",
        about: "a mixed sale moves the drawer by its whole total",
        requirements: &["PAY-5", "PAY-16", "DUMP-7"],
        seen: "the drawer after a mixed sale",
        change: |b| {
            b.prescribed.enters = |_, p| {
                let entry = p.entry();
                if p.payments > 1 && p.cash > Decimal::ZERO {
                    Entry { drawer: p.total, ..entry }
                } else {
                    entry
                }
            }
        },
    },
    Defect {
        name: "payments/drawer-below-zero",
        about: "cash that is not there is paid out",
        requirements: &["PAY-13", "ERR-no-cash-in-pos"],
        seen: "a buy above the drawer",
        change: |b| {
            b.prescribed.bars =
                |c, r| !(c.operation == Operation::Register && r == refusal::NO_CASH_IN_DRAWER)
        },
    },
    Defect {
        name: "payments/card-in-drawer",
        about: "a card sale moves the drawer",
        requirements: &["PAY-16", "DUMP-7"],
        seen: "the drawer after a card sale",
        change: |b| {
            b.prescribed.enters = |_, p| {
                let entry = p.entry();
                if p.kind == Registration::Sale && p.cash.is_zero() && p.payments == 1 {
                    Entry { drawer: p.total, ..entry }
                } else {
                    entry
                }
            }
        },
    },
    Defect {
        name: "payments/card-return-from-drawer",
        about: "a saleReturn by card is paid out of the drawer",
        requirements: &["PAY-16", "DUMP-7"],
        seen: "the drawer after a card saleReturn",
        change: |b| {
            b.prescribed.enters = |_, p| {
                let entry = p.entry();
                if p.kind == Registration::SaleReturn && p.cash.is_zero() {
                    Entry { drawer: -p.total, ..entry }
                } else {
                    entry
                }
            }
        },
    },
    Defect {
        name: "payments/buy-return-lowers",
        about: "a cash buyReturn lowers the drawer",
        requirements: &["PAY-16", "DUMP-7"],
        seen: "the drawer after a cash buyReturn",
        change: |b| {
            b.prescribed.enters = |_, p| {
                let entry = p.entry();
                if p.kind == Registration::BuyReturn { Entry { drawer: -p.cash, ..entry } } else { entry }
            }
        },
    },
    Defect {
        name: "payments/buy-leaves-drawer",
        about: "a cash buy leaves the drawer alone",
        requirements: &["PAY-16", "DUMP-7"],
        seen: "the drawer after a cash buy",
        change: |b| {
            b.prescribed.enters = |_, p| {
                let entry = p.entry();
                if p.kind == Registration::Buy { Entry { drawer: Decimal::ZERO, ..entry } } else { entry }
            }
        },
    },
];
