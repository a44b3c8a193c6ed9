//! Sending one request to a device and saying exactly what came of it.
//!
//! reqwest does the HTTP, through a recording tap ([`super::tap`]): no proxy, no redirect, no second
//! try, no decompression. Every outcome says whether the device may have acted on the request.

use super::delivery::{self, Ending};
use super::tap::{self, Bounds, Received, Sent, Tap};
use super::wire::Head;
use ikkm_protocol::{Method, WireRequest};
use reqwest::header::{CONTENT_TYPE, HOST};
use reqwest::{Client, Url};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use thiserror::Error;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

pub use super::delivery::{Delivery, DropReply, Outcome, Trouble, Wire};

/// Where and how requests are sent.
#[derive(Debug, Clone)]
pub struct TransportOptions {
    /// The device: `http`, host and port, no path.
    pub target: Url,
    /// The local address to send from; `None` leaves it to the system.
    pub source: Option<IpAddr>,
    /// A connection for each request; else an idle one is used again.
    pub fresh_connection: bool,
    /// How long connecting may take.
    pub connect_timeout: Duration,
    /// The largest body taken, in bytes.
    pub max_body: usize,
    /// The largest head taken, in bytes.
    pub max_head: usize,
    /// How long to wait, after an answer on a connection of its own, for surplus bytes or the
    /// device's close.
    pub linger: Duration,
}

impl TransportOptions {
    /// What suits a device: a connection each, 10 s to connect, 8 MiB of body, 64 KiB of head.
    pub fn new(target: Url) -> TransportOptions {
        TransportOptions {
            target,
            source: None,
            fresh_connection: true,
            connect_timeout: Duration::from_secs(10),
            max_body: 8 << 20,
            max_head: 64 << 10,
            linger: Duration::from_millis(50),
        }
    }
}

/// The transport cannot be set up.
#[derive(Debug, Error)]
pub enum TransportError {
    /// Not a URL of a device.
    #[error("the target {0} is no device's address: write it as http://HOST:PORT")]
    Target(String),
    /// reqwest has no client for us.
    #[error("no HTTP client can be built: {0}")]
    Client(#[from] reqwest::Error),
}

/// Sends requests to one device.
pub struct Transport {
    options: TransportOptions,
    host: String,
    port: u16,
    host_header: String,
    client: Client,
    idle: Mutex<Option<TcpStream>>,
    /// Taps' listeners that can be used again: finding a free port takes the system milliseconds.
    listeners: Mutex<Vec<TcpListener>>,
}

impl Transport {
    /// A transport to the options' target; connects only when it sends.
    ///
    /// # Errors
    /// [`TransportError::Target`] for anything but `http://HOST[:PORT]`.
    pub fn new(options: TransportOptions) -> Result<Transport, TransportError> {
        let target = &options.target;
        let plain = target.scheme() == "http"
            && target.path() == "/"
            && target.query().is_none()
            && target.username().is_empty()
            && target.password().is_none();
        let (true, Some(name)) = (plain, target.host_str()) else {
            return Err(TransportError::Target(target.to_string()));
        };
        let host = name.trim_matches(['[', ']']).to_owned();
        let host_header = target.port().map_or(name.to_owned(), |port| format!("{name}:{port}"));
        let client = Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .http1_only()
            .http1_title_case_headers()
            .pool_max_idle_per_host(0)
            .build()?;
        let port = target.port().unwrap_or(80);
        Ok(Transport {
            options,
            host,
            port,
            host_header,
            client,
            idle: Mutex::new(None),
            listeners: Mutex::default(),
        })
    }

    /// Sends the request once and waits at most `limit` for the complete answer.
    pub async fn send(&self, request: &WireRequest, limit: Duration) -> Delivery {
        let began = Instant::now();
        let deadline = began + limit;
        let (mut tap, listener, url) = match self.ready(request, limit).await {
            Ok(ready) => ready,
            Err(why) => return not_sent(why, began),
        };
        let mut body = Vec::new();
        let ended = {
            let exchange = tokio::time::timeout_at(deadline, self.exchange(request, url, &mut body));
            let pump = async {
                tap.pump(&listener).await;
                std::future::pending().await
            };
            tokio::select! {
                biased;
                ended = exchange => ended.unwrap_or(Err(Ending::TimedOut(limit))),
                ended = pump => ended,
            }
        };
        let started = tap.sent.first.unwrap_or(began);
        let elapsed = match (&ended, tap.received.last) {
            (Ok(()), Some(last)) => last.saturating_duration_since(started),
            _ => started.elapsed(),
        };
        if ended.is_ok() {
            // Only after a clean exchange can no connection of it be left waiting there.
            self.listeners.lock().unwrap_or_else(PoisonError::into_inner).push(listener);
        }
        let (sent, received) = if ended.is_ok() { self.finish(tap).await } else { (tap.sent, tap.received) };
        let (outcome, wire) = delivery::conclude(ended, sent, received, body);
        Delivery { outcome, wire, started, elapsed }
    }

