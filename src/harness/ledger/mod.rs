//! What the books must say after what was acknowledged. The judge's own arithmetic: nothing here
//! asks the emulator, and documents are read as JSON, field by field.
//!
//! - [`rounding`]: the five ways to round, and which of them explain what was seen
//! - [`reading`]: the figures of getInfo and a shift report
//! - [`moved`]: by how much they moved, against what was expected
//! - [`rules`]: the open questions that the books depend on, as sets of answers
//! - [`written`]: requests as their author wrote them: numbers, registrations
//! - [`account`]: the figures after a row of acknowledged operations
//! - [`answers`]: a set of answers
//! - [`allowed`]: which answers a request may be given, by `payment` and the rest of chapter 5
//! - [`books`]: the ledger itself: what was acknowledged, and what the books must say now
//! - [`documents`]: a device's documents as typed data
//! - `reconcile`: the documents against the ledger, with `agreement` (a shift's documents against
//!   each other), `shifts` (shifts against each other) and `receipts` (against what was acknowledged)
//! - [`discrepancy`]: what a reconciliation finds

pub mod account;
mod agreement;
pub mod allowed;
pub mod answers;
pub mod books;
pub mod discrepancy;
pub mod documents;
pub mod moved;
mod payment;
pub mod reading;
mod receipts;
mod reconcile;
pub mod rounding;
pub mod rules;
mod shifts;
pub mod written;

pub use books::Ledger;
pub use discrepancy::Discrepancy;
