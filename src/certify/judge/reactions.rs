//! What the client did about refusals (v22 §11.1) and about lost answers of what no replay protects.

use super::Notes;
use super::view::{Operation, View, told};

/// Paths whose operations a blind second sending would do twice, with the word that asks for them.
const UNPROTECTED: [(&str, &str); 5] = [
    ("/apiwithdraw", "withdraw"),
    ("/apideposit", "deposit"),
    ("/apibank", "bank"),
    ("/apiprint", "print"),
    ("/apizreport", "z-report"),
];

/// Judges every operation by itself.
pub(super) fn judge(view: &View, notes: &mut Notes) {
    for operation in &view.operations {
        refusals(view, operation, notes);
        unasked_z(view, operation, notes);
        blind_repeats(view, operation, notes);
    }
}

fn refusals(view: &View, operation: &Operation, notes: &mut Notes) {
    let registrations: Vec<_> = view.of(operation).filter(|one| one.is_registration()).collect();
    for (place, exchange) in registrations.iter().enumerate() {
        let Some(reply) = exchange.heard() else { continue };
        let again = registrations.get(place + 1);
        let finished = operation.answer.is_some();
        match (reply.code(), again) {
            (Some(-2), Some(_)) => notes.tested("CLI-13"),
            (Some(-2), None) if finished => {
                let client = "it did not wait and try again".to_owned();
                notes.broke("CLI-13", operation.step, told(exchange, reply), client, Some(exchange.number));
            }
            (Some(-6), Some(again)) => {
                let client = format!("it did not wait for its user: {}", again.shown());
                notes.broke("CLI-13", operation.step, told(exchange, reply), client, Some(again.number));
            }
            (Some(-6 | -3), None) if finished => notes.tested("CLI-13"),
            _ => {}
        }
    }
}

fn unasked_z(view: &View, operation: &Operation, notes: &mut Notes) {
    if operation.word() == "z-report" {
        return;
    }
    for exchange in view.of(operation).filter(|one| one.path == "/apizreport") {
        let client = format!("it closed the shift unasked: {}", exchange.shown());
        let device = view.device_before(exchange.number);
        notes.broke("CLI-13", operation.step, device, client, Some(exchange.number));
    }
}

fn blind_repeats(view: &View, operation: &Operation, notes: &mut Notes) {
    for (path, word) in UNPROTECTED {
        let mut lost = None;
        for exchange in view.of(operation) {
            match (&lost, exchange.path == path) {
                (None, true) if operation.word() == word && exchange.heard().is_none() => {
                    lost = Some(exchange);
                }
                // It has read something: what follows is not blind, unless it was done.
                (Some(first), false) if exchange.heard().is_some() && first.did().is_none() => lost = None,
                (Some(first), true) => {
                    let device = first.reply.as_ref().map(|reply| told(first, reply)).unwrap_or_default();
                    let client = format!("it sent it again: {}", exchange.shown());
                    notes.broke("CLI-19", operation.step, device, client, Some(exchange.number));
                }
                _ => {}
            }
        }
        if lost.is_some() && operation.answer.is_some() {
            notes.tested("CLI-19");
        }
    }
}
