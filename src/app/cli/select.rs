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
    /// Loads the suites; of the built-in ones at least those of which the filters take a case.
    ///
    /// # Errors
    /// [`SuiteError`] as [`CliError`].
    pub fn suites(&self) -> Result<Vec<Suite>, CliError> {
        if !self.paths.is_empty() {
            return Ok(load_paths(&self.paths)?);
        }
        let faulty = |mistakes| CliError::Suites(SuiteError::Faulty(mistakes));
        if !self.cases.is_empty() {
            let wanted = |group: &str| self.cases.iter().any(|text| may_take(text, group));
            let some = builtin::device_of(wanted).map_err(faulty)?;
            // What is wrong with a filter is told with all the names that there are.
            if self.select(&some).is_ok() {
                return Ok(some);
            }
        }
        builtin::device().map_err(faulty)
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

/// Whether a pattern may take cases of a group: `false` only where it names other groups, as `key/*` and
/// `{key,replay}/*` do.
fn may_take(pattern: &str, group: &str) -> bool {
    let Some((groups, _)) = pattern.split_once('/') else { return true };
    // What else a pattern may hold before its first slash may stand for slashes too.
    let names = groups.chars().all(|c| c.is_ascii_lowercase() || matches!(c, '-' | '{' | '}' | ','));
    if !names || reconciled(pattern).is_some() {
        return true;
    }
    Glob::new(groups).map_or(true, |glob| glob.compile_matcher().is_match(group))
}

fn patterns(texts: &[String]) -> Result<Vec<Pattern>, CliError> {
    let compiled = texts.iter().map(|text| Glob::new(text).map(|glob| Pattern(glob.compile_matcher())));
    compiled.collect::<Result<_, _>>().map_err(|error| CliError::Usage(format!("--case: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(select: &SelectArgs, suites: &[Suite]) -> Vec<String> {
        let cases = select.select(suites).map_err(|error| error.to_string());
        cases.map_or_else(|told| vec![told], |cases| cases.iter().map(|case| case.name.clone()).collect())
    }

    #[test]
    fn what_is_not_loaded_would_not_be_selected() {
        for (pattern, takes_bank) in [
            ("key/*", false),
            ("{key,replay}/*", false),
            ("{key,bank}/*", true),
            ("bank/card-*", true),
            ("b*/*", true),
            ("?ank/*", true),
            ("[b]ank/*", true),
            ("*lost*", true),
            ("{key/r*,bank/*}", true),
            ("reconciliation/bank", true),
        ] {
            assert_eq!(may_take(pattern, "bank"), takes_bank, "{pattern}");
        }
        let all = builtin::device().unwrap();
        for (patterns, fewer) in [
            (&["{key,replay}/*", "rounding/h*"][..], true),
            (&["reconciliation/replay"], false),
            // Told with what is meant.
            (&["key/*", "bnak/*"], false),
        ] {
            let cases = patterns.iter().map(|text| (*text).to_owned()).collect();
            let select = SelectArgs { cases, ..SelectArgs::default() };
            let loaded = select.suites().unwrap();
            assert_eq!(names(&select, &loaded), names(&select, &all), "{patterns:?}");
            assert_eq!(loaded.len() < all.len(), fewer, "{patterns:?}");
        }
    }
}
