//! One conversation with a device: the key chain, the pace, what was granted, what became of what.
//!
//! This is the only place where a request is given its key and sent, so it is the only place where
//! grants, pace and key chain have to be right.

use super::cash::CashDocuments;
use super::clock::Clock;
use super::effects::{Effect, Grants, effect_of};
use super::fate::{Fate, is_repeatable};
use super::journal::Journal;
use super::pace::Pace;
use super::tally::{Limits, Tally};
use super::transport::{Delivery, DropReply, Outcome, Transport};
use ikkm_protocol::{Answer, Key, Kind, Registration, WireRequest};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
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

/// How one sending leaves.
struct Manner {
    second: bool,
    drop_reply: Option<DropReply>,
    hasty: bool,
}

/// A conversation with one device.
pub struct Session {
    pub(super) transport: Transport,
    pub(super) second: Option<Transport>,
    clock: Clock,
    pub(super) pace: Pace,
    pub(super) grants: Grants,
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
    /// The same, for whoever watches from elsewhere.
    pub sent: Arc<AtomicU64>,
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
            sent: Arc::default(),
            last_receipt: None,
        }
    }

    /// The same, bounded in what it may register.
    pub fn with_limits(self, limits: Limits) -> Session {
        Session { limits, ..self }
    }

    /// The same, giving an answer, and a device that says it is busy, no more time than that, where
    /// the limit of v22 §3 is longer.
    pub fn with_patience(self, patience: Duration) -> Session {
        Session { patience, ..self }
    }

    /// How long a device may go on saying that it is busy (-2).
    pub(super) fn busy_limit(&self) -> Duration {
        BUSY_LIMIT.min(self.patience)
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
        if outgoing.hasty && !self.grants.admits(Effect::Concurrency) {
            return Err(SessionError::NotGranted(Effect::Concurrency));
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
            let manner = Manner {
                second: outgoing.second_address,
                drop_reply: outgoing
                    .drop_reply
                    .filter(|_| sendings == 1)
                    .map(|when| if is_repeatable(&request) { when } else { DropReply::OnArrival }),
                hasty: outgoing.hasty && sendings == 1,
            };
            let delivery = self.sent_so(&request, manner).await?;
            let waited = self.clock.now().saturating_sub(began);
            if outgoing.take_busy || !is_busy(&delivery) || waited >= self.busy_limit() {
                break delivery;
            }
            self.clock.sleep(PAUSE).await?;
        };
        let mut sent =
            Sent { request, key: outgoing.key.clone(), delivery, settled: None, fate: None, sendings };
        let lost = may_have_arrived(&sent.delivery);
        if let Outcome::Malformed { partial: Some(partial), .. } = &sent.delivery.outcome {
            self.suspect(partial);
        }
        if let Outcome::Malformed { .. } = &sent.delivery.outcome {
            self.keys.suspect(&sent.delivery.wire.head);
            self.keys.suspect(&sent.delivery.wire.body);
        }
        if let Outcome::Answered(answer) = &sent.delivery.outcome {
            self.take_over(&sent.request, answer);
            if effectful {
                self.answered(answer)?;
            }
        } else if lost && effectful && is_repeatable(&sent.request) && sent.key.is_some() {
            let settled = self.settle(&sent.request, outgoing.second_address).await;
            // What may have happened counts, also where nothing tells.
            let answer = settled.inspect_err(|_| self.tally.register(&sent.request))?;
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
        self.sent_so(request, Manner { second, drop_reply: None, hasty: false }).await
    }

    async fn sent_so(&mut self, request: &WireRequest, manner: Manner) -> Result<Delivery, SessionError> {
        let transport = match (manner.second, &self.second) {
            (false, _) => &self.transport,
            (true, Some(second)) => second,
            (true, None) => return Err(SessionError::NoSecondAddress),
        };
        if !manner.hasty {
            self.pace.wait().await;
        }
        self.requests += 1;
        self.sent.store(self.requests, Ordering::Relaxed);
        let delivery = match manner.drop_reply {
            None => transport.send(request, limit(request).min(self.patience)).await,
            Some(when) => transport.abandon(request, limit(request).min(self.patience), when).await,
        };
        self.pace.sent(delivery.started);
        Ok(delivery)
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
pub(super) fn limit(request: &WireRequest) -> Duration {
    Duration::from_secs(if request.path().starts_with("/apizreport") { 90 } else { 30 })
}

pub(super) fn is_busy(delivery: &Delivery) -> bool {
    matches!(&delivery.outcome, Outcome::Answered(answer) if answer.kind() == Kind::Refused { code: -2 })
}

pub(super) fn may_have_arrived(delivery: &Delivery) -> bool {
    matches!(delivery.outcome, Outcome::NoAnswer(_) | Outcome::Malformed { .. })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::transport::TransportOptions;
    use ikkm_protocol::Method;

    #[test]
    fn only_api_registers() {
        let at = |path: &str| registration_of(&WireRequest::bare(Method::Get, path));
        assert_eq!(at("/api/?key=1&sale=5"), Some(Registration::Sale));
        assert_eq!(at("/api/?Sale=5"), None);
        assert_eq!(at("/apiwithdraw/?sale=5"), None);
    }

    #[test]
    fn a_repeat_says_nothing_of_where_numbering_is() {
        let transport = Transport::new(TransportOptions::new("http://127.0.0.1:9".parse().unwrap())).unwrap();
        let key = |text: &str| Key::parse(text).unwrap();
        let (clock, pace) = (Clock::real(), Pace::new(None));
        let keys = KeyChain::new(key("11111111"));
        let mut session = Session::new(transport, None, clock, pace, Grants::everything(), keys);
        let answer = |reason: &str, body: &str| Answer {
            status: 200,
            reason: reason.as_bytes().to_vec(),
            headers: Vec::new(),
            body: body.as_bytes().to_vec(),
        };
        let sale = WireRequest::bare(Method::Get, "/api/?key=11111111&sale=5&cash=5");
        session.take_over(&sale, &answer("211", "22222222"));
        let z = WireRequest::bare(Method::Get, "/apizreport/?key=22222222");
        session.take_over(&z, &answer("z-report-started", "0"));
        session.take_over(&sale, &answer("211", "22222222"));
        assert_eq!(session.last_receipt, None);
        let next = WireRequest::bare(Method::Get, "/api/?key=22222222&sale=5&cash=5");
        session.take_over(&next, &answer("1", "33333333"));
        assert_eq!(session.last_receipt, Some(1));
        assert_eq!(session.tally.all().0, 2, "a repeat is no registration more");
    }

    #[test]
    fn what_may_have_been_registered_counts_whatever_came_back() {
        let answer = |status: u16, reason: &str, body: &[u8]| Answer {
            status,
            reason: reason.as_bytes().to_vec(),
            headers: Vec::new(),
            body: body.to_vec(),
        };
        let fresh = |name: &str, answers: &[Answer]| {
            let transport =
                Transport::new(TransportOptions::new("http://127.0.0.1:9".parse().unwrap())).unwrap();
            let keys = KeyChain::new(Key::parse("11111111").unwrap());
            let mut session =
                Session::new(transport, None, Clock::real(), Pace::new(None), Grants::everything(), keys);
            let sale = WireRequest::bare(Method::Get, name);
            answers.iter().for_each(|answer| session.take_over(&sale, answer));
            session.tally.all().0
        };
        let sale = "/api/?key=11111111&sale=5&cash=5";
        let same = answer(200, "7", b"11111111");
        assert_eq!(fresh(sale, &[same.clone(), same.clone(), same]), 3, "a key that never turns");
        for body in [&b"2222222"[..], b"", b"\xff\xfe", b"222222222", b"0", b"<html>"] {
            assert_eq!(fresh(sale, &[answer(200, "7", body)]), 1, "{body:?}");
        }
        assert_eq!(fresh(sale, &[answer(200, "ok", b"22222222")]), 1);
        let turned = answer(200, "7", b"22222222");
        assert_eq!(fresh(sale, &[turned.clone(), turned.clone()]), 1, "the repeat");
        assert_eq!(
            fresh(sale, &[turned.clone(), answer(200, "8", b"33333333")]),
            2,
            "a repeat that registers"
        );
        for refused in [answer(400, "cash-lq-sale", b"-10"), answer(400, "wrong-key", b"-1")] {
            assert_eq!(fresh(sale, &[refused]), 0);
        }
        assert_eq!(fresh("/apideposit/?key=11111111&cash=5", &[turned]), 0);
    }
}
