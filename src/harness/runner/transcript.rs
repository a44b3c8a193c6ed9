//! What was sent and what came, as people and reports see it: keys replaced by placeholders.

use super::outcome::{CaseResult, Event, ShownExchange};
use crate::device::session::Sent;
use crate::device::transport::Outcome;
use crate::text::clip;
use crate::text::shell_quoted;
use ikkm_protocol::Method;

pub use crate::device::redaction::Redactor;

/// The longest body text kept, in characters.
const LONGEST_BODY: usize = 4000;

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
    fn quoting_keeps_the_shell_out() {
        assert_eq!(shell_quoted("a\"$(x)`\\"), "\"a\\\"\\$(x)\\`\\\\\"");
    }
}
