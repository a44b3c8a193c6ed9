//! Documents by their form: the fields that v22 names, with their JSON types, and what they must say of
//! what has passed.

use super::{Register, Seen};
use crate::ledger::documents::text;
use crate::ledger::reading::number;
use crate::runner::{document, judge};
use crate::suite::check;
use ikkm_protocol::Kind;
use rust_decimal::Decimal;
use serde_json::Value;

/// A field of a kind of document: path, rule, and the line that says so.
pub(crate) type Field = (&'static str, &'static str, &'static str);

const GET_INFO: &[Field] = &[
    ("applicationVersion", "integer", "CHK-2"),
    ("batteryCapacityPerc", "optional text digits", "CHK-2"),
    ("cashWeHave", "text amount", "CHK-2"),
    ("cashierID", "text digits", "CHK-2"),
    ("cashierName", "text", "CHK-2"),
    ("currentShiftID", "text digits", "CHK-2"),
    ("currentShiftStatus", "text in opened|closed", "CHK-5"),
    ("databaseSizeKb", "text digits", "CHK-2"),
    ("defaultApiTaxID", "text digits", "CHK-2"),
    ("factorySerialNumber", "text", "CHK-2"),
    ("lastClosedChequeId", "text digits", "CHK-2"),
    ("messagesQueSize", "text digits", "CHK-2"),
    ("printingMode", "text", "CHK-2"),
    ("roudingRule", "text", "WIRE-8"),
    ("totalFlashUsedMb", "text digits", "CHK-2"),
    ("totalRamUsedMb", "text digits", "CHK-2"),
];

const MINIMUM: &[Field] = &[
    ("lastClosedChequeId", "text digits", "CHK-3"),
    ("currentShiftID", "text digits", "CHK-3"),
    ("currentShiftStatus", "text", "CHK-3"),
    ("defaultApiTaxID", "text digits", "CHK-3"),
    ("cashierID", "text digits", "CHK-3"),
    ("cashierName", "text", "CHK-3"),
    ("cashWeHave", "absent", "CHK-6"),
    ("applicationVersion", "absent", "CHK-6"),
    ("messagesQueSize", "absent", "CHK-6"),
    ("printingMode", "absent", "CHK-6"),
];

const ITEMS: &[Field] = &[
    ("", "list", "DUMP-1"),
    ("[].uid", "integer", "DUMP-1"),
    ("[].code1", "integer", "DUMP-1"),
    ("[].code2", "text", "DUMP-1"),
    ("[].name", "text", "DUMP-1"),
    ("[].price1", "number", "DUMP-1"),
    ("[].itemtax1", "integer", "DUMP-1"),
    ("[].itemtype", "integer", "DUMP-1"),
    ("[].measure", "integer", "DUMP-1"),
    ("[].catalogid", "integer", "DUMP-1"),
];

const NAMES: &[Field] = &[("", "object", "DUMP-1"), ("[]", "text", "DUMP-1")];

const SHIFTS: &[Field] = &[
    ("", "list", "DUMP-2"),
    ("[].id", "integer", "DUMP-2"),
    ("[].opened", "integer in 0|1", "DUMP-2"),
    ("[].openDate", "text date-time", "DUMP-2"),
    ("[].cashierId", "integer", "DUMP-2"),
    ("[].sale", "number amount", "DUMP-2"),
    ("[].buy", "number amount", "DUMP-2"),
    ("[].saleReturn", "number amount", "DUMP-2"),
    ("[].buyReturn", "number amount", "DUMP-2"),
];

const CHEQUES: &[Field] = &[
    ("", "list", "DUMP-3"),
    ("[].chequeId", "integer", "DUMP-3"),
    ("[].chequeDate", "text date-time", "DUMP-3"),
    ("[].chequeType", "text", "DUMP-3"),
    ("[].chequeSales", "list", "DUMP-3"),
    ("[].chequeSales[].id", "integer", "DUMP-3"),
    ("[].chequeSales[].itemCode", "optional text or null", "DUMP-3"),
    ("[].chequeSales[].qty", "number", "DUMP-3"),
    ("[].chequeSales[].price", "number", "DUMP-3"),
    ("[].chequeSales[].saleSum", "number", "DUMP-3"),
    ("[].chequeSales[].taxId", "integer", "DUMP-3"),
];

const SALESCHEQUES: &[Field] = &[
    ("", "list", "DUMP-3"),
    ("[].chequeSales", "absent", "DUMP-3"),
    ("[].chequeId", "integer", "DUMP-12"),
    ("[].chequeDate", "text date-time", "DUMP-12"),
    ("[].chequeType", "text", "DUMP-12"),
    ("[].saleSum", "number", "DUMP-12"),
    ("[].taxId", "integer", "DUMP-12"),
];

const SALES: &[Field] = &[
    ("", "list sorted-by chequeId", "DUMP-4"),
    ("[].id", "integer", "DUMP-4"),
    ("[].chequeId", "integer", "DUMP-4"),
    ("[].qty", "number", "DUMP-4"),
    ("[].price", "number", "DUMP-4"),
    ("[].saleSum", "number", "DUMP-4"),
    ("[].taxId", "integer", "DUMP-4"),
];

const REPORT: &[Field] = &[
    ("shiftState", "text in open|opened|closed", "DUMP-5"),
    ("dateOpen", "text date", "DUMP-5"),
    ("fiscalDataOnShiftOpen", "object", "DUMP-5"),
    ("fiscalDataOnShiftOpen.sale", "number amount", "DUMP-5"),
    ("fiscalDataOnShiftOpen.buy", "number amount", "DUMP-5"),
    ("fiscalDataOnShiftOpen.saleReturn", "number amount", "DUMP-5"),
    ("fiscalDataOnShiftOpen.buyReturn", "number amount", "DUMP-5"),
    ("totalSaleCheques", "integer", "DUMP-5"),
    ("saleDetails.sum", "number amount", "DUMP-5"),
    ("saleDetails.cheques", "integer", "DUMP-5"),
    ("totalBuyCheques", "integer", "DUMP-5"),
    ("buyDetails.sum", "number amount", "DUMP-5"),
    ("buyDetails.cheques", "integer", "DUMP-5"),
    ("totalSaleReturnCheques", "integer", "DUMP-5"),
    ("saleReturnDetails.sum", "number amount", "DUMP-5"),
    ("saleReturnDetails.cheques", "integer", "DUMP-5"),
    ("totalBuyReturnCheques", "integer", "DUMP-5"),
    ("buyRetDetails.sum", "number amount", "DUMP-5"),
    ("buyRetDetails.cheques", "integer", "DUMP-5"),
    ("cashOutDocCount", "integer", "DUMP-5"),
    ("cashOutTotal", "number amount", "DUMP-5"),
    ("cashInDocCount", "integer", "DUMP-5"),
    ("cashInTotal", "number amount", "DUMP-5"),
    ("cashWeHave", "number amount", "DUMP-5"),
    ("revenue", "number", "DUMP-5"),
    ("fiscalData", "object", "DUMP-5"),
    ("fiscalData.sales|sale", "number amount", "DUMP-5"),
    ("fiscalData.buy", "number amount", "DUMP-5"),
    ("fiscalData.saleReturn", "number amount", "DUMP-5"),
    ("fiscalData.buyReturn", "number amount", "DUMP-5"),
];

const WITH_TAXES: &[Field] = &[
    ("taxes", "object", "DUMP-5"),
    ("taxes[][].taxId", "integer", "DUMP-5"),
    ("taxes[][].turnover", "number", "DUMP-5"),
    ("taxes[][].taxDetails", "list", "DUMP-5"),
    ("taxes[][].taxDetails[].taxId", "integer", "DUMP-5"),
    ("taxes[][].taxDetails[].taxPercent", "number", "DUMP-5"),
    ("taxes[][].taxDetails[].amount", "number", "DUMP-5"),
    ("taxes[][]", "object included-tax", "TAX-6"),
];

const TRANSACTION: &[Field] = &[
    ("docid", "text digits", "DUMP-6"),
    ("createDate", "text date-time", "DUMP-6"),
    ("status", "integer", "DUMP-6"),
];

const BANK: &[Field] = &[
    ("foundTransactions", "text digits", "BANK-6"),
    ("totalAmount", "text amount", "BANK-6"),
    ("transactionResult", "text", "BANK-6"),
    ("details", "list", "BANK-6"),
    ("details[].AID", "text", "BANK-6"),
    ("details[].PAN", "text", "BANK-6"),
    ("details[].amount", "text amount", "BANK-6"),
    ("details[].bankslot", "text", "BANK-6"),
    ("details[].cardHolderName", "text", "BANK-6"),
    ("details[].currency", "text", "BANK-6"),
    ("details[].dateTime", "text", "BANK-6"),
    ("details[].operationType", "text", "BANK-6"),
    ("details[].refnum", "text", "BANK-6"),
    ("details[].responce", "text", "BANK-6"),
    ("details[].result", "text", "BANK-6"),
    ("details[].traceNumber", "text", "BANK-6"),
    ("details[].PAN", "text masked", "BANK-7"),
    ("details[].dateTime", "text card-date", "BANK-7"),
];

/// The line that a document of that path stands for.
pub(super) fn line_of(path: &str) -> &'static str {
    match kind(path, false) {
        Some(fields) => fields.iter().map(|field| field.2).next().unwrap_or("DUMP-1"),
        None => "DUMP-1",
    }
}

