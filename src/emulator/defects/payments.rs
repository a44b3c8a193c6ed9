//! Which payments of a sale are taken (v22 §5.1).

use super::Defect;
use super::texts::{hundredths, text};
use super::tools::{drop, edit};
use crate::circumstances::Operation;
use crate::refusal;
use ikkm_protocol::PayKind;

pub(super) const DEFECTS: &[Defect] = &[
    Defect {
        name: "payments/none-is-cash",
        about: "a sale without payment is paid in cash",
        requirements: &["PAY-1", "ERR-payment-params-missed"],
        seen: "a sale without payment",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if PayKind::ALL.iter().all(|k| p.get(k.wire()).is_none())
                    && let Some(sale) = p.get("sale").map(str::to_owned)
                {
                    p.push("cash", sale)
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "payments/tara-unknown",
        about: "tara is no payment",
        requirements: &["PAY-2"],
        seen: "a sale paid with tara",
        change: |b| {
            b.prescribed.hears = |c, p| {
                if c.operation == Operation::Register {
                    drop(p, "tara")
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "payments/bank-refused",
        about: "a sale by card alone is refused",
        requirements: &["PAY-2"],
        seen: "a sale paid by card",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if p.get("sale").is_some() && p.get("bank").is_some() && p.get("bank") == p.get("sale") {
                    Err(refusal::NO_MIXED_PAYMENT)
                } else {
                    Ok(())
                }
            }
        },
    },
    Defect {
        name: "payments/change-refused",
        about: "a sale with change is refused",
        requirements: &["PAY-3"],
        seen: "a sale with more cash than its total",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if p.get("bank").is_none()
                    && p.get("sale").is_some()
                    && hundredths(p, "cash") > hundredths(p, "sale")
                {
                    Err(refusal::NO_CHANGE)
                } else {
                    Ok(())
                }
            }
        },
    },
    Defect {
        name: "payments/cash-hundredth-short",
        about: "cash one hundredth short is taken",
        requirements: &["PAY-4", "ERR-cash-lq-sale"],
        seen: "a sale paid one hundredth short",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if let (Some(total), Some(cash)) = (hundredths(p, "sale"), hundredths(p, "cash"))
                    && total - cash == 1
                {
                    edit(p, "cash", |_| text(total))
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "payments/cash-short-taken-in-large-sale",
        about: "cash short of a total above 1000 is taken",
        requirements: &["PAY-4", "ERR-cash-lq-sale"],
        seen: "a large sale paid short",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if let (Some(total), Some(cash)) = (hundredths(p, "sale"), hundredths(p, "cash"))
                    && p.get("bank").is_none()
                    && total >= 100_000
                    && cash < total
                {
                    edit(p, "cash", |_| text(total))
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "payments/mixed-refused",
        about: "every mixed sale is refused",
        requirements: &["PAY-5"],
        seen: "a sale paid in cash and by card",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if p.get("sale").is_some()
                    && PayKind::ALL.iter().filter(|k| p.get(k.wire()).is_some()).count() > 1
                {
                    Err(refusal::NO_MIXED_PAYMENT)
                } else {
                    Ok(())
                }
            }
        },
    },
    Defect {
        name: "payments/three-ways-refused",
        about: "a sale paid in three ways is refused",
        requirements: &["PAY-5"],
        seen: "a sale paid in cash, by card and with tara",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if PayKind::ALL.iter().filter(|k| p.get(k.wire()).is_some()).count() > 2
                    && p.get("sale").is_some()
                {
                    Err(refusal::CHECK_ALL)
                } else {
                    Ok(())
                }
            }
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
];
