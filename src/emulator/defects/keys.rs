//! Which keys are taken (v22 §4).

use super::Defect;
use super::tools::say;
use crate::behaviour::KeyVerdict;
use crate::circumstances::Operation;

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
];
