//! Passes bytes both ways, unchanged, and tells what it passed. It sends nothing of its own, and whether
//! anybody listens to what it tells is no matter to it.

use super::split::{Happened, Piece};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, tcp};
use tokio::task::JoinSet;

/// Bytes that are read at once.
const PIECE: usize = 16 * 1024;
/// Pieces and bytes that may wait for the judge; what is more is passed on, and not judged.
const MOST_PIECES: usize = 16 * 1024;
const MOST_BYTES: usize = 32 * 1024 * 1024;
/// How long a register has to take a connection.
const CONNECT: Duration = Duration::from_secs(10);
/// How long an answer is waited for after the till has left: longer than any that v22 §3 allows.
const AFTER_TILL: Duration = Duration::from_secs(100);

/// What the proxy passed, for whoever judges it.
#[derive(Debug)]
pub struct Told {
    pieces: Receiver<Piece>,
    bytes: Arc<AtomicUsize>,
}

impl Told {
    /// The next piece; `None` when there is none in that time.
    ///
    /// # Errors
    /// The proxy has ended.
    pub fn next(&self, patience: Duration) -> Result<Option<Piece>, Ended> {
        use std::sync::mpsc::RecvTimeoutError;
        match self.pieces.recv_timeout(patience) {
            Ok(piece) => {
                self.bytes.fetch_sub(weight(&piece.what), Ordering::Relaxed);
                Ok(Some(piece))
            }
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(Ended),
        }
    }
}

/// The proxy has ended: nothing more comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended;

/// The proxy's side of the channel.
#[derive(Debug, Clone)]
struct Teller {
    pieces: SyncSender<Piece>,
    bytes: Arc<AtomicUsize>,
    began: Instant,
}

/// What tells of one connection.
struct Line {
    teller: Teller,
    connection: u64,
    /// Something of it could not be told.
    unseen: AtomicBool,
}

fn weight(what: &Happened) -> usize {
    match what {
        Happened::Up(bytes) | Happened::Down(bytes, _) => bytes.len(),
        _ => 0,
    }
}

impl Line {
    fn tell(&self, what: Happened) {
        let at = self.teller.began.elapsed().as_millis() as u64;
        let weight = weight(&what);
        if self.unseen.load(Ordering::Relaxed) {
            return;
        }
        let full = self.teller.bytes.load(Ordering::Relaxed) + weight > MOST_BYTES;
        self.teller.bytes.fetch_add(weight, Ordering::Relaxed);
        let piece = Piece { connection: self.connection, at, what };
        if full || self.teller.pieces.try_send(piece).is_err() {
            self.teller.bytes.fetch_sub(weight, Ordering::Relaxed);
            self.unseen.store(true, Ordering::Relaxed);
        }
    }

