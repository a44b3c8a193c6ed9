//! The control port: the emulator's bench behind `POST /`, so that an emulator in another process is
//! tested whole (`--bench http://ADDR`), and its panel behind GET.
//!
//! A web page somewhere must not be able to act on a register through a browser here: only JSON is
//! taken, and only under the address on which the port listens.

use super::bench::EmbeddedBench;
use super::seed;
use crate::panel::routes::{Body, whole};
use crate::panel::{Panel, faults};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HOST, ORIGIN};
use hyper::service::service_fn;
use hyper::{Method, Response, StatusCode};
use hyper_util::rt::TokioIo;
use ikkm_emulator::Machine;
use ikkm_harness::bench::message::{Reply, Request};
use ikkm_harness::bench::{BenchAction, ConditionName, Observation};
use ikkm_protocol::Key;
use serde_json::{Map, Value, json};
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use time::PrimitiveDateTime;
use tokio::net::TcpListener;

/// The longest message that is read, in bytes.
const LONGEST: usize = 64 * 1024;
/// The longest seed.
const LONGEST_SEED: usize = 1024 * 1024;
/// Out of file descriptors, say: the next connection may do better.
const PAUSE: Duration = Duration::from_millis(50);

/// What a control port serves.
#[derive(Debug, Clone)]
struct Port {
    bench: EmbeddedBench,
    panel: Panel,
    address: SocketAddr,
}

/// Listens for messages until the program ends; gives the address it listens on.
///
/// # Errors
/// The address cannot be listened on.
pub async fn serve(bench: EmbeddedBench, panel: Panel, listen: SocketAddr) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind(listen).await?;
    let address = listener.local_addr()?;
    let port = Port { bench, panel, address };
    tokio::spawn(async move {
        loop {
            let stream = match listener.accept().await {
                Ok((stream, _)) => stream,
                Err(_) => {
                    tokio::time::sleep(PAUSE).await;
                    continue;
                }
            };
            let port = port.clone();
            tokio::spawn(async move {
                let service = service_fn(move |request| {
                    let port = port.clone();
                    async move { Ok::<_, Infallible>(port.answer(request).await) }
                });
                let serving = hyper::server::conn::http1::Builder::new();
                // A peer that goes away in mid-message is no concern of the emulator's.
                let _ = serving.serve_connection(TokioIo::new(stream), service).await;
            });
        }
    });
    Ok(address)
}

impl Port {
    async fn answer(&self, request: hyper::Request<Incoming>) -> Response<Body> {
        if let Err(why) = self.admits(&request) {
            return respond(StatusCode::FORBIDDEN, &json!({ "error": why }));
        }
        match *request.method() {
            Method::GET => {
                let uri = request.uri();
                let found = self.panel.get(uri.path(), uri.query());
                found.unwrap_or_else(|| respond(StatusCode::NOT_FOUND, &json!({"error": PATHS})))
            }
            Method::POST if request.uri().path() == "/" => self.message(request).await,
            Method::POST if request.uri().path() == "/seed" => self.seed(request).await,
            _ => respond(StatusCode::NOT_FOUND, &json!({ "error": PATHS })),
        }
    }

    /// Who asks under another name than the port's address was sent here by somebody else's page.
    fn admits(&self, request: &hyper::Request<Incoming>) -> Result<(), String> {
        let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
        let host = header(HOST).unwrap_or_default();
        if !self.is_own(host) {
            return Err(format!("this port is called {}, not {:?}", self.address, shortened(host)));
        }
        match header(ORIGIN).map(|origin| origin.strip_prefix("http://").unwrap_or(origin)) {
            Some(origin) if !self.is_own(origin) => {
                Err(format!("pages of {:?} may not use this port", shortened(origin)))
            }
            _ => Ok(()),
        }
    }

