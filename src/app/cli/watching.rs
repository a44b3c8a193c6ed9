//! Whoever watches a run: progress for the person, a line in the run file for the next run.

use super::terminal;
use ikkm_harness::report::progress::Progress;
use ikkm_harness::report::run_file::RunFile;
use ikkm_harness::runner::outcome::Verdict;
use ikkm_harness::runner::run::{Ended, Watch};
use ikkm_harness::runner::waivers::Waivers;
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use time::Date;

/// Watches one run.
pub struct Watching<'a> {
    /// What the person sees; `None` with `--quiet`.
    pub progress: Option<Progress>,
    /// Where each result is written down.
    pub file: Option<RunFile>,
    /// What is accepted.
    pub waivers: &'a Waivers,
    /// The device's firmware, for the waivers.
    pub firmware: Option<String>,
    /// The day, for the waivers.
    pub today: Date,
    /// After so many failures the run ends.
    pub fail_fast: Option<usize>,
    /// The cases so far that failed and that nobody waived.
    pub failures: BTreeSet<String>,
}

impl Watching<'_> {
    /// Whether the run ended for its failures.
    pub fn gave_up(&self) -> bool {
        self.fail_fast.is_some_and(|most| self.failures.len() >= most)
    }
}

impl Watch for Watching<'_> {
    fn begins(&mut self, name: &str, number: usize, total: usize) {
        if let Some(progress) = &self.progress {
            progress.begins(name, number, total);
        }
    }

    fn ended(&mut self, ended: Ended<'_>) -> ControlFlow<()> {
        let mut shown = ended.result.clone();
        self.waivers.cover(&mut shown, self.firmware.as_deref(), self.today);
        let failed = shown.verdict == Verdict::Fail && shown.waived.is_none();
        // One that runs again counts as it did last.
        match failed {
            true => self.failures.insert(shown.name.clone()),
            false => self.failures.remove(&shown.name),
        };
        if let Some(progress) = &self.progress {
            progress.ended(&shown);
        }
        let written = self.file.as_mut().map(|file| file.ended(&shown, ended.answers, ended.stopped));
        if let Some(Err(error)) = written {
            self.file = None;
            terminal::tell(&format!("note: results are not written down as they come any more: {error}"));
        }
        if self.gave_up() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
