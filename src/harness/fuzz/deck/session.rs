//! Texts, headers, session variables, cards, documents, restarts and days that pass.

use super::{Deck, KINDS, form, good, plain, query, registration};
use crate::fuzz::dice::Dice;
use crate::fuzz::form::{Form, Mangle};
use crate::fuzz::operation::{Call, Card, KeyChoice, Operation};

const CODES: [&str; 3] =
    ["--barcodeEAN13-7501031311309--", "--barcodeEAN8-96385074--", "--barcode128-TESTCODE123--"];
const MESSAGES: [&str; 4] = ["purchase", "refund", "reversal", "reconciliation"];
/// What is asked while a card operation runs.
const MEANWHILE: [&str; 8] = [
    "/apicheck",
    "/apicheck/getInfo",
    "/dump/table/shifts",
    "/dump/table/taxes",
    "/apixreport",
    "/apizreport",
    "/dump/bank/7/trackdocument",
    "/apicheck/printLastDocument",
];

pub(super) fn cards(deck: &mut Deck) {
    texts(deck);
    headers(deck);
    variables(deck);
    bank(deck);
    kept_cards(deck);
    wrong_cards(deck);
    documents(deck);
    time(deck);
}

/// Lines that no other request has.
fn lines(dice: &mut Dice, what: &str, count: usize) -> String {
    let number = dice.below(100_000);
    let word = dice.letters();
    (0..count).map(|line| format!("Fz{what} {word} {number}.{line}")).collect::<Vec<_>>().join("\n")
}

fn with_codes(dice: &mut Dice, what: &str, codes: &[&str]) -> String {
    let mut all = vec![lines(dice, what, 1)];
    all.extend(codes.iter().map(|code| (*code).to_owned()));
    all.push(lines(dice, what, 1));
    all.join("\n")
}

fn print(text: &str) -> Operation {
    Operation::Call(Call::with("/apiprint", Form::Body, &[("print", text)]))
}

fn sold_with(dice: &mut Dice, kind: &str, texts: &[(&str, &str)]) -> Operation {
    let mut params = vec![(kind, "60"), ("cash", "60")];
    params.extend(texts);
    Operation::Call(registration(dice, &params))
}

