//! One step: what it does, then what it looks at.

use super::send::Done;
use super::{CaseRun, Halt};
use crate::bench::{self, Condition, ConditionName, Observation, Reply};
use crate::golden::Compared;
use crate::protocol::Key;
use crate::runner::document::{self, Held};
use crate::runner::tape;
use crate::suite::expect::{Expectation, Shape};
use crate::suite::model::{Action, Step};
use serde_json::{Map, Value};
use std::time::Duration;

impl CaseRun<'_> {
    /// Does a step as often as it says, then judges books, documents and tape.
    pub(super) async fn step(&mut self, step: &Step) -> Result<(), Halt> {
        let mut seen = None;
        let mut refused = false;
        for _ in 0..step.times {
            self.go_on()?;
            match &step.action {
                Action::Send(send) => match self.send_step(step, send).await? {
                    Done::Something(json) => (seen, refused) = (json, false),
                    Done::Refused(json) => (seen, refused) = (json, true),
                    Done::Nothing => (seen, refused) = (None, true),
                },
                Action::Establish(condition) => self.establish(*condition).await?,
                Action::Clear(condition) => {
                    self.established.retain(|standing| standing != condition);
                    self.clear(*condition).await?;
                }
                Action::Act(action) => self.act(*action).await?,
                Action::Observe(what) => match self.look(step, *what).await? {
                    Some(json) => seen = Some(json),
                    None => return Ok(()),
                },
                Action::Reconcile(extent) => self.reconcile(step, *extent).await?,
                Action::Wait(seconds) => self.wait_unless_interrupted(Duration::from_secs(*seconds)).await?,
                Action::Look => {}
            }
        }
        if let Some(moves) = &step.moves {
            let open_ended = refused && self.may_succeed(step);
            self.judge_moves(step, moves, open_ended).await?;
        }
        if !step.checks.is_empty() {
            self.judge_document(step, seen.as_ref(), refused).await?;
        }
        if let (Some(name), Some(json)) = (&step.golden, &seen) {
            self.judge_golden(step, name, json)?;
        }
        Ok(())
    }

    /// Whether the step left it open if the device does something.
    fn may_succeed(&self, step: &Step) -> bool {
        let dummy = |_: &str| Some("0".to_owned());
        let succeeds =
            |e: Expectation| e.0.iter().any(|s| !matches!(s, Shape::Refused | Shape::Refusal { .. }));
        step.question.is_some()
            || step.expect.as_ref().and_then(|lazy| lazy.get(dummy).ok()).is_some_and(succeeds)
    }

    async fn judge_document(&mut self, step: &Step, seen: Option<&Value>, refused: bool) -> Result<(), Halt> {
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
            self.findings.push(finding);
            return Err(Halt::Broken);
        };
        let mut broken = false;
        for check in &step.checks {
            let mut names = check.path.names();
            names.extend(check.rule.names());
            let values = self.values(names).await?;
            let value_of = |name: &str| values.get(name).cloned();
            let path = check.path.get(value_of).map_err(Halt::Inconclusive)?;
            let rule = check.rule.get(value_of).map_err(Halt::Inconclusive)?;
            match document::check(json, &path, &rule) {
                Ok(Held::Plainly) => {}
                Ok(Held::Amount(modes)) => {
                    if !self.state().learn_amount(&modes) {
                        let learnt = self.state().amounts.to_string();
                        let now: Vec<&str> = modes.iter().map(|mode| mode.as_str()).collect();
                        let finding = self.finding(
                            &step.cites,
                            &check.place,
                            format!("amounts rounded {learnt}, as elsewhere in this run"),
                            format!("rounded {}", now.join(" or ")),
                        );
                        broken |= self.found(finding).is_err();
                    }
                }
                Ok(Held::Quantity(modes)) => {
                    if !self.state().learn_quantity(&modes) {
                        let learnt = self.state().quantities.to_string();
                        let now: Vec<&str> = modes.iter().map(|mode| mode.as_str()).collect();
                        let finding = self.finding(
                            &step.cites,
                            &check.place,
                            format!("quantities rounded {learnt}, as elsewhere in this run"),
                            format!("rounded {}", now.join(" or ")),
                        );
                        broken |= self.found(finding).is_err();
                    }
                }
                Err(difference) => {
                    let finding =
                        self.finding(&step.cites, &check.place, difference.expected, difference.found);
                    broken |= self.found(finding).is_err();
                }
            }
        }
        if broken { Err(Halt::Broken) } else { Ok(()) }
    }

    fn judge_golden(&mut self, step: &Step, name: &str, json: &Value) -> Result<(), Halt> {
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

    /// Looks at what the bench saw; `None` when a person answered for the whole step.
    async fn look(&mut self, step: &Step, what: Observation) -> Result<Option<Value>, Halt> {
        let mut printed = Vec::new();
        for template in &step.printed {
            printed.push(self.fill(template).await?);
        }
        let mut not_printed = Vec::new();
        for template in &step.not_printed {
            not_printed.push(self.fill(template).await?);
        }
        if what == Observation::Tape && self.runner.bench.confirms() {
            self.confirm(step, &printed, &not_printed).await?;
            return Ok(None);
        }
        let list = match what {
            Observation::Tape => {
                let lines = bench::tape(self.observe(what).await?)?;
                self.judge_tape(step, &lines, &printed, &not_printed)?;
                Value::from(lines)
            }
            Observation::Online => self.messages(step).await?,
            Observation::Key => Value::Object(self.observe(what).await?),
        };
        Ok(Some(list))
    }

    fn judge_tape(
        &mut self,
        step: &Step,
        lines: &[String],
        printed: &[String],
        not_printed: &[String],
    ) -> Result<(), Halt> {
        let shown = || {
            let all: Vec<&str> = lines.iter().map(String::as_str).collect();
            crate::runner::transcript::clip(
                &format!("a tape of {} lines: {}", all.len(), all.join(" | ")),
                600,
            )
        };
        let difference = if let Some(pattern) = tape::missing(lines, printed) {
            Some((format!("a line with `{pattern}` on the tape, in that order"), shown()))
        } else if let Some(line) = tape::unwanted(lines, not_printed) {
            Some((
                format!("no line with any of `{}`", not_printed.join("`, `")),
                format!("the line `{line}`"),
            ))
        } else {
            step.widest.and_then(|widest| Some((widest, tape::too_wide(lines, widest)?))).map(
                |(widest, line)| {
                    (format!("lines of at most {widest} characters"), format!("the line `{line}`"))
                },
            )
        };
        match difference {
            None => Ok(()),
            Some((expected, found)) => {
                let finding = self.finding(&step.cites, &step.place, expected, found);
                self.found(finding)
            }
        }
    }

    async fn confirm(&mut self, step: &Step, printed: &[String], not_printed: &[String]) -> Result<(), Halt> {
        let mut questions: Vec<String> = Vec::new();
        if !printed.is_empty() {
            questions.push(format!("Did the device print, in this order: {}?", printed.join(" / ")));
        }
        if !not_printed.is_empty() {
            questions.push(format!("Is it right that nothing printed holds: {}?", not_printed.join(" / ")));
        }
        if let Some(widest) = step.widest {
            questions.push(format!("Is every printed line at most {widest} characters long?"));
        }
        if !step.checks.is_empty() {
            return Err(Halt::NotApplicable(
                "needs a test bench that reads the tape: --bench PROGRAM".to_owned(),
            ));
        }
        for question in questions {
            match self.runner.bench.confirm(&question).await? {
                Reply::Failed(_) => {
                    let finding =
                        self.finding(&step.cites, &step.place, question, "the operator says no".to_owned());
                    self.found(finding)?;
                }
                Reply::Done(_) => {}
                Reply::Unsupported(why) => return Err(Halt::NotApplicable(why)),
            }
        }
        Ok(())
    }

    async fn establish(&mut self, condition: Condition) -> Result<(), Halt> {
        let reply = self.runner.bench.establish(condition).await?;
        // Even one that failed half-way is cleared at the end; one that was not begun is not.
        if !matches!(reply, Reply::Unsupported(_)) {
            self.established.push(condition.name());
        }
        self.lose_track(condition.name());
        let value = self.bench_reply(format!("establish {}", condition.name()), reply)?;
        self.forget_directories();
        if let Some(shift) = value.get("shift").and_then(Value::as_u64) {
            self.saved.insert("archived-shift".to_owned(), shift.to_string());
        }
        if condition.name() == ConditionName::FreshDevice {
            self.after_wipe().await?;
        }
        Ok(())
    }

    pub(super) async fn clear(&mut self, condition: ConditionName) -> Result<(), Halt> {
        let reply = self.runner.bench.clear(condition).await?;
        self.lose_track(condition);
        self.bench_reply(format!("clear {condition}"), reply)?;
        self.forget_directories();
        if condition == ConditionName::FreshDevice {
            self.after_wipe().await?;
        }
        Ok(())
    }

    pub(super) async fn act(&mut self, action: bench::Action) -> Result<(), Halt> {
        let reply = self.runner.bench.act(action).await?;
        match action {
            bench::Action::PowerCycle => self.state().ledger.restarted(),
            bench::Action::FactoryReset => self.state().ledger.lose_track(),
            bench::Action::AdvanceClock(_) | bench::Action::FinishBank { .. } => {}
        }
        self.bench_reply(format!("act {}", action.name()), reply)?;
        self.forget_directories();
        if matches!(action, bench::Action::PowerCycle | bench::Action::FactoryReset) {
            self.runner.session.tally.restarted();
        }
        if action == bench::Action::FactoryReset {
            self.after_wipe().await?;
        }
        Ok(())
    }

    /// What a condition may have moved is not known any more. A bench may close or open a shift to bring
    /// it about or to end it, and numbering across shifts is open (Q-CASH-1).
    fn lose_track(&mut self, condition: ConditionName) {
        if moves_books(condition) {
            self.state().ledger.lose_track();
            self.runner.session.last_receipt = None;
        }
    }

    /// After documents were destroyed the key may be another, and numbering begins anew.
    async fn after_wipe(&mut self) -> Result<(), Halt> {
        self.runner.session.last_receipt = None;
        self.registered = None;
        if let Some(key) = self.observed_key().await?
            && self.runner.session.keys.current() != Some(&key)
        {
            self.runner.session.reset_key(Some(key))?;
        }
        Ok(())
    }

    /// The key that the bench sees on the device, if it can.
    pub(super) async fn observed_key(&mut self) -> Result<Option<Key>, Halt> {
        match self.runner.bench.observe(Observation::Key).await? {
            Reply::Done(fields) => Ok(Key::parse(&bench::key(fields)?).ok()),
            _ => Ok(None),
        }
    }

    pub(super) async fn observe(&mut self, what: Observation) -> Result<Map<String, Value>, Halt> {
        let reply = self.runner.bench.observe(what).await?;
        self.bench_reply(format!("observe {}", what.as_str()), reply)
    }

    fn bench_reply(&mut self, asked: String, reply: Reply) -> Result<Map<String, Value>, Halt> {
        use crate::runner::outcome::Event;
        let said = match &reply {
            Reply::Done(_) => "ok".to_owned(),
            Reply::Unsupported(_) => "unsupported".to_owned(),
            Reply::Failed(why) => format!("error: {why}"),
        };
        self.events.push(Event::Bench(format!("{asked}: {said}")));
        match reply {
            Reply::Done(fields) => Ok(fields),
            Reply::Unsupported(why) => Err(Halt::NotApplicable(why)),
            Reply::Failed(why) => Err(Halt::Inconclusive(format!("the bench could not `{asked}`: {why}"))),
        }
    }
}

/// Whether a condition makes books, shifts or taxes others than the ledger knows them.
fn moves_books(condition: ConditionName) -> bool {
    matches!(
        condition,
        ConditionName::ShiftOver24h
            | ConditionName::ShiftOver7d
            | ConditionName::OtherCashier
            | ConditionName::TaxOnTop
            | ConditionName::FreshDevice
            | ConditionName::DatabaseDamaged
            | ConditionName::ArchivedShift
            | ConditionName::TaxesEdited
    )
}
