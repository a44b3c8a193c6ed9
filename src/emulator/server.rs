//! A machine with a socket, a clock and faults.

use super::behaviour::Overlapping;
use super::clock::DeviceClock;
use super::faults::{Fault, FaultRule, Faults, RecurringFault};
use super::machine::{Machine, Reaction};
use super::observer::{Observer, Seen};
use super::record::{Arrival, Recorder};
use super::wire::{Spoiler, Wire};
use crate::protocol::{Answer, Method, WireRequest};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::ext::ReasonPhrase;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode, header};
use hyper_util::rt::TokioIo;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;
use time::PrimitiveDateTime;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// A request body longer than this is not read: no receipt comes near it.
const LONGEST_BODY: usize = 16 * 1024 * 1024;

/// A running device, until [`Device::shutdown`]. Copies are handles to the same one.
#[derive(Debug, Clone)]
pub struct Device {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    address: SocketAddr,
    state: Mutex<State>,
    in_flight: AtomicUsize,
    observer: OnceLock<Arc<dyn Observer>>,
    connections: AtomicU64,
    requests: AtomicU64,
    listening: tokio::sync::Mutex<Option<Listening>>,
}

#[derive(Debug)]
struct State {
    machine: Machine,
    clock: DeviceClock,
    faults: Faults,
    recorder: Recorder,
}

/// The accept loop, and the word that ends it and all its connections.
#[derive(Debug)]
struct Listening {
    accepting: JoinHandle<()>,
    stop: watch::Sender<bool>,
}

/// The connection ends without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the connection ends without an answer")]
struct NoAnswer;

impl Device {
    /// Starts a device; port 0 takes a free one.
    ///
    /// # Errors
    /// Whatever the address cannot be listened on for.
    pub async fn start(machine: Machine, listen: SocketAddr, clock: DeviceClock) -> io::Result<Device> {
        let listener = TcpListener::bind(listen).await?;
        let shared = Arc::new(Shared {
            address: listener.local_addr()?,
            state: Mutex::new(State {
                machine,
                clock,
                faults: Faults::default(),
                recorder: Recorder::default(),
            }),
            in_flight: AtomicUsize::new(0),
            observer: OnceLock::new(),
            connections: AtomicU64::new(0),
            requests: AtomicU64::new(0),
            listening: tokio::sync::Mutex::new(None),
        });
        let device = Device { shared };
        *device.shared.listening.lock().await = Some(device.accept_on(listener));
        Ok(device)
    }

    /// Where it listens, or listened.
    pub fn address(&self) -> SocketAddr {
        self.shared.address
    }

    /// Does something with the machine, at the device's time, between two requests.
    pub fn with<R>(&self, act: impl FnOnce(&mut Machine, PrimitiveDateTime) -> R) -> R {
        let mut state = self.shared.lock();
        let now = state.clock.now();
        act(&mut state.machine, now)
    }

    /// Switches the web API off, which ends its listening.
    pub async fn switch_off(&self) {
        if !self.with(|machine, _| machine.behaviour().prescribed.listens_when_off) {
            self.stop_listening().await;
        }
    }

    /// Switches the web API on again.
    ///
    /// # Errors
    /// The address was taken by someone else meanwhile.
    pub async fn switch_on(&self) -> io::Result<()> {
        self.listen_again().await?;
        self.with(|machine, _| machine.switched_on());
        Ok(())
    }

    /// Stops listening: connections are refused, open ones end.
    pub async fn stop_listening(&self) {
        if let Some(listening) = self.shared.listening.lock().await.take() {
            // Nobody receives where no connection is open; that is as good.
            let _ = listening.stop.send(true);
            listening.accepting.abort();
            // The task is cancelled; only its end matters, for then the socket is closed.
            let _ = listening.accepting.await;
        }
    }

    /// Listens again at the same address; nothing happens where it does.
    ///
    /// # Errors
    /// The address was taken by someone else meanwhile.
    pub async fn listen_again(&self) -> io::Result<()> {
        let mut listening = self.shared.listening.lock().await;
        if listening.is_none() {
            let address = self.shared.address;
            let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
            socket.set_reuseaddr(true)?;
            socket.bind(address)?;
            *listening = Some(self.accept_on(socket.listen(128)?));
        }
        Ok(())
    }

