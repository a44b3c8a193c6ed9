//! What an answer may be, by its request and by what is known, and which line another one breaks.

use super::chain::{Role, told};
use super::{Register, Seen, story};
use crate::ledger::allowed::{self, Situation};
use crate::ledger::answers::Answers;
use crate::ledger::rules::Rules;
use crate::ledger::written;
use crate::runner::document::fields::line_of;
use crate::runner::judge::{self, Before};
use crate::suite::expect::{Expectation, Shape};
use ikkm_protocol::Kind;
use ikkm_requirements::requirements;
use rust_decimal::Decimal;

/// What stands in the way of a request without the traffic showing it (v22 §11): code and reason.
const AROUND: [(i32, &str); 14] = [
    (-2, "*"),
    (-3, "shift-gt-24h"),
    (-3, "shift-gt-7days"),
    (-4, "*"),
    (-5, "*"),
    (-6, "check-printer-or-batt"),
    (-6, "check-external-printer"),
    (-11, "wrong-cashier"),
    (-16, "only-master-cashier"),
    (-18, "*"),
    (-99, "internal-error"),
    (-99, "unknown-error"),
    (-13, "no-mixed-payment-allowed"),
    (-8, "incorrect-method"),
];

/// Misspellings that a later document may have mended.
const MENDED: [(&str, &str); 4] = [
    ("tax-invalid-num", "tax-invlid-num"),
    ("cash-param-error", "cache-param-error"),
    ("cash-not-in-range", "cache-not-in-range"),
    ("no-cash-hq-sale", "no-cache-hq-sale"),
];

const HOUR: u64 = 3_600_000;

impl Register {
    /// Judges an answer whose request carries a key of that role.
    pub(super) fn answer(&mut self, seen: &Seen, role: Role) {
        if !matches!(seen.asked.method.as_str(), "GET" | "POST") {
            return;
        }
        let answer = seen.answer();
        let sent = seen.key();
        let last = self.chain.last.as_ref();
        let before = Before {
            sent: sent.clone(),
            current: self.chain.current.clone().filter(|_| role != Role::Unknown).or(sent),
            last_receipt: None,
            registered: last.map(|last| (last.number, last.fresh.clone())),
        };
        if answer.kind() == (Kind::Refused { code: -1 }) && matches!(role, Role::Current | Role::Unknown) {
            self.pair(seen, -1);
            return;
        }
        let (expectation, line) = self.expectation(seen, role);
        if self.around(seen, role) {
            return;
        }
        let Err(difference) = judge::compare(&expectation, answer, &before) else {
            let id = self.line_that_held(seen, role, line, &expectation);
            *self.tested.entry(id).or_default() += 1;
            if seen.is_registration() && answer.status == 200 {
                for id in ["KEY-3", "WIRE-10"] {
                    *self.tested.entry(id.to_owned()).or_default() += 1;
                }
            }
            self.against_drawer(seen, role, &before);
            return;
        };
        if self.mended(seen, &expectation) {
            self.remarks.push(format!(
                "exchange {}: the reason {} corrects the document's spelling",
                seen.exchange.number,
                answer.reason_text()
            ));
            return;
        }
        // A success of the wrong form: what is wrong with it is told by the only shape that it can have.
        let own = match seen.path() {
            _ if answer.status != 200 || !matches!(role, Role::Current | Role::Unknown) => None,
            "/api" => Some(Shape::Registered),
            "/apideposit" | "/apiwithdraw" => Some(Shape::Done),
            _ => None,
        };
        let own = own.filter(|_| expectation.may_succeed());
        let told = own.and_then(|shape| judge::compare(&Expectation(vec![shape]), answer, &before).err());
        let id = told.and_then(|told| told.requirement).or(difference.requirement).map(str::to_owned);
        let id = id.unwrap_or_else(|| broken(seen, role, line, &expectation));
        // A repeat's answer is the first one's, which had a new key.
        let id = if id == "KEY-3" && self.repeats_lost(seen) { "KEY-5".to_owned() } else { id };
        self.broke(&id, seen.exchange, &expectation.to_string(), &difference.found);
    }

