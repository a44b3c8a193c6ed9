//! Every row of v22 §11.2 and every bare code of §11.1, brought about from outside.

use super::*;
use crate::{Condition, Condition::*};

#[track_caller]
fn refused(till: &mut Till, query: &str, reason: &str, code: i32) {
    let key = till.machine.key().clone();
    let before = till.machine.books.fiscal;
    let answer = till.get(query);
    assert_eq!(answer.status, 400, "{query}");
    assert_eq!(pair(&answer), (reason.to_owned(), code), "{query}");
    assert_eq!(till.machine.key(), &key, "{query} rotated the key");
    assert_eq!(till.machine.books.fiscal, before, "{query} registered");
}

#[track_caller]
fn refused_under(condition: Condition, query: &str, reason: &str, code: i32) {
    let mut till = Till::at("plain");
    till.machine.establish(condition, START).expect("a condition that plain knows");
    refused(&mut till, query, reason, code);
    till.machine.clear(condition.name(), START).expect("cleared");
    assert_eq!(till.get("/api/?sale=800&cash=800").status, 200, "{condition:?} goes on");
}

#[test]
fn rows_that_a_request_brings_about() {
    let rows = [
        ("/api/?sale=x&cash=1", "sale-param-error", -9),
        ("/api/?buy=1e3&cash=1", "buy-param-error", -9),
        ("/api/?saleReturn=1,5&cash=1", "saleRet-param-error", -9),
        ("/api/?buyReturn=&cash=1", "buyRet-param-error", -9),
        ("/api/?cash=1", "check-all-params", -7),
        ("/api/?sale=1&buy=1&cash=1", "check-all-params", -7),
        ("/api/?Sale=800&cash=800", "check-all-params", -7),
        ("/api/?sale=800", "payment-params-missed", -7),
        ("/api/?sale=800&Cash=800", "payment-params-missed", -7),
        ("/api/?sale=800&cash=x", "cache-param-error", -7),
        ("/api/?sale=800&bank=x", "bank-param-error", -7),
        ("/api/?sale=800&tara=x", "tara-param-error", -7),
        ("/api/?sale=800&credit=x", "credit-param-error", -7),
        ("/api/?sale=800&cash=20000000.01", "cache-not-in-range", -7),
        ("/api/?sale=800&bank=20000001", "bank-not-in-range", -7),
        ("/api/?sale=800&tara=-5", "tara-not-in-range", -7),
        ("/api/?sale=800&credit=20000001", "credit-not-in-range", -7),
        ("/api/?sale=0.99&cash=800", "sale-lq-one", -7),
        ("/api/?buy=20000000.01&cash=800", "sale-hq-20mil", -7),
        ("/api/?sale=800&cash=200", "cash-lq-sale", -10),
        ("/api/?sale=800&bank=900", "bank-hq-sale", -10),
        ("/api/?sale=800&tara=900", "tara-hq-sale", -10),
        ("/api/?sale=800&credit=900", "credit-hq-sale", -10),
        ("/api/?sale=800&bank=500&tara=400", "bank-tara-credit-hq-sale", -13),
        ("/api/?sale=800&cash=2000&bank=800", "no-cache-hq-sale", -13),
        ("/api/?buy=800&cash=400&bank=400", "no-mixed-payment-allowed", -13),
        ("/api/?saleReturn=800&cash=900", "change-not-allowed", -13),
        ("/api/?sale=800&cash=800&tax=x", "tax-invlid-num", -14),
        ("/api/?sale=800&cash=800&tax=98765", "tax-not-found", -14),
        ("/api/?saleReturn=19999999&cash=19999999", "no-cash-in-pos", -15),
        ("/api/?buy=19999999&cash=19999999", "no-cash-in-pos", -15),
        ("/apideposit", "payment-params-missed", -7),
        ("/apideposit?cash=x", "cache-param-error", -9),
        ("/apideposit?cash=0", "cache-not-in-range", -9),
        ("/apiwithdraw?cash=20000000.01", "cache-not-in-range", -9),
        ("/apiwithdraw?cash=19999999", "no-cash-in-pos", -15),
        ("/apinothing", "incorrect-method", -8),
    ];
    for (query, reason, code) in rows {
        refused(&mut Till::at("plain"), query, reason, code);
    }
}

