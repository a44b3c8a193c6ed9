//! Proofs of batch L.

use super::{Proof, prove};

const SALE: &str = "/api/?sale=5&cash=5";
const BUY: &str = "/api/?buy=5&cash=5";
const RETURN: &str = "/api/?saleReturn=5&cash=5";
const CARD: &str = "/apibank?message=purchase&amount=500&trackdocument=7";
const BATCH: &str = "/apicheck/?ofdPacketMode=true";
const PUSH: &str = "/apicheck/?pushTheQue=true";
const USB: &str = "/apicheck/?setPrintMode=usb-printer";

#[rustfmt::skip]
const PROOFS: &[Proof] = &[
    ("comma-in-payment-taken", &["/api/?sale=5.5&cash=5,50"],
        "200 4232 <key>"),
    ("withdrawal-of-20-million-refused", &["/apideposit?cash=20000000", "/apiwithdraw?cash=20000000"],
        "400 cache-not-in-range -9"),
    ("fiscal-memory-cuts", &["/api/?sale=10.006&cash=10.01", "grown sale"],
        "10.00"),
    ("straight-u-without-stroke", &["POST /apiprint?print=Ұлы ұлт", "tape"],
        "Үлы үлт"),
    ("line-feed-behind-cash-answer", &["POST /apideposit?cash=5"],
        "200 4232 12345678\n"),
    ("minimum-only-by-get", &["times cashWeHave POST /apicheck/getInfo/?show=minimum"],
        "1"),

    ("key-with-a-tail-taken", &["keyless /apideposit?cash=5&key=123456789"],
        "200 4232 <key>"),
    ("repeat-by-post-registers", &[SALE, "key1post /api/?sale=5&cash=5"],
        "200 4233 <key>"),
    ("no-duplicate-on-external-printer", &[USB, SALE, "tape", "again", "tape"],
        "--cut--"),
    ("key-before-last-repeats", &[SALE, "/api/?sale=6&cash=6", "key2 /api/?sale=5&cash=5"],
        "200 4233 <key>"),
    ("taxes-without-key", &["keyless /dump/table/taxes"],
        r#"200 ok {"1":"VAT 12%","2":"w/o VAT","3":"Excise 5%"}"#),
    ("tax-error-turns-key", &["/api/?sale=5&cash=5&tax=999", "keys"],
        "2"),

    ("cashless-buy-return-not-counted", &["/api/?buyReturn=5&bank=5", "report buyRetDetails/cheques"],
        "0"),
    ("refused-buy-counted", &[SALE, "/api/?buy=9000&cash=9000", "report buyDetails/cheques"],
        "1"),
    ("number-again-after-restart", &[SALE, "restart", SALE],
        "200 4232 <key>"),
    ("limit-in-whole-tenge", &["/api/?sale=20000000.5&cash=20000000.5"],
        "200 4232 <key>"),

    ("mixed-change-stays-in-drawer", &["/api/?sale=800&cash=500&bank=400", "info cashWeHave"],
        "'8250.14'"),
    ("tara-buy-return-into-drawer", &["/api/?buyReturn=5&tara=5", "info cashWeHave"],
        "'7755.14'"),
    ("drawer-checked-in-whole-tenge", &["/api/?buy=7750.5&cash=7750.5"],
        "200 4232 <key>"),
    ("non-cash-mixed-though-off", &["on mixed-payment-off", "/api/?sale=800&bank=500&credit=300"],
        "200 4232 <key>"),
    ("return-compared-in-whole-tenge", &["/api/?saleReturn=5.5&cash=5"],
        "200 4232 <key>"),
    ("cash-beside-full-credit-taken", &["/api/?sale=800&credit=800&cash=100"],
        "200 4232 <key>"),

    ("zero-rate-books-default-tax", &["/api/?sale=5&cash=5&tax=2", "again", "sales taxId"],
        "1"),
    ("tax-zero-is-default", &["/api/?sale=5&cash=5&tax=0"],
        "200 4232 <key>"),
    ("tax-on-top-in-whole-tenge", &["on tax-on-top", "/api/?sale=105&cash=117"],
        "200 4232 <key>"),
    ("later-positions-under-default-tax", &["POST /api/?sale=20&cash=20&tax=3&itemdata=2", "sales taxId"],
        "3 1"),

    ("paper-ends-at-80-rows", &["POST /api/?sale=810&cash=810&itemdata=81", "lines"],
        "83"),
    ("automatic-line-shows-cash", &["/api/?sale=800&cash=1000", "tape"],
        "RECEIPT 4232 / Sale 1x1000 = 1000 tenge / TOTAL 800 tenge / cash 1000 tenge / change 200 tenge"),
    ("footer-lost-beside-print", &["POST /api/?sale=5&cash=5&print=one&footer=two", "lines"],
        "5"),
    ("eightieth-position-not-sent", &["POST /api/?sale=800&cash=800&itemdata=80", "online"],
        "79"),
    ("itemdata-in-lines-refused", &["POST /api/?sale=10&cash=10&itemdata=in lines"],
        "400 itemdata-json-error -17"),
    ("queued-positions-sent-as-one", &[BATCH, "POST /api/?sale=20&cash=20&itemdata=2", PUSH, "online"],
        "1"),

    ("last-document-is-the-slip", &[SALE, "/apideposit?cash=5", "tape", "/apicheck/printLastDocument", "tape"],
        "DUPLICATE / DEPOSIT 4233"),
    ("header-gone-after-z", &["POST /apicheck/?printHeader=Hello", "/apizreport", "lines", SALE, "lines"],
        "4"),
    ("text-without-paper-taken", &["on paper-out", "POST /apiprint?print=one"],
        "200 ok 0"),
    ("plus-in-code128-is-blank", &["POST /apiprint?print=--barcode128-A%2BB--", "tape"],
        "--barcode128-A B--"),
    ("open-last-line-of-print-lost", &["POST /api/?sale=5&cash=5&print=one%0Atwo", "lines"],
        "5"),

    ("last-tenge-not-withdrawn", &["/apiwithdraw?cash=<drawer>"],
        "400 no-cash-in-pos -15"),
    ("withdrawal-answers-zero", &["/apiwithdraw?cash=5"],
        "200 4232 0"),
    ("x-report-clears-deposits", &["/apideposit?cash=5", "/apixreport", "report cashInDocCount"],
        "0"),
    ("shift-without-receipts-stays-open", &["/apideposit?cash=5", "/apizreport", "info currentShiftStatus"],
        "'opened'"),
    ("cashless-sale-in-anothers-shift", &["on other-cashier", "/api/?sale=5&bank=5"],
        "200 4232 <key>"),
    ("week-begins-the-day-anew", &[SALE, "wait 615600", SALE],
        "200 4233 <key>"),

    ("last-track-number-refused", &["/apibank?message=purchase&amount=500&trackdocument=999999999"],
        "400 check-all-params -7"),
    ("card-total-of-last-only", &[CARD, "card success", CARD, "card success", "bank 7 totalAmount"],
        "'500.00'"),
    ("card-result-while-it-runs", &[CARD, "bank 7 foundTransactions"],
        "'0'"),

    ("status-zero-in-closed-shift", &["/apicheck/"],
        "200 0 0"),
    ("queue-size-as-of-last-receipt", &[BATCH, SALE, PUSH, "info messagesQueSize"],
        "'1'"),
    ("minimum-names-cashier-by-code", &["min cashierName"],
        "'166'"),

    ("flat-buys-are-sales", &[BUY, "salescheques chequeType"],
        "'0'"),
    ("sales-grouped-by-type", &[RETURN, SALE, "sales chequeId"],
        "4233 4232"),
    ("opening-buys-of-shift-before", &[SALE, "report fiscalDataOnShiftOpen/buy"],
        "829.70"),
    ("transaction-tells-last-number", &[SALE, "/api/?sale=6&cash=6", "receipt 1 docid"],
        "'4233'"),
    ("no-submit-date-after-batch", &[BATCH, SALE, PUSH, "receipt 0 submitDate"],
        "''"),
    ("receipts-dated-on-boot-day", &["info cashWeHave", "wait 86400", SALE, "cheques chequeDate"],
        "'2026-03-02 09:00:00'"),
    ("report-with-taxes-for-all", &["on ordinary-cashier", "tax shiftState"],
        "'closed'"),

    ("batch-mode-outlives-restart", &[BATCH, SALE, "restart", SALE, "info messagesQueSize"],
        "'1'"),
    ("lan-printer-told-as-usb", &["/apicheck/?setPrintMode=lan-printer", "/apicheck/?getPrintMode=true"],
        "200 ok usb-printer"),
    ("normal-mode-waits-for-empty-queue",
        &[BATCH, SALE, "/apicheck/?ofdNormalMode=true", SALE, "info messagesQueSize"],
        "'2'"),
    ("restart-loses-withdrawals", &["/apiwithdraw?cash=5", "restart", "report cashOutDocCount"],
        "0"),

    ("blocked-device-buys", &["on blocked", BUY],
        "200 4232 <key>"),
    ("offline-told-as-blocked", &["on offline-over-72h", SALE],
        "400 ikkm-is-blocked -100"),
    ("paper-out-until-restart", &["on paper-out", SALE, "off paper-out", SALE],
        "400 check-printer-or-batt -6"),
    ("withdrawal-range-told-as-payment", &["/apiwithdraw?cash=20000001"],
        "400 cache-not-in-range -7"),
];

#[test]
fn each_shows_what_its_row_says() {
    prove("batch-l", PROOFS);
}
