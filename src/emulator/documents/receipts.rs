//! Receipts of a shift: with their rows, flat, and the rows alone (v22 §9.2).

use super::{amount, exact, seconds};
use crate::behaviour::ReportRules;
use crate::books::{Receipt, Row, Shift};
use ikkm_protocol::Registration;
use serde_json::{Map, Value, json};

/// `cheques`, `salescheques` or `sales` of a shift, all by receipt number.
pub(crate) fn document(shift: &Shift, kind: &str, rules: &ReportRules) -> Value {
    let mut rows: Vec<Value> = match kind {
        "cheques" => shift.receipts.iter().map(cheque).collect(),
        "salescheques" => shift.receipts.iter().flat_map(|receipt| flat(receipt, true)).collect(),
        _ => shift.receipts.iter().flat_map(|receipt| flat(receipt, false)).collect(),
    };
    if rules.newer_receipts {
        rows.extend(newer(shift, kind));
    }
    if rules.item_code_null {
        rows.iter_mut().for_each(without_code);
    }
    Value::Array(rows)
}

/// A receipt of a type that v22 does not have, with a number above all others.
fn newer(shift: &Shift, kind: &str) -> Option<Value> {
    let first = shift.receipts.first()?;
    let receipt = Receipt { number: 900_000_000 + shift.id, first_row: 900_000_000, ..first.clone() };
    let mut row = match kind {
        "cheques" => cheque(&receipt),
        "salescheques" => flat(&receipt, true).swap_remove(0),
        _ => flat(&receipt, false).swap_remove(0),
    };
    if let Some(kind) = row.get_mut("chequeType") {
        *kind = json!("4");
    }
    Some(row)
}

/// `itemCode` is null, here and in the rows below.
fn without_code(row: &mut Value) {
    if let Some(code) = row.get_mut("itemCode") {
        *code = Value::Null;
    }
    if let Some(rows) = row.get_mut("chequeSales").and_then(Value::as_array_mut) {
        rows.iter_mut().for_each(without_code);
    }
}

fn cheque(receipt: &Receipt) -> Value {
    let mut fields = head(receipt);
    let rows: Vec<Value> = numbered(receipt)
        .map(|(id, row)| {
            let mut fields = Map::new();
            fields.insert("id".into(), json!(id));
            row_fields(receipt, row, &mut fields);
            Value::Object(fields)
        })
        .collect();
    fields.insert("chequeSales".into(), Value::Array(rows));
    Value::Object(fields)
}

/// One object a row; `with_head` adds the receipt's date and type.
fn flat(receipt: &Receipt, with_head: bool) -> Vec<Value> {
    let rows = numbered(receipt).map(|(id, row)| {
        let mut fields = Map::new();
        fields.insert("id".into(), json!(id));
        if with_head {
            fields.extend(head(receipt));
        } else {
            fields.insert("chequeId".into(), json!(receipt.number));
        }
        row_fields(receipt, row, &mut fields);
        Value::Object(fields)
    });
    rows.collect()
}

fn head(receipt: &Receipt) -> Map<String, Value> {
    let kind = match receipt.kind {
        Registration::Sale => "0",
        Registration::Buy => "1",
        Registration::SaleReturn => "2",
        Registration::BuyReturn => "3",
    };
    let mut fields = Map::new();
    fields.insert("chequeId".into(), json!(receipt.number));
    fields.insert("chequeDate".into(), json!(seconds(receipt.at)));
    fields.insert("chequeType".into(), json!(kind));
    fields
}

fn numbered(receipt: &Receipt) -> impl Iterator<Item = (u64, &Row)> {
    (receipt.first_row..).zip(&receipt.rows)
}

fn row_fields(receipt: &Receipt, row: &Row, fields: &mut Map<String, Value>) {
    fields.insert("itemCode".into(), json!(""));
    fields.insert("qty".into(), exact(row.quantity.normalize()));
    fields.insert("price".into(), amount(row.price));
    fields.insert("saleSum".into(), amount(row.sum));
    fields.insert("taxId".into(), json!(receipt.tax.id));
}
