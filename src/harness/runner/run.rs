//! A run: the cases one after the other, until the last or until the device or the bench is lost.

use super::case;
use super::grouping;
use super::outcome::{CaseResult, DeviceFacts, RunFacts, RunResult, Untested, Verdict};
use super::state::RunState;
use super::transcript::Redactor;
use crate::bench::Bench;
use crate::device::clock::Clock;
use crate::device::identity::identify;
use crate::device::session::Session;
use crate::golden::Golden;
use crate::suite::model::Case;
use crate::suite::reserved::reconciled;
use ikkm_requirements::{Level, requirements};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use time::OffsetDateTime;

/// What a run is told beside its cases.
#[derive(Debug)]
pub struct RunOptions {
    /// The target as reports show it: a URL.
    pub target: String,
    /// A *should* that is broken fails the run.
    pub strict: bool,
    /// The accepted documents, where the device's start state is known.
    pub golden: Option<Golden>,
    /// Each request costs a second: suites that registered little are reconciled together.
    pub thrifty: bool,
    /// Set when the run is to end after the request in flight.
    pub interrupted: Arc<AtomicBool>,
}

/// Runs cases against one device with one bench.
pub struct Runner {
    pub(super) session: Session,
    pub(super) bench: Bench,
    pub(super) options: RunOptions,
    pub(super) state: RunState,
    /// Wall time, for reports; waits go by the session's clock.
    pub(super) wall: Clock,
    pub(super) show_keys: bool,
}

impl Runner {
    /// A runner; nothing is sent yet. `token` makes names of different runs differ.
    pub fn new(mut session: Session, bench: Bench, options: RunOptions, token: String) -> Runner {
        session.give_up_with(Arc::clone(&options.interrupted));
        let mut state = RunState::new(token);
        state.books.put_off.wanted = options.thrifty;
        Runner { session, bench, options, state, wall: Clock::real(), show_keys: false }
    }

    /// The same, with keys in its results as they are instead of placeholders, where `show` says so.
    pub fn showing_keys(self, show: bool) -> Runner {
        Runner { show_keys: show, ..self }
    }

    /// What the device says of itself (getInfo). `Err` says why it could not be asked.
    ///
    /// # Errors
    /// The device cannot be reached, refuses the key, or answers no document.
    pub async fn identify(&mut self) -> Result<(DeviceFacts, Value), String> {
        let told = identify(&mut self.session).await.map_err(|error| error.to_string())?;
        self.found(&told.info);
        Ok((DeviceFacts { serial: told.serial, firmware: told.firmware }, told.info))
    }

    /// Takes note of how the device was found: its getInfo before the first case.
    pub fn found(&mut self, info: &Value) {
        self.state.books.found(info);
    }

    /// The conversation with the device, between two cases.
    pub fn session(&mut self) -> &mut Session {
        &mut self.session
    }

    /// Runs the cases in the order given and tells each result as it comes, with its number and how many
    /// there are.
    pub async fn run(
        &mut self,
        cases: &[&Case],
        device: DeviceFacts,
        started: OffsetDateTime,
        done: impl FnMut(&CaseResult, usize, usize),
    ) -> RunResult {
        self.run_watched(cases, device, started, &mut Told(done)).await
    }

    /// Runs the cases in the order given; whoever watches may end the run between two of them.
    pub async fn run_watched(
        &mut self,
        cases: &[&Case],
        device: DeviceFacts,
        started: OffsetDateTime,
        watch: &mut dyn Watch,
    ) -> RunResult {
        self.run_fed(cases.to_vec(), &mut || None, device, started, watch).await
    }

