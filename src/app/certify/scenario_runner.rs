//! Plays one scenario: a fresh device, a fresh client, and a record of all that happens.

use super::books::{books, device_books, foreign_sales};
use super::recorder::TraceRecorder;
use crate::embedded::bench::{own_condition, own_name};
use ikkm_emulator::behaviour::{DateForm, NumberType};
use ikkm_emulator::{Action, Device, DeviceClock, Machine, personality};
use ikkm_harness::bench::Condition;
use ikkm_harness::client::client_driver::{ClientDriver, DriverError};
use ikkm_harness::client::scenario::{Act, Ask, Given, Scenario, Step, StepKind};
use ikkm_harness::client::trace::{Trace, What};
use ikkm_protocol::Key;
use serde_json::{Map, Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use thiserror::Error;

/// Seconds of the scaled clock that a driver has for an answer (driver protocol).
const PATIENCE: u32 = 300;

/// The scenario could not be set up.
#[derive(Debug, Error)]
pub enum ScenarioRunnerError {
    /// The device cannot listen.
    #[error("the device of {scenario} cannot listen on {address}: {source}; pass another --listen")]
    Listen {
        /// The scenario.
        scenario: String,
        /// Where.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The scenario's key is none, or the personality is gone.
    #[error("the device of {0} cannot be made: its key is no key")]
    Key(String),
}

/// Plays a scenario. `second` is how many real milliseconds a second lasts.
///
/// # Errors
/// [`ScenarioRunnerError`]; what a driver does wrong is part of the trace instead.
pub async fn play(
    scenario: &Scenario,
    driver: ClientDriver,
    second: u32,
    listen: SocketAddr,
) -> Result<Trace, ScenarioRunnerError> {
    let device = start_device(scenario, listen).await?;
    let recorder = Arc::new(TraceRecorder::new(second));
    device.observe(recorder.clone());
    let before = device.with(books);
    let mut runner = ScenarioRunner { device, recorder, driver, key: scenario.given.key.clone() };
    if runner.perform(&scenario.steps).await.is_err() {
        runner.driver.kill().await;
    }
    let after = device_books(&runner.device);
    runner.device.shutdown().await;
    Ok(Trace {
        scenario: scenario.name.clone(),
        second: runner.recorder.second(),
        entries: runner.recorder.entries(),
        before,
        after,
    })
}

/// A device as the scenario wants it, on its feet.
pub async fn start_device(scenario: &Scenario, listen: SocketAddr) -> Result<Device, ScenarioRunnerError> {
    let machine = machine(&scenario.given).ok_or_else(|| ScenarioRunnerError::Key(scenario.name.clone()))?;
    Device::start(machine, listen, DeviceClock::standing()).await.map_err(|source| {
        ScenarioRunnerError::Listen { scenario: scenario.name.clone(), address: listen, source }
    })
}

fn machine(given: &Given) -> Option<Machine> {
    let mut plain = personality("plain")?;
    let behaviour = &mut plain.behaviour;
    if given.http_date {
        behaviour.wire.date = DateForm::Http;
    }
    if given.plain_text {
        behaviour.wire.number_type = NumberType::Plain;
    }
    behaviour.wire.closes = given.closes;
    behaviour.keys.repeats_after_restart = given.repeats_after_restart;
    behaviour.keys.repeats_under_fault = given.repeats_under_fault;
    let behaviour = plain.behaviour.clone();
    Some(Machine::new(&plain, behaviour, Key::parse(&given.key).ok()?))
}

/// Why a scenario ended before its last step.
struct Ended;

struct ScenarioRunner {
    device: Device,
    recorder: Arc<TraceRecorder>,
    driver: ClientDriver,
    key: String,
}

impl ScenarioRunner {
    async fn perform(&mut self, steps: &[Step]) -> Result<(), Ended> {
        let _ = self.start(true).await?;
        for (place, step) in steps.iter().enumerate() {
            match &step.kind {
                // A person at a screen has no journal to read out; its absence ends nothing.
                StepKind::Ask(ask) if ask.word() == "journal" && self.driver.is_person() => {}
                StepKind::Ask(ask) => self.ask(place, ask).await?,
                StepKind::Act(act) => self.act(act).await,
                StepKind::Kill => self.kill().await?,
            }
        }
        self.exchange(None, json!({"do": "bye"})).await?;
        self.driver.end(self.recorder.span(PATIENCE)).await;
        Ok(())
    }

    /// Starts the client and greets it; with the key only the first time.
    async fn start(&mut self, with_key: bool) -> Result<Value, Ended> {
        if let Err(broken) = self.driver.start().await {
            self.broken(None, broken);
            return Err(Ended);
        }
        let mut line = Map::new();
        line.insert("do".to_owned(), json!("connect"));
        line.insert("url".to_owned(), json!(format!("http://{}", self.device.address())));
        if with_key {
            line.insert("key".to_owned(), json!(self.key));
        }
        line.insert("seconds_per_second".to_owned(), json!(f64::from(self.recorder.second()) / 1000.0));
        let answer = self.exchange(None, Value::Object(line)).await?;
        if answer.get("scaled") == Some(&Value::Bool(false)) {
            self.recorder.real_time();
        }
        Ok(answer)
    }

    async fn ask(&mut self, place: usize, ask: &Ask) -> Result<(), Ended> {
        let mut line = ask.instruction.clone();
        let word = ask.word().to_owned();
        line.insert("id".to_owned(), json!(format!("s{}", place + 1)));
        if word == "new-key" {
            line.insert("key".to_owned(), json!(self.screen_key()));
        }
        if let Some(nth) = ask.kill_at {
            self.recorder.kill_at(&self.device, ask.kind(), nth);
        }
        let recorder = Arc::clone(&self.recorder);
        let answer = tokio::select! {
            answer = self.exchange(Some(place), Value::Object(line)) => Some(answer?),
            () = recorder.kill.notified() => None,
        };
        self.recorder.kill_nobody();
        match answer {
            None => self.kill().await?,
            // Without these it is judged by what it does before its next registration.
            Some(_) if matches!(word.as_str(), "settle" | "journal") => {}
            Some(answer) if answer.get("outcome") == Some(&json!("unsupported")) => return Err(Ended),
            Some(_) if word == "restart" => {
                self.driver.end(self.recorder.span(PATIENCE)).await;
                let _ = self.start(false).await?;
            }
            Some(_) => {}
        }
        Ok(())
    }

    async fn kill(&mut self) -> Result<(), Ended> {
        self.driver.kill().await;
        self.recorder.note(What::Killed);
        let answer = self.start(false).await?;
        if answer.get("outcome") == Some(&json!("rejected")) {
            // It has lost its key: the user types the one that the screen shows.
            let line = json!({"do": "new-key", "id": "key", "key": self.screen_key()});
            self.exchange(None, line).await?;
        }
        Ok(())
    }

    fn screen_key(&self) -> String {
        self.device.with(|machine, _| machine.key().as_str().to_owned())
    }

    /// Sends a line and has both sides of it written down.
    async fn exchange(&mut self, step: Option<usize>, line: Value) -> Result<Value, Ended> {
        self.recorder.note(What::Asked { step, line: self.normal(&line) });
        match self.driver.ask(&line, self.recorder.span(PATIENCE)).await {
            Ok(answer) => {
                self.recorder.note(What::Answered { step, line: self.normal(&answer) });
                Ok(answer)
            }
            Err(broken) => {
                self.broken(step, broken);
                Err(Ended)
            }
        }
    }

    fn broken(&self, step: Option<usize>, broken: DriverError) {
        self.recorder.note(What::Broken { step, trouble: broken.trouble, detail: broken.detail });
    }

    /// The line without the address, which differs from run to run. Only the greeting has it.
    fn normal(&self, line: &Value) -> Value {
        let mut line = line.clone();
        if let Some(Value::String(url)) = line.get_mut("url") {
            *url = url.replace(&self.device.address().to_string(), "DEVICE");
        }
        line
    }

    async fn act(&mut self, act: &Act) {
        let note = |did: String| self.recorder.note(What::Device { did });
        match act {
            Act::Fault(rule) => self.recorder.rule(&self.device, rule),
            Act::Set(condition) => {
                if self.device.with(|machine, now| machine.establish(own_condition(*condition), now)).is_ok()
                {
                    note(words(*condition));
                }
            }
            Act::Clear(name) => {
                if self.device.with(|machine, now| machine.clear(own_name(*name), now)).is_ok() {
                    note(format!("{name} is over"));
                }
            }
            Act::ScreenKey(text) => {
                if let Ok(key) = Key::parse(text) {
                    self.device.with(|machine, _| machine.replace_key(key));
                    self.recorder.note(What::ScreenKey { key: text.clone(), foreign: Vec::new() });
                }
            }
            Act::ForeignSales(count) => {
                let foreign = self.device.with(|machine, now| foreign_sales(machine, *count, now));
                let key = self.device.with(|machine, _| machine.key().as_str().to_owned());
                self.recorder.note(What::ScreenKey { key, foreign });
            }
            Act::PowerCycle => {
                if self.device.with(|machine, now| machine.act(Action::PowerCycle, now)).is_ok() {
                    note("the device restarts".to_owned());
                }
            }
            Act::FinishCard(success) => {
                let finish = Action::FinishBank { success: *success };
                if self.device.with(|machine, now| machine.act(finish, now)).is_ok() {
                    self.recorder.note(What::Card { success: *success });
                }
            }
            Act::ClearFaults => {
                self.recorder.clear_faults(&self.device);
                note("the device is itself again".to_owned());
            }
            Act::Listen(true) => match self.device.listen_again().await {
                Ok(()) => note("the device takes connections again".to_owned()),
                Err(error) => note(format!("the device cannot listen again: {error}")),
            },
            Act::Listen(false) => {
                self.device.stop_listening().await;
                note("the device refuses connections".to_owned());
            }
        }
    }
}

fn words(condition: Condition) -> String {
    match condition.code() {
        Some(code) => format!("{} {code} stands", condition.name()),
        None => format!("{} stands", condition.name()),
    }
}
