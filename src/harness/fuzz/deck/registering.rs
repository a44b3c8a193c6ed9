//! Registrations by type, total, payment, parameter, tax and position.

use super::{Deck, KINDS, PAYMENTS, good, registration};
use crate::fuzz::dice::Dice;
use crate::fuzz::form::{Form, Mangle};
use crate::fuzz::items::{Discount, ODD, Quantity, goods, many};
use crate::fuzz::operation::{Call, Operation};
use ikkm_protocol::parse_plain;
use rust_decimal::Decimal;

/// Totals at a limit, beside it, or that are none, with what pays for them.
const TOTALS: [(&str, &str); 12] = [
    ("1", "1"),
    ("0.99", "1"),
    ("0.5", "5"),
    ("0", "5"),
    ("20000000", "20000000"),
    ("20000000.01", "20000000"),
    ("20000001", "20000000"),
    ("-5", "5"),
    ("abc", "100"),
    ("1e3", "1000"),
    ("1,5", "5"),
    ("", "5"),
];

/// Those that hardly depend on the type.
const MORE_TOTALS: [(&str, &str); 10] = [
    ("0.994", "1"),
    ("0.995", "1"),
    ("19999999.99", "19999999.99"),
    ("20000000.004", "20000000"),
    ("20000000.005", "20000000"),
    ("25000000", "20000000"),
    ("0x10", "16"),
    ("1 000", "1000"),
    ("1.0.0", "5"),
    ("+5", "5"),
];

/// What is none of a payment, or too much or too little of it, for a total of 5.
const SUMS: [&str; 9] = ["0", "-5", "abc", "", "1e3", "5,5", "20000000.01", "20000001", "20000000"];
const MORE_SUMS: [&str; 7] = ["0.01", "-0.01", "0x10", "1.0.0", "99999999999999999999", "5 0", "+5"];

const PAIRS: [(&str, &str); 6] = [
    ("bank", "cash"),
    ("tara", "cash"),
    ("credit", "cash"),
    ("bank", "tara"),
    ("credit", "bank"),
    ("tara", "credit"),
];

/// How two payments make 800, or do not.
const HALVES: [(&str, &str); 9] = [
    ("500", "400"),
    ("799.99", "0.01"),
    ("800", "100"),
    ("800", "0"),
    ("800", "0.01"),
    ("900", "100"),
    ("900", "-100"),
    ("300", "5000"),
    ("500", "299.99"),
];

pub(super) fn cards(deck: &mut Deck) {
    paid(deck);
    limits(deck);
    mixed(deck);
    parameters(deck);
    taxes(deck);
    positions(deck);
}

fn sum(text: &str) -> Decimal {
    parse_plain(text).unwrap_or_default()
}

