//! Earlier runs: what `--resume` goes on with, what `--failed` repeats, and where a run writes down
//! what it comes to while it goes on.

use super::CliError;
use clap::Args;
use ikkm_harness::report::run_file::{self, Begin, Earlier, RunFile};
use ikkm_harness::runner::grouping;
use ikkm_harness::runner::outcome::{CaseResult, DeviceFacts, RunResult};
use ikkm_harness::runner::run::untested;
use ikkm_harness::suite::Case;
use ikkm_harness::suite::reserved::reconciled;
use std::collections::BTreeSet;
use std::path::PathBuf;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Which earlier run this one goes by, and where runs are written down.
#[derive(Debug, Clone, Default, Args)]
pub struct HistoryArgs {
    /// Go on with the last run on this device that was broken off: only what it lacks
    #[arg(long, conflicts_with = "failed")]
    pub resume: bool,
    /// Repeat what failed in the last run on this device
    #[arg(long)]
    pub failed: bool,
    /// Where each case's result is written down as it ends; by default in the user's state folder
    #[arg(long, value_name = "DIR", help_heading = "Reports", hide_short_help = true)]
    pub run_dir: Option<PathBuf>,
    /// Earlier runs that are kept, here and under reports/runs/
    #[arg(long, value_name = "N", default_value_t = 10, help_heading = "Reports", hide_short_help = true)]
    pub keep_runs: usize,
}

impl HistoryArgs {
    /// The folder of run files; none where the system names no place for it.
    fn folder(&self) -> Option<PathBuf> {
        let named = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let state = || named("XDG_STATE_HOME").or_else(|| Some(named("HOME")?.join(".local/state")));
        self.run_dir.clone().or_else(|| Some(state()?.join("ikkm-conformance/runs")))
    }

    fn last(&self, target: &str, fits: impl Fn(&Earlier) -> bool) -> Option<Earlier> {
        let files = run_file::of_target(&self.folder()?, target);
        files.iter().filter_map(|path| Earlier::read(path).ok()).find(fits)
    }
}

/// What an earlier run has to do with this one.
#[derive(Debug, Default)]
pub struct RunHistory {
    /// The run that this one goes on with.
    resumed: Option<Earlier>,
    folder: Option<PathBuf>,
    keep: usize,
}

