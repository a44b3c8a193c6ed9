//! What came of many scenarios, in the form that all reports read.

use super::judge::Judgement;
use super::judge::view::{View, told};
use super::scenario::Scenario;
use super::trace::{DriverTrouble, Trace, What};
use crate::runner::grouping::groups;
use crate::runner::outcome::{
    CaseResult, DeviceFacts, Event, Finding, RunFacts, RunResult, ShownExchange, Untested, Verdict,
};
use crate::text::{clip, curl, shell_quoted};
use ikkm_requirements::{Level, requirements};
use std::collections::BTreeSet;
use std::time::Duration;
use time::OffsetDateTime;

/// So many scenarios in which the driver failed are named.
const MOST_NAMES: usize = 5;

/// A scenario that was played and judged.
#[derive(Debug, Clone)]
pub struct Played {
    /// What happened.
    pub trace: Trace,
    /// What it says.
    pub judgement: Judgement,
    /// How long it took in real time.
    pub took: Duration,
}

/// A scenario's result as reports read it.
pub fn case_result(scenario: &Scenario, played: &Played, strict: bool) -> CaseResult {
    let level = |id: &str| requirements().level(id);
    let (transcript, places) = transcript(&played.trace, &played.judgement);
    let findings = played.judgement.violations.iter().map(|story| Finding {
        requirement: story.requirement.clone(),
        level: level(&story.requirement),
        place: story.place.clone(),
        expected: story.asks.clone(),
        found: format!("{}; then the client: {}", story.device, story.client),
        exchange: story
            .request
            .and_then(|number| places.iter().find(|(known, _)| *known == number).map(|(_, place)| *place)),
        follows: None,
        side: None,
    });
    let verdict = match played.judgement.verdict {
        Verdict::Warn if strict => Verdict::Fail,
        verdict => verdict,
    };
    CaseResult {
        name: scenario.name.clone(),
        suite: scenario.suite.clone(),
        verdict,
        level: scenario.requirements.iter().map(|id| level(id)).max().unwrap_or(Level::Must),
        requirements: scenario.requirements.clone(),
        requests: u32::try_from(places.len()).unwrap_or(u32::MAX),
        duration: played.took,
        message: played.judgement.message.clone(),
        findings: findings.collect(),
        transcript,
        waived: None,
    }
}

/// The trace as a transcript, and where in it each request stands. The violations come first.
fn transcript(trace: &Trace, judgement: &Judgement) -> (Vec<Event>, Vec<(u64, usize)>) {
    let mut events: Vec<Event> = Vec::new();
    // The findings tell the violations.
    for story in &judgement.remarks {
        for line in [&story.device, &story.asks, &format!("the client: {}", story.client)] {
            events.push(Event::Note(format!("{}: {line}", story.requirement)));
        }
    }
    let mut places = Vec::new();
    let mut asked_id = false;
    let view = View::new(trace);
    for entry in &trace.entries {
        let at = entry.at as f64 / 1000.0;
        match &entry.what {
            What::Asked { line, .. } => {
                asked_id = line.get("id").is_some();
                events.push(Event::Note(format!("{at:.2} s: asked {line}")));
            }
            What::Answered { line, .. } => {
                events.push(Event::Note(format!("{at:.2} s: answered {line}")));
                if asked_id && line.get("id").is_none() {
                    events.push(Event::Note(
                        "the answer names no id; it is taken for the open one's".to_owned(),
                    ));
                }
            }
            What::Broken { detail, .. } => events.push(Event::Note(format!("{at:.2} s: {detail}"))),
            What::Killed => events.push(Event::Note(format!("{at:.2} s: the client was killed"))),
            What::Device { did } => events.push(Event::Bench(did.clone())),
            What::ScreenKey { key, .. } => {
                events.push(Event::Bench(format!("somebody else sold; the screen shows {key}")));
            }
            What::Card { success } => {
                events.push(Event::Bench(format!("the card operation ends: {success}")))
            }
            What::Request { number, .. } => {
                if let Some(one) = view.exchanges.iter().find(|one| one.number == *number) {
                    places.push((*number, events.len()));
                    events.push(Event::Exchange(exchange(one)));
                }
            }
            What::Reply { .. } | What::Gone { .. } | What::Closed { .. } => {}
        }
    }
    (events, places)
}

