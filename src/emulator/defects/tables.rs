//! Directories and the list of shifts (v22 §9).

use super::Defect;
use super::tools::{document, each, retype, set, without};
use serde_json::Value;

pub(super) const DEFECTS: &[Defect] = &[
    Defect {
        name: "tables/no-taxes",
        about: "the directory of taxes is empty",
        requirements: &["DUMP-1", "TAX-1"],
        seen: "dump/table/taxes",
        change: |b| {
            b.prescribed
                .transformers
                .push(|e, a| document(e, a, "/table/taxes", |v| *v = serde_json::json!({})))
        },
    },
    Defect {
        name: "tables/taxes-as-list",
        about: "the directory of taxes is a list",
        requirements: &["DUMP-1"],
        seen: "dump/table/taxes",
        change: |b| {
            b.prescribed
                .transformers
                .push(|e, a| document(e, a, "/table/taxes", |v| *v = serde_json::json!([v.clone()])))
        },
    },
    Defect {
        name: "tables/price-is-text",
        about: "prices of goods are text",
        requirements: &["DUMP-1"],
        seen: "dump/table/items",
        change: |b| {
            b.prescribed
                .transformers
                .push(|e, a| document(e, a, "/table/items", |v| each(v, |v| retype(v, "price1"))))
        },
    },
    Defect {
        name: "tables/no-barcode",
        about: "goods have no code2",
        requirements: &["DUMP-1"],
        seen: "dump/table/items",
        change: |b| {
            b.prescribed
                .transformers
                .push(|e, a| document(e, a, "/table/items", |v| each(v, |v| without(v, "code2"))))
        },
    },
    Defect {
        name: "tables/cashier-without-name",
        about: "cashiers have no names",
        requirements: &["DUMP-1"],
        seen: "dump/table/cashiers",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/table/cashiers", |v| {
                    if let Some(all) = v.as_object_mut() {
                        all.values_mut().for_each(|name| *name = Value::Null)
                    }
                })
            })
        },
    },
    Defect {
        name: "tables/catalog-of-ids",
        about: "the catalog holds numbers for names",
        requirements: &["DUMP-1"],
        seen: "dump/table/catalog",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/table/catalog", |v| {
                    if let Some(all) = v.as_object_mut() {
                        all.values_mut().for_each(|name| *name = 1.into())
                    }
                })
            })
        },
    },
    Defect {
        name: "shifts/opened-is-bool",
        about: "opened is true or false",
        requirements: &["DUMP-2"],
        seen: "dump/table/shifts",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/table/shifts", |v| {
                    each(v, |v| {
                        let open = v.get("opened") == Some(&Value::from(1));
                        set(v, "opened", open)
                    })
                })
            })
        },
    },
    Defect {
        name: "shifts/all-closed",
        about: "no shift is told as open",
        requirements: &["DUMP-2"],
        seen: "dump/table/shifts while one is open",
        change: |b| {
            b.prescribed
                .transformers
                .push(|e, a| document(e, a, "/table/shifts", |v| each(v, |v| set(v, "opened", 0))))
        },
    },
    Defect {
        name: "shifts/all-open",
        about: "every shift is told as open",
        requirements: &["DUMP-2", "SHIFT-2"],
        seen: "dump/table/shifts",
        change: |b| {
            b.prescribed
                .transformers
                .push(|e, a| document(e, a, "/table/shifts", |v| each(v, |v| set(v, "opened", 1))))
        },
    },
    Defect {
        name: "shifts/no-cashier",
        about: "shifts have no cashierId",
        requirements: &["DUMP-2"],
        seen: "dump/table/shifts",
        change: |b| {
            b.prescribed
                .transformers
                .push(|e, a| document(e, a, "/table/shifts", |v| each(v, |v| without(v, "cashierId"))))
        },
    },
    Defect {
        name: "shifts/date-day-first",
        about: "openDate begins with the day",
        requirements: &["DUMP-2"],
        seen: "dump/table/shifts",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/table/shifts", |v| each(v, |v| set(v, "openDate", "18-01-2016 20:41:06")))
            })
        },
    },
    Defect {
        name: "shifts/sale-is-text",
        about: "sums of shifts are text",
        requirements: &["DUMP-2"],
        seen: "dump/table/shifts",
        change: |b| {
            b.prescribed
                .transformers
                .push(|e, a| document(e, a, "/table/shifts", |v| each(v, |v| retype(v, "sale"))))
        },
    },
];
