//! What many rows share: changes of parameters, answers and documents.

use crate::emulator::behaviour::Exchange;
use crate::emulator::refusal::Refusal;
use crate::protocol::{Answer, Params};
use serde_json::Value;

/// Changes the value of a parameter, where it is there.
pub(super) fn edit(params: &mut Params, name: &str, change: impl Fn(&str) -> String) {
    for (_, value) in params.0.iter_mut().filter(|(known, _)| known == name) {
        *value = change(value);
    }
}

/// Takes a parameter away.
pub(super) fn drop(params: &mut Params, name: &str) {
    params.0.retain(|(known, _)| known != name);
}

/// The value of a parameter as whole hundredths; `None` where it is none.
pub(super) fn hundredths(params: &Params, name: &str) -> Option<i64> {
    let value: rust_decimal::Decimal = params.get(name)?.parse().ok()?;
    i64::try_from((value.checked_mul(rust_decimal::Decimal::ONE_HUNDRED)?).trunc()).ok()
}

/// A value of hundredths as text.
pub(super) fn text(hundredths: i64) -> String {
    rust_decimal::Decimal::new(hundredths, 2).to_string()
}

/// One refusal gets another reason and code.
pub(super) fn renamed(refusal: Refusal, from: (&str, i32), to: &'static str, code: i32) -> Refusal {
    if (refusal.reason, refusal.code) == from { Refusal { reason: to, code } } else { refusal }
}

/// Replaces a successful answer.
pub(super) fn say(answer: &mut Answer, status: u16, reason: &str, body: &str) {
    answer.status = status;
    answer.reason = reason.as_bytes().to_vec();
    answer.body = body.as_bytes().to_vec();
}

/// Sets a header.
pub(super) fn header(answer: &mut Answer, name: &str, value: &str) {
    for (_, told) in answer.headers.iter_mut().filter(|(known, _)| known == name) {
        *told = value.to_owned();
    }
}

/// Changes a JSON document whose path has that ending.
pub(super) fn document(
    exchange: &Exchange<'_>,
    answer: &mut Answer,
    ending: &str,
    change: impl Fn(&mut Value),
) {
    if answer.status != 200 || !exchange.path.trim_end_matches('/').ends_with(ending) {
        return;
    }
    if let Ok(mut value) = serde_json::from_slice::<Value>(&answer.body) {
        change(&mut value);
        answer.body = value.to_string().into_bytes();
    }
}

/// Changes every object of an array.
pub(super) fn each(value: &mut Value, change: impl Fn(&mut Value)) {
    value.as_array_mut().into_iter().flatten().for_each(change);
}

/// Takes a field of an object away.
pub(super) fn without(value: &mut Value, field: &str) {
    if let Some(fields) = value.as_object_mut() {
        fields.shift_remove(field);
    }
}

/// Gives a field of an object another name.
pub(super) fn rename(value: &mut Value, field: &str, to: &str) {
    if let Some(fields) = value.as_object_mut()
        && let Some(held) = fields.shift_remove(field)
    {
        fields.insert(to.to_owned(), held);
    }
}

/// Sets a field of an object that has it.
pub(super) fn set(value: &mut Value, field: &str, to: impl Into<Value>) {
    if let Some(held) = value.get_mut(field) {
        *held = to.into();
    }
}

/// A number of a field becomes text, a text becomes a number where it is one.
pub(super) fn retype(value: &mut Value, field: &str) {
    if let Some(held) = value.get_mut(field) {
        *held = match &*held {
            Value::String(text) => serde_json::from_str(text).unwrap_or(Value::Null),
            other => Value::String(other.to_string()),
        };
    }
}
