//! Personalities that refuse what they need not take: `strict`, `frugal`, `mains`, `audit`.

use super::Personality;
use super::data::{cashiers, directories, history, taxes};
use super::easy::plain;
use crate::behaviour::*;
use crate::session::PrintMode;

/// Refuses whatever the document does not promise.
pub(super) fn strict() -> Personality {
    use Check::{Device, Items, Payments, Tax, Texts, Total};
    let behaviour = Behaviour {
        numbers: Numbers {
            rounding: Rounding::HalfEven,
            quantity_rounding: Rounding::HalfEven,
            range_check: RangeCheck::BeforeRounding,
            forms: NumberForms {
                leading_plus: false,
                leading_zeros: false,
                bare_dot: false,
                surrounding_space: false,
            },
            ..Numbers::default()
        },
        wire: Wire {
            number_type: NumberType::Plain,
            date: DateForm::Http,
            twice: Twice::Refused,
            bare_api: false,
            extra_parameter: Unexpected::CheckAllParams,
            document_reason: DocumentReason::Empty,
            method_before_key: true,
            ..Wire::default()
        },
        keys: KeyRules {
            repeats_other_parameters: false,
            repeats_after_z: false,
            repeats_after_restart: false,
            repeats_under_fault: false,
            ..KeyRules::default()
        },
        registration: RegistrationRules {
            checks: vec![Total, Payments, Tax, Items, Texts, Device],
            range_reasons_say_sale: false,
            ..RegistrationRules::default()
        },
        payment: PaymentRules {
            zero: ZeroPayment::Refused,
            return_above_is_change: false,
            negative_is_no_number: true,
            short_is_cash_lq_sale: false,
            ..PaymentRules::default()
        },
        items: ItemRules {
            texts_by_get: Unexpected::IncorrectMethod,
            json_numbers: OddItems::Refused,
            paper_number: PaperNumber::TwoDecimals,
            ..ItemRules::default()
        },
        printing: PrintRules {
            long_line: LongLine::Refused,
            low_battery_is_5: true,
            by_get: Unexpected::IncorrectMethod,
            body: PrintBody::Empty,
            ..PrintRules::default()
        },
        shift: ShiftRules {
            z_without_shift: false,
            day_bars_cash: true,
            day_bars_x: true,
            cash_shares_numbers: false,
            ..ShiftRules::default()
        },
        bank: BankRules {
            bad_is_bank_param: true,
            date: BankDate::YearFirst,
            mixed: MixedResult::AnyFailure,
            unknown_is_empty: false,
            ..BankRules::default()
        },
        reports: ReportRules {
            state_opened: true,
            seconds: true,
            unknown_shift: UnknownDump::IncorrectMethod,
            unknown_receipt: UnknownDump::IncorrectMethod,
            unknown_table: UnknownDump::CheckAllParams,
            ..ReportRules::default()
        },
        management: ManagementRules {
            always_ready: false,
            body: ManagementBody::Json,
            mode_in_body: false,
            ..ManagementRules::default()
        },
        mutations: crate::mutation::Mutations::default(),
    };
    Personality {
        name: "strict",
        about: "refuses what the document does not promise; half-even; key with leading zeros",
        behaviour,
        key: "01234567",
        seed: 42,
        serial: "011700055555".into(),
        firmware: 101_016,
        battery: Some(15),
        directories: directories(
            taxes(&[(2, "w/o VAT", 0, true), (44, "VAT 12%", 12, true), (45, "VAT 20% on top", 20, false)]),
            44,
            cashiers(&[(71, "Senior", true), (70, "Junior", false)]),
        ),
        history: history(2_000, 77_001, 30_000, 2, false),
        ..plain()
    }
}

