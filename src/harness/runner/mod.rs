//! A case, its steps, their expectations, a verdict. The judge never looks into the emulator.
//!
//! - [`outcome`]: what a run came to, as plain data; [`grouping`]: its findings, each told once
//! - [`judge`], [`document`], [`tape`]: one answer, one document, one tape against what was expected
//! - `case`: one case from fixtures to verdict
//! - [`plan`]: what a case needs before anything is sent
//! - [`order`]: the order in which cases share what is expensive to bring about
//! - [`rehearsal`]: what cases cost, counted while they run against a stand-in
//! - [`forecast`]: what a run would do, from one or more rehearsals
//! - [`cover`]: what a run on a device takes of all cases: every pair of levels once
//! - [`budget`]: the cases that cover most requirements within a given time
//! - [`waivers`]: known deviations, and whether they still are as they were
//! - [`run`]: the cases one after the other
//! - [`residual_effects`], [`compensate`]: what a run left behind on a device, and how it is made even
//! - `lean`: looks at the books that several cases share
//! - `state`: what a run learns on its way: `bookkeeping` (the books), [`open_answers`], `patience`
//! - [`every_answer`]: what every answer must be; [`left_out`]: receipts that a later document knows
//! - [`transcript`]: what was sent and what came, keys hidden

mod bookkeeping;
pub mod budget;
mod case;
pub mod compensate;
pub mod cover;
pub mod document;
pub mod every_answer;
pub mod forecast;
pub mod grouping;
pub mod judge;
mod lean;
pub mod left_out;
pub(crate) mod likeness;
pub mod open_answers;
pub mod order;
pub mod outcome;
mod patience;
pub mod plan;
mod reconcile;
pub mod rehearsal;
pub mod residual_effects;
pub mod run;
mod state;
pub mod tape;
pub mod transcript;
pub mod waivers;
