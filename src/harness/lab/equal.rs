//! Whether devices are equal, so that a case's verdict does not depend on where it ran.

use crate::text::shown;
use serde_json::Value;

/// The members of getInfo (v22 §4.2) in which equal devices do not differ: firmware, default tax, printing,
/// rounding.
const EQUAL: [(&str, &str); 4] = [
    ("applicationVersion", "firmware"),
    ("defaultApiTaxID", "default tax"),
    ("printingMode", "printing mode"),
    ("roudingRule", "rounding rule"),
];

/// In what devices differ, a line each: the value of the first, and who has another one.
pub fn differences(devices: &[(&str, &Value)]) -> Vec<String> {
    let told = |info: &Value, member: &str| match info.get(member) {
        None => "none".to_owned(),
        Some(value) => shown(&value.as_str().map_or_else(|| value.to_string(), str::to_owned)),
    };
    let Some(((first, info), others)) = devices.split_first() else { return Vec::new() };
    let mut lines = Vec::new();
    for (member, name) in EQUAL {
        let expected = told(info, member);
        for (other, info) in others {
            let found = told(info, member);
            if found != expected {
                lines.push(format!("{name}: {first} has {expected}, {other} has {found}"));
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_difference_is_named_and_money_is_none() {
        let one = json!({"applicationVersion": 101021, "cashWeHave": "1.00", "roudingRule": "no"});
        let two = json!({"applicationVersion": 101022, "cashWeHave": "7.00", "roudingRule": "no"});
        let told = differences(&[("a", &one), ("b", &two), ("c", &one)]);
        assert_eq!(told, ["firmware: a has 101021, b has 101022"]);
        assert!(differences(&[("a", &one), ("c", &one)]).is_empty());
    }
}
