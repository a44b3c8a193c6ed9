//! A shift's documents against each other (DUMP-7): receipts, their rows, the report's sums.

use super::discrepancy::Discrepancy;
use super::documents::{
    Receipt, Row, ShiftDocuments, details, flat, is_included, of_unknown_type, receipts, text,
};
use super::reading::number;
use ikkm_protocol::Registration;
use rust_decimal::Decimal;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The documents of one shift against each other. `unit` is what a single amount may be rounded to: a
/// hundredth, or a tenge where the device's rounding rule is another than `no` (Q-WIRE-8).
pub fn agreement(documents: &ShiftDocuments, unit: Decimal, found: &mut Vec<Discrepancy>) {
    if documents.cheques.is_null() {
        return;
    }
    let base = format!("/dump/table/shifts/{}", documents.shift);
    let Some(receipts) = receipts(&documents.cheques) else {
        let what = "receipts with number, type 0 to 3 and rows of id, qty, price, saleSum, taxId";
        found.push(Discrepancy::new("DUMP-3", "form", &format!("{base}/cheques"), what, "something else"));
        return;
    };
    let left_out = of_unknown_type(&documents.cheques);
    let listed: Vec<(u64, Row)> = receipts
        .iter()
        .flat_map(|(number, receipt)| receipt.rows.iter().map(|row| (*number, row.clone())))
        .collect();
    for (name, document, requirement) in
        [("salescheques", &documents.salescheques, "DUMP-12"), ("sales", &documents.sales, "DUMP-4")]
    {
        if document.is_null() {
            continue;
        }
        rows_agree(&listed, &left_out, document, &format!("{base}/{name}"), requirement, found);
    }
    let report = if documents.report.is_null() { &documents.with_tax } else { &documents.report };
    if report.is_null() {
        return;
    }
    let on_top = on_top(&documents.with_tax);
    for kind in Registration::ALL {
        sums_agree(&receipts, report, kind, &on_top, &base, found);
    }
    if !documents.with_tax.is_null() {
        turnover_agrees(&receipts, &documents.with_tax, unit, &base, found);
    }
    if !documents.report.is_null() && !documents.with_tax.is_null() {
        same_report(&documents.report, &documents.with_tax, &base, found);
    }
}

fn rows_agree(
    listed: &[(u64, Row)],
    left_out: &BTreeSet<u64>,
    document: &Value,
    place: &str,
    requirement: &'static str,
    found: &mut Vec<Discrepancy>,
) {
    let Some(mut shown) = flat(document) else {
        let what = "rows with chequeId, id, qty, price, saleSum, taxId";
        found.push(Discrepancy::new(requirement, "form", place, what, "something else"));
        return;
    };
    shown.retain(|(number, _)| !left_out.contains(number));
    // Only sales have a prescribed order.
    if requirement == "DUMP-4" && !shown.is_sorted_by_key(|(number, _)| *number) {
        found.push(Discrepancy::new("DUMP-4", "order", place, "sorted by chequeId", "another order"));
    }
    if shown.len() != listed.len() {
        let (expected, have) = (listed.len().to_string(), shown.len().to_string());
        found.push(Discrepancy::new(
            "DUMP-7",
            "number of rows",
            place,
            &format!("{expected}, as in cheques"),
            &have,
        ));
        return;
    }
    // Rows of a receipt may stand in any order.
    let key = |pair: &(u64, Row)| (pair.0, pair.1.id.clone());
    let mut listed = listed.to_vec();
    listed.sort_by_key(key);
    shown.sort_by_key(key);
    if let Some((expected, have)) = listed.iter().zip(&shown).find(|(a, b)| a != b) {
        let show = |(number, row): &(u64, Row)| {
            format!(
                "receipt {number}, row {}: {} x {} = {}, tax {}",
                row.id, row.quantity, row.price, row.sum, row.tax
            )
        };
        let expected = format!("{} (as in cheques)", show(expected));
        found.push(Discrepancy::new("DUMP-7", "rows", place, &expected, &show(have)));
    }
}

fn sums_agree(
    receipts: &BTreeMap<u64, Receipt>,
    report: &Value,
    kind: Registration,
    on_top: &BTreeSet<String>,
    base: &str,
    found: &mut Vec<Discrepancy>,
) {
    let own: Vec<&Receipt> = receipts.values().filter(|receipt| receipt.kind == kind).collect();
    let sum: Decimal = own.iter().map(|receipt| receipt.sum()).sum();
    let count = Decimal::from(own.len());
    let name = details(kind);
    // With a tax on top, rows and sums may count it each in its own way (Q-TAX-1).
    let open = own.iter().flat_map(|receipt| &receipt.rows).any(|row| on_top.contains(&row.tax));
    for (field, expected) in [("sum", sum), ("cheques", count)] {
        if open && field == "sum" {
            continue;
        }
        let shown = report.get(name).and_then(|details| details.get(field)).and_then(number);
        if let Some(shown) = shown.filter(|shown| *shown != expected) {
            let figure = format!("{name}.{field}");
            let expected = format!("{expected}, what {base}/cheques makes");
            found.push(Discrepancy::new(
                "DUMP-7",
                &figure,
                &format!("{base}/report"),
                &expected,
                &shown.to_string(),
            ));
        }
    }
}

