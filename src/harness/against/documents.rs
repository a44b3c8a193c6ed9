//! Documents by role: members with their types, figures by how they moved, rows by the operation that made
//! them, dates from the beginning of the sequence on.

use super::roles::{Memory, date};
use super::seen::{Channel, Fact, Place, Seen};
use super::shapes::{directory, flatten, kind};
use crate::ledger::documents::text;
use crate::ledger::reading::number;
use rust_decimal::Decimal;
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;

/// Members that say who or what the device is: only their type is compared.
pub(super) const OWN: [&str; 14] = [
    "factorySerialNumber",
    "applicationVersion",
    "batteryCapacityPerc",
    "databaseSizeKb",
    "totalFlashUsedMb",
    "totalRamUsedMb",
    "cashierID",
    "cashierId",
    "cashierName",
    "defaultApiTaxID",
    "id",
    "responce",
    "PAN",
    "dateTime",
];

/// The member of getInfo that says how many messages wait.
pub(super) const QUEUE: &str = "messagesQueSize";
const PRINTING_MODE: &str = "printingMode";

/// Members of getInfo that say how the device is set.
const SETTINGS: [&str; 2] = [PRINTING_MODE, "roudingRule"];

/// A document that was read.
pub(super) struct Reading<'a> {
    /// Its path, without the key.
    pub path: &'a str,
    /// Where it is told.
    pub channel: Channel,
    /// It came.
    pub value: &'a Value,
    /// When, on the session's clock, from the beginning of the sequence on.
    pub now: Duration,
}

impl Memory {
    /// What a document says, beside what it said before.
    pub fn document(&mut self, reading: &Reading<'_>, seen: &mut Seen) {
        let (name, shift) = named(reading.path);
        match name {
            "taxes" | "cashiers" | "items" | "catalog" => directory(name, reading, seen),
            "cheques" => self.receipts_of(name, reading, seen),
            "salescheques" | "sales" => self.rows_of(name, reading, seen),
            "shifts" => self.shifts(reading, seen),
            "receipt details" | "card result" | "another document" => self.alone(name, reading, seen),
            _ => self.figures(name, shift, reading, seen),
        }
    }

    /// getInfo and the reports: each figure by how it moved since the last reading.
    fn figures(&mut self, name: &str, shift: Option<u64>, reading: &Reading<'_>, seen: &mut Seen) {
        let mut now = BTreeMap::new();
        flatten(reading.value, "", &mut now);
        let now: BTreeMap<String, Value> =
            now.into_iter().map(|(path, value)| (self.of_tax(path), value)).collect();
        let shift = shift.unwrap_or(self.shift);
        let key = if name.starts_with("getInfo") { name.to_owned() } else { format!("{name}@{shift}") };
        let twin = match name {
            "report" => format!("reportwithtax@{shift}"),
            "reportwithtax" => format!("report@{shift}"),
            _ => String::new(),
        };
        let before = self.documents.get(&key).cloned();
        let twin = self.documents.get(&twin).cloned();
        let newer = !name.starts_with("getInfo") && shift > self.began_in;
        for (path, value) in &now {
            let earlier = before.as_ref().and_then(|before| before.get(path));
            let beside = twin.as_ref().filter(|_| before.is_none()).and_then(|twin| twin.get(path));
            let of_tax = path.starts_with("taxes.");
            let was = earlier.or(beside);
            let place = |what: &str| Place::new(reading.channel, format!("{name}: {what}{path}"));
            if earlier.map(kind) != Some(kind(value)) && !of_tax {
                seen.0.push((place("type of "), Fact::word(kind(value))));
            }
            let member = path.rsplit('.').next().unwrap_or(path);
            if OWN.contains(&member) || member == "taxId" || member == "currentShiftID" && was.is_none() {
                continue;
            }
            if member == "lastClosedChequeId" {
                let shown = number(value).and_then(|number| number.to_string().parse::<u64>().ok());
                let role = shown.map_or_else(|| "no number".to_owned(), |number| self.number_role(number));
                if was != Some(value) || before.is_none() {
                    seen.0.push((place(""), Fact::word(role)));
                }
                continue;
            }
            if SETTINGS.contains(&member) {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                match was.filter(|was| *was != value) {
                    _ if self.mode_is_set && member == PRINTING_MODE => {
                        seen.0.push((place(""), Fact::word(text)));
                    }
                    Some(_) => seen.0.push((place(""), Fact::word(format!("{text}, which nobody set")))),
                    None => {}
                }
                continue;
            }
            // What stood there before the sequence is the device's history.
            let at_rest = before.is_none() && twin.is_none() && !newer;
            if at_rest && of_tax {
                continue;
            }
            if member == QUEUE && number(value).is_some_and(|queue| queue.is_zero()) {
                // How many were sent is told with the messages.
                seen.0.push((place(""), Fact::word("empty")));
                continue;
            }
            if member == QUEUE && before.as_ref().is_some_and(|before| opened(before, &now)) {
                // Whether the opening of a shift is a message is the device's own affair.
                continue;
            }
            if let Some(shown) = number(value) {
                let Some(base) = self.base(path, was, newer) else { continue };
                if of_tax && (path.ends_with("taxPercent") || path.ends_with("amount") && !self.like_taxes) {
                    continue;
                }
                if let Some(rounded) = of_tax.then(|| rounding(path, shown, &now)).flatten() {
                    if !(shown - base).is_zero() {
                        seen.0.push((place(""), rounded));
                    }
                    continue;
                }
                let value = shown - base;
                // A tax without turnover may be listed or not.
                if !of_tax || !value.is_zero() {
                    // Which of the two names the fiscal total of sales has is told with its type.
                    let mut place = place("");
                    if path == "fiscalData.sales" {
                        place.name = format!("{name}: fiscalData.sale");
                    }
                    seen.0.push((place, Fact::Number { value, shown }));
                }
                continue;
            }
            // Whether taxes without turnover are listed is open.
            if of_tax && was.is_none() {
                continue;
            }
            self.text(place(""), was, value, newer, reading.now, seen);
        }
        if let Some(before) = &before {
            let gone = before.keys().filter(|path| !now.contains_key(*path) && !path.starts_with("taxes."));
            for path in gone {
                let place = Place::new(reading.channel, format!("{name}: type of {path}"));
                seen.0.push((place, Fact::word("gone")));
            }
        }
        self.remember(name, key, now);
    }

