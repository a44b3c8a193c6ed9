//! A headless browser, as the person sees it.
//!
//! Where there is none a test says so and is over; in CI (`CI` is set) that is a failure.
//!
//! Each test program compiles its own copy and uses a part of it.
#![allow(dead_code)]

use fantoccini::wd::PrintConfiguration;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A browser and the program that drives it; both end with the test.
pub struct Browser {
    /// What a test talks to.
    pub client: Client,
    driver: Child,
    /// Where the driver listens.
    url: String,
}

/// What makes a page usable for everybody, as axe and the like check it: every control has a name that a screen reader
/// reads, links have a text, ids are there once, headings leave out no level, charts and pictures have a label, the
/// page has a language, and no text is faint (contrast of 4.5 and more). Returns what is wrong.
pub const ACCESSIBLE: &str = r#"(() => {
    const wrong = [];
    if (!document.documentElement.lang) wrong.push("no language");
    if (!document.querySelector("main, h1")) wrong.push("no main part");
    for (const one of document.querySelectorAll("button, select, input, summary")) {
        const named = one.labels && one.labels.length || one.textContent.trim() || one.getAttribute("aria-label");
        if (!named) wrong.push(`no name: ${one.outerHTML.slice(0, 80)}`);
    }
    for (const one of document.querySelectorAll("a")) if (!one.textContent.trim()) wrong.push(`a link without text: ${one.outerHTML.slice(0, 80)}`);
    for (const one of document.querySelectorAll("img, body > svg, main svg[role]")) if (!one.getAttribute("alt") && !one.getAttribute("aria-label")) wrong.push(`no label: ${one.outerHTML.slice(0, 80)}`);
    for (const one of document.querySelectorAll("[tabindex='0']")) if (!one.getAttribute("aria-label")) wrong.push(`a region without a name: ${one.outerHTML.slice(0, 80)}`);
    for (const one of document.querySelectorAll("table")) if (!one.querySelector("th[scope]")) wrong.push(`a table without headers: ${one.outerHTML.slice(0, 80)}`);
    const ids = [...document.querySelectorAll("[id]")].map(one => one.id);
    if (new Set(ids).size !== ids.length) wrong.push(`an id twice: ${ids.find((id, at) => ids.indexOf(id) !== at)}`);
    let level = 0;
    for (const one of document.querySelectorAll("h1, h2, h3, h4")) {
        const own = Number(one.tagName[1]);
        if (own > level + 1) wrong.push(`a level is left out before: ${one.textContent}`);
        level = own;
    }
    const light = text => { const [r, g, b] = text.match(/[\d.]+/g).map(Number).map(v => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
    const back = one => { for (; one; one = one.parentElement) { const color = getComputedStyle(one).backgroundColor; if (!color.startsWith("rgba(0, 0, 0, 0")) return color; } return "rgb(255, 255, 255)"; };
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const seen = new Set();
    while (texts.nextNode() && seen.size < 4000) {
        const one = texts.currentNode.parentElement;
        if (!texts.currentNode.textContent.trim() || !one.getClientRects().length || seen.has(one) || one.closest("svg, script, style, noscript")) continue;
        seen.add(one);
        const [a, b] = [light(getComputedStyle(one).color), light(back(one))].sort((x, y) => y - x);
        if ((a + 0.05) / (b + 0.05) < 4.5) wrong.push(`faint: ${one.tagName} ${one.textContent.slice(0, 40)}`);
    }
    return [...new Set(wrong)].slice(0, 20);
})()"#;

impl Browser {
    /// Starts one of that size in pixels, dark or not. `None` where the machine has none.
    pub async fn start(width: u32, height: u32, dark: bool) -> Option<Browser> {
        let port =
            TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port();
        let started = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let Ok(driver) = started else {
            assert!(std::env::var_os("CI").is_none(), "CI needs chromium and chromium-driver");
            eprintln!("skipped: there is no chromedriver here (packages chromium and chromium-driver)");
            return None;
        };
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
        ];
        let mut arguments: Vec<String> = arguments.map(str::to_owned).to_vec();
        arguments.push(format!("--window-size={width},{height}"));
        if dark {
            arguments.push("--force-dark-mode".to_owned());
        }
        let wanted = json!({
            "goog:chromeOptions": {"args": arguments, "mobileEmulation": {"deviceMetrics": {"width": width, "height": height, "pixelRatio": 1.0}}},
            "goog:loggingPrefs": {"browser": "ALL"},
        });
        let capabilities = wanted.as_object().cloned().expect("an object");
        for _ in 0..200 {
            let url = format!("http://127.0.0.1:{port}");
            let connected = ClientBuilder::new(HttpConnector::new())
                .capabilities(capabilities.clone())
                .connect(&url)
                .await;
            match connected {
                Ok(client) => return Some(Browser { client, driver, url }),
                Err(fantoccini::error::NewSessionError::SessionNotCreated(error)) => {
                    panic!("no browser: {error}")
                }
                // The driver does not listen yet.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
        panic!("the browser's driver does not listen");
    }

    /// What a script returns in the page.
    pub async fn ask(&self, script: &str) -> serde_json::Value {
        self.client.execute(&format!("return {script}"), Vec::new()).await.expect("a script that runs")
    }

    /// Waits until a script returns true in the page.
    pub async fn wait(&self, script: &str) {
        let until = tokio::time::Instant::now() + Duration::from_secs(10);
        // What a script looks at may not be there yet.
        while self.client.execute(&format!("return {script}"), Vec::new()).await.ok() != Some(json!(true)) {
            assert!(tokio::time::Instant::now() < until, "it does not come true: {script}");
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// What the page complained of in the console.
    pub async fn complaints(&self) -> Vec<String> {
        let session = self.client.session_id().await.expect("a session").expect("a session's id");
        let url = format!("{}/session/{session}/se/log", self.url);
        let asked = reqwest::Client::builder().no_proxy().build().expect("a client").post(url);
        let answer =
            asked.body(r#"{"type":"browser"}"#).send().await.expect("a log").text().await.expect("a text");
        let log: serde_json::Value = serde_json::from_str(&answer).expect("JSON");
        let lines = log["value"].as_array().expect("lines");
        lines.iter().map(|line| line["message"].to_string()).collect()
    }

    /// How many sheets of paper the page takes.
    pub async fn sheets(&self) -> usize {
        let pdf = self.client.print(PrintConfiguration::default()).await.expect("a PDF");
        let page = b"/Type /Page\n";
        pdf.windows(page.len()).filter(|window| window == page).count()
    }

    /// Ends it.
    pub async fn close(mut self) {
        // A browser that is gone already is as good.
        let _ = self.client.clone().close().await;
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.driver.kill();
    }
}
