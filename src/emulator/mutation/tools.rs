//! What rows share: changes of parameters, numbers, answers, documents, lines and books.

use super::{Figure, Scene};
use crate::books::{Books, Shift};
use crate::machine::Machine;
use crate::printer::{Part, Printed};
use ikkm_protocol::{Answer, Params, Registration};
use rust_decimal::Decimal;
use serde_json::Value;

/// 20 million, as it is sent.
pub(crate) const MOST: &str = "20000000";
/// The parameters of the four types.
pub(crate) const TYPES: [&str; 4] = ["sale", "buy", "saleReturn", "buyReturn"];
/// The parameters of the four ways of paying.
pub(crate) const PAYMENTS: [&str; 4] = ["cash", "bank", "tara", "credit"];
/// The sums and counts that a registration moves.
pub(crate) const ALL_FIGURES: [Figure; 5] =
    [Figure::Fiscal, Figure::Sum, Figure::Count, Figure::TotalCount, Figure::Drawer];
/// 20 million in hundredths.
pub(crate) const LIMIT: i64 = 2_000_000_000;
/// One hundredth.
pub(crate) const CENT: Decimal = Decimal::from_parts(1, 0, 0, false, 2);
/// The letters that Kazakh has beside the Russian ones.
pub(crate) const KAZAKH: &str = "ӘәҒғҚқҢңӨөҰұҮүҺһІі";
/// The operations of the bank application.
pub(crate) const CARD: [&str; 4] = ["purchase", "refund", "reversal", "reconciliation"];

/// Gives a parameter another name.
pub(crate) fn name(params: &mut Params, from: &str, to: &str) {
    params.0.iter_mut().filter(|(known, _)| known == from).for_each(|(known, _)| *known = to.to_owned());
}

/// A parameter is known by its name in any case.
pub(crate) fn any_case(params: &mut Params, name: &str) {
    let same = params.0.iter_mut().filter(|(known, _)| known.eq_ignore_ascii_case(name));
    same.for_each(|(known, _)| *known = name.to_owned());
}

/// The value of a parameter as whole hundredths; `None` where it is none.
pub(crate) fn hundredths(params: &Params, name: &str) -> Option<i64> {
    let value: Decimal = params.get(name).filter(|text| plain_number(text))?.parse().ok()?;
    let exact = value.checked_mul(Decimal::ONE_HUNDRED)?;
    i64::try_from(exact.ceil()).ok()
}

/// A value of hundredths as text.
pub(crate) fn text(hundredths: i64) -> String {
    Decimal::new(hundredths, 2).normalize().to_string()
}

/// Digits with at most one dot.
pub(crate) fn plain_number(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && text.bytes().filter(|byte| *byte == b'.').count() <= 1
}

/// A parameter is a number with more decimals than that.
pub(crate) fn many_decimals(params: &Params, name: &str, places: usize) -> bool {
    let text = params.get(name).filter(|text| plain_number(text)).unwrap_or("");
    text.split_once('.').is_some_and(|(_, fraction)| fraction.len() > places)
}

/// A number's text with no more decimals than that.
pub(crate) fn cut(text: &str, places: usize) -> String {
    match text.split_once('.') {
        Some((whole, _)) if places == 0 => whole.to_owned(),
        Some((whole, fraction)) => format!("{whole}.{}", fraction.get(..places).unwrap_or(fraction)),
        None => text.to_owned(),
    }
}

/// The digits at the start of a text; the text itself where there are none.
pub(crate) fn leading_number(text: &str) -> String {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let digits = text.get(..end).unwrap_or("");
    if digits.is_empty() { text.to_owned() } else { digits.to_owned() }
}

/// How many positions `itemdata` has.
pub(crate) fn positions(params: &Params) -> usize {
    let value: Option<Value> = params.get("itemdata").and_then(|text| serde_json::from_str(text).ok());
    value.as_ref().and_then(Value::as_array).map_or(0, Vec::len)
}

