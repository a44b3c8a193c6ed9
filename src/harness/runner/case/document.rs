//! What a step says of a JSON document: its checks, and the accepted document.

use super::{CaseRun, Halt};
use crate::golden::Compared;
use crate::ledger::rounding::Rounding;
use crate::runner::document::{self, Held, Rounded};
use crate::suite::expect::{Expectation, Shape};
use crate::suite::model::{Check, Step};
use serde_json::Value;

impl CaseRun<'_> {
    /// Whether the step left it open if the device does something.
    pub(super) fn may_succeed(&self, step: &Step) -> bool {
        let dummy = |_: &str| Some("0".to_owned());
        let succeeds =
            |e: Expectation| e.0.iter().any(|s| !matches!(s, Shape::Refused | Shape::Refusal { .. }));
        step.question.is_some()
            || step.expect.as_ref().and_then(|lazy| lazy.get(dummy).ok()).is_some_and(succeeds)
    }

    pub(super) async fn judge_document(
        &mut self,
        step: &Step,
        seen: Option<&Value>,
        refused: bool,
    ) -> Result<(), Halt> {
        // A question may have been answered by a refusal: then there is no document to check.
        if refused && seen.is_none() && self.may_succeed(step) && step.question.is_some() {
            return Ok(());
        }
        let Some(json) = seen else {
            let finding = self.finding(
                &step.cites,
                &step.place,
                "a JSON document".to_owned(),
                "an answer that is none".to_owned(),
            );
            return self.found(finding).and(Err(Halt::Broken));
        };
        // Every check is made, so that all differences are told; the first one decides how it ends.
        let mut ended = Ok(());
        for check in &step.checks {
            let mut names = check.path.names();
            names.extend(check.rule.names());
            let values = self.values(names).await?;
            let value_of = |name: &str| values.get(name).cloned();
            let path = check.path.get(value_of).map_err(Halt::Inconclusive)?;
            let rule = check.rule.get(value_of).map_err(Halt::Inconclusive)?;
            let held = match document::check(json, &path, &rule) {
                Ok(Held::Plainly) => Ok(()),
                Ok(Held::Rounded(what, modes)) => self.learn(step, check, what, &modes),
                Err(difference) => {
                    let finding =
                        self.finding(&step.cites, &check.place, difference.expected, difference.found);
                    self.found(finding)
                }
            };
            ended = worse(ended, held);
        }
        ended
    }

    /// Takes over how a value was rounded; a finding where nothing explains all seen so far.
    fn learn(&mut self, step: &Step, check: &Check, what: Rounded, modes: &[Rounding]) -> Result<(), Halt> {
        if self.state().learn(what, modes) {
            return Ok(());
        }
        let learnt = self.state().learnt(what).to_string();
        let now: Vec<&str> = modes.iter().map(|mode| mode.as_str()).collect();
        let finding = self.finding(
            &step.cites,
            &check.place,
            format!("{} rounded {learnt}, as elsewhere in this run", what.as_str()),
            format!("rounded {}", now.join(" or ")),
        );
        self.found(finding)
    }

    pub(super) fn judge_golden(&mut self, step: &Step, name: &str, json: &Value) -> Result<(), Halt> {
        let Some(golden) = &self.runner.options.golden else { return Ok(()) };
        let path = golden.path(name).display().to_string();
        match golden.compare(name, json) {
            Ok(Compared::Same) => Ok(()),
            Ok(Compared::Taken) => {
                self.note(format!("the document is kept as {path}"));
                Ok(())
            }
            Ok(Compared::Differs(difference)) => {
                let expected = format!("the document accepted as {path}");
                let finding = self.finding(&step.cites, &step.place, expected, difference);
                self.found(finding)
            }
            Err(error) => Err(Halt::Inconclusive(error.to_string())),
        }
    }
}

/// What two checks of a step come to: something broken weighs more than what could not be told, and
/// else the first one counts.
fn worse(one: Result<(), Halt>, other: Result<(), Halt>) -> Result<(), Halt> {
    match (one, other) {
        (Ok(()), other) => other,
        (Err(Halt::Inconclusive(_)), Err(Halt::Broken)) => Err(Halt::Broken),
        (one, _) => one,
    }
}
