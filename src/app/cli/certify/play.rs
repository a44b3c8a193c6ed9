//! Plays scenarios with a driver or a person, or watches what comes.

use super::{CertifyArgs, CliError};
use crate::certify::play::{RunOptions, play_all};
use crate::certify::recorder::Recorder;
use crate::certify::{books, scenario_runner};
use crate::cli::terminal::{Watched, stdout};
use ikkm_harness::client::builtin;
use ikkm_harness::client::client_driver::ClientDriver;
use ikkm_harness::client::judge::judge;
use ikkm_harness::client::person::Person;
use ikkm_harness::client::run::{Played, case_result};
use ikkm_harness::client::scenario::Scenario;
use ikkm_harness::client::trace::{Trace, What};
use ikkm_harness::program::Program;
use ikkm_harness::runner::waivers::Waivers;
use serde_json::json;
use std::io::Write;
use std::sync::Arc;
use std::time::Instant;
use time::OffsetDateTime;
use tokio::io::BufReader;

pub(super) async fn with_driver(
    args: &CertifyArgs,
    driver: &str,
    scenarios: &[Scenario],
    accepted: &Waivers,
) -> Result<Vec<Played>, CliError> {
    if !(args.scale.is_finite() && (0.01..=1.0).contains(&args.scale)) {
        return Err(CliError::Usage("--scale is a number of seconds from 0.01 to 1".to_owned()));
    }
    let work = std::env::temp_dir().join(format!("ikkm-certify-{}", std::process::id()));
    let options = RunOptions {
        driver: Program::parse(driver, &args.env)
            .map_err(|why| CliError::Usage(format!("--driver {driver:?}: {why}")))?,
        second: (args.scale * 1000.0).round() as u32,
        jobs: args.jobs,
        work: work.clone(),
    };
    let mut watched = Watched::new(args.outputs().on_stdout());
    let mut count = 0;
    let today = OffsetDateTime::now_utc().date();
    let playing = play_all(scenarios, &options, |scenario, played| {
        let mut result = case_result(scenario, played, args.strict);
        accepted.cover(&mut result, None, today);
        watched.show(|console| console.case_done(&result, count, scenarios.len()));
        count += 1;
    });
    // Drivers are no part of our process group: the terminal's Ctrl-C does not reach them.
    let played = tokio::select! {
        played = playing => played.map_err(|error| CliError::NotCarriedOut(error.to_string()))?,
        _ = tokio::signal::ctrl_c() => {
            return Err(CliError::NotCarriedOut("interrupted; nothing was certified".to_owned()));
        }
    };
    // Logs of drivers that failed are worth keeping.
    if played.iter().all(|one| !one.judgement.driver_failed) {
        let _ = std::fs::remove_dir_all(&work);
    } else {
        writeln!(std::io::stderr(), "the drivers' folders, with driver.log, are in {}", work.display())?;
    }
    watched.end();
    Ok(played)
}

pub(super) async fn with_person(args: &CertifyArgs, scenarios: &[Scenario]) -> Result<Vec<Played>, CliError> {
    let mut played = Vec::new();
    for scenario in scenarios {
        writeln!(stdout(), "\n== {} ({})", scenario.name, scenario.about)?;
        let input = Box::new(BufReader::new(tokio::io::stdin()));
        let driver = ClientDriver::Person(Person::new(Box::new(tokio::io::stdout()), input));
        let began = Instant::now();
        let trace = scenario_runner::play(scenario, driver, 1000, args.listen)
            .await
            .map_err(|error| CliError::NotCarriedOut(error.to_string()))?;
        let judgement = judge(scenario, &trace);
        played.push(Played { trace, judgement, took: began.elapsed() });
        tell(args, scenario, &played, scenarios.len());
    }
    Ok(played)
}

/// Watches until Ctrl-C; what came is judged as far as it can be without having asked for it.
pub(super) async fn watched(args: &CertifyArgs) -> Result<(Scenario, Played), CliError> {
    let scenario = builtin::watch();
    let device = scenario_runner::start_device(&scenario, args.listen)
        .await
        .map_err(|error| CliError::NotCarriedOut(error.to_string()))?;
    let recorder = Arc::new(Recorder::new(1000));
    device.observe(recorder.clone());
    let before = device.with(books::books);
    let key = scenario.given.key.clone();
    recorder.note(What::Asked { step: None, line: json!({"do": "connect", "key": key}) });
    writeln!(stdout(), "web-API key {key}\nlistening on http://{}", device.address())?;
    stdout().flush()?;
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
    let played = Played { trace, judgement, took: began.elapsed() };
    tell(args, &scenario, std::slice::from_ref(&played), 1);
    Ok((scenario, played))
}

/// Tells how the last scenario went.
fn tell(args: &CertifyArgs, scenario: &Scenario, played: &[Played], of: usize) {
    let Some(last) = played.last() else { return };
    let result = case_result(scenario, last, args.strict);
    let mut watched = Watched::new(args.outputs().on_stdout());
    watched.show(|console| console.case_done(&result, played.len() - 1, of));
    watched.end();
}
