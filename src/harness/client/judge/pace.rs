//! One request a second (CLI-6), one at a time (CLI-24), and patience (CLI-7). The second is measured from
//! first byte to first byte, as the device sees them.

use super::Notes;
use super::view::{Exchange, View, told};
use crate::client::trace::Fate;

/// At a smaller scale a process's hiccups are longer than what is measured.
const SMALLEST_SECOND: u32 = 100;

/// Judges the whole trace.
pub(super) fn judge(view: &View, notes: &mut Notes) {
    gaps(view, notes);
    overlaps(view, notes);
    patience(view, notes);
}

fn step(view: &View, exchange: &Exchange) -> Option<usize> {
    view.operations.get(exchange.operation?)?.step
}

/// Two requests of one run of the client: a fresh process cannot know when the last one sent.
fn same_run(view: &View, first: &Exchange, second: &Exchange) -> bool {
    !view.operations.iter().any(|one| {
        one.word() == "connect" && one.at >= first.at && one.at <= second.at && one.line.get("key").is_none()
    })
}

fn gaps(view: &View, notes: &mut Notes) {
    if view.trace.second < SMALLEST_SECOND {
        return;
    }
    let allowance = view.allowance(20);
    let mut short = Vec::new();
    // A busy machine sees requests late, never early. So each is taken to have left as early as it can
    // have: after the client was asked and had its last answer, and a second after the one before.
    let mut left = None;
    for (place, second) in view.exchanges.iter().enumerate() {
        let first = place.checked_sub(1).and_then(|before| view.exchanges.get(before));
        let first = first.filter(|first| same_run(view, first, second));
        let asked = second.operation.and_then(|at| view.operations.get(at)).map_or(0, |one| one.at);
        let free = first.map_or(0, |first| free_again(first).min(second.at));
        let mut earliest = asked.max(free).min(second.at);
        if let (Some(first), Some(before)) = (first, left) {
            earliest = earliest.max(before + 1000);
            if earliest > second.at + allowance {
                short.push(((1000 + second.at).saturating_sub(earliest), first, second));
            }
        }
        left = Some(earliest.min(second.at));
    }
    if view.exchanges.len() >= 3 {
        notes.tested("CLI-6");
    }
    let worst = short.iter().min_by_key(|(gap, ..)| *gap);
    if let Some((gap, first, second)) = worst.filter(|(gap, ..)| short.len() >= 2 || *gap < 500) {
        let device = format!("the device got request {}", first.number);
        let client = format!("{gap} ms later it sent {}", second.shown());
        notes.broke("CLI-6", step(view, second), device, client, Some(second.number));
        let hasty = short.iter().filter(|(_, first, _)| refused_as_busy(first)).count();
        if refused_as_busy(first) && hasty >= 2 {
            let device = "the device was busy (-2)".to_owned();
            let client = "it tried again without a pause".to_owned();
            notes.broke("CLI-13", step(view, second), device, client, Some(second.number));
        }
    }
}

/// When a client that does one thing at a time could send again.
fn free_again(exchange: &Exchange) -> u64 {
    match &exchange.reply {
        Some(reply) if !exchange.gone && reply.fate != Fate::Held => reply.at,
        _ => exchange.at,
    }
}

fn refused_as_busy(exchange: &Exchange) -> bool {
    exchange.heard().is_some_and(|reply| reply.code() == Some(-2))
}

fn overlaps(view: &View, notes: &mut Notes) {
    for pair in view.exchanges.windows(2) {
        let [first, second] = pair else { continue };
        let Some(reply) = first.reply.as_ref().filter(|_| !first.gone && same_run(view, first, second))
        else {
            continue;
        };
        let waited = second.at.saturating_sub(first.at) + view.allowance(50) >= 30_000;
        if reply.fate != Fate::Held && !waited && second.at + view.allowance(5) < reply.at {
            let device = format!("the device was still answering request {}", first.number);
            let client = format!("it sent {}", second.shown());
            notes.broke("CLI-24", step(view, second), device, client, Some(second.number));
        }
    }
    if view.exchanges.iter().any(|one| one.took() >= 3000) {
        notes.tested("CLI-24");
    }
}

/// The device was still at it when the scenario ended, and the client had long sent it again.
fn repeated_early(view: &View, place: usize, exchange: &Exchange, notes: &mut Notes) {
    let mut later = view.exchanges.iter().skip(place + 1);
    let again = later.find(|one| {
        one.operation == exchange.operation
            && one.path == exchange.path
            && one.fingerprint() == exchange.fingerprint()
            && same_run(view, exchange, one)
    });
    if let Some(again) =
        again.filter(|again| again.at.saturating_sub(exchange.at) + view.allowance(50) < exchange.limit)
    {
        let waited = again.at.saturating_sub(exchange.at) / 1000;
        let client = format!("it waited {waited} s and sent it again: {}", again.shown());
        let device = format!("the device was still answering request {}", exchange.number);
        notes.broke("CLI-7", step(view, again), device, client, Some(again.number));
    }
}

fn patience(view: &View, notes: &mut Notes) {
    for (place, exchange) in view.exchanges.iter().enumerate() {
        let Some(reply) = &exchange.reply else {
            repeated_early(view, place, exchange, notes);
            continue;
        };
        let Fate::Late(late) = reply.fate else { continue };
        let limit = exchange.limit;
        let operation = exchange.operation.and_then(|at| view.operations.get(at));
        if late >= limit || operation.is_none_or(|one| one.killed) {
            continue;
        }
        // A busy machine may be later than the scenario wants; what counts is how long it was.
        let answered = operation.and_then(|one| one.answer.as_ref()).map(|(at, _)| *at);
        let gave_up = answered.filter(|at| *at < reply.at).or(exchange.gone.then_some(reply.at));
        match gave_up {
            Some(at) if at.saturating_sub(exchange.at) + view.allowance(50) < limit => {
                let client =
                    format!("it did not wait {} s for the answer to {}", limit / 1000, exchange.shown());
                let told = told(exchange, reply);
                notes.broke("CLI-7", step(view, exchange), told, client, Some(exchange.number));
            }
            Some(_) => {}
            None if late + 10_000 >= limit => notes.tested("CLI-7"),
            None => {}
        }
    }
}