impl RunHistory {
    /// Looks up what the arguments ask for, and leaves of the cases those that are to run now.
    ///
    /// # Errors
    /// Wrong usage (exit 2): there is no such run, or nothing of it is left to do.
    pub fn of<'c>(
        args: &HistoryArgs,
        target: &str,
        cases: Vec<&'c Case>,
        suites_hash: &str,
    ) -> Result<(RunHistory, Vec<&'c Case>), CliError> {
        let mut history = RunHistory { folder: args.folder(), keep: args.keep_runs, ..RunHistory::default() };
        let usage = |text: String| Err(CliError::Usage(text));
        if args.failed {
            let Some(last) = args.last(target, |_| true) else {
                return usage(format!("--failed: no run on {target} is written down"));
            };
            let names = last.failed();
            let again = |case: &&Case| {
                names.iter().any(|name| *name == case.name || reconciled(name) == Some(case.suite.as_str()))
            };
            let cases: Vec<&Case> = cases.into_iter().filter(again).collect();
            if cases.is_empty() {
                let when = &last.begin.started;
                return usage(format!(
                    "--failed: nothing that is selected failed in the last run, of {when}"
                ));
            }
            return Ok((history, cases));
        }
        if !args.resume {
            return Ok((history, cases));
        }
        let Some(earlier) = args.last(target, |_| true).filter(|last| !last.whole) else {
            return usage(format!(
                "--resume: the last run on {target} was not broken off, or none is written down"
            ));
        };
        if earlier.begin.suites != suites_hash {
            return usage(
                "--resume: the suites are others than those of the run that was broken off".to_owned(),
            );
        }
        let wanted: BTreeSet<&str> = earlier.begin.cases.iter().map(String::as_str).collect();
        let there = cases.iter().filter(|case| wanted.contains(case.name.as_str())).count();
        if there < wanted.len() {
            return usage(format!(
                "--resume: {} of the {} cases of that run are not selected here: name the same suites and flags",
                wanted.len() - there,
                wanted.len()
            ));
        }
        let done: BTreeSet<String> = earlier.standing().into_iter().map(|case| case.name).collect();
        let left = |case: &&Case| wanted.contains(case.name.as_str()) && !done.contains(&case.name);
        let cases: Vec<&Case> = cases.into_iter().filter(left).collect();
        if cases.is_empty() {
            return usage("--resume: that run lacks no case any more; run anew".to_owned());
        }
        history.resumed = Some(earlier);
        Ok((history, cases))
    }

    /// Makes sure that a resumed run goes on with the same device.
    ///
    /// # Errors
    /// Exit 3: it is another one.
    pub fn check(&self, device: &DeviceFacts) -> Result<(), CliError> {
        match self.resumed.as_ref().and_then(|earlier| earlier.begin.serial.as_ref()) {
            Some(serial) if Some(serial) != device.serial.as_ref() => Err(CliError::NotCarriedOut(format!(
                "--resume: the run that was broken off was on the device {serial}, which this is not"
            ))),
            _ => Ok(()),
        }
    }

    /// The run file of this run: what the earlier one showed stands in it already. `None` where there is no place for one; the
    /// notice says why.
    pub fn begin(&self, mut begin: Begin, now: OffsetDateTime) -> (Option<RunFile>, Option<String>) {
        let Some(folder) = &self.folder else {
            return (None, Some("results are not written down as they come: no state folder".to_owned()));
        };
        begin.schema = run_file::SCHEMA;
        begin.started = now.truncate_to_second().format(&Rfc3339).unwrap_or_default();
        let target = begin.target.clone();
        if let Some(earlier) = &self.resumed {
            (begin.cases, begin.part) = (earlier.begin.cases.clone(), earlier.begin.part.clone());
        }
        let begun = RunFile::begin(folder, &begin, now).and_then(|mut file| {
            if let Some(earlier) = &self.resumed {
                for case in earlier.standing() {
                    file.ended(&case, earlier.answers.clone(), None)?;
                }
            }
            Ok(file)
        });
        match begun {
            Ok(file) => {
                run_file::keep_newest(folder, &target, self.keep);
                (Some(file), None)
            }
            Err(error) => {
                let folder = folder.display();
                (None, Some(format!("results are not written down as they come, in {folder}: {error}")))
            }
        }
    }

    /// The whole run's result: what the earlier one showed, and what this one did.
    pub fn joined(&self, mut run: RunResult, all: &[&Case]) -> RunResult {
        let Some(earlier) = &self.resumed else { return run };
        let old: Vec<CaseResult> = earlier.standing();
        let order = &earlier.begin.cases;
        run.facts.resumed = old.len();
        run.facts.part = earlier.begin.part.clone();
        run.duration = run.duration.saturating_add(run_file::lasted(&old));
        if let Ok(began) = OffsetDateTime::parse(&earlier.begin.started, &Rfc3339) {
            run.started = began;
        }
        run.cases = run_file::joined(order, old, run.cases);
        run.groups = grouping::groups(&run.cases);
        let fresh = std::mem::take(&mut run.answers);
        run.answers = earlier.answers.clone().into_iter().chain(fresh).collect();
        let wanted: BTreeSet<&str> = order.iter().map(String::as_str).collect();
        let cases: Vec<&Case> =
            all.iter().copied().filter(|case| wanted.contains(case.name.as_str())).collect();
        run.untested = untested(&run.cases, &cases);
        run.remarks.push(format!(
            "{} cases were taken from the run that began {}",
            run.facts.resumed, earlier.begin.started
        ));
        run
    }
}
