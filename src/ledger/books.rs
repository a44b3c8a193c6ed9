//! The ledger: what was acknowledged, what the books must say now, and reconciliation with the
//! device's documents.

use super::account::{Account, Done, Entry, OnTop, ShiftState};
use super::documents::{self, Receipt, ShiftDocuments, agreement};
use super::reading::{Figure, Reading, number};
use super::rules::Rules;
use super::written;
use crate::device::session::registration_of;
use crate::protocol::{Answer, Key, Kind, Params, WireRequest};
use rust_decimal::Decimal;
use serde_json::Value;
use std::collections::BTreeMap;

/// A figure of the books that is not what it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discrepancy {
    /// The requirement that it breaks.
    pub requirement: &'static str,
    /// The figure.
    pub figure: String,
    /// The document that shows it.
    pub document: String,
    /// What it must be.
    pub expected: String,
    /// What it is.
    pub found: String,
    /// The operation after which it first differs, as far as that can be told.
    pub after: Option<String>,
}

impl Discrepancy {
    pub(super) fn new(
        requirement: &'static str,
        figure: &str,
        document: &str,
        expected: &str,
        found: &str,
    ) -> Discrepancy {
        Discrepancy {
            requirement,
            figure: figure.to_owned(),
            document: document.to_owned(),
            expected: expected.to_owned(),
            found: found.to_owned(),
            after: None,
        }
    }

    /// What was expected, in a line with figure, document and operation.
    pub fn expectation(&self) -> String {
        let after = self.after.as_ref().map_or(String::new(), |after| format!("; first wrong after {after}"));
        format!("{} in {}: {}{after}", self.figure, self.document, self.expected)
    }
}

/// The documents of a device, all read while nothing else was sent.
#[derive(Debug, Clone, Default)]
pub struct Documents {
    /// getInfo.
    pub info: Value,
    /// /dump/table/shifts; `Null` where it was not asked for.
    pub shifts: Value,
    /// The documents of some shifts, the oldest first; the last is the current one.
    pub books: Vec<ShiftDocuments>,
}

/// The last registration, as far as its repeat is concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Last {
    /// Its receipt number.
    pub number: u64,
    /// The key that it was answered.
    pub key: Key,
    /// Its parameters but the key.
    pub params: Params,
    /// A Z report or a restart came since (Q-KEY-2).
    pub stale: bool,
}

/// Everything that was acknowledged since the books were last read, and what is known of how the
/// device decides.
#[derive(Debug, Clone)]
pub struct Ledger {
    rules: Vec<Rules>,
    base: Option<Reading>,
    entries: Vec<Entry>,
    on_top: OnTop,
    included: Vec<String>,
    default_tax: Option<String>,
    last: Option<Last>,
    due: bool,
}

impl Default for Ledger {
    fn default() -> Ledger {
        Ledger {
            rules: Rules::all(false),
            base: None,
            entries: Vec::new(),
            on_top: OnTop::new(),
            included: Vec::new(),
            default_tax: None,
            last: None,
            due: false,
        }
    }
}

/// Whether to look for the operation after which a figure first differs, which takes a while.
#[derive(Clone, Copy)]
enum Culprits {
    Named,
    Unnamed,
}

impl Ledger {
    /// Whether the ledger knows where the books stood and everything that happened since.
    pub fn is_tracking(&self) -> bool {
        self.base.is_some()
    }

    /// Whether anything was acknowledged since the last reconciliation.
    pub fn is_due(&self) -> bool {
        self.due
    }

    /// The shift in which the account began.
    pub fn first_shift(&self) -> Option<u64> {
        self.base.as_ref().map(|base| base.shift)
    }

    /// What is known of how the device decides.
    pub fn rules(&self) -> &[Rules] {
        &self.rules
    }

    /// The last registration.
    pub fn last(&self) -> Option<&Last> {
        self.last.as_ref()
    }

    /// Tax ids that were seen to be included in the amount.
    pub fn included(&self) -> &[String] {
        &self.included
    }

