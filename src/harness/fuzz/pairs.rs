//! One sequence for each pair of operation, state and class of amount: the state is reached, the operation is
//! played in it, and what was set is undone. Seeds from [`FIRST`] on are these, in the order of
//! [`goals`].

use super::coverage::{Goal, class as class_of, goals};
use super::deck::{good, plain, query, registration};
use super::dice::Dice;
use super::form::Form;
use super::items::{Discount, Quantity, goods};
use super::operation::{Call, Card, KeyChoice, Operation};
use crate::bench::Bench;
use crate::conditions::{Condition, ConditionName};
use crate::device::clock::Clock;
use crate::device::effects::Effect;
use crate::device::session::Session;

/// The seed of the first pair's sequence.
pub const FIRST: u64 = 1_000_000;

/// The seed of a pair's sequence.
pub fn seed_of(goal: &Goal) -> Option<u64> {
    goals().iter().position(|one| one == goal).map(|at| FIRST + at as u64)
}

/// The sequence of a seed that is a pair's.
pub(super) fn draw(seed: u64) -> Option<Vec<Operation>> {
    let at = usize::try_from(seed.checked_sub(FIRST)?).ok()?;
    let goal = goals().get(at).copied()?;
    let mut dice = Dice::new(seed);
    let sold = registration(&mut dice, &[("sale", "3000"), ("cash", "3000")]);
    let mut all = vec![Operation::Call(sold)];
    reach(goal.state, &mut dice, &mut all);
    all.extend(operation(goal, &mut dice));
    all.extend(undo(goal.state));
    Some(all)
}

fn establish(name: ConditionName) -> Option<Operation> {
    Condition::new(name, None).map(Operation::Establish)
}

fn header(text: &str) -> Operation {
    Operation::Call(Call::with("/apicheck/", Form::Body, &[("printHeader", text)]))
}

fn under_paper_out(dice: &mut Dice) -> Operation {
    let under = Condition::new(ConditionName::PaperOut, None);
    Operation::Call(Call { under, ..registration(dice, &[("sale", "20"), ("cash", "20")]) })
}

fn reach(state: &str, dice: &mut Dice, all: &mut Vec<Operation>) {
    let z = || plain("/apizreport");
    match state {
        "closed shift" => all.push(z()),
        "second shift" => all.extend([z(), good(dice)]),
        "restarted" => all.push(Operation::Restart),
        "after a refusal" => {
            all.push(Operation::Call(registration(dice, &[("sale", "100"), ("cash", "90")])));
        }
        "after a repeat" => all.push(Operation::Repeat),
        "after a lost reply" => {
            let sold = registration(dice, &[("sale", "41"), ("cash", "41")]);
            all.push(Operation::Call(Call { lost: true, form: Form::Query, ..sold }));
        }
        "empty drawer" => all.extend([query("/apiwithdraw", &[("cash", "<drawer>")]), Operation::Glance]),
        "batch mode" => all.push(query("/apicheck/", &[("ofdPacketMode", "true")])),
        "header set" => all.push(header("Fz pair")),
        "mixed payment off" => all.extend(establish(ConditionName::MixedPaymentOff)),
        "shift over 24 h" => all.extend([z(), good(dice), Operation::Wait(86_700)]),
        "after an X report" => all.push(plain("/apixreport")),
        "after cash in" => all.push(query("/apideposit", &[("cash", "50")])),
        "after a card" => all.push(Operation::Card(Card::new("purchase", "150", 7, true, "/apicheck"))),
        "external printer" => all.push(query("/apicheck/", &[("setPrintMode", "lan-printer")])),
        "after a fault" => all.push(under_paper_out(dice)),
        _ => {}
    }
}

fn undo(state: &str) -> Option<Operation> {
    match state {
        "batch mode" => Some(query("/apicheck/", &[("ofdNormalMode", "true")])),
        "header set" => Some(header("clear")),
        "mixed payment off" => Some(Operation::Clear(ConditionName::MixedPaymentOff)),
        "shift over 24 h" => Some(plain("/apizreport")),
        // The print mode is put back at the end of all.
        _ => None,
    }
}

