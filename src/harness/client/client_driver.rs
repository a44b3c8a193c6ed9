//! Whoever carries out the instructions of the driver protocol.

use super::person::Person;
use super::process::Process;
use super::trace::DriverTrouble;
use serde_json::Value;
use std::time::Duration;

/// The driver failed as a driver; no verdict about the client follows from this alone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct DriverError {
    /// How.
    pub trouble: DriverTrouble,
    /// What exactly.
    pub detail: String,
}

impl DriverError {
    /// A trouble with its detail.
    pub fn new(trouble: DriverTrouble, detail: impl Into<String>) -> DriverError {
        DriverError { trouble, detail: detail.into() }
    }
}

/// A client with something or somebody that makes it do things.
pub enum ClientDriver {
    /// A driver program.
    Program(Box<Process>),
    /// A person at a screen.
    Person(Person),
}

impl ClientDriver {
    /// Starts the client, or starts it again after [`ClientDriver::end`].
    ///
    /// # Errors
    /// [`DriverError`] where it cannot be started.
    pub async fn start(&mut self) -> Result<(), DriverError> {
        match self {
            ClientDriver::Program(process) => process.start().await,
            ClientDriver::Person(_) => Ok(()),
        }
    }

    /// Whether somebody at a screen does it.
    pub fn is_person(&self) -> bool {
        matches!(self, ClientDriver::Person(_))
    }

    /// Has one instruction carried out.
    ///
    /// # Errors
    /// [`DriverError`]: no answer in time, or one that is none.
    pub async fn ask(&mut self, line: &Value, limit: Duration) -> Result<Value, DriverError> {
        match self {
            ClientDriver::Program(process) => process.ask(line, limit).await,
            ClientDriver::Person(person) => person.ask(line).await,
        }
    }

    /// Waits for the client's own end after `restart` or `bye`; kills it where it does not come.
    pub async fn end(&mut self, limit: Duration) {
        if let ClientDriver::Program(process) = self {
            process.end(limit).await;
        }
    }

    /// Kills the client at once.
    pub async fn kill(&mut self) {
        match self {
            ClientDriver::Program(process) => process.kill().await,
            ClientDriver::Person(person) => person.kill().await,
        }
    }
}
