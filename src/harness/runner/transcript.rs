//! What was sent and what came, as people and reports see it: keys replaced by placeholders.

use super::outcome::{CaseResult, Event, ShownExchange};
use crate::device::session::Sent;
use crate::device::transport::Outcome;
use crate::text::clip;
use crate::text::shell_quoted;
use ikkm_protocol::{Key, Method};
use std::collections::HashMap;

/// What stands where the current key stood.
pub const CURRENT: &str = "$IKKM_KEY";
/// What stands where a key stood that was spent, or that an answer gave.
pub const OTHER: &str = "$IKKM_OTHER_KEY";

/// The longest body text kept, in characters.
const LONGEST_BODY: usize = 4000;

/// Hides keys in texts.
#[derive(Debug, Default)]
pub struct Redactor {
    hidden: HashMap<String, &'static str>,
}

impl Redactor {
    /// Hides the current key and others that could still replay.
    pub fn new<'k>(current: Option<&Key>, others: impl IntoIterator<Item = &'k Key>) -> Redactor {
        let mut hidden: HashMap<String, &'static str> =
            others.into_iter().map(|key| (key.as_str().to_owned(), OTHER)).collect();
        hidden.extend(current.map(|key| (key.as_str().to_owned(), CURRENT)));
        Redactor { hidden }
    }

    /// The text without any of the keys.
    pub fn hide(&self, text: &str) -> String {
        if self.hidden.is_empty() {
            return text.to_owned();
        }
        // A transcript's texts are long and keys are many: one pass, whatever their number.
        let bytes = text.as_bytes();
        let mut out = String::with_capacity(text.len());
        let mut kept = 0;
        let mut at = 0;
        while let Some(window) = bytes.get(at..at + Key::DIGITS) {
            // A window of digits begins and ends between characters.
            let known = match window.iter().rposition(|byte| !byte.is_ascii_digit()) {
                Some(other) => {
                    at += other + 1;
                    continue;
                }
                None => text.get(at..at + Key::DIGITS).and_then(|digits| self.hidden.get(digits)),
            };
            match known {
                Some(shown) => {
                    out.push_str(text.get(kept..at).unwrap_or_default());
                    out.push_str(shown);
                    at += Key::DIGITS;
                    kept = at;
                }
                None => at += 1,
            }
        }
        out.push_str(text.get(kept..).unwrap_or_default());
        out
    }

    /// Hides the keys in every text of a result that a device, a bench or the judge wrote.
    pub fn hide_in(&self, result: &mut CaseResult) {
        let hide = |text: &mut String| *text = self.hide(text);
        result.message.iter_mut().for_each(hide);
        for finding in &mut result.findings {
            [&mut finding.expected, &mut finding.found].into_iter().for_each(hide);
        }
        for event in &mut result.transcript {
            match event {
                Event::Bench(text) | Event::Note(text) => hide(text),
                Event::Exchange(exchange) => {
                    let texts = [&mut exchange.curl, &mut exchange.sent, &mut exchange.body];
                    texts.into_iter().chain(&mut exchange.headers).for_each(hide);
                    exchange.status.iter_mut().chain(&mut exchange.trouble).for_each(hide);
                }
            }
        }
    }
}

/// Turns a request and what came of it into its shown form.
pub fn exchange(sent: &Sent, target: &str, redactor: &Redactor) -> ShownExchange {
    let request = &sent.request;
    let hide = |text: &str| redactor.hide(text);
    let mut exchange = ShownExchange {
        curl: hide(&curl(sent, target)),
        sent: hide(&clip(&format!("{} {}", request.method.as_str(), request.target), 300)),
        status: None,
        headers: Vec::new(),
        body: String::new(),
        trouble: None,
        millis: sent.delivery.elapsed.as_millis() as u64,
    };
    let mut show = |answer: &ikkm_protocol::Answer| {
        exchange.status = Some(hide(&format!("{} {}", answer.status, clip(&answer.reason_text(), 200))));
        exchange.headers =
            answer.headers.iter().map(|(name, value)| hide(&format!("{name}: {value}"))).collect();
        let body = hide(&String::from_utf8_lossy(&answer.body));
        exchange.body = clip(&body, LONGEST_BODY);
    };
    match &sent.delivery.outcome {
        Outcome::Answered(answer) => show(answer),
        Outcome::NotSent(why) => exchange.trouble = Some(format!("not sent: {why}")),
        Outcome::NoAnswer(trouble) => exchange.trouble = Some(trouble.to_string()),
        Outcome::Malformed { why, partial } => {
            if let Some(answer) = partial {
                show(answer);
            }
            exchange.trouble = Some(hide(why));
        }
    }
    exchange
}

/// A command that can be pasted into a shell; the key's placeholder is a shell variable.
fn curl(sent: &Sent, target: &str) -> String {
    let request = &sent.request;
    let target = target.trim_end_matches('/');
    let mut line = String::from("curl -sS -i ");
    if request.method == Method::Post {
        line.push_str("-X POST ");
        if let Some(kind) = &request.content_type {
            line.push_str(&format!("-H {} ", shell_quoted(&format!("Content-Type: {kind}"))));
        }
        let body = String::from_utf8_lossy(&request.body);
        line.push_str(&format!("--data-binary {} ", shell_quoted(&clip(&body, 8000))));
    }
    line.push_str(&shell_quoted(&format!("{target}{}", request.target)));
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_hidden_by_their_role() {
        let current = Key::parse("11111111").unwrap();
        let spent = Key::parse("22222222").unwrap();
        let redactor = Redactor::new(Some(&current), [&current, &spent]);
        let shown = redactor.hide("key=11111111 /dump/transaction/22222222 33333333");
        assert_eq!(shown, "key=$IKKM_KEY /dump/transaction/$IKKM_OTHER_KEY 33333333");
    }

    #[test]
    fn keys_are_hidden_wherever_their_digits_stand() {
        let current = Key::parse("11111111").unwrap();
        let others = ["22222222", "00000012"].map(|key| Key::parse(key).unwrap());
        let redactor = Redactor::new(Some(&current), &others);
        for (text, shown) in [
            ("11111111", "$IKKM_KEY"),
            ("1111111", "1111111"),
            ("", ""),
            ("x22222222", "x$IKKM_OTHER_KEY"),
            ("22222222ж", "$IKKM_OTHER_KEYж"),
            ("ж22222222ж11111111", "ж$IKKM_OTHER_KEYж$IKKM_KEY"),
            ("0000001200000012", "$IKKM_OTHER_KEY$IKKM_OTHER_KEY"),
            ("9922222222", "99$IKKM_OTHER_KEY"),
            ("0000000001299", "000$IKKM_OTHER_KEY99"),
            ("1111111122222222", "$IKKM_KEY$IKKM_OTHER_KEY"),
            ("111111111", "$IKKM_KEY1"),
            ("2222-2222", "2222-2222"),
            ("١١١١١١١١ 11111111", "١١١١١١١١ $IKKM_KEY"),
        ] {
            assert_eq!(redactor.hide(text), shown, "{text}");
        }
        assert_eq!(Redactor::default().hide("11111111"), "11111111");
    }

    #[test]
    fn quoting_keeps_the_shell_out() {
        assert_eq!(shell_quoted("a\"$(x)`\\"), "\"a\\\"\\$(x)\\`\\\\\"");
    }
}
