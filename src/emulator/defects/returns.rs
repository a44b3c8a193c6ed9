//! Payments of buys and returns (v22 §5.1).

use super::Defect;
use super::texts::{LIMIT, hundredths, text};
use super::tools::{drop, edit};
use ikkm_protocol::PayKind;

pub(super) const DEFECTS: &[Defect] = &[
    Defect {
        name: "payments/none-in-return-is-cash",
        about: "a saleReturn without payment is paid in cash",
        requirements: &["PAY-1", "ERR-payment-params-missed"],
        seen: "a saleReturn without payment",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if PayKind::ALL.iter().all(|k| p.get(k.wire()).is_none())
                    && let Some(total) = p.get("saleReturn").map(str::to_owned)
                {
                    p.push("cash", total)
                };
                Ok(())
            }
        },
    },
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
];
