//! What a client does of itself: it refuses what it must not send, does not poll, bars other hosts.

use super::Notes;
use super::view::{Exchange, Operation, View};
use crate::client::scenario::StepKind;

/// Judges the whole trace.
pub(super) fn judge(view: &View, notes: &mut Notes) {
    unsendable(view, notes);
    habits(view, notes);
}

/// What must not be sent was asked for: the client saw it, whatever it made of it.
fn unsendable(view: &View, notes: &mut Notes) {
    for operation in &view.operations {
        let Some(StepKind::Ask(ask)) =
            operation.step.and_then(|at| notes.scenario.steps.get(at)).map(|step| &step.kind)
        else {
            continue;
        };
        if ask.unsendable && operation.answer.is_some() {
            for id in ["CLI-9", "CLI-10", "CLI-11", "CLI-25", "CLI-26", "CLI-27"] {
                if notes.asks_for(id) {
                    notes.tested(id);
                }
            }
        }
    }
}

/// CLI-17 and CLI-18, where the scenario is about them.
fn habits(view: &View, notes: &mut Notes) {
    let registering: Vec<&Operation> =
        view.operations.iter().filter(|one| one.word() == "register" && !one.requests.is_empty()).collect();
    if notes.asks_for("CLI-17") && registering.len() >= 3 {
        let polls = registering
            .iter()
            .filter(|one| view.of(one).next().is_some_and(|first| first.path.starts_with("/apicheck")))
            .count();
        if polls + 1 >= registering.len() {
            let client =
                format!("it asked for the status before {polls} of {} registrations", registering.len());
            notes.broke("CLI-17", None, "the device was ready all the time".to_owned(), client, None);
        } else {
            notes.tested("CLI-17");
        }
    }
    if notes.asks_for("CLI-18") {
        host_lock(view, notes);
    }
}

/// Each start of the client begins a session, and the lock comes before its first registration.
fn host_lock(view: &View, notes: &mut Notes) {
    let starts: Vec<u64> =
        view.operations.iter().filter(|one| one.word() == "connect").map(|one| one.at).collect();
    let session = |exchange: &Exchange| starts.iter().filter(|start| **start <= exchange.at).count();
    let sessions = view.exchanges.chunk_by(|one, next| session(one) == session(next));
    for session in sessions {
        let Some(first) = session.iter().position(Exchange::is_registration) else { continue };
        if session.iter().take(first).any(|one| one.params.get("Lockhost") == Some("true")) {
            notes.tested("CLI-18");
            continue;
        }
        let client = "it registered without locking the host first in this session".to_owned();
        let number = session.get(first).map(|one| one.number);
        notes.broke("CLI-18", None, "the device was open to every host".to_owned(), client, number);
    }
}
