//! What the client did about refusals (v22 §11.1) and about lost answers of what no replay protects.

use super::Notes;
use super::view::{Exchange, Operation, View, told};

/// Paths whose operations a blind second sending would do twice, with the word that asks for them and
/// the duty: what moves money, and what only costs paper.
const UNPROTECTED: [(&str, &str, &str); 6] = [
    ("/apiwithdraw", "withdraw", "CLI-19"),
    ("/apideposit", "deposit", "CLI-19"),
    ("/apibank", "bank", "CLI-19"),
    ("/apiprint", "print", "CLI-30"),
    ("/apizreport", "z-report", "CLI-30"),
    ("/apixreport", "x-report", "CLI-30"),
];

/// Judges refusals by operation, and what must not be sent twice over the whole trace.
pub(super) fn judge(view: &View, notes: &mut Notes) {
    for operation in &view.operations {
        refusals(view, operation, notes);
    }
    unasked_z(view, notes);
    asks_for_key(view, notes);
    for (path, word, id) in UNPROTECTED {
        blind_repeats(view, path, word, id, notes);
    }
}

fn refusals(view: &View, operation: &Operation, notes: &mut Notes) {
    let registrations: Vec<_> = view.of(operation).filter(|one| one.is_registration()).collect();
    let finished = operation.answer.is_some();
    let busy = |one: &Exchange| one.heard().is_some_and(|reply| reply.code() == Some(-2));
    // It may wait and try again, or report it at once.
    if finished && view.of(operation).any(busy) {
        notes.tested("CLI-13");
    }
    for (place, exchange) in registrations.iter().enumerate() {
        let Some(reply) = exchange.heard() else { continue };
        let again = registrations.get(place + 1);
        match (reply.code(), again) {
            (Some(-6), Some(again)) => {
                let client = format!("it did not wait for its user: {}", again.shown());
                notes.broke("CLI-28", operation.step, told(exchange, reply), client, Some(again.number));
            }
            (Some(-1 | -6 | -3), None) if finished => notes.tested("CLI-28"),
            _ => {}
        }
    }
}

fn unasked_z(view: &View, notes: &mut Notes) {
    // What its user asked for is not known where it is only watched.
    if notes.is_watching() {
        return;
    }
    for exchange in view.exchanges.iter().filter(|one| one.path == "/apizreport") {
        let operation = exchange.operation.and_then(|at| view.operations.get(at));
        if operation.is_some_and(|one| one.word() == "z-report") {
            continue;
        }
        let client = format!("it closed the shift unasked: {}", exchange.shown());
        let device = view.device_before(exchange.number);
        let step = operation.and_then(|one| one.step);
        notes.broke("CLI-28", step, device, client, Some(exchange.number));
    }
}

/// A new key is asked for on -1 only.
fn asks_for_key(view: &View, notes: &mut Notes) {
    for operation in &view.operations {
        let asked = operation.answer.as_ref().and_then(|(_, answer)| answer.get("ask")?.as_str());
        let refused = view.exchanges.iter().filter(|one| one.at <= operation.at || one.operation.is_some());
        let wrong_key = refused.filter_map(Exchange::heard).any(|reply| reply.code() == Some(-1));
        if asked == Some("key") && !wrong_key {
            let last = view.of(operation).filter_map(|one| Some(told(one, one.reply.as_ref()?))).last();
            let device = last.unwrap_or_else(|| "the device refused no key".to_owned());
            notes.broke("CLI-28", operation.step, device, "it asked for a new key".to_owned(), None);
        }
    }
}

/// Whether something is sent again, after no answer, that its user has not asked for again.
fn blind_repeats(view: &View, path: &str, word: &str, id: &str, notes: &mut Notes) {
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
                    notes.tested(id);
                }
            }
            // It has read something: what follows is not blind, unless it had been done.
            (Some(first), false) if exchange.heard().is_some() && first.did().is_none() => lost = None,
            (Some(first), true) => {
                let device = first.reply.as_ref().map(|reply| told(first, reply)).unwrap_or_default();
                let client = format!("it sent it again: {}", exchange.shown());
                let step = operation.and_then(|one| one.step);
                notes.broke(id, step, device, client, Some(exchange.number));
            }
            _ => {}
        }
    }
}
