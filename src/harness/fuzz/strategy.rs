//! How sequences are drawn. What comes first in a choice is what shrinking ends with, so the
//! simplest stands first.

use super::amounts;
use super::form::{Form, Mangle};
use super::items;
use super::operation::{Call, KeyChoice, Operation};
use crate::bench::{Condition, ConditionName};
use ikkm_protocol::parse_plain;
use proptest::prelude::*;
use proptest::sample::select;
use rust_decimal::Decimal;

/// The longest sequence.
const LONGEST: usize = 24;

/// A sequence of operations.
pub fn sequence() -> BoxedStrategy<Vec<Operation>> {
    prop::collection::vec(operation(), 1..=LONGEST).boxed()
}

fn operation() -> BoxedStrategy<Operation> {
    prop_oneof![
        24 => registration().prop_map(Operation::Call),
        4 => cash().prop_map(Operation::Call),
        2 => Just(Operation::Repeat),
        2 => reading().prop_map(Operation::Call),
        1 => Just(Operation::Call(plain("/apixreport"))),
        1 => Just(Operation::Call(plain("/apizreport"))),
        1 => printing().prop_map(Operation::Call),
        1 => select(vec![60u64, 3_600, 86_000, 86_500, 700_000]).prop_map(Operation::Wait),
        1 => Just(Operation::Restart),
        1 => Just(Operation::Look),
    ]
    .boxed()
}

fn plain(path: &'static str) -> Call {
    Call { path, params: Vec::new(), form: Form::Query, key: KeyChoice::Current, under: None, lost: false }
}