fn paid(deck: &mut Deck) {
    for kind in KINDS {
        for pays in PAYMENTS {
            let whole_only = ["tara", "credit"].contains(&pays) && ["buy", "saleReturn"].contains(&kind);
            for fraction in [false, true].into_iter().take(if whole_only { 1 } else { 2 }) {
                deck.call(move |dice| {
                    let total = if fraction { dice.fraction() } else { dice.usual() };
                    registration(dice, &[(kind, &total), (pays, &total)])
                });
            }
            // Ways without cash are treated alike but for their names.
            let offs = [(true, 1), (true, -1), (false, 1), (false, -1)];
            let offs = if ["cash", "bank"].contains(&pays) { &offs[..] } else { &offs[..2] };
            for (small, off) in offs.iter().copied() {
                deck.call(move |dice| {
                    // Where the drawer lacks it, nothing else of a payment shows.
                    let lacks = pays == "cash" && ["buy", "saleReturn"].contains(&kind);
                    let total = match dice.below(2) {
                        1 if !lacks => dice.pick(&["1200.50", "5000", "1001", "30000.99"]).to_owned(),
                        _ => dice.small(),
                    };
                    let most = dice.pick(&[1500, 6000, 25_000]);
                    let by = if small { Decimal::new(1, 2) } else { Decimal::from(1 + dice.below(most)) };
                    let pay = (sum(&total) + by * Decimal::from(off)).max(Decimal::new(1, 2));
                    registration(dice, &[(kind, &total), (pays, &pay.to_string())])
                });
            }
        }
        // A hundredth beside a large sum is easily lost.
        deck.add(move |dice| {
            let large = dice.pick(&["1500.50", "12000", "300000.01"]);
            [Decimal::new(1, 2), Decimal::new(-1, 2)]
                .map(|by| {
                    let pay = (sum(large) + by).to_string();
                    Operation::Call(registration(dice, &[(kind, large), ("cash", &pay)]))
                })
                .into()
        });
        // Sums that no 32 bits hold, and the next one.
        deck.add(move |dice| {
            ["20000000", "15000000.01"]
                .map(|total| Operation::Call(registration(dice, &[(kind, total), ("bank", total)])))
                .into()
        });
    }
    // What is lost of each fraction adds up.
    for (kind, end) in [("sale", "4"), ("sale", "6"), ("buyReturn", "4")] {
        deck.add(move |dice| {
            let mut all: Vec<Operation> = (0..3)
                .map(|_| {
                    let total = format!("{}.{:02}{end}", 2 + dice.below(90), dice.below(100));
                    Operation::Call(registration(dice, &[(kind, &total), ("cash", &total)]))
                })
                .collect();
            all.push(Operation::Glance);
            all
        });
    }
    for kind in ["buy", "saleReturn"] {
        for total in ["<drawer>", "<drawer + 0.01>", "<drawer - 0.01>", "<drawer + 0.99>"] {
            deck.call(move |dice| registration(dice, &[(kind, total), ("cash", total)]));
        }
    }
}

fn limits(deck: &mut Deck) {
    for kind in KINDS {
        for (total, pays) in TOTALS {
            deck.call(move |dice| {
                // In cash a purchase may lack a drawer that holds so much.
                let by = if total.len() > 7 { "bank" } else { dice.pick(&["cash", "cash", "bank", "tara"]) };
                // Only a sale gives change: elsewhere a wrong payment would hide what becomes of the total.
                let exact = kind != "sale" && sum(total) > Decimal::ZERO;
                registration(dice, &[(kind, total), (by, if exact { total } else { pays })])
            });
        }
    }
    deck.call(|dice| registration(dice, &[("sale", "20000000"), ("cash", "20000000")]));
    let halves = [("sale", "20000000.99"), ("bank", "10000000"), ("credit", "10000000.99")];
    deck.call(move |dice| registration(dice, &halves));
    let halves = [("sale", "20000000.50"), ("bank", "10000000"), ("cash", "10000000.50")];
    deck.call(move |dice| registration(dice, &halves));
    deck.seldom(|deck| {
        for (total, pays) in MORE_TOTALS {
            deck.call(move |dice| {
                let (kind, by) = (dice.pick(&KINDS), dice.pick(&["cash", "bank"]));
                registration(dice, &[(kind, total), (by, pays)])
            });
        }
    });
    for pays in PAYMENTS {
        // The largest total there is, paid a hundredth above it.
        deck.call(move |dice| registration(dice, &[("sale", "20000000"), (pays, "20000000.01")]));
        for sum in SUMS {
            deck.call(move |dice| {
                // Of cash a sale gives change: nothing else is in the way of what is odd.
                let kind = match pays {
                    "cash" => "sale",
                    _ => dice.pick(&["sale", "sale", "buyReturn", "saleReturn", "buy"]),
                };
                let total = if sum == "5,5" { "5.5" } else { "5" };
                registration(dice, &[(kind, total), (pays, sum)])
            });
        }
        deck.seldom(|deck| {
            deck.call(move |dice| {
                let (kind, sum) = (dice.pick(&KINDS), dice.pick(&MORE_SUMS));
                registration(dice, &[(kind, "5"), (pays, sum)])
            });
        });
        // Beside a good payment a wrong one may be overlooked.
        for sum in ["-5", "abc", "0"] {
            deck.call(move |dice| {
                let other = if pays == "cash" { "bank" } else { "cash" };
                registration(dice, &[("sale", "800"), (other, "800"), (pays, sum)])
            });
        }
        deck.call(move |dice| {
            let other = if pays == "cash" { "bank" } else { "cash" };
            let sum = dice.pick(&["-100", "-0.01", "20000001"]);
            registration(dice, &[("sale", "800"), (other, "900"), (pays, sum)])
        });
    }
}

