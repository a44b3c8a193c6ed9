//! Members of a device's documents that the vendor's document does not name. They are noted: more than
//! was asked for breaks nothing, and a client passes over it.

use serde_json::Value;
use std::collections::BTreeSet;

/// A kind of document: its name for people, and every member that v22 names, by its path. A name that
/// ends in `.*` stands for an object whose member names are data.
struct Schema {
    name: &'static str,
    members: &'static str,
}

const GET_INFO: Schema = Schema {
    name: "getInfo",
    members: "applicationVersion batteryCapacityPerc cashWeHave cashierID cashierName currentShiftID \
              currentShiftStatus databaseSizeKb defaultApiTaxID factorySerialNumber lastClosedChequeId \
              messagesQueSize printingMode roudingRule totalFlashUsedMb totalRamUsedMb",
};
const ITEMS: Schema = Schema {
    name: "items",
    members: "[].uid [].code1 [].code2 [].name [].price1 [].itemtax1 [].itemtype [].measure [].catalogid",
};
const SHIFTS: Schema = Schema {
    name: "shifts",
    members: "[].id [].opened [].openDate [].closeDate [].cashierId [].sale [].buy [].saleReturn [].buyReturn",
};
const CHEQUES: Schema = Schema {
    name: "cheques",
    members: "[].chequeId [].chequeDate [].chequeType [].chequeSales [].chequeSales[].id \
              [].chequeSales[].itemCode [].chequeSales[].qty [].chequeSales[].price \
              [].chequeSales[].saleSum [].chequeSales[].taxId",
};
const SALESCHEQUES: Schema = Schema {
    name: "salescheques",
    members: "[].chequeId [].chequeDate [].chequeType [].id [].itemCode [].qty [].price [].saleSum [].taxId",
};
const SALES: Schema =
    Schema { name: "sales", members: "[].id [].chequeId [].itemCode [].qty [].price [].saleSum [].taxId" };
// `sale` in the text, `sales` in the example (Q-DUMP-1).
const REPORT: Schema = Schema {
    name: "report",
    members: "shiftState dateOpen dateClose fiscalDataOnShiftOpen fiscalDataOnShiftOpen.sale \
              fiscalDataOnShiftOpen.sales fiscalDataOnShiftOpen.buy fiscalDataOnShiftOpen.saleReturn \
              fiscalDataOnShiftOpen.buyReturn totalSaleCheques totalBuyCheques totalSaleReturnCheques \
              totalBuyReturnCheques saleDetails saleDetails.sum saleDetails.cheques buyDetails \
              buyDetails.sum buyDetails.cheques saleReturnDetails saleReturnDetails.sum \
              saleReturnDetails.cheques buyRetDetails buyRetDetails.sum buyRetDetails.cheques \
              cashOutDocCount cashOutTotal cashInDocCount cashInTotal cashWeHave revenue fiscalData \
              fiscalData.sale fiscalData.sales fiscalData.buy fiscalData.saleReturn fiscalData.buyReturn \
              isArhived",
};
const TAXES: &str = "taxes taxes.* taxes.*[].taxId taxes.*[].turnover taxes.*[].taxDetails \
                     taxes.*[].taxDetails[].taxId taxes.*[].taxDetails[].isIncluded \
                     taxes.*[].taxDetails[].taxPercent taxes.*[].taxDetails[].amount";
const TRANSACTION: Schema =
    Schema { name: "transaction", members: "docid createDate submitDate status onlineCode" };
const BANK: Schema = Schema {
    name: "bank results",
    members: "foundTransactions totalAmount transactionResult details details[].AID details[].PAN \
              details[].amount details[].bankslot details[].cardHolderName details[].currency \
              details[].dateTime details[].operationType details[].refnum details[].responce \
              details[].result details[].traceNumber",
};

/// The members of a document that the vendor's document does not name, and the document's name;
/// `None` where there are none, or where the path is no document's with fixed names.
pub fn undocumented(path: &str, document: &Value) -> Option<(&'static str, BTreeSet<String>)> {
    let path = path.trim_end_matches('/');
    let schema = schema_of(path)?;
    let with_taxes = path.ends_with("/reportwithtax");
    let mut known: BTreeSet<&str> = schema.members.split_whitespace().collect();
    known.extend(TAXES.split_whitespace().filter(|_| with_taxes));
    let mut found = BTreeSet::new();
    collect(document, "", &known, &mut found);
    (!found.is_empty()).then_some((schema.name, found))
}

fn schema_of(path: &str) -> Option<&'static Schema> {
    if path == "/apicheck/getInfo" {
        return Some(&GET_INFO);
    }
    let rest = path.strip_prefix("/dump/")?;
    if rest.starts_with("transaction/") {
        return Some(&TRANSACTION);
    }
    if rest.starts_with("bank/") {
        return Some(&BANK);
    }
    match rest.strip_prefix("table/")?.rsplit('/').next()? {
        "items" => Some(&ITEMS),
        "shifts" => Some(&SHIFTS),
        "cheques" => Some(&CHEQUES),
        "salescheques" => Some(&SALESCHEQUES),
        "sales" => Some(&SALES),
        "report" | "reportwithtax" => Some(&REPORT),
        _ => None,
    }
}

fn collect(value: &Value, place: &str, known: &BTreeSet<&str>, found: &mut BTreeSet<String>) {
    match value {
        Value::Array(list) => {
            list.iter().for_each(|element| collect(element, &format!("{place}[]"), known, found));
        }
        Value::Object(members) => {
            for (name, member) in members {
                let dot = if place.is_empty() { "" } else { "." };
                let any = format!("{place}{dot}*");
                let own = format!("{place}{dot}{name}");
                if known.contains(any.as_str()) {
                    collect(member, &any, known, found);
                } else if known.contains(own.as_str()) {
                    collect(member, &own, known, found);
                } else {
                    found.insert(own);
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn names(path: &str, document: Value) -> Vec<String> {
        undocumented(path, &document).map(|(_, names)| names.into_iter().collect()).unwrap_or_default()
    }

    #[test]
    fn members_that_nobody_documented_are_named_by_their_path() {
        let info = json!({"cashWeHave": "1.00", "colour": "red", "menu": {"a": 1}});
        assert_eq!(names("/apicheck/getInfo/", info), ["colour", "menu"]);
        let cheques =
            json!([{"chequeId": 1, "chequeSales": [{"id": 1, "vat": 2}]}, {"chequeSales": [{"vat": 3}]}]);
        assert_eq!(names("/dump/table/shifts/109/cheques", cheques), ["[].chequeSales[].vat"]);
        let taxed = json!({"taxes": {"sale": [{"taxId": 1, "taxDetails": [{"amount": 1, "name": "VAT"}]}]}});
        assert_eq!(
            names("/dump/table/shifts/1/reportwithtax", taxed.clone()),
            ["taxes.*[].taxDetails[].name"]
        );
        assert_eq!(names("/dump/table/shifts/1/report", taxed), ["taxes"]);
    }

    #[test]
    fn documents_whose_names_are_data_have_none() {
        for path in ["/dump/table/taxes", "/dump/table/catalog", "/dump/table/cashiers", "/apicheck/"] {
            assert_eq!(undocumented(path, &json!({"1": "VAT", "x": "y"})), None, "{path}");
        }
    }
}
