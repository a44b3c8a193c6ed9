//! Proofs of batch N.

use super::{Proof, prove};

const SALE: &str = "/api/?sale=5&cash=5";
const RETURN: &str = "/api/?saleReturn=5&cash=5";
const CARD: &str = "/apibank?message=purchase&amount=500&trackdocument=7";
const BATCH: &str = "/apicheck/?ofdPacketMode=true";
const USB: &str = "/apicheck/?setPrintMode=usb-printer";
const X: &str = "/apixreport";
const Z: &str = "/apizreport";

#[rustfmt::skip]
const PROOFS: &[Proof] = &[
    ("comma-in-payment", &["/api/?sale=10&cash=10,50"],
        "200 4232 <key>"),
    ("card-by-post-refused", &["POST /apibank?message=purchase&amount=500&trackdocument=7"],
        "400 check-all-params -7"),
    ("footer-without-kazakh", &["POST /api/?sale=5&cash=5&footer=Қазір", "tape"],
        "RECEIPT 4232 / Sale 1x5 = 5 tenge / TOTAL 5 tenge / cash 5 tenge / ?аз?р"),
    ("drawer-by-cut-sale", &["/api/?sale=10.006&cash=20", "info cashWeHave"],
        "'7760.14'"),
    ("withdrawal-of-20-million-refused", &["/apideposit?cash=20000000", "/apiwithdraw?cash=20000000"],
        "400 cache-not-in-range -9"),

    ("opening-deposit-turns-key", &["/apideposit?cash=5", "keys"],
        "2"),
    ("repeat-for-a-minute", &[SALE, "wait 90", "again"],
        "400 incorrect-web-api-key -1"),
    ("mixed-repeat-registers", &["/api/?sale=8&cash=5&bank=4", "again"],
        "200 4233 <key>"),
    ("repeat-answers-spent-key", &[SALE, "again"],
        "200 4232 <old key>"),
    ("return-without-duplicate", &[RETURN, "tape", "again", "tape"],
        ""),
    ("seven-digits-compared", &["keyless /apicheck?key=12345679"],
        "200 4231 0"),
    ("bad-items-turn-key", &["POST /api/?sale=5&cash=5&itemdata=broken", "keys"],
        "2"),

    ("opening-receipt-not-counted", &[SALE, SALE, "report saleDetails/cheques"],
        "1"),
    ("number-back-after-withdrawal", &[SALE, "/apiwithdraw?cash=5", SALE],
        "200 4232 <key>"),
    ("buy-of-one-refused", &["/api/?buy=1&cash=1"],
        "400 sale-lq-one -7"),
    ("refused-buy-counted", &["/api/?buy=9000&cash=9000", SALE, "report totalBuyCheques"],
        "10"),

    ("mixed-change-kept", &["/api/?sale=8&cash=5&bank=4", "info cashWeHave"],
        "'7755.14'"),
    ("last-cash-not-paid-out", &["/api/?buy=<drawer>&cash=<drawer>"],
        "400 no-cash-in-pos -15"),
    ("containers-in-drawer", &["/api/?sale=5&tara=5", "info cashWeHave"],
        "'7755.14'"),
    ("non-cash-mixed-when-off", &["on mixed-payment-off", "/api/?sale=8&bank=5&credit=3"],
        "200 4232 <key>"),
    ("credit-beside-card-trimmed", &["/api/?sale=8&bank=5&credit=5"],
        "200 4232 <key>"),
    ("buy-return-gives-change", &["/api/?buyReturn=5&cash=8"],
        "200 4232 <key>"),

    ("items-under-default-tax", &["POST /api/?sale=10&cash=10&tax=2&itemdata=1", "cheques chequeSales/0/taxId"],
        "1"),
    ("tax-zero-is-default", &["/api/?sale=5&cash=5&tax=0"],
        "200 4232 <key>"),
    ("tax-on-top-short-as-sale", &["on tax-on-top", "/api/?sale=100&cash=100"],
        "400 cash-lq-sale -10"),
    ("tax-sticks", &["/api/?sale=5&cash=5&tax=2", SALE, "cheques chequeSales/0/taxId"],
        "2 2"),

    ("eighty-go-as-one", &["POST /api/?sale=800&cash=800&itemdata=80", "online"],
        "1"),
    ("hundred-positions-refused", &["POST /api/?sale=1000&cash=1000&itemdata=100"],
        "400 itemdata-json-error -17"),
    ("one-position-of-many", &["POST /api/?sale=810&cash=810&itemdata=81", "word"],
        "Sale 81.000"),
    ("footer-of-one-line", &["POST /api/?sale=5&cash=5&footer=one%0Atwo", "tape"],
        "RECEIPT 4232 / Sale 1x5 = 5 tenge / TOTAL 5 tenge / cash 5 tenge / one"),
    ("broken-items-beside-print", &["POST /api/?sale=5&cash=5&print=a&itemdata=broken"],
        "200 4232 <key>"),

    ("print-of-64-lines", &["POST /apiprint?print=<257 lines>", "lines"],
        "64"),
    ("drawer-shut-behind-cut", &[USB, "POST /apiprint?print=a%0A--cut--%0A--open-cash--", "tape"],
        "a / --cut-- / --cut--"),
    ("last-document-of-one-row", &["POST /api/?sale=30&cash=30&itemdata=3", "tape", "/apicheck/printLastDocument", "tape"],
        "DUPLICATE / RECEIPT 4232 / Tea 1x10 = 10 tenge / TOTAL 30 tenge / cash 30 tenge"),
    ("text-without-paper", &["on paper-out", "POST /apiprint?print=a"],
        "200 ok 0"),
    ("header-lost-at-z", &["POST /apicheck?printHeader=Hello", SALE, Z, "tape", SALE, "tape"],
        "RECEIPT 4233 / Sale 1x5 = 5 tenge / TOTAL 5 tenge / cash 5 tenge"),

    ("withdrawal-of-the-rest", &["/apiwithdraw?cash=9000", "info cashWeHave"],
        "'0.00'"),
    ("x-report-clears-withdrawals", &["/apiwithdraw?cash=5", X, "report cashOutDocCount"],
        "0"),
    ("returns-in-old-shift", &["on shift-over-24h", RETURN],
        "200 4232 <key>"),
    ("age-in-whole-days", &["on shift-over-24h", SALE],
        "200 4232 <key>"),
    ("age-of-weekdays", &["on shift-over-7d", SALE],
        "200 4232 <key>"),
    ("z-after-x-stays-open", &[SALE, X, Z, "info currentShiftStatus"],
        "'opened'"),

    ("x-report-beside-card", &[CARD, X],
        "200 x-report-started 0"),
    ("failed-card-not-found", &[CARD, "card success", CARD, "card fail", "bank 7 foundTransactions"],
        "'1'"),
    ("track-of-16-bits", &["/apibank?message=purchase&amount=5&trackdocument=70000", "card success", "bank 4464 foundTransactions"],
        "'1'"),

    ("return-is-not-last", &[SALE, RETURN, "info lastClosedChequeId"],
        "'4232'"),
    ("minimum-of-shift-before", &[SALE, "min currentShiftID"],
        "'109'"),

    ("closed-when-opened", &[SALE, "wait 600", SALE, Z, "shift closeDate"],
        "'2026-03-02 09:00:00'"),
    ("flat-first-position", &["POST /api/?sale=30&cash=30&itemdata=3", "salescheques qty"],
        "1"),
    ("opening-figures-of-shift-before", &[SALE, Z, "/api/?sale=7&cash=7", "report fiscalDataOnShiftOpen/sale"],
        "2190264.70"),
    ("submitted-when-created", &[BATCH, SALE, "receipt 0 submitDate"],
        "'2026-03-02 09:00:00'"),
    ("archived-spelt-well", &["on archived-shift", "times isArchived /dump/table/shifts/108/report"],
        "1"),
    ("flat-report-for-all", &[SALE, "on ordinary-cashier", "status /dump/table/shifts/110/salescheques"],
        "200"),

    ("z-ends-batch-mode", &[BATCH, SALE, Z, SALE, "online"],
        "1"),
    ("usb-told-as-lan", &[USB, "/apicheck/?getPrintMode=true"],
        "200 ok lan-printer"),
    ("push-sends-one", &[BATCH, SALE, SALE, SALE, "/apicheck/?pushTheQue=true", "info messagesQueSize"],
        "'2'"),
    ("restart-cuts-drawer", &["restart", "info cashWeHave"],
        "'7750.00'"),

    ("blocked-without-code", &["on blocked", SALE],
        "400 ikkm-is-blocked -100"),
    ("returns-when-offline", &["on offline-over-72h", RETURN],
        "200 4232 <key>"),
    ("buy-return-in-full", &["/api/?buyReturn=five&cash=5"],
        "400 buyReturn-param-error -9"),
    ("withdrawal-without-cash", &["/apiwithdraw"],
        "400 cache-param-error -9"),
    ("no-paper-till-restart", &["on paper-out", SALE, "off paper-out", SALE],
        "400 check-printer-or-batt -6"),
    ("tara-range-as-number", &["/api/?sale=20000000&tara=20000001"],
        "400 tara-param-error -7"),
    ("posted-without-key", &["keyless POST /api/?sale=5&cash=5"],
        "400 incorrect-web-api-key -1"),
];

#[test]
fn each_shows_what_its_row_says() {
    prove("batch-n", PROOFS);
}
