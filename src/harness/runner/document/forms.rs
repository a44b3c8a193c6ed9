//! Whether a JSON value is of a kind and has a form.

use crate::ledger::reading::number;
use crate::ledger::rounding::Rounding;
use crate::suite::check::{Form, JsonKind};
use rust_decimal::Decimal;
use serde_json::Value;
use time::PrimitiveDateTime;
use time::macros::format_description;

pub(super) fn is_kind(value: &Value, kind: JsonKind) -> bool {
    match kind {
        JsonKind::Text => value.is_string(),
        JsonKind::Number => value.is_number(),
        JsonKind::Integer => {
            matches!(value, Value::Number(number) if !number.to_string().contains(['.', 'e', 'E']))
        }
        JsonKind::List => value.is_array(),
        JsonKind::Object => value.is_object(),
        JsonKind::Bool => value.is_boolean(),
        JsonKind::Null => value.is_null(),
    }
}

pub(super) fn has_form(value: &Value, form: &Form) -> bool {
    let text = value.as_str();
    let scale = |most: u32| number(value).is_some_and(|number| number.normalize().scale() <= most);
    match form {
        Form::Digits => {
            let text = text.map_or_else(|| value.to_string(), str::to_owned);
            !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
        }
        Form::Amount => scale(2),
        Form::Quantity => scale(3),
        Form::DateTime => text.is_some_and(is_date_time),
        Form::Date => text.is_some_and(|text| is_date_time(text) || is_date_time(&format!("{text}:00"))),
        Form::ShortDate => text.is_some_and(|text| is_date_time(&format!("{text}:00"))),
        Form::IncludedTax => included_taxes_are_right(value),
        Form::AtMost(most) => number(value).is_some_and(|number| number <= *most),
        Form::Of(count) => length(value) == Some(*count),
        Form::AtLeast(count) => length(value).is_some_and(|length| length >= *count),
        Form::In(list) | Form::Listed(list) => {
            let text = text.map_or_else(|| value.to_string(), str::to_owned);
            list.contains(&text)
        }
        Form::SortedBy(field) => value.as_array().is_some_and(|list| {
            let numbers: Option<Vec<Decimal>> = list.iter().map(|row| number(row.get(field)?)).collect();
            let dates = || list.iter().map(|row| row.get(field)?.as_str()).collect::<Option<Vec<&str>>>();
            numbers.map_or_else(
                || {
                    dates()
                        .is_some_and(|dates| dates.windows(2).all(|pair| is_no_earlier(pair[1], pair[0], 0)))
                },
                |numbers| numbers.is_sorted(),
            )
        }),
        Form::Empty => value.is_null() || text == Some(""),
        Form::Masked => text.is_some_and(|text| text.bytes().filter(u8::is_ascii_digit).count() <= 10),
        Form::CardDate => text.is_some_and(|text| {
            let example = format_description!("[day]-[month]-[year] [hour]:[minute]:[second]");
            is_date_time(text) || PrimitiveDateTime::parse(text, example).is_ok()
        }),
        Form::Not(other) => text.map_or_else(|| value.to_string(), str::to_owned) != *other,
        Form::From(date, seconds) => text.is_some_and(|text| is_no_earlier(text, date, *seconds)),
    }
}

/// Each included tax of a row is rate/(100+rate) of the turnover, rounded in some way (TAX-6).
fn included_taxes_are_right(row: &Value) -> bool {
    let Some(turnover) = row.get("turnover").and_then(number) else { return false };
    let details = row.get("taxDetails").and_then(Value::as_array);
    let is_right = |detail: &Value| {
        let included = detail.get("isIncluded").is_some_and(|is| is.to_string().trim_matches('"') == "true");
        if !included {
            return true;
        }
        let (Some(percent), Some(amount)) =
            (detail.get("taxPercent").and_then(number), detail.get("amount").and_then(number))
        else {
            return false;
        };
        (turnover * percent)
            .checked_div(Decimal::ONE_HUNDRED + percent)
            .is_some_and(|exact| Rounding::ALL.iter().any(|mode| mode.apply(exact, 2) == amount))
    };
    details.is_some_and(|list| list.iter().all(is_right))
}

/// The ways of rounding that explain a row's included taxes, where they are not the plain ones; a device
/// that cuts here cuts elsewhere too (TAX-6, Q-WIRE-1).
pub(super) fn tax_rounding(row: &Value) -> Option<Vec<Rounding>> {
    let turnover = row.get("turnover").and_then(number)?;
    let details = row.get("taxDetails").and_then(Value::as_array)?;
    let mut modes = Rounding::ALL.to_vec();
    for detail in details {
        let (Some(percent), Some(amount)) =
            (detail.get("taxPercent").and_then(number), detail.get("amount").and_then(number))
        else {
            continue;
        };
        let exact = (turnover * percent).checked_div(Decimal::ONE_HUNDRED + percent)?;
        let plain = Rounding::HalfUp.apply(exact, 2) == amount;
        modes.retain(|mode| plain || mode.apply(exact, 2) == amount);
    }
    (modes.len() < Rounding::ALL.len() && !modes.is_empty()).then_some(modes)
}

/// Whether a date is no earlier than another one and so many seconds. Where one of them lacks its
/// seconds, the minute decides; what is no date is never right.
fn is_no_earlier(date: &str, than: &str, seconds: i64) -> bool {
    let read = |text: &str| {
        let (whole, has_seconds) =
            if text.len() > 16 { (text.to_owned(), true) } else { (format!("{text}:00"), false) };
        let form = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
        PrimitiveDateTime::parse(&whole, form).ok().map(|read| (read, has_seconds))
    };
    let (Some((date, exact)), Some((than, than_exact))) = (read(date), read(than)) else { return false };
    let Some(least) = than.checked_add(time::Duration::seconds(seconds)) else { return false };
    let slack = if exact && than_exact { 0 } else { 59 };
    date.saturating_add(time::Duration::seconds(slack)) >= least
}

fn length(value: &Value) -> Option<usize> {
    value.as_array().map(Vec::len).or_else(|| value.as_object().map(serde_json::Map::len))
}

fn is_date_time(text: &str) -> bool {
    let form = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
    PrimitiveDateTime::parse(text, form).is_ok()
}
