//! The figures after a row of acknowledged operations, under one set of answers to the open
//! questions.

use super::reading::{Figure, Reading};
use super::rules::Rules;
use super::written::{self, Registering};
use ikkm_protocol::{Params, PayKind, Registration};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Something that the device said it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// How reports name it: `sale=800 cash=1000, receipt 124`.
    pub name: String,
    /// What was done.
    pub what: Done,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    /// A receipt was registered.
    Receipt(Registered),
    /// Cash was put in or taken out.
    Cash {
        /// In, else out.
        into: bool,
        /// How much, as written.
        amount: Decimal,
    },
    /// A Z report was accepted.
    Closed,
}

/// A receipt that was registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    /// Its number.
    pub number: u64,
    /// The request's parameters.
    pub params: Params,
    /// What they say, where of a parameter that is given twice the first counts, and where the last does.
    read: [Registering; 2],
}

impl Registered {
    /// `None` where what was registered cannot be read.
    pub fn new(number: u64, params: Params) -> Option<Registered> {
        let read = |last| written::registering(&params, last);
        let read = [read(false)?, read(true)?];
        Some(Registered { number, params, read })
    }

    /// What was registered; `last` where of a parameter that is given twice the last counts.
    pub fn registering(&self, last: bool) -> &Registering {
        let [first_counts, last_counts] = &self.read;
        if last { last_counts } else { first_counts }
    }
}

/// A tax that is added to the amount, by what reportwithtax says of it: id to percent.
pub type OnTop = BTreeMap<String, Decimal>;

/// Whether a shift is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShiftState {
    /// It is.
    Open,
    /// It is not.
    Closed,
    /// Cash was moved while none was open: whether that opens one is not said.
    Unsaid,
}

impl ShiftState {
    /// Whether that is so of the shift; `None` where it is not said.
    pub fn is(self, open: bool) -> Option<bool> {
        match self {
            ShiftState::Open => Some(open),
            ShiftState::Closed => Some(!open),
            ShiftState::Unsaid => None,
        }
    }
}

/// What the books must say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The figures that are known.
    pub figures: BTreeMap<Figure, Decimal>,
    /// Whether a shift is open.
    pub shift: ShiftState,
    /// How many shifts were opened since the account began.
    pub new_shifts: u32,
}

/// By how much a receipt moves a figure under these rules: its total, with a tax on top where that
/// `joins` the figure.
pub fn booked(
    receipt: &Registering,
    rules: &Rules,
    joins: bool,
    default_tax: Option<&str>,
    on_top: &OnTop,
) -> Decimal {
    let total = rules.round(receipt.total);
    let tax = receipt.tax.as_deref().or(default_tax);
    match tax.and_then(|id| on_top.get(id)) {
        Some(percent) if joins => {
            let part = total.checked_mul(*percent).unwrap_or_default();
            total + rules.round(part / Decimal::ONE_HUNDRED)
        }
        _ => total,
    }
}

/// The part of a receipt that goes through the drawer: above zero in, below zero out.
fn through_drawer(receipt: &Registering, booked: Decimal, rules: &Rules) -> Decimal {
    let non_cash: Decimal = receipt
        .payments
        .iter()
        .filter(|(kind, _)| *kind != PayKind::Cash)
        .map(|(_, sum)| rules.round(*sum))
        .sum();
    let in_cash = receipt.payments.iter().any(|(kind, _)| *kind == PayKind::Cash);
    let cash = if in_cash { booked - non_cash } else { Decimal::ZERO };
    match receipt.kind {
        Registration::Sale | Registration::BuyReturn => cash,
        Registration::Buy | Registration::SaleReturn => -cash,
    }
}

impl Account {
    /// An account that begins with what was read.
    pub fn from(reading: &Reading) -> Account {
        let mut figures = reading.figures.clone();
        // The open shift's report says the same as getInfo: one figure, two places.
        if let Some(drawer) = reading.drawer() {
            figures.insert(Figure::ReportDrawer, drawer);
        }
        let shift = if reading.open { ShiftState::Open } else { ShiftState::Closed };
        Account { figures, shift, new_shifts: 0 }
    }

