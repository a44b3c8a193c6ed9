//! Plays one scenario: a fresh device, a fresh client, and a record of all that happens.

use super::recorder::Recorder;
use super::scenario::{Act, Ask, Given, Scenario, Step, StepKind};
use super::till::{Broken, Till};
use super::trace::{Books, Receipt, Trace, What};
use crate::bench::embedded::{own_condition, own_name};
use crate::bench::{Condition, ConditionName};
use crate::emulator::behaviour::{DateForm, NumberType};
use crate::emulator::{Action, Device, DeviceClock, Machine, Reaction, personality};
use crate::protocol::{Key, Method, Params, WireRequest, parse_plain};
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use thiserror::Error;
use time::PrimitiveDateTime;

/// Seconds of the scaled clock that a driver has for an answer (driver protocol).
const PATIENCE: u32 = 300;

const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// The stage could not be set.
#[derive(Debug, Error)]
pub enum StageError {
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
/// [`StageError`]; what a driver does wrong is part of the trace instead.
pub async fn play(
    scenario: &Scenario,
    till: Till,
    second: u32,
    listen: SocketAddr,
) -> Result<Trace, StageError> {
    let device = start_device(scenario, listen).await?;
    let recorder = Arc::new(Recorder::new(second));
    device.observe(recorder.clone());
    let before = device.with(books);
    let mut stage = Stage { device, recorder, till, key: scenario.given.key.clone() };
    if stage.perform(&scenario.steps).await.is_err() {
        stage.till.kill().await;
    }
    let after = device_books(&stage.device);
    stage.device.shutdown().await;
    Ok(Trace {
        scenario: scenario.name.clone(),
        second: stage.recorder.second(),
        entries: stage.recorder.entries(),
        before,
        after,
    })
}

/// A device as the scenario wants it, on its feet.
pub async fn start_device(scenario: &Scenario, listen: SocketAddr) -> Result<Device, StageError> {
    let machine = machine(&scenario.given).ok_or_else(|| StageError::Key(scenario.name.clone()))?;
    Device::start(machine, listen, DeviceClock::standing()).await.map_err(|source| StageError::Listen {
        scenario: scenario.name.clone(),
        address: listen,
        source,
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

struct Stage {
    device: Device,
    recorder: Arc<Recorder>,
    till: Till,
    key: String,
}

impl Stage {
    async fn perform(&mut self, steps: &[Step]) -> Result<(), Ended> {
        self.start(true).await?;
        for (place, step) in steps.iter().enumerate() {
            match &step.kind {
                StepKind::Ask(ask) => self.ask(place, ask).await?,
                StepKind::Act(act) => self.act(act).await,
                StepKind::Kill => self.kill().await?,
            }
        }
        self.exchange(None, json!({"do": "bye"})).await?;
        self.till.end(self.recorder.span(PATIENCE)).await;
        Ok(())
    }

    /// Starts the client and greets it; with the key only the first time.
    async fn start(&mut self, with_key: bool) -> Result<(), Ended> {
        if let Err(broken) = self.till.start() {
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
        Ok(())
    }

    async fn ask(&mut self, place: usize, ask: &Ask) -> Result<(), Ended> {
        let mut line = ask.instruction.clone();
        let word = ask.word().to_owned();
        line.insert("id".to_owned(), json!(format!("s{}", place + 1)));
        if word == "new-key" {
            line.insert(
                "key".to_owned(),
                json!(self.device.with(|machine, _| machine.key().as_str().to_owned())),
            );
        }
        if let Some(nth) = ask.kill_at {
            self.recorder.kill_at(&self.device, nth);
        }
        let recorder = Arc::clone(&self.recorder);
        let answer = tokio::select! {
            answer = self.exchange(Some(place), Value::Object(line)) => Some(answer?),
            () = recorder.kill.notified() => None,
        };
        self.recorder.kill_nobody();
        match answer {
            None => self.kill().await?,
            Some(answer) if answer.get("outcome") == Some(&json!("unsupported")) => return Err(Ended),
            Some(_) if word == "restart" => {
                self.till.end(self.recorder.span(PATIENCE)).await;
                self.start(false).await?;
            }
            Some(_) => {}
        }
        Ok(())
    }

    async fn kill(&mut self) -> Result<(), Ended> {
        self.till.kill().await;
        self.recorder.note(What::Killed);
        self.start(false).await
    }

    /// Sends a line and has both sides of it written down.
    async fn exchange(&mut self, step: Option<usize>, line: Value) -> Result<Value, Ended> {
        self.recorder.note(What::Asked { step, line: self.normal(&line) });
        match self.till.ask(&line, self.recorder.span(PATIENCE)).await {
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

    fn broken(&self, step: Option<usize>, broken: Broken) {
        self.recorder.note(What::Broken { step, trouble: broken.trouble, detail: broken.detail });
    }

    /// The line without the port, which differs from run to run.
    fn normal(&self, line: &Value) -> Value {
        let port = self.device.address().port().to_string();
        replace_text(line, &[(&self.device.address().to_string(), "DEVICE"), (&port, "PORT")])
    }

    async fn act(&mut self, act: &Act) {
        let note = |did: String| self.recorder.note(What::Device { did });
        match act {
            Act::Rule(rule) => self.recorder.rule(&self.device, rule),
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

fn replace_text(value: &Value, pairs: &[(&str, &str)]) -> Value {
    match value {
        Value::String(text) => {
            Value::String(pairs.iter().fold(text.clone(), |text, (from, to)| text.replace(from, to)))
        }
        Value::Array(list) => list.iter().map(|one| replace_text(one, pairs)).collect(),
        Value::Object(fields) => {
            Value::Object(fields.iter().map(|(name, one)| (name.clone(), replace_text(one, pairs))).collect())
        }
        other => other.clone(),
    }
}

/// Somebody else sells at the device; gives the receipts' numbers.
fn foreign_sales(machine: &mut Machine, count: u32, now: PrimitiveDateTime) -> Vec<String> {
    let mut numbers = Vec::new();
    for _ in 0..count {
        let mut parameters = Params::new();
        parameters.push("key", machine.key().as_str());
        parameters.push("sale", "1");
        parameters.push("cash", "1");
        let request = WireRequest::new(Method::Get, "/api/", &parameters);
        if let Reaction::Answer(answer) = machine.handle(&request, LOOPBACK, now) {
            numbers.extend(answer.receipt().map(|number| number.to_string()));
        }
    }
    numbers
}

/// The books when all is over: what stands in the way of reading them is cleared first.
pub fn device_books(device: &Device) -> Books {
    device.with(|machine, now| {
        for name in ConditionName::ALL {
            // Nothing happens where it does not stand.
            let _ = machine.clear(own_name(name), now);
        }
        let _ = machine.act(Action::FinishBank { success: false }, now);
        books(machine, now)
    })
}

/// The books, from the device's own documents.
pub fn books(machine: &mut Machine, now: PrimitiveDateTime) -> Books {
    let mut books = Books::default();
    let taxes = document(machine, now, "/dump/table/taxes");
    if let Value::Object(taxes) = taxes {
        books.taxes = taxes.into_iter().map(|(id, name)| (id, plain(&name))).collect();
    }
    let shifts = document(machine, now, "/dump/table/shifts");
    for shift in shifts.as_array().into_iter().flatten() {
        let id = shift.get("id").map(plain).unwrap_or_default();
        if shift.get("opened").map(plain).as_deref() == Some("0") {
            books.closed_shifts += 1;
        }
        let report = document(machine, now, &format!("/dump/table/shifts/{id}/report"));
        let count = |name: &str| report.get(name).map(plain).and_then(|text| text.parse().ok()).unwrap_or(0);
        books.deposits += count("cashInDocCount");
        books.withdrawals += count("cashOutDocCount");
        let cheques = document(machine, now, &format!("/dump/table/shifts/{id}/cheques"));
        books.receipts.extend(cheques.as_array().into_iter().flatten().map(receipt));
    }
    books.receipts.sort_by_key(|receipt| receipt.number.parse::<u64>().unwrap_or(0));
    books
}

fn receipt(cheque: &Value) -> Receipt {
    let rows = cheque.get("chequeSales").and_then(Value::as_array);
    let sums = rows.into_iter().flatten().filter_map(|row| row.get("saleSum").map(plain));
    let total: Decimal = sums.filter_map(|sum| parse_plain(&sum).ok()).sum();
    let tax = rows.and_then(|rows| rows.first()).and_then(|row| row.get("taxId"));
    let kind = match cheque.get("chequeType").map(plain).as_deref() {
        Some("0") => "sale",
        Some("1") => "buy",
        Some("2") => "saleReturn",
        _ => "buyReturn",
    };
    Receipt {
        number: cheque.get("chequeId").map(plain).unwrap_or_default(),
        kind: kind.to_owned(),
        total: total.normalize().to_string(),
        tax: tax.map(plain).unwrap_or_default(),
    }
}

/// A JSON document of the device; null where it refuses.
fn document(machine: &mut Machine, now: PrimitiveDateTime, path: &str) -> Value {
    let mut parameters = Params::new();
    parameters.push("key", machine.key().as_str());
    let request = WireRequest::new(Method::Get, path, &parameters);
    match machine.handle(&request, LOOPBACK, now) {
        Reaction::Answer(answer) => serde_json::from_slice(&answer.body).unwrap_or_default(),
        Reaction::Silence => Value::Null,
    }
}

/// A scalar as text, without quotes.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
