//! Sending one request to a device and saying exactly what came of it.
//!
//! hyper does the HTTP over a connection that records ([`super::recording`]): no proxy, no redirect, no
//! second try, no decompression. Every outcome says whether the device may have acted on the request.

use super::delivery::{self, Decoded, Ending};
use super::recording::{self, Bounds, Received, Recording};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper::header::{ACCEPT, CONTENT_TYPE, HOST, HeaderValue, TRANSFER_ENCODING};
use hyper_util::rt::TokioIo;
use ikkm_protocol::{Method, WireRequest};
use reqwest::Url;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use thiserror::Error;
use tokio::net::TcpStream;
use tokio::time::Instant;

pub use super::delivery::{Delivery, DropReply, NoAnswerReason, Outcome, WireBytes};

/// Where and how requests are sent.
#[derive(Debug, Clone)]
pub struct TransportOptions {
    /// The device: `http`, host and port, no path.
    pub target: Url,
    /// The local address to send from; `None` leaves it to the system.
    pub source: Option<IpAddr>,
    /// A connection for each request; else an idle one is used again, where the device keeps it.
    pub fresh_connection: bool,
    /// The device is known to keep a connection that it does not say it closes: the embedded one. Of any
    /// other one only what can be sent again goes over a connection that was kept.
    pub keeps_connections: bool,
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
            keeps_connections: false,
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
}

