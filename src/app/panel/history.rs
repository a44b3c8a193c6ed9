//! The last exchanges of a device, each with what the register thought, and the log that is made of them.

use ikkm_emulator::{Device, Fault, Observer, Seen};
use ikkm_harness::text::{curl, shell_quoted};
use ikkm_harness::witness::exchange::Answered;
use ikkm_protocol::{Answer, Kind, errors};
use ikkm_requirements::requirements;
use serde::Serialize;
use std::collections::{HashMap, VecDeque};
use std::io::Write;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use time::OffsetDateTime;
use time::macros::format_description;
use tokio::sync::watch;

/// So many exchanges are kept.
const MOST: usize = 200;
/// So many bytes of a body are kept.
const LONGEST: usize = 20_000;

/// So many lines wait to be written; a reader that stands still must not make the register stand still.
const WAITING: usize = 10_000;

/// How a line a request is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Log {
    /// For people.
    Text,
    /// An object a line.
    Json,
    /// Not at all.
    None,
}

/// One exchange.
#[derive(Debug, Clone, Serialize)]
pub struct Exchange {
    /// Counts the requests of the device, from 1.
    pub number: u64,
    /// Counts the exchanges as they ended, from 1: an answer that comes late ends after later ones.
    pub ended: u64,
    /// When it came, by the wall clock: `12:34:56.789`.
    pub time: String,
    /// `GET`, `POST` or what was sent instead.
    pub method: String,
    /// Path and query as sent.
    pub target: String,
    /// The content type of the request's body, where it had one.
    pub content_type: Option<String>,
    /// The request's body, cut where it is very long.
    pub body: String,
    /// The answer's status and reason; absent while it is on its way, and where none left.
    pub status: Option<u16>,
    /// The answer's reason phrase.
    pub reason: Option<String>,
    /// The answer's body.
    pub answer: Option<String>,
    /// The receipt or document number, where the answer has one.
    pub receipt: Option<u64>,
    /// What the register thought: the error in words, or what a fault did to the answer.
    pub thought: Option<String>,
    /// The requirement that the refusal keeps, in words: the document's rule.
    pub rule: Option<String>,
    /// The request as a `curl` command.
    pub curl: String,
}

/// Watches a device.
#[derive(Debug)]
pub struct ExchangeHistory {
    kept: Mutex<Kept>,
    changes: watch::Sender<u64>,
    log: Log,
    lines: SyncSender<String>,
}

#[derive(Debug, Default)]
struct Kept {
    done: VecDeque<Exchange>,
    ended: u64,
    under_way: HashMap<u64, Exchange>,
}

impl ExchangeHistory {
    pub(super) fn new(changes: watch::Sender<u64>, log: Log) -> ExchangeHistory {
        let (lines, waiting) = sync_channel::<String>(WAITING);
        std::thread::spawn(move || {
            // Nobody may be reading the log any more; the register goes on.
            waiting.into_iter().all(|line| writeln!(std::io::stdout(), "{line}").is_ok())
        });
        ExchangeHistory { kept: Mutex::default(), changes, log, lines }
    }

    /// The exchanges that ended after the one that ended as that, oldest first.
    pub fn since(&self, ended: u64) -> Vec<Exchange> {
        self.lock().done.iter().filter(|one| one.ended > ended).cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An exchange is over.
    fn ended(&self, mut one: Exchange) {
        let mut kept = self.lock();
        kept.ended += 1;
        one.ended = kept.ended;
        self.write(&one);
        kept.done.push_back(one);
        if kept.done.len() > MOST {
            kept.done.pop_front();
        }
        drop(kept);
        self.changes.send_modify(|count| *count += 1);
    }

    fn write(&self, one: &Exchange) {
        let line = match self.log {
            Log::None => return,
            Log::Text => text(one),
            Log::Json => match serde_json::to_string(one) {
                Ok(line) => line,
                Err(error) => format!("{{\"error\":\"{error}\"}}"),
            },
        };
        // Where too many wait, or nobody reads, the line is lost and the register goes on.
        let _ = self.lines.try_send(line);
    }
}

/// `12:34:56.789 GET /api/?key=…&sale=800&cash=1000 -> 200 164 (receipt 164)`.
fn text(one: &Exchange) -> String {
    let came = match (one.status, &one.reason) {
        (Some(status), Some(reason)) => format!("{status} {reason}"),
        _ => "no answer".to_owned(),
    };
    let receipt = one.receipt.map(|number| format!(" receipt {number}")).unwrap_or_default();
    let thought = one.thought.as_ref().map(|thought| format!(" ({thought})")).unwrap_or_default();
    let target: String = one.target.chars().filter(|sign| !sign.is_control()).take(300).collect();
    format!("{} {} {target} -> {came}{receipt}{thought}", one.time, one.method)
}

impl Observer for ExchangeHistory {
    fn request(&self, device: &Device, seen: &Seen<'_>) {
        let request = seen.request;
        let body = cut(&request.body);
        let method = format!("-X {} ", shell_quoted(&seen.method));
        let kind = request.content_type.as_deref().filter(|_| !request.body.is_empty());
        let curl = curl(&method, kind, &body, &format!("{}{}", super::url(device), request.target));
        let one = Exchange {
            number: seen.number,
            ended: 0,
            time: wall(),
            method: seen.method.clone(),
            target: request.target.clone(),
            content_type: request.content_type.clone(),
            body,
            status: None,
            reason: None,
            answer: None,
            receipt: None,
            thought: None,
            rule: None,
            curl,
        };
        self.lock().under_way.insert(seen.number, one);
    }

