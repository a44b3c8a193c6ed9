//! What a run knows of the device's books: what was read last and still holds, what was acknowledged,
//! and how that must show. The one owner of readings; nothing is sent from here.

use super::lean::PutOff;
use super::outcome::Cause;
use crate::bench::ConditionName;
use crate::device::effects::{Effect, effect_of};
use crate::device::lost_reply::LostReply;
use crate::device::session::{Outgoing, Sent};
use crate::device::transport::Outcome;
use crate::ledger::Ledger;
use crate::ledger::books::Predicted;
use crate::ledger::documents::other_rounding;
use crate::ledger::moved::{Comparison, compare};
use crate::ledger::reading::{Reading, parts_of_tenge};
use crate::suite::moves::Addend;
use ikkm_protocol::{Answer, Key, Kind};
use serde_json::Value;

/// The path of getInfo (v22 §7.1).
pub const GET_INFO: &str = "/apicheck/getInfo/";
/// The path of the tax directory (v22 §9.1).
pub const TAXES: &str = "/dump/table/taxes";

/// Readings that still hold, and what was acknowledged.
#[derive(Debug, Default)]
pub struct Bookkeeping {
    /// The books as last read, while nothing was sent since that could have moved them.
    reading: Option<Reading>,
    /// getInfo as last answered, as long as the reading would hold too.
    info: Option<Value>,
    /// The tax directory, until something may have edited it.
    taxes: Option<Value>,
    /// What a report says of the default tax, as long.
    pub default_tax: Option<Vec<Value>>,
    /// What was acknowledged, and what the books must say now.
    pub ledger: Ledger,
    /// Receipts that the device acknowledged.
    pub receipts: u32,
    /// How many of them were there when the books were last reconciled at a suite's end.
    pub receipts_reconciled: u32,
    /// How many of them were there when a look last asked for the taxes.
    receipts_asked: u32,
    /// Z reports that it accepted.
    pub z_reports: u32,
    /// A shift was open before the run: it may be too old, or another cashier's, to take receipts.
    pub inherited_shift: bool,
    /// Its rounding setting where that is another than `no`: what it makes of a part of a tenge is open
    /// (`Q-WIRE-8`; v22 §7.1).
    other_rounding: Option<String>,
    /// Why the books may differ from what was acknowledged: parts of a tenge were sent to such a device.
    open_rounding: Option<String>,
    /// The same, for what this case sent.
    open_in_case: Option<String>,
    /// The reading that `moves` of this case compares with.
    opening: Option<Reading>,
    /// Whether the bench had the books in hand since then: it may have closed the shift.
    handed_over: bool,
    /// Looks that are put off.
    pub put_off: PutOff,
    /// A wrong answer since the books last agreed: it explains books that do not.
    cause: Option<Cause>,
}

impl Bookkeeping {
    /// Takes note of how the device was found: its getInfo before the first case.
    pub fn found(&mut self, info: &Value) {
        self.inherited_shift = Reading::shift_of(info).is_some_and(|(_, open)| open);
        self.other_rounding = other_rounding(info).map(str::to_owned);
    }

    /// A case begins: it compares with readings of its own.
    pub fn begin_case(&mut self) {
        self.open_in_case = None;
        self.opening = None;
        self.handed_over = false;
    }

    /// The books as last read, where they cannot have moved since.
    pub fn reading(&self) -> Option<&Reading> {
        self.reading.as_ref()
    }

    /// getInfo as last answered, where it cannot have changed since.
    pub fn info(&self) -> Option<&Value> {
        self.info.as_ref()
    }

    /// Takes over a getInfo that holds now; `None` where it does not.
    pub fn set_info(&mut self, info: Option<Value>) {
        self.info = info;
    }

    /// The tax directory, where nothing can have edited it since it was read.
    pub fn taxes(&self) -> Option<&Value> {
        self.taxes.as_ref()
    }

    /// Takes over the tax directory.
    pub fn set_taxes(&mut self, taxes: Value) {
        self.taxes = Some(taxes);
    }

    /// Takes over a reading of the books; `None` where the documents hold no figures.
    pub fn read(&mut self, info: &Value, report: &Value) -> Option<Reading> {
        let reading = Reading::new(info, report)?;
        self.put_off.looked(&self.ledger, &reading);
        if !self.ledger.is_tracking() {
            self.ledger.rebase(info, reading.clone());
        }
        self.reading = Some(reading.clone());
        Some(reading)
    }