    /// Whether every tax that a receipt was registered under since the books were last read is known
    /// to be included or on top: else it is not known by how much the drawer moved.
    pub fn taxes_are_known(&self) -> bool {
        self.entries.iter().all(|entry| {
            let Done::Receipt { params, .. } = &entry.what else { return true };
            let tax = params.get("tax").map(str::to_owned).or_else(|| self.default_tax.clone());
            tax.is_some_and(|tax| self.included.contains(&tax))
        })
    }

    /// Begins anew with what the device shows now.
    pub fn rebase(&mut self, info: &Value, reading: Reading) {
        let whole = info.get("roudingRule").and_then(Value::as_str).is_some_and(|rule| rule != "no");
        if self.base.is_none() && self.rules.iter().all(|rules| rules.places == 2) && whole {
            self.rules = Rules::all(true);
        }
        self.default_tax =
            info.get("defaultApiTaxID").and_then(documents::text).or_else(|| self.default_tax.take());
        self.entries.clear();
        self.base = Some(reading);
    }

    /// Forgets where the books stood: something may have moved them that the ledger cannot follow.
    pub fn lose_track(&mut self) {
        self.base = None;
        self.entries.clear();
    }

    /// The repeat of the last registration is open from now on: a restart (Q-KEY-2).
    pub fn restarted(&mut self) {
        if let Some(last) = &mut self.last {
            last.stale = true;
        }
    }

    /// Takes over what a device answered to a request; `current` was the key when it was sent.
    pub fn took(&mut self, request: &WireRequest, answer: &Answer, current: Option<&Key>) {
        let path = request.path().trim_end_matches('/');
        let params = request.params();
        match (path, answer.kind()) {
            ("/apizreport", _) if answer.status == 200 => {
                self.restarted();
                self.push("a Z report".to_owned(), Done::Closed);
            }
            ("/apideposit" | "/apiwithdraw", Kind::Keyed { number, .. }) => {
                let into = path == "/apideposit";
                let doubled = params.0.iter().filter(|(name, _)| name == "cash").count() > 1;
                let amount = params.get("cash").and_then(written::amount).filter(|_| !doubled);
                match amount {
                    Some(amount) => {
                        let word = if into { "a deposit" } else { "a withdrawal" };
                        self.push(
                            format!("{word} of {amount}, document {number}"),
                            Done::Cash { into, amount },
                        );
                    }
                    None => self.lose_track(),
                }
            }
            (_, Kind::Keyed { number, key }) if path == "/api" && current != Some(&key) => {
                self.registered(request, number, key, params);
            }
            (_, Kind::Other) if answer.status == 200 && path == "/api" => self.lose_track(),
            _ => {}
        }
    }

    fn registered(&mut self, request: &WireRequest, number: u64, key: Key, mut params: Params) {
        params.0.retain(|(name, _)| name != "key");
        self.last = Some(Last { number, key, params: params.clone(), stale: false });
        // Parameters split between query and body, or in a body that is no form, may be taken in part.
        let split = !request.body.is_empty() && request.target.contains('?');
        let readable = registration_of(request).is_some()
            && [false, true].iter().all(|last| written::registering(&params, *last).is_some());
        if split || !readable {
            return self.lose_track();
        }
        let named: Vec<String> = params
            .0
            .iter()
            .map(|(name, value)| format!("{name}={}", value.chars().take(40).collect::<String>()))
            .collect();
        self.push(format!("{}, receipt {number}", named.join(" ")), Done::Receipt { number, params });
    }

    fn push(&mut self, name: String, what: Done) {
        self.due = true;
        if self.base.is_some() {
            self.entries.push(Entry { name, what });
        }
    }

    /// What the books must say now under these rules.
    pub fn account(&self, rules: &Rules) -> Option<Account> {
        self.account_without(rules, None)
    }

    fn account_without(&self, rules: &Rules, left_out: Option<usize>) -> Option<Account> {
        let mut account = Account::from(self.base.as_ref()?);
        for (index, entry) in self.entries.iter().enumerate() {
            if left_out != Some(index) {
                account.add(&entry.what, rules, self.default_tax.as_deref(), &self.on_top);
            }
        }
        Some(account)
    }