    /// The address itself, or `localhost` where that is meant. Listening everywhere takes any address
    /// in numbers, for a name may be somebody else's.
    fn is_own(&self, host: &str) -> bool {
        let (name, port) = host.rsplit_once(':').unwrap_or((host, "80"));
        let name = name.trim_start_matches('[').trim_end_matches(']');
        if port.parse() != Ok(self.address.port()) {
            return false;
        }
        match name.parse::<std::net::IpAddr>() {
            Ok(ip) => ip == self.address.ip() || self.address.ip().is_unspecified(),
            Err(_) => {
                let ip = self.address.ip();
                name.eq_ignore_ascii_case("localhost") && (ip.is_loopback() || ip.is_unspecified())
            }
        }
    }

    async fn message(&self, request: hyper::Request<Incoming>) -> Response<Body> {
        let wrong = |status, why: &str| respond(status, &json!({ "error": why }));
        let kind = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let kind = kind.map(|kind| kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase());
        // A form is what a foreign page can send without being asked; `curl -d` says so, too, and no
        // browser lets a page forge the rest of what `curl` sends.
        let from_page =
            request.headers().contains_key(ORIGIN) || request.headers().contains_key("sec-fetch-site");
        let is_json = kind.as_deref().is_none_or(|kind| kind == "application/json");
        if !is_json && (from_page || kind.as_deref() != Some("application/x-www-form-urlencoded")) {
            return wrong(StatusCode::UNSUPPORTED_MEDIA_TYPE, "send application/json");
        }
        let Ok(body) = Limited::new(request.into_body(), LONGEST).collect().await else {
            return wrong(
                StatusCode::BAD_REQUEST,
                "the message cannot be read whole, or is longer than 64 KiB",
            );
        };
        let message = match serde_json::from_slice(&body.to_bytes()) {
            Ok(Value::Object(message)) => message,
            Ok(_) => return wrong(StatusCode::BAD_REQUEST, "a message is one JSON object"),
            Err(error) => return wrong(StatusCode::BAD_REQUEST, &format!("the message is no JSON: {error}")),
        };
        let answered = match self.own(&message) {
            Some(Ok(())) => respond(StatusCode::OK, &json!({"ok": true})),
            Some(Err(why)) => wrong(StatusCode::BAD_REQUEST, &why),
            None => match Request::from_json(&Value::Object(message.clone())) {
                Some(request) => respond(StatusCode::OK, &reply(self.bench.carry_out(&request).await)),
                None => wrong(StatusCode::BAD_REQUEST, &mistake(&message)),
            },
        };
        self.panel.changed();
        answered
    }

    /// The register begins anew with the data that are posted.
    async fn seed(&self, request: hyper::Request<Incoming>) -> Response<Body> {
        let wrong = |status, why: &str| respond(status, &json!({ "error": why }));
        let kind = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let kind =
            kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim().to_ascii_lowercase();
        // What a foreign page can send without being asked is not taken.
        if !matches!(kind.as_str(), "application/yaml" | "application/x-yaml" | "application/json") {
            return wrong(StatusCode::UNSUPPORTED_MEDIA_TYPE, "send application/yaml or application/json");
        }
        let Ok(body) = Limited::new(request.into_body(), LONGEST_SEED).collect().await else {
            return wrong(StatusCode::BAD_REQUEST, "the seed cannot be read whole, or is longer than 1 MiB");
        };
        let Ok(text) = String::from_utf8(body.to_bytes().into()) else {
            return wrong(StatusCode::BAD_REQUEST, "the seed is no UTF-8");
        };
        let begun = self.bench.device().with(|machine, now| begin_with(machine, &text, None, now));
        self.panel.changed();
        match begun {
            Ok(()) => respond(StatusCode::OK, &json!({"ok": true})),
            Err(why) => wrong(StatusCode::BAD_REQUEST, &why),
        }
    }

