//! Plays scenarios with a driver or a person, or watches what comes.

use super::{CertifyArgs, CliError};
use crate::certify::play::{PlayOptions, play_all};
use crate::certify::recorder::TraceRecorder;
use crate::certify::{books, scenario_runner};
use crate::cli::interruption::Interruption;
use crate::cli::terminal::{Watched, stdout};
use ikkm_harness::client::builtin;
use ikkm_harness::client::client_driver::ClientDriver;
use ikkm_harness::client::judge::judge;
use ikkm_harness::client::judge::view::View;
use ikkm_harness::client::person::Person;
use ikkm_harness::client::run::{Played, case_result};
use ikkm_harness::client::scenario::Scenario;
use ikkm_harness::client::trace::{Trace, TraceEntry, What};
use ikkm_harness::program::Program;
use ikkm_harness::runner::waivers::Waivers;
use ikkm_harness::text::shown as shown_line;
use serde_json::json;
use std::fs::Permissions;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::time::Instant;
use time::OffsetDateTime;
use tokio::io::BufReader;

pub(super) async fn with_driver(
    args: &CertifyArgs,
    driver: &str,
    scenarios: &[Scenario],
    accepted: &Waivers,
    interruption: &Interruption,
) -> Result<Vec<Option<Played>>, CliError> {
    if !(args.scale.is_finite() && (0.01..=1.0).contains(&args.scale)) {
        return Err(CliError::Usage("--scale is a number of seconds from 0.01 to 1".to_owned()));
    }
    let program = Program::parse(driver, &args.env)
        .map_err(|error| CliError::Usage(format!("--driver {driver:?}: {error}")))?;
    let work = tempfile::Builder::new()
        .prefix("ikkm-certify-")
        .permissions(Permissions::from_mode(0o700))
        .tempdir()
        .map_err(|error| {
            CliError::NotCarriedOut(format!("no folder can be made for the drivers: {error}"))
        })?;
    let options = PlayOptions {
        driver: program,
        second: (args.scale * 1000.0).round() as u32,
        jobs: args.jobs,
        work: work.path().to_owned(),
    };
    let mut watched = Watched::new(args.outputs().on_stdout());
    let mut count = 0;
    let today = OffsetDateTime::now_utc().date();
    let playing = play_all(scenarios, &options, interruption.wait(), |scenario, played| {
        let mut result = case_result(scenario, played, args.strict);
        accepted.cover(&mut result, None, today);
        watched.show(|console| console.case_done(&result, count, scenarios.len()));
        count += 1;
    });
    let played = playing.await.map_err(|error| CliError::NotCarriedOut(error.to_string()))?;
    // Logs of drivers that failed are worth keeping.
    if played.iter().flatten().any(|one| one.judgement.driver_failed) {
        let kept = work.keep();
        writeln!(std::io::stderr(), "the drivers' folders, with driver.log, are in {}", kept.display())?;
    }
    watched.end();
    Ok(played)
}

pub(super) async fn with_person(
    args: &CertifyArgs,
    scenarios: &[Scenario],
    interruption: &Interruption,
) -> Result<Vec<Option<Played>>, CliError> {
    let mut all: Vec<Option<Played>> = Vec::new();
    let mut played = Vec::new();
    for scenario in scenarios {
        writeln!(stdout(), "\n== {} ({})", scenario.name, scenario.about)?;
        let input = Box::new(BufReader::new(tokio::io::stdin()));
        let driver = ClientDriver::Person(Person::new(Box::new(tokio::io::stdout()), input));
        let began = Instant::now();
        let trace = tokio::select! {
            trace = scenario_runner::play(scenario, driver, 1000, args.listen) => trace,
            // What was played so far is kept.
            () = interruption.wait() => break,
        };
        let trace = trace.map_err(|error| CliError::NotCarriedOut(error.to_string()))?;
        let judgement = judge(scenario, &trace);
        played.push(Played { trace, judgement, took: began.elapsed() });
        tell(args, scenario, &played, scenarios.len());
    }
    all.extend(played.into_iter().map(Some));
    all.resize_with(scenarios.len(), || None);
    Ok(all)
}

/// Watches until somebody asks for the end, a line for each request; what came is judged as far as it can be without having asked for it.
pub(super) async fn watched(
    args: &CertifyArgs,
    interruption: &Interruption,
) -> Result<(Scenario, Played), CliError> {
    let scenario = builtin::watch();
    let device = scenario_runner::start_device(&scenario, args.listen)
        .await
        .map_err(|error| CliError::NotCarriedOut(error.to_string()))?;
    let recorder = Arc::new(TraceRecorder::new(1000));
    device.observe(recorder.clone());
    let before = device.with(books::books);
    let key = scenario.given.key.clone();
    recorder.note(What::Asked { step: None, line: json!({"do": "connect", "key": key}) });
    writeln!(stdout(), "web-API key {key}\nlistening on http://{}", device.address())?;
    stdout().flush()?;
    let began = Instant::now();
    let mut seen = 0;
    let mut tick = tokio::time::interval(std::time::Duration::from_millis(200));
    loop {
        tokio::select! {
            () = interruption.wait() => break,
            _ = tick.tick() => seen = tell_traffic(&scenario, &recorder.entries(), seen)?,
        }
    }
    device.shutdown().await;
    let entries = recorder.entries();
    // What came since the last tick.
    tell_traffic(&scenario, &entries, seen)?;
    let after = books::device_books(&device);
    let trace = Trace { scenario: scenario.name.clone(), second: 1000, entries, before, after };
    let judgement = judge(&scenario, &trace);
    // What was found was told as it came, and its story is in the summary.
    Ok((scenario, Played { trace, judgement, took: began.elapsed() }))
}

/// Tells each request that was answered since, and what is found wrong by now; gives how many were told.
fn tell_traffic(scenario: &Scenario, entries: &[TraceEntry], told_before: usize) -> Result<usize, CliError> {
    let replies = entries.iter().filter(|entry| matches!(entry.what, What::Reply { .. })).count();
    if replies <= told_before {
        return Ok(told_before);
    }
    let trace = Trace { second: 1000, entries: entries.to_vec(), ..Trace::default() };
    let view = View::new(&trace);
    let judgement = judge(scenario, &trace);
    let answered = view.exchanges.iter().filter(|one| one.reply.is_some());
    for one in answered.skip(told_before) {
        let reply =
            one.reply.as_ref().map_or_else(String::new, |reply| format!("{} {}", reply.status, reply.reason));
        let shown = one.shown();
        // Keys are nobody else's business.
        let shown = one.params.get("key").map_or_else(|| shown.clone(), |key| shown.replace(key, "KEY"));
        let wrong = judgement.violations.iter().filter(|wrong| wrong.request == Some(one.number));
        let wrong: String = wrong.map(|wrong| format!("  ! {}", wrong.requirement)).collect();
        writeln!(stdout(), "{}", shown_line(&format!("{shown} -> {reply}{wrong}")))?;
    }
    stdout().flush()?;
    Ok(replies)
}

/// Tells how the last scenario went.
fn tell(args: &CertifyArgs, scenario: &Scenario, played: &[Played], of: usize) {
    let Some(last) = played.last() else { return };
    let result = case_result(scenario, last, args.strict);
    let mut watched = Watched::new(args.outputs().on_stdout());
    watched.show(|console| console.case_done(&result, played.len() - 1, of));
    watched.end();
}
