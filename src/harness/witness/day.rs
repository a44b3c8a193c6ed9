//! A recording as a suite: what passed in a day, so that `run` plays it against another firmware.
//!
//! Keys become current, previous and so on; numbers, keys and documents are expected by rule; waits are
//! dropped. What depends on the register's state of that day, or bars it, is left out with a word of why.

use super::Witness;
use super::exchange::{Answered, Asked, End, Exchange};
use super::placeholders::restored;
use super::register;
use crate::runner::document;
use crate::runner::judge;
use crate::suite::check;
use crate::text::{one_line, yaml_quoted};
use ikkm_protocol::{Kind, Params, Registration, parse_plain};
use ikkm_requirements::requirements;
use rust_decimal::Decimal;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write;

/// So many registrations make a case: a difference then hides no more than these.
const A_CASE: usize = 20;
/// Parameters of a registration that a step has words for.
const WORDS: [&str; 9] = ["cash", "bank", "tara", "credit", "tax", "itemdata", "print", "footer", "key"];

/// The text of a suite that does what passed.
pub fn suite(exchanges: &[Exchange]) -> String {
    let mut day = Day { blamed: blamed(exchanges), asked_later: asked_later(exchanges), ..Day::default() };
    for exchange in exchanges {
        day.take(exchange);
    }
    day.text()
}

/// The exchanges in which the register was at fault: what it answered there is no example.
fn blamed(exchanges: &[Exchange]) -> BTreeSet<u64> {
    let mut witness = Witness::new();
    exchanges.iter().for_each(|exchange| witness.take(exchange));
    witness.end();
    witness.register.stories().iter().map(|story| story.exchange).collect()
}

/// The keys whose receipts are asked for by them.
fn asked_later(exchanges: &[Exchange]) -> BTreeSet<String> {
    let key = |exchange: &Exchange| {
        let asked = Asked::read(&restored(exchange).request.0);
        asked.path().strip_prefix("/dump/transaction/").map(str::to_owned)
    };
    exchanges.iter().filter_map(key).collect()
}

#[derive(Default)]
struct Day {
    blamed: BTreeSet<u64>,
    asked_later: BTreeSet<String>,
    cases: Vec<Case>,
    current: Option<String>,
    /// The last registration: the key it was sent with, and its parameters.
    last: Option<(String, Params)>,
    spent: BTreeSet<String>,
    default_tax: Option<String>,
    taxes: Vec<String>,
    shift: Option<String>,
    left_out: Vec<String>,
}

#[derive(Default)]
struct Case {
    steps: Vec<String>,
    registers: usize,
    /// How far cash leaves the drawer below where it stood, and how it stands.
    deepest: Decimal,
    drawer: Decimal,
    /// Keys that a step of this case has saved.
    saved: BTreeSet<String>,
    other_tax: bool,
}

impl Day {
    fn take(&mut self, exchange: &Exchange) {
        let exchange = restored(exchange);
        let asked = Asked::read(&exchange.request.0);
        let is_there = matches!(exchange.end, End::Delivered | End::NotRead);
        let answered = Answered::read(&exchange.answer.0, false).filter(|one| one.whole && is_there);
        let (Some(answered), false) = (answered, asked.malformed) else { return };
        if !matches!(asked.method.as_str(), "GET" | "POST") {
            return;
        }
        let params = asked.params();
        let key = params.get("key").map(str::to_owned);
        if self.cases.last().is_none_or(|case| case.registers >= A_CASE) {
            self.cases.push(Case::default());
        }
        let role = self.role(key.as_deref(), &params, answered.answer.status == 200);
        let step = self.step(&exchange, &asked, &params, &answered, role);
        match step {
            Ok(Some(step)) => {
                if let Some(case) = self.cases.last_mut() {
                    case.steps.push(step);
                }
            }
            Ok(None) => {}
            Err(why) => {
                self.left_out.push(format!("exchange {}, {}: {why}", exchange.number, one_line(asked.path())))
            }
        }
        self.follow(&asked, &params, &answered, key);
    }

