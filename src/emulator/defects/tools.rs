//! What many rows share: changes of parameters, answers, documents and books.

use crate::behaviour::Exchange;
use crate::books::Books;
use crate::refusal::Refusal;
use ikkm_protocol::{Answer, Params, Registration};
use rust_decimal::Decimal;
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

/// Changes a JSON document.
pub(super) fn change(answer: &mut Answer, change: impl Fn(&mut Value)) {
    if answer.status == 200
        && let Ok(mut value) = serde_json::from_slice::<Value>(&answer.body)
    {
        change(&mut value);
        answer.body = value.to_string().into_bytes();
    }
}

/// A number of a field, written as number or text; zero where it is none.
pub(super) fn number(value: &Value, field: &str) -> Decimal {
    let text = match value.get(field) {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => String::new(),
    };
    text.parse().unwrap_or_default()
}

/// A decimal as a JSON number with the digits it has.
pub(super) fn exact(value: Decimal) -> Value {
    serde_json::from_str(&value.to_string()).unwrap_or_default()
}

/// A number of a field loses decimals.
pub(super) fn shorten(value: &mut Value, field: &str, places: u32) {
    if value.get(field).is_some() {
        let short = number(value, field).trunc_with_scale(places);
        set(value, field, exact(short));
    }
}

/// The transactions of a card document.
pub(super) fn details(value: &Value) -> Vec<Value> {
    value.get("details").and_then(Value::as_array).cloned().unwrap_or_default()
}

/// Works each included tax of a report out anew, from turnover and percent.
pub(super) fn taxes(value: &mut Value, amount: impl Fn(Decimal, Decimal) -> Decimal) {
    let kinds = value.get_mut("taxes").and_then(Value::as_object_mut);
    for kind in kinds.into_iter().flat_map(|kinds| kinds.values_mut()) {
        each(kind, |tax| {
            let turnover = number(tax, "turnover");
            if let Some(list) = tax.get_mut("taxDetails") {
                each(list, |one| {
                    let worked_out = amount(turnover, number(one, "taxPercent")).round_dp(2);
                    set(one, "amount", exact(worked_out));
                });
            }
        });
    }
}

/// `chequeType` 2 becomes 3, and 3 becomes 2.
pub(super) fn swap_returns(value: &mut Value) {
    match value.get("chequeType").and_then(Value::as_str) {
        Some("2") => set(value, "chequeType", "3"),
        Some("3") => set(value, "chequeType", "2"),
        _ => {}
    }
}

/// One more sale among the shift's receipts.
pub(super) fn count_one(books: &mut Books) {
    if let Some(shift) = books.open_shift_mut() {
        shift.counts[Registration::Sale] += 1;
    }
}