/// An amount of a class.
fn amount(class: &str, dice: &mut Dice) -> String {
    match class {
        // Some of them lie beside a limit, too.
        "fraction" => {
            (0..20).map(|_| dice.fraction()).find(|text| class_of(text) == class).unwrap_or_default()
        }
        "limit" => dice.pick(&["1", "0.99", "20000000", "20000000.01"]).to_owned(),
        "drawer" => "<drawer>".to_owned(),
        "no amount" => dice.pick(&["abc", "-5", ""]).to_owned(),
        _ => dice.small(),
    }
}

fn operation(goal: Goal, dice: &mut Dice) -> Vec<Operation> {
    let sold = |dice: &mut Dice, more: &[(&str, &str)]| {
        let mut params = vec![("sale", "60"), ("cash", "60")];
        params.extend(more);
        registration(dice, &params)
    };
    let call = match goal.operation {
        kind @ ("sale" | "buy" | "saleReturn" | "buyReturn") => {
            let total = amount(goal.amount, dice);
            let pays = if goal.amount == "drawer" || kind == "sale" { "cash" } else { "bank" };
            let pay = if goal.amount == "no amount" { "5" } else { total.as_str() };
            registration(dice, &[(kind, &total), (pays, pay)])
        }
        "deposit" => Call::with("/apideposit", Form::Query, &[("cash", &amount(goal.amount, dice))]),
        "withdraw" => Call::with("/apiwithdraw", Form::Query, &[("cash", &amount(goal.amount, dice))]),
        "sale with items" => {
            let (items, total) = goods(dice, 2, Quantity::Whole, Discount::None);
            registration(dice, &[("sale", &total), ("cash", &total), ("itemdata", &items)])
        }
        "registration with texts" => sold(dice, &[("print", "Fz pair text")]),
        "registration with a tax" => sold(dice, &[("tax", "<other-tax>")]),
        "mixed payment" => registration(dice, &[("sale", "800"), ("bank", "500"), ("cash", "300")]),
        "faulty registration" => registration(dice, &[("sale", "100")]),
        "registration under a fault" => return vec![under_paper_out(dice)],
        "registration with a bad key" => Call { key: KeyChoice::Wrong, ..sold(dice, &[]) },
        "repeat" => return vec![Operation::Repeat],
        "lost reply" => Call { lost: true, form: Form::Query, ..sold(dice, &[]) },
        "X report" => Call::plain("/apixreport"),
        "Z report" => Call::plain("/apizreport"),
        "print" => Call::with("/apiprint", Form::Body, &[("print", "Fz pair print")]),
        "last document" => Call::plain("/apicheck/printLastDocument"),
        "header" => Call::with("/apicheck/", Form::Body, &[("printHeader", "Fz pair top")]),
        "print mode" => Call::with("/apicheck/", Form::Query, &[("getPrintMode", "true")]),
        "batch mode" => Call::with("/apicheck/", Form::Query, &[("ofdNormalMode", "true")]),
        "push" => Call::with("/apicheck/", Form::Query, &[("pushTheQue", "true")]),
        "other variable" => Call::with("/apicheck/", Form::Query, &[("beep", "true")]),
        "locked host" => Call { elsewhere: true, ..Call::plain("/apicheck") },
        "card" => return vec![Operation::Card(Card::new("purchase", "20.50", 8, true, "/apicheck"))],
        "restart" => return vec![Operation::Restart],
        "time" => return vec![Operation::Wait(60)],
        "shift documents" => Call::plain("/dump/table/shifts"),
        "directories" => Call::plain("/dump/table/taxes"),
        "receipt details" => return vec![Operation::Receipt(0)],
        "request with a bad key" => Call { key: KeyChoice::Wrong, ..Call::plain("/apicheck") },
        "cash with a fault" => Call::plain("/apideposit"),
        _ => Call::plain("/apicheck"),
    };
    vec![Operation::Call(call)]
}