/// Sends requests to one device.
pub struct Transport {
    options: TransportOptions,
    /// The target as text, without a path.
    base: String,
    host: String,
    port: u16,
    host_header: HeaderValue,
    idle: Mutex<Option<TcpStream>>,
    /// The device was seen to keep a connection open beyond its answer, as it said.
    keeps: AtomicBool,
    /// It did something else with a connection that it had kept: none is kept any more.
    breaks: AtomicBool,
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
        let wrong = || TransportError::Target(target.to_string());
        let (true, Some(name)) = (plain, target.host_str()) else { return Err(wrong()) };
        let host = name.trim_matches(['[', ']']).to_owned();
        let host_header = target.port().map_or(name.to_owned(), |port| format!("{name}:{port}"));
        let base = format!("http://{host_header}");
        let host_header = HeaderValue::try_from(host_header).map_err(|_| wrong())?;
        let port = target.port().unwrap_or(80);
        let (idle, keeps) = (Mutex::new(None), AtomicBool::new(options.keeps_connections));
        let breaks = AtomicBool::new(false);
        Ok(Transport { options, base, host, port, host_header, idle, keeps, breaks })
    }

    /// Whether the device is known to keep its connections, so that anything may go over one.
    pub fn keeps_connections(&self) -> bool {
        self.options.keeps_connections
    }

    /// Sends the request once and waits at most `limit` for the complete answer.
    pub async fn send(&self, request: &WireRequest, limit: Duration) -> Delivery {
        if !self.options.fresh_connection
            && let Some(idle) = self.idle()
        {
            let delivery = self.deliver(request, limit, Via::Kept(idle)).await;
            if !matches!(delivery.outcome, Outcome::Answered(_) | Outcome::Malformed { .. }) {
                self.breaks.store(true, Ordering::Relaxed);
            }
            if !matches!(delivery.outcome, Outcome::NotSent(_)) {
                return delivery;
            }
        }
        self.deliver(request, limit, Via::New).await
    }

    /// The same on a connection of its own, which is watched to its end.
    pub async fn send_fresh(&self, request: &WireRequest, limit: Duration) -> Delivery {
        // A device may serve one connection after the other.
        drop(self.idle());
        self.deliver(request, limit, Via::Own).await
    }

    async fn deliver(&self, request: &WireRequest, limit: Duration, via: Via) -> Delivery {
        let began = Instant::now();
        let Some(asked) = self.asked(request) else { return not_sent(unaskable(request), false, began) };
        let (reused, own) = (matches!(via, Via::Kept(_)), matches!(via, Via::Own));
        let connection = match via {
            Via::Kept(idle) => Ok(idle),
            Via::New | Via::Own => self.connect(limit).await,
        };
        let device = match connection {
            Ok(device) => device,
            Err(why) => return not_sent(why, true, began),
        };
        let recording = Recording::new(device, self.bounds());
        let mut decoded = Decoded::default();
        let exchange = self.exchange(&recording, asked, &mut decoded);
        let ended = tokio::time::timeout_at(began + limit, exchange).await;
        let ended = ended.unwrap_or(Err(Ending::TimedOut(limit)));
        let (device, sent, mut received) = recording.end();
        let started = sent.first.unwrap_or(began);
        let elapsed = match (&ended, received.last) {
            (Ok(()), Some(last)) => last.saturating_duration_since(started),
            _ => started.elapsed(),
        };
        if let (Ok(()), Some(device)) = (&ended, device) {
            self.finish(device, &mut received, own).await;
        }
        let (outcome, wire) = delivery::conclude(ended, sent, received, decoded);
        Delivery { outcome, refused: false, reused, wire, started, elapsed }
    }

    /// Sends the request once and drops the connection without reading an answer: a lost reply that
    /// any device can be given. In doubt like every other one, whatever the device made of it.
    pub async fn abandon(&self, request: &WireRequest, limit: Duration, when: DropReply) -> Delivery {
        let began = Instant::now();
        let Some(asked) = self.asked(request) else { return not_sent(unaskable(request), false, began) };
        let idle = self.idle().filter(|_| self.options.keeps_connections);
        let (reused, connection) = match idle {
            Some(idle) => (true, Ok(idle)),
            None => (false, self.connect(limit).await),
        };
        let device = match connection {
            Ok(device) => device,
            Err(why) => return not_sent(why, true, began),
        };
        let recording = Recording::deaf(device, self.bounds());
        let mut decoded = Decoded::default();
        let ending = {
            let exchange = self.exchange(&recording, asked, &mut decoded);
            let gone = async {
                recording.sent_whole(request.body.len()).await;
                if when == DropReply::OnArrival {
                    recording.answer_arrives().await;
                }
            };
            let ended = async {
                tokio::select! {
                    biased;
                    () = gone => Ending::Abandoned,
                    ended = exchange => match ended {
                        Err(ending) => ending,
                        // The library was handed nothing that it could take for an answer.
                        Ok(()) => Ending::TimedOut(limit),
                    },
                }
            };
            tokio::time::timeout_at(began + limit, ended).await.unwrap_or(Ending::TimedOut(limit))
        };
        let (_, sent, received) = recording.end();
        let started = sent.first.unwrap_or(began);
        let (outcome, wire) = delivery::conclude(Err(ending), sent, received, decoded);
        Delivery { outcome, refused: false, reused, wire, started, elapsed: started.elapsed() }
    }

    fn bounds(&self) -> Bounds {
        Bounds { head: self.options.max_head, body: self.options.max_body.saturating_mul(2) }
    }

    fn asked(&self, request: &WireRequest) -> Option<hyper::Request<Full<Bytes>>> {
        // A path that changes when it is read (dots, bare Cyrillic) would ask for something else.
        let text = format!("{}{}", self.base, request.target);
        let url = Url::parse(&text).ok()?;
        if !request.target.starts_with('/') || url.fragment().is_some() || url.as_str() != text {
            return None;
        }
        let method = match request.method {
            Method::Get => hyper::Method::GET,
            Method::Post => hyper::Method::POST,
            Method::Put => hyper::Method::PUT,
        };
        let mut asked = hyper::Request::builder()
            .method(method)
            .uri(&request.target)
            .header(HOST, &self.host_header)
            .header(ACCEPT, "*/*");
        if let Some(kind) = &request.content_type {
            asked = asked.header(CONTENT_TYPE, kind);
        }
        asked.body(Full::new(Bytes::from(request.body.clone()))).ok()
    }

    /// The idle connection, if there is a sound one. One that the device closed, or where it says what
    /// nobody asked for, is the last that is kept.
    fn idle(&self) -> Option<TcpStream> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        let sound = recording::is_quiet(&idle);
        self.breaks.fetch_or(!sound, Ordering::Relaxed);
        sound.then_some(idle)
    }

    async fn connect(&self, limit: Duration) -> Result<TcpStream, String> {
        let limit = limit.min(self.options.connect_timeout);
        recording::connect(&self.host, self.port, self.options.source, limit).await
    }

    /// The library's part: the request out, the answer in; where it came in chunks, what they decode to.
    /// Keeps what came before an error.
    async fn exchange(
        &self,
        recording: &Recording,
        asked: hyper::Request<Full<Bytes>>,
        decoded: &mut Decoded,
    ) -> Result<(), Ending> {
        let stream = TokioIo::new(recording.stream());
        let (mut sender, connection) =
            http1::Builder::new().title_case_headers(true).handshake(stream).await?;
        let asking = async {
            let mut response = sender.send_request(asked).await?;
            // Without chunks the recording has the same bytes already.
            let decodes = response.headers().contains_key(TRANSFER_ENCODING);
            while let Some(frame) = response.frame().await {
                let Ok(piece) = frame?.into_data() else { continue };
                let room = self.options.max_body.saturating_sub(decoded.length);
                let piece_taken = piece.get(..room).unwrap_or(&piece);
                decoded.length += piece_taken.len();
                if decodes {
                    decoded.chunks.extend_from_slice(piece_taken);
                }
                if piece.len() > room {
                    return Err(Ending::TooLarge);
                }
            }
            Ok(())
        };
        let moving = async {
            // Whatever ends it, the question hears of it.
            let _ = connection.await;
            std::future::pending().await
        };
        tokio::select! {
            biased;
            ended = asking => ended,
            ended = moving => ended,
        }
    }

    /// After a complete answer: keeps the connection, or sees it end.
    ///
    /// A device that closes without having said so would take the next request with it: a first
    /// connection is watched before any is trusted.
    async fn finish(&self, device: TcpStream, received: &mut Received, own: bool) {
        let kept = !own && !self.options.fresh_connection && received.keeps_connection();
        if !kept || !self.options.keeps_connections && self.breaks.load(Ordering::Relaxed) {
            return recording::drain(device, received, self.options.linger).await;
        }
        if !self.keeps.load(Ordering::Relaxed) {
            if tokio::time::timeout(self.options.linger, device.peek(&mut [0])).await.is_ok() {
                return recording::drain(device, received, self.options.linger).await;
            }
            self.keeps.store(true, Ordering::Relaxed);
        }
        *self.idle.lock().unwrap_or_else(PoisonError::into_inner) = Some(device);
    }
}

/// What a request goes over.
enum Via {
    /// The connection of the request before.
    Kept(TcpStream),
    /// A new one, which may be kept.
    New,
    /// A new one, which is watched to its end.
    Own,
}

fn not_sent(why: String, refused: bool, began: Instant) -> Delivery {
    let (outcome, wire) = (Outcome::NotSent(why), WireBytes::default());
    Delivery { outcome, refused, reused: false, wire, started: began, elapsed: began.elapsed() }
}

fn unaskable(request: &WireRequest) -> String {
    format!("the path {:?} cannot be sent as written: percent-encode it", request.path())
}
