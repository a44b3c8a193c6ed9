//! A recording tap on loopback: the HTTP library talks to it, and it talks to the device.
//!
//! The library hides what a verdict needs (exact bytes, the reason phrase, when the first byte
//! left). The tap moves bytes both ways, keeps them, and bounds what a device may send.

use super::delivery::DropReply;
use super::wire::Head;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf, ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::oneshot;
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
pub enum Overrun {
    /// The head has no end within the bound.
    Head,
    /// The body.
    Body,
}

/// What a device may send, in bytes.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Interim heads and the final one together.
    pub head: usize,
    /// The body as it goes over the wire, chunk sizes included.
    pub body: usize,
}

/// What left for the device in one exchange.
#[derive(Debug, Default)]
pub struct Sent {
    /// The bytes that the connection took.
    pub bytes: Vec<u8>,
    /// When the first of them had left.
    pub first: Option<Instant>,
}

impl Sent {
    /// Whether a request with a body of so many bytes has left whole.
    fn is_whole(&self, body: usize) -> bool {
        let head = self.bytes.windows(4).position(|four| four == b"\r\n\r\n");
        head.is_some_and(|head| self.bytes.len() >= head + 4 + body)
    }
}

/// What came from the device in one exchange.
#[derive(Debug, Default)]
pub struct Received {
    /// The bytes, in order.
    pub bytes: Vec<u8>,
    /// When the last of them came.
    pub last: Option<Instant>,
    /// How the device ended the connection, if it did.
    pub end: Option<End>,
    /// The bound that the device overran, if it did.
    pub overrun: Option<Overrun>,
    /// Where the final head ends, once it is complete.
    body_at: Option<usize>,
}

impl Received {
    /// Takes in bytes from the device; false when they overrun a bound.
    fn take(&mut self, piece: &[u8], bounds: Bounds) -> bool {
        self.last = Some(Instant::now());
        let searched = self.bytes.len().saturating_sub(2);
        self.bytes.extend_from_slice(piece);
        if self.body_at.is_none() && self.bytes.get(searched..).is_some_and(has_empty_line) {
            self.body_at = Head::read(&self.bytes).map(|head| head.body_at);
        }
        let body = self.body_at.map(|at| self.bytes.len() - at);
        self.overrun = match body {
            _ if self.bytes.len() - body.unwrap_or(0) > bounds.head => Some(Overrun::Head),
            Some(body) if body > bounds.body => Some(Overrun::Body),
            _ => None,
        };
        self.overrun.is_none()
    }
}

fn has_empty_line(bytes: &[u8]) -> bool {
    bytes.windows(2).any(|pair| pair == b"\n\n") || bytes.windows(3).any(|three| three == b"\n\r\n")
}

