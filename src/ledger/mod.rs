//! What the books must say after what was acknowledged. The judge's own arithmetic: nothing here
//! asks the emulator, and documents are read as JSON, field by field.
//!
//! - [`rounding`]: the five ways to round, and which of them explain what was seen
//! - [`reading`]: the figures of getInfo and a shift report
//! - [`moved`]: by how much they moved, against what was expected

pub mod moved;
pub mod reading;
pub mod rounding;
