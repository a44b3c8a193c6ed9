//! What scripts use: state, history, messages, the log.

use super::{Emulator, client, get};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;

fn paper(state: &Value) -> Vec<&str> {
    state["paper"].as_array().expect("lines").iter().filter_map(|line| line["text"].as_str()).collect()
}

#[tokio::test]
async fn a_sale_shows_in_state_history_and_log() {
    let mut emulator = Emulator::start(&[]);
    let before = emulator.state().await;
    assert_eq!(before["key"], "01234567");
    assert!(before["qr"].as_str().expect("a picture").contains("<svg"));
    assert_eq!(emulator.sell("800").await.0, 200);
    let after = get(&format!("{}/state?seen={}", emulator.control, before["printed"])).await;
    assert_ne!(after["key"], before["key"]);
    assert!(paper(&after).iter().any(|line| line.contains("800")), "{after}");
    let history = get(&format!("{}/history", emulator.control)).await;
    let sale = &history.as_array().expect("a list")[0];
    assert_eq!(
        (sale["status"].as_u64(), sale["receipt"].as_u64()),
        (Some(200), after["lastReceipt"].as_u64())
    );
    let curl = sale["curl"].as_str().expect("a command");
    assert!(curl.starts_with("curl ") && curl.contains(&format!("{}/api/", emulator.url)), "{sale}");
    let line = emulator.lines.next().expect("a line").expect("UTF-8");
    assert!(line.contains("POST /api/ -> 200"), "{line}");
}

#[tokio::test]
async fn a_request_that_is_no_http_is_logged_too() {
    let mut emulator = Emulator::start(&[]);
    let address = emulator.url.strip_prefix("http://").expect("an address").to_owned();
    let mut stream = tokio::net::TcpStream::connect(address).await.expect("it listens");
    stream
        .write_all(b"GET /api/?print=two words&key=1 HTTP/1.1\r\nHost: r\r\n\r\n")
        .await
        .expect("it takes bytes");
    let line = emulator.lines.next().expect("a line").expect("UTF-8");
    assert!(line.contains("GET /api/?print=two words&key=1 HTTP/1.1 -> 400 Bad Request"), "{line}");
    assert!(line.contains("percent-encoded"), "{line}");
}

#[tokio::test]
async fn a_refusal_tells_what_the_register_thought_and_the_rule() {
    let emulator = Emulator::start(&["--log", "json"]);
    assert_eq!(emulator.say(json!({"do": "establish", "condition": "paper-out"})).await, json!({"ok": true}));
    assert_eq!(emulator.sell("800").await, (400, "-6".to_owned()));
    let history = get(&format!("{}/history", emulator.control)).await;
    assert!(history[0]["thought"].as_str().expect("words").contains("printer"), "{history}");
    assert!(
        history[0]["rule"].as_str().expect("words").starts_with("ERR-check-printer-or-batt"),
        "{history}"
    );
    assert_eq!(emulator.say(json!({"do": "clear", "condition": "paper-out"})).await, json!({"ok": true}));
    assert_eq!(emulator.sell("800").await.0, 200);
}

#[tokio::test]
async fn a_lost_answer_is_booked_once_and_its_repeat_answered() {
    let emulator = Emulator::start(&["--quiet"]);
    assert_eq!(emulator.sell("100").await.0, 200);
    let before = emulator.state().await;
    emulator.say(json!({"do": "fault", "fault": "lose-reply", "on": "register", "nth": 1})).await;
    let form = [("key", emulator.key().await), ("sale", "800".to_owned()), ("cash", "800".to_owned())];
    assert!(emulator.post(&form).await.is_err(), "the answer is lost");
    let (status, key) = emulator.post(&form).await.expect("the repeat's answer");
    let after = emulator.state().await;
    assert_eq!((status, after["key"].as_str()), (200, Some(key.as_str())));
    let money = |state: &Value| {
        state["fiscal"]["sale"].as_str().expect("a sum").parse::<rust_decimal::Decimal>().expect("a number")
    };
    assert_eq!(money(&after) - money(&before), rust_decimal::Decimal::from(800));
    let history = get(&format!("{}/history", emulator.control)).await;
    assert!(history[1]["thought"].as_str().expect("words").contains("the answer was lost"), "{history}");
}

#[tokio::test]
async fn a_foreign_page_may_do_nothing_and_a_typo_is_told() {
    let emulator = Emulator::start(&["--quiet"]);
    let port = emulator.control.rsplit(':').next().expect("a port");
    let message = json!({"do": "act", "action": "factory-reset"}).to_string();
    for (name, value, status) in [
        ("host", format!("register.example:{port}"), 403),
        ("origin", "http://register.example".to_owned(), 403),
        ("content-type", "text/plain".to_owned(), 415),
    ] {
        let asked = client().post(&emulator.control).header(name, &value).body(message.clone());
        assert_eq!(asked.send().await.expect("an answer").status().as_u16(), status, "{name}: {value}");
    }
    for (typo, told) in [
        (json!({"do": "establish", "condition": "paperout"}), "paper-out"),
        (json!({"do": "estabish"}), "establish"),
        (json!({"do": "act", "action": "reboot"}), "power-cycle"),
        (json!({"do": "fault", "fault": "loose"}), "lose-reply"),
        (json!({"do": "establish", "condition": "blocked"}), "code"),
    ] {
        let answer = emulator.say(typo.clone()).await;
        assert!(answer["error"].as_str().expect("an error").contains(told), "{typo}: {answer}");
    }
}

