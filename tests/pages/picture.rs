//! Draws the page of a run for the README.

use super::support::{Sandbox, root};
use super::{call, open};

/// `cargo test --test pages draws -- --ignored`
#[tokio::test]
#[ignore = "writes docs/pictures/page.png"]
async fn draws_the_page_of_a_run() {
    let folder = Sandbox::new();
    let run = ["run", "--quiet", "--defect", "keys/repeat-registers", "--defect", "payments/change-stays"];
    assert_eq!(call(folder.path(), &run), 1);
    let Some(browser) = open(&folder.path().join("reports/index.html"), 1000, false).await else { return };
    let picture = browser.client.screenshot().await.expect("a picture");
    std::fs::write(root().join("docs/pictures/page.png"), picture).expect("a file");
    browser.close().await;
}
