//! What was sent and what came, as people and reports see it: keys replaced by placeholders.

use super::outcome::{CaseResult, Event, ShownExchange};
use crate::device::session::Sent;
use crate::device::transport::Outcome;
use crate::text::{clip, curl};
use ikkm_protocol::Method;

pub use crate::device::redaction::Redactor;

/// The longest body text kept, in characters.
const LONGEST_BODY: usize = 4000;

/// The same of a request's body in a command, in characters.
const LONGEST_BODY_IN_A_COMMAND: usize = 8000;

impl Redactor {
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
                    exchange.curl = self.hide_in_command(&exchange.curl);
                    let texts = [&mut exchange.sent, &mut exchange.body];
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
        // What is shown is hidden first: its keys are counted as they appear.
        curl: String::new(),
        sent: clip(&hide(&format!("{} {}", request.method.as_str(), request.target)), 300),
        status: None,
        headers: Vec::new(),
        body: String::new(),
        trouble: None,
        millis: sent.delivery.elapsed.as_millis() as u64,
    };
    let mut show = |answer: &ikkm_protocol::Answer| {
        exchange.status = Some(clip(&hide(&format!("{} {}", answer.status, answer.reason_text())), 204));
        exchange.headers =
            answer.headers.iter().map(|(name, value)| hide(&format!("{name}: {value}"))).collect();
        let body = redactor.hide_bytes(&answer.body);
        exchange.body = clip(&String::from_utf8_lossy(&body), LONGEST_BODY);
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
    exchange.curl = redactor.hide_in_command(&command(sent, target));
    exchange
}

/// A command that can be pasted into a shell; the key's placeholder is a shell variable.
fn command(sent: &Sent, target: &str) -> String {
    let request = &sent.request;
    let url = format!("{}{}", target.trim_end_matches('/'), request.target);
    match request.method {
        Method::Get => curl("", None, "", &url),
        Method::Put => curl("-X PUT ", None, "", &url),
        Method::Post => {
            let body = without_half_a_key(&String::from_utf8_lossy(&request.body));
            curl("-X POST ", request.content_type.as_deref(), &body, &url)
        }
    }
}

/// The body as far as a command shows it: never up to the middle of a key, which nobody would know again.
fn without_half_a_key(body: &str) -> String {
    match body.char_indices().nth(LONGEST_BODY_IN_A_COMMAND) {
        None => body.to_owned(),
        Some((at, _)) => {
            let kept = body.get(..at).unwrap_or_default().trim_end_matches(|c: char| c.is_ascii_digit());
            let rest = body.get(kept.len()..).unwrap_or_default().chars().count();
            format!("{kept}… ({rest} more characters)")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_cut_before_a_key_and_not_in_it() {
        let body = format!("{}=12345678&x", "x".repeat(LONGEST_BODY_IN_A_COMMAND - 5));
        let shown = without_half_a_key(&body);
        assert!(shown.ends_with("=… (10 more characters)"), "{}", &shown[shown.len() - 60..]);
        assert_eq!(without_half_a_key("12345678"), "12345678");
    }
}
