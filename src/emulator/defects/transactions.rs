//! What was sent of a receipt (v22 §9.2).

use super::Defect;
use super::tools::{change, number, retype, set, without};
use crate::circumstances::Operation;
use rust_decimal::Decimal;

pub(super) const DEFECTS: &[Defect] = &[
    Defect {
        name: "transaction/docid-is-number",
        about: "docid is a number",
        requirements: &["DUMP-6"],
        seen: "dump/transaction",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.path.contains("/transaction/") {
                    change(a, |v| retype(v, "docid"))
                }
            })
        },
    },
    Defect {
        name: "transaction/status-is-text",
        about: "status is text",
        requirements: &["DUMP-6"],
        seen: "dump/transaction",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.path.contains("/transaction/") {
                    change(a, |v| retype(v, "status"))
                }
            })
        },
    },
    Defect {
        name: "transaction/no-online-code",
        about: "onlineCode is missing",
        requirements: &["DUMP-6"],
        seen: "dump/transaction",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.path.contains("/transaction/") {
                    change(a, |v| without(v, "onlineCode"))
                }
            })
        },
    },
    Defect {
        name: "transaction/docid-of-next",
        about: "docid is that of the next receipt",
        requirements: &["DUMP-6"],
        seen: "dump/transaction against the receipt's number",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.path.contains("/transaction/") {
                    change(a, |v| {
                        let next = number(v, "docid") + Decimal::ONE;
                        set(v, "docid", next.to_string())
                    })
                }
            })
        },
    },
    Defect {
        name: "transaction/always-sent",
        about: "status is always 1",
        requirements: &["DUMP-11", "DUMP-6"],
        seen: "dump/transaction in batch mode",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.path.contains("/transaction/") {
                    change(a, |v| set(v, "status", 1))
                }
            })
        },
    },
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
];
