//! What `fuzz` found, as the results that `run` has: a case a sequence, findings grouped.

use super::version;
use ikkm_harness::against::conclusion::{Told, Why};
use ikkm_harness::against::suite as against_suite;
use ikkm_harness::against::together::Which;
use ikkm_harness::fuzz::search::Failure;
use ikkm_harness::fuzz::suite_file;
use ikkm_harness::runner::grouping::groups;
use ikkm_harness::runner::outcome::{
    CaseFacts, CaseResult, DeviceFacts, Event, Finding, RunFacts, RunResult, Verdict,
};
use ikkm_requirements::{Level, requirements};
use std::path::Path;
use std::time::{Duration, Instant};
use time::OffsetDateTime;

/// What was searched.
#[derive(Debug, Clone)]
pub(super) struct Searched {
    pub target: String,
    pub device: DeviceFacts,
    pub bench: String,
    pub grants: String,
    pub rate: String,
    pub seed: u64,
}

/// Collects the results of sequences.
#[derive(Debug)]
pub(super) struct FuzzReport {
    started: OffsetDateTime,
    began: Instant,
    cases: Vec<CaseResult>,
}

impl FuzzReport {
    pub(super) fn begin() -> FuzzReport {
        FuzzReport { started: OffsetDateTime::now_utc(), began: Instant::now(), cases: Vec::new() }
    }

    /// A sequence was played; `suite` is where what failed is written.
    pub(super) fn played(
        &mut self,
        seed: u64,
        requests: u64,
        took: Duration,
        failure: Option<&Failure>,
        suite: &Path,
    ) {
        let mut case = CaseResult {
            name: format!("fuzz/seed-{seed}"),
            suite: "fuzz".to_owned(),
            verdict: Verdict::Pass,
            level: Level::Must,
            requirements: Vec::new(),
            requests: u32::try_from(requests).unwrap_or(u32::MAX),
            duration: took,
            message: None,
            findings: Vec::new(),
            transcript: Vec::new(),
            waived: None,
        };
        if let Some(failure) = failure {
            let found = &failure.finding;
            let level = requirements().level(&found.requirement);
            case.verdict = if level == Level::Must { Verdict::Fail } else { Verdict::Warn };
            case.level = level;
            case.requirements = vec![found.requirement.clone()];
            case.message =
                Some(format!("{}: expected {}, found {}", found.requirement, found.expected, found.found));
            case.findings = vec![Finding {
                requirement: found.requirement.clone(),
                level,
                place: suite.display().to_string(),
                expected: found.expected.clone(),
                found: found.found.clone(),
                exchange: None,
                follows: None,
                side: None,
            }];
            case.transcript = suite_file::steps(failure).into_iter().map(Event::Note).collect();
        }
        self.cases.push(case);
    }

    /// A sequence was played on two devices.
    pub(super) fn sequence(&mut self, seed: u64, requests: u64) {
        self.played(seed, requests, Duration::ZERO, None, Path::new(""));
    }

    /// Two devices differ; `suite` is where that is written.
    pub(super) fn difference(&mut self, number: usize, told: &Told, suite: &Path) {
        let Some(short) = told.shortest() else { return };
        let line = told.why.line().to_owned();
        let level = requirements().level(&line);
        let place = short.of.kinds.first().map_or("", |kind| kind.place.as_str());
        let (expected, found) = match &told.why {
            Why::Breaks { which: Which::Old, .. } => {
                (format!("{place}: new {}", short.new), format!("the old one: {}", short.old))
            }
            _ => (format!("{place}: as on the old one: {}", short.old), short.new.clone()),
        };
        let message = format!("{line}: {place}: new {}, old {}", short.new, short.old);
        self.cases.push(CaseResult {
            name: format!("against/difference-{number}"),
            suite: "against".to_owned(),
            verdict: Verdict::Fail,
            level,
            requirements: vec![line.clone()],
            requests: u32::try_from(short.requests).unwrap_or(u32::MAX),
            duration: Duration::ZERO,
            message: Some(message),
            findings: vec![Finding {
                requirement: line,
                level,
                place: suite.display().to_string(),
                expected,
                found,
                exchange: None,
                follows: None,
                side: None,
            }],
            transcript: against_suite::lines(told).into_iter().map(Event::Note).collect(),
            waived: None,
        });
    }

    /// The results of the whole search.
    pub(super) fn result(self, of: Searched, stopped: Option<String>, remarks: Vec<String>) -> RunResult {
        let about = "A sequence of operations that nobody thought of.";
        let facts = |case: &CaseResult| {
            let place = case.findings.first().map_or("fuzz", |finding| &finding.place).to_owned();
            (case.name.clone(), CaseFacts { about: Some(about.to_owned()), place })
        };
        RunResult {
            target: of.target,
            device: of.device,
            bench: of.bench,
            seed: Some(of.seed),
            started: self.started,
            duration: self.began.elapsed(),
            groups: groups(&self.cases),
            pairs: None,
            answers: std::collections::BTreeMap::new(),
            untested: Vec::new(),
            stopped,
            remarks,
            facts: RunFacts {
                program: version::program(),
                suites: version::suites(),
                requirements: version::requirements(),
                command: version::command_line(),
                grants: of.grants,
                rate: of.rate,
                person: std::env::var("USER").unwrap_or_default(),
                part: Some("fuzz plays drawn sequences, no suites".to_owned()),
                cases: self.cases.iter().map(facts).collect(),
                ..RunFacts::default()
            },
            cases: self.cases,
        }
    }
}
