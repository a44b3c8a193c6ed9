//! What comes of a sequence: a finding, or why it could not be played.

use crate::bench::BenchFault;
use crate::device::clock::ClockError;
use crate::device::session::SessionError;
use crate::fuzz::coverage::Goal;
use crate::fuzz::operation::Operation;
use crate::suite::expect::Expectation;
use thiserror::Error;

/// The sequence could not be played: this says nothing of the device's books.
#[derive(Debug, Error)]
pub enum PlayError {
    /// The session cannot go on.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// The bench failed.
    #[error(transparent)]
    Bench(#[from] BenchFault),
    /// The clock failed.
    #[error(transparent)]
    Clock(#[from] ClockError),
    /// The device cannot be reached.
    #[error("the device cannot be reached: {0}")]
    Unreachable(String),
    /// It takes the key no more after a restart, and nobody can read the new one.
    #[error(
        "the device does not take the key after a restart: read the new one off its screen, or let the bench observe it"
    )]
    NewKey,
    /// It does not come back after a restart, and nobody can start it.
    #[error(
        "the device stays down after a restart: start its web cashier, or take a bench that knows the condition api-off"
    )]
    Down,
    /// Somebody asked for the end; nothing is in flight, and no condition stands.
    #[error("interrupted")]
    Interrupted,
    /// The books cannot be read before anything was done.
    #[error("the books cannot be read before the first operation: {0}")]
    NoBooks(String),
}

/// What is wrong, in terms of the register.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Finding {
    /// The requirement that is broken.
    pub requirement: String,
    /// The step that shows it, from 0.
    pub step: usize,
    /// What was expected.
    pub expected: String,
    /// What was found.
    pub found: String,
    /// Only the look at the end shows it.
    pub at_end: bool,
    /// The operation that the books name, from 0: without it they would be right.
    pub culprit: Option<usize>,
    /// It shows in what tells of closed shifts.
    pub of_closed: bool,
    /// Steps of a suite that show it, where the operation's own answer does not.
    pub proof: Vec<String>,
}

/// A step as it was played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The operation; a repeat as the request that it was.
    pub operation: Operation,
    /// What was allowed to come back.
    pub expectation: Option<Expectation>,
    /// It registered something.
    pub registered: bool,
}

/// What came of a sequence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Played {
    /// The first thing that is wrong.
    pub finding: Option<Finding>,
    /// The steps up to it.
    pub steps: Vec<Step>,
    /// The last operation that was begun, from 0.
    pub reached: usize,
    /// What was played in which states.
    pub goals: Vec<Goal>,
}

/// Why a sequence ends early.
pub(super) enum Halt {
    Found(Box<Finding>),
    Error(PlayError),
}

impl<E: Into<PlayError>> From<E> for Halt {
    fn from(error: E) -> Halt {
        Halt::Error(error.into())
    }
}
