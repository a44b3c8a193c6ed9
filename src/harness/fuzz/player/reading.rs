//! Reading the books.

use super::{Before, Halt, PlayError, Player, proof};
use crate::device::session::Outgoing;
use crate::device::transport::Outcome;
use crate::ledger::account::ShiftState;
use crate::ledger::documents::{Documents, ShiftDocuments, fiscal, text};
use crate::ledger::reading::{Figure, Reading, number};
use crate::runner::document::fields::first_wrong;
use crate::runner::every_answer::doubled;
use crate::runner::judge;
use ikkm_protocol::{Kind, Registration};
use rust_decimal::Decimal;
use serde_json::Value;
use std::time::Duration;

const GET_INFO: &str = "/apicheck/getInfo";
/// Shifts of a sequence that are read; more are not opened by one.
const MOST_SHIFTS: u64 = 12;
/// What a Z report with fast timers takes at the most: 15 s, and what it costs to ask.
const SLOW: Duration = Duration::from_secs(25);
/// The fields of getInfo that are texts (v22 §7.1); the battery's is there only where one is.
const TEXTS: [&str; 14] = [
    "cashWeHave",
    "cashierID",
    "cashierName",
    "currentShiftID",
    "currentShiftStatus",
    "databaseSizeKb",
    "defaultApiTaxID",
    "factorySerialNumber",
    "lastClosedChequeId",
    "messagesQueSize",
    "printingMode",
    "roudingRule",
    "totalFlashUsedMb",
    "totalRamUsedMb",
];

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
        self.ledger.keep_unread();
        let with_tax =
            self.document(&format!("/dump/table/shifts/{shift}/reportwithtax")).await.map_err(no_books)?;
        let current = ShiftDocuments { shift, with_tax, ..ShiftDocuments::default() };
        let documents = Documents { info, shifts: Value::Null, books: vec![current] };
        self.rounds_otherwise = documents.rounds_otherwise();
        self.began_in = Some(shift);
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
        let info = self.info().await?;
        let Some((current, _)) = Reading::shift_of(&info) else {
            return Err(self.found("CHK-2", "a shift's number and state in getInfo", &info.to_string()));
        };
        if self.has_no_books(current) {
            return Ok(());
        }
        let shifts = self.document("/dump/table/shifts").await?;
        let first = self.ledger.oldest_shift().unwrap_or(current).max(current.saturating_sub(MOST_SHIFTS));
        let mut books = Vec::new();
        for shift in first..=current {
            let base = format!("/dump/table/shifts/{shift}");
            let mut one = ShiftDocuments {
                shift,
                cheques: self.document(&format!("{base}/cheques")).await?,
                ..ShiftDocuments::default()
            };
            // Under a tax that is not known only the report with taxes says how it moved the figures.
            if shift == current || self.ledger.taxes_are_known() {
                one.report = self.document(&format!("{base}/report")).await?;
            } else {
                one.with_tax = self.document(&format!("{base}/reportwithtax")).await?;
            }
            if shift == current {
                one.with_tax = self.document(&format!("{base}/reportwithtax")).await?;
                one.salescheques = self.document(&format!("{base}/salescheques")).await?;
                one.sales = self.document(&format!("{base}/sales")).await?;
            }
            books.push(one);
        }
        self.report(Documents { info, shifts, books })
    }

    /// getInfo and the open shift's report: two requests, and one for each shift that was closed under a tax
    /// that is not known.
    pub(super) async fn glance(&mut self) -> Result<(), Halt> {
        let info = self.info().await?;
        let Some((current, _)) = Reading::shift_of(&info) else {
            return Err(self.found("CHK-2", "a shift's number and state in getInfo", &info.to_string()));
        };
        if self.has_no_books(current) {
            return Ok(());
        }
        let known = self.ledger.taxes_are_known();
        let first = if known { current } else { self.ledger.first_shift().unwrap_or(current).min(current) };
        let mut books = Vec::new();
        for shift in first.max(current.saturating_sub(MOST_SHIFTS))..=current {
            let base = format!("/dump/table/shifts/{shift}");
            let mut book = ShiftDocuments { shift, ..ShiftDocuments::default() };
            if known {
                book.report = self.document(&format!("{base}/report")).await?;
            } else {
                book.with_tax = self.document(&format!("{base}/reportwithtax")).await?;
            }
            books.push(book);
        }
        self.report(Documents { info, shifts: Value::Null, books })
    }

    /// The end of a sequence: a few documents where one shift was touched, all of them where more were
    /// and now and then.
    pub(super) async fn last_look(&mut self, number: u64) -> Result<(), Halt> {
        let info = self.info().await?;
        let Some((shift, _)) = Reading::shift_of(&info) else {
            return Err(self.found("CHK-2", "a shift's number and state in getInfo", &info.to_string()));
        };
        if number.is_multiple_of(3) || self.began_in != Some(shift) {
            return self.reconcile().await;
        }
        let base = format!("/dump/table/shifts/{shift}");
        let mut book = ShiftDocuments {
            shift,
            with_tax: self.document(&format!("{base}/reportwithtax")).await?,
            cheques: self.document(&format!("{base}/cheques")).await?,
            ..ShiftDocuments::default()
        };
        if number.is_multiple_of(2) {
            book.sales = self.document(&format!("{base}/sales")).await?;
        } else {
            book.salescheques = self.document(&format!("{base}/salescheques")).await?;
        }
        self.report(Documents { info, shifts: Value::Null, books: vec![book] })
    }

    /// A device without any document has had no shift yet.
    fn has_no_books(&self, shift: u64) -> bool {
        shift == 0 && self.began_in.is_none()
    }

    /// getInfo, each documented field with its type (CHK-2), and the print mode (MGMT-8).
    pub(super) async fn info(&mut self) -> Result<Value, Halt> {
        let info = self.document(GET_INFO).await?;
        for name in TEXTS {
            if !info.get(name).is_some_and(Value::is_string) {
                let found = info.get(name).map_or("none".to_owned(), Value::to_string);
                return Err(self.found("CHK-2", &format!("{name} in getInfo, as a text"), &found));
            }
        }
        let status = info.get("currentShiftStatus").and_then(text).unwrap_or_default();
        if !["opened", "closed"].contains(&status.as_str()) {
            return Err(self.found("CHK-5", "currentShiftStatus opened or closed", &status));
        }
        let printing = info.get("printingMode").and_then(text).unwrap_or_default();
        let external = self.watch.mode.as_deref().map(|mode| mode != "internal-printer");
        if let Some(external) = external {
            let expected = if external { "external" } else { "internal" };
            if printing != expected {
                let look = proof::check("printingMode", &format!("= {expected}"));
                return Err(self
                    .found("MGMT-8", &format!("printingMode {expected}"), &printing)
                    .shown_by([proof::get(GET_INFO, &look)]));
            }
        }
        let waiting = info.get("messagesQueSize").and_then(number).unwrap_or_default();
        if let Some(least) = self.watch.waiting()
            && waiting < Decimal::from(least)
        {
            let expected = format!("messagesQueSize {least} or more, as so many receipts wait");
            let proof = waiting
                .is_zero()
                .then(|| proof::get(GET_INFO, &proof::check("messagesQueSize", "text not 0")));
            return Err(self.found("CHK-4", &expected, &waiting.to_string()).shown_by(proof));
        }
        Ok(info)
    }

    fn report(&mut self, documents: Documents) -> Result<(), Halt> {
        self.dates(&documents)?;
        self.list_agrees(&documents)?;
        self.fields(&documents)?;
        match self.ledger.reconcile(&documents).into_iter().next() {
            None => Ok(()),
            Some(wrong) => {
                let named = |name: &str| self.named.iter().find(|(end, _)| name.ends_with(end.as_str()));
                // A row of a receipt names it.
                let told = format!(", {}", wrong.expected);
                let shown = || {
                    self.named.iter().find(|(end, _)| {
                        told.strip_prefix(end.as_str()).is_some_and(|rest| rest.starts_with([',', ' ']))
                    })
                };
                let culprit = wrong.after.as_deref().and_then(named).or_else(shown).map(|(_, at)| *at);
                let current = format!("/shifts/{}/", self.shift);
                let of_closed = wrong.document.ends_with("/shifts")
                    || wrong.document.contains("/shifts/") && !wrong.document.contains(&current);
                match self.found(wrong.requirement, &wrong.expectation(), &wrong.found) {
                    Halt::Found(mut finding) => {
                        (finding.culprit, finding.of_closed) = (culprit, of_closed);
                        Err(Halt::Found(finding))
                    }
                    halt => Err(halt),
                }
            }
        }
    }

    /// A row of the list of shifts has the fiscal sums that its shift began with (DUMP-13).
    fn list_agrees(&self, documents: &Documents) -> Result<(), Halt> {
        for row in documents.shifts.as_array().into_iter().flatten() {
            let of = |book: &&ShiftDocuments| row.get("id").and_then(number) == Some(book.shift.into());
            let Some(book) = documents.books.iter().find(of) else { continue };
            let report = if book.report.is_null() { &book.with_tax } else { &book.report };
            for kind in Registration::ALL {
                let opening = report.get("fiscalDataOnShiftOpen").and_then(|sums| fiscal(sums, kind));
                let listed = row.get(kind.wire()).and_then(number);
                if let (Some(opening), Some(listed)) = (opening, listed)
                    && opening != listed
                {
                    let what = format!("{} of shift {} in the list of shifts", kind.wire(), book.shift);
                    let expected = format!("{what}: {opening}, as its report's fiscalDataOnShiftOpen");
                    let shift = self.shift_in_suite(&book.shift.to_string());
                    return Err(self
                        .found("DUMP-13", &expected, &listed.to_string())
                        .shown_by(proof::opening(&shift, kind)));
                }
            }
        }
        Ok(())
    }

    /// The members of the current shift's report that hold its figures (DUMP-5).
    fn fields(&self, documents: &Documents) -> Result<(), Halt> {
        let Some(book) = documents.books.last() else { return Ok(()) };
        let report = if book.report.is_null() { &book.with_tax } else { &book.report };
        let Some(reading) = Reading::new(&documents.info, report) else { return Ok(()) };
        let mut expected = vec![Figure::CashIn, Figure::CashInCount, Figure::CashOut, Figure::CashOutCount];
        for kind in Registration::ALL {
            expected.extend([Figure::Fiscal(kind), Figure::ShiftSum(kind), Figure::ShiftReceipts(kind)]);
        }
        match expected.into_iter().find(|figure| !reading.figures.contains_key(figure)) {
            Some(figure) => {
                // The field that is wrong says more.
                self.documented(&format!("/dump/table/shifts/{}/report", book.shift), false, report)?;
                Err(self.found("DUMP-5", &format!("{figure}, as a number"), "none"))
            }
            None => Ok(()),
        }
    }

    /// Each documented field of a document, with its type.
    pub(super) fn documented(&self, path: &str, minimum: bool, document: &Value) -> Result<(), Halt> {
        match first_wrong(path, minimum, document) {
            // What stood there before anything was done is no fault of the sequence.
            _ if self.began_in.is_none() && !self.new_device => Ok(()),
            Some(((place, rule, line), wrong)) => {
                let look = proof::check(place, rule);
                let proof = proof::get(&self.path_in_suite(path, minimum), &look);
                Err(self.found(line, &wrong.expected, &wrong.found).shown_by([proof]))
            }
            None => Ok(()),
        }
    }

    /// Another default tax, where the condition of one came or went: the books are begun anew with it.
    pub(super) async fn other_taxes(&mut self) -> Result<(), Halt> {
        let info = self.document(GET_INFO).await?;
        self.default_tax = info.get("defaultApiTaxID").and_then(text);
        self.ledger.begin_anew();
        Ok(())
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
                    if let Some(found) = doubled(&answer.body, &document) {
                        return Err(self.found("WIRE-12", "each member of an object named once", &found));
                    }
                    self.documented(path, false, &document)?;
                    if path == GET_INFO
                        && let Some((shift, _)) = Reading::shift_of(&document)
                    {
                        self.shift = shift;
                    }
                    if self.before.is_nothing() {
                        self.before = Before::Other;
                    }
                    return Ok(document);
                }
                if answer.kind() == (Kind::Refused { code: -1 }) {
                    self.key_refused(answer)?;
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
        if let Some(known) = self.known_drawer() {
            return Ok(known);
        }
        let info = self.document(GET_INFO).await?;
        let drawer = info.get("cashWeHave").and_then(number);
        drawer.ok_or_else(|| self.found("CHK-2", "a number in cashWeHave of getInfo", &info.to_string()))
    }

    /// The cash in the drawer, where everything that is known says the same.
    pub(super) fn known_drawer(&self) -> Option<Decimal> {
        if !self.ledger.taxes_are_known() {
            return None;
        }
        let mut all = self.ledger.accounts().map(|account| account.drawer());
        let first = all.next()??;
        all.all(|other| other == Some(first)).then_some(first)
    }

    /// Waits until a Z report is done, 90 seconds at the most (v22 §3).
    pub(super) async fn until_closed(&mut self) -> Result<(), Halt> {
        self.in_row = false;
        let closing = self.asked;
        for pause in [0, 15, 30, 45] {
            self.session.clock().sleep(Duration::from_secs(pause)).await?;
            let info = self.document(GET_INFO).await?;
            let open = Reading::shift_of(&info).is_none_or(|(_, open)| open);
            let took = self.session.clock().now().saturating_sub(closing);
            if self.watch.fast && took > SLOW && (open || pause == 0) {
                let found = if open { "still open" } else { "closed only then" };
                let expected = "the shift closed within 15 s after timersFast";
                return Err(self.found("SHIFT-8", expected, &format!("{found} after {} s", took.as_secs())));
            }
            if !open {
                return Ok(());
            }
        }
        Err(self.found("SHIFT-2", "the shift closed 90 s after a Z report was accepted", "still open"))
    }
}
