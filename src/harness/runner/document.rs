//! A JSON document against a `check:`: presence, kind, form, value.

pub(crate) mod fields;
mod forms;
pub mod undocumented_fields;

use crate::ledger::reading::number;
use crate::ledger::rounding::Rounding;
use crate::suite::check::{Form, Path, Rule, Segment, Value as Wanted};
use crate::text::{clip, fits};
use forms::{has_form, is_kind};
use rust_decimal::Decimal;
use serde_json::Value;

/// What a check found wrong: expected and found, in one line each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What should stand there.
    pub expected: String,
    /// What stands there.
    pub found: String,
}

/// What a check that held says about the device's rounding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    /// Nothing.
    Plainly,
    /// These ways of rounding explain the value.
    Rounded(Rounded, Vec<Rounding>),
    /// Only these ways of rounding explain a share of the value, where the device rounds its other amounts
    /// in one of them too.
    AsElsewhere(Vec<Rounding>),
    /// A value that v22 does not list, where a later document may list more.
    Unlisted(Difference),
}

/// What is rounded: a device may round the two differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rounded {
    /// Money, to hundredths.
    Amount,
    /// Quantities, to thousandths.
    Quantity,
}

impl Rounded {
    /// In words, for findings.
    pub fn as_str(self) -> &'static str {
        match self {
            Rounded::Amount => "amounts",
            Rounded::Quantity => "quantities",
        }
    }
}

/// Checks one path of a document.
///
/// # Errors
/// The [`Difference`].
pub fn check(document: &Value, path: &Path, rule: &Rule) -> Result<Held, Difference> {
    let mut found = Vec::new();
    collect(document, &path.0, String::new(), &mut found);
    if rule.absent {
        return match found.iter().find(|(_, value)| value.is_some()) {
            Some((place, value)) => Err(differs(place, "nothing there", *value)),
            None => Ok(Held::Plainly),
        };
    }
    if found.is_empty() && !rule.optional && !path.0.contains(&Segment::Every) {
        return Err(Difference { expected: format!("an entry {}", path), found: "none".to_owned() });
    }
    let mut held = Held::Plainly;
    for (place, value) in &found {
        match value {
            None if rule.optional => {}
            None => return Err(differs(place, &rule.to_string(), None)),
            Some(value) => {
                let now = one(place, value, rule)?;
                if !matches!(held, Held::Unlisted(_)) {
                    held = now;
                }
            }
        }
    }
    Ok(held)
}

/// The first value at a path, as text; `None` where nothing stands there.
pub fn first(document: &Value, path: &Path) -> Option<String> {
    let mut found = Vec::new();
    collect(document, &path.0, String::new(), &mut found);
    let value = found.into_iter().find_map(|(_, value)| value)?;
    Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}

fn one(place: &str, value: &Value, rule: &Rule) -> Result<Held, Difference> {
    let wrong = || differs(place, &rule.to_string(), Some(value));
    if !rule.kinds.is_empty() && !rule.kinds.iter().any(|kind| is_kind(value, *kind)) {
        return Err(wrong());
    }
    if let Some(form) = rule.form.as_ref().filter(|form| !has_form(value, form)) {
        return match form {
            Form::Listed(_) => Ok(Held::Unlisted(wrong())),
            _ => Err(wrong()),
        };
    }
    if rule.form == Some(Form::IncludedTax) {
        return Ok(forms::tax_rounding(value).map_or(Held::Plainly, Held::AsElsewhere));
    }
    let explains = |amount: Decimal, places: u32| {
        let shown = number(value);
        let modes: Vec<Rounding> =
            Rounding::ALL.into_iter().filter(|mode| shown == Some(mode.apply(amount, places))).collect();
        if modes.is_empty() { Err(wrong()) } else { Ok(modes) }
    };
    match &rule.equals {
        None => Ok(Held::Plainly),
        Some(Wanted::Same(text)) if same(value, text) => Ok(Held::Plainly),
        Some(Wanted::Same(_)) => Err(wrong()),
        Some(Wanted::Rounded(amount)) => {
            explains(*amount, 2).map(|modes| Held::Rounded(Rounded::Amount, modes))
        }
        Some(Wanted::RoundedQuantity(amount)) => {
            explains(*amount, 3).map(|modes| Held::Rounded(Rounded::Quantity, modes))
        }
    }
}

