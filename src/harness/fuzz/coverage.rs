//! What was played: operation × state × class of amount. The same triples are the goals that
//! sequences are drawn for, so that each seed looks where the ones before it did not.

use super::operation::{Call, KeyChoice, Operation};
use crate::ledger::written::{NumberForm, read};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Operations, as coverage names them.
pub const OPERATIONS: [&str; 34] = [
    "sale",
    "buy",
    "saleReturn",
    "buyReturn",
    "deposit",
    "withdraw",
    "sale with items",
    "registration with texts",
    "registration with a tax",
    "mixed payment",
    "faulty registration",
    "registration under a fault",
    "registration with a bad key",
    "repeat",
    "lost reply",
    "X report",
    "Z report",
    "print",
    "last document",
    "header",
    "print mode",
    "batch mode",
    "push",
    "other variable",
    "locked host",
    "card",
    "restart",
    "time",
    "status",
    "shift documents",
    "directories",
    "receipt details",
    "request with a bad key",
    "cash with a fault",
];

/// How many of [`OPERATIONS`], the first ones, are tried with every class of amount.
const WITH_AMOUNTS: usize = 6;

/// States, by what came before.
pub const STATES: [&str; 17] = [
    "open shift",
    "closed shift",
    "second shift",
    "restarted",
    "after a refusal",
    "after a repeat",
    "after a lost reply",
    "empty drawer",
    "batch mode",
    "header set",
    "mixed payment off",
    "shift over 24 h",
    "after an X report",
    "after cash in",
    "after a card",
    "external printer",
    "after a fault",
];

/// Classes of amounts.
pub const AMOUNTS: [&str; 5] = ["usual", "fraction", "limit", "drawer", "no amount"];

/// One triple.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Goal {
    /// Of [`OPERATIONS`].
    pub operation: &'static str,
    /// Of [`STATES`].
    pub state: &'static str,
    /// Of [`AMOUNTS`]; empty for an operation without one.
    pub amount: &'static str,
}

