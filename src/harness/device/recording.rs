//! A connection that records: the HTTP library talks to the device through it, and every byte both ways
//! is kept with its time.
//!
//! The library hides what a verdict needs (exact bytes, the reason phrase, when the first byte left).
//! The recording keeps it, and bounds what a device may send.

use super::wire::Head;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::Instant;

/// How much surplus after an answer is kept; a device may send without end.
const MAX_SURPLUS: usize = 64 * 1024;
const PIECE: usize = 16 * 1024;

/// How the device ended the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// In order.
    Closed,
    /// With a reset or another error of the connection.
    Reset,
}

/// Which bound the device overran.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Overrun {
    /// The head has no end within the bound.
    Head,
    /// The body.
    Body,
}

/// What a device may send, in bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// Interim heads and the final one together.
    pub head: usize,
    /// The body as it goes over the wire, chunk sizes included.
    pub body: usize,
}

/// What left for the device in one exchange.
#[derive(Debug, Default)]
pub(super) struct SentBytes {
    /// The bytes that the connection took.
    pub bytes: Vec<u8>,
    /// When the first of them had left.
    pub first: Option<Instant>,
}

impl SentBytes {
    /// Whether a request with a body of so many bytes has left whole.
    fn is_whole(&self, body: usize) -> bool {
        let head = self.bytes.windows(4).position(|four| four == b"\r\n\r\n");
        head.is_some_and(|head| self.bytes.len() >= head + 4 + body)
    }
}

/// What came from the device in one exchange.
#[derive(Debug, Default)]
pub(super) struct Received {
    /// The bytes, in order.
    pub bytes: Vec<u8>,
    /// When the last of them came.
    pub last: Option<Instant>,
    /// How the device ended the connection, if it did.
    pub end: Option<End>,
    /// The bound that the device overran, if it did.
    pub overrun: Option<Overrun>,
    /// The final head, once it is complete.
    pub head: Option<Head>,
}

impl Received {
    /// Takes in bytes from the device; false when they overrun a bound.
    fn take(&mut self, piece: &[u8], bounds: Bounds) -> bool {
        self.last = Some(Instant::now());
        let searched = self.bytes.len().saturating_sub(2);
        self.bytes.extend_from_slice(piece);
        if self.head.is_none() && self.bytes.get(searched..).is_some_and(has_empty_line) {
            self.head = Head::read(&self.bytes);
        }
        let body = self.head.as_ref().map(|head| self.bytes.len() - head.body_at);
        self.overrun = match body {
            _ if self.bytes.len() - body.unwrap_or(0) > bounds.head => Some(Overrun::Head),
            Some(body) if body > bounds.body => Some(Overrun::Body),
            _ => None,
        };
        self.overrun.is_none()
    }

    /// A whole answer came, nothing beyond it, and the device keeps the connection.
    pub fn keeps_connection(&self) -> bool {
        self.end.is_none()
            && self.head.as_ref().is_some_and(|head| {
                let body = self.bytes.get(head.body_at..).unwrap_or_default();
                !head.closes() && head.body_length(body) == Some(body.len())
            })
    }
}

fn has_empty_line(bytes: &[u8]) -> bool {
    bytes.windows(2).any(|pair| pair == b"\n\n") || bytes.windows(3).any(|three| three == b"\n\r\n")
}

/// Connects to the device, from `source` if one is given.
///
/// # Errors
/// A sentence for people; not a byte of a request has left.
pub(super) async fn connect(
    host: &str,
    port: u16,
    source: Option<IpAddr>,
    limit: Duration,
) -> Result<TcpStream, String> {
    let attempt = async {
        let addresses = tokio::net::lookup_host((host, port)).await?;
        let mut trouble =
            io::Error::new(io::ErrorKind::AddrNotAvailable, "no address of the source's family");
        for address in addresses {
            match connect_to(address, source).await {
                Ok(Some(stream)) => return Ok(stream),
                Ok(None) => {}
                Err(error) => trouble = error,
            }
        }
        Err(trouble)
    };
    let stream = match tokio::time::timeout(limit, attempt).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => return Err(format!("no connection to {host}:{port}: {error}")),
        Err(_) => return Err(format!("no connection to {host}:{port} within {} s", limit.as_secs_f32())),
    };
    // A stack that cannot do it only makes small requests later.
    let _ = stream.set_nodelay(true);
    Ok(stream)
}

async fn connect_to(address: SocketAddr, source: Option<IpAddr>) -> io::Result<Option<TcpStream>> {
    let Some(source) = source else { return TcpStream::connect(address).await.map(Some) };
    if source.is_ipv4() != address.is_ipv4() {
        return Ok(None);
    }
    let socket = if source.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.bind(SocketAddr::new(source, 0))?;
    socket.connect(address).await.map(Some)
}

/// Whether a connection is open and holds no byte that nobody asked for.
pub(super) fn is_quiet(stream: &TcpStream) -> bool {
    matches!(stream.try_read(&mut [0]), Err(error) if error.kind() == io::ErrorKind::WouldBlock)
}

