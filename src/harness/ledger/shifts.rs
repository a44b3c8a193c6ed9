//! Shifts against each other and against getInfo: what one ends with the next begins with, and only
//! the current one is open.

use super::agreement::on_top;
use super::discrepancy::Discrepancy;
use super::documents::{self, Documents, ShiftDocuments, fiscal, number_of};
use super::reading::Reading;
use ikkm_protocol::Registration;
use rust_decimal::Decimal;
use serde_json::Value;

/// Fiscal data grow by a shift's sums: up to now in the last one, up to the next one's opening in an
/// earlier one (DUMP-7).
pub(super) fn fiscal_growth(documents: &Documents, found: &mut Vec<Discrepancy>) {
    let report = |shift: &ShiftDocuments| {
        if shift.report.is_null() { shift.with_tax.clone() } else { shift.report.clone() }
    };
    let reports: Vec<(u64, Value)> =
        documents.books.iter().map(|shift| (shift.shift, report(shift))).collect();
    for (index, (shift, report)) in reports.iter().enumerate() {
        let later = match reports.get(index + 1) {
            Some((_, next)) => next.get("fiscalDataOnShiftOpen"),
            None => report.get("fiscalData"),
        };
        let (Some(later), Some(opening)) = (later, report.get("fiscalDataOnShiftOpen")) else { continue };
        let with_tax = documents.books.get(index).map_or(&Value::Null, |books| &books.with_tax);
        for kind in Registration::ALL {
            // With a tax on top, fiscal totals and sums may count it each in its own way (Q-TAX-1).
            let rows = with_tax.get("taxes").and_then(|taxes| taxes.get(kind.wire()));
            let of_kind = serde_json::json!({"taxes": {"rows": rows}});
            if !on_top(&of_kind).is_empty() {
                continue;
            }
            let sum = report.get(documents::details(kind)).and_then(|details| number_of(details, "sum"));
            let (Some(sum), Some(from), Some(to)) = (sum, fiscal(opening, kind), fiscal(later, kind)) else {
                continue;
            };
            if to - from != sum {
                let place = format!("/dump/table/shifts/{shift}/report");
                let expected = format!("{sum}, the shift's sum (opened with {from})");
                let figure = format!("growth of the fiscal total of {kind}");
                found.push(Discrepancy::new("DUMP-7", &figure, &place, &expected, &(to - from).to_string()));
            }
        }
    }
}

/// One shift of the list is open while one is open, and it is the current one (DUMP-2).
pub(super) fn shift_list(documents: &Documents, found: &mut Vec<Discrepancy>) {
    let (Some(list), Some((current, open))) =
        (documents.shifts.as_array(), Reading::shift_of(&documents.info))
    else {
        return;
    };
    let opened: Vec<String> = list
        .iter()
        .filter(|shift| number_of(shift, "opened") == Some(Decimal::ONE))
        .filter_map(|shift| shift.get("id").and_then(documents::text))
        .collect();
    let expected = if open { vec![current.to_string()] } else { Vec::new() };
    if opened != expected {
        let show = |ids: &[String]| if ids.is_empty() { "none".to_owned() } else { ids.join(", ") };
        found.push(Discrepancy::new(
            "DUMP-2",
            "open shifts",
            "/dump/table/shifts",
            &show(&expected),
            &show(&opened),
        ));
    }
}
