//! Keys and replays (v22 §4). Continued.

use super::Defect;
use crate::emulator::behaviour::KeyVerdict;
use crate::emulator::circumstances::Operation;

pub(super) const DEFECTS: &[Defect] = &[
    Defect {
        name: "keys/third-repeat-refused",
        about: "every third repeat is refused",
        requirements: &["KEY-7", "KEY-5"],
        seen: "the answers to several repeats",
        change: |b| {
            b.prescribed.meets_key = |c, q| match q.verdict() {
                KeyVerdict::Repeat if c.times(Operation::Repeat) % 3 == 2 => KeyVerdict::Refuse,
                verdict => verdict,
            }
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
    Defect {
        name: "keys/other-parameters-register",
        about: "the key just spent registers when the parameters differ",
        requirements: &["KEY-12"],
        seen: "the books after the spent key with another total",
        change: |b| {
            b.prescribed.meets_key = |_, q| {
                if q.verdict() == KeyVerdict::Repeat && !q.same_parameters {
                    KeyVerdict::Serve
                } else {
                    q.verdict()
                }
            }
        },
    },
    Defect {
        name: "keys/repeat-forgotten-by-deposit",
        about: "no repeat after a deposit came between",
        requirements: &["KEY-13"],
        seen: "a repeat after a deposit",
        change: |b| {
            b.prescribed.meets_key = |c, q| match q.verdict() {
                KeyVerdict::Repeat if c.previous == Operation::Deposit => KeyVerdict::Refuse,
                verdict => verdict,
            }
        },
    },
    Defect {
        name: "keys/repeat-forgotten-by-x-report",
        about: "no repeat after an X report came between",
        requirements: &["KEY-13"],
        seen: "a repeat after an X report",
        change: |b| {
            b.prescribed.meets_key = |c, q| match q.verdict() {
                KeyVerdict::Repeat if c.previous == Operation::XReport => KeyVerdict::Refuse,
                verdict => verdict,
            }
        },
    },
    Defect {
        name: "keys/repeat-forgotten-by-refusal",
        about: "no repeat after a refusal came between",
        requirements: &["KEY-13", "KEY-5"],
        seen: "a repeat after a refused request",
        change: |b| {
            b.prescribed.meets_key = |c, q| match q.verdict() {
                KeyVerdict::Repeat if c.after_refusal => KeyVerdict::Refuse,
                verdict => verdict,
            }
        },
    },
];
