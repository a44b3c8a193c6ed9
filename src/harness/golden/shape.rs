//! A document's shape: which fields it has, of which JSON types and forms, whatever the values are.
//!
//! Two firmware versions of one device are compared by it: their receipts, sums and dates differ, the
//! shape of their documents must not change unnoticed.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use time::PrimitiveDateTime;
use time::macros::format_description;

/// What stands at each path, such as `[].chequeSales[].qty`. Keys made of digits only are ids and
/// count as one field, `#`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Shape(BTreeMap<String, Place>);

/// What was seen at a path.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Place {
    /// The JSON types and forms, such as `text date-time`.
    forms: BTreeSet<String>,
    /// Some of the objects that could hold the field do not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    optional: bool,
}

impl Shape {
    /// The shape of a document.
    pub fn of(document: &Value) -> Shape {
        let mut shape = Shape::default();
        shape.look("", &[document]);
        shape
    }

    /// Looks at all values that stand at one path, then at what they hold.
    fn look(&mut self, path: &str, values: &[&Value]) {
        let place = self.0.entry(path.to_owned()).or_default();
        place.forms.extend(values.iter().map(|value| form(value).to_owned()));
        let elements: Vec<&Value> = values.iter().filter_map(|value| value.as_array()).flatten().collect();
        if !elements.is_empty() {
            self.look(&format!("{path}[]"), &elements);
        }
        let objects: Vec<_> = values.iter().filter_map(|value| value.as_object()).collect();
        let mut fields: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
        for (name, value) in objects.iter().flat_map(|object| object.iter()) {
            fields.entry(generic(name)).or_default().push(value);
        }
        for (name, held) in fields {
            let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
            self.look(&path, &held);
            if held.len() < objects.len()
                && let Some(place) = self.0.get_mut(&path)
            {
                place.optional = true;
            }
        }
    }

    /// What is otherwise in `found`, a line each; empty where the shapes agree. Where one of the two
    /// had nothing to show (an empty list, an empty text), nothing differs.
    pub fn differences(&self, found: &Shape) -> Vec<String> {
        let mut lines = Vec::new();
        for (path, kept) in &self.0 {
            match found.0.get(path) {
                Some(now) => {
                    let new = now.new_forms(kept);
                    if !new.is_empty() {
                        lines.push(format!("{} is {}, was {}", shown(path), new, kept.told()));
                    }
                }
                None if !kept.optional && found.could_hold(path) => {
                    lines.push(format!("{} is gone", shown(path)));
                }
                None => {}
            }
        }
        for (path, now) in &found.0 {
            if !self.0.contains_key(path) && !now.optional && self.could_hold(path) {
                lines.push(format!("{} is new, {}", shown(path), now.told()));
            }
        }
        lines
    }

    /// Whether the object was there that would have the field. Of a list's elements nothing is known
    /// where there are none.
    fn could_hold(&self, path: &str) -> bool {
        let parent = path.rsplit_once('.').map_or("", |(parent, _)| parent);
        !path.ends_with("[]") && self.0.get(parent).is_some_and(|place| place.forms.contains("object"))
    }
}

impl Place {
    /// The forms here that `kept` did not have.
    fn new_forms(&self, kept: &Place) -> String {
        let is_text = |form: &String| form.starts_with("text");
        let texts = kept.forms.iter().any(is_text);
        let only_empty = kept.forms.iter().filter(|form| is_text(form)).all(|form| form == EMPTY);
        let new = self.forms.iter().filter(|form| {
            let empty_beside_text = is_text(form) && texts && (*form == EMPTY || only_empty);
            !kept.forms.contains(*form) && !empty_beside_text
        });
        new.map(String::as_str).collect::<Vec<_>>().join(" or ")
    }

    fn told(&self) -> String {
        self.forms.iter().map(String::as_str).collect::<Vec<_>>().join(" or ")
    }
}

const EMPTY: &str = "text empty";

fn shown(path: &str) -> &str {
    if path.is_empty() { "the document" } else { path }
}

fn generic(name: &str) -> &str {
    let is_id = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
    if is_id { "#" } else { name }
}

fn form(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
        Value::String(text) => text_form(text),
    }
}

