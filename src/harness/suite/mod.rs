//! The suite language: what a firmware tester writes, read with its places kept.
//!
//! - [`text`]: a scalar as it was written, with its line and column
//! - [`source`]: the YAML's shape as types; the JSON Schema comes out of them
//! - [`load`]: files to [`source`], every mistake as a [`diagnostic`]
//! - [`template`]: `<placeholders>` in texts
//! - [`expect`], [`check`], [`moves`]: the small languages of `expect:`, `check:` and `moves:`
//! - [`model`]: cases as the runner takes them
//! - [`compile`]: tables unfolded, everything validated
//! - [`builtin`]: the suites that are part of the program

pub mod builtin;
pub mod check;
pub mod compile;
pub mod diagnostic;
pub mod expect;
pub mod load;
pub mod model;
pub mod moves;
pub mod reserved;
pub mod source;
pub mod template;
pub mod text;

pub use diagnostic::Diagnostic;
pub use load::{SuiteError, load_paths};
pub use model::{Case, Step, Suite};
