//! What may come back, and whether it did.

use super::{Age, Halt, Player};
use crate::conditions::ConditionName;
use crate::device::session::Sent;
use crate::fuzz::operation::{Call, KeyChoice};
use crate::ledger::account::ShiftState;
use crate::ledger::allowed::{self, Situation};
use crate::ledger::answers::Answers;
use crate::runner::every_answer::no_number;
use crate::runner::judge::{self, Before};
use crate::suite::expect::{Expectation, Shape};
use ikkm_protocol::{Answer, Key, Kind, Params};
use ikkm_requirements::requirements;
use rust_decimal::Decimal;
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 3600);
const WEEK: Duration = Duration::from_secs(7 * 24 * 3600);
/// How far the device's idea of 24 hours may be off.
const SLACK: Duration = Duration::from_secs(60);

impl Player<'_> {
    /// Every answer that this call may be given now.
    pub(super) fn expectation(&self, call: &Call, params: &Params) -> Expectation {
        if call.under.is_some_and(|condition| condition.name() == ConditionName::ApiOff) {
            return Expectation(vec![Shape::NoAnswer]);
        }
        if !call.form().is_certain() {
            return uncertain(call);
        }
        if call.under.is_some_and(|condition| condition.name() == ConditionName::OrdinaryCashier)
            && call.path == "/api/"
        {
            // A registration is no senior's operation; the shift may be another's.
            return Expectation(vec![Shape::Registered, Shape::Refused]);
        }
        if call.key == KeyChoice::Missing && params.get("key").is_some() {
            // No eight digits: how that is told is open (Q-KEY-4).
            return Expectation(vec![Shape::Refused]);
        }
        if call.elsewhere && self.watch.locked {
            return Expectation(vec![Shape::Refusal { code: -18, reason: None }]);
        }
        let (mut answers, success) = self.with_right_key(call, params);
        if call.path != "/api/" {
            other_condition(call, &mut answers);
        }
        if !call.form().is_promised() {
            // Taken whole, or refused for what was not found (Q-WIRE-4).
            [-7, -8, -9, -10, -13].into_iter().for_each(|code| answers.may(code, "*"));
        }
        match call.key {
            KeyChoice::Current if call.path == "/apinothing" => {
                // A web server before the device may have a page of its own for what is not there.
                let mut shapes = answers.shapes(&[]);
                shapes.0.extend(success);
                shapes
            }
            _ if call.path == "/apinothing" => {
                let mut shapes = match call.key {
                    KeyChoice::Missing => with_bad_key(answers, -7, "no-web-api-key-provided"),
                    _ => with_bad_key(answers, -1, "incorrect-web-api-key"),
                };
                shapes.0.extend(success);
                shapes
            }
            KeyChoice::Current => answers.shapes(&success),
            KeyChoice::Missing => with_bad_key(answers, -7, "no-web-api-key-provided"),
            KeyChoice::Previous if call.path == "/api/" => {
                let last = self.ledger.last();
                let same = last.is_some_and(|last| same_parameters(&last.params, params))
                    && self.last.as_ref().is_some_and(|(last, ..)| last.form == call.form);
                let mut shapes = vec![Shape::Repeated];
                // An old shift is a fault: whether a repeat is answered meanwhile is open (Q-KEY-3).
                let mut faults = Answers::default();
                self.too_old(&mut faults, false);
                shapes.extend(faults.shapes(&[]).0);
                // KEY-12 and Q-KEY-2 leave a refusal open.
                if !same || last.is_some_and(|last| last.stale) {
                    shapes.push(refusal(-1, "incorrect-web-api-key"));
                    answers.must(-1, "incorrect-web-api-key");
                    shapes = answers.shapes(&[]).0.into_iter().fold(shapes, |mut all, one| {
                        if !all.contains(&one) {
                            all.push(one);
                        }
                        all
                    });
                }
                Expectation(shapes)
            }
            KeyChoice::Previous | KeyChoice::Older | KeyChoice::Wrong => {
                with_bad_key(answers, -1, "incorrect-web-api-key")
            }
        }
    }

    fn with_right_key(&self, call: &Call, params: &Params) -> (Answers, Vec<Shape>) {
        match call.path {
            "/api/" => {
                let judge =
                    |rules: &_, situation: &_| allowed::registration(call.method(), params, rules, situation);
                let mut answers = self.under_all_rules(call, judge);
                self.too_old(&mut answers, true);
                self.tax_on_top(params, &mut answers);
                (answers, vec![Shape::Registered])
            }
            "/apideposit" | "/apiwithdraw" => {
                let into = call.path == "/apideposit";
                let judge = |rules: &_, situation: &_| allowed::cash(into, params, rules, situation);
                let mut answers = self.under_all_rules(call, judge);
                self.too_old(&mut answers, false);
                (answers, vec![Shape::Done])
            }
            "/apixreport" => {
                let mut answers = Answers::default();
                self.without_shift(&mut answers);
                self.too_old(&mut answers, false);
                (answers, vec![started("x-report-started")])
            }
            "/apizreport" => {
                let mut answers = Answers::default();
                self.without_shift(&mut answers);
                (answers, vec![started("z-report-started")])
            }
            "/apinothing" => {
                let mut answers = Answers::default();
                answers.must(-8, "incorrect-method");
                (answers, vec![not_found()])
            }
            "/apiprint" => {
                let mut answers = Answers::default();
                self.too_old(&mut answers, false);
                (answers, vec![Shape::Success])
            }
            "/apicheck/printLastDocument" => {
                let mut answers = Answers::default();
                // A new device has none.
                if self.new_device {
                    answers.must(-7, "no-last-document");
                } else if self.last.is_none() {
                    answers.may(-7, "no-last-document");
                }
                (answers, vec![Shape::Success])
            }
            "/apicheck" => {
                // A device may say what stands in the way (Q-CHK-1).
                let mut answers = Answers::default();
                self.too_old(&mut answers, false);
                (answers, vec![Shape::Literal { status: 200, reason: "*".into(), body: "0".into() }])
            }
            "/apicheck/" => self.variable_set(params),
            "/apimanage/" => (Answers::default(), vec![Shape::Success]),
            // Wrong on purpose; with which code is open (BANK-4, Q-BANK-1).
            "/apibank/" => {
                let mut answers = Answers::default();
                (-9..=-7).for_each(|code| answers.must(code, "*"));
                (answers, Vec::new())
            }
            // An unknown number is open (Q-BANK-3).
            path if path.starts_with("/dump/bank/") => {
                let mut answers = Answers::default();
                (-9..=-7).for_each(|code| answers.may(code, "*"));
                (answers, vec![Shape::Document])
            }
            _ => (Answers::default(), vec![Shape::Document]),
        }
    }

    /// A session variable is set; a print mode may lack its printer (v22 §10.1).
    fn variable_set(&self, params: &Params) -> (Answers, Vec<Shape>) {
        let mut answers = Answers::default();
        if params.get("setPrintMode").is_some() {
            answers.may(-6, "*");
        }
        if params.0.len() > 1 {
            answers.may(-7, "*");
        }
        let shapes = match (&self.watch.mode, params.get("getPrintMode")) {
            (Some(mode), Some(_)) => vec![
                Shape::Literal { status: 200, reason: "*".into(), body: format!("*{mode}*") },
                Shape::Literal { status: 200, reason: format!("*{mode}*"), body: "*".into() },
            ],
            _ => vec![Shape::Success],
        };
        (answers, shapes)
    }

    /// What any of the rules that are left allows.
    fn under_all_rules(
        &self,
        call: &Call,
        judge: impl Fn(&crate::ledger::rules::Rules, &Situation) -> Answers,
    ) -> Answers {
        let mut situation = Situation {
            drawer: None,
            condition: call.under.or(self.standing),
            // The default tax is one, whatever the directory leaves out.
            taxes: self.taxes.iter().chain(&self.default_tax).cloned().collect(),
            included: self.ledger.included().to_vec(),
            default_tax: self.default_tax.clone(),
        };
        // A registration under a tax whose percentage is not known moves the drawer by who knows what.
        let known = self.ledger.taxes_are_known();
        let mut accounts = self.ledger.accounts();
        let all = self.ledger.rules().iter().map(|rules| {
            situation.drawer = accounts.next().filter(|_| known).and_then(|account| account.drawer());
            judge(rules, &situation)
        });
        all.reduce(Answers::or).unwrap_or_default()
    }

    /// A shift over 24 hours refuses registrations; what else it refuses is open (SHIFT-3, Q-SHIFT-2).
    fn too_old(&self, answers: &mut Answers, registers: bool) {
        if !self.open_before {
            return;
        }
        let now = self.session.clock().now();
        let (least, most) = match self.age {
            Age::Since(opened) => {
                let age = now.saturating_sub(opened);
                (age, age)
            }
            // Open before the first operation, for less than a day as far as is known.
            Age::Unsure => (now.saturating_sub(self.began), Duration::MAX),
        };
        if most.saturating_add(SLACK) < DAY {
            return;
        }
        // Where the ledger follows no more, the shift may have been closed meanwhile.
        let follows = self.age != Age::Unsure && self.ledger.is_tracking();
        let certain = registers && follows && least > DAY + SLACK;
        for (reason, after) in [("shift-gt-24h", DAY), ("shift-gt-7days", WEEK)] {
            if most.saturating_add(SLACK) < after {
                continue;
            }
            if certain {
                answers.must(-3, reason);
            } else {
                answers.may(-3, reason);
            }
        }
    }

    /// Cash that covers the total covers no tax on top of it (TAX-5), while the default tax is certainly one. A
    /// report tells of receipts that were booked when it was another.
    fn tax_on_top(&self, params: &Params, answers: &mut Answers) {
        let stands = self.standing.is_some_and(|standing| standing.name() == ConditionName::TaxOnTop);
        let percent = self.default_tax.as_deref().and_then(|tax| self.ledger.percent_on_top(tax));
        let on_top = stands && percent.is_some_and(|percent| percent >= Decimal::ONE);
        let has = |name: &str| params.get(name).is_some();
        let cash_alone = !["tax", "bank", "tara", "credit"].into_iter().any(has);
        if on_top && cash_alone && has("sale") && params.get("sale") == params.get("cash") {
            answers.must(-12, "cash-lq-tax");
        }
    }

    /// Without an open shift a report may be refused (Q-SHIFT-1).
    fn without_shift(&self, answers: &mut Answers) {
        let open = self
            .ledger
            .rules()
            .first()
            .and_then(|rules| self.ledger.account(rules))
            .map(|account| account.shift);
        if open != Some(ShiftState::Open) {
            answers.may(-7, "*");
        }
    }

    /// Compares the answer, then what the register says beside it.
    pub(super) fn judge(
        &self,
        call: &Call,
        expectation: &Expectation,
        sent: &Sent,
        answer: &Answer,
        current: Option<&Key>,
    ) -> Result<(), Halt> {
        let before = Before {
            sent: sent.key.clone(),
            current: current.cloned(),
            last_receipt: self.last.as_ref().filter(|_| self.in_row).map(|(_, number, _)| *number),
            registered: self.last.as_ref().map(|(_, number, key)| (*number, key.clone())),
        };
        if let Err(difference) = judge::compare(expectation, answer, &before) {
            let requirement = match difference.requirement {
                Some(requirement) => requirement.to_owned(),
                None => broken(call, expectation, answer),
            };
            return Err(self.found(&requirement, &expectation.to_string(), &difference.found));
        }
        if let Some(fault) = sent.delivery.wire.faults.first() {
            return Err(self.found("WIRE-1", "an answer to the letter of HTTP/1.1", &fault.to_string()));
        }
        if let Some((line, expected, found)) = no_number(&sent.request, answer) {
            return Err(self.found(line, &expected, &found));
        }
        if let (true, Some((_, last, _)), Kind::Keyed { number, key }) =
            (self.in_row && call.path == "/api/", &self.last, answer.kind())
            && current != Some(&key)
            && number != last + 1
        {
            return Err(self.found("REG-10", &format!("receipt {}", last + 1), &format!("receipt {number}")));
        }
        Ok(())
    }
}

