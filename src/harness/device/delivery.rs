//! What came of one request, read from the library's word and the recorded bytes together.

use super::recording::{End, Overrun, Received, SentBytes};
use super::wire::{Framing, Head, WireFault};
use ikkm_protocol::Answer;
use std::fmt;
use std::time::Duration;
use thiserror::Error;
use tokio::time::Instant;

/// What came of one request.
#[derive(Debug)]
pub struct Delivery {
    /// What it came to.
    pub outcome: Outcome,
    /// There was no connection to be had: nobody listens there, now.
    pub refused: bool,
    /// It went over a connection that was kept from a request before.
    pub reused: bool,
    /// The exact bytes both ways.
    pub wire: WireBytes,
    /// When the first byte of the request had left; when none left, when sending was tried.
    pub started: Instant,
    /// From `started` to the last byte of the answer, or to giving up.
    pub elapsed: Duration,
}

impl Delivery {
    /// The answer, where a complete one came.
    pub fn answer(&self) -> Option<&Answer> {
        match &self.outcome {
            Outcome::Answered(answer) => Some(answer),
            _ => None,
        }
    }

    /// A connection that had been kept ended without an answer: who closed it, and when, nobody knows. Where
    /// the request can be sent again, that is no lost reply of the device's.
    pub fn is_stale(&self) -> bool {
        let ended = match &self.outcome {
            Outcome::NoAnswer(why) => !matches!(why, NoAnswerReason::Abandoned | NoAnswerReason::TimedOut(_)),
            _ => false,
        };
        self.reused && ended
    }
}

/// Whether the device answered, and if not, whether it may have acted.
#[derive(Debug)]
pub enum Outcome {
    /// A complete answer by HTTP's rules.
    Answered(Answer),
    /// Not a byte left: nothing can have happened. Says why.
    NotSent(String),
    /// Bytes left and none came back: in doubt.
    NoAnswer(NoAnswerReason),
    /// Bytes came that make no complete HTTP answer: in doubt.
    Malformed {
        /// What is wrong with them.
        why: String,
        /// What could be read, once the head was complete.
        partial: Option<Answer>,
    },
}

/// Why no answer came.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NoAnswerReason {
    /// Nothing came in time.
    #[error("no answer within {} s", .0.as_secs_f32())]
    TimedOut(Duration),
    /// The device closed the connection without a byte.
    #[error("the connection was closed without an answer")]
    ClosedEarly,
    /// The connection was reset without a byte.
    #[error("the connection was reset without an answer")]
    Reset,
    /// The harness itself dropped the connection once the request had left.
    #[error("the harness dropped the connection before it read the answer")]
    Abandoned,
    /// Anything else that the HTTP library says.
    #[error("no answer: {0}")]
    Other(String),
}

/// When to drop a connection whose answer is not to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DropReply {
    /// As soon as the whole request has left: the device may still be busy with it, or never see it.
    AtOnce,
    /// When the answer's first byte has come: the device has acted, and its answer is lost.
    OnArrival,
}

/// The exact bytes of one exchange.
#[derive(Default)]
pub struct WireBytes {
    /// The request as it left.
    pub request: Vec<u8>,
    /// The answer's head, interim ones included; everything that came if no head could be read.
    pub head: Vec<u8>,
    /// The body as it went over the wire, chunk sizes included, where that is not the answer's body byte
    /// for byte: a body has megabytes, and is kept once ([`Delivery::raw_body`]).
    raw: Option<Vec<u8>>,
    /// What came after the answer's end.
    pub surplus: Vec<u8>,
    /// What is odd about the answer.
    pub faults: Vec<WireFault>,
    /// How the device ended the connection, if it did.
    pub end: Option<End>,
}

/// How the library's part of an exchange ended before its answer was complete.
#[derive(Debug, Error)]
pub(super) enum Ending {
    /// The time limit passed.
    #[error("no complete answer within {} s", .0.as_secs_f32())]
    TimedOut(Duration),
    /// The decoded body is larger than the transport's options allow.
    #[error("the answer's body is larger than this harness takes")]
    TooLarge,
    /// The library takes no head like that: too long, too many lines, or a length that no body has.
    #[error("the answer's head is larger than this harness takes")]
    HeadTooLarge,
    /// The library's own words.
    #[error("{0}")]
    Library(String),
    /// The request had left, and the connection was dropped on purpose.
    #[error("the connection was dropped on purpose")]
    Abandoned,
}

impl From<hyper::Error> for Ending {
    /// Keeps the innermost cause.
    fn from(error: hyper::Error) -> Ending {
        let mut words = error.to_string();
        let mut cause = std::error::Error::source(&error);
        while let Some(inner) = cause {
            words = inner.to_string();
            cause = inner.source();
        }
        // The library has no other way to tell this apart.
        if words == "message head is too large" { Ending::HeadTooLarge } else { Ending::Library(words) }
    }
}

/// Lengths from here on are nobody's.
const IMPOSSIBLE: u64 = u64::MAX - 1;

