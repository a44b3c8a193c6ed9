//! Paths and rules in words, as findings show them.

use super::{Form, JsonKind, Path, Rule, Segment, Value};
use std::fmt;

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, segment) in self.0.iter().enumerate() {
            let dot = if index > 0 { "." } else { "" };
            match segment {
                Segment::Field(name) => write!(f, "{dot}{name}")?,
                Segment::Either(first, second) => write!(f, "{dot}{first}|{second}")?,
                Segment::Every => f.write_str("[]")?,
                Segment::At(at) => write!(f, "[{at}]")?,
                Segment::Last => f.write_str("[last]")?,
                Segment::Where(field, value) => write!(f, "[{field}={value}]")?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words: Vec<String> = Vec::new();
        let kinds: Vec<&str> = self.kinds.iter().map(|kind| kind.words()).collect();
        if !kinds.is_empty() {
            words.push(kinds.join(" or "));
        }
        words.extend(self.form.as_ref().map(Form::words));
        words.extend(self.equals.as_ref().map(|value| match value {
            Value::Same(text) => format!("equal to {text}"),
            Value::Rounded(amount) => format!("equal to {amount} rounded to hundredths"),
            Value::RoundedQuantity(amount) => format!("equal to {amount} rounded to thousandths"),
        }));
        if self.absent {
            words.push("nothing there".to_owned());
        }
        f.write_str(&if words.is_empty() { "anything".to_owned() } else { words.join(", ") })
    }
}

impl JsonKind {
    fn words(self) -> &'static str {
        match self {
            JsonKind::Text => "a text",
            JsonKind::Integer => "a whole number",
            JsonKind::Number => "a number",
            JsonKind::List => "a list",
            JsonKind::Object => "an object",
            JsonKind::Bool => "true or false",
            JsonKind::Null => "null",
        }
    }
}

impl Form {
    fn words(&self) -> String {
        match self {
            Form::Digits => "of digits".to_owned(),
            Form::Amount => "with at most 2 decimals".to_owned(),
            Form::Quantity => "with at most 3 decimals".to_owned(),
            Form::Date => "in the form yyyy-MM-dd hh:mm[:ss]".to_owned(),
            Form::DateTime => "in the form yyyy-MM-dd hh:mm:ss".to_owned(),
            Form::ShortDate => "in the form yyyy-MM-dd hh:mm".to_owned(),
            Form::Of(count) => format!("of {count} entries"),
            Form::AtLeast(count) => format!("of at least {count} entries"),
            Form::In(list) => format!("one of {}", list.join(", ")),
            Form::Listed(list) => format!("one of {}, the ones that v22 lists", list.join(", ")),
            Form::SortedBy(field) => format!("sorted by {field}"),
            Form::IncludedTax => {
                "whose included taxes are rate/(100+rate) of the turnover, to the hundredth".to_owned()
            }
            Form::AtMost(most) => format!("at most {most}"),
            Form::Empty => "that is empty".to_owned(),
            Form::Masked => "that shows ten digits at the most".to_owned(),
            Form::CardDate => "in the form dd-MM-yyyy hh:mm:ss or yyyy-MM-dd hh:mm:ss".to_owned(),
            Form::Not(other) => format!("other than {other}"),
            Form::From(date, 0) => format!("no earlier than {date}"),
            Form::From(date, seconds) => format!("no earlier than {seconds} s after {date}"),
        }
    }
}