    /// The cash that must be in the drawer, where it is known.
    pub fn drawer(&self) -> Option<Decimal> {
        self.figures.get(&Figure::Drawer).copied()
    }

    /// Takes one more operation over.
    pub fn add(&mut self, done: &Done, rules: &Rules, default_tax: Option<&str>, on_top: &OnTop) {
        match done {
            Done::Receipt(receipt) => {
                let receipt = receipt.registering(rules.last_counts);
                let booked = |joins| booked(receipt, rules, joins, default_tax, on_top);
                let cash = through_drawer(receipt, booked(rules.tax.drawer), rules);
                self.register(receipt.kind, booked(rules.tax.fiscal), booked(rules.tax.sums), cash);
            }
            Done::Cash { into, amount } => self.move_cash(*into, rules.round(*amount)),
            Done::Closed => self.close(rules),
        }
    }

    fn register(&mut self, kind: Registration, fiscal: Decimal, sum: Decimal, cash: Decimal) {
        if self.shift == ShiftState::Closed {
            self.open();
        }
        self.shift = ShiftState::Open;
        self.raise(Figure::Fiscal(kind), fiscal);
        self.raise(Figure::ShiftSum(kind), sum);
        self.raise(Figure::ShiftReceipts(kind), Decimal::ONE);
        self.raise(Figure::AllReceipts(kind), Decimal::ONE);
        self.raise(Figure::Drawer, cash);
        self.raise(Figure::ReportDrawer, cash);
    }

    fn move_cash(&mut self, into: bool, amount: Decimal) {
        if self.shift == ShiftState::Closed {
            self.open();
            self.shift = ShiftState::Unsaid;
        }
        let sign = if into { Decimal::ONE } else { -Decimal::ONE };
        self.raise(Figure::Drawer, sign * amount);
        self.raise(Figure::ReportDrawer, sign * amount);
        let (sum, count) = if into {
            (Figure::CashIn, Figure::CashInCount)
        } else {
            (Figure::CashOut, Figure::CashOutCount)
        };
        if self.shift == ShiftState::Unsaid {
            // It may count in the shift before or in the next one; what goes the other way does not change.
            self.figures.remove(&sum);
            self.figures.remove(&count);
        }
        self.raise(sum, amount);
        self.raise(count, Decimal::ONE);
    }

    fn close(&mut self, rules: &Rules) {
        if rules.z_pays_out {
            let was_open = self.shift == ShiftState::Open;
            for figure in [Figure::Drawer, Figure::ReportDrawer] {
                // Whether a Z report without a shift pays out is not said.
                match self.figures.get_mut(&figure) {
                    Some(drawer) if was_open => *drawer = Decimal::ZERO,
                    _ => drop(self.figures.remove(&figure)),
                }
            }
            // What was paid out may or may not show as a withdrawal.
            self.figures.remove(&Figure::CashOut);
            self.figures.remove(&Figure::CashOutCount);
        }
        self.shift = ShiftState::Closed;
    }

    fn open(&mut self) {
        self.new_shifts += 1;
        for (figure, value) in &mut self.figures {
            if figure.of_shift() {
                *value = Decimal::ZERO;
            }
        }
        for figure in [Figure::CashIn, Figure::CashInCount, Figure::CashOut, Figure::CashOutCount] {
            self.figures.insert(figure, Decimal::ZERO);
        }
        // Whether a count of all receipts goes on over a new shift is not said.
        for kind in Registration::ALL {
            self.figures.remove(&Figure::AllReceipts(kind));
        }
        self.shift = ShiftState::Open;
    }

    fn raise(&mut self, figure: Figure, by: Decimal) {
        if let Some(value) = self.figures.get_mut(&figure) {
            *value += by;
        }
    }

