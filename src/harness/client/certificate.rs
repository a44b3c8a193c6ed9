//! The certificate: what was tested with what, what came of it, and the hash of the transcript that
//! proves it. Two runs of one client differ only in `times`.

use super::judge::judge;
use super::run::{Played, run_result};
use super::scenario::Scenario;
use super::trace::{Trace, TraceEntry, What};
use crate::report::REGISTER;
use crate::runner::outcome::{RunResult, Verdict};
use ed25519_dalek::Signer;
pub use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::{DecodePrivateKey, DecodePublicKey};
use ed25519_dalek::{Signature, VerifyingKey};
use ikkm_requirements::requirements;
use minijinja::context;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::time::Duration;
use thiserror::Error;
use time::OffsetDateTime;

/// A certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Certificate {
    /// The number of this form.
    pub schema: u32,
    /// The client's name.
    pub client: String,
    /// Its version.
    pub version: String,
    /// Whether no duty was found broken and each *must* was tested. A *should* does not count, unless
    /// `strict`.
    pub certified: bool,
    /// A broken *should* was counted as a failure.
    pub strict: bool,
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
    /// SHA-256 of the transcript without its times and connections, each answer beside its request.
    pub content: String,
    /// What differs between two runs.
    pub times: Times,
}

/// Who is certified, and how strictly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// The client's name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// A broken *should* counts as a failure.
    pub strict: bool,
}

impl Client {
    /// Name and version.
    pub fn shown(&self) -> String {
        format!("{} {}", self.name, self.version).trim_end().to_owned()
    }
}

/// A scenario's verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ScenarioVerdict {
    /// The scenario.
    pub name: String,
    /// Its verdict.
    pub verdict: Verdict,
    /// The duties that it tests.
    pub requirements: Vec<String>,
}

/// The part of a certificate that differs between two runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Times {
    /// When the run began.
    pub started: String,
    /// SHA-256 of the whole transcript file.
    pub transcript: String,
    /// SHA-256 of all that the certificate says, but this line and the signature.
    pub seal: String,
    /// Who vouches for the seal, where somebody does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<Signed>,
}

/// An Ed25519 signature over the seal, in hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Signed {
    /// The public key of whoever signed; who that is, its reader must know from elsewhere.
    pub by: String,
    /// The signature.
    pub signature: String,
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
    /// Something in it was changed since it was written.
    #[error("it was changed since it was written: its seal is {found}, not {wanted}")]
    Changed {
        /// What all that it says comes to.
        found: String,
        /// What it says.
        wanted: String,
    },
    /// It is not signed with the key that is trusted.
    #[error("it is not signed by the owner of the trusted key")]
    NotSigned,
    /// Something else that the transcript does not bear out.
    #[error("its `{0}` is not what the transcript says")]
    OtherClaim(&'static str),
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
const SCHEMA: u32 = 2;

impl Certificate {
    /// The certificate of a run; `transcript` is the text of the transcript file.
    pub fn new(
        client: &Client,
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
            matches!(case.verdict, Verdict::Pass | Verdict::Warn | Verdict::NotApplicable)
        };
        let format = time::format_description::well_known::Rfc3339;
        Certificate {
            schema: SCHEMA,
            client: client.name.clone(),
            version: client.version.clone(),
            strict: client.strict,
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
                seal: String::new(),
                signature: None,
            },
        }
    }

    /// With its seal, and with a signature where there is a key for it.
    #[must_use]
    pub fn sealed(mut self, signer: Option<&SigningKey>) -> Certificate {
        self.times.seal = self.seal();
        self.times.signature = signer.map(|key| Signed {
            by: hex(key.verifying_key().as_bytes()),
            signature: hex(&key.sign(self.times.seal.as_bytes()).to_bytes()),
        });
        self
    }

    /// The hash of all that it says.
    fn seal(&self) -> String {
        let mut bare = self.clone();
        bare.times.seal = String::new();
        bare.times.signature = None;
        hash(serde_json::to_string(&bare).unwrap_or_default().as_bytes())
    }

    /// Whether the owner of that key has signed the seal.
    fn is_signed_by(&self, trusted: &VerifyingKey) -> bool {
        let Some(signed) = &self.times.signature else { return false };
        let bytes = unhex(&signed.signature).and_then(|bytes| <[u8; 64]>::try_from(bytes).ok());
        let signature = bytes.map(|bytes| Signature::from_bytes(&bytes));
        signature.is_some_and(|one| trusted.verify_strict(self.times.seal.as_bytes(), &one).is_ok())
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
        let mut environment = crate::report::html::environment()?;
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
            transcript => &self.times.transcript, scenarios => scenarios, duties => self.duties(),
        })
    }

    /// Every duty of a client with what became of it, for people.
    fn duties(&self) -> Vec<minijinja::Value> {
        let duty = |line: &ikkm_requirements::Requirement| {
            let cites = |one: &&ScenarioVerdict| one.requirements.contains(&line.id);
            let mut verdicts = self.scenarios.iter().filter(cites).map(|one| one.verdict);
            let decided = verdicts.clone().any(|one| one == Verdict::Pass);
            let open = |one| matches!(one, Verdict::Fail | Verdict::Warn);
            let state = match (verdicts.any(open), decided) {
                (true, _) => "see below",
                (false, true) => "kept",
                (false, false) => "not tested",
            };
            context! { id => &line.id, words => &line.words, section => &line.section, state => state }
        };
        requirements().all().filter(|line| line.is_client()).map(duty).collect()
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
    trusted: Option<&VerifyingKey>,
) -> Result<usize, CertificateError> {
    let form = |what, error: serde_json::Error| CertificateError::Form { what, why: error.to_string() };
    let certificate: Certificate =
        serde_json::from_str(certificate).map_err(|error| form("the certificate", error))?;
    let found = certificate.seal();
    if found != certificate.times.seal {
        return Err(CertificateError::Changed { found, wanted: certificate.times.seal });
    }
    if trusted.is_some_and(|key| !certificate.is_signed_by(key)) {
        return Err(CertificateError::NotSigned);
    }
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
    let client = Client {
        name: certificate.client.clone(),
        version: certificate.version.clone(),
        strict: certificate.strict,
    };
    let played: Vec<Played> = chosen.iter().map(|scenario| again(scenario, &traces)).collect();
    let started = OffsetDateTime::UNIX_EPOCH;
    let run = run_result(&client.shown(), &chosen, &played, client.strict, started, Duration::ZERO);
    let judged = Certificate::new(&client, &chosen, &traces.iter().collect::<Vec<_>>(), &run, transcript);
    for (stated, judged) in certificate.scenarios.iter().zip(&judged.scenarios) {
        if stated.verdict != judged.verdict {
            let (scenario, stated, judged) = (stated.name.clone(), stated.verdict, judged.verdict);
            return Err(CertificateError::OtherVerdict { scenario, stated, judged });
        }
    }
    let claims = [
        ("certified", judged.certified == certificate.certified),
        ("scenarios", judged.scenarios == certificate.scenarios),
        ("content", judged.content == certificate.content),
    ];
    match claims.into_iter().find(|(_, holds)| !holds) {
        Some((name, _)) => Err(CertificateError::OtherClaim(name)),
        None => Ok(chosen.len()),
    }
}