/// Connects to the device, from `source` if one is given.
///
/// # Errors
/// A sentence for people; not a byte of a request has left.
pub async fn connect(
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

/// One exchange's tap.
pub struct Tap {
    /// The connection to the device.
    pub device: TcpStream,
    bounds: Bounds,
    /// What left so far.
    pub sent: Sent,
    /// What came so far.
    pub received: Received,
}

impl Tap {
    /// A tap on a fresh or idle connection to the device.
    pub fn new(device: TcpStream, bounds: Bounds) -> Tap {
        Tap { device, bounds, sent: Sent::default(), received: Received::default() }
    }

    /// Moves bytes both ways between the library's connection and the device, until both sides
    /// are done or the future is dropped. Errors of the library's side end it; the library knows.
    pub async fn pump(&mut self, listener: &TcpListener) {
        let Ok((library, _)) = listener.accept().await else { return };
        // Small pieces must leave at once; a stack that cannot do it only makes them later.
        let _ = library.set_nodelay(true);
        let (from_library, to_library) = library.into_split();
        let (from_device, to_device) = self.device.split();
        let (started, start) = oneshot::channel();
        tokio::join!(outward(from_library, to_device, &mut self.sent, started, None), async {
            // What a device says before it is asked reaches the library only after the question.
            if start.await.is_ok() {
                inward(from_device, to_library, &mut self.received, self.bounds).await;
            }
        });
    }

    /// Moves a request with a body of so many bytes out until it has left whole, and with
    /// [`DropReply::OnArrival`] waits for the answer's first byte without taking it. False when the
    /// connection broke meanwhile; the library knows then.
    pub async fn push(&mut self, listener: &TcpListener, body: usize, when: DropReply) -> bool {
        let Ok((library, _)) = listener.accept().await else { return false };
        let (from_library, to_library) = library.into_split();
        let (from_device, to_device) = self.device.split();
        let (started, _) = oneshot::channel();
        outward(from_library, to_device, &mut self.sent, started, Some(body)).await;
        let whole = self.sent.is_whole(body);
        if whole && when == DropReply::OnArrival {
            let mut first = [0];
            let mut from_device = from_device;
            self.received.end = match from_device.peek(&mut first).await {
                Ok(0) => Some(End::Closed),
                Ok(_) => None,
                Err(_) => Some(End::Reset),
            };
        }
        // Open until here, so that the library does not take it for the device's doing.
        drop(to_library);
        whole
    }

    /// After a complete answer: tells the device that nothing more will be asked, and keeps what
    /// it still sends until it closes, for at most `linger`.
    pub async fn drain(&mut self, linger: Duration) {
        // A device that has gone already is no trouble any more.
        let _ = self.device.shutdown().await;
        let room = self.received.bytes.len() + MAX_SURPLUS;
        let rest = async {
            let mut piece = vec![0; PIECE];
            while self.received.end.is_none() && self.received.bytes.len() < room {
                match self.device.read(&mut piece).await {
                    Ok(0) => self.received.end = Some(End::Closed),
                    Ok(count) => {
                        self.received.bytes.extend_from_slice(piece.get(..count).unwrap_or_default())
                    }
                    Err(_) => self.received.end = Some(End::Reset),
                }
            }
        };
        // Running out of time is the normal end with a device that keeps its connections.
        let _ = tokio::time::timeout(linger, rest).await;
    }
}

/// Whether a connection is open and holds no byte that nobody asked for.
pub fn is_quiet(stream: &TcpStream) -> bool {
    matches!(stream.try_read(&mut [0]), Err(error) if error.kind() == io::ErrorKind::WouldBlock)
}

async fn outward(
    mut from_library: OwnedReadHalf,
    mut to_device: WriteHalf<'_>,
    sent: &mut Sent,
    started: oneshot::Sender<()>,
    until_body: Option<usize>,
) {
    let mut started = Some(started);
    let mut piece = vec![0; PIECE];
    while let Ok(count @ 1..) = from_library.read(&mut piece).await {
        let mut rest = piece.get(..count).unwrap_or_default();
        while !rest.is_empty() {
            let Ok(written @ 1..) = to_device.write(rest).await else { return };
            sent.first.get_or_insert_with(Instant::now);
            let (left, kept) = rest.split_at_checked(written).unwrap_or((rest, &[]));
            sent.bytes.extend_from_slice(left);
            rest = kept;
            if let Some(started) = started.take() {
                // Nobody listens only when the exchange is over.
                let _ = started.send(());
            }
        }
        if until_body.is_some_and(|body| sent.is_whole(body)) {
            return;
        }
    }
}

async fn inward(
    mut from_device: ReadHalf<'_>,
    mut to_library: OwnedWriteHalf,
    received: &mut Received,
    bounds: Bounds,
) {
    let mut piece = vec![0; PIECE];
    loop {
        match from_device.read(&mut piece).await {
            Ok(0) => break received.end = Some(End::Closed),
            Ok(count) => {
                let piece = piece.get(..count).unwrap_or_default();
                if !received.take(piece, bounds) || to_library.write_all(piece).await.is_err() {
                    break;
                }
            }
            Err(_) => break received.end = Some(End::Reset),
        }
    }
    // The library must see the end even when its own side stays open.
    let _ = to_library.shutdown().await;
}
