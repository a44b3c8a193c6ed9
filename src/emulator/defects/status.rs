//! The status, and figures of getInfo that do not follow (v22 §7).

use super::Defect;
use super::texts::plain_number;
use super::tools::{document, set};
use crate::behaviour::Entry;
use crate::circumstances::Operation;
use ikkm_protocol::Registration;

pub(super) const DEFECTS: &[Defect] = &[
    Defect {
        name: "check/shift-for-receipt",
        about: "the status tells the shift's number",
        requirements: &["CHK-1"],
        seen: "the reason of a status",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.circumstances.operation == Operation::Check
                    && a.status == 200
                    && a.body == b"0"
                    && plain_number(&a.reason_text())
                {
                    a.reason = b"109".to_vec();
                }
            })
        },
    },
    Defect {
        name: "check/new-device-one",
        about: "a new device tells receipt 1",
        requirements: &["CHK-1"],
        seen: "the reason of a status on a new device",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.circumstances.operation == Operation::Check && a.reason == b"0" {
                    a.reason = b"1".to_vec();
                }
            })
        },
    },
    Defect {
        name: "check/returns-are-no-receipts",
        about: "the last receipt is not told after a return",
        requirements: &["CHK-1", "CHK-4"],
        seen: "the status after a saleReturn",
        change: |b| {
            b.prescribed.enters = |_, p| {
                let entry = p.entry();
                Entry { is_last: matches!(p.kind, Registration::Sale | Registration::Buy), ..entry }
            }
        },
    },
    Defect {
        name: "check/key-in-body",
        about: "the status holds the key",
        requirements: &["CHK-1"],
        seen: "the body of a status",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.circumstances.operation == Operation::Check
                    && a.body == b"0"
                    && plain_number(&a.reason_text())
                {
                    a.body = e.current.as_str().as_bytes().to_vec();
                }
            })
        },
    },
    Defect {
        name: "info/cash-late",
        about: "cashWeHave is 0 right after a withdrawal",
        requirements: &["CHK-4", "CASH-1", "DUMP-7"],
        seen: "getInfo after a withdrawal",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/getInfo", |v| {
                    if e.circumstances.previous == Operation::Withdraw {
                        set(v, "cashWeHave", "0.00")
                    }
                })
            })
        },
    },
    Defect {
        name: "info/always-open",
        about: "the shift is always told as open",
        requirements: &["CHK-4", "SHIFT-2"],
        seen: "getInfo after a Z report",
        change: |b| {
            b.prescribed
                .transformers
                .push(|e, a| document(e, a, "/getInfo", |v| set(v, "currentShiftStatus", "opened")))
        },
    },
    Defect {
        name: "info/queue-always-empty",
        about: "the queue is always told as empty",
        requirements: &["CHK-4", "MGMT-3"],
        seen: "getInfo in batch mode",
        change: |b| {
            b.prescribed
                .transformers
                .push(|e, a| document(e, a, "/getInfo", |v| set(v, "messagesQueSize", "0")))
        },
    },
    Defect {
        name: "info/shift-stands",
        about: "the shift's number stands still",
        requirements: &["CHK-4"],
        seen: "getInfo after a new shift",
        change: |b| {
            b.prescribed
                .transformers
                .push(|e, a| document(e, a, "/getInfo", |v| set(v, "currentShiftID", "109")))
        },
    },
    Defect {
        name: "info/last-receipt-stands",
        about: "the last receipt's number stands still",
        requirements: &["CHK-4"],
        seen: "getInfo after a sale",
        change: |b| {
            b.prescribed
                .transformers
                .push(|e, a| document(e, a, "/getInfo", |v| set(v, "lastClosedChequeId", "4231")))
        },
    },
];
