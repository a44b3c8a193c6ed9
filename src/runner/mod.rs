//! A case, its steps, their expectations, a verdict.

pub mod outcome;
