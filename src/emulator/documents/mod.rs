//! The JSON documents of /dump (v22 §9): directories, shift lists, receipts and shift reports.
//! The emulator's own: no judge reads through them.

mod directories;
pub(super) mod receipts;
mod report;

use super::behaviour::{FieldOrder, ReceiptKey, UnknownDump};
use super::books::{Receipt, Sending, Shift};
use super::machine::Machine;
use super::number::money;
use super::refusal::{self, Refusal};
use super::reply::{Reply, written};
use ikkm_protocol::Key;
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};
use time::PrimitiveDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

const TO_SECONDS: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
const TO_MINUTES: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day] [hour]:[minute]");

impl Machine {
    /// Any request under /dump/.
    pub(super) fn dump(&self, parts: &[String]) -> Result<Reply, Refusal> {
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let rules = &self.behaviour.reports;
        let value = match parts.as_slice() {
            ["table", table @ ("items" | "catalog" | "taxes" | "cashiers")] => {
                self.senior_if(self.behaviour.shift.senior.directories)?;
                directories::document(&self.directories, table)
            }
            ["bank", track, "trackdocument"] => self.bank_result(track)?,
            ["table", "shifts"] => {
                self.senior_if(true)?;
                self.shift_list()
            }
            ["table", "shifts", id, kind @ ("cheques" | "salescheques" | "sales")] => {
                self.senior_if(true)?;
                match self.dumped_shift(id).filter(|shift| !shift.archived) {
                    Some(shift) => receipts::document(shift, kind, rules),
                    None => unknown(rules.unknown_shift, json!([]))?,
                }
            }
            ["table", "shifts", id, kind @ ("report" | "reportwithtax")] => {
                self.senior_if(true)?;
                match self.dumped_shift(id) {
                    Some(shift) => self.shift_report(shift, *kind == "reportwithtax"),
                    None => unknown(rules.unknown_shift, json!({}))?,
                }
            }
            ["transaction", key] => {
                self.senior_if(true)?;
                self.transaction(key)?
            }
            _ => unknown(rules.unknown_table, json!({}))?,
        };
        Ok(Reply::Document(ordered(value, rules.field_order)))
    }

    fn dumped_shift(&self, id: &str) -> Option<&Shift> {
        let digits = id.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| id.parse().ok()).flatten().and_then(|id| self.books.shift(id))
    }

    /// /dump/table/shifts: all but the archived ones.
    fn shift_list(&self) -> Value {
        let all = self.lists_archived();
        let listed = self.books.shifts.iter().filter(|shift| all || !shift.archived);
        listed.map(|shift| self.shift_entry(shift)).collect()
    }

    fn shift_entry(&self, shift: &Shift) -> Value {
        let mut entry = Map::new();
        entry.insert("id".into(), json!(shift.id));
        entry.insert("opened".into(), json!(u8::from(shift.closed.is_none())));
        entry.insert("openDate".into(), json!(seconds(shift.opened)));
        entry.insert("closeDate".into(), json!(shift.closed.map_or(String::new(), seconds)));
        entry.insert("cashierId".into(), json!(shift.cashier));
        for kind in ikkm_protocol::Registration::ALL {
            entry.insert(kind.wire().into(), amount(shift.fiscal_at_open[kind]));
        }
        Value::Object(entry)
    }

    /// /dump/transaction/WEB-KEY: one receipt and its message.
    fn transaction(&self, key: &str) -> Result<Value, Refusal> {
        let rules = &self.behaviour.reports;
        let by_spent = rules.receipt_key == ReceiptKey::Spent;
        let receipt = Key::parse(key).ok().and_then(|key| self.books.receipt_of(&key, by_spent));
        match receipt {
            Some(receipt) => Ok(transaction_entry(receipt)),
            None => unknown(rules.unknown_receipt, json!({})),
        }
    }
}

/// What /dump/transaction shows of a receipt.
pub(super) fn transaction_entry(receipt: &Receipt) -> Value {
    let (submitted, status, code) = match receipt.sending {
        Sending::Queued => (String::new(), 0, String::new()),
        Sending::Sent(at) => (seconds(at), 1, format!("{:09}", 20_000_000 + receipt.number)),
    };
    json!({
        "docid": receipt.number.to_string(),
        "createDate": seconds(receipt.at),
        "submitDate": submitted,
        "status": status,
        "onlineCode": code,
    })
}

/// What a dump of something unknown gives (Q-DUMP-3).
pub(super) fn unknown(then: UnknownDump, empty: Value) -> Result<Value, Refusal> {
    match then {
        UnknownDump::CheckAllParams => Err(refusal::CHECK_ALL),
        UnknownDump::IncorrectMethod => Err(refusal::WRONG_METHOD),
        UnknownDump::Empty => Ok(empty),
    }
}

/// A date with seconds, the form of most documents.
pub(super) fn seconds(at: PrimitiveDateTime) -> String {
    written(at, TO_SECONDS)
}

/// A date without seconds, as in the example of the shift report.
pub(super) fn minutes(at: PrimitiveDateTime) -> String {
    written(at, TO_MINUTES)
}

/// A sum as a JSON number with two decimals, exactly.
fn amount(value: Decimal) -> Value {
    exact(money(value))
}

/// A number as a JSON number with the digits it has.
fn exact(value: Decimal) -> Value {
    value.to_string().parse().map_or(Value::Null, Value::Number)
}

/// An object of texts.
pub(super) fn texts<const N: usize>(fields: [(&str, String); N]) -> Value {
    fields.into_iter().map(|(name, text)| (name.to_owned(), Value::String(text))).collect()
}

/// The document with the fields of every object in that order.
pub(super) fn ordered(value: Value, order: FieldOrder) -> Value {
    match (value, order) {
        (value, FieldOrder::Document) => value,
        (Value::Array(elements), order) => {
            elements.into_iter().map(|element| ordered(element, order)).collect()
        }
        (Value::Object(fields), order) => {
            let mut fields: Vec<(String, Value)> =
                fields.into_iter().map(|(name, value)| (name, ordered(value, order))).collect();
            if order == FieldOrder::Alphabetical {
                fields.sort_by(|(a, _), (b, _)| a.cmp(b));
            } else {
                fields.reverse();
            }
            Value::Object(fields.into_iter().collect())
        }
        (value, _) => value,
    }
}
