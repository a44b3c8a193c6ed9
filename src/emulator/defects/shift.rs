//! Cash in and out; shifts and their reports (v22 §5.3).

use super::prelude::*;

const ZERO_DEPOSIT: When = &[On(Deposit), Is("cash", "0"), Refused];

mutants! {
    "cash/withdrawal-stays": "a withdrawal leaves the drawer alone" ["CASH-1" "DUMP-7"] "cashWeHave after a withdrawal" => Books(&[On(Withdraw)], &[Drawer], Amount::Nothing);
    "cash/deposit-as-out": "a deposit is booked among withdrawals" ["CASH-1"] "cashInTotal after a deposit" => DepositIsOut;
    "cash/withdrawals-not-counted": "withdrawals are not counted" ["CASH-1"] "cashOutDocCount after a withdrawal" => Books(&[On(Withdraw)], &[Count], Amount::Nothing);
    "cash/third-deposit-twice": "every third deposit is booked twice" ["CASH-1" "DUMP-7"] "cashInTotal after several deposits"
        => Books(&[On(Deposit), Every(Deposit, 3, 2)], &[Drawer, Sum], Amount::Twice);
    "cash/withdrawal-after-x-report-stays": "a withdrawal right after an X report leaves the drawer alone" ["CASH-1" "SHIFT-1" "DUMP-7"] "cashWeHave after an X report and a withdrawal"
        => Books(&[On(Withdraw), Next(XReport)], &[Drawer], Amount::Nothing);
    "cash/deposit-answers-zero": "a deposit is answered 0 instead of the key" ["CASH-1" "WIRE-10"] "the body of a deposit's answer" => Body(&[On(Deposit), Done], "0");
    "cash/missing-is-one": "a missing amount is taken as 1" ["CASH-2" "ERR-payment-params-missed-cash"] "a deposit without cash" => Assumes(&[In(&[Deposit, Withdraw])], "cash", "1");
    "cash/zero-taken": "a deposit of 0 is answered as done" ["CASH-3" "ERR-cache-not-in-range-cash"] "a deposit of 0" => KeyAsBody(ZERO_DEPOSIT), Reason(ZERO_DEPOSIT, "1"), Status(ZERO_DEPOSIT, 200);
    "cash/withdrawal-below-zero": "a withdrawal may exceed the drawer" ["CASH-4" "ERR-no-cash-in-pos"] "a withdrawal above the drawer" => LetsPass(&[On(Withdraw)], "no-cash-in-pos");
    "shift/x-report-clears-counts": "an X report sets the shift's receipts to 0" ["SHIFT-1"] "the shift report after an X report" => XChanges(&[], By(|shift| shift.counts = ByType::default()));
    "shift/second-x-report-clears-deposits": "every second X report clears the deposits" ["SHIFT-1" "CASH-1" "DUMP-7"] "the shift report after two X reports"
        => XChanges(&[Every(XReport, 2, 1)], By(|shift| shift.cash_in = CashFlow::default()));
    "shift/x-report-says-z": "an X report is answered as a Z report" ["SHIFT-1" "WIRE-10"] "the reason phrase of an X report" => Reason(&[On(XReport), Done], "z-report-started");
    "shift/not-closed": "a Z report leaves the shift open" ["SHIFT-2"] "getInfo after a Z report" => StaysOpen(&[]);
    "shift/second-z-not-closed": "every second Z report leaves the shift open" ["SHIFT-2"] "getInfo after two Z reports" => StaysOpen(&[Every(ZReport, 2, 1)]);
    "shift/z-after-refusal-not-closed": "a Z report right after a refusal leaves the shift open" ["SHIFT-2" "SHIFT-3" "SHIFT-4"] "getInfo after a refusal and a Z report"
        => StaysOpen(&[NextToRefusal]);
    "shift/no-close-date": "closed shifts have no closeDate" ["SHIFT-2" "DUMP-2"] "closeDate of a closed shift" => Field(&[], Shifts, Freeze("closeDate", ""));
    "shift/z-says-key": "a Z report is answered with the key" ["SHIFT-2" "WIRE-10"] "the body of a Z report's answer" => KeyAsBody(&[On(ZReport), Done]);
    "shift/day-has-26-hours": "a shift may be open for 26 hours" ["SHIFT-3" "ERR-shift-gt-24h"] "a sale in a shift of 25 hours" => DayHas(26);
    "shift/day-has-23-hours": "a shift may be open for 8 hours only" ["SHIFT-3" "REG-1" "ERR-shift-gt-24h"] "a sale in a shift of less than a day" => DayHas(8);
    "shift/nothing-says-week": "nothing says that a shift is older than a week" ["SHIFT-4" "ERR-shift-gt-7days"] "refusals in a shift of eight days" => Decides(By(|b| b.shift.week_bars_cash = false));
    "shift/any-cashier": "a registration goes into another cashier's shift" ["SHIFT-5" "ERR-wrong-cashier"] "a sale in another's shift" => LetsPass(&[], "wrong-cashier");
    "shift/anyone-reads": "reports are shown to ordinary cashiers" ["DUMP-8" "SHIFT-6" "ERR-only-master-cashier"] "a report for an ordinary cashier" => LetsPass(&[On(Dump)], "only-master-cashier");
    "shift/not-busy-in-z": "other requests are served while a Z report runs" ["SHIFT-7"] "a request while a Z report runs"
        => Decides(By(|b| b.shift.z_answer = ZAnswer::AtStart)), LetsPass(&[], "ikkm-is-busy");
    "shift/fast-is-slow": "fast timers make the Z report slower" ["SHIFT-8"] "the time of a Z report with fast timers"
        => Decides(By(|b| (b.shift.z_answer, b.shift.z_seconds) = (ZAnswer::AtStart, (8, 40))));
}
