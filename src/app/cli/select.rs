//! Which cases a command speaks of.

use super::CliError;
use clap::Args;
use globset::{Glob, GlobMatcher};
use ikkm_harness::runner::order::in_order;
use ikkm_harness::suite::diagnostic::did_you_mean;
use ikkm_harness::suite::reserved::{reconciled, reconciliation_of};
use ikkm_harness::suite::{Case, Suite, SuiteError, builtin, load_paths};
use ikkm_requirements::requirements;
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

    /// The cases that pass the filters, in the order in which they run.
    ///
    /// # Errors
    /// [`CliError::Usage`] for a filter that makes no sense, or when nothing is left.
    pub fn select<'s>(&self, suites: &'s [Suite]) -> Result<Vec<&'s Case>, CliError> {
        let patterns = patterns(&self.cases)?;
        for id in &self.requirements {
            if requirements().get(id).is_none() {
                let meant =
                    did_you_mean(id, requirements().all().map(|line| line.id.as_str())).unwrap_or_default();
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
            .filter(|case| patterns.is_empty() || patterns.iter().any(|one| one.takes(case)))
            .filter(|case| cites(case))
            .collect();
        let all = || suites.iter().flat_map(|suite| &suite.cases);
        if let Some(idle) = patterns.iter().find(|one| !all().any(|case| one.takes(case))) {
            let meant = did_you_mean(idle.text(), all().map(|case| case.name.as_str())).unwrap_or_default();
            return Err(CliError::Usage(format!(
                "--case {} fits no case; {meant}\n`list` shows what there is",
                idle.text()
            )));
        }
        if cases.is_empty() {
            let help = "`list` shows what there is";
            return Err(CliError::Usage(format!("no case is selected, so nothing would be tested; {help}")));
        }
        Ok(in_order(cases))
    }
}

/// A pattern of `--case`.
struct Pattern(GlobMatcher);

impl Pattern {
    fn text(&self) -> &str {
        self.0.glob().glob()
    }

    /// Whether it takes the case: by its name, or, where the pattern names a suite's reconciliation, as
    /// one of what that reconciles.
    fn takes(&self, case: &Case) -> bool {
        let whole_suite =
            || reconciled(self.text()).is_some() && self.0.is_match(reconciliation_of(&case.suite));
        self.0.is_match(&case.name) || whole_suite()
    }
}

fn patterns(texts: &[String]) -> Result<Vec<Pattern>, CliError> {
    let compiled = texts.iter().map(|text| Glob::new(text).map(|glob| Pattern(glob.compile_matcher())));
    compiled.collect::<Result<_, _>>().map_err(|error| CliError::Usage(format!("--case: {error}")))
}
