//! The emulator in this process as a device with a bench ([`mod@bench`]), and the same bench behind a
//! port ([`control`]).

pub mod bench;
pub mod control;
pub mod seed;
