//! A small shop: a till, a register (the emulator), and what passes between them in virtual time.

use ikkm_emulator::{Device, DeviceClock, Fault, FaultRule, Machine, Personality, RequestKind, defects};
use ikkm_harness::witness::Witness;
use ikkm_harness::witness::exchange::Exchange;
use ikkm_harness::witness::split::{Happened, Piece, Splitter};
use ikkm_protocol::Params;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// An answer as the till reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    pub reason: String,
    pub body: String,
}

impl Reply {
    pub fn key(&self) -> Option<&str> {
        let body = self.body.as_str();
        (self.status == 200 && body.len() == 8 && body.bytes().all(|b| b.is_ascii_digit())).then_some(body)
    }
}

/// How a request is written.
#[derive(Debug, Clone)]
pub struct Written {
    pub method: &'static str,
    pub version: &'static str,
    /// Milliseconds since the last request began.
    pub pause: u64,
    /// Milliseconds after which the till closes the connection.
    pub patience: u64,
}

impl Default for Written {
    fn default() -> Written {
        Written { method: "GET", version: "1.1", pause: 1200, patience: 30_000 }
    }
}

pub struct Shop {
    pub device: Device,
    pub witness: Witness,
    /// Everything that passed, keys hidden.
    pub exchanges: Vec<Exchange>,
    splitter: Splitter,
    connections: u64,
    now: u64,
    began: u64,
    /// What the till knows as its key.
    pub key: String,
    /// Milliseconds that the register takes.
    pub slow: u64,
    /// How long an answer is waited for, in real time.
    pub patience: Duration,
    /// The connection to the till breaks before the next answer reaches it.
    pub cut: bool,
}

pub fn machine(personality: &Personality, seeded: &[&str]) -> Machine {
    let mut behaviour = personality.behaviour.clone();
    for defect in defects::defects().iter().filter(|one| seeded.contains(&one.name)) {
        defect.apply(&mut behaviour);
    }
    Machine::new(personality, behaviour, personality.first_key().expect("its first key"))
}

impl Shop {
    pub async fn open(personality: &Personality, seeded: &[&str]) -> Shop {
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let machine = machine(personality, seeded);
        let device = Device::start(machine, listen, DeviceClock::standing()).await.expect("a free port");
        let key = device.with(|machine, _| machine.key().as_str().to_owned());
        Shop {
            device,
            witness: Witness::new(),
            exchanges: Vec::new(),
            splitter: Splitter::default(),
            connections: 0,
            now: 0,
            began: 0,
            key,
            slow: 30,
            patience: Duration::from_millis(300),
            cut: false,
        }
    }

    pub async fn close(mut self) -> (Witness, Vec<Exchange>) {
        for exchange in self.splitter.end() {
            self.take(&exchange);
        }
        self.witness.end();
        self.device.shutdown().await;
        (self.witness, self.exchanges)
    }

    fn take(&mut self, exchange: &Exchange) {
        let hidden = self.witness.hidden(exchange);
        self.witness.take(&hidden);
        self.exchanges.push(hidden);
    }

    fn tell(&mut self, what: Happened) {
        let piece = Piece { connection: self.connections, at: self.now, what };
        for exchange in self.splitter.take(piece) {
            self.take(&exchange);
        }
    }

    /// Time goes by.
    pub fn wait(&mut self, millis: u64) {
        let before = self.now / 1000;
        self.now += millis;
        self.device.advance(self.now / 1000 - before);
    }

    /// The next answer of that kind is lost.
    pub fn lose(&self, on: RequestKind, fault: Fault) {
        self.device.inject(FaultRule { on, after: 0, times: 1, fault });
    }

    /// Sends a request with the till's key.
    pub async fn ask(&mut self, path: &str, list: &[(&str, &str)], how: &Written) -> Option<Reply> {
        let key = self.key.clone();
        let mut params = Params::new();
        params.push("key", key);
        list.iter().for_each(|(name, value)| params.push(*name, *value));
        self.send(path, &params, how).await
    }

    /// Sends a request as it is written.
    pub async fn send(&mut self, path: &str, params: &Params, how: &Written) -> Option<Reply> {
        let text = params.encode();
        let request = if how.method == "POST" {
            let length = text.len();
            format!(
                "POST {path} HTTP/{}\r\nHost: r\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{text}",
                how.version
            )
        } else {
            format!("{} {path}?{text} HTTP/{}\r\nHost: r\r\n\r\n", how.method, how.version)
        };
        self.raw(request.as_bytes(), how).await
    }

    /// Sends bytes.
    pub async fn raw(&mut self, request: &[u8], how: &Written) -> Option<Reply> {
        let due = self.began + how.pause;
        if due > self.now {
            self.wait(due - self.now);
        }
        self.began = self.now;
        self.connections += 1;
        self.tell(Happened::Opened("192.168.1.20".to_owned()));
        self.tell(Happened::Up(request.to_vec()));
        let mut stream = TcpStream::connect(self.device.address()).await.expect("the register listens");
        stream.write_all(request).await.expect("it takes the request");
        let asked = Instant::now();
        let mut answer = Vec::new();
        let mut closed = None;
        loop {
            let mut piece = vec![0; 65536];
            let reading = tokio::time::timeout(self.patience, stream.read(&mut piece));
            match reading.await {
                Ok(Ok(0)) => closed = Some(true),
                Ok(Err(_)) => closed = Some(false),
                Ok(Ok(count)) => answer.extend_from_slice(&piece[..count]),
                Err(_) => break,
            }
            if closed.is_some() || is_whole(&answer) {
                break;
            }
        }
        // Seconds that the register really takes go by in the shop, too.
        let really = asked.elapsed();
        let took = if really.as_secs() >= 5 { really.as_millis() as u64 } else { self.slow };
        if std::mem::take(&mut self.cut) {
            self.wait(took);
            self.tell(Happened::TillEnded);
            self.tell(Happened::Down(answer, false));
            self.tell(Happened::Closed);
            return None;
        }
        if took > how.patience {
            self.wait(how.patience);
            self.tell(Happened::TillEnded);
            self.wait(took - how.patience);
            if !answer.is_empty() {
                self.tell(Happened::Down(answer, false));
            }
            self.tell(Happened::Closed);
            return None;
        }
        self.wait(took);
        if !answer.is_empty() {
            self.tell(Happened::Down(answer.clone(), true));
        }
        if let Some(in_order) = closed {
            self.tell(Happened::RegisterEnded(in_order));
        }
        self.tell(Happened::TillEnded);
        self.tell(Happened::Closed);
        is_whole(&answer).then(|| reply(&answer)).flatten()
    }
}

fn is_whole(answer: &[u8]) -> bool {
    ikkm_harness::witness::exchange::Answered::read(answer, false).is_some_and(|one| one.whole)
}

fn reply(answer: &[u8]) -> Option<Reply> {
    let read = ikkm_harness::witness::exchange::Answered::read(answer, false)?;
    Some(Reply {
        status: read.answer.status,
        reason: read.answer.reason_text(),
        body: String::from_utf8_lossy(&read.answer.body).into_owned(),
    })
}
