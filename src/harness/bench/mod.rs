//! Test benches: what brings conditions about and sees what the web API does not say.
//!
//! One set of messages ([`message`], with the names of [`crate::conditions`] in it) on several carriers: a program's
//! standard streams ([`command`]), HTTP ([`http`]), a person ([`operator`]). [`Bench`] is what the
//! runner works with; it asks a carrier only for what the carrier said it can do.

pub mod command;
pub mod http;
pub mod message;
pub mod operator;

pub use crate::conditions::{BenchAction, Condition, ConditionName, Observation};
pub use message::{BenchFault, Hello, OnlineMessage, OnlinePosition, Reply, Request};

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// An answer under way.
pub type Answering<'a> = Pin<Box<dyn Future<Output = Result<Reply, BenchFault>> + Send + 'a>>;

/// Whatever takes messages to a bench and brings its answers.
pub trait Carrier: Send {
    /// Asks one thing and waits for its answer.
    fn ask<'a>(&'a mut self, request: &'a Request) -> Answering<'a>;

    /// Whether somebody is there who can answer a question in words.
    fn confirms(&self) -> bool {
        false
    }

    /// Asks whether something is so: done for yes, failed for no.
    fn confirm<'a>(&'a mut self, _question: &'a str) -> Answering<'a> {
        Box::pin(async { Ok(Reply::Unsupported("this test bench cannot be asked in words".to_owned())) })
    }
}

/// How long a bench has for an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For most requests.
    pub short: Duration,
    /// For `establish`, `power-cycle` and `factory-reset`.
    pub long: Duration,
}

impl Default for Patience {
    fn default() -> Patience {
        Patience { short: Duration::from_secs(30), long: Duration::from_secs(300) }
    }
}

impl Patience {
    /// The time for this request.
    pub fn for_request(self, request: &Request) -> Duration {
        if request.is_long() { self.long } else { self.short }
    }
}

/// A bench that has said what it can do, or none at all.
pub struct Bench {
    carrier: Option<Box<dyn Carrier>>,
    hello: Hello,
    acts: u64,
}

impl Bench {
    /// No bench: everything is unsupported, with the flag that would help.
    pub fn none() -> Bench {
        Bench { carrier: None, hello: Hello { name: "none".to_owned(), ..Hello::default() }, acts: 0 }
    }

    /// Asks a bench what it can do.
    ///
    /// # Errors
    /// A [`BenchFault`] when it does not answer `hello` as the protocol says.
    pub async fn open(mut carrier: Box<dyn Carrier>) -> Result<Bench, BenchFault> {
        let fields = match carrier.ask(&Request::Hello).await? {
            Reply::Done(fields) => fields,
            Reply::Unsupported(why) | Reply::Failed(why) => {
                return Err(BenchFault::nonsense(&Request::Hello, &why, "hello cannot be refused"));
            }
        };
        let hello =
            read_fields(&Request::Hello, fields, "hello has name, conditions, actions, observations")?;
        Ok(Bench { carrier: Some(carrier), hello, acts: 0 })
    }

    /// The same bench, doing only what another one can do: a stand-in for that one.
    pub fn limited_to(mut self, other: &Hello) -> Bench {
        self.hello.conditions.retain(|name| other.conditions.contains(name));
        self.hello.actions.retain(|name| other.actions.contains(name));
        self.hello.observations.retain(|name| other.observations.contains(name));
        self
    }

    /// What it said of itself.
    pub fn hello(&self) -> &Hello {
        &self.hello
    }

    /// How often it was asked to do something.
    pub fn acts(&self) -> u64 {
        self.acts
    }

    /// Brings a condition about, until it is cleared.
    ///
    /// # Errors
    /// A [`BenchFault`], which stops the run; so for all that follow.
    pub async fn establish(&mut self, condition: Condition) -> Result<Reply, BenchFault> {
        self.ask(Request::Establish(condition)).await
    }

    /// Ends a condition.
    pub async fn clear(&mut self, condition: ConditionName) -> Result<Reply, BenchFault> {
        self.ask(Request::Clear(condition)).await
    }

