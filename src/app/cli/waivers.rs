//! Files of waivers: read before a run, proposed after it.

use super::CliError;
use ikkm_harness::report::{ReportError, Written};
use ikkm_harness::runner::outcome::RunResult;
use ikkm_harness::runner::waivers::Waivers;
use ikkm_harness::runner::waivers::load::load;
use ikkm_harness::runner::waivers::propose::propose;
use ikkm_harness::suite::reserved::reconciliation_of;
use ikkm_harness::suite::{Suite, SuiteError, builtin};
use std::io::Write;
use std::path::Path;

/// The waivers of a file; none without one. They may speak of any case of these suites or of the
/// built-in ones.
///
/// # Errors
/// Mistakes in the file (exit 2).
pub fn read(path: Option<&Path>, suites: &[Suite]) -> Result<Waivers, CliError> {
    let Some(path) = path else { return Ok(Waivers::default()) };
    let known = builtin::device().map_err(SuiteError::Faulty)?;
    let all = || suites.iter().chain(&known);
    let reconciliations: Vec<String> = all().map(|suite| reconciliation_of(&suite.name)).collect();
    let cases = all().flat_map(|suite| &suite.cases).map(|case| case.name.as_str());
    let names: Vec<&str> = cases.chain(reconciliations.iter().map(String::as_str)).collect();
    Ok(load(path, &names)?)
}

/// The waivers of a file for a client's run, which may speak of any scenario of these or of the
/// built-in ones.
///
/// # Errors
/// Mistakes in the file (exit 2).
pub fn read_for_client(path: Option<&Path>, scenarios: &[&str]) -> Result<Waivers, CliError> {
    let Some(path) = path else { return Ok(Waivers::default()) };
    let known = ikkm_harness::client::builtin::client().map_err(SuiteError::Faulty)?;
    let built_in = known.iter().map(|scenario| scenario.name.as_str());
    let names: Vec<&str> = scenarios.iter().copied().chain(built_in).collect();
    Ok(load(path, &names)?)
}

/// Makes sure, before anything is sent, that a proposal would not overwrite what somebody wrote.
///
/// # Errors
/// Wrong usage (exit 2).
pub fn is_new(path: Option<&Path>) -> Result<(), CliError> {
    match path {
        Some(path) if path.exists() => {
            let path = path.display();
            Err(CliError::Usage(format!(
                "`{path}` is there already: name a new file for the proposed waivers"
            )))
        }
        _ => Ok(()),
    }
}

/// Writes the proposal for what failed, never over a file that has appeared meanwhile.
pub fn write(path: Option<&Path>, run: &RunResult, written: &mut Written) {
    let Some(path) = path else { return };
    let text = propose(&run.cases, run.device.firmware.as_deref(), run.started.date());
    match std::fs::File::create_new(path).and_then(|mut file| file.write_all(text.as_bytes())) {
        Ok(()) => written.paths.push(path.to_owned()),
        Err(source) => written.failed.push(ReportError::Write { path: path.to_owned(), source }),
    }
}