#[tokio::test]
async fn reset_begins_anew() {
    let emulator = Emulator::start(&["--quiet"]);
    let first = emulator.state().await;
    assert_eq!(emulator.sell("800").await.0, 200);
    emulator.say(json!({"do": "act", "action": "factory-reset"})).await;
    let anew = emulator.state().await;
    for field in ["drawer", "fiscal", "lastReceipt"] {
        assert_eq!(anew[field], first[field], "{field}");
    }
}

const SEED: &str = "serial: \"0042\"\nkey: \"00000042\"\ndrawer: \"50.50\"\n\
    taxes: [{id: 31, name: VAT, percent: 12}, {id: 32, name: none, percent: 0}]\n\
    cashiers: [{id: 7, name: Aliya}]\nshifts: [[{sale: 100}]]\nopen: true\nlast-receipt: 0\n";

async fn document(emulator: &Emulator, path: &str) -> Value {
    get(&format!("{}{path}?key={}", emulator.url, emulator.key().await)).await
}

async fn post_seed(emulator: &Emulator, kind: &str, seed: &str) -> (u16, Value) {
    let asked = client().post(format!("{}/seed", emulator.control)).header("content-type", kind);
    let answer = asked.body(seed.to_owned()).send().await.expect("an answer");
    (answer.status().as_u16(), serde_json::from_str(&answer.text().await.expect("a body")).expect("JSON"))
}

#[tokio::test]
async fn a_seed_starts_the_register_and_posted_it_begins_anew() {
    let folder = super::support::Sandbox::new();
    let file = folder.file("seed.yaml", SEED);
    let emulator = Emulator::start(&["--quiet", "--seed", file.to_str().expect("UTF-8")]);
    // The key of the command line wins.
    assert_eq!(emulator.key().await, "01234567");
    let info = document(&emulator, "/apicheck/getInfo").await;
    assert_eq!(info["factorySerialNumber"], "0042");
    assert_eq!(info["cashWeHave"], "150.50");
    assert_eq!((&info["lastClosedChequeId"], &info["currentShiftStatus"]), (&json!("1"), &json!("opened")));
    assert_eq!(document(&emulator, "/dump/table/taxes").await, json!({"31": "VAT", "32": "none"}));
    assert_eq!(document(&emulator, "/dump/table/cashiers").await, json!({"7": "Aliya"}));
    assert_eq!(emulator.sell("800").await.0, 200);
    // Posted, nothing of that stays.
    assert_eq!(post_seed(&emulator, "application/yaml", SEED).await, (200, json!({"ok": true})));
    assert_eq!(emulator.key().await, "00000042");
    assert_eq!(document(&emulator, "/apicheck/getInfo").await["cashWeHave"], "150.50");
    // A mistake changes nothing and names the field; a form that any page can send is not taken.
    let (status, told) = post_seed(&emulator, "application/yaml", "taxes: []").await;
    assert_eq!(status, 400);
    assert!(told["error"].as_str().expect("words").contains("taxes"), "{told}");
    assert_eq!(post_seed(&emulator, "text/plain", SEED).await.0, 415);
    assert_eq!(document(&emulator, "/dump/table/cashiers").await, json!({"7": "Aliya"}));
}

#[tokio::test]
async fn taxes_and_goods_change_while_it_runs() {
    let emulator = Emulator::start(&["--quiet"]);
    let taxes = json!({"do": "edit", "taxes": [{"id": 91, "name": "New", "percent": 16}]});
    assert_eq!(emulator.say(taxes).await, json!({"ok": true}));
    let goods = json!({"do": "edit", "goods": [{"uid": 5, "name": "<b>Tea</b>", "price": 450}]});
    assert_eq!(emulator.say(goods).await, json!({"ok": true}));
    assert_eq!(document(&emulator, "/dump/table/taxes").await, json!({"91": "New"}));
    assert_eq!(document(&emulator, "/dump/table/items").await[0]["itemtax1"], 91);
    let key = emulator.key().await;
    let old = [("key", key), ("sale", "5".to_owned()), ("cash", "5".to_owned()), ("tax", "1".to_owned())];
    assert_eq!(emulator.post(&old).await.expect("an answer"), (400, "-14".to_owned()));
    assert_eq!(emulator.sell("5").await.0, 200);
    for wrong in [json!({"do": "edit", "serial": "1"}), json!({"do": "edit", "taxes": []})] {
        assert!(emulator.say(wrong.clone()).await["error"].is_string(), "{wrong}");
    }
}

#[tokio::test]
async fn pages_may_use_it_only_where_that_is_asked_for() {
    for (flags, open) in [(&["--quiet"][..], false), (&["--quiet", "--cors"], true)] {
        let emulator = Emulator::start(flags);
        let url = format!("{}/api/", emulator.url);
        let asked = client().request(reqwest::Method::OPTIONS, &url).header("origin", "http://shop");
        let preflight =
            asked.header("access-control-request-method", "POST").send().await.expect("an answer");
        assert_eq!(preflight.status().as_u16() == 204, open);
        let sale = client().get(format!("{url}?key={}&sale=5&cash=5", emulator.key().await));
        let answer = sale.header("origin", "http://shop").send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), 200);
        assert_eq!(answer.headers().contains_key("access-control-allow-origin"), open);
        // The preflight was no request to the register.
        let requests = get(&format!("{}/history", emulator.control)).await;
        assert_eq!(requests.as_array().map(Vec::len), Some(if open { 1 } else { 2 }));
    }
}
