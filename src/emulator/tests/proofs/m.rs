//! Proofs of batch M.

use super::{Proof, prove};

const SALE: &str = "/api/?sale=5&cash=5";
const RETURN: &str = "/api/?saleReturn=5&cash=5";
const CARD: &str = "/apibank?message=purchase&amount=10.50&trackdocument=7";
const BATCH: &str = "/apicheck/?ofdPacketMode=true";
const PUSH: &str = "/apicheck/?pushTheQue=true";
const USB: &str = "/apicheck/?setPrintMode=usb-printer";

#[rustfmt::skip]
const PROOFS: &[Proof] = &[
    ("withdrawal-read-to-comma", &["/apiwithdraw?cash=5,50", "info cashWeHave"],
        "'7745.14'"),
    ("card-cut-total-rounded", &["/api/?sale=10.006&bank=10.006"],
        "400 cash-lq-sale -10"),
    ("cash-in-any-case", &["/api/?sale=5&Cash=5"],
        "200 4232 <key>"),
    ("deposit-of-20-million-refused", &["/apideposit?cash=20000000"],
        "400 cache-not-in-range -9"),
    ("refusal-with-line-break", &["/apideposit?cash=abc"],
        "400 cache-param-error -9\n"),

    ("last-receipt-under-any-key", &["wrong POST /apicheck/printLastDocument?again=1"],
        "200 4231 0"),
    ("key-before-last-repeats", &[SALE, SALE, "key2 /api/?sale=5&cash=5"],
        "200 4233 <key>"),
    ("cash-under-spent-key", &[SALE, "key1 /apideposit?cash=5"],
        "200 4233 <key>"),
    ("unknown-tax-turns-key", &["/api/?sale=5&cash=5&tax=99", "keys"],
        "2"),
    ("header-turns-key", &["POST /apicheck?printHeader=Hello", "keys"],
        "2"),
    ("repeat-with-items-registers", &["POST /api/?sale=20&cash=20&itemdata=2", "again"],
        "200 4233 <key>"),
    ("no-duplicate-of-returns", &[RETURN, "tape", "again", "tape"],
        ""),

    ("buy-of-one-refused", &["/api/?buy=1&cash=1"],
        "400 sale-lq-one -7"),
    ("credit-left-out-of-shift", &["/api/?sale=5&credit=5", "report saleDetails/sum"],
        "0.00"),
    ("restart-gives-number-again", &[SALE, "restart", SALE],
        "200 4232 <key>"),
    ("refused-buy-counts", &["/api/?buy=9000&cash=9000", "report totalBuyCheques"],
        "10"),

    ("change-of-mixed-sale-stays", &["/api/?sale=800&cash=500&bank=400", "info cashWeHave"],
        "'8250.14'"),
    ("tara-is-cash", &["/api/?sale=5&tara=5", "info cashWeHave"],
        "'7755.14'"),
    ("small-change-of-returns", &["/api/?saleReturn=5&cash=5.50"],
        "200 4232 <key>"),
    ("whole-drawer-refused", &["/api/?buy=<drawer>&cash=<drawer>"],
        "400 no-cash-in-pos -15"),
    ("third-cashless-not-added", &["/api/?sale=100&bank=40&tara=40&credit=40"],
        "200 4232 <key>"),
    ("credit-of-letters-beside-cash", &["/api/?sale=5&cash=5&credit=abc"],
        "200 4232 <key>"),
    ("cash-and-credit-mix-when-off", &["on mixed-payment-off", "/api/?sale=10&cash=5&credit=5"],
        "200 4232 <key>"),

    ("chosen-tax-stays", &["/api/?sale=5&cash=5&tax=3", SALE, "salescheques taxId"],
        "3 3"),
    ("tax-zero-is-default", &["/api/?sale=5&cash=5&tax=0"],
        "200 4232 <key>"),
    ("buy-return-under-default-tax", &["/api/?buyReturn=5&cash=5&tax=3", "salescheques taxId"],
        "1"),
    ("turnover-of-cash-part", &["/api/?sale=10&cash=6&bank=4", "tax taxes/sale/0/turnover"],
        "6.00"),

    ("80-positions-go-as-one", &["POST /api/?sale=800&cash=800&itemdata=80", "online"],
        "1"),
    ("one-position-of-81", &["POST /api/?sale=810&cash=810&itemdata=81", "word"],
        "Sale 81.000"),
    ("print-behind-items-of-returns", &["POST /api/?saleReturn=10&cash=10&itemdata=1&print=Hello", "tape"],
        "RECEIPT 4232 / Tea 1x10 = 10 tenge / Hello / TOTAL 10 tenge / cash 10 tenge"),
    ("discount-must-be-whole", &["POST /api/?sale=89.87&cash=89.87&itemdata=fine discount"],
        "400 itemdata-json-error -17"),
    ("line-shows-cash-offered", &["/api/?sale=800&cash=1000", "tape"],
        "RECEIPT 4232 / Sale 1x1000 = 1000 tenge / TOTAL 800 tenge / cash 1000 tenge / change 200 tenge"),
    ("queued-message-has-one-position", &[BATCH, "POST /api/?sale=20&cash=20&itemdata=2", PUSH, "online"],
        "1"),

    ("lines-measured-in-bytes", &["POST /apiprint?print=Добро пожаловать", "tape"],
        "Добро пожало / вать"),
    ("first-cut-only", &[USB, "POST /apiprint?print=a%0A--cut--%0Ab%0A--cut--%0Ac", "tape"],
        "a / --cut-- / b / c / --cut--"),
    ("code128-without-semicolon", &["POST /apiprint?print=--barcode128-A%3BB--"],
        "400 print-lines-parse-error -7"),
    ("header-on-sales-only", &["POST /apicheck?printHeader=Hello", RETURN, "tape"],
        "RECEIPT 4232 / Sale return 1x5 = 5 tenge / TOTAL 5 tenge / cash 5 tenge"),
    ("no-last-document-after-z", &[SALE, "/apizreport", "/apicheck/printLastDocument"],
        "400 no-last-document -7"),
    ("returns-without-paper", &["on paper-out", RETURN],
        "200 4232 <key>"),

    ("cash-out-in-whole-tenge", &["/apiwithdraw?cash=10.50", "report cashOutTotal"],
        "10.00"),
    ("drawer-compared-in-whole-tenge", &["/apiwithdraw?cash=7750.15", "info cashWeHave"],
        "'-0.01'"),
    ("deposit-of-nothing", &["/apideposit?cash=0"],
        "200 4232 <key>"),

    ("restart-forgets-shift-age", &[SALE, "on shift-over-24h", "restart", SALE],
        "200 4233 <key>"),
    ("cashless-in-foreign-shift", &[SALE, "on other-cashier", "/api/?sale=5&bank=5"],
        "200 4233 <key>"),
    ("z-after-x-closes-nothing", &[SALE, "/apixreport", "/apizreport", "info currentShiftStatus"],
        "'opened'"),
    ("x-clears-deposits", &["/apideposit?cash=5", "/apixreport", "report cashInDocCount"],
        "0"),

    ("card-result-while-it-runs", &[CARD, "bank 7 foundTransactions"],
        "'0'"),
    ("card-total-in-whole-tenge", &[CARD, "card success", "bank 7 totalAmount"],
        "'10.00'"),
    ("same-amount-is-same-payment", &[CARD, "card success", CARD, "card success", "bank 7 foundTransactions"],
        "'1'"),

    ("minimum-open-after-z", &[SALE, "/apizreport", "min currentShiftStatus"],
        "'opened'"),
    ("status-zero-after-restart", &[SALE, "restart", "/apicheck"],
        "200 0 0"),

    ("buy-return-is-buy-in-salescheques", &["/api/?buyReturn=5&cash=5", "salescheques chequeType"],
        "'1'"),
    ("sales-sorted-by-sum", &["/api/?sale=7&cash=7", SALE, "/api/?sale=6&cash=6", "sales chequeId"],
        "4233 4234 4232"),
    ("no-sending-date-in-batch-mode", &[BATCH, SALE, PUSH, "receipt 0 submitDate"],
        "''"),
    ("closed-report-has-returns-of-open-shift", &[RETURN, "/apizreport", SALE, "closed report saleReturnDetails/sum"],
        "0.00"),
    ("bar-code-is-a-number", &["/dump/table/items", "times \"code2\":\" /dump/table/items"],
        "0"),
    ("tax-report-for-everyone", &[SALE, "on ordinary-cashier", "tax taxes/sale/0/taxId"],
        "1"),

    ("usb-is-told-as-lan", &[USB, "/apicheck/?getPrintMode=true"],
        "200 ok lan-printer"),
    ("sale-return-leaves-batch", &[BATCH, RETURN, "info messagesQueSize"],
        "'0'"),
    ("push-sends-one", &[BATCH, SALE, SALE, SALE, PUSH, "info messagesQueSize"],
        "'2'"),

    ("tax-on-top-short-is-plain-short", &["on tax-on-top", "/api/?sale=100&cash=105"],
        "400 cash-lq-sale -10"),
    ("credit-out-of-range-is-no-number", &["/api/?sale=5&credit=20000001"],
        "400 credit-param-error -7"),
    ("block-without-committee-code", &["on blocked", SALE],
        "400 ikkm-is-blocked -100"),
    ("buy-return-error-says-buy", &["/api/?buyReturn=abc&cash=5"],
        "400 buy-param-error -9"),
];

#[test]
fn each_shows_what_its_row_says() {
    prove("batch-m", PROOFS);
}
