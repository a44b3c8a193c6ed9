//! What is found: who, which line, what was asked and what came.

use crate::runner::outcome::Side;
use ikkm_requirements::{Level, requirements};

/// Something that is wrong, told in three lines with its requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Story {
    /// Who is at fault.
    pub side: Side,
    /// The line that is broken.
    pub requirement: String,
    /// Whose traffic shows it: a till's address.
    pub till: String,
    /// The exchange that shows it.
    pub exchange: u64,
    /// An earlier exchange that it refers to.
    pub earlier: Option<u64>,
    /// What should have been.
    pub expected: String,
    /// What was.
    pub found: String,
}

impl Story {
    /// The level of its line.
    pub fn level(&self) -> Level {
        requirements().level(&self.requirement)
    }
}

/// `REGISTER`, `TILL`, `LINE`: whom a finding is about, for people.
pub fn who(side: Side) -> &'static str {
    match side {
        Side::Register => "the register",
        Side::Till => "the till",
        Side::Line => "the line between",
    }
}

/// `09:14:03`: so long after the witness began.
pub fn clock(millis: u64) -> String {
    let seconds = millis / 1000;
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}