impl Delivery {
    /// The body as it went over the wire, chunk sizes included.
    pub fn raw_body(&self) -> &[u8] {
        match (&self.wire.raw, &self.outcome) {
            (Some(raw), _) => raw,
            (None, Outcome::Answered(answer) | Outcome::Malformed { partial: Some(answer), .. }) => {
                &answer.body
            }
            (None, _) => &[],
        }
    }
}

/// What the library handed on of a body.
#[derive(Debug, Default)]
pub(super) struct Decoded {
    /// What it made of the chunks, where there are any; without them the recording has the same bytes.
    pub chunks: Vec<u8>,
    /// How many bytes there were.
    pub length: usize,
}

/// Decides what an exchange came to.
pub(super) fn conclude(
    ended: Result<(), Ending>,
    sent: SentBytes,
    mut received: Received,
    decoded: Decoded,
) -> (Outcome, WireBytes) {
    let left = sent.first.is_some();
    let silent = received.bytes.is_empty();
    let (end, overrun) = (received.end, received.overrun);
    let head = received.head.take();
    let (mut wire, raw) = WireBytes::new(sent, received, head.as_ref());
    let framing = head.as_ref().map(|head| head.framing);
    let got = raw.len();
    let body = match framing {
        Some(Framing::Chunked) => {
            wire.raw = Some(raw);
            decoded.chunks
        }
        _ if raw.len() == decoded.length => raw,
        // The library refused it on its way: the answer holds what it took, the wire all that came.
        _ => {
            let taken = raw.get(..decoded.length).unwrap_or(&raw).to_vec();
            wire.raw = Some(raw);
            taken
        }
    };
    let answer =
        head.map(|head| Answer { status: head.status, reason: head.reason, headers: head.headers, body });
    let outcome = match (ended, answer) {
        (Ok(()), Some(answer)) if framing == Some(Framing::UntilClose) && end == Some(End::Reset) => {
            let why = "the connection was reset where the body should end".to_owned();
            Outcome::Malformed { why, partial: Some(answer) }
        }
        (Ok(()), Some(answer)) => Outcome::Answered(answer),
        (Ok(()), None) => {
            Outcome::Malformed { why: "the answer's head cannot be read".to_owned(), partial: None }
        }
        (Err(ending), _) if !left => Outcome::NotSent(ending.to_string()),
        (Err(ending), _) if silent => Outcome::NoAnswer(match (ending, end) {
            (_, Some(End::Closed)) => NoAnswerReason::ClosedEarly,
            (_, Some(End::Reset)) => NoAnswerReason::Reset,
            (Ending::TimedOut(limit), None) => NoAnswerReason::TimedOut(limit),
            (Ending::Abandoned, None) => NoAnswerReason::Abandoned,
            (other, None) => NoAnswerReason::Other(other.to_string()),
        }),
        (Err(ending), partial) => {
            let why = match (overrun, framing, end, &ending) {
                (Some(Overrun::Head), ..) => "the answer's head is larger than this harness takes".to_owned(),
                (Some(Overrun::Body), ..) | (.., Ending::TooLarge) => {
                    "the answer's body is larger than this harness takes".to_owned()
                }
                (None, Some(Framing::Length(IMPOSSIBLE..)), _, Ending::HeadTooLarge) => {
                    "the answer's body is larger than this harness takes".to_owned()
                }
                (None, Some(Framing::Length(length)), Some(_), Ending::Library(_))
                    if (got as u64) < length =>
                {
                    format!("the body was cut: {got} of {length} bytes came")
                }
                (None, None, _, Ending::Library(words)) => format!("this is no HTTP answer: {words}"),
                _ => ending.to_string(),
            };
            Outcome::Malformed { why, partial }
        }
    };
    (outcome, wire)
}

impl fmt::Debug for WireBytes {
    /// Sizes only: keys stand in the bytes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sizes = [self.request.len(), self.head.len(), self.surplus.len()];
        f.debug_struct("WireBytes")
            .field("sizes", &sizes)
            .field("faults", &self.faults)
            .field("end", &self.end)
            .finish()
    }
}

impl WireBytes {
    /// The bytes of an exchange, and of them the answer's body as it came.
    fn new(sent: SentBytes, received: Received, head: Option<&Head>) -> (WireBytes, Vec<u8>) {
        let end = received.end;
        let mut body = received.bytes;
        let Some(head) = head else {
            return (WireBytes { request: sent.bytes, head: body, end, ..WireBytes::default() }, Vec::new());
        };
        // The head is short, the body may have megabytes: it stays where it is.
        let head_bytes = body.drain(..head.body_at.min(body.len())).collect();
        let length = head.body_length(&body).unwrap_or(body.len());
        let surplus = body.split_off(length.min(body.len()));
        body.shrink_to_fit();
        let mut faults = head.faults.clone();
        if !surplus.is_empty() {
            faults.push(WireFault::Surplus(surplus.len()));
        }
        (WireBytes { request: sent.bytes, head: head_bytes, raw: None, surplus, faults, end }, body)
    }
}
