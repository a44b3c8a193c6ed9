//! Documents as they come: their fields ([`crate::runner::document::fields`]), and what they must say of what has passed.

use super::{Register, Seen};
use crate::ledger::documents::{other_rounding, text};
use crate::ledger::reading::number;
use crate::runner::document::fields::{Field, WITH_TAXES, documented};
use crate::runner::{document, judge};
use crate::suite::check;
use ikkm_protocol::Kind;
use rust_decimal::Decimal;
use serde_json::Value;

impl Register {
    /// A document's fields, and what it says of what has passed.
    pub(super) fn form(&mut self, seen: &Seen) {
        let answer = seen.answer();
        if seen.path() == "/apicheck" && answer.kind() == Kind::Zero {
            self.last_receipt_shown(answer.receipt());
            self.status(seen);
        }
        let Some(document) = judge::document(answer).filter(|_| answer.status == 200) else { return };
        let path = seen.path().to_owned();
        let minimum = seen.params.get("show") == Some("minimum");
        // A table that nobody knows may be empty (Q-DUMP-3), and an archived shift has its own form.
        let empty = document.as_object().is_some_and(serde_json::Map::is_empty)
            || document.as_array().is_some_and(Vec::is_empty);
        let archived = document.get("isArhived").is_some();
        let mut fields: Vec<Field> = documented(&path, minimum).unwrap_or_default().to_vec();
        if path.ends_with("/reportwithtax") {
            let known = |field: &&Field| field.2 != "TAX-6" || !self.rounds_otherwise;
            fields.extend(WITH_TAXES.iter().filter(known));
        }
        self.of_directories(seen, &path, &document);
        if empty && ["/cheques", "/salescheques", "/sales"].iter().any(|name| path.ends_with(name)) {
            // Of a shift that has sold something, the books know better.
            self.papers.take(seen.exchange.number, &path, document.clone(), minimum);
        }
        if empty || archived {
            return;
        }
        let mut told: Vec<&str> = Vec::new();
        for (place, rule, line) in fields {
            // The table is our own: what cannot be read in it is left out, and a test reads all of it.
            let (Ok(place), Ok(rule)) = (check::path(place), check::rule(rule)) else { continue };
            match document::check(&document, &place, &rule) {
                Ok(_) if told.contains(&line) => {}
                Ok(_) => *self.tested.entry(line.to_owned()).or_default() += 1,
                Err(_) if told.contains(&line) => {}
                Err(wrong) => {
                    told.push(line);
                    self.broke(line, seen.exchange, &wrong.expected, &wrong.found);
                }
            }
        }
        self.meaning(seen, &path, &document, minimum);
        self.openings(seen, &path, &document);
        self.closing_dates(seen, &path, &document);
        self.receipt_dates(seen, &path, &document);
        self.types(seen, &path, &document);
        self.papers.take(seen.exchange.number, &path, document, minimum);
    }

    /// The number of the last closed receipt (v22 §7).
    fn status(&mut self, seen: &Seen) {
        let Some(last) = self.chain.last.as_ref().filter(|_| self.chain.in_row && !seen.exchange.beside)
        else {
            return;
        };
        if !self.is_key_right(seen) {
            return;
        }
        let shown = seen.answer().receipt();
        let number = last.number;
        let wrong = (shown != Some(number)).then(|| seen.answer().reason_text());
        self.holds("CHK-1", seen.exchange, wrong, &format!("the last receipt's number, {number}"));
    }

    /// The key that was taken is the last one: nobody has registered in between.
    fn is_key_right(&self, seen: &Seen) -> bool {
        let sent = seen.params.get("key");
        self.chain.current.as_ref().is_some_and(|key| sent == Some(key.as_str()))
    }

    fn meaning(&mut self, seen: &Seen, path: &str, document: &Value, minimum: bool) {
        let certain = !seen.exchange.beside && self.is_key_right(seen);
        if path == "/apicheck/getInfo" {
            if !minimum {
                self.serial = document.get("factorySerialNumber").and_then(text).or(self.serial.take());
                self.firmware = document.get("applicationVersion").and_then(text).or(self.firmware.take());
            }
            let shown = document.get("lastClosedChequeId").and_then(text);
            self.last_receipt_shown(shown.and_then(|number| number.parse().ok()));
            if certain {
                self.info(seen, document);
            }
        } else if let Some(key) = path.strip_prefix("/dump/transaction/") {
            self.transaction(seen, key, document);
        } else if path.ends_with("/cheques") {
            self.list_shown(document);
        } else if path.starts_with("/dump/bank/") {
            self.card(seen, document);
        }
    }