fn mixed(deck: &mut Deck) {
    for (at, (one, other)) in PAIRS.into_iter().enumerate() {
        for (first, second) in HALVES {
            // Of change nothing is said without cash.
            if other != "cash" && ["5000", "-100", "0", "0.01"].contains(&second) {
                continue;
            }
            deck.call(move |dice| registration(dice, &[("sale", "800"), (one, first), (other, second)]));
        }
        deck.call(move |dice| {
            let total = dice.fraction();
            let half = (sum(&total) / Decimal::TWO).round_dp(2);
            let rest = sum(&total) - half;
            registration(dice, &[("sale", &total), (other, &rest.to_string()), (one, &half.to_string())])
        });
        let others = ["buy", "saleReturn", "buyReturn"];
        for kind in [others.get(at % 3), others.get((at + 1) % 3)].into_iter().flatten().copied() {
            deck.call(move |dice| registration(dice, &[(kind, "80"), (one, "50"), (other, "30")]));
        }
        deck.call(move |dice| {
            let kind = dice.pick(&others);
            let (first, second) = dice.pick(&[("50", "40"), ("80", "0"), ("80", "10")]);
            registration(dice, &[(kind, "80"), (one, first), (other, second)])
        });
    }
    // Of any size: exactly, with change, and short.
    for (one, other) in PAIRS {
        for off in [0, 0, 1, -1] {
            deck.call(move |dice| {
                let total = dice.usual();
                let first = (sum(&total) * Decimal::new(i64::try_from(1 + dice.below(98)).unwrap_or(1), 2))
                    .round_dp(2);
                let rest = sum(&total) - first;
                let by = dice.pick(&[Decimal::new(1, 2), Decimal::new(50, 2), rest]);
                let rest = (rest + by * Decimal::from(off)).max(Decimal::new(1, 2));
                registration(dice, &[("sale", &total), (one, &first.to_string()), (other, &rest.to_string())])
            });
        }
    }
    for kind in ["buy", "saleReturn", "buyReturn"] {
        deck.call(move |dice| registration(dice, &[(kind, "80"), ("bank", "50"), ("cash", "30")]));
    }
    let threes = [
        ["bank", "tara", "cash"],
        ["bank", "credit", "cash"],
        ["tara", "credit", "cash"],
        ["bank", "tara", "credit"],
    ];
    for kinds in threes {
        for sums in [
            ["400", "300", "100"],
            ["300", "300", "200"],
            ["400", "300", "200"],
            ["1", "1", "797"],
            ["500", "300", "100"],
        ] {
            deck.call(move |dice| {
                registration(
                    dice,
                    &[("sale", "800"), (kinds[0], sums[0]), (kinds[1], sums[1]), (kinds[2], sums[2])],
                )
            });
        }
    }
    for cash in ["200", "199.99", "500"] {
        deck.call(move |dice| {
            registration(
                dice,
                &[("sale", "800"), ("bank", "200"), ("tara", "200"), ("credit", "200"), ("cash", cash)],
            )
        });
    }
}

