//! The documents of a device as typed data: a shift's documents, receipts and their rows.

use super::reading::number;
use ikkm_protocol::Registration;
use rust_decimal::Decimal;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The documents of a device, all read while nothing else was sent.
#[derive(Debug, Clone, Default)]
pub struct Documents {
    /// getInfo.
    pub info: Value,
    /// /dump/table/shifts; `Null` where it was not asked for.
    pub shifts: Value,
    /// The documents of some shifts, the oldest first; the last is the current one.
    pub books: Vec<ShiftDocuments>,
}

/// The documents of one shift, as they came; `Null` for one that was not asked for.
#[derive(Debug, Clone, Default)]
pub struct ShiftDocuments {
    /// The shift's number.
    pub shift: u64,
    /// `report`.
    pub report: Value,
    /// `reportwithtax`.
    pub with_tax: Value,
    /// `cheques`.
    pub cheques: Value,
    /// `salescheques`.
    pub salescheques: Value,
    /// `sales`.
    pub sales: Value,
}

impl Documents {
    /// Whether the device's rounding rule is another than `no`: what it does is open (Q-WIRE-8).
    pub fn rounds_otherwise(&self) -> bool {
        other_rounding(&self.info).is_some()
    }
}

/// The rounding rule that getInfo shows, where it is another than `no` (v22 §7.1).
pub fn other_rounding(info: &Value) -> Option<&str> {
    info.get("roudingRule").and_then(Value::as_str).filter(|rule| *rule != "no")
}

/// A row of a receipt: quantity, price, sum, tax, and its code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// `id`, the sale code.
    pub id: String,
    /// `qty`.
    pub quantity: Decimal,
    /// `price`, in tenge.
    pub price: Decimal,
    /// `saleSum`, in tenge.
    pub sum: Decimal,
    /// `taxId`.
    pub tax: String,
}

/// A receipt as `cheques` shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// `chequeType`.
    pub kind: Registration,
    /// `chequeSales`.
    pub rows: Vec<Row>,
}

impl Receipt {
    /// What its rows make.
    pub fn sum(&self) -> Decimal {
        self.rows.iter().map(|row| row.sum).sum()
    }
}

/// The text of a JSON text or number.
pub fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn row(value: &Value) -> Option<Row> {
    Some(Row {
        id: text(value.get("id")?)?,
        quantity: number(value.get("qty")?)?,
        price: number(value.get("price")?)?,
        sum: number(value.get("saleSum")?)?,
        tax: text(value.get("taxId")?)?,
    })
}

/// `chequeId`, where it is a number.
pub fn receipt_number(value: &Value) -> Option<u64> {
    text(value.get("chequeId")?)?.parse().ok()
}

/// The type of receipt that `chequeType` names; `None` for one that v22 does not list. Firmware above
/// 1016 may follow a later document, so such a receipt is left out of the sums.
pub(crate) fn kind_of(word: &str) -> Option<Registration> {
    Registration::ALL.get(word.parse::<usize>().ok()?).copied()
}

/// The numbers of the receipts of `cheques` whose type v22 does not list.
pub(super) fn of_unknown_type(cheques: &Value) -> BTreeSet<u64> {
    let unknown = |cheque: &&Value| {
        cheque.get("chequeType").and_then(text).is_some_and(|word| kind_of(&word).is_none())
    };
    cheques.as_array().into_iter().flatten().filter(unknown).filter_map(receipt_number).collect()
}

/// The receipts of `cheques` by number, those of an unknown type left out; `None` where a documented field is missing or of no use.
pub fn receipts(cheques: &Value) -> Option<BTreeMap<u64, Receipt>> {
    let mut all = BTreeMap::new();
    for cheque in cheques.as_array()? {
        let Some(kind) = kind_of(&text(cheque.get("chequeType")?)?) else { continue };
        let rows = cheque.get("chequeSales")?.as_array()?.iter().map(row).collect::<Option<Vec<_>>>()?;
        let number = receipt_number(cheque)?;
        // A number that stands twice shows as a receipt too few.
        all.insert(number, Receipt { kind, rows });
    }
    Some(all)
}

/// The rows of a flat document with their receipts' numbers, in its order.
pub(super) fn flat(document: &Value) -> Option<Vec<(u64, Row)>> {
    document.as_array()?.iter().map(|one| Some((receipt_number(one)?, row(one)?))).collect()
}

/// The field with a type's sum and count; the last is spelt so in the document.
pub fn details(kind: Registration) -> &'static str {
    match kind {
        Registration::Sale => "saleDetails",
        Registration::Buy => "buyDetails",
        Registration::SaleReturn => "saleReturnDetails",
        Registration::BuyReturn => "buyRetDetails",
    }
}

/// Whether a tax detail says that the tax is part of the amount (Q-DUMP-1: `true` or `"true"`).
pub fn is_included(detail: &Value) -> bool {
    detail.get("isIncluded").is_some_and(|is| is.to_string().trim_matches('"') == "true")
}

/// The number in a document's field, where it is one.
pub(super) fn number_of(document: &Value, name: &str) -> Option<Decimal> {
    document.get(name).and_then(number)
}

/// A fiscal total; the one of sales has two names (Q-DUMP-1).
pub(crate) fn fiscal(data: &Value, kind: Registration) -> Option<Decimal> {
    number_of(data, kind.wire())
        .or_else(|| (kind == Registration::Sale).then(|| number_of(data, "sales")).flatten())
}
