//! What a case notes and finds wrong, keys hidden.

use super::{CaseRun, Halt};
use crate::runner::outcome::{Event, Finding};
use crate::runner::transcript::Redactor;
use ikkm_protocol::Key;
use ikkm_requirements::{Level, register};

impl CaseRun<'_> {
    pub(super) fn note(&mut self, text: impl Into<String>) {
        self.events.push(Event::Note(text.into()));
    }

    /// Records a finding; `Err` when it ends the case. Nothing is found wrong in the name of an open
    /// question: where a case that only asks cannot go on, it could not ask.
    pub(super) fn found(&mut self, finding: Finding) -> Result<(), Halt> {
        if finding.level == Level::Open {
            let why = format!(
                "the question could not be asked: expected {}; found {}",
                finding.expected, finding.found
            );
            return Err(Halt::Inconclusive(why));
        }
        self.found_for_certain(finding)
    }

    /// Records a finding whatever its level: an answer outside a closed list, or two different ones.
    pub(super) fn found_for_certain(&mut self, finding: Finding) -> Result<(), Halt> {
        is_certain(&finding, self.open_rounding.as_deref())?;
        let ends = !matches!(finding.level, Level::Should | Level::Advice);
        self.findings.push(finding);
        if ends { Err(Halt::Broken) } else { Ok(()) }
    }

    /// Records differences of the books, which end the case. `open` says why they may be none.
    pub(super) fn differ(&mut self, found: Vec<Finding>, open: Option<String>) -> Result<(), Halt> {
        let Some(first) = found.first() else { return Ok(()) };
        is_certain(first, open.as_deref())?;
        self.findings.extend(found);
        Err(Halt::Broken)
    }

    /// A finding at a step, with the level of the requirement that it cites.
    pub(super) fn finding(&self, requirement: &str, place: &str, expected: String, found: String) -> Finding {
        let level = register().get(requirement).map_or(Level::Must, |found| found.level);
        let last_exchange = self.events.iter().rposition(|event| matches!(event, Event::Exchange(_)));
        let redactor = self.redactor(self.runner.session.keys.current());
        Finding {
            requirement: requirement.to_owned(),
            level,
            place: place.to_owned(),
            expected: redactor.hide(&expected),
            found: redactor.hide(&found),
            exchange: last_exchange,
            follows: None,
        }
    }

    /// Hides every key seen in this case, unless keys are to be shown.
    pub(super) fn redactor(&self, current: Option<&Key>) -> Redactor {
        if self.runner.show_keys {
            return Redactor::default();
        }
        Redactor::new(current, self.seen_keys.iter().chain(self.runner.session.keys.secrets()))
    }
}

/// What is found while something that it hangs on is open leaves the case inconclusive.
fn is_certain(finding: &Finding, open: Option<&str>) -> Result<(), Halt> {
    let Some(why) = open else { return Ok(()) };
    let (expected, found) = (&finding.expected, &finding.found);
    Err(Halt::Inconclusive(format!("{why}; compare by hand: expected {expected}; found {found}")))
}
