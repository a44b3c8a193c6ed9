//! The bench protocol's messages, one set for every carrier: requests to JSON and back, answers
//! from JSON. Reading is strict: a bench that talks nonsense is a fault of the bench, and said so.

use crate::conditions::{BenchAction, Condition, ConditionName, Observation};
use crate::text::shown;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::time::Duration;
use thiserror::Error;

/// The bench cannot be worked with: the run stops. Never booked on the device.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BenchFault {
    /// The bench cannot be started or reached.
    #[error("the test bench {bench} cannot be reached: {why}")]
    Unreachable {
        /// The program or address.
        bench: String,
        /// What went wrong.
        why: String,
    },
    /// No answer in time.
    #[error("the test bench gave no answer to {request} within {} s", .limit.as_secs_f32())]
    Silent {
        /// What it was asked.
        request: String,
        /// How long it had.
        limit: Duration,
    },
    /// The bench went away.
    #[error("the test bench ended while it was asked {request}: {why}")]
    Gone {
        /// What it was asked.
        request: String,
        /// How it ended.
        why: String,
    },
    /// The answer is no answer of the bench protocol.
    #[error("the test bench answered {request} with `{answer}`: {why}")]
    Nonsense {
        /// What it was asked.
        request: String,
        /// The front of what it said.
        answer: String,
        /// What is wrong with it.
        why: &'static str,
    },
}

impl BenchFault {
    /// A [`BenchFault::Nonsense`] that shows the front of the answer.
    pub fn nonsense(request: &Request, answer: &str, why: &'static str) -> BenchFault {
        BenchFault::Nonsense { request: request.name(), answer: shown(answer), why }
    }
}

/// One thing that the harness asks of a bench.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Who are you, and what can you do?
    Hello,
    /// Bring this about, and keep it until cleared.
    Establish(Condition),
    /// End this.
    Clear(ConditionName),
    /// Do this once.
    Act(BenchAction),
    /// What happened since the last look?
    Observe(Observation),
    /// That was all.
    Bye,
}

impl Request {
    /// The message as JSON.
    pub fn to_json(&self) -> Value {
        let (word, mut fields) = match self {
            Request::Hello => ("hello", json!({"version": 1})),
            Request::Establish(condition) => ("establish", json!({"condition": condition.name().as_str()})),
            Request::Clear(name) => ("clear", json!({"condition": name.as_str()})),
            Request::Act(action) => ("act", action.fields()),
            Request::Observe(observation) => ("observe", json!({"observation": observation.as_str()})),
            Request::Bye => ("bye", json!({})),
        };
        if let (Request::Establish(condition), Value::Object(fields)) = (self, &mut fields)
            && let Some(code) = condition.code()
        {
            fields.insert("code".into(), code.into());
        }
        let mut message = Map::from_iter([("do".to_owned(), word.into())]);
        if let Value::Object(fields) = fields {
            message.extend(fields);
        }
        Value::Object(message)
    }

    /// Reads a message, as the control port gets it; `None` when it is none of the protocol.
    pub fn from_json(message: &Value) -> Option<Request> {
        let fields = message.as_object()?;
        let text = |name: &str| fields.get(name).and_then(Value::as_str);
        let condition = || text("condition").and_then(ConditionName::from_name);
        Some(match text("do")? {
            "hello" => Request::Hello,
            "establish" => {
                let code = match fields.get("code") {
                    Some(code) => Some(u8::try_from(code.as_u64()?).ok()?),
                    None => None,
                };
                Request::Establish(Condition::new(condition()?, code)?)
            }
            "clear" => Request::Clear(condition()?),
            "act" => Request::Act(BenchAction::from_fields(fields)?),
            "observe" => Request::Observe(Observation::from_name(text("observation")?)?),
            "bye" => Request::Bye,
            _ => return None,
        })
    }

    /// `establish paper-out`, for messages to people.
    pub fn name(&self) -> String {
        match self {
            Request::Hello => "hello".to_owned(),
            Request::Establish(condition) => format!("establish {}", condition.name()),
            Request::Clear(name) => format!("clear {name}"),
            Request::Act(action) => format!("act {}", action.name()),
            Request::Observe(observation) => format!("observe {}", observation.as_str()),
            Request::Bye => "bye".to_owned(),
        }
    }

    /// Whether it may take long: power, resets and conditions.
    pub fn is_long(&self) -> bool {
        matches!(
            self,
            Request::Establish(_) | Request::Act(BenchAction::PowerCycle | BenchAction::FactoryReset)
        )
    }
}

/// What a bench answers.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// Done; the answer's fields.
    Done(Map<String, Value>),
    /// It cannot; says what would be needed. The case ends *not applicable*.
    Unsupported(String),
    /// It tried and failed. The case ends *inconclusive*.
    Failed(String),
}

impl Reply {
    /// Reads an answer.
    ///
    /// # Errors
    /// [`BenchFault::Nonsense`] for anything that is not exactly one of the three kinds of answer.
    pub fn read(request: &Request, answer: &str) -> Result<Reply, BenchFault> {
        let nonsense = |why| Err(BenchFault::nonsense(request, answer, why));
        let Ok(Value::Object(fields)) = serde_json::from_str::<Value>(answer) else {
            return nonsense("an answer is one JSON object on one line");
        };
        match (fields.get("ok"), fields.get("unsupported"), fields.get("error")) {
            (Some(Value::Bool(true)), None, None) => Ok(Reply::Done(fields)),
            (None, Some(Value::Bool(true)), None) => {
                Ok(Reply::Unsupported(format!("the test bench does not support {}", request.name())))
            }
            (None, None, Some(Value::String(error))) => Ok(Reply::Failed(shown(error))),
            _ => nonsense(r#"an answer has exactly one of "ok": true, "unsupported": true, "error": "text""#),
        }
    }
}

/// What a bench says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Hello {
    /// Its name, for reports.
    pub name: String,
    /// The conditions that it can bring about; names that this version does not know may be among them.
    pub conditions: Vec<String>,
    /// The actions that it can do.
    pub actions: Vec<String>,
    /// The observations that it can make.
    pub observations: Vec<String>,
    /// The device's address.
    pub url: Option<String>,
    /// The device's key.
    pub key: Option<String>,
    /// Whether the device's clock moves only by `advance-clock` (an extension of ours).
    #[serde(default, rename = "virtual-clock")]
    pub virtual_clock: bool,
}

/// A receipt as it was sent to the tax committee; amounts are exact text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnlineMessage {
    /// `sale`, `buy`, `saleReturn` or `buyReturn`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The total.
    pub total: String,
    /// The positions.
    pub positions: Vec<OnlinePosition>,
}

/// One position of an [`OnlineMessage`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnlinePosition {
    /// Its name.
    pub name: String,
    /// Its quantity.
    pub qty: String,
    /// Its sum; below zero for a discount.
    pub sum: String,
}

#[cfg(test)]
mod tests;
