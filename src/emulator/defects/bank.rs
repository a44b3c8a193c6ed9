//! Card operations (v22 §6.1).

use super::Defect;
use super::texts::{CARD, many_decimals, plain_number};
use super::tools::{drop, edit};
use crate::circumstances::Operation;
use crate::refusal;

pub(super) const DEFECTS: &[Defect] = &[
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
