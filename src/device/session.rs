//! One conversation with a device: the key chain, the pace, what was granted, what became of what.
//!
//! This is the only place where a request is given its key and sent, so it is the only place where
//! grants, pace and key chain have to be right.

use super::clock::{Clock, ClockError};
use super::effects::{Effect, Grants};
use super::pace::Pace;
use super::transport::{Delivery, Outcome, Transport};
use crate::protocol::{Answer, Key, Kind, Method, Params, Registration, WireRequest};
use std::collections::VecDeque;
use std::time::Duration;
use thiserror::Error;

/// Keys spent two or more rotations ago that are kept for tests of KEY-8.
const OLDER_KEYS: usize = 16;

/// How often a lost registration is sent again before it is given up, one a second.
const SETTLE_TRIES: u32 = 5;

/// How long a busy device (-2) is waited for: a Z report takes 90 s at the most (v22 §3).
const BUSY_LIMIT: Duration = Duration::from_secs(120);

/// The pause between two tries while the device is busy, and between polls.
pub const PAUSE: Duration = Duration::from_secs(1);

/// A request before it is given a key and a form.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// GET or POST.
    pub method: Method,
    /// The path, maybe with a query.
    pub path: String,
    /// The parameters without the key.
    pub params: Params,
    /// A body as it stands, with its type, instead of a form.
    pub body: Option<(String, Vec<u8>)>,
    /// The key that goes along; `None` for none.
    pub key: Option<Key>,
    /// Send it from the second local address.
    pub second_address: bool,
    /// Take -2 for an answer instead of waiting and trying again.
    pub take_busy: bool,
}

impl Outgoing {
    /// A GET with nothing but the key.
    pub fn get(path: &str, key: Key) -> Outgoing {
        Outgoing {
            method: Method::Get,
            path: path.to_owned(),
            params: Params::new(),
            body: None,
            key: Some(key),
            second_address: false,
            take_busy: false,
        }
    }

    fn wire(&self) -> WireRequest {
        let mut params = Params::new();
        if let Some(key) = &self.key {
            params.push("key", key.as_str());
        }
        params.0.extend(self.params.0.iter().cloned());
        match &self.body {
            None => WireRequest::new(self.method, &self.path, &params),
            Some((kind, bytes)) => WireRequest {
                method: self.method,
                target: self.path.clone(),
                content_type: Some(kind.clone()),
                body: bytes.clone(),
            },
        }
    }
}

/// A request that was sent, and what came of it.
#[derive(Debug)]
pub struct Sent {
    /// The request as it went out.
    pub request: WireRequest,
    /// The key it carried.
    pub key: Option<Key>,
    /// What came of it.
    pub delivery: Delivery,
    /// When the answer to a registration was lost and it could be settled: what the repeat said.
    pub settled: Option<Answer>,
    /// How often it was sent in all.
    pub sendings: u32,
}

/// A request could not be sent, or its fate could not be found out.
#[derive(Debug, Error)]
pub enum SessionError {
    /// The effect was not granted.
    #[error("this needs --allow {0}")]
    NotGranted(Effect),
    /// A second address is needed and there is none.
    #[error("this needs a second local address: --second-address ADDR")]
    NoSecondAddress,
    /// No key is known.
    #[error("the web-API key is not known any more: read it off the device's screen and pass it with --key")]
    KeyLost,
    /// The clock that waits are done on failed.
    #[error(transparent)]
    Clock(#[from] ClockError),
    /// A registration was lost and could not be settled.
    #[error(
        "a registration got no answer and {tries} repeats of it got none either: whether it was registered is not known; \
         bring the device back, then start again with the same key, and the repeat of v22 §4 settles it"
    )]
    Unsettled {
        /// How often it was repeated.
        tries: u32,
    },
}

/// The key chain as the device's answers told it.
#[derive(Debug, Default)]
pub struct KeyChain {
    current: Option<Key>,
    previous: Option<Key>,
    older: VecDeque<Key>,
}