#[test]
fn rows_about_the_key() {
    let mut till = Till::at("plain");
    assert_eq!(pair(&till.raw("/api/?sale=800&cash=800")), ("no-web-api-key-provided".into(), -7));
    assert_eq!(pair(&till.raw("/api/?KEY=12345678&sale=8&cash=8")), ("no-web-api-key-provided".into(), -7));
    for path in ["/api/", "/apicheck", "/apizreport", "/dump/table/taxes", "/apinothing", "/apibank"] {
        let answer = till.raw(&format!("{path}?key=00000000"));
        assert_eq!(pair(&answer), ("incorrect-web-api-key".into(), -1), "{path}");
    }
}

#[test]
fn rows_that_a_condition_brings_about() {
    let sale = "/api/?sale=800&cash=800";
    refused_under(Blocked { code: 0 }, sale, "ikkm-is-blocked", -100);
    refused_under(Blocked { code: 99 }, "/apideposit?cash=5", "ikkm-is-blocked", -199);
    refused_under(ExternalPrinterMissing, sale, "check-external-printer", -6);
    refused_under(PaperOut, sale, "check-printer-or-batt", -6);
    refused_under(BatteryLow, sale, "check-printer-or-batt", -6);
    refused_under(Offline72h, sale, "offline-gt-72h", -4);
    refused_under(ShiftOver24h, sale, "shift-gt-24h", -3);
    refused_under(ShiftOver7d, "/apiwithdraw?cash=5", "shift-gt-7days", -3);
    refused_under(ShiftOver7d, sale, "shift-gt-24h", -3);
    refused_under(OtherCashier, sale, "wrong-cashier", -11);
    refused_under(OrdinaryCashier, "/dump/table/shifts", "only-master-cashier", -16);
    refused_under(MixedPaymentOff, "/api/?sale=800&cash=500&bank=400", "no-mixed-payment-allowed", -13);
    refused_under(TaxOnTop, sale, "cash-lq-tax", -12);
    refused_under(DatabaseDamaged, sale, "internal-error", -99);
    refused_under(UnknownFault, "/apizreport", "unknown-error", -99);
    refused_under(Busy, "/apicheck", "ikkm-is-busy", -2);
    let mut fresh = Till::at("plain");
    fresh.machine.establish(FreshDevice, START).expect("a fresh device");
    assert_eq!(pair(&fresh.get("/apicheck/printLastDocument")), ("no-last-document".into(), -7));
    assert_eq!(fresh.get("/apicheck").reason_text(), "0");
}

#[test]
fn codes_without_a_reason_of_the_documents() {
    let mut till = Till::with("plain", {
        let mut behaviour = personality("plain").expect("plain").behaviour;
        behaviour.printing.low_battery_is_5 = true;
        behaviour
    });
    till.machine.establish(BatteryLow, START).expect("a battery");
    assert_eq!(pair(&till.get("/apiprint?print=x")).1, -7, "GET on apiprint");
    assert_eq!(pair(&till.get("/api/?sale=8&cash=8")).1, -5);
    let mut till = Till::at("plain");
    let broken = [("sale", "8"), ("cash", "8"), ("itemdata", "[{")];
    assert_eq!(pair(&till.post("/api/", &broken)).1, -17);
    assert_eq!(pair(&till.post("/apiprint", &[("print", "\u{fffd}")])).0, "print-lines-parse-error");
    assert_eq!(till.get("/apicheck/?Lockhost=true").status, 200);
    let elsewhere = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));
    let request = WireRequest::bare(Method::Get, "/apicheck?key=12345678");
    let Reaction::Answer(barred) = till.machine.handle(&request, elsewhere, START) else { panic!("silence") };
    assert_eq!(pair(&barred).1, -18);
    assert_eq!(till.get("/apimanage/?doReboot=true").status, 200);
    let Reaction::Answer(served) = till.machine.handle(&request, elsewhere, START) else { panic!("silence") };
    assert_eq!(served.status, 200);
}
