//! What each thing leaves behind: every kind of reading after every kind of event, a parameter that is
//! missing after it was given, the till without cash, several variables together.

use super::{Deck, KINDS, good, plain, query, registration};
use crate::conditions::{Condition, ConditionName};
use crate::fuzz::dice::Dice;
use crate::fuzz::form::Form;
use crate::fuzz::operation::{Call, Card, KeyChoice, Operation};

/// Something that may change what is read after it.
type Event = fn(&mut Dice) -> Operation;

const EVENTS: [Event; 22] = [
    |_| Operation::Restart,
    |_| plain("/apizreport"),
    |_| plain("/apixreport"),
    |_| query("/apideposit", &[("cash", "50")]),
    |dice| Operation::Call(registration(dice, &[("sale", "100"), ("cash", "90")])),
    |_| Operation::Repeat,
    |_| query("/apicheck/", &[("ofdPacketMode", "true")]),
    |_| query("/apicheck/", &[("setPrintMode", "usb-printer")]),
    |_| Operation::Wait(4000),
    |_| query("/apiwithdraw", &[("cash", "1.50")]),
    |dice| Operation::Call(registration(dice, &[("buy", "100"), ("bank", "100"), ("tax", "<unknown-tax>")])),
    |dice| Operation::Call(registration(dice, &[("sale", "100"), ("cash", "100"), ("itemdata", "[{")])),
    |dice| Operation::Call(registration(dice, &[("buyReturn", "0.5"), ("cash", "0.5")])),
    |dice| Operation::Call(registration(dice, &[("sale", "800"), ("bank", "800"), ("cash", "5")])),
    |dice| Operation::Call(Call { lost: true, ..registration(dice, &[("sale", "41"), ("cash", "50")]) }),
    |_| query("/apicheck/", &[("ofdNormalMode", "true")]),
    |_| Operation::Call(Call::with("/apicheck/", Form::Body, &[("printHeader", "clear")])),
    |_| Operation::Call(Call::with("/apiprint", Form::Body, &[("print", "Fz event")])),
    |_| Operation::Card(Card::new("purchase", "60", 31, true, "/apicheck")),
    |_| Operation::Card(Card::new("refund", "60", 32, false, "/apicheck")),
    |dice| {
        let under = Condition::new(ConditionName::PaperOut, None);
        Operation::Call(Call { under, ..registration(dice, &[("sale", "20"), ("cash", "20")]) })
    },
    |dice| Operation::Call(registration(dice, &[("saleReturn", "3"), ("tara", "3"), ("tax", "<other-tax>")])),
];

pub(super) fn cards(deck: &mut Deck) {
    for event in EVENTS {
        deck.add(move |dice| {
            vec![
                good(dice),
                event(dice),
                Operation::Repeat,
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
    everything_set(deck);
    missing(deck);
    without_cash(deck);
    together(deck);
}

/// Header, batch mode, print mode and lock all at once: each outlives everything but a restart.
fn everything_set(deck: &mut Deck) {
    let events: [[Event; 3]; 3] = [
        [EVENTS[2], EVENTS[4], |_| {
            Operation::Call(Call::with("/apiprint", Form::Body, &[("print", "Fz set")]))
        }],
        [EVENTS[1], EVENTS[5], |_| plain("/apicheck/printLastDocument")],
        [EVENTS[3], |_| Operation::Card(Card::new("purchase", "60", 33, true, "/apicheck")), EVENTS[8]],
    ];
    for events in events {
        deck.add(move |dice| {
            let set = |name, value| query("/apicheck/", &[(name, value)]);
            let look = |dice: &mut Dice| {
                let other = Call { elsewhere: true, ..Call::plain("/apicheck") };
                vec![good(dice), set("getPrintMode", "true"), Operation::Call(other)]
            };
            let top = format!("Fz {} set", dice.letters());
            let mut all = vec![
                Operation::Call(Call::with("/apicheck/", Form::Body, &[("printHeader", &top)])),
                set("ofdPacketMode", "true"),
                set("setPrintMode", "usb-printer"),
                set("Lockhost", "true"),
            ];
            for event in events {
                all.push(event(dice));
                all.extend(look(dice));
            }
            all.extend([
                Operation::Glance,
                set("pushTheQue", "true"),
                Operation::Receipt(0),
                Operation::Restart,
            ]);
            all.extend(look(dice));
            all
        });
    }
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
