//! Looks at the books that are put off. A run on a device at one request a second cannot read two
//! documents around each receipt: the ledger follows what was acknowledged, and one look in a while
//! compares. Where the books show something else, the cases since the last look run again, each with looks
//! of its own, until the one is found that moved them otherwise.

use super::bookkeeping::moves_books;
use crate::bench::{BenchAction, ConditionName};
use crate::ledger::Ledger;
use crate::ledger::reading::Reading;
use crate::suite::model::{Case, Move, Step, StepAction};

/// So many cases share a look at the most.
const MOST: usize = 12;

/// So often cases run again before a run leaves it to the reconciliations: a device that books wrongly does
/// so again and again, and a run may not take longer than planned and ten minutes.
const DISPUTES: u32 = 3;

/// What was put off, and what came of it.
#[derive(Debug, Default)]
pub struct PutOff {
    /// Looks are put off at all: requests cost a second each.
    pub wanted: bool,
    /// The cases since the last look that would have looked.
    cases: Vec<String>,
    /// The cases of which one must have moved the books otherwise.
    suspects: Vec<String>,
    /// The books show something else than was acknowledged: every look is taken, until they are reconciled.
    disputed: bool,
    /// How often that was so.
    disputes: u32,
}

impl PutOff {
    /// Whether what the ledger says can stand for a look.
    pub fn trusts(&self, ledger: &Ledger) -> bool {
        self.wanted && !self.disputed && ledger.is_tracking() && ledger.knows_taxes()
    }

    /// A case would have looked now.
    pub fn add(&mut self, case: &str) {
        if self.disputes < DISPUTES && self.cases.last().is_none_or(|last| last != case) {
            self.cases.push(case.to_owned());
        }
    }

    /// Whether a look is due before that case: enough was put off, or the books may be lost in it.
    pub fn is_due_before(&self, case: &Case) -> bool {
        self.cases.len() >= MOST || !self.cases.is_empty() && !is_plain(case)
    }

    /// Whether a look is owed.
    pub fn is_owed(&self) -> bool {
        !self.cases.is_empty()
    }

    /// The books were looked at.
    pub fn looked(&mut self, ledger: &Ledger, reading: &Reading) {
        let cases = std::mem::take(&mut self.cases);
        if !cases.is_empty() && ledger.is_tracking() && !ledger.agrees(reading) {
            self.disputed = true;
            self.disputes += 1;
            self.suspects = cases;
        }
    }

    /// The books were reconciled: what they show is taken over.
    pub fn reconciled(&mut self) {
        self.disputed = false;
    }

    /// The cases that have to run again.
    pub fn suspects(&mut self) -> Vec<String> {
        std::mem::take(&mut self.suspects)
    }
}

/// Whether the ledger follows everything that a case does, and everything that it says of the books is as
/// good when it is seen later.
pub fn is_plain(case: &Case) -> bool {
    // A Z report would hide what an X report did to the figures of its shift.
    let reports = case.steps.iter().any(is_x_report) && case.steps.iter().any(|step| step.moves.is_some());
    !reports && case.steps.iter().chain(&case.afterwards).all(is_plain_step)
}

fn is_x_report(step: &Step) -> bool {
    matches!(&step.action, StepAction::Send(send) if send.sample.path().trim_end_matches('/') == "/apixreport")
}

fn is_plain_step(step: &Step) -> bool {
    let sends = match &step.action {
        StepAction::Send(send) => {
            let restarts = send.sample.params().get("doReboot").is_some();
            send.drop_reply.is_none() && send.body.is_none() && !send.second_address && !restarts
        }
        StepAction::Observe(_) | StepAction::Wait(_) | StepAction::CheckOnly => true,
        StepAction::Establish(condition) => leaves_books(condition.name()),
        StepAction::Clear(condition) => leaves_books(*condition),
        StepAction::Act(BenchAction::FinishBank { .. }) => true,
        _ => false,
    };
    // How a part of a hundredth is rounded is learnt at the receipt itself (Q-WIRE-1).
    let rounds =
        |moves: &Move| moves.amounts.fill(|_| Some("0".to_owned())).is_ok_and(|text| text.contains("round("));
    sends && !step.moves.iter().flatten().any(rounds)
}

