//! The other pages have the looks of a run's page, and are as readable.

use super::support::{Sandbox, python, root};
use super::{Browser, call, go_to, reads_well};

#[tokio::test]
async fn certificate_kill_matrix_and_fuzz_report_read_as_well_as_a_run() {
    let folder = Sandbox::new();
    let driver = format!("{} {}", python(), root().join("docs/examples/client.py").display());
    let fuzz = ["fuzz", "--defect", "books/no-fiscal-sale", "--cases", "3", "--html", "reports/fuzz.html"];
    assert_eq!(call(folder.path(), &fuzz), 1);
    assert_eq!(call(folder.path(), &["qualify", "--defect", "errors/day-code"]), 0);
    // What the client comes to is of no concern here: a certificate is written whatever it is.
    call(folder.path(), &["certify", "--driver", &driver, "--case", "basics/first-sale"]);
    for (width, dark) in [(1280, false), (390, true)] {
        let Some(browser) = Browser::start(width, 900, dark).await else { return };
        for (name, told) in [
            ("fuzz.html", "The shortest sequence"),
            ("qualify.html", "Requirement by requirement"),
            ("certificate.html", "What a client must do"),
        ] {
            let page = folder.path().join("reports").join(name);
            let text = std::fs::read_to_string(&page).expect(name);
            assert!(text.contains(told), "{name}");
            go_to(&browser, &page).await;
            reads_well(&browser).await;
            let family = browser
                .ask(r#"getComputedStyle(document.documentElement).getPropertyValue("--panel") !== """#)
                .await;
            assert_eq!(family, true, "{name} has the family's colours");
        }
        browser.close().await;
    }
}
