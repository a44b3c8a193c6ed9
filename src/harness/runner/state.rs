//! What a run has learnt so far and carries from case to case.

use super::document::Rounded;
use crate::ledger::Ledger;
use crate::ledger::reading::Reading;
use crate::ledger::rounding::{Learnt, Rounding};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Knowledge that outlives a case.
#[derive(Debug, Default)]
pub struct RunState {
    /// How amounts are rounded.
    pub amounts: Learnt,
    /// How quantities are rounded.
    pub quantities: Learnt,
    /// Whether anything was seen that tells one way of rounding amounts from another.
    pub rounding_seen: bool,
    /// The same for quantities.
    pub quantity_seen: bool,
    /// The answer to each open question, with the place that asked it first.
    pub answers: BTreeMap<String, (String, String)>,
    /// The books as last read, while nothing was sent since that could have moved them.
    pub reading: Option<Reading>,
    /// getInfo as last answered, as long as the reading would hold too.
    pub info: Option<Value>,
    /// The tax directory, until something may have edited it.
    pub taxes: Option<Value>,
    /// What a report says of the default tax, as long.
    pub default_tax: Option<Vec<Value>>,
    /// Receipts that the device acknowledged.
    pub receipts: u32,
    /// How many of them were there when the books were last reconciled at a suite's end.
    pub receipts_reconciled: u32,
    /// Z reports that it accepted.
    pub z_reports: u32,
    /// A shift was open before the run: it may be too old, or another cashier's, to take receipts.
    pub inherited_shift: bool,
    /// Its rounding setting where that is another than `no`: what it makes of a part of a tenge is open
    /// (`Q-WIRE-8`; v22 §7.1).
    pub other_rounding: Option<String>,
    /// Why the books may differ from what was acknowledged: parts of a tenge were sent to such a device.
    pub open_rounding: Option<String>,
    /// Members of its documents that the vendor's document does not name, by the document's name.
    pub undocumented: BTreeMap<&'static str, BTreeSet<String>>,
    /// What was acknowledged, and what the books must say now.
    pub ledger: Ledger,
    /// A token for names that must be found again on tape or in documents.
    pub token: String,
    /// How many tokens were given out.
    pub tokens: u32,
}

impl RunState {
    /// A run's state; the token makes names of different runs differ.
    pub fn new(token: String) -> RunState {
        RunState { token, ..RunState::default() }
    }

    /// Something was sent that may have moved the books: they have to be read again.
    pub fn books_may_have_moved(&mut self) {
        self.reading = None;
        self.info = None;
    }

    /// Something outside the API may have changed the device: nothing read from it holds any more.
    pub fn forget_device(&mut self) {
        self.books_may_have_moved();
        self.taxes = None;
        self.default_tax = None;
    }

    /// Records an answer. `Err` is the earlier, different one and where it was given.
    ///
    /// # Errors
    /// The device answered the same question otherwise before.
    pub fn answer(&mut self, question: &str, answer: &str, place: &str) -> Result<(), (String, String)> {
        match self.answers.get(question) {
            Some((earlier, at)) if earlier != answer => Err((earlier.clone(), at.clone())),
            Some(_) => Ok(()),
            None => {
                self.answers.insert(question.to_owned(), (answer.to_owned(), place.to_owned()));
                Ok(())
            }
        }
    }

    /// Takes over which ways of rounding explain an amount; `false` on a contradiction.
    pub fn learn_amount(&mut self, modes: &[Rounding]) -> bool {
        self.rounding_seen |= modes.len() < Rounding::ALL.len();
        self.amounts.narrow(|mode| modes.contains(&mode))
    }

    /// Takes over which ways of rounding explain a quantity; `false` on a contradiction.
    pub fn learn_quantity(&mut self, modes: &[Rounding]) -> bool {
        self.quantity_seen |= modes.len() < Rounding::ALL.len();
        self.quantities.narrow(|mode| modes.contains(&mode))
    }

    /// Takes over which ways of rounding explain a value; `false` on a contradiction.
    pub fn learn(&mut self, what: Rounded, modes: &[Rounding]) -> bool {
        match what {
            Rounded::Amount => self.learn_amount(modes),
            Rounded::Quantity => self.learn_quantity(modes),
        }
    }

    /// What is known so far.
    pub fn learnt(&self, what: Rounded) -> &Learnt {
        match what {
            Rounded::Amount => &self.amounts,
            Rounded::Quantity => &self.quantities,
        }
    }

    /// All answers, the learnt way of rounding among them.
    pub fn all_answers(&self) -> BTreeMap<String, String> {
        let mut all: BTreeMap<String, String> =
            self.answers.iter().map(|(question, (answer, _))| (question.clone(), answer.clone())).collect();
        if self.rounding_seen {
            all.insert("Q-WIRE-1".to_owned(), self.amounts.to_string());
        }
        if self.quantity_seen {
            all.insert("Q-WIRE-1/quantity".to_owned(), self.quantities.to_string());
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_answers_to_one_question_are_noticed() {
        let mut state = RunState::new("a".into());
        assert!(state.answer("Q-KEY-1", "repeats", "a:1").is_ok());
        assert!(state.answer("Q-KEY-1", "repeats", "b:2").is_ok());
        assert_eq!(state.answer("Q-KEY-1", "refuses -1", "b:2"), Err(("repeats".into(), "a:1".into())));
        assert_eq!(state.all_answers()["Q-KEY-1"], "repeats");
    }

    #[test]
    fn rounding_becomes_an_answer_once_something_told() {
        let mut state = RunState::new("a".into());
        assert!(state.all_answers().is_empty());
        assert!(state.learn_amount(&[Rounding::HalfUp, Rounding::Ceiling]));
        assert!(state.learn_amount(&[Rounding::HalfUp, Rounding::HalfEven]));
        assert_eq!(state.all_answers()["Q-WIRE-1"], "half-up");
        assert!(!state.learn_amount(&[Rounding::Truncate]));
    }
}
