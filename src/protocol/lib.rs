//! The vendor's document as types: no I/O, no policy, no rule that a verdict rests on.
//!
//! Everybody speaks this: the emulator, the harness and the judge of clients. What lives here is
//! only *how one talks*: amounts as exact text ([`amount`]), the web-API key ([`key`]), a request as
//! its author means it ([`request`]), an answer as it came ([`answer`]), names and plain-word
//! descriptions of the error codes ([`errors`]) and the mark-up of print text ([`markup`]).
//! What is *right* (pairs of code and reason, fields, rounding) is written elsewhere, twice.

pub mod amount;
pub mod answer;
pub mod errors;
pub mod key;
pub mod markup;
pub mod request;

pub use amount::{parse_plain, plain};
pub use answer::{Answer, Kind};
pub use key::Key;
pub use request::{Method, Params, PayKind, Registration, WireRequest};
