//! The documents against what was done.

use super::*;
use crate::{Condition, personalities};
use rust_decimal::Decimal;

fn sum(value: &Value) -> Decimal {
    value.as_number().expect("a number").to_string().parse().expect("a decimal")
}

#[test]
fn amounts_are_numbers_with_two_decimals() {
    let mut till = Till::at("plain");
    receipt(&till.get("/api/?sale=1000&cash=1000"));
    let id = till.info("currentShiftID");
    let body = till.get(&format!("/dump/table/shifts/{id}/report")).body;
    let text = String::from_utf8(body).expect("UTF-8");
    assert!(text.contains(r#""saleDetails":{"sum":1000.00,"cheques":1}"#), "{text}");
    assert!(text.contains(r#""shiftState":"open""#), "{text}");
}

#[test]
fn cheques_sales_and_report_agree() {
    for personality in personalities() {
        let mut till = Till::at(personality.name);
        for query in ["sale=800.10&cash=1000", "buyReturn=7&bank=7", "sale=5&credit=5", "buy=3&cash=3"] {
            receipt(&till.get(&format!("/api/?{query}")));
        }
        let id = till.info("currentShiftID");
        let cheques = till.document(&format!("/dump/table/shifts/{id}/cheques"));
        let sales = till.document(&format!("/dump/table/shifts/{id}/sales"));
        let flat = till.document(&format!("/dump/table/shifts/{id}/salescheques"));
        let report = till.document(&format!("/dump/table/shifts/{id}/reportwithtax"));
        let in_cheques: Decimal = cheques
            .as_array()
            .expect("receipts")
            .iter()
            .filter(|cheque| cheque["chequeType"] != "4")
            .flat_map(|cheque| cheque["chequeSales"].as_array().expect("rows"))
            .map(|row| sum(&row["saleSum"]))
            .sum();
        // A receipt of a type that v22 does not have is in no sum.
        let known = |row: &&Value| row["chequeId"].as_u64() < Some(900_000_000);
        let in_rows = |rows: &Value| -> Decimal {
            rows.as_array().expect("rows").iter().filter(known).map(|row| sum(&row["saleSum"])).sum()
        };
        let in_report: Decimal = ["saleDetails", "buyDetails", "saleReturnDetails", "buyRetDetails"]
            .iter()
            .map(|details| sum(&report[details]["sum"]))
            .sum();
        let turnover: Decimal = ["sale", "buy", "saleReturn", "buyReturn"]
            .iter()
            .flat_map(|kind| report["taxes"][kind].as_array().expect("taxes"))
            .map(|tax| sum(&tax["turnover"]))
            .sum();
        let sums = [in_cheques, in_rows(&sales), in_rows(&flat), in_report, turnover];
        assert!(sums.iter().all(|sum| *sum == sums[0]), "{}: {sums:?}", personality.name);
    }
}

#[test]
fn an_included_tax_is_its_part_of_the_turnover() {
    let mut till = Till::at("plain");
    receipt(&till.get("/api/?sale=815&cash=815&tax=1"));
    let id = till.info("currentShiftID");
    let report = till.document(&format!("/dump/table/shifts/{id}/reportwithtax"));
    let tax = &report["taxes"]["sale"][0];
    assert_eq!(tax["taxDetails"][0]["amount"].to_string(), "87.32");
    assert_eq!(tax["taxDetails"][0]["isIncluded"], "true");
    assert_eq!(tax["turnover"].to_string(), "815.00");
}

#[test]
fn an_archived_shift_has_only_fiscal_data() {
    for (name, fields) in [("plain", 2), ("audit", 3)] {
        let mut till = Till::at(name);
        let id = till.machine.establish(Condition::ArchivedShift, START).expect("archived").expect("a shift");
        let report = till.document(&format!("/dump/table/shifts/{id}/report"));
        assert_eq!(report.as_object().map(serde_json::Map::len), Some(fields), "{report}");
        assert!(report.get("isArhived").is_some());
        let listed = till.document("/dump/table/shifts");
        assert!(listed.as_array().expect("shifts").iter().all(|shift| shift["id"] != id));
    }
}

#[test]
fn getinfo_minimum_is_a_part_of_getinfo() {
    for personality in personalities() {
        let mut till = Till::at(personality.name);
        let all = till.document("/apicheck/getInfo");
        let minimum = till.document("/apicheck/getInfo/?show=minimum");
        let minimum = minimum.as_object().expect("an object");
        assert_eq!(minimum.len(), 6);
        assert!(minimum.iter().all(|(name, value)| all.get(name) == Some(value)));
        assert!(all["applicationVersion"].is_number());
    }
}

#[test]
fn every_directory_is_filled() {
    let mut till = Till::at("lenient");
    assert_eq!(till.document("/dump/table/taxes")["31"], "ҚҚС 12%");
    assert_eq!(till.document("/dump/table/cashiers")["9"], "Марина");
    assert_eq!(till.document("/dump/table/catalog")["1"], "Bar");
    assert_eq!(till.document("/dump/table/items").as_array().map(Vec::len), Some(3));
    till.machine.establish(Condition::TaxesEdited, START).expect("edited");
    let taxes = till.document("/dump/table/taxes");
    let default = till.info("defaultApiTaxID");
    assert!(taxes.get("31").is_none() && taxes.get(&default).is_some());
    assert_eq!(till.document("/dump/table/items")[0]["itemtax1"].to_string(), default);
}

#[test]
fn unknown_documents_are_answered_by_choice() {
    let paths = ["/dump/table/shifts/9999999/report", "/dump/transaction/1", "/dump/table/pets"];
    let codes = |name: &str| {
        paths.map(|path| {
            let answer = Till::at(name).get(path);
            if answer.status == 200 { 0 } else { pair(&answer).1 }
        })
    };
    assert_eq!(codes("plain"), [-7, -7, -8]);
    assert_eq!(codes("strict"), [-8, -8, -7]);
    assert_eq!(codes("lenient"), [0, 0, 0]);
}
