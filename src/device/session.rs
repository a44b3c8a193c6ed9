//! One conversation with a device: the key chain, the pace, what was granted, what became of what.
//!
//! This is the only place where a request is given its key and sent, so it is the only place where
//! grants, pace and key chain have to be right.

use super::cash::{CashDocuments, CashOperation};
use super::clock::Clock;
use super::effects::{Effect, Grants, effect_of};
use super::fate::{Fate, is_repeatable};
use super::journal::Journal;
use super::pace::Pace;
use super::tally::{Limits, Tally};
use super::transport::{Delivery, Outcome, Transport};
use crate::protocol::{Answer, Key, Kind, Registration, WireRequest};
use std::time::Duration;

pub use super::keychain::KeyChain;
pub use super::outgoing::Outgoing;
pub use super::trouble::SessionError;

/// How long a busy device (-2) is waited for: a Z report takes 90 s at the most (v22 §3).
const BUSY_LIMIT: Duration = Duration::from_secs(120);

/// The pause between two tries while the device is busy, and between polls.
pub const PAUSE: Duration = Duration::from_secs(1);

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
    /// When the answer to anything else with an effect was lost: what the reports say of it; `None`
    /// also where the device could not be read.
    pub fate: Option<Fate>,
    /// How often it was sent in all.
    pub sendings: u32,
}

/// A conversation with one device.
pub struct Session {
    transport: Transport,
    second: Option<Transport>,
    clock: Clock,
    pace: Pace,
    grants: Grants,
    patience: Duration,
    pub(super) limits: Limits,
    pub(super) journal: Option<Journal>,
    pub(super) cash: Option<CashDocuments>,
    /// What was done so far.
    pub tally: Tally,
    /// The key chain; [`Session::reset_key`] changes it from outside.
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
        Session {
            transport,
            second,
            clock,
            pace,
            grants,
            patience: Duration::MAX,
            limits: Limits::default(),
            journal: None,
            cash: None,
            tally: Tally::default(),
            keys,
            requests: 0,
            last_receipt: None,
        }
    }

    /// The same, bounded in what it may register.
    pub fn with_limits(self, limits: Limits) -> Session {
        Session { limits, ..self }
    }

    /// The same, giving an answer no more time than that, where the limit of v22 §3 is longer.
    pub fn with_patience(self, patience: Duration) -> Session {
        Session { patience, ..self }
    }

    /// The same, writing down each request that could change the device before it leaves.
    pub fn with_journal(self, journal: Journal) -> Session {
        Session { journal: Some(journal), ..self }
    }

    /// The journal, where one is kept.
    pub fn journal(&mut self) -> Option<&mut Journal> {
        self.journal.as_mut()
    }

    /// The chain begins anew: with a key that was read off the device, or with none known.
    ///
    /// # Errors
    /// [`SessionError::Journal`].
    pub fn reset_key(&mut self, key: Option<Key>) -> Result<(), SessionError> {
        if let (Some(journal), Some(key)) = (&mut self.journal, &key) {
            journal.key(key)?;
        }
        self.keys.reset(key);
        Ok(())
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
        if outgoing.second_address && self.second.is_none() {
            return Err(SessionError::NoSecondAddress);
        }
        self.limits.admit(&self.tally, &request)?;
        let effectful = effect_of(&request) != Effect::Read;
        if effectful {
            if let Some(journal) = &mut self.journal {
                journal.sent(&request, self.cash)?;
            }
            self.tally.touched = true;
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
        let mut sent =
            Sent { request, key: outgoing.key.clone(), delivery, settled: None, fate: None, sendings };
        let lost = may_have_arrived(&sent.delivery);
        if let Outcome::Answered(answer) = &sent.delivery.outcome {
            self.take_over(&sent.request, answer);
            if effectful {
                self.answered(answer)?;
            }
        } else if lost && effectful && is_repeatable(&sent.request) && sent.key.is_some() {
            let answer = self.settle(&sent.request, outgoing.second_address).await?;
            self.answered(&answer)?;
            sent.settled = Some(answer);
        } else if lost && effectful {
            sent.fate = self.find_out(&sent.request, self.cash).await?;
            self.cash = self.cash.filter(|_| matches!(sent.fate, Some(Fate::Done(_) | Fate::NotDone(_))));
            if let Some(fate) = &sent.fate {
                self.closed(fate.words())?;
            }
        } else if effectful {
            self.closed("it was not sent")?;
        }
        Ok(sent)
    }

    pub(super) async fn once(
        &mut self,
        request: &WireRequest,
        second: bool,
    ) -> Result<Delivery, SessionError> {
        let transport = match (second, &self.second) {
            (false, _) => &self.transport,
            (true, Some(second)) => second,
            (true, None) => return Err(SessionError::NoSecondAddress),
        };
        self.pace.wait().await;
        self.requests += 1;
        let delivery = transport.send(request, limit(request).min(self.patience)).await;
        self.pace.sent(delivery.started);
        Ok(delivery)
    }

    /// Writes the answer to the open request down.
    pub(super) fn answered(&mut self, answer: &Answer) -> Result<(), SessionError> {
        let key = self.keys.current();
        Ok(self.journal.as_mut().map_or(Ok(()), |journal| journal.answered(answer, key))?)
    }

    /// Writes down what became of the open request.
    fn closed(&mut self, how: &str) -> Result<(), SessionError> {
        let key = self.keys.current();
        Ok(self.journal.as_mut().map_or(Ok(()), |journal| journal.settled(how, key))?)
    }

    /// Takes over what an answer says of the key, the numbering, and what was done.
    pub(super) fn take_over(&mut self, request: &WireRequest, answer: &Answer) {
        self.tally.follow_modes(request, answer);
        if let Some(documents) = CashDocuments::of_report(request, answer) {
            self.cash = Some(documents);
        }
        if effect_of(request) == Effect::Shift && answer.status == 200 {
            self.last_receipt = None;
            self.cash = None;
        }
        let registration = registration_of(request).is_some();
        let (number, key) = match lenient(answer) {
            Kind::Keyed { number, key } => (Some(number), key),
            _ => match key_alone(answer).filter(|_| registration) {
                Some(key) => (None, key),
                None => {
                    if let Some(text) = answer.body_text().filter(|_| registration) {
                        self.keys.suspect(text);
                    }
                    return;
                }
            },
        };
        if let Some(operation) = CashOperation::of(request) {
            self.cash = self.cash.map(|documents| documents.and(operation));
        }
        if registration {
            self.last_receipt = self.last_receipt.max(number);
            if self.keys.current() != Some(&key) {
                self.tally.register(request);
            }
        }
        self.keys.rotate(key);
    }
}

/// The new key of a success whose reason phrase is no receipt number: the chain must not break, and
/// the key must not show, where only WIRE-10 is broken.
fn key_alone(answer: &Answer) -> Option<Key> {
    (answer.status == 200).then(|| Key::parse(answer.body_text()?.trim()).ok()).flatten()
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
    use crate::protocol::Method;

    #[test]
    fn only_api_registers() {
        let at = |path: &str| registration_of(&WireRequest::bare(Method::Get, path));
        assert_eq!(at("/api/?key=1&sale=5"), Some(Registration::Sale));
        assert_eq!(at("/api/?Sale=5"), None);
        assert_eq!(at("/apiwithdraw/?sale=5"), None);
    }
}
