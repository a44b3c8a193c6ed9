//! Which answers a request may be given. A request can have several faults, and which of them a
//! device tells is open (Q-REG-2); so an answer is a set: whether it may succeed, and every refusal
//! that one of its faults allows.

use super::answers::Answers;
use super::payment::{self, Bill};
use super::rules::Rules;
use super::written::{self, NumberForm, value};
use crate::conditions::{Condition, ConditionName};
use ikkm_protocol::{Method, Params, PayKind, Registration};
use rust_decimal::Decimal;

/// The largest number that a device takes (v22 §3).
pub(crate) const LIMIT: Decimal = Decimal::from_parts(20_000_000, 0, 0, false, 0);

/// Parameters that a registration knows.
const KNOWN: [&str; 12] = [
    "sale",
    "buy",
    "saleReturn",
    "buyReturn",
    "cash",
    "bank",
    "tara",
    "credit",
    "tax",
    "print",
    "itemdata",
    "footer",
];

/// What the judge knows of the device beside the request.
#[derive(Debug, Clone, Default)]
pub struct Situation {
    /// The cash in the drawer, where it is known.
    pub drawer: Option<Decimal>,
    /// A condition that the bench keeps up.
    pub condition: Option<Condition>,
    /// The ids of the tax directory.
    pub taxes: Vec<String>,
    /// Those of them that are known to be included in the amount.
    pub included: Vec<String>,
    /// The id of the default tax.
    pub default_tax: Option<String>,
}

/// The answers that a registration with the right key allows.
pub fn registration(method: Method, params: &Params, rules: &Rules, situation: &Situation) -> Answers {
    let last = rules.last_counts;
    let mut answers = Answers::default();
    strange(method, params, &KNOWN, &mut answers);
    condition(situation.condition, &mut answers);
    let mut kinds = written::kinds(params, last);
    let (first, second) = (kinds.next(), kinds.next());
    let total = match (first, second) {
        (Some((kind, text)), None) => total(kind, text, rules, &mut answers).map(|total| (kind, total)),
        _ => {
            answers.must(-7, "check-all-params");
            // Faults in what is there may be told first.
            if let (Some((kind, text)), _) = (first, second) {
                total(kind, text, rules, &mut answers);
            }
            None
        }
    };
    let payments = payments(params, rules, &mut answers);
    if payments.is_empty() && !PayKind::ALL.iter().any(|kind| params.get(kind.wire()).is_some()) {
        answers.must(-7, "payment-params-missed");
    } else if let Some((kind, total)) = total {
        let mixed_off = situation.condition.is_some_and(|c| c.name() == ConditionName::MixedPaymentOff);
        let bill = Bill { kind, total, payments: &payments, drawer: situation.drawer, mixed_off };
        if payments.is_empty() {
            answers.may(-7, "payment-params-missed");
        } else {
            payment::settle(bill, &mut answers);
        }
    }
    if total.is_none() {
        // Without a total whatever is said of the payments is as good as any.
        answers.may(-10, "*");
        answers.may(-13, "*");
    }
    tax(params, last, situation, &mut answers);
    items(method, params, rules, &mut answers);
    answers
}

/// Parameters that stand twice, that nobody knows, or that belong into a POST: all of it open
/// (Q-WIRE-4, Q-WIRE-6, Q-ITEM-1).
fn strange(method: Method, params: &Params, known: &[&str], answers: &mut Answers) {
    let names: Vec<&str> = params.0.iter().map(|(name, _)| name.as_str()).collect();
    let doubled = names.iter().enumerate().any(|(at, name)| names[..at].contains(name));
    let unknown = names.iter().any(|name| !known.contains(name) && *name != "key");
    let by_get = method == Method::Get && ["itemdata", "print", "footer"].iter().any(|n| names.contains(n));
    if doubled || unknown || by_get {
        answers.may(-7, "*");
        answers.may(-8, "*");
    }
}

