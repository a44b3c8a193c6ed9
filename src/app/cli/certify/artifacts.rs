//! What stays of a certification: the certificate, its page, the transcript and the reports.

use super::{CertifyArgs, CliError, waivers};
use crate::cli::outputs::tell_failures;
use crate::cli::terminal::{Watched, stdout};
use ikkm_harness::client::builtin;
use ikkm_harness::client::certificate::{Certificate, Client, transcript_text, verify};
use ikkm_harness::client::run::Played;
use ikkm_harness::client::scenario::Scenario;
use ikkm_harness::client::trace::Trace;
use ikkm_harness::report::{ReportPaths, write_all};
use ikkm_harness::runner::outcome::RunResult;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Files and their texts.
pub(super) type Artifacts = Vec<(PathBuf, String)>;

/// Judges a stored transcript again; the exit code is 0 where the certificate holds, else 1.
pub(super) fn check(
    certificate: &Path,
    transcript: Option<&Path>,
    mut scenarios: Vec<Scenario>,
) -> Result<u8, CliError> {
    scenarios.push(builtin::watch());
    let read = |path: &Path| {
        std::fs::read_to_string(path)
            .map_err(|error| CliError::Usage(format!("cannot read {}: {error}", path.display())))
    };
    let transcript = read(transcript.unwrap_or(Path::new("reports/transcript.jsonl")))?;
    match verify(&read(certificate)?, &transcript, &scenarios) {
        Ok(count) => {
            writeln!(stdout(), "the certificate holds: {count} verdicts were reached again")?;
            Ok(0)
        }
        Err(error) => {
            writeln!(stdout(), "the certificate does not hold: {error}")?;
            Ok(1)
        }
    }
}

/// The certificate of a run with its page and its transcript.
pub(super) fn certificate(
    args: &CertifyArgs,
    client: &Client,
    scenarios: &[Scenario],
    played: &[Played],
    run: &RunResult,
) -> Result<Artifacts, CliError> {
    let traces: Vec<&Trace> = played.iter().map(|one| &one.trace).collect();
    let transcript = transcript_text(&traces);
    let certificate = Certificate::new(client, scenarios, &traces, run, &transcript);
    let page = certificate.to_html().map_err(|error| CliError::NotCarriedOut(error.to_string()))?;
    Ok(vec![
        (args.transcript_place(), transcript),
        (args.certificate.clone(), certificate.to_json()),
        (args.certificate.with_extension("html"), page),
    ])
}

/// Writes reports, artifacts and proposed waivers, each whatever became of the others, and tells the summary;
/// before it the waivers that are not in order, which stand after the first `played` results.
pub(super) fn write(args: &CertifyArgs, artifacts: Artifacts, run: &RunResult, played: usize) {
    let paths = ReportPaths {
        junit: Some(args.junit.clone()),
        json: Some(args.json.clone()),
        html: Some(args.html.clone()),
    };
    let mut written = write_all(run, &paths);
    for (path, text) in artifacts {
        written.add(&path, Ok(text));
    }
    waivers::write(args.write_waivers.as_deref(), run, &mut written);
    let mut watched = Watched::new(args.outputs().on_stdout());
    watched.show(|console| {
        for (index, fault) in run.cases.iter().enumerate().skip(played) {
            console.case_done(fault, index, run.cases.len())?;
        }
        console.summary(run, &written.paths)
    });
    watched.end();
    tell_failures(&written);
}
