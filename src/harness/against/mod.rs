//! Two devices side by side: the same sequence of operations, amounts and faults goes to both, and every
//! difference that is not one of their own keys, numbers, dates and serials is told. No knowledge of right and
//! wrong is needed, so that it works for what the document leaves open, too.
//!
//! - [`seen`]: what is seen of an operation, in words that hold for any device
//! - `roles`, `documents`, `lists`, `paper`: answers, documents, receipts, paper and messages in such words
//! - `causes`, `traits`, `figures`, `ways`, `on_paper` and [`common`]: what speaks for one cause of several differences
//! - `judged` and `allowed`: what the judge says of a difference, and which lines leave it to the device
//! - [`side`] and `reads`: one device, with its own key chain, journal, pace, grants and bench
//! - [`together`]: both play a sequence; after a difference they are made alike and go on

mod allowed;
pub mod cases;
mod causes;
pub mod closing;
pub mod common;
pub mod conclusion;
mod documents;
mod figures;
mod judged;
pub mod kinds;
mod lists;
mod nearest;
mod on_paper;
mod paper;
mod paper_form;
mod reads;
mod roles;
pub mod search;
pub mod seen;
mod shapes;
pub mod side;
pub mod suite;
mod timeline;
pub mod together;
mod traits;
mod ways;
mod words;
