//! `certify`: the harness is the device, and judges a client.

mod artifacts;
mod play;

use super::ci::CiArgs;
use super::interruption::Interruption;
use super::outputs::Outputs;
use super::{CliError, waivers};
use clap::Args;
use globset::Glob;
use ikkm_harness::client::builtin;
use ikkm_harness::client::certificate::Client;
use ikkm_harness::client::run::{Played, never_started, run_result};
use ikkm_harness::client::scenario::Scenario;
use ikkm_harness::runner::outcome::{RunResult, Verdict};
use ikkm_harness::suite::SuiteError;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Instant;
use time::OffsetDateTime;

/// Which client, and how.
#[derive(Debug, Args)]
pub struct CertifyArgs {
    /// Client suites (files or folders); without any, the built-in ones
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The driver around the client: "PROGRAM ARGS" (docs/certify.md)
    #[arg(long, value_name = "COMMAND", conflicts_with_all = ["manual", "watch", "verify"])]
    driver: Option<String>,
    /// A variable that the driver gets beside PATH, HOME and LANG (repeatable)
    #[arg(long = "env", value_name = "NAME")]
    env: Vec<String>,
    /// No driver: a person at a till gets the instructions
    #[arg(long, conflicts_with_all = ["watch", "verify"])]
    manual: bool,
    /// No instructions: judge whatever traffic comes, until Ctrl-C
    #[arg(long, conflicts_with = "verify")]
    watch: bool,
    /// Where the device listens with --manual and --watch
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Real seconds that a scenario's second lasts, for clients that can scale
    #[arg(long, value_name = "S", default_value_t = 0.1)]
    scale: f64,
    /// How many scenarios side by side
    #[arg(long, value_name = "N", default_value_t = 12)]
    jobs: usize,
    /// Only scenarios whose name fits this pattern (repeatable)
    #[arg(long = "case", value_name = "GLOB")]
    cases: Vec<String>,
    /// The client's name and version, for the certificate
    #[arg(long, num_args = 2, value_names = ["NAME", "VERSION"])]
    client: Option<Vec<String>>,
    /// A broken *should* fails the run
    #[arg(long)]
    strict: bool,
    /// Anything that was not tested makes the run end 1
    #[arg(long)]
    complete: bool,
    /// Known deviations: those listed may fail so, and must not pass unnoticed
    #[arg(long, value_name = "FILE")]
    waivers: Option<PathBuf>,
    /// Propose waivers for what fails, as a new file
    #[arg(long, value_name = "FILE")]
    write_waivers: Option<PathBuf>,
    /// Judge again what a certificate states; without a FILE, that of the last run
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "reports/certificate.json")]
    verify: Option<PathBuf>,
    /// Sign the certificate with this Ed25519 key, a PEM file as `openssl genpkey` makes it
    #[arg(long, value_name = "KEYFILE", conflicts_with = "verify")]
    sign: Option<PathBuf>,
    /// With --verify: whose signature it must bear, a public key as a PEM file
    #[arg(long, value_name = "PUBKEY", requires = "verify")]
    trusted: Option<PathBuf>,
    /// The transcript that goes with it; by default transcript.jsonl, beside it or in reports/
    #[arg(long, value_name = "FILE")]
    transcript: Option<PathBuf>,
    /// Where the certificate goes, with its page
    #[arg(long, value_name = "FILE", default_value = "reports/certificate.json")]
    certificate: PathBuf,
    /// Where the JUnit report goes
    #[arg(long, value_name = "FILE", default_value = "reports/certify.xml")]
    junit: PathBuf,
    /// Where the results go, for `diff`
    #[arg(long, value_name = "FILE", default_value = "reports/certify.json")]
    json: PathBuf,
    /// Where a page for people goes
    #[arg(long, value_name = "FILE", default_value = "reports/certify.html")]
    html: PathBuf,
    #[command(flatten)]
    ci: CiArgs,
}

impl CertifyArgs {
    /// Where the transcript goes: by default beside the certificate.
    fn transcript_place(&self) -> PathBuf {
        self.transcript.clone().unwrap_or_else(|| self.certificate.with_file_name("transcript.jsonl"))
    }

    /// What a certification writes, and what it reads, so that neither takes the other's place.
    fn outputs(&self) -> Outputs {
        let outputs = Outputs::new()
            .writes("--junit", Some(&self.junit))
            .writes("--json", Some(&self.json))
            .writes("--html", Some(&self.html))
            .writes("--certificate", Some(&self.certificate))
            .writes("the certificate's page", Some(&self.certificate.with_extension("html")))
            .writes("--transcript", Some(&self.transcript_place()))
            .writes("--write-waivers", self.write_waivers.as_deref())
            .reads("--waivers", self.waivers.as_deref())
            .reads("--sign", self.sign.as_deref());
        let outputs = self.ci.outputs(outputs);
        self.paths.iter().fold(outputs, |outputs, path| outputs.reads("the suite", Some(path)))
    }
}

