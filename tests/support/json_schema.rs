//! A validator for the part of JSON Schema in which our schemas are written; a keyword that it does not know
//! is a panic, so that nothing is passed over. (A crate that knows all of it would have everything built
//! twice, for `cargo run` and for `cargo test`.)

use serde_json::{Map, Value};

/// What of a value breaks the schema; `closed` allows no member that the schema does not name.
pub fn broken(schema: &Value, value: &Value, closed: bool) -> Option<String> {
    Validator { root: schema, closed }.check(schema, value, "$").err()
}

struct Validator<'s> {
    root: &'s Value,
    closed: bool,
}

impl Validator<'_> {
    fn check(&self, schema: &Value, value: &Value, place: &str) -> Result<(), String> {
        let rules = match schema {
            Value::Bool(true) => return Ok(()),
            Value::Object(rules) => rules,
            other => panic!("{other} is no schema"),
        };
        rules.iter().try_for_each(|(keyword, rule)| self.keyword(keyword, rule, rules, value, place))
    }

    fn keyword(
        &self,
        keyword: &str,
        rule: &Value,
        rules: &Map<String, Value>,
        value: &Value,
        place: &str,
    ) -> Result<(), String> {
        let wrong = |what: &str| Err(format!("{place}: {what}, found {value}"));
        match keyword {
            "$schema" | "title" | "description" | "$defs" | "format" | "default" => Ok(()),
            "$ref" => {
                let pointer =
                    rule.as_str().and_then(|text| text.strip_prefix('#')).expect("a local reference");
                self.check(self.root.pointer(pointer).expect("a definition"), value, place)
            }
            "type" => {
                let names = rule.as_array().cloned().unwrap_or_else(|| vec![rule.clone()]);
                let fits = names.iter().any(|name| is_of(value, name.as_str().expect("a type")));
                if fits { Ok(()) } else { wrong(&format!("it is to be of type {rule}")) }
            }
            "const" if rule == value => Ok(()),
            "const" => wrong(&format!("it is to be {rule}")),
            "enum" if rule.as_array().expect("a list").contains(value) => Ok(()),
            "enum" => wrong(&format!("it is to be one of {rule}")),
            "minimum" if value.is_number() && value.as_f64() < rule.as_f64() => {
                wrong(&format!("it is to be {rule} at least"))
            }
            "maximum" if value.is_number() && value.as_f64() > rule.as_f64() => {
                wrong(&format!("it is to be {rule} at most"))
            }
            "minimum" | "maximum" => Ok(()),
            "required" => {
                let Some(members) = value.as_object() else { return Ok(()) };
                let names =
                    rule.as_array().expect("a list").iter().map(|name| name.as_str().expect("a name"));
                let lacking: Vec<&str> = names.filter(|name| !members.contains_key(*name)).collect();
                if lacking.is_empty() { Ok(()) } else { Err(format!("{place} lacks {lacking:?}")) }
            }
            "properties" => {
                let known = rule.as_object().expect("members");
                for (name, member) in value.as_object().into_iter().flatten() {
                    match known.get(name) {
                        Some(schema) => self.check(schema, member, &format!("{place}.{name}"))?,
                        None if self.closed && !rules.contains_key("additionalProperties") => {
                            return Err(format!("{place}.{name} is not named by the schema"));
                        }
                        None => {}
                    }
                }
                Ok(())
            }
            "additionalProperties" => {
                let known = rules.get("properties").and_then(Value::as_object);
                let others = value.as_object().into_iter().flatten();
                let mut others =
                    others.filter(|(name, _)| !known.is_some_and(|known| known.contains_key(*name)));
                match rule {
                    Value::Bool(false) => match others.next() {
                        Some((name, _)) => Err(format!("{place}.{name} must not be there")),
                        None => Ok(()),
                    },
                    schema => others
                        .try_for_each(|(name, other)| self.check(schema, other, &format!("{place}.{name}"))),
                }
            }
            "items" => {
                let mut items = value.as_array().into_iter().flatten().enumerate();
                items.try_for_each(|(at, item)| self.check(rule, item, &format!("{place}[{at}]")))
            }
            "oneOf" | "anyOf" => {
                let ways = rule.as_array().expect("a list");
                let tried: Vec<_> = ways.iter().map(|way| self.check(way, value, place)).collect();
                let fitting = tried.iter().filter(|one| one.is_ok()).count();
                let told = || tried.iter().filter_map(|one| one.clone().err()).collect::<Vec<_>>().join("; ");
                match (keyword, fitting) {
                    (_, 1) | ("anyOf", 1..) => Ok(()),
                    (_, 0) => Err(told()),
                    _ => wrong("it fits in several ways"),
                }
            }
            other => panic!("the validator does not know `{other}`: teach it"),
        }
    }
}

fn is_of(value: &Value, name: &str) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("{other} is no type"),
    }
}
