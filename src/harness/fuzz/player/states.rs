//! In which states an operation is played, for the coverage.

use super::{Age, Player};
use crate::conditions::ConditionName;
use crate::fuzz::coverage::{Goal, named};
use crate::fuzz::operation::{KeyChoice, Operation};
use crate::ledger::account::ShiftState;
use std::time::Duration;

/// For so many operations it is said what came before them.
const SHORTLY: usize = 3;
const DAY: Duration = Duration::from_secs(24 * 3600);

impl Player<'_> {
    /// What is played now, in each state that holds.
    pub(super) fn goals(&self, operation: &Operation) -> Vec<Goal> {
        let Some((operation, amount)) = named(operation) else { return Vec::new() };
        self.states().into_iter().map(|state| Goal { operation, state, amount }).collect()
    }

    fn states(&self) -> Vec<&'static str> {
        let account = self.ledger.rules().first().and_then(|rules| self.ledger.account(rules));
        let closed = account.as_ref().is_some_and(|account| account.shift == ShiftState::Closed);
        let old = match self.age {
            Age::Since(opened) => self.session.clock().now().saturating_sub(opened) > DAY,
            Age::Unsure => self.session.clock().now().saturating_sub(self.began) > DAY,
        };
        let holds = [
            ("closed shift", closed),
            ("open shift", !closed),
            ("second shift", !closed && self.closings > 0),
            ("empty drawer", self.known_drawer().is_some_and(|drawer| drawer.is_zero())),
            ("batch mode", self.watch.batch == Some(true)),
            ("header set", self.watch.header.is_some()),
            (
                "mixed payment off",
                self.standing.is_some_and(|standing| standing.name() == ConditionName::MixedPaymentOff),
            ),
            ("shift over 24 h", !closed && old),
            ("external printer", self.watch.mode.as_deref().is_some_and(|mode| mode != "internal-printer")),
        ];
        let lately = self.lately.iter().map(|(state, _)| *state);
        holds.into_iter().filter(|(_, holds)| *holds).map(|(state, _)| state).chain(lately).collect()
    }

    /// Remembers for a while what was just played.
    pub(super) fn note(&mut self, operation: &Operation, well: bool) {
        self.lately.retain_mut(|(_, left)| {
            *left -= 1;
            *left > 0
        });
        let state = match operation {
            Operation::Card(_) => "after a card",
            Operation::Restart => "restarted",
            Operation::Call(call) => match (call.path, call.key) {
                ("/apimanage/", _) if well => "restarted",
                ("/api/", KeyChoice::Previous) if well => "after a repeat",
                ("/api/", KeyChoice::Current) if call.lost && well => "after a lost reply",
                (_, KeyChoice::Current) if call.under.is_some() && !well => "after a fault",
                ("/api/", KeyChoice::Current) if !well => "after a refusal",
                ("/apixreport", _) if well => "after an X report",
                ("/apideposit", _) if well => "after cash in",
                ("/apizreport", _) if well => {
                    self.closings += 1;
                    return;
                }
                _ => return,
            },
            _ => return,
        };
        self.lately.retain(|(known, _)| *known != state);
        self.lately.push((state, SHORTLY));
    }
}
