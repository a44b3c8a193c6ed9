//! Cash, shifts and cards (v22 §5.3, §6).

use super::Defect;

pub(super) const DEFECTS: &[Defect] = &[];
