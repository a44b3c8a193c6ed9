//! The books: receipts, shifts, fiscal memory and the drawer. Every sum is kept running, so that a
//! registration costs the same after thousands of receipts.

use super::behaviour::{CashEntry, Entry};
use super::directories::Tax;
use ikkm_protocol::{Key, Registration};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, HashMap};
use std::ops::{Index, IndexMut};
use time::PrimitiveDateTime;

/// One value for each type of registration.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct ByType<T>([T; 4]);

impl<T> ByType<T> {
    /// The values in the order of `chequeType`.
    pub(super) fn new(values: [T; 4]) -> ByType<T> {
        ByType(values)
    }
}

impl<T> Index<Registration> for ByType<T> {
    type Output = T;
    fn index(&self, kind: Registration) -> &T {
        let [sale, buy, sale_return, buy_return] = &self.0;
        match kind {
            Registration::Sale => sale,
            Registration::Buy => buy,
            Registration::SaleReturn => sale_return,
            Registration::BuyReturn => buy_return,
        }
    }
}

impl<T> IndexMut<Registration> for ByType<T> {
    fn index_mut(&mut self, kind: Registration) -> &mut T {
        let [sale, buy, sale_return, buy_return] = &mut self.0;
        match kind {
            Registration::Sale => sale,
            Registration::Buy => buy,
            Registration::SaleReturn => sale_return,
            Registration::BuyReturn => buy_return,
        }
    }
}

/// A row of a receipt, as the reports hold it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    pub name: String,
    /// Three decimals.
    pub quantity: Decimal,
    /// Two decimals.
    pub price: Decimal,
    /// Two decimals; below zero for a discount.
    pub sum: Decimal,
}

/// What became of the message to the tax committee.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Sending {
    /// Waiting in the queue.
    Queued,
    /// Sent then.
    Sent(PrimitiveDateTime),
}

/// A registered receipt.
#[derive(Debug, Clone)]
pub(super) struct Receipt {
    pub number: u64,
    pub at: PrimitiveDateTime,
    pub kind: Registration,
    pub total: Decimal,
    pub tax: Tax,
    /// What the tax came to on top of the amount; zero for an included one.
    pub tax_on_top: Decimal,
    pub rows: Vec<Row>,
    /// Code of the first row; the others follow it.
    pub first_row: u64,
    /// The key that the registration spent.
    pub spent: Key,
    /// The key that it was answered.
    pub answered: Key,
    pub sending: Sending,
    /// It had more positions than go online one by one.
    pub over_limit: bool,
}

/// Documents of one direction of cash: how many, and their sum.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct CashFlow {
    pub count: u64,
    pub sum: Decimal,
}

/// What was turned over under one tax.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TaxTurnover {
    pub turnover: Decimal,
    pub percent: Decimal,
    pub on_top: Decimal,
}

/// One shift.
#[derive(Debug, Clone)]
pub(super) struct Shift {
    pub id: u64,
    pub cashier: u64,
    pub opened: PrimitiveDateTime,
    pub closed: Option<PrimitiveDateTime>,
    pub archived: bool,
    pub fiscal_at_open: ByType<Decimal>,
    pub sums: ByType<Decimal>,
    pub counts: ByType<u64>,
    pub cash_in: CashFlow,
    pub cash_out: CashFlow,
    pub drawer_at_close: Decimal,
    /// By type, tax id and whether the tax is included.
    pub taxes: BTreeMap<(Registration, u64, bool), TaxTurnover>,
    pub receipts: Vec<Receipt>,
}

/// Everything that is on record.
#[derive(Debug, Clone, Default)]
pub(super) struct Books {
    pub shifts: Vec<Shift>,
    pub fiscal: ByType<Decimal>,
    pub counts: ByType<u64>,
    pub drawer: Decimal,
    pub next_shift: u64,
    /// The last number given to a receipt, and to whatever shares their numbers.
    pub last_number: u64,
    /// The last number given to a deposit or withdrawal with numbers of their own.
    pub last_cash_number: u64,
    /// What getInfo and apicheck call the last closed receipt.
    pub last_closed: u64,
    pub last_row: u64,
    /// Messages that wait and tell of the opening of a shift.
    pub opening_messages: usize,
    /// Where the receipt of a key is: the shift's place and the receipt's place in it.
    by_spent: HashMap<Key, Place>,
    by_answered: HashMap<Key, Place>,
    queue: Vec<Place>,
    /// Shifts that were dropped from the front of the list; places go on counting them.
    dropped: usize,
}

/// Where a receipt is: its shift, counted from the first one ever, and its place in it.
type Place = (usize, usize);

