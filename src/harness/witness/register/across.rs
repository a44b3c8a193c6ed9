//! Documents against documents that were read before, however long ago: what a shift began with (DUMP-13),
//! dates (DUMP-14), and which of three lists stands alone.

use super::{Register, Seen};
use crate::ledger::discrepancy::Discrepancy;
use crate::ledger::documents::{self, ShiftDocuments, receipt_number, text};
use crate::ledger::reading::number;
use ikkm_protocol::Registration;
use rust_decimal::Decimal;
use serde_json::Value;
use std::collections::BTreeMap;

/// So many shifts and receipts are remembered.
const MOST: usize = 4096;
/// Receipts so far apart, in milliseconds, cannot have one date: where it has seconds, and where it has none.
const APART: u64 = 10_000;
const MINUTES_APART: u64 = 120_000;

/// Four sums, by type.
type Sums = [Option<Decimal>; 4];

/// What was read before.
#[derive(Debug, Default)]
pub(super) struct Earlier {
    /// What each shift began with: by its report, and by the list of shifts.
    reported: BTreeMap<u64, Sums>,
    listed: BTreeMap<u64, Sums>,
    /// When each receipt was registered, in milliseconds since the witness began, and its type.
    registered: BTreeMap<u64, (u64, Option<Registration>)>,
}

impl Earlier {
    /// A receipt was registered.
    pub fn registered(&mut self, number: u64, at: u64, kind: Option<Registration>) {
        self.registered.insert(number, (at, kind));
        bounded(&mut self.registered);
    }
}

fn bounded<T>(map: &mut BTreeMap<u64, T>) {
    while map.len() > MOST {
        map.pop_first();
    }
}

fn sums(of: &Value) -> Sums {
    Registration::ALL.map(|kind| of.get(kind.wire()).and_then(number))
}

impl Register {
    /// The list of shifts and the shifts' reports say the same of what each began with, whichever was read
    /// first.
    pub(super) fn openings(&mut self, seen: &Seen, path: &str, document: &Value) {
        if path == "/dump/table/shifts" {
            for row in document.as_array().into_iter().flatten() {
                if let Some(shift) = row.get("id").and_then(text).and_then(|id| id.parse().ok()) {
                    self.earlier.listed.insert(shift, sums(row));
                }
            }
            bounded(&mut self.earlier.listed);
            let shifts: Vec<u64> = self.earlier.listed.keys().copied().collect();
            self.same_opening(seen, &shifts);
        } else if let Some(shift) = shift_of(path)
            && let Some(opening) = document.get("fiscalDataOnShiftOpen")
        {
            self.earlier.reported.insert(shift, sums(opening));
            bounded(&mut self.earlier.reported);
            self.same_opening(seen, &[shift]);
        }
    }

    fn same_opening(&mut self, seen: &Seen, shifts: &[u64]) {
        for shift in shifts {
            let (Some(listed), Some(reported)) =
                (self.earlier.listed.get(shift), self.earlier.reported.get(shift))
            else {
                continue;
            };
            let pairs = Registration::ALL.into_iter().zip(listed.iter().zip(reported));
            let mut known =
                pairs.filter_map(|(kind, (listed, reported))| Some((kind, (*listed)?, (*reported)?)));
            let wrong = known.find(|(_, listed, reported)| listed != reported);
            let expected = match wrong {
                Some((kind, _, reported)) => {
                    format!("{kind} {reported} for shift {shift}, its report's fiscalDataOnShiftOpen")
                }
                None => format!("the sums of shift {shift} as its report's fiscalDataOnShiftOpen"),
            };
            let found = wrong.map(|(kind, listed, _)| format!("{kind} {listed} in /dump/table/shifts"));
            let is_wrong = found.is_some();
            self.holds("DUMP-13", seen.exchange, found, &expected);
            if is_wrong {
                return;
            }
        }
    }

    /// A closed shift has a closing date (SHIFT-2), the report of an open one has none (DUMP-15).
    pub(super) fn closing_dates(&mut self, seen: &Seen, path: &str, document: &Value) {
        let has_date =
            |of: &Value, name| of.get(name).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
        if path == "/dump/table/shifts" {
            let mut closed = document
                .as_array()
                .into_iter()
                .flatten()
                .filter(|row| row.get("opened").and_then(number) == Some(Decimal::ZERO))
                .peekable();
            if closed.peek().is_some() {
                let wrong = closed.find(|row| !has_date(row, "closeDate")).map(|row| {
                    let id = row.get("id").and_then(text).unwrap_or_default();
                    format!("closed shift {id} without a closeDate")
                });
                self.holds("SHIFT-2", seen.exchange, wrong, "a closeDate for each closed shift");
            }
        } else if shift_of(path).is_some()
            && matches!(document.get("shiftState").and_then(Value::as_str), Some("open" | "opened"))
        {
            let date = document.get("dateClose").filter(|_| has_date(document, "dateClose"));
            let wrong = date.map(|date| format!("dateClose {date} of an open shift"));
            self.holds("DUMP-15", seen.exchange, wrong, "no dateClose while the shift is open");
        }
    }

