//! Registrations that a fault should bar (v22 §11).

use super::Defect;
use super::tools::say;
use crate::circumstances::Operation;
use crate::refusal;

pub(super) const DEFECTS: &[Defect] = &[
    Defect {
        name: "faults/blocked-registers",
        about: "a blocked device registers",
        requirements: &["ERR-ikkm-is-blocked"],
        seen: "a sale while blocked",
        change: |b| b.prescribed.bars = |_, r| r.reason != "ikkm-is-blocked",
    },
    Defect {
        name: "faults/offline-registers",
        about: "a device offline for 72 hours registers",
        requirements: &["ERR-code-4"],
        seen: "a sale after 72 hours offline",
        change: |b| b.prescribed.bars = |_, r| !(r == refusal::OFFLINE),
    },
    Defect {
        name: "faults/damaged-registers",
        about: "a device with a damaged database registers",
        requirements: &["ERR-internal-error"],
        seen: "a sale with a damaged database",
        change: |b| b.prescribed.bars = |_, r| !(r == refusal::INTERNAL),
    },
    Defect {
        name: "faults/unknown-fault-registers",
        about: "a device with an unknown fault registers",
        requirements: &["ERR-unknown-error"],
        seen: "a sale while a fault without a name stands",
        change: |b| b.prescribed.bars = |_, r| !(r == refusal::UNKNOWN),
    },
    Defect {
        name: "faults/unknown-method-is-status",
        about: "an unknown method is answered as a status",
        requirements: &["ERR-incorrect-method"],
        seen: "a path that does not exist",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.circumstances.operation == Operation::Unknown && a.reason == b"incorrect-method" {
                    say(a, 200, "0", "0");
                }
            })
        },
    },
];
