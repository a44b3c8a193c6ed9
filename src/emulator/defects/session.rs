//! Session variables and the queue to the tax committee (v22 §10.1).

use super::Defect;
use super::texts::name;
use super::tools::edit;
use crate::circumstances::Operation;
use crate::refusal;

pub(super) const DEFECTS: &[Defect] = &[
    Defect {
        name: "manage/no-beep",
        about: "beep is an unknown parameter",
        requirements: &["MGMT-1"],
        seen: "beep=true",
        change: |b| {
            b.prescribed.hears = |_, p| if p.get("beep").is_some() { Err(refusal::CHECK_ALL) } else { Ok(()) }
        },
    },
    Defect {
        name: "manage/no-timers-fast",
        about: "timersFast is an unknown parameter",
        requirements: &["MGMT-1", "SHIFT-8"],
        seen: "timersFast=true",
        change: |b| {
            b.prescribed.hears =
                |_, p| if p.get("timersFast").is_some() { Err(refusal::CHECK_ALL) } else { Ok(()) }
        },
    },
    Defect {
        name: "manage/no-timers-normal",
        about: "timersNormal is an unknown parameter",
        requirements: &["MGMT-1", "SHIFT-8"],
        seen: "timersNormal=true",
        change: |b| {
            b.prescribed.hears =
                |_, p| if p.get("timersNormal").is_some() { Err(refusal::CHECK_ALL) } else { Ok(()) }
        },
    },
    Defect {
        name: "manage/no-keep-printer",
        about: "keepLanPrinter is an unknown parameter",
        requirements: &["MGMT-1"],
        seen: "keepLanPrinter=true",
        change: |b| {
            b.prescribed.hears =
                |_, p| if p.get("keepLanPrinter").is_some() { Err(refusal::CHECK_ALL) } else { Ok(()) }
        },
    },
    Defect {
        name: "manage/no-close-printer",
        about: "closeLanPrinter is an unknown parameter",
        requirements: &["MGMT-1"],
        seen: "closeLanPrinter=true",
        change: |b| {
            b.prescribed.hears =
                |_, p| if p.get("closeLanPrinter").is_some() { Err(refusal::CHECK_ALL) } else { Ok(()) }
        },
    },
    Defect {
        name: "manage/no-web-off",
        about: "disableWebMgmt is an unknown parameter",
        requirements: &["MGMT-1"],
        seen: "disableWebMgmt=true",
        change: |b| {
            b.prescribed.hears =
                |_, p| if p.get("disableWebMgmt").is_some() { Err(refusal::CHECK_ALL) } else { Ok(()) }
        },
    },
    Defect {
        name: "manage/no-normal-mode",
        about: "ofdNormalMode is an unknown parameter",
        requirements: &["MGMT-1", "MGMT-3"],
        seen: "ofdNormalMode=true",
        change: |b| {
            b.prescribed.hears =
                |_, p| if p.get("ofdNormalMode").is_some() { Err(refusal::CHECK_ALL) } else { Ok(()) }
        },
    },
    Defect {
        name: "manage/beep-turns-key",
        about: "a beep turns the key",
        requirements: &["MGMT-1", "KEY-11"],
        seen: "the request after a beep",
        change: |b| {
            b.prescribed.turns_key =
                |c, ok| ok && c.operation == Operation::Check && c.times(Operation::Check) % 4 == 0
        },
    },
    Defect {
        name: "manage/no-usb",
        about: "setPrintMode=usb-printer is overlooked",
        requirements: &["MGMT-2"],
        seen: "getPrintMode after setPrintMode=usb-printer",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if p.get("setPrintMode") == Some("usb-printer") {
                    edit(p, "setPrintMode", |_| "lan-printer".to_owned())
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "manage/mode-not-set",
        about: "setPrintMode changes nothing",
        requirements: &["MGMT-2"],
        seen: "getPrintMode after setPrintMode",
        change: |b| {
            b.prescribed.hears = |_, p| {
                if p.get("setPrintMode").is_some() {
                    name(p, "setPrintMode", "beep");
                    edit(p, "beep", |_| "true".to_owned())
                };
                Ok(())
            }
        },
    },
    Defect {
        name: "manage/mode-always-internal",
        about: "getPrintMode always tells internal-printer",
        requirements: &["MGMT-2"],
        seen: "getPrintMode after setPrintMode",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.params.get("getPrintMode").is_some() && a.status == 200 {
                    a.body = b"internal-printer".to_vec();
                }
            })
        },
    },
    Defect {
        name: "manage/batch-ignored",
        about: "batch mode sends at once",
        requirements: &["MGMT-3"],
        seen: "messagesQueSize in batch mode",
        change: |b| b.prescribed.queues = |_, _| false,
    },
    Defect {
        name: "manage/push-does-nothing",
        about: "pushTheQue sends nothing",
        requirements: &["MGMT-3", "DUMP-11"],
        seen: "messagesQueSize after pushTheQue",
        change: |b| {
            b.prescribed.hears = |_, p| {
                name(p, "pushTheQue", "beep");
                Ok(())
            }
        },
    },
    Defect {
        name: "manage/normal-still-batch",
        about: "ofdNormalMode leaves batch mode on",
        requirements: &["MGMT-3"],
        seen: "messages after ofdNormalMode",
        change: |b| {
            b.prescribed.hears = |_, p| {
                name(p, "ofdNormalMode", "pushTheQue");
                Ok(())
            }
        },
    },
    Defect {
        name: "manage/push-loses-messages",
        about: "what waited in batch mode is never sent",
        requirements: &["MGMT-3"],
        seen: "messages after pushTheQue",
        change: |b| b.prescribed.sends = |c, m| if c.operation == Operation::Check { None } else { Some(m) },
    },
    Defect {
        name: "manage/nothing-sent",
        about: "nothing reaches the tax committee",
        requirements: &["MGMT-3", "ITEM-3"],
        seen: "messages after a sale",
        change: |b| b.prescribed.sends = |_, _| None,
    },
    Defect {
        name: "manage/lock-ignored",
        about: "Lockhost locks nothing",
        requirements: &["MGMT-4", "ERR-code-18"],
        seen: "a request from another host after Lockhost",
        change: |b| b.prescribed.bars = |_, r| !(r == refusal::HOST_BARRED),
    },
    Defect {
        name: "manage/lock-for-registrations-only",
        about: "Lockhost bars registrations only",
        requirements: &["MGMT-4", "ERR-code-18"],
        seen: "a report from another host after Lockhost",
        change: |b| {
            b.prescribed.bars = |c, r| !(r == refusal::HOST_BARRED && c.operation != Operation::Register)
        },
    },
    Defect {
        name: "manage/locked-out-reads",
        about: "a locked-out host may still ask for the status",
        requirements: &["MGMT-4", "ERR-code-18"],
        seen: "a status from another host after Lockhost",
        change: |b| {
            b.prescribed.bars = |c, r| !(r == refusal::HOST_BARRED && c.operation == Operation::Check)
        },
    },
    Defect {
        name: "manage/no-update",
        about: "doUpdate is an unknown parameter",
        requirements: &["MGMT-6"],
        seen: "doUpdate=true",
        change: |b| {
            b.prescribed.hears =
                |_, p| if p.get("doUpdate").is_some() { Err(refusal::CHECK_ALL) } else { Ok(()) }
        },
    },
];
