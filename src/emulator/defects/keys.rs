//! Keys and replays (v22 §4).

use super::Defect;
use super::texts::without_part;
use super::tools::say;
use crate::emulator::behaviour::Entry;
use crate::emulator::behaviour::KeyVerdict;
use crate::emulator::circumstances::Operation;
use crate::emulator::printer::Document;
use crate::emulator::printer::Part;
use crate::protocol::Registration;
use rust_decimal::Decimal;

pub(super) const DEFECTS: &[Defect] = &[
    Defect {
        name: "keys/none-for-status",
        about: "the status is told without a key",
        requirements: &["KEY-1", "ERR-no-web-api-key-provided"],
        seen: "a status request without a key",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.circumstances.operation == Operation::Check && e.params.get("key").is_none() {
                    say(a, 200, "0", "0");
                }
            })
        },
    },
    Defect {
        name: "keys/none-for-dumps",
        about: "directories are shown without a key",
        requirements: &["KEY-1", "ERR-no-web-api-key-provided"],
        seen: "a directory without a key",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.path.starts_with("/dump/table/") && e.params.get("key").is_none() {
                    say(a, 200, "ok", "[]");
                }
            })
        },
    },
    Defect {
        name: "keys/any-for-reports",
        about: "any key does for reports",
        requirements: &["KEY-2", "KEY-9", "ERR-incorrect-web-api-key", "KEY-8"],
        seen: "a wrong key on that method",
        change: |b| {
            b.prescribed.meets_key = |c, q| {
                if c.operation == Operation::Dump { KeyVerdict::Serve } else { q.verdict() }
            }
        },
    },
    Defect {
        name: "keys/any-for-print",
        about: "any key does for print text",
        requirements: &["KEY-2", "KEY-9", "ERR-incorrect-web-api-key"],
        seen: "a wrong key on that method",
        change: |b| {
            b.prescribed.meets_key = |c, q| {
                if c.operation == Operation::Print { KeyVerdict::Serve } else { q.verdict() }
            }
        },
    },
    Defect {
        name: "keys/any-for-info",
        about: "any key does for getInfo",
        requirements: &["KEY-2", "KEY-9", "ERR-incorrect-web-api-key"],
        seen: "a wrong key on that method",
        change: |b| {
            b.prescribed.meets_key = |c, q| {
                if c.operation == Operation::GetInfo { KeyVerdict::Serve } else { q.verdict() }
            }
        },
    },
    Defect {
        name: "keys/any-for-x-report",
        about: "any key does for an X report",
        requirements: &["KEY-2", "KEY-9", "ERR-incorrect-web-api-key"],
        seen: "a wrong key on that method",
        change: |b| {
            b.prescribed.meets_key = |c, q| {
                if c.operation == Operation::XReport { KeyVerdict::Serve } else { q.verdict() }
            }
        },
    },
    Defect {
        name: "keys/any-for-z-report",
        about: "any key does for a Z report",
        requirements: &["KEY-2", "KEY-9", "ERR-incorrect-web-api-key"],
        seen: "a wrong key on that method",
        change: |b| {
            b.prescribed.meets_key = |c, q| {
                if c.operation == Operation::ZReport { KeyVerdict::Serve } else { q.verdict() }
            }
        },
    },
    Defect {
        name: "keys/any-for-card",
        about: "any key does for a card operation",
        requirements: &["KEY-2", "KEY-9", "ERR-incorrect-web-api-key"],
        seen: "a wrong key on that method",
        change: |b| {
            b.prescribed.meets_key = |c, q| {
                if c.operation == Operation::Bank { KeyVerdict::Serve } else { q.verdict() }
            }
        },
    },
    Defect {
        name: "keys/any-for-deposit",
        about: "any key does for a deposit",
        requirements: &["KEY-2", "KEY-9", "ERR-incorrect-web-api-key", "KEY-8"],
        seen: "a wrong key on that method",
        change: |b| {
            b.prescribed.meets_key = |c, q| {
                if c.operation == Operation::Deposit { KeyVerdict::Serve } else { q.verdict() }
            }
        },
    },
    Defect {
        name: "keys/any-for-last-document",
        about: "any key does for the last document",
        requirements: &["KEY-2", "KEY-9", "ERR-incorrect-web-api-key"],
        seen: "a wrong key on that method",
        change: |b| {
            b.prescribed.meets_key = |c, q| {
                if c.operation == Operation::PrintLast { KeyVerdict::Serve } else { q.verdict() }
            }
        },
    },
    Defect {
        name: "keys/any-for-restart",
        about: "any key does for a restart",
        requirements: &["KEY-2", "KEY-9", "ERR-incorrect-web-api-key"],
        seen: "a wrong key on that method",
        change: |b| {
            b.prescribed.meets_key = |c, q| {
                if c.operation == Operation::Manage { KeyVerdict::Serve } else { q.verdict() }
            }
        },
    },
    Defect {
        name: "keys/wrong-registers",
        about: "a registration under a key that is none is taken",
        requirements: &["KEY-2", "REG-8", "ERR-incorrect-web-api-key"],
        seen: "a registration with a wrong key",
        change: |b| {
            b.prescribed.meets_key = |c, q| {
                if c.operation == Operation::Register && q.age.is_none() {
                    KeyVerdict::Serve
                } else {
                    q.verdict()
                }
            }
        },
    },
    Defect {
        name: "keys/same-again",
        about: "every fifth registration gives the same key again",
        requirements: &["KEY-3"],
        seen: "the keys of several registrations",
        change: |b| {
            b.prescribed.gives_key = |c, current, drawn| {
                if c.times(Operation::Register) % 5 == 4 { current.clone() } else { drawn }
            }
        },
    },
    Defect {
        name: "keys/zero-lost",
        about: "a key that begins with 0 is sent without it",
        requirements: &["KEY-3"],
        seen: "the length of the key, once in ten registrations",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.circumstances.operation == Operation::Register
                    && a.status == 200
                    && a.body.first() == Some(&b'0')
                {
                    a.body.remove(0);
                }
            })
        },
    },
    Defect {
        name: "keys/none-after-buy-return",
        about: "a buyReturn is answered 0 instead of a key",
        requirements: &["KEY-3", "WIRE-10"],
        seen: "the body of a buyReturn's answer",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.params.get("buyReturn").is_some() && a.status == 200 {
                    a.body = b"0".to_vec();
                }
            })
        },
    },
    Defect {
        name: "keys/ten-digits",
        about: "keys have ten digits",
        requirements: &["KEY-3"],
        seen: "the length of the key",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.circumstances.operation == Operation::Register && a.status == 200 {
                    a.body.extend(b"00");
                }
            })
        },
    },
    Defect {
        name: "keys/spent-for-deposit",
        about: "the key just spent does for a deposit",
        requirements: &["KEY-9", "KEY-4", "ERR-incorrect-web-api-key"],
        seen: "a deposit with the previous key",
        change: |b| {
            b.prescribed.meets_key = |c, q| {
                if c.operation == Operation::Deposit && q.age == Some(1) {
                    KeyVerdict::Serve
                } else {
                    q.verdict()
                }
            }
        },
    },
    Defect {
        name: "keys/spent-for-status",
        about: "the key just spent does for a status",
        requirements: &["KEY-9", "KEY-4"],
        seen: "a status request with the previous key",
        change: |b| {
            b.prescribed.meets_key = |c, q| {
                if c.operation == Operation::Check && q.age == Some(1) {
                    KeyVerdict::Serve
                } else {
                    q.verdict()
                }
            }
        },
    },
    Defect {
        name: "keys/spent-for-dumps",
        about: "the key just spent does for reports",
        requirements: &["KEY-9", "KEY-4"],
        seen: "a report with the previous key",
        change: |b| {
            b.prescribed.meets_key = |c, q| {
                if c.operation == Operation::Dump && q.age == Some(1) {
                    KeyVerdict::Serve
                } else {
                    q.verdict()
                }
            }
        },
    },
    Defect {
        name: "keys/old-for-dumps",
        about: "the last ten keys do for reports",
        requirements: &["KEY-8", "KEY-9"],
        seen: "a report with an older key",
        change: |b| {
            b.prescribed.meets_key = |c, q| {
                if c.operation == Operation::Dump && q.age.is_some() {
                    KeyVerdict::Serve
                } else {
                    q.verdict()
                }
            }
        },
    },
    Defect {
        name: "keys/older-repeats",
        about: "a key two registrations old repeats too",
        requirements: &["KEY-8"],
        seen: "a registration with an older key",
        change: |b| {
            b.prescribed.meets_key = |c, q| {
                if c.operation == Operation::Register && q.age == Some(2) {
                    KeyVerdict::Repeat
                } else {
                    q.verdict()
                }
            }
        },
    },
    Defect {
        name: "keys/very-old-registers",
        about: "a key from five registrations ago registers",
        requirements: &["KEY-8", "REG-8"],
        seen: "a registration with a much older key",
        change: |b| {
            b.prescribed.meets_key = |c, q| {
                if c.operation == Operation::Register && q.age == Some(5) {
                    KeyVerdict::Serve
                } else {
                    q.verdict()
                }
            }
        },
    },
    Defect {
        name: "keys/repeat-registers",
        about: "the repeat of a registration is registered again",
        requirements: &["KEY-5"],
        seen: "the books after a repeat",
        change: |b| {
            b.prescribed.meets_key = |_, q| {
                if q.verdict() == KeyVerdict::Repeat { KeyVerdict::Serve } else { q.verdict() }
            }
        },
    },
    Defect {
        name: "keys/repeat-refused",
        about: "the repeat of a registration is refused",
        requirements: &["KEY-5", "KEY-7"],
        seen: "the answer to a repeat",
        change: |b| {
            b.prescribed.meets_key = |_, q| {
                if q.verdict() == KeyVerdict::Repeat { KeyVerdict::Refuse } else { q.verdict() }
            }
        },
    },
    Defect {
        name: "keys/repeat-moves-drawer",
        about: "a repeat moves the drawer",
        requirements: &["KEY-5"],
        seen: "the drawer after a repeat",
        change: |b| {
            b.prescribed.enters_repeat = |_, p| {
                Some(Entry {
                    fiscal: Decimal::ZERO,
                    sum: Decimal::ZERO,
                    count: 0,
                    total_count: 0,
                    ..p.entry()
                })
            }
        },
    },
    Defect {
        name: "keys/repeat-counts",
        about: "a repeat counts as one more receipt",
        requirements: &["KEY-5"],
        seen: "the count of receipts after a repeat",
        change: |b| {
            b.prescribed.enters_repeat = |_, p| {
                Some(Entry { fiscal: Decimal::ZERO, sum: Decimal::ZERO, drawer: Decimal::ZERO, ..p.entry() })
            }
        },
    },
    Defect {
        name: "keys/repeat-of-return-books",
        about: "the repeat of a saleReturn is booked in the fiscal memory",
        requirements: &["KEY-5"],
        seen: "fiscal data after the repeat of a saleReturn",
        change: |b| {
            b.prescribed.enters_repeat = |_, p| {
                (p.kind == Registration::SaleReturn).then(|| Entry {
                    sum: Decimal::ZERO,
                    count: 0,
                    total_count: 0,
                    drawer: Decimal::ZERO,
                    ..p.entry()
                })
            }
        },
    },
    Defect {
        name: "keys/third-repeat-books",
        about: "every third repeat is booked",
        requirements: &["KEY-7", "KEY-5"],
        seen: "the books after several repeats",
        change: |b| {
            b.prescribed.enters_repeat = |c, p| (c.times(Operation::Repeat) % 3 == 2).then(|| p.entry())
        },
    },
    Defect {
        name: "keys/repeat-other-number",
        about: "a repeat tells the number after the receipt's",
        requirements: &["KEY-5"],
        seen: "the reason phrase of a repeat",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.circumstances.operation == Operation::Repeat && a.status == 200 {
                    let n: u64 = a.reason_text().parse().unwrap_or_default();
                    a.reason = (n + 1).to_string().into_bytes();
                }
            })
        },
    },
    Defect {
        name: "keys/repeat-gives-spent-key",
        about: "a repeat gives the spent key back",
        requirements: &["KEY-5"],
        seen: "the body of a repeat",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.circumstances.operation == Operation::Repeat
                    && let Some(key) = e.params.get("key")
                {
                    a.body = key.as_bytes().to_vec();
                }
            })
        },
    },
    Defect {
        name: "keys/repeat-turns-key",
        about: "a repeat turns the key",
        requirements: &["KEY-5", "KEY-7"],
        seen: "the request after a repeat",
        change: |b| b.prescribed.turns_key = |c, ok| ok && c.operation == Operation::Repeat,
    },
    Defect {
        name: "keys/no-duplicate",
        about: "a repeat prints nothing",
        requirements: &["KEY-6"],
        seen: "the tape after a repeat",
        change: |b| {
            b.prescribed.prints = |c, _, lines| {
                if c.operation == Operation::Repeat { Vec::new() } else { lines }
            }
        },
    },
    Defect {
        name: "keys/duplicate-once",
        about: "only the first of two repeats prints",
        requirements: &["KEY-6"],
        seen: "the tape after the second repeat",
        change: |b| {
            b.prescribed.prints = |c, _, lines| {
                if c.operation == Operation::Repeat && c.previous == Operation::Repeat {
                    Vec::new()
                } else {
                    lines
                }
            }
        },
    },
    Defect {
        name: "keys/duplicate-without-rows",
        about: "a duplicate has no rows",
        requirements: &["KEY-6", "PRN-7"],
        seen: "the tape after a repeat",
        change: |b| {
            b.prescribed.prints = |_, d, lines| {
                if d == Document::Duplicate { without_part(lines, Part::Row) } else { lines }
            }
        },
    },
];
