//! An answer as it came: status, reason phrase, headers, body (v22 §5.2).

use crate::Key;

/// A complete HTTP answer. The reason is kept as bytes: a device may send any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status code: 200 for success, 400 for an error (v22 §5.2).
    pub status: u16,
    /// The reason phrase's exact bytes: a receipt number, a word, or an error's short reason.
    pub reason: Vec<u8>,
    /// Header names as sent, and values, in order.
    pub headers: Vec<(String, String)>,
    /// The body's bytes.
    pub body: Vec<u8>,
}

/// What an answer says, by its form alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Status 200, a number as reason, eight digits as body: a registration, or cash in or out.
    Keyed {
        /// The receipt's or document's number.
        number: u64,
        /// The body: the new key, or the unchanged one (v22 §5.3).
        key: Key,
    },
    /// Status 200 and the body `0`.
    Zero,
    /// Status 400 and a negative number as body.
    Refused {
        /// The code, below zero.
        code: i32,
    },
    /// Anything else: a document, or nothing that the vendor's document knows.
    Other,
}

impl Answer {
    /// The reason phrase as text; bytes that are no UTF-8 show as U+FFFD.
    pub fn reason_text(&self) -> String {
        String::from_utf8_lossy(&self.reason).into_owned()
    }

    /// The body as text, if it is UTF-8.
    pub fn body_text(&self) -> Option<&str> {
        std::str::from_utf8(&self.body).ok()
    }

    /// The first header of that name, whatever its case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }

    /// The number in the reason phrase, if it is nothing but digits.
    pub fn receipt(&self) -> Option<u64> {
        let reason = std::str::from_utf8(&self.reason).ok()?;
        let digits = !reason.is_empty() && reason.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| reason.parse().ok()).flatten()
    }

    /// What the answer says by its form. White space around a number makes it [`Kind::Other`]:
    /// v22 §5.2 has only the number in the body.
    pub fn kind(&self) -> Kind {
        let Some(body) = self.body_text() else { return Kind::Other };
        match self.status {
            200 if body == "0" => Kind::Zero,
            200 => match (self.receipt(), Key::parse(body)) {
                (Some(number), Ok(key)) => Kind::Keyed { number, key },
                _ => Kind::Other,
            },
            400 => match negative(body) {
                Some(code) => Kind::Refused { code },
                None => Kind::Other,
            },
            _ => Kind::Other,
        }
    }
}

/// A negative whole number written without anything around it.
fn negative(body: &str) -> Option<i32> {
    let digits = body.strip_prefix('-')?;
    let plain = (1..=6).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| body.parse().ok()).flatten().filter(|code| *code < 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, reason: &str, body: &str) -> Answer {
        Answer { status, reason: reason.into(), headers: vec![], body: body.into() }
    }

    #[test]
    fn reads_the_forms_of_the_document() {
        let key = Key::parse("29852781").unwrap();
        assert_eq!(answer(200, "164", "29852781").kind(), Kind::Keyed { number: 164, key });
        assert_eq!(answer(200, "x-report-started", "0").kind(), Kind::Zero);
        assert_eq!(answer(400, "cash-lq-sale", "-10").kind(), Kind::Refused { code: -10 });
    }

    #[test]
    fn anything_else_is_other() {
        for (status, reason, body) in [
            (200, "164", "2985278"),
            (200, "164", "29852781\n"),
            (200, "", "29852781"),
            (200, "1e3", "29852781"),
            (200, "99999999999999999999999", "29852781"),
            (400, "x", "10"),
            (400, "x", "- 10"),
            (400, "x", "-0"),
            (500, "x", "-10"),
            (200, "x", "-10"),
        ] {
            assert_eq!(answer(status, reason, body).kind(), Kind::Other, "{status} {reason} {body:?}");
        }
        let bytes = Answer { body: vec![0xff, 0xfe], ..answer(200, "1", "") };
        assert_eq!(bytes.kind(), Kind::Other);
    }

    #[test]
    fn headers_are_found_in_any_case() {
        let mut with = answer(200, "1", "0");
        with.headers.push(("content-LENGTH".into(), "1".into()));
        assert_eq!(with.header("Content-Length"), Some("1"));
    }
}
