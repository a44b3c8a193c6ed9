//! A step that sends several requests at the same time (v22 §3).

use super::exchange::answer_of;
use super::{CaseRun, Halt};
use crate::device::session::{Sent, registration_of};
use crate::runner::judge::Before;
use crate::suite::model::{KeyUse, Question, Receipts, Send, Step};
use ikkm_protocol::Kind;
use std::collections::BTreeSet;

impl CaseRun<'_> {
    /// Sends and judges each answer, then the receipts that they name. No answer at all is as good as
    /// any here: the document asks for one request at a time.
    pub(super) async fn together_step(&mut self, step: &Step, sends: &[Send]) -> Result<(), Halt> {
        let expectation = self.expectation(step).await?;
        let mut outgoings = Vec::new();
        for send in sends {
            let mut outgoing = self.outgoing(send).await?;
            outgoing.take_busy = false;
            outgoings.push(outgoing);
        }
        let before = |sent: &Sent, run: &Self, current: &Option<_>, last| Before {
            sent: sent.key.clone(),
            current: current.clone(),
            last_receipt: last,
            registered: run.registered.clone(),
        };
        let (current, last) = (self.runner.session.keys.current().cloned(), self.runner.session.last_receipt);
        let sent = self.send_together(&outgoings).await?;
        if let Some(question) = &step.question {
            self.ask_together(step, question, &sent, |sent, run| before(sent, run, &current, last)).await?;
        }
        if let Some(expectation) = &expectation {
            for sent in &sent {
                let before = before(sent, self, &current, last);
                if let Some(answer) = answer_of(sent) {
                    self.judge(step, expectation, answer, &before)?;
                }
            }
        }
        self.judge_receipts(step, &sent)?;
        for (sent, send) in sent.iter().zip(sends).filter(|(_, send)| send.key == KeyUse::Current) {
            if let Some(answer) = answer_of(sent) {
                self.take_over(sent, answer, send);
            }
        }
        Ok(())
    }

    /// The names of all answers, each once: `busy + served`.
    async fn ask_together(
        &mut self,
        step: &Step,
        question: &Question,
        sent: &[Sent],
        before: impl Fn(&Sent, &Self) -> Before,
    ) -> Result<(), Halt> {
        let mut names = BTreeSet::new();
        for sent in sent {
            // The first answer, not that of a repeat which settled it.
            let name = match &sent.delivery.outcome {
                crate::device::transport::Outcome::Answered(answer) => {
                    let before = before(sent, self);
                    self.named(question, answer, &before).await?.unwrap_or_else(|_| "other".to_owned())
                }
                _ => "no-answer".to_owned(),
            };
            names.insert(name);
        }
        let names: Vec<String> = names.into_iter().collect();
        self.record_answer(step, &question.id, &names.join(" + "))
    }

    fn judge_receipts(&mut self, step: &Step, sent: &[Sent]) -> Result<(), Halt> {
        let Some(allowed) = step.receipts else { return Ok(()) };
        let number = |sent: &Sent| match answer_of(sent)?.kind() {
            Kind::Keyed { number, .. } => registration_of(&sent.request).map(|_| number),
            _ => None,
        };
        let numbers: BTreeSet<u64> = sent.iter().filter_map(number).collect();
        let (right, expected) = match allowed {
            Receipts::Exactly(count) => (numbers.len() == count, format!("{count}")),
            Receipts::AtMost(count) => (numbers.len() <= count, format!("at most {count}")),
        };
        if right {
            return Ok(());
        }
        let found = format!("{} receipts: {numbers:?}", numbers.len());
        let expected = format!("{expected} receipt of all that were sent at the same time");
        let finding = self.finding(&step.cites, &step.place, expected, found);
        self.found(finding)
    }
}