    /// Every answer that this request may be given, and the line that stands behind it.
    fn expectation(&self, seen: &Seen, role: Role) -> (Expectation, &'static str) {
        let answers = Answers::default();
        let bad_key = |answers: Answers, code, reason: &str| {
            let mut bad = Answers::default();
            bad.must(code, reason);
            let mut shapes: Expectation = bad.shapes(&[]);
            // Another fault of the request may be told first.
            shapes.0.extend(answers.shapes(&[]).0);
            shapes
        };
        let (answers, success, line) = match seen.path() {
            "/api" => {
                let method = seen.request.method;
                let judge = |rules: &Rules, situation: &Situation| {
                    allowed::registration(method, &seen.params, rules, situation)
                };
                (self.under_all_rules(seen, None, judge), vec![Shape::Registered], "REG-1")
            }
            path @ ("/apideposit" | "/apiwithdraw") => {
                let into = path == "/apideposit";
                let judge = |rules: &Rules, situation: &Situation| {
                    allowed::cash(into, &seen.params, rules, situation)
                };
                (self.under_all_rules(seen, None, judge), vec![Shape::Done], "CASH-1")
            }
            "/apixreport" => (any(answers, &[-7]), vec![started("x-report-started")], "SHIFT-1"),
            "/apizreport" => (any(answers, &[-7]), vec![started("z-report-started")], "SHIFT-2"),
            "/apibank" => (any(answers, &[-7, -8, -9]), vec![started("bank-is-opened")], "BANK-1"),
            "/apiprint" => (any(answers, &[-7, -8]), vec![Shape::Success], "PRN-1"),
            "/apicheck/printLastDocument" => (any(answers, &[-7]), vec![Shape::Success], "PRN-7"),
            "/apicheck/getInfo" => (answers, vec![Shape::Document], "CHK-2"),
            "/apicheck" => {
                let plain = seen.params.0.iter().all(|(name, _)| name == "key");
                let status = Shape::Literal { status: 200, reason: "*".into(), body: "0".into() };
                let line = if plain { "CHK-1" } else { "MGMT-1" };
                (any(answers, &[-7, -8]), vec![if plain { status } else { Shape::Success }], line)
            }
            "/apimanage" => (any(answers, &[-7, -8]), vec![Shape::Success], "MGMT-5"),
            path if path.starts_with("/dump") => {
                // An unknown shift, key, table or number is open (Q-DUMP-3, Q-BANK-3).
                (any(answers, &[-7, -8, -9]), vec![Shape::Document], line_of(path))
            }
            _ => {
                let mut unknown = Answers::default();
                unknown.must(-8, "*");
                (unknown, Vec::new(), "ERR-incorrect-method")
            }
        };
        let expectation = match role {
            Role::Missing => bad_key(answers, -7, "no-web-api-key-provided"),
            // Ill-formed keys may be called so (Q-KEY-4).
            Role::Odd => bad_key(any(answers, &[-7, -9]), -1, "incorrect-web-api-key"),
            Role::Older => bad_key(answers, -1, "incorrect-web-api-key"),
            Role::Previous if !seen.is_registration() => bad_key(answers, -1, "incorrect-web-api-key"),
            Role::Previous => match self.is_repeat(seen) {
                Some((true, shapes)) => Expectation(shapes),
                Some((false, mut shapes)) => {
                    shapes.extend(answers.shapes(&[]).0);
                    Expectation(shapes)
                }
                None => answers.shapes(&success),
            },
            Role::Current | Role::Unknown => answers.shapes(&success),
        };
        let line = match role {
            Role::Missing => "KEY-1",
            Role::Odd => "KEY-2",
            Role::Older => "KEY-8",
            Role::Previous if !seen.is_registration() => "KEY-9",
            Role::Previous => match self.is_repeat(seen) {
                Some((true, _)) => "KEY-5",
                _ => "KEY-12",
            },
            _ => line,
        };
        (expectation, line)
    }

