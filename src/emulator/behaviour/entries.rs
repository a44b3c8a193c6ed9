//! How an operation enters the books: by how much each sum and count moves.

use ikkm_protocol::Registration;
use rust_decimal::Decimal;

/// A registration that is to be booked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Posting {
    /// Its type.
    pub kind: Registration,
    /// What the sums move by: its total, and a tax on top where they count it; two decimals.
    pub total: Decimal,
    /// The same for the fiscal total.
    pub fiscal: Decimal,
    /// The part paid in cash.
    pub cash: Decimal,
    /// The cash that was offered for it, change included.
    pub tendered: Decimal,
    /// How many ways of paying it has.
    pub payments: usize,
    /// How many positions it has.
    pub rows: usize,
    /// The part on credit.
    pub credit: Decimal,
    /// The part in containers.
    pub tara: Decimal,
}

impl Posting {
    /// The total moves every sum, one every count, and the cash the drawer (REG-2, PAY-16).
    pub(crate) fn entry(&self) -> Entry {
        let drawer = match self.kind {
            Registration::Sale | Registration::BuyReturn => self.cash,
            Registration::Buy | Registration::SaleReturn => -self.cash,
        };
        Entry {
            fiscal: self.fiscal,
            sum: self.total,
            turnover: self.total,
            count: 1,
            total_count: 1,
            drawer,
            as_kind: self.kind,
            is_last: true,
        }
    }
}

impl Entry {
    /// Nothing moves.
    pub(crate) fn nothing(kind: Registration) -> Entry {
        let zero = Decimal::ZERO;
        Entry {
            fiscal: zero,
            sum: zero,
            turnover: zero,
            count: 0,
            total_count: 0,
            drawer: zero,
            as_kind: kind,
            is_last: false,
        }
    }
}

/// By how much a registration moves the books.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    /// The fiscal total of the type.
    pub fiscal: Decimal,
    /// The shift's sum.
    pub sum: Decimal,
    /// The turnover under its tax.
    pub turnover: Decimal,
    /// The shift's receipts.
    pub count: u64,
    /// All receipts.
    pub total_count: u64,
    /// The drawer.
    pub drawer: Decimal,
    /// The type whose sums move.
    pub as_kind: Registration,
    /// It is now the last closed receipt.
    pub is_last: bool,
}

/// By how much a deposit or withdrawal moves the books.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CashEntry {
    /// The drawer.
    pub drawer: Decimal,
    /// The sum of its direction.
    pub sum: Decimal,
    /// The documents of its direction.
    pub count: u64,
    /// It is booked as cash put in.
    pub into: bool,
}

impl CashEntry {
    /// The sum moves the drawer and its direction's sum, one its count (CASH-1).
    pub(crate) fn of(into: bool, sum: Decimal) -> CashEntry {
        CashEntry { drawer: if into { sum } else { -sum }, sum, count: 1, into }
    }
}
