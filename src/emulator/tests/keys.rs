//! The key chain and its replay.

use super::*;
use crate::{Action, Condition};

fn sale(till: &mut Till, key: &str, total: &str) -> Answer {
    till.raw(&format!("/api/?key={key}&sale={total}&cash={total}"))
}

#[test]
fn a_repeat_gives_the_same_answer_and_moves_nothing() {
    for name in ["plain", "strict", "lenient", "slow"] {
        let mut till = Till::at(name);
        let first_key = till.machine.key().as_str().to_owned();
        let first = sale(&mut till, &first_key, "800");
        let fiscal = till.machine.books.fiscal;
        let drawer = till.machine.books.drawer;
        till.machine.take_tape();
        for _ in 0..3 {
            assert_eq!(till.get("/apicheck/getInfo").status, 200);
            assert_eq!(till.get("/apideposit?cash=5").status, 200);
            assert_eq!(till.get("/apiwithdraw?cash=5").status, 200);
            till.machine.take_tape();
            assert_eq!(sale(&mut till, &first_key, "800"), first, "{name}");
            let tape = till.machine.take_tape();
            assert!(tape.iter().any(|line| line == "DUPLICATE"), "{name}: {tape:?}");
        }
        assert_eq!((till.machine.books.fiscal, till.machine.books.drawer), (fiscal, drawer));
        let second_key = till.machine.key().as_str().to_owned();
        assert_eq!(first.body_text(), Some(second_key.as_str()));
        assert!(receipt(&sale(&mut till, &second_key, "5")) > receipt(&first));
        assert_eq!(pair(&sale(&mut till, &first_key, "800")).1, -1, "{name}: two rotations old");
        assert_eq!(pair(&till.raw(&format!("/apicheck?key={second_key}"))).1, -1);
    }
}

#[test]
fn other_parameters_register_nothing() {
    for (name, repeats) in [("plain", true), ("strict", false)] {
        let mut till = Till::at(name);
        let key = till.machine.key().as_str().to_owned();
        let first = sale(&mut till, &key, "800");
        let fiscal = till.machine.books.fiscal;
        let other = sale(&mut till, &key, "900");
        assert_eq!(other == first, repeats, "{name}");
        assert!(repeats || pair(&other).1 == -1);
        assert_eq!(till.machine.books.fiscal, fiscal);
    }
}

#[test]
fn what_the_repeat_survives_is_the_devices_choice() {
    let survives = |name: &str, change: fn(&mut Till)| {
        let mut till = Till::at(name);
        let key = till.machine.key().as_str().to_owned();
        let first = sale(&mut till, &key, "800");
        change(&mut till);
        till.wait(60);
        let again = sale(&mut till, &key, "800");
        (again.status, again.reason, again.body) == (first.status, first.reason, first.body)
    };
    let z: fn(&mut Till) = |till| assert_eq!(till.get("/apizreport").reason_text(), "z-report-started");
    let restart: fn(&mut Till) = |till| till.machine.act(Action::PowerCycle, till.now).expect("a restart");
    let fault: fn(&mut Till) =
        |till| assert_eq!(till.machine.establish(Condition::PaperOut, till.now), Ok(None));
    assert!(survives("plain", z) && survives("plain", restart) && survives("plain", fault));
    assert!(!survives("upward", z) && survives("upward", restart));
    assert!(survives("slow", z) && !survives("slow", restart));
    assert!(!survives("strict", z) && !survives("strict", restart) && !survives("strict", fault));
}

#[test]
fn only_registrations_rotate() {
    let mut till = Till::at("plain");
    let key = till.machine.key().clone();
    for query in [
        "/apideposit?cash=100",
        "/apiwithdraw?cash=50",
        "/apixreport",
        "/apizreport",
        "/apicheck",
        "/apicheck/getInfo",
        "/apicheck/?beep=true",
        "/dump/table/shifts",
    ] {
        assert_eq!(till.get(query).status, 200, "{query}");
        assert_eq!(till.machine.key(), &key, "{query}");
    }
    for kind in ["sale", "buyReturn", "buy", "saleReturn"] {
        let before = till.machine.key().clone();
        receipt(&till.get(&format!("/api/?{kind}=5&cash=5")));
        assert_ne!(till.machine.key(), &before);
    }
}
