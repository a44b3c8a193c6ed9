//! The one way out: requests leave here, one after the other, a gap apart (v22 §3), and are counted.

use super::clock::Clock;
use super::delivery::{Delivery, DropReply};
use super::effects::{Effect, effect_of};
use super::lost_reply::is_repeatable;
use super::pace::Pace;
use super::session_error::SessionError;
use super::transport::Transport;
use ikkm_protocol::WireRequest;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// How long a busy device (-2) is waited for: a Z report takes 90 s at the most (v22 §3).
const BUSY_LIMIT: Duration = Duration::from_secs(120);

/// How long a connection that is refused is tried again.
const REFUSED_LIMIT: Duration = Duration::from_secs(60);

/// How one sending leaves.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct SendOptions {
    /// From the second address.
    pub second: bool,
    /// Its answer is not to be read.
    pub drop_reply: Option<DropReply>,
    /// Without a pause after the request before.
    pub unpaced: bool,
    /// One more try of what was counted already.
    pub again: bool,
    /// On a connection of its own.
    pub fresh: bool,
}

/// Connections to one device, their pace, and the clock that waits are done on.
pub struct Channel {
    first: Transport,
    second: Option<Transport>,
    clock: Clock,
    pace: Pace,
    patience: Duration,
    sent: Arc<AtomicU64>,
    /// Seconds since when a connection is refused; 0 while there is one.
    pub(super) refused_for: Arc<AtomicU64>,
    /// It was refused to the limit: the next refusal is taken at once.
    pub(super) gone: bool,
    /// Set where nothing is to be tried again any more.
    pub(super) given_up: Arc<AtomicBool>,
}

impl Channel {
    pub(super) fn new(
        first: Transport,
        second: Option<Transport>,
        clock: Clock,
        pace: Pace,
        patience: Duration,
    ) -> Channel {
        Channel {
            first,
            second,
            clock,
            pace,
            patience,
            sent: Arc::default(),
            refused_for: Arc::default(),
            gone: false,
            given_up: Arc::default(),
        }
    }

    pub(super) fn clock(&self) -> &Clock {
        &self.clock
    }

    pub(super) fn has_second(&self) -> bool {
        self.second.is_some()
    }

    pub(super) fn counter(&self) -> &Arc<AtomicU64> {
        &self.sent
    }

    /// How long a device may go on saying that it is busy (-2).
    pub(super) fn busy_limit(&self) -> Duration {
        BUSY_LIMIT.min(self.patience)
    }

    /// How long a connection that is refused is tried again.
    pub(super) fn refused_limit(&self) -> Duration {
        REFUSED_LIMIT.min(self.patience)
    }

    /// Sends once and waits for the complete answer.
    ///
    /// # Errors
    /// [`SessionError::NoSecondAddress`].
    pub(super) async fn send(
        &mut self,
        request: &WireRequest,
        options: SendOptions,
    ) -> Result<Delivery, SessionError> {
        let transport = match (options.second, &self.second) {
            (false, _) => &self.first,
            (true, Some(second)) => second,
            (true, None) => return Err(SessionError::NoSecondAddress),
        };
        if !options.unpaced {
            self.pace.wait().await;
        }
        self.sent.fetch_add(u64::from(!options.again), Ordering::Relaxed);
        let limit = answer_limit(request).min(self.patience);
        let reading = effect_of(request) == Effect::Read;
        let own = options.fresh || !(transport.keeps_connections() || reading || is_repeatable(request));
        let mut delivery = match options.drop_reply {
            None if own => transport.send_fresh(request, limit).await,
            None => transport.send(request, limit).await,
            Some(when) => transport.abandon(request, limit, when).await,
        };
        // Of a device that is not known to keep connections only what can be sent again went over one. What then
        // comes is the answer, and is judged as any other.
        let again = reading || !transport.keeps_connections();
        if again && options.drop_reply.is_none() && delivery.is_stale() {
            self.sent.fetch_add(1, Ordering::Relaxed);
            delivery = transport.send_fresh(request, limit).await;
        }
        self.pace.sent(delivery.started);
        Ok(delivery)
    }

    /// Sends all at the same time, each on a connection of its own.
    pub(super) async fn send_together(&mut self, requests: &[WireRequest]) -> Vec<Delivery> {
        self.pace.wait().await;
        self.sent.fetch_add(requests.len() as u64, Ordering::Relaxed);
        let sendings = requests
            .iter()
            .map(|request| self.first.send_fresh(request, answer_limit(request).min(self.patience)));
        let deliveries = futures_util::future::join_all(sendings).await;
        deliveries.iter().for_each(|delivery| self.pace.sent(delivery.started));
        deliveries
    }
}

/// 30 s for an answer, 90 s while a shift closes (v22 §3).
fn answer_limit(request: &WireRequest) -> Duration {
    Duration::from_secs(if request.path().starts_with("/apizreport") { 90 } else { 30 })
}