/// How a registration is paid.
#[derive(Debug, Clone)]
enum Paying {
    /// The total, in one kind.
    Exact(&'static str),
    /// The total and so many hundredths more (or less), in one kind.
    Off(&'static str, i64),
    /// Half in one kind, the rest and so many hundredths more in another.
    Split(&'static str, &'static str, i64),
    /// The total in one kind, and an amount in another.
    Beside(&'static str, &'static str, String),
    /// An amount of its own.
    Own(&'static str, String),
    /// The total in three kinds, with so many hundredths more.
    Thirds(i64),
    /// Not at all.
    Nothing,
}

fn kind_of_payment() -> impl Strategy<Value = &'static str> {
    prop_oneof![4 => Just("cash"), 3 => select(vec!["bank", "tara", "credit"])]
}

fn paying() -> impl Strategy<Value = Paying> {
    let off = || select(vec![1i64, 100, 20_000, -1, -100]);
    let pairs = || {
        select(vec![
            ("bank", "cash"),
            ("tara", "cash"),
            ("credit", "cash"),
            ("bank", "tara"),
            ("credit", "bank"),
            ("tara", "credit"),
        ])
    };
    prop_oneof![
        12 => kind_of_payment().prop_map(Paying::Exact),
        4 => (kind_of_payment(), off()).prop_map(|(kind, off)| Paying::Off(kind, off)),
        4 => (pairs(), prop_oneof![3 => Just(0i64), 2 => off()])
            .prop_map(|((one, other), off)| Paying::Split(one, other, off)),
        1 => prop_oneof![3 => Just(0i64), 1 => off()].prop_map(Paying::Thirds),
        2 => (pairs(), select(vec!["0", "0.01", "100"]))
            .prop_map(|((one, other), sum)| Paying::Beside(one, other, sum.to_owned())),
        3 => (kind_of_payment(), amounts::any()).prop_map(|(kind, sum)| Paying::Own(kind, sum)),
        1 => Just(Paying::Nothing),
    ]
}

fn pay(paying: Paying, total: &str) -> Vec<(String, String)> {
    let number = parse_plain(total).ok().filter(|total| *total > Decimal::ZERO);
    let one = |kind: &str, sum: String| (kind.to_owned(), sum);
    match (paying, number) {
        (Paying::Exact(kind), _) => vec![one(kind, total.to_owned())],
        (Paying::Off(kind, off), Some(number)) => {
            let sum = (number + Decimal::new(off, 2)).max(Decimal::ZERO);
            vec![one(kind, sum.to_string())]
        }
        (Paying::Split(first, second, off), Some(number)) => {
            let half = (number / Decimal::TWO).round_dp(2);
            let rest = (number - half + Decimal::new(off, 2)).max(Decimal::ZERO);
            vec![one(first, half.to_string()), one(second, rest.to_string())]
        }
        (Paying::Thirds(off), Some(number)) => {
            let third = (number / Decimal::from(3)).round_dp(2);
            let rest = (number - third - third + Decimal::new(off, 2)).max(Decimal::ZERO);
            vec![
                one("bank", third.to_string()),
                one("tara", third.to_string()),
                one("cash", rest.to_string()),
            ]
        }
        (Paying::Thirds(_), None) => vec![one("cash", "100".to_owned())],
        (Paying::Beside(first, second, sum), _) => vec![one(first, total.to_owned()), one(second, sum)],
        (Paying::Own(kind, sum), _) => vec![one(kind, sum)],
        (Paying::Off(kind, _) | Paying::Split(kind, ..), None) => vec![one(kind, "100".to_owned())],
        (Paying::Nothing, _) => Vec::new(),
    }
}

/// Something ill-formed about a registration.
#[derive(Debug, Clone)]
enum Twist {
    None,
    /// The total stands twice, the second time so.
    DoubledTotal(Option<String>),
    /// A payment stands twice.
    DoubledPayment,
    /// A name begins with the other case: the total's or the payment's.
    OtherCase(bool),
    /// Total left out.
    NoTotal,
    /// A second type.
    SecondType,
    /// A parameter that nobody knows.
    Extra,
}

fn twist() -> impl Strategy<Value = Twist> {
    prop_oneof![
        30 => Just(Twist::None),
        1 => Just(Twist::DoubledTotal(None)),
        1 => amounts::right().prop_map(|total| Twist::DoubledTotal(Some(total))),
        1 => Just(Twist::DoubledPayment),
        1 => any::<bool>().prop_map(Twist::OtherCase),
        1 => Just(Twist::NoTotal),
        1 => Just(Twist::SecondType),
        1 => Just(Twist::Extra),
    ]
}

fn twisted(twist: Twist, mut params: Vec<(String, String)>) -> Vec<(String, String)> {
    let Some((kind, total)) = params.first().cloned() else { return params };
    match twist {
        Twist::None => {}
        Twist::DoubledTotal(other) => params.push((kind, other.unwrap_or(total))),
        Twist::DoubledPayment => params.extend(params.get(1).cloned()),
        Twist::OtherCase(of_total) => {
            if let Some((name, _)) = params.get_mut(usize::from(!of_total)) {
                *name = name.to_uppercase();
            }
        }
        Twist::NoTotal => drop(params.remove(0)),
        Twist::SecondType => {
            let second = if kind == "sale" { "buy" } else { "sale" };
            params.push((second.to_owned(), total));
        }
        Twist::Extra => params.push(("comment".to_owned(), "1".to_owned())),
    }
    params
}

fn key() -> impl Strategy<Value = KeyChoice> {
    prop_oneof![
        30 => Just(KeyChoice::Current),
        2 => Just(KeyChoice::Previous),
        1 => Just(KeyChoice::Older),
        1 => Just(KeyChoice::Wrong),
        1 => Just(KeyChoice::Missing),
    ]
}

fn under() -> impl Strategy<Value = Option<Condition>> {
    let names = select(vec![
        ConditionName::PaperOut,
        ConditionName::BatteryLow,
        ConditionName::ExternalPrinterMissing,
        ConditionName::Blocked,
        ConditionName::Offline72h,
        ConditionName::MixedPaymentOff,
        ConditionName::DatabaseDamaged,
        ConditionName::UnknownFault,
        ConditionName::Busy,
    ]);
    let some = (names, 0u8..100)
        .prop_map(|(name, code)| Condition::new(name, (name == ConditionName::Blocked).then_some(code)));
    prop_oneof![16 => Just(None), 1 => some]
}

fn form() -> impl Strategy<Value = Form> {
    prop_oneof![
        12 => Just(Form::Query),
        10 => Just(Form::Body),
        2 => Just(Form::Escaped),
        2 => Just(Form::Browser),
        1 => Just(Form::Split),
        1 => Just(Form::Multipart),
        1 => select(Mangle::ALL.as_slice()).prop_map(Form::Mangled),
    ]
}

fn tax() -> impl Strategy<Value = Option<&'static str>> {
    let ids = vec!["<default-tax>", "<other-tax>", "<unknown-tax>", "abc", "1.5", "-1", ""];
    prop_oneof![12 => Just(None), 2 => select(vec!["<default-tax>", "<other-tax>"]).prop_map(Some), 1 => select(ids).prop_map(Some)]
}

fn text() -> impl Strategy<Value = Option<(&'static str, &'static str)>> {
    let texts = select(vec!["thank you", "Спасибо\nза покупку", "Рахмет!", "--line--"]);
    prop_oneof![16 => Just(None), 1 => (select(vec!["print", "footer"]), texts).prop_map(Some)]
}

fn registration() -> BoxedStrategy<Call> {
    let kind = prop_oneof![5 => Just("sale"), 3 => select(vec!["buy", "saleReturn", "buyReturn"])];
    let what = prop_oneof![
        9 => amounts::any().prop_map(|total| (None, total)),
        2 => items::any().prop_map(|(items, total)| (Some(items), total)),
        1 => select(vec!["<drawer>", "<drawer + 0.01>"]).prop_map(|total| (None, total.to_owned())),
    ];
    (kind, what, paying(), twist(), (tax(), text()), (key(), lost()), under(), form())
        .prop_map(|(kind, (items, total), paying, twist, (tax, text), (key, lost), under, form)| {
            let mut params = vec![(kind.to_owned(), total.clone())];
            params.extend(pay(paying, &total));
            let mut params = twisted(twist, params);
            params.extend(tax.map(|id| ("tax".to_owned(), id.to_owned())));
            params.extend(items.map(|items| ("itemdata".to_owned(), items)));
            params.extend(text.map(|(name, text)| (name.to_owned(), text.to_owned())));
            Call { path: "/api/", params, form, key, under, lost }
        })
        .boxed()
}

fn cash() -> impl Strategy<Value = Call> {
    let amount = prop_oneof![
        10 => amounts::any().prop_map(Some),
        1 => select(vec!["<drawer>", "<drawer + 0.01>"]).prop_map(|text| Some(text.to_owned())),
        1 => Just(None),
    ];
    (select(vec!["/apideposit", "/apiwithdraw"]), amount, key(), form()).prop_map(
        |(path, amount, key, form)| {
            let params = amount.map(|amount| ("cash".to_owned(), amount)).into_iter().collect();
            Call { path, params, form, key, under: None, lost: false }
        },
    )
}

/// Whether the harness loses the answer.
fn lost() -> impl Strategy<Value = bool> {
    prop_oneof![18 => Just(false), 1 => Just(true)]
}

fn printing() -> impl Strategy<Value = Call> {
    let texts = select(vec!["thank you", "Спасибо\nза покупку", "Рахмет!"]);
    (texts, any_key()).prop_map(|(text, key)| {
        let params = vec![("print".to_owned(), text.to_owned())];
        Call { params, form: Form::Body, key, ..plain("/apiprint") }
    })
}

/// A wrong key more often than where money moves.
fn any_key() -> impl Strategy<Value = KeyChoice> {
    prop_oneof![
        5 => Just(KeyChoice::Current),
        2 => Just(KeyChoice::Previous),
        1 => Just(KeyChoice::Older),
        2 => Just(KeyChoice::Wrong),
        1 => Just(KeyChoice::Missing),
    ]
}

fn reading() -> impl Strategy<Value = Call> {
    let paths = vec![
        "/apicheck",
        "/apicheck/getInfo",
        "/apicheck/printLastDocument",
        "/dump/table/taxes",
        "/dump/table/shifts",
        "/apixreport",
        "/apinothing",
    ];
    (select(paths), any_key()).prop_map(|(path, key)| Call { key, ..plain(path) })
}
