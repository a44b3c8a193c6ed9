//! How amounts and quantities are rounded (v22 §3).

use super::Defect;
use super::texts::{CENT, cut, many_decimals, map_part, whole_quantity};
use super::tools::{document, each, edit, rename, set, shorten, without};
use crate::behaviour::{CashEntry, Entry, RoundingRule};
use crate::circumstances::Operation;
use crate::printer::Part;
use crate::refusal;
use ikkm_protocol::Registration;
use rust_decimal::Decimal;

pub(super) const DEFECTS: &[Defect] = &[
    Defect {
        name: "limits/no-third-decimal",
        about: "a total of three decimals is no number",
        requirements: &["WIRE-6"],
        seen: "a total with three decimals",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if many_decimals(p, "sale", 2) {
                    Err(refusal::total_no_number(Registration::Sale))
                } else {
                    Ok(())
                }
            }
        },
    },
    Defect {
        name: "limits/whole-tenge",
        about: "amounts are rounded to whole tenge though roudingRule says no",
        requirements: &["WIRE-6", "REG-2"],
        seen: "the books after 100.40",
        change: |b| {
            b.numbers.rule = RoundingRule::Whole;
            b.prescribed
                .transformers
                .push(|e, a| document(e, a, "/getInfo", |v| set(v, "roudingRule", "no")));
        },
    },
    Defect {
        name: "limits/tenths",
        about: "a total of three decimals is brought to tenths",
        requirements: &["WIRE-6"],
        seen: "the books after a total with three decimals",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if many_decimals(p, "sale", 2) {
                    edit(p, "sale", |t| cut(t, 1))
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "limits/deposit-truncates",
        about: "deposits are truncated where totals are rounded",
        requirements: &["WIRE-6", "Q-WIRE-1"],
        seen: "a deposit with three decimals beside a sale",
        change: |b| {
            b.prescribed.hears = |c, p| {
                if c.operation == Operation::Deposit {
                    edit(p, "cash", |t| cut(t, 2))
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "limits/returns-round-up",
        about: "totals of saleReturn are rounded up where others are rounded to the nearest",
        requirements: &["WIRE-6"],
        seen: "a saleReturn of three decimals",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if many_decimals(p, "saleReturn", 2) {
                    edit(p, "saleReturn", |t| format!("{}9", cut(t, 2)));
                    edit(p, "cash", |t| format!("{}9", cut(t, 2)));
                    edit(p, "bank", |t| format!("{}9", cut(t, 2)))
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "limits/binary-fractions",
        about: "totals that end in 29 hundredths are booked one hundredth short, as binary fractions make them",
        requirements: &["REG-2", "WIRE-6"],
        seen: "the books after a total ending in .29",
        change: |b| {
            b.prescribed.enters = |_, p| {
                let entry = p.entry();
                if p.total.fract() == Decimal::new(29, 2) {
                    Entry { fiscal: p.total - CENT, sum: p.total - CENT, ..entry }
                } else {
                    entry
                }
            }
        },
    },
    Defect {
        name: "limits/drawer-in-floats",
        about: "the drawer loses a hundredth on totals that end in 57",
        requirements: &["REG-2", "PAY-16", "PAY-3", "DUMP-7"],
        seen: "the drawer after a total ending in .57",
        change: |b| {
            b.prescribed.enters = |_, p| {
                let entry = p.entry();
                if p.total.fract() == Decimal::new(57, 2) && entry.drawer > CENT {
                    Entry { drawer: entry.drawer - CENT, ..entry }
                } else {
                    entry
                }
            }
        },
    },
    Defect {
        name: "limits/quantity-two-decimals",
        about: "quantities in cheques have two decimals",
        requirements: &["WIRE-7", "ITEM-8", "DUMP-3", "DUMP-7"],
        seen: "qty in cheques",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/cheques", |v| {
                    each(v, |v| {
                        if let Some(rows) = v.get_mut("chequeSales") {
                            each(rows, |row| shorten(row, "qty", 2))
                        }
                    })
                })
            })
        },
    },
    Defect {
        name: "limits/quantity-two-decimals-in-sales",
        about: "quantities in sales have two decimals",
        requirements: &["WIRE-7", "ITEM-8", "DUMP-4", "DUMP-7"],
        seen: "qty in sales",
        change: |b| {
            b.prescribed
                .transformers
                .push(|e, a| document(e, a, "/sales", |v| each(v, |v| shorten(v, "qty", 2))))
        },
    },
    Defect {
        name: "limits/quantity-two-decimals-online",
        about: "quantities online have two decimals",
        requirements: &["WIRE-7", "ITEM-8", "ITEM-3"],
        seen: "qty in messages",
        change: |b| {
            b.prescribed.sends = |_, mut m| {
                m.positions.iter_mut().for_each(|one| one.qty = cut(&one.qty, 2));
                Some(m)
            }
        },
    },
    Defect {
        name: "limits/quantity-whole-on-paper",
        about: "fractions of a quantity are not printed",
        requirements: &["WIRE-7", "ITEM-8"],
        seen: "the tape after a quantity of 1.234",
        change: |b| b.prescribed.prints = |_, _, lines| map_part(lines, Part::Row, whole_quantity),
    },
    Defect {
        name: "limits/rounding-rule-spelt-right",
        about: "getInfo says roundingRule",
        requirements: &["WIRE-8", "CHK-2"],
        seen: "the field's name in getInfo",
        change: |b| {
            b.prescribed
                .transformers
                .push(|e, a| document(e, a, "/getInfo", |v| rename(v, "roudingRule", "roundingRule")))
        },
    },
    Defect {
        name: "limits/no-rounding-rule",
        about: "getInfo says nothing of rounding",
        requirements: &["WIRE-8", "CHK-2"],
        seen: "the field in getInfo",
        change: |b| {
            b.prescribed.transformers.push(|e, a| document(e, a, "/getInfo", |v| without(v, "roudingRule")))
        },
    },
    Defect {
        name: "cash/deposit-in-whole-tenge",
        about: "deposits lose their hundredths",
        requirements: &["CASH-1", "WIRE-6"],
        seen: "the drawer after a deposit with hundredths",
        change: |b| {
            b.prescribed.moves_cash = |_, into, sum| CashEntry::of(into, if into { sum.trunc() } else { sum })
        },
    },
];
