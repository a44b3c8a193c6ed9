//! The pages of the suite languages: their fields, and the JSON Schemas as a whole.

use super::{code, head, plain};
use crate::cli::schema;
use serde_json::{Map, Value};
use std::fmt::Write;

/// Both languages, object by object and field by field.
pub fn page() -> String {
    let about = "[Writing a case](../writing-a-case.md) shows how the fields are used; the tables here are the \
                 JSON Schemas in words.";
    let mut out = head("The suite language", about);
    language(&mut out, "Device suites", &schema::text());
    language(&mut out, "Client suites", &schema::client_text());
    out
}

/// The schemas themselves.
pub fn schemas() -> String {
    let about = "Editors complete and check suites with them; `schema` prints them.";
    let mut out = head("JSON Schemas", about);
    for (title, command, text) in [
        ("Device suites", "schema", schema::text()),
        ("Client suites", "schema --client", schema::client_text()),
    ] {
        let _ = writeln!(out, "\n## {title}\n\n`ikkm-conformance {command}`:\n\n```json\n{text}\n```");
    }
    out
}

fn language(out: &mut String, title: &str, schema: &str) {
    let schema: Value = serde_json::from_str(schema).unwrap_or_default();
    let _ = writeln!(out, "\n## {title}\n");
    fields(out, "The file", &schema);
    let objects: Map<String, Value> = schema["$defs"].as_object().cloned().unwrap_or_default();
    for (name, object) in &objects {
        if object["properties"].is_object() {
            fields(out, in_words(name), object);
        }
    }
}

/// What the types of the languages are called by people.
fn in_words(name: &str) -> &str {
    match name {
        "CaseSource" => "A case",
        "ScenarioSource" => "A scenario",
        "GivenSource" => "What is given",
        "StepSource" => "A step",
        "ItemSource" => "An item",
        "DeviceSource" => "What the device does",
        other => other,
    }
}

fn fields(out: &mut String, title: &str, object: &Value) {
    let _ = writeln!(out, "### {title}\n");
    if let Some(about) = object["description"].as_str() {
        let _ = writeln!(out, "{}\n", plain(about));
    }
    let required: Vec<&str> =
        object["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    *out += "| field | takes | meaning |\n|---|---|---|\n";
    for (name, field) in object["properties"].as_object().into_iter().flatten() {
        let must = if required.contains(&name.as_str()) { ", required" } else { "" };
        let meaning = field["description"].as_str().unwrap_or_default();
        let _ = writeln!(out, "| {} | {}{must} | {} |", code(name), takes(field), plain(meaning));
    }
    out.push('\n');
}

/// What a field takes, in words.
fn takes(field: &Value) -> String {
    if let Some(name) = field["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return match name {
            "Text" => "a text or a number".to_owned(),
            other => in_words(other).to_lowercase(),
        };
    }
    let several = field["anyOf"].as_array().or_else(|| field["oneOf"].as_array());
    if let Some(several) = several {
        let kinds: Vec<String> = several.iter().filter(|one| one["type"] != "null").map(takes).collect();
        return kinds.join(" or ");
    }
    let kinds: Vec<&str> = match &field["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let kinds: Vec<String> =
        kinds.into_iter().filter(|kind| *kind != "null").map(|kind| kind_of(kind, field)).collect();
    if kinds.is_empty() { "anything".to_owned() } else { kinds.join(" or ") }
}

fn kind_of(kind: &str, field: &Value) -> String {
    match kind {
        "array" => format!("a list, each {}", takes(&field["items"])),
        "object" if field["additionalProperties"].is_object() => {
            format!("names, each with {}", takes(&field["additionalProperties"]))
        }
        "object" => "an object".to_owned(),
        "boolean" => "`true` or `false`".to_owned(),
        "string" => "a text".to_owned(),
        "integer" | "number" => "a number".to_owned(),
        other => other.to_owned(),
    }
}
