//! Card payments and their results (v22 §6).

use super::arguments::Arguments;
use super::behaviour::{BankDate, MixedResult, UnknownDump};
use super::documents::texts;
use super::machine::Machine;
use super::number;
use super::refusal::{self, Refusal};
use super::reply::{Reply, written};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{Duration, PrimitiveDateTime};

const DAY_FIRST: &[BorrowedFormatItem<'_>] =
    format_description!("[day]-[month]-[year] [hour]:[minute]:[second]");
const YEAR_FIRST: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");

/// The largest `trackdocument` (v22 §6.1).
const LAST_TRACK: u64 = 999_999_999;

/// The operations of the bank application.
const OPERATIONS: [&str; 4] = ["purchase", "refund", "reversal", "reconciliation"];

/// One card transaction.
#[derive(Debug, Clone)]
struct Transaction {
    operation: &'static str,
    amount: Decimal,
    track: Option<u64>,
    number: u64,
    started: PrimitiveDateTime,
    gives_up: PrimitiveDateTime,
    succeeded: bool,
}

/// The card terminal's transactions.
#[derive(Debug, Clone, Default)]
pub(super) struct Bank {
    running: Option<Transaction>,
    finished: Vec<Transaction>,
    last_number: u64,
}

impl Bank {
    pub(super) fn is_running(&self) -> bool {
        self.running.is_some()
    }

    /// The customer never came: the terminal ended the transaction.
    pub(super) fn has_given_up(&self, now: PrimitiveDateTime) -> bool {
        self.running.as_ref().is_some_and(|running| now >= running.gives_up)
    }

    /// Whether the last transaction that ended was a success.
    pub(super) fn last_succeeded(&self) -> bool {
        self.finished.last().is_some_and(|one| one.succeeded)
    }

    /// How many transactions have failed so far.
    pub(super) fn failed(&self) -> usize {
        self.finished.iter().filter(|one| !one.succeeded).count()
    }

    /// Ends the transaction that runs; `false` when none does.
    pub(super) fn finish(&mut self, success: bool, now: PrimitiveDateTime) -> bool {
        let Some(running) = self.running.take() else { return false };
        let started = running.started.min(now);
        self.finished.push(Transaction { succeeded: success, started, ..running });
        true
    }
}

impl Machine {
    /// /apibank: starts a card transaction. The key stays.
    pub(super) fn start_bank(
        &mut self,
        arguments: &Arguments,
        now: PrimitiveDateTime,
    ) -> Result<Reply, Refusal> {
        self.works()?;
        self.may_print()?;
        let rules = &self.behaviour.bank;
        let bad = if rules.bad_is_bank_param {
            refusal::payment_no_number(ikkm_protocol::PayKind::Bank)
        } else {
            refusal::CHECK_ALL
        };
        let message = arguments.get("message").unwrap_or("");
        let operation = OPERATIONS.into_iter().find(|operation| *operation == message).ok_or(bad)?;
        let amount = match arguments.get("amount") {
            None if operation == "reconciliation" => Decimal::ZERO,
            None => return Err(bad),
            Some(text) => self.behaviour.numbers.amount(text, Decimal::ZERO).map_err(|_| bad)?,
        };
        let track = match arguments.get("trackdocument") {
            None => rules.untracked_is_zero.then_some(0),
            Some(text) => Some(self.read_track(text).filter(|track| *track > 0).ok_or(bad)?),
        };
        let gives_up = now.saturating_add(Duration::seconds(rules.gives_up_after.into()));
        self.bank.last_number += 1;
        let number = self.bank.last_number;
        self.bank.running =
            Some(Transaction { operation, amount, track, number, started: now, gives_up, succeeded: false });
        Ok(Reply::zero("bank-is-opened"))
    }

    fn read_track(&self, text: &str) -> Option<u64> {
        let value = number::read(text, self.behaviour.numbers.forms)?;
        let whole = u64::try_from(value).ok().filter(|whole| Decimal::from(*whole) == value)?;
        (whole <= LAST_TRACK).then_some(whole)
    }

    /// /dump/bank/N/trackdocument (v22 §6.2).
    pub(super) fn bank_result(&self, track: &str) -> Result<Value, Refusal> {
        self.senior_if(self.behaviour.shift.senior.bank_results)?;
        let rules = &self.behaviour.bank;
        let track = self.read_track(track);
        let listed = |t: &&Transaction| {
            track.is_some_and(|track| t.track.is_some_and(|held| self.is_track(held, track)))
                && (rules.lists_reconciliation || t.operation != "reconciliation")
        };
        let found: Vec<&Transaction> = self.bank.finished.iter().filter(listed).collect();
        if found.is_empty() && !rules.unknown_is_empty {
            return super::documents::unknown(UnknownDump::CheckAllParams, Value::Null);
        }
        let any = |succeeded: bool| found.iter().any(|t| t.succeeded == succeeded);
        let success = match rules.mixed {
            MixedResult::Last => found.last().is_some_and(|t| t.succeeded),
            MixedResult::AnySuccess => any(true),
            MixedResult::AnyFailure => any(true) && !any(false),
        };
        let total: Decimal = found.iter().filter(|t| t.succeeded).map(|t| t.amount).sum();
        Ok(json!({
            "foundTransactions": found.len().to_string(),
            "totalAmount": number::money(total).to_string(),
            "transactionResult": outcome(success),
            "details": found.iter().map(|t| self.bank_detail(t)).collect::<Vec<Value>>(),
        }))
    }

    fn bank_detail(&self, t: &Transaction) -> Value {
        let form = match self.behaviour.bank.date {
            BankDate::DayFirst => DAY_FIRST,
            BankDate::YearFirst => YEAR_FIRST,
        };
        texts([
            ("AID", "VISA CREDIT".to_owned()),
            ("PAN", "4276 XXXX XXXX 0018".to_owned()),
            ("amount", number::money(t.amount).to_string()),
            ("bankslot", "1".to_owned()),
            ("cardHolderName", String::new()),
            ("currency", "398".to_owned()),
            ("dateTime", written(t.started, form)),
            ("operationType", t.operation.to_owned()),
            ("refnum", format!("{:012}", 100_000_000_000 + t.number)),
            ("responce", if t.succeeded { "00" } else { "05" }.to_owned()),
            ("result", outcome(t.succeeded).to_owned()),
            ("traceNumber", t.number.to_string()),
        ])
    }
}

fn outcome(success: bool) -> &'static str {
    if success { "success" } else { "fail" }
}
