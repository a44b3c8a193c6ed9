//! When the key turns, and to what (v22 §4, §5.3).

use super::Defect;
use crate::circumstances::Operation;

pub(super) const DEFECTS: &[Defect] = &[
    Defect {
        name: "keys/same-again",
        about: "every fifth registration gives the same key again",
        requirements: &["KEY-3"],
        seen: "the keys of several registrations",
        change: |b| {
            b.prescribed.gives_key = |c, current, drawn| {
                if c.times(Operation::Register) % 5 == 4 { current.clone() } else { drawn }
            }
        },
    },
    Defect {
        name: "keys/zero-lost",
        about: "a key that begins with 0 is sent without it",
        requirements: &["KEY-3"],
        seen: "the length of the key, once in ten registrations",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.circumstances.operation == Operation::Register
                    && a.status == 200
                    && a.body.first() == Some(&b'0')
                {
                    a.body.remove(0);
                }
            })
        },
    },
    Defect {
        name: "keys/none-after-buy-return",
        about: "a buyReturn is answered 0 instead of a key",
        requirements: &["KEY-3", "WIRE-10"],
        seen: "the body of a buyReturn's answer",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.params.get("buyReturn").is_some() && a.status == 200 {
                    a.body = b"0".to_vec();
                }
            })
        },
    },
    Defect {
        name: "keys/ten-digits",
        about: "keys have ten digits",
        requirements: &["KEY-3"],
        seen: "the length of the key",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.circumstances.operation == Operation::Register && a.status == 200 {
                    a.body.extend(b"00");
                }
            })
        },
    },
    Defect {
        name: "keys/error-turns-key",
        about: "a refused registration turns the key",
        requirements: &["KEY-10"],
        seen: "the request after a refusal",
        change: |b| b.prescribed.turns_key = |c, ok| !ok && c.operation == Operation::Register,
    },
    Defect {
        name: "keys/refused-withdrawal-turns-key",
        about: "a refused withdrawal turns the key",
        requirements: &["KEY-10"],
        seen: "the request after a refused withdrawal",
        change: |b| b.prescribed.turns_key = |c, ok| !ok && c.operation == Operation::Withdraw,
    },
    Defect {
        name: "keys/refused-print-turns-key",
        about: "a refused print turns the key",
        requirements: &["KEY-10"],
        seen: "the request after a refused print",
        change: |b| b.prescribed.turns_key = |c, ok| !ok && c.operation == Operation::Print,
    },
    Defect {
        name: "keys/unknown-method-turns-key",
        about: "an unknown method turns the key",
        requirements: &["KEY-10"],
        seen: "the request after an unknown method",
        change: |b| b.prescribed.turns_key = |c, ok| !ok && c.operation == Operation::Unknown,
    },
    Defect {
        name: "keys/turns-on-withdraw",
        about: "the key turns on a successful withdraw",
        requirements: &["KEY-11", "CASH-1"],
        seen: "the request after it",
        change: |b| b.prescribed.turns_key = |c, ok| ok && c.operation == Operation::Withdraw,
    },
    Defect {
        name: "keys/turns-on-deposit",
        about: "the key turns on a successful deposit",
        requirements: &["KEY-11", "CASH-1"],
        seen: "the request after it",
        change: |b| b.prescribed.turns_key = |c, ok| ok && c.operation == Operation::Deposit,
    },
    Defect {
        name: "keys/turns-on-x-report",
        about: "the key turns on a successful x-report",
        requirements: &["KEY-11"],
        seen: "the request after it",
        change: |b| b.prescribed.turns_key = |c, ok| ok && c.operation == Operation::XReport,
    },
    Defect {
        name: "keys/turns-on-z-report",
        about: "the key turns on a successful z-report",
        requirements: &["KEY-11"],
        seen: "the request after it",
        change: |b| b.prescribed.turns_key = |c, ok| ok && c.operation == Operation::ZReport,
    },
    Defect {
        name: "keys/turns-on-card",
        about: "the key turns on a successful card",
        requirements: &["KEY-11", "BANK-1"],
        seen: "the request after it",
        change: |b| b.prescribed.turns_key = |c, ok| ok && c.operation == Operation::Bank,
    },
    Defect {
        name: "keys/turns-on-print",
        about: "the key turns on a successful print",
        requirements: &["KEY-11"],
        seen: "the request after it",
        change: |b| b.prescribed.turns_key = |c, ok| ok && c.operation == Operation::Print,
    },
    Defect {
        name: "keys/turns-on-dump",
        about: "the key turns on a successful dump",
        requirements: &["KEY-11"],
        seen: "the request after it",
        change: |b| b.prescribed.turns_key = |c, ok| ok && c.operation == Operation::Dump,
    },
    Defect {
        name: "keys/turns-on-status",
        about: "the key turns on a successful status",
        requirements: &["KEY-11", "MGMT-1"],
        seen: "the request after it",
        change: |b| b.prescribed.turns_key = |c, ok| ok && c.operation == Operation::Check,
    },
    Defect {
        name: "keys/turns-on-last-document",
        about: "the key turns on a successful last-document",
        requirements: &["KEY-11"],
        seen: "the request after it",
        change: |b| b.prescribed.turns_key = |c, ok| ok && c.operation == Operation::PrintLast,
    },
    Defect {
        name: "keys/turns-on-second-x-report",
        about: "the key turns on every second X report",
        requirements: &["KEY-11"],
        seen: "the request after two X reports",
        change: |b| {
            b.prescribed.turns_key =
                |c, ok| ok && c.operation == Operation::XReport && c.times(Operation::XReport) % 2 == 1
        },
    },
];
