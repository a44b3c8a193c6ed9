//! Decisions about numbers, the wire and the key.

use rust_decimal::Decimal;

/// How a value between two steps is rounded (Q-WIRE-1). Amounts are positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rounding {
    /// A half goes up.
    HalfUp,
    /// A half goes to the even neighbour.
    HalfEven,
    /// A half goes down.
    HalfDown,
    /// Everything goes down.
    Truncate,
    /// Everything goes up.
    Ceiling,
}

/// What `roudingRule` of getInfo says and does (WIRE-8, Q-WIRE-8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoundingRule {
    /// `no`: to hundredths.
    No,
    /// `0.01`: to hundredths as well.
    Hundredth,
    /// `1.00`: to whole tenge.
    Whole,
    /// `total`: the receipt's total to whole tenge, its payments to hundredths.
    WholeTotal,
}

impl RoundingRule {
    /// The word in getInfo.
    pub fn wire(self) -> &'static str {
        match self {
            RoundingRule::No => "no",
            RoundingRule::Hundredth => "0.01",
            RoundingRule::Whole => "1.00",
            RoundingRule::WholeTotal => "total",
        }
    }
}

/// Whether the range check sees the written or the rounded number (Q-WIRE-2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RangeCheck {
    /// 0.995 is under 1, 20000000.004 over 20 million.
    BeforeRounding,
    /// Both may be rounded into the range.
    AfterRounding,
}

/// Forms of numbers that are taken beside plain ones (Q-WIRE-5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NumberForms {
    /// `+800`.
    pub leading_plus: bool,
    /// `0800`.
    pub leading_zeros: bool,
    /// `.5` and `5.`.
    pub bare_dot: bool,
    /// White space before or after.
    pub surrounding_space: bool,
}

/// Numbers (v22 §3).
#[derive(Debug, Clone, PartialEq)]
pub struct Numbers {
    /// Rounding of amounts to hundredths (Q-WIRE-1).
    pub rounding: Rounding,
    /// Rounding of quantities to thousandths (Q-WIRE-1).
    pub quantity_rounding: Rounding,
    /// The rounding setting (Q-WIRE-8).
    pub rule: RoundingRule,
    /// Range check before or after rounding (Q-WIRE-2).
    pub range_check: RangeCheck,
    /// Forms of numbers (Q-WIRE-5).
    pub forms: NumberForms,
    /// Another limit than the document's; a conforming device has none.
    pub limit: Option<Decimal>,
}

impl Default for Numbers {
    fn default() -> Numbers {
        Numbers {
            rounding: Rounding::HalfUp,
            quantity_rounding: Rounding::HalfUp,
            rule: RoundingRule::No,
            range_check: RangeCheck::AfterRounding,
            forms: NumberForms {
                leading_plus: false,
                leading_zeros: true,
                bare_dot: false,
                surrounding_space: false,
            },
            limit: None,
        }
    }
}

/// What is done with something that was not asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unexpected {
    /// Treated as if it were not there.
    Ignored,
    /// Refused with `check-all-params` -7.
    CheckAllParams,
    /// Refused with `incorrect-method` -8.
    IncorrectMethod,
}

/// The `Content-Type` of number answers (Q-WIRE-3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberType {
    /// `text/html; charset=UTF-8`, as in the document's dump.
    Html,
    /// `text/plain`, as in the document's examples.
    Plain,
}

/// The form of the `Date` header (Q-WIRE-3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateForm {
    /// `2017-02-15 15:00`, as in the document's dump.
    Document,
    /// The HTTP date: `Wed, 15 Feb 2017 15:00:00 GMT`.
    Http,
}

/// Which value counts when a parameter stands twice (Q-WIRE-4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Twice {
    /// The first.
    First,
    /// The last.
    Last,
    /// None: `check-all-params` -7.
    Refused,
}

/// The reason phrase of documents, management and print answers (Q-WIRE-7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentReason {
    /// `ok`.
    Word,
    /// `OK`, the standard one.
    Standard,
    /// Nothing.
    Empty,
}

/// What a request gets that comes while another is still being answered (Q-WIRE-9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overlapping {
    /// Its turn.
    Waits,
    /// -2.
    Busy,
}

/// The wire (v22 §3, §5.2).
#[derive(Debug, Clone, PartialEq)]
pub struct Wire {
    /// `Content-Type` of number answers (Q-WIRE-3).
    pub number_type: NumberType,
    /// Form of `Date` (Q-WIRE-3).
    pub date: DateForm,
    /// `multipart/form-data` is read as a form is (Q-WIRE-4).
    pub multipart: bool,
    /// Parameters of query and body are taken together; else a body hides the query (Q-WIRE-4).
    pub split_parameters: bool,
    /// A parameter given twice (Q-WIRE-4).
    pub twice: Twice,
    /// `/api` without the slash is `/api/`; else an unknown method (Q-WIRE-6).
    pub bare_api: bool,
    /// An unknown extra parameter of a registration, deposit or withdrawal (Q-WIRE-6).
    pub extra_parameter: Unexpected,
    /// `/apiprint/` is `/apiprint`; else an unknown method.
    pub print_with_slash: bool,
    /// An unknown path is 404 with a page; -8 shows for a wrong HTTP method alone.
    pub unknown_path_is_404: bool,
    /// `Sale=` is taken for `sale=`, and so on (Q-WIRE-10).
    pub capital_types: bool,
    /// Reason of documents, management and print answers (Q-WIRE-7).
    pub document_reason: DocumentReason,
    /// Requests that overlap (Q-WIRE-9).
    pub overlapping: Overlapping,
    /// The method is looked at before the key (Q-REG-2).
    pub method_before_key: bool,
    /// The connection ends with each answer.
    pub closes: bool,
    /// How long an answer takes on the wire, in milliseconds.
    pub delay_ms: u32,
}

impl Default for Wire {
    fn default() -> Wire {
        Wire {
            number_type: NumberType::Html,
            date: DateForm::Document,
            multipart: false,
            split_parameters: true,
            twice: Twice::First,
            bare_api: true,
            extra_parameter: Unexpected::Ignored,
            print_with_slash: true,
            unknown_path_is_404: false,
            capital_types: false,
            document_reason: DocumentReason::Word,
            overlapping: Overlapping::Waits,
            method_before_key: false,
            closes: false,
            delay_ms: 0,
        }
    }
}

/// How a key is refused that is not eight digits (Q-KEY-4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MalformedKey {
    /// As any wrong key: -1.
    Wrong,
    /// As no key at all: -7.
    Parameter,
    /// As no number: -9.
    NoNumber,
}

/// The key chain (v22 §4).
#[derive(Debug, Clone, PartialEq)]
pub struct KeyRules {
    /// The previous key repeats the answer whatever else the request says; else -1 (Q-KEY-1).
    pub repeats_other_parameters: bool,
    /// The repeat is still given after a Z report; else -1 (Q-KEY-2).
    pub repeats_after_z: bool,
    /// The repeat is still given after a restart; else -1 (Q-KEY-2).
    pub repeats_after_restart: bool,
    /// The repeat is given while a fault stands; else the fault is answered (Q-KEY-3).
    pub repeats_under_fault: bool,
    /// A key that is not eight digits (Q-KEY-4).
    pub malformed: MalformedKey,
}

impl Default for KeyRules {
    fn default() -> KeyRules {
        KeyRules {
            repeats_other_parameters: true,
            repeats_after_z: true,
            repeats_after_restart: true,
            repeats_under_fault: true,
            malformed: MalformedKey::Wrong,
        }
    }
}
