//! One conversation with a device: what is sent with which key, and what became of it.
//!
//! This is the only place where a request is given its key and sent. The parts have an owner each:
//! [`Channel`] has the pace, `Permission` the grants and limits, [`Knowledge`] the key chain and
//! what was done, [`Journal`] what is on disk; the session asks them in that order.

use super::channel::{Channel, SendOptions};
use super::clock::Clock;
use super::delivery::{Delivery, DropReply, Outcome};
use super::effects::{Effect, Grants, effect_of};
use super::journal::Journal;
use super::knowledge::Knowledge;
use super::lost_reply::{LostReply, is_repeatable};
use super::permission::Permission;
use ikkm_protocol::{Answer, Key, Kind, WireRequest};
use serde_json::Value;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

pub use super::keychain::KeyChain;
pub use super::outgoing::Outgoing;
pub use super::session_error::SessionError;

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
    pub lost_reply: Option<LostReply>,
    /// How often it was sent in all.
    pub sendings: u32,
    /// How long the device refused the connection.
    pub refused_for: Duration,
    /// The answer's document, once somebody asked for it.
    document: OnceLock<Option<Value>>,
}

impl Sent {
    pub(super) fn new(request: WireRequest, key: Option<Key>, delivery: Delivery, sendings: u32) -> Sent {
        let document = OnceLock::new();
        Sent {
            request,
            key,
            delivery,
            settled: None,
            lost_reply: None,
            sendings,
            refused_for: Duration::ZERO,
            document,
        }
    }

    /// The answer that tells what became of the request: its own, or that of the repeat which
    /// settled it.
    pub fn answer(&self) -> Option<&Answer> {
        self.settled.as_ref().or(self.delivery.answer())
    }

    /// The answer's body as JSON, if it is an object or a list. It is read once, when all that can
    /// come has come.
    pub fn document(&self) -> Option<&Value> {
        let read = || {
            let value: Value = serde_json::from_slice(&self.answer()?.body).ok()?;
            (value.is_object() || value.is_array()).then_some(value)
        };
        self.document.get_or_init(read).as_ref()
    }

    /// The same, to keep.
    pub fn into_document(self) -> Option<Value> {
        self.document();
        self.document.into_inner().flatten()
    }

    /// The answer to this sending itself, however a lost one was settled.
    pub fn first_answer(&self) -> Option<&Answer> {
        self.delivery.answer()
    }
}

/// A conversation with one device; [`SessionSetup`](super::setup::SessionSetup) begins one.
pub struct Session {
    pub(super) channel: Channel,
    pub(super) permission: Permission,
    pub(super) journal: Option<Journal>,
    /// What is known of the device.
    pub known: Knowledge,
}

impl Session {
    pub(super) fn new(
        channel: Channel,
        permission: Permission,
        known: Knowledge,
        journal: Option<Journal>,
    ) -> Session {
        Session { channel, permission, known, journal }
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
        self.known.keys.reset(key);
        Ok(())
    }

    /// The run's clock.
    pub fn clock(&self) -> &Clock {
        self.channel.clock()
    }

    /// Requests sent so far.
    pub fn requests(&self) -> u64 {
        self.channel.counter().load(Ordering::Relaxed)
    }

    /// The same, for whoever watches from elsewhere.
    pub fn request_counter(&self) -> Arc<AtomicU64> {
        Arc::clone(self.channel.counter())
    }

