//! What different answers have in common. A device that overlooks the second payment of a posted sale takes one
//! sale, refuses another for the sum and a third for the kind: every posted sale in parts is answered otherwise, each
//! in its own way. Where requests of one condition are mostly answered otherwise, and the ways of it occur
//! under that condition alone, it is one cause.

use super::kinds::Times;
use crate::fuzz::coverage::named;
use crate::fuzz::operation::{Call, KeyChoice, Operation};
use crate::ledger::written::{NumberForm, read};
use ikkm_protocol::{PayKind, Registration, parse_plain};
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// What an operation is, in a few words each: `by POST`, `sale`, `with print`.
type Features = BTreeSet<String>;

/// So many requests of a condition make it one.
const ENOUGH: usize = 8;
/// No amount may be above this (v22 §5.1).
const LIMIT: Decimal = Decimal::from_parts(20_000_000, 0, 0, false, 0);
/// A condition is at most this part of all that was played: what holds for most is no cause of its own.
const PART: usize = 10;

/// Every operation that was compared.
#[derive(Debug, Clone, Default)]
pub struct Played(Vec<(u64, usize, Features)>);

impl Played {
    /// One was played.
    pub(super) fn add(&mut self, seed: u64, at: usize, operation: &Operation) {
        self.0.push((seed, at, features(operation)));
    }

    /// Groups of `differing`, by their places in it, that one condition explains: of three features at the most, under
    /// which three of four operations differ. Each of `differing` is some ways that are known to have one cause: two of
    /// three of them do not show outside the condition.
    pub(super) fn one_cause(&self, differing: &[Vec<&Times>]) -> Vec<Vec<usize>> {
        let common: Vec<Vec<Features>> =
            differing.iter().map(|ways| ways.iter().map(|times| self.common(times)).collect()).collect();
        let mut groups = Vec::new();
        let mut seen: BTreeSet<Vec<&str>> = BTreeSet::new();
        for condition in common.iter().flatten().flat_map(conditions) {
            if !seen.insert(condition.clone()) {
                continue;
            }
            let holds = |features: &&Features| condition.iter().all(|one| features.contains(*one));
            let mostly = |ways: &&Vec<Features>| 3 * ways.iter().filter(holds).count() >= 2 * ways.len();
            let group: Vec<usize> =
                common.iter().enumerate().filter(|(_, ways)| mostly(ways)).map(|(at, _)| at).collect();
            let ways = || group.iter().filter_map(|at| differing.get(*at)).flatten();
            let under = self.0.iter().filter(|(_, _, features)| holds(&features));
            let (count, other) = under.fold((0, 0), |(count, other), (seed, at, _)| {
                let shows = ways().any(|times| times.contains(&(*seed, Some(*at))));
                (count + 1, other + usize::from(shows))
            });
            let narrow = (ENOUGH..=self.0.len() / PART).contains(&count);
            if group.len() > 1 && narrow && other * 4 >= count * 3 {
                groups.push(group);
            }
        }
        groups
    }

    /// How many times more often two differences show at one operation than by chance, among operations of the types and
    /// paths that show either.
    pub(super) fn more_often(&self, one: &Times, other: &Times) -> usize {
        let at = |all: &Times, seed: u64, at: usize| all.contains(&(seed, Some(at)));
        let shows =
            self.0.iter().filter(|(seed, place, _)| at(one, *seed, *place) || at(other, *seed, *place));
        let classes: BTreeSet<BTreeSet<&str>> = shows.map(|(_, _, features)| class(features)).collect();
        let all = self.0.iter().filter(|(_, _, features)| classes.contains(&class(features))).count();
        let both = one.intersection(other).count();
        both * all / (one.len() * other.len()).max(1)
    }

    /// What all operations of these times share; nothing where one is no operation.
    fn common(&self, times: &Times) -> Features {
        let mut shared: Option<Features> = None;
        for (seed, at, features) in &self.0 {
            if times.contains(&(*seed, Some(*at))) {
                shared = Some(match shared {
                    None => features.clone(),
                    Some(before) => before.intersection(features).cloned().collect(),
                });
            }
        }
        shared.filter(|_| times.iter().all(|(_, at)| at.is_some())).unwrap_or_default()
    }
}

/// The path and type of an operation; none of what is no call.
fn class(features: &Features) -> BTreeSet<&str> {
    let is = |name: &&str| name.starts_with('/') || Registration::from_wire(name).is_some();
    features.iter().map(String::as_str).filter(is).collect()
}

