//! Documents with wrong fields (v22 §7.1, §9).

use super::Defect;
use super::texts::plain_number;
use super::tools::{document, drop, each, rename, retype, set, without};
use crate::emulator::behaviour::Entry;
use crate::emulator::circumstances::Operation;
use crate::protocol::Registration;
use serde_json::Value;

pub(super) const DEFECTS: &[Defect] = &[
    Defect {
        name: "check/shift-for-receipt",
        about: "the status tells the shift's number",
        requirements: &["CHK-1"],
        seen: "the reason of a status",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.circumstances.operation == Operation::Check
                    && a.status == 200
                    && a.body == b"0"
                    && plain_number(&a.reason_text())
                {
                    a.reason = b"109".to_vec();
                }
            })
        },
    },
    Defect {
        name: "check/new-device-one",
        about: "a new device tells receipt 1",
        requirements: &["CHK-1"],
        seen: "the reason of a status on a new device",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.circumstances.operation == Operation::Check && a.reason == b"0" {
                    a.reason = b"1".to_vec();
                }
            })
        },
    },
    Defect {
        name: "check/returns-are-no-receipts",
        about: "the last receipt is not told after a return",
        requirements: &["CHK-1", "CHK-4"],
        seen: "the status after a saleReturn",
        change: |b| {
            b.prescribed.enters = |_, p| {
                let entry = p.entry();
                Entry { is_last: matches!(p.kind, Registration::Sale | Registration::Buy), ..entry }
            }
        },
    },
    Defect {
        name: "check/key-in-body",
        about: "the status holds the key",
        requirements: &["CHK-1"],
        seen: "the body of a status",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.circumstances.operation == Operation::Check
                    && a.body == b"0"
                    && plain_number(&a.reason_text())
                {
                    a.body = e.current.as_str().as_bytes().to_vec();
                }
            })
        },
    },
    Defect {
        name: "info/no-databasesizekb",
        about: "getInfo lacks databaseSizeKb",
        requirements: &["CHK-2"],
        seen: "that field of getInfo",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/getInfo", |v| {
                    if v.get("cashWeHave").is_some() {
                        without(v, "databaseSizeKb")
                    }
                })
            })
        },
    },
    Defect {
        name: "info/no-totalramusedmb",
        about: "getInfo lacks totalRamUsedMb",
        requirements: &["CHK-2"],
        seen: "that field of getInfo",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/getInfo", |v| {
                    if v.get("cashWeHave").is_some() {
                        without(v, "totalRamUsedMb")
                    }
                })
            })
        },
    },
    Defect {
        name: "info/no-printingmode",
        about: "getInfo lacks printingMode",
        requirements: &["CHK-2"],
        seen: "that field of getInfo",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/getInfo", |v| {
                    if v.get("cashWeHave").is_some() {
                        without(v, "printingMode")
                    }
                })
            })
        },
    },
    Defect {
        name: "info/no-cashierid",
        about: "getInfo lacks cashierID",
        requirements: &["CHK-2"],
        seen: "that field of getInfo",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/getInfo", |v| {
                    if v.get("cashWeHave").is_some() {
                        without(v, "cashierID")
                    }
                })
            })
        },
    },
    Defect {
        name: "info/no-factoryserialnumber",
        about: "getInfo lacks factorySerialNumber",
        requirements: &["CHK-2"],
        seen: "that field of getInfo",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/getInfo", |v| {
                    if v.get("cashWeHave").is_some() {
                        without(v, "factorySerialNumber")
                    }
                })
            })
        },
    },
    Defect {
        name: "info/type-applicationversion",
        about: "applicationVersion of getInfo has another JSON type",
        requirements: &["CHK-2"],
        seen: "that field of getInfo",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/getInfo", |v| {
                    if v.get("cashWeHave").is_some() {
                        retype(v, "applicationVersion")
                    }
                })
            })
        },
    },
    Defect {
        name: "info/type-cashwehave",
        about: "cashWeHave of getInfo has another JSON type",
        requirements: &["CHK-2"],
        seen: "that field of getInfo",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/getInfo", |v| {
                    if v.get("cashWeHave").is_some() {
                        retype(v, "cashWeHave")
                    }
                })
            })
        },
    },
    Defect {
        name: "info/type-lastclosedchequeid",
        about: "lastClosedChequeId of getInfo has another JSON type",
        requirements: &["CHK-2"],
        seen: "that field of getInfo",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/getInfo", |v| {
                    if v.get("cashWeHave").is_some() {
                        retype(v, "lastClosedChequeId")
                    }
                })
            })
        },
    },
    Defect {
        name: "info/type-messagesquesize",
        about: "messagesQueSize of getInfo has another JSON type",
        requirements: &["CHK-2"],
        seen: "that field of getInfo",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/getInfo", |v| {
                    if v.get("cashWeHave").is_some() {
                        retype(v, "messagesQueSize")
                    }
                })
            })
        },
    },
    Defect {
        name: "info/serial-misspelt",
        about: "getInfo says factorySerial",
        requirements: &["CHK-2"],
        seen: "the serial number in getInfo",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/getInfo", |v| rename(v, "factorySerialNumber", "factorySerial"))
            })
        },
    },
    Defect {
        name: "info/queue-spelt-right",
        about: "getInfo says messagesQueueSize",
        requirements: &["CHK-2", "CHK-4"],
        seen: "the queue in getInfo",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/getInfo", |v| rename(v, "messagesQueSize", "messagesQueueSize"))
            })
        },
    },
    Defect {
        name: "info/minimum-is-all",
        about: "show=minimum shows everything",
        requirements: &["CHK-3"],
        seen: "getInfo with show=minimum",
        change: |b| {
            b.prescribed.hears = |_, p| {
                drop(p, "show");
                Ok(())
            }
        },
    },
    Defect {
        name: "info/minimum-without-cashier",
        about: "show=minimum lacks the cashier's name",
        requirements: &["CHK-3"],
        seen: "getInfo with show=minimum",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/getInfo", |v| {
                    if v.get("cashWeHave").is_none() {
                        without(v, "cashierName")
                    }
                })
            })
        },
    },
    Defect {
        name: "info/minimum-without-tax",
        about: "show=minimum lacks the default tax",
        requirements: &["CHK-3"],
        seen: "getInfo with show=minimum",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/getInfo", |v| {
                    if v.get("cashWeHave").is_none() {
                        without(v, "defaultApiTaxID")
                    }
                })
            })
        },
    },
    Defect {
        name: "info/cash-late",
        about: "cashWeHave is 0 right after a withdrawal",
        requirements: &["CHK-4", "CASH-1", "DUMP-7"],
        seen: "getInfo after a withdrawal",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                document(e, a, "/getInfo", |v| {
                    if e.circumstances.previous == Operation::Withdraw {
                        set(v, "cashWeHave", "0.00")
                    }
                })
            })
        },
    },
    Defect {
        name: "info/always-open",
        about: "the shift is always told as open",
        requirements: &["CHK-4", "SHIFT-2"],
        seen: "getInfo after a Z report",
        change: |b| {
            b.prescribed
                .transformers
                .push(|e, a| document(e, a, "/getInfo", |v| set(v, "currentShiftStatus", "opened")))
        },
    },
    Defect {
        name: "info/queue-always-empty",
        about: "the queue is always told as empty",
        requirements: &["CHK-4", "MGMT-3"],
        seen: "getInfo in batch mode",
        change: |b| {
            b.prescribed
                .transformers
                .push(|e, a| document(e, a, "/getInfo", |v| set(v, "messagesQueSize", "0")))
        },
    },
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
];
