//! The emulator in this process as a device with a bench ([`Embedded`]), its bench alone
//! ([`mod@bench`]), and the same bench behind a port ([`control`]).

pub mod bench;
pub mod control;
mod ready;
pub mod seed;

pub use ready::{Embedded, EmbeddedError};
