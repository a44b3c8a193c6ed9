//! Payments and taxes (v22 §5.1).

use super::Defect;
use super::texts::{LIMIT, hundredths, name, plain_number, text};
use super::tools::{drop, edit};
use crate::emulator::behaviour::Entry;
use crate::emulator::circumstances::Operation;
use crate::emulator::refusal;
use crate::protocol::PayKind;
use crate::protocol::Registration;
use rust_decimal::Decimal;

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
];
