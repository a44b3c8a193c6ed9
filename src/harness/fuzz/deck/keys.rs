//! Every endpoint with every wrong key; repeats after everything; lost answers.

use super::{Deck, KINDS, PAYMENTS, good, plain, query, registration};
use crate::fuzz::dice::Dice;
use crate::fuzz::form::Form;
use crate::fuzz::items::{Discount, Quantity, goods};
use crate::fuzz::operation::{Call, KeyChoice, Operation};

/// A request that registers nothing: its path and parameters.
type Endpoint = (&'static str, &'static [(&'static str, &'static str)]);

const ENDPOINTS: [Endpoint; 19] = [
    ("/apicheck", &[]),
    ("/apicheck/getInfo", &[]),
    ("/apicheck/printLastDocument", &[]),
    ("/dump/table/taxes", &[]),
    ("/dump/table/shifts", &[]),
    ("/dump/table/shifts/<shift>/report", &[]),
    ("/dump/table/shifts/<shift>/sales", &[]),
    ("/apixreport", &[]),
    ("/apizreport", &[]),
    ("/apiwithdraw", &[("cash", "1")]),
    ("/apideposit", &[("cash", "1")]),
    ("/apiprint", &[("print", "Fz bad key")]),
    ("/apicheck/", &[("printHeader", "Fz bad top")]),
    ("/apicheck/", &[("ofdPacketMode", "true")]),
    ("/apicheck/getInfo/", &[("show", "minimum")]),
    ("/dump/bank/7/trackdocument", &[]),
    ("/apibank/", &[("message", "purchase"), ("amount", "5"), ("trackdocument", "7")]),
    ("/apimanage/", &[("doReboot", "true")]),
    ("/apinothing", &[]),
];

fn endpoint((path, params): Endpoint) -> Call {
    let form =
        if params.iter().any(|(name, _)| name.starts_with("print")) { Form::Body } else { Form::Query };
    Call::with(path, form, params)
}

/// A purchase must not be paid, nor a header set, behind a wrong key; what follows shows it.
fn behind(deck: &mut Deck, of: Endpoint, key: KeyChoice) {
    deck.add(move |dice| {
        let mut all = vec![Operation::Call(Call { key, ..endpoint(of) })];
        // GET and POST may be two ways to the same thing.
        if of.1.iter().any(|(name, _)| *name == "cash") && key != KeyChoice::Older {
            all.push(Operation::Call(Call { key, form: Form::Body, ..endpoint(of) }));
        }
        if of.0 == "/apicheck/" {
            all.push(good(dice));
        }
        all
    });
}

pub(super) fn cards(deck: &mut Deck) {
    for of in ENDPOINTS {
        for key in [KeyChoice::Missing, KeyChoice::Wrong, KeyChoice::Previous] {
            behind(deck, of, key);
        }
        // A spent key is one like another, mostly.
        if of.0 == "/apicheck/" || of.1.iter().any(|(name, _)| *name == "cash") {
            behind(deck, of, KeyChoice::Older);
        } else {
            deck.seldom(|deck| behind(deck, of, KeyChoice::Older));
        }
        // Most are asked with the right key by other cards.
        if ["/apicheck", "/apinothing", "/dump/table/shifts"].contains(&of.0)
            || of.0.starts_with("/dump/bank/")
        {
            deck.call(move |_| endpoint(of));
        }
    }
    for path in ["/apicheck", "/apicheck/getInfo", "/dump/table/taxes", "/dump/table/shifts/<shift>/report"] {
        deck.call(move |_| Call { key: KeyChoice::Wrong, form: Form::Body, ..Call::plain(path) });
    }
    odd_keys(deck);
    for kind in KINDS {
        for key in [KeyChoice::Missing, KeyChoice::Wrong, KeyChoice::Older] {
            deck.call(move |dice| Call { key, ..registration(dice, &[(kind, "4"), ("cash", "4")]) });
        }
    }
    repeats(deck);
    after(deck);
    others(deck);
    for kind in KINDS {
        for pays in ["cash", "bank"] {
            deck.add(move |dice| {
                let total = dice.small();
                let lost = Call { lost: true, ..registration(dice, &[(kind, &total), (pays, &total)]) };
                vec![Operation::Call(lost)]
            });
        }
    }
}

