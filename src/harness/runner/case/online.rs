//! Messages to the tax committee. The document does not say that a receipt is sent by the time of its
//! answer, so a device may send it a little later: late messages are waited for, and those of earlier
//! requests let by. A device on a virtual clock is never waited for before it was looked at.

use super::{CaseRun, Halt};
use crate::bench::{self, Observation};
use crate::device::clock::Clock;
use crate::runner::document;
use crate::suite::model::Step;
use serde_json::Value;
use std::time::Duration;

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(300);
/// How often a step looks again for what it expects: as long as the suites wait where nothing may come.
const LOOKS: u32 = 33;
/// How often what comes in late is let by before a case begins to look.
const DRAINS: u32 = 10;

impl CaseRun<'_> {
    /// What was sent since the last look. Where the step expects more, it is waited for.
    pub(super) async fn messages(&mut self, step: &Step) -> Result<Value, Halt> {
        if step.checks.is_empty() {
            self.let_messages_by().await?;
            return Ok(Value::Array(Vec::new()));
        }
        let mut messages = self.new_messages().await?;
        for _ in 0..LOOKS {
            // More messages never make a list shorter.
            if self.holds(step, &messages).await? || self.is_to_be_empty(step) {
                break;
            }
            self.wait_unless_interrupted(PAUSE).await?;
            messages.extend(self.new_messages().await?);
        }
        Ok(Value::Array(messages))
    }

    /// Takes what was sent for earlier requests out of the way.
    pub(super) async fn let_messages_by(&mut self) -> Result<(), Halt> {
        self.new_messages().await?;
        if matches!(self.runner.session.clock(), Clock::Virtual { .. }) {
            return Ok(());
        }
        for _ in 0..DRAINS {
            self.wait_unless_interrupted(PAUSE).await?;
            if self.new_messages().await?.is_empty() {
                break;
            }
        }
        Ok(())
    }

    async fn new_messages(&mut self) -> Result<Vec<Value>, Halt> {
        let seen = self.observe(Observation::Online).await?;
        let messages = seen.get("messages").and_then(Value::as_array).cloned().unwrap_or_default();
        bench::online(seen)?;
        Ok(messages)
    }

    /// Whether every check of the step holds, whatever way amounts are rounded.
    async fn holds(&mut self, step: &Step, messages: &[Value]) -> Result<bool, Halt> {
        let json = Value::Array(messages.to_vec());
        for check in &step.checks {
            let mut names = check.path.names();
            names.extend(check.rule.names());
            let values = self.values(names).await?;
            let value_of = |name: &str| values.get(name).cloned();
            let path = check.path.get(value_of).map_err(Halt::Inconclusive)?;
            let rule = check.rule.get(value_of).map_err(Halt::Inconclusive)?;
            if document::check(&json, &path, &rule).is_err() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// A step that expects nothing at all looks once.
    fn is_to_be_empty(&self, step: &Step) -> bool {
        step.checks.iter().any(|check| {
            let nothing = Value::Array(Vec::new());
            let value_of = |_: &str| None;
            match (check.path.get(value_of), check.rule.get(value_of)) {
                (Ok(path), Ok(rule)) => {
                    path.to_string().is_empty() && document::check(&nothing, &path, &rule).is_ok()
                }
                _ => false,
            }
        })
    }
}
