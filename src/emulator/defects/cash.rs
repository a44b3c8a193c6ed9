//! Cash in and out (v22 §5.3).

use super::Defect;
use super::tools::say;
use crate::behaviour::CashEntry;
use crate::circumstances::Operation;
use crate::refusal;
use rust_decimal::Decimal;

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
];