/// Every triple that can be reached.
pub fn goals() -> Vec<Goal> {
    let mut all = Vec::new();
    for (index, operation) in OPERATIONS.into_iter().enumerate() {
        let amounts: &[&'static str] = if index < WITH_AMOUNTS { &AMOUNTS } else { &[""] };
        for state in STATES {
            // Only what is paid out can be what the drawer holds.
            let pays_out = ["buy", "saleReturn", "withdraw"].contains(&operation);
            let amounts = amounts.iter().filter(|amount| pays_out || **amount != "drawer");
            // A bench keeps up one condition at a time.
            if (operation, state) == ("registration under a fault", "mixed payment off") {
                continue;
            }
            all.extend(amounts.map(|amount| Goal { operation, state, amount }));
        }
    }
    all
}

/// What was played, and how often.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage(BTreeMap<Goal, u64>);

impl Coverage {
    /// Takes over what a sequence played.
    pub fn add(&mut self, goals: impl IntoIterator<Item = Goal>) {
        for goal in goals {
            *self.0.entry(goal).or_default() += 1;
        }
    }

    /// The same of another search.
    pub fn join(&mut self, other: &Coverage) {
        other.0.iter().for_each(|(goal, count)| *self.0.entry(*goal).or_default() += count);
    }

    /// How many of the triples that there are were played.
    pub fn covered(&self) -> usize {
        goals().iter().filter(|goal| self.0.contains_key(goal)).count()
    }

    /// Whether a triple was played.
    pub fn has(&self, goal: &Goal) -> bool {
        self.0.contains_key(goal)
    }

    /// The triples that were not.
    pub fn missing(&self) -> Vec<Goal> {
        goals().into_iter().filter(|goal| !self.0.contains_key(goal)).collect()
    }

    /// How often each operation was played, in the order of [`OPERATIONS`].
    pub fn by_operation(&self) -> Vec<(&'static str, u64)> {
        let count = |name| self.0.iter().filter(|(goal, _)| goal.operation == name).map(|(_, n)| n).sum();
        OPERATIONS.into_iter().map(|name| (name, count(name))).collect()
    }
}

/// The name and the class of amount of an operation.
pub fn named(operation: &Operation) -> Option<(&'static str, &'static str)> {
    let call = match operation {
        Operation::Call(call) => call,
        Operation::Repeat => return Some(("repeat", "")),
        Operation::Wait(_) => return Some(("time", "")),
        Operation::Restart => return Some(("restart", "")),
        Operation::Receipt(_) => return Some(("receipt details", "")),
        Operation::Card(_) => return Some(("card", "")),
        Operation::Look | Operation::Glance => return Some(("shift documents", "")),
        Operation::Establish(_) | Operation::Clear(_) => return None,
    };
    if call.elsewhere {
        return Some(("locked host", ""));
    }
    if call.key != KeyChoice::Current {
        let name = match call.key {
            KeyChoice::Previous if call.path == "/api/" => "repeat",
            _ if call.path == "/api/" => "registration with a bad key",
            _ => "request with a bad key",
        };
        return Some((name, ""));
    }
    Some(match call.path {
        "/api/" => registration(call),
        "/apideposit" | "/apiwithdraw" => {
            let name = if call.path == "/apideposit" { "deposit" } else { "withdraw" };
            match call.params.iter().find(|(name, _)| name == "cash") {
                Some((_, amount)) if call.form.is_certain() && call.under.is_none() => (name, class(amount)),
                _ => ("cash with a fault", ""),
            }
        }
        "/apixreport" => ("X report", ""),
        "/apizreport" => ("Z report", ""),
        "/apiprint" => ("print", ""),
        "/apicheck/printLastDocument" => ("last document", ""),
        "/apimanage/" => ("restart", ""),
        "/apicheck/" => (variable(call), ""),
        "/apicheck" | "/apicheck/getInfo" | "/apicheck/getInfo/" => ("status", ""),
        path if path.starts_with("/dump/table/shifts") => ("shift documents", ""),
        path if path.starts_with("/dump/table/") => ("directories", ""),
        _ => ("status", ""),
    })
}

fn registration(call: &Call) -> (&'static str, &'static str) {
    let has = |name: &str| call.params.iter().any(|(known, _)| known == name);
    let kinds = ["sale", "buy", "saleReturn", "buyReturn"];
    let payments = ["cash", "bank", "tara", "credit"].into_iter().filter(|name| has(name)).count();
    if call.lost {
        return ("lost reply", "");
    }
    if call.under.is_some() {
        return ("registration under a fault", "");
    }
    let named: Vec<&'static str> = kinds.into_iter().filter(|kind| has(kind)).collect();
    let [kind] = named.as_slice() else { return ("faulty registration", "") };
    match () {
        () if payments == 0 || !call.form.is_promised() || call.doubled() => ("faulty registration", ""),
        () if has("itemdata") => ("sale with items", ""),
        () if has("print") || has("footer") => ("registration with texts", ""),
        () if has("tax") => ("registration with a tax", ""),
        () if payments > 1 => ("mixed payment", ""),
        () => {
            let total = call.params.iter().find(|(name, _)| name == kind).map_or("", |(_, total)| total);
            (*kind, class(total))
        }
    }
}

fn variable(call: &Call) -> &'static str {
    match call.params.first().map_or("", |(name, _)| name.as_str()) {
        "printHeader" => "header",
        "setPrintMode" | "getPrintMode" => "print mode",
        "ofdPacketMode" | "ofdNormalMode" => "batch mode",
        "pushTheQue" => "push",
        "Lockhost" => "locked host",
        _ => "other variable",
    }
}

/// The class of an amount.
pub fn class(text: &str) -> &'static str {
    if text.starts_with('<') {
        return "drawer";
    }
    let NumberForm::Plain(number) = read(text) else { return "no amount" };
    let near =
        |limit: u32| (number - Decimal::from(limit)).abs() <= Decimal::ONE_HUNDRED / Decimal::from(10_000);
    if near(1) || number < Decimal::ONE || near(20_000_000) || number > Decimal::from(20_000_000) {
        "limit"
    } else if number.normalize().scale() > 2 {
        "fraction"
    } else {
        "usual"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fuzz::search::draw;
    use std::collections::BTreeSet;

    #[test]
    fn every_goal_has_its_own_name_and_counts_once() {
        let all = goals();
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
        let mut coverage = Coverage::default();
        coverage.add([all[0], all[0], all[7]]);
        assert_eq!((coverage.covered(), coverage.missing().len()), (2, all.len() - 2));
    }

    #[test]
    fn every_operation_and_class_is_drawn() {
        let drawn: BTreeSet<&str> =
            (0..60).flat_map(draw).filter_map(|operation| named(&operation)).map(|(name, _)| name).collect();
        let missing: Vec<&str> = OPERATIONS.into_iter().filter(|name| !drawn.contains(name)).collect();
        assert!(missing.is_empty(), "{missing:?}");
        for (text, expected) in [
            ("5", "usual"),
            ("5.21", "usual"),
            ("5.210", "usual"),
            ("5.005", "fraction"),
            ("1", "limit"),
            ("0.99", "limit"),
            ("20000000.01", "limit"),
            ("<drawer>", "drawer"),
            ("abc", "no amount"),
            ("-5", "no amount"),
        ] {
            assert_eq!(class(text), expected, "{text}");
        }
    }
}