fn texts(deck: &mut Deck) {
    for kind in KINDS {
        deck.add(move |dice| {
            let (print, footer) = (lines(dice, "p", 2), lines(dice, "f", 2));
            let sold = sold_with(dice, kind, &[("print", &print), ("footer", &footer)]);
            vec![sold]
        });
        let name = if ["sale", "saleReturn"].contains(&kind) { "print" } else { "footer" };
        deck.add(move |dice| {
            let count = 1 + dice.below(3);
            let text = lines(dice, "t", count);
            vec![sold_with(dice, kind, &[(name, &text)])]
        });
    }
    for name in ["print", "footer"] {
        deck.add(move |dice| {
            let text = with_codes(dice, "c", &CODES);
            vec![sold_with(dice, "sale", &[(name, &text)])]
        });
        deck.add(move |dice| {
            let text = lines(dice, "l", 260);
            vec![sold_with(dice, "sale", &[(name, &text)])]
        });
        deck.add(move |dice| vec![sold_with(dice, "sale", &[(name, "")])]);
        // What a refused request wanted printed is not printed by the next one.
        deck.add(move |dice| {
            let text = lines(dice, "r", 1);
            let refused = registration(dice, &[("sale", "100"), ("cash", "90"), (name, &text)]);
            vec![Operation::Call(refused), good(dice)]
        });
        deck.call(move |_| {
            Call::with("/api/", Form::Query, &[("sale", "6"), ("cash", "6"), (name, "Fz by get")])
        });
    }
    deck.add(|dice| {
        let items = r#"[{"name":"Fz tea","price":"20","qty":"3","sum":"60"}]"#;
        // The second one as the first.
        let mut both = || {
            let (print, footer) = (lines(dice, "p", 1), lines(dice, "f", 1));
            sold_with(dice, "sale", &[("print", &print), ("itemdata", items), ("footer", &footer)])
        };
        vec![both(), both(), good(dice)]
    });
    for count in [1, 3, 60, 130, 260, 520] {
        deck.add(move |dice| vec![print(&lines(dice, "n", count))]);
    }
    for code in CODES {
        deck.add(move |dice| vec![print(&with_codes(dice, "b", &[code]))]);
    }
    deck.add(|dice| vec![print(&with_codes(dice, "b", &CODES)), plain("/apicheck/printLastDocument")]);
    deck.add(|_| {
        // The longest that there is (v22 §5.1).
        let long = format!("--barcode128-{}--", "AB345678".repeat(16));
        vec![print(&format!("{long}\nFz below it"))]
    });
    deck.add(|_| vec![print("--line--\nFz below line")]);
    deck.add(|_| vec![print("--barcode128-aZ09 !?:.,+=_;--\nFz signs")]);
    // An external printer cuts, rules, and opens the drawer.
    deck.add(|dice| {
        let text = format!("{}\n--cut--\nFz cut\n--line--\nFz ruled\n--open-cash--", lines(dice, "x", 1));
        vec![
            mode("lan-printer"),
            print(&text),
            sold_with(dice, "sale", &[("print", &text)]),
            mode("internal-printer"),
        ]
    });
    deck.add(|_| vec![print("Fz * + = & % ;")]);
    // The last document is the last receipt, whatever came since.
    for between in ["/apixreport", "/apiprint", "/apideposit", "/apizreport"] {
        deck.add(move |dice| {
            let text = lines(dice, "d", 1);
            let sold = sold_with(dice, "sale", &[("print", &text)]);
            let between = match between {
                "/apiprint" => print(&lines(dice, "m", 1)),
                "/apideposit" => query(between, &[("cash", "5")]),
                path => plain(path),
            };
            let last = || plain("/apicheck/printLastDocument");
            vec![sold, between, last(), last()]
        });
    }
}

fn header(text: &str) -> Operation {
    Operation::Call(Call::with("/apicheck/", Form::Body, &[("printHeader", text)]))
}

fn headers(deck: &mut Deck) {
    for count in [1, 3] {
        deck.add(move |dice| {
            let text = lines(dice, "h", count);
            vec![header(&text), good(dice), good(dice)]
        });
    }
    deck.add(|dice| vec![header(&lines(dice, "h", 1)), header(&lines(dice, "h", 1)), good(dice)]);
    deck.add(|dice| vec![header(&lines(dice, "h", 2)), header("clear"), good(dice), good(dice)]);
    deck.add(|dice| vec![header(&lines(dice, "h", 1)), good(dice), Operation::Repeat, good(dice)]);
    deck.add(|dice| vec![header(&with_codes(dice, "h", &CODES[..1])), good(dice)]);
    deck.add(|dice| {
        let (top, text, end) = (lines(dice, "h", 1), lines(dice, "p", 1), lines(dice, "f", 1));
        vec![header(&top), sold_with(dice, "buyReturn", &[("print", &text), ("footer", &end)]), good(dice)]
    });
    // It outlives all but a restart.
    for between in ["/apixreport", "/apizreport", "/apideposit", "restart", "refused"] {
        deck.add(move |dice| {
            let top = lines(dice, "h", 1);
            let between = match between {
                "restart" => Operation::Restart,
                "refused" => Operation::Call(registration(dice, &[("sale", "100"), ("cash", "90")])),
                "/apideposit" => query(between, &[("cash", "5")]),
                path => plain(path),
            };
            vec![header(&top), good(dice), between, good(dice)]
        });
    }
}

fn variable(name: &str) -> Operation {
    query("/apicheck/", &[(name, "true")])
}

fn mode(name: &str) -> Operation {
    query("/apicheck/", &[("setPrintMode", name)])
}