    /// Runs these cases, and then more as they are handed out: the next one is asked for when the last has
    /// ended, so that devices can share a run.
    pub async fn run_fed<'c>(
        &mut self,
        mut cases: Vec<&'c Case>,
        more: &mut dyn FnMut() -> Option<&'c Case>,
        device: DeviceFacts,
        started: OffsetDateTime,
        watch: &mut dyn Watch,
    ) -> RunResult {
        let began = self.wall.now();
        let mut results = Vec::new();
        let mut stopped = None;
        if cases.is_empty() {
            cases.extend(more());
        }
        let mut at = 0;
        'run: while let Some(case) = cases.get(at).copied() {
            let mut next = Some(case.clone());
            while let Some(case) = next.take() {
                watch.begins(&case.name, results.len() + 1, cases.len());
                let (mut result, mut stop) = case::run(self, &case).await;
                // A person took an answer back: its case runs again, be it this one or an earlier one.
                let mut again = self.bench.taken_back();
                while stop.is_none() && again.as_deref() == Some(case.name.as_str()) {
                    (result, stop) = case::run(self, &case).await;
                    again = self.bench.taken_back();
                }
                let told = Ended {
                    result: &result,
                    number: results.len() + 1,
                    total: cases.len(),
                    answers: self.answers(),
                    stopped: stop.as_deref(),
                };
                let goes_on = watch.ended(told);
                results.push(result);
                stopped = stop;
                if stopped.is_some() || goes_on.is_break() {
                    break 'run;
                }
                let earlier = again.and_then(|name| cases.iter().find(|case| case.name == name));
                if let Some(earlier) = earlier {
                    stopped = self.run_again(earlier, cases.len(), &mut results, watch).await;
                    if stopped.is_some() {
                        break 'run;
                    }
                }
                for name in self.state.books.put_off.suspects() {
                    let Some(suspect) = cases.iter().find(|case| case.name == name) else { continue };
                    stopped = self.run_again(suspect, cases.len(), &mut results, watch).await;
                    if stopped.is_some() {
                        break 'run;
                    }
                    let found = results.iter().find(|result| result.name == name);
                    if found.is_some_and(|result| !result.findings.is_empty()) {
                        break;
                    }
                }
                if reconciled(&case.name).is_none() {
                    if at + 1 == cases.len() {
                        cases.extend(more());
                    }
                    next = self.reconciliation(&cases, at);
                }
            }
            at += 1;
        }
        if let Some(mut result) = self.state.every_answer.result(self.options.strict) {
            if !self.show_keys {
                let keys = &self.session.known.keys;
                Redactor::new(keys.current(), keys.secrets()).hide_in(&mut result);
            }
            let (number, total) = (results.len() + 1, cases.len());
            let told = Ended { result: &result, number, total, answers: self.answers(), stopped: None };
            let _ = watch.ended(told);
            results.push(result);
        }
        let untested = untested(&results, &cases);
        RunResult {
            target: self.options.target.clone(),
            device,
            bench: self.bench.hello().name.clone(),
            seed: None,
            started,
            duration: self.wall.now().saturating_sub(began),
            groups: grouping::groups(&results),
            pairs: None,
            cases: results,
            answers: self.state.open.all(),
            untested,
            stopped,
            remarks: self.undocumented().into_iter().chain(std::mem::take(&mut self.state.remarks)).collect(),
            facts: RunFacts::default(),
        }
    }

    /// Runs a case again whose result stands already; what came of it now takes its place.
    async fn run_again(
        &mut self,
        case: &Case,
        total: usize,
        results: &mut [CaseResult],
        watch: &mut dyn Watch,
    ) -> Option<String> {
        let at = results.iter().position(|result| result.name == case.name)?;
        watch.begins(&case.name, at + 1, total);
        let (result, stop) = case::run(self, case).await;
        let (answers, stopped) = (self.answers(), stop.as_deref());
        let _ = watch.ended(Ended { result: &result, number: at + 1, total, answers, stopped });
        results[at] = result;
        stop
    }

    /// The answers so far to the open questions.
    fn answers(&self) -> BTreeMap<String, String> {
        self.state.open.all()
    }

    /// What its documents hold beside what is documented: a remark for each kind of document.
    fn undocumented(&self) -> Vec<String> {
        let remark = |(document, members): (&&str, &BTreeSet<String>)| {
            let members: Vec<&str> = members.iter().map(String::as_str).collect();
            format!("{document} has members that v22 does not name: {}", members.join(", "))
        };
        self.state.undocumented.iter().map(remark).collect()
    }

    /// Lets the bench say goodbye.
    pub async fn close(self) {
        self.bench.close().await;
    }
}

/// One case that has ended.
#[derive(Debug)]
pub struct Ended<'a> {
    /// What came of it.
    pub result: &'a CaseResult,
    /// Its number, from 1; reconciliations count.
    pub number: usize,
    /// How many cases the run has, reconciliations not counted.
    pub total: usize,
    /// The answers so far to the open questions.
    pub answers: BTreeMap<String, String>,
    /// What stopped the run in it, so that its result is not the last word.
    pub stopped: Option<&'a str>,
}

/// Whoever watches a run.
pub trait Watch {
    /// A case begins: its name, its number from 1, how many there are.
    fn begins(&mut self, name: &str, number: usize, total: usize) {
        let _ = (name, number, total);
    }

    /// A case has ended; `Break` ends the run.
    fn ended(&mut self, ended: Ended<'_>) -> ControlFlow<()>;
}

/// A closure that wants results only.
struct Told<F>(F);

impl<F: FnMut(&CaseResult, usize, usize)> Watch for Told<F> {
    fn ended(&mut self, ended: Ended<'_>) -> ControlFlow<()> {
        (self.0)(ended.result, ended.number, ended.total);
        ControlFlow::Continue(())
    }
}

/// The *must* lines of a device that no case of the run tested, with the reason of the first case
/// that would have.
pub fn untested(results: &[CaseResult], cases: &[&Case]) -> Vec<Untested> {
    let tested: BTreeSet<&str> = results
        .iter()
        .filter(|result| !matches!(result.verdict, Verdict::Inconclusive | Verdict::NotApplicable))
        .flat_map(|result| result.requirements.iter().map(String::as_str))
        .collect();
    let mut reasons: BTreeMap<&str, String> = BTreeMap::new();
    for result in results {
        for id in &result.requirements {
            let why = result.message.clone().unwrap_or_default();
            reasons.entry(id).or_insert(why);
        }
    }
    for case in cases {
        for id in &case.requirements {
            reasons.entry(id).or_insert_with(|| "the run ended before its case".to_owned());
        }
    }
    requirements()
        .all()
        .filter(|line| line.level == Level::Must && !line.is_client() && !tested.contains(line.id.as_str()))
        .map(|line| Untested {
            requirement: line.id.clone(),
            why: reasons
                .get(line.id.as_str())
                .cloned()
                .unwrap_or_else(|| "no selected case cites it".to_owned()),
        })
        .collect()
}
