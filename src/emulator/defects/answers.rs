//! The form of answers on the wire (v22 §5.2).

use super::Defect;
use super::tools::header;
use crate::circumstances::Operation;
use std::time::Duration;

pub(super) const DEFECTS: &[Defect] = &[
    Defect {
        name: "wire/newline-after-key",
        about: "a new key is followed by a line feed",
        requirements: &["WIRE-1", "KEY-3"],
        seen: "the body of a registration's answer",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.circumstances.operation == Operation::Register && a.status == 200 {
                    a.body.push(b'\n');
                }
            })
        },
    },
    Defect {
        name: "wire/space-before-code",
        about: "a refusal's code stands after a blank",
        requirements: &["WIRE-1"],
        seen: "the body of a refusal",
        change: |b| {
            b.prescribed.transformers.push(|_, a| {
                if a.status == 400 {
                    a.body.insert(0, b' ');
                }
            })
        },
    },
    Defect {
        name: "wire/length-one-short",
        about: "the length of a status is one byte short",
        requirements: &["WIRE-1"],
        seen: "Content-Length against the body",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.circumstances.operation == Operation::Check {
                    header(a, "Content-Length", "0");
                }
            })
        },
    },
    Defect {
        name: "wire/length-too-long",
        about: "the length of a deposit's answer is told too long",
        requirements: &["WIRE-1"],
        seen: "Content-Length against the body",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.circumstances.operation == Operation::Deposit {
                    header(a, "Content-Length", "9");
                }
            })
        },
    },
    Defect {
        name: "wire/word-beside-code",
        about: "a refusal's body repeats the reason after the code",
        requirements: &["WIRE-1", "WIRE-10"],
        seen: "the body of a refusal",
        change: |b| {
            b.prescribed.transformers.push(|_, a| {
                if a.status == 400 {
                    a.body.push(b' ');
                    a.body.extend(a.reason.clone());
                }
            })
        },
    },
    Defect {
        name: "wire/created",
        about: "a registration is answered 201",
        requirements: &["WIRE-10", "REG-1"],
        seen: "the status of a success",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.circumstances.operation == Operation::Register && a.status == 200 {
                    a.status = 201;
                }
            })
        },
    },
    Defect {
        name: "wire/errors-are-200",
        about: "refusals come with status 200",
        requirements: &["WIRE-10"],
        seen: "the status of a refusal",
        change: |b| {
            b.prescribed.transformers.push(|_, a| {
                if a.status == 400 {
                    a.status = 200;
                }
            })
        },
    },
    Defect {
        name: "wire/device-errors-are-500",
        about: "refusals of the device come with status 500",
        requirements: &[
            "WIRE-10",
            "PRN-8",
            "SHIFT-3",
            "SHIFT-5",
            "ERR-internal-error",
            "ERR-unknown-error",
            "ERR-check-printer-or-batt",
        ],
        seen: "the status of a refusal while a condition stands",
        change: |b| {
            b.prescribed.transformers.push(|_, a| {
                if a.status == 400
                    && [b"-6".as_slice(), b"-3", b"-11", b"-99", b"-4"].contains(&a.body.as_slice())
                {
                    a.status = 500;
                }
            })
        },
    },
    Defect {
        name: "wire/reason-says-ok",
        about: "a withdrawal's reason is OK instead of its number",
        requirements: &["WIRE-10", "CASH-1"],
        seen: "the reason phrase of a withdrawal",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.circumstances.operation == Operation::Withdraw && a.status == 200 {
                    a.reason = b"OK".to_vec();
                }
            })
        },
    },
    Defect {
        name: "wire/capital-reason",
        about: "the X report's reason has capitals",
        requirements: &["WIRE-10", "SHIFT-1"],
        seen: "the reason phrase of an X report",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.circumstances.operation == Operation::XReport && a.status == 200 {
                    a.reason = b"X-Report-Started".to_vec();
                }
            })
        },
    },
    Defect {
        name: "wire/empty-reason-on-error",
        about: "a refusal has no reason phrase",
        requirements: &["WIRE-10"],
        seen: "the reason phrase of a refusal",
        change: |b| {
            b.prescribed.transformers.push(|_, a| {
                if a.status == 400 {
                    a.reason.clear();
                }
            })
        },
    },
    Defect {
        name: "wire/late-x-report",
        about: "an X report is answered after 31 seconds",
        requirements: &["WIRE-11"],
        seen: "the time that an answer takes",
        change: |b| {
            b.prescribed.answers_after =
                |c| Duration::from_secs(if c.operation == Operation::XReport { 31 } else { 0 })
        },
    },
    Defect {
        name: "wire/number-as-json",
        about: "number answers are labelled application/json",
        requirements: &["WIRE-12"],
        seen: "the Content-Type of a number answer",
        change: |b| {
            b.prescribed.transformers.push(|_, a| {
                if a.body.first() != Some(&b'{') && a.body.first() != Some(&b'[') {
                    header(a, "Content-Type", "application/json");
                }
            })
        },
    },
    Defect {
        name: "wire/trailing-comma",
        about: "a shift report ends in a comma before its brace, as in the vendor's example",
        requirements: &["WIRE-12"],
        seen: "whether a parser takes the document",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.path.trim_end_matches('/').ends_with("/report") && a.body.pop() == Some(b'}') {
                    a.body.extend(b",}");
                }
            })
        },
    },
    Defect {
        name: "wire/unescaped-names",
        about: "names in cheques are not escaped",
        requirements: &["WIRE-12", "DUMP-1"],
        seen: "a directory that holds a name with a quote",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.path.trim_end_matches('/').ends_with("/table/taxes") {
                    a.body.extend(b"\n}");
                }
            })
        },
    },
];
