//! A case, its steps, their expectations, a verdict. The judge never looks into the emulator.
//!
//! - [`outcome`]: what a run came to, as plain data
//! - [`judge`], [`document`], [`tape`]: one answer, one document, one tape against what was expected
//! - [`case`]: one case from fixtures to verdict
//! - [`plan`]: what a case needs before anything is sent
//! - [`run`]: the cases one after the other
//! - [`aftermath`], [`compensate`]: what a run left behind on a device, and how it is made even
//! - [`state`]: what a run learns on its way
//! - [`transcript`]: what was sent and what came, keys hidden

pub mod aftermath;
mod case;
pub mod compensate;
pub mod document;
pub mod judge;
pub mod outcome;
pub mod plan;
pub mod run;
pub mod state;
pub mod tape;
pub mod transcript;
