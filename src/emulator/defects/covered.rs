//! Payments above the total (v22 §5.1, §11.2).

use super::Defect;
use super::texts::{LIMIT, hundredths, text};
use super::tools::{drop, edit};

pub(super) const DEFECTS: &[Defect] = &[
    Defect {
        name: "payments/cash-on-covered",
        about: "cash beside a card payment that covers the sale is overlooked",
        requirements: &["PAY-6", "ERR-no-cache-hq-sale"],
        seen: "a covered sale with cash",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if let (Some(total), Some(bank)) = (hundredths(p, "sale"), hundredths(p, "bank"))
                    && bank >= total
                    && p.get("cash").is_some()
                {
                    drop(p, "cash")
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "payments/cash-on-exactly-covered",
        about: "cash is overlooked where tara is exactly the total",
        requirements: &["PAY-6", "ERR-no-cache-hq-sale"],
        seen: "a sale covered by tara, with cash",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if hundredths(p, "sale").is_some() && hundredths(p, "sale") == hundredths(p, "tara") {
                    drop(p, "cash")
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "payments/two-non-cash-above",
        about: "a card and a credit payment above the total are taken down to it",
        requirements: &["PAY-7", "ERR-bank-tara-credit-hq-sale"],
        seen: "a sale with two payments above it",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if let (Some(total), Some(bank), Some(credit)) =
                    (hundredths(p, "sale"), hundredths(p, "bank"), hundredths(p, "credit"))
                    && bank < total
                    && bank + credit > total
                {
                    edit(p, "credit", |_| text(total - bank))
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "payments/bank-and-tara-above",
        about: "a card and a tara payment above the total are taken down to it",
        requirements: &["PAY-7", "ERR-bank-tara-credit-hq-sale"],
        seen: "a sale with two payments above it",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if let (Some(total), Some(bank), Some(tara)) =
                    (hundredths(p, "sale"), hundredths(p, "bank"), hundredths(p, "tara"))
                    && bank < total
                    && bank + tara > total
                {
                    edit(p, "tara", |_| text(total - bank))
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "payments/bank-above-sale",
        about: "a bank payment above a sale is taken down to it",
        requirements: &["PAY-8", "ERR-bank-hq-sale"],
        seen: "a single payment above the total",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if let (Some(total), Some(paid), None) =
                    (hundredths(p, "sale"), hundredths(p, "bank"), p.get("cash"))
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
        name: "payments/tara-above-sale",
        about: "a tara payment above a sale is taken down to it",
        requirements: &["PAY-8", "ERR-tara-hq-sale"],
        seen: "a single payment above the total",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if let (Some(total), Some(paid), None) =
                    (hundredths(p, "sale"), hundredths(p, "tara"), p.get("cash"))
                    && paid > total
                    && paid <= LIMIT
                {
                    edit(p, "tara", |_| text(total))
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "payments/credit-above-sale",
        about: "a credit payment above a sale is taken down to it",
        requirements: &["PAY-8", "ERR-credit-hq-sale"],
        seen: "a single payment above the total",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if let (Some(total), Some(paid), None) =
                    (hundredths(p, "sale"), hundredths(p, "credit"), p.get("cash"))
                    && paid > total
                    && paid <= LIMIT
                {
                    edit(p, "credit", |_| text(total))
                };
                Ok(())
            }
        },
    },
];