/// Certifies; the exit code is 0, 1 or 3.
pub async fn certify(args: CertifyArgs) -> Result<u8, CliError> {
    if args.trusted.is_some() && args.verify.is_none() {
        return Err(CliError::Usage(
            "--trusted says whom to believe a certificate: pass --verify FILE, too".to_owned(),
        ));
    }
    let scenarios = select(&args)?;
    if let Some(certificate) = &args.verify {
        return artifacts::check(certificate, &args, scenarios);
    }
    let names: Vec<&str> = scenarios.iter().map(|scenario| scenario.name.as_str()).collect();
    let accepted = waivers::read_for_client(args.waivers.as_deref(), &names)?;
    waivers::is_new(args.write_waivers.as_deref())?;
    args.outputs().tried()?;
    let signer = args.sign.as_deref().map(artifacts::signer).transpose()?;
    let interruption = Interruption::listen();
    let started = OffsetDateTime::now_utc();
    let began = Instant::now();
    let chosen = scenarios.len();
    let (scenarios, played) = match (&args.driver, args.manual, args.watch) {
        (Some(driver), ..) => {
            let played = play::with_driver(&args, driver, &scenarios, &accepted, &interruption).await?;
            with_their_scenarios(scenarios, played)
        }
        (None, true, _) => {
            let played = play::with_person(&args, &scenarios, &interruption).await?;
            with_their_scenarios(scenarios, played)
        }
        (None, false, true) => {
            let (scenario, played) = play::watched(&args, &interruption).await?;
            (vec![scenario], vec![played])
        }
        (None, false, false) => {
            return Err(CliError::Usage(
                "certify needs a client: --driver \"PROGRAM ARGS\", --manual or --watch".to_owned(),
            ));
        }
    };
    if let Some(why) = never_started(&played) {
        return Err(CliError::NotCarriedOut(why));
    }
    let client = args.client.clone().unwrap_or_default();
    let client = Client {
        name: client.first().map_or("unnamed client", String::as_str).to_owned(),
        version: client.get(1).cloned().unwrap_or_default(),
        strict: args.strict,
    };
    let mut run = run_result(&client.shown(), &scenarios, &played, args.strict, started, began.elapsed());
    if args.watch {
        run.bench = "watch".to_owned();
        let why = "no traffic asked for it: --driver or --manual play what does";
        run.untested.iter_mut().for_each(|one| why.clone_into(&mut one.why));
    } else if args.manual {
        run.bench = "person".to_owned();
    }
    if scenarios.len() < chosen && !args.watch {
        let played = scenarios.len();
        run.stopped = Some(format!("interrupted: {played} of {chosen} scenarios were played to their end"));
    }
    // A certificate states what the transcript bears out; waivers are between client and judge.
    let artifacts = artifacts::certificate(&args, &client, &scenarios, &played, &run, signer.as_ref())?;
    accepted.apply(&mut run.cases, None, started.date());
    artifacts::write(&args, artifacts, &run, played.len());
    Ok(exit_code(&run, args.complete))
}

/// What was played to its end, each with its scenario.
fn with_their_scenarios(
    scenarios: Vec<Scenario>,
    played: Vec<Option<Played>>,
) -> (Vec<Scenario>, Vec<Played>) {
    scenarios.into_iter().zip(played).filter_map(|(scenario, one)| Some((scenario, one?))).unzip()
}

fn select(args: &CertifyArgs) -> Result<Vec<Scenario>, CliError> {
    let all = if args.paths.is_empty() {
        builtin::client().map_err(|mistakes| CliError::Suites(SuiteError::Faulty(mistakes)))?
    } else {
        builtin::load_paths(&args.paths)?
    };
    let mut globs = Vec::new();
    for pattern in &args.cases {
        let glob = Glob::new(pattern).map_err(|error| CliError::Usage(format!("--case: {error}")))?;
        globs.push(glob.compile_matcher());
    }
    let chosen: Vec<Scenario> = all
        .into_iter()
        .filter(|one| globs.is_empty() || globs.iter().any(|glob| glob.is_match(&one.name)))
        .collect();
    if chosen.is_empty() {
        return Err(CliError::Usage("no scenario is selected, so nothing would be tested".to_owned()));
    }
    Ok(chosen)
}

/// 3 beats 1: where the driver failed, nothing is said of the client.
fn exit_code(run: &RunResult, complete: bool) -> u8 {
    if run.stopped.is_some() {
        return 3;
    }
    let against = run.cases.iter().any(|case| case.verdict == Verdict::Fail && case.waived.is_none());
    let open = run.cases.iter().any(|case| case.verdict == Verdict::Inconclusive) || !run.untested.is_empty();
    u8::from(against || (complete && open))
}