    /// Compares the device's documents with each other and with what was acknowledged, keeps the
    /// rules that explain them, and goes on from what they show.
    pub fn reconcile(&mut self, documents: &Documents) -> Vec<Discrepancy> {
        self.due = false;
        let mut found = Vec::new();
        for shift in &documents.books {
            self.learn_taxes(&shift.with_tax);
            agreement(shift, &mut found);
        }
        fiscal_growth(documents, &mut found);
        shift_list(documents, &mut found);
        let report = documents.books.last().map_or(&Value::Null, |current| {
            if current.report.is_null() { &current.with_tax } else { &current.report }
        });
        let Some(reading) = Reading::new(&documents.info, report) else { return found };
        if self.base.is_some() {
            found.extend(self.acknowledged(documents, &reading));
        }
        self.rebase(&documents.info, reading);
        found
    }

    /// The rules that explain the documents are kept; where none does, the nearest one's differences.
    fn acknowledged(&mut self, documents: &Documents, reading: &Reading) -> Vec<Discrepancy> {
        let mut receipts = BTreeMap::new();
        for shift in &documents.books {
            receipts.extend(documents::receipts(&shift.cheques).unwrap_or_default());
        }
        let complete = self.first_shift().is_some_and(|first| {
            documents.books.first().is_some_and(|oldest| oldest.shift <= first)
                && documents.books.iter().all(|shift| !shift.cheques.is_null())
        });
        let judged = |rules: &Rules, culprits: Culprits| {
            let mut found = self.figures(rules, reading, documents, culprits);
            if complete {
                found.extend(super::receipts::compare(
                    &self.entries,
                    &receipts,
                    rules,
                    self.default_tax.as_deref(),
                    &self.on_top,
                ));
            }
            found
        };
        let wrong: Vec<(usize, Rules)> =
            self.rules.iter().map(|rules| (judged(rules, Culprits::Unnamed).len(), *rules)).collect();
        let explaining: Vec<Rules> =
            wrong.iter().filter(|(count, _)| *count == 0).map(|(_, rules)| *rules).collect();
        if explaining.is_empty() {
            // Only the nearest rules' differences are told, so only for them is a culprit looked for.
            let nearest = wrong.iter().min_by_key(|(count, _)| *count);
            return nearest.map_or_else(Vec::new, |(_, rules)| judged(rules, Culprits::Named));
        }
        self.rules = explaining;
        Vec::new()
    }

    fn figures(
        &self,
        rules: &Rules,
        reading: &Reading,
        documents: &Documents,
        culprits: Culprits,
    ) -> Vec<Discrepancy> {
        let Some(account) = self.account(rules) else { return Vec::new() };
        let mut found = self.shift_figures(&account, reading);
        for (figure, expected, have) in account.differences(reading) {
            let document = match figure {
                Figure::Drawer => "/apicheck/getInfo".to_owned(),
                _ => format!("/dump/table/shifts/{}/report", reading.shift),
            };
            found.push(Discrepancy {
                requirement: self.requirement(figure),
                figure: figure.to_string(),
                document,
                expected: expected.to_string(),
                found: have.to_string(),
                after: match culprits {
                    Culprits::Named => self.culprit(rules, figure, have),
                    Culprits::Unnamed => None,
                },
            });
        }
        found.extend(self.last_closed(&documents.info));
        found
    }

    /// The current shift's number and state (CHK-4).
    fn shift_figures(&self, account: &Account, reading: &Reading) -> Vec<Discrepancy> {
        let mut found = Vec::new();
        let info = "/apicheck/getInfo";
        let state = |open: bool| if open { "open" } else { "closed" };
        let expected = account.shift == ShiftState::Open;
        if account.shift != ShiftState::Unsaid && expected != reading.open {
            found.push(Discrepancy::new(
                "CHK-4",
                "currentShiftStatus",
                info,
                state(expected),
                state(reading.open),
            ));
        }
        let first = self.first_shift().unwrap_or_default();
        let wrong = if account.new_shifts == 0 {
            reading.shift != first
        } else {
            account.shift != ShiftState::Unsaid && reading.shift <= first
        };
        if wrong && account.shift != ShiftState::Unsaid {
            let expected = if account.new_shifts == 0 { first.to_string() } else { format!("above {first}") };
            let shift = reading.shift.to_string();
            found.push(Discrepancy::new("CHK-4", "currentShiftID", info, &expected, &shift));
        }
        found
    }