fn text_form(text: &str) -> &'static str {
    let full = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
    let short = format_description!("[year]-[month]-[day] [hour]:[minute]");
    let bank = format_description!("[day]-[month]-[year] [hour]:[minute]:[second]");
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'))
        && text.bytes().any(|byte| byte.is_ascii_digit());
    if text.is_empty() {
        EMPTY
    } else if PrimitiveDateTime::parse(text, full).is_ok() {
        "text yyyy-MM-dd hh:mm:ss"
    } else if PrimitiveDateTime::parse(text, short).is_ok() {
        "text yyyy-MM-dd hh:mm"
    } else if PrimitiveDateTime::parse(text, bank).is_ok() {
        "text dd-MM-yyyy hh:mm:ss"
    } else if is_number {
        "text of a number"
    } else {
        "text"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn differences(kept: &Value, found: &Value) -> Vec<String> {
        Shape::of(kept).differences(&Shape::of(found))
    }

    #[test]
    fn other_values_are_no_difference() {
        let kept =
            json!({"1": "VAT 13%", "shifts": [{"id": 1, "closeDate": "2016-01-19 17:21:46"}], "n": "5"});
        let found = json!({"2": "none", "9": "VAT 5%", "shifts": [{"id": 7, "closeDate": "2026-11-23 10:00:00"}], "n": "5.20"});
        assert_eq!(differences(&kept, &found), [""; 0]);
    }

    #[test]
    fn each_change_is_named_by_its_path() {
        let kept = json!([{"id": 1, "qty": 2, "at": "2016-01-18 20:41", "old": "x", "rows": [{"sum": 1}]}]);
        let found = json!([{"id": "1", "qty": 2.5, "at": "18-01-2016 20:41:00", "new": true, "rows": [{"sum": "1"}]}]);
        assert_eq!(
            differences(&kept, &found),
            [
                "[].at is text dd-MM-yyyy hh:mm:ss, was text yyyy-MM-dd hh:mm",
                "[].id is text of a number, was number",
                "[].old is gone",
                "[].rows[].sum is text of a number, was number",
                "[].new is new, boolean",
            ]
        );
        assert_eq!(differences(&json!({}), &json!([])), ["the document is list, was object"]);
    }

    #[test]
    fn what_had_nothing_to_show_is_no_difference() {
        let full = json!({"list": [{"a": {"b": 1}}], "code": "x1"});
        let empty = json!({"list": [], "code": ""});
        assert_eq!(differences(&full, &empty), [""; 0]);
        assert_eq!(differences(&empty, &full), [""; 0]);
    }

    #[test]
    fn fields_that_only_some_objects_have_may_come_and_go() {
        let some = json!([{"id": 1, "closeDate": "2016-01-19 17:21:46"}, {"id": 2}]);
        assert_eq!(differences(&some, &json!([{"id": 3}])), [""; 0]);
        assert_eq!(differences(&json!([{"id": 3}]), &some), [""; 0]);
    }

    #[test]
    fn a_shape_is_kept_as_json() {
        let shape = Shape::of(&json!([{"id": 1, "x": null}, {"id": 2}]));
        let text = serde_json::to_string(&shape).unwrap();
        assert_eq!(
            text,
            r#"{"":{"forms":["list"]},"[]":{"forms":["object"]},"[].id":{"forms":["number"]},"[].x":{"forms":["null"],"optional":true}}"#
        );
        assert_eq!(serde_json::from_str::<Shape>(&text).unwrap(), shape);
    }

    #[test]
    fn every_form_has_its_name() {
        for (value, named) in [
            (json!(null), "null"),
            (json!(true), "boolean"),
            (json!(1.5), "number"),
            (json!([]), "list"),
            (json!({}), "object"),
            (json!(""), "text empty"),
            (json!("2016-01-18 20:41:06"), "text yyyy-MM-dd hh:mm:ss"),
            (json!("2016-01-18 20:41"), "text yyyy-MM-dd hh:mm"),
            (json!("18-01-2016 20:41:06"), "text dd-MM-yyyy hh:mm:ss"),
            (json!("-1.50"), "text of a number"),
            (json!("-."), "text"),
            (json!("1a"), "text"),
        ] {
            assert_eq!(form(&value), named, "{value}");
        }
    }

    #[test]
    fn a_text_that_was_empty_may_fill_and_nothing_else() {
        for (kept, found, differs) in [
            (json!(""), json!("x"), false),
            (json!(""), json!("12"), false),
            (json!("x"), json!(""), false),
            (json!("x"), json!("12"), true),
            (json!(""), json!(1), true),
            (json!(1), json!(""), true),
            (json!(["", "x"]), json!(["12"]), true),
        ] {
            assert_eq!(!differences(&kept, &found).is_empty(), differs, "{kept} {found}");
        }
    }

    #[test]
    fn a_field_can_only_be_missed_where_its_object_is() {
        let gone = differences(&json!({"a": {"b": 1}}), &json!({"a": {}}));
        assert_eq!(gone, ["a.b is gone"]);
        assert_eq!(differences(&json!({"a": {"b": 1}}), &json!({"a": null})), ["a is null, was object"]);
        assert_eq!(differences(&json!({"a": null}), &json!({"a": {"b": 1}})), ["a is object, was null"]);
        assert_eq!(differences(&json!([[1]]), &json!([[]])), [""; 0]);
        assert_eq!(differences(&json!({"": 1, "7": 1}), &json!({"8": "x"})), ["# is text, was number"]);
    }
}
