//! An answer against what its step expects or asks; or that none came.

use super::{CaseRun, Halt};
use crate::device::session::Sent;
use crate::device::transport::{Outcome, Trouble};
use crate::runner::judge::{self, Before};
use crate::suite::expect::{Expectation, Shape};
use crate::suite::model::{Lazy, Question, Step};
use crate::suite::template::Template;
use ikkm_protocol::Answer;
use rust_decimal::Decimal;

impl CaseRun<'_> {
    /// What a step expects, its placeholders filled in.
    pub(super) async fn expectation(&mut self, step: &Step) -> Result<Option<Expectation>, Halt> {
        let Some(lazy) = &step.expect else { return Ok(None) };
        let values = self.values(lazy.names()).await?;
        lazy.get(|name| values.get(name).cloned()).map(Some).map_err(Halt::Inconclusive)
    }

    /// What to make of an answer that did not come. `true`: that was expected.
    pub(super) async fn lost(
        &mut self,
        step: &Step,
        sent: &Sent,
        expectation: Option<&Expectation>,
    ) -> Result<bool, Halt> {
        let nothing_expected = expectation.is_some_and(|e| e.0.contains(&Shape::NoAnswer));
        let (found, in_time) = match &sent.delivery.outcome {
            Outcome::Answered(_) => return Ok(false),
            Outcome::NoAnswer(Trouble::Abandoned) => return Ok(sent.settled.is_none()),
            Outcome::NotSent(_) | Outcome::NoAnswer(_) if nothing_expected => return Ok(true),
            Outcome::NotSent(why) => (format!("no connection: {why}"), true),
            Outcome::NoAnswer(trouble @ Trouble::TimedOut(_)) => (trouble.to_string(), false),
            Outcome::NoAnswer(trouble) => (trouble.to_string(), true),
            Outcome::Malformed { why, .. } => (format!("no complete HTTP answer: {why}"), true),
        };
        if sent.settled.is_none() && !self.still_serves().await? {
            return Err(Halt::Stop(format!("the device does not answer any more: {found}")));
        }
        let requirement = if in_time { step.cites.clone() } else { "WIRE-11".to_owned() };
        let expected = expectation.map_or_else(|| "an answer".to_owned(), Expectation::to_string);
        let finding = self.finding(&requirement, &step.place, expected, found);
        self.found(finding)?;
        Ok(sent.settled.is_none())
    }

    pub(super) fn judge(
        &mut self,
        step: &Step,
        expectation: &Expectation,
        answer: &Answer,
        before: &Before,
    ) -> Result<(), Halt> {
        match judge::compare(expectation, answer, before) {
            Ok(()) => Ok(()),
            Err(difference) => {
                let requirement = difference.requirement.unwrap_or(&step.cites);
                let finding = self.finding(requirement, &step.place, difference.expected, difference.found);
                // A wrong answer can leave the device in any state: whatever its level, the case ends.
                self.found(finding)?;
                Err(Halt::Broken)
            }
        }
    }

    pub(super) async fn ask(
        &mut self,
        step: &Step,
        question: &Question,
        answer: &Answer,
        before: &Before,
    ) -> Result<(), Halt> {
        match self.named(question, answer, before).await? {
            Ok(name) => self.record_answer(step, &question.id, &name),
            Err(known) if question.closed => {
                let expected = format!("one of the answers that the register allows: {known}");
                let finding = self.finding(&question.id, &step.place, expected, judge::describe(answer));
                self.found_for_certain(finding)
            }
            Err(_) => self.record_answer(step, &question.id, &format!("other: {}", judge::describe(answer))),
        }
    }

    /// The name of an answer to a question; `Err` tells the names that there are.
    pub(super) async fn named(
        &mut self,
        question: &Question,
        answer: &Answer,
        before: &Before,
    ) -> Result<Result<String, String>, Halt> {
        let mut known = Vec::new();
        for (name, lazy) in &question.answers {
            let values = self.values(lazy.names()).await?;
            let expectation = lazy.get(|name| values.get(name).cloned()).map_err(Halt::Inconclusive)?;
            if judge::compare(&expectation, answer, before).is_ok() {
                return Ok(Ok(name.clone()));
            }
            known.push(format!("{name} ({expectation})"));
        }
        Ok(Err(known.join("; ")))
    }

    /// Writes an answer to an open question down; two different ones in a run are a finding.
    pub(super) fn record_answer(&mut self, step: &Step, question: &str, given: &str) -> Result<(), Halt> {
        self.note(format!("{question}: {given}"));
        let given = &self.redactor(self.runner.session.keys.current()).hide(given);
        match self.state().answer(question, given, &step.place) {
            Ok(()) => Ok(()),
            Err((earlier, place)) => {
                let expected = format!("the same answer as at {place}: {earlier}");
                let finding = self.finding(question, &step.place, expected, given.to_owned());
                self.found_for_certain(finding)
            }
        }
    }

    pub(super) fn exact_wire(&mut self, step: &Step, sent: &Sent) -> Result<(), Halt> {
        let faults: Vec<String> = sent.delivery.wire.faults.iter().map(ToString::to_string).collect();
        if faults.is_empty() {
            return Ok(());
        }
        let expected = "an HTTP/1.1 answer whose Content-Length matches its body".to_owned();
        let finding = self.finding("WIRE-1", &step.place, expected, faults.join("; "));
        self.found(finding)
    }

    pub(super) fn note_occurrences(&mut self, answer: &Answer, before: &Before) {
        let fits = |lazy: &Option<Lazy<Expectation>>| {
            let expectation = lazy.as_ref().and_then(|lazy| lazy.get(|_| None).ok());
            expectation.is_some_and(|expectation| judge::compare(&expectation, answer, before).is_ok())
        };
        self.occurred |= fits(&self.case.must_occur);
        self.told |= fits(&self.case.inconclusive_without);
    }

    pub(super) async fn judge_time(
        &mut self,
        step: &Step,
        limit: &Template,
        elapsed: u64,
    ) -> Result<(), Halt> {
        let text = self.fill(limit).await?;
        let seconds: Decimal =
            ikkm_protocol::parse_plain(&text).map_err(|e| Halt::Inconclusive(e.to_string()))?;
        if Decimal::from(elapsed) <= seconds {
            return Ok(());
        }
        let finding = self.finding(
            &step.cites,
            &step.place,
            format!("done within {text} s"),
            format!("done after {elapsed} s"),
        );
        self.found(finding)
    }
}
