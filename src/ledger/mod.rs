//! What the books must say after what was acknowledged. The judge's own arithmetic: nothing here
//! asks the emulator, and documents are read as JSON, field by field.
//!
//! - [`rounding`]: the five ways to round, and which of them explain what was seen
//! - [`reading`]: the figures of getInfo and a shift report
//! - [`moved`]: by how much they moved, against what was expected
//! - [`rules`]: the open questions that the books depend on, as sets of answers
//! - [`written`]: requests as their author wrote them: numbers, registrations
//! - [`account`]: the figures after a row of acknowledged operations
//! - [`allowed`]: which answers a request may be given, by `payment` and the rest of chapter 5
//! - `receipts`: acknowledged registrations against the receipts shown
//! - [`documents`]: a shift's documents against each other
//! - [`books`]: all of it together: the ledger itself, and reconciliation

pub mod account;
pub mod allowed;
pub mod books;
pub mod documents;
pub mod moved;
mod payment;

pub mod reading;
mod receipts;
pub mod rounding;
pub mod rules;
pub mod written;

pub use books::{Discrepancy, Ledger};
