//! ikkm-conformance: a protocol conformance test harness for the web API of the iKKM, a networked
//! fiscal cash register of Kazakhstan.
//!
//! The rooms of the house, and who may look into whose (`docs/architecture.md` tells more):
//! [`protocol`] imports nothing of ours; [`emulator`] only `protocol`; the judge ([`runner`],
//! [`report`]) never imports `emulator`, for the judge must not ask the accused.

#![warn(missing_docs)]

pub mod bench;
pub mod cli;
pub mod device;
pub mod emulator;
pub mod fuzz;
pub mod golden;
pub mod ledger;
pub mod protocol;
pub mod qualify;
pub mod report;
pub mod requirements;
pub mod runner;
pub mod suite;
