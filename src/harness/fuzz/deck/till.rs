//! Cash in and out, reports, and conditions of the bench.

use super::{Deck, KINDS, form, good, plain, query, registration};
use crate::conditions::{Condition, ConditionName};
use crate::fuzz::form::Form;
use crate::fuzz::operation::{Call, Operation};

/// Amounts of a deposit or withdrawal.
const CASH: [&str; 21] = [
    "0.01",
    "0",
    "0.00",
    "0.004",
    "0.005",
    "-5",
    "-0.01",
    "abc",
    "1e3",
    "1,5",
    "100,50",
    "",
    "20000000",
    "20000000.01",
    "20000001",
    "19999999.99",
    "0x10",
    "1.0.0",
    "+5",
    "5 0",
    "99999999999999999999",
];

const FAULTS: [ConditionName; 9] = [
    ConditionName::PaperOut,
    ConditionName::BatteryLow,
    ConditionName::ExternalPrinterMissing,
    ConditionName::Blocked,
    ConditionName::Offline72h,
    ConditionName::MixedPaymentOff,
    ConditionName::DatabaseDamaged,
    ConditionName::UnknownFault,
    ConditionName::Busy,
];

pub(super) fn cards(deck: &mut Deck) {
    cash(deck);
    reports(deck);
    conditions(deck);
}

fn cash(deck: &mut Deck) {
    for path in ["/apideposit", "/apiwithdraw"] {
        for amount in CASH {
            deck.call(move |_| Call::with(path, Form::Query, &[("cash", amount)]));
        }
        deck.call(move |_| Call::plain(path));
        for (fraction, form) in
            [(false, Form::Query), (true, Form::Body), (false, Form::Body), (true, Form::Escaped)]
        {
            deck.call(move |dice| {
                let amount = if fraction { dice.fraction() } else { dice.usual() };
                Call::with(path, form, &[("cash", &amount)])
            });
        }
        // The second and third in a row.
        deck.add(move |dice| {
            (0..3)
                .map(|_| {
                    let amount = if path == "/apideposit" {
                        dice.usual()
                    } else {
                        dice.pick(&["1", "2.5"]).to_owned()
                    };
                    query(path, &[("cash", &amount)])
                })
                .collect()
        });
        deck.blurring(|deck| {
            deck.call(move |dice| Call::with(path, form(dice), &[("cash", "10"), ("cash", "10")]));
        });
        deck.call(move |dice| Call::with(path, form(dice), &[("bank", "10")]));
    }
    for amount in ["<drawer>", "<drawer + 0.01>", "<drawer - 0.01>", "<drawer + 0.99>"] {
        deck.add(move |dice| {
            let out = Call::with("/apiwithdraw", Form::Query, &[("cash", amount)]);
            vec![Operation::Call(out), good(dice)]
        });
    }
    // More than 20 million in the drawer, in two deposits.
    deck.add(|_| {
        let into = || query("/apideposit", &[("cash", "15000000")]);
        let out = |sum: &str| query("/apiwithdraw", &[("cash", sum)]);
        vec![into(), into(), out("20000000.01"), out("20000001"), out("20000000")]
    });
    deck.add(|dice| {
        let into = || query("/apideposit", &[("cash", "15000000")]);
        let kind = dice.pick(&["buy", "saleReturn"]);
        let buy = registration(dice, &[(kind, "20000000"), ("cash", "20000000")]);
        let more = registration(dice, &[(kind, "20000001"), ("cash", "20000001")]);
        vec![into(), into(), Operation::Call(more), Operation::Call(buy)]
    });
}