    /// What any of the rules that are left allows. The drawer counts only where it is given: cash may be
    /// moved at the register itself.
    fn under_all_rules(
        &self,
        seen: &Seen,
        drawer: Option<Decimal>,
        judge: impl Fn(&Rules, &Situation) -> Answers,
    ) -> Answers {
        let named = seen.params.get("tax").map(|tax| tax.trim().to_owned());
        let situation = Situation {
            drawer,
            condition: None,
            taxes: self.taxes.clone().unwrap_or_else(|| named.into_iter().collect()),
            included: self.ledger.included().to_vec(),
            default_tax: None,
        };
        let mut answers = self
            .ledger
            .rules()
            .iter()
            .map(|rules| judge(rules, &situation))
            .reduce(Answers::or)
            .unwrap_or_default();
        if self.taxes.is_none() {
            // Whether such a tax is there is not known.
            answers.may(-14, "tax-not-found");
        }
        answers
    }

    /// A refusal that the traffic cannot explain, but a state of the register: only its words are judged.
    fn around(&mut self, seen: &Seen, role: Role) -> bool {
        let Kind::Refused { code } = seen.answer().kind() else { return false };
        let mixed = seen.is_registration() && is_mixed_sale(seen);
        let fits = |pair: &&(i32, &str)| pair.0 == code && (code != -13 || mixed) && (code != -8);
        let known: Vec<&(i32, &str)> = AROUND.iter().filter(fits).collect();
        if (-199..=-100).contains(&code) {
            let reason = seen.answer().reason_text();
            let wrong = (reason != "ikkm-is-blocked").then(|| told(seen));
            self.holds("ERR-ikkm-is-blocked", seen.exchange, wrong, "ikkm-is-blocked");
            return true;
        }
        if known.is_empty() || (role == Role::Missing && code != -2) {
            return false;
        }
        // A mixed sale may be refused by the settings, and in other words for other reasons.
        if code == -13 && seen.answer().reason_text() != "no-mixed-payment-allowed" {
            return false;
        }
        if code == -3
            && self.shift_since.is_some_and(|since| seen.exchange.at.saturating_sub(since) < 23 * HOUR)
        {
            let since = super::super::story::clock(self.shift_since.unwrap_or_default());
            let expected = format!("no -3: the shift was opened at {since}");
            self.broke("SHIFT-3", seen.exchange, &expected, &told(seen));
            return true;
        }
        self.pair(seen, code)
    }

    /// The reason that goes with a code.
    fn pair(&mut self, seen: &Seen, code: i32) -> bool {
        let reason = seen.answer().reason_text();
        let pairs: Vec<&str> = match code {
            -1 => vec!["incorrect-web-api-key"],
            _ => AROUND.iter().filter(|(known, _)| *known == code).map(|(_, reason)| *reason).collect(),
        };
        let right = pairs.iter().any(|known| *known == "*" || *known == reason);
        let first = pairs.first().copied().unwrap_or("*");
        let id = if first == "*" { format!("ERR-code-{code}") } else { format!("ERR-{first}") };
        let id = if requirements().get(&id).is_some() { id } else { "WIRE-10".to_owned() };
        let wrong = (!right).then(|| told(seen));
        self.holds(&id, seen.exchange, wrong, &format!("{code} with the reason {}", pairs.join(" or ")));
        true
    }

    /// The right code under a reason whose spelling was mended.
    fn mended(&self, seen: &Seen, expectation: &Expectation) -> bool {
        let reason = seen.answer().reason_text();
        let Some((_, old)) = MENDED.iter().find(|(new, _)| *new == reason) else { return false };
        let mut answer = seen.answer().clone();
        answer.reason = (*old).as_bytes().to_vec();
        judge::compare(expectation, &answer, &Before::default()).is_ok()
    }

    /// Whether the answer also fits the cash that is in the drawer as far as it passed here. Where it does
    /// not, the next report tells whether cash was moved at the register itself.
    fn against_drawer(&mut self, seen: &Seen, role: Role, before: &Before) {
        if role != Role::Current || !self.ledger.taxes_are_known() {
            return;
        }
        let mut drawers: Vec<Decimal> =
            self.ledger.accounts().filter_map(|account| account.drawer()).collect();
        drawers.dedup();
        let [drawer] = drawers.as_slice() else { return };
        let success;
        let answers = match seen.path() {
            "/api" => {
                success = Shape::Registered;
                let method = seen.request.method;
                let judge = |rules: &Rules, situation: &Situation| {
                    allowed::registration(method, &seen.params, rules, situation)
                };
                self.under_all_rules(seen, Some(*drawer), judge)
            }
            path @ ("/apideposit" | "/apiwithdraw") => {
                success = Shape::Done;
                let into = path == "/apideposit";
                let judge = |rules: &Rules, situation: &Situation| {
                    allowed::cash(into, &seen.params, rules, situation)
                };
                self.under_all_rules(seen, Some(*drawer), judge)
            }
            _ => return,
        };
        let expectation = answers.shapes(&[success]);
        if judge::compare(&expectation, seen.answer(), before).is_err() {
            let id = match seen.path() {
                "/apiwithdraw" => "CASH-4",
                _ => "PAY-13",
            };
            let expected = format!("{expectation}: {drawer} is in the drawer");
            self.suspected.push(story(id, seen.exchange, &expected, &told(seen)));
        }
    }