    /// The path of a tax, by its role instead of its id.
    fn of_tax(&self, path: String) -> String {
        let parts: Vec<&str> = path.split('.').collect();
        let ["taxes", kind, id, rest @ ..] = parts.as_slice() else { return path };
        format!("taxes.{kind}.{}.{}", self.tax_role(id), rest.join("."))
    }

    /// What a tax is on this device, whatever its id.
    pub(super) fn tax_role(&self, id: &str) -> String {
        match self.taxes.iter().position(|known| known == id) {
            _ if self.default_tax.as_deref() == Some(id) => "default".to_owned(),
            Some(place) => format!("tax-{place}"),
            None => "unknown".to_owned(),
        }
    }

    /// What a figure is measured from; `None` where nothing is known.
    fn base(&self, path: &str, was: Option<&Value>, newer: bool) -> Option<Decimal> {
        if let Some(was) = was.and_then(number) {
            return Some(was);
        }
        if let Some(kind) = path.strip_prefix("fiscalDataOnShiftOpen.") {
            return self.fiscal_then.get(kind).copied().filter(|_| newer);
        }
        if runs_on(path) {
            return self.running.get(path).copied();
        }
        // A row of taxes that was not there had no turnover.
        (newer || path.starts_with("taxes.")).then_some(Decimal::ZERO)
    }

    /// The print mode that getInfo last said.
    pub(super) fn printer(&self) -> Option<String> {
        self.documents.get("getInfo")?.get(PRINTING_MODE).and_then(text)
    }

    /// The print mode is the device's own again, and not known before it was read.
    pub fn forget_mode(&mut self) {
        self.mode_is_set = false;
        for document in self.documents.values_mut() {
            document.remove(PRINTING_MODE);
        }
    }

    fn remember(&mut self, name: &str, key: String, now: BTreeMap<String, Value>) {
        let first = self.fiscal_then.is_empty();
        for (path, value) in now.iter().filter(|(path, _)| runs_on(path)) {
            let Some(value) = number(value) else { continue };
            if name != "getInfo" && !name.starts_with("getInfo") {
                self.running.insert(path.clone(), value);
            }
            if let Some(kind) = path.strip_prefix("fiscalData.").filter(|_| first) {
                let kind = if kind == "sales" { "sale" } else { kind };
                self.fiscal_then.insert(kind.to_owned(), value);
            }
        }
        self.documents.insert(key, now);
    }

    /// A text, a truth value or null: told where it is new or another one.
    fn text(
        &mut self,
        place: Place,
        was: Option<&Value>,
        value: &Value,
        newer: bool,
        now: Duration,
        seen: &mut Seen,
    ) {
        if was == Some(value) {
            return;
        }
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        match date(&text) {
            // A date of before says only how it is written.
            Some((form, _)) if was.is_none() && !newer => seen.0.push((place, Fact::word(form))),
            Some((form, at)) => seen.0.push((place, Fact::Date { form, at: self.since(at, now) })),
            None => seen.0.push((place, Fact::word(text))),
        }
    }

