//! Receipts of a type that v22 does not list: remarked, and left out of what is judged (DUMP-3).

use crate::ledger::documents::{receipt_number, text};
use ikkm_protocol::Registration;
use serde_json::Value;
use std::collections::BTreeSet;

/// The numbers of such receipts, as far as a list told them.
#[derive(Debug, Default)]
pub struct LeftOut(BTreeSet<u64>);

impl LeftOut {
    /// Takes them out of a list of receipts or of their rows. Says whether any was taken out, and of
    /// which types.
    pub fn leave_out(&mut self, path: &str, document: &mut Value) -> (bool, Vec<String>) {
        let list = ["/cheques", "/salescheques", "/sales"]
            .iter()
            .any(|end| path.trim_end_matches('/').ends_with(end));
        let Some(rows) = document.as_array_mut().filter(|_| list) else { return (false, Vec::new()) };
        let mut types = BTreeSet::new();
        let before = rows.len();
        rows.retain(|row| {
            let number = receipt_number(row);
            match row.get("chequeType").and_then(text) {
                Some(word) if is_unknown(&word) => {
                    self.0.extend(number);
                    types.insert(word);
                    false
                }
                Some(_) => true,
                // Rows of sales name no type.
                None => number.is_none_or(|number| !self.0.contains(&number)),
            }
        });
        (rows.len() < before, types.into_iter().collect())
    }
}

/// A number, but none of the four.
fn is_unknown(word: &str) -> bool {
    word.parse::<usize>().is_ok_and(|at| at >= Registration::ALL.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_receipt_of_an_unknown_type_is_left_out_of_every_list() {
        let mut out = LeftOut::default();
        let mut cheques = json!([{"chequeId": 1, "chequeType": "0"}, {"chequeId": 2, "chequeType": "4"}]);
        let left = out.leave_out("/dump/table/shifts/3/cheques", &mut cheques);
        assert_eq!(left, (true, vec!["4".to_owned()]));
        assert_eq!(cheques, json!([{"chequeId": 1, "chequeType": "0"}]));
        let mut sales = json!([{"chequeId": 1}, {"chequeId": 2}]);
        assert!(out.leave_out("/dump/table/shifts/3/sales/", &mut sales).0);
        assert_eq!(sales, json!([{"chequeId": 1}]));
    }

    #[test]
    fn nothing_else_is_touched() {
        let mut out = LeftOut::default();
        for (path, rows) in [
            ("/dump/table/shifts/3/cheques", json!([{"chequeId": 1, "chequeType": "sale"}, {"chequeId": 2}])),
            ("/dump/table/shifts", json!([{"chequeId": 2, "chequeType": "4"}])),
        ] {
            let mut document = rows.clone();
            assert!(!out.leave_out(path, &mut document).0);
            assert_eq!(document, rows);
        }
    }
}