/// What a bench condition makes of a registration (v22 §11).
fn condition(condition: Option<Condition>, answers: &mut Answers) {
    let Some(condition) = condition else { return };
    match condition.name() {
        ConditionName::PaperOut => answers.must(-6, "check-printer-or-batt"),
        ConditionName::BatteryLow => {
            // Q-PRN-3
            answers.must(-6, "check-printer-or-batt");
            answers.must(-5, "*");
        }
        ConditionName::ExternalPrinterMissing => answers.must(-6, "check-external-printer"),
        ConditionName::Blocked => {
            answers.must(-100 - i32::from(condition.code().unwrap_or_default()), "ikkm-is-blocked");
        }
        ConditionName::Offline72h => answers.must(-4, "*"),
        ConditionName::DatabaseDamaged => answers.must(-99, "internal-error"),
        ConditionName::UnknownFault => answers.must(-99, "unknown-error"),
        ConditionName::Busy => answers.must(-2, "*"),
        ConditionName::OtherCashier => answers.must(-11, "wrong-cashier"),
        _ => {}
    }
}

/// Judges the total; gives its rounded value where it is a number.
fn total(kind: Registration, text: &str, rules: &Rules, answers: &mut Answers) -> Option<Decimal> {
    let error = match kind {
        Registration::Sale => "sale-param-error",
        Registration::Buy => "buy-param-error",
        Registration::SaleReturn => "saleRet-param-error",
        Registration::BuyReturn => "buyRet-param-error",
    };
    let value = match written::read(text) {
        NumberForm::Nothing => {
            answers.must(-9, error);
            if text.trim().is_empty() {
                answers.may(-7, "check-all-params");
            }
            return None;
        }
        NumberForm::Negative => {
            answers.must(-9, error);
            answers.must(-7, "*-lq-one");
            return None;
        }
        NumberForm::NonCanonical(value) => {
            answers.may(-9, error);
            value
        }
        NumberForm::Plain(value) => value,
    };
    let rounded = rules.round(value);
    out_of(value < Decimal::ONE, rounded < Decimal::ONE, -7, "*-lq-one", answers);
    out_of(value > LIMIT, rounded > LIMIT, -7, "*-hq-20mil", answers);
    Some(rounded)
}

/// Out of range as written, as rounded, or both: in between it is open (Q-WIRE-2).
fn out_of(written: bool, rounded: bool, code: i32, reason: &str, answers: &mut Answers) {
    match (written, rounded) {
        (true, true) => answers.must(code, reason),
        (false, false) => {}
        _ => answers.may(code, reason),
    }
}

fn payments(params: &Params, rules: &Rules, answers: &mut Answers) -> Vec<(PayKind, Decimal)> {
    let mut payments = Vec::new();
    for kind in PayKind::ALL {
        let Some(text) = value(params, kind.wire(), rules.last_counts) else { continue };
        let word = if kind == PayKind::Cash { "cache" } else { kind.wire() };
        let (error, range) = (format!("{word}-param-error"), format!("{word}-not-in-range"));
        let value = match written::read(text) {
            NumberForm::Nothing => {
                answers.must(-7, &error);
                if text.trim().is_empty() {
                    answers.may(-7, "payment-params-missed");
                }
                continue;
            }
            NumberForm::Negative => {
                // Q-PAY-5
                answers.must(-7, &error);
                answers.must(-7, &range);
                continue;
            }
            NumberForm::NonCanonical(value) => {
                answers.may(-7, &error);
                value
            }
            NumberForm::Plain(value) => value,
        };
        let rounded = rules.round(value);
        out_of(value > LIMIT, rounded > LIMIT, -7, &range, answers);
        if rounded.is_zero() {
            // A payment of nothing may be refused, whatever the total is (Q-PAY-3).
            answers.may(-7, "*-not-in-range");
            answers.may(-7, "payment-params-missed");
        }
        payments.push((kind, rounded));
    }
    payments
}