    fn line_that_held(&self, seen: &Seen, role: Role, line: &str, expectation: &Expectation) -> String {
        let reason = seen.answer().reason_text();
        let cash = if seen.is_registration() { "" } else { "-cash" };
        let named = [format!("ERR-{reason}{cash}"), format!("ERR-{reason}")];
        let known = named.into_iter().find(|id| requirements().get(id).is_some());
        match (seen.answer().kind(), known) {
            (Kind::Refused { .. }, Some(id)) if role == Role::Current => id,
            _ => {
                let _ = expectation;
                line.to_owned()
            }
        }
    }
}

/// Any reason with these codes.
fn any(mut answers: Answers, codes: &[i32]) -> Answers {
    codes.iter().for_each(|code| answers.may(*code, "*"));
    answers
}

fn started(reason: &str) -> Shape {
    Shape::Literal { status: 200, reason: reason.to_owned(), body: "0".to_owned() }
}

fn is_mixed_sale(seen: &Seen) -> bool {
    let paid = ["cash", "bank", "tara", "credit"].iter().filter(|name| seen.params.get(name).is_some());
    seen.params.get("sale").is_some() && paid.count() > 1
}

/// The line that an answer outside the expectation breaks.
fn broken(seen: &Seen, role: Role, line: &str, expectation: &Expectation) -> String {
    let registers = matches!(seen.path(), "/api" | "/apideposit" | "/apiwithdraw");
    if !matches!(role, Role::Current | Role::Unknown) || !registers {
        return line.to_owned();
    }
    if expectation.may_succeed() {
        return if line == "REG-1" { taken(seen) } else { line }.to_owned();
    }
    let cash = if seen.is_registration() { "" } else { "-cash" };
    let reason = seen.answer().reason_text();
    let mut named: Vec<(bool, String)> = expectation
        .0
        .iter()
        .filter_map(|shape| match shape {
            Shape::Refusal { code, reason: Some(wanted) } => {
                let ids = [format!("ERR-{wanted}{cash}"), format!("ERR-{wanted}")];
                let id = ids.into_iter().find(|id| requirements().get(id).is_some())?;
                let near = seen.answer().kind() == (Kind::Refused { code: *code }) || *wanted == reason;
                Some((!near, id))
            }
            _ => None,
        })
        .collect();
    named.sort();
    named.into_iter().next().map_or_else(|| "REG-8".to_owned(), |(_, id)| id)
}

/// The line that says that such a registration is taken, by what its refusal finds fault with.
fn taken(seen: &Seen) -> &'static str {
    let Kind::Refused { code } = seen.answer().kind() else { return "REG-1" };
    let reason = seen.answer().reason_text();
    let has = |name: &str| seen.params.get(name).is_some();
    let of_payment = |reason: &str| {
        reason == "payment-params-missed"
            || ["cash-", "cache-", "bank-", "tara-", "credit-"].iter().any(|name| reason.starts_with(name))
    };
    let amount = |name| seen.params.get(name).and_then(written::amount);
    let about_payment =
        matches!(code, -10 | -12 | -13 | -15) || (matches!(code, -7 | -9) && of_payment(&reason));
    match code {
        -14 if has("tax") => "TAX-1",
        -14 => "TAX-2",
        -17 => "ITEM-1",
        _ if !about_payment || !has("sale") => "REG-1",
        _ if is_mixed_sale(seen) => "PAY-5",
        _ if amount("cash") > amount("sale") => "PAY-3",
        _ => "PAY-2",
    }
}
