//! `certify`: the harness is the device, and judges a client.

use super::CliError;
use crate::certify::certificate::{Certificate, transcript_text, verify};
use crate::certify::judge::judge;
use crate::certify::person::Person;
use crate::certify::process::DriverCommand;
use crate::certify::recorder::Recorder;
use crate::certify::run::{Played, RunOptions, case_result, never_started, play_all, run_result};
use crate::certify::scenario::Scenario;
use crate::certify::till::Till;
use crate::certify::trace::{Trace, What};
use crate::certify::{books, builtin, stage};
use crate::report::console::Console;
use crate::report::{ReportPaths, write_all};
use crate::runner::outcome::{RunResult, Verdict};
use crate::suite::SuiteError;
use clap::Args;
use globset::Glob;
use serde_json::json;
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;
use time::OffsetDateTime;
use tokio::io::BufReader;

/// Which client, and how.
#[derive(Debug, Args)]
pub struct CertifyArgs {
    /// Client suites (files or folders); without any, the built-in ones
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The driver around the client: "PROGRAM ARGS" (docs/certify.md)
    #[arg(long, value_name = "COMMAND", conflicts_with_all = ["manual", "watch", "verify"])]
    driver: Option<String>,
    /// No driver: a person at a till gets the instructions
    #[arg(long, conflicts_with_all = ["watch", "verify"])]
    manual: bool,
    /// No instructions: judge whatever traffic comes, until Ctrl-C
    #[arg(long, conflicts_with = "verify")]
    watch: bool,
    /// Where the device listens with --manual and --watch
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Real seconds that a second of the scenarios lasts, for clients that can scale
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
    /// Judge again what a certificate states
    #[arg(long, value_name = "FILE", requires = "transcript")]
    verify: Option<PathBuf>,
    /// The transcript that a certificate goes with; by default reports/transcript.jsonl
    #[arg(long, value_name = "FILE")]
    transcript: Option<PathBuf>,
    /// Where the certificate goes; beside it, a page to print
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
}