/// What a condition may make of what is no registration is open but for -2.
fn other_condition(call: &Call, answers: &mut Answers) {
    let Some(condition) = call.under else { return };
    match condition.name() {
        ConditionName::Busy => answers.must(-2, "*"),
        // The reports of 9.2 are for a senior (SHIFT-6).
        ConditionName::OrdinaryCashier if call.path.starts_with("/dump/table/shifts") => {
            answers.must(-16, "only-master-cashier");
            // Where the open shift is another's, that may be told first.
            answers.must(-11, "wrong-cashier");
        }
        ConditionName::MixedPaymentOff => {}
        _ => [-2, -3, -4, -5, -6, -7, -11, -16, -99].into_iter().for_each(|code| answers.may(code, "*")),
    }
    if let Some(code) = condition.code() {
        answers.may(-100 - i32::from(code), "*");
    }
}

/// The requirement that an answer outside the expectation breaks.
fn broken(call: &Call, expectation: &Expectation, answer: &Answer) -> String {
    let fixed = match (call.key, call.path) {
        _ if !call.form().is_certain() => Some("WIRE-10"),
        (KeyChoice::Missing, _) if call.params.iter().any(|(name, _)| name == "key") => Some("KEY-2"),
        (KeyChoice::Missing, _) => Some("KEY-1"),
        _ if call.elsewhere => Some("MGMT-4"),
        (KeyChoice::Current, "/apicheck/")
            if call.params.iter().any(|(name, _)| name.ends_with("PrintMode")) =>
        {
            Some("MGMT-2")
        }
        (KeyChoice::Current, "/apicheck/") if call.params.iter().any(|(name, _)| name == "printHeader") => {
            Some("PRN-6")
        }
        (KeyChoice::Current, "/apicheck/" | "/apimanage/") => Some("MGMT-1"),
        (KeyChoice::Current, "/apicheck/getInfo/") => Some("CHK-3"),
        (KeyChoice::Wrong, _) => Some("KEY-2"),
        (KeyChoice::Older, _) => Some("KEY-8"),
        (KeyChoice::Previous, "/api/") if answer.status == 200 && expectation.0.len() > 1 => Some("KEY-12"),
        (KeyChoice::Previous, "/api/") => Some("KEY-5"),
        (KeyChoice::Previous, _) => Some("KEY-9"),
        (_, "/apixreport") => Some("SHIFT-1"),
        (_, "/apizreport") => Some("SHIFT-2"),
        (_, "/apicheck") => Some("CHK-1"),
        (_, "/apicheck/getInfo") => Some("CHK-2"),
        (_, "/apicheck/printLastDocument") => Some("PRN-7"),
        (_, "/apiprint") => Some("PRN-1"),
        (_, "/dump/table/shifts") => Some("DUMP-2"),
        (_, "/dump/table/taxes") => Some("DUMP-1"),
        (_, "/apibank/") => Some("BANK-4"),
        _ if call.under.is_some_and(|one| one.name() == ConditionName::OrdinaryCashier) => Some("SHIFT-6"),
        (_, path) if path.starts_with("/dump/bank/") => Some("BANK-3"),
        (_, path) if path.starts_with("/dump/table/shifts/") => Some("DUMP-5"),
        (_, path) if path.starts_with("/dump/table/") => Some("DUMP-1"),
        _ => None,
    };
    if let Some(id) = fixed {
        return id.to_owned();
    }
    let cash = call.path != "/api/";
    if expectation.may_succeed() {
        return if cash { "CASH-1" } else { "REG-1" }.to_owned();
    }
    // Of several refusals the one that comes nearest to what was answered: the same code or reason.
    let told = answer.reason_text();
    let mut named: Vec<(bool, String)> = expectation
        .0
        .iter()
        .filter_map(|shape| match shape {
            Shape::Refusal { code, reason: Some(reason) } => {
                let id = format!("ERR-{reason}{}", if cash { "-cash" } else { "" });
                let near = answer.kind() == Kind::Refused { code: *code } || *reason == told;
                requirements().get(&id).map(|_| (!near, id))
            }
            _ => None,
        })
        .collect();
    named.sort();
    named.into_iter().next().map_or_else(|| "REG-8".to_owned(), |(_, id)| id)
}

