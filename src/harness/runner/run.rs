//! A run: the cases one after the other, until the last or until the device or the bench is lost.

use super::case;
use super::grouping;
use super::outcome::{CaseResult, DeviceFacts, RunResult, Untested, Verdict};
use super::state::RunState;
use crate::bench::Bench;
use crate::device::clock::Clock;
use crate::device::identity::identify;
use crate::device::session::Session;
use crate::golden::Golden;
use crate::suite::model::Case;
use ikkm_requirements::{Level, register};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
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
    pub fn new(session: Session, bench: Bench, options: RunOptions, token: String) -> Runner {
        Runner { session, bench, options, state: RunState::new(token), wall: Clock::real(), show_keys: false }
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

    /// Runs the cases in the order given and tells each result as it comes.
    pub async fn run(
        &mut self,
        cases: &[&Case],
        device: DeviceFacts,
        started: OffsetDateTime,
        mut done: impl FnMut(&CaseResult, usize, usize),
    ) -> RunResult {
        let began = self.wall.now();
        let mut results = Vec::new();
        let mut stopped = None;
        for (at, case) in cases.iter().enumerate() {
            let (result, stop) = case::run(self, case).await;
            done(&result, results.len() + 1, cases.len());
            results.push(result);
            if stop.is_some() {
                stopped = stop;
                break;
            }
            if let Some(reconciliation) = self.reconciliation(cases, at) {
                let (result, stop) = case::run(self, &reconciliation).await;
                done(&result, results.len() + 1, cases.len());
                results.push(result);
                if stop.is_some() {
                    stopped = stop;
                    break;
                }
            }
        }
        let untested = untested(&results, cases);
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
        }
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

/// The *must* lines of a device that no case of the run tested, with the reason of the first case
/// that would have.
fn untested(results: &[CaseResult], cases: &[&Case]) -> Vec<Untested> {
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
    register()
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