/// Archived shifts whose reports are kept where receipts are bounded.
const REPORTS_KEPT: usize = 100;

impl Books {
    /// Books without any document; the first shift will have that number.
    pub(super) fn blank(first_shift: u64) -> Books {
        Books { next_shift: first_shift, ..Books::default() }
    }

    /// The open shift, if there is one.
    pub(super) fn open_shift(&self) -> Option<&Shift> {
        self.shifts.last().filter(|shift| shift.closed.is_none())
    }

    /// The same, to change it.
    pub(super) fn open_shift_mut(&mut self) -> Option<&mut Shift> {
        self.shifts.last_mut().filter(|shift| shift.closed.is_none())
    }

    /// The shift with that number.
    pub(super) fn shift(&self, id: u64) -> Option<&Shift> {
        self.shifts.iter().rev().find(|shift| shift.id == id)
    }

    /// The open shift; opens one where there is none (REG-9).
    pub(super) fn ensure_shift(&mut self, cashier: u64, now: PrimitiveDateTime) -> &mut Shift {
        if self.open_shift().is_none() {
            self.shifts.push(Shift {
                id: self.next_shift,
                cashier,
                opened: now,
                closed: None,
                archived: false,
                fiscal_at_open: self.fiscal,
                sums: ByType::default(),
                counts: ByType::default(),
                cash_in: CashFlow::default(),
                cash_out: CashFlow::default(),
                drawer_at_close: Decimal::ZERO,
                taxes: BTreeMap::new(),
                receipts: Vec::new(),
            });
            self.next_shift += 1;
        }
        let last = self.shifts.len() - 1;
        &mut self.shifts[last]
    }

    /// Books a receipt whose number, rows and keys are set.
    pub(super) fn register(&mut self, receipt: Receipt, entry: Entry, cashier: u64, now: PrimitiveDateTime) {
        self.last_row += receipt.rows.len() as u64;
        let shift = self.ensure_shift(cashier, now);
        let kind = receipt.kind;
        let taxed = shift.taxes.entry((kind, receipt.tax.id, receipt.tax.included)).or_insert_with(|| {
            TaxTurnover { turnover: Decimal::ZERO, percent: receipt.tax.percent, on_top: Decimal::ZERO }
        });
        taxed.turnover += entry.turnover;
        taxed.on_top += receipt.tax_on_top;
        let (spent, answered, number) = (receipt.spent.clone(), receipt.answered.clone(), receipt.number);
        let queued = receipt.sending == Sending::Queued;
        shift.receipts.push(receipt);
        let in_shift = shift.receipts.len() - 1;
        let place = (self.dropped + self.shifts.len() - 1, in_shift);
        self.by_spent.insert(spent, place);
        self.by_answered.insert(answered, place);
        if queued {
            self.queue.push(place);
        }
        if entry.is_last {
            self.last_closed = number;
        }
        self.post(entry, cashier, now);
    }

    /// Moves the sums and counts of the open shift, the fiscal memory and the drawer.
    pub(super) fn post(&mut self, entry: Entry, cashier: u64, now: PrimitiveDateTime) {
        let kind = entry.as_kind;
        let shift = self.ensure_shift(cashier, now);
        shift.sums[kind] += entry.sum;
        shift.counts[kind] += entry.count;
        self.fiscal[kind] += entry.fiscal;
        self.counts[kind] += entry.total_count;
        self.drawer += entry.drawer;
    }

    /// Books cash put in or taken out of the drawer, in the open shift.
    pub(super) fn move_cash(&mut self, entry: CashEntry, cashier: u64, now: PrimitiveDateTime) {
        let shift = self.ensure_shift(cashier, now);
        let flow = if entry.into { &mut shift.cash_in } else { &mut shift.cash_out };
        flow.count += entry.count;
        flow.sum += entry.sum;
        self.drawer += entry.drawer;
    }

    /// Closes the open shift, if any.
    pub(super) fn close_shift(&mut self, now: PrimitiveDateTime) {
        let drawer = self.drawer;
        if let Some(shift) = self.open_shift_mut() {
            shift.closed = Some(now);
            shift.drawer_at_close = drawer;
        }
    }

    /// The receipt that spent, or was answered, that key.
    pub(super) fn receipt_of(&self, key: &Key, by_spent: bool) -> Option<&Receipt> {
        let index = if by_spent { &self.by_spent } else { &self.by_answered };
        self.receipt_at(*index.get(key)?)
    }

    fn receipt_at(&self, (shift, place): Place) -> Option<&Receipt> {
        self.shifts.get(shift.checked_sub(self.dropped)?)?.receipts.get(place)
    }

