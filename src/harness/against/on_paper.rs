//! What differs on paper, wherever it is printed: a bar code that is missing in a text is missing in every text.

use super::kinds::{IN_ANOTHER_ORDER, Times};
use super::search::Short;
use super::seen::Channel;
use std::collections::BTreeSet;

/// What differs on paper.
pub(super) struct Paper {
    /// What one has in place of what the other has, without what both have; `None` of the order.
    instead: Option<(String, String)>,
    /// The same stands there in another order.
    is_reordered: bool,
}

impl Paper {
    pub(super) fn of(short: &Short) -> Option<Paper> {
        let kind = short.of.kinds.first().filter(|kind| kind.channel == Channel::Paper)?;
        let one = short.of.occurrences.first()?;
        let parts = |text: &str| text.split(", ").map(str::to_owned).collect::<BTreeSet<_>>();
        let is_order = kind.place == "paper: order";
        Some(Paper {
            instead: (!is_order).then(|| apart(&one.new, &one.old)),
            is_reordered: kind.how == IN_ANOTHER_ORDER || is_order && parts(&one.new) == parts(&one.old),
        })
    }

    /// The same text is there or missing in two parts; or what is missing leaves another order; or there is nothing but
    /// another order in both.
    pub(super) fn shares_cause_with(&self, other: &Paper, own: &Times, beside: &Times) -> bool {
        if self.is_reordered && other.is_reordered {
            return true;
        }
        // Where a text begins and ends as its neighbours do, it may be cut anywhere.
        let turned = |one: &str, two: &str| one.len() == two.len() && one.repeat(2).contains(two);
        match (&self.instead, &other.instead) {
            (Some((new, old)), Some((other_new, other_old))) => {
                new.len().max(old.len()) > 3 && turned(new, other_new) && turned(old, other_old)
            }
            (None, Some(_)) => 2 * own.intersection(beside).count() >= own.len(),
            (Some(_), None) => 2 * own.intersection(beside).count() >= beside.len(),
            (None, None) => false,
        }
    }
}

/// Two texts without the beginning and the end that they share.
fn apart(new: &str, old: &str) -> (String, String) {
    let (new, old): (Vec<char>, Vec<char>) = (new.chars().collect(), old.chars().collect());
    let same = |of: &mut dyn Iterator<Item = (&char, &char)>| of.take_while(|(one, two)| one == two).count();
    let head = same(&mut new.iter().zip(&old));
    let (new, old) = (new.get(head..).unwrap_or_default(), old.get(head..).unwrap_or_default());
    let tail = same(&mut new.iter().rev().zip(old.iter().rev()));
    let middle = |text: &[char]| text.iter().take(text.len() - tail).collect();
    (middle(new), middle(old))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_that_is_missing_elsewhere_has_one_cause() {
        let missing = |new: &str, old: &str| Paper { instead: Some(apart(new, old)), is_reordered: false };
        let none = Times::new();
        let footer = missing("Hi--code13--Bye", "Hi--code13----code8--Bye");
        assert!(footer.shares_cause_with(&missing("You", "--code8--You"), &none, &none));
        assert!(!footer.shares_cause_with(&missing("You", "--code128--You"), &none, &none));
        let (at_once, later) = (Times::from([(1, Some(4))]), Times::from([(1, Some(5))]));
        let order = Paper { instead: None, is_reordered: false };
        assert!(order.shares_cause_with(&footer, &at_once, &at_once));
        assert!(!footer.shares_cause_with(&order, &at_once, &later));
        let moved = Paper { instead: None, is_reordered: true };
        let lines = Paper { is_reordered: true, ..missing("a / b", "b / a") };
        assert!(moved.shares_cause_with(&lines, &at_once, &later));
        assert!(!moved.shares_cause_with(&footer, &at_once, &later));
    }
}
