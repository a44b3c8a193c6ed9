//! One connection: what comes is read, the machine reacts, faults strike, the answer goes out.

use super::{Device, Shared, pages};
use crate::arguments::Route;
use crate::behaviour::Overlapping;
use crate::faults::Fault;
use crate::machine::Reaction;
use crate::observer::Seen;
use crate::wire::{FaultInjector, Wire};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::ext::ReasonPhrase;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode, header};
use hyper_util::rt::TokioIo;
use ikkm_protocol::{Answer, Key, Method, WireRequest};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::net::TcpStream;

/// A request body longer than this is not read: a receipt with 1,000 positions, every letter of their names
/// percent-encoded, has a quarter of it.
const LONGEST_BODY: usize = 2 * 1024 * 1024;

/// The connection ends without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the connection ends without an answer")]
struct NoAnswer;

/// Serves one connection to its end; a peer that goes away is no error of ours.
pub(super) async fn serve(shared: Arc<Shared>, stream: TcpStream, from: IpAddr) {
    // Answers are small and each is awaited; without this they would wait for one another.
    let _ = stream.set_nodelay(true);
    let injector = FaultInjector::default();
    let connection = shared.connections.fetch_add(1, Ordering::SeqCst) + 1;
    let watcher = shared.observer.get().map(|observer| (Arc::clone(observer), connection));
    let wire = TokioIo::new(Wire::new(stream, injector.clone(), watcher));
    let (seen, device) = (injector.clone(), Arc::clone(&shared));
    let service = service_fn(move |request| {
        answer(Device { shared: Arc::clone(&shared) }, connection, injector.clone(), from, request)
    });
    let served = hyper::server::conn::http1::Builder::new()
        .title_case_headers(true)
        .half_close(true)
        .serve_connection(wire, service)
        .await;
    if served.is_err_and(|error| error.is_parse())
        && let Some(observer) = device.observer.get()
    {
        let first_byte = seen.take_first_byte();
        let number = device.requests.fetch_add(1, Ordering::SeqCst) + 1;
        observer.malformed(number, connection, first_byte, &seen.take_bytes());
    }
}

async fn answer(
    device: Device,
    connection: u64,
    injector: FaultInjector,
    from: IpAddr,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, NoAnswer> {
    let shared = &device.shared;
    let to_pages = shared.open_to_pages.load(Ordering::SeqCst);
    if to_pages && is_preflight(&request) {
        return Ok(pages::preflight());
    }
    let first_byte = injector.take_first_byte();
    let word = request.method().as_str().to_owned();
    let version = if request.version() == hyper::Version::HTTP_10 { "1.0" } else { "1.1" };
    let method = match word.as_str() {
        "GET" => Some(Method::Get),
        "POST" => Some(Method::Post),
        _ => None,
    };
    let request = read(request, method.unwrap_or(Method::Get)).await?;
    injector.forget_bytes();
    let number = shared.requests.fetch_add(1, Ordering::SeqCst) + 1;
    let turn = Turn::take(shared);
    let fault = {
        let mut state = shared.lock();
        state.recorder.note(&request, turn.overlaps);
        state.faults.strike(&request)
    };
    if let Some(observer) = shared.observer.get() {
        let seen = Seen { number, connection, first_byte, method: word, version, request: &request };
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
            let (shown, wait) = arrive(shared, &request);
            if !wait.is_zero() {
                tokio::time::sleep(wait).await;
            }
            let (reaction, delay) = react(shared, method, &request, from, turn.overlaps, shown);
            match delay {
                // Even an empty sleep waits for the timer's next tick.
                None => {}
                // No time passes, but what comes meanwhile comes while this is being answered.
                Some(Duration::ZERO) => tokio::task::yield_now().await,
                Some(delay) => tokio::time::sleep(delay).await,
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
        Some(fault) => injector.set(fault.clone()),
    }
    if fault.is_none()
        && let Some(told) = untrue_length(&answer)
    {
        injector.set(Fault::WrongLength(told));
    }
    if answer.header("Transfer-Encoding").is_some() {
        injector.set_chunked();
    }
    let mut response = response(answer);
    if to_pages {
        pages::admit(&mut response);
    }
    Ok(response)
}

/// A browser asks whether a page may send what it wants to.
fn is_preflight(request: &Request<Incoming>) -> bool {
    request.method() == hyper::Method::OPTIONS
        && request.headers().contains_key(header::ORIGIN)
        && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
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

/// The key on the screen when a request comes, and how long it waits for its turn.
fn arrive(shared: &Shared, request: &WireRequest) -> (Key, Duration) {
    let mut state = shared.lock();
    let held = state.machine.holds(state.clock.now());
    let held = state.clock.let_pass(held);
    let registers = Route::of(request.path(), true) == Route::Register;
    let wait = state.machine.behaviour().mutations.wait_of_turn();
    (state.machine.key().clone(), if registers { wait.max(held) } else { held })
}

/// Lets the machine react, and tells how long to wait for it, if at all: nothing of what passed on a clock of
/// its own.
fn react(
    shared: &Shared,
    method: Option<Method>,
    request: &WireRequest,
    from: IpAddr,
    overlaps: bool,
    shown: Key,
) -> (Reaction, Option<Duration>) {
    let mut state = shared.lock();
    let now = state.clock.now();
    let machine = &mut state.machine;
    let delay = time::Duration::milliseconds(machine.behaviour().wire.delay_ms.into());
    let refuses = overlaps && machine.behaviour().wire.overlapping == Overlapping::Busy;
    let reaction = match method {
        _ if refuses => machine.handle_overlapping(now),
        Some(_) => machine.handle_in_turn(request, from, now, shown),
        None if machine.behaviour().mutations.serve_other_methods() => machine.handle(request, from, now),
        None => machine.handle_other_method(now),
    };
    let takes = machine.takes();
    let waits = !(takes.is_zero() && delay.is_zero());
    (reaction, waits.then(|| takes + state.clock.let_pass(delay)))
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
            && name != header::TRANSFER_ENCODING
        {
            response.headers_mut().append(name, value);
        }
    }
    response
}
