//! Documents with wrong fields (v22 §7.1, §9). Continued.

use super::Defect;
use super::tools::{document, each, number, retype, set, shorten, swap_returns, without};
use rust_decimal::Decimal;
use serde_json::Value;

pub(super) const DEFECTS: &[Defect] = &[
    Defect {
        name: "info/shift-stands",
        about: "the shift's number stands still",
        requirements: &["CHK-4"],
        seen: "getInfo after a new shift",
        change: |b| {
            b.prescribed
                .transformers
                .push(|e, a| document(e, a, "/getInfo", |v| set(v, "currentShiftID", "109")))
        },
    },
    Defect {
        name: "info/last-receipt-stands",
        about: "the last receipt's number stands still",
        requirements: &["CHK-4"],
        seen: "getInfo after a sale",
        change: |b| {
            b.prescribed
                .transformers
                .push(|e, a| document(e, a, "/getInfo", |v| set(v, "lastClosedChequeId", "4231")))
        },
    },
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
    Defect {
        name: "cheques/type-is-number",
        about: "chequeType is a number",
        requirements: &["DUMP-3"],
        seen: "cheques of a shift",
        change: |b| {
            b.prescribed
                .transformers
                .push(|e, a| document(e, a, "/cheques", |v| each(v, |v| retype(v, "chequeType"))))
        },
    },
    Defect {
        name: "cheques/returns-swapped",
        about: "chequeType 2 and 3 are swapped",
        requirements: &["DUMP-3"],
        seen: "cheques after returns",
        change: |b| {
            b.prescribed.transformers.push(|e, a| document(e, a, "/cheques", |v| each(v, swap_returns)))
        },
    },
    Defect {
        name: "cheques/returns-swapped-when-flat",
        about: "chequeType 2 and 3 are swapped in salescheques only",
        requirements: &["DUMP-3"],
        seen: "salescheques after returns",
        change: |b| {
            b.prescribed.transformers.push(|e, a| document(e, a, "/salescheques", |v| each(v, swap_returns)))
        },
    },
    Defect {
        name: "cheques/no-type-when-flat",
        about: "salescheques lack chequeType",
        requirements: &["DUMP-3"],
        seen: "salescheques of a shift",
        change: |b| {
            b.prescribed
                .transformers
                .push(|e, a| document(e, a, "/salescheques", |v| each(v, |v| without(v, "chequeType"))))
        },
    },
    Defect {
        name: "cheques/sum-off-when-flat",
        about: "sums above 1000 are whole in salescheques only",
        requirements: &["DUMP-3", "DUMP-7"],
        seen: "salescheques after a sale above 1000",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/salescheques", |v| {
                    each(v, |v| {
                        if number(v, "saleSum") > Decimal::ONE_THOUSAND {
                            shorten(v, "saleSum", 0)
                        }
                    })
                })
            })
        },
    },
    Defect {
        name: "cheques/last-missing",
        about: "the last receipt is missing in cheques",
        requirements: &["DUMP-3", "DUMP-7"],
        seen: "cheques after a sale",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/cheques", |v| {
                    if let Some(list) = v.as_array_mut() {
                        list.pop();
                    }
                })
            })
        },
    },
    Defect {
        name: "cheques/no-tax",
        about: "rows of cheques have no taxId",
        requirements: &["DUMP-3", "TAX-1", "TAX-2"],
        seen: "cheques of a shift",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/cheques", |v| {
                    each(v, |v| {
                        if let Some(rows) = v.get_mut("chequeSales") {
                            each(rows, |row| without(row, "taxId"))
                        }
                    })
                })
            })
        },
    },
];
