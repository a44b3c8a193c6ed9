//! A step that looks: at the tape, at what went online, at the key; or asks a person to.
//!
//! The document does not say that a receipt is sent to the tax committee by the time of its answer, so a
//! device may send it a little later: late messages are waited for, and those of earlier requests let
//! by. A device on a virtual clock is never waited for before it was looked at.

use super::{CaseRun, Halt, NO_LINK};
use crate::bench::{self, Observation, Reply};
use crate::device::clock::Clock;
use crate::device::effects::Effect;
use crate::device::session::Outgoing;
use crate::ledger::documents::text;
use crate::runner::state::Link;
use crate::runner::{document, tape};
use crate::suite::model::{Saved, Step, StepAction};
use serde_json::Value;
use std::time::Duration;

/// Between two looks at what went online.
const PAUSE: Duration = Duration::from_millis(300);
/// How often a step looks again for what it expects: as long as the suites wait where nothing may come.
const LOOKS: u32 = 33;
/// How often it is looked whether messages that were pushed leave.
const PUSHED_LOOKS: u32 = 5;
/// How often what comes in late is let by before a case begins to look.
const DRAINS: u32 = 10;

impl CaseRun<'_> {
    /// Looks at what the bench saw; `None` when a person answered for the whole step.
    pub(super) async fn look(&mut self, step: &Step, what: Observation) -> Result<Option<Value>, Halt> {
        let mut printed = Vec::new();
        for template in &step.printed {
            printed.push(self.fill(template).await?);
        }
        let mut not_printed = Vec::new();
        for template in &step.not_printed {
            not_printed.push(self.fill(template).await?);
        }
        if what == Observation::Tape && self.bench.confirms() {
            self.confirm(step, &printed, &not_printed).await?;
            return Ok(None);
        }
        let list = match what {
            Observation::Tape => {
                let lines = bench::tape(self.observe(what).await?)?;
                let (at, open) = (self.at(step), self.books.open_in_case());
                let widths = self.widths.of(&self.print_mode);
                let asked = tape::Asked {
                    printed: &printed,
                    not_printed: &not_printed,
                    widest: step.widest,
                    width: &step.width,
                };
                self.judge.tape(at, &lines, asked, widths, open)?;
                Value::from(lines)
            }
            Observation::Online => match self.messages(step).await? {
                Value::Null => return Ok(None),
                messages => messages,
            },
            Observation::Key => Value::Object(self.observe(what).await?),
        };
        Ok(Some(list))
    }

    /// Keeps what a step saves of what was observed.
    pub(super) async fn save_seen(&mut self, step: &Step, seen: &Value) -> Result<(), Halt> {
        for (name, from) in &step.save {
            if let Saved::Json(path) = from
                && let Some(value) = document::first(seen, &self.filled(path).await?)
            {
                self.saved.insert(name.clone(), value);
            }
        }
        Ok(())
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
        for check in self.checks(step).await? {
            questions.push(tape::question(&check.path, &check.rule).ok_or_else(|| {
                Halt::NotApplicable(format!(
                    "a person cannot be asked whether `{}` of what was printed is {}: this needs a \
                     test bench that reads the tape, --bench PROGRAM",
                    check.path, check.rule
                ))
            })?);
        }
        for question in questions {
            match self.bench.confirm(&question).await? {
                Reply::Failed(_) => {
                    let (at, open) = (self.at(step), self.books.open_in_case());
                    self.judge.found(at, question, "the operator says no", open)?;
                }
                Reply::Done(_) => {}
                Reply::Unsupported(why) => return Err(Halt::NotApplicable(why)),
            }
        }
        Ok(())
    }

    /// What was sent to the tax committee since the last look. Where the step expects more, it is
    /// waited for.
    async fn messages(&mut self, step: &Step) -> Result<Value, Halt> {
        if step.checks.is_empty() {
            self.let_messages_by().await?;
            return Ok(Value::Array(Vec::new()));
        }
        if *self.link == Link::None && !step.expects_nothing {
            self.talk.note(NO_LINK);
            self.unseen = true;
            return Ok(Value::Null);
        }
        let mut messages = self.new_messages().await?;
        for _ in 0..LOOKS {
            // More messages never make a list shorter.
            if step.expects_nothing || self.holds(step, &messages).await? {
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
        if matches!(self.talk.session.clock(), Clock::Virtual { .. }) {
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
        if !messages.is_empty() {
            *self.link = Link::Up;
        }
        Ok(messages)
    }

    /// Before a case first looks at what goes online: whether anything does. A device in its normal mode
    /// that has messages waiting, of which none leaves when they are pushed, has no committee to talk to.
    pub(super) async fn learn_link(&mut self) -> Result<(), Halt> {
        let looks = |step: &Step| {
            matches!(step.action, StepAction::Observe(Observation::Online)) && !step.checks.is_empty()
        };
        if *self.link != Link::Unknown || !self.case.steps.iter().any(looks) || self.waiting().await? == 0 {
            return Ok(());
        }
        if self.talk.session.grants().admits(Effect::Manage) {
            self.talk.note("whether anything goes online: messages wait, and are pushed");
            let push = Outgoing::get("/apicheck/?pushTheQue=true", self.talk.session.key()?);
            self.send(&push).await?;
        }
        for _ in 0..PUSHED_LOOKS {
            if !self.new_messages().await?.is_empty() || self.waiting().await? == 0 {
                return Ok(());
            }
            self.wait_unless_interrupted(PAUSE).await?;
            self.books.may_have_moved();
        }
        *self.link = Link::None;
        self.remarks.push(NO_LINK.to_owned());
        Ok(())
    }

    /// How many messages wait, as getInfo says it.
    async fn waiting(&mut self) -> Result<u64, Halt> {
        let info = self.info().await?;
        Ok(info.get("messagesQueSize").and_then(text).and_then(|size| size.parse().ok()).unwrap_or_default())
    }

    /// Whether every check of the step holds, whatever way amounts are rounded.
    async fn holds(&mut self, step: &Step, messages: &[Value]) -> Result<bool, Halt> {
        let json = Value::Array(messages.to_vec());
        let checks = self.checks(step).await?;
        Ok(checks.iter().all(|check| document::check(&json, &check.path, &check.rule).is_ok()))
    }
}
