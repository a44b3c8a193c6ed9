//! Why a session could not send a request, or not find out what became of it.

use super::clock::ClockError;
use super::effects::Effect;
use super::journal::JournalError;
use super::totals::LimitError;
use thiserror::Error;

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
    /// It could register more than the run may.
    #[error(transparent)]
    Limit(#[from] LimitError),
    /// The journal cannot be used.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// An earlier run's operation is open and cannot be settled.
    #[error(
        "an earlier run sent {operation} and got no answer, and what became of it cannot be settled: {why}"
    )]
    Unresumed {
        /// The operation, without its key.
        operation: String,
        /// What is in the way, and the way out.
        why: String,
    },
    /// The clock that waits are done on failed.
    #[error(transparent)]
    Clock(#[from] ClockError),
    /// A registration was lost and could not be settled.
    #[error(
        "a registration got no answer and {tries} repeats of it told nothing either: whether it was registered is not known; \
         bring the device back, then start again with the same key, and the repeat of v22 §4 settles it"
    )]
    Unsettled {
        /// How often it was repeated.
        tries: u32,
    },
}