/// The ids of the taxes that a report shows as added to the amount.
pub(super) fn on_top(with_tax: &Value) -> BTreeSet<String> {
    let types = with_tax.get("taxes").and_then(Value::as_object);
    let rows = types.into_iter().flat_map(|types| types.values()).filter_map(Value::as_array).flatten();
    let details = rows.filter_map(|row| row.get("taxDetails")?.as_array()).flatten();
    details
        .filter(|detail| !is_included(detail))
        .filter_map(|detail| detail.get("taxId").and_then(text))
        .collect()
}

/// Turnover by tax, and what an included tax comes to (TAX-1, TAX-6).
fn turnover_agrees(
    receipts: &BTreeMap<u64, Receipt>,
    with_tax: &Value,
    unit: Decimal,
    base: &str,
    found: &mut Vec<Discrepancy>,
) {
    let place = format!("{base}/reportwithtax");
    let Some(taxes) = with_tax.get("taxes") else {
        found.push(Discrepancy::new("DUMP-5", "taxes", &place, "there", "missing"));
        return;
    };
    for kind in Registration::ALL {
        let mut shown: BTreeMap<String, Decimal> = BTreeMap::new();
        let mut on_top = Vec::new();
        for entry in taxes.get(kind.wire()).and_then(Value::as_array).into_iter().flatten() {
            let (Some(id), Some(turnover)) =
                (entry.get("taxId").and_then(text), entry.get("turnover").and_then(number))
            else {
                continue;
            };
            *shown.entry(id.clone()).or_default() += turnover;
            for detail in entry.get("taxDetails").and_then(Value::as_array).into_iter().flatten() {
                if is_included(detail) {
                    let slack = unit + unit / Decimal::TWO * Decimal::from(receipts.len());
                    included(detail, turnover, slack, &place, found);
                } else {
                    on_top.push(id.clone());
                }
            }
        }
        let mut expected: BTreeMap<String, Decimal> = BTreeMap::new();
        for row in receipts.values().filter(|receipt| receipt.kind == kind).flat_map(|receipt| &receipt.rows)
        {
            *expected.entry(row.tax.clone()).or_default() += row.sum;
        }
        let ids: BTreeSet<&String> = shown.keys().chain(expected.keys()).collect();
        // With a tax on top it is open what its turnover is.
        for id in ids.into_iter().filter(|id| !on_top.contains(id)) {
            let (have, should) =
                (shown.get(id).copied().unwrap_or_default(), expected.get(id).copied().unwrap_or_default());
            if have != should {
                let figure = format!("turnover of {kind} under tax {id}");
                let expected = format!("{should}, what {base}/cheques makes");
                found.push(Discrepancy::new("DUMP-7", &figure, &place, &expected, &have.to_string()));
            }
        }
    }
}

/// An included tax is rate/(100+rate) of the turnover. Rounding receipt by receipt would be as good,
/// so half a unit for each receipt is let pass.
fn included(detail: &Value, turnover: Decimal, slack: Decimal, place: &str, found: &mut Vec<Discrepancy>) {
    let (Some(percent), Some(amount)) =
        (detail.get("taxPercent").and_then(number), detail.get("amount").and_then(number))
    else {
        return;
    };
    let exact = turnover
        .checked_mul(percent)
        .and_then(|product| product.checked_div(Decimal::ONE_HUNDRED + percent))
        .unwrap_or_default();
    if (amount - exact).abs() > slack {
        let expected = format!("{} ({percent} % within {turnover})", exact.round_dp(2));
        found.push(Discrepancy::new(
            "TAX-6",
            "amount of an included tax",
            place,
            &expected,
            &amount.to_string(),
        ));
    }
}