fn reports(deck: &mut Deck) {
    let x = || plain("/apixreport");
    let z = || plain("/apizreport");
    deck.add(move |_| vec![x()]);
    deck.add(move |dice| vec![good(dice), x(), x(), good(dice)]);
    // Right before a Z report, and in a shift that is closed.
    deck.add(move |dice| vec![x(), z(), x(), good(dice)]);
    // In a shift that is open, whether cash opens one or not.
    deck.add(move |dice| {
        vec![good(dice), query("/apideposit", &[("cash", "30")]), x(), x(), Operation::Glance]
    });
    // One device has one way of rounding.
    for path in ["/apideposit", "/apiwithdraw"] {
        deck.add(move |dice| {
            let (total, amount) = dice.pick(&[("5.006", "10.006"), ("5.004", "10.004"), ("5.005", "10.005")]);
            let sold = registration(dice, &[("sale", total), ("bank", total)]);
            let moved = Call::with(path, Form::Query, &[("cash", amount)]);
            vec![Operation::Call(sold), Operation::Call(moved), Operation::Glance]
        });
    }
    deck.add(move |dice| {
        let out = Call::with("/apiwithdraw", Form::Query, &[("cash", "<drawer>")]);
        vec![good(dice), Operation::Call(out), z(), good(dice)]
    });
    for path in ["/apideposit", "/apiwithdraw"] {
        deck.add(move |_| vec![x(), query(path, &[("cash", "3")]), x()]);
    }
    deck.add(move |dice| vec![z(), z(), good(dice)]);
    deck.add(move |dice| {
        let into = Call::with("/apideposit", Form::Query, &[("cash", "70.05")]);
        vec![z(), Operation::Call(into), good(dice)]
    });
    // A shift of cash alone is one like any other.
    for (path, cash) in [("/apiwithdraw", "1"), ("/apideposit", "12.50")] {
        deck.add(move |dice| vec![z(), query(path, &[("cash", cash)]), z(), good(dice), Operation::Glance]);
    }
    deck.add(move |dice| {
        let refused = registration(dice, &[("sale", "100"), ("cash", "90")]);
        vec![z(), Operation::Call(refused), x()]
    });
    // No refusal opens a shift, whatever is wrong.
    deck.add(move |dice| {
        let wrong: [&[(&str, &str)]; 8] = [
            &[("sale", "100"), ("cash", "100"), ("tax", "<unknown-tax>")],
            &[("sale", "100"), ("cash", "100"), ("tax", "abc")],
            &[("sale", "100"), ("cash", "100"), ("itemdata", "[{")],
            &[("buy", "20000000"), ("cash", "20000000")],
            &[("saleReturn", "100")],
            &[("buyReturn", "0.5"), ("cash", "0.5")],
            &[("sale", "abc"), ("cash", "5")],
            &[("sale", "100"), ("bank", "90")],
        ];
        let mut all = vec![z()];
        all.extend(wrong.map(|params| Operation::Call(registration(dice, params))));
        all.push(query("/apiwithdraw", &[("cash", "abc")]));
        all.push(Operation::Glance);
        all
    });
}

fn shift_document(name: &str) -> &'static str {
    match name {
        "report" => "/dump/table/shifts/<shift>/report",
        "reportwithtax" => "/dump/table/shifts/<shift>/reportwithtax",
        "cheques" => "/dump/table/shifts/<shift>/cheques",
        "salescheques" => "/dump/table/shifts/<shift>/salescheques",
        _ => "/dump/table/shifts/<shift>/sales",
    }
}

