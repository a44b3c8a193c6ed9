//! Receipts and operations in reports (v22 §9.2).

use super::Defect;
use super::tools::{document, each, number, retype, set, shorten, swap_returns, without};
use rust_decimal::Decimal;

pub(super) const DEFECTS: &[Defect] = &[
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
    Defect {
        name: "cheques/default-tax-shown",
        about: "rows of cheques show the default tax always",
        requirements: &["TAX-1", "DUMP-3"],
        seen: "cheques after a sale under another tax",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/cheques", |v| {
                    each(v, |v| {
                        if let Some(rows) = v.get_mut("chequeSales") {
                            each(rows, |row| set(row, "taxId", 1))
                        }
                    })
                })
            })
        },
    },
    Defect {
        name: "sales/newest-first",
        about: "sales are listed newest first",
        requirements: &["DUMP-4"],
        seen: "sales of a shift",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/sales", |v| {
                    if let Some(list) = v.as_array_mut() {
                        list.reverse()
                    }
                })
            })
        },
    },
    Defect {
        name: "sales/last-two-swapped",
        about: "the newest sale comes before the one before it",
        requirements: &["DUMP-4"],
        seen: "sales of a shift",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/sales", |v| {
                    if let Some(list) = v.as_array_mut()
                        && list.len() > 2
                    {
                        let end = list.len();
                        list.swap(end - 1, end - 2)
                    }
                })
            })
        },
    },
    Defect {
        name: "sales/no-price",
        about: "sales have no price",
        requirements: &["DUMP-4", "ITEM-8"],
        seen: "sales of a shift",
        change: |b| {
            b.prescribed
                .transformers
                .push(|e, a| document(e, a, "/sales", |v| each(v, |v| without(v, "price"))))
        },
    },
    Defect {
        name: "sales/returns-left-out",
        about: "sales whose price is above 500 are left out",
        requirements: &["DUMP-7", "DUMP-4"],
        seen: "sales against cheques",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/sales", |v| {
                    if let Some(list) = v.as_array_mut() {
                        list.retain(|row| number(row, "price") <= Decimal::from(500))
                    }
                })
            })
        },
    },
];
