//! Payments and taxes (v22 §5.1). Continued.

use super::Defect;
use super::texts::{LIMIT, hundredths, plain_number, text};
use super::tools::{drop, edit};
use crate::emulator::behaviour::Entry;
use crate::emulator::circumstances::Operation;
use crate::emulator::refusal;
use crate::protocol::Registration;
use rust_decimal::Decimal;

pub(super) const DEFECTS: &[Defect] = &[
    Defect {
        name: "payments/bank-above-buy",
        about: "a bank payment above a buy is taken down to it",
        requirements: &["PAY-8"],
        seen: "a single payment above the total",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if let (Some(total), Some(paid), None) =
                    (hundredths(p, "buy"), hundredths(p, "bank"), p.get("cash"))
                    && paid > total
                    && paid <= LIMIT
                {
                    edit(p, "bank", |_| text(total))
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "payments/mixed-buy",
        about: "a buy may be paid in two ways",
        requirements: &["PAY-9", "ERR-no-mixed-payment-allowed", "PAY-10"],
        seen: "a mixed buy",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if let (Some(total), Some(cash), Some(bank)) =
                    (hundredths(p, "buy"), hundredths(p, "cash"), hundredths(p, "bank"))
                    && cash + bank == total
                {
                    drop(p, "cash");
                    edit(p, "bank", |_| text(total))
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "payments/mixed-sale-return",
        about: "a sale-return may be paid in two ways",
        requirements: &["PAY-9", "ERR-no-mixed-payment-allowed", "PAY-10"],
        seen: "a mixed sale-return",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if let (Some(total), Some(cash), Some(bank)) =
                    (hundredths(p, "saleReturn"), hundredths(p, "cash"), hundredths(p, "bank"))
                    && cash + bank == total
                {
                    drop(p, "cash");
                    edit(p, "bank", |_| text(total))
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "payments/mixed-buy-return",
        about: "a buy-return may be paid in two ways",
        requirements: &["PAY-9", "ERR-no-mixed-payment-allowed", "PAY-10"],
        seen: "a mixed buy-return",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if let (Some(total), Some(cash), Some(bank)) =
                    (hundredths(p, "buyReturn"), hundredths(p, "cash"), hundredths(p, "bank"))
                    && cash + bank == total
                {
                    drop(p, "cash");
                    edit(p, "bank", |_| text(total))
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "payments/change-in-sale-return",
        about: "a sale-return gives change",
        requirements: &["PAY-10", "ERR-change-not-allowed"],
        seen: "a sale-return with cash above it",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if let (Some(total), Some(cash)) = (hundredths(p, "saleReturn"), hundredths(p, "cash"))
                    && cash > total
                {
                    edit(p, "cash", |_| text(total))
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "payments/short-sale-return",
        about: "a sale-return takes less cash than its total",
        requirements: &["PAY-10", "ERR-cash-lq-sale", "PAY-4"],
        seen: "a sale-return with cash below it",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if let (Some(total), Some(cash)) = (hundredths(p, "saleReturn"), hundredths(p, "cash"))
                    && cash < total
                {
                    edit(p, "cash", |_| text(total))
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "payments/change-in-buy-return",
        about: "a buy-return gives change",
        requirements: &["PAY-10", "ERR-change-not-allowed"],
        seen: "a buy-return with cash above it",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if let (Some(total), Some(cash)) = (hundredths(p, "buyReturn"), hundredths(p, "cash"))
                    && cash > total
                {
                    edit(p, "cash", |_| text(total))
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "payments/short-buy-return",
        about: "a buy-return takes less cash than its total",
        requirements: &["PAY-10", "ERR-cash-lq-sale", "PAY-4"],
        seen: "a buy-return with cash below it",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if let (Some(total), Some(cash)) = (hundredths(p, "buyReturn"), hundredths(p, "cash"))
                    && cash < total
                {
                    edit(p, "cash", |_| text(total))
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "payments/bank-of-letters",
        about: "a bank payment that is no number is overlooked",
        requirements: &["PAY-11", "ERR-bank-param-error", "WIRE-5"],
        seen: "letters as that payment",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if p.get("bank").is_some_and(|t| !plain_number(t)) {
                    drop(p, "bank")
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "payments/tara-of-letters",
        about: "a tara payment that is no number is overlooked",
        requirements: &["PAY-11", "ERR-tara-param-error", "WIRE-5"],
        seen: "letters as that payment",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if p.get("tara").is_some_and(|t| !plain_number(t)) {
                    drop(p, "tara")
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "payments/credit-of-letters",
        about: "a credit payment that is no number is overlooked",
        requirements: &["PAY-11", "ERR-credit-param-error", "WIRE-5"],
        seen: "letters as that payment",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if p.get("credit").is_some_and(|t| !plain_number(t)) {
                    drop(p, "credit")
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "payments/cash-of-letters",
        about: "cash that is no number is taken as the total",
        requirements: &["PAY-11", "ERR-cache-param-error", "WIRE-5"],
        seen: "letters as cash of a sale",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if p.get("cash").is_some_and(|t| !plain_number(t))
                    && let Some(total) = hundredths(p, "sale")
                {
                    edit(p, "cash", |_| text(total))
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "payments/credit-range-unchecked",
        about: "a credit payment above 20 000 000 is only too much for the sale",
        requirements: &["PAY-12", "ERR-credit-not-in-range", "WIRE-9"],
        seen: "credit of 20000000.01",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if hundredths(p, "credit") > Some(LIMIT) {
                    edit(p, "credit", |_| text(LIMIT))
                };
                Ok(())
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
        name: "payments/mixed-setting-ignored",
        about: "mixed payment is taken though the settings forbid it",
        requirements: &["PAY-14", "ERR-no-mixed-payment-allowed"],
        seen: "a mixed sale with mixed payment off",
        change: |b| b.prescribed.bars = |_, r| !(r == refusal::NO_MIXED_PAYMENT),
    },
    Defect {
        name: "payments/card-short",
        about: "a card payment short of the sale is taken",
        requirements: &["PAY-15"],
        seen: "a sale with too small a card payment",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if let (Some(total), Some(bank), None) =
                    (hundredths(p, "sale"), hundredths(p, "bank"), p.get("cash"))
                    && bank < total
                    && ["tara", "credit"].iter().all(|n| p.get(n).is_none())
                {
                    edit(p, "bank", |_| text(total))
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "payments/mixed-short",
        about: "a mixed sale paid short is taken",
        requirements: &["PAY-15"],
        seen: "a mixed sale with too small payments",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if let (Some(total), Some(bank), Some(cash)) =
                    (hundredths(p, "sale"), hundredths(p, "bank"), hundredths(p, "cash"))
                    && bank + cash < total
                {
                    edit(p, "cash", |_| text(total - bank))
                };
                Ok(())
            }
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