/// `reportwithtax` is `report` and the taxes: whatever both show is the same.
fn same_report(report: &Value, with_tax: &Value, base: &str, found: &mut Vec<Discrepancy>) {
    for (name, value) in report.as_object().into_iter().flatten() {
        if let Some(other) = with_tax.get(name).filter(|other| *other != value) {
            let place = format!("{base}/reportwithtax");
            let expected = format!("{value}, as in report");
            found.push(Discrepancy::new("DUMP-5", name, &place, &expected, &other.to_string()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn documents() -> ShiftDocuments {
        let row = |id: u64, sum: u64| json!({"id": id, "itemCode": "", "qty": 1, "price": sum, "saleSum": sum, "taxId": 1});
        let flat = |id: u64, cheque: u64, sum: u64| {
            let mut one = row(id, sum);
            one["chequeId"] = json!(cheque);
            one
        };
        let report = json!({
            "saleDetails": {"sum": 30.00, "cheques": 2}, "buyDetails": {"sum": 0, "cheques": 0},
        });
        let mut with_tax = report.clone();
        with_tax["taxes"] = json!({"sale": [{"taxId": 1, "turnover": 30.00, "taxDetails": [
            {"taxId": 1, "isIncluded": "true", "taxPercent": 12, "amount": 3.21}]}]});
        ShiftDocuments {
            shift: 4,
            report,
            with_tax,
            cheques: json!([
                {"chequeId": 7, "chequeType": "0", "chequeSales": [row(1, 10), row(2, 5)]},
                {"chequeId": 8, "chequeType": "0", "chequeSales": [row(3, 15)]},
            ]),
            salescheques: json!([flat(1, 7, 10), flat(2, 7, 5), flat(3, 8, 15)]),
            sales: json!([flat(2, 7, 5), flat(1, 7, 10), flat(3, 8, 15)]),
        }
    }

    fn found(documents: &ShiftDocuments) -> Vec<String> {
        let mut found = Vec::new();
        agreement(documents, Decimal::new(1, 2), &mut found);
        found.iter().map(|one| format!("{} {} {}", one.requirement, one.figure, one.found)).collect()
    }

    #[test]
    fn books_that_balance_are_left_alone() {
        assert_eq!(found(&documents()), Vec::<String>::new());
    }

    #[test]
    fn a_hundredth_off_is_found_wherever_it_is() {
        let mut one = documents();
        one.sales[2]["saleSum"] = json!(15.01);
        assert!(found(&one)[0].starts_with("DUMP-7 rows"));
        let mut one = documents();
        one.report["saleDetails"]["sum"] = json!(30.01);
        assert_eq!(found(&one).len(), 2, "the report against the receipts and against reportwithtax");
        let mut one = documents();
        one.with_tax["taxes"]["sale"][0]["turnover"] = json!(29.99);
        assert_eq!(found(&one), ["DUMP-7 turnover of sale under tax 1 29.99"]);
        let mut one = documents();
        one.with_tax["taxes"]["sale"][0]["taxDetails"][0]["amount"] = json!(3.60);
        assert_eq!(found(&one), ["TAX-6 amount of an included tax 3.6"]);
    }

    #[test]
    fn a_device_that_rounds_to_tenge_rounds_its_taxes_so() {
        let mut one = documents();
        one.with_tax["taxes"]["sale"][0]["taxDetails"][0]["amount"] = json!(4.00);
        let mut told = Vec::new();
        agreement(&one, Decimal::ONE, &mut told);
        assert_eq!(told, []);
        one.with_tax["taxes"]["sale"][0]["taxDetails"][0]["amount"] = json!(6.00);
        agreement(&one, Decimal::ONE, &mut told);
        assert_eq!(told.len(), 1);
    }

    #[test]
    fn a_receipt_of_an_unknown_type_is_left_out() {
        let mut one = documents();
        let row =
            json!({"id": 9, "itemCode": "", "qty": 1, "price": 70, "saleSum": 70, "taxId": 1, "chequeId": 9});
        one.cheques
            .as_array_mut()
            .unwrap()
            .push(json!({"chequeId": 9, "chequeType": "4", "chequeSales": [row]}));
        for list in [&mut one.sales, &mut one.salescheques] {
            list.as_array_mut().unwrap().push(row.clone());
        }
        assert_eq!(found(&one), [""; 0]);
    }

    #[test]
    fn only_sales_have_an_order_and_other_names_in_salescheques_are_less_than_a_failure() {
        let mut one = documents();
        one.salescheques.as_array_mut().unwrap().reverse();
        assert_eq!(found(&one), [""; 0]);
        one.salescheques[0] = json!({"receipt": 7});
        assert_eq!(found(&one), ["DUMP-12 form something else"]);
    }

    #[test]
    fn rows_too_many_or_out_of_order_are_found() {
        let mut one = documents();
        one.sales.as_array_mut().unwrap().pop();
        assert_eq!(found(&one), ["DUMP-7 number of rows 2"]);
        let mut one = documents();
        one.sales.as_array_mut().unwrap().reverse();
        assert_eq!(found(&one), ["DUMP-4 order another order"]);
        let mut one = documents();
        one.cheques = json!({"x": 1});
        assert_eq!(found(&one), ["DUMP-3 form something else"]);
    }
}