    /// Does something once.
    pub async fn act(&mut self, action: BenchAction) -> Result<Reply, BenchFault> {
        self.ask(Request::Act(action)).await
    }

    /// What happened since the last look; [`tape`], [`online`] and [`key`] read the answer.
    pub async fn observe(&mut self, observation: Observation) -> Result<Reply, BenchFault> {
        self.ask(Request::Observe(observation)).await
    }

    /// Whether [`Bench::confirm`] reaches somebody.
    pub fn confirms(&self) -> bool {
        self.carrier.as_ref().is_some_and(|carrier| carrier.confirms())
    }

    /// Asks a person whether something is so: done for yes, failed for no, unsupported for skip.
    pub async fn confirm(&mut self, question: &str) -> Result<Reply, BenchFault> {
        match &mut self.carrier {
            Some(carrier) => carrier.confirm(question).await,
            None => Ok(no_bench()),
        }
    }

    /// Says goodbye; what the bench makes of it is of no concern any more.
    pub async fn close(mut self) {
        if let Some(carrier) = &mut self.carrier {
            let _ = carrier.ask(&Request::Bye).await;
        }
    }

    async fn ask(&mut self, request: Request) -> Result<Reply, BenchFault> {
        let can = |list: &[String], name: &str| list.iter().any(|one| one == name);
        let able = match &request {
            Request::Establish(condition) => can(&self.hello.conditions, condition.name().as_str()),
            Request::Clear(name) => can(&self.hello.conditions, name.as_str()),
            Request::Act(action) => can(&self.hello.actions, action.name()),
            Request::Observe(observation) => can(&self.hello.observations, observation.as_str()),
            Request::Hello | Request::Bye => true,
        };
        match &mut self.carrier {
            None => Ok(no_bench()),
            Some(_) if !able => {
                let name = &self.hello.name;
                Ok(Reply::Unsupported(format!(
                    "needs a test bench that can {}; {name} cannot",
                    request.name()
                )))
            }
            Some(carrier) => {
                self.acts += u64::from(!matches!(request, Request::Hello | Request::Bye));
                carrier.ask(&request).await
            }
        }
    }
}

fn no_bench() -> Reply {
    Reply::Unsupported(
        "needs a test bench: --bench PROGRAM, --bench http://ADDRESS or --bench operator".to_owned(),
    )
}

/// The lines of an answer to `observe tape`.
///
/// # Errors
/// [`BenchFault::Nonsense`] when they are not there; so for the two that follow.
pub fn tape(fields: Map<String, Value>) -> Result<Vec<String>, BenchFault> {
    field(Observation::Tape, fields, "lines", r#"tape answers with "lines", a list of texts"#)
}

/// The messages of an answer to `observe online`.
pub fn online(fields: Map<String, Value>) -> Result<Vec<OnlineMessage>, BenchFault> {
    field(
        Observation::Online,
        fields,
        "messages",
        r#"online answers with "messages" as the bench protocol has them"#,
    )
}

/// The key of an answer to `observe key`, as text that may be none.
pub fn key(fields: Map<String, Value>) -> Result<String, BenchFault> {
    field(Observation::Key, fields, "key", r#"key answers with "key", a text"#)
}

fn field<T: DeserializeOwned>(
    observation: Observation,
    mut fields: Map<String, Value>,
    name: &str,
    why: &'static str,
) -> Result<T, BenchFault> {
    let value = fields.remove(name).unwrap_or_default();
    serde_json::from_value(value)
        .map_err(|_| BenchFault::nonsense(&Request::Observe(observation), &names_of(&fields), why))
}

fn read_fields<T: DeserializeOwned>(
    request: &Request,
    fields: Map<String, Value>,
    why: &'static str,
) -> Result<T, BenchFault> {
    let names = names_of(&fields);
    serde_json::from_value(Value::Object(fields)).map_err(|_| BenchFault::nonsense(request, &names, why))
}

/// Field names only: a value may be a key.
fn names_of(fields: &Map<String, Value>) -> String {
    fields.keys().map(String::as_str).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
