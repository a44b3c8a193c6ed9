//! Draws the panel for the README.

use super::Emulator;
use super::page::open;
use serde_json::json;
use std::path::Path;

/// `cargo test --test panel draws -- --ignored`
#[tokio::test]
#[ignore = "writes docs/pictures/panel.png"]
async fn draws_the_panel() {
    let emulator = Emulator::start(&["--quiet"]);
    for total in ["800", "2450.50", "120"] {
        assert_eq!(emulator.sell(total).await.0, 200);
    }
    emulator.say(json!({"do": "establish", "condition": "paper-out"})).await;
    assert_eq!(emulator.sell("75").await.0, 400);
    emulator.say(json!({"do": "clear", "condition": "paper-out"})).await;
    let Some(browser) = open(&emulator, 1000, false).await else { return };
    browser.wait(r##"document.querySelectorAll("#history details").length === 4"##).await;
    let picture = browser.client.screenshot().await.expect("a picture");
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/pictures/panel.png");
    std::fs::write(place, picture).expect("a file");
    browser.close().await;
}
