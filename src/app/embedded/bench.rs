//! The emulator's own bench: the messages of the bench protocol, carried out on a running device.
//!
//! In process it is a carrier like any other; [`super::control`] puts the same behind a port.

use ikkm_emulator::Device;
use ikkm_harness::bench::message::{OnlineMessage, OnlinePosition, Reply, Request};
use ikkm_harness::bench::{Answering, Carrier};
use ikkm_harness::conditions::{BenchAction, Condition, ConditionName, Observation};
use ikkm_harness::device::clock::{Advance, Clock, Passed};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// The bench of an emulator in this process.
#[derive(Debug, Clone)]
pub struct EmbeddedBench {
    device: Device,
}

impl EmbeddedBench {
    /// The bench of that device.
    pub fn new(device: Device) -> EmbeddedBench {
        EmbeddedBench { device }
    }

    /// The device that it acts on.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// A clock whose waiting moves the device's time instead of the wall's.
    pub fn clock(&self) -> Clock {
        let device = self.device.clone();
        let advance: Advance = Arc::new(move |seconds| {
            let device = device.clone();
            Box::pin(async move {
                device.advance(seconds);
                Ok(())
            })
        });
        let (device, start) = (self.device.clone(), self.device.with(|_, now| now));
        let passed: Passed = Arc::new(move || {
            let passed = device.with(|_, now| now) - start;
            passed.try_into().unwrap_or_default()
        });
        Clock::Virtual { passed, advance }
    }

    /// Carries one message out.
    pub async fn carry_out(&self, request: &Request) -> Reply {
        match request {
            Request::Hello => done(hello()),
            Request::Establish(condition) => self.establish(*condition).await,
            Request::Clear(name) => self.clear(*name).await,
            Request::Act(action) => self.act(*action),
            Request::Observe(observation) => self.observe(*observation),
            Request::Bye => done(json!({})),
        }
    }

    async fn establish(&self, condition: Condition) -> Reply {
        if condition.name() == ConditionName::ApiOff {
            self.device.switch_off().await;
            return done(json!({}));
        }
        match self.device.with(|machine, now| machine.establish(own_condition(condition), now)) {
            Ok(Some(shift)) => done(json!({ "shift": shift })),
            Ok(None) => done(json!({})),
            Err(why) => Reply::Unsupported(why.to_string()),
        }
    }

    async fn clear(&self, name: ConditionName) -> Reply {
        if name == ConditionName::ApiOff {
            return match self.device.switch_on().await {
                Ok(()) => done(json!({})),
                Err(error) => Reply::Failed(format!("the emulator cannot listen again: {error}")),
            };
        }
        match self.device.with(|machine, now| machine.clear(own_name(name), now)) {
            Ok(()) => done(json!({})),
            Err(why) => Reply::Unsupported(why.to_string()),
        }
    }

    fn act(&self, action: BenchAction) -> Reply {
        let own = match action {
            BenchAction::AdvanceClock(seconds) => {
                self.device.advance(seconds);
                return done(json!({}));
            }
            BenchAction::PowerCycle => ikkm_emulator::Action::PowerCycle,
            BenchAction::FactoryReset => ikkm_emulator::Action::FactoryReset,
            BenchAction::FinishBank { success } => ikkm_emulator::Action::FinishBank { success },
        };
        match self.device.with(|machine, now| machine.act(own, now)) {
            Ok(()) => done(json!({})),
            Err(why) => Reply::Unsupported(why.to_string()),
        }
    }

    fn observe(&self, observation: Observation) -> Reply {
        done(match observation {
            Observation::Tape => json!({ "lines": self.device.with(|machine, _| machine.take_tape()) }),
            Observation::Online => {
                let sent = self.device.with(|machine, _| machine.take_online());
                let messages: Vec<OnlineMessage> = sent.into_iter().map(message).collect();
                json!({ "messages": messages })
            }
            Observation::Key => {
                json!({ "key": self.device.with(|machine, _| machine.key().as_str().to_owned()) })
            }
        })
    }
}

impl Carrier for EmbeddedBench {
    fn ask<'a>(&'a mut self, request: &'a Request) -> Answering<'a> {
        Box::pin(async move { Ok(self.carry_out(request).await) })
    }
}

fn hello() -> Value {
    json!({
        "name": "embedded",
        "conditions": ConditionName::ALL.map(ConditionName::as_str),
        "actions": BenchAction::NAMES,
        "observations": Observation::ALL.map(Observation::as_str),
        "virtual-clock": true,
    })
}

fn done(value: Value) -> Reply {
    match value {
        Value::Object(fields) => Reply::Done(fields),
        _ => Reply::Done(Map::new()),
    }
}

fn message(sent: ikkm_emulator::OnlineMessage) -> OnlineMessage {
    let position =
        |one: ikkm_emulator::OnlinePosition| OnlinePosition { name: one.name, qty: one.qty, sum: one.sum };
    OnlineMessage {
        kind: sent.kind.wire().to_owned(),
        total: sent.total,
        positions: sent.positions.into_iter().map(position).collect(),
    }
}

/// The emulator's word for a condition. It has its own, so that it needs nothing of ours.
pub(crate) fn own_condition(condition: Condition) -> ikkm_emulator::Condition {
    use ikkm_emulator::Condition as Own;
    match condition.name() {
        ConditionName::PaperOut => Own::PaperOut,
        ConditionName::BatteryLow => Own::BatteryLow,
        ConditionName::ExternalPrinterMissing => Own::ExternalPrinterMissing,
        ConditionName::Blocked => Own::Blocked { code: condition.code().unwrap_or_default() },
        ConditionName::Offline72h => Own::Offline72h,
        ConditionName::ShiftOver24h => Own::ShiftOver24h,
        ConditionName::ShiftOver7d => Own::ShiftOver7d,
        ConditionName::OtherCashier => Own::OtherCashier,
        ConditionName::OrdinaryCashier => Own::OrdinaryCashier,
        ConditionName::MixedPaymentOff => Own::MixedPaymentOff,
        ConditionName::TaxOnTop => Own::TaxOnTop,
        ConditionName::DatabaseDamaged => Own::DatabaseDamaged,
        ConditionName::UnknownFault => Own::UnknownFault,
        ConditionName::Busy => Own::Busy,
        ConditionName::ApiOff => Own::ApiOff,
        ConditionName::FreshDevice => Own::FreshDevice,
        ConditionName::ArchivedShift => Own::ArchivedShift,
        ConditionName::TaxesEdited => Own::TaxesEdited,
    }
}

pub(crate) fn own_name(name: ConditionName) -> ikkm_emulator::ConditionName {
    let code = (name == ConditionName::Blocked).then_some(0);
    // Every name makes a condition: only `blocked` needs the code, which the name does not carry.
    Condition::new(name, code)
        .map_or(ikkm_emulator::ConditionName::Busy, |condition| own_condition(condition).name())
}
