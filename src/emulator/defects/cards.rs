//! The document of card operations (v22 §6.2).

use super::Defect;
use super::tools::{details, document, each, rename, retype, set, without};
use rust_decimal::Decimal;
use serde_json::Value;

pub(super) const DEFECTS: &[Defect] = &[
    Defect {
        name: "bank/total-of-all",
        about: "totalAmount holds failed operations too",
        requirements: &["BANK-3"],
        seen: "totalAmount after a failure",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/trackdocument", |v| {
                    let sum: Decimal = details(v)
                        .iter()
                        .filter_map(|d| d.get("amount")?.as_str()?.parse::<Decimal>().ok())
                        .sum();
                    set(v, "totalAmount", sum.to_string())
                })
            })
        },
    },
    Defect {
        name: "bank/success-is-ok",
        about: "transactionResult is ok instead of success",
        requirements: &["BANK-3", "BANK-6"],
        seen: "transactionResult",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/trackdocument", |v| {
                    if v.get("transactionResult").and_then(Value::as_str) == Some("success") {
                        set(v, "transactionResult", "ok")
                    }
                })
            })
        },
    },
    Defect {
        name: "bank/found-is-one",
        about: "foundTransactions is always 1",
        requirements: &["BANK-3", "BANK-5"],
        seen: "foundTransactions after two operations",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/trackdocument", |v| {
                    if !details(v).is_empty() {
                        set(v, "foundTransactions", "1")
                    }
                })
            })
        },
    },
    Defect {
        name: "bank/details-of-last",
        about: "details hold the last operation only",
        requirements: &["BANK-5", "BANK-3"],
        seen: "details after two operations under one number",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/trackdocument", |v| {
                    if let Some(list) = v.get_mut("details").and_then(Value::as_array_mut) {
                        let last = list.len().saturating_sub(1);
                        list.drain(..last);
                    }
                })
            })
        },
    },
    Defect {
        name: "bank/amount-in-hundredths",
        about: "totalAmount is in hundredths",
        requirements: &["BANK-3"],
        seen: "totalAmount",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/trackdocument", |v| {
                    let digits = v.get("totalAmount").and_then(Value::as_str).unwrap_or("").replace('.', "");
                    set(v, "totalAmount", digits)
                })
            })
        },
    },
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