fn tax(params: &Params, last: bool, situation: &Situation, answers: &mut Answers) {
    let named = value(params, "tax", last);
    match named.map(|text| (text, written::read(text))) {
        None => {}
        Some((_, NumberForm::Nothing)) => answers.must(-14, "tax-invlid-num"),
        Some((text, NumberForm::Plain(_))) if situation.taxes.iter().any(|id| id == text) => {}
        Some((_, NumberForm::Plain(number))) if number.fract().is_zero() => {
            answers.must(-14, "tax-not-found")
        }
        // A fraction, a sign, a leading zero: a number in an odd form.
        Some(_) => {
            answers.may(-14, "tax-not-found");
            answers.may(-14, "tax-invlid-num");
            answers.lenient();
        }
    }
    let id = named.or(situation.default_tax.as_deref());
    let on_top = id.is_none_or(|id| {
        situation.taxes.iter().any(|known| known == id) && !situation.included.iter().any(|known| known == id)
    });
    if on_top {
        // Its percentage is not known: total plus tax may be more than what was paid.
        answers.may(-12, "cash-lq-tax");
        answers.may(-15, "no-cash-in-pos");
    }
}

/// `itemdata` that is no JSON must be refused; anything but plain goods may be (Q-ITEM-2).
fn items(method: Method, params: &Params, rules: &Rules, answers: &mut Answers) {
    let last = rules.last_counts;
    let Some(text) = value(params, "itemdata", last) else { return };
    match serde_json::from_str::<serde_json::Value>(text) {
        Err(_) if method == Method::Post => answers.must(-17, "*"),
        Ok(list) if written::registering(params, last).is_some_and(|it| plain_goods(&list, it.total)) => {}
        _ => answers.may(-17, "*"),
    }
}

/// Goods that every device must take: texts as the document has them, whole hundredths, products that
/// are their sums, discounts, and all of it the total (v22 §5.1).
fn plain_goods(list: &serde_json::Value, total: Decimal) -> bool {
    let field = |item: &serde_json::Value, name: &str| {
        item.get(name)?.as_str().and_then(|text| ikkm_protocol::parse_plain(text).ok())
    };
    let mut sum = Decimal::ZERO;
    for item in list.as_array().into_iter().flatten() {
        if item.get("name").and_then(serde_json::Value::as_str).is_none_or(str::is_empty) {
            return false;
        }
        if let Some(discount) = field(item, "discount") {
            sum -= discount;
            continue;
        }
        let (Some(price), Some(quantity), Some(own)) =
            (field(item, "price"), field(item, "qty"), field(item, "sum"))
        else {
            return false;
        };
        let exact = quantity.scale() <= 3 && price.scale() <= 2 && own.scale() <= 2;
        let within = [price, quantity, own].iter().all(|number| *number > Decimal::ZERO && *number <= LIMIT);
        if !exact || !within || price.checked_mul(quantity) != Some(own) {
            return false;
        }
        sum += own;
    }
    sum == total && !total.is_zero()
}

/// The answers that a deposit or withdrawal with the right key allows.
pub fn cash(into: bool, params: &Params, rules: &Rules, situation: &Situation) -> Answers {
    let mut answers = Answers::default();
    strange(Method::Post, params, &["cash"], &mut answers);
    let Some(text) = value(params, "cash", rules.last_counts) else {
        answers.must(-7, "payment-params-missed");
        return answers;
    };
    let (error, range) = ("cache-param-error", "cache-not-in-range");
    let value = match written::read(text) {
        NumberForm::Nothing => {
            answers.must(-9, error);
            if text.trim().is_empty() {
                answers.may(-7, "payment-params-missed");
            }
            return answers;
        }
        NumberForm::Negative => {
            answers.must(-9, error);
            answers.must(-9, range);
            return answers;
        }
        NumberForm::NonCanonical(value) => {
            answers.may(-9, error);
            value
        }
        NumberForm::Plain(value) => value,
    };
    let rounded = rules.round(value);
    out_of(value <= Decimal::ZERO, rounded <= Decimal::ZERO, -9, range, &mut answers);
    if value.is_zero() || rounded.is_zero() {
        // A zero amount is refused with either -9 (CASH-3).
        answers.may(-9, error);
    }
    out_of(value > LIMIT, rounded > LIMIT, -9, range, &mut answers);
    if !into {
        match situation.drawer {
            Some(drawer) if rounded > drawer => answers.must(-15, "no-cash-in-pos"),
            Some(_) => {}
            None => answers.may(-15, "no-cash-in-pos"),
        }
    }
    answers
}

#[cfg(test)]
mod tests;
