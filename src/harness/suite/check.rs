//! The small language of `check:`: a path into a JSON document, and what must stand there.
//!
//! A path is names joined by dots (`sales|sale` is either name); `[]` means every element of a list, `[0]` and `[last]` one of
//! them, `[chequeId=<receipt>]` those whose field has that value. What must stand there is a kind
//! (`text`, `integer`, `number`, `list`, `object`, `bool`, `null`, `any`, `absent`; `optional` before it), then
//! maybe a form (`digits`, `amount`, `quantity`, `date`, `date-time`, `short-date`, `of 80`, `at-least 2`,
//! `at-most 5`, `in a|b`, `listed a|b`, `sorted-by field`, `included-tax`, `empty`, `masked`, `card-date`, `not a`, `from <date> plus <seconds>`) and maybe `= value`,
//! where `round(…)` and `round3(…)` stand for the amount or quantity as the device rounds it.

mod words;

use thiserror::Error;

/// A path into a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path(pub Vec<Segment>);

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    /// A field of an object.
    Field(String),
    /// A field that has either of two names, where the document's example and text differ.
    Either(String, String),
    /// Every element of a list (or every value of an object).
    Every,
    /// The element at that place, from zero.
    At(usize),
    /// The last element.
    Last,
    /// The elements whose field has that value.
    Where(String, String),
}

/// What must stand at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The field may be missing.
    pub optional: bool,
    /// The JSON kinds that will do; empty means any.
    pub kinds: Vec<JsonKind>,
    /// A form on top of the kind.
    pub form: Option<Form>,
    /// The value.
    pub equals: Option<Value>,
    /// Nothing may stand there.
    pub absent: bool,
}

/// The kinds of JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonKind {
    /// A string.
    Text,
    /// A number without a fraction.
    Integer,
    /// Any number.
    Number,
    /// An array.
    List,
    /// An object.
    Object,
    /// `true` or `false`.
    Bool,
    /// `null`.
    Null,
}

/// A form on top of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// Nothing but digits.
    Digits,
    /// A plain number with at most two decimals.
    Amount,
    /// A plain number with at most three decimals.
    Quantity,
    /// `yyyy-MM-dd hh:mm`, with or without seconds.
    Date,
    /// `yyyy-MM-dd hh:mm:ss`.
    DateTime,
    /// A list of so many elements.
    Of(usize),
    /// A list of at least so many elements.
    AtLeast(usize),
    /// One of these texts.
    In(Vec<String>),
    /// One of these texts, as far as v22 lists them: a later document may know more, so that another one
    /// is a warning.
    Listed(Vec<String>),
    /// A list whose numbers, or dates, in that field never go down.
    SortedBy(String),
    /// `yyyy-MM-dd hh:mm`, without seconds.
    ShortDate,
    /// A row of `taxes`: each included tax is rate/(100+rate) of the turnover (v22 §9.2).
    IncludedTax,
    /// A number no greater than this.
    AtMost(rust_decimal::Decimal),
    /// A card number of which ten digits show at the most (v22 §6.2).
    Masked,
    /// `dd-MM-yyyy hh:mm:ss` or `yyyy-MM-dd hh:mm:ss`, the example's form or the text's (v22 §6.2).
    CardDate,
    /// The empty text, or null.
    Empty,
    /// Any text but this.
    Not(String),
    /// A date no earlier than this one and so many seconds; seconds count where both dates have them.
    From(String, i64),
}

/// A value to compare with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Equal as a number if both are numbers, else as text; `*` in a text stands for anything.
    Same(String),
    /// The amount as the device rounds it.
    Rounded(rust_decimal::Decimal),
    /// The quantity as the device rounds it.
    RoundedQuantity(rust_decimal::Decimal),
}

/// The text of a path or rule cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CheckError {
    /// A path.
    #[error("`{0}` is no path: write names joined by dots, with [], [0], [last] or [field=value] for lists")]
    Path(String),
    /// A rule.
    #[error(
        "`{0}` is no rule: write a kind (text, integer, number, list, object, bool, any, absent), a form and `= value`"
    )]
    Rule(String),
}

/// Reads a path.
///
/// # Errors
/// [`CheckError::Path`].
pub fn path(text: &str) -> Result<Path, CheckError> {
    let error = || CheckError::Path(text.to_owned());
    let mut segments = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(inside) = rest.strip_prefix('[') {
            let (index, after) = inside.split_once(']').ok_or_else(error)?;
            segments.push(match index {
                "" => Segment::Every,
                "last" => Segment::Last,
                _ => match index.split_once('=') {
                    Some((field, value)) => Segment::Where(field.to_owned(), value.to_owned()),
                    None => Segment::At(index.parse().map_err(|_| error())?),
                },
            });
            rest = after.strip_prefix('.').unwrap_or(after);
        } else {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            if name.is_empty() {
                return Err(error());
            }
            let mut names = name.split('|').map(str::to_owned);
            segments.push(match (names.next(), names.next()) {
                (Some(first), Some(second)) => Segment::Either(first, second),
                _ => Segment::Field(name.to_owned()),
            });
            rest = after.strip_prefix('.').unwrap_or(after);
        }
    }
    Ok(Path(segments))
}