/// The fields of the documents under that path.
pub(crate) fn kind(path: &str, minimum: bool) -> Option<&'static [Field]> {
    if path == "/apicheck/getInfo" {
        return Some(if minimum { MINIMUM } else { GET_INFO });
    }
    let rest = path.strip_prefix("/dump/")?;
    if rest.starts_with("transaction/") {
        return Some(TRANSACTION);
    }
    if rest.starts_with("bank/") {
        return Some(BANK);
    }
    match rest.strip_prefix("table/")?.rsplit('/').next()? {
        "items" => Some(ITEMS),
        "taxes" | "catalog" | "cashiers" => Some(NAMES),
        "shifts" => Some(SHIFTS),
        "cheques" => Some(CHEQUES),
        "salescheques" => Some(SALESCHEQUES),
        "sales" => Some(SALES),
        "report" | "reportwithtax" => Some(REPORT),
        _ => None,
    }
}

impl Register {
    /// A document's fields, and what it says of what has passed.
    pub(super) fn form(&mut self, seen: &Seen) {
        let answer = seen.answer();
        if seen.path() == "/apicheck" && answer.kind() == Kind::Zero {
            self.status(seen);
        }
        let Some(document) = judge::document(answer).filter(|_| answer.status == 200) else { return };
        let path = seen.path().to_owned();
        let minimum = seen.params.get("show") == Some("minimum");
        // A table that nobody knows may be empty (Q-DUMP-3), and an archived shift has its own form.
        let empty = document.as_object().is_some_and(serde_json::Map::is_empty)
            || document.as_array().is_some_and(Vec::is_empty);
        let archived = document.get("isArhived").is_some();
        let mut fields: Vec<Field> = kind(&path, minimum).unwrap_or_default().to_vec();
        if path.ends_with("/reportwithtax") {
            fields.extend_from_slice(WITH_TAXES);
        }
        if path == "/apicheck/getInfo" {
            self.cashier = document.get("cashierID").and_then(text).or(self.cashier.take());
        } else if path == "/dump/table/cashiers" && document.is_object() {
            self.cashiers = Some(document.clone());
        }
        if matches!(path.as_str(), "/apicheck/getInfo" | "/dump/table/cashiers")
            && let (Some(id), Some(all)) = (&self.cashier, &self.cashiers)
        {
            // Whoever works at it is in its directory.
            let wrong = all.get(id).is_none().then(|| format!("no cashier {id}"));
            let expected = format!("the cashier {id} of getInfo among the cashiers");
            self.holds("DUMP-1", seen.exchange, wrong, &expected);
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
            if certain {
                self.info(seen, document);
            }
        } else if let Some(key) = path.strip_prefix("/dump/transaction/") {
            self.transaction(seen, key, document);
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

    /// The tax directory.
    pub(super) fn directories(&mut self, seen: &Seen) {
        if seen.path() != "/dump/table/taxes" || seen.answer().status != 200 {
            return;
        }
        let Some(Value::Object(taxes)) = judge::document(seen.answer()) else { return };
        let ids: Vec<String> = taxes.keys().cloned().collect();
        self.taxes = Some(ids);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ikkm_requirements::requirements;

    #[test]
    fn every_row_of_the_tables_can_be_read_and_names_a_line() {
        let tables = [
            GET_INFO,
            MINIMUM,
            ITEMS,
            NAMES,
            SHIFTS,
            CHEQUES,
            SALESCHEQUES,
            SALES,
            REPORT,
            WITH_TAXES,
            TRANSACTION,
            BANK,
        ];
        for (place, rule, line) in tables.into_iter().flatten() {
            assert!(check::path(place).is_ok(), "{place}");
            assert!(check::rule(rule).is_ok(), "{place}: {rule}");
            assert!(requirements().get(line).is_some(), "{line}");
        }
    }
}
