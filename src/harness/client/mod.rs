//! The judge of clients: scenarios, whoever carries them out, and what their traces say.
//!
//! - [`source`], [`compile`], [`scenario`]: scenarios in YAML, read and checked; [`builtin`]: ours
//! - [`client_driver`]: whoever carries out instructions: a driver [`process`], or a [`person`]
//! - [`trace`]: all that happened, as plain data
//! - [`judge`]: what a trace says of the client
//! - [`run`]: results in the form that all reports read; [`certificate`]: what is signed off, and its proof

pub mod builtin;
pub mod certificate;
pub mod client_driver;
pub mod compile;
pub mod judge;
pub mod person;
pub mod process;
pub mod run;
pub mod scenario;
pub mod source;
pub mod trace;