    /// `lastClosedChequeId` is the last receipt's number; what cash documents and a Z report do to
    /// it is open (Q-CASH-1).
    fn last_closed(&self, info: &Value) -> Option<Discrepancy> {
        let Some(Entry { what: Done::Receipt { number, .. }, name }) = self.entries.last() else {
            return None;
        };
        let shown = number_of(info, "lastClosedChequeId")?;
        (shown != Decimal::from(*number)).then(|| Discrepancy {
            after: Some(name.clone()),
            ..Discrepancy::new(
                "CHK-4",
                "lastClosedChequeId",
                "/apicheck/getInfo",
                &number.to_string(),
                &shown.to_string(),
            )
        })
    }

    fn requirement(&self, figure: Figure) -> &'static str {
        let any = |is: fn(&Done) -> bool| self.entries.iter().any(|entry| is(&entry.what));
        match figure {
            Figure::Drawer | Figure::ReportDrawer => "DUMP-7",
            Figure::CashIn | Figure::CashInCount | Figure::CashOut | Figure::CashOutCount => "CASH-1",
            _ if any(|done| matches!(done, Done::Receipt { .. })) => "REG-2",
            _ => "REG-8",
        }
    }

    /// The operation without which the figure would be right; else all that came since the books
    /// were last read.
    fn culprit(&self, rules: &Rules, figure: Figure, found: Decimal) -> Option<String> {
        let without = (0..self.entries.len()).find(|index| {
            self.account_without(rules, Some(*index))
                .and_then(|account| account.figures.get(&figure).copied())
                .is_some_and(|value| value == found)
        });
        if let Some(entry) = without.and_then(|index| self.entries.get(index)) {
            return Some(entry.name.clone());
        }
        match (self.entries.first(), self.entries.last()) {
            (Some(first), Some(last)) if first != last => {
                Some(format!("one of {} operations, {} to {}", self.entries.len(), first.name, last.name))
            }
            (Some(only), _) => Some(only.name.clone()),
            _ => Some("requests that were refused or only read".to_owned()),
        }
    }

    /// Percentages of the taxes that a report shows.
    fn learn_taxes(&mut self, with_tax: &Value) {
        let types = with_tax.get("taxes").and_then(Value::as_object);
        for detail in types
            .into_iter()
            .flat_map(|types| types.values())
            .filter_map(Value::as_array)
            .flatten()
            .filter_map(|entry| entry.get("taxDetails")?.as_array())
            .flatten()
        {
            let (Some(id), Some(percent)) =
                (detail.get("taxId").and_then(documents::text), number_of(detail, "taxPercent"))
            else {
                continue;
            };
            if documents::is_included(detail) {
                if !self.included.contains(&id) {
                    self.included.push(id);
                }
            } else {
                self.on_top.insert(id, percent);
            }
        }
    }
}

fn number_of(document: &Value, name: &str) -> Option<Decimal> {
    document.get(name).and_then(number)
}

