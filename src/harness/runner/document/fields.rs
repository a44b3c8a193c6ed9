//! The fields of documents that v22 names, with their JSON types.

use super::Difference;
use crate::suite::check;
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

pub(crate) const WITH_TAXES: &[Field] = &[
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
    ("submitDate", "any", "DUMP-6"),
    ("status", "integer", "DUMP-6"),
    ("onlineCode", "text", "DUMP-6"),
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
pub(crate) fn line_of(path: &str) -> &'static str {
    match documented(path, false) {
        Some(fields) => fields.iter().map(|field| field.2).next().unwrap_or("DUMP-1"),
        None => "DUMP-1",
    }
}

/// The fields of the documents under that path.
pub(crate) fn documented(path: &str, minimum: bool) -> Option<&'static [Field]> {
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

/// The first documented field that a document lacks or has in another form, and what is wrong. An empty list
/// says nothing of its rows, and an archived shift has its own form.
pub(crate) fn first_wrong(path: &str, minimum: bool, document: &Value) -> Option<(Field, Difference)> {
    let empty = document.as_object().is_some_and(serde_json::Map::is_empty)
        || document.as_array().is_some_and(Vec::is_empty);
    if empty || document.get("isArhived").is_some() {
        return None;
    }
    held(path, minimum).find_map(|field| {
        // The table is our own: a test reads all of it.
        let (place, rule) = (check::path(field.0).ok()?, check::rule(field.1).ok()?);
        super::check(document, &place, &rule).err().map(|wrong| (*field, wrong))
    })
}

/// The fields that a document is held to, whatever its device has answered to the open questions. How much a
/// tax comes to is none of them: where the rounding rule is not `no` it is open (Q-WIRE-8), and elsewhere the
/// ledger knows.
fn held(path: &str, minimum: bool) -> impl Iterator<Item = &'static Field> {
    let taxes: &[Field] = if path.ends_with("/reportwithtax") { WITH_TAXES } else { &[] };
    documented(path, minimum).unwrap_or_default().iter().chain(taxes).filter(|(_, _, line)| *line != "TAX-6")
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

    #[test]
    fn a_field_of_another_type_is_told_with_its_line() {
        let wrong = |path: &str, document: &str| {
            let document: Value = serde_json::from_str(document).unwrap();
            first_wrong(path, false, &document).map(|(field, _)| field.2)
        };
        assert_eq!(wrong("/dump/table/taxes", r#"{"1":"VAT"}"#), None);
        assert_eq!(wrong("/dump/table/taxes", r#"{"1":5}"#), Some("DUMP-1"));
        assert_eq!(wrong("/dump/table/shifts/4/sales", "[]"), None, "nothing was sold");
        assert_eq!(wrong("/dump/table/shifts/4/sales", r#"[{"id":"1"}]"#), Some("DUMP-4"));
        assert_eq!(wrong("/dump/table/shifts/4/report", r#"{"isArhived":true}"#), None);
        assert_eq!(wrong("/dump/transaction/00000001", r#"{"docid":247}"#), Some("DUMP-6"));
    }

    #[test]
    fn how_much_a_tax_comes_to_is_left_to_the_books() {
        let of_taxes: Vec<_> = held("/dump/table/shifts/4/reportwithtax", false).collect();
        assert!(of_taxes.iter().any(|field| field.0 == "taxes[][].turnover"), "{of_taxes:?}");
        assert!(of_taxes.iter().all(|field| field.2 != "TAX-6"), "{of_taxes:?}");
    }
}
