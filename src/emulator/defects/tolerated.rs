//! Deviations that a device may have: a line that is only a *should*, or the requirements themselves, make a
//! warning of them at the most.

use super::prelude::*;

mutants! {
    "tolerated/withdrawal-out-of-range": "a withdrawal above the drawer is refused as out of range" ["CASH-5"] "a withdrawal above the drawer" => Tells(&[On(Withdraw)], ("no-cash-in-pos", -15), ("cache-not-in-range", -9));
    "tolerated/other-names-when-flat": "salescheques call a row's sum sum" ["DUMP-12"] "salescheques against cheques" => Field(&[], FlatCheques, Rename("saleSum", "sum"));
    "tolerated/minimum-with-more": "show=minimum shows the drawer and the queue too" ["CHK-6"] "getInfo with show=minimum" => Json(&[Is("show", "minimum")], "/getInfo", By(|m, v| { v["cashWeHave"] = json!(m.books.drawer.to_string()); v["messagesQueSize"] = json!(m.books.queued().to_string()) }));
    "tolerated/tax-invalid-num": "tax-invlid-num is spelt right" ["ERR-tax-invlid-num"] "a tax of letters" => Tells(&[], ("tax-invlid-num", -14), ("tax-invalid-num", -14));
    "tolerated/cash-param-error": "cache-param-error is spelt cash-param-error" ["ERR-cache-param-error" "ERR-cache-param-error-cash"] "cash of letters" => Tells(&[], ("cache-param-error", -7), ("cash-param-error", -7)), Tells(&[], ("cache-param-error", -9), ("cash-param-error", -9));
    "tolerated/cash-not-in-range": "cache-not-in-range is spelt cash-not-in-range" ["ERR-cache-not-in-range" "ERR-cache-not-in-range-cash"] "cash above the limit" => Tells(&[], ("cache-not-in-range", -7), ("cash-not-in-range", -7)), Tells(&[], ("cache-not-in-range", -9), ("cash-not-in-range", -9));
    "tolerated/no-cash-hq-sale": "no-cache-hq-sale is spelt no-cash-hq-sale" ["ERR-no-cache-hq-sale"] "cash on a covered sale" => Tells(&[], ("no-cache-hq-sale", -13), ("no-cash-hq-sale", -13));
    "tolerated/status-two": "the status of a message that waits is 2" ["DUMP-6"] "dump/transaction in batch mode" => Field(&[], Transaction, Edit::Change(By(|v| if v["status"] == 0 { set(v, "status", 2) })));
    "tolerated/operation-spelt-out": "a purchase is told as sale" ["BANK-6"] "operationType in a card document" => Field(&[], CardDetails, Edit::Change(By(|v| if v["operationType"] == "purchase" { set(v, "operationType", "sale") })));
}