    /// Whether a look now is to read the taxes too: looks are put off, it is not known of a tax whether it is
    /// in the amount, and receipts came since that was last asked.
    pub fn asks_for_taxes(&mut self) -> bool {
        let asks = self.put_off.wanted && !self.ledger.knows_taxes() && self.receipts > self.receipts_asked;
        if asks {
            self.receipts_asked = self.receipts;
        }
        asks
    }

    /// The reading that this case's `moves` compare with.
    pub fn opening(&self) -> Option<&Reading> {
        self.opening.as_ref()
    }

    /// From here on `moves` compares with this reading.
    pub fn open_with(&mut self, reading: Reading) {
        self.opening = Some(reading);
    }

    /// How the books moved since the opening reading; `None` where there was none. The reading is the
    /// next opening.
    pub fn moved(&mut self, after: &Reading, amounts: &[(String, Vec<Addend>)]) -> Option<Comparison> {
        let mut before = self.opening.replace(after.clone())?;
        if std::mem::take(&mut self.handed_over) {
            before.closed_meanwhile(after);
        }
        let comparison = compare(&before, after, amounts);
        Some(comparison)
    }

    /// Remembers a part of a tenge that is sent to a device whose rounding setting is another than
    /// `no`: a total may then be brought to whole tenge, and the payment not.
    pub fn sending(&mut self, outgoing: &Outgoing) {
        let Some(rule) = &self.other_rounding else { return };
        if let Some((name, amount)) = parts_of_tenge(&outgoing.params).next() {
            let why = format!(
                "what the device makes of {name} {amount} while its roudingRule is `{rule}` is open (Q-WIRE-8)"
            );
            self.open_in_case.get_or_insert_with(|| why.clone());
            self.open_rounding.get_or_insert(why);
        }
    }

    /// Why nothing that this case finds from here on can be held against the device.
    pub fn open_in_case(&self) -> Option<&str> {
        self.open_in_case.as_deref()
    }

    /// Why the reconciled books may differ, in any case of this run.
    pub fn open_in_run(&self) -> Option<&str> {
        self.open_rounding.as_deref()
    }

    /// Follows one request: what it acknowledged, what it may have moved.
    pub fn follow(&mut self, sent: &Sent, key_before: Option<&Key>, key_after: Option<&Key>) {
        let registers = sent.request.registration().is_some();
        let closes = sent.request.path().starts_with("/apizreport")
            && sent.first_answer().is_some_and(|answer| answer.status == 200);
        self.receipts += u32::from(registers && key_after != key_before);
        self.z_reports += u32::from(closes);
        if let (Outcome::Answered(answer), _) | (_, Some(answer)) = (&sent.delivery.outcome, &sent.settled) {
            self.ledger.took(&sent.request, answer, key_before);
        }
        if matches!(sent.lost_reply, Some(LostReply::Done(_) | LostReply::Unknown(_))) {
            // Nothing was acknowledged, and yet the books moved, or may have.
            self.ledger.lose_track();
        }
        self.forget_after(sent);
    }

    /// Follows requests sent at the same time, in the order in which their receipts are numbered.
    pub fn follow_together(&mut self, sent: &[Sent], mut key: Option<Key>) {
        let mut answered: Vec<(&Sent, &Answer)> =
            sent.iter().filter_map(|sent| Some((sent, sent.answer()?))).collect();
        answered.sort_by_key(|(_, answer)| answer.receipt());
        for (sent, answer) in answered {
            self.ledger.took(&sent.request, answer, key.as_ref());
            if let Kind::Keyed { key: fresh, .. } = answer.kind()
                && sent.request.registration().is_some()
                && key.as_ref() != Some(&fresh)
            {
                self.receipts += 1;
                key = Some(fresh);
            }
        }
        sent.iter().for_each(|sent| self.forget_after(sent));
        // A reading among them may be older than what went beside it.
        self.may_have_moved();
    }

    fn forget_after(&mut self, sent: &Sent) {
        if effect_of(&sent.request) != Effect::Read {
            self.may_have_moved();
        } else if let Some(info) = info_in(sent) {
            self.info = Some(info);
        }
    }

    /// Whether what the ledger says can stand for a look.
    pub fn trusts_ledger(&self) -> bool {
        self.put_off.trusts(&self.ledger)
    }

    /// What the books must show, where that can stand for a look.
    pub fn predicted(&self) -> Option<Predicted> {
        self.trusts_ledger().then(|| self.ledger.predicted()).flatten()
    }

    /// Something was sent that may have moved the books: they have to be read again.
    pub fn may_have_moved(&mut self) {
        self.reading = None;
        self.info = None;
    }

