//! Payments and taxes (v22 §5.1). Continued.

use super::Defect;
use super::texts::{hundredths, plain_number, text};
use super::tools::{document, drop, edit, taxes};
use crate::emulator::behaviour::Entry;
use crate::emulator::circumstances::Operation;
use crate::emulator::refusal;
use crate::protocol::Registration;
use rust_decimal::Decimal;

pub(super) const DEFECTS: &[Defect] = &[
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
    Defect {
        name: "tax/ignored",
        about: "the tax of a request is overlooked",
        requirements: &["TAX-1"],
        seen: "the tax of a receipt with another tax",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if p.get("tax").is_some_and(|t| ["1", "2", "3"].contains(&t)) {
                    drop(p, "tax")
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "tax/ignored-in-buy",
        about: "the tax of a buy is overlooked",
        requirements: &["TAX-1"],
        seen: "the tax of a buy with another tax",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if p.get("buy").is_some() && p.get("tax").is_some_and(|t| ["1", "2", "3"].contains(&t)) {
                    drop(p, "tax")
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "tax/last-refused",
        about: "the last tax of the directory is refused",
        requirements: &["TAX-1"],
        seen: "a sale under each tax",
        change: |b| {
            b.prescribed.hears =
                |_, p| if p.get("tax") == Some("3") { Err(refusal::TAX_UNKNOWN) } else { Ok(()) }
        },
    },
    Defect {
        name: "tax/other-default",
        about: "without a tax the second one is booked",
        requirements: &["TAX-2"],
        seen: "the tax of a receipt without one",
        change: |b| {
            b.prescribed.hears = |c, p| {
                if c.operation == Operation::Register && p.get("tax").is_none() {
                    p.push("tax", "2")
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "tax/other-default-in-returns",
        about: "without a tax a saleReturn is booked under the second one",
        requirements: &["TAX-2"],
        seen: "the tax of a saleReturn without one",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if p.get("saleReturn").is_some() && p.get("tax").is_none() {
                    p.push("tax", "2")
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "tax/letters-are-default",
        about: "a tax that is no number is the default one",
        requirements: &["TAX-3", "ERR-tax-invlid-num"],
        seen: "a tax of letters",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if p.get("tax").is_some_and(|t| !plain_number(t)) {
                    drop(p, "tax")
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "tax/unknown-is-default",
        about: "an unknown tax is the default one",
        requirements: &["TAX-4", "ERR-tax-not-found"],
        seen: "a tax id that is not in the directory",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if p.get("tax").is_some_and(|t| plain_number(t) && !["1", "2", "3"].contains(&t)) {
                    drop(p, "tax")
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "tax/on-top-not-asked-for",
        about: "cash for the total alone pays a tax on top too",
        requirements: &["TAX-5", "ERR-cash-lq-tax"],
        seen: "a sale with a tax on top, paid without it",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if let (Some(total), Some(cash)) = (hundredths(p, "sale"), hundredths(p, "cash"))
                    && total == cash
                {
                    edit(p, "cash", |_| text(total * 2))
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "tax/of-the-gross",
        about: "an included tax is the rate of the turnover",
        requirements: &["TAX-6"],
        seen: "taxDetails of reportwithtax",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/reportwithtax", |v| {
                    taxes(v, |turnover, percent| turnover * percent / Decimal::ONE_HUNDRED)
                })
            })
        },
    },
    Defect {
        name: "tax/whole-tenge",
        about: "an included tax is shown in whole tenge",
        requirements: &["TAX-6"],
        seen: "taxDetails of reportwithtax",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/reportwithtax", |v| {
                    taxes(v, |turnover, percent| {
                        (turnover * percent / (Decimal::ONE_HUNDRED + percent)).trunc()
                    })
                })
            })
        },
    },
    Defect {
        name: "tax/turnover-without-buys",
        about: "the turnover under a tax leaves buys out",
        requirements: &["TAX-1", "TAX-2", "DUMP-7", "TAX-6"],
        seen: "turnover of reportwithtax after a buy",
        change: |b| {
            b.prescribed.enters = |_, p| {
                let entry = p.entry();
                if p.kind == Registration::Buy { Entry { turnover: Decimal::ZERO, ..entry } } else { entry }
            }
        },
    },
];
