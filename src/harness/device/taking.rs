//! What a session takes from an answer: the key, the numbering, what was done; and the journal's line.

use super::cash::{CashDocuments, CashOperation};
use super::effects::{Effect, effect_of};
use super::keychain::KeyChain;
use super::session::{Session, SessionError, registration_of};
use ikkm_protocol::{Answer, Key, Kind, WireRequest};

impl Session {
    /// Whatever may be a key in an answer that the chain cannot follow must not show.
    pub(super) fn suspect(&mut self, answer: &Answer) {
        self.keys.suspect(&answer.body);
        self.keys.suspect(&answer.reason);
        answer.headers.iter().for_each(|(_, value)| self.keys.suspect(value.as_bytes()));
    }

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
        if may_have_registered(request, answer, &self.keys) {
            self.tally.register(request);
        }
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
                    if registration {
                        self.suspect(answer);
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
            }
        }
        self.keys.rotate(key);
    }
}

/// Whether an answer leaves it possible that a registration was made that no answer before told of.
/// A device that turns its keys as it should spends a request's key; one that does not may have
/// registered all the same, and so may one whose success cannot be read. A refusal, and the answer
/// to the repeat of what was told already, leave nothing behind.
fn may_have_registered(request: &WireRequest, answer: &Answer, keys: &KeyChain) -> bool {
    let sent = request.params().get("key").and_then(|key| Key::parse(key).ok());
    let spent = sent.as_ref().is_some_and(|key| keys.is_spent(key));
    match (lenient(answer), key_alone(answer)) {
        (Kind::Keyed { key, .. }, _) | (_, Some(key)) => keys.current() != Some(&key) || !spent,
        (Kind::Refused { .. }, None) => false,
        _ => (200..300).contains(&answer.status) && !spent,
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
