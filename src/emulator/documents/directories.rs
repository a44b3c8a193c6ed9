//! The directories: goods, folders, taxes, cashiers (v22 §9.1).

use super::{exact, texts};
use crate::directories::Directories;
use serde_json::{Map, Value, json};

/// One directory as its document; an unknown table is an empty one.
pub(super) fn document(directories: &Directories, table: &str) -> Value {
    match table {
        "items" => directories
            .goods
            .iter()
            .map(|good| {
                json!({
                    "uid": good.uid,
                    "code1": good.code1,
                    "code2": good.code2,
                    "name": good.name,
                    "price1": exact(good.price1),
                    "itemtax1": good.itemtax1,
                    "itemtype": good.itemtype,
                    "measure": good.measure,
                    "catalogid": good.catalogid,
                })
            })
            .collect(),
        "catalog" => names(directories.folders.iter().map(|(id, name)| (*id, name))),
        "taxes" => names(directories.taxes.iter().map(|tax| (tax.id, &tax.name))),
        "cashiers" => names(directories.cashiers.iter().map(|cashier| (cashier.id, &cashier.name))),
        _ => texts([]),
    }
}

/// `{"1": "Kitchen", "2": "Bar"}`.
fn names<'a>(entries: impl Iterator<Item = (u64, &'a String)>) -> Value {
    let fields: Map<String, Value> = entries.map(|(id, name)| (id.to_string(), json!(name))).collect();
    Value::Object(fields)
}