/// Drops every fraction, and keeps its numbers of cash documents apart.
pub(super) fn frugal() -> Personality {
    let behaviour = Behaviour {
        numbers: Numbers {
            rounding: Rounding::Truncate,
            quantity_rounding: Rounding::Truncate,
            ..Numbers::default()
        },
        wire: Wire { extra_parameter: Unexpected::CheckAllParams, ..Wire::default() },
        keys: KeyRules { repeats_other_parameters: false, ..KeyRules::default() },
        registration: RegistrationRules {
            checks: vec![
                Check::Tax,
                Check::Total,
                Check::Payments,
                Check::Device,
                Check::Texts,
                Check::Items,
            ],
            ..RegistrationRules::default()
        },
        payment: PaymentRules { single_above_code: -13, ..PaymentRules::default() },
        items: ItemRules {
            type_words: ["Сату", "Сатып алу", "Сату қайтарымы", "Алу қайтарымы"],
            currency: " tg",
            ..ItemRules::default()
        },
        shift: ShiftRules { cash_shares_numbers: false, z_empties_drawer: true, ..ShiftRules::default() },
        ..Behaviour::default()
    };
    Personality {
        name: "frugal",
        about: "truncates; Z pays the drawer out; cash documents have numbers of their own",
        behaviour,
        key: "10000009",
        seed: 5,
        serial: "012000000009".into(),
        firmware: 101_022,
        battery: Some(66),
        directories: directories(
            taxes(&[(101, "ҚҚС-сыз", 0, true), (103, "ҚҚС 12%", 12, true), (102, "Акциз 10%", 10, true)]),
            103,
            cashiers(&[(21, "Гүлнар", true), (22, "Тимур", false)]),
        ),
        history: history(55, 5_500, 750_075, 1, true),
        ..plain()
    }
}

/// On mains, without a battery, with a LAN printer and narrow paper.
pub(super) fn mains() -> Personality {
    let behaviour = Behaviour {
        printing: PrintRules { paper: Paper::Narrow, ..PrintRules::default() },
        registration: RegistrationRules { range_reasons_say_sale: false, ..RegistrationRules::default() },
        shift: ShiftRules { z_takes_number: true, z_without_shift: false, ..ShiftRules::default() },
        management: ManagementRules { always_ready: false, ..ManagementRules::default() },
        reports: ReportRules { past_cash: PastCash::AtClose, ..ReportRules::default() },
        ..Behaviour::default()
    };
    Personality {
        name: "mains",
        about: "no battery; LAN printer with 57 mm paper; a Z report takes a number",
        behaviour,
        key: "07007007",
        seed: 11,
        serial: "012100000070".into(),
        firmware: 102_000,
        battery: None,
        print_mode: PrintMode::Lan,
        directories: directories(
            taxes(&[(1, "VAT 12%", 12, true), (4, "VAT 5% on top", 5, false), (9, "w/o VAT", 0, true)]),
            9,
            cashiers(&[(1, "admin", true), (2, "till", false)]),
        ),
        history: history(7, 70, 123_456, 4, false),
    }
}

/// Everything that may need a senior cashier does; the archive keeps more.
pub(super) fn audit() -> Personality {
    let senior = SeniorRules { directories: true, bank_results: true, z_report: true, cash: true };
    let behaviour = Behaviour {
        keys: KeyRules { repeats_under_fault: false, ..KeyRules::default() },
        shift: ShiftRules {
            senior,
            week_in_registration: true,
            day_bars_cash: true,
            ..ShiftRules::default()
        },
        reports: ReportRules {
            archived_has_opening: true,
            receipt_key: ReceiptKey::Spent,
            state_opened: true,
            text_booleans: false,
            ..ReportRules::default()
        },
        items: ItemRules { paper_number: PaperNumber::TwoDecimals, ..ItemRules::default() },
        ..Behaviour::default()
    };
    Personality {
        name: "audit",
        about: "seniors only wherever that may be; archived shifts keep their opening sums",
        behaviour,
        key: "98765432",
        seed: 2_024,
        serial: "012200000001".into(),
        firmware: 102_010,
        battery: Some(99),
        directories: directories(
            taxes(&[(60, "НДС 12%", 12, true), (61, "НДС 16%", 16, true), (62, "без НДС", 0, true)]),
            60,
            cashiers(&[(500, "Главный", true), (501, "Сменный", false)]),
        ),
        history: history(900, 12_000, 60_000, 2, true),
        ..plain()
    }
}
