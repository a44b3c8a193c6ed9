//! What is printed (v22 §8, §10.1).

use super::Defect;
use super::texts::{narrower, without_part};
use super::tools::{edit, say};
use crate::circumstances::Operation;
use crate::printer::{Document, Part};
use crate::refusal;

pub(super) const DEFECTS: &[Defect] = &[
    Defect {
        name: "print/first-50-lines",
        about: "a text prints 50 lines at most",
        requirements: &["PRN-1"],
        seen: "the tape after a long text",
        change: |b| {
            b.prescribed.prints = |_, d, lines| {
                if d == Document::Text { lines.into_iter().take(50).collect() } else { lines }
            }
        },
    },
    Defect {
        name: "print/last-line-lost",
        about: "the last line of a text is lost",
        requirements: &["PRN-1"],
        seen: "the tape after a text",
        change: |b| {
            b.prescribed.prints = |_, d, lines| {
                if d == Document::Text && lines.len() > 1 {
                    let keep = lines.len() - 1;
                    lines.into_iter().take(keep).collect()
                } else {
                    lines
                }
            }
        },
    },
    Defect {
        name: "print/lines-joined",
        about: "line ends in a receipt's print text are blanks",
        requirements: &["PRN-1"],
        seen: "the tape of a receipt with print text",
        change: |b| {
            b.prescribed.hears = |c, p| {
                if c.operation == Operation::Register {
                    edit(p, "print", |t| t.replace('\n', " "))
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "print/text-says-done",
        about: "a text is answered and not printed",
        requirements: &["PRN-1"],
        seen: "the tape after a text",
        change: |b| {
            b.prescribed.prints = |_, d, lines| {
                if d == Document::Text { Vec::new() } else { lines }
            }
        },
    },
    Defect {
        name: "print/23-characters",
        about: "the internal printer breaks lines at 23 characters",
        requirements: &["PRN-2"],
        seen: "the tape after a line of 24 characters",
        change: |b| b.prescribed.prints = |_, _, lines| narrower(lines, 24, 23),
    },
    Defect {
        name: "print/29-characters",
        about: "an external printer breaks lines at 29 characters",
        requirements: &["PRN-2"],
        seen: "the tape after a line of 30 characters on an external printer",
        change: |b| b.prescribed.prints = |_, _, lines| narrower(lines, 30, 29),
    },
    Defect {
        name: "print/no-cut",
        about: "--cut-- does not cut",
        requirements: &["PRN-3"],
        seen: "the tape of an external printer",
        change: |b| {
            b.prescribed.hears = |_, p| {
                edit(p, "print", |t| t.replace("--cut--\n", ""));
                Ok(())
            }
        },
    },
    Defect {
        name: "print/no-rule",
        about: "--line-- draws nothing",
        requirements: &["PRN-3"],
        seen: "the tape of an external printer",
        change: |b| {
            b.prescribed.prints =
                |_, _, lines| lines.into_iter().filter(|line| line.text != "--line--").collect()
        },
    },
    Defect {
        name: "print/drawer-stays-shut",
        about: "--open-cash-- opens nothing",
        requirements: &["PRN-3"],
        seen: "the tape of an external printer",
        change: |b| {
            b.prescribed.prints =
                |_, _, lines| lines.into_iter().filter(|line| line.text != "--open-cash--").collect()
        },
    },
    Defect {
        name: "print/no-ean13",
        about: "EAN13 bar codes are not printed",
        requirements: &["PRN-4", "ITEM-7"],
        seen: "the tape after such a bar code",
        change: |b| {
            b.prescribed.prints = |_, _, lines| {
                lines.into_iter().filter(|line| !line.text.starts_with("--barcodeEAN13-")).collect()
            }
        },
    },
    Defect {
        name: "print/no-ean8",
        about: "EAN8 bar codes are not printed",
        requirements: &["PRN-4", "ITEM-7"],
        seen: "the tape after such a bar code",
        change: |b| {
            b.prescribed.prints = |_, _, lines| {
                lines.into_iter().filter(|line| !line.text.starts_with("--barcodeEAN8-")).collect()
            }
        },
    },
    Defect {
        name: "print/no-code128",
        about: "128 bar codes are not printed",
        requirements: &["PRN-4", "ITEM-7"],
        seen: "the tape after such a bar code",
        change: |b| {
            b.prescribed.prints = |_, _, lines| {
                lines.into_iter().filter(|line| !line.text.starts_with("--barcode128-")).collect()
            }
        },
    },
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
