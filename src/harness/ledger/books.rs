//! The ledger: what was acknowledged, and what the books must say now.

use super::account::{Account, Done, Entry, OnTop, Registered};
use super::documents;
use super::reading::Reading;
use super::rules::Rules;
use super::written;
use ikkm_protocol::{Answer, Key, Kind, Params, WireRequest};
use rust_decimal::Decimal;
use serde_json::Value;

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

/// What the books must show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Predicted {
    /// The number of the current shift, where it is the one that was read last.
    pub shift: Option<u64>,
    /// Whether it is open.
    pub open: bool,
    /// The cash in the drawer.
    pub drawer: Decimal,
}

/// Everything that was acknowledged since the books were last read, and what is known of how the
/// device decides.
#[derive(Debug, Clone)]
pub struct Ledger {
    pub(super) rules: Vec<Rules>,
    pub(super) base: Option<Reading>,
    pub(super) entries: Vec<Entry>,
    /// The account under each of the rules, with every entry: before each of its requests the fuzzer asks for
    /// all of them.
    running: Vec<(Rules, Account)>,
    pub(super) on_top: OnTop,
    pub(super) included: Vec<String>,
    /// What was known of the taxes when the bench began to have them in hand.
    taxes_before: Option<(Vec<String>, OnTop)>,
    /// Taxes that are what they were before: documents of the time between say otherwise.
    pub(super) put_back: Vec<String>,
    /// A tax on top was seen: from then on it matters which figures it joins.
    pub(super) asks_of_taxes: bool,
    pub(super) default_tax: Option<String>,
    last: Option<Last>,
    pub(super) due: bool,
    /// Registrations whose receipts were not read yet, where these are kept, and the shift that they began in.
    pub(super) unread: Option<Vec<Entry>>,
    pub(super) unread_from: Option<u64>,
}

impl Default for Ledger {
    fn default() -> Ledger {
        Ledger {
            rules: Rules::all(false),
            base: None,
            entries: Vec::new(),
            running: Vec::new(),
            on_top: OnTop::new(),
            included: Vec::new(),
            taxes_before: None,
            put_back: Vec::new(),
            asks_of_taxes: false,
            default_tax: None,
            last: None,
            due: false,
            unread: None,
            unread_from: None,
        }
    }
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

    /// Keeps registrations beyond a look at the figures alone, until their receipts are read.
    pub fn keep_unread(&mut self) {
        self.unread.get_or_insert_default();
    }

