//! Cash, shifts and cards (v22 §5.3, §6). Continued.

use super::Defect;
use super::texts::{CARD, many_decimals, plain_number};
use super::tools::{details, document, drop, edit, set};
use crate::emulator::behaviour::ZAnswer;
use crate::emulator::circumstances::Operation;
use crate::emulator::refusal;
use rust_decimal::Decimal;
use serde_json::Value;

pub(super) const DEFECTS: &[Defect] = &[
    Defect {
        name: "shift/any-cashier",
        about: "a registration goes into another cashier's shift",
        requirements: &["SHIFT-5", "ERR-wrong-cashier"],
        seen: "a sale in another's shift",
        change: |b| b.prescribed.bars = |_, r| !(r == refusal::WRONG_CASHIER),
    },
    Defect {
        name: "shift/anyone-reads",
        about: "reports are shown to ordinary cashiers",
        requirements: &["DUMP-8", "SHIFT-6", "ERR-only-master-cashier"],
        seen: "a report for an ordinary cashier",
        change: |b| b.prescribed.bars = |c, r| !(c.operation == Operation::Dump && r == refusal::SENIOR_ONLY),
    },
    Defect {
        name: "shift/not-busy-in-z",
        about: "other requests are served while a Z report runs",
        requirements: &["SHIFT-7"],
        seen: "a request while a Z report runs",
        change: |b| {
            b.shift.z_answer = ZAnswer::AtStart;
            b.prescribed.bars = |_, r| r != refusal::BUSY;
        },
    },
    Defect {
        name: "shift/fast-is-slow",
        about: "fast timers make the Z report slower",
        requirements: &["SHIFT-8"],
        seen: "the time of a Z report with fast timers",
        change: |b| {
            b.shift.z_answer = ZAnswer::AtStart;
            b.shift.z_seconds = (8, 40);
        },
    },
    Defect {
        name: "bank/no-refund",
        about: "refund is an unknown card operation",
        requirements: &["BANK-1"],
        seen: "apibank with message=refund",
        change: |b| {
            b.prescribed.hears = |c, p| {
                if c.operation == Operation::Bank && p.get("message") == Some("refund") {
                    Err(refusal::CHECK_ALL)
                } else {
                    Ok(())
                }
            }
        },
    },
    Defect {
        name: "bank/no-reversal",
        about: "reversal is an unknown card operation",
        requirements: &["BANK-1"],
        seen: "apibank with message=reversal",
        change: |b| {
            b.prescribed.hears = |c, p| {
                if c.operation == Operation::Bank && p.get("message") == Some("reversal") {
                    Err(refusal::CHECK_ALL)
                } else {
                    Ok(())
                }
            }
        },
    },
    Defect {
        name: "bank/no-reconciliation",
        about: "reconciliation is an unknown card operation",
        requirements: &["BANK-1"],
        seen: "apibank with message=reconciliation",
        change: |b| {
            b.prescribed.hears = |c, p| {
                if c.operation == Operation::Bank && p.get("message") == Some("reconciliation") {
                    Err(refusal::CHECK_ALL)
                } else {
                    Ok(())
                }
            }
        },
    },
    Defect {
        name: "bank/reason-misspelt",
        about: "a card operation is answered bank-opened",
        requirements: &["BANK-1", "WIRE-10"],
        seen: "the reason phrase of apibank",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.circumstances.operation == Operation::Bank && a.status == 200 {
                    a.reason = b"bank-opened".to_vec();
                }
            })
        },
    },
    Defect {
        name: "bank/fraction-refused",
        about: "a card amount with hundredths is refused",
        requirements: &["BANK-1"],
        seen: "apibank with 150.50",
        change: |b| {
            b.prescribed.hears = |c, p| {
                if c.operation == Operation::Bank && many_decimals(p, "amount", 0) {
                    Err(refusal::CHECK_ALL)
                } else {
                    Ok(())
                }
            }
        },
    },
    Defect {
        name: "bank/not-busy-for-sales",
        about: "registrations go on while a card operation runs",
        requirements: &["BANK-2", "ERR-code-2"],
        seen: "a sale while a card operation runs",
        change: |b| b.prescribed.bars = |c, r| !(c.operation == Operation::Register && r == refusal::BUSY),
    },
    Defect {
        name: "bank/not-busy-for-status",
        about: "the status is 0 while a card operation runs",
        requirements: &["BANK-2", "ERR-code-2"],
        seen: "a status while a card operation runs",
        change: |b| b.prescribed.bars = |c, r| !(c.operation == Operation::Check && r == refusal::BUSY),
    },
    Defect {
        name: "bank/second-starts",
        about: "a second card operation starts beside the first",
        requirements: &["BANK-2", "ERR-code-2"],
        seen: "apibank while a card operation runs",
        change: |b| b.prescribed.bars = |c, r| !(c.operation == Operation::Bank && r == refusal::BUSY),
    },
    Defect {
        name: "bank/total-of-all",
        about: "totalAmount holds failed operations too",
        requirements: &["BANK-3"],
        seen: "totalAmount after a failure",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/trackdocument", |v| {
                    let sum: Decimal = details(v)
                        .iter()
                        .filter_map(|d| d.get("amount")?.as_str()?.parse::<Decimal>().ok())
                        .sum();
                    set(v, "totalAmount", sum.to_string())
                })
            })
        },
    },
    Defect {
        name: "bank/success-is-ok",
        about: "transactionResult is ok instead of success",
        requirements: &["BANK-3", "BANK-6"],
        seen: "transactionResult",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/trackdocument", |v| {
                    if v.get("transactionResult").and_then(Value::as_str) == Some("success") {
                        set(v, "transactionResult", "ok")
                    }
                })
            })
        },
    },
    Defect {
        name: "bank/found-is-one",
        about: "foundTransactions is always 1",
        requirements: &["BANK-3", "BANK-5"],
        seen: "foundTransactions after two operations",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/trackdocument", |v| {
                    if !details(v).is_empty() {
                        set(v, "foundTransactions", "1")
                    }
                })
            })
        },
    },
    Defect {
        name: "bank/details-of-last",
        about: "details hold the last operation only",
        requirements: &["BANK-5", "BANK-3"],
        seen: "details after two operations under one number",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/trackdocument", |v| {
                    if let Some(list) = v.get_mut("details").and_then(Value::as_array_mut) {
                        let last = list.len().saturating_sub(1);
                        list.drain(..last);
                    }
                })
            })
        },
    },
    Defect {
        name: "bank/amount-in-hundredths",
        about: "totalAmount is in hundredths",
        requirements: &["BANK-3"],
        seen: "totalAmount",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/trackdocument", |v| {
                    let digits = v.get("totalAmount").and_then(Value::as_str).unwrap_or("").replace('.', "");
                    set(v, "totalAmount", digits)
                })
            })
        },
    },
    Defect {
        name: "bank/any-message",
        about: "an unknown message is a purchase",
        requirements: &["BANK-4"],
        seen: "apibank with an unknown message",
        change: |b| {
            b.prescribed.hears =
                |c, p| {
                    if c.operation == Operation::Bank {
                        edit(p, "message", |m| {
                            if CARD.contains(&m) { m.to_owned() } else { "purchase".to_owned() }
                        })
                    };
                    Ok(())
                }
        },
    },
    Defect {
        name: "bank/amount-of-letters",
        about: "a card amount is read up to its first letter",
        requirements: &["BANK-4"],
        seen: "apibank with an amount of letters",
        change: |b| {
            b.prescribed.hears = |c, p| {
                if c.operation == Operation::Bank {
                    edit(p, "amount", |t| if plain_number(t) { t.to_owned() } else { "1".to_owned() })
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "bank/track-zero",
        about: "trackdocument 0 is taken",
        requirements: &["BANK-4"],
        seen: "apibank with trackdocument 0",
        change: |b| {
            b.prescribed.hears = |c, p| {
                if c.operation == Operation::Bank && p.get("trackdocument") == Some("0") {
                    drop(p, "trackdocument")
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "bank/track-too-large",
        about: "trackdocument above 999999999 is taken",
        requirements: &["BANK-4"],
        seen: "apibank with trackdocument 1000000000",
        change: |b| {
            b.prescribed.hears = |c, p| {
                if c.operation == Operation::Bank && p.get("trackdocument") == Some("1000000000") {
                    drop(p, "trackdocument")
                };
                Ok(())
            }
        },
    },
];
