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

/// What a device says of itself, where equal ones say the same.
#[derive(Debug, Clone, Default)]
pub struct Portrait {
    /// getInfo.
    pub info: Value,
    /// The tax directory (v22 §9.1), where it could be read.
    pub taxes: Option<Value>,
    /// Where it prints, by getPrintMode (v22 §10.1), where that could be asked.
    pub mode: Option<String>,
}

/// In what devices differ, a line each: the value of the first, and who has another one.
pub fn differences(devices: &[(&str, Portrait)]) -> Vec<String> {
    let told = |value: Option<&Value>| match value {
        None => "none".to_owned(),
        Some(value) => shown(&value.as_str().map_or_else(|| value.to_string(), str::to_owned)),
    };
    let Some(((first, one), others)) = devices.split_first() else { return Vec::new() };
    let mut lines = Vec::new();
    let mut compare = |name: &str, of: &dyn Fn(&Portrait) -> String| {
        let expected = of(one);
        for (other, portrait) in others {
            let found = of(portrait);
            if found != expected {
                lines.push(format!("{name}: {first} has {expected}, {other} has {found}"));
            }
        }
    };
    for (member, name) in EQUAL {
        compare(name, &|portrait| told(portrait.info.get(member)));
    }
    compare("taxes", &|portrait| told(portrait.taxes.as_ref()));
    compare("print mode", &|portrait| portrait.mode.as_deref().map_or_else(|| "none".to_owned(), shown));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_difference_is_named_and_money_is_no_difference() {
        let of = |info: Value, taxes: Value, mode: &str| Portrait {
            info,
            taxes: Some(taxes),
            mode: Some(mode.to_owned()),
        };
        let info = |firmware: u64, cash: &str| json!({"applicationVersion": firmware, "cashWeHave": cash, "roudingRule": "no"});
        let taxes = json!({"1": "VAT 12%"});
        let one = of(info(101021, "1.00"), taxes.clone(), "lan-printer");
        let two = of(info(101022, "7.00"), taxes.clone(), "lan-printer");
        let told = differences(&[("a", one.clone()), ("b", two), ("c", one.clone())]);
        assert_eq!(told, ["firmware: a has 101021, b has 101022"]);
        let three = of(info(101021, "5.00"), json!({"1": "VAT 16%"}), "usb-printer");
        let told = differences(&[("a", one.clone()), ("d", three)]);
        assert_eq!(
            told,
            [
                r#"taxes: a has {"1":"VAT 12%"}, d has {"1":"VAT 16%"}"#,
                "print mode: a has lan-printer, d has usb-printer"
            ]
        );
        assert!(differences(&[("a", one.clone()), ("c", one)]).is_empty());
    }
}
