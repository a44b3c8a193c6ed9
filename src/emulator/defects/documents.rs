//! Directories, shifts, receipts and reports, archived ones too (v22 §9).

use super::prelude::*;

mutants! {
    "tables/no-taxes": "the directory of taxes is empty" ["DUMP-1" "TAX-1"] "dump/table/taxes" => Json(&[], "/table/taxes", By(|_, v| *v = json!({})));
    "tables/taxes-as-list": "the directory of taxes is a list" ["DUMP-1"] "dump/table/taxes" => Json(&[], "/table/taxes", By(|_, v| *v = json!([v.clone()])));
    "tables/price-is-text": "prices of goods are text" ["DUMP-1"] "dump/table/items" => Field(&[], Goods, Retype("price1"));
    "tables/no-barcode": "goods have no code2" ["DUMP-1"] "dump/table/items" => Field(&[], Goods, Drop("code2"));
    "tables/cashier-without-name": "cashiers have no names" ["DUMP-1"] "dump/table/cashiers" => Json(&[], "/table/cashiers", By(|_, v| set_all(v, Value::Null)));
    "tables/catalog-of-ids": "the catalog holds numbers for names" ["DUMP-1"] "dump/table/catalog" => Json(&[], "/table/catalog", By(|_, v| set_all(v, 1.into())));
    "shifts/opened-is-bool": "opened is true or false" ["DUMP-2"] "dump/table/shifts" => Field(&[], Shifts, Edit::Change(By(|v| set(v, "opened", v["opened"] == 1))));
    "shifts/all-closed": "no shift is told as open" ["DUMP-2"] "dump/table/shifts while one is open" => Field(&[], Shifts, FreezeNumber("opened", 0));
    "shifts/all-open": "every shift is told as open" ["DUMP-2" "SHIFT-2"] "dump/table/shifts" => Field(&[], Shifts, FreezeNumber("opened", 1));
    "shifts/no-cashier": "shifts have no cashierId" ["DUMP-2"] "dump/table/shifts" => Field(&[], Shifts, Drop("cashierId"));
    "shifts/date-day-first": "openDate begins with the day" ["DUMP-2"] "dump/table/shifts" => Field(&[], Shifts, Freeze("openDate", "18-01-2016 20:41:06"));
    "shifts/sale-is-text": "sums of shifts are text" ["DUMP-2"] "dump/table/shifts" => Field(&[], Shifts, Retype("sale"));
    "cheques/type-is-number": "chequeType is a number" ["DUMP-3"] "cheques of a shift" => Field(&[], Cheques, Retype("chequeType"));
    "cheques/returns-swapped": "chequeType 2 and 3 are swapped" ["DUMP-3"] "cheques after returns" => Field(&[], Cheques, Edit::Change(By(swap_returns)));
    "cheques/returns-swapped-when-flat": "chequeType 2 and 3 are swapped in salescheques only" ["DUMP-3"] "salescheques after returns" => Field(&[], FlatCheques, Edit::Change(By(swap_returns)));
    "cheques/no-type-when-flat": "salescheques lack chequeType" ["DUMP-12"] "salescheques of a shift" => Field(&[], FlatCheques, Drop("chequeType"));
    "cheques/sum-off-when-flat": "sums above 1000 are whole in salescheques only" ["DUMP-3" "DUMP-7"] "salescheques after a sale above 1000"
        => Field(&[], FlatCheques, Edit::Change(By(|v| if number(v, "saleSum") > Decimal::ONE_THOUSAND { shorten(v, "saleSum", 0) })));
    "cheques/last-missing": "the last receipt is missing in cheques" ["DUMP-3" "DUMP-7"] "cheques after a sale" => Json(&[], "/cheques", By(|_, v| list(v, |list| { list.pop(); })));
    "cheques/no-tax": "rows of cheques have no taxId" ["DUMP-3" "TAX-1" "TAX-2"] "cheques of a shift" => Field(&[], ChequeRows, Drop("taxId"));
    "cheques/default-tax-shown": "rows of cheques show the default tax always" ["TAX-1" "DUMP-3"] "cheques after a sale under another tax" => Field(&[], ChequeRows, FreezeNumber("taxId", 1));
    "sales/newest-first": "sales are listed newest first" ["DUMP-4"] "sales of a shift" => Json(&[], "/sales", By(|_, v| list(v, |list| list.reverse())));
    "sales/last-two-swapped": "the newest sale comes before the one before it" ["DUMP-4"] "sales of a shift"
        => Json(&[], "/sales", By(|_, v| list(v, |list| if let [_, .., one, last] = list.as_mut_slice() { std::mem::swap(one, last) })));
    "sales/no-price": "sales have no price" ["DUMP-4" "ITEM-8"] "sales of a shift" => Field(&[], Sales, Drop("price"));
    "sales/returns-left-out": "sales whose price is above 500 are left out" ["DUMP-7" "DUMP-4"] "sales against cheques"
        => Json(&[], "/sales", By(|_, v| list(v, |list| list.retain(|row| number(row, "price") <= Decimal::from(500)))));
    "report/no-revenue": "shift reports lack revenue" ["DUMP-5"] "that field of the report" => Field(&[], Report, Drop("revenue"));
    "report/no-cashindoccount": "shift reports lack cashInDocCount" ["DUMP-5"] "that field of the report" => Field(&[], Report, Drop("cashInDocCount"));
    "report/no-fiscaldata": "shift reports lack fiscalData" ["DUMP-5" "DUMP-7"] "that field of the report" => Field(&[], Report, Drop("fiscalData"));
    "report/no-totalbuycheques": "shift reports lack totalBuyCheques" ["DUMP-5"] "that field of the report" => Field(&[], Report, Drop("totalBuyCheques"));
    "report/return-details-spelt-out": "shift reports say buyReturnDetails" ["DUMP-5"] "the details of returned purchases" => Field(&[], Report, Rename("buyRetDetails", "buyReturnDetails"));
    "report/sums-are-text": "sums of details are text" ["DUMP-5"] "saleDetails of the report" => Field(&[], SaleDetails, Retype("sum"));
    "report/no-taxes": "reportwithtax has no taxes" ["DUMP-5" "TAX-6"] "reportwithtax" => Field(&[], TaxReport, Drop("taxes"));
    "report/taxes-of-sales-only": "reportwithtax has the taxes of sales only" ["DUMP-5" "TAX-1"] "reportwithtax after a buy" => Field(&[], TaxReport, Edit::Change(By(|v| keep_taxes(v, &["sale"]))));
    "report/percent-is-text": "taxPercent is text" ["DUMP-5"] "reportwithtax" => Field(&[], SaleTaxDetails, Retype("taxPercent"));
    "report/cash-in-forgotten": "cashWeHave of the report leaves deposits out" ["DUMP-7" "CASH-1" "CHK-4"] "the report against getInfo after a deposit"
        => Field(&[], Report, Edit::Change(By(|v| set(v, "cashWeHave", exact(number(v, "cashWeHave") - number(v, "cashInTotal"))))));
    "report/fiscal-without-last": "fiscal data of the report leave the shift's buys out" ["DUMP-7" "REG-2"] "fiscalData after a buy" => Field(&[], Report, Edit::Change(By(fiscal_without_buys)));
    "archive/whole-report": "an archived shift gives its whole report" ["DUMP-9"] "the report of an archived shift" => ArchiveKeepsSums;
    "archive/spelt-right": "an archived shift says isArchived" ["DUMP-9"] "the report of an archived shift" => Field(&[], Report, Rename("isArhived", "isArchived"));
    "archive/says-false": "an archived shift says isArhived false" ["DUMP-9"] "the report of an archived shift" => Field(&[], Report, Freeze("isArhived", "false"));
    "archive/listed": "archived shifts are listed" ["DUMP-10"] "dump/table/shifts" => ListsArchived;
    "transaction/docid-is-number": "docid is a number" ["DUMP-6"] "dump/transaction" => Field(&[], Transaction, Retype("docid"));
    "transaction/status-is-text": "status is text" ["DUMP-6"] "dump/transaction" => Field(&[], Transaction, Retype("status"));
    "transaction/no-online-code": "onlineCode is missing" ["DUMP-6"] "dump/transaction" => Field(&[], Transaction, Drop("onlineCode"));
    "transaction/docid-of-next": "docid is that of the next receipt" ["DUMP-6"] "dump/transaction against the receipt's number" => Field(&[], Transaction, OneMore("docid"));
    "transaction/always-sent": "status is always 1" ["DUMP-11" "DUMP-6"] "dump/transaction in batch mode" => Field(&[], Transaction, FreezeNumber("status", 1));
    "transaction/never-sent": "status is always 0" ["DUMP-11" "DUMP-6"] "dump/transaction after sending"
        => Field(&[], Transaction, FreezeNumber("status", 0)), Field(&[], Transaction, Freeze("submitDate", "")), Field(&[], Transaction, Freeze("onlineCode", ""));
}
