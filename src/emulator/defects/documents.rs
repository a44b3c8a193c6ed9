//! Documents with wrong fields (v22 §6.2, §7.1, §9).

use super::Defect;

pub(super) const DEFECTS: &[Defect] = &[];
