//! `<placeholders>` in a suite's texts.
//!
//! A row's columns are filled in when the suite is loaded, everything that only the device knows
//! (`<default-tax>`, `<drawer + 1>`, a saved value) when the step runs.

use rust_decimal::Decimal;

/// A text with placeholders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Literal(String),
    Value { name: String, plus: Decimal },
}

/// What the runner fills in without a suite having saved it.
pub const BUILT_IN: [&str; 11] = [
    "default-tax",
    "other-tax",
    "unknown-tax",
    "zero-tax",
    "drawer",
    "shift",
    "receipt",
    "key",
    "spent-key",
    "fresh-key",
    "run",
];

/// Goods in one receipt that `<positions N of P>` may make at the most.
pub(super) const MOST_POSITIONS: u32 = 1000;

impl Template {
    /// Reads a text. Only `<word>` and `<word + 1>` are placeholders; any other `<` stands for itself.
    pub fn parse(text: &str) -> Template {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(open) = rest.find('<') {
            let (before, from) = rest.split_at(open);
            literal.push_str(before);
            let inside = from.find('>').map(|close| &from[1..close]);
            match inside.and_then(|inside| placeholder(inside).map(|part| (part, inside.len() + 2))) {
                Some((part, length)) => {
                    if !literal.is_empty() {
                        parts.push(Part::Literal(std::mem::take(&mut literal)));
                    }
                    parts.push(part);
                    rest = &from[length..];
                }
                None => {
                    literal.push('<');
                    rest = &from[1..];
                }
            }
        }
        literal.push_str(rest);
        if !literal.is_empty() {
            parts.push(Part::Literal(literal));
        }
        Template { parts }
    }

    /// The names that must be filled in.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Value { name, .. } => Some(name.as_str()),
            Part::Literal(_) => None,
        })
    }

    /// Fills every placeholder in; `Err` is the name that has no value, or whose value is no number
    /// where a number was added to it.
    pub fn fill(&self, mut value_of: impl FnMut(&str) -> Option<String>) -> Result<String, String> {
        let mut out = String::new();
        for part in &self.parts {
            match part {
                Part::Literal(text) => out.push_str(text),
                Part::Value { name, plus } => {
                    let value = value_of(name).ok_or_else(|| name.clone())?;
                    if plus.is_zero() {
                        out.push_str(&value);
                    } else {
                        let number = ikkm_protocol::parse_plain(&value).map_err(|_| name.clone())?;
                        out.push_str(&(number + plus).to_string());
                    }
                }
            }
        }
        Ok(out)
    }
}

/// `name`, `name + 1`, `name - 0.01`, or `positions 79 of 10`, which is unfolded right away.
fn placeholder(inside: &str) -> Option<Part> {
    if let Some(text) = positions(inside) {
        return Some(Part::Literal(text));
    }
    let is_name = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    let value = |name: &str, plus| is_name(name).then(|| Part::Value { name: name.to_owned(), plus });
    if let Some((name, number)) = inside.split_once(" + ") {
        return value(name, ikkm_protocol::parse_plain(number).ok()?);
    }
    if let Some((name, number)) = inside.split_once(" - ") {
        return value(name, -ikkm_protocol::parse_plain(number).ok()?);
    }
    value(inside, Decimal::ZERO)
}

/// `positions 79 of 10`: 79 goods of 10 tenge each as JSON objects with commas between.
fn positions(inside: &str) -> Option<String> {
    let (count, price) = inside.strip_prefix("positions ")?.split_once(" of ")?;
    let count: u32 = count.parse().ok().filter(|count| *count <= MOST_POSITIONS)?;
    ikkm_protocol::parse_plain(price).ok()?;
    let goods: Vec<String> = (1..=count)
        .map(|n| format!(r#"{{"name":"Item {n:03}","price":"{price}","qty":"1","sum":"{price}"}}"#))
        .collect();
    Some(goods.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(text: &str) -> Result<String, String> {
        Template::parse(text).fill(|name| match name {
            "shift" => Some("109".into()),
            "drawer" => Some("1108.00".into()),
            "word" => Some("x".into()),
            _ => None,
        })
    }

    #[test]
    fn fills_in_names_and_sums() {
        assert_eq!(fill("/dump/table/shifts/<shift>/report").unwrap(), "/dump/table/shifts/109/report");
        assert_eq!(fill("<drawer + 1>").unwrap(), "1109.00");
        assert_eq!(fill("<drawer - 0.01>").unwrap(), "1107.99");
        assert_eq!(fill("<unknown>"), Err("unknown".into()));
        assert_eq!(fill("<word + 1>"), Err("word".into()));
    }

    #[test]
    fn other_angle_brackets_stand_for_themselves() {
        for text in ["a < b > c", "<", "<>", "<1>", "<A>", "<a b>", "{\"name\":\"<\"}"] {
            assert_eq!(fill(text).unwrap(), text);
        }
    }

    #[test]
    fn positions_unfold_to_json() {
        let text = fill("[<positions 80 of 10>]").unwrap();
        let list: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
        assert_eq!(list.len(), 80);
        assert_eq!(list[79]["name"], "Item 080");
        assert_eq!(fill("<positions 99999 of 10>").unwrap(), "<positions 99999 of 10>");
    }
}