/// Fiscal data grow by a shift's sums: up to now in the last one, up to the next one's opening in an
/// earlier one (DUMP-7).
fn fiscal_growth(documents: &Documents, found: &mut Vec<Discrepancy>) {
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
        for kind in crate::protocol::Registration::ALL {
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

/// A fiscal total; the one of sales has two names (Q-DUMP-1).
fn fiscal(data: &Value, kind: crate::protocol::Registration) -> Option<Decimal> {
    number_of(data, kind.wire())
        .or_else(|| (kind == crate::protocol::Registration::Sale).then(|| number_of(data, "sales")).flatten())
}

/// One shift of the list is open while one is open, and it is the current one (DUMP-2).
fn shift_list(documents: &Documents, found: &mut Vec<Discrepancy>) {
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

/// The receipts that documents show, by number.
pub(super) type Shown = BTreeMap<u64, Receipt>;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{Method, Registration};
    use serde_json::json;

    fn answer(number: u64, key: &str) -> Answer {
        Answer { status: 200, reason: number.to_string().into(), headers: vec![], body: key.into() }
    }

    fn documents(sale: &str, drawer: &str, receipts: Value) -> Documents {
        let number = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        let info = json!({"currentShiftID": "4", "currentShiftStatus": "opened", "cashWeHave": drawer,
            "roudingRule": "no", "defaultApiTaxID": "1"});
        let mut report = json!({"cashWeHave": number(drawer), "fiscalData": {"sales": number(sale)},
            "fiscalDataOnShiftOpen": {"sale": 0}, "cashInTotal": 0, "cashInDocCount": 0});
        report["saleDetails"] = json!({"sum": number(sale), "cheques": receipts.as_array().unwrap().len()});
        let shift = ShiftDocuments { shift: 4, report, cheques: receipts, ..ShiftDocuments::default() };
        Documents { info, shifts: Value::Null, books: vec![shift] }
    }

    fn receipt(id: u64, sum: &str) -> Value {
        let sum: Value = serde_json::from_str(sum).unwrap();
        json!({"chequeId": id, "chequeType": "0",
            "chequeSales": [{"id": id, "qty": 1, "price": sum, "saleSum": sum, "taxId": 1}]})
    }

    fn ledger() -> Ledger {
        let mut ledger = Ledger::default();
        let begin = documents("0", "100.00", json!([]));
        assert_eq!(ledger.reconcile(&begin), []);
        assert!(ledger.is_tracking());
        ledger
    }

    fn sell(ledger: &mut Ledger, number: u64, query: &str) {
        let request = WireRequest::bare(Method::Get, &format!("/api/?key=00000001&{query}"));
        ledger.took(&request, &answer(number, "00000002"), Key::parse("00000001").ok().as_ref());
    }

    #[test]
    fn learns_the_rounding_and_agrees() {
        let mut ledger = ledger();
        sell(&mut ledger, 9, "sale=5.005&cash=10");
        let after = documents("5.01", "105.01", json!([receipt(9, "5.01")]));
        assert_eq!(ledger.reconcile(&after), []);
        assert!(
            ledger
                .rules()
                .iter()
                .all(|rules| rules.round("7.005".parse().unwrap()) == "7.01".parse().unwrap())
        );
        sell(&mut ledger, 10, "sale=2.005&cash=10");
        let wrong = documents("7.01", "107.01", json!([receipt(9, "5.01"), receipt(10, "2.00")]));
        assert!(!ledger.reconcile(&wrong).is_empty(), "one device has one way of rounding");
    }

    #[test]
    fn names_the_operation_that_was_lost() {
        let mut ledger = ledger();
        sell(&mut ledger, 9, "sale=5&cash=5");
        sell(&mut ledger, 10, "sale=7&cash=7");
        let after = documents("12", "105.00", json!([receipt(9, "5"), receipt(10, "7")]));
        let found = ledger.reconcile(&after);
        assert_eq!(found.len(), 2, "{found:?}");
        assert_eq!(found[0].after.as_deref(), Some("sale=7 cash=7, receipt 10"));
        assert_eq!((found[0].expected.as_str(), found[0].found.as_str()), ("112.00", "105.00"));
    }

    #[test]
    fn a_repeat_is_no_registration() {
        let mut ledger = ledger();
        let request = WireRequest::bare(Method::Get, "/api/?key=00000001&sale=5&cash=5");
        let current = Key::parse("00000002").ok();
        ledger.took(&request, &answer(9, "00000002"), current.as_ref());
        let rules = ledger.rules()[0];
        let account = ledger.account(&rules).unwrap();
        assert_eq!(account.figures[&Figure::Fiscal(Registration::Sale)], Decimal::ZERO);
    }

    #[test]
    fn what_cannot_be_followed_is_not_judged() {
        let mut ledger = ledger();
        let mut request = WireRequest::bare(Method::Post, "/api/?sale=5");
        request.body = b"cash=5".to_vec();
        ledger.took(&request, &answer(9, "00000002"), None);
        assert!(!ledger.is_tracking());
        assert_eq!(ledger.reconcile(&documents("5", "105", json!([receipt(9, "5")]))), []);
    }
}
