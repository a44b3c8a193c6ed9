//! What a run has learnt of the open questions: the answers that the device gave, and how it rounds.

use super::document::Rounded;
use crate::ledger::rounding::{Learnt, Rounding};
use std::collections::BTreeMap;

/// The answers to open questions, and how amounts and quantities are rounded.
#[derive(Debug, Default)]
pub struct OpenAnswers {
    amounts: Learnt,
    quantities: Learnt,
    /// Whether anything was seen that tells one way of rounding amounts from another.
    rounding_seen: bool,
    /// The same for quantities.
    quantity_seen: bool,
    /// The answer to each open question, with the place that asked it first.
    answers: BTreeMap<String, (String, String)>,
}

impl OpenAnswers {
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

    /// Takes over which ways of rounding explain a value; `false` on a contradiction.
    pub fn learn(&mut self, what: Rounded, modes: &[Rounding]) -> bool {
        let tells = modes.len() < Rounding::ALL.len();
        let (learnt, seen) = match what {
            Rounded::Amount => (&mut self.amounts, &mut self.rounding_seen),
            Rounded::Quantity => (&mut self.quantities, &mut self.quantity_seen),
        };
        *seen |= tells;
        learnt.narrow(|mode| modes.contains(&mode))
    }

    /// Whether one of these ways of rounding may still be the device's; nothing is learnt by it.
    pub fn agrees(&self, what: Rounded, modes: &[Rounding]) -> bool {
        let known = match what {
            Rounded::Amount => &self.amounts,
            Rounded::Quantity => &self.quantities,
        };
        known.clone().narrow(|mode| modes.contains(&mode))
    }

    /// What is known so far.
    pub fn learnt(&self, what: Rounded) -> &Learnt {
        match what {
            Rounded::Amount => &self.amounts,
            Rounded::Quantity => &self.quantities,
        }
    }

    /// All answers, the learnt ways of rounding among them.
    pub fn all(&self) -> BTreeMap<String, String> {
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
        let mut open = OpenAnswers::default();
        assert!(open.answer("Q-KEY-1", "repeats", "a:1").is_ok());
        assert!(open.answer("Q-KEY-1", "repeats", "b:2").is_ok());
        assert_eq!(open.answer("Q-KEY-1", "refuses -1", "b:2"), Err(("repeats".into(), "a:1".into())));
        assert_eq!(open.all()["Q-KEY-1"], "repeats");
    }

    #[test]
    fn rounding_becomes_an_answer_once_something_told() {
        let mut open = OpenAnswers::default();
        assert!(open.all().is_empty());
        assert!(open.learn(Rounded::Amount, &[Rounding::HalfUp, Rounding::Ceiling]));
        assert!(open.learn(Rounded::Amount, &[Rounding::HalfUp, Rounding::HalfEven]));
        assert_eq!(open.all()["Q-WIRE-1"], "half-up");
        assert!(!open.learn(Rounded::Amount, &[Rounding::Truncate]));
        assert!(open.learn(Rounded::Quantity, &[Rounding::Truncate]), "quantities may be rounded otherwise");
    }
}
