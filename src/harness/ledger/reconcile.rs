//! Reconciliation: the device's documents against each other and against what was acknowledged.

use super::account::{Account, Done, Entry, Registered, ShiftState};
use super::agreement::agreement;
use super::books::Ledger;
use super::discrepancy::Discrepancy;
use super::documents::{self, Documents, number_of};
use super::reading::{Figure, Reading};
use super::rules::Rules;
use super::{receipts, shifts};
use rust_decimal::Decimal;
use serde_json::Value;
use std::collections::BTreeMap;

/// Whether to look for the operation after which a figure first differs, which takes a while.
#[derive(Clone, Copy)]
enum Attribution {
    Named,
    Unnamed,
}

impl Ledger {
    /// Compares the device's documents with each other and with what was acknowledged, keeps the
    /// rules that explain them, and goes on from what they show.
    pub fn reconcile(&mut self, documents: &Documents) -> Vec<Discrepancy> {
        self.due = false;
        let mut found = Vec::new();
        let unit = if documents.rounds_otherwise() { Decimal::ONE } else { Decimal::new(1, 2) };
        for shift in &documents.books {
            self.learn_taxes(&shift.with_tax);
        }
        for shift in &documents.books {
            agreement(shift, unit, &mut found);
        }
        shifts::fiscal_growth(documents, &mut found);
        shifts::shift_list(documents, &mut found);
        let report = documents.books.last().map_or(&Value::Null, |current| {
            if current.report.is_null() { &current.with_tax } else { &current.report }
        });
        let Some(reading) = Reading::new(&documents.info, report) else { return found };
        let complete = self.shows_receipts(documents);
        if self.base.is_some() {
            found.extend(self.acknowledged(documents, &reading, complete));
        }
        self.put_aside(complete);
        self.rebase(&documents.info, reading);
        found
    }

    /// The rules that explain the documents are kept; where none does, the nearest one's differences. The
    /// receipts are compared where the documents hold all of them: `complete`.
    fn acknowledged(&mut self, documents: &Documents, reading: &Reading, complete: bool) -> Vec<Discrepancy> {
        let mut shown = BTreeMap::new();
        for shift in &documents.books {
            shown.extend(documents::receipts(&shift.cheques).unwrap_or_default());
        }
        let mut entries = self.unread.clone().unwrap_or_default();
        entries.extend(self.entries.iter().cloned());
        let judged = |rules: &Rules, attribution: Attribution| {
            let mut found = self.figures(rules, reading, documents, attribution);
            if complete {
                found.extend(receipts::compare(
                    &entries,
                    &shown,
                    rules,
                    self.default_tax.as_deref(),
                    &self.on_top,
                ));
            }
            found
        };
        let wrong: Vec<(usize, Rules)> =
            self.rules.iter().map(|rules| (judged(rules, Attribution::Unnamed).len(), *rules)).collect();
        let explaining: Vec<Rules> =
            wrong.iter().filter(|(count, _)| *count == 0).map(|(_, rules)| *rules).collect();
        if explaining.is_empty() {
            // Only the nearest rules' differences are told, so only for them is a culprit looked for.
            let nearest = wrong.iter().min_by_key(|(count, _)| *count);
            return nearest.map_or_else(Vec::new, |(_, rules)| judged(rules, Attribution::Named));
        }
        self.rules = explaining;
        self.recount();
        Vec::new()
    }

    /// The receipts of everything that was acknowledged are among the documents.
    fn shows_receipts(&self, documents: &Documents) -> bool {
        self.oldest_shift().is_some_and(|first| {
            documents.books.first().is_some_and(|oldest| oldest.shift <= first)
                && documents.books.iter().all(|shift| !shift.cheques.is_null())
        })
    }

