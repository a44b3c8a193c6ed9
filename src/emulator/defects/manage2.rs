//! Session variables, restarts, messages to the tax committee (v22 §10). Continued.

use super::Defect;
use super::tools::say;
use crate::emulator::behaviour::ZAnswer;
use crate::emulator::circumstances::Operation;
use crate::emulator::refusal;
use crate::emulator::session::Session;
use crate::protocol::Registration;
use rust_decimal::Decimal;

pub(super) const DEFECTS: &[Defect] = &[
    Defect {
        name: "restart/keeps-print-mode",
        about: "a restart keeps the print-mode",
        requirements: &["MGMT-5"],
        seen: "what stands after a restart",
        change: |b| {
            b.prescribed.keeps_session =
                |_, session| Session { print_mode: session.print_mode, ..Session::default() }
        },
    },
    Defect {
        name: "restart/keeps-lock",
        about: "a restart keeps the lock",
        requirements: &["MGMT-5", "MGMT-4"],
        seen: "what stands after a restart",
        change: |b| {
            b.prescribed.keeps_session =
                |_, session| Session { locked_to: session.locked_to, ..Session::default() }
        },
    },
    Defect {
        name: "restart/keeps-timers",
        about: "a restart keeps the timers",
        requirements: &["MGMT-5"],
        seen: "what stands after a restart",
        change: |b| {
            b.shift.z_answer = ZAnswer::AtStart;
            b.prescribed.keeps_session =
                |_, session| Session { fast_timers: session.fast_timers, ..Session::default() }
        },
    },
    Defect {
        name: "restart/header-kept-twice",
        about: "the second restart keeps the header",
        requirements: &["MGMT-5", "PRN-6"],
        seen: "a receipt after two restarts",
        change: |b| {
            b.prescribed.keeps_session = |c, session| Session {
                header: session.header.clone().filter(|_| c.times(Operation::Restart) % 2 == 1),
                ..Session::default()
            }
        },
    },
    Defect {
        name: "restart/new-key",
        about: "a restart turns the key",
        requirements: &["MGMT-5", "KEY-4"],
        seen: "the key after a restart",
        change: |b| b.prescribed.turns_key = |c, _| c.operation == Operation::Restart,
    },
    Defect {
        name: "restart/drawer-lost",
        about: "a restart empties the drawer",
        requirements: &["MGMT-5", "DUMP-7"],
        seen: "cashWeHave after a restart",
        change: |b| b.prescribed.keeps_books = |_, books| books.drawer = Decimal::ZERO,
    },
    Defect {
        name: "restart/second-loses-fiscal",
        about: "every second restart takes a sale out of the fiscal memory",
        requirements: &["MGMT-5", "DUMP-7"],
        seen: "fiscal data after two restarts",
        change: |b| {
            b.prescribed.keeps_books = |c, books| {
                if c.times(Operation::Restart) % 2 == 1 {
                    books.fiscal[Registration::Sale] -= Decimal::ONE_HUNDRED
                }
            }
        },
    },
    Defect {
        name: "restart/numbers-again",
        about: "a restart goes back by one number",
        requirements: &["MGMT-5", "REG-3", "REG-10"],
        seen: "the number after a restart",
        change: |b| b.prescribed.keeps_books = |_, books| books.last_number -= 1,
    },
    Defect {
        name: "restart/closes-shift",
        about: "a restart closes the shift",
        requirements: &["MGMT-5", "SHIFT-2", "CHK-4"],
        seen: "the shift after a restart",
        change: |b| {
            b.prescribed.keeps_books = |_, books| {
                if let Some(shift) = books.open_shift_mut() {
                    shift.closed = Some(shift.opened)
                }
            }
        },
    },
    Defect {
        name: "restart/receipts-lost",
        about: "a restart loses the shift's receipts",
        requirements: &["MGMT-5", "DUMP-7", "DUMP-3"],
        seen: "cheques after a restart",
        change: |b| {
            b.prescribed.keeps_books = |_, books| {
                if let Some(shift) = books.open_shift_mut() {
                    shift.receipts.clear()
                }
            }
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
    Defect {
        name: "faults/blocked-registers",
        about: "a blocked device registers",
        requirements: &["ERR-ikkm-is-blocked"],
        seen: "a sale while blocked",
        change: |b| b.prescribed.bars = |_, r| r.reason != "ikkm-is-blocked",
    },
    Defect {
        name: "faults/offline-registers",
        about: "a device offline for 72 hours registers",
        requirements: &["ERR-code-4"],
        seen: "a sale after 72 hours offline",
        change: |b| b.prescribed.bars = |_, r| !(r == refusal::OFFLINE),
    },
    Defect {
        name: "faults/damaged-registers",
        about: "a device with a damaged database registers",
        requirements: &["ERR-internal-error"],
        seen: "a sale with a damaged database",
        change: |b| b.prescribed.bars = |_, r| !(r == refusal::INTERNAL),
    },
    Defect {
        name: "faults/unknown-fault-registers",
        about: "a device with an unknown fault registers",
        requirements: &["ERR-unknown-error"],
        seen: "a sale while a fault without a name stands",
        change: |b| b.prescribed.bars = |_, r| !(r == refusal::UNKNOWN),
    },
    Defect {
        name: "faults/unknown-method-is-status",
        about: "an unknown method is answered as a status",
        requirements: &["ERR-incorrect-method"],
        seen: "a path that does not exist",
        change: |b| {
            b.prescribed.transformers.push(|e, a| {
                if e.circumstances.operation == Operation::Unknown && a.reason == b"incorrect-method" {
                    say(a, 200, "0", "0");
                }
            })
        },
    },
];
