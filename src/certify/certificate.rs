//! The certificate: what was tested with what, what came of it, and the hash of the transcript that
//! proves it. Two runs of one client differ only in `times`.

use super::judge::judge;
use super::scenario::Scenario;
use super::trace::{Entry, Trace, What};
use crate::report::REGISTER;
use crate::runner::outcome::{RunResult, Verdict};
use minijinja::{Environment, context};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;

/// A certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Certificate {
    /// The number of this form.
    pub schema: u32,
    /// The client's name.
    pub client: String,
    /// Its version.
    pub version: String,
    /// Whether every scenario passed.
    pub certified: bool,
    /// The document whose duties were tested.
    pub register: String,
    /// The version of the program that judged.
    pub program: String,
    /// SHA-256 of the scenarios.
    pub suites: String,
    /// Decides the device's keys; the same in every run.
    pub seed: u64,
    /// Every scenario and its verdict.
    pub scenarios: Vec<ScenarioVerdict>,
    /// SHA-256 of the transcript without its times and without the closing of connections.
    pub content: String,
    /// What differs between two runs.
    pub times: Times,
}

/// A scenario's verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScenarioVerdict {
    /// The scenario.
    pub name: String,
    /// Its verdict.
    pub verdict: Verdict,
    /// The duties that it tests.
    pub requirements: Vec<String>,
}

/// The part of a certificate that differs between two runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Times {
    /// When the run began.
    pub started: String,
    /// SHA-256 of the whole transcript file.
    pub transcript: String,
}

/// A certificate that does not hold.
#[derive(Debug, Error)]
pub enum CertificateError {
    /// The file is none.
    #[error("{what} cannot be read: {why}; pass the files that `certify` wrote")]
    Form {
        /// `the certificate` or `the transcript`.
        what: &'static str,
        /// Why.
        why: String,
    },
    /// The transcript is another one.
    #[error("the transcript is not the certificate's: its hash is {found}, not {wanted}")]
    OtherTranscript {
        /// What it is.
        found: String,
        /// What it should be.
        wanted: String,
    },
    /// It was made with other scenarios.
    #[error("the scenarios here are not the certificate's: use the program that wrote it ({0})")]
    OtherSuites(String),
    /// A verdict that the transcript does not bear out.
    #[error("{scenario} is {stated} in the certificate, but the transcript says {judged}")]
    OtherVerdict {
        /// The scenario.
        scenario: String,
        /// The certificate's verdict.
        stated: Verdict,
        /// Ours.
        judged: Verdict,
    },
}

/// The number of the certificate's form.
const SCHEMA: u32 = 1;

impl Certificate {
    /// The certificate of a run; `transcript` is the text of the transcript file.
    pub fn new(
        client: (&str, &str),
        scenarios: &[Scenario],
        traces: &[&Trace],
        run: &RunResult,
        transcript: &str,
    ) -> Certificate {
        let verdict = |case: &crate::runner::outcome::CaseResult| ScenarioVerdict {
            name: case.name.clone(),
            verdict: case.verdict,
            requirements: case.requirements.clone(),
        };
        let good = |case: &crate::runner::outcome::CaseResult| {
            matches!(case.verdict, Verdict::Pass | Verdict::NotApplicable)
        };
        let format = time::format_description::well_known::Rfc3339;
        Certificate {
            schema: SCHEMA,
            client: client.0.to_owned(),
            version: client.1.to_owned(),
            certified: run.stopped.is_none() && run.untested.is_empty() && run.cases.iter().all(good),
            register: REGISTER.to_owned(),
            program: env!("CARGO_PKG_VERSION").to_owned(),
            suites: suites_hash(scenarios),
            seed: 1,
            scenarios: run.cases.iter().map(verdict).collect(),
            content: content_hash(traces),
            times: Times {
                started: run.started.format(&format).unwrap_or_default(),
                transcript: hash(transcript.as_bytes()),
            },
        }
    }

    /// The certificate as it is written to a file.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// A page to print.
    ///
    /// # Errors
    /// The template's own error; never for a certificate of ours.
    pub fn to_html(&self) -> Result<String, minijinja::Error> {
        let mut environment = Environment::new();
        environment.add_template("certificate.html", include_str!("certificate.html"))?;
        let scenarios: Vec<_> = self
            .scenarios
            .iter()
            .map(|one| context! { name => &one.name, verdict => one.verdict.as_str(), requirements => one.requirements.join(", ") })
            .collect();
        environment.get_template("certificate.html")?.render(context! {
            client => &self.client, version => &self.version, certified => self.certified,
            register => &self.register, program => &self.program, suites => &self.suites, seed => self.seed,
            content => &self.content, started => &self.times.started,
            transcript => &self.times.transcript, scenarios => scenarios,
        })
    }
}

/// The transcript file: one trace a line.
pub fn transcript_text(traces: &[&Trace]) -> String {
    let lines = traces.iter().map(|trace| serde_json::to_string(trace).unwrap_or_default());
    lines.map(|line| line + "\n").collect()
}

/// Judges a stored transcript again; gives how many verdicts were reached again.
///
/// # Errors
/// [`CertificateError`].
pub fn verify(
    certificate: &str,
    transcript: &str,
    scenarios: &[Scenario],
) -> Result<usize, CertificateError> {
    let form = |what, error: serde_json::Error| CertificateError::Form { what, why: error.to_string() };
    let certificate: Certificate =
        serde_json::from_str(certificate).map_err(|error| form("the certificate", error))?;
    let found = hash(transcript.as_bytes());
    if found != certificate.times.transcript {
        return Err(CertificateError::OtherTranscript { found, wanted: certificate.times.transcript });
    }
    let mut traces: Vec<Trace> = Vec::new();
    for line in transcript.lines() {
        traces.push(serde_json::from_str(line).map_err(|error| form("the transcript", error))?);
    }
    let chosen: Vec<Scenario> = certificate
        .scenarios
        .iter()
        .filter_map(|one| scenarios.iter().find(|scenario| scenario.name == one.name))
        .cloned()
        .collect();
    if chosen.len() != certificate.scenarios.len() || suites_hash(&chosen) != certificate.suites {
        return Err(CertificateError::OtherSuites(certificate.program));
    }
    for (stated, scenario) in certificate.scenarios.iter().zip(&chosen) {
        let trace = traces.iter().find(|trace| trace.scenario == stated.name);
        let judged = trace.map_or(Verdict::Inconclusive, |trace| judge(scenario, trace).verdict);
        // Under --strict a warning was counted as a failure.
        let strict = judged == Verdict::Warn && stated.verdict == Verdict::Fail;
        if judged != stated.verdict && !strict {
            let (scenario, stated) = (stated.name.clone(), stated.verdict);
            return Err(CertificateError::OtherVerdict { scenario, stated, judged });
        }
    }
    Ok(chosen.len())
}

fn suites_hash(scenarios: &[Scenario]) -> String {
    let text: String =
        scenarios.iter().map(|scenario| format!("{:?}{:?}", scenario.name, scenario.steps)).collect();
    hash(text.as_bytes())
}

/// The traces without what differs from run to run.
fn content_hash(traces: &[&Trace]) -> String {
    let mut canonical: Vec<Trace> = traces.iter().map(|trace| (*trace).clone()).collect();
    for trace in &mut canonical {
        trace.entries.retain(|entry: &Entry| !matches!(entry.what, What::Closed { .. }));
        for entry in &mut trace.entries {
            entry.at = 0;
        }
    }
    hash(serde_json::to_string(&canonical).unwrap_or_default().as_bytes())
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
