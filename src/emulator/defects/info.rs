//! The fields of getInfo (v22 §7.1).

use super::Defect;
use super::tools::{document, drop, rename, retype, without};

pub(super) const DEFECTS: &[Defect] = &[
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
];
