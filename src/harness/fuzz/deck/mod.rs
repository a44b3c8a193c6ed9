//! The deck: every kind of operation that is worth a request, one card each. A card leaves to chance
//! what makes no difference as far as the document says (the amount within its class, the spelling, the
//! text), and nothing else; so whoever goes through the deck once has played each kind once.
//!
//! - `registering`: registrations by type, total, payment, parameter, tax and position
//! - `keys`: every endpoint with every wrong key; repeats after everything; lost answers
//! - `till`: cash, reports, conditions of the bench
//! - `aftermath`: what each thing leaves behind
//! - `session`: texts, headers, modes, cards, documents

mod aftermath;
mod keys;
mod registering;
mod session;
mod till;

use super::dice::Dice;
use super::form::Form;
use super::operation::{Call, Operation};

/// Draws the operations of one card.
type Make = Box<dyn Fn(&mut Dice) -> Vec<Operation> + Send + Sync>;

pub(super) const KINDS: [&str; 4] = ["sale", "buyReturn", "saleReturn", "buy"];
pub(super) const PAYMENTS: [&str; 4] = ["cash", "bank", "tara", "credit"];

/// Every card.
pub(super) struct Deck {
    cards: Vec<Make>,
    /// Whether each blurs the books.
    blurs: Vec<bool>,
    /// Whether each comes after all others.
    seldom: Vec<bool>,
    /// The cards that are added now do.
    blurring: bool,
    /// The cards that are added now do.
    seldom_now: bool,
}

impl Deck {
    pub(super) fn new() -> Deck {
        let mut deck = Deck {
            cards: Vec::new(),
            blurs: Vec::new(),
            seldom: Vec::new(),
            blurring: false,
            seldom_now: false,
        };
        registering::cards(&mut deck);
        keys::cards(&mut deck);
        till::cards(&mut deck);
        session::cards(&mut deck);
        aftermath::cards(&mut deck);
        deck
    }

    pub(super) fn len(&self) -> usize {
        self.cards.len()
    }

    /// The operations of a card.
    pub(super) fn draw(&self, card: usize, dice: &mut Dice) -> Vec<Operation> {
        self.cards.get(card).map(|make| make(dice)).unwrap_or_default()
    }

    fn add(&mut self, make: impl Fn(&mut Dice) -> Vec<Operation> + Send + Sync + 'static) {
        self.cards.push(Box::new(make));
        self.blurs.push(self.blurring);
        self.seldom.push(self.seldom_now);
    }

    /// Adds cards of which little is expected, for whoever has gone through all others.
    fn seldom(&mut self, add: impl FnOnce(&mut Deck)) {
        self.seldom_now = true;
        add(self);
        self.seldom_now = false;
    }

    /// Whether that card comes after all others.
    pub(super) fn is_seldom(&self, card: usize) -> bool {
        self.seldom.get(card).copied().unwrap_or_default()
    }

    /// Adds cards after which nobody can say what the books hold: what came before them is to be read first.
    fn blurring(&mut self, add: impl FnOnce(&mut Deck)) {
        self.blurring = true;
        add(self);
        self.blurring = false;
    }

    /// Whether the books are blurred after that card.
    pub(super) fn blurs(&self, card: usize) -> bool {
        self.blurs.get(card).copied().unwrap_or_default()
    }

    /// A card of one request.
    fn call(&mut self, make: impl Fn(&mut Dice) -> Call + Send + Sync + 'static) {
        self.add(move |dice| vec![Operation::Call(make(dice))]);
    }
}

/// A request with these parameters by GET.
pub(super) fn query(path: &'static str, params: &[(&str, &str)]) -> Operation {
    Operation::Call(Call::with(path, Form::Query, params))
}

/// A request with nothing but its key.
pub(super) fn plain(path: &'static str) -> Operation {
    Operation::Call(Call::plain(path))
}

/// A spelling that every device understands, mostly a plain one.
pub(super) fn form(dice: &mut Dice) -> Form {
    match dice.below(12) {
        0..=5 => Form::Query,
        6..=9 => Form::Body,
        10 => Form::Escaped,
        _ => Form::Browser,
    }
}

/// A registration with these parameters, however it is spelt.
pub(super) fn registration(dice: &mut Dice, params: &[(&str, &str)]) -> Call {
    let texts = params.iter().any(|(name, _)| ["itemdata", "print", "footer"].contains(name));
    let filled_in = params.iter().any(|(_, value)| value.starts_with('<'));
    let form = match (texts, filled_in) {
        (true, _) => Form::Body,
        (false, true) => dice.pick(&[Form::Query, Form::Body]),
        (false, false) => form(dice),
    };
    Call::with("/api/", form, params)
}

/// A registration that every device takes.
pub(super) fn good(dice: &mut Dice) -> Operation {
    let total = dice.small();
    let more = (500 + dice.below(400)).to_string();
    Operation::Call(match dice.below(6) {
        0 => registration(dice, &[("sale", &total), ("bank", &total)]),
        1 => registration(dice, &[("sale", &total), ("cash", &more)]),
        2 => registration(dice, &[("buyReturn", &total), ("cash", &total)]),
        3 => registration(dice, &[("saleReturn", "2"), ("cash", "2")]),
        _ => registration(dice, &[("sale", &total), ("cash", &total)]),
    })
}