    /// Moves the device's clock forward.
    pub fn advance(&self, seconds: u64) {
        self.shared.lock().clock.advance(seconds);
    }

    /// Sets one more fault.
    pub fn inject(&self, rule: FaultRule) {
        self.shared.lock().faults.add(rule);
    }

    /// Sets one more fault that comes again and again.
    pub fn inject_recurring(&self, fault: RecurringFault) {
        self.shared.lock().faults.add_recurring(fault);
    }

    /// From now on, keeps what arrives.
    pub fn record(&self) {
        self.shared.lock().recorder.start();
    }

    /// What arrived since [`Device::record`].
    pub fn requests(&self) -> Vec<Arrival> {
        self.shared.lock().recorder.seen()
    }

    /// Takes all faults away.
    pub fn clear_faults(&self) {
        self.shared.lock().faults.clear();
    }

    /// Lets somebody watch all that comes from now on; the first one stays.
    pub fn observe(&self, observer: Arc<dyn Observer>) {
        // A second watcher would miss what came before: there is one from the start, or none.
        let _ = self.shared.observer.set(observer);
    }

    /// Ends the device.
    pub async fn shutdown(&self) {
        self.stop_listening().await;
    }

    fn accept_on(&self, listener: TcpListener) -> Listening {
        let (stop, stopped) = watch::channel(false);
        let shared = Arc::clone(&self.shared);
        let accepting = tokio::spawn(async move {
            loop {
                match listener.accept().await {
                    Ok((stream, peer)) => {
                        let connection = serve(Arc::clone(&shared), stream, peer.ip());
                        let mut stopped = stopped.clone();
                        tokio::spawn(async move {
                            tokio::select! {
                                () = connection => {}
                                _ = stopped.wait_for(|stop| *stop) => {}
                            }
                        });
                    }
                    // Out of file descriptors, say: the next connection may do better.
                    Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
                }
            }
        });
        Listening { accepting, stop }
    }
}

