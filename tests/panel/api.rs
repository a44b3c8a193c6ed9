//! What scripts use: state, history, messages, the log.

use super::{Emulator, client, get};
use serde_json::{Value, json};

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
    assert!(sale["curl"].as_str().expect("a command").starts_with("curl "), "{sale}");
    let line = emulator.lines.next().expect("a line").expect("UTF-8");
    assert!(line.contains("POST /api/ -> 200"), "{line}");
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
