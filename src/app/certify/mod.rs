//! `certify`: the emulator is the device, and the client is judged (`docs/certify.md`).
//!
//! - [`scenario_runner`]: plays one scenario; [`recorder`] writes the traffic, [`books`] reads the device's books
//! - [`play`]: many scenarios side by side

pub mod books;
pub mod play;
pub mod recorder;
pub mod scenario_runner;
