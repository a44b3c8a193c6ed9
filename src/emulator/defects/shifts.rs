//! Cash, shifts and cards (v22 §5.3, §6).

use super::Defect;
use super::texts::many_decimals;
use super::tools::{document, each, say, set};
use crate::emulator::behaviour::CashEntry;
use crate::emulator::behaviour::ZAnswer;
use crate::emulator::books::ByType;
use crate::emulator::books::CashFlow;
use crate::emulator::circumstances::Operation;
use crate::emulator::refusal;
use rust_decimal::Decimal;
use time::Duration as TimeSpan;

pub(super) const DEFECTS: &[Defect] = &[
    Defect {
        name: "cash/withdrawal-stays",
        about: "a withdrawal leaves the drawer alone",
        requirements: &["CASH-1", "DUMP-7"],
        seen: "cashWeHave after a withdrawal",
        change: |b| {
            b.prescribed.moves_cash = |_, into, sum| CashEntry {
                drawer: if into { sum } else { Decimal::ZERO },
                ..CashEntry::of(into, sum)
            }
        },
    },
    Defect {
        name: "cash/deposit-as-out",
        about: "a deposit is booked among withdrawals",
        requirements: &["CASH-1"],
        seen: "cashInTotal after a deposit",
        change: |b| {
            b.prescribed.moves_cash = |_, into, sum| CashEntry { into: false, ..CashEntry::of(into, sum) }
        },
    },
    Defect {
        name: "cash/withdrawals-not-counted",
        about: "withdrawals are not counted",
        requirements: &["CASH-1"],
        seen: "cashOutDocCount after a withdrawal",
        change: |b| {
            b.prescribed.moves_cash =
                |_, into, sum| CashEntry { count: u64::from(into), ..CashEntry::of(into, sum) }
        },
    },
    Defect {
        name: "cash/third-deposit-twice",
        about: "every third deposit is booked twice",
        requirements: &["CASH-1", "DUMP-7"],
        seen: "cashInTotal after several deposits",
        change: |b| {
            b.prescribed.moves_cash = |c, into, sum| {
                if into && c.times(Operation::Deposit) % 3 == 2 {
                    CashEntry { drawer: sum + sum, sum: sum + sum, ..CashEntry::of(into, sum) }
                } else {
                    CashEntry::of(into, sum)
                }
            }
        },
    },
    Defect {
        name: "cash/deposit-in-whole-tenge",
        about: "deposits lose their hundredths",
        requirements: &["CASH-1", "WIRE-6"],
        seen: "the drawer after a deposit with hundredths",
        change: |b| {
            b.prescribed.moves_cash = |_, into, sum| CashEntry::of(into, if into { sum.trunc() } else { sum })
        },
    },
    Defect {
        name: "cash/withdrawal-after-x-report-stays",
        about: "a withdrawal right after an X report leaves the drawer alone",
        requirements: &["CASH-1", "SHIFT-1", "DUMP-7"],
        seen: "cashWeHave after an X report and a withdrawal",
        change: |b| {
            b.prescribed.moves_cash = |c, into, sum| {
                if !into && c.previous == Operation::XReport {
                    CashEntry { drawer: Decimal::ZERO, ..CashEntry::of(into, sum) }
                } else {
                    CashEntry::of(into, sum)
                }
            }
        },
    },
    Defect {
        name: "cash/deposit-answers-zero",
        about: "a deposit is answered 0 instead of the key",
        requirements: &["CASH-1", "WIRE-10"],
        seen: "the body of a deposit's answer",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.circumstances.operation == Operation::Deposit && a.status == 200 {
                    a.body = b"0".to_vec();
                }
            })
        },
    },
    Defect {
        name: "cash/missing-is-one",
        about: "a missing amount is taken as 1",
        requirements: &["CASH-2", "ERR-payment-params-missed-cash"],
        seen: "a deposit without cash",
        change: |b| {
            b.prescribed.hears = |c, p| {
                if matches!(c.operation, Operation::Deposit | Operation::Withdraw) && p.get("cash").is_none()
                {
                    p.push("cash", "1")
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "cash/zero-taken",
        about: "a deposit of 0 is answered as done",
        requirements: &["CASH-3", "ERR-cache-not-in-range-cash"],
        seen: "a deposit of 0",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.circumstances.operation == Operation::Deposit
                    && e.params.get("cash") == Some("0")
                    && a.status == 400
                {
                    say(a, 200, "1", e.current.as_str());
                }
            })
        },
    },
    Defect {
        name: "cash/withdrawal-below-zero",
        about: "a withdrawal may exceed the drawer",
        requirements: &["CASH-4", "ERR-no-cash-in-pos"],
        seen: "a withdrawal above the drawer",
        change: |b| {
            b.prescribed.bars =
                |c, r| !(c.operation == Operation::Withdraw && r == refusal::NO_CASH_IN_DRAWER)
        },
    },
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
        name: "shift/week-forgives",
        about: "a shift older than a week registers again",
        requirements: &["SHIFT-4"],
        seen: "a sale in a shift of eight days",
        change: |b| {
            b.prescribed.bars = |c, r| {
                !(c.operation == Operation::Register
                    && (r == refusal::SHIFT_OVER_WEEK
                        || (r == refusal::SHIFT_OVER_DAY && c.previous == Operation::Deposit)))
            }
        },
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
];