    /// Seconds since the sequence began, as both devices count them: the first date that the device shows
    /// tells how its own clock goes.
    pub(super) fn since(&mut self, seconds: i64, now: Duration) -> i64 {
        let passed = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
        let then = *self.clock_then.get_or_insert(seconds - passed);
        self.timeline.shared(seconds - then, passed)
    }

    /// A document that is read once: every member as it is.
    fn alone(&mut self, name: &str, reading: &Reading<'_>, seen: &mut Seen) {
        let mut now = BTreeMap::new();
        flatten(reading.value, "", &mut now);
        for (path, value) in now {
            let place = |what: &str| Place::new(reading.channel, format!("{name}: {what}{path}"));
            seen.0.push((place("type of "), Fact::word(kind(&value))));
            let member = path.rsplit('.').next().unwrap_or(&path).to_owned();
            if OWN.contains(&member.as_str()) {
                continue;
            }
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let fact = match (member.as_str(), number(&value)) {
                ("docid" | "chequeId", Some(number)) => {
                    let number = number.to_string().parse().unwrap_or_default();
                    Fact::word(self.number_role(number))
                }
                ("onlineCode", _) => Fact::word(if text.is_empty() { "empty" } else { "a code" }),
                (_, Some(shown)) => Fact::Number { value: shown, shown },
                _ => match date(&text) {
                    Some((form, at)) => Fact::Date { form, at: self.since(at, reading.now) },
                    None => Fact::word(text),
                },
            };
            seen.0.push((place(""), fact));
        }
    }
}

/// The name of a document, and the shift that it is of.
pub(super) fn named(path: &str) -> (&'static str, Option<u64>) {
    let path = path.split('?').next().unwrap_or(path);
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    match parts.as_slice() {
        ["apicheck", "getInfo"] if path.ends_with('/') => ("getInfo, short form", None),
        ["apicheck", "getInfo"] => ("getInfo", None),
        ["dump", "table", "taxes"] => ("taxes", None),
        ["dump", "table", "cashiers"] => ("cashiers", None),
        ["dump", "table", "items"] => ("items", None),
        ["dump", "table", "catalog"] => ("catalog", None),
        ["dump", "table", "shifts"] => ("shifts", None),
        ["dump", "table", "shifts", shift, kind] => {
            let name = match *kind {
                "report" => "report",
                "reportwithtax" => "reportwithtax",
                "cheques" => "cheques",
                "salescheques" => "salescheques",
                "sales" => "sales",
                _ => "another document",
            };
            (name, shift.parse().ok())
        }
        ["dump", "transaction", _] => ("receipt details", None),
        ["dump", "bank", ..] => ("card result", None),
        _ => ("another document", None),
    }
}

/// How the amount of an included tax is rounded from the turnover that stands beside it (v22 §9.2); two devices
/// whose turnovers differ round in other directions by the same rule.
fn rounding(path: &str, shown: Decimal, now: &BTreeMap<String, Value>) -> Option<Fact> {
    let (entry, detail) = path.split_once(".taxDetails.")?;
    let detail = detail.strip_suffix(".amount")?;
    let beside = |member: &str| now.get(&format!("{entry}.taxDetails.{detail}.{member}"));
    let included = match beside("isIncluded")? {
        Value::Bool(included) => *included,
        Value::String(text) => text == "true",
        _ => return None,
    };
    let turnover = number(now.get(&format!("{entry}.turnover"))?)?;
    let percent = number(beside("taxPercent")?)?;
    let exact = turnover.checked_mul(percent)?.checked_div(Decimal::ONE_HUNDRED.checked_add(percent)?)?;
    let over = shown.checked_sub(exact).filter(|_| included)?;
    if over.abs() >= Decimal::new(1, 2) {
        return Some(Fact::word(format!(
            "{} of its turnover's",
            if over.is_sign_negative() { "less" } else { "more" }
        )));
    }
    let half = Decimal::new(5, 3);
    Some(Fact::Rounded {
        nearest: over.abs() <= half,
        down: over <= Decimal::ZERO,
        up: over >= Decimal::ZERO,
    })
}

/// Whether a shift was opened between two readings of getInfo.
fn opened(before: &BTreeMap<String, Value>, now: &BTreeMap<String, Value>) -> bool {
    let status = |document: &BTreeMap<String, Value>| document.get("currentShiftStatus").and_then(text);
    status(before) != status(now) && status(now).as_deref() == Some("opened")
}

/// Whether a figure goes on from shift to shift.
fn runs_on(path: &str) -> bool {
    path.starts_with("fiscalData.") || path.starts_with("total") || path == "cashWeHave"
}
