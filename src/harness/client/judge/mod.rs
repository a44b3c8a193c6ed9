//! The judge: what a trace says of the client. It knows the requirements and the trace, never the
//! emulator, and it compares three accounts: what the driver reports, what went over the wire, and
//! what the device's books say.
//!
//! - [`view`]: the trace put in order; [`exchange`]: a request and what came of it
//! - `chain`: keys, and the registration in doubt; `commits`: what was registered for whom
//! - `reports`: what the driver said, against wire and books
//! - `reactions`: what the client did about refusals and lost answers
//! - `pace`: one request a second, one at a time, and patience
//! - `content`: what the requests hold; `habits`: what a client does of itself
//!
//! A duty counts as tested only where its situation occurred and the reaction was seen.

mod chain;
mod commits;
mod content;
pub mod exchange;
mod habits;
mod pace;
mod reactions;
mod reports;
#[cfg(test)]
mod tests;
pub mod view;

use super::scenario::{ReportedOutcome, Scenario, StepKind};
use super::trace::{DriverTrouble, Trace};
use crate::runner::outcome::Verdict;
use ikkm_requirements::{Level, requirements};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use view::{Operation, View};

/// What came of a scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// One line: the first finding, or why there is no verdict.
    pub message: Option<String>,
    /// Every breach.
    pub violations: Vec<Violation>,
    /// The duties that were tested.
    pub tested: BTreeSet<String>,
    /// What goes against an advice: remarked, never a verdict.
    pub remarks: Vec<Violation>,
    /// The driver, not the client, failed.
    pub driver_failed: bool,
}

/// A breach of a duty, told in three lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Violation {
    /// The duty.
    pub requirement: String,
    /// Where the scenario asks for what was done.
    pub place: String,
    /// What the device did.
    pub device: String,
    /// What the document asks of a client now.
    pub asks: String,
    /// What the client did, with the request.
    pub client: String,
    /// The request that shows it.
    pub request: Option<u64>,
}

/// What the judge has found so far.
pub(super) struct Notes<'s> {
    scenario: &'s Scenario,
    violations: Vec<(Option<usize>, Violation)>,
    tested: BTreeSet<String>,
    /// When it showed that a crash had taken the key.
    crashed: Option<u64>,
}

impl Notes<'_> {
    /// A duty's situation occurred and the reaction was seen.
    fn tested(&mut self, id: &str) {
        self.tested.insert(id.to_owned());
    }

    /// A duty was broken in an operation.
    fn broke(&mut self, id: &str, step: Option<usize>, device: String, client: String, request: Option<u64>) {
        let place = step.and_then(|step| self.scenario.steps.get(step)).map(|step| step.place.clone());
        let asks = requirements()
            .get(id)
            .map_or_else(String::new, |line| format!("v22 §{}: the client {}", line.section, line.words));
        let place = place.unwrap_or_else(|| self.scenario.place.clone());
        let story = Violation { requirement: id.to_owned(), place, device, asks, client, request };
        self.tested(id);
        // Where nothing was asked for, all is one operation: then each request counts for itself.
        let watched = self.is_watching();
        let same =
            |other: &Violation| other.requirement == id && (!watched || other.request == story.request);
        if !self.violations.iter().any(|(at, other)| *at == step && same(other)) {
            self.violations.push((step, story));
        }
    }

    /// Nothing is asked: whatever comes is judged.
    fn is_watching(&self) -> bool {
        self.scenario.steps.is_empty()
    }

    /// Whether the scenario is about that duty.
    fn asks_for(&self, id: &str) -> bool {
        self.scenario.requirements.iter().any(|cited| cited == id)
    }

    fn blamed(&self, step: Option<usize>) -> bool {
        self.violations.iter().any(|(at, _)| *at == step)
    }
}

/// Judges a trace.
pub fn judge(scenario: &Scenario, trace: &Trace) -> Judgement {
    let view = View::new(trace);
    let mut notes = Notes { scenario, violations: Vec::new(), tested: BTreeSet::new(), crashed: None };
    let commits = chain::judge(&view, &mut notes);
    reactions::judge(&view, &mut notes);
    content::judge(&view, &commits, &mut notes);
    habits::judge(&view, &mut notes);
    reports::judge(&view, &commits, &mut notes);
    pace::judge(&view, &mut notes);
    expectations(&view, &mut notes);
    // What a client lacks beside its operations is judged by what it does without.
    let beside = |one: &&Operation| !matches!(one.word(), "settle" | "journal");
    let unsupported = view.operations.iter().filter(beside).find(|one| one.outcome() == Some("unsupported"));
    let broken = broken(&view, &mut notes);
    conclude(notes, unsupported, broken)
}

