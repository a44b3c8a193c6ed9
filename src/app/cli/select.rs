//! Which cases a command speaks of.

use super::CliError;
use clap::Args;
use globset::{Glob, GlobSet, GlobSetBuilder};
use ikkm_harness::runner::order::in_order;
use ikkm_harness::suite::diagnostic::did_you_mean;
use ikkm_harness::suite::{Case, Suite, SuiteError, builtin, load_paths};
use ikkm_requirements::register;
use std::path::PathBuf;

/// Paths and filters, shared by the commands that speak of cases.
#[derive(Debug, Clone, Default, Args)]
pub struct SelectArgs {
    /// Suite files or folders; without any, the built-in suites
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Only cases whose name fits this pattern, such as `key/*` (repeatable)
    #[arg(long = "case", value_name = "GLOB")]
    pub cases: Vec<String>,
    /// Only cases that cite this requirement, such as KEY-5 (repeatable)
    #[arg(long = "requirement", value_name = "ID")]
    pub requirements: Vec<String>,
}

impl SelectArgs {
    /// Loads the suites.
    ///
    /// # Errors
    /// [`SuiteError`] as [`CliError`].
    pub fn suites(&self) -> Result<Vec<Suite>, CliError> {
        if self.paths.is_empty() {
            return builtin::device().map_err(|mistakes| CliError::Suites(SuiteError::Faulty(mistakes)));
        }
        Ok(load_paths(&self.paths)?)
    }

    /// The cases that pass the filters and that the run takes, in the order in which they run.
    ///
    /// # Errors
    /// [`CliError::Usage`] for a filter that makes no sense, or when nothing is left.
    pub fn select<'s>(
        &self,
        suites: &'s [Suite],
        takes: impl Fn(&Case) -> bool,
    ) -> Result<Vec<&'s Case>, CliError> {
        let globs = globs(&self.cases)?;
        for id in &self.requirements {
            if register().get(id).is_none() {
                let meant =
                    did_you_mean(id, register().all().map(|line| line.id.as_str())).unwrap_or_default();
                return Err(CliError::Usage(format!("the register has no requirement `{id}`; {meant}")));
            }
        }
        let cites = |case: &Case| {
            self.requirements.is_empty()
                || case.requirements.iter().any(|cited| {
                    self.requirements.iter().any(|id| cited == id || cited.starts_with(&format!("{id}/")))
                })
        };
        let cases: Vec<&Case> = suites
            .iter()
            .flat_map(|suite| &suite.cases)
            .filter(|case| globs.as_ref().is_none_or(|globs| globs.is_match(&case.name)))
            .filter(|case| cites(case))
            .filter(|case| takes(case))
            .collect();
        if cases.is_empty() {
            let help = "`list` shows what there is; on a device some cases run with --exhaustive only";
            return Err(CliError::Usage(format!("no case is selected, so nothing would be tested; {help}")));
        }
        Ok(in_order(cases))
    }
}

fn globs(patterns: &[String]) -> Result<Option<GlobSet>, CliError> {
    if patterns.is_empty() {
        return Ok(None);
    }
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let glob = Glob::new(pattern).map_err(|error| CliError::Usage(format!("--case: {error}")))?;
        set.add(glob);
    }
    set.build().map(Some).map_err(|error| CliError::Usage(format!("--case: {error}")))
}
