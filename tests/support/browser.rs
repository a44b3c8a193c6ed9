//! A headless browser, as the person sees it.
//!
//! Where there is none a test says so and is over; in CI (`CI` is set) that is a failure.

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
}

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
            let connected = ClientBuilder::new(HttpConnector::new())
                .capabilities(capabilities.clone())
                .connect(&format!("http://127.0.0.1:{port}"))
                .await;
            match connected {
                Ok(client) => return Some(Browser { client, driver }),
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
