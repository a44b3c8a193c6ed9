//! A scripted peer on loopback: it reads one request and then does what its script says.

use ikkm_harness::device::transport::{Delivery, Outcome, Transport, TransportOptions};
use ikkm_harness::device::wire::WireFault;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// One thing that a peer does.
#[derive(Clone)]
pub enum Act {
    /// Sends these bytes.
    Send(Vec<u8>),
    /// Sends these bytes again and again until the other side has gone.
    Endless(Vec<u8>),
    /// Sends these bytes one by one, 10 ms apart.
    Drip(Vec<u8>),
    /// Waits until the other side has gone.
    Hold,
    /// Ends the connection with a reset, not in order.
    Reset,
}

/// Listens on a free port and plays the script on every connection, after reading a request.
pub async fn play(script: Vec<Act>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(perform(stream, script.clone()));
        }
    });
    address
}

async fn perform(mut stream: TcpStream, script: Vec<Act>) {
    if read_request(&mut stream).await.is_none() {
        return;
    }
    for act in script {
        let done = match act {
            Act::Send(bytes) => stream.write_all(&bytes).await,
            Act::Endless(bytes) => loop {
                if let Err(error) = stream.write_all(&bytes).await {
                    break Err(error);
                }
            },
            Act::Drip(bytes) => drip(&mut stream, &bytes).await,
            Act::Hold => stream.read_to_end(&mut Vec::new()).await.map(drop),
            Act::Reset => return stream.set_zero_linger().unwrap(),
        };
        if done.is_err() {
            return;
        }
    }
}

async fn drip(stream: &mut TcpStream, bytes: &[u8]) -> std::io::Result<()> {
    for byte in bytes {
        stream.write_all(&[*byte]).await?;
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Ok(())
}

/// Reads one request, its body included; `None` when the other side goes before its end.
pub async fn read_request(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap_or("0");
            if body.len() >= length.parse().unwrap() {
                return Some(bytes);
            }
        }
    }
}

/// The options for a device at that address, with a smaller cap, which a test reaches sooner.
pub fn options(address: SocketAddr) -> TransportOptions {
    let target = format!("http://{address}").parse().unwrap();
    TransportOptions { max_body: 1 << 20, ..TransportOptions::new(target) }
}

/// A transport with these [`options`].
pub fn transport(address: SocketAddr) -> Transport {
    Transport::new(options(address)).unwrap()
}

/// A delivery in one line.
pub fn summary(delivery: &Delivery) -> String {
    let what = match &delivery.outcome {
        Outcome::Answered(answer) => {
            let (reason, bytes) = (answer.reason.escape_ascii(), answer.body.len());
            format!("answered {} <{reason}> {bytes} bytes", answer.status)
        }
        Outcome::NotSent(_) => "not sent".to_owned(),
        Outcome::NoAnswer(trouble) => trouble.to_string(),
        Outcome::Malformed { why, partial: None } => format!("malformed: {why}"),
        Outcome::Malformed { why, partial: Some(partial) } => {
            format!("malformed after {} bytes: {why}", few(partial.body.len()))
        }
    };
    let faults: Vec<String> = delivery.wire.faults.iter().map(named).collect();
    if faults.is_empty() { what } else { format!("{what} [{}]", faults.join("; ")) }
}

/// How much of an endless stream was seen depends on the machine, so it shows as `many`.
fn few(count: usize) -> String {
    if count < 1000 { count.to_string() } else { "many".to_owned() }
}

fn named(fault: &WireFault) -> String {
    match fault {
        WireFault::Surplus(count) => format!("{} surplus bytes", few(*count)),
        other => other.to_string(),
    }
}