/// Every value that a path leads to; `None` where a field is missing.
fn collect<'v>(
    value: &'v Value,
    path: &[Segment],
    place: String,
    found: &mut Vec<(String, Option<&'v Value>)>,
) {
    let Some((segment, rest)) = path.split_first() else {
        found.push((place, Some(value)));
        return;
    };
    let mut step = |next: Option<&'v Value>, place: String| match next {
        Some(next) => collect(next, rest, place, found),
        None => found.push((place, None)),
    };
    match (segment, value) {
        (Segment::Field(name), _) => {
            let place = if place.is_empty() { name.clone() } else { format!("{place}.{name}") };
            step(value.get(name), place);
        }
        (Segment::Either(first, second), _) => {
            let place = if place.is_empty() { first.clone() } else { format!("{place}.{first}") };
            step(value.get(first).or_else(|| value.get(second)), place);
        }
        (Segment::Every, Value::Array(list)) => {
            list.iter().enumerate().for_each(|(at, next)| step(Some(next), format!("{place}[{at}]")));
        }
        (Segment::Every, Value::Object(map)) => {
            map.iter().for_each(|(name, next)| step(Some(next), format!("{place}[{name}]")));
        }
        (Segment::At(at), _) => step(value.get(at), format!("{place}[{at}]")),
        (Segment::Last, _) => step(value.as_array().and_then(|list| list.last()), format!("{place}[last]")),
        (Segment::Where(field, wanted), Value::Array(list)) => {
            let is_it = |next: &&Value| next.get(field).is_some_and(|value| same(value, wanted));
            for next in list.iter().filter(is_it) {
                step(Some(next), format!("{place}[{field}={wanted}]"));
            }
        }
        (Segment::Every | Segment::Where(..), _) => step(None, format!("{place}[]")),
    }
}

/// Equal as numbers where both are numbers, else as text (in which `*` stands for anything).
fn same(value: &Value, wanted: &str) -> bool {
    let as_number = ikkm_protocol::parse_plain(wanted).ok();
    if let (Some(found), Some(wanted)) = (number(value), as_number) {
        return found == wanted;
    }
    match value {
        Value::String(text) => fits(wanted, text),
        Value::Bool(is) => is.to_string() == wanted,
        _ => false,
    }
}