fn variables(deck: &mut Deck) {
    let names = [
        "beep",
        "timersFast",
        "timersNormal",
        "keepLanPrinter",
        "closeLanPrinter",
        "disableWebMgmt",
        "getPrintMode",
    ];
    for name in names {
        deck.add(move |_| vec![variable(name)]);
    }
    let batch = || variable("ofdPacketMode");
    deck.add(move |dice| vec![batch(), good(dice), good(dice), variable("pushTheQue"), good(dice)]);
    deck.add(move |dice| {
        vec![batch(), good(dice), good(dice), good(dice), variable("ofdNormalMode"), good(dice)]
    });
    deck.add(move |dice| vec![batch(), good(dice), batch(), good(dice), Operation::Receipt(0)]);
    deck.add(move |dice| {
        let sold = good(dice);
        vec![batch(), sold, Operation::Repeat, variable("pushTheQue"), Operation::Receipt(0)]
    });
    deck.add(move |dice| {
        let pushed = variable("pushTheQue");
        vec![batch(), good(dice), Operation::Restart, pushed, Operation::Receipt(0), good(dice)]
    });
    deck.add(move |dice| vec![batch(), good(dice), plain("/apizreport"), good(dice), good(dice)]);
    deck.add(move |dice| {
        vec![
            batch(),
            variable("pushTheQue"),
            good(dice),
            variable("pushTheQue"),
            variable("pushTheQue"),
            good(dice),
        ]
    });
    deck.add(move |dice| {
        let refused = registration(dice, &[("sale", "100"), ("cash", "90")]);
        vec![batch(), good(dice), Operation::Call(refused), good(dice), variable("pushTheQue")]
    });
    // The same by POST.
    deck.add(|dice| {
        let set = |name| Operation::Call(Call::with("/apicheck/", Form::Body, &[(name, "true")]));
        vec![
            set("ofdPacketMode"),
            good(dice),
            Operation::Glance,
            set("pushTheQue"),
            Operation::Receipt(0),
            good(dice),
            set("ofdNormalMode"),
            good(dice),
        ]
    });
    for name in ["lan-printer", "usb-printer", "internal-printer"] {
        deck.add(move |dice| {
            let told = || variable("getPrintMode");
            vec![mode(name), told(), good(dice), told(), Operation::Glance, mode("internal-printer"), told()]
        });
        deck.add(move |dice| vec![mode(name), Operation::Restart, variable("getPrintMode"), good(dice)]);
    }
    let locked = [
        "/apicheck",
        "/apicheck/getInfo",
        "/dump/table/taxes",
        "/apixreport",
        "/dump/table/shifts/<shift>/report",
        "/apizreport",
        "/apicheck/printLastDocument",
    ];
    for paths in locked.chunks(4) {
        let paths = paths.to_vec();
        deck.add(move |dice| {
            let other = |path| Operation::Call(Call { elsewhere: true, ..Call::plain(path) });
            let mut all = vec![variable("Lockhost")];
            all.extend(paths.iter().map(|path| other(*path)));
            all.extend([good(dice), Operation::Restart]);
            all.extend(paths.first().map(|path| other(*path)));
            all
        });
    }
    // Nothing but a restart unlocks it.
    deck.add(|dice| {
        let other = || Operation::Call(Call { elsewhere: true, ..Call::plain("/apicheck") });
        vec![
            variable("Lockhost"),
            plain("/apixreport"),
            other(),
            plain("/apizreport"),
            other(),
            good(dice),
            Operation::Repeat,
            other(),
            variable("beep"),
            other(),
            header("Fz locked"),
            other(),
            Operation::Restart,
            other(),
        ]
    });
    deck.add(|dice| {
        let sold = registration(dice, &[("sale", "9"), ("cash", "9")]);
        vec![
            variable("Lockhost"),
            Operation::Call(Call { elsewhere: true, ..sold }),
            good(dice),
            Operation::Restart,
        ]
    });
    deck.add(|dice| {
        let into = Call::with("/apideposit", Form::Query, &[("cash", "9")]);
        vec![
            variable("Lockhost"),
            Operation::Call(Call { elsewhere: true, ..into }),
            good(dice),
            Operation::Restart,
        ]
    });
    deck.call(|_| Call { elsewhere: true, ..Call::plain("/apicheck/getInfo") });
    deck.add(|_| {
        let lock = Operation::Call(Call::with("/apicheck/", Form::Body, &[("Lockhost", "true")]));
        vec![lock, Operation::Call(Call { elsewhere: true, ..Call::plain("/apicheck") }), Operation::Restart]
    });
    for (one, other) in [("ofdPacketMode", "beep"), ("beep", "timersFast")] {
        deck.call(move |_| Call::with("/apicheck/", Form::Query, &[(one, "true"), (other, "true")]));
    }
    deck.call(|_| Call::with("/apicheck/", Form::Body, &[("beep", "true")]));
    deck.seldom(|deck| {
        deck.blurring(|deck| {
            for how in [Mangle::BadEscape, Mangle::NotUtf8] {
                deck.call(move |_| Call::with("/apicheck/", Form::Mangled(how), &[("printHeader", "Fz")]));
            }
        });
    });
}

