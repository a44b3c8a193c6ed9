//! Personalities that a reading of the document by heart would not expect, and that conform all the same:
//! `unlinked`, `bold`, `tiny`, `reborn`, `downed`, `pausing`, `patient`, `gross`.

use super::Personality;
use super::data::{cashiers, directories, history, taxes};
use super::easy::plain;
use crate::behaviour::*;
use crate::session::PrintMode;

/// No committee to talk to: messages wait for ever.
pub(super) fn unlinked() -> Personality {
    let behaviour = Behaviour {
        reports: ReportRules { item_code_null: true, zero_taxes: true, ..ReportRules::default() },
        management: ManagementRules { linked: false, ..ManagementRules::default() },
        ..Behaviour::default()
    };
    Personality {
        name: "unlinked",
        about: "no link to the tax committee: the queue never empties, nothing has a date or code of sending",
        behaviour,
        key: "31415926",
        seed: 31,
        serial: "012300000031".into(),
        firmware: 101_050,
        directories: directories(
            taxes(&[(7, "VAT 12%", 12, true), (8, "VAT 5%", 5, true), (9, "w/o VAT", 0, true)]),
            7,
            cashiers(&[(11, "Сауле", true), (12, "Болат", false)]),
        ),
        history: history(30, 3_100, 400_000, 1, true),
        ..plain()
    }
}

/// Large letters, and large ones in names of parameters too.
pub(super) fn bold() -> Personality {
    let behaviour = Behaviour {
        wire: Wire { capital_types: true, ..Wire::default() },
        printing: PrintRules { font: Font::Large, ..PrintRules::default() },
        items: ItemRules { times: " x ", ..ItemRules::default() },
        shift: ShiftRules { foreign_shift_first: true, ..ShiftRules::default() },
        ..Behaviour::default()
    };
    Personality {
        name: "bold",
        about: "19 characters a line; Sale= is taken; an ordinary cashier is told of the other's shift first",
        behaviour,
        key: "27182818",
        seed: 27,
        serial: "012300000027".into(),
        firmware: 101_051,
        directories: directories(
            taxes(&[(1, "VAT 12%", 12, true), (2, "VAT 16%", 16, true), (3, "w/o VAT", 0, true)]),
            1,
            cashiers(&[(5, "Әсел", true), (6, "Иван", false)]),
        ),
        history: history(61, 6_000, 350_000, 1, false),
        ..plain()
    }
}

/// Small letters, and a web server's manners.
pub(super) fn tiny() -> Personality {
    let behaviour = Behaviour {
        wire: Wire { unknown_path_is_404: true, ..Wire::default() },
        keys: KeyRules { malformed: MalformedKey::Parameter, ..KeyRules::default() },
        printing: PrintRules { font: Font::Small, ..PrintRules::default() },
        management: ManagementRules { both_spellings: true, ..ManagementRules::default() },
        ..Behaviour::default()
    };
    Personality {
        name: "tiny",
        about: "32 characters a line; an unknown path is 404; the rounding field in both spellings",
        behaviour,
        key: "16180339",
        seed: 16,
        serial: "012300000016".into(),
        firmware: 101_052,
        directories: directories(
            taxes(&[(21, "НДС 12%", 12, true), (22, "НДС 8%", 8, true), (23, "без НДС", 0, true)]),
            21,
            cashiers(&[(41, "Мадина", true), (42, "Егор", false)]),
        ),
        history: history(12, 1_250, 280_000, 2, true),
        ..plain()
    }
}

/// A new key after each restart.
pub(super) fn reborn() -> Personality {
    let behaviour = Behaviour {
        wire: Wire { print_with_slash: false, ..Wire::default() },
        keys: KeyRules { malformed: MalformedKey::NoNumber, ..KeyRules::default() },
        management: ManagementRules { after_restart: AfterRestart::NewKey, ..ManagementRules::default() },
        ..Behaviour::default()
    };
    Personality {
        name: "reborn",
        about: "shows a new key after a restart; /apiprint without slash only",
        behaviour,
        key: "05772156",
        seed: 57,
        serial: "012300000057".into(),
        firmware: 101_053,
        directories: directories(
            taxes(&[(3, "VAT 12%", 12, true), (4, "w/o VAT", 0, true), (6, "VAT 3%", 3, true)]),
            3,
            cashiers(&[(9, "Гүлнара", true), (10, "Пётр", false)]),
        ),
        history: history(77, 7_700, 500_500, 1, false),
        ..plain()
    }
}

/// Down after each restart, until a person starts the web cashier.
pub(super) fn downed() -> Personality {
    let behaviour = Behaviour {
        management: ManagementRules { after_restart: AfterRestart::StaysDown, ..ManagementRules::default() },
        ..Behaviour::default()
    };
    Personality {
        name: "downed",
        about: "stays down after a restart, until a person switches the web API on",
        behaviour,
        key: "66260701",
        seed: 66,
        serial: "012300000066".into(),
        firmware: 101_054,
        history: history(500, 50_000, 600_000, 1, true),
        ..plain()
    }
}

/// Busy for two and a half seconds after each document.
pub(super) fn pausing() -> Personality {
    let behaviour = Behaviour {
        printing: PrintRules { busy_after_ms: 2_500, ..PrintRules::default() },
        ..Behaviour::default()
    };
    Personality {
        name: "pausing",
        about: "says -2 for 2.5 seconds after each document that it prints",
        behaviour,
        key: "29979245",
        seed: 29,
        serial: "012300000029".into(),
        firmware: 101_055,
        history: history(210, 21_000, 700_000, 1, false),
        ..plain()
    }
}

/// Holds whatever comes while a shift closes.
pub(super) fn patient() -> Personality {
    let behaviour = Behaviour {
        shift: ShiftRules {
            z_answer: ZAnswer::AtStart,
            z_seconds: (88, 14),
            held_while_closing: true,
            opening_message: true,
            ..ShiftRules::default()
        },
        ..Behaviour::default()
    };
    Personality {
        name: "patient",
        about: "holds what comes while a shift closes, for up to 88 seconds; a shift's opening is a message",
        behaviour,
        key: "60221407",
        seed: 60,
        serial: "012300000060".into(),
        firmware: 101_056,
        history: history(640, 64_000, 650_000, 1, false),
        ..plain()
    }
}

/// The drawer holds what was taken, tax on top included; every other figure counts the parameter.
pub(super) fn gross() -> Personality {
    let behaviour = Behaviour {
        registration: RegistrationRules {
            tax_in_fiscal: false,
            tax_in_sums: false,
            tax_in_rows: false,
            ..RegistrationRules::default()
        },
        shift: ShiftRules { zero_cash_is_no_number: true, ..ShiftRules::default() },
        reports: ReportRules { newer_receipts: true, ..ReportRules::default() },
        management: ManagementRules { absent_printer: Some(PrintMode::Usb), ..ManagementRules::default() },
        ..Behaviour::default()
    };
    Personality {
        name: "gross",
        about: "a tax on top is in the drawer alone; receipts of a type that v22 does not have; no USB printer",
        behaviour,
        key: "13806490",
        seed: 13,
        serial: "012300000013".into(),
        firmware: 102_099,
        directories: directories(
            taxes(&[(1, "VAT 12%", 12, true), (2, "VAT 16% on top", 16, false), (3, "w/o VAT", 0, true)]),
            1,
            cashiers(&[(31, "Айдар", true), (32, "Нина", false)]),
        ),
        history: history(19, 1_900, 900_000, 1, true),
        ..plain()
    }
}
