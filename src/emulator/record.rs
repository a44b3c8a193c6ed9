//! What arrived at a device, for tests that look from its side.

use ikkm_protocol::WireRequest;
use std::time::Instant;

/// A request as it arrived.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// When the whole of it was there.
    pub at: Instant,
    /// The request.
    pub request: WireRequest,
    /// Another one was being answered at that moment.
    pub overlaps: bool,
}

/// Keeps requests once it was told to: a device that runs for days must not fill its memory.
#[derive(Debug, Default)]
pub(super) struct ArrivalLog(Option<Vec<Arrival>>);

impl ArrivalLog {
    /// From now on, requests are kept.
    pub(super) fn start(&mut self) {
        self.0.get_or_insert_default();
    }

    pub(super) fn note(&mut self, request: &WireRequest, overlaps: bool) {
        if let Some(kept) = &mut self.0 {
            kept.push(Arrival { at: Instant::now(), request: request.clone(), overlaps });
        }
    }

    /// What was kept so far.
    pub(super) fn seen(&self) -> Vec<Arrival> {
        self.0.clone().unwrap_or_default()
    }
}