/// The outcomes that the scenario allows; only where no duty was already found broken.
fn expectations(view: &View, notes: &mut Notes) {
    let crashed = notes.crashed;
    for operation in &view.operations {
        let Some(step) = operation.step else { continue };
        // What follows from a key that a crash took is no fault of its own.
        if crashed.is_some_and(|at| operation.at >= at) && operation.outcome() != Some("done") {
            continue;
        }
        let Some(StepKind::Ask(ask)) = notes.scenario.steps.get(step).map(|step| &step.kind) else {
            continue;
        };
        let Some(outcome) = operation.outcome() else { continue };
        let code = operation.code();
        let fits = ask.expect.iter().any(|expected| match expected {
            ReportedOutcome::Refused(Some(wanted)) => {
                let told = outcome == "refused" || (outcome == "unknown" && is_vague(*wanted));
                told && code == Some(i64::from(*wanted))
            }
            other => other.text() == outcome,
        });
        let id = ask.cites.clone().or_else(|| notes.scenario.requirements.first().cloned());
        let Some(id) = id else { continue };
        if fits || notes.blamed(Some(step)) || outcome == "unsupported" {
            continue;
        }
        let wanted: Vec<String> = ask.expect.iter().map(|outcome| outcome.text()).collect();
        let last = view.of(operation).filter_map(|one| Some(view::told(one, one.reply.as_ref()?))).last();
        let device = last.unwrap_or_else(|| "the device got no request".to_owned());
        let code = code.map_or_else(String::new, |code| format!(" {code}"));
        let client = format!(
            "asked to {}, it reported {outcome}{code}, not {}",
            operation.word(),
            wanted.join(" or ")
        );
        notes.broke(&id, Some(step), device, client, None);
    }
}

/// A code that the document does not explain (v22 §11.1): a careful client tells it, and does not take
/// it for a no.
pub(super) fn is_vague(code: i32) -> bool {
    matches!(code, -99..=-19) || code < -199
}

/// How the driver broke, where the client is not to blame. Where requests had come in that
/// operation, the client is: it neither finished nor gave up.
fn broken(view: &View, notes: &mut Notes) -> Option<String> {
    let operation: &Operation = view.operations.iter().find(|operation| operation.broken.is_some())?;
    let (trouble, detail) = operation.broken.as_ref()?;
    let last =
        view.of(operation).filter_map(|one| Some((one.number, view::told(one, one.reply.as_ref()?)))).last();
    let by_client = matches!(trouble, DriverTrouble::Hung | DriverTrouble::Ended);
    match (last, notes.scenario.requirements.first().cloned()) {
        (Some((number, device)), Some(id)) if by_client => {
            let client = format!("asked to {}, it never finished: {detail}", operation.word());
            let id = if notes.asks_for("CLI-14") { "CLI-14".to_owned() } else { id };
            notes.broke(&id, operation.step, device, client, Some(number));
            None
        }
        _ => Some(format!("the driver failed when asked to {}: {detail}", operation.word())),
    }
}

fn conclude(notes: Notes, unsupported: Option<&Operation>, broken: Option<String>) -> Judgement {
    let level = |id: &str| requirements().level(id);
    let (remarks, violations): (Vec<Violation>, Vec<Violation>) = notes
        .violations
        .into_iter()
        .map(|(_, violation)| violation)
        .partition(|violation| level(&violation.requirement) == Level::Advice);
    let untested: Vec<&str> = notes
        .scenario
        .requirements
        .iter()
        .map(String::as_str)
        .filter(|id| !notes.tested.contains(*id))
        .collect();
    let first = violations.iter().max_by_key(|story| level(&story.requirement));
    let told = first.map(|story| format!("{}: {}", story.requirement, story.client));
    let (verdict, message) = match first {
        Some(story) if level(&story.requirement) == Level::Must => (Verdict::Fail, told),
        _ if broken.is_some() => (Verdict::Inconclusive, broken.clone()),
        Some(_) => (Verdict::Warn, told),
        None => match (unsupported, untested.as_slice()) {
            (Some(operation), _) => {
                (Verdict::NotApplicable, Some(format!("the client does not support {}", operation.word())))
            }
            (None, []) => (Verdict::Pass, None),
            (None, untested) => (
                Verdict::Inconclusive,
                Some(format!("the situation of {} did not occur", untested.join(", "))),
            ),
        },
    };
    Judgement { verdict, message, violations, remarks, tested: notes.tested, driver_failed: broken.is_some() }
}