    /// The figures that a reading shows otherwise: what they must be, and what they are.
    pub fn differences(&self, reading: &Reading) -> Vec<(Figure, Decimal, Decimal)> {
        let same_shift = self.shift != ShiftState::Unsaid || reading.open;
        self.figures
            .iter()
            .filter(|(figure, _)| same_shift || !figure.of_shift())
            .filter_map(|(figure, expected)| {
                let found = reading.figures.get(figure)?;
                (found != expected).then_some((*figure, *expected, *found))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(list: &[(&str, &str)]) -> Params {
        Params(list.iter().map(|(n, v)| (n.to_string(), v.to_string())).collect())
    }

    fn receipt(list: &[(&str, &str)]) -> Done {
        Done::Receipt(Registered::new(1, params(list)).unwrap())
    }

    fn begin(open: bool) -> Account {
        let mut figures: BTreeMap<Figure, Decimal> = [
            (Figure::Drawer, 1000),
            (Figure::CashIn, 7),
            (Figure::CashInCount, 1),
            (Figure::CashOut, 0),
            (Figure::CashOutCount, 0),
        ]
        .map(|(figure, value)| (figure, Decimal::from(value)))
        .into();
        for kind in Registration::ALL {
            figures.insert(Figure::Fiscal(kind), Decimal::from(500));
            figures.insert(Figure::ShiftSum(kind), Decimal::from(50));
            figures.insert(Figure::ShiftReceipts(kind), Decimal::from(5));
        }
        Account::from(&Reading { shift: 3, open, figures })
    }

    fn after(open: bool, done: &[Done]) -> Account {
        let mut account = begin(open);
        let rules = Rules::all(false)[0];
        done.iter().for_each(|done| account.add(done, &rules, None, &OnTop::new()));
        account
    }

    #[test]
    fn only_cash_moves_the_drawer() {
        let account = after(true, &[receipt(&[("sale", "800"), ("cash", "500"), ("bank", "400")])]);
        assert_eq!(account.drawer(), Some(1400.into()));
        let account = after(true, &[receipt(&[("saleReturn", "80"), ("bank", "80")])]);
        assert_eq!(account.drawer(), Some(1000.into()));
        let account = after(true, &[receipt(&[("buy", "80"), ("cash", "100")])]);
        assert_eq!(account.drawer(), Some(920.into()));
    }

    #[test]
    fn a_new_shift_begins_with_nothing() {
        let done = [Done::Closed, receipt(&[("sale", "5.005"), ("cash", "6")])];
        let account = after(true, &done);
        assert_eq!((account.shift, account.new_shifts), (ShiftState::Open, 1));
        let sale = Registration::Sale;
        assert_eq!(account.figures[&Figure::ShiftSum(sale)], "5.01".parse().unwrap());
        assert_eq!(account.figures[&Figure::Fiscal(sale)], "505.01".parse().unwrap());
        assert_eq!(account.figures[&Figure::CashIn], Decimal::ZERO);
    }

    #[test]
    fn cash_without_a_shift_leaves_the_shift_unsaid() {
        let account = after(false, &[Done::Cash { into: true, amount: 5.into() }]);
        assert_eq!((account.shift, account.drawer()), (ShiftState::Unsaid, Some(1005.into())));
        assert!(!account.figures.contains_key(&Figure::CashIn));
    }

    #[test]
    fn a_tax_on_top_joins_where_it_does() {
        let on_top = OnTop::from([("7".to_owned(), Decimal::from(16))]);
        let sale = written::registering(&params(&[("sale", "100"), ("cash", "200"), ("tax", "7")]), false);
        let sale = sale.unwrap();
        let rules = Rules::all(false)[0];
        assert_eq!(booked(&sale, &rules, false, None, &on_top), 100.into());
        assert_eq!(booked(&sale, &rules, true, None, &on_top), 116.into());
        let done = receipt(&[("sale", "100"), ("cash", "200"), ("tax", "7")]);
        let moved: Vec<(Decimal, Decimal)> = rules
            .with_taxes()
            .map(|rules| {
                let mut account = begin(true);
                account.add(&done, &rules, None, &on_top);
                (account.figures[&Figure::Drawer], account.figures[&Figure::Fiscal(Registration::Sale)])
            })
            .collect();
        assert!(moved.contains(&(1116.into(), 600.into())), "the drawer alone, figure by figure");
    }
}