/// A request that says nothing certain may be carried out or refused in any words; it never gets
/// past a bad key, and never registers twice.
fn uncertain(call: &Call) -> Expectation {
    let success = match (call.key, call.path) {
        (KeyChoice::Current, "/api/") => Some(Shape::Registered),
        (KeyChoice::Previous, "/api/") => Some(Shape::Repeated),
        (KeyChoice::Current, "/apideposit" | "/apiwithdraw") => Some(Shape::Done),
        (KeyChoice::Current, _) => Some(Shape::Success),
        _ => None,
    };
    Expectation(success.into_iter().chain([Shape::Refused]).collect())
}

/// A bad key, so or as another fault of the request is told.
fn with_bad_key(answers: Answers, code: i32, reason: &str) -> Expectation {
    let mut bad = Answers::default();
    bad.must(code, reason);
    let mut shapes = bad.shapes(&[]);
    if !answers.may_succeed() {
        shapes.0.extend(answers.shapes(&[]).0);
    }
    shapes
}

fn refusal(code: i32, reason: &str) -> Shape {
    Shape::Refusal { code, reason: Some(reason.to_owned()) }
}

/// Nothing is there: a page of any look.
fn not_found() -> Shape {
    Shape::Literal { status: 404, reason: "*".to_owned(), body: "*".to_owned() }
}

fn started(reason: &str) -> Shape {
    Shape::Literal { status: 200, reason: reason.to_owned(), body: "0".to_owned() }
}

/// The same parameters, in any order, the key left aside.
fn same_parameters(one: &Params, other: &Params) -> bool {
    let sorted = |params: &Params| {
        let mut list = params.0.clone();
        list.sort();
        list
    };
    sorted(one) == sorted(other)
}
