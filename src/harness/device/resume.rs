//! What a run does first: it settles what an earlier, interrupted one left open in the journal.

use super::journal::{JournalEntry, JournalError};
use super::lost_reply::{LostReply, is_repeatable, proves_refused};
use super::session::{Session, SessionError};
use ikkm_protocol::{Answer, Key, Kind};

/// What became of the operation that an earlier run left open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resumed {
    /// There was none.
    Nothing,
    /// It is settled; says what became of it.
    Settled(String),
    /// It cannot be settled. That is written down, so that the next run goes on: whoever runs this
    /// has to be told, now.
    Unresolved(String),
}

impl Resumed {
    /// Both; what cannot be settled weighs more.
    fn and(self, other: Resumed) -> Resumed {
        match (self, other) {
            (Resumed::Nothing, other) | (other, Resumed::Nothing) => other,
            (Resumed::Settled(one), Resumed::Settled(two)) => Resumed::Settled(format!("{one}; {two}")),
            (
                Resumed::Unresolved(one) | Resumed::Settled(one),
                Resumed::Unresolved(two) | Resumed::Settled(two),
            ) => Resumed::Unresolved(format!("{one}; {two}")),
        }
    }
}

impl Session {
    /// The operation that an earlier run left open, in words without a key.
    pub fn left_open(&self) -> Option<String> {
        Some(self.journal.as_ref()?.chain().open.as_ref()?.to_string())
    }

    /// Settles what an earlier run left open. `given` is a key that the user read off the screen:
    /// with it the run can go on even where the earlier operation's fate stays unknown.
    ///
    /// # Errors
    /// [`SessionError::Unresumed`] when it cannot be settled with what was granted, or the device
    /// does not answer; the entry stays open then.
    pub async fn resume(&mut self, given: Option<&Key>) -> Result<Resumed, SessionError> {
        let mut told = self.resume_one(given).await?;
        while self.left_open().is_some() {
            told = told.and(self.resume_one(given).await?);
        }
        Ok(told)
    }

    async fn resume_one(&mut self, given: Option<&Key>) -> Result<Resumed, SessionError> {
        let open = self.journal.as_ref().and_then(|journal| journal.chain().open.clone());
        let Some(entry) = open else { return Ok(Resumed::Nothing) };
        if let Some(settled) = self.resume_together(&entry).await? {
            return Ok(settled);
        }
        let request = entry.request();
        if is_repeatable(&request) {
            return self.repeat(&entry, given).await;
        }
        let Some(fate) = self.find_out(&request, entry.cash_documents).await? else {
            return Err(unresumed(&entry, "the device cannot be read now; start again when it can"));
        };
        let words = format!("an earlier run sent {entry} and got no answer: {}", fate.words());
        self.close(&words)?;
        Ok(match fate {
            LostReply::Unknown(_) => Resumed::Unresolved(words),
            _ => Resumed::Settled(words),
        })
    }

    async fn repeat(&mut self, entry: &JournalEntry, given: Option<&Key>) -> Result<Resumed, SessionError> {
        let request = entry.request();
        if let Some(effect) = self.grants().missing(&request) {
            let why = format!("repeating it may register it, so this needs --allow {effect}");
            return Err(unresumed(entry, &why));
        }
        self.permission
            .limits
            .admit(&self.known.totals, &request)
            .map_err(|limit| unresumed(entry, &limit.to_string()))?;
        let answer = match self.repeated(&request, false).await {
            Ok(Some(answer)) => answer,
            Ok(None) => {
                return Err(unresumed(
                    entry,
                    "its repeats got no answer; bring the device back and start again",
                ));
            }
            Err(error) => return Err(error),
        };
        let told = |what: &str| format!("an earlier run sent {entry} and got no answer: {what}");
        if let Kind::Keyed { number, .. } = answer.kind() {
            self.known.apply_answer(&request, &answer);
            let words = told(&format!("by its repeat it is receipt {number}"));
            self.answered(&answer)?;
            return Ok(Resumed::Settled(words));
        }
        if proves_refused(&answer) || self.still_unspent(entry).await? {
            let words = told(&format!("by its repeat nothing was registered ({})", refusal(&answer)));
            self.close(&words)?;
            return Ok(Resumed::Settled(words));
        }
        // Its key is spent and the repeat does not say for what: only a known key helps on.
        if let Some(key) = given
            && self.takes(key).await? == Some(true)
        {
            self.reset_key(Some(key.clone()))?;
            let words = told("the key has moved on since, so look for it in the device's receipts");
            self.close(&words)?;
            return Ok(Resumed::Settled(words));
        }
        let why = format!(
            "its repeat was answered {}, which proves nothing, and its key is not taken any more: look for \
             it in the device's receipts, read the current key off the screen and pass it with --key",
            refusal(&answer)
        );
        Err(unresumed(entry, &why))
    }