    fn figures(
        &self,
        rules: &Rules,
        reading: &Reading,
        documents: &Documents,
        attribution: Attribution,
    ) -> Vec<Discrepancy> {
        let Some(account) = self.account(rules) else { return Vec::new() };
        let mut found = self.shift_figures(account, reading);
        for (figure, expected, have) in account.differences(reading) {
            let document = match figure {
                Figure::Drawer => "/apicheck/getInfo".to_owned(),
                _ => format!("/dump/table/shifts/{}/report", reading.shift),
            };
            found.push(Discrepancy {
                requirement: self.requirement(figure),
                figure: figure.to_string(),
                of: Some(figure),
                document,
                expected: expected.to_string(),
                found: have.to_string(),
                after: match attribution {
                    Attribution::Named => self.culprit(rules, figure, have),
                    Attribution::Unnamed => None,
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
        let Some(Entry { what: Done::Receipt(Registered { number, .. }), name }) = self.entries.last() else {
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
            _ if any(|done| matches!(done, Done::Receipt(_))) => "REG-2",
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

    /// Which taxes a report shows in the amount and which on top, with their percentages. One that it shows as
    /// both was put on top by a bench, and is in the amount unless the bench still has it in hand.
    pub(crate) fn learn_taxes(&mut self, with_tax: &Value) {
        let known = (self.included.len(), self.on_top.clone());
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
            if self.put_back.contains(&id) {
                continue;
            }
            if documents::is_included(detail) {
                // Receipts from before the bench put it on top.
                if self.taxes_are_elsewhere() {
                    continue;
                }
                self.on_top.remove(&id);
                if !self.included.contains(&id) {
                    self.included.push(id);
                }
            } else if !self.included.contains(&id) {
                // Only now does it matter which figures such a tax joins.
                if !self.asks_of_taxes {
                    self.rules = self.rules.iter().flat_map(|rules| rules.with_taxes()).collect();
                    self.asks_of_taxes = true;
                }
                self.on_top.insert(id, percent);
            }
        }
        if known.0 != self.included.len() || known.1 != self.on_top {
            self.recount();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::documents::ShiftDocuments;
    use ikkm_protocol::{Answer, Key, Method, Registration, WireRequest};
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
    fn a_tax_that_a_bench_put_on_top_is_in_the_amount_again_when_it_has_put_it_back() {
        let row = |included: bool| {
            let detail =
                json!([{"taxId": 1, "isIncluded": included.to_string(), "taxPercent": 12, "amount": 1}]);
            json!({"taxId": 1, "turnover": 10, "taxDetails": detail})
        };
        let report = |rows: &[Value]| json!({"taxes": {"sale": rows}});
        let told = |ledger: &Ledger| (ledger.included().to_vec(), ledger.on_top.len(), ledger.rules().len());
        let mut ledger = Ledger::default();
        let few = ledger.rules().len();
        ledger.learn_taxes(&report(&[row(true)]));
        assert_eq!(told(&ledger), (vec!["1".to_owned()], 0, few));
        ledger.taxes_in_other_hands();
        assert_eq!(told(&ledger), (Vec::new(), 0, few));
        ledger.learn_taxes(&report(&[row(false), row(true)]));
        assert_eq!(told(&ledger), (Vec::new(), 1, 16 * few));
        ledger.taxes_put_back();
        ledger.learn_taxes(&report(&[row(false), row(true)]));
        ledger.learn_taxes(&report(&[row(false)]));
        assert_eq!(told(&ledger), (vec!["1".to_owned()], 0, 16 * few));
        // Where nothing was known before, a report that shows both settles it.
        let mut ledger = Ledger::default();
        ledger.taxes_in_other_hands();
        ledger.learn_taxes(&report(&[row(false)]));
        ledger.taxes_put_back();
        ledger.learn_taxes(&report(&[row(false), row(true)]));
        assert_eq!(told(&ledger), (vec!["1".to_owned()], 0, 16 * few));
    }

    #[test]
    fn accounts_that_are_carried_forward_are_those_made_anew() {
        let same = |ledger: &Ledger| {
            let anew = ledger.rules().iter().filter_map(|rules| ledger.account_without(rules, None));
            assert_eq!(ledger.accounts().cloned().collect::<Vec<_>>(), anew.collect::<Vec<_>>());
        };
        let mut ledger = ledger();
        same(&ledger);
        sell(&mut ledger, 9, "sale=5.005&cash=10");
        same(&ledger);
        let detail = json!([{"taxId": 1, "isIncluded": "false", "taxPercent": 12, "amount": 1}]);
        let row = json!({"taxId": 1, "turnover": 10, "taxDetails": detail});
        ledger.learn_taxes(&json!({"taxes": {"sale": [row]}}));
        same(&ledger);
        ledger.taxes_in_other_hands();
        sell(&mut ledger, 10, "buy=100&cash=100&tax=1");
        same(&ledger);
        ledger.taxes_put_back();
        same(&ledger);
        assert_ne!(ledger.account(&ledger.rules()[0]), ledger.account_after(&ledger.rules()[0], 1).as_ref());
        let after = documents("5.01", "5.01", json!([receipt(9, "5.01")]));
        ledger.reconcile(&after);
        same(&ledger);
        ledger.lose_track();
        same(&ledger);
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
