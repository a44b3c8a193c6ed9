//! The tester tested: which case catches which seeded defect, and whether conforming devices pass.
//!
//! - [`trial`]: one device under all cases, and what counts as a kill
//! - [`fuzz_trial`]: one device under the fuzzer
//! - [`matrix`]: what all trials came to: survivors, false alarms
//! - [`redundancy`]: what each case is worth: idle cases, requirements with a single killer
//! - [`json`], [`html`], [`text`]: the same for programs and people
//!
//! Nothing here knows the emulator: a trial's device is a rig like any other.

pub mod fuzz_trial;
pub mod html;
pub mod json;
pub mod matrix;
pub mod redundancy;
pub mod text;
pub mod trial;
