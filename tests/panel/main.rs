//! The panel of `emulate`: what a person sees in a browser, and the same for scripts.

mod api;
#[path = "../support/browser.rs"]
mod browser;
mod page;
mod picture;
#[path = "../support/mod.rs"]
mod support;

use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use support::Sandbox;

/// A started emulator; it ends with the test.
struct Emulator {
    child: Child,
    url: String,
    control: String,
    lines: std::io::Lines<BufReader<ChildStdout>>,
    _folder: Sandbox,
}

impl Emulator {
    fn start(more: &[&str]) -> Emulator {
        let folder = Sandbox::new();
        let free = "127.0.0.1:0";
        let mut child = Command::new(env!("CARGO_BIN_EXE_ikkm-conformance"))
            .args(["emulate", "--listen", free, "--control", free, "--key", "01234567"])
            .args(more)
            .current_dir(folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let (mut url, mut control) = (None, None);
        while url.is_none() {
            let line = lines.next().expect("a line before the end").expect("UTF-8");
            if let Some(address) = line.strip_prefix("control port on ") {
                control = Some(address.to_owned());
            }
            url = line.strip_prefix("listening on ").map(str::to_owned);
        }
        let (url, control) = (url.expect("an address"), control.expect("a control port"));
        Emulator { child, url, control, lines, _folder: folder }
    }

    async fn state(&self) -> Value {
        get(&format!("{}/state", self.control)).await
    }

    async fn key(&self) -> String {
        self.state().await["key"].as_str().expect("a key").to_owned()
    }

    /// Registers a sale with the key on the screen; the status and the body.
    async fn sell(&self, total: &str) -> (u16, String) {
        let form = [("key", self.key().await), ("sale", total.to_owned()), ("cash", total.to_owned())];
        self.post(&form).await.expect("an answer")
    }

    async fn post(&self, form: &[(&str, String)]) -> Result<(u16, String), reqwest::Error> {
        let answer = client().post(format!("{}/api/", self.url)).form(form).send().await?;
        Ok((answer.status().as_u16(), answer.text().await?))
    }

    async fn say(&self, message: Value) -> Value {
        let asked = client().post(&self.control).header("content-type", "application/json");
        let answer = asked.body(message.to_string()).send().await.expect("an answer");
        serde_json::from_str(&answer.text().await.expect("a body")).expect("JSON")
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A connection for each request, and no answer waited for in vain.
fn client() -> reqwest::Client {
    reqwest::Client::builder()
        .no_proxy()
        .retry(reqwest::retry::never())
        .pool_max_idle_per_host(0)
        .timeout(std::time::Duration::from_secs(10))
        .build()
        .expect("a client")
}

async fn get(url: &str) -> Value {
    let answer = client().get(url).send().await.expect("an answer").text().await.expect("a body");
    serde_json::from_str(&answer).expect("JSON")
}
