//! A connection whose answers can be spoiled on their way out, byte for byte.

use super::faults::{Ending, Fault};
use super::observer::Observer;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Instant;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Sleep;

/// What the connection's two ends tell each other: the fault that the next answer meets, and when
/// the request under way began.
#[derive(Debug, Clone, Default)]
pub(super) struct FaultInjector(Arc<Mutex<Notes>>);

#[derive(Debug, Default)]
struct Notes {
    fault: Option<Fault>,
    chunked: bool,
    first_byte: Option<Instant>,
    /// What came since the last whole request, bounded.
    bytes: Vec<u8>,
}

/// So much of a request is kept to be shown where HTTP refuses it.
const KEPT: usize = 16 * 1024;

impl FaultInjector {
    pub(super) fn set(&self, fault: Fault) {
        self.lock().fault = Some(fault);
    }

    /// The next answer comes in chunks instead of with its length.
    pub(super) fn set_chunked(&self) {
        self.lock().chunked = true;
    }

    fn take_chunked(&self) -> bool {
        std::mem::take(&mut self.lock().chunked)
    }

    fn take(&self) -> Option<Fault> {
        self.lock().fault.take()
    }

    /// When the first byte since the last call came; now, if none was seen.
    pub(super) fn take_first_byte(&self) -> Instant {
        self.lock().first_byte.take().unwrap_or_else(Instant::now)
    }

    /// A request is whole: bytes that came meanwhile were its body, not the next one's first.
    pub(super) fn forget_bytes(&self) {
        let mut notes = self.lock();
        notes.first_byte = None;
        notes.bytes.clear();
    }

    fn saw_bytes(&self, bytes: &[u8]) {
        let mut notes = self.lock();
        notes.first_byte.get_or_insert_with(Instant::now);
        let room = KEPT.saturating_sub(notes.bytes.len());
        notes.bytes.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
    }

    /// What came since the last whole request.
    pub(super) fn take_bytes(&self) -> Vec<u8> {
        std::mem::take(&mut self.lock().bytes)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Notes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Who watches a connection, and its number.
pub(super) type Watcher = Option<(Arc<dyn Observer>, u64)>;

/// A TCP stream that holds back an answer until it is whole, so that a fault can be applied to it.
#[derive(Debug)]
pub(super) struct Wire {
    stream: TcpStream,
    injector: FaultInjector,
    waiting: Vec<u8>,
    sent: usize,
    ending: Ending,
    watcher: Watcher,
    closed: bool,
    /// Bytes that leave together, the pause between them, and the pause under way.
    pieces: Option<(usize, std::time::Duration)>,
    pause: Option<Pin<Box<Sleep>>>,
}

impl Wire {
    pub(super) fn new(stream: TcpStream, injector: FaultInjector, watcher: Watcher) -> Wire {
        Wire {
            stream,
            injector,
            waiting: Vec::new(),
            sent: 0,
            ending: Ending::GoOn,
            watcher,
            closed: false,
            pieces: None,
            pause: None,
        }
    }

    /// Tells the watcher where the peer has closed its side before the answer is written.
    fn look_for_peer(&mut self, context: &mut Context<'_>) {
        let Some((watcher, connection)) = &self.watcher else { return };
        let mut byte = [0];
        match self.stream.poll_peek(context, &mut ReadBuf::new(&mut byte)) {
            Poll::Ready(Ok(0) | Err(_)) => watcher.gone(*connection),
            Poll::Ready(Ok(_)) | Poll::Pending => {}
        }
    }

    /// Sends what waits, then ends the connection as the fault asks.
    fn send_waiting(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.sent == 0 && !self.waiting.is_empty() && self.pause.is_none() {
            self.look_for_peer(context);
            if self.injector.take_chunked() {
                self.waiting = chunked(&self.waiting);
            }
            if let Some(fault) = self.injector.take() {
                if let Fault::Pieces(size, pause) = fault {
                    self.pieces = Some((size.max(1), pause));
                }
                let (bytes, ending) = fault.apply(std::mem::take(&mut self.waiting));
                (self.waiting, self.ending) = (bytes, ending);
            }
        }
        while let Some(mut rest) = self.waiting.get(self.sent..).filter(|rest| !rest.is_empty()) {
            if let Some(pause) = &mut self.pause {
                ready!(pause.as_mut().poll(context));
                self.pause = None;
            }
            if let Some((size, pause)) = self.pieces {
                rest = rest.get(..size).unwrap_or(rest);
                self.pause = Some(Box::pin(tokio::time::sleep(pause)));
            }
            let count = ready!(Pin::new(&mut self.stream).poll_write(context, rest))?;
            if count == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.sent += count;
        }
        self.waiting.clear();
        self.sent = 0;
        self.pieces = None;
        self.pause = None;
        match self.ending {
            Ending::GoOn => Pin::new(&mut self.stream).poll_flush(context),
            // Pending without a waker: nothing more is sent until the peer or the server gives up.
            Ending::Hold => Poll::Pending,
            Ending::Close => Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into())),
            Ending::Reset => {
                self.stream.set_zero_linger()?;
                Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()))
            }
        }
    }
}

/// An answer with a length as one that comes in chunks; unchanged where it has none.
fn chunked(answer: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(answer);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return answer.to_vec() };
    let is_length = |line: &&str| line.to_ascii_lowercase().starts_with("content-length:");
    let kept: Vec<&str> = head.split("\r\n").filter(|line| !is_length(line)).collect();
    let (head, length) = (kept.join("\r\n"), body.len());
    format!("{head}\r\nTransfer-Encoding: chunked\r\n\r\n{length:x}\r\n{body}\r\n0\r\n\r\n").into_bytes()
}

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let wire = self.get_mut();
        let before = buffer.filled().len();
        let room = buffer.remaining() > 0;
        let read = ready!(Pin::new(&mut wire.stream).poll_read(context, buffer));
        if buffer.filled().len() > before {
            wire.injector.saw_bytes(buffer.filled().get(before..).unwrap_or_default());
        } else if room && !wire.closed {
            wire.closed = true;
            if let Some((watcher, connection)) = &wire.watcher {
                watcher.closed(*connection);
            }
        }
        Poll::Ready(read)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.get_mut().waiting.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().send_waiting(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let wire = self.get_mut();
        ready!(wire.send_waiting(context))?;
        Pin::new(&mut wire.stream).poll_shutdown(context)
    }
}