fn exchange(one: &super::judge::view::Exchange) -> ShownExchange {
    let reply = one.reply.as_ref();
    let whole = one.heard().is_some();
    ShownExchange {
        curl: command(one),
        sent: clip(&one.shown(), 300),
        status: reply.map(|reply| format!("{} {}", reply.status, reply.reason)),
        headers: Vec::new(),
        body: reply.map_or_else(String::new, |reply| clip(&reply.body, 4000)),
        trouble: reply.filter(|_| !whole).map(|reply| told(one, reply)),
        millis: reply.map_or(0, |reply| reply.at.saturating_sub(one.at)),
    }
}

/// A command that can be pasted into a shell, whatever the client wrote.
fn command(one: &super::judge::view::Exchange) -> String {
    let method = format!("-X {} ", shell_quoted(&clip(&one.method, 20)));
    curl(&method, None, &clip(&one.body, 4000), &format!("http://DEVICE{}", clip(&one.target, 2000)))
}

/// All scenarios' results as one run. `client` is its name and version.
pub fn run_result(
    client: &str,
    scenarios: &[Scenario],
    played: &[Played],
    strict: bool,
    started: OffsetDateTime,
    took: Duration,
) -> RunResult {
    let cases: Vec<CaseResult> =
        scenarios.iter().zip(played).map(|(scenario, one)| case_result(scenario, one, strict)).collect();
    let failed: Vec<&str> = scenarios
        .iter()
        .zip(played)
        .filter(|(_, one)| one.judgement.driver_failed)
        .map(|(scenario, _)| scenario.name.as_str())
        .collect();
    let stopped = (!failed.is_empty()).then(|| {
        let few = failed.iter().take(MOST_NAMES).copied().collect::<Vec<_>>().join(", ");
        let more = failed.len().saturating_sub(MOST_NAMES);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("the driver failed in {} of {} scenarios: {few}{more}", failed.len(), scenarios.len())
    });
    let mut remarks: Vec<String> = Vec::new();
    for (scenario, one) in scenarios.iter().zip(played) {
        for remark in &one.judgement.remarks {
            let (id, client) = (&remark.requirement, &remark.client);
            remarks.push(format!("{id} (advice), {}: the client: {client}", scenario.name));
        }
    }
    RunResult {
        target: client.to_owned(),
        device: DeviceFacts::default(),
        bench: "driver".to_owned(),
        seed: None,
        started,
        duration: took,
        untested: untested(&cases),
        groups: groups(&cases),
        pairs: None,
        cases,
        answers: Default::default(),
        stopped,
        remarks,
        facts: RunFacts::default(),
    }
}

/// The duties that no scenario of this run tested.
fn untested(cases: &[CaseResult]) -> Vec<Untested> {
    let decided =
        |case: &&CaseResult| !matches!(case.verdict, Verdict::Inconclusive | Verdict::NotApplicable);
    let tested: BTreeSet<&str> =
        cases.iter().filter(decided).flat_map(|case| case.requirements.iter().map(String::as_str)).collect();
    // What a client cannot do at all is no duty of it.
    let lacks = |id: &String| {
        let mut about = cases.iter().filter(|case| case.requirements.contains(id)).peekable();
        about.peek().is_some() && about.all(|case| case.verdict == Verdict::NotApplicable)
    };
    let missing = requirements().all().filter(|line| {
        let is_duty = line.is_client() && line.level == Level::Must;
        is_duty && !tested.contains(line.id.as_str()) && !lacks(&line.id)
    });
    missing
        .map(|line| {
            let case = cases.iter().find(|case| case.requirements.contains(&line.id));
            let why = case.and_then(|case| case.message.clone());
            Untested {
                requirement: line.id.clone(),
                why: why.unwrap_or_else(|| "no selected scenario tests it".to_owned()),
            }
        })
        .collect()
}

/// Whether the driver could not even be started: then nothing was tested at all.
pub fn never_started(played: &[Played]) -> Option<String> {
    let trouble = |one: &Played| {
        one.trace.entries.iter().find_map(|entry| match &entry.what {
            What::Broken { trouble: DriverTrouble::NotStarted, detail, .. } => Some(detail.clone()),
            _ => None,
        })
    };
    let all: Vec<String> = played.iter().filter_map(trouble).collect();
    (!played.is_empty() && all.len() == played.len()).then(|| all.into_iter().next()).flatten()
}
