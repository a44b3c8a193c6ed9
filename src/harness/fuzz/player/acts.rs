//! Operations of more than one request: cards and receipts looked up; and session variables.

use super::{Age, Before, Halt, Player, proof};
use crate::bench::{self, BenchAction, ConditionName, Observation, Reply};
use crate::conditions::Condition;
use crate::device::clock::Clock;
use crate::device::effects::Effect;
use crate::device::session::Outgoing;
use crate::device::transport::Outcome;
use crate::fuzz::operation::{Call, Card, KeyChoice};
use crate::ledger::Ledger;
use crate::ledger::documents::{Documents, text};
use crate::ledger::reading::number;
use crate::runner::judge;
use ikkm_protocol::{Answer, Key, Kind, Method, Params};
use rust_decimal::Decimal;
use serde_json::Value;
use std::time::Duration;

/// A registration that can be looked up by its key.
#[derive(Debug, Clone)]
pub(super) struct Registered {
    number: u64,
    /// When it was registered, on the session's clock.
    at: Duration,
    spent: Key,
    answered: Key,
    /// It waits for a push, as far as that is known.
    waits: Option<bool>,
}

/// Which key of a receipt its details are found by (Q-DUMP-2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ByKey {
    Spent,
    Answered,
}

impl Player<'_> {
    /// A session variable was set (v22 §10.1).
    pub(super) fn variable(&mut self, call: &Call, params: &Params, answer: &Answer) {
        if answer.status != 200 || call.path != "/apicheck/" {
            return;
        }
        if !call.form.is_certain() {
            // What was understood of it is not certain: a header, maybe, of some text.
            self.watch.header = None;
            return;
        }
        for (name, value) in &params.0 {
            if self.watch.set(name, value) {
                self.sent_on();
            }
            if name == "pushTheQue" && self.watch.pushes() {
                // Nothing waits any more, whatever became of it on the way.
                self.receipts.iter_mut().for_each(|receipt| receipt.waits = Some(false));
            }
        }
    }

    fn sent_on(&mut self) {
        self.receipts.iter_mut().for_each(|receipt| receipt.waits = receipt.waits.map(|_| false));
    }

    /// A restart: what was set is gone, what was registered stays (MGMT-5).
    pub(super) async fn restarted(&mut self) -> Result<(), Halt> {
        self.ledger.restarted();
        self.watch.after_restart();
        self.receipts.iter_mut().for_each(|receipt| receipt.waits = None);
        self.before = Before::Restarted;
        // The document has a person start the web cashier (MGMT-9); a bench that can does it, and is not asked
        // whether that was needed. Who switches by hand has done so.
        let starts =
            self.bench.hello().conditions.iter().any(|known| known == ConditionName::ApiOff.as_str());
        if starts && !self.bench.confirms() {
            self.bench.clear(ConditionName::ApiOff).await?;
        }
        // It may begin with a new key.
        self.key_on_screen().await
    }

    /// Goes on with the key that the bench sees on the device's screen, if it can.
    async fn key_on_screen(&mut self) -> Result<(), Halt> {
        if !self.bench.confirms()
            && let Reply::Done(fields) = self.bench.observe(Observation::Key).await?
            && let Ok(key) = Key::parse(&bench::key(fields)?)
            && self.session.known.keys.current() != Some(&key)
        {
            self.session.reset_key(Some(key))?;
        }
        Ok(())
    }

    /// The device has no document any more, where its documents may be destroyed; nothing is known of it.
    pub(super) async fn first_day(&mut self, condition: Condition) -> Result<(), Halt> {
        if !self.may(Effect::Wipe) || self.establish(Some(condition)).await?.is_none() {
            return Ok(());
        }
        self.ledger = Ledger::default();
        self.ledger.keep_unread();
        (self.last, self.in_row, self.age) = (None, false, Age::Unsure);
        self.new_device = true;
        (self.began_in, self.closings) = (None, 0);
        self.receipts.clear();
        self.cards.clear();
        self.results.clear();
        self.named.clear();
        self.watch.first_day();
        self.before = Before::Nothing;
        self.key_on_screen().await?;
        self.look_away().await
    }

    /// Whether requests with that effect may be sent to this device.
    pub(super) fn may(&self, effect: Effect) -> bool {
        self.session.grants().admits(effect)
    }

    pub(super) fn remember(&mut self, number: u64, spent: Option<&Key>, answered: &Key) {
        let Some(spent) = spent.cloned() else { return };
        let waits = self.watch.waits();
        let at = self.session.clock().now();
        self.receipts.push(Registered { number, at, spent, answered: answered.clone(), waits });
    }

    /// The details of a receipt of this sequence (DUMP-6, DUMP-11).
    pub(super) async fn receipt(&mut self, back: usize) -> Result<(), Halt> {
        let Some(receipt) = self.receipts.iter().rev().nth(back).cloned() else { return Ok(()) };
        let (first, second) = match self.by_key {
            Some(ByKey::Spent) => (ByKey::Spent, None),
            Some(ByKey::Answered) => (ByKey::Answered, None),
            None => (ByKey::Answered, Some(ByKey::Spent)),
        };
        let key = |by| if by == ByKey::Spent { &receipt.spent } else { &receipt.answered };
        for by in [Some(first), second].into_iter().flatten() {
            let Some(details) = self.details(key(by)).await? else { continue };
            let shown = details.get("docid").and_then(number);
            if shown == Some(receipt.number.into()) {
                self.by_key = Some(by);
                return self.receipt_is(&receipt, &details);
            }
        }
        let expected = format!("details of receipt {} by its key", receipt.number);
        let look = proof::check("docid", "= <receipt>");
        let proof = (back == 0).then(|| proof::get(proof::DETAILS, &look));
        Err(self.found("DUMP-6", &expected, "none, or another receipt's").shown_by(proof))
    }

    async fn details(&mut self, of: &Key) -> Result<Option<Value>, Halt> {
        let key = self.session.key()?;
        let path = format!("/dump/transaction/{}", of.as_str());
        let sent = self.session.send(&Outgoing::get(&path, key)).await?;
        let Outcome::Answered(answer) = &sent.delivery.outcome else { return Ok(None) };
        let document = judge::document(answer).filter(|_| answer.status == 200);
        document.iter().try_for_each(|document| self.documented(&path, false, document))?;
        Ok(document)
    }

    fn receipt_is(&self, receipt: &Registered, details: &Value) -> Result<(), Halt> {
        let field = |name: &str| details.get(name).and_then(text).unwrap_or_default();
        let status = field("status");
        let sent = status == "1";
        // Where nobody knows whether it waits, a right device may show either.
        let details = |line, expected: &str, found: &str, waiting: (&str, &str), sent: (&str, &str)| {
            let look = receipt.waits.map(|waits| if waits { waiting } else { sent });
            let proof = look.map(|(place, rule)| proof::get(proof::DETAILS, &proof::check(place, rule)));
            self.found(line, expected, found).shown_by(proof)
        };
        let (unsent, dated) = (("submitDate", "empty"), ("submitDate", "text date-time"));
        let (is_waiting, is_sent) = (("status", "integer = 0"), ("status", "integer = 1"));
        if status == "0" && !field("submitDate").is_empty() {
            let found = format!("status 0 with submitDate {:?}", field("submitDate"));
            return Err(details("DUMP-6", "no submitDate while the status is 0", &found, unsent, is_sent));
        }
        if sent && field("submitDate").is_empty() {
            return Err(details("DUMP-6", "a submitDate with status 1", "none", is_waiting, dated));
        }
        if field("createDate").is_empty() {
            return Err(self.found("DUMP-6", "a createDate", "none"));
        }
        if !sent && !field("onlineCode").is_empty() {
            return Err(details(
                "DUMP-11",
                "no onlineCode before the message is sent",
                &field("onlineCode"),
                ("onlineCode", "empty"),
                is_sent,
            ));
        }
        if let Some(waits) = receipt.waits
            && sent == waits
        {
            let expected = format!("status {} of receipt {}", u8::from(!waits), receipt.number);
            return Err(details("DUMP-11", &expected, &format!("status {status}"), is_waiting, is_sent));
        }
        Ok(())
    }

    /// The status after it was asked for: apicheck's number (CHK-1), and the short form of getInfo
    /// against the whole (CHK-3, CHK-6).
    pub(super) async fn status(&mut self, call: &Call, answer: &Answer) -> Result<(), Halt> {
        let plain = call.key == KeyChoice::Current && call.under.is_none() && !call.elsewhere;
        if answer.status != 200 || !plain {
            return Ok(());
        }
        if call.form.is_certain()
            && call.path != "/apicheck/getInfo/"
            && let Some(document) = judge::document(answer)
        {
            self.documented(&call.path_in(self.shift), false, &document)?;
        }
        match call.path {
            "/apicheck" if self.new_device && answer.reason_text() != "0" => Err(self
                .found("CHK-1", "200 0 with 0 on a new device", &judge::describe(answer))
                .shown_by(["get: /apicheck, expect: 200 0 0".to_owned()])),
            "/apicheck" if self.in_row && self.standing.is_none() => {
                let shown = answer.reason_text();
                match &self.last {
                    Some((_, number, _)) if shown != number.to_string() => {
                        let expected = format!("200 {number} with 0, the last receipt's number");
                        let proof = "get: /apicheck, expect: 200 <receipt> 0".to_owned();
                        Err(self.found("CHK-1", &expected, &judge::describe(answer)).shown_by([proof]))
                    }
                    _ => Ok(()),
                }
            }
            "/apicheck/getInfo/" => self.short_form(judge::document(answer)).await,
            _ => Ok(()),
        }
    }

    async fn short_form(&mut self, short: Option<Value>) -> Result<(), Halt> {
        let Some(short) = short else { return Ok(()) };
        self.documented("/apicheck/getInfo", true, &short)?;
        let info = self.info().await?;
        let members = [
            "lastClosedChequeId",
            "currentShiftID",
            "currentShiftStatus",
            "defaultApiTaxID",
            "cashierID",
            "cashierName",
        ];
        for name in members {
            if short.get(name) != info.get(name) {
                let expected = format!("{name} as in getInfo");
                let found = short.get(name).map_or("none".to_owned(), Value::to_string);
                let long = format!("get: /apicheck/getInfo, save: {{whole: {name}}}");
                let short =
                    proof::get("/apicheck/getInfo/?show=minimum", &proof::check(name, "text = <whole>"));
                return Err(self.found("CHK-3", &expected, &found).shown_by([long, short]));
            }
        }
        let more = short.as_object().into_iter().flatten().map(|(name, _)| name);
        match more
            .into_iter()
            .find(|name| !members.contains(&name.as_str()) && info.get(name.as_str()).is_some())
        {
            Some(name) => {
                let proof = proof::get("/apicheck/getInfo/?show=minimum", &proof::check(name, "absent"));
                Err(self.found("CHK-6", "the six members of the short form", name).shown_by([proof]))
            }
            None => Ok(()),
        }
    }

    /// The dates of receipts: never earlier than one before, and later after hours have passed
    /// (DUMP-14); a closed shift has a closing date (SHIFT-2).
    pub(super) fn dates(&self, documents: &Documents) -> Result<(), Halt> {
        let mut shown: Vec<(u64, String)> = Vec::new();
        for shift in &documents.books {
            // Receipts of a type that v22 does not list are left out.
            let known = |receipt: &&Value| {
                receipt.get("chequeType").and_then(number).is_some_and(|kind| kind <= Decimal::from(3))
            };
            for receipt in shift.cheques.as_array().into_iter().flatten().filter(known) {
                let number = receipt
                    .get("chequeId")
                    .and_then(number)
                    .and_then(|number| number.to_string().parse().ok());
                let date = receipt.get("chequeDate").and_then(text);
                shown.extend(number.zip(date));
            }
        }
        shown.sort();
        if let Some([(_, earlier), (number, later)]) =
            shown.windows(2).find(|pair| pair[0].1.len() == pair[1].1.len() && pair[0].1 > pair[1].1)
        {
            let expected = format!("receipt {number} dated {earlier} or later, as the one before it");
            let look = proof::check("", "list sorted-by chequeDate");
            let proof = proof::get("/dump/table/shifts/<shift>/cheques", &look);
            return Err(self.found("DUMP-14", &expected, later).shown_by([proof]));
        }
        let date = |number: u64| shown.iter().find(|(of, _)| *of == number).map(|(_, date)| date);
        let virtual_clock = matches!(self.session.clock(), Clock::Virtual { .. });
        for pair in self.receipts.windows(2).filter(|_| virtual_clock) {
            let [one, other] = pair else { continue };
            let apart = other.at.saturating_sub(one.at) >= Duration::from_secs(3600);
            if let (true, Some(first), Some(second)) = (apart, date(one.number), date(other.number))
                && first == second
            {
                let expected = format!("receipt {} dated hours after receipt {}", other.number, one.number);
                return Err(self.found("DUMP-14", &expected, second));
            }
        }
        for shift in documents.shifts.as_array().into_iter().flatten() {
            let closed = shift.get("opened").and_then(number).is_some_and(|opened| opened.is_zero());
            if closed && shift.get("closeDate").and_then(text).is_none_or(|date| date.is_empty()) {
                let of = shift.get("id").and_then(text).unwrap_or_default();
                let look = proof::check("[opened=0].closeDate", "text date-time");
                return Err(self
                    .found("SHIFT-2", &format!("a closeDate of the closed shift {of}"), "none")
                    .shown_by([proof::get("/dump/table/shifts", &look)]));
            }
        }
        Ok(())
    }

    /// A card operation: started, asked meanwhile, ended by the bench, and its result read.
    pub(super) async fn card(&mut self, card: &Card) -> Result<(), Halt> {
        let able = self.bench.hello().actions.iter().any(|name| name == "finish-bank");
        if !able || !self.may(Effect::Bank) {
            return Ok(());
        }
        // What becomes of a part of a tenge is open where amounts are rounded (Q-WIRE-8).
        let mut card = card.clone();
        if self.rounds_otherwise && card.amount.contains('.') {
            card.amount = "20".to_owned();
        }
        let card = &card;
        // How many there are already under that number is learned with the first one, not assumed.
        let earlier = self.cards.get(&card.track).copied();
        self.results.remove(&card.track);
        let mut params = Params::new();
        params.push("message", card.message);
        params.push("amount", card.amount.clone());
        params.push("trackdocument", card.track.to_string());
        let start =
            Outgoing { params, method: Method::Get, ..Outgoing::get("/apibank/", self.session.key()?) };
        let started = self.answer(&start).await?;
        self.key_holds(&started)?;
        if started.kind() != Kind::Zero || started.reason_text() != "bank-is-opened" {
            return Err(self.found("BANK-1", "200 bank-is-opened 0", &judge::describe(&started)));
        }
        let ask = Outgoing { take_busy: true, ..Outgoing::get(card.meanwhile, self.session.key()?) };
        let busy = self.answer(&ask).await;
        let ended = self.bench.act(BenchAction::FinishBank { success: card.success }).await?;
        let busy = busy?;
        if busy.kind() != (Kind::Refused { code: -2 }) {
            let expected = format!("-2 for {} while a card operation runs", card.meanwhile);
            return Err(self.found("BANK-2", &expected, &judge::describe(&busy)));
        }
        if !matches!(ended, Reply::Done(_)) {
            self.cards.remove(&card.track);
            return Ok(());
        }
        // Whether a reconciliation is listed is open (Q-BANK-2).
        if card.message == "reconciliation" {
            self.cards.remove(&card.track);
            return Ok(());
        }
        let Some(result) = self.result(card.track).await? else {
            return Err(self.found("BANK-3", "the result of the card operation", "no document"));
        };
        let count = earlier.map_or_else(|| found(&result).max(1), |earlier| earlier + 1);
        self.cards.insert(card.track, count);
        self.card_result(card, count, &result)?;
        self.other_result(card.track).await?;
        self.results.insert(card.track, result);
        Ok(())
    }

    /// What another number showed before is not touched by this one (BANK-3).
    async fn other_result(&mut self, track: u32) -> Result<(), Halt> {
        let other = self.results.iter().rfind(|(of, _)| **of != track);
        let Some((of, before)) = other.map(|(of, before)| (*of, before.clone())) else { return Ok(()) };
        let now = self.result(of).await?;
        if now.as_ref() != Some(&before) {
            let expected =
                format!("trackdocument {of} as before: {}", crate::text::clip(&before.to_string(), 200));
            let shown = now.map_or("no document".to_owned(), |now| now.to_string());
            return Err(self.found("BANK-3", &expected, &crate::text::clip(&shown, 200)));
        }
        Ok(())
    }

    fn card_result(&self, card: &Card, count: usize, result: &Value) -> Result<(), Halt> {
        let empty = Vec::new();
        let details = result.get("details").and_then(Value::as_array).unwrap_or(&empty);
        let wrong = |id: &str, what: String, found: String| Err(self.found(id, &what, &found));
        let path = format!("/dump/bank/{}/trackdocument", card.track);
        if details.len() != count {
            let found = details.len().to_string();
            // There may have been others before.
            let look = proof::check("details", &format!("list at-least {count}"));
            return Err(self
                .found("BANK-5", &format!("{count} transactions of this number"), &found)
                .shown_by([proof::get(&path, &look)]));
        }
        for name in ["PAN", "dateTime", "responce"] {
            if details.iter().any(|one| !one.get(name).is_some_and(Value::is_string)) {
                return wrong(
                    "BANK-6",
                    format!("{name} in each of the details, as a text"),
                    "none".to_owned(),
                );
            }
        }
        let clear = |one: &Value| {
            let digits = one.get("PAN").and_then(text).unwrap_or_default();
            digits.chars().filter(char::is_ascii_digit).count() > 12
        };
        if details.iter().any(clear) {
            return wrong("BANK-7", "a masked card number".to_owned(), "all of its digits".to_owned());
        }
        if found(result) != details.len() {
            let proof = [
                proof::get(&path, "save: {number: foundTransactions}"),
                proof::get(&path, &proof::check("details", "list of <number>")),
            ];
            return Err(self
                .found("BANK-3", &format!("foundTransactions {count}"), &found(result).to_string())
                .shown_by(proof));
        }
        let good = |detail: &Value| detail.get("result").and_then(text).is_some_and(|word| word == "success");
        let sum: Decimal =
            details.iter().filter(|one| good(one)).filter_map(|one| one.get("amount").and_then(number)).sum();
        if result.get("totalAmount").and_then(number) != Some(sum) {
            let found = result.get("totalAmount").map(Value::to_string).unwrap_or_default();
            return wrong("BANK-3", format!("totalAmount {sum}, the sum of the successful"), found);
        }
        let word = if card.success { "success" } else { "fail" };
        let wanted = card.amount.parse::<Decimal>().ok();
        let matching = details.iter().any(|one| {
            one.get("operationType").and_then(text).as_deref() == Some(card.message)
                && one.get("amount").and_then(number) == wanted
                && one.get("result").and_then(text).as_deref() == Some(word)
        });
        if !matching {
            let expected = format!("a {} of {} with result {word}", card.message, card.amount);
            return wrong("BANK-3", expected, "no such transaction in details".to_owned());
        }
        let all = details.iter().all(good);
        let none = !details.iter().any(good);
        let shown = result.get("transactionResult").and_then(text).unwrap_or_default();
        if (all && shown != "success") || (none && shown != "fail") {
            let expected = if all { "success" } else { "fail" };
            return wrong("BANK-3", format!("transactionResult {expected}"), shown);
        }
        Ok(())
    }

    async fn result(&mut self, track: u32) -> Result<Option<Value>, Halt> {
        let path = format!("/dump/bank/{track}/trackdocument");
        let answer = self.answer(&Outgoing::get(&path, self.session.key()?)).await?;
        self.key_holds(&answer)?;
        let document = judge::document(&answer).filter(|_| answer.status == 200);
        document.iter().try_for_each(|document| self.documented(&path, false, document))?;
        Ok(document)
    }

    /// The key is still good after what does not rotate it.
    fn key_holds(&self, answer: &Answer) -> Result<(), Halt> {
        if answer.kind() == (Kind::Refused { code: -1 }) { self.key_refused(answer) } else { Ok(()) }
    }

    /// An answer that must come.
    async fn answer(&mut self, request: &Outgoing) -> Result<Answer, Halt> {
        let sent = self.session.send(request).await?;
        match &sent.delivery.outcome {
            Outcome::Answered(answer) => Ok(answer.clone()),
            Outcome::NotSent(why) => Err(super::PlayError::Unreachable(why.clone()).into()),
            Outcome::NoAnswer(trouble) => Err(self.unanswered(&trouble.to_string())),
            Outcome::Malformed { why, .. } => Err(self.found("WIRE-1", "a complete HTTP answer", why)),
        }
    }
}

fn found(result: &Value) -> usize {
    result.get("foundTransactions").and_then(text).and_then(|text| text.parse().ok()).unwrap_or_default()
}