impl Shared {
    /// A panic elsewhere leaves the machine as it was: it changes only after every check.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Serves one connection to its end; a peer that goes away is no error of ours.
async fn serve(shared: Arc<Shared>, stream: TcpStream, from: IpAddr) {
    // Answers are small and each is awaited; without this they would wait for one another.
    let _ = stream.set_nodelay(true);
    let spoiler = Spoiler::default();
    let connection = shared.connections.fetch_add(1, Ordering::SeqCst) + 1;
    let watcher = shared.observer.get().map(|observer| (Arc::clone(observer), connection));
    let wire = TokioIo::new(Wire::new(stream, spoiler.clone(), watcher));
    let service = service_fn(move |request| {
        answer(Device { shared: Arc::clone(&shared) }, connection, spoiler.clone(), from, request)
    });
    let _ = hyper::server::conn::http1::Builder::new()
        .title_case_headers(true)
        .half_close(true)
        .serve_connection(wire, service)
        .await;
}

async fn answer(
    device: Device,
    connection: u64,
    spoiler: Spoiler,
    from: IpAddr,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, NoAnswer> {
    let shared = &device.shared;
    let first_byte = spoiler.take_first_byte();
    let word = request.method().as_str().to_owned();
    let method = match word.as_str() {
        "GET" => Some(Method::Get),
        "POST" => Some(Method::Post),
        _ => None,
    };
    let request = read(request, method.unwrap_or(Method::Get)).await?;
    spoiler.forget_bytes();
    let number = shared.requests.fetch_add(1, Ordering::SeqCst) + 1;
    let turn = Turn::take(shared);
    let fault = {
        let mut state = shared.lock();
        state.recorder.note(&request, turn.overlaps);
        state.faults.strike(&request)
    };
    if let Some(observer) = shared.observer.get() {
        let seen = Seen { number, connection, first_byte, method: word, request: request.clone() };
        observer.request(&device, &seen);
    }
    let replies = |answer: Option<&Answer>| {
        if let Some(observer) = shared.observer.get() {
            observer.reply(&device, number, answer, fault.as_ref());
        }
    };
    let reaction = match &fault {
        Some(Fault::LoseRequest) => Reaction::Silence,
        Some(Fault::Instead(_)) => Reaction::Answer(placeholder()),
        _ => {
            let (reaction, delay) = react(shared, method, &request, from, turn.overlaps);
            if !delay.is_zero() {
                // Even an empty sleep waits for the timer's next tick.
                tokio::time::sleep(delay).await;
            }
            reaction
        }
    };
    drop(turn);
    if let Some(Fault::Delay(late)) = &fault {
        tokio::time::sleep(*late).await;
    }
    let Reaction::Answer(answer) = reaction else {
        replies(None);
        return Err(NoAnswer);
    };
    replies(Some(&answer));
    match &fault {
        Some(Fault::LoseReply) => return Err(NoAnswer),
        Some(Fault::Delay(_)) | None => {}
        Some(fault) => spoiler.set(fault.clone()),
    }
    if fault.is_none()
        && let Some(told) = untrue_length(&answer)
    {
        spoiler.set(Fault::WrongLength(told));
    }
    Ok(response(answer))
}

/// What stands for an answer that [`Fault::Instead`] replaces whole.
fn placeholder() -> Answer {
    Answer { status: 200, reason: Vec::new(), headers: Vec::new(), body: Vec::new() }
}

/// A request that is being answered, until it is dropped: also when its peer goes away meanwhile.
struct Turn<'a> {
    shared: &'a Shared,
    /// Another one was being answered when it came.
    overlaps: bool,
}

impl Turn<'_> {
    fn take(shared: &Shared) -> Turn<'_> {
        let overlaps = shared.in_flight.fetch_add(1, Ordering::SeqCst) > 0;
        Turn { shared, overlaps }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.shared.in_flight.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Lets the machine react, and tells how long it takes.
fn react(
    shared: &Shared,
    method: Option<Method>,
    request: &WireRequest,
    from: IpAddr,
    overlaps: bool,
) -> (Reaction, Duration) {
    let mut state = shared.lock();
    let now = state.clock.now();
    let machine = &mut state.machine;
    let delay = Duration::from_millis(machine.behaviour().wire.delay_ms);
    let refuses = overlaps && machine.behaviour().wire.overlapping == Overlapping::Busy;
    let reaction = match method {
        _ if refuses => machine.handle_overlapping(now),
        Some(_) => machine.handle(request, from, now),
        None => machine.handle_other_method(now),
    };
    (reaction, delay + machine.takes())
}

async fn read(request: Request<Incoming>, method: Method) -> Result<WireRequest, NoAnswer> {
    let target = request.uri().path_and_query().map_or("", |target| target.as_str()).to_owned();
    let content_type = request.headers().get(header::CONTENT_TYPE);
    let content_type = content_type.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let body = Limited::new(request.into_body(), LONGEST_BODY).collect().await.map_err(|_| NoAnswer)?;
    Ok(WireRequest { method, target, content_type, body: body.to_bytes().into() })
}

/// The length that an answer tells, where it is not its body's: hyper would put it right.
fn untrue_length(answer: &Answer) -> Option<String> {
    let told = answer.header("Content-Length")?;
    (told != answer.body.len().to_string()).then(|| told.to_owned())
}

/// An answer as hyper sends it. Its length is hyper's own business: it knows the body.
fn response(answer: Answer) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(answer.body)));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::BAD_REQUEST);
    if let Ok(reason) = ReasonPhrase::try_from(answer.reason) {
        response.extensions_mut().insert(reason);
    }
    for (name, value) in answer.headers {
        let name = header::HeaderName::try_from(name);
        if let (Ok(name), Ok(value)) = (name, header::HeaderValue::try_from(value))
            && name != header::CONTENT_LENGTH
        {
            response.headers_mut().append(name, value);
        }
    }
    response
}
