//! Sending, and keeping book of it: the transcript, the keys seen, what the books must say now.

use super::{CaseRun, Halt, LastAnswer, books};
use crate::device::effects::{Effect, effect_of};
use crate::device::fate::Fate;
use crate::device::session::{Outgoing, Sent, SessionError, registration_of};
use crate::device::transport::Outcome;
use crate::ledger::reading::part_of_tenge;
use crate::runner::document::undocumented_fields::undocumented;
use crate::runner::judge;
use crate::runner::outcome::Event;
use crate::runner::transcript;
use ikkm_protocol::{Answer, Key, Kind};

impl CaseRun<'_> {
    /// Sends one request and writes it into the transcript; the books may have moved.
    pub(super) async fn send(&mut self, outgoing: &Outgoing) -> Result<Sent, Halt> {
        self.note_part_of_tenge(outgoing);
        let uses_current =
            outgoing.key.is_some() && outgoing.key.as_ref() == self.runner.session.keys.current();
        let secrets: Vec<Key> = self.runner.session.keys.secrets().cloned().collect();
        let key_before = self.runner.session.keys.current().cloned();
        let sent = self.runner.session.send(outgoing).await?;
        self.count(&sent, key_before.as_ref());
        if let (Outcome::Answered(answer), _) | (_, Some(answer)) = (&sent.delivery.outcome, &sent.settled) {
            self.runner.state.ledger.took(&sent.request, answer, key_before.as_ref());
        }
        if matches!(sent.fate, Some(Fate::Done(_) | Fate::Unknown(_))) {
            // Nothing was acknowledged, and yet the books moved, or may have.
            self.runner.state.ledger.lose_track();
        }
        self.keep(&sent, uses_current, secrets);
        Ok(sent)
    }

    /// Sends requests at the same time and writes each into the transcript.
    pub(super) async fn send_together(&mut self, outgoings: &[Outgoing]) -> Result<Vec<Sent>, Halt> {
        outgoings.iter().for_each(|outgoing| self.note_part_of_tenge(outgoing));
        let secrets: Vec<Key> = self.runner.session.keys.secrets().cloned().collect();
        let mut key = self.runner.session.keys.current().cloned();
        let uses_current: Vec<bool> =
            outgoings.iter().map(|outgoing| outgoing.key.is_some() && outgoing.key == key).collect();
        let sent = self.runner.session.send_together(outgoings).await?;
        let mut answered: Vec<(&Sent, &Answer)> =
            sent.iter().filter_map(|sent| Some((sent, answer_of(sent)?))).collect();
        answered.sort_by_key(|(_, answer)| answer.receipt());
        for (sent, answer) in answered {
            self.runner.state.ledger.took(&sent.request, answer, key.as_ref());
            if let Kind::Keyed { key: fresh, .. } = answer.kind()
                && registration_of(&sent.request).is_some()
                && key.as_ref() != Some(&fresh)
            {
                self.state().receipts += 1;
                key = Some(fresh);
            }
        }
        self.note(format!("{} requests sent at the same time:", sent.len()));
        for (sent, uses_current) in sent.iter().zip(uses_current) {
            self.keep(sent, uses_current, secrets.clone());
        }
        // A reading among them may be older than what went beside it.
        self.runner.state.books_may_have_moved();
        Ok(sent)
    }

    /// Remembers a part of a tenge that is sent to a device whose rounding setting is another than
    /// `no`: a total may then be brought to whole tenge, and the payment not.
    fn note_part_of_tenge(&mut self, outgoing: &Outgoing) {
        let Some(rule) = &self.runner.state.other_rounding else { return };
        let mut params = outgoing.params.0.iter();
        let odd = params.find_map(|(name, value)| Some((name, part_of_tenge(name, value)?)));
        if let Some((name, amount)) = odd {
            let why = format!(
                "what the device makes of {name} {amount} while its roudingRule is `{rule}` is open (Q-WIRE-8)"
            );
            self.open_rounding.get_or_insert_with(|| why.clone());
            self.state().open_rounding.get_or_insert(why);
        }
    }

    /// Writes a request and what came of it down.
    fn keep(&mut self, sent: &Sent, uses_current: bool, secrets: Vec<Key>) {
        self.seen_keys.extend(secrets);
        self.seen_keys.extend(self.runner.session.keys.secrets().cloned());
        self.seen_keys.sort();
        self.seen_keys.dedup();
        let current = if uses_current { sent.key.as_ref() } else { self.runner.session.keys.current() };
        let redactor = self.redactor(current);
        let shown = transcript::exchange(sent, &self.runner.options.target, &redactor);
        self.events.push(Event::Exchange(shown));
        if let Some(answer) = &sent.settled {
            let told = judge::describe(answer);
            self.note(format!("the lost registration was settled by its repeat: {told}"));
        }
        if let Some(fate) = &sent.fate {
            self.note(format!("what became of the lost request: {}", fate.words()));
        }
        if sent.sendings > 1 {
            self.note(format!("sent {} times: the device was busy (-2)", sent.sendings));
        }
        if effect_of(&sent.request) != Effect::Read {
            self.runner.state.books_may_have_moved();
        } else if let Some(info) = books::info_in(sent) {
            self.runner.state.info = Some(info);
        }
        if let Some(answer) = answer_of(sent).filter(|answer| answer.status == 200) {
            self.note_undocumented(sent.request.path(), answer);
        }
        self.last = match &sent.delivery.outcome {
            Outcome::Answered(answer) => match answer.kind() {
                Kind::Keyed { .. } if registration_of(&sent.request).is_some() => LastAnswer::Registered,
                Kind::Refused { code } if code != -1 => LastAnswer::Refused,
                Kind::Refused { .. } => self.last,
                _ => LastAnswer::Other,
            },
            _ => self.last,
        };
    }

    /// Notes members of a document that the vendor's document does not name: once a case.
    fn note_undocumented(&mut self, path: &str, answer: &Answer) {
        let found = judge::document(answer).and_then(|document| undocumented(path, &document));
        let Some((document, members)) = found else { return };
        let names: Vec<&str> = members.iter().map(String::as_str).collect();
        let note = format!("{document} has members that v22 does not name: {}", names.join(", "));
        let noted = self.events.iter().any(|event| matches!(event, Event::Note(text) if *text == note));
        if !noted {
            self.note(note);
        }
        self.state().undocumented.entry(document).or_default().extend(members);
    }

    /// Counts receipts and closed shifts: a registration is one that turned the key.
    fn count(&mut self, sent: &Sent, key_before: Option<&Key>) {
        let turned = self.runner.session.keys.current() != key_before;
        let registers = registration_of(&sent.request).is_some();
        let closes = sent.request.path().starts_with("/apizreport")
            && matches!(&sent.delivery.outcome, Outcome::Answered(answer) if answer.status == 200);
        self.state().receipts += u32::from(registers && turned);
        self.state().z_reports += u32::from(closes);
    }

    /// The device says that the key which must be right is wrong: which rule that breaks depends on
    /// what came before. Gets the key back from the bench, or ends the run.
    pub(super) async fn key_is_gone(&mut self, before: LastAnswer, place: &str) -> Result<(), Halt> {
        let (requirement, expected) = match before {
            LastAnswer::Refused => ("KEY-10", "the same key to be good after a refusal"),
            LastAnswer::Registered => ("KEY-4", "the key of the registration's answer to be taken"),
            LastAnswer::Other => {
                ("KEY-11", "the same key to be good after a request that does not rotate it")
            }
            LastAnswer::None => {
                let why = "the device refuses the key (-1): read the current one off its screen and pass it with --key";
                self.recover_key().await?;
                return Err(Halt::Inconclusive(why.to_owned()));
            }
        };
        let finding = self.finding(
            requirement,
            place,
            expected.to_owned(),
            "400 incorrect-web-api-key with -1".to_owned(),
        );
        self.recover_key().await?;
        self.found(finding)
    }

    pub(super) async fn recover_key(&mut self) -> Result<(), Halt> {
        match self.observed_key().await? {
            Some(key) => {
                self.runner.session.reset_key(Some(key))?;
                self.note("the key was read off the device by the bench");
                Ok(())
            }
            None => Err(Halt::Stop(SessionError::KeyLost.to_string())),
        }
    }
}

/// The answer that tells what became of a request: its own, or that of the repeat which settled it.
pub(super) fn answer_of(sent: &Sent) -> Option<&Answer> {
    match (&sent.settled, &sent.delivery.outcome) {
        (Some(answer), _) | (None, Outcome::Answered(answer)) => Some(answer),
        _ => None,
    }
}
