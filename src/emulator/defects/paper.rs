//! What is printed (v22 §5.1, §8, §10.1).

use super::Defect;

pub(super) const DEFECTS: &[Defect] = &[];