    /// Something outside the API may have changed the device: nothing read from it holds any more.
    pub fn forget_device(&mut self) {
        self.may_have_moved();
        self.taxes = None;
        self.default_tax = None;
    }

    /// What a condition may have moved is not known any more: a bench may close or open a shift to
    /// bring it about, which `begins`, or to end it. Says whether the condition is of that kind.
    pub fn handed_to_bench(&mut self, condition: ConditionName, begins: bool) -> bool {
        match (condition, begins) {
            (ConditionName::TaxOnTop, true) => self.ledger.taxes_in_other_hands(),
            (ConditionName::TaxOnTop, false) => self.ledger.taxes_put_back(),
            _ => {}
        }
        let moves = moves_books(condition);
        if moves {
            self.ledger.lose_track();
            self.handed_over = true;
        }
        moves
    }

    /// A wrong answer was found: books that disagree from here on follow from it.
    pub fn distrust(&mut self, cause: Cause) {
        self.cause.get_or_insert(cause);
    }

    /// The wrong answer that explains books which disagree, if there was one; forgotten with this.
    pub fn explained(&mut self) -> Option<Cause> {
        self.cause.take()
    }
}

/// The document, where a request was a whole getInfo that was answered: then it need not be asked
/// again.
fn info_in(sent: &Sent) -> Option<Value> {
    let whole = sent.request.path().trim_end_matches('/') == GET_INFO.trim_end_matches('/')
        && sent.request.params().0.iter().all(|(name, _)| name == "key");
    let good = || sent.first_answer().is_some_and(|answer| answer.status == 200);
    if whole && good() { sent.document().cloned() } else { None }
}

/// Whether a condition makes books, shifts or taxes others than the ledger knows them. Numbering across
/// shifts is open (Q-CASH-1).
pub fn moves_books(condition: ConditionName) -> bool {
    matches!(
        condition,
        ConditionName::ShiftOver24h
            | ConditionName::ShiftOver7d
            | ConditionName::OtherCashier
            | ConditionName::TaxOnTop
            | ConditionName::FreshDevice
            | ConditionName::DatabaseDamaged
            | ConditionName::ArchivedShift
            | ConditionName::TaxesEdited
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use ikkm_protocol::{Key, Params};
    use serde_json::json;

    fn sale(amount: &str) -> Outgoing {
        let mut outgoing = Outgoing::get("/api/", Key::parse("12345678").unwrap());
        outgoing.params = Params(vec![("sale".to_owned(), amount.to_owned())]);
        outgoing
    }

    #[test]
    fn a_part_of_a_tenge_is_open_only_where_the_device_rounds_otherwise() {
        let mut books = Bookkeeping::default();
        books.found(&json!({"roudingRule": "no"}));
        books.sending(&sale("10.50"));
        assert_eq!(books.open_in_case(), None);
        books.found(&json!({"roudingRule": "up"}));
        books.sending(&sale("10"));
        assert_eq!(books.open_in_case(), None);
        books.sending(&sale("10.50"));
        assert!(books.open_in_case().is_some_and(|why| why.contains("Q-WIRE-8")));
        books.begin_case();
        assert_eq!(books.open_in_case(), None);
        assert!(books.open_in_run().is_some(), "the run's books stay open");
    }

    #[test]
    fn what_was_read_holds_until_something_may_have_moved_it() {
        let mut books = Bookkeeping::default();
        books.set_info(Some(json!({"currentShiftID": 1})));
        books.set_taxes(json!({"1": "VAT"}));
        books.may_have_moved();
        assert_eq!((books.info(), books.taxes().is_some()), (None, true));
        books.forget_device();
        assert_eq!(books.taxes(), None);
    }

    #[test]
    fn the_first_wrong_answer_explains_the_books_once() {
        let cause = |place: &str| Cause {
            case: "a/b".to_owned(),
            requirement: "WIRE-10".to_owned(),
            place: place.to_owned(),
        };
        let mut books = Bookkeeping::default();
        assert_eq!(books.explained(), None);
        books.distrust(cause("first"));
        books.distrust(cause("second"));
        assert_eq!(books.explained(), Some(cause("first")));
        assert_eq!(books.explained(), None);
    }

    #[test]
    fn a_bench_that_may_close_a_shift_has_the_books_in_hand() {
        let mut books = Bookkeeping::default();
        assert!(books.handed_to_bench(ConditionName::ShiftOver24h, true));
        assert!(!books.handed_to_bench(ConditionName::PaperOut, true));
    }
}