/// Why a pair cannot be played on this device with this bench and what was granted; `None` where it can be.
pub fn out_of_reach(goal: &Goal, session: &Session, bench: &Bench) -> Option<&'static str> {
    let virtual_clock = matches!(session.clock(), Clock::Virtual { .. });
    let acts = |name: &str| bench.hello().actions.iter().any(|known| known == name);
    let keeps = |name: ConditionName| bench.hello().conditions.iter().any(|known| known == name.as_str());
    let may = |effect| session.grants().admits(effect);
    let of_operation = match goal.operation {
        "status" | "shift documents" | "directories" | "request with a bad key" => None,
        "time" => (!virtual_clock).then_some("the clock cannot be let run"),
        "print" | "last document" | "X report" | "other variable" => {
            (!may(Effect::Print)).then_some("`print` is not granted")
        }
        "header" | "print mode" | "batch mode" | "push" => {
            (!may(Effect::Manage)).then_some("`manage` is not granted")
        }
        "Z report" => (!may(Effect::Shift)).then_some("`shift` is not granted"),
        "locked host" => (!session.has_second_address()).then_some("there is no second address to ask from"),
        "card" => card(may(Effect::Bank), acts("finish-bank")),
        "restart" => power(may(Effect::Manage), acts("power-cycle")),
        "registration under a fault" if !keeps(ConditionName::PaperOut) => {
            Some("the bench has no condition paper-out")
        }
        _ => (!may(Effect::Fiscal)).then_some("`fiscal` is not granted"),
    };
    of_operation.or(match goal.state {
        "open shift" | "after a refusal" | "after a repeat" | "after a lost reply" | "after cash in"
        | "empty drawer" => (!may(Effect::Fiscal)).then_some("`fiscal` is not granted"),
        "closed shift" | "second shift" => (!may(Effect::Shift)).then_some("`shift` is not granted"),
        "shift over 24 h" if !virtual_clock => Some("the clock cannot be let run"),
        "shift over 24 h" => (!may(Effect::Shift)).then_some("`shift` is not granted"),
        "restarted" => power(may(Effect::Manage), acts("power-cycle")),
        "batch mode" | "header set" | "external printer" => {
            (!may(Effect::Manage)).then_some("`manage` is not granted")
        }
        "mixed payment off" => {
            (!keeps(ConditionName::MixedPaymentOff)).then_some("the bench has no condition mixed-payment-off")
        }
        "after an X report" => (!may(Effect::Print)).then_some("`print` is not granted"),
        "after a card" => card(may(Effect::Bank), acts("finish-bank")),
        "after a fault" => {
            (!keeps(ConditionName::PaperOut)).then_some("the bench has no condition paper-out")
        }
        _ => None,
    })
}

fn card(may: bool, ends: bool) -> Option<&'static str> {
    match (may, ends) {
        (false, _) => Some("`bank` is not granted"),
        (true, false) => Some("the bench ends no card operation"),
        (true, true) => None,
    }
}

fn power(may: bool, able: bool) -> Option<&'static str> {
    match (may, able) {
        (false, _) => Some("`manage` is not granted"),
        (true, false) => Some("the bench does no power-cycle"),
        (true, true) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fuzz::coverage::named;

    #[test]
    fn each_pair_has_a_sequence_with_its_operation() {
        for goal in goals() {
            let seed = seed_of(&goal).unwrap();
            let drawn = draw(seed).unwrap();
            let plays = |operation: &Operation| named(operation) == Some((goal.operation, goal.amount));
            assert!(drawn.iter().any(plays), "{goal:?}: {drawn:?}");
            assert_eq!(draw(seed), Some(drawn), "the same each time");
        }
        assert_eq!(draw(FIRST - 1), None);
        assert_eq!(draw(FIRST + goals().len() as u64), None);
    }
}
