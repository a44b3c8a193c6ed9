//! One request a second, one at a time (CLI-6), and patience (CLI-7). The second is measured from
//! first byte to first byte, as the device sees them.

use super::Notes;
use super::view::{Exchange, View, told};
use crate::certify::trace::Fate;

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
    let least = 1000_u64.saturating_sub(view.allowance(20));
    let mut short = Vec::new();
    // A request that a busy machine saw late leaves a long gap before the short one: together they
    // are as long as they must be, and nothing is proved.
    let mut surplus = 0;
    for pair in view.exchanges.windows(2) {
        let [first, second] = pair else { continue };
        let gap = second.at.saturating_sub(first.at);
        if same_run(view, first, second) && gap + surplus < least {
            short.push((gap, first, second));
        }
        surplus = gap.saturating_sub(1000);
    }
    if view.exchanges.len() >= 3 {
        notes.tested("CLI-6");
    }
    let worst = short.iter().min_by_key(|(gap, ..)| *gap);
    if let Some((gap, first, second)) = worst.filter(|(gap, ..)| short.len() >= 2 || *gap < 500) {
        let device = format!("the device got request {}", first.number);
        let client = format!("{gap} ms later it sent {}", second.shown());
        notes.broke("CLI-6", step(view, second), device, client, Some(second.number));
        let refused = first.heard().is_some_and(|reply| reply.code() == Some(-2));
        if refused && short.len() >= 3 {
            let device = "the device was busy (-2)".to_owned();
            let client = "it tried again without a pause".to_owned();
            notes.broke("CLI-13", step(view, second), device, client, Some(second.number));
        }
    }
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
            notes.broke("CLI-6", step(view, second), device, client, Some(second.number));
        }
    }
}

fn patience(view: &View, notes: &mut Notes) {
    for exchange in &view.exchanges {
        let Some(reply) = &exchange.reply else { continue };
        let Fate::Late(late) = reply.fate else { continue };
        let limit = if exchange.path == "/apizreport" { 90_000 } else { 30_000 };
        let operation = exchange.operation.and_then(|at| view.operations.get(at));
        if late >= limit || operation.is_none_or(|one| one.killed) {
            continue;
        }
        let answered = operation.and_then(|one| one.answer.as_ref()).is_some_and(|(at, _)| *at < reply.at);
        if exchange.gone || answered {
            let client = format!("it did not wait {} s for the answer to {}", limit / 1000, exchange.shown());
            notes.broke("CLI-7", step(view, exchange), told(exchange, reply), client, Some(exchange.number));
        } else if late + 10_000 >= limit {
            notes.tested("CLI-7");
        }
    }
}
