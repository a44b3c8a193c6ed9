//! What is printed and sent for items and texts (v22 §5.1, §8, §10.1). Continued.

use super::Defect;
use super::texts::without_part;
use super::tools::{edit, say};
use crate::emulator::circumstances::Operation;
use crate::emulator::printer::Document;
use crate::emulator::printer::Part;
use crate::emulator::refusal;

pub(super) const DEFECTS: &[Defect] = &[
    Defect {
        name: "print/long-code128",
        about: "a CODE128 of more than 64 symbols is refused",
        requirements: &["PRN-4"],
        seen: "a CODE128 of 128 symbols",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if p.get("print")
                    .is_some_and(|t| t.lines().any(|l| l.starts_with("--barcode128-") && l.len() > 80))
                {
                    Err(refusal::PRINT_TEXT)
                } else {
                    Ok(())
                }
            }
        },
    },
    Defect {
        name: "print/code128-without-punctuation",
        about: "a CODE128 with punctuation is refused",
        requirements: &["PRN-4"],
        seen: "a CODE128 with every symbol allowed",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if p.get("print")
                    .is_some_and(|t| t.lines().any(|l| l.starts_with("--barcode128-") && l.contains(';')))
                {
                    Err(refusal::PRINT_TEXT)
                } else {
                    Ok(())
                }
            }
        },
    },
    Defect {
        name: "print/header-once",
        about: "the header is on the first receipt only",
        requirements: &["PRN-6"],
        seen: "the tape of two receipts after printHeader",
        change: |b| {
            b.prescribed.prints = |c, _, lines| {
                if c.previous == Operation::Check { lines } else { without_part(lines, Part::Header) }
            }
        },
    },
    Defect {
        name: "print/header-not-on-returns",
        about: "the header is missing on receipts with items",
        requirements: &["PRN-6"],
        seen: "the tape of a receipt with several rows after printHeader",
        change: |b| {
            b.prescribed.prints = |_, d, lines| {
                if d == Document::Receipt
                    && lines.iter().filter(|l| l.part == Part::Row).any(|l| !l.text.starts_with("Sale "))
                {
                    without_part(lines, Part::Header)
                } else {
                    lines
                }
            }
        },
    },
    Defect {
        name: "print/clear-is-text",
        about: "printHeader=clear prints clear",
        requirements: &["PRN-6"],
        seen: "the tape of a receipt after clear",
        change: |b| {
            b.prescribed.hears = |_, p| {
                edit(p, "printHeader", |t| if t == "clear" { "clear ".to_owned() } else { t.to_owned() });
                Ok(())
            }
        },
    },
    Defect {
        name: "print/last-says-done",
        about: "printLastDocument prints nothing",
        requirements: &["PRN-7"],
        seen: "the tape after printLastDocument",
        change: |b| {
            b.prescribed.prints = |c, _, lines| {
                if c.operation == Operation::PrintLast { Vec::new() } else { lines }
            }
        },
    },
    Defect {
        name: "print/last-without-footer",
        about: "the last document lacks its footer and texts",
        requirements: &["PRN-7"],
        seen: "the tape after printLastDocument",
        change: |b| {
            b.prescribed.prints = |c, _, lines| {
                if c.operation == Operation::PrintLast { lines.into_iter().take(2).collect() } else { lines }
            }
        },
    },
    Defect {
        name: "print/no-last-is-done",
        about: "on a new device printLastDocument is answered as done",
        requirements: &["PRN-7", "ERR-no-last-document"],
        seen: "printLastDocument on a new device",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.circumstances.operation == Operation::PrintLast
                    && a.status == 400
                    && a.reason == b"no-last-document"
                {
                    say(a, 200, "0", "0");
                }
            })
        },
    },
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
