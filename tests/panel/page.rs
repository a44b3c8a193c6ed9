//! The page in a browser.

use super::Emulator;
use super::browser::{ACCESSIBLE, Browser};
use serde_json::{Value, json};

pub async fn open(emulator: &Emulator, width: u32, dark: bool) -> Option<Browser> {
    let browser = Browser::start(width, 900, dark).await?;
    browser.client.goto(&emulator.control).await.expect("the panel");
    browser.wait(r#"document.getElementById("live").textContent === "live""#).await;
    Some(browser)
}

#[tokio::test]
async fn a_sale_appears_on_the_paper_in_two_windows_and_a_hostile_name_is_text() {
    let emulator = Emulator::start(&["--quiet"]);
    let Some(browser) = open(&emulator, 1280, false).await else { return };
    let Some(other) = open(&emulator, 390, true).await else { return };
    let name = "<img src=x onerror=document.title=1>";
    let items = json!([{"name": name, "price": "800", "qty": "1", "sum": "800"}]).to_string();
    let form = [
        ("key", emulator.key().await),
        ("sale", "800".to_owned()),
        ("cash", "800".to_owned()),
        ("itemdata", items),
        ("footer", "--barcodeEAN13-7501031311309--".to_owned()),
    ];
    assert_eq!(emulator.post(&form).await.expect("an answer").0, 200);
    for window in [&browser, &other] {
        window.wait(r#"document.getElementById("paper").textContent.includes("<img src=x")"#).await;
        window.wait(r##"document.querySelectorAll("#paper svg").length === 1"##).await;
        window.wait(r##"document.querySelectorAll("#history details").length === 1"##).await;
        assert_eq!(window.ask(r#"document.querySelectorAll("img").length"#).await, json!(0));
        assert_eq!(window.ask("document.title").await, json!("iKKM emulator"));
        assert_eq!(window.ask(ACCESSIBLE).await, json!([]));
        let fits = window.ask("document.documentElement.scrollWidth <= window.innerWidth").await;
        assert_eq!(fits, json!(true), "nothing is wider than the window");
    }
    browser.close().await;
    other.close().await;
}

#[tokio::test]
async fn switches_faults_and_reset_do_what_they_say() {
    let emulator = Emulator::start(&["--quiet"]);
    let Some(browser) = open(&emulator, 1280, false).await else { return };
    let click = async |selector: &str| {
        browser.ask(&format!("document.querySelector({}).click()", json!(selector))).await;
    };
    click("#condition-paper-out").await;
    browser.wait(r#"document.getElementById("told").textContent === "done""#).await;
    assert_eq!(emulator.sell("800").await, (400, "-6".to_owned()));
    browser.wait(r##"document.querySelector("#history details").textContent.includes("ERR-check-printer-or-batt")"##).await;
    click("#condition-paper-out").await;
    browser.wait(r#"document.getElementById("condition-paper-out").checked === false"#).await;
    browser.wait(&format!("{} === {}", SWITCHED_OFF, json!(true))).await;
    assert_eq!(emulator.sell("800").await.0, 200);
    browser.ask(r#"(document.getElementById("fault").value = "lose-reply")"#).await;
    click("#strike").await;
    browser.wait(r#"document.getElementById("told").textContent === "done""#).await;
    let form = [("key", emulator.key().await), ("sale", "50".to_owned()), ("cash", "50".to_owned())];
    assert!(emulator.post(&form).await.is_err(), "the answer is lost");
    assert_eq!(emulator.post(&form).await.expect("the repeat").0, 200);
    click(r#"button[data-say*="factory-reset"]"#).await;
    browser.wait(r#"document.getElementById("key").textContent === "01234567""#).await;
    let state: Value = emulator.state().await;
    assert_eq!(state["key"], "01234567");
    browser.close().await;
}

/// No condition stands any more, as the page was told.
const SWITCHED_OFF: &str =
    r##"[...document.querySelectorAll("#conditions input")].every(one => !one.checked)"##;
