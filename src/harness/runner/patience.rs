//! What a device keeps a run waiting for: a Z report or a card payment that never ends, a device that is
//! busy for ever. Seen twice, later cases that need it are not begun; and a run takes no longer than it
//! was planned to and ten minutes.

use crate::suite::model::Case;
use std::collections::BTreeMap;
use std::time::Duration;

/// So often something is waited for to its limit before cases that need it are left out.
const ENOUGH: usize = 2;

/// How much longer than planned a run may take.
pub const LONGEST_EXCESS: Duration = Duration::from_secs(600);

/// What one case may still wait for in vain: a shift that does not close, and a request that gets no answer.
const ONE_CASE: Duration = Duration::from_secs(150);

/// What a device may never finish.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unfinished {
    /// A Z report: the shift stays open.
    ZReport,
    /// A card payment: the device stays busy.
    CardPayment,
    /// Whatever it is: the device goes on saying that it is busy (-2).
    Busy,
}

impl Unfinished {
    fn words(self) -> &'static str {
        match self {
            Unfinished::ZReport => "a Z report was not finished",
            Unfinished::CardPayment => "the device stayed busy with a card payment",
            Unfinished::Busy => "the device stayed busy (-2)",
        }
    }

    /// Whether a case brings it about.
    fn is_needed_by(self, case: &Case) -> bool {
        let sends = |path: &str| {
            case.steps
                .iter()
                .flat_map(|step| step.action.requests())
                .any(|send| send.sample.path().starts_with(path))
        };
        match self {
            Unfinished::ZReport => case.given.shift_open == Some(false) || sends("/apizreport"),
            Unfinished::CardPayment => sends("/apibank"),
            Unfinished::Busy => false,
        }
    }
}

/// What was waited for in vain, and for how long.
#[derive(Debug, Default)]
pub struct WaitBudget {
    /// The cases that waited in vain.
    vain: BTreeMap<Unfinished, Vec<String>>,
    /// How much longer the run took by it.
    excess: Duration,
}

impl WaitBudget {
    /// A case waited to the limit and the device did not finish.
    pub fn ran_out(&mut self, what: Unfinished, case: &str, waited: Duration) {
        self.waited(waited);
        let cases = self.vain.entry(what).or_default();
        if cases.last().is_none_or(|last| last != case) {
            cases.push(case.to_owned());
        }
    }

    /// Time passed that no plan foresees.
    pub fn waited(&mut self, time: Duration) {
        self.excess = self.excess.saturating_add(time);
    }

    /// The device serves again.
    pub fn serves(&mut self) {
        self.vain.remove(&Unfinished::Busy);
    }

    /// Whether the device was so often busy to the limit that it has to be asked before more is tried.
    pub fn is_busy(&self) -> bool {
        self.count(Unfinished::Busy) >= ENOUGH || self.count(Unfinished::CardPayment) >= ENOUGH
    }

    /// Why a case is not begun, with a pointer to where it was seen first.
    pub fn forbids(&self, case: &Case) -> Option<String> {
        if self.excess > LONGEST_EXCESS.saturating_sub(ONE_CASE) {
            let first = self.vain.values().flatten().next();
            let seen = first.map_or_else(String::new, |first| format!("; it began in `{first}`"));
            return Some(format!("the device makes the run more than 10 minutes longer than planned{seen}"));
        }
        let what = [Unfinished::ZReport, Unfinished::CardPayment]
            .into_iter()
            .find(|what| self.count(*what) >= ENOUGH && what.is_needed_by(case))?;
        Some(self.pointer(what))
    }

    /// Why a case is not begun on a device that is busy still.
    pub fn still_busy(&self) -> String {
        let what = if self.count(Unfinished::Busy) > 0 { Unfinished::Busy } else { Unfinished::CardPayment };
        self.pointer(what)
    }

    fn pointer(&self, what: Unfinished) -> String {
        let cases = self.vain.get(&what).map_or(&[][..], Vec::as_slice);
        let first = cases.first().map_or("", String::as_str);
        format!(
            "{} in {} cases, first in `{first}`: see there; this case was not begun",
            what.words(),
            cases.len()
        )
    }

    fn count(&self, what: Unfinished) -> usize {
        self.vain.get(&what).map_or(0, Vec::len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::load::load_text;

    fn case(step: &str) -> Case {
        let yaml = format!(
            "about: x\ncases: [{{name: a/b, requirements: [SHIFT-2], steps: [{step}, {{get: /apicheck/}}]}}]"
        );
        load_text("s.yaml", &yaml).unwrap().cases.remove(0)
    }

    #[test]
    fn what_was_waited_for_twice_in_vain_is_not_begun_again() {
        let (z, card, sale) =
            (case("{get: /apizreport/}"), case("{get: /apibank/}"), case("{sale: 5, cash: 5}"));
        let mut patience = WaitBudget::default();
        let minute = Duration::from_secs(60);
        patience.ran_out(Unfinished::ZReport, "one", minute);
        assert_eq!(patience.forbids(&z), None, "once may be chance");
        patience.ran_out(Unfinished::ZReport, "one", minute);
        assert_eq!(patience.forbids(&z), None, "one case counts once");
        patience.ran_out(Unfinished::ZReport, "two", minute);
        assert!(patience.forbids(&z).is_some_and(|why| why.contains("first in `one`")));
        assert_eq!((patience.forbids(&card), patience.forbids(&sale)), (None, None));
    }

    #[test]
    fn ten_minutes_more_than_planned_end_whatever_is_left() {
        let sale = case("{sale: 5, cash: 5}");
        let mut patience = WaitBudget::default();
        patience.waited(LONGEST_EXCESS - ONE_CASE);
        assert_eq!(patience.forbids(&sale), None);
        patience.ran_out(Unfinished::Busy, "one", Duration::from_secs(1));
        assert!(patience.forbids(&sale).is_some_and(|why| why.contains("it began in `one`")));
    }

    #[test]
    fn a_device_that_serves_again_is_asked_no_more() {
        let mut patience = WaitBudget::default();
        for name in ["one", "two"] {
            patience.ran_out(Unfinished::Busy, name, Duration::ZERO);
        }
        assert!(patience.is_busy() && patience.still_busy().contains("`one`"));
        patience.serves();
        assert!(!patience.is_busy());
    }
}