    /// What getInfo says follows what was done (CHK-4).
    fn info(&mut self, seen: &Seen, document: &Value) {
        let shown = document.get("lastClosedChequeId").and_then(number);
        if let (Some(shown), Some(last)) = (shown, self.chain.last.as_ref().filter(|_| self.chain.in_row)) {
            let number = last.number;
            let wrong = (shown != Decimal::from(number)).then(|| format!("lastClosedChequeId {shown}"));
            self.holds(
                "CHK-4",
                seen.exchange,
                wrong,
                &format!("lastClosedChequeId {number}, the last receipt"),
            );
        }
        let status = document.get("currentShiftStatus").and_then(Value::as_str).unwrap_or_default();
        let since = self.closing.map(|at| seen.exchange.at.saturating_sub(at));
        match (status, since) {
            ("closed", Some(_)) => {
                *self.tested.entry("SHIFT-2".to_owned()).or_default() += 1;
            }
            ("opened", Some(90_001..)) => {
                self.closing = None;
                let found = "currentShiftStatus is opened 90 s after a Z report was accepted";
                self.broke("SHIFT-2", seen.exchange, "the shift is closed", found);
            }
            ("closed", None) => {
                let just = self.chain.last.as_ref().is_some_and(|last| {
                    self.chain.in_row && seen.exchange.at.saturating_sub(last.at) < 10_000
                });
                if just {
                    let found = "currentShiftStatus is closed right after a registration";
                    self.broke("CHK-4", seen.exchange, "the shift is opened", found);
                }
            }
            _ => {}
        }
        if document.get("cashWeHave").and_then(number).is_none()
            && document.get("cashWeHave").and_then(Value::as_str).is_some_and(|text| text.starts_with('-'))
        {
            self.broke("DUMP-7", seen.exchange, "cash in the drawer, or none", "cashWeHave is below zero");
        }
    }

    fn transaction(&mut self, seen: &Seen, key: &str, document: &Value) {
        let Some(numbers) = self.numbers_by_key.get(key) else { return };
        let shown = document.get("docid").and_then(text);
        let right = shown.as_ref().is_some_and(|shown| numbers.iter().any(|one| one.to_string() == *shown));
        let wrong = (!right).then(|| format!("docid {}", shown.unwrap_or_default()));
        let all: Vec<String> = numbers.iter().map(ToString::to_string).collect();
        self.holds(
            "DUMP-6",
            seen.exchange,
            wrong,
            &format!("docid {}, the receipt of that key", all.join(" or ")),
        );
        let unsent = document.get("status").and_then(number) == Some(Decimal::ZERO);
        let date = document.get("submitDate").and_then(Value::as_str).filter(|date| !date.is_empty());
        let wrong = date.filter(|_| unsent).map(|date| format!("submitDate {date} and status 0"));
        self.holds("DUMP-6", seen.exchange, wrong, "no submitDate while the status is 0");
    }

    /// A card's documents against each other (v22 §6.2).
    fn card(&mut self, seen: &Seen, document: &Value) {
        let details = document.get("details").and_then(Value::as_array).cloned().unwrap_or_default();
        let found = document.get("foundTransactions").and_then(number);
        let wrong = (found != Some(Decimal::from(details.len())))
            .then(|| format!("foundTransactions {:?}", document.get("foundTransactions")));
        self.holds("BANK-3", seen.exchange, wrong, &format!("foundTransactions {}", details.len()));
        let sum: Decimal = details
            .iter()
            .filter(|one| one.get("result").and_then(Value::as_str) == Some("success"))
            .filter_map(|one| one.get("amount").and_then(number))
            .sum();
        let total = document.get("totalAmount").and_then(number);
        let wrong = (total != Some(sum)).then(|| format!("totalAmount {total:?}"));
        self.holds("BANK-3", seen.exchange, wrong, &format!("totalAmount {sum}, the sum of what succeeded"));
    }

    /// Whoever works at it, and the tax that it takes by default, are in its directories.
    fn of_directories(&mut self, seen: &Seen, path: &str, document: &Value) {
        match path {
            "/apicheck/getInfo" => {
                self.cashier = document.get("cashierID").and_then(text).or(self.cashier.take());
                self.default_tax = document.get("defaultApiTaxID").and_then(text).or(self.default_tax.take());
                if document.get("roudingRule").is_some() {
                    self.rounds_otherwise = other_rounding(document).is_some();
                }
            }
            "/dump/table/cashiers" if document.is_object() => self.cashiers = Some(document.clone()),
            "/dump/table/taxes" if document.is_object() => self.tax_directory = Some(document.clone()),
            _ => return,
        }
        if path != "/dump/table/taxes"
            && let (Some(id), Some(all)) = (&self.cashier, &self.cashiers)
        {
            let wrong = all.get(id).is_none().then(|| format!("no cashier {id}"));
            let expected = format!("the cashier {id} of getInfo among the cashiers");
            self.holds("DUMP-1", seen.exchange, wrong, &expected);
        }
        if path != "/dump/table/cashiers"
            && let (Some(id), Some(all)) = (&self.default_tax, &self.tax_directory)
        {
            let wrong = all.get(id).is_none().then(|| format!("no tax {id}"));
            let expected = format!("the tax {id}, getInfo's defaultApiTaxID, among the taxes");
            self.holds("DUMP-1", seen.exchange, wrong, &expected);
        }
    }

    /// The tax directory; one that is empty proves nothing.
    pub(super) fn directories(&mut self, seen: &Seen) {
        if seen.path() != "/dump/table/taxes" || seen.answer().status != 200 {
            return;
        }
        let Some(Value::Object(taxes)) = judge::document(seen.answer()) else { return };
        let ids: Vec<String> = taxes.keys().cloned().collect();
        self.taxes = (!ids.is_empty()).then_some(ids);
    }
}