fn conditions(deck: &mut Deck) {
    for name in FAULTS {
        let condition = move |code: usize| {
            let code = u8::try_from(code).unwrap_or_default();
            Condition::new(name, (name == ConditionName::Blocked).then_some(code))
        };
        for kind in KINDS {
            deck.add(move |dice| {
                let under = condition(dice.below(100));
                let call = registration(dice, &[(kind, "20"), ("cash", "20")]);
                vec![Operation::Call(Call { under, ..call })]
            });
        }
        deck.call(move |dice| {
            let under = condition(dice.below(100));
            let path = dice.pick(&[
                "/apixreport",
                "/apizreport",
                "/apicheck",
                "/apicheck/getInfo",
                "/dump/table/taxes",
                "/apideposit",
                "/apiwithdraw",
            ]);
            let params: &[(&str, &str)] =
                if path.ends_with('w') || path.ends_with("sit") { &[("cash", "1")] } else { &[] };
            Call { under, ..Call::with(path, Form::Query, params) }
        });
        deck.add(move |dice| {
            let print = Call::with("/apiprint", Form::Body, &[("print", "Fz under")]);
            vec![Operation::Call(Call { under: condition(dice.below(100)), ..print })]
        });
        // A refused registration, then its repeat.
        deck.add(move |dice| {
            let call = registration(dice, &[("sale", "20"), ("bank", "20")]);
            let under = condition(dice.below(100));
            vec![Operation::Call(Call { under, ..call }), Operation::Repeat]
        });
    }
    // The bench may open a shift for these.
    deck.blurring(|deck| {
        for name in [ConditionName::OtherCashier, ConditionName::OrdinaryCashier] {
            let under = move || Condition::new(name, None);
            for kind in ["sale", "buyReturn"] {
                deck.call(move |dice| Call {
                    under: under(),
                    ..registration(dice, &[(kind, "20"), ("cash", "20")])
                });
            }
            for path in ["report", "reportwithtax", "cheques", "salescheques", "sales"] {
                deck.call(move |_| Call { under: under(), ..Call::plain(shift_document(path)) });
            }
            deck.call(move |_| Call {
                under: under(),
                form: Form::Body,
                ..Call::plain(shift_document("sales"))
            });
            deck.call(move |_| Call { under: under(), ..Call::plain("/dump/table/shifts") });
        }
    });
    // Nothing listens while the web API is off, and it goes on where it stopped.
    deck.add(|dice| {
        let under = Condition::new(ConditionName::ApiOff, None);
        vec![
            good(dice),
            Operation::Call(Call { under, ..Call::plain("/apicheck") }),
            Operation::Repeat,
            good(dice),
        ]
    });
    // With a tax on top, cash for the total alone is not enough.
    deck.blurring(|deck| {
        deck.add(|dice| {
            let sold = |dice: &mut _, total: &str, cash: &str| {
                Operation::Call(registration(dice, &[("sale", total), ("cash", cash)]))
            };
            let mut all: Vec<Operation> =
                Condition::new(ConditionName::TaxOnTop, None).map(Operation::Establish).into_iter().collect();
            // A look shows how much it is.
            all.extend([sold(dice, "90", "900"), Operation::Glance]);
            all.extend([sold(dice, "90", "90"), sold(dice, "2500.50", "2500.50")]);
            all.push(Operation::Clear(ConditionName::TaxOnTop));
            all
        });
    });
    // It is forbidden only while it is switched off.
    deck.add(|dice| {
        let mixed = |dice: &mut _| {
            Operation::Call(registration(dice, &[("sale", "80"), ("bank", "30"), ("cash", "50")]))
        };
        let off = Condition::new(ConditionName::MixedPaymentOff, None).map(Operation::Establish);
        let mut all: Vec<Operation> = off.into_iter().collect();
        all.extend([mixed(dice), plain("/apizreport"), good(dice), mixed(dice)]);
        all.extend([Operation::Restart, mixed(dice)]);
        all.extend([Operation::Clear(ConditionName::MixedPaymentOff), mixed(dice)]);
        all
    });
    deck.add(|dice| {
        let off = Condition::new(ConditionName::MixedPaymentOff, None).map(Operation::Establish);
        let mut all: Vec<Operation> = off.into_iter().collect();
        let pairs =
            [("bank", "tara"), ("credit", "cash"), ("tara", "cash"), ("bank", "credit"), ("tara", "credit")];
        all.extend(pairs.into_iter().map(|(one, other)| {
            Operation::Call(registration(dice, &[("sale", "80"), (one, "30"), (other, "50")]))
        }));
        all.push(Operation::Clear(ConditionName::MixedPaymentOff));
        all
    });
}
