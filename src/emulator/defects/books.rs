//! Sums, counts and numbers that go wrong (v22 §5.1, §9.2).

use super::Defect;

pub(super) const DEFECTS: &[Defect] = &[];
