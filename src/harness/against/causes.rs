//! Which differences have one cause: those that share a trait, those of which one answer stands in many others' places,
//! those that one condition holds for, and those that show only after another one.

use super::common::Played;
use super::kinds::Times;
use super::search::Short;
use super::traits::Traits;
use std::collections::{BTreeMap, BTreeSet};

/// Groups of places in the list that have one cause; `explained` are those that other answers to an open question
/// explain.
pub(super) fn groups(shorts: &[Short], explained: &[bool], played: &Played) -> Vec<Vec<usize>> {
    let mut of = Groups((0..shorts.len()).collect());
    let mut traits: Vec<Traits> = shorts.iter().map(Traits::of).collect();
    for (one, explained) in traits.iter_mut().zip(explained) {
        one.is_explained = *explained;
    }
    let mut answered: BTreeMap<(String, String), Times> = BTreeMap::new();
    for one in &traits {
        if let Some(pair) = &one.pair {
            answered.entry(pair.clone()).or_default().extend(&one.times);
        }
    }
    for one in &mut traits {
        one.times_of_pair = one.pair.as_ref().and_then(|pair| answered.get(pair)).cloned();
    }
    for (at, one) in traits.iter().enumerate() {
        for (beside, other) in traits.iter().enumerate().skip(at + 1) {
            if one.shares_cause_with(other, played) || other.shares_cause_with(one, played) {
                of.join(at, beside);
            }
        }
    }
    for group in one_sided(&traits) {
        of.join_all(&group);
    }
    of.under_conditions(&traits, played);
    of.with_what_comes_after(&traits);
    of.all()
}

/// Places in the list, in groups.
struct Groups(Vec<usize>);

impl Groups {
    fn join(&mut self, at: usize, beside: usize) {
        if let (Some(from), Some(to)) = (self.0.get(beside).copied(), self.0.get(at).copied()) {
            self.0.iter_mut().filter(|group| **group == from).for_each(|group| *group = to);
        }
    }

    fn join_all(&mut self, group: &[usize]) {
        group.windows(2).for_each(|pair| self.join(pair[0], pair[1]));
    }

    fn all(&self) -> Vec<Vec<usize>> {
        let roots: BTreeSet<usize> = self.0.iter().copied().collect();
        let members = |root: usize| {
            self.0.iter().enumerate().filter(|(_, group)| **group == root).map(|(at, _)| at).collect()
        };
        roots.into_iter().map(members).collect()
    }