    /// Seconds since when the connection is refused and tried again, 0 while it is not; for whoever
    /// watches from elsewhere.
    pub fn refused_counter(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.channel.refused_for)
    }

    /// Once that flag is set, nothing is tried again.
    pub fn give_up_with(&mut self, flag: Arc<AtomicBool>) {
        self.channel.given_up = flag;
    }

    /// Whether requests can be sent from a second address.
    pub fn has_second_address(&self) -> bool {
        self.channel.has_second()
    }

    /// What was granted.
    pub fn grants(&self) -> &Grants {
        &self.permission.grants
    }

    /// The current key.
    ///
    /// # Errors
    /// [`SessionError::KeyLost`].
    pub fn key(&self) -> Result<Key, SessionError> {
        self.known.keys.current().cloned().ok_or(SessionError::KeyLost)
    }

    /// Sends a request, waits out a busy device with the same key, follows the key chain, and
    /// settles a registration whose answer was lost by the repeat of v22 §4.
    ///
    /// # Errors
    /// [`SessionError`]: nothing was sent, or what became of a registration cannot be found out.
    pub async fn send(&mut self, outgoing: &Outgoing) -> Result<Sent, SessionError> {
        let request = outgoing.wire();
        self.permission.admit(&request, &self.known.totals)?;
        if outgoing.unpaced {
            self.permission.admit_concurrency()?;
        }
        if outgoing.second_address && !self.channel.has_second() {
            return Err(SessionError::NoSecondAddress);
        }
        let effectful = effect_of(&request) != Effect::Read;
        if effectful {
            if let Some(journal) = &mut self.journal {
                journal.sent(&request, self.known.cash)?;
            }
            self.known.totals.touched = true;
        }
        let (delivery, sendings, refused_for) = self.send_until_served(&request, outgoing).await?;
        let mut sent = Sent::new(request, outgoing.key.clone(), delivery, sendings);
        sent.refused_for = refused_for;
        if let Outcome::Malformed { partial, .. } = &sent.delivery.outcome {
            if let Some(partial) = partial {
                self.known.suspect(partial);
            }
            self.known.keys.suspect(&sent.delivery.wire.head);
            self.known.keys.suspect(sent.delivery.raw_body());
        }
        if let Some(answer) = sent.first_answer() {
            self.known.apply_answer(&sent.request, answer);
            if effectful {
                self.answered(answer)?;
            }
        } else if effectful && may_have_arrived(&sent.delivery) {
            self.look_for(&mut sent, outgoing.second_address).await?;
        } else if effectful {
            self.closed("it was not sent")?;
        }
        Ok(sent)
    }

    /// Sends until the device is not busy (-2), or that is the answer that is wanted.
    async fn send_until_served(
        &mut self,
        request: &WireRequest,
        outgoing: &Outgoing,
    ) -> Result<(Delivery, u32, Duration), SessionError> {
        let began = self.clock().now();
        let mut options = SendOptions {
            second: outgoing.second_address,
            drop_reply: outgoing
                .drop_reply
                .map(|when| if is_repeatable(request) { when } else { DropReply::OnArrival }),
            unpaced: outgoing.unpaced,
            again: false,
            fresh: outgoing.fresh,
        };
        let mut refused_for = Duration::ZERO;
        for sendings in 1.. {
            let (delivery, refused) = match outgoing.take_refused {
                true => (self.channel.send(request, options).await?, Duration::ZERO),
                false => self.try_for_a_minute(request, options).await?,
            };
            refused_for = refused_for.saturating_add(refused);
            let waited = self.clock().now().saturating_sub(began);
            if outgoing.take_busy || !is_busy(&delivery) || waited >= self.channel.busy_limit() {
                return Ok((delivery, sendings, refused_for));
            }
            let (second, fresh) = (outgoing.second_address, outgoing.fresh);
            options = SendOptions { second, fresh, ..SendOptions::default() };
            self.clock().sleep(PAUSE).await?;
        }
        unreachable!("a busy device is waited for with a limit")
    }

    /// Finds out what became of a request with an effect whose answer was lost.
    async fn look_for(&mut self, sent: &mut Sent, second: bool) -> Result<(), SessionError> {
        if is_repeatable(&sent.request) && sent.key.is_some() {
            let settled = self.settle(&sent.request, second).await;
            // What may have happened counts, also where nothing tells.
            let answer = settled.inspect_err(|_| self.known.totals.register(&sent.request))?;
            self.answered(&answer)?;
            sent.settled = Some(answer);
            return Ok(());
        }
        sent.lost_reply = self.find_out(&sent.request, self.known.cash).await?;
        let told = matches!(sent.lost_reply, Some(LostReply::Done(_) | LostReply::NotDone(_)));
        self.known.cash = self.known.cash.filter(|_| told);
        match &sent.lost_reply {
            Some(outcome) => self.closed(outcome.words()),
            None => Ok(()),
        }
    }

    /// Sends once; what came is the caller's to follow.
    pub(super) async fn once(
        &mut self,
        request: &WireRequest,
        second: bool,
    ) -> Result<Delivery, SessionError> {
        let options = SendOptions { second, ..SendOptions::default() };
        Ok(self.try_for_a_minute(request, options).await?.0)
    }

    /// Writes the answer to the open request down.
    pub(super) fn answered(&mut self, answer: &Answer) -> Result<(), SessionError> {
        let key = self.known.keys.current();
        let Some(journal) = &mut self.journal else { return Ok(()) };
        Ok(journal.answered(journal.open_number(), answer, key)?)
    }

    /// Writes down what became of the open request.
    pub(super) fn closed(&mut self, how: &str) -> Result<(), SessionError> {
        let key = self.known.keys.current();
        let Some(journal) = &mut self.journal else { return Ok(()) };
        Ok(journal.settled(journal.open_number(), how, key)?)
    }
}

pub(super) fn is_busy(delivery: &Delivery) -> bool {
    delivery.answer().is_some_and(|answer| answer.kind() == Kind::Refused { code: -2 })
}

pub(super) fn may_have_arrived(delivery: &Delivery) -> bool {
    matches!(delivery.outcome, Outcome::NoAnswer(_) | Outcome::Malformed { .. })
}