fn bank(deck: &mut Deck) {
    let ways = MESSAGES.into_iter().flat_map(|message| [(message, true), (message, false)]);
    for ((message, success), meanwhile) in ways.zip(MEANWHILE) {
        deck.add(move |dice| {
            let amount = dice.pick(&["150", "20.50", "1", "100000", "0.01", "1500.75"]);
            let track = dice.pick(&[7, 8, 1, 999_999_999, 12_345]);
            vec![Operation::Card(Card::new(message, amount, track, success, meanwhile))]
        });
    }
    // Nothing else is carried out meanwhile, either.
    for meanwhile in ["/api/?sale=5&cash=5", "/apideposit?cash=1", "/apiwithdraw?cash=1"] {
        deck.add(move |_| vec![Operation::Card(Card::new("purchase", "80", 9, true, meanwhile))]);
    }
    // Several under one number, then another number.
    for success in [true, false] {
        deck.add(move |_| {
            let track = if success { 11 } else { 12 };
            let one = |message, amount, track, success| {
                Operation::Card(Card::new(message, amount, track, success, "/apicheck"))
            };
            vec![
                one("purchase", "150", track, true),
                one("purchase", "20.50", track, success),
                one("purchase", "7", track * 10 + 5, true),
                one("refund", "150", track, true),
            ]
        });
    }
}

/// What a number holds outlives Z reports and restarts.
fn kept_cards(deck: &mut Deck) {
    deck.add(|_| {
        let one = |amount, success| {
            Operation::Card(Card::new("purchase", amount, 21, success, "/apicheck/getInfo/?show=minimum"))
        };
        vec![one("30.25", true), plain("/apizreport"), one("1200", false), Operation::Restart, one("8", true)]
    });
}

/// Starts of card operations that should be refused (BANK-4).
fn wrong_cards(deck: &mut Deck) {
    for (message, amount, track) in [
        ("nonsense", "5", "7"),
        ("purchase", "abc", "7"),
        ("purchase", "5", "0"),
        ("purchase", "5", "1000000000"),
        ("purchase", "5", "-1"),
    ] {
        deck.call(move |_| {
            let params = [("message", message), ("amount", amount), ("trackdocument", track)];
            Call::with("/apibank/", Form::Query, &params)
        });
    }
}