    fn reply(&self, _: &Device, number: u64, answer: Option<&Answer>, fault: Option<&Fault>) {
        let Some(mut one) = self.lock().under_way.remove(&number) else { return };
        let sent = match fault {
            Some(Fault::LoseRequest) => None,
            Some(Fault::Instead(bytes)) => Answered::read(bytes, false).map(|read| read.answer),
            _ => answer.cloned(),
        };
        if let Some(answer) = sent {
            one.status = Some(answer.status);
            one.reason = Some(answer.reason_text());
            one.answer = Some(cut(&answer.body));
            // A status tells a number too, and has registered nothing.
            one.receipt = answer.receipt().filter(|_| matches!(answer.kind(), Kind::Keyed { .. }));
            let code = answer.body_text().and_then(|body| body.trim().parse::<i32>().ok());
            if answer.status == 400
                && let Some(code) = code
            {
                one.thought = Some(format!("{code}: {}", errors::describe(code)));
                one.rule = rule(&answer.reason_text(), code);
            }
        }
        if let Some(fault) = fault {
            let told = [one.thought.take(), Some(what_happened(fault).to_owned())];
            one.thought = Some(told.into_iter().flatten().collect::<Vec<_>>().join("; "));
        }
        self.ended(one);
    }

    fn malformed(&self, number: u64, _: u64, _: Instant, bytes: &[u8]) {
        let line = bytes.split(|byte| matches!(byte, b'\r' | b'\n')).next().unwrap_or_default();
        let line = cut(line);
        let (method, target) = line.split_once(' ').unwrap_or((&line, ""));
        self.ended(Exchange {
            number,
            ended: 0,
            time: wall(),
            method: method.to_owned(),
            target: target.to_owned(),
            content_type: None,
            body: String::new(),
            status: Some(400),
            reason: Some("Bad Request".to_owned()),
            answer: None,
            receipt: None,
            thought: Some("no request of HTTP/1.1: spaces and letters outside ASCII go percent-encoded, and by http, not https".to_owned()),
            rule: None,
            curl: String::new(),
        });
    }

    fn gone(&self, _: u64) {}

    fn closed(&self, _: u64) {}
}

/// What a fault did, for people.
fn what_happened(fault: &Fault) -> &'static str {
    match fault {
        Fault::LoseRequest => "fault: the request was lost, nothing was done",
        Fault::Instead(_) => "fault: the register was not asked, nothing was done",
        Fault::LoseReply => "fault: it was done, the answer was lost",
        Fault::Reset => "fault: it was done, the connection was reset",
        Fault::Delay(_) => "fault: the answer comes late",
        Fault::Cut(_) | Fault::Short { .. } => "fault: the answer was cut",
        Fault::HoldOpen(_) => "fault: the answer stops in the middle, the connection stays open",
        Fault::Pieces(..) => "fault: the answer leaves in pieces",
        Fault::Double => "fault: the answer was sent twice",
        Fault::Garble(_) => "fault: the answer was garbled",
        Fault::WrongLength(_) => "fault: the answer tells a wrong length",
    }
}

/// The requirement of an error row, by its reason or its code.
fn rule(reason: &str, code: i32) -> Option<String> {
    let by_reason = requirements().get(&format!("ERR-{reason}"));
    let line = by_reason.or_else(|| requirements().get(&format!("ERR-code-{}", code.unsigned_abs())))?;
    Some(format!("{} (v22 §{}): {}", line.id, line.section, line.words))
}

fn cut(bytes: &[u8]) -> String {
    let kept = bytes.get(..LONGEST).unwrap_or(bytes);
    let mut text = String::from_utf8_lossy(kept).into_owned();
    if kept.len() < bytes.len() {
        text.push_str(&format!("… ({} bytes in all)", bytes.len()));
    }
    text
}

fn wall() -> String {
    let form = format_description!("[hour]:[minute]:[second].[subsecond digits:3]");
    OffsetDateTime::now_utc().format(&form).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ikkm_emulator::{DeviceClock, Machine, personality};
    use ikkm_protocol::{Method, WireRequest};
    use std::net::{Ipv4Addr, SocketAddr};

    #[tokio::test]
    async fn an_answer_that_comes_late_is_told_after_what_came_meanwhile() {
        let plain = personality("plain").unwrap();
        let machine = Machine::new(&plain, plain.behaviour.clone(), plain.first_key().unwrap());
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let device = Device::start(machine, listen, DeviceClock::standing()).await.unwrap();
        let history = ExchangeHistory::new(watch::channel(0).0, Log::None);
        let request = WireRequest::bare(Method::Get, "/apicheck/?key=01234567");
        for number in [1, 2] {
            let seen = Seen {
                number,
                connection: number,
                first_byte: Instant::now(),
                method: "GET".to_owned(),
                version: "1.1",
                request: &request,
            };
            history.request(&device, &seen);
        }
        let status = Answer { status: 200, reason: "164".into(), headers: vec![], body: "0".into() };
        history.reply(&device, 2, Some(&status), None);
        let first = history.since(0);
        assert_eq!(first.iter().map(|one| one.number).collect::<Vec<_>>(), [2]);
        assert_eq!(first[0].receipt, None, "a status has registered nothing");
        let busy = Fault::Instead(b"HTTP/1.1 400 busy\r\nContent-Length: 2\r\n\r\n-2".to_vec());
        history.reply(&device, 1, Some(&status), Some(&busy));
        let more = history.since(first[0].ended);
        assert_eq!(more.iter().map(|one| (one.number, one.status)).collect::<Vec<_>>(), [(1, Some(400))]);
        assert!(more[0].curl.contains(&format!("http://{}/apicheck/", device.address())), "{}", more[0].curl);
        device.shutdown().await;
    }
}