    /// The first shift of which receipts are to be read.
    pub fn oldest_shift(&self) -> Option<u64> {
        self.unread_from.or(self.first_shift())
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
            let Done::Receipt(receipt) = &entry.what else { return true };
            let tax = receipt.params.get("tax").map(str::to_owned).or_else(|| self.default_tax.clone());
            tax.is_some_and(|tax| self.included.contains(&tax))
        })
    }

    /// The default tax as getInfo told it last.
    pub fn default_tax(&self) -> Option<&str> {
        self.default_tax.as_deref()
    }

    /// Whether it is known of the default tax, and of every tax since the books were last read, if it is in
    /// the amount or on top: else it takes a look to know by how much the drawer moved.
    pub fn knows_taxes(&self) -> bool {
        let known = |tax: &String| self.included.contains(tax) || self.on_top.contains_key(tax);
        self.default_tax.as_ref().is_some_and(known)
            && self.entries.iter().all(|entry| match &entry.what {
                Done::Receipt(receipt) => receipt.params.get("tax").is_none_or(|tax| known(&tax.to_owned())),
                _ => true,
            })
    }

    /// Whether the books show what was acknowledged, under some rules that explained them so far.
    pub fn agrees(&self, reading: &Reading) -> bool {
        self.accounts().any(|account| {
            account.shift.is(reading.open) != Some(false) && account.differences(reading).is_empty()
        })
    }

    /// What the books must show now, where all rules say the same of it.
    pub fn predicted(&self) -> Option<Predicted> {
        let base = self.base.as_ref()?;
        let mut all = self.accounts().filter_map(|account| {
            let open = account.shift.is(true)?;
            let shift = (account.new_shifts == 0).then_some(base.shift);
            Some(Predicted { shift, open, drawer: account.drawer()? })
        });
        let first = all.next()?;
        (self.rules.len() == 1 + all.filter(|other| *other == first).count()).then_some(first)
    }

    /// Begins anew with what the device shows now.
    pub fn rebase(&mut self, info: &Value, reading: Reading) {
        let whole = documents::other_rounding(info).is_some();
        if self.base.is_none() && self.rules.iter().all(|rules| rules.places == 2) && whole {
            self.rules = Rules::all(true);
            if self.asks_of_taxes {
                self.rules = self.rules.iter().flat_map(|rules| rules.with_taxes()).collect();
            }
        }
        self.default_tax =
            info.get("defaultApiTaxID").and_then(documents::text).or_else(|| self.default_tax.take());
        self.entries.clear();
        self.base = Some(reading);
        self.recount();
    }

    /// The bench puts taxes on top of the amount that were in it: what was known of them does not hold until it
    /// has put them back.
    pub fn taxes_in_other_hands(&mut self) {
        self.taxes_before.get_or_insert((std::mem::take(&mut self.included), self.on_top.clone()));
        self.put_back.clear();
    }

    /// The bench has put the taxes back. A report goes on to show how they were in between.
    pub fn taxes_put_back(&mut self) {
        let Some((included, on_top)) = self.taxes_before.take() else { return };
        self.put_back = included.iter().chain(on_top.keys()).cloned().collect();
        (self.included, self.on_top) = (included, on_top);
        self.recount();
    }

    /// Whether the bench has the taxes in hand.
    pub(super) fn taxes_are_elsewhere(&self) -> bool {
        self.taxes_before.is_some()
    }

    /// Forgets where the books stood: something may have moved them that the ledger cannot follow.
    pub fn lose_track(&mut self) {
        self.base = None;
        self.entries.clear();
        self.running.clear();
        self.unread.iter_mut().for_each(Vec::clear);
        self.unread_from = None;
    }

    /// The receipts of what was acknowledged were read, or are still to be.
    pub(super) fn put_aside(&mut self, read: bool) {
        let first = self.first_shift();
        let Some(unread) = &mut self.unread else { return };
        if read || first.is_none() {
            unread.clear();
            self.unread_from = None;
            return;
        }
        self.unread_from = self.unread_from.or(first);
        let receipts = |entry: &&Entry| matches!(entry.what, Done::Receipt(_));
        unread.extend(self.entries.iter().filter(receipts).cloned());
    }

    /// Forgets all but the last registration: taxes and settings may be others now.
    pub fn begin_anew(&mut self) {
        let last = self.last.take();
        let unread = self.unread.take().map(|_| Vec::new());
        *self = Ledger { last, unread, ..Ledger::default() };
    }

    /// The percentage of a tax that is known to be added to the amount.
    pub fn percent_on_top(&self, tax: &str) -> Option<Decimal> {
        self.on_top.get(tax).copied()
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
        let receipt = request.registration().and_then(|_| Registered::new(number, params));
        let Some(receipt) = receipt.filter(|_| !split) else { return self.lose_track() };
        let named: Vec<String> = receipt
            .params
            .0
            .iter()
            .map(|(name, value)| format!("{name}={}", value.chars().take(40).collect::<String>()))
            .collect();
        self.push(format!("{}, receipt {number}", named.join(" ")), Done::Receipt(receipt));
    }

    fn push(&mut self, name: String, what: Done) {
        self.due = true;
        if self.base.is_some() {
            for (rules, account) in &mut self.running {
                account.add(&what, rules, self.default_tax.as_deref(), &self.on_top);
            }
            self.entries.push(Entry { name, what });
        }
    }

    /// What the books must say now under each of the rules, in their order; none where that is not known.
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.running.iter().map(|(_, account)| account)
    }

    /// What the books must say now under these rules, which are among the ledger's.
    pub fn account(&self, rules: &Rules) -> Option<&Account> {
        self.running.iter().find_map(|(of, account)| (of == rules).then_some(account))
    }

    /// The accounts anew: the rules are others, or what is known of the taxes.
    pub(super) fn recount(&mut self) {
        let accounts =
            self.rules.iter().filter_map(|rules| Some((*rules, self.account_without(rules, None)?)));
        self.running = accounts.collect();
    }

    /// What was acknowledged since the books were last read.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What the books said after the first `count` operations since they were last read.
    pub fn account_after(&self, rules: &Rules, count: usize) -> Option<Account> {
        let mut account = Account::from(self.base.as_ref()?);
        for entry in self.entries.iter().take(count) {
            account.add(&entry.what, rules, self.default_tax.as_deref(), &self.on_top);
        }
        Some(account)
    }

    pub(super) fn account_without(&self, rules: &Rules, left_out: Option<usize>) -> Option<Account> {
        let mut account = Account::from(self.base.as_ref()?);
        for (index, entry) in self.entries.iter().enumerate() {
            if left_out != Some(index) {
                account.add(&entry.what, rules, self.default_tax.as_deref(), &self.on_top);
            }
        }
        Some(account)
    }
}
