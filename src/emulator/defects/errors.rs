//! Wrong pairs of reason and code (v22 §11.2): each row of the vendor's table mixed up once.

use super::Defect;
use super::tools::renamed;
use crate::circumstances::Operation;
use crate::refusal::Refusal;

/// A refusal that is told by another pair.
macro_rules! pair {
    ($slug:literal: $from:literal $from_code:literal => $to:literal $code:literal, $($id:literal)+) => {
        Defect {
            name: concat!("errors/", $slug),
            about: concat!("tells ", $from, " ", $from_code, " as ", $to, " ", $code),
            requirements: &[$($id),+],
            seen: "the refusal's reason and code",
            change: |b| b.prescribed.names = |_, refusal| renamed(refusal, ($from, $from_code), $to, $code),
        }
    };
}

pub(super) const DEFECTS: &[Defect] = &[
    pair!("no-key-called-wrong": "no-web-api-key-provided" -7 => "incorrect-web-api-key" -1, "ERR-no-web-api-key-provided" "KEY-1"),
    pair!("wrong-key-code": "incorrect-web-api-key" -1 => "incorrect-web-api-key" -7, "ERR-incorrect-web-api-key" "KEY-2" "KEY-8" "KEY-9"),
    pair!("external-printer-as-paper": "check-external-printer" -6 => "check-printer-or-batt" -6, "ERR-check-external-printer" "PRN-8"),
    pair!("paper-as-external": "check-printer-or-batt" -6 => "check-external-printer" -6, "ERR-check-printer-or-batt" "PRN-8"),
    pair!("sale-param-code": "sale-param-error" -9 => "sale-param-error" -7, "ERR-sale-param-error" "REG-4" "WIRE-5"),
    pair!("buy-param-as-sale": "buy-param-error" -9 => "sale-param-error" -9, "ERR-buy-param-error" "REG-4" "WIRE-5"),
    pair!("sale-return-spelt-out": "saleRet-param-error" -9 => "saleReturn-param-error" -9, "ERR-saleRet-param-error" "REG-4" "WIRE-5"),
    pair!("buy-return-spelt-out": "buyRet-param-error" -9 => "buyReturn-param-error" -9, "ERR-buyRet-param-error" "REG-4" "WIRE-5"),
    pair!("check-all-code": "check-all-params" -7 => "check-all-params" -9, "ERR-check-all-params" "REG-7"),
    pair!("no-payment-as-check-all": "payment-params-missed" -7 => "check-all-params" -7, "ERR-payment-params-missed" "ERR-payment-params-missed-cash" "PAY-1" "CASH-2"),
    pair!("cash-param-spelt-right": "cache-param-error" -7 => "cash-param-error" -7, "ERR-cache-param-error" "PAY-11" "WIRE-5"),
    pair!("bank-param-code": "bank-param-error" -7 => "bank-param-error" -9, "ERR-bank-param-error" "PAY-11" "WIRE-5"),
    pair!("tara-param-as-tare": "tara-param-error" -7 => "tare-param-error" -7, "ERR-tara-param-error" "PAY-11" "WIRE-5"),
    pair!("credit-param-as-bank": "credit-param-error" -7 => "bank-param-error" -7, "ERR-credit-param-error" "PAY-11" "WIRE-5"),
    pair!("cash-range-spelt-right": "cache-not-in-range" -7 => "cash-not-in-range" -7, "ERR-cache-not-in-range" "PAY-12" "WIRE-9"),
    pair!("bank-range-as-param": "bank-not-in-range" -7 => "bank-param-error" -7, "ERR-bank-not-in-range" "PAY-12" "WIRE-9"),
    pair!("tara-range-code": "tara-not-in-range" -7 => "tara-not-in-range" -9, "ERR-tara-not-in-range" "PAY-12" "WIRE-9"),
    pair!("credit-range-as-tara": "credit-not-in-range" -7 => "tara-not-in-range" -7, "ERR-credit-not-in-range" "PAY-12" "WIRE-9"),
    pair!("below-one-code": "sale-lq-one" -7 => "sale-lq-one" -9, "ERR-sale-lq-one" "REG-5"),
    pair!("above-limit-misspelt": "sale-hq-20mil" -7 => "sale-hq-20mln" -7, "ERR-sale-hq-20mil" "REG-6" "WIRE-9"),
    pair!("cash-short-code": "cash-lq-sale" -10 => "cash-lq-sale" -12, "ERR-cash-lq-sale" "PAY-4" "PAY-10" "PAY-15"),
    pair!("cash-short-as-cache": "cash-lq-sale" -10 => "cache-lq-sale" -10, "ERR-cash-lq-sale" "PAY-4" "PAY-10" "PAY-15"),
    pair!("bank-above-as-cash": "bank-hq-sale" -10 => "cash-lq-sale" -10, "ERR-bank-hq-sale" "PAY-8"),
    pair!("tara-above-as-bank": "tara-hq-sale" -10 => "bank-hq-sale" -10, "ERR-tara-hq-sale" "PAY-8"),
    pair!("credit-above-code": "credit-hq-sale" -10 => "credit-hq-sale" -7, "ERR-credit-hq-sale" "PAY-8" "Q-PAY-1"),
    pair!("sum-above-shortened": "bank-tara-credit-hq-sale" -13 => "bank-hq-sale" -13, "ERR-bank-tara-credit-hq-sale" "PAY-7"),
    pair!("sum-above-code": "bank-tara-credit-hq-sale" -13 => "bank-tara-credit-hq-sale" -10, "ERR-bank-tara-credit-hq-sale" "PAY-7"),
    pair!("cash-not-needed-spelt-right": "no-cache-hq-sale" -13 => "no-cash-hq-sale" -13, "ERR-no-cache-hq-sale" "PAY-6"),
    pair!("no-mixed-code": "no-mixed-payment-allowed" -13 => "no-mixed-payment-allowed" -10, "ERR-no-mixed-payment-allowed" "PAY-9" "PAY-14"),
    pair!("no-change-code": "change-not-allowed" -13 => "change-not-allowed" -10, "ERR-change-not-allowed" "PAY-10"),
    pair!("tax-number-spelt-right": "tax-invlid-num" -14 => "tax-invalid-num" -14, "ERR-tax-invlid-num" "TAX-3"),
    pair!("tax-unknown-as-invalid": "tax-not-found" -14 => "tax-invlid-num" -14, "ERR-tax-not-found" "TAX-4"),
    pair!("tax-short-as-short": "cash-lq-tax" -12 => "cash-lq-sale" -10, "ERR-cash-lq-tax" "TAX-5"),
    pair!("empty-drawer-code": "no-cash-in-pos" -15 => "no-cash-in-pos" -10, "ERR-no-cash-in-pos" "PAY-13" "CASH-4"),
    pair!("damaged-as-unknown": "internal-error" -99 => "unknown-error" -99, "ERR-internal-error"),
    pair!("unknown-as-internal": "unknown-error" -99 => "internal-error" -99, "ERR-unknown-error"),
    pair!("wrong-cashier-code": "wrong-cashier" -11 => "wrong-cashier" -16, "ERR-wrong-cashier" "SHIFT-5"),
    pair!("day-code": "shift-gt-24h" -3 => "shift-gt-24h" -2, "ERR-shift-gt-24h" "SHIFT-3" "SHIFT-4"),
    pair!("week-as-day": "shift-gt-7days" -3 => "shift-gt-24h" -3, "ERR-shift-gt-7days" "SHIFT-4"),
    pair!("no-last-code": "no-last-document" -7 => "no-last-document" -8, "ERR-no-last-document" "PRN-7"),
    pair!("print-text-code": "print-lines-parse-error" -7 => "print-lines-parse-error" -17, "ERR-print-lines-parse-error" "PRN-5"),
    pair!("senior-only-code": "only-master-cashier" -16 => "only-master-cashier" -11, "ERR-only-master-cashier" "SHIFT-6" "DUMP-8"),
    pair!("cash-in-param-code": "cache-param-error" -9 => "cache-param-error" -7, "ERR-cache-param-error-cash" "CASH-3" "WIRE-5"),
    pair!("cash-in-range-code": "cache-not-in-range" -9 => "cache-not-in-range" -7, "ERR-cache-not-in-range-cash" "CASH-3" "WIRE-9"),
    pair!("unknown-method-code": "incorrect-method" -8 => "incorrect-method" -7, "ERR-incorrect-method"),
    pair!("busy-code": "ikkm-is-busy" -2 => "ikkm-is-busy" -99, "ERR-code-2" "BANK-2" "SHIFT-7"),
    pair!("offline-code": "offline-gt-72h" -4 => "offline-gt-72h" -3, "ERR-code-4"),
    pair!("json-code": "itemdata-json-error" -17 => "itemdata-json-error" -7, "ERR-code-17" "ITEM-2"),
    pair!("host-code": "host-is-rejected" -18 => "host-is-rejected" -16, "ERR-code-18" "MGMT-4"),
    Defect {
        name: "errors/blocked-without-code",
        about: "a block is always -100, whatever the committee's code",
        requirements: &["ERR-ikkm-is-blocked"],
        seen: "the code of a refusal while the committee's code is not 0",
        change: |b| {
            b.prescribed.names = |_, r| match r.reason {
                "ikkm-is-blocked" => Refusal { code: -100, ..r },
                _ => r,
            }
        },
    },
    Defect {
        name: "errors/blocked-counts-up",
        about: "the committee's code is added to -100 instead of taken off",
        requirements: &["ERR-ikkm-is-blocked"],
        seen: "the code of a refusal while the committee's code is not 0",
        change: |b| {
            b.prescribed.names = |_, r| match r.reason {
                "ikkm-is-blocked" => Refusal { code: -200 - r.code, ..r },
                _ => r,
            }
        },
    },
    Defect {
        name: "errors/low-battery-is-no-paper-code",
        about: "a low battery is told as -7",
        requirements: &["ERR-code-5", "Q-PRN-3"],
        seen: "the refusal while the battery is low",
        change: |b| {
            b.printing.low_battery_is_5 = true;
            b.prescribed.names = |_, r| renamed(r, ("low-battery", -5), "low-battery", -7);
        },
    },
    Defect {
        name: "errors/pair-slips-after-x-report",
        about: "after an X report a missing payment is told with -9",
        requirements: &["ERR-payment-params-missed", "PAY-1", "CASH-2", "ERR-payment-params-missed-cash"],
        seen: "a registration without payment, right after an X report",
        change: |b| {
            b.prescribed.names = |c, r| match c.previous {
                Operation::XReport => renamed(r, ("payment-params-missed", -7), "payment-params-missed", -9),
                _ => r,
            }
        },
    },
];