    /// Joins groups of answers that show under one condition, and mostly not outside it.
    fn under_conditions(&mut self, traits: &[Traits<'_>], played: &Played) {
        let is_answer =
            |at: &usize| traits.get(*at).is_some_and(|one| one.pair.is_some() && !one.is_explained);
        let groups: Vec<Vec<usize>> = self
            .all()
            .into_iter()
            .map(|group| group.into_iter().filter(is_answer).collect())
            .filter(|group: &Vec<usize>| !group.is_empty())
            .collect();
        let ways: Vec<Vec<&Times>> = groups
            .iter()
            .map(|group| group.iter().filter_map(|at| Some(&traits.get(*at)?.times)).collect())
            .collect();
        for ways in played.one_cause(&ways) {
            let firsts: Vec<usize> =
                ways.iter().filter_map(|way| groups.get(*way)?.first().copied()).collect();
            self.join_all(&firsts);
        }
    }

    /// Joins a group with the one that it comes after, where that can be said of so many of its members.
    fn with_what_comes_after(&mut self, traits: &[Traits<'_>]) {
        loop {
            let groups = self.all();
            let comes_after = |group: &Vec<usize>, other: &Vec<usize>| {
                let one = |at: &&usize| {
                    let of = |at: &usize| traits.get(*at);
                    of(at).is_some_and(|one| other.iter().filter_map(of).any(|root| one.comes_after(root)))
                };
                AFTER * group.iter().filter(one).count() >= group.len()
            };
            let found = groups.iter().find_map(|group| {
                let other = groups.iter().find(|other| *other != group && comes_after(group, other))?;
                Some((*group.first()?, *other.first()?))
            });
            let Some((at, beside)) = found else { return };
            self.join(at, beside);
        }
    }
}

/// One of so many members of a group comes after another one, so that the whole group does.
const AFTER: usize = 4;

/// Each side's answer, if it may explain a difference, with the other side's.
type Sides<'t> = [(Option<&'t str>, &'t str); 2];

/// Groups of differences, by their places, in which one answer of one device stands for whatever the other one
/// answers on that path: a refusal that is given too often, or never. Of the answers that may explain a difference it is
/// the one that explains most.
fn one_sided(traits: &[Traits<'_>]) -> Vec<Vec<usize>> {
    let mut open: Vec<(usize, &str, Sides<'_>)> = Vec::new();
    for (at, one) in traits.iter().enumerate() {
        let Some((new, old)) = one.pair.as_ref().filter(|_| !one.is_explained) else { continue };
        let odd = |text| one.is_odd(text).then_some(text);
        open.push((at, one.path, [(odd(new.as_str()), old), (odd(old.as_str()), new)]));
    }
    let mut groups = Vec::new();
    loop {
        let mut explained: BTreeMap<(&str, usize, &str), BTreeSet<&str>> = BTreeMap::new();
        for (_, path, sides) in &open {
            for (which, (side, beside)) in sides.iter().enumerate() {
                if let Some(side) = side {
                    explained.entry((path, which, side)).or_default().insert(beside);
                }
            }
        }
        let most = explained.into_iter().max_by_key(|(_, others)| others.len());
        let Some(((path, which, side), _)) = most else { return groups };
        let is_explained = |sides: &Sides<'_>| sides.get(which).is_some_and(|(own, _)| *own == Some(side));
        let (group, rest): (Vec<_>, Vec<_>) =
            open.into_iter().partition(|(_, on, sides)| *on == path && is_explained(sides));
        groups.push(group.into_iter().map(|(at, _, _)| at).collect());
        open = rest;
    }
}

#[cfg(test)]
mod tests {
    use super::super::kinds::{Kind, Occurrence, Together};
    use super::super::seen::Channel;
    use super::*;
    use crate::fuzz::form::Form;
    use crate::fuzz::operation::{Call, Operation};

    fn kind(channel: Channel, place: &str, how: &str) -> Kind {
        Kind { channel, place: place.to_owned(), how: how.to_owned() }
    }

    /// A difference that showed at these operations of one sequence, in answer to a sale of 5.
    fn short(kind: Kind, times: &[usize]) -> Short {
        let sale = Operation::Call(Call::with("/api/", Form::Query, &[("sale", "5"), ("cash", "5")]));
        let shown = |at: &usize| Occurrence {
            seed: 1,
            at: Some(*at),
            operation: "sale".to_owned(),
            new: "more by 7.00".to_owned(),
            old: format!("more by {at}.00"),
        };
        let together = Together { kinds: vec![kind.clone()], occurrences: times.iter().map(shown).collect() };
        Short { beside: BTreeSet::from([kind]), ..Short::of(together, sale) }
    }

    fn answer(asked: &str, how: &str, times: &[usize]) -> Short {
        short(kind(Channel::Answer, &format!("answer to {asked}"), how), times)
    }

    fn sizes(shorts: &[Short]) -> Vec<usize> {
        let mut sizes: Vec<usize> = groups(shorts, &[], &Played::default()).iter().map(Vec::len).collect();
        sizes.sort_unstable();
        sizes
    }

    #[test]
    fn one_answer_in_many_others_places_is_one_cause_and_does_not_draw_another_one_in() {
        let paper = "400 check-printer-or-batt -6";
        let mut shorts = vec![
            answer("sale", &format!("{paper} / 200, a number, a fresh key"), &[1]),
            answer("buy", &format!("{paper} / 400 cash-lq-sale -10"), &[2]),
            answer("sale", &format!("{paper} / 400 tara-not-in-range -7"), &[3]),
            // The same refusal, which the other cause lets pass.
            answer("sale", "400 tara-hq-sale -10 / 400 tara-not-in-range -7", &[4]),
        ];
        assert_eq!(sizes(&shorts), [1, 3]);
        shorts.push(answer("sale", "200, a number, a fresh key / 400 tara-not-in-range -7", &[5]));
        assert_eq!(sizes(&shorts), [2, 3]);
        let [read, other] =
            ["200 a document / 400 wrong-cashier -11", "200 ok 0 / 400 incorrect-web-api-key -1"];
        assert_eq!(sizes(&[answer("sale", read, &[1]), answer("buy", other, &[2])]), [1, 1]);
    }

    #[test]
    fn a_group_comes_after_another_one_where_more_than_a_few_of_its_members_do() {
        let root = answer("sale", "200, a number, a fresh key / 400 cash-lq-sale -10", &[1]);
        let after = |how: &str, at: usize| {
            let mut short = answer("buy", how, &[at]);
            short.follows = root.of.kinds.first().cloned();
            short
        };
        let keys = "200, a number, the current key / 200, a number, a fresh key";
        assert_eq!(sizes(&[root.clone(), after(keys, 2)]), [2]);
        // What shows before it does not come after it.
        assert_eq!(sizes(&[root.clone(), after(keys, 0)]), [1, 1]);
        let mut many = vec![root.clone(), after(keys, 2)];
        many.extend((3..7).map(|at| answer("buy", keys, &[at])));
        assert_eq!(sizes(&many), [1, 5]);
    }

    #[test]
    fn what_shows_together_more_often_than_by_chance_has_one_cause() {
        let mut played = Played::default();
        let sale = Operation::Call(Call::with("/api/", Form::Query, &[("sale", "5"), ("cash", "5")]));
        (0..40).for_each(|at| played.add(1, at, &sale));
        let revenue = kind(Channel::Books, "report: revenue", "by another amount");
        let header = kind(Channel::Paper, "paper: header", "nothing / something");
        let both = |times: &[usize], beside: &[usize]| {
            let mut both = [short(revenue.clone(), times), short(header.clone(), beside)];
            both.iter_mut().for_each(|one| one.beside = BTreeSet::from([revenue.clone(), header.clone()]));
            both
        };
        let count = |both: &[Short]| groups(both, &[], &played).len();
        assert_eq!(count(&both(&[3, 9, 20], &[3, 9, 20, 21])), 1);
        let always: Vec<usize> = (0..40).collect();
        assert_eq!(count(&both(&always, &always)), 2, "always together says nothing");
        assert_eq!(count(&both(&[3, 9, 20], &always)), 2);
        let explained = groups(&both(&[3, 9, 20], &[3, 9, 20]), &[true, false], &played);
        assert_eq!(explained.len(), 2, "what an open question explains takes nothing along by that");
        let mut apart = both(&[3, 9, 20], &[3, 9, 20]);
        apart[0].beside = BTreeSet::from([revenue.clone()]);
        assert_eq!(count(&apart), 2, "the shortest sequence of the one does not show the other");
    }

    #[test]
    fn answers_under_one_condition_are_one_cause_as_far_as_they_keep_to_it() {
        let mut played = Played::default();
        let sale = |form, payments: &[(&str, &str)]| {
            Operation::Call(Call::with("/api/", form, &[&[("sale", "5")], payments].concat()))
        };
        let parts = [("cash", "5"), ("bank", "5")];
        for at in 0..100 {
            let form = if at % 10 == 0 { Form::Body } else { Form::Query };
            played.add(1, at, &sale(form, if at % 10 == 0 { &parts } else { &parts[..1] }));
        }
        let posted: Vec<usize> = (0..10).map(|at| at * 10).collect();
        let (some, others) = posted.split_at(5);
        let this =
            |times: &[usize]| answer("sale", "400 bank-hq-sale -10 / 200, a number, a fresh key", times);
        let that =
            |times: &[usize]| answer("sale", "200, a number, a fresh key / 400 cash-lq-sale -10", times);
        assert_eq!(groups(&[this(some), that(others)], &[], &played).len(), 1);
        let elsewhere = |at| answer("buy", "400 bank-hq-sale -10 / 400 credit-param-error -7", &[at]);
        let wide = [this(some), elsewhere(1), elsewhere(3), elsewhere(7), that(others)];
        assert_eq!(groups(&wide, &[], &played).len(), 2);
    }
}
