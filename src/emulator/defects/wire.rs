//! Requests and answers on the wire (v22 §3, §5.2).

use super::Defect;

pub(super) const DEFECTS: &[Defect] = &[];
