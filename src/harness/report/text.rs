//! Foreign text made fit to be shown, and a transcript as plain text.

use crate::runner::outcome::{Event, ShownExchange};
use crate::text::replaced;
use std::borrow::Cow;
use std::fmt::Write;

pub use crate::text::{one_line, shown};

/// Text that XML 1.0 can hold: C0 characters become their pictures (U+2400 and up), the two
/// non-characters U+FFFE and U+FFFF become U+FFFD, and every end of line becomes `\n`, as an XML
/// parser would read it. Tab and newline stay.
pub fn for_xml(text: &str) -> Cow<'_, str> {
    let foreign = |c: char| (c < ' ' && !matches!(c, '\t' | '\n')) || matches!(c, '\u{fffe}' | '\u{ffff}');
    replaced(text, foreign)
}

/// A transcript as plain text: what was sent with `>`, what came with `<`, the rest with `#`.
pub fn transcript(events: &[Event]) -> String {
    let mut out = String::new();
    for event in events {
        match event {
            Event::Exchange(exchange) => write_exchange(&mut out, exchange),
            Event::Bench(text) => write_lines(&mut out, "# bench: ", text),
            Event::Note(text) => write_lines(&mut out, "# ", text),
        }
    }
    out
}

fn write_exchange(out: &mut String, exchange: &ShownExchange) {
    write_lines(out, "> ", &exchange.curl);
    if let Some(status) = &exchange.status {
        write_lines(out, "< ", &format!("{status}  ({} ms)", exchange.millis));
    }
    for header in &exchange.headers {
        write_lines(out, "< ", header);
    }
    if !exchange.body.is_empty() {
        write_lines(out, "<   ", &exchange.body);
    }
    if let Some(trouble) = &exchange.trouble {
        write_lines(out, "! ", trouble);
    }
}

fn write_lines(out: &mut String, mark: &str, text: &str) {
    for line in text.lines() {
        let _ = writeln!(out, "{mark}{line}");
    }
}

/// What came back, on one line: `400 cash-lq-sale, body -10`, or why nothing did.
pub fn came(exchange: &ShownExchange) -> String {
    let mut parts = Vec::new();
    if let Some(status) = &exchange.status {
        parts.push(status.clone());
        parts.push(match exchange.body.as_str() {
            "" => "empty body".to_owned(),
            body => format!("body {body}"),
        });
    }
    parts.extend(exchange.trouble.clone());
    shown(&parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn control_characters_become_pictures() {
        assert_eq!(for_xml("a\0b\u{1b}[31m\tc\u{7f}\u{fffe}"), "a␀b␛[31m\tc\u{7f}\u{fffd}");
        assert_eq!(for_xml("1\r\n2\r3\n"), "1\n2\n3\n");
    }

    #[test]
    fn an_exchange_tells_both_ways() {
        let exchange = ShownExchange {
            curl: "curl 'http://h/api/?key=KEY'".into(),
            sent: "GET /api/".into(),
            status: Some("400 cash-lq-sale".into()),
            headers: vec!["Content-Length: 3".into()],
            body: "-10".into(),
            trouble: Some("connection closed".into()),
            millis: 7,
        };
        let text = transcript(&[Event::Note("begin".into()), Event::Exchange(exchange.clone())]);
        assert_eq!(
            text,
            "# begin\n> curl 'http://h/api/?key=KEY'\n< 400 cash-lq-sale  (7 ms)\n\
             < Content-Length: 3\n<   -10\n! connection closed\n"
        );
        assert_eq!(came(&exchange), "400 cash-lq-sale, body -10, connection closed");
        let silent =
            ShownExchange { status: None, trouble: Some("no answer within 30 s".into()), ..exchange };
        assert_eq!(came(&silent), "no answer within 30 s");
    }

    proptest! {
        #[test]
        fn what_is_harmless_stays(text in "[ -~а-яА-ЯәіңғүұқөһӘІҢҒҮҰҚӨҺ\n\t]{0,80}") {
            prop_assert_eq!(for_xml(&text), text.as_str());
        }
    }
}
