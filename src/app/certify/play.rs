//! Many scenarios side by side.

use super::scenario_runner::{ScenarioRunnerError, play};
use ikkm_harness::client::client_driver::ClientDriver;
use ikkm_harness::client::judge::judge;
use ikkm_harness::client::process::Process;
use ikkm_harness::client::run::Played;
use ikkm_harness::client::scenario::Scenario;
use ikkm_harness::client::trace::Trace;
use ikkm_harness::program::Program;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// How the scenarios are played.
#[derive(Debug, Clone)]
pub struct PlayOptions {
    /// The driver.
    pub driver: Program,
    /// Real milliseconds of a scaled second.
    pub second: u32,
    /// How many scenarios side by side.
    pub jobs: usize,
    /// Where each scenario gets a folder of its own.
    pub work: PathBuf,
}

/// Plays all scenarios until somebody asks for the end; the results come in the scenarios' order, none for
/// those that were not played to their end. `done` hears of each as it ends.
///
/// # Errors
/// [`ScenarioRunnerError`] where a device cannot be set up; a driver that fails stops only its scenario.
pub async fn play_all(
    scenarios: &[Scenario],
    options: &PlayOptions,
    end: impl Future<Output = ()>,
    mut done: impl FnMut(&Scenario, &Played),
) -> Result<Vec<Option<Played>>, ScenarioRunnerError> {
    let permits = Arc::new(Semaphore::new(options.jobs.max(1)));
    let mut tasks = JoinSet::new();
    for (place, scenario) in scenarios.iter().enumerate() {
        let (permits, scenario, options) = (Arc::clone(&permits), scenario.clone(), options.clone());
        tasks.spawn(async move {
            // The semaphore is never closed.
            let _permit = permits.acquire_owned().await;
            let began = std::time::Instant::now();
            let folder = options.work.join(scenario.name.replace('/', "-"));
            let driver = ClientDriver::Program(Box::new(Process::new(options.driver.clone(), folder)));
            let trace =
                play(&scenario, driver, options.second, SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
            let judgement = judge(&scenario, &trace);
            Ok::<_, ScenarioRunnerError>((place, Played { trace, judgement, took: began.elapsed() }))
        });
    }
    let mut played: Vec<Option<Played>> = vec![None; scenarios.len()];
    let mut end = std::pin::pin!(end);
    loop {
        let joined = tokio::select! {
            joined = tasks.join_next() => joined,
            () = &mut end => {
                // A driver dies with its task, and all that it has started with it.
                tasks.shutdown().await;
                return Ok(played);
            }
        };
        let Some(joined) = joined else { break };
        let (place, one) = match joined {
            Ok(result) => result?,
            Err(error) => {
                // A task of ours broke: the scenario has no trace, and says so.
                eprintln!("a scenario could not be played: {error}");
                continue;
            }
        };
        if let (Some(scenario), Some(slot)) = (scenarios.get(place), played.get_mut(place)) {
            done(scenario, &one);
            *slot = Some(one);
        }
    }
    Ok(played
        .into_iter()
        .zip(scenarios)
        .map(|(one, scenario)| Some(one.unwrap_or_else(|| lost(scenario))))
        .collect())
}

/// What stands for a scenario whose task broke.
fn lost(scenario: &Scenario) -> Played {
    let trace = Trace { scenario: scenario.name.clone(), second: 1000, ..Trace::default() };
    let judgement = judge(scenario, &trace);
    Played { trace, judgement, took: Duration::ZERO }
}