    /// Sends the request once and drops the connection without reading an answer: a lost reply that
    /// any device can be given. In doubt like every other one, whatever the device made of it.
    pub async fn abandon(&self, request: &WireRequest, limit: Duration, when: DropReply) -> Delivery {
        let began = Instant::now();
        let (mut tap, listener, url) = match self.ready(request, limit).await {
            Ok(ready) => ready,
            Err(why) => return not_sent(why, began),
        };
        let mut body = Vec::new();
        let ending = {
            let exchange = tokio::time::timeout_at(began + limit, self.exchange(request, url, &mut body));
            let push = async {
                if !tap.push(&listener, request.body.len(), when).await {
                    std::future::pending::<()>().await;
                }
            };
            tokio::select! {
                biased;
                () = push => Ending::Abandoned,
                ended = exchange => match ended {
                    Ok(Err(ending)) => ending,
                    // Nothing was handed to the library that it could take for an answer.
                    Ok(Ok(())) | Err(_) => Ending::TimedOut(limit),
                },
            }
        };
        let started = tap.sent.first.unwrap_or(began);
        let (outcome, wire) = delivery::conclude(Err(ending), tap.sent, tap.received, body);
        Delivery { outcome, wire, started, elapsed: started.elapsed() }
    }

    /// A tapped connection to the device, and where the library is to send the request.
    async fn ready(&self, request: &WireRequest, limit: Duration) -> Result<(Tap, TcpListener, Url), String> {
        let device = self.connection(limit).await?;
        let (listener, url) = self.tap_for(request).await?;
        let bounds = Bounds { head: self.options.max_head, body: self.options.max_body.saturating_mul(2) };
        Ok((Tap::new(device, bounds), listener, url))
    }

    /// A listener for the tap, and the request's URL on it.
    async fn tap_for(&self, request: &WireRequest) -> Result<(TcpListener, Url), String> {
        let used = self.listeners.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let bound = async {
            let listener = match used {
                Some(listener) => listener,
                None => TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?,
            };
            let port = listener.local_addr()?.port();
            std::io::Result::Ok((listener, port))
        };
        let (listener, port) =
            bound.await.map_err(|error| format!("no recording tap on loopback: {error}"))?;
        let text = format!("http://127.0.0.1:{port}{}", request.target);
        let url = Url::parse(&text).ok().filter(|url| {
            request.target.starts_with('/') && url.fragment().is_none() && url.as_str() == text
        });
        // A URL that changes when it is read (dots, bare Cyrillic) would ask for something else.
        url.map(|url| (listener, url)).ok_or_else(|| {
            format!("the path {:?} cannot be sent as written: percent-encode it", request.path())
        })
    }

    /// An idle connection, if there is a sound one, or a new one.
    async fn connection(&self, limit: Duration) -> Result<TcpStream, String> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).take();
        match idle {
            Some(idle) if tap::is_quiet(&idle) => Ok(idle),
            _ => {
                let limit = limit.min(self.options.connect_timeout);
                tap::connect(&self.host, self.port, self.options.source, limit).await
            }
        }
    }

    /// The library's part: the request out, the decoded body in. Keeps what came before an error.
    async fn exchange(&self, request: &WireRequest, url: Url, body: &mut Vec<u8>) -> Result<(), Ending> {
        let method = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
        };
        let mut asked = self.client.request(method, url).header(HOST, &self.host_header);
        if let Some(kind) = &request.content_type {
            asked = asked.header(CONTENT_TYPE, kind);
        }
        if !request.body.is_empty() || request.method == Method::Post {
            asked = asked.body(request.body.clone());
        }
        let mut response = asked.send().await?;
        while let Some(piece) = response.chunk().await? {
            let room = self.options.max_body.saturating_sub(body.len());
            body.extend_from_slice(piece.get(..room).unwrap_or(&piece));
            if piece.len() > room {
                return Err(Ending::TooLarge);
            }
        }
        Ok(())
    }

    /// After a complete answer: keeps the connection, or sees it end.
    async fn finish(&self, mut tap: Tap) -> (Sent, Received) {
        let keeps = !self.options.fresh_connection
            && tap.received.end.is_none()
            && Head::read(&tap.received.bytes).is_some_and(|head| {
                let body = tap.received.bytes.get(head.body_at..).unwrap_or_default();
                !head.closes() && head.body_length(body) == Some(body.len())
            });
        if keeps {
            *self.idle.lock().unwrap_or_else(PoisonError::into_inner) = Some(tap.device);
        } else {
            tap.drain(self.options.linger).await;
        }
        (tap.sent, tap.received)
    }
}

fn not_sent(why: String, began: Instant) -> Delivery {
    let wire = Wire::default();
    Delivery { outcome: Outcome::NotSent(why), wire, started: began, elapsed: began.elapsed() }
}