    /// Goods, taxes, cashiers and folders as a seed writes them, changed at run time.
    fn edit(&self, message: &Map<String, Value>) -> Result<(), String> {
        let mut fields = message.clone();
        fields.remove("do");
        let known = ["taxes", "default-tax", "cashiers", "cashier", "goods", "catalog"];
        if let Some(other) = fields.keys().find(|name| !known.contains(&name.as_str())) {
            return Err(format!("`{}` is not to be edited: {} are", shortened(other), known.join(", ")));
        }
        let source = seed::source(&Value::Object(fields).to_string())?;
        self.bench.device().with(|machine, _| {
            let directories = source.directories(machine.directories())?;
            machine.edit_directories(directories);
            Ok(())
        })
    }

    /// What this port does beside the messages of the bench protocol.
    fn own(&self, message: &Map<String, Value>) -> Option<Result<(), String>> {
        match message.get("do").and_then(Value::as_str)? {
            "fault" => Some(faults::rule(message).map(|rule| self.bench.device().inject(rule))),
            "edit" => Some(self.edit(message)),
            "clear-faults" => {
                self.bench.device().clear_faults();
                Some(Ok(()))
            }
            "push-queue" => {
                self.bench.device().with(|machine, now| machine.push_queue(now));
                Some(Ok(()))
            }
            _ => None,
        }
    }
}

/// A device begins anew with a seed; `key` is the one that its user has asked for.
///
/// # Errors
/// A sentence with the line, or with the field that does not fit; then nothing has changed.
pub fn begin_with(
    machine: &mut Machine,
    text: &str,
    key: Option<Key>,
    now: PrimitiveDateTime,
) -> Result<(), String> {
    let base = machine.personality().clone();
    let shown = machine.key().clone();
    let seeded = seed::read(text, &base, key.clone().unwrap_or(shown))?;
    machine.begin_anew(&seeded.personality, key.unwrap_or(seeded.key), now);
    Ok(())
}

const PATHS: &str = "POST / takes one message, POST /seed the data to begin anew with; GET /, /state, /history and /events show the register";

fn shortened(text: &str) -> String {
    text.chars().take(80).collect()
}

/// What is wrong with a message that nobody knows: the names that are known.
fn mistake(message: &Map<String, Value>) -> String {
    let text = |field: &str| message.get(field).and_then(Value::as_str);
    let one_of = |field: &str, names: Vec<&str>| {
        let given = shortened(text(field).unwrap_or_default());
        format!("`{field}` is {given:?}: it must be one of {}", names.join(", "))
    };
    match text("do") {
        Some("establish" | "clear") => {
            let known = text("condition").and_then(ConditionName::from_name).is_some();
            if known {
                return "`blocked`, and only it, needs `code`: a whole number from 0 to 99".to_owned();
            }
            one_of("condition", ConditionName::ALL.map(ConditionName::as_str).to_vec())
        }
        Some("act") if text("action").is_some_and(|name| BenchAction::NAMES.contains(&name)) => {
            "`advance-clock` needs `seconds`, `finish-bank` needs `result`: success or fail".to_owned()
        }
        Some("act") => one_of("action", BenchAction::NAMES.to_vec()),
        Some("observe") => one_of("observation", Observation::ALL.map(Observation::as_str).to_vec()),
        _ => one_of(
            "do",
            vec![
                "hello",
                "establish",
                "clear",
                "act",
                "observe",
                "bye",
                "fault",
                "clear-faults",
                "push-queue",
                "edit",
            ],
        ),
    }
}

fn reply(reply: Reply) -> Value {
    match reply {
        Reply::Done(mut fields) => {
            fields.insert("ok".to_owned(), Value::Bool(true));
            Value::Object(fields)
        }
        Reply::Unsupported(why) => json!({"unsupported": true, "why": why}),
        Reply::Failed(why) => json!({"error": why}),
    }
}

fn respond(status: StatusCode, body: &Value) -> Response<Body> {
    whole(status, body.to_string(), "application/json")
}