/// Whether the books and the key chain are after a condition what they were before it.
fn leaves_books(condition: ConditionName) -> bool {
    condition != ConditionName::ApiOff && !moves_books(condition)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::load::load_text;
    use ikkm_protocol::{Answer, Key, WireRequest};
    use serde_json::{Value, json};

    fn documents(drawer: u32) -> (Value, Value) {
        let info = json!({"currentShiftID": "1", "currentShiftStatus": "opened", "cashWeHave": drawer.to_string(), "defaultApiTaxID": "2"});
        let report = json!({
            "cashWeHave": drawer, "fiscalData": {"sales": drawer}, "saleDetails": {"sum": drawer, "cheques": 1},
            "taxes": {"sale": [{"taxId": 2, "turnover": drawer, "taxDetails": [{"taxId": 2, "isIncluded": "true", "taxPercent": 12, "amount": 1}]}]}
        });
        (info, report)
    }

    fn ledger() -> Ledger {
        let (info, report) = documents(100);
        let mut ledger = Ledger::default();
        ledger.learn_taxes(&report);
        ledger.rebase(&info, Reading::new(&info, &report).unwrap());
        ledger
    }

    fn sold(ledger: &mut Ledger, amount: u32) {
        let request =
            WireRequest::bare(ikkm_protocol::Method::Get, &format!("/api/?sale={amount}&cash={amount}"));
        let answer = Answer { status: 200, reason: "5".into(), headers: Vec::new(), body: "87654321".into() };
        ledger.took(&request, &answer, Some(&Key::parse("12345678").unwrap()));
    }

    fn case(steps: &str) -> Case {
        let yaml = format!("about: x\ncases: [{{name: a/b, requirements: [REG-2], steps: [{steps}]}}]");
        load_text("s.yaml", &yaml).unwrap().cases.remove(0)
    }

    #[test]
    fn books_that_moved_otherwise_call_the_cases_since_the_last_look_again() {
        let mut ledger = ledger();
        let mut put_off = PutOff { wanted: true, ..PutOff::default() };
        assert!(put_off.trusts(&ledger));
        sold(&mut ledger, 10);
        put_off.add("a/one");
        put_off.add("a/one");
        put_off.add("a/two");
        assert_eq!(
            ledger.predicted().map(|now| (now.shift, now.open, now.drawer)),
            Some((Some(1), true, 110.into()))
        );
        let (info, report) = documents(110);
        let mut seen = Reading::new(&info, &report).unwrap();
        // One receipt more than was acknowledged.
        seen.figures.insert(crate::ledger::reading::Figure::Drawer, 120.into());
        put_off.looked(&ledger, &seen);
        assert_eq!(put_off.suspects(), ["a/one", "a/two"]);
        assert!(!put_off.trusts(&ledger), "every look is taken until the books are reconciled");
        put_off.reconciled();
        assert!(put_off.trusts(&ledger) && !put_off.is_owed());
    }

    #[test]
    fn books_that_show_what_was_acknowledged_call_nobody() {
        let mut ledger = ledger();
        let mut put_off = PutOff { wanted: true, ..PutOff::default() };
        sold(&mut ledger, 10);
        put_off.add("a/one");
        let (info, mut report) = documents(110);
        report["saleDetails"]["cheques"] = json!(2);
        put_off.looked(&ledger, &Reading::new(&info, &report).unwrap());
        assert!(put_off.suspects().is_empty() && put_off.trusts(&ledger));
    }

    #[test]
    fn a_run_does_not_run_cases_again_for_ever() {
        let ledger = ledger();
        let mut put_off = PutOff { wanted: true, ..PutOff::default() };
        let (info, report) = documents(1);
        let wrong = Reading::new(&info, &report).unwrap();
        for _ in 0..DISPUTES {
            put_off.add("a/one");
            put_off.looked(&ledger, &wrong);
            assert_eq!(put_off.suspects(), ["a/one"]);
            put_off.reconciled();
        }
        put_off.add("a/one");
        assert!(!put_off.is_owed());
    }

    #[test]
    fn what_the_ledger_cannot_follow_is_looked_at_before_and_in_it() {
        let mut put_off = PutOff { wanted: true, ..PutOff::default() };
        put_off.add("a/one");
        let sells = case("{sale: 1, cash: 1, expect: registered, moves: {sale: 1, drawer: 1}}");
        assert!(is_plain(&sells) && !put_off.is_due_before(&sells));
        assert!(is_plain(&case("{establish: paper-out}, {clear: paper-out}")));
        assert!(is_plain(&case("{get: /apixreport/, expect: success}")));
        for odd in [
            "{sale: 1.005, cash: 2, expect: registered, moves: {sale: round(1.005), drawer: round(1.005)}}",
            "{establish: shift-over-24h}",
            "{sale: 1, cash: 1, drop-reply: at-once}",
            "{get: /apixreport/, expect: success, moves: nothing}",
            "{get: /apixreport/, expect: success}, {moves: nothing}",
            "{reconcile: all}",
        ] {
            let odd = case(odd);
            assert!(!is_plain(&odd) && put_off.is_due_before(&odd), "{:?}", odd.steps);
        }
        (0..MOST).for_each(|at| put_off.add(&at.to_string()));
        assert!(put_off.is_due_before(&sells));
    }
}