fn documents(deck: &mut Deck) {
    for path in ["/dump/table/taxes", "/dump/table/cashiers", "/dump/table/items", "/dump/table/catalog"] {
        deck.call(move |_| Call::plain(path));
    }
    for back in [0, 1, 2, 5] {
        deck.add(move |dice| vec![good(dice), good(dice), Operation::Receipt(back)]);
    }
    // The same by POST.
    for path in ["/apicheck", "/apicheck/getInfo", "/apicheck/printLastDocument", "/dump/table/taxes"] {
        deck.call(move |_| Call { form: Form::Body, ..Call::plain(path) });
    }
    for kind in ["sale", "saleReturn"] {
        deck.add(move |dice| {
            let total = dice.amount();
            let sold = registration(dice, &[(kind, &total), ("bank", &total)]);
            vec![Operation::Call(sold), Operation::Receipt(0)]
        });
    }
    deck.add(|dice| vec![good(dice), Operation::Look]);
    deck.add(|_| vec![Operation::Glance]);
    deck.call(|dice| Call::with("/apicheck/getInfo/", form(dice), &[("show", "minimum")]));
    for name in ["/apixreport", "/apizreport"] {
        deck.call(move |dice| Call { form: form(dice), ..Call::with(name, Form::Query, &[("x", "1")]) });
    }
}

fn time(deck: &mut Deck) {
    for seconds in [60, 3_600, 20_000] {
        deck.add(move |dice| vec![Operation::Wait(seconds), good(dice)]);
    }
    deck.add(|dice| vec![good(dice), Operation::Restart, good(dice), Operation::Repeat]);
    deck.add(|dice| vec![query("/apimanage/", &[("doReboot", "true")]), good(dice), good(dice)]);
    let z = || plain("/apizreport");
    // A shift's age counts from its first registration, whatever came since.
    for (name, first, kind) in [
        ("x", 50_000, "sale"),
        ("restart", 30_000, "buyReturn"),
        ("cash", 80_000, "saleReturn"),
        ("sale", 86_000, "buy"),
        ("none", 100, "sale"),
    ] {
        deck.add(move |dice| {
            let mut all = vec![z(), good(dice), Operation::Wait(first)];
            all.extend(match name {
                "x" => Some(plain("/apixreport")),
                "restart" => Some(Operation::Restart),
                "cash" => Some(query("/apideposit", &[("cash", "5")])),
                "sale" => Some(good(dice)),
                _ => None,
            });
            all.push(Operation::Wait(86_700 - first));
            let pays = dice.pick(&["bank", "cash"]);
            all.push(Operation::Call(registration(dice, &[(kind, "2"), (pays, "2")])));
            all.push(plain("/apicheck"));
            // However often it is tried.
            all.push(good(dice));
            all.push(z());
            // A shift begins with a registration of any type.
            all.push(Operation::Call(registration(dice, &[(kind, "3"), ("cash", "3")])));
            all
        });
    }
    // Just below a day it is still taken.
    deck.add(move |dice| vec![z(), good(dice), Operation::Wait(86_000), good(dice), plain("/apixreport")]);
    // So it is after days, just below a week, just above it, and long after.
    for wait in [604_700, 610_000, 700_000] {
        deck.add(move |dice| {
            let into = Call::with("/apideposit", Form::Query, &[("cash", "5")]);
            let more = match wait {
                700_000 => plain("/apixreport"),
                _ => Operation::Call(into),
            };
            vec![z(), good(dice), Operation::Wait(wait), more, good(dice), z()]
        });
    }
    deck.add(move |dice| {
        let key = KeyChoice::Previous;
        let sold = registration(dice, &[("sale", "2"), ("cash", "2")]);
        let wait = dice.pick(&[605_000, 700_000]);
        vec![
            z(),
            good(dice),
            Operation::Wait(wait),
            Operation::Call(sold.clone()),
            z(),
            Operation::Call(Call { key, ..sold }),
        ]
    });
    deck.add(move |dice| vec![good(dice), variable("timersFast"), z(), good(dice)]);
    // A long day without receipts is none.
    deck.add(move |dice| vec![z(), Operation::Wait(90_000), good(dice), good(dice), Operation::Glance]);
}