    /// The key's name in the suite; `None` where it is the right one.
    fn role(&self, key: Option<&str>, params: &Params, served: bool) -> Option<&'static str> {
        let Some(key) = key else { return Some("none") };
        match (&self.current, &self.last) {
            (Some(current), _) if current == key => None,
            (_, Some((sent, _))) if sent == key => Some("previous"),
            _ if self.spent.contains(key) => Some("older"),
            (None, _) => None,
            _ if served => None,
            _ => {
                let _ = params;
                Some("wrong")
            }
        }
    }

    fn follow(&mut self, asked: &Asked, params: &Params, answered: &Answered, key: Option<String>) {
        let answer = &answered.answer;
        if let (Kind::Keyed { key: fresh, .. }, "/api", Some(sent)) =
            (answer.kind(), asked.path(), key.clone())
        {
            if self.current.as_deref() != Some(fresh.as_str()) {
                self.spent.extend(self.last.take().map(|(sent, _)| sent));
                self.last = Some((sent, params.clone()));
                self.current = Some(fresh.as_str().to_owned());
            }
        } else if answer.status == 200 && key.is_some() {
            self.current = key;
        }
        let Some(document) = judge::document(answer).filter(|_| answer.status == 200) else { return };
        let text = |name: &str| document.get(name).and_then(Value::as_str).map(str::to_owned);
        match asked.path() {
            "/apicheck/getInfo" => {
                self.default_tax = text("defaultApiTaxID").or(self.default_tax.take());
                self.shift = text("currentShiftID").or(self.shift.take());
            }
            "/dump/table/taxes" => {
                self.taxes =
                    document.as_object().map(|all| all.keys().cloned().collect()).unwrap_or_default();
            }
            _ => {}
        }
    }

    /// The step for an exchange; `None` where it adds nothing, an error where it cannot be played again.
    fn step(
        &mut self,
        exchange: &Exchange,
        asked: &Asked,
        params: &Params,
        answered: &Answered,
        role: Option<&'static str>,
    ) -> Result<Option<String>, &'static str> {
        let answer = &answered.answer;
        if self.blamed.contains(&exchange.number) {
            return Err("the register was at fault there");
        }
        if let Kind::Refused { code } = answer.kind() {
            match code {
                -2 => return Ok(None),
                -15 => return Err("how much cash is in the drawer is another register's own"),
                -6..=-3 | -11 | -16 | -18 | -199..=-99 => return Err("the register's state refused it"),
                _ => {}
            }
        }
        let path = asked.path();
        let key = role.map_or_else(String::new, |role| format!(", key: {role}"));
        match path {
            "/api" => self.registration(asked, params, answered, &key, role),
            "/apideposit" | "/apiwithdraw" => {
                let word = path.trim_start_matches("/api");
                let amount = params.get("cash").filter(|_| params.0.len() == 2 || role == Some("none"));
                let Some(amount) = amount else { return Err("it names something else than cash") };
                if let (Kind::Keyed { .. }, Ok(sum)) = (answer.kind(), parse_plain(amount)) {
                    self.moved(if word == "deposit" { sum } else { -sum });
                }
                let expect = expected(answered, "done");
                Ok(Some(format!(
                    "{word}: {}{key}, expect: {expect}, cites: {}",
                    scalar(amount),
                    cash_line(answered)
                )))
            }
            "/apixreport" => Ok(Some(format!(
                "get: /apixreport/{key}, expect: {}, cites: SHIFT-1",
                expected(answered, "200 x-report-started 0")
            ))),
            "/apizreport" => {
                let step = format!(
                    "get: /apizreport/{key}, expect: {}, cites: SHIFT-2",
                    expected(answered, "200 z-report-started 0")
                );
                self.shift = None;
                Ok(Some(step))
            }
            "/apibank" | "/apimanage" => Err("it starts what only a bench or a person ends"),
            "/apiprint" if asked.method == "POST" => {
                let print = quoted(params.get("print").unwrap_or_default());
                Ok(Some(format!(
                    "post: /apiprint/, with: {{print: {print}}}{key}, expect: {}, cites: PRN-1",
                    expected(answered, "success")
                )))
            }
            "/apicheck" => Ok(self.status(asked, params, answered, &key)?),
            "/apicheck/printLastDocument" => Ok(Some(format!(
                "get: {path}{key}, expect: {}, cites: PRN-7",
                expected(answered, "success or -7 no-last-document")
            ))),
            _ if path.starts_with("/dump") || path == "/apicheck/getInfo" => {
                self.document(path, params, answered, &key)
            }
            _ if matches!(answer.kind(), Kind::Refused { .. }) => Ok(Some(format!(
                "get: {}{key}, expect: {}, cites: ERR-incorrect-method",
                quoted(path),
                expected(answered, "refused")
            ))),
            _ => Err("the document does not know it"),
        }
    }

    fn registration(
        &mut self,
        asked: &Asked,
        params: &Params,
        answered: &Answered,
        key: &str,
        role: Option<&'static str>,
    ) -> Result<Option<String>, &'static str> {
        let kinds: Vec<(&str, &str)> = params
            .0
            .iter()
            .filter(|(name, _)| Registration::from_wire(name).is_some())
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let [(kind, total)] = kinds.as_slice() else { return Err("it names no type, or several") };
        let known = |name: &str| WORDS.contains(&name) || name == *kind;
        let names: BTreeSet<&str> = params.0.iter().map(|(name, _)| name.as_str()).collect();
        if names.len() != params.0.len() || !names.iter().all(|name| known(name)) {
            return Err("it has a parameter twice, or one that no step has a word for");
        }
        let mut step = format!("{kind}: {}", scalar(total));
        for name in ["cash", "bank", "tara", "credit"] {
            if let Some(value) = params.get(name) {
                let _ = write!(step, ", {name}: {}", scalar(value));
            }
        }
        if let Some(tax) = params.get("tax") {
            let _ = write!(step, ", tax: {}", self.tax(tax, answered)?);
        }
        for name in ["itemdata", "print", "footer"] {
            if let Some(value) = params.get(name) {
                let _ = write!(step, ", {name}: {}", quoted(value));
            }
        }
        let posts = ["itemdata", "print", "footer"].iter().any(|name| params.get(name).is_some());
        match (asked.method.as_str(), posts) {
            ("POST", false) => step += ", method: POST",
            ("GET", true) => return Err("a text by GET is open"),
            _ => {}
        }
        step += key;
        let answer = &answered.answer;
        let done = matches!(answer.kind(), Kind::Keyed { .. });
        let repeats = role == Some("previous") && done;
        if done && !repeats {
            let cash = params.get("cash").and_then(|text| parse_plain(text).ok());
            let sums = |names: &[&str]| -> Decimal {
                names.iter().filter_map(|name| parse_plain(params.get(name)?).ok()).sum()
            };
            let total = parse_plain(total).unwrap_or_default();
            let through =
                if cash.is_some() { total - sums(&["bank", "tara", "credit"]) } else { Decimal::ZERO };
            self.moved(if matches!(*kind, "sale" | "buyReturn") { through } else { -through });
            if let Some(case) = self.cases.last_mut() {
                case.registers += 1;
            }
            if let (Some(sent), Kind::Keyed { key, .. }) = (params.get("key"), answer.kind()) {
                let fresh = key.as_str().to_owned();
                let word = if self.asked_later.contains(&fresh) {
                    Some((fresh, "key"))
                } else {
                    self.asked_later.contains(sent).then(|| (sent.to_owned(), "sent-key"))
                };
                if let (Some((key, word)), Some(case)) = (word, self.cases.last_mut()) {
                    let _ = write!(step, ", save: {{{}: {word}}}", name_of(&key));
                    case.saved.insert(key);
                }
            }
        }
        let line = match answer.kind() {
            _ if repeats => "KEY-5".to_owned(),
            Kind::Refused { code: -1 } if role == Some("older") => "KEY-8".to_owned(),
            Kind::Refused { .. } => error_line(answered),
            _ => "REG-1".to_owned(),
        };
        let expect = expected(answered, if repeats { "repeated" } else { "registered" });
        Ok(Some(format!("{step}, expect: {expect}, cites: {line}")))
    }

    fn moved(&mut self, by: Decimal) {
        if let Some(case) = self.cases.last_mut() {
            case.drawer += by;
            case.deepest = case.deepest.min(case.drawer);
        }
    }

    fn tax(&mut self, tax: &str, answered: &Answered) -> Result<String, &'static str> {
        let refused = answered.answer.reason_text() == "tax-not-found";
        if self.default_tax.as_deref() == Some(tax) {
            return Ok("<default-tax>".to_owned());
        }
        if refused && !self.taxes.iter().any(|known| known == tax) {
            return Ok("<unknown-tax>".to_owned());
        }
        if refused {
            return Err("a tax of that register's own");
        }
        if parse_plain(tax).is_err() {
            return Ok(quoted(tax));
        }
        if self.default_tax.is_none() {
            return Ok("<default-tax>".to_owned());
        }
        if let Some(case) = self.cases.last_mut() {
            case.other_tax = true;
        }
        Ok("<other-tax>".to_owned())
    }

    fn status(
        &self,
        asked: &Asked,
        params: &Params,
        answered: &Answered,
        key: &str,
    ) -> Result<Option<String>, &'static str> {
        let others: Vec<&(String, String)> = params.0.iter().filter(|(name, _)| name != "key").collect();
        if others.is_empty() {
            return Ok(Some(format!(
                "get: /apicheck/{key}, expect: {}, cites: CHK-1",
                expected(answered, "200 * 0")
            )));
        }
        if others.iter().any(|(name, _)| matches!(name.as_str(), "Lockhost" | "disableWebMgmt")) {
            return Err("it bars the till until a restart");
        }
        let with: Vec<String> =
            others.iter().map(|(name, value)| format!("{}: {}", quoted(name), quoted(value))).collect();
        let line = if others.iter().any(|(name, _)| name == "printHeader") { "PRN-6" } else { "MGMT-1" };
        let method = if asked.method == "POST" { "post" } else { "get" };
        let expect = expected(answered, "success or -6");
        Ok(Some(format!(
            "{method}: /apicheck/, with: {{{}}}{key}, expect: {expect}, cites: {line}",
            with.join(", ")
        )))
    }

    /// A document is expected by its form.
    fn document(
        &self,
        path: &str,
        params: &Params,
        answered: &Answered,
        key: &str,
    ) -> Result<Option<String>, &'static str> {
        let minimum = params.get("show") == Some("minimum");
        let mut place = path.to_owned();
        if let Some((number, rest)) =
            path.strip_prefix("/dump/table/shifts/").and_then(|rest| rest.split_once('/'))
        {
            if self.shift.as_deref() != Some(number) {
                return Err("a shift of that register's own");
            }
            place = format!("/dump/table/shifts/<shift>/{rest}");
        } else if let Some(key) = path.strip_prefix("/dump/transaction/") {
            if !self.cases.last().is_some_and(|case| case.saved.contains(key)) {
                return Err("a receipt of another case");
            }
            place = format!("/dump/transaction/<{}>", name_of(key));
        } else if path.starts_with("/dump/bank/") {
            return Err("a card operation is ended by a bench or a person");
        }
        if minimum {
            place.push_str("/?show=minimum");
        }
        let line = register::document_line(path, minimum);
        let Some(found) = judge::document(&answered.answer).filter(|_| answered.answer.status == 200) else {
            let expect = expected(answered, "document");
            return Ok(Some(format!("get: {}{key}, expect: {expect}, cites: {line}", quoted(&place))));
        };
        let holds: Vec<String> = register::document_fields(path, minimum)
            .iter()
            .filter(|(_, _, own)| *own == line)
            .filter(|(at, rule, _)| match (check::path(at), check::rule(rule)) {
                (Ok(at), Ok(rule)) => document::check(&found, &at, &rule).is_ok(),
                _ => false,
            })
            .map(|(at, rule, _)| format!("{}: {rule}", quoted(at)))
            .collect();
        if holds.is_empty() || !key.is_empty() {
            return Ok(Some(format!("get: {}{key}, expect: document, cites: {line}", quoted(&place))));
        }
        Ok(Some(format!("get: {}, check: {{{}}}, cites: {line}", quoted(&place), holds.join(", "))))
    }

    fn text(&self) -> String {
        let mut out = String::from(
            "# Written by `witness --write-suite`: what passed between a till and a register.\n",
        );
        for why in self.left_out.iter().take(200) {
            let _ = writeln!(out, "# left out: {why}");
        }
        if self.left_out.len() > 200 {
            let _ = writeln!(out, "# left out: {} more", self.left_out.len() - 200);
        }
        out.push_str("about: What passed between a till and a register, played again.\ncases:\n");
        let kept = self.cases.iter().filter(|case| !case.steps.is_empty());
        for (number, case) in kept.enumerate() {
            let mut given = Vec::new();
            if case.deepest < Decimal::ZERO {
                given.push(format!("drawer-at-least: {}", (-case.deepest).normalize()));
            }
            if case.other_tax {
                given.push("taxes-at-least: 2".to_owned());
            }
            let _ = writeln!(out, "  - name: day/part-{:02}\n    requirements: [REG-1, DUMP-7]", number + 1);
            if !given.is_empty() {
                let _ = writeln!(out, "    given: {{{}}}", given.join(", "));
            }
            out.push_str("    steps:\n");
            for step in &case.steps {
                let _ = writeln!(out, "      - {{{step}}}");
            }
            out.push_str("      - {reconcile: all, cites: DUMP-7}\n");
        }
        out
    }
}

