//! What a session knows of its device: the key, the numbering, the cash documents, what was done.
//!
//! All of it comes from requests that were sent and answers that came ([`Knowledge::apply_answer`]).

use super::cash::{CashDocuments, CashOperation};
use super::effects::{Effect, effect_of};
use super::keychain::KeyChain;
use super::totals::RunTotals;
use ikkm_protocol::{Answer, Key, Kind, WireRequest};

/// What is known of a device.
#[derive(Debug, Default)]
pub struct Knowledge {
    /// The key chain; [`Session::reset_key`](super::session::Session::reset_key) changes it from outside.
    pub keys: KeyChain,
    /// The highest receipt number of this session's registrations; forgotten where numbering may
    /// begin anew.
    pub last_receipt: Option<u64>,
    /// What was done so far.
    pub totals: RunTotals,
    pub(super) cash: Option<CashDocuments>,
}

impl Knowledge {
    pub(super) fn new(keys: KeyChain) -> Knowledge {
        Knowledge { keys, ..Knowledge::default() }
    }

    /// Whatever may be a key in an answer that the chain cannot follow must not show.
    pub(super) fn suspect(&mut self, answer: &Answer) {
        self.keys.suspect(&answer.body);
        self.keys.suspect(&answer.reason);
        answer.headers.iter().for_each(|(_, value)| self.keys.suspect(value.as_bytes()));
    }

    /// Takes over what an answer says of the key, the numbering, and what was done.
    pub(super) fn apply_answer(&mut self, request: &WireRequest, answer: &Answer) {
        if may_have_registered(request, answer, &self.keys) {
            self.totals.register(request);
        }
        self.totals.follow_modes(request, answer);
        self.totals.follow_cash(request, answer);
        if let Some(documents) = CashDocuments::of_report(request, answer) {
            self.cash = Some(documents);
        }
        if effect_of(request) == Effect::Shift && answer.status == 200 {
            self.last_receipt = None;
            self.cash = None;
        }
        let registration = request.registration().is_some();
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

#[cfg(test)]
mod tests {
    use super::*;
    use ikkm_protocol::Method;

    fn known() -> Knowledge {
        Knowledge::new(KeyChain::new(Key::parse("11111111").unwrap()))
    }

    fn answer(status: u16, reason: &str, body: &[u8]) -> Answer {
        Answer { status, reason: reason.as_bytes().to_vec(), headers: Vec::new(), body: body.to_vec() }
    }

    #[test]
    fn a_repeat_says_nothing_of_where_numbering_is() {
        let mut known = known();
        let sale = WireRequest::bare(Method::Get, "/api/?key=11111111&sale=5&cash=5");
        known.apply_answer(&sale, &answer(200, "211", b"22222222"));
        let z = WireRequest::bare(Method::Get, "/apizreport/?key=22222222");
        known.apply_answer(&z, &answer(200, "z-report-started", b"0"));
        known.apply_answer(&sale, &answer(200, "211", b"22222222"));
        assert_eq!(known.last_receipt, None);
        let next = WireRequest::bare(Method::Get, "/api/?key=22222222&sale=5&cash=5");
        known.apply_answer(&next, &answer(200, "1", b"33333333"));
        assert_eq!(known.last_receipt, Some(1));
        assert_eq!(known.totals.all().0, 2, "a repeat is no registration more");
    }

    #[test]
    fn what_may_have_been_registered_counts_whatever_came_back() {
        let receipts = |target: &str, answers: &[Answer]| {
            let mut known = known();
            let sale = WireRequest::bare(Method::Get, target);
            answers.iter().for_each(|answer| known.apply_answer(&sale, answer));
            known.totals.all().0
        };
        let sale = "/api/?key=11111111&sale=5&cash=5";
        let same = answer(200, "7", b"11111111");
        assert_eq!(receipts(sale, &[same.clone(), same.clone(), same]), 3, "a key that never turns");
        for body in [&b"2222222"[..], b"", b"\xff\xfe", b"222222222", b"0", b"<html>"] {
            assert_eq!(receipts(sale, &[answer(200, "7", body)]), 1, "{body:?}");
        }
        assert_eq!(receipts(sale, &[answer(200, "ok", b"22222222")]), 1);
        let turned = answer(200, "7", b"22222222");
        assert_eq!(receipts(sale, &[turned.clone(), turned.clone()]), 1, "the repeat");
        let again = [turned.clone(), answer(200, "8", b"33333333")];
        assert_eq!(receipts(sale, &again), 2, "a repeat that registers");
        for refused in [answer(400, "cash-lq-sale", b"-10"), answer(400, "wrong-key", b"-1")] {
            assert_eq!(receipts(sale, &[refused]), 0);
        }
        assert_eq!(receipts("/apideposit/?key=11111111&cash=5", &[turned]), 0);
    }
}
