//! Taxes (v22 §5.1, §9.1).

use super::Defect;
use super::texts::{hundredths, plain_number, text};
use super::tools::{document, drop, edit, taxes};
use crate::behaviour::Entry;
use crate::circumstances::Operation;
use ikkm_protocol::Registration;
use rust_decimal::Decimal;

pub(super) const DEFECTS: &[Defect] = &[
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
