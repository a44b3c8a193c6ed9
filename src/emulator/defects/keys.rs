//! Keys and replays (v22 §4).

use super::Defect;

pub(super) const DEFECTS: &[Defect] = &[];
