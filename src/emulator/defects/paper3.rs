//! What is printed and sent for items and texts (v22 §5.1, §8, §10.1). Continued.

use super::Defect;
use crate::emulator::circumstances::Operation;
use crate::emulator::refusal;

pub(super) const DEFECTS: &[Defect] = &[
    Defect {
        name: "print/registers-without-paper",
        about: "registrations go on without paper",
        requirements: &["PRN-8", "ERR-check-printer-or-batt"],
        seen: "a sale without paper",
        change: |b| {
            b.prescribed.bars =
                |c, r| !(c.operation == Operation::Register && r == refusal::PRINTER_OR_BATTERY)
        },
    },
    Defect {
        name: "print/prints-without-paper",
        about: "texts are taken without paper",
        requirements: &["PRN-8", "ERR-check-printer-or-batt"],
        seen: "apiprint without paper",
        change: |b| {
            b.prescribed.bars = |c, r| !(c.operation == Operation::Print && r == refusal::PRINTER_OR_BATTERY)
        },
    },
    Defect {
        name: "print/registers-without-lan-printer",
        about: "registrations go on without the external printer",
        requirements: &["PRN-8", "ERR-check-external-printer"],
        seen: "a sale while the external printer is gone",
        change: |b| {
            b.prescribed.bars = |c, r| !(c.operation == Operation::Register && r == refusal::EXTERNAL_PRINTER)
        },
    },
    Defect {
        name: "print/battery-ignored",
        about: "registrations go on with a low battery",
        requirements: &["ERR-code-5"],
        seen: "a sale while the battery is low",
        change: |b| {
            b.printing.low_battery_is_5 = true;
            b.prescribed.bars = |_, r| r != refusal::LOW_BATTERY;
        },
    },
];
