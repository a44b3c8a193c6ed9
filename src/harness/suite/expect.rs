//! The small language of `expect:` and of an answer of `ask:`.

use super::check;
use thiserror::Error;

/// What an answer may be: any one of these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectation(pub Vec<Shape>);

/// One thing that an answer may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// A registration succeeded: 200, a receipt number above the last, a new key of eight digits.
    Registered,
    /// The answer of the last registration once more: same receipt number, same new key.
    Repeated,
    /// Cash in or out succeeded: 200, a document number, the unchanged key.
    Done,
    /// Any refusal: 400 and a negative code.
    Refused,
    /// Answered as success: 200 and no negative number as body.
    Success,
    /// 200 and a body that parses as JSON.
    Document,
    /// Neither 200 nor 400: the answer of a web server that does not know what is asked for.
    Unserved,
    /// Nothing listens: no connection.
    NoAnswer,
    /// Whatever comes, as long as something comes.
    Anything,
    /// A refusal with this code and, if given, a reason that fits the pattern.
    Refusal {
        /// The negative code in the body.
        code: i32,
        /// The reason phrase; `*` stands for anything.
        reason: Option<String>,
    },
    /// A JSON document in which this rule holds at this path.
    Json {
        /// The path.
        path: check::Path,
        /// The rule.
        rule: check::Rule,
    },
    /// A header whose value fits the pattern, whatever its case.
    Header {
        /// The header's name.
        name: String,
        /// The value; `*` stands for anything.
        value: String,
    },
    /// A status, a reason and a body, each of which may hold `*`.
    Literal {
        /// The HTTP status.
        status: u16,
        /// The reason phrase.
        reason: String,
        /// The body.
        body: String,
    },
}

/// The text of an expectation cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is no expectation")]
pub struct ExpectError(pub String);

/// The words of the language, for proposals.
pub const WORDS: [&str; 9] =
    ["registered", "repeated", "done", "refused", "unserved", "success", "document", "no-answer", "anything"];

impl Expectation {
    /// Reads alternatives joined by ` or `.
    ///
    /// # Errors
    /// [`ExpectError`] with the alternative that cannot be read.
    pub fn parse(text: &str) -> Result<Expectation, ExpectError> {
        text.split(" or ").map(|part| shape(part.trim())).collect::<Result<_, _>>().map(Expectation)
    }

    /// Whether any alternative lets the device register or do something.
    pub fn may_succeed(&self) -> bool {
        !self.0.iter().all(|shape| matches!(shape, Shape::Refused | Shape::Refusal { .. } | Shape::NoAnswer))
    }
}

fn shape(text: &str) -> Result<Shape, ExpectError> {
    let error = || ExpectError(text.to_owned());
    Ok(match text {
        "registered" => Shape::Registered,
        "repeated" => Shape::Repeated,
        "done" => Shape::Done,
        "refused" => Shape::Refused,
        "success" => Shape::Success,
        "document" => Shape::Document,
        "unserved" => Shape::Unserved,
        "no-answer" => Shape::NoAnswer,
        "anything" => Shape::Anything,
        _ if text.starts_with("json ") => {
            let (path, rule) = text[5..].split_once(' ').ok_or_else(error)?;
            Shape::Json {
                path: check::path(path).map_err(|_| error())?,
                rule: check::rule(rule).map_err(|_| error())?,
            }
        }
        _ if text.starts_with("header ") => {
            let (name, value) = text[7..].split_once(' ').ok_or_else(error)?;
            Shape::Header { name: name.to_owned(), value: value.to_ascii_lowercase() }
        }
        _ => {
            let (first, rest) = text.split_once(' ').map_or((text, None), |(a, b)| (a, Some(b.trim())));
            if first.starts_with('-') {
                let code = first.parse().ok().filter(|code| (-999..0).contains(code)).ok_or_else(error)?;
                Shape::Refusal { code, reason: rest.map(str::to_owned) }
            } else {
                let status =
                    first.parse().ok().filter(|status| (100..1000).contains(status)).ok_or_else(error)?;
                let (reason, body) = rest.and_then(|rest| rest.rsplit_once(' ')).ok_or_else(error)?;
                Shape::Literal { status, reason: reason.to_owned(), body: body.to_owned() }
            }
        }
    })
}

impl std::fmt::Display for Expectation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, shape) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(", or ")?;
            }
            write!(f, "{shape}")?;
        }
        Ok(())
    }
}

impl std::fmt::Display for Shape {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Shape::Registered => f.write_str("registered: 200, a higher receipt number, a new 8-digit key"),
            Shape::Repeated => {
                f.write_str("the last registration's answer again: same receipt, same new key")
            }
            Shape::Done => f.write_str("done: 200, a document number, the key unchanged"),
            Shape::Refused => f.write_str("a refusal: 400 and a negative code"),
            Shape::Success => f.write_str("success: 200 and no error code"),
            Shape::Document => f.write_str("200 and a JSON document"),
            Shape::Unserved => f.write_str("a status of its own: neither 200 nor 400"),
            Shape::NoAnswer => f.write_str("no answer: nothing listens"),
            Shape::Anything => f.write_str("any answer"),
            Shape::Refusal { code, reason: Some(reason) } => write!(f, "400 {reason} with {code}"),
            Shape::Refusal { code, reason: None } => write!(f, "400 with {code}"),
            Shape::Json { path, rule } => write!(f, "a document with {path}: {rule}"),
            Shape::Header { name, value } => write!(f, "a header {name}: {value}"),
            Shape::Literal { status, reason, body } => write!(f, "{status} {reason} with {body}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_words_pairs_and_alternatives() {
        let parsed = Expectation::parse("registered or -13 change-not-allowed or -10").unwrap();
        assert_eq!(
            parsed.0,
            [
                Shape::Registered,
                Shape::Refusal { code: -13, reason: Some("change-not-allowed".into()) },
                Shape::Refusal { code: -10, reason: None }
            ]
        );
        assert_eq!(
            Expectation::parse("200 x-report-started 0").unwrap().0,
            [Shape::Literal { status: 200, reason: "x-report-started".into(), body: "0".into() }]
        );
        assert!(matches!(Expectation::parse("json a.b text date").unwrap().0[..], [Shape::Json { .. }]));
        assert_eq!(
            Expectation::parse("header Content-Type text/html*UTF-8").unwrap().0,
            [Shape::Header { name: "Content-Type".into(), value: "text/html*utf-8".into() }]
        );
        for wrong in [
            "json a",
            "json a txet",
            "header X",
            "",
            "registred",
            "10 x",
            "-x",
            "200",
            "200 a",
            "--1",
            "-0",
            "99999 a b",
        ] {
            assert!(Expectation::parse(wrong).is_err(), "{wrong}");
        }
    }
}
