//! What the device registered, and which operation asked for it.

use super::view::{Exchange, Operation, View};
use ikkm_protocol::parse_plain;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// What the device registered, by the operation that asked for it.
#[derive(Debug, Default)]
pub(super) struct Commits {
    /// Receipt numbers, by the operation's place.
    pub by_operation: BTreeMap<usize, Vec<String>>,
    /// Receipts of which the client has heard, each with the key that it was given, in order.
    pub heard: Vec<(String, String)>,
    /// The operation that a registration request belongs to, by the request's number.
    pub owner: BTreeMap<u64, usize>,
    /// Operations whose first sending was not answered.
    pub doubted: BTreeSet<usize>,
    /// Every receipt that was registered over the wire.
    pub all: BTreeSet<String>,
}

impl Commits {
    /// Whose registration that is: the operation's under way where it asks for one like this, else that
    /// of an earlier operation that was left open and is sent now (a client settles when it likes), or that
    /// was told as refused, and is sent all the same. What nobody asked for, as all that is merely watched, belongs to none.
    pub fn owner_of(&self, view: &View, exchange: &Exchange) -> Option<usize> {
        let current = exchange.operation;
        let fits = |at: usize| view.operations.get(at).is_some_and(|one| asks_for(one, exchange));
        if current.is_some_and(fits) {
            return current;
        }
        let registers = |at: &usize| view.operations.get(*at).is_some_and(|one| one.word() == "register");
        let refused = || self.earlier(view, exchange, |one| one.outcome() == Some("refused"));
        self.left_open(view, exchange).or_else(refused).or(current.filter(registers))
    }

    /// The first earlier operation that asks for this, has no receipt and was not ended by a word.
    fn left_open(&self, view: &View, exchange: &Exchange) -> Option<usize> {
        self.earlier(view, exchange, |one| !matches!(one.outcome(), Some("done" | "refused")))
    }

    /// The first earlier operation of that kind that asks for this and has no receipt.
    fn earlier(&self, view: &View, exchange: &Exchange, kind: impl Fn(&Operation) -> bool) -> Option<usize> {
        let before = |at: usize, one: &Operation| {
            one.at <= exchange.at && exchange.operation.is_none_or(|current| at < current)
        };
        let mut all = view.operations.iter().enumerate();
        let found = all.find(|(at, one)| {
            before(*at, one)
                && kind(one)
                && asks_for(one, exchange)
                && self.by_operation.get(at).is_none_or(Vec::is_empty)
        });
        found.map(|(at, _)| at)
    }

    /// Books a receipt on an operation. Gives the operation's receipts where it now has two.
    pub fn book(
        &mut self,
        view: &View,
        exchange: &Exchange,
        owner: usize,
        receipt: &str,
    ) -> Option<Vec<String>> {
        let earlier = self.left_open(view, exchange);
        let receipts = self.by_operation.entry(owner).or_default();
        receipts.push(receipt.to_owned());
        if receipts.len() < 2 {
            return None;
        }
        match earlier.filter(|earlier| *earlier != owner) {
            // Two like ones: the first of them settled the earlier operation.
            Some(earlier) => {
                let first = receipts.remove(0);
                self.by_operation.entry(earlier).or_default().push(first);
                None
            }
            None => Some(receipts.clone()),
        }
    }
}

/// Whether an operation asks for the registration that a request carries.
fn asks_for(operation: &Operation, exchange: &Exchange) -> bool {
    if operation.word() != "register" {
        return false;
    }
    let sent = operation.text("type").and_then(|kind| parse_plain(exchange.params.get(&kind)?).ok());
    let asked = operation.text("total").and_then(|total| parse_plain(&total).ok());
    matches!((sent, asked), (Some(sent), Some(asked)) if (sent - asked).abs() < Decimal::new(1, 2))
}
