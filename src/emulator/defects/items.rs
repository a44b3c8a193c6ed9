//! Positions, footers and the line of a receipt without any (v22 §5.1).

use super::Defect;
use super::texts::{cut, map_part, positions, without_part};
use super::tools::{document, drop, each, shorten};
use crate::printer::Part;
use crate::refusal;
use serde_json::Value;

pub(super) const DEFECTS: &[Defect] = &[
    Defect {
        name: "items/refused",
        about: "itemdata with a discount is refused",
        requirements: &["ITEM-1"],
        seen: "a sale with a discount line",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if p.get("itemdata").is_some_and(|t| t.contains("\"discount\"")) {
                    Err(refusal::ITEM_DATA)
                } else {
                    Ok(())
                }
            }
        },
    },
    Defect {
        name: "items/second-lost",
        about: "of several items only the first is printed",
        requirements: &["ITEM-1", "ITEM-3", "ITEM-4"],
        seen: "the tape of a receipt with several items",
        change: |b| {
            b.prescribed.prints = |_, _, lines| {
                let mut rows = 0;
                lines
                    .into_iter()
                    .filter(|line| {
                        line.part != Part::Row || {
                            rows += 1;
                            rows == 1
                        }
                    })
                    .collect()
            }
        },
    },
    Defect {
        name: "items/one-row-in-books",
        about: "the reports hold one row for all items",
        requirements: &["ITEM-1", "DUMP-3", "DUMP-4"],
        seen: "cheques after several items",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/cheques", |v| {
                    each(v, |one| {
                        if let Some(rows) = one.get_mut("chequeSales").and_then(Value::as_array_mut) {
                            rows.truncate(1)
                        }
                    })
                })
            })
        },
    },
    Defect {
        name: "items/broken-json-ignored",
        about: "broken JSON is as none",
        requirements: &["ITEM-2", "ERR-code-17"],
        seen: "a sale with broken itemdata",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if p.get("itemdata").is_some_and(|t| serde_json::from_str::<Value>(t).is_err()) {
                    drop(p, "itemdata")
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "items/79-online",
        about: "80 positions go online as one",
        requirements: &["ITEM-3"],
        seen: "messages after 80 positions",
        change: |b| b.prescribed.most_positions = 79,
    },
    Defect {
        name: "items/80-refused",
        about: "80 positions are refused",
        requirements: &["ITEM-3"],
        seen: "a sale with 80 positions",
        change: |b| {
            b.prescribed.hears = |_, p| if positions(p) == 80 { Err(refusal::ITEM_DATA) } else { Ok(()) }
        },
    },
    Defect {
        name: "items/40-printed",
        about: "only 40 positions are printed",
        requirements: &["ITEM-3", "ITEM-4"],
        seen: "the tape of a receipt with 80 positions",
        change: |b| {
            b.prescribed.prints = |_, _, lines| {
                let mut rows = 0;
                lines
                    .into_iter()
                    .filter(|line| {
                        line.part != Part::Row || {
                            rows += 1;
                            rows <= 40
                        }
                    })
                    .collect()
            }
        },
    },
    Defect {
        name: "items/last-lost-online",
        about: "the eightieth position is not sent",
        requirements: &["ITEM-3"],
        seen: "messages after 80 positions",
        change: |b| {
            b.prescribed.sends = |_, mut m| {
                m.positions.truncate(79);
                Some(m)
            }
        },
    },
    Defect {
        name: "items/81-online",
        about: "81 positions go online one by one",
        requirements: &["ITEM-4"],
        seen: "messages after 81 positions",
        change: |b| b.prescribed.most_positions = 81,
    },
    Defect {
        name: "items/any-number-online",
        about: "all positions go online however many",
        requirements: &["ITEM-4"],
        seen: "messages after more than 80 positions",
        change: |b| b.prescribed.most_positions = 1_000,
    },
    Defect {
        name: "items/81-refused",
        about: "more than 80 positions are refused",
        requirements: &["ITEM-4"],
        seen: "a sale with 81 positions",
        change: |b| {
            b.prescribed.hears = |_, p| if positions(p) > 80 { Err(refusal::ITEM_DATA) } else { Ok(()) }
        },
    },
    Defect {
        name: "items/81-printed-80",
        about: "of more than 80 positions 80 are printed",
        requirements: &["ITEM-4"],
        seen: "the tape of a receipt with 81 positions",
        change: |b| {
            b.prescribed.prints = |_, _, lines| {
                let mut rows = 0;
                lines
                    .into_iter()
                    .filter(|line| {
                        line.part != Part::Row || {
                            rows += 1;
                            rows <= 80
                        }
                    })
                    .collect()
            }
        },
    },
    Defect {
        name: "items/no-line",
        about: "a receipt without itemdata has no line",
        requirements: &["ITEM-5"],
        seen: "the tape of a receipt without itemdata",
        change: |b| {
            b.prescribed.prints = |_, _, lines| {
                if lines.iter().filter(|line| line.part == Part::Row).count() == 1 {
                    without_part(lines, Part::Row)
                } else {
                    lines
                }
            }
        },
    },
    Defect {
        name: "items/line-without-count",
        about: "the line of a receipt without itemdata lacks the count",
        requirements: &["ITEM-5"],
        seen: "the tape of a receipt without itemdata",
        change: |b| {
            b.prescribed.prints = |_, _, lines| map_part(lines, Part::Row, |t| t.replacen(" 1x", " ", 1))
        },
    },
    Defect {
        name: "items/print-after-items",
        about: "print text comes after the items",
        requirements: &["ITEM-6"],
        seen: "the tape of a receipt with both",
        change: |b| {
            b.prescribed.prints = |_, _, lines| {
                let (print, mut rest): (Vec<_>, Vec<_>) =
                    lines.into_iter().partition(|line| line.part == Part::Print);
                rest.extend(print);
                rest
            }
        },
    },
    Defect {
        name: "items/print-lost-beside-items",
        about: "print text is lost beside items",
        requirements: &["ITEM-6", "PRN-1"],
        seen: "the tape of a receipt with both",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if p.get("itemdata").is_some() {
                    drop(p, "print")
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "items/footer-lost",
        about: "the footer is not printed",
        requirements: &["ITEM-7"],
        seen: "the tape of a receipt with a footer",
        change: |b| b.prescribed.prints = |_, _, lines| without_part(lines, Part::Footer),
    },
    Defect {
        name: "items/footer-on-top",
        about: "the footer is printed first",
        requirements: &["ITEM-7"],
        seen: "the tape of a receipt with a footer",
        change: |b| {
            b.prescribed.prints = |_, _, lines| {
                let (mut footer, rest): (Vec<_>, Vec<_>) =
                    lines.into_iter().partition(|line| line.part == Part::Footer);
                footer.extend(rest);
                footer
            }
        },
    },
    Defect {
        name: "items/no-codes-in-footer",
        about: "bar codes in a footer are not printed",
        requirements: &["ITEM-7"],
        seen: "the tape of a receipt with a bar code in its footer",
        change: |b| {
            b.prescribed.prints = |_, _, lines| {
                lines
                    .into_iter()
                    .filter(|line| line.part != Part::Footer || !line.text.starts_with("--barcode"))
                    .collect()
            }
        },
    },
    Defect {
        name: "items/whole-quantities-in-cheques",
        about: "quantities in cheques are whole",
        requirements: &["ITEM-8", "WIRE-7", "DUMP-3"],
        seen: "qty in cheques after 1.5",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/cheques", |v| {
                    each(v, |v| {
                        if let Some(rows) = v.get_mut("chequeSales") {
                            each(rows, |row| shorten(row, "qty", 0))
                        }
                    })
                })
            })
        },
    },
    Defect {
        name: "items/prices-in-tenths",
        about: "prices in sales are shown in tenths",
        requirements: &["ITEM-8", "DUMP-7", "DUMP-4"],
        seen: "price in sales",
        change: |b| {
            b.prescribed
                .transformers
                .push(|e, a| document(e, a, "/sales", |v| each(v, |v| shorten(v, "price", 1))))
        },
    },
    Defect {
        name: "items/sums-whole-online",
        about: "sums online are whole",
        requirements: &["ITEM-8", "ITEM-3"],
        seen: "sums in messages",
        change: |b| {
            b.prescribed.sends = |_, mut m| {
                m.positions.iter_mut().for_each(|one| one.sum = cut(&one.sum, 0));
                Some(m)
            }
        },
    },
];
