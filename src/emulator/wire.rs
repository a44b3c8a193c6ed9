//! A connection whose answers can be spoiled on their way out, byte for byte.

use super::faults::{Ending, Fault};
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// The fault that the next answer of a connection meets.
#[derive(Debug, Clone, Default)]
pub(super) struct Spoiler(Arc<Mutex<Option<Fault>>>);

impl Spoiler {
    pub(super) fn set(&self, fault: Fault) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(fault);
    }

    fn take(&self) -> Option<Fault> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// A TCP stream that holds back an answer until it is whole, so that a fault can be applied to it.
#[derive(Debug)]
pub(super) struct Wire {
    stream: TcpStream,
    spoiler: Spoiler,
    waiting: Vec<u8>,
    sent: usize,
    ending: Ending,
}

impl Wire {
    pub(super) fn new(stream: TcpStream, spoiler: Spoiler) -> Wire {
        Wire { stream, spoiler, waiting: Vec::new(), sent: 0, ending: Ending::GoOn }
    }

    /// Sends what waits, then ends the connection as the fault asks.
    fn send_waiting(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.sent == 0
            && !self.waiting.is_empty()
            && let Some(fault) = self.spoiler.take()
        {
            let (bytes, ending) = fault.apply(std::mem::take(&mut self.waiting));
            (self.waiting, self.ending) = (bytes, ending);
        }
        while let Some(rest) = self.waiting.get(self.sent..).filter(|rest| !rest.is_empty()) {
            let count = ready!(Pin::new(&mut self.stream).poll_write(context, rest))?;
            if count == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.sent += count;
        }
        self.waiting.clear();
        self.sent = 0;
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

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(context, buffer)
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
