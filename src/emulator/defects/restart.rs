//! What a restart keeps (v22 §10.1).

use super::Defect;
use crate::behaviour::ZAnswer;
use crate::circumstances::Operation;
use crate::session::Session;
use ikkm_protocol::Registration;
use rust_decimal::Decimal;

pub(super) const DEFECTS: &[Defect] = &[
    Defect {
        name: "restart/keeps-header",
        about: "a restart keeps the header",
        requirements: &["MGMT-5", "PRN-6"],
        seen: "what stands after a restart",
        change: |b| {
            b.prescribed.keeps_session =
                |_, session| Session { header: session.header.clone(), ..Session::default() }
        },
    },
    Defect {
        name: "restart/keeps-batch-mode",
        about: "a restart keeps the batch-mode",
        requirements: &["MGMT-5"],
        seen: "what stands after a restart",
        change: |b| {
            b.prescribed.keeps_session =
                |_, session| Session { packet_mode: session.packet_mode, ..Session::default() }
        },
    },
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
];
