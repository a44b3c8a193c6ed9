//! What a run has learnt so far and carries from case to case.

use super::bookkeeping::Bookkeeping;
use super::every_answer::EveryAnswer;
use super::left_out::LeftOut;
use super::open_answers::OpenAnswers;
use super::patience::WaitBudget;
use super::tape::Widths;
use crate::device::session::Outgoing;
use std::collections::{BTreeMap, BTreeSet};

/// What the last request was, to say which rule a suddenly invalid key breaks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LastAnswer {
    /// Nothing was answered yet, or the device was restarted since: its key may be another one.
    #[default]
    None,
    /// A registration succeeded.
    Registered,
    /// Something was refused.
    Refused,
    /// The web API was switched off and on again.
    SwitchedOn,
    /// Anything else succeeded.
    Other,
}

/// Whether receipts go online.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Link {
    /// Nothing was seen yet.
    #[default]
    Unknown,
    /// A message was seen.
    Up,
    /// Messages wait and none leaves: there is no committee to talk to.
    None,
}

/// Knowledge that outlives a case.
#[derive(Debug, Default)]
pub struct RunState {
    /// The open questions.
    pub open: OpenAnswers,
    /// The books.
    pub books: Bookkeeping,
    /// What the device keeps the run waiting for.
    pub patience: WaitBudget,
    /// What the last request came to.
    pub last: LastAnswer,
    /// The last registration, to be repeated where the key is lost.
    pub last_registration: Option<Outgoing>,
    /// Replies that were lost and settled by a repeat, by what was asked.
    pub lost_replies: BTreeMap<String, u32>,
    /// Members of its documents that the vendor's document does not name, by the document's name.
    pub undocumented: BTreeMap<&'static str, BTreeSet<String>>,
    /// Receipts of types that v22 does not list.
    pub left_out: LeftOut,
    /// What the printers' tapes showed of their widths.
    pub widths: Widths,
    /// Whether receipts go online at all.
    pub link: Link,
    /// What came of a restart after which the device does not go on as before, and the case of it.
    pub down: Option<String>,
    /// What every answer must be, whatever it answers.
    pub every_answer: EveryAnswer,
    /// What the person who ran it should know: a mode that could not be put back.
    pub remarks: Vec<String>,
    /// A token for names that must be found again on tape or in documents.
    token: String,
    /// How many tokens were given out.
    tokens: u32,
}

impl RunState {
    /// A run's state; the token makes names of different runs differ.
    pub fn new(token: String) -> RunState {
        RunState { token, ..RunState::default() }
    }

    /// A token that no other case of the run has.
    pub fn next_token(&mut self) -> String {
        self.tokens += 1;
        format!("{}{}", self.token, self.tokens)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_case_has_a_token_of_its_own() {
        let mut state = RunState::new("ab".to_owned());
        assert_eq!((state.next_token(), state.next_token()), ("ab1".to_owned(), "ab2".to_owned()));
    }
}
