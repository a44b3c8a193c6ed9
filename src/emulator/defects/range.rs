//! The least and the greatest number (v22 §3, §5.1).

use super::Defect;
use super::texts::{LIMIT, clamp_items, hundredths, text};
use super::tools::edit;
use crate::behaviour::OddItems;
use crate::circumstances::Operation;
use crate::refusal;
use ikkm_protocol::{PayKind, Registration};

pub(super) const DEFECTS: &[Defect] = &[
    Defect {
        name: "limits/exact-limit-refused-in-sale",
        about: "exactly 20 000 000 is refused as sale",
        requirements: &["WIRE-9", "REG-6"],
        seen: "20000000 at that place",
        change: |b| {
            b.prescribed.hears = |c, p| {
                if c.operation == Operation::Register && hundredths(p, "sale") == Some(LIMIT) {
                    Err(refusal::total_above_limit(Registration::Sale))
                } else {
                    Ok(())
                }
            }
        },
    },
    Defect {
        name: "limits/exact-limit-refused-in-buy-return",
        about: "exactly 20 000 000 is refused as buy-return",
        requirements: &["WIRE-9", "REG-6"],
        seen: "20000000 at that place",
        change: |b| {
            b.prescribed.hears = |c, p| {
                if c.operation == Operation::Register && hundredths(p, "buyReturn") == Some(LIMIT) {
                    Err(refusal::total_above_limit(Registration::Sale))
                } else {
                    Ok(())
                }
            }
        },
    },
    Defect {
        name: "limits/exact-limit-refused-in-bank",
        about: "exactly 20 000 000 is refused as bank",
        requirements: &["WIRE-9", "PAY-12"],
        seen: "20000000 at that place",
        change: |b| {
            b.prescribed.hears = |c, p| {
                if c.operation == Operation::Register && hundredths(p, "bank") == Some(LIMIT) {
                    Err(refusal::payment_out_of_range(PayKind::Bank))
                } else {
                    Ok(())
                }
            }
        },
    },
    Defect {
        name: "limits/exact-limit-refused-in-deposit",
        about: "exactly 20 000 000 is refused as deposit",
        requirements: &["WIRE-9", "CASH-3"],
        seen: "20000000 at that place",
        change: |b| {
            b.prescribed.hears = |c, p| {
                if c.operation == Operation::Deposit && hundredths(p, "cash") == Some(LIMIT) {
                    Err(refusal::CASH_OUT_OF_RANGE)
                } else {
                    Ok(())
                }
            }
        },
    },
    Defect {
        name: "limits/over-limit-taken-in-sale",
        about: "more than 20 000 000 is taken down to it as sale",
        requirements: &["WIRE-9", "REG-6", "ERR-sale-hq-20mil"],
        seen: "20000000.01 at that place",
        change: |b| {
            b.prescribed.hears = |c, p| {
                if c.operation == Operation::Register && hundredths(p, "sale") > Some(LIMIT) {
                    edit(p, "sale", |_| text(LIMIT))
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "limits/over-limit-taken-in-buy",
        about: "more than 20 000 000 is taken down to it as buy",
        requirements: &["WIRE-9", "REG-6"],
        seen: "20000000.01 at that place",
        change: |b| {
            b.prescribed.hears = |c, p| {
                if c.operation == Operation::Register && hundredths(p, "buy") > Some(LIMIT) {
                    edit(p, "buy", |_| text(LIMIT))
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "limits/over-limit-taken-in-cash",
        about: "more than 20 000 000 is taken down to it as cash",
        requirements: &["WIRE-9", "PAY-12", "ERR-cache-not-in-range"],
        seen: "20000000.01 at that place",
        change: |b| {
            b.prescribed.hears = |c, p| {
                if c.operation == Operation::Register && hundredths(p, "cash") > Some(LIMIT) {
                    edit(p, "cash", |_| text(LIMIT))
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "limits/over-limit-taken-in-bank",
        about: "more than 20 000 000 is taken down to it as bank",
        requirements: &["WIRE-9", "PAY-12", "ERR-bank-not-in-range"],
        seen: "20000000.01 at that place",
        change: |b| {
            b.prescribed.hears = |c, p| {
                if c.operation == Operation::Register && hundredths(p, "bank") > Some(LIMIT) {
                    edit(p, "bank", |_| text(LIMIT))
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "limits/over-limit-taken-in-tara",
        about: "more than 20 000 000 is taken down to it as tara",
        requirements: &["WIRE-9", "PAY-12", "ERR-tara-not-in-range"],
        seen: "20000000.01 at that place",
        change: |b| {
            b.prescribed.hears = |c, p| {
                if c.operation == Operation::Register && hundredths(p, "tara") > Some(LIMIT) {
                    edit(p, "tara", |_| text(LIMIT))
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "limits/over-limit-taken-in-deposit",
        about: "more than 20 000 000 is taken down to it as deposit",
        requirements: &["WIRE-9", "CASH-3", "ERR-cache-not-in-range-cash"],
        seen: "20000000.01 at that place",
        change: |b| {
            b.prescribed.hears = |c, p| {
                if c.operation == Operation::Deposit && hundredths(p, "cash") > Some(LIMIT) {
                    edit(p, "cash", |_| text(LIMIT))
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "limits/over-limit-taken-in-withdrawal",
        about: "more than 20 000 000 is taken down to it as withdrawal",
        requirements: &["WIRE-9", "CASH-3", "ERR-cache-not-in-range-cash"],
        seen: "20000000.01 at that place",
        change: |b| {
            b.prescribed.hears = |c, p| {
                if c.operation == Operation::Withdraw && hundredths(p, "cash") > Some(LIMIT) {
                    edit(p, "cash", |_| text(LIMIT))
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "limits/card-amount-unlimited",
        about: "a card amount above 20 000 000 is taken",
        requirements: &["WIRE-15", "BANK-4"],
        seen: "20000000.01 in apibank",
        change: |b| {
            b.prescribed.hears = |c, p| {
                if c.operation == Operation::Bank && hundredths(p, "amount") > Some(LIMIT) {
                    edit(p, "amount", |_| text(LIMIT))
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "limits/item-price-unlimited",
        about: "an item's price above 20 000 000 is taken",
        requirements: &["WIRE-15"],
        seen: "itemdata with a price of 20000000.01",
        change: |b| {
            b.items.other_product = OddItems::Taken;
            b.items.other_sum = OddItems::Taken;
            b.prescribed.hears = |_, p| {
                edit(p, "itemdata", clamp_items);
                Ok(())
            }
        },
    },
    Defect {
        name: "limits/below-one-taken",
        about: "a total below 1 is taken as 1",
        requirements: &["REG-5", "ERR-sale-lq-one"],
        seen: "a sale of 0.99",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if hundredths(p, "sale").is_some_and(|h| (0..100).contains(&h)) {
                    edit(p, "sale", |_| text(100))
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "limits/below-one-taken-in-return",
        about: "a saleReturn below 1 is taken as 1",
        requirements: &["REG-5"],
        seen: "a saleReturn of 0.50",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if hundredths(p, "saleReturn").is_some_and(|h| (0..100).contains(&h)) {
                    for n in ["saleReturn", "cash", "bank"] {
                        edit(p, n, |_| text(100))
                    }
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "limits/zero-taken",
        about: "a total of 0 is taken as 1",
        requirements: &["REG-5"],
        seen: "a sale of 0",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if hundredths(p, "sale") == Some(0) {
                    edit(p, "sale", |_| text(100))
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "limits/one-refused",
        about: "a total of exactly 1 is refused",
        requirements: &["REG-5", "REG-1"],
        seen: "a sale of 1",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if hundredths(p, "sale") == Some(100) {
                    Err(refusal::total_below_one(Registration::Sale))
                } else {
                    Ok(())
                }
            }
        },
    },
    Defect {
        name: "limits/one-refused-in-buy",
        about: "a buy of exactly 1 is refused",
        requirements: &["REG-5", "REG-1"],
        seen: "a buy of 1",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if hundredths(p, "buy") == Some(100) {
                    Err(refusal::total_below_one(Registration::Sale))
                } else {
                    Ok(())
                }
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