fn differs(place: &str, expected: &str, found: Option<&Value>) -> Difference {
    let place = if place.is_empty() { "the document" } else { place };
    let found = match found {
        None => format!("{place} is missing"),
        Some(value) => format!("{place} is {}", clip(&value.to_string(), 80)),
    };
    Difference { expected: format!("{place}: {expected}"), found }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::check;
    use serde_json::json;

    fn run(document: &Value, path: &str, rule: &str) -> Result<Held, Difference> {
        super::check(document, &check::path(path).unwrap(), &check::rule(rule).unwrap())
    }

    #[test]
    fn right_documents_hold() {
        let document = json!({
            "cashWeHave": "1108.00", "n": 5, "big": 218861420.47, "at": "2016-01-18 20:41:06",
            "short": "2016-07-18 20:03", "list": [{"id": 1, "x": "a"}, {"id": 2, "x": "b"}], "yes": true,
            "none": null, "nothing": "", "pan": "1234 XXXX XXXX 1234", "card": "22-11-2017 17:19:55",
            "dated": [{"at": "2016-07-18 20:03"}, {"at": "2016-07-18 20:03:40"}, {"at": "2016-07-19 08:00:00"}]
        });
        for (path, rule) in [
            ("cashWeHave", "text amount = 1108"),
            ("n", "integer"),
            ("big", "number amount = 218861420.47"),
            ("at", "text date-time"),
            ("short", "text date"),
            ("list", "list of 2"),
            ("list", "list sorted-by id"),
            ("list[].id", "integer"),
            ("list[id=2].x", "= b"),
            ("list[last].x", "text in a|b"),
            ("gone", "optional text"),
            ("gone", "absent"),
            ("m|n", "integer in 4|5"),
            ("yes", "bool or text = true"),
            ("none", "text or null"),
            ("none", "empty"),
            ("nothing", "text empty"),
            ("pan", "text masked"),
            ("at", "text card-date"),
            ("card", "text card-date"),
            ("at", "text not 2016-01-18"),
            ("at", "text from 2016-01-18 20:41:06"),
            ("at", "text from 2016-01-18 20:41"),
            ("short", "text from 2016-07-18 20:03:40"),
            ("at", "text from 2016-01-17 20:41:06 plus 86400"),
            ("dated", "list sorted-by at"),
        ] {
            assert!(run(&document, path, rule).is_ok(), "{path}: {rule}: {:?}", run(&document, path, rule));
        }
    }

    #[test]
    fn what_is_saved_is_found_as_what_is_checked() {
        let document = json!({"list": [{"id": 1, "x": "a"}, {"id": "02", "x": 7.50}], "m": true});
        for (path, value) in [
            ("list[id=2].x", Some("7.5")),
            ("list[].x", Some("a")),
            ("list[last].id", Some("02")),
            ("list[5].id", None),
            ("n|m", Some("true")),
        ] {
            let found = first(&document, &check::path(path).unwrap());
            assert_eq!(found.as_deref(), value, "{path}");
        }
    }

    #[test]
    fn wrong_documents_name_the_field() {
        let document = json!({"a": "x", "n": 5.5, "list": [{"id": 2}, {"id": 1}], "at": "18-01-2016 20:41:06",
                "pan": "1234567812345678", "day": "2016-01-18 23:59:59",
                "days": [{"at": "2016-01-19 08:00:00"}, {"at": "2016-01-18 08:00:00"}]});
        for (path, rule, word) in [
            ("b", "text", "b is missing"),
            ("a", "integer", "a is \"x\""),
            ("n", "integer", "n is 5.5"),
            ("n", "= 6", "n is 5.5"),
            ("list", "sorted-by id", "list is"),
            ("list[].x", "text", "list[0].x is missing"),
            ("list[id=9].x", "text", "none"),
            ("at", "date-time", "at is"),
            ("a", "absent", "a is"),
            ("a", "null", "a is"),
            ("a", "empty", "a is"),
            ("pan", "masked", "pan is"),
            ("a", "card-date", "a is"),
            ("a", "not x", "a is"),
            ("day", "from 2016-01-19 00:00:00", "day is"),
            ("day", "from 2016-01-18 00:00:00 plus 86400", "day is"),
            ("a", "from 2016-01-19 00:00:00", "a is"),
            ("days", "sorted-by at", "days is"),
            ("a[]", "text", "a[] is missing"),
        ] {
            let difference = run(&document, path, rule).unwrap_err();
            assert!(difference.found.contains(word), "{path} {rule}: {difference:?}");
        }
    }

    #[test]
    fn an_included_tax_is_its_share_of_the_turnover() {
        let row = |percent: u32, amount: &str, included: Value| {
            let amount: Value = serde_json::from_str(amount).unwrap();
            json!({"turnover": 815, "taxDetails": [{"taxPercent": percent, "amount": amount, "isIncluded": included}]})
        };
        for right in
            [row(12, "87.32", json!("true")), row(12, "87.33", json!(true)), row(5, "1", json!("false"))]
        {
            assert!(run(&right, "", "object included-tax").is_ok(), "{right}");
        }
        for wrong in
            [row(12, "97.80", json!("true")), row(12, "87.31", json!(true)), json!({"taxDetails": []})]
        {
            assert!(run(&wrong, "", "object included-tax").is_err(), "{wrong}");
        }
    }

    #[test]
    fn rounding_is_learnt_from_a_value() {
        let held = run(&json!({"a": 1.01}), "a", "= round(1.005)").unwrap();
        assert_eq!(held, Held::Rounded(Rounded::Amount, vec![Rounding::HalfUp, Rounding::Ceiling]));
        assert!(run(&json!({"a": 1.02}), "a", "= round(1.005)").is_err());
        let held = run(&json!({"q": "0.123"}), "q", "= round3(0.1231)").unwrap();
        assert!(
            matches!(held, Held::Rounded(Rounded::Quantity, modes) if !modes.contains(&Rounding::Ceiling))
        );
    }

    #[test]
    fn each_form_holds_up_to_its_limit_and_no_further() {
        let document =
            json!({"digits": "0117", "number": 12, "empty": "", "sum": 20, "list": [1, 2], "map": {"a": 1}});
        for (path, right, wrong) in [
            ("sum", "at-most 20", "at-most 19.99"),
            ("list", "of 2", "of 1"),
            ("list", "at-least 2", "at-least 3"),
            ("map", "at-least 1", "at-least 2"),
            ("number", "digits", "date"),
            ("digits", "digits", "integer"),
        ] {
            assert!(run(&document, path, right).is_ok(), "{path}: {right}");
            assert!(run(&document, path, wrong).is_err(), "{path}: {wrong}");
        }
        for (path, wrong) in
            [("empty", "digits"), ("sum", "at-most 0"), ("list", "digits"), ("sum", "at-least 1")]
        {
            assert!(run(&document, path, wrong).is_err(), "{path}: {wrong}");
        }
        for (value, form, holds) in [
            (json!("12a"), "digits", false),
            (json!(12.5), "digits", false),
            (json!(1.005), "amount", false),
            (json!("1.050"), "amount", true),
            (json!("1.0005"), "quantity", false),
            (json!("2016-07-18 20:03"), "short-date", true),
            (json!("2016-07-18 20:03:04"), "short-date", false),
            (json!("2016-07-18 20:03"), "date-time", false),
            (json!("2016-07-18 20:03:04"), "date", true),
            (json!([{"id": 2}, {"id": 2}]), "sorted-by id", true),
            (json!([{"id": 2}, {}]), "sorted-by id", false),
            (json!(1e0), "integer", false),
        ] {
            assert_eq!(run(&json!({"a": value}), "a", form).is_ok(), holds, "{value} {form}");
        }
    }
}
