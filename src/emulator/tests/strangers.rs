//! Mutants whose fault shows only after something else: each shows where its row says.

use super::Till;
use crate::conditions::{Condition, ConditionName};
use crate::defects::defect;
use crate::mutation::Mutations;
use ikkm_protocol::{Method, Params, WireRequest};
use serde_json::Value;

fn mutant(name: &str) -> Till {
    let mut personality = crate::personality("plain").expect("plain");
    let row = defect(name).unwrap_or_else(|| panic!("no mutant {name}"));
    row.apply(&mut personality.behaviour);
    Till::with("plain", personality.behaviour)
}

impl Till {
    fn establish(&mut self, condition: Condition) {
        self.machine.establish(condition, self.now).expect("a condition");
    }

    fn told(&mut self, query: &str) -> String {
        let answer = self.get(query);
        format!("{} {} {}", answer.status, answer.reason_text(), String::from_utf8_lossy(&answer.body))
    }

    fn shift(&mut self, kind: &str) -> Value {
        let id = self.info("currentShiftID");
        self.document(&format!("/dump/table/shifts/{id}/{kind}"))
    }

    fn items(&mut self, kind: &str, name: &str, more: &[(&str, &str)]) -> u16 {
        let items = format!(r#"[{{"name":"{name}","price":"100","qty":"1","sum":"100"}}]"#);
        let mut list = vec![(kind, "100"), ("cash", "100"), ("itemdata", items.as_str())];
        list.extend(more);
        self.post("/api/", &list).status
    }
}

#[test]
fn what_stays_where_it_should_end() {
    for (name, condition, stands) in [
        ("batch-a/paper-out-sticks-after-reload", Condition::PaperOut, ConditionName::PaperOut),
        ("batch-c/block-sticks-after-unblocking", Condition::Blocked { code: 0 }, ConditionName::Blocked),
    ] {
        let mut till = mutant(name);
        till.establish(condition);
        assert_eq!(till.get("/api/?sale=100&cash=100").status, 400);
        till.machine.clear(stands, till.now).expect("cleared");
        assert_eq!(till.get("/api/?sale=100&cash=100").status, 400, "{name}");
    }
    let mut till = mutant("batch-a/items-stick-to-next-receipt");
    assert_eq!(till.items("sale", "Tea", &[]), 200);
    till.machine.take_tape();
    till.machine.take_online();
    assert_eq!(till.get("/api/?sale=800&cash=800").status, 200);
    assert!(till.machine.take_tape().iter().any(|line| line.starts_with("Tea 1x100")));
    assert_eq!(till.machine.take_online()[0].positions[0].name, "Tea");
    let mut till = mutant("batch-d/after-long-receipt-all-go-online-as-one");
    let one = r#"{"name":"Tea","price":"1","qty":"1","sum":"1"}"#;
    let many = format!("[{}]", vec![one; 81].join(","));
    assert_eq!(till.post("/api/", &[("sale", "81"), ("cash", "81"), ("itemdata", &many)]).status, 200);
    till.machine.take_online();
    let two = format!("[{one},{one}]");
    assert_eq!(till.post("/api/", &[("sale", "2"), ("cash", "2"), ("itemdata", &two)]).status, 200);
    assert_eq!(till.machine.take_online()[0].positions.len(), 1);
    let mut till = mutant("batch-c/bank-part-sticks-to-next-cash-sale");
    assert_eq!(till.get("/api/?sale=800&cash=400&bank=400").status, 200);
    assert_eq!(till.get("/api/?sale=800&cash=400").status, 200);
    assert_eq!(till.get("/api/?sale=800&cash=400").status, 400);
    let mut till = mutant("batch-d/refused-receipt-tax-becomes-next-default");
    assert_eq!(till.get("/api/?sale=800&cash=1&tax=2").status, 400);
    assert_eq!(till.get("/api/?sale=800&cash=800").status, 200);
    assert_eq!(till.shift("salescheques").as_array().expect("rows").last().expect("a row")["taxId"], 2);
    let mut till = mutant("batch-d/no-payment-taken-after-no-cache-refusal");
    assert_eq!(till.told("/api/?sale=800&bank=800&cash=200"), "400 no-cache-hq-sale -13");
    assert_eq!(till.get("/api/?sale=1000").status, 200);
    assert_eq!(till.get("/api/?sale=1000").status, 400);
}

#[test]
fn what_a_restart_or_a_z_report_does() {
    let mut till = mutant("batch-a/cash-out-count-lost-at-restart");
    assert_eq!(till.get("/apiwithdraw?cash=10").status, 200);
    assert_eq!(till.get("/apimanage?doReboot=true").status, 200);
    assert_eq!(till.shift("report")["cashOutDocCount"], 0);
    let mut till = mutant("batch-a/batch-queue-sent-by-z-report");
    till.get("/apicheck?ofdPacketMode=true");
    till.get("/api/?sale=100&cash=100");
    assert_eq!(till.info("messagesQueSize"), "1");
    till.get("/apizreport");
    assert_eq!(till.info("messagesQueSize"), "0");
    let mut till = mutant("batch-c/z-without-cash-in-drawer-stays-open");
    till.get("/api/?sale=100&bank=100");
    let drawer = till.info("cashWeHave");
    assert_eq!(till.get(&format!("/apiwithdraw?cash={drawer}")).status, 200);
    till.get("/apizreport");
    assert_eq!(till.info("currentShiftStatus"), "opened");
    till.get("/apideposit?cash=1");
    till.get("/apizreport");
    assert_eq!(till.info("currentShiftStatus"), "closed");
    let mut till = mutant("batch-d/no-last-document-after-z");
    till.get("/api/?sale=100&bank=100");
    assert_eq!(till.get("/apicheck/printLastDocument").status, 200);
    till.get("/apizreport");
    assert_eq!(till.told("/apicheck/printLastDocument"), "400 no-last-document -7");
    let mut till = mutant("batch-c/web-api-toggle-forgets-last-rotation");
    let before = till.machine.key().clone();
    till.get("/api/?sale=100&bank=100");
    assert_ne!(till.machine.key(), &before);
    till.machine.switched_on();
    assert_eq!(till.machine.key(), &before);
}

#[test]
fn what_the_drawer_and_the_books_do() {
    let mut till = mutant("batch-a/negative-deposit-taken");
    till.get("/api/?sale=100&bank=100");
    assert_eq!(till.get("/apideposit?cash=-100").status, 200);
    assert_eq!(
        (till.info("cashWeHave").as_str(), till.shift("report")["cashInTotal"].to_string().as_str()),
        ("7650.14", "-100.00")
    );
    let mut till = mutant("batch-b/bank-salereturn-needs-cash-in-drawer");
    assert_eq!(till.told("/api/?saleReturn=900000&bank=900000"), "400 no-cash-in-pos -15");
    let mut till = mutant("batch-c/buyreturn-needs-cash-in-drawer");
    assert_eq!(till.told("/api/?buyReturn=900000&cash=900000"), "400 no-cash-in-pos -15");
    assert_eq!(till.get("/api/?buyReturn=100&cash=100").status, 200);
    let mut till = mutant("batch-c/xreport-takes-receipt-number");
    let number =
        |till: &mut Till| till.get("/api/?sale=100&cash=100").reason_text().parse::<u64>().expect("a number");
    let first = number(&mut till);
    till.get("/apixreport");
    assert_eq!(number(&mut till), first + 2);
    let mut till = mutant("batch-b/unreadable-print-text-registers-first");
    let before = till.machine.key().clone();
    let body = [b"key=", before.as_str().as_bytes(), b"&sale=100&cash=100&print=%ff%fe"].concat();
    let request = WireRequest { body, ..WireRequest::new(Method::Post, "/api/", &Params::new()) };
    assert_eq!(super::pair(&till.send(&request)), ("print-lines-parse-error".to_owned(), -7));
    assert_eq!(till.info("cashWeHave"), "7850.14");
    assert_eq!(till.machine.key(), &before);
}

#[test]
fn what_documents_show() {
    let mut till = mutant("batch-a/getinfo-cashwehave-named-twice");
    let body = till.get("/apicheck/getInfo").body;
    assert_eq!(String::from_utf8_lossy(&body).matches("\"cashWeHave\":\"7750.14\"").count(), 2);
    let mut till = mutant("batch-a/transaction-shows-latest-receipt");
    till.get("/api/?sale=100&cash=100");
    let older = till.machine.key().clone();
    let last = till.get("/api/?sale=100&cash=100").reason_text();
    assert_eq!(till.document(&format!("/dump/transaction/{older}", older = older.as_str()))["docid"], last);
    let mut till = mutant("batch-b/tax-amount-truncated");
    till.get("/api/?sale=50&cash=50");
    let report = till.shift("reportwithtax");
    assert_eq!(report["taxes"]["sale"][0]["taxDetails"][0]["amount"].to_string(), "5.35");
    let mut till = mutant("batch-b/afternoon-dates-in-12-hour-clock");
    till.wait(6 * 3600);
    till.get("/api/?sale=50&cash=50");
    assert_eq!(till.shift("cheques")[0]["chequeDate"], "2026-03-02 03:00:00");
    let mut till = mutant("batch-b/document-dates-frozen-at-shift-opening");
    till.get("/api/?sale=50&cash=50");
    till.wait(3600);
    till.get("/api/?sale=50&cash=50");
    assert_eq!(till.shift("cheques")[1]["chequeDate"], "2026-03-02 09:00:00");
    let mut till = mutant("batch-c/past-shift-cheques-lose-discounted-receipts");
    let items = r#"[{"name":"Tea","price":"100","qty":"1","sum":"100"},{"name":"less","discount":"10"}]"#;
    till.post("/api/", &[("sale", "90"), ("cash", "90"), ("itemdata", items)]);
    assert_eq!(till.shift("cheques").as_array().map(Vec::len), Some(1));
    till.get("/apizreport");
    assert_eq!(till.shift("cheques").as_array().map(Vec::len), Some(0));
    let mut till = mutant("batch-d/push-marks-only-first-message-sent");
    till.get("/apicheck?ofdPacketMode=true");
    let keys = [(); 2].map(|()| {
        till.get("/api/?sale=100&cash=100");
        till.machine.key().clone()
    });
    till.get("/apicheck?pushTheQue=true");
    let status =
        keys.map(|key| till.document(&format!("/dump/transaction/{}", key.as_str()))["status"].clone());
    assert_eq!(status, [1, 0].map(Value::from));
    let mut till = mutant("batch-d/sales-sorted-as-text");
    let numbers = Value::from([99, 100, 9].map(|number| serde_json::json!({"chequeId": number})).to_vec());
    let mut answer = till.get("/apixreport");
    answer.body = numbers.to_string().into_bytes();
    let request = WireRequest::bare(Method::Get, "/dump/table/shifts/1/sales");
    till.machine.send_off(&request, &mut answer, till.now);
    assert_eq!(answer.body, br#"[{"chequeId":100},{"chequeId":9},{"chequeId":99}]"#);
}

#[test]
fn what_is_printed_and_sent() {
    let mut till = mutant("batch-b/over-eighty-online-quantity-is-count");
    let one = r#"{"name":"Tea","price":"1","qty":"1","sum":"1"}"#;
    let many = format!("[{}]", vec![one; 81].join(","));
    till.post("/api/", &[("sale", "81"), ("cash", "81"), ("itemdata", &many)]);
    assert_eq!(till.machine.take_online()[0].positions[0].qty, "81.000");
    let mut till = mutant("batch-b/auto-line-shows-cash-given");
    till.get("/api/?sale=800&cash=1000");
    assert!(till.machine.take_tape().contains(&"Sale 1x1000 = 1000 tenge".to_owned()));
    assert_eq!(till.machine.take_online()[0].positions[0].sum, "1000.00");
    let mut till = mutant("batch-b/external-lines-broken-at-36");
    till.get("/apicheck?setPrintMode=usb-printer");
    till.post("/apiprint", &[("print", &"a".repeat(40))]);
    assert_eq!(till.machine.take_tape()[0].len(), 36);
    let mut till = mutant("batch-c/print-last-document-repeats-cash-slip");
    till.get("/api/?sale=800&cash=1000");
    till.get("/apideposit?cash=10");
    till.machine.take_tape();
    till.get("/apicheck/printLastDocument");
    assert!(till.machine.take_tape()[1].starts_with("DEPOSIT"));
    let mut till = mutant("batch-c/open-cash-only-in-apiprint");
    till.get("/apicheck?setPrintMode=usb-printer");
    till.post("/api/", &[("sale", "100"), ("cash", "100"), ("print", "a\n--open-cash--")]);
    assert!(!till.machine.take_tape().contains(&"--open-cash--".to_owned()));
    till.post("/apiprint", &[("print", "a\n--open-cash--")]);
    assert!(till.machine.take_tape().contains(&"--open-cash--".to_owned()));
}

#[test]
fn what_keys_do() {
    let mut till = mutant("batch-b/key-compared-on-first-seven-digits");
    let key = till.machine.key().as_str().to_owned();
    let other = format!("{}{}", &key[..7], if key.ends_with('1') { '2' } else { '1' });
    assert_eq!(till.raw(&format!("/apicheck?key={other}")).status, 200);
    let mut till = mutant("batch-d/every-eighth-key-has-seven-digits");
    for _ in 0..7 {
        assert_eq!(till.get("/api/?sale=100&cash=100").body.len(), 8);
    }
    let short = String::from_utf8(till.get("/api/?sale=100&cash=100").body).expect("digits");
    assert_eq!(short.len(), 7);
    assert_eq!(till.raw(&format!("/apicheck?key={short}")).status, 200);
    assert_eq!(till.raw(&format!("/apicheck?key=0{short}")).status, 400);
    assert_eq!(till.raw(&format!("/api/?sale=100&cash=100&key={short}")).body.len(), 8);
    let mut till = mutant("batch-a/other-variable-lifts-lockhost");
    till.get("/apicheck?Lockhost=true");
    let elsewhere = "10.0.0.9".parse().expect("an address");
    let ask = |till: &mut Till| {
        let request =
            WireRequest::bare(Method::Get, &format!("/apicheck?key={}", till.machine.key().as_str()));
        match till.machine.handle(&request, elsewhere, till.now) {
            crate::Reaction::Answer(answer) => answer.status,
            crate::Reaction::Silence => 0,
        }
    };
    assert_eq!(ask(&mut till), 400);
    till.get("/apicheck?beep=true");
    assert_eq!(ask(&mut till), 200);
    let mut till = mutant("batch-d/registration-slow-when-queue-full");
    till.get("/apicheck?ofdPacketMode=true");
    for _ in 0..5 {
        till.get("/api/?sale=100&cash=100");
        assert_eq!(till.machine.takes().as_secs(), 0);
    }
    till.get("/api/?sale=100&cash=100");
    assert_eq!(till.machine.takes().as_secs(), 40);
}

#[test]
fn nothing_is_seeded_in_a_conforming_device() {
    assert!(crate::personalities().iter().all(|one| Mutations::is_empty(&one.behaviour.mutations)));
}
