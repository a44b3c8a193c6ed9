//! Numbers and their limits (v22 §3, §5.1).

use super::Defect;

pub(super) const DEFECTS: &[Defect] = &[];