/// Every condition of one to three features.
fn conditions(features: &Features) -> Vec<Vec<&str>> {
    let all: Vec<&str> = features.iter().map(String::as_str).collect();
    let mut conditions: Vec<Vec<&str>> = Vec::new();
    for (at, one) in all.iter().enumerate() {
        conditions.push(vec![one]);
        for (next, two) in all.iter().enumerate().skip(at + 1) {
            conditions.push(vec![one, two]);
            conditions.extend(all.iter().skip(next + 1).map(|three| vec![*one, *two, *three]));
        }
    }
    conditions
}

fn features(operation: &Operation) -> Features {
    let mut features = Features::new();
    features.extend(named(operation).map(|(name, _)| name.to_owned()));
    let Operation::Call(call) = operation else { return features };
    let Call { path, params, form, key, under, lost, .. } = call;
    features.insert((*path).to_owned());
    features.insert(format!("{:?}", form.method()));
    if *key != KeyChoice::Current {
        features.insert(format!("key: {}", key.name()));
    }
    features.extend(under.map(|condition| format!("under {}", condition.name())));
    if *lost {
        features.insert("lost".to_owned());
    }
    let mut kinds = 0;
    for (name, value) in params {
        features.extend(amounts(name, value).map(str::to_owned));
        let kind = Registration::from_wire(name).map(|_| name.clone());
        features.extend(kind);
        if PayKind::ALL.iter().any(|kind| kind.wire() == name) {
            kinds += 1;
            features.insert(format!("paid by {name}"));
        } else if Registration::from_wire(name).is_none() {
            features.insert(format!("with {name}"));
        }
    }
    if kinds > 1 {
        features.insert("paid in parts".to_owned());
    }
    features
}

/// Whether an amount of the call has a third decimal.
pub(super) fn has_thirds(call: &Call) -> bool {
    let mut amounts = call.params.iter().filter(|(name, _)| is_amount(name)).map(|(_, text)| read(text));
    amounts.any(|form| matches!(form, NumberForm::Plain(amount) if amount.normalize().scale() > 2))
}

/// Whether a registration's parameter is an amount: its total, or a payment.
pub(super) fn is_amount(name: &str) -> bool {
    Registration::from_wire(name).is_some() || PayKind::ALL.iter().any(|kind| kind.wire() == name)
}

/// What is special of an amount.
fn amounts(name: &str, value: &str) -> impl Iterator<Item = &'static str> {
    let amount = parse_plain(value).ok().filter(|_| is_amount(name)).unwrap_or_default();
    let words = [
        (amount > LIMIT, "above the limit"),
        (amount.normalize().scale() > 2, "with a third decimal"),
        (matches!(amount.normalize().scale(), 1 | 2), "with a fraction"),
    ];
    words.into_iter().filter_map(|(is_so, word)| is_so.then_some(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fuzz::form::Form;

    fn sale(form: Form, payments: &[(&str, &str)]) -> Operation {
        let params = [&[("sale", "5")], payments].concat();
        Operation::Call(Call::with("/api/", form, &params))
    }

    #[test]
    fn ways_of_one_condition_are_one_cause_and_of_a_wide_one_are_not() {
        let mut played = Played::default();
        let parts = [("cash", "5"), ("bank", "5")];
        for at in 0..100 {
            let form = if at < 10 { Form::Body } else { Form::Query };
            let payments = if at % 10 < 8 { &parts[..] } else { &parts[..1] };
            played.add(1, at, &sale(form, payments));
        }
        let times = |all: &[usize]| all.iter().map(|at| (1, Some(*at))).collect::<Times>();
        // Every posted sale in parts, this way or that; and one sale by GET for itself.
        let [this, that, other] = [times(&[0, 1, 2, 3, 4]), times(&[5, 6, 7]), times(&[15])];
        let groups = played.one_cause(&[vec![&this], vec![&that], vec![&other]]);
        assert!(!groups.is_empty() && groups.iter().all(|group| group == &[0, 1]), "{groups:?}");
        // Half of those sales are alike: nothing is known of a condition.
        let few = times(&[5]);
        assert_eq!(played.one_cause(&[vec![&times(&[0, 1, 2])], vec![&few]]), Vec::<Vec<usize>>::new());
    }
}