fn parameters(deck: &mut Deck) {
    for kind in KINDS {
        deck.call(move |dice| registration(dice, &[(kind, "100")]));
        deck.call(move |dice| registration(dice, &[(&kind.to_uppercase(), "100"), ("cash", "100")]));
        deck.call(move |dice| registration(dice, &[(kind, "100"), ("CASH", "100")]));
        deck.call(move |dice| {
            let other = dice.pick(&["sale", "buy", "saleReturn", "buyReturn"]);
            let other = if other == kind { "buyReturn" } else { other };
            registration(dice, &[(kind, "100"), (other, "100"), ("cash", "100")])
        });
    }
    for form in [Form::Escaped, Form::Browser, Form::Body, Form::Query] {
        written(deck, form);
    }
    deck.seldom(|deck| written(deck, Form::Multipart));
    // Of what is split between query and body a part may be taken.
    deck.seldom(|deck| deck.blurring(|deck| written(deck, Form::Split)));
    deck.call(|dice| registration(dice, &[("cash", "100")]));
    deck.call(|dice| registration(dice, &[("bank", "100")]));
    deck.call(|_| Call::plain("/api/"));
    deck.call(|dice| registration(dice, &[("sale", "100"), ("buyReturn", "100"), ("cash", "100")]));
    deck.call(|dice| registration(dice, &[("sale", "100"), ("sale", "100"), ("cash", "100")]));
    deck.call(|dice| registration(dice, &[("sale", "100"), ("sale", "90"), ("cash", "100")]));
    deck.call(|dice| registration(dice, &[("sale", "100"), ("cash", "100"), ("cash", "100")]));
    deck.call(|dice| registration(dice, &[("sale", "100"), ("cash", "100"), ("comment", "1")]));
    deck.seldom(|deck| {
        deck.blurring(|deck| {
            for how in Mangle::ALL {
                deck.call(move |dice| {
                    let kind = dice.pick(&KINDS);
                    Call::with("/api/", Form::Mangled(how), &[(kind, "7"), ("cash", "7")])
                });
            }
        });
    });
}

fn written(deck: &mut Deck, form: Form) {
    for kind in ["sale", "buyReturn"] {
        deck.call(move |dice| {
            let total = dice.small();
            Call::with("/api/", form, &[(kind, &total), ("cash", &total)])
        });
    }
}

fn taxes(deck: &mut Deck) {
    for id in [
        "<default-tax>",
        "<other-tax>",
        "<last-tax>",
        "<unknown-tax>",
        "abc",
        "1.5",
        "-1",
        "0",
        "<other-tax>x",
        "",
    ] {
        deck.add(move |dice| {
            let total = dice.small();
            let taxed = registration(dice, &[("sale", &total), ("cash", &total), ("tax", id)]);
            // The next one is under the default tax again.
            vec![Operation::Call(taxed), good(dice)]
        });
    }
    for kind in KINDS {
        for id in ["<other-tax>", "<last-tax>"] {
            deck.call(move |dice| {
                let total = dice.small();
                let pays = dice.pick(&["bank", "tara", "credit"]);
                registration(dice, &[(kind, &total), (pays, &total), ("tax", id)])
            });
        }
    }
    deck.call(|dice| {
        let total = dice.small();
        registration(dice, &[("sale", &total), ("cash", "1000"), ("tax", "<last-tax>")])
    });
    deck.add(|dice| {
        let refused = registration(dice, &[("sale", "100"), ("cash", "90"), ("tax", "<other-tax>")]);
        let sold = registration(dice, &[("sale", "7"), ("cash", "7")]);
        vec![Operation::Call(refused), Operation::Call(sold)]
    });
    deck.call(|dice| {
        let (kind, total) = (dice.pick(&["buyReturn", "saleReturn"]), dice.small());
        registration(dice, &[(kind, &total), ("cash", &total), ("tax", "<unknown-tax>")])
    });
}

fn with_items(dice: &mut Dice, kind: &str, (items, total): (String, String)) -> Call {
    let pays = dice.pick(&PAYMENTS);
    registration(dice, &[(kind, &total), (pays, &total), ("itemdata", &items)])
}

