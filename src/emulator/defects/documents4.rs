//! Documents with wrong fields (v22 §7.1, §9). Continued.

use super::Defect;
use super::tools::{change, document, rename, set};
use crate::emulator::circumstances::Operation;

pub(super) const DEFECTS: &[Defect] = &[
    Defect {
        name: "transaction/never-sent",
        about: "status is always 0",
        requirements: &["DUMP-11", "DUMP-6"],
        seen: "dump/transaction after sending",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.path.contains("/transaction/") {
                    change(a, |v| {
                        set(v, "status", 0);
                        set(v, "submitDate", "");
                        set(v, "onlineCode", "")
                    })
                }
            })
        },
    },
    Defect {
        name: "transaction/code-stays-empty",
        about: "onlineCode stays empty after sending",
        requirements: &["DUMP-11"],
        seen: "dump/transaction after pushTheQue",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.path.contains("/transaction/") && e.circumstances.times(Operation::Check) > 0 {
                    change(a, |v| set(v, "onlineCode", ""))
                }
            })
        },
    },
    Defect {
        name: "archive/whole-report",
        about: "an archived shift gives its whole report",
        requirements: &["DUMP-9"],
        seen: "the report of an archived shift",
        change: |b| b.prescribed.archive_keeps_sums = true,
    },
    Defect {
        name: "archive/spelt-right",
        about: "an archived shift says isArchived",
        requirements: &["DUMP-9"],
        seen: "the report of an archived shift",
        change: |b| {
            b.prescribed
                .transformers
                .push(|e, a| document(e, a, "/report", |v| rename(v, "isArhived", "isArchived")))
        },
    },
    Defect {
        name: "archive/says-false",
        about: "an archived shift says isArhived false",
        requirements: &["DUMP-9"],
        seen: "the report of an archived shift",
        change: |b| {
            b.prescribed.transformers.push(|e, a| document(e, a, "/report", |v| set(v, "isArhived", "false")))
        },
    },
    Defect {
        name: "archive/listed",
        about: "archived shifts are listed",
        requirements: &["DUMP-10"],
        seen: "dump/table/shifts",
        change: |b| b.prescribed.lists_archived = true,
    },
];
