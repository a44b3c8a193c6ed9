//! Documents with wrong fields (v22 §7.1, §9). Continued.

use super::Defect;

pub(super) const DEFECTS: &[Defect] = &[Defect {
    name: "archive/listed",
    about: "archived shifts are listed",
    requirements: &["DUMP-10"],
    seen: "dump/table/shifts",
    change: |b| b.prescribed.lists_archived = true,
}];
