//! A lab of registers: what its file says ([`mod@file`]), how a run's cases are divided over shards and devices
//! ([`division`], [`queue`]), whether devices are equal ([`equal`]), and how their results become one
//! ([`join`], [`matrix`]). All of it plain values: who talks to the devices is elsewhere.

pub mod division;
pub mod equal;
pub mod file;
pub mod join;
pub mod matrix;
pub mod queue;
