//! Session variables, restarts, messages to the tax committee (v22 §10).

use super::Defect;

pub(super) const DEFECTS: &[Defect] = &[];
