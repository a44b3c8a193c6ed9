//! What a session may send at all: the effects that were granted and the limits of a run.

use super::effects::{Effect, Grants};
use super::session_error::SessionError;
use super::totals::{Limits, RunTotals};
use ikkm_protocol::WireRequest;

/// Grants and limits together: nothing leaves that either withholds.
#[derive(Debug, Clone)]
pub(super) struct Permission {
    pub grants: Grants,
    pub limits: Limits,
}

impl Permission {
    /// Whether one request may leave.
    ///
    /// # Errors
    /// [`SessionError::NotGranted`], [`SessionError::Limit`].
    pub(super) fn admit(&self, request: &WireRequest, done: &RunTotals) -> Result<(), SessionError> {
        match self.grants.missing(request) {
            Some(effect) => Err(SessionError::NotGranted(effect)),
            None => Ok(self.limits.admit(done, request)?),
        }
    }

    /// Whether requests may be in flight at the same time, or leave without a pause.
    ///
    /// # Errors
    /// [`SessionError::NotGranted`].
    pub(super) fn admit_concurrency(&self) -> Result<(), SessionError> {
        match self.grants.admits(Effect::Concurrency) {
            true => Ok(()),
            false => Err(SessionError::NotGranted(Effect::Concurrency)),
        }
    }

    /// Whether all of them may be in flight at the same time; a faulty device may register each.
    ///
    /// # Errors
    /// As for one of them, and for concurrency.
    pub(super) fn admit_together(
        &self,
        requests: &[WireRequest],
        done: &RunTotals,
    ) -> Result<(), SessionError> {
        self.admit_concurrency()?;
        let mut done = done.clone();
        for request in requests {
            self.admit(request, &done)?;
            done.register(request);
        }
        Ok(())
    }
}
