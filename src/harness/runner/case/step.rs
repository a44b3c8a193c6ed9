//! One step: what it does, then what it looks at.

use super::send::Done;
use super::{CaseRun, Halt};
use crate::suite::model::{Action, Step};
use std::time::Duration;

impl CaseRun<'_> {
    /// Does a step as often as it says, then judges books, documents and tape.
    pub(super) async fn step(&mut self, step: &Step) -> Result<(), Halt> {
        let mut seen = None;
        let mut refused = false;
        let mut undone = false;
        for _ in 0..step.times {
            self.go_on()?;
            match &step.action {
                Action::Send(send) => match self.send_step(step, send).await? {
                    Done::Something(json) => (seen, refused) = (json, false),
                    Done::Refused(json) => (seen, refused) = (json, true),
                    Done::Nothing => (seen, refused) = (None, true),
                    Done::Undone => (refused, undone) = (true, true),
                },
                Action::Together(sends) => self.together_step(step, sends).await?,
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
                Action::CheckOnly => {}
            }
        }
        if let Some(moves) = &step.moves {
            let open_ended = undone || refused && self.may_succeed(step);
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
}
