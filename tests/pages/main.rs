//! The pages in a real browser: that they open at once, show the findings first, filter and search, lead to a case,
//! print on few sheets, and can be read by everybody.

#[path = "../support/browser.rs"]
mod browser;
mod family;
mod picture;
#[path = "../support/mod.rs"]
mod support;

use browser::{ACCESSIBLE, Browser};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use support::Sandbox;

/// Calls the program in a folder; gives its exit code.
fn call(folder: &Path, arguments: &[&str]) -> i32 {
    let status = Command::new(env!("CARGO_BIN_EXE_ikkm-conformance"))
        .args(arguments)
        .current_dir(folder)
        .env("XDG_STATE_HOME", folder.join("state"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.expect("the program starts").code().unwrap_or(-1)
}

fn bytes(path: &Path) -> u64 {
    std::fs::metadata(path).expect("the page").len()
}

/// Opens a page and waits until its cases are drawn.
async fn open(page: &Path, width: u32, dark: bool) -> Option<Browser> {
    let browser = Browser::start(width, 900, dark).await?;
    go_to(&browser, page).await;
    Some(browser)
}

/// Shows a page.
async fn go_to(browser: &Browser, page: &Path) {
    browser.client.goto(&format!("file://{}", page.display())).await.expect("the page opens");
}

/// What holds for every page at every width.
async fn reads_well(browser: &Browser) {
    assert_eq!(browser.ask(ACCESSIBLE).await, json!([]));
    let wider = r#"[...document.querySelectorAll("main *, header *")].filter(one => !one.closest(".scroll") && one.getBoundingClientRect().right > innerWidth + 1).slice(0, 3).map(one => one.outerHTML.slice(0, 120))"#;
    assert_eq!(browser.ask(wider).await, json!([]), "nothing is wider than the window");
    assert_eq!(browser.complaints().await, Vec::<String>::new());
}

/// Whether the page is loaded and drawn within a second. Others may be busy on this machine: one opening of several
/// shows what the page takes.
async fn opens_at_once(browser: &Browser) {
    let taken = r#"performance.getEntriesByType("navigation")[0].loadEventEnd"#;
    let mut all = Vec::new();
    for _ in 0..12 {
        let millis = browser.ask(taken).await.as_f64().expect("a number");
        all.push(millis);
        if millis > 0.0 && millis < 1_000.0 {
            return;
        }
        browser.client.refresh().await.expect("the page once more");
    }
    panic!("it takes more than a second: {all:?} ms");
}

/// How many cases the list shows in all, as the page tells it.
async fn shown(browser: &Browser) -> u64 {
    let told = browser.ask(r#"document.getElementById("shown").textContent"#).await;
    let told = told.as_str().expect("a text").split_whitespace().next().expect("a number").to_owned();
    told.parse().expect("a number")
}

/// Changes a control of the filters as a person does.
async fn choose(browser: &Browser, change: &str) {
    let script = format!(
        "(() => {{ const form = document.getElementById('filters'); {change}; form.dispatchEvent(new Event('input')); }})()"
    );
    browser.ask(&script).await;
}

fn summary(folder: &Path) -> Value {
    let text = std::fs::read_to_string(folder.join("reports/results.json")).expect("results");
    serde_json::from_str::<Value>(&text).expect("JSON")["summary"].clone()
}

fn number(summary: &Value, name: &str) -> u64 {
    summary[name].as_u64().expect("a number")
}

#[tokio::test]
async fn a_full_pass_is_small_opens_at_once_and_prints_on_few_sheets() {
    let folder = Sandbox::new();
    assert_eq!(call(folder.path(), &["run", "--quiet"]), 0);
    let page = folder.path().join("reports/index.html");
    assert!(bytes(&page) <= 1_500_000, "{} bytes", bytes(&page));
    let Some(browser) = open(&page, 1280, false).await else { return };
    opens_at_once(&browser).await;
    assert_eq!(shown(&browser).await, number(&summary(folder.path()), "pass"));
    reads_well(&browser).await;
    let sheets = browser.sheets().await;
    assert!((1..=30).contains(&sheets), "{sheets} sheets");
    // No case stands on paper.
    assert_eq!(
        browser.ask(r#"document.querySelectorAll("pre").length"#).await,
        json!(0),
        "passes keep no transcript"
    );
    browser.close().await;
    let narrow = open(&page, 390, true).await.expect("a browser, as before");
    reads_well(&narrow).await;
    narrow.close().await;
}

#[tokio::test]
async fn a_bad_day_shows_its_findings_first_and_every_case_can_be_found() {
    let folder = Sandbox::new();
    assert_eq!(call(folder.path(), &["run", "--quiet", "--defect", "books/no-total-count-buy"]), 1);
    let page = folder.path().join("reports/index.html");
    let summary = summary(folder.path());
    let failed = number(&summary, "fail");
    assert!((80..150).contains(&failed), "a day of about 93 failures: {failed}");
    let Some(browser) = open(&page, 1280, false).await else { return };
    // Verdict, figures and the first finding with its cases are on the first screen.
    let first = r#"document.querySelector("section.finding").getBoundingClientRect().bottom"#;
    assert!(browser.ask(first).await.as_f64().expect("a place") < 900.0);
    let findings = browser.ask(r#"document.querySelectorAll("section.finding").length"#).await;
    assert!(findings.as_u64().is_some_and(|findings| findings <= 5), "few causes, few findings: {findings}");
    reads_well(&browser).await;
    // Verdict, chapter, requirement and text narrow the list, each on top of the others.
    let every = shown(&browser).await;
    choose(&browser, "for (const box of form.verdict) box.checked = box.value === 'fail'").await;
    assert_eq!(shown(&browser).await, failed);
    choose(&browser, "form.chapter.value = 'REG'").await;
    let registrations = shown(&browser).await;
    assert!(registrations > 0 && registrations < failed);
    choose(&browser, "form.requirement.value = 'REG-2'").await;
    let adds = shown(&browser).await;
    assert!(adds > 0 && adds <= registrations);
    choose(&browser, "form.text.value = 'no such text anywhere'").await;
    assert_eq!(shown(&browser).await, 0);
    choose(&browser, "form.reset()").await;
    assert_eq!(shown(&browser).await, every);
    // The link of a finding opens its case, although the list does not reach so far.
    browser.ask(r#"document.querySelector("section.finding dd a").click()"#).await;
    browser.wait(r#"document.activeElement.closest("details.case")?.open === true"#).await;
    let opened = browser.ask(r#"document.activeElement.closest("details.case").id"#).await;
    let linked = browser
        .ask(r#"decodeURIComponent(document.querySelector("section.finding dd a").hash.slice(1))"#)
        .await;
    assert_eq!(opened, linked);
    // Its transcript is folded until somebody unfolds it, and the judged exchange is marked.
    browser
        .ask(r#"document.activeElement.closest("details.case").querySelector(":scope details > summary").click()"#)
        .await;
    browser.wait(r#"document.querySelectorAll("pre.judged").length > 0"#).await;
    assert_eq!(browser.ask(ACCESSIBLE).await, json!([]));
    // A page that is opened with an anchor goes there by itself.
    let anchor = browser.ask("location.href").await;
    browser.client.goto("about:blank").await.expect("another page");
    browser.client.goto(anchor.as_str().expect("a URL")).await.expect("the case");
    browser.wait(r#"document.activeElement.closest("details.case")?.open === true"#).await;
    let sheets = browser.sheets().await;
    assert!((1..=35).contains(&sheets), "{sheets} sheets");
    assert_eq!(browser.complaints().await, Vec::<String>::new());
    browser.close().await;
}

#[tokio::test]
async fn the_worst_day_stays_below_three_megabytes_and_a_second() {
    let folder = Sandbox::new();
    assert_eq!(call(folder.path(), &["run", "--quiet", "--defect", "wire/empty-reason-on-error"]), 1);
    let page = folder.path().join("reports/index.html");
    assert!(bytes(&page) <= 3_000_000, "{} bytes", bytes(&page));
    let Some(browser) = open(&page, 390, true).await else { return };
    opens_at_once(&browser).await;
    reads_well(&browser).await;
    browser.close().await;
}

#[tokio::test]
async fn hostile_text_stays_text_and_the_keyboard_reaches_the_cases() {
    let image = "<img src=x onerror=document.title=1>";
    let evil = format!("{image}</script><script>document.title=2</script>");
    let suite = format!(
        "about: x\ncases:\n  - name: test/evil\n    about: '{evil}'\n    requirements: [CHK-1]\n    steps:\n      - {{get: /apicheck/, expect: '200 {image} x'}}\n"
    );
    let folder = Sandbox::new();
    folder.file("s.yaml", suite);
    assert_eq!(call(folder.path(), &["run", "--quiet", "s.yaml"]), 1);
    let page: PathBuf = folder.path().join("reports/index.html");
    let Some(browser) = open(&page, 1280, true).await else { return };
    assert_eq!(browser.ask(r#"document.querySelectorAll("img").length"#).await, json!(0));
    let title = browser.ask("document.title").await;
    assert!(title.as_str().is_some_and(|title| title.starts_with("iKKM conformance")), "{title}");
    let told =
        browser.ask(r#"document.querySelector("section.finding").textContent.includes("<img src=x")"#).await;
    assert_eq!(told, json!(true));
    browser.ask(r#"document.querySelector("details.case > summary").click()"#).await;
    browser.wait(r#"document.querySelector("details.case .inside") !== null"#).await;
    assert_eq!(browser.ask(r#"document.querySelectorAll("img").length"#).await, json!(0));
    // Everything that can be used is reached with the Tab key, in the order of the page.
    let reached = browser
        .ask(r#"[...document.querySelectorAll("a, input, select, button, summary")].filter(one => one.tabIndex < 0 && !one.hidden).length"#)
        .await;
    assert_eq!(reached, json!(0));
    reads_well(&browser).await;
    browser.close().await;
}
