//! One case against one device: fixtures, steps, expectations, a verdict, and order afterwards.

use super::outcome::{CaseResult, Event, Finding, Verdict};
use super::run::Runner;
use super::state::RunState;
use crate::bench::{self, BenchFault, ConditionName, Observation};
use crate::device::clock::ClockError;
use crate::device::session::SessionError;
use crate::golden::Golden;
use crate::ledger::reading::Reading;
use crate::suite::model::{Action, Case, Step};
use ikkm_protocol::{Answer, Key, Kind};
use ikkm_requirements::Level;
use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::time::Duration;

mod answer;
mod bench_acts;
mod books;
mod document;
mod exchange;
mod findings;
mod fixture;
mod look;
mod online;
mod reconcile;
mod send;
mod step;
mod together;
mod values;

/// Why a case ended before its last step.
#[derive(Debug)]
pub(super) enum Halt {
    /// A *must* is broken; the finding is recorded.
    Broken,
    /// The harness or the bench could not tell.
    Inconclusive(String),
    /// Something is missing that the case needs.
    NotApplicable(String),
    /// The run cannot go on.
    Stop(String),
}

impl From<SessionError> for Halt {
    fn from(error: SessionError) -> Halt {
        match error {
            SessionError::NotGranted(_) | SessionError::NoSecondAddress | SessionError::Limit(_) => {
                Halt::NotApplicable(error.to_string())
            }
            _ => Halt::Stop(error.to_string()),
        }
    }
}

impl From<BenchFault> for Halt {
    fn from(fault: BenchFault) -> Halt {
        Halt::Stop(fault.to_string())
    }
}

impl From<ClockError> for Halt {
    fn from(error: ClockError) -> Halt {
        Halt::Stop(error.to_string())
    }
}

/// What the last request was, to say which rule a suddenly invalid key breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LastAnswer {
    None,
    Registered,
    Refused,
    Other,
}

/// A case while it runs.
pub(super) struct CaseRun<'r> {
    runner: &'r mut Runner,
    case: &'r Case,
    events: Vec<Event>,
    findings: Vec<Finding>,
    /// The reading that `moves` compares with.
    opening: Option<Reading>,
    /// Whether the bench had the books in hand since then: it may have closed the shift.
    handed_over: bool,
    /// Why nothing that is found from here on can be held against the device: its rounding is open.
    open_rounding: Option<String>,
    /// Receipt and new key of the last registration of this case.
    registered: Option<(u64, Key)>,
    /// The key that it spent.
    spent: Option<Key>,
    saved: BTreeMap<String, String>,
    /// Every key seen in this case, so that none shows in a report.
    seen_keys: Vec<Key>,
    established: Vec<ConditionName>,
    last: LastAnswer,
    token: String,
    /// A Z report was accepted, and its end was not waited for yet.
    closing: bool,
    /// The first step was reached.
    began: bool,
    /// An answer looked as `must-occur` says.
    occurred: bool,
    /// An answer looked as `inconclusive-without` says.
    told: bool,
}

/// Runs a case; the flag says why the run cannot go on, if it cannot.
pub(super) async fn run(runner: &mut Runner, case: &Case) -> (CaseResult, Option<String>) {
    let requests_before = runner.session.requests;
    let began = runner.wall.now();
    runner.state.tokens += 1;
    let token = format!("{}{}", runner.state.token, runner.state.tokens);
    let mut run = CaseRun {
        runner,
        case,
        events: Vec::new(),
        findings: Vec::new(),
        opening: None,
        handed_over: false,
        open_rounding: None,
        registered: None,
        spent: None,
        saved: BTreeMap::new(),
        seen_keys: Vec::new(),
        established: Vec::new(),
        last: LastAnswer::None,
        token,
        closing: false,
        began: false,
        occurred: false,
        told: false,
    };
    let ended = run.all_steps().await;
    let tidied = run.tidy().await;
    let redactor = run.redactor(run.runner.session.keys.current());
    let (events, mut findings) = (std::mem::take(&mut run.events), std::mem::take(&mut run.findings));
    let mut stop = None;
    let mut message = None;
    let mut verdict = verdict_of(&findings, runner.options.strict);
    for halt in [ended.err(), tidied.err()].into_iter().flatten() {
        match halt {
            Halt::Broken => {}
            Halt::Inconclusive(why) => {
                // What was already found wrong stays found.
                if verdict == Verdict::Pass {
                    verdict = Verdict::Inconclusive;
                    message.get_or_insert(why);
                }
            }
            Halt::NotApplicable(why) => {
                if verdict == Verdict::Pass {
                    verdict = Verdict::NotApplicable;
                    message.get_or_insert(why);
                }
            }
            Halt::Stop(why) => {
                if verdict == Verdict::Pass {
                    verdict = Verdict::Inconclusive;
                    message.get_or_insert_with(|| why.clone());
                }
                stop.get_or_insert(why);
            }
        }
    }
    findings.dedup();
    if let (Verdict::Fail | Verdict::Warn, Some(first)) = (verdict, findings.first()) {
        message = Some(format!("{}: expected {}; found {}", first.requirement, first.expected, first.found));
    }
    let mut result = CaseResult {
        name: case.name.clone(),
        suite: case.suite.clone(),
        verdict,
        level: case.level,
        requirements: case.requirements.clone(),
        requests: u32::try_from(runner.session.requests - requests_before).unwrap_or(u32::MAX),
        duration: runner.wall.now().saturating_sub(began),
        message,
        findings,
        transcript: events,
        waived: None,
    };
    // Whatever way a key got into a text, it stays here.
    redactor.hide_in(&mut result);
    (result, stop.map(|why| redactor.hide(&why)))
}