/// What comes back: as it was refused, or as it is done.
fn expected(answered: &Answered, done: &str) -> String {
    let answer = &answered.answer;
    let text = match answer.kind() {
        Kind::Refused { code } => format!("{code} {}", one_line(&answer.reason_text())).trim().to_owned(),
        _ => done.to_owned(),
    };
    if text.bytes().all(|byte| byte.is_ascii_lowercase()) { text } else { quoted(&text) }
}

fn error_line(answered: &Answered) -> String {
    let reason = answered.answer.reason_text();
    let id = format!("ERR-{reason}");
    match answered.answer.kind() {
        Kind::Refused { code: -1 } => "KEY-2".to_owned(),
        _ if requirements().get(&id).is_some() => id,
        _ => "REG-8".to_owned(),
    }
}

fn cash_line(answered: &Answered) -> String {
    let id = format!("ERR-{}-cash", answered.answer.reason_text());
    match answered.answer.kind() {
        Kind::Refused { .. } if requirements().get(&id).is_some() => id,
        Kind::Refused { .. } => error_line(answered),
        _ => "CASH-1".to_owned(),
    }
}

/// A saved key's name: its number among the keys that were seen.
fn name_of(key: &str) -> String {
    let shown = super::placeholders::shown(key);
    let digits: String = shown.chars().filter(char::is_ascii_alphanumeric).collect();
    format!("of-{digits}")
}

/// An amount as it stands; anything else in quotes.
fn scalar(text: &str) -> String {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if plain { text.to_owned() } else { quoted(text) }
}

/// A YAML text in double quotes: JSON's are YAML's. What looks like a placeholder of the suite language
/// is told apart by a blank.
fn quoted(text: &str) -> String {
    let is_ours = text.starts_with('/') || text.starts_with("200 ");
    let text = if is_ours { text.to_owned() } else { text.replace('<', "< ") };
    yaml_quoted(&text)
}
