//! What many rows share: changes of numbers in parameters, and of lines on paper.

use crate::printer::{Part, Printed};
use ikkm_protocol::Params;
use rust_decimal::Decimal;
use serde_json::Value;

/// 20 million in hundredths.
pub(super) const LIMIT: i64 = 2_000_000_000;
/// One hundredth.
pub(super) const CENT: Decimal = Decimal::from_parts(1, 0, 0, false, 2);
/// The letters that Kazakh has beside the Russian ones.
pub(super) const KAZAKH: &str = "ӘәҒғҚқҢңӨөҰұҮүҺһІі";
/// The operations of the bank application.
pub(super) const CARD: [&str; 4] = ["purchase", "refund", "reversal", "reconciliation"];

/// Gives a parameter another name.
pub(super) fn name(params: &mut Params, from: &str, to: &str) {
    params.0.iter_mut().filter(|(known, _)| known == from).for_each(|(known, _)| *known = to.to_owned());
}

/// A parameter is known by its name in any case.
pub(super) fn any_case(params: &mut Params, name: &str) {
    let same = params.0.iter_mut().filter(|(known, _)| known.eq_ignore_ascii_case(name));
    same.for_each(|(known, _)| *known = name.to_owned());
}

/// The value of a parameter as whole hundredths; `None` where it is none.
pub(super) fn hundredths(params: &Params, name: &str) -> Option<i64> {
    let value: Decimal = params.get(name).filter(|text| plain_number(text))?.parse().ok()?;
    let exact = value.checked_mul(Decimal::ONE_HUNDRED)?;
    i64::try_from(exact.ceil()).ok()
}

/// A value of hundredths as text.
pub(super) fn text(hundredths: i64) -> String {
    Decimal::new(hundredths, 2).normalize().to_string()
}

/// Digits with at most one dot.
pub(super) fn plain_number(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && text.bytes().filter(|byte| *byte == b'.').count() <= 1
}

/// A parameter is a number with more decimals than that.
pub(super) fn many_decimals(params: &Params, name: &str, places: usize) -> bool {
    let text = params.get(name).filter(|text| plain_number(text)).unwrap_or("");
    text.split_once('.').is_some_and(|(_, fraction)| fraction.len() > places)
}

/// A number's text with no more decimals than that.
pub(super) fn cut(text: &str, places: usize) -> String {
    match text.split_once('.') {
        Some((whole, _)) if places == 0 => whole.to_owned(),
        Some((whole, fraction)) => format!("{whole}.{}", fraction.get(..places).unwrap_or(fraction)),
        None => text.to_owned(),
    }
}

/// The digits at the start of a text; the text itself where there are none.
pub(super) fn leading_number(text: &str) -> String {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let digits = text.get(..end).unwrap_or("");
    if digits.is_empty() { text.to_owned() } else { digits.to_owned() }
}

/// How many positions `itemdata` has.
pub(super) fn positions(params: &Params) -> usize {
    let value: Option<Value> = params.get("itemdata").and_then(|text| serde_json::from_str(text).ok());
    value.as_ref().and_then(Value::as_array).map_or(0, Vec::len)
}

/// `itemdata` with every number brought down to 20 million.
pub(super) fn clamp_items(text: &str) -> String {
    let Ok(mut value) = serde_json::from_str::<Value>(text) else { return text.to_owned() };
    let fields = value.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut);
    for number in fields.flat_map(|item| item.values_mut()) {
        let most = Decimal::from(20_000_000);
        if number.as_str().and_then(|text| text.parse::<Decimal>().ok()).is_some_and(|n| n > most) {
            *number = Value::String(most.to_string());
        }
    }
    value.to_string()
}

/// Every line of print changed.
pub(super) fn map_text(lines: Vec<Printed>, change: impl Fn(&str) -> String) -> Vec<Printed> {
    lines.into_iter().map(|line| Printed { text: change(&line.text), ..line }).collect()
}

/// Every line of a part changed.
pub(super) fn map_part(lines: Vec<Printed>, part: Part, change: impl Fn(&str) -> String) -> Vec<Printed> {
    let changed = |line: Printed| {
        let text = if line.part == part { change(&line.text) } else { line.text };
        Printed { text, ..line }
    };
    lines.into_iter().map(changed).collect()
}

/// The lines but those of a part.
pub(super) fn without_part(lines: Vec<Printed>, part: Part) -> Vec<Printed> {
    lines.into_iter().filter(|line| line.part != part).collect()
}

/// Lines of that many characters and more are broken at fewer.
pub(super) fn narrower(lines: Vec<Printed>, from: usize, to: usize) -> Vec<Printed> {
    let broken = |line: Printed| {
        let symbols: Vec<char> = line.text.chars().collect();
        let width = if symbols.len() >= from && !line.text.starts_with("--") { to } else { usize::MAX };
        let pieces = symbols.chunks(width.max(1)).map(String::from_iter).collect::<Vec<_>>();
        pieces.into_iter().map(move |text| Printed { part: line.part, text })
    };
    lines.into_iter().flat_map(broken).collect()
}

/// `1.234x10` becomes `1x10`.
pub(super) fn whole_quantity(text: &str) -> String {
    let Some((before, price)) = text.split_once('x') else { return text.to_owned() };
    let start = before.rfind(' ').map_or(0, |place| place + 1);
    let (name, quantity) = before.split_at(start);
    format!("{name}{}x{price}", cut(quantity, 0))
}
