//! What the repeat of a registration does (v22 §4).

use super::Defect;
use super::texts::without_part;
use crate::behaviour::{Entry, KeyVerdict};
use crate::circumstances::Operation;
use crate::printer::{Document, Part};
use ikkm_protocol::Registration;
use rust_decimal::Decimal;

pub(super) const DEFECTS: &[Defect] = &[
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
    Defect {
        name: "keys/third-repeat-refused",
        about: "every third repeat is refused",
        requirements: &["KEY-7", "KEY-5"],
        seen: "the answers to several repeats",
        change: |b| {
            b.prescribed.meets_key = |c, q| match q.verdict() {
                KeyVerdict::Repeat if c.times(Operation::Repeat) % 3 == 2 => KeyVerdict::Refuse,
                verdict => verdict,
            }
        },
    },
    Defect {
        name: "keys/other-parameters-register",
        about: "the key just spent registers when the parameters differ",
        requirements: &["KEY-12", "Q-KEY-1"],
        seen: "the books after the spent key with another total",
        change: |b| {
            b.prescribed.meets_key = |_, q| {
                if q.verdict() == KeyVerdict::Repeat && !q.same_parameters {
                    KeyVerdict::Serve
                } else {
                    q.verdict()
                }
            }
        },
    },
    Defect {
        name: "keys/repeat-forgotten-by-deposit",
        about: "no repeat after a deposit came between",
        requirements: &["KEY-13"],
        seen: "a repeat after a deposit",
        change: |b| {
            b.prescribed.meets_key = |c, q| match q.verdict() {
                KeyVerdict::Repeat if c.previous == Operation::Deposit => KeyVerdict::Refuse,
                verdict => verdict,
            }
        },
    },
    Defect {
        name: "keys/repeat-forgotten-by-x-report",
        about: "no repeat after an X report came between",
        requirements: &["KEY-13"],
        seen: "a repeat after an X report",
        change: |b| {
            b.prescribed.meets_key = |c, q| match q.verdict() {
                KeyVerdict::Repeat if c.previous == Operation::XReport => KeyVerdict::Refuse,
                verdict => verdict,
            }
        },
    },
    Defect {
        name: "keys/repeat-forgotten-by-refusal",
        about: "no repeat after a refusal came between",
        requirements: &["KEY-13", "KEY-5"],
        seen: "a repeat after a refused request",
        change: |b| {
            b.prescribed.meets_key = |c, q| match q.verdict() {
                KeyVerdict::Repeat if c.after_refusal => KeyVerdict::Refuse,
                verdict => verdict,
            }
        },
    },
];