fn positions(deck: &mut Deck) {
    for sale in [true, false] {
        let kind =
            move |dice: &mut Dice| if sale { "sale" } else { dice.pick(&["buyReturn", "saleReturn", "buy"]) };
        for (count, quantity) in [
            (1, Quantity::Whole),
            (3, Quantity::Whole),
            (2, Quantity::Part),
            (2, Quantity::Mixed),
            (1, Quantity::Hundreds),
            (2, Quantity::Thousands),
        ] {
            deck.call(move |dice| {
                let drawn = goods(dice, count, quantity, Discount::None);
                let kind = kind(dice);
                with_items(dice, kind, drawn)
            });
        }
        for discount in [Discount::First, Discount::Middle, Discount::Last, Discount::Two] {
            deck.call(move |dice| {
                let drawn = goods(dice, 3, Quantity::Whole, discount);
                let kind = kind(dice);
                with_items(dice, kind, drawn)
            });
        }
    }
    let long = [
        (79, "sale"),
        (80, "sale"),
        (81, "sale"),
        (82, "sale"),
        (200, "sale"),
        (81, "saleReturn"),
        (81, "buyReturn"),
        (200, "buy"),
    ];
    for (count, kind) in long {
        deck.add(move |dice| {
            let few = goods(dice, 2, Quantity::Whole, Discount::None);
            let (items, total) = many(count);
            let pays = if kind == "sale" { dice.pick(&PAYMENTS) } else { "bank" };
            let long = registration(dice, &[(kind, &total), (pays, &total), ("itemdata", &items)]);
            let long = Operation::Call(long);
            if kind != "sale" {
                // What the type is called shows on a receipt without a table.
                let plain = registration(dice, &[(kind, "3"), ("bank", "3")]);
                return vec![Operation::Call(plain), long];
            }
            vec![long, Operation::Call(with_items(dice, "sale", few))]
        });
    }
    // Goods and a discount that make 80 together.
    deck.call(|dice| {
        let items = many(79).0.replace(']', r#",{"name":"fz off","discount":"10"}]"#);
        registration(dice, &[("sale", "780"), ("cash", "780"), ("itemdata", &items)])
    });
    // A limit holds for every position.
    for (price, quantity, sum) in [("20000001", "0.5", "10000000.5"), ("0.5", "20000001", "10000000.5")] {
        for first in [true, false] {
            deck.call(move |dice| {
                let small = r#"{"name":"Tea","price":"10","qty":"1","sum":"10"}"#;
                let big = format!(r#"{{"name":"Big","price":"{price}","qty":"{quantity}","sum":"{sum}"}}"#);
                let items = if first { format!("[{big},{small}]") } else { format!("[{small},{big}]") };
                registration(dice, &[("sale", "10000010.5"), ("bank", "10000010.5"), ("itemdata", &items)])
            });
        }
    }
    // What is refused of a sale for cash could move most.
    for (at, text) in ODD.into_iter().enumerate() {
        let pays = PAYMENTS.get(at % 8).copied().unwrap_or("cash");
        deck.call(move |dice| {
            let kind = dice.pick(&["sale", "sale", "sale", "buyReturn", "saleReturn"]);
            registration(dice, &[(kind, "100"), (pays, "100"), ("itemdata", text)])
        });
    }
    for _ in 0..2 {
        deck.call(|dice| {
            let (items, total) = goods(dice, 3, Quantity::Whole, Discount::None);
            registration(
                dice,
                &[("sale", &total), ("cash", &total), ("tax", "<other-tax>"), ("itemdata", &items)],
            )
        });
    }
    deck.call(|dice| {
        let (items, total) = goods(dice, 2, Quantity::Whole, Discount::None);
        let bank = (sum(&total) / Decimal::TWO).round_dp(2);
        let rest = (sum(&total) - bank).to_string();
        let bank = bank.to_string();
        registration(dice, &[("sale", &total), ("bank", &bank), ("cash", &rest), ("itemdata", &items)])
    });
    deck.call(|dice| {
        let (items, total) = goods(dice, 1, Quantity::Whole, Discount::None);
        let call = registration(dice, &[("sale", &total), ("cash", &total), ("itemdata", &items)]);
        Call { form: Form::Query, ..call }
    });
    // The next receipt holds none of these positions.
    deck.add(|dice| {
        let drawn = goods(dice, 2, Quantity::Mixed, Discount::Last);
        vec![Operation::Call(with_items(dice, "sale", drawn)), good(dice), Operation::Repeat]
    });
}
