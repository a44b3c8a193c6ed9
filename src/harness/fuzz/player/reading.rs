//! Reading the books.

use super::{Halt, PlayError, Player};
use crate::device::session::Outgoing;
use crate::device::transport::Outcome;
use crate::ledger::account::ShiftState;
use crate::ledger::documents::{Documents, ShiftDocuments, text};
use crate::ledger::reading::{Reading, number};
use crate::runner::judge;
use ikkm_protocol::Kind;
use rust_decimal::Decimal;
use serde_json::Value;
use std::time::Duration;

const GET_INFO: &str = "/apicheck/getInfo";
/// Shifts of a sequence that are read; more are not opened by one.
const MOST_SHIFTS: u64 = 6;

impl Player<'_> {
    /// Reads where the books stand before anything is done.
    pub(super) async fn begin(&mut self) -> Result<(), Halt> {
        let no_books = |halt| match halt {
            Halt::Found(finding) => Halt::Error(PlayError::NoBooks(finding.found)),
            error => error,
        };
        let info = self.document(GET_INFO).await.map_err(no_books)?;
        let Some((shift, _)) = Reading::shift_of(&info) else {
            return Err(PlayError::NoBooks("getInfo names no shift".to_owned()).into());
        };
        self.default_tax = info.get("defaultApiTaxID").and_then(text);
        let with_tax =
            self.document(&format!("/dump/table/shifts/{shift}/reportwithtax")).await.map_err(no_books)?;
        let current = ShiftDocuments { shift, with_tax, ..ShiftDocuments::default() };
        let documents = Documents { info, shifts: Value::Null, books: vec![current] };
        self.rounds_otherwise = documents.rounds_otherwise();
        self.report(documents)?;
        self.note_shift();
        Ok(())
    }

    /// Remembers whether a shift is open before the next operation.
    pub(super) fn note_shift(&mut self) {
        let account = self.ledger.rules().first().and_then(|rules| self.ledger.account(rules));
        self.open_before = account.is_none_or(|account| account.shift != ShiftState::Closed);
    }

    /// Reads every document of the shifts that the sequence touched, and reconciles.
    pub(super) async fn reconcile(&mut self) -> Result<(), Halt> {
        let info = self.document(GET_INFO).await?;
        let Some((current, _)) = Reading::shift_of(&info) else {
            return Err(self.found("CHK-2", "a shift's number and state in getInfo", &info.to_string()));
        };
        let shifts = self.document("/dump/table/shifts").await?;
        let first = self.ledger.first_shift().unwrap_or(current).max(current.saturating_sub(MOST_SHIFTS));
        let mut books = Vec::new();
        for shift in first..=current {
            let base = format!("/dump/table/shifts/{shift}");
            let mut one = ShiftDocuments {
                shift,
                report: self.document(&format!("{base}/report")).await?,
                cheques: self.document(&format!("{base}/cheques")).await?,
                ..ShiftDocuments::default()
            };
            if shift == current {
                one.with_tax = self.document(&format!("{base}/reportwithtax")).await?;
                one.salescheques = self.document(&format!("{base}/salescheques")).await?;
                one.sales = self.document(&format!("{base}/sales")).await?;
            }
            books.push(one);
        }
        self.report(Documents { info, shifts, books })
    }

    fn report(&mut self, documents: Documents) -> Result<(), Halt> {
        match self.ledger.reconcile(&documents).into_iter().next() {
            None => Ok(()),
            Some(wrong) => Err(self.found(wrong.requirement, &wrong.expectation(), &wrong.found)),
        }
    }

    /// A document that must be there.
    async fn document(&mut self, path: &str) -> Result<Value, Halt> {
        let key = self.session.key()?;
        let sent = self.session.send(&Outgoing::get(path, key)).await?;
        let found = match &sent.delivery.outcome {
            Outcome::Answered(answer) => {
                if answer.status == 200
                    && let Some(document) = judge::document(answer)
                {
                    return Ok(document);
                }
                if answer.kind() == (Kind::Refused { code: -1 }) {
                    let expected = "the key of the last answer to be good";
                    return Err(self.found("KEY-4", expected, &judge::describe(answer)));
                }
                judge::describe(answer)
            }
            Outcome::NotSent(why) => return Err(PlayError::Unreachable(why.clone()).into()),
            Outcome::NoAnswer(trouble) => trouble.to_string(),
            Outcome::Malformed { why, .. } => why.clone(),
        };
        let requirement = match path.rsplit('/').next().unwrap_or_default() {
            "getInfo" => "CHK-2",
            "shifts" => "DUMP-2",
            "sales" => "DUMP-4",
            "report" | "reportwithtax" => "DUMP-5",
            _ => "DUMP-3",
        };
        Err(self.found(requirement, &format!("{path} to answer with a JSON document"), &found))
    }

    /// The cash in the drawer now.
    pub(super) async fn drawer(&mut self) -> Result<Decimal, Halt> {
        let info = self.document(GET_INFO).await?;
        let drawer = info.get("cashWeHave").and_then(number);
        drawer.ok_or_else(|| self.found("CHK-2", "a number in cashWeHave of getInfo", &info.to_string()))
    }

    /// Waits until a Z report is done, 90 seconds at the most (v22 §3).
    pub(super) async fn until_closed(&mut self) -> Result<(), Halt> {
        self.in_row = false;
        for pause in [0, 15, 30, 45] {
            self.session.clock().sleep(Duration::from_secs(pause)).await?;
            let info = self.document(GET_INFO).await?;
            if Reading::shift_of(&info).is_some_and(|(_, open)| !open) {
                return Ok(());
            }
        }
        Err(self.found("SHIFT-2", "the shift closed 90 s after a Z report was accepted", "still open"))
    }
}
