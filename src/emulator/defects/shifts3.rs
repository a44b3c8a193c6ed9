//! Cash, shifts and cards (v22 §5.3, §6). Continued.

use super::Defect;
use super::tools::{document, each, rename, retype, set, without};
use serde_json::Value;

pub(super) const DEFECTS: &[Defect] = &[
    Defect {
        name: "bank/field-response-spelt-right",
        about: "responce in a card document is not as documented",
        requirements: &["BANK-6"],
        seen: "that field of details",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/trackdocument", |v| {
                    if let Some(list) = v.get_mut("details") {
                        each(list, |d| rename(d, "responce", "response"))
                    }
                })
            })
        },
    },
    Defect {
        name: "bank/field-amount-is-number",
        about: "amount in a card document is not as documented",
        requirements: &["BANK-6"],
        seen: "that field of details",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/trackdocument", |v| {
                    if let Some(list) = v.get_mut("details") {
                        each(list, |d| retype(d, "amount"))
                    }
                })
            })
        },
    },
    Defect {
        name: "bank/field-no-trace",
        about: "traceNumber in a card document is not as documented",
        requirements: &["BANK-6"],
        seen: "that field of details",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/trackdocument", |v| {
                    if let Some(list) = v.get_mut("details") {
                        each(list, |d| without(d, "traceNumber"))
                    }
                })
            })
        },
    },
    Defect {
        name: "bank/field-currency-is-number",
        about: "currency in a card document is not as documented",
        requirements: &["BANK-6"],
        seen: "that field of details",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/trackdocument", |v| {
                    if let Some(list) = v.get_mut("details") {
                        each(list, |d| retype(d, "currency"))
                    }
                })
            })
        },
    },
    Defect {
        name: "bank/field-no-operation",
        about: "operationType in a card document is not as documented",
        requirements: &["BANK-6"],
        seen: "that field of details",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/trackdocument", |v| {
                    if let Some(list) = v.get_mut("details") {
                        each(list, |d| without(d, "operationType"))
                    }
                })
            })
        },
    },
    Defect {
        name: "bank/field-holder-is-null",
        about: "cardHolderName in a card document is not as documented",
        requirements: &["BANK-6"],
        seen: "that field of details",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/trackdocument", |v| {
                    if let Some(list) = v.get_mut("details") {
                        each(list, |d| set(d, "cardHolderName", Value::Null))
                    }
                })
            })
        },
    },
];
