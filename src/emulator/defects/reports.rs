//! Shift reports, archived shifts too (v22 §9.2).

use super::Defect;
use super::tools::{document, each, exact, number, rename, retype, set, without};

pub(super) const DEFECTS: &[Defect] = &[
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
    Defect {
        name: "archive/listed",
        about: "archived shifts are listed",
        requirements: &["DUMP-10"],
        seen: "dump/table/shifts",
        change: |b| b.prescribed.lists_archived = true,
    },
];
