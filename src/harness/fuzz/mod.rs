//! Sequences of operations that nobody thought of, judged by the ledger.
//!
//! - [`operation`]: one operation, well-formed or not
//! - [`form`]: how its parameters are written, from plainly to mangled
//! - `amounts`, `items`, [`strategy`]: how operations are drawn
//! - [`player`]: plays a sequence on a device and judges every answer, then the books
//! - [`search`]: draws, plays, and shrinks what fails
//! - `whole`: without a part of a tenge, for a device with a rounding rule of its own
//! - [`suite_file`]: a failure as a suite that `run` takes

mod amounts;
pub mod form;
mod items;
pub mod operation;
pub mod player;
pub mod search;
pub mod strategy;
pub mod suite_file;
mod whole;