    /// Tells the connection's end, and before that whether something of it could not be told. Nobody waits for a
    /// connection that is closed, so this waits until the judge has room.
    async fn end(&self) {
        let unseen = self.unseen.load(Ordering::Relaxed).then_some(Happened::Unseen);
        for what in unseen.into_iter().chain([Happened::Closed]) {
            let at = self.teller.began.elapsed().as_millis() as u64;
            let mut piece = Piece { connection: self.connection, at, what };
            while let Err(TrySendError::Full(back)) = self.teller.pieces.try_send(piece) {
                piece = back;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }
}

/// A proxy that listens.
#[derive(Debug)]
pub struct Proxy {
    listener: TcpListener,
    target: (String, u16),
    teller: Teller,
}

impl Proxy {
    /// Listens there, for a register there; nothing is sent yet.
    ///
    /// # Errors
    /// What the system says.
    pub async fn bind(listen: SocketAddr, target: (String, u16)) -> std::io::Result<(Proxy, Told)> {
        let listener = TcpListener::bind(listen).await?;
        let (sender, receiver) = sync_channel(MOST_PIECES);
        let bytes = Arc::new(AtomicUsize::new(0));
        let teller = Teller { pieces: sender, bytes: Arc::clone(&bytes), began: Instant::now() };
        Ok((Proxy { listener, target, teller }, Told { pieces: receiver, bytes }))
    }

    /// Where it listens.
    ///
    /// # Errors
    /// What the system says.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Passes until somebody asks for the end; connections that are open then are closed.
    pub async fn serve(self, end: impl Future<Output = ()>) {
        let count = AtomicU64::new(0);
        let mut tasks = JoinSet::new();
        let mut end = std::pin::pin!(end);
        loop {
            let accepted = tokio::select! {
                accepted = self.listener.accept() => accepted,
                Some(_) = tasks.join_next(), if !tasks.is_empty() => continue,
                () = &mut end => break,
            };
            let Ok((till, from)) = accepted else {
                // Too many files are open, say: the next one may go through.
                tokio::time::sleep(Duration::from_millis(20)).await;
                continue;
            };
            let connection = count.fetch_add(1, Ordering::Relaxed) + 1;
            let line =
                Arc::new(Line { teller: self.teller.clone(), connection, unseen: AtomicBool::new(false) });
            line.tell(Happened::Opened(from.ip().to_string()));
            tasks.spawn(pass(till, self.target.clone(), line));
        }
        tasks.shutdown().await;
    }
}

async fn pass(till: TcpStream, (host, port): (String, u16), line: Arc<Line>) {
    // Small pieces must not wait for one another.
    let _ = till.set_nodelay(true);
    let connecting = tokio::time::timeout(CONNECT, TcpStream::connect((host.as_str(), port)));
    match connecting.await {
        Ok(Ok(register)) => {
            let _ = register.set_nodelay(true);
            both_ways(till, register, &line).await;
        }
        _ => unreachable(till, &line).await,
    }
    line.end().await;
}

/// What the till had sent by then is told; the connection is closed, as the register's would not have been
/// opened.
async fn unreachable(till: TcpStream, line: &Line) {
    line.tell(Happened::Unreachable);
    let mut piece = vec![0; PIECE];
    if let Ok(count) = till.try_read(&mut piece) {
        line.tell(Happened::Up(piece.get(..count).unwrap_or_default().to_vec()));
    }
}

async fn both_ways(till: TcpStream, register: TcpStream, line: &Line) {
    let (till_reads, till_writes) = till.into_split();
    let (register_reads, register_writes) = register.into_split();
    let till_ended = AtomicBool::new(false);
    let up = up(till_reads, register_writes, line, &till_ended);
    let down = down(register_reads, till_writes, line, &till_ended);
    let mut up = std::pin::pin!(up);
    let mut down = std::pin::pin!(down);
    tokio::select! {
        () = &mut up => {
            // The till has left; what the register still says is evidence.
            let _ = tokio::time::timeout(AFTER_TILL, down).await;
        }
        () = &mut down => {
            // The register has closed; the till sees that, and closes when it likes.
            let _ = tokio::time::timeout(AFTER_TILL, up).await;
        }
    }
}

async fn up(
    mut till: tcp::OwnedReadHalf,
    mut register: tcp::OwnedWriteHalf,
    line: &Line,
    till_ended: &AtomicBool,
) {
    let mut piece = vec![0; PIECE];
    while let Ok(count @ 1..) = till.read(&mut piece).await {
        let bytes = piece.get(..count).unwrap_or_default();
        // Told first: an answer is never told before its request.
        line.tell(Happened::Up(bytes.to_vec()));
        if register.write_all(bytes).await.is_err() {
            return;
        }
    }
    till_ended.store(true, Ordering::Relaxed);
    line.tell(Happened::TillEnded);
    let _ = register.shutdown().await;
}

async fn down(
    mut register: tcp::OwnedReadHalf,
    mut till: tcp::OwnedWriteHalf,
    line: &Line,
    till_ended: &AtomicBool,
) {
    let mut piece = vec![0; PIECE];
    let in_order = loop {
        match register.read(&mut piece).await {
            Ok(0) => break true,
            Err(_) => break false,
            Ok(count) => {
                let bytes = piece.get(..count).unwrap_or_default();
                let there = !till_ended.load(Ordering::Relaxed);
                let written = till.write_all(bytes).await.is_ok();
                line.tell(Happened::Down(bytes.to_vec(), written && there));
            }
        }
    };
    line.tell(Happened::RegisterEnded(in_order));
    let _ = till.shutdown().await;
}
