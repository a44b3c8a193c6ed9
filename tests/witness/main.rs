//! The witness: whom it blames, whom it leaves alone, and that nothing is lost on the way.

mod blame;
mod day;
mod program;
mod shop;
#[path = "../support/mod.rs"]
mod support;