/// The verdict that findings make. An open question is only ever found wrong where the register says
/// it can be: an answer outside a closed list, or two different answers in one run.
fn verdict_of(findings: &[Finding], strict: bool) -> Verdict {
    let of_finding = |finding: &Finding| match finding.level {
        Level::Advice => Verdict::Pass,
        Level::Should if !strict => Verdict::Warn,
        Level::Should | Level::Must | Level::Open => Verdict::Fail,
    };
    let verdicts: Vec<Verdict> = findings.iter().map(of_finding).collect();
    let has = |verdict| verdicts.contains(&verdict);
    match (has(Verdict::Fail), has(Verdict::Warn)) {
        (true, _) => Verdict::Fail,
        (false, true) => Verdict::Warn,
        (false, false) => Verdict::Pass,
    }
}

impl CaseRun<'_> {
    async fn all_steps(&mut self) -> Result<(), Halt> {
        self.go_on()?;
        self.needs()?;
        // Accepted whole documents are those of the start state.
        let whole = self.runner.options.golden.as_ref().is_some_and(Golden::needs_start_state);
        if whole && self.case.steps.iter().any(|step| step.golden.is_some()) {
            self.act(bench::Action::FactoryReset).await?;
        }
        self.fixtures().await?;
        for what in [Observation::Tape, Observation::Online] {
            let observes = |step: &Step| matches!(step.action, Action::Observe(seen) if seen == what);
            if self.case.steps.iter().any(observes) && !self.runner.bench.confirms() {
                match what {
                    Observation::Online => self.let_messages_by().await?,
                    _ => drop(self.observe(what).await?),
                }
            }
        }
        if self.case.steps.iter().any(|step| step.moves.is_some()) {
            self.opening = Some(self.reading().await?);
        }
        self.began = true;
        for step in &self.case.steps {
            self.go_on()?;
            if self.closing && !send::looks_at_busy(step) {
                self.wait_for_closed_shift().await?;
            }
            self.step(step).await?;
        }
        self.judge_occurrences()
    }

    /// What at least one answer of the case had to look like.
    fn judge_occurrences(&mut self) -> Result<(), Halt> {
        if self.case.inconclusive_without.is_some() && !self.told {
            let why =
                "no answer of the device was of the kind that the case is about, so nothing can be told";
            return Err(Halt::Inconclusive(why.to_owned()));
        }
        if let (Some(lazy), false) = (&self.case.must_occur, self.occurred) {
            let expected = lazy.get(|_| None).map_or_else(|why| why, |expectation| expectation.to_string());
            let finding = self.finding(
                &self.case.requirements[0],
                &self.case.place,
                format!("at least one answer of this case to be {expected}"),
                "none was".to_owned(),
            );
            return self.found(finding);
        }
        Ok(())
    }

    /// Ends the run where somebody asked for it.
    fn go_on(&self) -> Result<(), Halt> {
        if self.runner.options.interrupted.load(Ordering::Relaxed) {
            return Err(interrupted());
        }
        Ok(())
    }

    /// Clears what stands, so that the next case finds the device as it should be.
    async fn tidy(&mut self) -> Result<(), Halt> {
        let mut ended = if self.closing { self.wait_for_closed_shift().await } else { Ok(()) };
        while let Some(condition) = self.established.pop() {
            // One that cannot be cleared must not keep the others.
            ended = ended.and(self.clear(condition).await);
        }
        ended
    }

    fn state(&mut self) -> &mut RunState {
        &mut self.runner.state
    }

    /// Waits as a step says, unless the run is interrupted meanwhile.
    async fn wait_unless_interrupted(&self, duration: Duration) -> Result<(), Halt> {
        let flag = &self.runner.options.interrupted;
        let cut = async {
            while !flag.load(Ordering::Relaxed) {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::select! {
            slept = self.runner.session.clock().sleep(duration) => Ok(slept?),
            () = cut => Err(interrupted()),
        }
    }

    /// Waits on the run's clock.
    async fn wait(&self, duration: Duration) -> Result<(), Halt> {
        Ok(self.runner.session.clock().sleep(duration).await?)
    }
}

fn interrupted() -> Halt {
    Halt::Stop("interrupted; the verdicts so far are kept".to_owned())
}

/// The code of a refusal.
fn refusal_code(answer: &Answer) -> Option<i32> {
    match answer.kind() {
        Kind::Refused { code } => Some(code),
        _ => None,
    }
}
