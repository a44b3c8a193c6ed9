//! Certifying clients: the harness is the device, and judges the till (`docs/certify.md`).
//!
//! - [`source`], [`compile`], [`scenario`]: scenarios in YAML, read and checked; [`builtin`]: ours
//! - [`till`]: whoever carries out instructions: a driver [`process`], or a [`person`]
//! - [`stage`]: plays one scenario, with the emulator as the device; [`recorder`] writes the traffic,
//!   [`books`] reads the device's books
//! - [`trace`]: all that happened, as plain data
//! - [`judge`]: what a trace says of the client; it knows nothing of the emulator
//! - [`run`]: many scenarios side by side; [`certificate`]: what is signed off, and its proof

pub mod books;
pub mod builtin;
pub mod certificate;
pub mod compile;
pub mod judge;
pub mod person;
pub mod process;
pub mod recorder;
pub mod run;
pub mod scenario;
pub mod source;
pub mod stage;
pub mod till;
pub mod trace;