impl KeyChain {
    /// A chain that begins with the key on the device's screen.
    pub fn new(current: Key) -> KeyChain {
        KeyChain { current: Some(current), ..KeyChain::default() }
    }

    /// The key that the next request needs.
    pub fn current(&self) -> Option<&Key> {
        self.current.as_ref()
    }

    /// The key that the last rotation spent.
    pub fn previous(&self) -> Option<&Key> {
        self.previous.as_ref()
    }

    /// The youngest key that was spent two or more rotations ago.
    pub fn older(&self) -> Option<&Key> {
        self.older.back()
    }

    /// All keys that must not be shown: the current one and those that could still replay.
    pub fn secrets(&self) -> impl Iterator<Item = &Key> {
        self.current.iter().chain(&self.previous).chain(&self.older)
    }

    /// Takes the key of an answer as the current one.
    pub fn rotate(&mut self, fresh: Key) {
        if self.current.as_ref() == Some(&fresh) {
            return;
        }
        if let Some(spent) = self.previous.take() {
            self.older.push_back(spent);
            if self.older.len() > OLDER_KEYS {
                self.older.pop_front();
            }
        }
        self.previous = self.current.replace(fresh);
    }

    /// Begins anew with a key that somebody read off the device.
    pub fn reset(&mut self, current: Option<Key>) {
        *self = KeyChain { current, ..KeyChain::default() };
    }
}

/// A conversation with one device.
pub struct Session {
    transport: Transport,
    second: Option<Transport>,
    clock: Clock,
    pace: Pace,
    grants: Grants,
    /// The key chain.
    pub keys: KeyChain,
    /// Requests sent so far.
    pub requests: u64,
    /// The highest receipt number of this session's registrations; forgotten where numbering may
    /// begin anew.
    pub last_receipt: Option<u64>,
}

impl Session {
    /// A session; nothing is sent yet.
    pub fn new(
        transport: Transport,
        second: Option<Transport>,
        clock: Clock,
        pace: Pace,
        grants: Grants,
        keys: KeyChain,
    ) -> Session {
        Session { transport, second, clock, pace, grants, keys, requests: 0, last_receipt: None }
    }

    /// The run's clock.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Whether requests can be sent from a second address.
    pub fn has_second_address(&self) -> bool {
        self.second.is_some()
    }

    /// What was granted.
    pub fn grants(&self) -> &Grants {
        &self.grants
    }

    /// The current key.
    ///
    /// # Errors
    /// [`SessionError::KeyLost`].
    pub fn key(&self) -> Result<Key, SessionError> {
        self.keys.current().cloned().ok_or(SessionError::KeyLost)
    }

    /// Sends a request, waits out a busy device with the same key, follows the key chain, and
    /// settles a registration whose answer was lost by the repeat of v22 §4.
    ///
    /// # Errors
    /// [`SessionError`]: nothing was sent, or what became of a registration cannot be found out.
    pub async fn send(&mut self, outgoing: &Outgoing) -> Result<Sent, SessionError> {
        let request = outgoing.wire();
        if let Some(effect) = self.grants.missing(&request) {
            return Err(SessionError::NotGranted(effect));
        }
        let began = self.clock.now();
        let mut sendings = 0;
        let delivery = loop {
            sendings += 1;
            let delivery = self.once(&request, outgoing.second_address).await?;
            let waited = self.clock.now().saturating_sub(began);
            if outgoing.take_busy || !is_busy(&delivery) || waited >= BUSY_LIMIT {
                break delivery;
            }
            self.clock.sleep(PAUSE).await?;
        };
        let registration = registration_of(&request);
        let mut settled = None;
        if let Outcome::Answered(answer) = &delivery.outcome {
            self.follow(&request, answer);
        } else if registration.is_some() && may_have_arrived(&delivery) && outgoing.key.is_some() {
            settled = Some(self.settle(&request, outgoing.second_address).await?);
        }
        Ok(Sent { request, key: outgoing.key.clone(), delivery, settled, sendings })
    }