    /// Settles requests that an earlier run had in flight at the same time, all with one key. Only the
    /// first that tells anything is repeated: another one's parameters with a key that is spent
    /// would be a different registration (v22 §4). `None` where there is only one, or none tells.
    async fn resume_together(&mut self, first: &JournalEntry) -> Result<Option<Resumed>, SessionError> {
        let beside =
            self.journal.as_ref().map(|journal| journal.chain().open_beside.clone()).unwrap_or_default();
        let spent = |key: &str| self.known.keys.current().is_some_and(|current| current.as_str() != key);
        if beside.is_empty() && first.beside.is_some() && first.key.as_deref().is_some_and(spent) {
            let words = format!(
                "an earlier run sent {first} together with another request that spent its key, and got no \
                 answer to it: with that key it registers nothing, so it is not repeated; compare the \
                 device's receipts"
            );
            self.close(&words)?;
            return Ok(Some(Resumed::Settled(words)));
        }
        if beside.is_empty() {
            return Ok(None);
        }
        let group: Vec<JournalEntry> = std::iter::once(first.clone()).chain(beside).collect();
        for entry in &group {
            let request = entry.request();
            if let Some(effect) = self.grants().missing(&request) {
                let why = format!("repeating it may register it, so this needs --allow {effect}");
                return Err(unresumed(entry, &why));
            }
            self.permission
                .limits
                .admit(&self.known.totals, &request)
                .map_err(|limit| unresumed(entry, &limit.to_string()))?;
            let Some(answer) = self.repeated(&request, false).await? else {
                let why = "its repeats got no answer; bring the device back and start again";
                return Err(unresumed(entry, why));
            };
            if let Kind::Keyed { number, .. } = answer.kind() {
                self.known.apply_answer(&request, &answer);
                let others: Vec<String> = group.iter().map(ToString::to_string).collect();
                let words = format!(
                    "an earlier run sent at the same time, with one key, {}, and got no answer: one of them \
                     is receipt {number}, which the device's receipts tell, and the others registered nothing",
                    others.join(" and ")
                );
                for _ in &group {
                    self.close(&words)?;
                }
                return Ok(Some(Resumed::Settled(words)));
            }
        }
        Ok(None)
    }

    /// Whether the device still takes the key that was current when the entry was written.
    async fn still_unspent(&mut self, entry: &JournalEntry) -> Result<bool, SessionError> {
        let sent = entry.key.as_deref().and_then(|key| Key::parse(key).ok());
        let current = self.known.keys.current().cloned();
        let Some(key) = current.or(sent) else { return Ok(false) };
        Ok(self.takes(&key).await? == Some(true))
    }

    fn close(&mut self, words: &str) -> Result<(), JournalError> {
        let key = self.known.keys.current().cloned();
        let Some(journal) = &mut self.journal else { return Ok(()) };
        journal.settled(journal.open_number(), words, key.as_ref())
    }
}

fn unresumed(entry: &JournalEntry, why: &str) -> SessionError {
    SessionError::Unresumed { operation: entry.to_string(), why: why.to_owned() }
}

fn refusal(answer: &Answer) -> String {
    match answer.kind() {
        Kind::Refused { code } => code.to_string(),
        _ => format!("with status {}", answer.status),
    }
}
