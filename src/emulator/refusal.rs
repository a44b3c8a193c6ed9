//! The emulator's own error rows: a code and the short reason that goes with it (v22 §11).

use ikkm_protocol::{PayKind, Registration};

/// A refusal: the body's code and the reason phrase. The status is always 400.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// The code, -1 to -199.
    pub code: i32,
    /// The short reason.
    pub reason: &'static str,
}

const fn row(reason: &'static str, code: i32) -> Refusal {
    Refusal { code, reason }
}

pub(super) const NO_KEY: Refusal = row("no-web-api-key-provided", -7);
pub(super) const WRONG_KEY: Refusal = row("incorrect-web-api-key", -1);
pub(super) const EXTERNAL_PRINTER: Refusal = row("check-external-printer", -6);
pub(super) const PRINTER_OR_BATTERY: Refusal = row("check-printer-or-batt", -6);
pub(super) const CHECK_ALL: Refusal = row("check-all-params", -7);
pub(super) const NO_PAYMENT: Refusal = row("payment-params-missed", -7);
pub(super) const CASH_BELOW_TOTAL: Refusal = row("cash-lq-sale", -10);
pub(super) const NON_CASH_ABOVE_TOTAL: Refusal = row("bank-tara-credit-hq-sale", -13);
pub(super) const CASH_NOT_NEEDED: Refusal = row("no-cache-hq-sale", -13);
pub(super) const NO_MIXED_PAYMENT: Refusal = row("no-mixed-payment-allowed", -13);
pub(super) const NO_CHANGE: Refusal = row("change-not-allowed", -13);
pub(super) const TAX_NO_NUMBER: Refusal = row("tax-invlid-num", -14);
pub(super) const TAX_UNKNOWN: Refusal = row("tax-not-found", -14);
pub(super) const CASH_BELOW_TAX: Refusal = row("cash-lq-tax", -12);
pub(super) const NO_CASH_IN_DRAWER: Refusal = row("no-cash-in-pos", -15);
pub(super) const INTERNAL: Refusal = row("internal-error", -99);
pub(super) const UNKNOWN: Refusal = row("unknown-error", -99);
pub(super) const WRONG_CASHIER: Refusal = row("wrong-cashier", -11);
pub(super) const SHIFT_OVER_DAY: Refusal = row("shift-gt-24h", -3);
pub(super) const SHIFT_OVER_WEEK: Refusal = row("shift-gt-7days", -3);
pub(super) const NO_LAST_DOCUMENT: Refusal = row("no-last-document", -7);
pub(super) const PRINT_TEXT: Refusal = row("print-lines-parse-error", -7);
pub(super) const SENIOR_ONLY: Refusal = row("only-master-cashier", -16);
pub(super) const CASH_NO_NUMBER: Refusal = row("cache-param-error", -9);
pub(super) const CASH_OUT_OF_RANGE: Refusal = row("cache-not-in-range", -9);
pub(super) const WRONG_METHOD: Refusal = row("incorrect-method", -8);

// Codes of §11.1 for which §11.2 has no reason: the words are ours.
pub(super) const BUSY: Refusal = row("ikkm-is-busy", -2);
pub(super) const OFFLINE: Refusal = row("offline-gt-72h", -4);
pub(super) const LOW_BATTERY: Refusal = row("low-battery", -5);
pub(super) const ITEM_DATA: Refusal = row("itemdata-json-error", -17);
pub(super) const KEY_NO_NUMBER: Refusal = row("web-api-key-param-error", -9);
pub(super) const HOST_BARRED: Refusal = row("host-is-rejected", -18);

/// Blocked by the tax committee: its own code, 0 to 99, stands beyond -100 (v22 §11.1).
pub(super) fn blocked(committee_code: u8) -> Refusal {
    row("ikkm-is-blocked", -100 - i32::from(committee_code.min(99)))
}

/// The total is no number.
pub(super) const fn total_no_number(kind: Registration) -> Refusal {
    match kind {
        Registration::Sale => row("sale-param-error", -9),
        Registration::Buy => row("buy-param-error", -9),
        Registration::SaleReturn => row("saleRet-param-error", -9),
        Registration::BuyReturn => row("buyRet-param-error", -9),
    }
}

/// The total is under 1; `named` is the type whose name the reason carries.
pub(super) const fn total_below_one(named: Registration) -> Refusal {
    match named {
        Registration::Sale => row("sale-lq-one", -7),
        Registration::Buy => row("buy-lq-one", -7),
        Registration::SaleReturn => row("saleRet-lq-one", -7),
        Registration::BuyReturn => row("buyRet-lq-one", -7),
    }
}

/// The total is over 20 million; `named` as in [`total_below_one`].
pub(super) const fn total_above_limit(named: Registration) -> Refusal {
    match named {
        Registration::Sale => row("sale-hq-20mil", -7),
        Registration::Buy => row("buy-hq-20mil", -7),
        Registration::SaleReturn => row("saleRet-hq-20mil", -7),
        Registration::BuyReturn => row("buyRet-hq-20mil", -7),
    }
}

/// A payment of a registration is no number.
pub(super) const fn payment_no_number(kind: PayKind) -> Refusal {
    match kind {
        PayKind::Cash => row("cache-param-error", -7),
        PayKind::Bank => row("bank-param-error", -7),
        PayKind::Tara => row("tara-param-error", -7),
        PayKind::Credit => row("credit-param-error", -7),
    }
}

/// A payment of a registration is out of range.
pub(super) const fn payment_out_of_range(kind: PayKind) -> Refusal {
    match kind {
        PayKind::Cash => row("cache-not-in-range", -7),
        PayKind::Bank => row("bank-not-in-range", -7),
        PayKind::Tara => row("tara-not-in-range", -7),
        PayKind::Credit => row("credit-not-in-range", -7),
    }
}

/// A single payment is not the total; the code is -10 in §11.2 and -13 in the prose of §11.1.
pub(super) const fn payment_not_total(kind: PayKind, code: i32) -> Refusal {
    match kind {
        PayKind::Cash => row("cash-lq-sale", code),
        PayKind::Bank => row("bank-hq-sale", code),
        PayKind::Tara => row("tara-hq-sale", code),
        PayKind::Credit => row("credit-hq-sale", code),
    }
}