/// A scenario judged again; without its trace there is nothing to go by.
fn again(scenario: &Scenario, traces: &[Trace]) -> Played {
    let trace = traces.iter().find(|trace| trace.scenario == scenario.name).cloned().unwrap_or_default();
    Played { judgement: judge(scenario, &trace), trace, took: Duration::ZERO }
}

fn suites_hash(scenarios: &[Scenario]) -> String {
    let of = |one: &Scenario| {
        let steps: Vec<_> = one.steps.iter().map(|step| &step.kind).collect();
        format!("{:?}{:?}{:?}{steps:?}\n", one.name, one.requirements, one.given)
    };
    hash(scenarios.iter().map(of).collect::<String>().as_bytes())
}

/// The traces without what differs from run to run: when an answer that was held back left at last,
/// say, and who was still there.
fn content_hash(traces: &[&Trace]) -> String {
    let mut canonical: Vec<Trace> = traces.iter().map(|trace| (*trace).clone()).collect();
    for trace in &mut canonical {
        let entries = std::mem::take(&mut trace.entries);
        let (replies, rest): (Vec<TraceEntry>, Vec<TraceEntry>) =
            entries.into_iter().partition(|entry| matches!(entry.what, What::Reply { .. }));
        for mut entry in rest {
            let mut asked = None;
            match &mut entry.what {
                What::Closed { .. } | What::Gone { .. } => continue,
                What::Request { number, connection, .. } => {
                    *connection = 0;
                    asked = Some(*number);
                }
                _ => {}
            }
            trace.entries.push(entry);
            let answers = |reply: &&TraceEntry| matches!(reply.what, What::Reply { number, .. } if Some(number) == asked);
            trace.entries.extend(replies.iter().filter(answers).cloned());
        }
        trace.entries.iter_mut().for_each(|entry| entry.at = 0);
    }
    hash(serde_json::to_string(&canonical).unwrap_or_default().as_bytes())
}

fn hash(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

/// Reads a private key: PEM, PKCS #8, as `openssl genpkey -algorithm ed25519` writes it.
///
/// # Errors
/// Words for people.
pub fn signing_key(pem: &str) -> Result<SigningKey, String> {
    let how = "make one with `openssl genpkey -algorithm ed25519`";
    SigningKey::from_pkcs8_pem(pem).map_err(|error| format!("no Ed25519 key in PEM ({error}); {how}"))
}

/// Reads a public key: PEM, as `openssl pkey -pubout` writes it.
///
/// # Errors
/// Words for people.
pub fn public_key(pem: &str) -> Result<VerifyingKey, String> {
    let how = "make it with `openssl pkey -in KEYFILE -pubout`";
    VerifyingKey::from_public_key_pem(pem)
        .map_err(|error| format!("no Ed25519 public key in PEM ({error}); {how}"))
}