/// Reads a rule.
///
/// # Errors
/// [`CheckError::Rule`].
pub fn rule(text: &str) -> Result<Rule, CheckError> {
    let error = || CheckError::Rule(text.to_owned());
    let (left, value) = match text.split_once("= ") {
        Some((left, value)) => (left.trim(), Some(value.trim())),
        None => (text.trim(), None),
    };
    let mut rule = Rule { optional: false, kinds: Vec::new(), form: None, equals: None, absent: false };
    let mut words = left.split_whitespace().peekable();
    rule.optional = words.next_if_eq(&"optional").is_some();
    while let Some(word) = words.next() {
        match word {
            "or" if !rule.kinds.is_empty() => {}
            "any" => {}
            "absent" => rule.absent = true,
            "text" => rule.kinds.push(JsonKind::Text),
            "integer" => rule.kinds.push(JsonKind::Integer),
            "number" => rule.kinds.push(JsonKind::Number),
            "list" => rule.kinds.push(JsonKind::List),
            "object" => rule.kinds.push(JsonKind::Object),
            "bool" => rule.kinds.push(JsonKind::Bool),
            "null" => rule.kinds.push(JsonKind::Null),
            _ if rule.form.is_some() => return Err(error()),
            "digits" => rule.form = Some(Form::Digits),
            "amount" => rule.form = Some(Form::Amount),
            "quantity" => rule.form = Some(Form::Quantity),
            "date" => rule.form = Some(Form::Date),
            "date-time" => rule.form = Some(Form::DateTime),
            "short-date" => rule.form = Some(Form::ShortDate),
            "included-tax" => rule.form = Some(Form::IncludedTax),
            "empty" => rule.form = Some(Form::Empty),
            "masked" => rule.form = Some(Form::Masked),
            "card-date" => rule.form = Some(Form::CardDate),
            // What follows may have a blank inside, as a date does, so that it is all the rest.
            "not" | "from" => {
                let rest = words.by_ref().collect::<Vec<_>>().join(" ");
                let rest = Some(rest).filter(|rest| !rest.is_empty()).ok_or_else(error)?;
                rule.form = Some(match (word, rest.split_once(" plus ")) {
                    ("not", _) => Form::Not(rest),
                    (_, Some((date, seconds))) => {
                        Form::From(date.to_owned(), seconds.parse().map_err(|_| error())?)
                    }
                    (_, None) => Form::From(rest, 0),
                });
            }
            "at-most" => {
                let most = words.next().and_then(|word| ikkm_protocol::parse_plain(word).ok());
                rule.form = Some(Form::AtMost(most.ok_or_else(error)?));
            }
            "of" => rule.form = Some(Form::Of(number(words.next()).ok_or_else(error)?)),
            "at-least" => rule.form = Some(Form::AtLeast(number(words.next()).ok_or_else(error)?)),
            "in" => {
                let list = words.next().ok_or_else(error)?;
                rule.form = Some(Form::In(list.split('|').map(str::to_owned).collect()));
            }
            "listed" => {
                let list = words.next().ok_or_else(error)?;
                rule.form = Some(Form::Listed(list.split('|').map(str::to_owned).collect()));
            }
            "sorted-by" => rule.form = Some(Form::SortedBy(words.next().ok_or_else(error)?.to_owned())),
            _ => return Err(error()),
        }
    }
    rule.equals = value.map(|text| compared(text).ok_or_else(error)).transpose()?;
    let says_something = rule.absent
        || !rule.kinds.is_empty()
        || rule.form.is_some()
        || rule.equals.is_some()
        || left.ends_with("any");
    if says_something { Ok(rule) } else { Err(error()) }
}

fn number(word: Option<&str>) -> Option<usize> {
    word?.parse().ok()
}

fn compared(text: &str) -> Option<Value> {
    let inside = |name: &str| {
        let rest = text.strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')')?;
        ikkm_protocol::parse_plain(rest).ok()
    };
    if text.starts_with("round3(") {
        return inside("round3").map(Value::RoundedQuantity);
    }
    if text.starts_with("round(") {
        return inside("round").map(Value::Rounded);
    }
    Some(Value::Same(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_paths() {
        assert_eq!(
            path("[chequeId=12].chequeSales[].saleSum").unwrap().0,
            [
                Segment::Where("chequeId".into(), "12".into()),
                Segment::Field("chequeSales".into()),
                Segment::Every,
                Segment::Field("saleSum".into())
            ]
        );
        assert_eq!(path("").unwrap().0, []);
        assert_eq!(path("[last]").unwrap().0, [Segment::Last]);
        for wrong in ["[", "a..b", "[x]", ".a"] {
            assert!(path(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn reads_rules() {
        let parsed = rule("optional text amount = round(100.005)").unwrap();
        assert!(parsed.optional);
        assert_eq!((parsed.kinds.as_slice(), parsed.form), (&[JsonKind::Text][..], Some(Form::Amount)));
        assert_eq!(parsed.equals, Some(Value::Rounded("100.005".parse().unwrap())));
        assert_eq!(rule("bool or text").unwrap().kinds, [JsonKind::Bool, JsonKind::Text]);
        assert_eq!(rule("text or null").unwrap().kinds, [JsonKind::Text, JsonKind::Null]);
        assert_eq!(
            rule("text from 2016-01-18 20:41:06").unwrap().form,
            Some(Form::From("2016-01-18 20:41:06".into(), 0))
        );
        assert_eq!(
            rule("text from 2016-01-18 20:41 plus 60").unwrap().form,
            Some(Form::From("2016-01-18 20:41".into(), 60))
        );
        assert_eq!(rule("list of 80").unwrap().form, Some(Form::Of(80)));
        assert_eq!(rule("= 5").unwrap().equals, Some(Value::Same("5".into())));
        assert!(rule("any").is_ok() && rule("absent").unwrap().absent);
        for wrong in [
            "",
            "txet",
            "list of x",
            "text in",
            "text not",
            "text from",
            "text from x plus y",
            "text digits amount",
            "= round(x)",
        ] {
            assert!(rule(wrong).is_err(), "{wrong}");
        }
    }
}