    /// Archives the oldest closed shifts until the closed ones hold at most so many receipts; what was
    /// archived long ago is no more.
    pub(super) fn archive_beyond(&mut self, receipts: usize) {
        let closed = self.shifts.iter().filter(|shift| shift.closed.is_some());
        let mut kept: usize = closed.map(|shift| shift.receipts.len()).sum();
        for (at, shift) in self.shifts.iter_mut().enumerate() {
            if kept <= receipts || shift.closed.is_none() {
                break;
            }
            kept -= shift.receipts.len();
            shift.archived = true;
            for (place, receipt) in std::mem::take(&mut shift.receipts).into_iter().enumerate() {
                let place = (self.dropped + at, place);
                forget(&mut self.by_spent, &receipt.spent, place);
                forget(&mut self.by_answered, &receipt.answered, place);
            }
        }
        let archived = self.shifts.iter().take_while(|shift| shift.archived).count();
        let surplus = archived.saturating_sub(REPORTS_KEPT);
        self.shifts.drain(..surplus);
        self.dropped += surplus;
        let queue = std::mem::take(&mut self.queue);
        self.queue = queue.into_iter().filter(|place| self.receipt_at(*place).is_some()).collect();
    }

    /// The last receipt's message waits once more.
    pub(super) fn queue_last_again(&mut self) {
        let shifts = self.shifts.iter().enumerate().rev();
        let mut places = shifts.map(|(shift, of)| (shift, of.receipts.len()));
        if let Some((shift, receipts)) = places.find(|(_, receipts)| *receipts > 0) {
            self.queue.push((self.dropped + shift, receipts - 1));
        }
    }

    /// A message that was sent waits again.
    pub(super) fn queue_again(&mut self, number: u64) {
        let shifts = self.shifts.iter().enumerate().rev();
        let mut places = shifts.flat_map(|(shift, of)| {
            of.receipts.iter().enumerate().map(move |(place, receipt)| (shift, place, receipt.number))
        });
        if let Some((shift, place, _)) = places.find(|(.., found)| *found == number) {
            self.queue.push((self.dropped + shift, place));
            self.show_unsent(number);
        }
    }

    /// The receipts whose messages wait, oldest first.
    pub(super) fn queued_numbers(&self) -> Vec<u64> {
        self.queue.iter().filter_map(|place| self.receipt_at(*place)).map(|receipt| receipt.number).collect()
    }

    /// A receipt is told as not sent, though it was.
    pub(super) fn show_unsent(&mut self, number: u64) {
        let mut receipts = self.shifts.iter_mut().flat_map(|shift| &mut shift.receipts);
        if let Some(receipt) = receipts.find(|receipt| receipt.number == number) {
            receipt.sending = Sending::Queued;
        }
    }

    /// How many messages wait to be sent.
    pub(super) fn queued(&self) -> usize {
        self.queue.len() + self.opening_messages
    }

    /// Marks every waiting message as sent and gives back their receipts, oldest first.
    pub(super) fn send_queue(&mut self, now: PrimitiveDateTime) -> Vec<Receipt> {
        let mut sent = Vec::new();
        self.opening_messages = 0;
        for (shift, place) in std::mem::take(&mut self.queue) {
            let shift = shift.checked_sub(self.dropped).and_then(|at| self.shifts.get_mut(at));
            let receipt = shift.and_then(|shift| shift.receipts.get_mut(place));
            if let Some(receipt) = receipt {
                receipt.sending = Sending::Sent(now);
                sent.push(receipt.clone());
            }
        }
        sent
    }

    /// The last receipt that was registered.
    pub(super) fn last_receipt(&self) -> Option<&Receipt> {
        self.shifts.iter().rev().find_map(|shift| shift.receipts.last())
    }

    /// Every instant on record, to move a history to where the clock starts.
    pub(super) fn instants_mut(&mut self) -> impl Iterator<Item = &mut PrimitiveDateTime> {
        self.shifts.iter_mut().flat_map(|shift| {
            let receipts = shift.receipts.iter_mut().flat_map(|receipt| {
                let sent = match &mut receipt.sending {
                    Sending::Sent(at) => Some(at),
                    Sending::Queued => None,
                };
                std::iter::once(&mut receipt.at).chain(sent)
            });
            std::iter::once(&mut shift.opened).chain(shift.closed.as_mut()).chain(receipts)
        })
    }
}

/// Takes a receipt out of an index, unless its key is another one's since.
fn forget(index: &mut HashMap<Key, Place>, key: &Key, place: Place) {
    if index.get(key) == Some(&place) {
        index.remove(key);
    }
}
