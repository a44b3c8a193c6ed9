//! Payments and taxes (v22 §5.1).

use super::Defect;

pub(super) const DEFECTS: &[Defect] = &[];
