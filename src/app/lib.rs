//! Where the judge and the accused meet: the command line ([`cli`]), the emulator as an embedded device
//! with its bench ([`embedded`]), the scenarios of `certify` ([`certify`]) and the suites against seeded
//! defects ([`qualify`]).

pub mod certify;
pub mod cli;
pub mod embedded;
pub mod panel;
pub mod qualify;