/// `itemdata` with every number brought down to 20 million.
pub(crate) fn clamp_items(text: &str) -> String {
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

/// `1.234x10` becomes `1x10`.
pub(crate) fn whole_quantity(text: &str) -> String {
    let Some((before, price)) = text.split_once('x') else { return text.to_owned() };
    let start = before.rfind(' ').map_or(0, |place| place + 1);
    let (name, quantity) = before.split_at(start);
    format!("{name}{}x{price}", cut(quantity, 0))
}

/// Changes the value of a parameter, where it is there.
pub(crate) fn edit(params: &mut Params, name: &str, change: impl Fn(&str) -> String) {
    for (_, value) in params.0.iter_mut().filter(|(known, _)| known == name) {
        *value = change(value);
    }
}

/// Takes a parameter away.
pub(crate) fn drop(params: &mut Params, name: &str) {
    params.0.retain(|(known, _)| known != name);
}

/// Sets a header.
pub(crate) fn header(answer: &mut Answer, name: &str, value: &str) {
    for (_, told) in answer.headers.iter_mut().filter(|(known, _)| known == name) {
        *told = value.to_owned();
    }
}

/// Changes every object of an array.
pub(crate) fn each(value: &mut Value, change: impl Fn(&mut Value)) {
    value.as_array_mut().into_iter().flatten().for_each(change);
}

/// Takes a field of an object away.
pub(crate) fn without(value: &mut Value, field: &str) {
    if let Some(fields) = value.as_object_mut() {
        fields.shift_remove(field);
    }
}

/// Gives a field of an object another name.
pub(crate) fn rename(value: &mut Value, field: &str, to: &str) {
    if let Some(fields) = value.as_object_mut()
        && let Some(held) = fields.shift_remove(field)
    {
        fields.insert(to.to_owned(), held);
    }
}

/// Sets a field of an object that has it.
pub(crate) fn set(value: &mut Value, field: &str, to: impl Into<Value>) {
    if let Some(held) = value.get_mut(field) {
        *held = to.into();
    }
}

/// A number of a field becomes text, a text becomes a number where it is one.
pub(crate) fn retype(value: &mut Value, field: &str) {
    if let Some(held) = value.get_mut(field) {
        *held = match &*held {
            Value::String(text) => serde_json::from_str(text).unwrap_or(Value::Null),
            other => Value::String(other.to_string()),
        };
    }
}

/// A number of a field, written as number or text; zero where it is none.
pub(crate) fn number(value: &Value, field: &str) -> Decimal {
    let text = match value.get(field) {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => String::new(),
    };
    text.parse().unwrap_or_default()
}

/// A decimal as a JSON number with the digits it has.
pub(crate) fn exact(value: Decimal) -> Value {
    serde_json::from_str(&value.to_string()).unwrap_or_default()
}

/// A number of a field loses decimals.
pub(crate) fn shorten(value: &mut Value, field: &str, places: u32) {
    if value.get(field).is_some() {
        let short = number(value, field).trunc_with_scale(places);
        set(value, field, exact(short));
    }
}

/// The transactions of a card document.
pub(crate) fn details(value: &Value) -> Vec<Value> {
    value.get("details").and_then(Value::as_array).cloned().unwrap_or_default()
}

/// Works each included tax of a report out anew, from turnover and percent.
pub(crate) fn taxes(value: &mut Value, amount: impl Fn(Decimal, Decimal) -> Decimal) {
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
pub(crate) fn swap_returns(value: &mut Value) {
    match value.get("chequeType").and_then(Value::as_str) {
        Some("2") => set(value, "chequeType", "3"),
        Some("3") => set(value, "chequeType", "2"),
        _ => {}
    }
}

/// One more sale among the shift's receipts.
pub(crate) fn count_one(books: &mut Books) {
    if let Some(shift) = books.open_shift_mut() {
        shift.counts[Registration::Sale] += 1;
    }
}

/// Letters outside ASCII are question marks.
pub(crate) fn latin(text: &str) -> String {
    text.chars().map(|letter| if letter.is_ascii() { letter } else { '?' }).collect()
}

/// Letters that only Kazakh has are question marks.
pub(crate) fn without_kazakh(text: &str) -> String {
    text.chars().map(|letter| if KAZAKH.contains(letter) { '?' } else { letter }).collect()
}

/// `1e3` is 1000.
pub(crate) fn exponent(text: &str) -> String {
    text.replace("e3", "000").replace("e2", "00").replace("E3", "000").replace("E2", "00")
}

/// A number twice as large.
pub(crate) fn doubled(text: &str) -> String {
    text.parse::<Decimal>().map_or_else(|_| text.to_owned(), |value| (value + value).to_string())
}

/// The number after that one.
pub(crate) fn next_of(number: &str) -> Vec<u8> {
    (number.parse::<u64>().unwrap_or_default() + 1).to_string().into_bytes()
}

/// By how many hundredths the second is more than the first.
pub(crate) fn gap(params: &Params, less: &str, more: &str) -> Option<i64> {
    Some(hundredths(params, more)? - hundredths(params, less)?)
}

/// Cash and card that make the total together are all card.
pub(crate) fn all_by_card(params: &mut Params, kind: &str) {
    if let (Some(total), Some(cash), Some(bank)) =
        (hundredths(params, kind), hundredths(params, "cash"), hundredths(params, "bank"))
        && cash + bank == total
    {
        drop(params, "cash");
        edit(params, "bank", |_| text(total));
    }
}

/// A payment beside the card is what the card leaves of the sale, at the most.
pub(crate) fn down_to_rest(params: &mut Params, payment: &str) {
    if let (Some(total), Some(bank), Some(other)) =
        (hundredths(params, "sale"), hundredths(params, "bank"), hundredths(params, payment))
        && bank + other > total
    {
        edit(params, payment, |_| text(total - bank));
    }
}

/// Cash beside a card makes the sale, at the least.
pub(crate) fn up_to_sale(params: &mut Params) {
    if let (Some(total), Some(bank), Some(cash)) =
        (hundredths(params, "sale"), hundredths(params, "bank"), hundredths(params, "cash"))
        && bank + cash < total
    {
        edit(params, "cash", |_| text(total - bank));
    }
}

/// The text is no JSON.
pub(crate) fn is_no_json(text: &str) -> bool {
    serde_json::from_str::<Value>(text).is_err()
}

/// `print` has such a CODE128.
pub(crate) fn has_code128(params: &Params, test: fn(&str) -> bool) -> bool {
    let text = params.get("print").unwrap_or("");
    text.lines().any(|line| line.starts_with("--barcode128-") && test(line))
}

/// The tax that is included in a turnover.
pub(crate) fn included(turnover: Decimal, percent: Decimal) -> Decimal {
    turnover * percent / (Decimal::ONE_HUNDRED + percent)
}

/// The list that a document is.
pub(crate) fn list(value: &mut Value, change: impl FnOnce(&mut Vec<Value>)) {
    if let Some(list) = value.as_array_mut() {
        change(list);
    }
}

/// Every field of an object has that value.
pub(crate) fn set_all(value: &mut Value, to: Value) {
    let fields = value.as_object_mut().into_iter().flat_map(|fields| fields.values_mut());
    fields.for_each(|held| *held = to.clone());
}

/// A receipt of cheques shows so many rows at the most.
pub(crate) fn keep_rows(cheque: &mut Value, most: usize) {
    if let Some(rows) = cheque.get_mut("chequeSales") {
        list(rows, |rows| rows.truncate(most));
    }
}

/// `taxes` of a report has these types only.
pub(crate) fn keep_taxes(report: &mut Value, kinds: &[&str]) {
    if let Some(taxes) = report.get_mut("taxes").and_then(Value::as_object_mut) {
        taxes.retain(|kind, _| kinds.contains(&kind.as_str()));
    }
}

/// `totalAmount` holds failed operations too.
pub(crate) fn total_of_all(card: &mut Value) {
    let sum: Decimal = details(card).iter().map(|detail| number(detail, "amount")).sum();
    set(card, "totalAmount", sum.to_string());
}

/// `details` hold the last operation only.
pub(crate) fn last_detail(card: &mut Value) {
    if let Some(details) = card.get_mut("details") {
        list(details, |list| *list = list.pop().into_iter().collect());
    }
}

/// `fiscalData` of a report leaves the shift's buys out.
pub(crate) fn fiscal_without_buys(report: &mut Value) {
    let bought = report.get("buyDetails").map(|details| number(details, "sum")).unwrap_or_default();
    if let Some(fiscal) = report.get_mut("fiscalData") {
        let buy = number(fiscal, "buy");
        set(fiscal, "buy", exact(buy - bought));
    }
}

/// The only row of a receipt is lost.
pub(crate) fn without_single_row(_: &Scene<'_>, mut lines: Vec<Printed>) -> Vec<Printed> {
    if lines.iter().filter(|line| line.part == Part::Row).count() == 1 {
        lines.retain(|line| line.part != Part::Row);
    }
    lines
}

/// Bar codes in a footer are lost.
pub(crate) fn without_footer_codes(_: &Scene<'_>, mut lines: Vec<Printed>) -> Vec<Printed> {
    lines.retain(|line| line.part != Part::Footer || !line.text.starts_with("--barcode"));
    lines
}

/// A receipt with items loses its header.
pub(crate) fn without_header_beside_items(_: &Scene<'_>, mut lines: Vec<Printed>) -> Vec<Printed> {
    if lines.iter().any(|line| line.part == Part::Row && !line.text.starts_with("Sale ")) {
        lines.retain(|line| line.part != Part::Header);
    }
    lines
}

/// Changes the open shift.
pub(crate) fn in_open_shift(books: &mut Books, change: impl FnOnce(&mut Shift)) {
    if let Some(shift) = books.open_shift_mut() {
        change(shift);
    }
}

/// The list of shifts shows what each shift registered itself.
pub(crate) fn own_sums(machine: &Machine, shifts: &mut Value) {
    each(shifts, |row| {
        let shift = row["id"].as_u64().and_then(|id| machine.books.shift(id));
        for kind in Registration::ALL {
            let sum = shift.map_or(Decimal::ZERO, |shift| shift.sums[kind]);
            set(row, kind.wire(), exact(crate::number::money(sum)));
        }
    });
}

/// Of several variables the first is there.
pub(crate) fn first_variable(params: &mut Params) {
    let mut variables = 0;
    params.0.retain(|(name, _)| {
        variables += usize::from(name != "key");
        name == "key" || variables == 1
    });
}
