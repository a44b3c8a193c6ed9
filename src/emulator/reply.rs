//! What the device says, and how it is put into an answer (v22 §5.2).

use super::behaviour::{DateForm, DocumentReason, NumberType, Wire};
use super::refusal::Refusal;
use ikkm_protocol::{Answer, Key};
use serde_json::Value;
use time::PrimitiveDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

const DOCUMENT_DATE: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day] [hour]:[minute]");
const HTTP_DATE: &[BorrowedFormatItem<'_>] =
    format_description!("[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT");

/// A success, before it is dressed for the wire.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Reply {
    /// A number answer: reason and body.
    Number { reason: String, body: String },
    /// A JSON document.
    Document(Value),
    /// A management or print answer: its body, and its reason if it has one of its own.
    Text { reason: Option<String>, body: String },
}

impl Reply {
    /// A receipt or document number, and the key that is now to be used.
    pub(super) fn keyed(number: u64, key: &Key) -> Reply {
        Reply::Number { reason: number.to_string(), body: key.as_str().to_owned() }
    }

    /// A word as reason, and 0 as body.
    pub(super) fn zero(reason: impl Into<String>) -> Reply {
        Reply::Number { reason: reason.into(), body: "0".to_owned() }
    }
}

/// An instant in a form that cannot fail: dates are checked when the format is compiled.
pub(super) fn written(at: PrimitiveDateTime, form: &[BorrowedFormatItem<'_>]) -> String {
    at.format(form).unwrap_or_default()
}

/// Puts a success or a refusal into an answer.
pub(super) fn dress(reply: Result<Reply, Refusal>, wire: &Wire, now: PrimitiveDateTime) -> Answer {
    let number_type = match wire.number_type {
        NumberType::Html => "text/html; charset=UTF-8",
        NumberType::Plain => "text/plain",
    };
    let standing = match wire.document_reason {
        DocumentReason::Word => "ok",
        DocumentReason::Standard => "OK",
        DocumentReason::Empty => "",
    };
    let (status, reason, body, content_type) = match reply {
        Err(refusal) => (400, refusal.reason.to_owned(), refusal.code.to_string(), number_type),
        Ok(Reply::Number { reason, body }) => (200, reason, body, number_type),
        Ok(Reply::Text { reason, body }) => {
            (200, reason.unwrap_or_else(|| standing.to_owned()), body, number_type)
        }
        Ok(Reply::Document(value)) => {
            (200, standing.to_owned(), value.to_string(), "application/json; charset=UTF-8")
        }
    };
    let date = match wire.date {
        DateForm::Document => written(now, DOCUMENT_DATE),
        DateForm::Http => written(now, HTTP_DATE),
    };
    let mut headers = vec![
        ("Content-Length".to_owned(), body.len().to_string()),
        ("Content-Type".to_owned(), content_type.to_owned()),
        ("Date".to_owned(), date),
    ];
    if wire.closes {
        headers.push(("Connection".to_owned(), "close".to_owned()));
    }
    Answer { status, reason: reason.into_bytes(), headers, body: body.into_bytes() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    const NOW: PrimitiveDateTime = datetime!(2017-02-15 15:00:07);

    #[test]
    fn the_documents_dump_comes_out() {
        let key = Key::parse("29852781").unwrap();
        let answer = dress(Ok(Reply::keyed(164, &key)), &Wire::default(), NOW);
        assert_eq!((answer.status, answer.reason_text().as_str()), (200, "164"));
        assert_eq!(answer.body, b"29852781");
        assert_eq!(answer.header("Content-Length"), Some("8"));
        assert_eq!(answer.header("Content-Type"), Some("text/html; charset=UTF-8"));
        assert_eq!(answer.header("Date"), Some("2017-02-15 15:00"));
    }

    #[test]
    fn a_refusal_is_400_with_its_code() {
        let wire = Wire { date: DateForm::Http, closes: true, ..Wire::default() };
        let answer = dress(Err(super::super::refusal::WRONG_KEY), &wire, NOW);
        assert_eq!((answer.status, answer.reason_text().as_str()), (400, "incorrect-web-api-key"));
        assert_eq!(answer.body, b"-1");
        assert_eq!(answer.header("Date"), Some("Wed, 15 Feb 2017 15:00:07 GMT"));
        assert_eq!(answer.header("Connection"), Some("close"));
    }
}
