//! The judge. It never sees the emulator: its manifest does not name it.

pub mod against;
pub mod bench;
pub mod client;
pub mod conditions;
pub mod device;
pub mod fuzz;
pub mod golden;
pub mod lab;
pub mod ledger;
pub mod program;
pub mod report;
pub mod runner;
pub mod suite;
pub mod text;
pub mod witness;
