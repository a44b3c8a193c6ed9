//! What the client did about refusals (v22 §11.1) and about lost answers of what no replay protects.

use super::Notes;
use super::commits::Commits;
use super::view::{Exchange, Operation, View, told};

/// Paths whose operations a blind second sending would do twice, with the word that asks for them.
const UNPROTECTED: [(&str, &str); 5] = [
    ("/apiwithdraw", "withdraw"),
    ("/apideposit", "deposit"),
    ("/apibank", "bank"),
    ("/apiprint", "print"),
    ("/apizreport", "z-report"),
];

/// Judges refusals by operation, and what must not be sent twice over the whole trace.
pub(super) fn judge(view: &View, commits: &Commits, notes: &mut Notes) {
    for (place, operation) in view.operations.iter().enumerate() {
        refusals(view, operation, commits.doubted.contains(&place), notes);
    }
    unasked_z(view, notes);
    for (path, word) in UNPROTECTED {
        blind_repeats(view, path, word, notes);
    }
}

fn refusals(view: &View, operation: &Operation, doubted: bool, notes: &mut Notes) {
    let registrations: Vec<_> = view.of(operation).filter(|one| one.is_registration()).collect();
    let finished = operation.answer.is_some();
    let mut tried_again = false;
    for (place, exchange) in registrations.iter().enumerate() {
        let Some(reply) = exchange.heard() else { continue };
        let again = registrations.get(place + 1);
        match (reply.code(), again) {
            (Some(-2), Some(_)) => {
                tried_again = true;
                notes.tested("CLI-13");
            }
            // One that tried again may give up at last; a repeat may as well come later.
            (Some(-2), None) if finished && !tried_again && !doubted && operation.word() == "register" => {
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

fn unasked_z(view: &View, notes: &mut Notes) {
    for exchange in view.exchanges.iter().filter(|one| one.path == "/apizreport") {
        let operation = exchange.operation.and_then(|at| view.operations.get(at));
        if operation.is_some_and(|one| one.word() == "z-report") {
            continue;
        }
        let client = format!("it closed the shift unasked: {}", exchange.shown());
        let device = view.device_before(exchange.number);
        let step = operation.and_then(|one| one.step);
        notes.broke("CLI-13", step, device, client, Some(exchange.number));
    }
}

/// Whether something is sent again, after no answer, that its user has not asked for again.
fn blind_repeats(view: &View, path: &str, word: &str, notes: &mut Notes) {
    let mut lost: Option<&Exchange> = None;
    let mut asked = None;
    for exchange in &view.exchanges {
        let operation = exchange.operation.and_then(|at| view.operations.get(at));
        let asks = operation.is_some_and(|one| one.word() == word);
        if asks && exchange.operation != asked {
            asked = exchange.operation;
            lost = None;
        }
        match (lost, exchange.path == path) {
            (None, true) if exchange.heard().is_none() => {
                lost = Some(exchange);
                if operation.is_some_and(|one| one.answer.is_some()) {
                    notes.tested("CLI-19");
                }
            }
            // It has read something: what follows is not blind, unless it had been done.
            (Some(first), false) if exchange.heard().is_some() && first.did().is_none() => lost = None,
            (Some(first), true) => {
                let device = first.reply.as_ref().map(|reply| told(first, reply)).unwrap_or_default();
                let client = format!("it sent it again: {}", exchange.shown());
                let step = operation.and_then(|one| one.step);
                notes.broke("CLI-19", step, device, client, Some(exchange.number));
            }
            _ => {}
        }
    }
}