/// Tells the device that nothing more will be asked, and keeps what it still sends until it closes,
/// for at most `linger`.
pub(super) async fn drain(mut device: TcpStream, received: &mut Received, linger: Duration) {
    // A device that has gone already is no trouble any more.
    let _ = device.shutdown().await;
    let room = received.bytes.len() + MAX_SURPLUS;
    let rest = async {
        let mut piece = vec![0; PIECE];
        while received.end.is_none() && received.bytes.len() < room {
            match device.read(&mut piece).await {
                Ok(0) => received.end = Some(End::Closed),
                Ok(count) => received.bytes.extend_from_slice(piece.get(..count).unwrap_or_default()),
                Err(_) => received.end = Some(End::Reset),
            }
        }
    };
    // Running out of time is the normal end with a device that keeps its connections.
    let _ = tokio::time::timeout(linger, rest).await;
}

/// One exchange on a connection: what the library is given to talk through is [`Recording::stream`].
#[derive(Debug, Clone)]
pub(super) struct Recording {
    device: Arc<TcpStream>,
    kept: Arc<Mutex<Kept>>,
}

#[derive(Debug)]
struct Kept {
    sent: SentBytes,
    received: Received,
    bounds: Bounds,
    /// The answer is not to be read.
    deaf: bool,
    /// Waits for the first byte to leave, or for the whole request.
    waiting: Option<Waker>,
}

impl Recording {
    /// Records a fresh or idle connection to the device.
    pub fn new(device: TcpStream, bounds: Bounds) -> Recording {
        let (sent, received) = (SentBytes::default(), Received::default());
        let kept = Kept { sent, received, bounds, deaf: false, waiting: None };
        Recording { device: Arc::new(device), kept: Arc::new(Mutex::new(kept)) }
    }

    /// The same, but the library never reads the answer.
    pub fn deaf(device: TcpStream, bounds: Bounds) -> Recording {
        let recording = Recording::new(device, bounds);
        recording.lock().deaf = true;
        recording
    }

    /// What the library talks through; only one is used at a time.
    pub fn stream(&self) -> RecordedStream {
        RecordedStream(self.clone())
    }

    /// Waits until a request with a body of so many bytes has left whole.
    pub async fn sent_whole(&self, body: usize) {
        std::future::poll_fn(|context| {
            let mut kept = self.lock();
            if kept.sent.is_whole(body) {
                return Poll::Ready(());
            }
            kept.waiting = Some(context.waker().clone());
            Poll::Pending
        })
        .await;
    }

    /// Waits for the answer's first byte without taking it.
    pub async fn answer_arrives(&self) {
        let end = match self.device.peek(&mut [0]).await {
            Ok(0) => Some(End::Closed),
            Ok(_) => None,
            Err(_) => Some(End::Reset),
        };
        self.lock().received.end = end;
    }

    /// What was recorded, and the connection, which nobody uses any more.
    pub fn end(self) -> (Option<TcpStream>, SentBytes, Received) {
        let mut kept = self.lock();
        let (sent, received) = (std::mem::take(&mut kept.sent), std::mem::take(&mut kept.received));
        drop(kept);
        (Arc::into_inner(self.device), sent, received)
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The library's side of a recorded connection.
#[derive(Debug)]
pub(super) struct RecordedStream(Recording);

impl AsyncRead for RecordedStream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let Recording { device, .. } = &self.0;
        loop {
            // What a device says before it is asked reaches the library only after the question.
            let mut kept = self.0.lock();
            if kept.deaf || kept.sent.first.is_none() {
                if !kept.deaf {
                    kept.waiting = Some(context.waker().clone());
                }
                return Poll::Pending;
            }
            drop(kept);
            let read = match ready!(device.poll_read_ready(context)) {
                Ok(()) => device.try_read(into.initialize_unfilled()),
                Err(error) => Err(error),
            };
            let mut kept = self.0.lock();
            let bounds = kept.bounds;
            match read {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => continue,
                // The library sees an end like any other; the recording knows better.
                Err(_) => {
                    kept.received.end.get_or_insert(End::Reset);
                }
                // After a reset every further read finds the end only.
                Ok(0) => {
                    kept.received.end.get_or_insert(End::Closed);
                }
                Ok(count) => {
                    let piece = into.initialize_unfilled().get(..count).unwrap_or_default();
                    // Beyond a bound the library sees the end of the connection.
                    if kept.received.take(piece, bounds) {
                        into.advance(count);
                    }
                }
            }
            return Poll::Ready(Ok(()));
        }
    }
}

impl AsyncWrite for RecordedStream {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let Recording { device, .. } = &self.0;
        loop {
            ready!(device.poll_write_ready(context))?;
            match device.try_write(bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(error)),
                Ok(count) => {
                    let mut kept = self.0.lock();
                    if count > 0 {
                        kept.sent.first.get_or_insert_with(Instant::now);
                    }
                    kept.sent.bytes.extend_from_slice(bytes.get(..count).unwrap_or_default());
                    if let Some(waiting) = kept.waiting.take() {
                        waiting.wake();
                    }
                    return Poll::Ready(Ok(count));
                }
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    /// The connection stays: whether it is kept or closed is decided after the exchange.
    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
