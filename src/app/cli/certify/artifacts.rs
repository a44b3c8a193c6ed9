//! What stays of a certification: the certificate, its page, the transcript and the reports.

use super::{CertifyArgs, CliError, waivers};
use crate::cli::outputs::tell_failures;
use crate::cli::terminal::{Watched, stdout};
use ikkm_harness::client::builtin;
use ikkm_harness::client::certificate::{
    Certificate, Client, SigningKey, public_key, signing_key, transcript_text, verify,
};
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
    args: &CertifyArgs,
    mut scenarios: Vec<Scenario>,
) -> Result<u8, CliError> {
    scenarios.push(builtin::watch());
    let read = |path: &Path| {
        std::fs::read_to_string(path)
            .map_err(|error| CliError::Usage(format!("cannot read {}: {error}", path.display())))
    };
    let beside = certificate.with_file_name("transcript.jsonl");
    let transcript = read(args.transcript.as_deref().unwrap_or(&beside))?;
    let trusted = args.trusted.as_deref().map(read).transpose()?;
    let trusted = trusted.as_deref().map(public_key).transpose();
    let trusted = trusted.map_err(|error| CliError::Usage(format!("--trusted: {error}")))?;
    match verify(&read(certificate)?, &transcript, &scenarios, trusted.as_ref()) {
        Ok(count) => {
            writeln!(stdout(), "the certificate holds: {count} verdicts were reached again")?;
            if trusted.is_none() {
                let what =
                    "nothing says who wrote it: pass --trusted PUBKEY for a certificate that is signed";
                writeln!(stdout(), "{what}")?;
            }
            Ok(0)
        }
        Err(error) => {
            writeln!(stdout(), "the certificate does not hold: {error}")?;
            Ok(1)
        }
    }
}

/// The key that certificates are signed with.
pub(super) fn signer(path: &Path) -> Result<SigningKey, CliError> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| CliError::Usage(format!("--sign: cannot read {}: {error}", path.display())))?;
    signing_key(&text).map_err(|error| CliError::Usage(format!("--sign {}: {error}", path.display())))
}

/// The certificate of a run with its page and its transcript.
pub(super) fn certificate(
    args: &CertifyArgs,
    client: &Client,
    scenarios: &[Scenario],
    played: &[Played],
    run: &RunResult,
    signer: Option<&SigningKey>,
) -> Result<Artifacts, CliError> {
    let traces: Vec<&Trace> = played.iter().map(|one| &one.trace).collect();
    let transcript = transcript_text(&traces);
    let certificate = Certificate::new(client, scenarios, &traces, run, &transcript).sealed(signer);
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
        ..ReportPaths::default()
    };
    let mut written = write_all(run, &paths);
    for (path, text) in artifacts {
        written.add(&path, Ok(text));
    }
    args.ci.write(run, &mut written);
    waivers::write(args.write_waivers.as_deref(), run, &mut written);
    let mut watched = Watched::new(args.outputs().on_stdout());
    watched.show(|console| {
        for (index, fault) in run.cases.iter().enumerate().skip(played) {
            console.case_done(fault, index, run.cases.len())?;
        }
        console.summary(run, &written.paths)
    });
    watched.end();
    args.ci.announce(run, args.outputs().on_stdout());
    tell_failures(&written);
}
