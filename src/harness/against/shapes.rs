//! The shape of a document: the types of its values, and every value by its path.

use super::documents::Reading;
use super::seen::{Fact, Seen};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A directory is the device's own: only how it is written is compared.
pub(super) fn directory(name: &str, reading: &Reading<'_>, seen: &mut Seen) {
    let shape = match reading.value {
        Value::Object(members) => {
            let mut kinds: Vec<String> = members.values().map(kind).collect();
            kinds.sort();
            kinds.dedup();
            format!("an object of {}", kinds.join(" or "))
        }
        Value::Array(rows) => {
            let mut members: Vec<String> = rows
                .iter()
                .filter_map(Value::as_object)
                .flat_map(|row| row.iter().map(|(name, value)| format!("{name}: {}", kind(value))))
                .collect();
            members.sort();
            members.dedup();
            format!("a list with {}", members.join(", "))
        }
        _ => "no document".to_owned(),
    };
    seen.put(reading.channel, name, Fact::word(shape));
}

/// A value's type, and whether a text is a number.
pub(super) fn kind(value: &Value) -> String {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(text) if text == "true" || text == "false" => "a text of true or false",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
    .to_owned()
}

/// Every scalar by its path; rows of taxes by their tax, other rows by their place.
pub(super) fn flatten(value: &Value, path: &str, out: &mut BTreeMap<String, Value>) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| flatten(value, &below(name), out));
        }
        Value::Array(rows) => {
            for (at, row) in rows.iter().enumerate() {
                let tax = row.get("taxId").filter(|_| path.starts_with("taxes"));
                let name = tax.map_or_else(|| at.to_string(), |tax| tax.to_string().replace('"', ""));
                flatten(row, &below(&name), out);
            }
        }
        scalar => {
            out.insert(path.to_owned(), scalar.clone());
        }
    }
}

/// The members of a row.
pub(super) fn members(row: &Value) -> Map<String, Value> {
    row.as_object().cloned().unwrap_or_default()
}
