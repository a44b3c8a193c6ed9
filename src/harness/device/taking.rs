//! What a session takes from an answer: the key, the numbering, what was done; and the journal's line.

use super::cash::{CashDocuments, CashOperation};
use super::effects::{Effect, effect_of};
use super::session::{Session, SessionError, registration_of};
use ikkm_protocol::{Answer, Key, Kind, WireRequest};

impl Session {
    /// Writes the answer to the open request down.
    pub(super) fn answered(&mut self, answer: &Answer) -> Result<(), SessionError> {
        let key = self.keys.current();
        let Some(journal) = &mut self.journal else { return Ok(()) };
        Ok(journal.answered(journal.open_number(), answer, key)?)
    }

    /// Writes down what became of the open request.
    pub(super) fn closed(&mut self, how: &str) -> Result<(), SessionError> {
        let key = self.keys.current();
        let Some(journal) = &mut self.journal else { return Ok(()) };
        Ok(journal.settled(journal.open_number(), how, key)?)
    }

    /// Takes over what an answer says of the key, the numbering, and what was done.
    pub(super) fn take_over(&mut self, request: &WireRequest, answer: &Answer) {
        self.tally.follow_modes(request, answer);
        if let Some(documents) = CashDocuments::of_report(request, answer) {
            self.cash = Some(documents);
        }
        if effect_of(request) == Effect::Shift && answer.status == 200 {
            self.last_receipt = None;
            self.cash = None;
        }
        let registration = registration_of(request).is_some();
        let (number, key) = match lenient(answer) {
            Kind::Keyed { number, key } => (Some(number), key),
            _ => match key_alone(answer).filter(|_| registration) {
                Some(key) => (None, key),
                None => {
                    if let Some(text) = answer.body_text().filter(|_| registration) {
                        self.keys.suspect(text);
                    }
                    return;
                }
            },
        };
        if let Some(operation) = CashOperation::of(request) {
            self.cash = self.cash.map(|documents| documents.and(operation));
        }
        if registration {
            // A repeat tells the number of an earlier shift, too: it says nothing of where numbering is.
            if self.keys.current() != Some(&key) {
                self.last_receipt = self.last_receipt.max(number);
                self.tally.register(request);
            }
        }
        self.keys.rotate(key);
    }
}

/// The new key of a success whose reason phrase is no receipt number: the chain must not break, and
/// the key must not show, where only WIRE-10 is broken.
fn key_alone(answer: &Answer) -> Option<Key> {
    (answer.status == 200).then(|| Key::parse(answer.body_text()?.trim()).ok()).flatten()
}

/// The answer's kind, white space around the body forgiven: the chain must not break where only
/// WIRE-1 is broken.
fn lenient(answer: &Answer) -> Kind {
    match answer.body_text() {
        Some(text) if text.trim() != text => Answer { body: text.trim().into(), ..answer.clone() }.kind(),
        _ => answer.kind(),
    }
}
