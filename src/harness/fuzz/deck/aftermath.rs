//! What each thing leaves behind: every kind of reading after every kind of event, a parameter that is
//! missing after it was given, the till without cash, several variables together.

use super::{Deck, KINDS, good, plain, query, registration};
use crate::fuzz::dice::Dice;
use crate::fuzz::form::Form;
use crate::fuzz::operation::{Call, KeyChoice, Operation};

/// Something that may change what is read after it.
type Event = fn(&mut Dice) -> Operation;

const EVENTS: [Event; 9] = [
    |_| Operation::Restart,
    |_| plain("/apizreport"),
    |_| plain("/apixreport"),
    |_| query("/apideposit", &[("cash", "50")]),
    |dice| Operation::Call(registration(dice, &[("sale", "100"), ("cash", "90")])),
    |_| Operation::Repeat,
    |_| query("/apicheck/", &[("ofdPacketMode", "true")]),
    |_| query("/apicheck/", &[("setPrintMode", "usb-printer")]),
    |_| Operation::Wait(4000),
];

pub(super) fn cards(deck: &mut Deck) {
    for event in EVENTS {
        deck.add(move |dice| {
            vec![
                good(dice),
                event(dice),
                plain("/apicheck/printLastDocument"),
                query("/apicheck/getInfo/", &[("show", "minimum")]),
                plain("/apicheck"),
                Operation::Receipt(0),
            ]
        });
    }
    // The spent key is good for nothing but a repeat, whatever came since.
    for event in [EVENTS[0], EVENTS[1], EVENTS[4], EVENTS[5]] {
        deck.add(move |dice| {
            let spent = |path, params: &[(&str, &str)]| {
                let key = KeyChoice::Previous;
                Operation::Call(Call { key, ..Call::with(path, Form::Query, params) })
            };
            vec![
                good(dice),
                event(dice),
                spent("/apicheck", &[]),
                spent("/apicheck/getInfo", &[]),
                spent("/apideposit", &[("cash", "1")]),
                spent("/apicheck/printLastDocument", &[]),
                Operation::Repeat,
            ]
        });
    }
    missing(deck);
    without_cash(deck);
    together(deck);
}

/// What was given once is not there the next time.
fn missing(deck: &mut Deck) {
    for kind in KINDS {
        deck.add(move |dice| {
            let total = dice.small();
            let whole = registration(dice, &[(kind, &total), ("cash", &total)]);
            let less = registration(dice, &[(kind, &total)]);
            vec![Operation::Call(whole), Operation::Call(less)]
        });
    }
    deck.add(|dice| {
        let whole = registration(dice, &[("sale", "70"), ("bank", "70")]);
        vec![Operation::Call(whole), query("/api/", &[("sale", "70")]), query("/api/", &[("bank", "70")])]
    });
    for path in ["/apideposit", "/apiwithdraw"] {
        deck.add(move |_| vec![query(path, &[("cash", "2")]), plain(path)]);
    }
}

/// Everything that is paid out of an empty drawer, and to the last hundredth of one that is not.
fn without_cash(deck: &mut Deck) {
    deck.add(|dice| {
        let of = |dice: &mut Dice, kind: &str, total: &str| {
            Operation::Call(registration(dice, &[(kind, total), ("cash", total)]))
        };
        vec![
            query("/apiwithdraw", &[("cash", "<drawer>")]),
            Operation::Glance,
            of(dice, "saleReturn", "5"),
            of(dice, "buy", "5"),
            query("/apiwithdraw", &[("cash", "0.01")]),
            of(dice, "buyReturn", "5"),
            of(dice, "saleReturn", "<drawer + 0.01>"),
            of(dice, "saleReturn", "<drawer>"),
            of(dice, "sale", "7.50"),
            query("/apiwithdraw", &[("cash", "<drawer + 0.01>")]),
            of(dice, "buy", "<drawer>"),
            Operation::Glance,
        ]
    });
}

/// Several variables in one request: each takes effect, whatever its place (MGMT-7).
fn together(deck: &mut Deck) {
    let batch = ("ofdPacketMode", "true");
    let lan = ("setPrintMode", "lan-printer");
    let top = ("printHeader", "Fz together");
    for pair in [[batch, lan], [lan, batch], [top, batch], [batch, top]] {
        let form = if pair.contains(&top) { Form::Body } else { Form::Query };
        deck.add(move |dice| {
            vec![
                Operation::Call(Call::with("/apicheck/", form, &pair)),
                good(dice),
                query("/apicheck/", &[("getPrintMode", "true")]),
            ]
        });
    }
}
