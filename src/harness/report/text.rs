//! Foreign text made fit to be shown, and a transcript as plain text.

use crate::runner::outcome::{Event, ShownExchange};
use std::borrow::Cow;
use std::fmt::Write;

/// Text that XML 1.0 can hold: C0 characters become their pictures (U+2400 and up), the two
/// non-characters U+FFFE and U+FFFF become U+FFFD, and every end of line becomes `\n`, as an XML
/// parser would read it. Tab and newline stay.
pub fn for_xml(text: &str) -> Cow<'_, str> {
    let foreign = |c: char| (c < ' ' && !matches!(c, '\t' | '\n')) || matches!(c, '\u{fffe}' | '\u{ffff}');
    replaced(text, foreign)
}

/// Text that does nothing to a terminal but show: also DEL and the C1 characters, which start
/// escape sequences, and the marks that turn the direction of writing.
pub fn for_terminal(text: &str) -> Cow<'_, str> {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    replaced(text, |c| (c.is_control() && !matches!(c, '\t' | '\n')) || turns(c))
}

/// The same on one line, for a place where a newline would break the layout.
pub fn one_line(text: &str) -> String {
    for_terminal(text).replace(['\n', '\t'], " ")
}

fn replaced(text: &str, foreign: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&foreign) {
        return Cow::Borrowed(text);
    }
    let whole_lines = text.replace("\r\n", "\n");
    let shown = |c: char| match c {
        '\r' => '\n',
        '\u{7f}' if foreign(c) => '\u{2421}',
        _ if !foreign(c) => c,
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        _ => '\u{fffd}',
    };
    Cow::Owned(whole_lines.chars().map(shown).collect())
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
    one_line(&parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn control_characters_become_pictures() {
        assert_eq!(for_xml("a\0b\u{1b}[31m\tc\u{7f}\u{fffe}"), "a␀b␛[31m\tc\u{7f}\u{fffd}");
        assert_eq!(for_xml("1\r\n2\r3\n"), "1\n2\n3\n");
        assert_eq!(for_terminal("\u{7f}\u{9b}31m\u{202e}x"), "␡\u{fffd}31m\u{fffd}x");
        assert_eq!(one_line("a\r\nb\tc"), "a b c");
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
            prop_assert_eq!(for_terminal(&text), text.as_str());
        }

        #[test]
        fn no_control_character_reaches_a_terminal(text in any::<String>()) {
            prop_assert!(!one_line(&text).chars().any(char::is_control));
        }
    }
}
