//! The device says that the key which must be right is wrong. What that breaks is found first; then the
//! chain is looked for, so that the run can go on.

use super::verdicts::At;
use super::{CaseRun, Halt};
use crate::device::session::{Outgoing, SessionError};
use crate::runner::bookkeeping::GET_INFO;
use crate::runner::state::LastAnswer;
use ikkm_protocol::{Key, Kind};

impl CaseRun<'_> {
    /// Which rule a refused key breaks depends on what came before. Finds the key again, or ends the
    /// run; what was seen is a finding either way.
    pub(super) async fn key_is_gone(&mut self, before: LastAnswer, at: At<'_>) -> Result<(), Halt> {
        let (line, expected) = match before {
            LastAnswer::Refused => ("KEY-10", "the same key to be good after a refusal"),
            LastAnswer::Registered => ("KEY-4", "the key of the registration's answer to be taken"),
            LastAnswer::SwitchedOn => ("WIRE-14", "the same key to be good after the web API is on again"),
            LastAnswer::Other => {
                ("KEY-11", "the same key to be good after a request that does not rotate it")
            }
            LastAnswer::None => {
                let why = "the device refuses the key (-1): read the current one off its screen and pass it with --key";
                self.find_key().await?;
                return Err(Halt::Inconclusive(why.to_owned()));
            }
        };
        let open = self.books.open_in_case();
        let found = self.judge.found(at.citing(line), expected, "400 incorrect-web-api-key with -1", open);
        self.find_key().await?;
        found
    }

    /// Finds the current key again: the bench sees it, the device still takes an earlier one, or its
    /// answer to a repeat names it (v22 §4).
    pub(super) async fn find_key(&mut self) -> Result<(), Halt> {
        if let Some(key) = self.observed_key().await? {
            self.talk.session.reset_key(Some(key))?;
            self.talk.note("the key was read off the device by the bench");
            return Ok(());
        }
        let keys = &self.talk.session.known.keys;
        let (current, previous) = (keys.current().cloned(), keys.previous().cloned());
        if let Some(key) = &previous
            && self.takes(key).await?
        {
            self.talk.session.reset_key(previous)?;
            self.books.ledger.lose_track();
            self.talk.note("the device still takes the key before: the run goes on with it");
            return Ok(());
        }
        for key in [previous, current].into_iter().flatten() {
            if let Some(found) = self.repeated_with(&key).await? {
                self.talk.session.reset_key(Some(found))?;
                self.books.ledger.lose_track();
                self.talk.note("a repeat of the last registration names the key: the run goes on with it");
                return Ok(());
            }
        }
        Err(Halt::Stop(SessionError::KeyLost.to_string()))
    }

    /// The key that a repeat of the run's last registration names, where the device takes it.
    async fn repeated_with(&mut self, spent: &Key) -> Result<Option<Key>, Halt> {
        let Some(mut outgoing) = self.talk.last_registration() else { return Ok(None) };
        outgoing.key = Some(spent.clone());
        outgoing.drop_reply = None;
        outgoing.unpaced = false;
        let sent = match self.send(&outgoing).await {
            Ok(sent) => sent,
            // What was not granted cannot be tried.
            Err(Halt::NotApplicable(_)) => return Ok(None),
            Err(halt) => return Err(halt),
        };
        let Some(answer) = sent.first_answer() else { return Ok(None) };
        match answer.kind() {
            Kind::Keyed { key, .. } if self.takes(&key).await? => Ok(Some(key)),
            _ => Ok(None),
        }
    }

    /// Whether the device takes a key in a reading.
    async fn takes(&mut self, key: &Key) -> Result<bool, Halt> {
        let sent = self.send(&Outgoing::get(GET_INFO, key.clone())).await?;
        Ok(sent.first_answer().is_some_and(|answer| answer.status == 200))
    }
}
