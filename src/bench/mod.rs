//! See docs.
pub mod message;