    /// Each list shows a receipt under the type that it was registered with (DUMP-3).
    pub(super) fn types(&mut self, seen: &Seen, path: &str, document: &Value) {
        if !path.ends_with("/cheques") && !path.ends_with("/salescheques") {
            return;
        }
        let wrong = document.as_array().into_iter().flatten().find_map(|row| {
            let number = receipt_number(row)?;
            let (_, kind) = self.earlier.registered.get(&number)?;
            let kind = (*kind)?;
            let other = kind_of(row).filter(|shown| *shown != kind)?;
            Some((format!("receipt {number} as {kind}"), format!("the chequeType of {other}")))
        });
        if let Some((expected, found)) = wrong {
            self.broke("DUMP-3", seen.exchange, &expected, &found);
        }
    }

    /// No receipt is dated before an earlier one, and time goes by in their dates as it did here (DUMP-14).
    pub(super) fn receipt_dates(&mut self, seen: &Seen, path: &str, document: &Value) {
        if !path.ends_with("/cheques") && !path.ends_with("/salescheques") {
            return;
        }
        let mut dated: Vec<(u64, String)> = document
            .as_array()
            .into_iter()
            .flatten()
            // A type that v22 does not list may have a numbering of its own.
            .filter(|row| kind_of(row).is_some())
            .filter_map(|row| Some((receipt_number(row)?, row.get("chequeDate").and_then(text)?)))
            .collect();
        dated.sort();
        dated.dedup();
        let earlier = dated.windows(2).find_map(|pair| match pair {
            [(one, before), (other, after)]
                if one != other && after.len() == before.len() && after < before =>
            {
                Some((
                    format!("receipt {other} dated {before} or later, as receipt {one} before it"),
                    format!("chequeDate {after}"),
                ))
            }
            _ => None,
        });
        let wrong = earlier.or_else(|| self.standing_date(&dated));
        let expected = wrong.as_ref().map_or("receipts dated in their order", |(expected, _)| expected);
        let expected = expected.to_owned();
        self.holds("DUMP-14", seen.exchange, wrong.map(|(_, found)| found), &expected);
    }

    /// One date for receipts that were registered minutes apart.
    fn standing_date(&self, dated: &[(u64, String)]) -> Option<(String, String)> {
        let mut first: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
        for (number, date) in dated {
            let Some((at, _)) = self.earlier.registered.get(number) else { continue };
            let (one, before) = *first.entry(date).or_insert((*number, *at));
            let apart = at.saturating_sub(before);
            let to_the_second = date.matches(':').count() > 1 && !date.ends_with(":00");
            if apart >= if to_the_second { APART } else { MINUTES_APART } {
                return Some((
                    format!("receipts {one} and {number}, registered {} s apart, dated so", apart / 1000),
                    format!("chequeDate {date} for both"),
                ));
            }
        }
        None
    }
}

/// The type that a row's `chequeType` names.
fn kind_of(row: &Value) -> Option<Registration> {
    documents::kind_of(&row.get("chequeType").and_then(text)?)
}

/// The shift whose report a path names.
fn shift_of(path: &str) -> Option<u64> {
    let (shift, name) = path.strip_prefix("/dump/table/shifts/")?.split_once('/')?;
    matches!(name, "report" | "reportwithtax").then(|| shift.parse().ok()).flatten()
}

/// Two of the three lists of a shift's sales that say the same leave the fault with the third: `cheques` or
/// `salescheques` are not what DUMP-3 says. Else the lists do not agree (DUMP-7).
pub(super) fn odd_one_out(wrong: &Discrepancy, shifts: &[ShiftDocuments]) -> Option<&'static str> {
    if wrong.requirement != "DUMP-7" || !matches!(wrong.figure.as_str(), "rows" | "number of rows") {
        return None;
    }
    let (base, list) = wrong.document.rsplit_once('/')?;
    let shift: u64 = base.rsplit('/').next()?.parse().ok()?;
    let own = shifts.iter().find(|one| one.shift == shift)?;
    let rows =
        [rows(&nested(&own.cheques)?), rows(own.salescheques.as_array()?), rows(own.sales.as_array()?)];
    let [cheques, flat, sales] = &rows;
    match list {
        _ if flat == sales && cheques != flat => Some("DUMP-3"),
        "salescheques" if cheques == sales => Some("DUMP-3"),
        _ => None,
    }
}

/// The rows of `cheques`, each with its receipt's number.
fn nested(cheques: &Value) -> Option<Vec<Value>> {
    let mut all = Vec::new();
    for cheque in cheques.as_array()? {
        for sale in cheque.get("chequeSales")?.as_array()? {
            let mut sale = sale.clone();
            sale.as_object_mut()?.insert("chequeId".to_owned(), cheque.get("chequeId")?.clone());
            all.push(sale);
        }
    }
    Some(all)
}

/// What the three lists have in common, in an order of its own.
fn rows(list: &[Value]) -> Vec<Vec<Option<String>>> {
    let names = ["chequeId", "id", "qty", "price", "saleSum", "taxId"];
    let plain =
        |value: &Value| number(value).map(|number| number.normalize().to_string()).or_else(|| text(value));
    let mut rows: Vec<Vec<Option<String>>> =
        list.iter().map(|row| names.map(|name| row.get(name).and_then(plain)).to_vec()).collect();
    rows.sort();
    rows
}
