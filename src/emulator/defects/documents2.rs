//! Documents with wrong fields (v22 §7.1, §9). Continued.

use super::Defect;
use super::tools::{
    change, document, each, exact, number, rename, retype, set, shorten, swap_returns, without,
};
use crate::emulator::circumstances::Operation;
use rust_decimal::Decimal;

pub(super) const DEFECTS: &[Defect] = &[
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
            b.prescribed
                .transformers
                .push(|e, a| document(e, a, "/cheques", |v| each(v, |v| swap_returns(v))))
        },
    },
    Defect {
        name: "cheques/returns-swapped-when-flat",
        about: "chequeType 2 and 3 are swapped in salescheques only",
        requirements: &["DUMP-3"],
        seen: "salescheques after returns",
        change: |b| {
            b.prescribed
                .transformers
                .push(|e, a| document(e, a, "/salescheques", |v| each(v, |v| swap_returns(v))))
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
    Defect {
        name: "report/no-revenue",
        about: "shift reports lack revenue",
        requirements: &["DUMP-5"],
        seen: "that field of the report",
        change: |b| {
            b.prescribed.transformers.push(|e, a| document(e, a, "/report", |v| without(v, "revenue")))
        },
    },
    Defect {
        name: "report/no-cashindoccount",
        about: "shift reports lack cashInDocCount",
        requirements: &["DUMP-5"],
        seen: "that field of the report",
        change: |b| {
            b.prescribed.transformers.push(|e, a| document(e, a, "/report", |v| without(v, "cashInDocCount")))
        },
    },
    Defect {
        name: "report/no-fiscaldata",
        about: "shift reports lack fiscalData",
        requirements: &["DUMP-5", "DUMP-7"],
        seen: "that field of the report",
        change: |b| {
            b.prescribed.transformers.push(|e, a| document(e, a, "/report", |v| without(v, "fiscalData")))
        },
    },
    Defect {
        name: "report/no-totalbuycheques",
        about: "shift reports lack totalBuyCheques",
        requirements: &["DUMP-5"],
        seen: "that field of the report",
        change: |b| {
            b.prescribed
                .transformers
                .push(|e, a| document(e, a, "/report", |v| without(v, "totalBuyCheques")))
        },
    },
    Defect {
        name: "report/return-details-spelt-out",
        about: "shift reports say buyReturnDetails",
        requirements: &["DUMP-5"],
        seen: "the details of returned purchases",
        change: |b| {
            b.prescribed
                .transformers
                .push(|e, a| document(e, a, "/report", |v| rename(v, "buyRetDetails", "buyReturnDetails")))
        },
    },
    Defect {
        name: "report/sums-are-text",
        about: "sums of details are text",
        requirements: &["DUMP-5"],
        seen: "saleDetails of the report",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/report", |v| {
                    if let Some(details) = v.get_mut("saleDetails") {
                        retype(details, "sum")
                    }
                })
            })
        },
    },
    Defect {
        name: "report/no-taxes",
        about: "reportwithtax has no taxes",
        requirements: &["DUMP-5", "TAX-6"],
        seen: "reportwithtax",
        change: |b| {
            b.prescribed.transformers.push(|e, a| document(e, a, "/reportwithtax", |v| without(v, "taxes")))
        },
    },
    Defect {
        name: "report/taxes-of-sales-only",
        about: "reportwithtax has the taxes of sales only",
        requirements: &["DUMP-5", "TAX-1"],
        seen: "reportwithtax after a buy",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/reportwithtax", |v| {
                    if let Some(taxes) = v.get_mut("taxes") {
                        for kind in ["buy", "saleReturn", "buyReturn"] {
                            without(taxes, kind)
                        }
                    }
                })
            })
        },
    },
    Defect {
        name: "report/percent-is-text",
        about: "taxPercent is text",
        requirements: &["DUMP-5"],
        seen: "reportwithtax",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/reportwithtax", |v| {
                    if let Some(all) = v.pointer_mut("/taxes/sale") {
                        each(all, |tax| {
                            if let Some(list) = tax.get_mut("taxDetails") {
                                each(list, |one| retype(one, "taxPercent"))
                            }
                        })
                    }
                })
            })
        },
    },
    Defect {
        name: "report/cash-in-forgotten",
        about: "cashWeHave of the report leaves deposits out",
        requirements: &["DUMP-7", "CASH-1", "CHK-4"],
        seen: "the report against getInfo after a deposit",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/report", |v| {
                    let (cash, put) = (number(v, "cashWeHave"), number(v, "cashInTotal"));
                    set(v, "cashWeHave", exact(cash - put))
                })
            })
        },
    },
    Defect {
        name: "report/fiscal-without-last",
        about: "fiscal data of the report leave the shift's buys out",
        requirements: &["DUMP-7", "REG-2"],
        seen: "fiscalData after a buy",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/report", |v| {
                    let bought = v.get("buyDetails").map(|of| number(of, "sum")).unwrap_or_default();
                    if let Some(fiscal) = v.get_mut("fiscalData") {
                        let buy = number(fiscal, "buy");
                        set(fiscal, "buy", exact(buy - bought))
                    }
                })
            })
        },
    },
    Defect {
        name: "transaction/docid-is-number",
        about: "docid is a number",
        requirements: &["DUMP-6"],
        seen: "dump/transaction",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.path.contains("/transaction/") {
                    change(a, |v| retype(v, "docid"))
                }
            })
        },
    },
    Defect {
        name: "transaction/status-is-text",
        about: "status is text",
        requirements: &["DUMP-6"],
        seen: "dump/transaction",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.path.contains("/transaction/") {
                    change(a, |v| retype(v, "status"))
                }
            })
        },
    },
    Defect {
        name: "transaction/no-online-code",
        about: "onlineCode is missing",
        requirements: &["DUMP-6"],
        seen: "dump/transaction",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.path.contains("/transaction/") {
                    change(a, |v| without(v, "onlineCode"))
                }
            })
        },
    },
    Defect {
        name: "transaction/docid-of-next",
        about: "docid is that of the next receipt",
        requirements: &["DUMP-6"],
        seen: "dump/transaction against the receipt's number",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.path.contains("/transaction/") {
                    change(a, |v| {
                        let next = number(v, "docid") + Decimal::ONE;
                        set(v, "docid", next.to_string())
                    })
                }
            })
        },
    },
    Defect {
        name: "transaction/always-sent",
        about: "status is always 1",
        requirements: &["DUMP-11", "DUMP-6"],
        seen: "dump/transaction in batch mode",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.path.contains("/transaction/") {
                    change(a, |v| set(v, "status", 1))
                }
            })
        },
    },
    Defect {
        name: "transaction/never-sent",
        about: "status is always 0",
        requirements: &["DUMP-11", "DUMP-6"],
        seen: "dump/transaction after sending",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.path.contains("/transaction/") {
                    change(a, |v| {
                        set(v, "status", 0);
                        set(v, "submitDate", "");
                        set(v, "onlineCode", "")
                    })
                }
            })
        },
    },
    Defect {
        name: "transaction/code-stays-empty",
        about: "onlineCode stays empty after sending",
        requirements: &["DUMP-11"],
        seen: "dump/transaction after pushTheQue",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.path.contains("/transaction/") && e.circumstances.times(Operation::Check) > 0 {
                    change(a, |v| set(v, "onlineCode", ""))
                }
            })
        },
    },
    Defect {
        name: "archive/whole-report",
        about: "an archived shift gives its whole report",
        requirements: &["DUMP-9"],
        seen: "the report of an archived shift",
        change: |b| b.prescribed.archive_keeps_sums = true,
    },
    Defect {
        name: "archive/spelt-right",
        about: "an archived shift says isArchived",
        requirements: &["DUMP-9"],
        seen: "the report of an archived shift",
        change: |b| {
            b.prescribed
                .transformers
                .push(|e, a| document(e, a, "/report", |v| rename(v, "isArhived", "isArchived")))
        },
    },
    Defect {
        name: "archive/says-false",
        about: "an archived shift says isArhived false",
        requirements: &["DUMP-9"],
        seen: "the report of an archived shift",
        change: |b| {
            b.prescribed.transformers.push(|e, a| document(e, a, "/report", |v| set(v, "isArhived", "false")))
        },
    },
];
