//! Shifts and their reports (v22 §5.3).

use super::Defect;
use super::tools::{document, each, set};
use crate::behaviour::ZAnswer;
use crate::books::{ByType, CashFlow};
use crate::circumstances::Operation;
use crate::refusal;
use time::Duration as TimeSpan;

pub(super) const DEFECTS: &[Defect] = &[
    Defect {
        name: "shift/x-report-clears-counts",
        about: "an X report sets the shift's receipts to 0",
        requirements: &["SHIFT-1"],
        seen: "the shift report after an X report",
        change: |b| b.prescribed.reports_shift = |_, shift| shift.counts = ByType::default(),
    },
    Defect {
        name: "shift/second-x-report-clears-deposits",
        about: "every second X report clears the deposits",
        requirements: &["SHIFT-1", "CASH-1", "DUMP-7"],
        seen: "the shift report after two X reports",
        change: |b| {
            b.prescribed.reports_shift = |c, shift| {
                if c.times(Operation::XReport) % 2 == 1 {
                    shift.cash_in = CashFlow::default()
                }
            }
        },
    },
    Defect {
        name: "shift/x-report-says-z",
        about: "an X report is answered as a Z report",
        requirements: &["SHIFT-1", "WIRE-10"],
        seen: "the reason phrase of an X report",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.circumstances.operation == Operation::XReport && a.status == 200 {
                    a.reason = b"z-report-started".to_vec();
                }
            })
        },
    },
    Defect {
        name: "shift/not-closed",
        about: "a Z report leaves the shift open",
        requirements: &["SHIFT-2"],
        seen: "getInfo after a Z report",
        change: |b| b.prescribed.closes_shift = |_| false,
    },
    Defect {
        name: "shift/second-z-not-closed",
        about: "every second Z report leaves the shift open",
        requirements: &["SHIFT-2"],
        seen: "getInfo after two Z reports",
        change: |b| b.prescribed.closes_shift = |c| c.times(Operation::ZReport) % 2 == 0,
    },
    Defect {
        name: "shift/z-after-refusal-not-closed",
        about: "a Z report right after a refusal leaves the shift open",
        requirements: &["SHIFT-2", "SHIFT-3", "SHIFT-4"],
        seen: "getInfo after a refusal and a Z report",
        change: |b| b.prescribed.closes_shift = |c| !c.after_refusal,
    },
    Defect {
        name: "shift/no-close-date",
        about: "closed shifts have no closeDate",
        requirements: &["SHIFT-2", "DUMP-2"],
        seen: "closeDate of a closed shift",
        change: |b| {
            b.prescribed
                .transformers
                .push(|e, a| document(e, a, "/shifts", |v| each(v, |v| set(v, "closeDate", ""))))
        },
    },
    Defect {
        name: "shift/z-says-key",
        about: "a Z report is answered with the key",
        requirements: &["SHIFT-2", "WIRE-10"],
        seen: "the body of a Z report's answer",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.circumstances.operation == Operation::ZReport && a.status == 200 {
                    a.body = e.current.as_str().as_bytes().to_vec();
                }
            })
        },
    },
    Defect {
        name: "shift/day-has-26-hours",
        about: "a shift may be open for 26 hours",
        requirements: &["SHIFT-3", "ERR-shift-gt-24h"],
        seen: "a sale in a shift of 25 hours",
        change: |b| b.prescribed.shift_ages = (TimeSpan::hours(26), TimeSpan::days(7)),
    },
    Defect {
        name: "shift/day-has-23-hours",
        about: "a shift may be open for 8 hours only",
        requirements: &["SHIFT-3", "REG-1", "ERR-shift-gt-24h"],
        seen: "a sale in a shift of less than a day",
        change: |b| b.prescribed.shift_ages = (TimeSpan::hours(8), TimeSpan::days(7)),
    },
    Defect {
        name: "shift/nothing-says-week",
        about: "nothing says that a shift is older than a week",
        requirements: &["SHIFT-4", "ERR-shift-gt-7days"],
        seen: "refusals in a shift of eight days",
        change: |b| b.shift.week_bars_cash = false,
    },
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
];
