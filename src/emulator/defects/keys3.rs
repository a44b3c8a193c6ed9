//! Keys and replays (v22 §4). Continued.

use super::Defect;
use crate::emulator::behaviour::KeyVerdict;
use crate::emulator::circumstances::Operation;

pub(super) const DEFECTS: &[Defect] = &[
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
        requirements: &["KEY-12", "Q-KEY-1"],
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