/// Certifies; the exit code is 0, 1 or 3.
pub async fn certify(args: CertifyArgs) -> Result<u8, CliError> {
    let scenarios = select(&args)?;
    if let Some(certificate) = &args.verify {
        return check(certificate, args.transcript.as_deref(), &scenarios);
    }
    let started = OffsetDateTime::now_utc();
    let began = Instant::now();
    let (scenarios, played) = match (&args.driver, args.manual, args.watch) {
        (Some(driver), ..) => {
            let played = with_driver(&args, driver, &scenarios).await?;
            (scenarios, played)
        }
        (None, true, _) => {
            let played = with_person(&args, &scenarios).await?;
            (scenarios, played)
        }
        (None, false, true) => {
            let (scenario, played) = watched(&args).await?;
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
    let name = client.first().map_or("unnamed client", String::as_str);
    let version = client.get(1).map_or("", String::as_str);
    let run = run_result(
        format!("{name} {version}").trim_end(),
        &scenarios,
        &played,
        args.strict,
        started,
        began.elapsed(),
    );
    write_reports(&args, (name, version), &scenarios, &played, &run)?;
    Ok(exit_code(&run, args.complete))
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

fn check(certificate: &Path, transcript: Option<&Path>, scenarios: &[Scenario]) -> Result<u8, CliError> {
    let read = |path: &Path| {
        std::fs::read_to_string(path)
            .map_err(|error| CliError::Usage(format!("cannot read {}: {error}", path.display())))
    };
    let transcript = read(transcript.unwrap_or(Path::new("reports/transcript.jsonl")))?;
    match verify(&read(certificate)?, &transcript, scenarios) {
        Ok(count) => {
            writeln!(std::io::stdout(), "the certificate holds: {count} verdicts were reached again")?;
            Ok(0)
        }
        Err(error) => {
            writeln!(std::io::stdout(), "the certificate does not hold: {error}")?;
            Ok(1)
        }
    }
}

async fn with_driver(
    args: &CertifyArgs,
    driver: &str,
    scenarios: &[Scenario],
) -> Result<Vec<Played>, CliError> {
    if !(args.scale.is_finite() && (0.01..=1.0).contains(&args.scale)) {
        return Err(CliError::Usage("--scale is a number of seconds from 0.01 to 1".to_owned()));
    }
    let work = std::env::temp_dir().join(format!("ikkm-certify-{}", std::process::id()));
    let options = RunOptions {
        driver: DriverCommand::parse(driver).map_err(CliError::Usage)?,
        second: (args.scale * 1000.0).round() as u32,
        jobs: args.jobs,
        work: work.clone(),
    };
    let mut console = Console::stdout();
    let (mut count, mut broken_pipe) = (0, None);
    let played = play_all(scenarios, &options, |scenario, played| {
        let result = case_result(scenario, played, args.strict);
        if let Err(error) = console.case_done(&result, count, scenarios.len()) {
            broken_pipe.get_or_insert(error);
        }
        count += 1;
    })
    .await
    .map_err(|error| CliError::NotCarriedOut(error.to_string()))?;
    // Logs of drivers that failed are worth keeping.
    if played.iter().any(|one| one.judgement.verdict == Verdict::Pass || !one.judgement.driver_failed)
        && played.iter().all(|one| !one.judgement.driver_failed)
    {
        let _ = std::fs::remove_dir_all(&work);
    } else {
        writeln!(std::io::stderr(), "the drivers' folders, with driver.log, are in {}", work.display())?;
    }
    match broken_pipe {
        Some(error) => Err(error.into()),
        None => Ok(played),
    }
}

async fn with_person(args: &CertifyArgs, scenarios: &[Scenario]) -> Result<Vec<Played>, CliError> {
    let mut played = Vec::new();
    for scenario in scenarios {
        writeln!(std::io::stdout(), "\n== {} ({})", scenario.name, scenario.about)?;
        let input = Box::new(BufReader::new(tokio::io::stdin()));
        let till = Till::Person(Person::new(Box::new(tokio::io::stdout()), input));
        let began = Instant::now();
        let trace = stage::play(scenario, till, 1000, args.listen)
            .await
            .map_err(|error| CliError::NotCarriedOut(error.to_string()))?;
        let judgement = judge(scenario, &trace);
        played.push(Played { trace, judgement, took: began.elapsed() });
    }
    Ok(played)
}

/// Watches until Ctrl-C; what came is judged as far as it can be without having asked for it.
async fn watched(args: &CertifyArgs) -> Result<(Scenario, Played), CliError> {
    let mut scenario = builtin::client()
        .ok()
        .and_then(|all| all.into_iter().next())
        .ok_or_else(|| CliError::NotCarriedOut("there is no built-in scenario".to_owned()))?;
    scenario.name = "watch/traffic".to_owned();
    scenario.about = "whatever came".to_owned();
    scenario.requirements = vec!["CLI-1".to_owned(), "CLI-6".to_owned(), "CLI-22".to_owned()];
    scenario.steps.clear();
    let device = stage::start_device(&scenario, args.listen)
        .await
        .map_err(|error| CliError::NotCarriedOut(error.to_string()))?;
    let recorder = Arc::new(Recorder::new(1000));
    device.observe(recorder.clone());
    let before = device.with(books::books);
    let key = scenario.given.key.clone();
    recorder.note(What::Asked { step: None, line: json!({"do": "connect", "key": key}) });
    writeln!(std::io::stdout(), "web-API key {key}\nlistening on http://{}", device.address())?;
    std::io::stdout().flush()?;
    let began = Instant::now();
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
    device.shutdown().await;
    let entries = recorder.entries();
    let after = books::device_books(&device);
    let trace = Trace { scenario: scenario.name.clone(), second: 1000, entries, before, after };
    let judgement = judge(&scenario, &trace);
    Ok((scenario, Played { trace, judgement, took: began.elapsed() }))
}

fn write_reports(
    args: &CertifyArgs,
    client: (&str, &str),
    scenarios: &[Scenario],
    played: &[Played],
    run: &RunResult,
) -> Result<(), CliError> {
    let failed = |what: String| CliError::NotCarriedOut(what);
    let paths = ReportPaths {
        junit: Some(args.junit.clone()),
        json: Some(args.json.clone()),
        html: Some(args.html.clone()),
    };
    let mut written = write_all(run, &paths).map_err(|error| failed(error.to_string()))?;
    let traces: Vec<&Trace> = played.iter().map(|one| &one.trace).collect();
    let transcript = transcript_text(&traces);
    let certificate = Certificate::new(client, scenarios, &traces, run, &transcript);
    let page = certificate.to_html().map_err(|error| failed(error.to_string()))?;
    let to = args.transcript.clone().unwrap_or_else(|| args.certificate.with_file_name("transcript.jsonl"));
    let files = [
        (to, transcript),
        (args.certificate.clone(), certificate.to_json()),
        (args.certificate.with_extension("html"), page),
    ];
    for (path, text) in files {
        let made = path.parent().map_or(Ok(()), std::fs::create_dir_all);
        made.and_then(|()| std::fs::write(&path, text))
            .map_err(|error| failed(format!("cannot write {}: {error}", path.display())))?;
        written.push(path);
    }
    Ok(Console::stdout().summary(run, &written)?)
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
