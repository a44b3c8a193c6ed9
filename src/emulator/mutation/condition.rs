//! When a mutation shows: conditions that must all hold.

use super::tools::{hundredths, many_decimals, plain_number};
use crate::behaviour::Posting;
use crate::circumstances::{Circumstances, Operation};
use crate::keys::{KeyQuestion, KeyVerdict};
use crate::printer::Document;
use ikkm_protocol::{Answer, Method, Params, PayKind, Registration};
use rust_decimal::Decimal;

/// Conditions that must all hold; none hold always.
pub(crate) type When = &'static [If];

/// Why something shows now.
#[derive(Debug, Clone, Copy)]
pub(crate) enum If {
    /// That operation.
    On(Operation),
    /// One of these operations.
    In(&'static [Operation]),
    /// Another operation.
    Off(Operation),
    /// Asked by POST.
    Posted,
    /// Asked by GET.
    Got,
    /// The last operation, reading aside, was that one.
    Next(Operation),
    /// The last operation, reading aside, was another one.
    NotNext(Operation),
    /// The last operation, reading aside, was refused.
    NextToRefusal,
    /// Of every so many successes of that operation, the one with that rest.
    Every(Operation, u64, u64),
    /// That operation succeeded before.
    Once(Operation),
    /// Another registration was carried out between arrival and turn.
    Overtaken,
    /// A Z report runs.
    Closing,
    /// A note stands.
    Noted(&'static str),

    /// The parameter is there.
    Has(&'static str),
    /// It is not.
    Lacks(&'static str),
    /// It has that value.
    Is(&'static str, &'static str),
    /// It has another.
    IsNot(&'static str, &'static str),
    /// It is a number, in hundredths, of that value.
    Equals(&'static str, i64),
    /// It is a number above that many hundredths.
    Above(&'static str, i64),
    /// It is a number below that many hundredths.
    Below(&'static str, i64),
    /// Both are numbers, the first less than the second.
    Less(&'static str, &'static str),
    /// Both are numbers, the first no less than the second.
    NotLess(&'static str, &'static str),
    /// Both are the same number.
    Same(&'static str, &'static str),
    /// It is a number with more decimals.
    Decimals(&'static str, usize),
    /// It is there, and no plain number.
    NoNumber(&'static str),
    /// It is a plain number.
    Number(&'static str),
    /// It holds that text.
    Holds(&'static str, &'static str),
    /// So many ways of paying are named, or more.
    Payments(usize),
    /// None is named.
    NoPayment,
    /// No type is named.
    NoType,
    /// `itemdata` has more positions than that.
    Positions(usize),

    /// A registration of that type.
    Of(Registration),
    /// A return.
    OfReturns,
    /// It is paid in more ways than that.
    Ways(usize),
    /// It is paid in one way.
    OneWay,
    /// No cash is in it.
    Cashless,
    /// Some cash is in it.
    WithCash,
    /// It gives change of more than so many tenge.
    GivesChange(i64),
    /// Its total is above so many tenge.
    Total(i64),
    /// Its total ends in that many hundredths.
    Ends(i64),
    /// It has more rows.
    Rows(usize),

    /// The key would repeat.
    KeyRepeats,
    /// So many keys came after it.
    KeyAge(usize),
    /// It was never given out.
    KeyUnknown,
    /// It was given out once.
    KeyKnown,
    /// The request says something else than the last registration.
    OtherParameters,
    /// It was the key on the screen when the request came.
    KeyShown,

    /// The answer is a success.
    Done,
    /// The answer is a refusal.
    Refused,
    /// The refusal has that reason.
    Told(&'static str),
    /// The refusal has that code.
    Code(i32),
    /// The body is that.
    BodyIs(&'static str),
    /// The reason is that.
    ReasonIs(&'static str),
    /// The reason is a number.
    ReasonIsNumber,
    /// The path ends so, its slash aside.
    PathEnds(&'static str),
    /// The path holds that.
    PathHas(&'static str),

    /// What is printed.
    Paper(Document),
    /// Whatever the code says.
    Test(super::By<fn(&Scene<'_>) -> bool>),
}

/// What is known at the point where a mutation may show.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scene<'a> {
    pub circumstances: &'a Circumstances,
    pub params: &'a Params,
    pub path: &'a str,
    pub posting: Option<&'a Posting>,
    pub key: Option<&'a KeyQuestion<'a>>,
    pub answer: Option<&'a Answer>,
    pub done: Option<bool>,
    pub paper: Option<Document>,
}

impl<'a> Scene<'a> {
    /// What the circumstances alone tell.
    pub(crate) fn of(circumstances: &'a Circumstances) -> Scene<'a> {
        Scene {
            circumstances,
            params: &circumstances.heard,
            path: &circumstances.path,
            posting: None,
            key: None,
            answer: None,
            done: None,
            paper: None,
        }
    }

    /// All these conditions hold.
    pub(crate) fn holds(&self, when: When) -> bool {
        when.iter().all(|condition| self.meets(condition))
    }

    fn meets(&self, condition: &If) -> bool {
        let (now, params) = (self.circumstances, self.params);
        match *condition {
            If::On(operation) => now.operation == operation,
            If::In(operations) => operations.contains(&now.operation),
            If::Off(operation) => now.operation != operation,
            If::Posted => now.method == Method::Post,
            If::Got => now.method == Method::Get,
            If::Next(operation) => now.previous == operation,
            If::NotNext(operation) => now.previous != operation,
            If::NextToRefusal => now.after_refusal,
            If::Every(operation, each, rest) => now.times(operation) % each == rest,
            If::Once(operation) => now.times(operation) > 0,
            If::Overtaken => now.overtaken,
            If::Closing => now.closing,
            If::Noted(note) => now.notes.contains_key(note),
            If::Has(name) => params.get(name).is_some(),
            If::Lacks(name) => params.get(name).is_none(),
            If::Is(name, value) => params.get(name) == Some(value),
            If::IsNot(name, value) => params.get(name).is_some_and(|given| given != value),
            If::Equals(name, value) => hundredths(params, name) == Some(value),
            If::Above(name, least) => hundredths(params, name) > Some(least),
            If::Below(name, most) => hundredths(params, name).is_some_and(|value| value < most),
            If::Less(name, than) => self.both(name, than).is_some_and(|(one, other)| one < other),
            If::NotLess(name, than) => self.both(name, than).is_some_and(|(one, other)| one >= other),
            If::Same(name, other) => self.both(name, other).is_some_and(|(one, other)| one == other),
            If::Decimals(name, places) => many_decimals(params, name, places),
            If::NoNumber(name) => params.get(name).is_some_and(|text| !plain_number(text)),
            If::Number(name) => params.get(name).is_some_and(plain_number),
            If::Holds(name, part) => params.get(name).is_some_and(|text| text.contains(part)),
            If::Payments(least) => self.payments() >= least,
            If::NoPayment => self.payments() == 0,
            If::NoType => Registration::ALL.iter().all(|kind| params.get(kind.wire()).is_none()),
            If::Positions(more) => super::tools::positions(params) > more,
            If::Of(kind) => self.kind() == Some(kind),
            If::OfReturns => {
                matches!(self.kind(), Some(Registration::SaleReturn | Registration::BuyReturn))
            }
            If::Ways(more) => self.posted(|posting| posting.payments > more),
            If::OneWay => self.posted(|posting| posting.payments == 1),
            If::Cashless => self.posted(|posting| posting.cash.is_zero()),
            If::WithCash => self.posted(|posting| posting.cash > Decimal::ZERO),
            If::GivesChange(tenge) => {
                self.posted(|posting| posting.tendered - posting.cash > Decimal::from(tenge))
            }
            If::Total(tenge) => self.posted(|posting| posting.total > Decimal::from(tenge)),
            If::Ends(cents) => self.posted(|posting| posting.total.fract() == Decimal::new(cents, 2)),
            If::Rows(more) => self.posted(|posting| posting.rows > more),
            If::KeyRepeats => self.key.is_some_and(|key| key.verdict() == KeyVerdict::Repeat),
            If::KeyAge(age) => self.key.is_some_and(|key| key.age == Some(age)),
            If::KeyUnknown => self.key.is_some_and(|key| key.age.is_none()),
            If::KeyKnown => self.key.is_some_and(|key| key.age.is_some()),
            If::OtherParameters => self.key.is_some_and(|key| !key.same_parameters),
            If::KeyShown => self.key.is_some_and(|key| key.current_on_arrival),
            If::Done => self.done == Some(true) || self.answered(|answer| answer.status == 200),
            If::Refused => self.done == Some(false) || self.answered(|answer| answer.status == 400),
            If::Told(reason) => {
                self.answered(|answer| answer.status == 400 && answer.reason == reason.as_bytes())
            }
            If::Code(code) => {
                self.answered(|answer| answer.status == 400 && answer.body == code.to_string().as_bytes())
            }
            If::BodyIs(body) => self.answered(|answer| answer.body == body.as_bytes()),
            If::ReasonIs(reason) => self.answered(|answer| answer.reason == reason.as_bytes()),
            If::ReasonIsNumber => self.answered(|answer| plain_number(&answer.reason_text())),
            If::PathEnds(ending) => self.path.trim_end_matches('/').ends_with(ending),
            If::PathHas(part) => self.path.contains(part),
            If::Paper(document) => self.paper == Some(document),
            If::Test(test) => (test.0)(self),
        }
    }

    /// The type of the registration: as it is booked, else as the request names it.
    pub(crate) fn kind(&self) -> Option<Registration> {
        let named = || Registration::ALL.into_iter().find(|kind| self.params.get(kind.wire()).is_some());
        self.posting.map(|posting| posting.kind).or_else(named)
    }

    fn payments(&self) -> usize {
        PayKind::ALL.iter().filter(|kind| self.params.get(kind.wire()).is_some()).count()
    }

    fn both(&self, one: &str, other: &str) -> Option<(i64, i64)> {
        hundredths(self.params, one).zip(hundredths(self.params, other))
    }

    fn posted(&self, test: impl Fn(&Posting) -> bool) -> bool {
        self.posting.is_some_and(test)
    }

    fn answered(&self, test: impl Fn(&Answer) -> bool) -> bool {
        self.answer.is_some_and(test)
    }
}
