//! Sequences of operations that nobody thought of, judged by the ledger.
//!
//! - [`operation`]: one operation, well-formed or not
//! - [`form`]: how its parameters are written, from plainly to mangled
//! - `deck`: every kind of operation, a card each; `dice` and `items` draw what a card leaves to chance
//! - [`coverage`]: operation × state × class of amount, and what of it was played
//! - `plan`: from a seed to a sequence that plays the cards which the seeds before it did not
//! - [`pairs`]: a sequence for each of these triples
//! - [`player`]: plays a sequence on a device and judges every answer, then the books
//! - [`search`]: draws, plays, and shrinks what fails, by `shrink`
//! - `whole`: without a part of a tenge, for a device with a rounding rule of its own
//! - [`suite_file`]: a failure as a suite that `run` takes

pub mod coverage;
mod deck;
mod dice;
pub mod form;
mod items;
pub mod operation;
pub mod pairs;
mod plan;
pub mod player;
pub mod search;
pub(crate) mod shrink;
pub mod suite_file;
pub(crate) mod whole;
