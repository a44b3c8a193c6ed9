//! What a case asks of the bench: conditions, actions, observations, and what each leaves behind.

use super::{CaseRun, Halt};
use crate::bench::{BenchAction, Condition, ConditionName, Observation, Reply};
use crate::runner::state::LastAnswer;
use crate::text::shown;
use ikkm_protocol::Key;
use serde_json::{Map, Value};

impl CaseRun<'_> {
    pub(super) async fn establish(&mut self, condition: Condition) -> Result<(), Halt> {
        self.every_answer.forget();
        let reply = self.bench.establish(condition).await?;
        // Even one that failed half-way is cleared at the end; one that was not begun is not.
        let begun = !matches!(reply, Reply::Unsupported(_));
        if begun {
            self.established.push(condition.name());
        }
        self.lose_track(condition.name(), begun);
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
        self.every_answer.forget();
        let reply = self.bench.clear(condition).await?;
        self.lose_track(condition, false);
        self.bench_reply(format!("clear {condition}"), reply)?;
        self.forget_directories();
        if condition == ConditionName::ApiOff {
            *self.talk.last = LastAnswer::SwitchedOn;
        }
        if condition == ConditionName::FreshDevice {
            self.after_wipe().await?;
        }
        Ok(())
    }

    pub(super) async fn act(&mut self, action: BenchAction) -> Result<(), Halt> {
        self.every_answer.forget();
        let reply = self.bench.act(action).await?;
        match action {
            BenchAction::PowerCycle => self.books.ledger.restarted(),
            BenchAction::FactoryReset => self.books.ledger.lose_track(),
            BenchAction::FinishBank { .. } => self.paying = false,
            BenchAction::AdvanceClock(_) => {}
        }
        self.bench_reply(format!("act {}", action.name()), reply)?;
        self.forget_directories();
        if matches!(action, BenchAction::PowerCycle | BenchAction::FactoryReset) {
            self.talk.session.known.totals.restarted();
            // Whether the chain goes on is a question of its own (MGMT-9).
            *self.talk.last = LastAnswer::None;
            self.print_mode.clear();
        }
        if action == BenchAction::PowerCycle {
            self.wait_for_restart().await?;
        }
        if action == BenchAction::FactoryReset {
            self.after_wipe().await?;
        }
        Ok(())
    }

    /// What a condition may have moved is not known any more, nor where numbering is (Q-CASH-1).
    fn lose_track(&mut self, condition: ConditionName, begins: bool) {
        if self.books.handed_to_bench(condition, begins) {
            self.talk.session.known.last_receipt = None;
        }
    }

    /// After documents were destroyed the key may be another, and numbering begins anew.
    async fn after_wipe(&mut self) -> Result<(), Halt> {
        self.talk.forget_registration();
        *self.talk.last = LastAnswer::None;
        if let Some(key) = self.observed_key().await?
            && self.talk.session.known.keys.current() != Some(&key)
        {
            self.talk.session.reset_key(Some(key))?;
        }
        Ok(())
    }

    /// The key that the bench sees on the device, if it can.
    pub(super) async fn observed_key(&mut self) -> Result<Option<Key>, Halt> {
        match self.bench.observe(Observation::Key).await? {
            Reply::Done(fields) => Ok(Key::parse(&crate::bench::key(fields)?).ok()),
            _ => Ok(None),
        }
    }

    pub(super) async fn observe(&mut self, what: Observation) -> Result<Map<String, Value>, Halt> {
        let reply = self.bench.observe(what).await?;
        self.bench_reply(format!("observe {}", what.as_str()), reply)
    }

    fn bench_reply(&mut self, asked: String, reply: Reply) -> Result<Map<String, Value>, Halt> {
        let said = match &reply {
            Reply::Done(fields) => match fields.get("note").and_then(Value::as_str) {
                Some(note) => format!("ok, {}", shown(note)),
                None => "ok".to_owned(),
            },
            Reply::Unsupported(_) => "unsupported".to_owned(),
            Reply::Failed(why) => format!("error: {why}"),
        };
        self.talk.bench(format!("{asked}: {said}"));
        match reply {
            Reply::Done(fields) => Ok(fields),
            Reply::Unsupported(why) => Err(Halt::NotApplicable(why)),
            Reply::Failed(why) => Err(Halt::Inconclusive(format!("the bench could not `{asked}`: {why}"))),
        }
    }
}