/// Keys that are too short, too long, or none at all (Q-KEY-4): each endpoint meets one of them.
fn odd_keys(deck: &mut Deck) {
    let requests: [(&'static str, &[(&str, &str)]); 7] = [
        ("/api/", &[("sale", "4"), ("cash", "4")]),
        ("/apicheck", &[]),
        ("/apideposit", &[("cash", "1")]),
        ("/apiwithdraw", &[("cash", "1")]),
        ("/apixreport", &[]),
        ("/dump/table/taxes", &[]),
        ("/apicheck/", &[("ofdPacketMode", "true")]),
    ];
    let keys = ["1234567", "123456789", "abcdefgh", "", "0", "1234567 "];
    for ((path, params), odd) in requests.into_iter().zip(keys.into_iter().cycle()) {
        deck.call(move |_| {
            let params: Vec<(&str, &str)> = params.iter().copied().chain([("key", odd)]).collect();
            Call { key: KeyChoice::Missing, ..Call::with(path, Form::Query, &params) }
        });
    }
}

/// Repeats of each kind of registration, one after another, and what comes next.
fn repeats(deck: &mut Deck) {
    for kind in KINDS {
        deck.add(move |dice| {
            let total = dice.small();
            let pays = dice.pick(&PAYMENTS);
            let first = Operation::Call(registration(dice, &[(kind, &total), (pays, &total)]));
            vec![first, Operation::Repeat, Operation::Repeat, Operation::Repeat]
        });
    }
    for what in 0..4 {
        deck.add(move |dice| {
            let first = match what {
                0 => registration(dice, &[("sale", "80"), ("bank", "50"), ("cash", "40")]),
                1 => {
                    let (items, total) = goods(dice, 2, Quantity::Whole, Discount::None);
                    registration(dice, &[("sale", &total), ("cash", &total), ("itemdata", &items)])
                }
                2 => registration(
                    dice,
                    &[("sale", "80"), ("cash", "80"), ("print", "Fz again"), ("footer", "Fz end")],
                ),
                _ => registration(dice, &[("sale", "80"), ("cash", "80"), ("tax", "<other-tax>")]),
            };
            vec![Operation::Call(first), Operation::Repeat, Operation::Repeat]
        });
    }
}

/// A repeat after each thing that is no registration.
fn after(deck: &mut Deck) {
    // The other events are those of the aftermath.
    let between: [fn(&mut Dice) -> Operation; 5] = [
        |_| query("/apiwithdraw", &[("cash", "<drawer + 0.01>")]),
        |_| Operation::Call(Call::with("/apicheck/", Form::Body, &[("printHeader", "Fz between")])),
        |_| plain("/apinothing"),
        |dice| Operation::Call(registration(dice, &[("sale", "100")])),
        |dice| {
            let wrong = registration(dice, &[("sale", "4"), ("cash", "4")]);
            Operation::Call(Call { key: KeyChoice::Wrong, ..wrong })
        },
    ];
    for between in between {
        deck.add(move |dice| {
            let total = dice.small();
            let kind = dice.pick(&KINDS);
            let sold = registration(dice, &[(kind, &total), ("bank", &total)]);
            vec![Operation::Call(sold), between(dice), Operation::Repeat]
        });
    }
}

/// The spent key with other parameters than those it was spent for.
fn others(deck: &mut Deck) {
    for kind in KINDS {
        for (total, pays) in [("70", "cash"), ("60", "bank")] {
            deck.add(move |dice| {
                let first = registration(dice, &[("sale", "60"), ("cash", "60")]);
                let other = registration(dice, &[(kind, total), (pays, total)]);
                vec![Operation::Call(first), Operation::Call(Call { key: KeyChoice::Previous, ..other })]
            });
        }
    }
    for (one, other) in [(Form::Query, Form::Body), (Form::Body, Form::Query), (Form::Query, Form::Escaped)] {
        deck.add(move |_| {
            let of = |form| Call::with("/api/", form, &[("sale", "33"), ("cash", "40")]);
            vec![Operation::Call(of(one)), Operation::Call(Call { key: KeyChoice::Previous, ..of(other) })]
        });
    }
    deck.add(|_| {
        let one = Call::with("/api/", Form::Query, &[("sale", "33"), ("cash", "40")]);
        let turned = Call::with("/api/", Form::Query, &[("cash", "40"), ("sale", "33")]);
        vec![Operation::Call(one), Operation::Call(Call { key: KeyChoice::Previous, ..turned })]
    });
}