    async fn once(&mut self, request: &WireRequest, second: bool) -> Result<Delivery, SessionError> {
        let transport = match (second, &self.second) {
            (false, _) => &self.transport,
            (true, Some(second)) => second,
            (true, None) => return Err(SessionError::NoSecondAddress),
        };
        self.pace.wait().await;
        self.requests += 1;
        let delivery = transport.send(request, limit(request)).await;
        self.pace.sent(delivery.started);
        Ok(delivery)
    }

    /// Repeats a registration until its answer is known.
    async fn settle(&mut self, request: &WireRequest, second: bool) -> Result<Answer, SessionError> {
        for _ in 0..SETTLE_TRIES {
            self.clock.sleep(PAUSE).await?;
            let delivery = self.once(request, second).await?;
            if is_busy(&delivery) {
                continue;
            }
            if let Outcome::Answered(answer) = delivery.outcome {
                self.follow(request, &answer);
                return Ok(answer);
            }
        }
        Err(SessionError::Unsettled { tries: SETTLE_TRIES })
    }

    /// Takes over what an answer says of the key and the numbering.
    fn follow(&mut self, request: &WireRequest, answer: &Answer) {
        let path = request.path();
        if path.starts_with("/apizreport") && answer.status == 200 {
            self.last_receipt = None;
        }
        if let Kind::Keyed { number, key } = lenient(answer) {
            self.keys.rotate(key);
            if registration_of(request).is_some() {
                self.last_receipt = self.last_receipt.max(Some(number));
            }
        }
    }
}

/// The answer's kind, white space around the body forgiven: the chain must not break where only
/// WIRE-1 is broken.
fn lenient(answer: &Answer) -> Kind {
    match answer.body_text() {
        Some(text) if text.trim() != text => Answer { body: text.trim().into(), ..answer.clone() }.kind(),
        _ => answer.kind(),
    }
}

/// The registration type of a request to /api, if it names one.
pub fn registration_of(request: &WireRequest) -> Option<Registration> {
    let path = request.path();
    if path != "/api/" && path != "/api" {
        return None;
    }
    request.params().0.iter().find_map(|(name, _)| Registration::from_wire(name))
}

/// 30 s for an answer, 90 s while a shift closes (v22 §3).
fn limit(request: &WireRequest) -> Duration {
    Duration::from_secs(if request.path().starts_with("/apizreport") { 90 } else { 30 })
}

fn is_busy(delivery: &Delivery) -> bool {
    matches!(&delivery.outcome, Outcome::Answered(answer) if answer.kind() == Kind::Refused { code: -2 })
}

fn may_have_arrived(delivery: &Delivery) -> bool {
    matches!(delivery.outcome, Outcome::NoAnswer(_) | Outcome::Malformed { .. })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Key {
        Key::parse(text).unwrap()
    }

    #[test]
    fn the_chain_knows_current_previous_and_older() {
        let mut chain = KeyChain::new(key("00000001"));
        chain.rotate(key("00000002"));
        assert_eq!(chain.previous(), Some(&key("00000001")));
        assert_eq!(chain.older(), None);
        chain.rotate(key("00000003"));
        assert_eq!((chain.current(), chain.older()), (Some(&key("00000003")), Some(&key("00000001"))));
        chain.rotate(key("00000003"));
        assert_eq!(chain.previous(), Some(&key("00000002")), "an unchanged key is no rotation");
        assert_eq!(chain.secrets().count(), 3);
        chain.reset(None);
        assert_eq!(chain.secrets().count(), 0);
    }

    #[test]
    fn only_api_registers() {
        let at = |path: &str| registration_of(&WireRequest::bare(Method::Get, path));
        assert_eq!(at("/api/?key=1&sale=5"), Some(Registration::Sale));
        assert_eq!(at("/api/?Sale=5"), None);
        assert_eq!(at("/apiwithdraw/?sale=5"), None);
    }
}
