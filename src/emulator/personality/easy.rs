//! Personalities that take what they can: `plain`, `lenient`, `upward`, `slow`.

use super::Personality;
use super::data::{cashiers, directories, history, taxes};
use crate::behaviour::*;
use crate::session::PrintMode;

/// The default one: the document's examples to the letter.
pub(super) fn plain() -> Personality {
    Personality {
        name: "plain",
        about: "answers as the document's examples do; half-up; closed shift",
        behaviour: Behaviour::default(),
        key: "12345678",
        seed: 1,
        serial: "011700029000".into(),
        firmware: 101_021,
        battery: Some(80),
        print_mode: PrintMode::Internal,
        directories: directories(
            taxes(&[(1, "VAT 12%", 12, true), (2, "w/o VAT", 0, true), (3, "Excise 5%", 5, true)]),
            1,
            cashiers(&[(166, "default", true), (167, "Айгүл", false)]),
        ),
        history: history(108, 4_222, 500_000, 1, false),
    }
}

/// Takes everything that it can make sense of.
pub(super) fn lenient() -> Personality {
    let behaviour = Behaviour {
        numbers: Numbers {
            rounding: Rounding::HalfDown,
            quantity_rounding: Rounding::HalfEven,
            forms: NumberForms {
                leading_plus: true,
                leading_zeros: true,
                bare_dot: true,
                surrounding_space: true,
            },
            rule: RoundingRule::Hundredth,
            ..Numbers::default()
        },
        wire: Wire {
            multipart: true,
            twice: Twice::Last,
            document_reason: DocumentReason::Standard,
            ..Wire::default()
        },
        registration: RegistrationRules {
            tax_in_fiscal: false,
            tax_in_sums: false,
            tax_in_rows: false,
            tax_in_drawer: false,
            ..RegistrationRules::default()
        },
        payment: PaymentRules {
            single_above_code: -13,
            buy_gives_change: true,
            zero: ZeroPayment::Counts,
            ..PaymentRules::default()
        },
        items: ItemRules {
            texts_by_get: Unexpected::Ignored,
            other_sum: OddItems::Taken,
            other_product: OddItems::Taken,
            nameless: OddItems::Taken,
            empty_array: OddItems::Taken,
            not_an_array: OddItems::Taken,
            type_words: ["Продажа", "Покупка", "Возврат продажи", "Возврат покупки"],
            currency: " тг",
            discount: DiscountForm::Spread,
            ..ItemRules::default()
        },
        printing: PrintRules {
            wrong_check_digit: BadBarcode::Text,
            wrong_length: BadBarcode::Text,
            wrong_symbol: BadBarcode::Text,
            long_line: LongLine::Cut,
            by_get: Unexpected::Ignored,
            body: PrintBody::Word,
            ..PrintRules::default()
        },
        shift: ShiftRules { cash_is_last_receipt: true, ..ShiftRules::default() },
        bank: BankRules {
            mixed: MixedResult::AnySuccess,
            lists_reconciliation: true,
            untracked_is_zero: true,
            ..BankRules::default()
        },
        reports: ReportRules {
            unknown_shift: UnknownDump::Empty,
            unknown_receipt: UnknownDump::Empty,
            unknown_table: UnknownDump::Empty,
            field_order: FieldOrder::Reversed,
            past_cash: PastCash::AtClose,
            ..ReportRules::default()
        },
        management: ManagementRules {
            body: ManagementBody::Word,
            ignores_unknown_variable: true,
            ignores_unknown_mode: true,
            ..ManagementRules::default()
        },
        ..Behaviour::default()
    };
    Personality {
        name: "lenient",
        about: "takes every form that makes sense; half-down; open shift; fields in reverse",
        behaviour,
        key: "00450917",
        seed: 77,
        serial: "011700031177".into(),
        firmware: 101_030,
        battery: Some(41),
        directories: directories(
            taxes(&[(31, "ҚҚС 12%", 12, true), (7, "Без НДС", 0, true), (19, "НДС 16% сверху", 16, false)]),
            31,
            cashiers(&[(4, "Ерлан", true), (9, "Марина", false), (12, "admin", true)]),
        ),
        history: history(17, 902, 1_000_000, 3, true),
        ..plain()
    }
}

/// Rounds everything up, and answers as the other half does where it can.
pub(super) fn upward() -> Personality {
    let behaviour = Behaviour {
        numbers: Numbers {
            rounding: Rounding::Ceiling,
            quantity_rounding: Rounding::Ceiling,
            range_check: RangeCheck::BeforeRounding,
            ..Numbers::default()
        },
        wire: Wire { number_type: NumberType::Plain, split_parameters: false, ..Wire::default() },
        keys: KeyRules { repeats_after_z: false, ..KeyRules::default() },
        items: ItemRules {
            reports_hold_all: false,
            currency: "",
            discount: DiscountForm::NegativeQuantity,
            ..ItemRules::default()
        },
        shift: ShiftRules { week_in_registration: true, week_bars_cash: false, ..ShiftRules::default() },
        reports: ReportRules {
            fiscal_sales: false,
            seconds: true,
            text_booleans: false,
            receipt_key: ReceiptKey::Spent,
            revenue: Revenue::Sales,
            field_order: FieldOrder::Alphabetical,
            ..ReportRules::default()
        },
        management: ManagementRules { several: VariableOrder::Reversed, ..ManagementRules::default() },
        ..Behaviour::default()
    };
    Personality {
        name: "upward",
        about: "rounds up; checks ranges before rounding; fields by name",
        behaviour,
        key: "90000001",
        seed: 3,
        serial: "011800000452".into(),
        firmware: 101_016,
        battery: Some(100),
        directories: directories(
            taxes(&[(8, "Sales tax 3%", 3, true), (5, "VAT 12%", 12, true), (6, "VAT 8%", 8, true)]),
            5,
            cashiers(&[(1, "cashier one", true), (2, "cashier two", true)]),
        ),
        history: history(1, 10, 250_000, 1, true),
        ..plain()
    }
}

/// Takes its time: slow answers, a connection each, a Z report that runs on after its answer.
pub(super) fn slow() -> Personality {
    let behaviour = Behaviour {
        wire: Wire {
            closes: true,
            delay_ms: 1,
            overlapping: Overlapping::Busy,
            date: DateForm::Http,
            ..Wire::default()
        },
        keys: KeyRules { repeats_after_restart: false, ..KeyRules::default() },
        shift: ShiftRules {
            z_answer: ZAnswer::AtStart,
            z_seconds: (38, 6),
            z_empties_drawer: true,
            ..ShiftRules::default()
        },
        bank: BankRules { gives_up_after: 90, ..BankRules::default() },
        reports: ReportRules { revenue: Revenue::Flow, ..ReportRules::default() },
        ..Behaviour::default()
    };
    Personality {
        name: "slow",
        about: "slow answers, a connection each; Z is answered at its start and runs on (then -2)",
        behaviour,
        key: "55501234",
        seed: 900,
        serial: "011900777001".into(),
        firmware: 101_040,
        print_mode: PrintMode::Usb,
        directories: directories(
            taxes(&[(15, "НДС 12%", 12, true), (16, "НДС 0%", 0, true), (17, "без НДС", 0, true)]),
            15,
            cashiers(&[(300, "Дина", true), (301, "Олжас", false)]),
        ),
        history: history(401, 99_990, 9_900_000, 10, false),
        ..plain()
    }
}
