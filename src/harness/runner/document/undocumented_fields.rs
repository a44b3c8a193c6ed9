//! Members of a device's documents that the vendor's document does not name. They are noted: more than
//! was asked for breaks nothing, and a client passes over it.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

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

/// What the vendor's document names in a kind of document.
pub struct Documented {
    name: &'static str,
    members: Members,
}

/// The members that are named at a place, by name; a list's elements stand under `[]`.
#[derive(Default)]
struct Members(BTreeMap<&'static str, Members>);

/// What is named in the document at that path; `None` where it is no document's with fixed names.
pub fn documented(path: &str) -> Option<&'static Documented> {
    static KINDS: LazyLock<BTreeMap<(&str, bool), Documented>> = LazyLock::new(|| {
        let all = [GET_INFO, ITEMS, SHIFTS, CHEQUES, SALESCHEQUES, SALES, REPORT, TRANSACTION, BANK];
        let plain = all.iter().map(|schema| ((schema.name, false), Documented::new(schema, "")));
        plain.chain([((REPORT.name, true), Documented::new(&REPORT, TAXES))]).collect()
    });
    let path = path.trim_end_matches('/');
    KINDS.get(&(schema_of(path)?.name, path.ends_with("/reportwithtax")))
}

impl Documented {
    fn new(schema: &Schema, more: &'static str) -> Documented {
        let mut members = Members::default();
        for path in schema.members.split_whitespace().chain(more.split_whitespace()) {
            let mut at = &mut members;
            for part in path.split('.') {
                let name = part.trim_end_matches("[]");
                at = if name.is_empty() { at } else { at.0.entry(name).or_default() };
                if part.ends_with("[]") {
                    at = at.0.entry("[]").or_default();
                }
            }
        }
        Documented { name: schema.name, members }
    }

    /// The members of a document beyond those, by their path, with the document's name; `None` where
    /// there are none.
    pub fn beyond(&self, document: &Value) -> Option<(&'static str, BTreeSet<String>)> {
        let mut found = BTreeSet::new();
        self.members.collect(document, &mut Vec::new(), &mut found);
        (!found.is_empty()).then_some((self.name, found))
    }
}

impl Members {
    /// `place` is where `value` stands, name by name.
    fn collect<'v>(&self, value: &'v Value, place: &mut Vec<&'v str>, found: &mut BTreeSet<String>) {
        match value {
            Value::Array(list) => {
                let nothing = Members::default();
                let elements = self.0.get("[]").unwrap_or(&nothing);
                place.push("[]");
                list.iter().for_each(|element| elements.collect(element, place, found));
                place.pop();
            }
            Value::Object(members) => {
                for (name, member) in members {
                    let any = self.0.get_key_value("*");
                    match any.or_else(|| self.0.get_key_value(name.as_str())) {
                        Some((known, inner)) => {
                            place.push(known);
                            inner.collect(member, place, found);
                            place.pop();
                        }
                        None => {
                            place.push(name);
                            found.insert(place.join(".").replace(".[]", "[]"));
                            place.pop();
                        }
                    }
                }
            }
            _ => {}
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn names(path: &str, document: Value) -> Vec<String> {
        documented(path)
            .and_then(|known| known.beyond(&document))
            .map(|(_, names)| names.into_iter().collect())
            .unwrap_or_default()
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
            assert!(documented(path).is_none(), "{path}");
        }
    }
}
