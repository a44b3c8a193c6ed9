//! What the judge says of one difference: which of the two breaks which line, and whether it is this very difference
//! that it speaks of.

use super::search::Short;
use super::seen::Channel;
use super::together::Which;
use super::words::{bare, without_amounts};
use crate::fuzz::player::Finding;

/// The lines that say what stands before an answer's body.
const OF_HEADS: [&str; 3] = ["WIRE-1", "WIRE-10", "WIRE-12"];

/// What the judge holds against one of the two and not against the other.
pub(super) fn held(short: &Short) -> Option<(Which, &Finding)> {
    match (&short.judged_new.finding, &short.judged_old.finding) {
        (Some(new), Some(old)) if new.requirement == old.requirement => None,
        (Some(new), _) => Some((Which::New, new)),
        (None, Some(old)) => Some((Which::Old, old)),
        (None, None) => None,
    }
}

/// Whether the judge found that at an operation before, at which the two differ as well: it may be what shows there.
pub(super) fn is_found_before(short: &Short) -> bool {
    held(short).is_some_and(|(which, _)| {
        let judged = if which == Which::New { &short.judged_new } else { &short.judged_old };
        short.before.contains(&judged.reached)
    })
}

/// The same finding, whatever the amounts, numbers, shifts and types.
pub(super) fn identity(short: &Short) -> Option<(Which, String)> {
    let (which, finding) = held(short)?;
    let expected = finding.expected.split("; ").next().unwrap_or_default();
    let text = format!("{} {expected} {}", finding.requirement, finding.found);
    Some((which, without_amounts(&text)))
}

/// Whether the judge speaks of this very difference, and not of another one that the sequence shows as well.
pub(super) fn is_about(short: &Short) -> bool {
    let Some((which, finding)) = held(short) else { return false };
    let said = if which == Which::New { &short.new } else { &short.old };
    let text = format!("{} {}", finding.expected, finding.found).to_lowercase();
    short.of.kinds.iter().any(|kind| match kind.channel {
        Channel::Head => OF_HEADS.contains(&finding.requirement.as_str()),
        // These words fit any text.
        Channel::Paper | Channel::Online if is_found_before(short) => false,
        Channel::Paper => {
            ["ITEM", "PRN", "SHIFT"].iter().any(|group| finding.requirement.starts_with(group))
                || text.contains("paper")
        }
        Channel::Online => {
            let text = text.replace("messagesquesize", "");
            ["online", "message", "queue"].iter().any(|word| text.contains(word))
        }
        Channel::Answer => answered(said).is_none_or(|reason| is_a_word(&text, &reason)),
        Channel::Document | Channel::Books => {
            let place = bare(&kind.place);
            if place.ends_with(": answer") || place.ends_with(": found by") {
                return finding.requirement.starts_with("KEY")
                    || answered(said).is_some_and(|reason| is_a_word(&text, &reason));
            }
            let member = place.split_once(": ").map_or(place.as_str(), |(_, member)| member);
            let words = member.split(['.', ':', ' ']).filter(|word| word.len() > 4 && !word.starts_with('<'));
            let names = words.rev().take(2).map(str::to_lowercase).collect::<Vec<_>>();
            names.iter().any(|name| {
                let name = name.trim_end_matches("details").trim_end_matches("data").trim_end_matches("id");
                // `sales` is no word of `chequeSales`.
                let mut told = text.split(|symbol: char| !symbol.is_alphanumeric());
                name.len() > 2 && told.any(|word| word.starts_with(name))
            })
        }
    })
}

/// Whether it stands in a text for itself, and not in an amount.
fn is_a_word(text: &str, word: &str) -> bool {
    text.split_whitespace().any(|one| one.trim_matches([',', ':', ';', '"', '(', ')']) == word)
}

/// The reason of a refusal, or `200` of what was done.
fn answered(said: &str) -> Option<String> {
    let mut words = said.split([' ', ',']);
    match words.next()? {
        "200" => Some("200".to_owned()),
        _ => Some(words.next()?.to_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::kinds::{Kind, Together};
    use super::super::search::Judged;
    use super::*;
    use crate::fuzz::operation::Operation;
    use std::collections::BTreeSet;

    #[test]
    fn a_status_is_no_part_of_an_amount() {
        assert!(is_a_word("registered: 200, a higher receipt number", "200"));
        assert!(is_a_word("400 cash-lq-sale with -10", "cash-lq-sale"));
        assert!(!is_a_word("the drawer holds 200.00, not 1200", "200"));
    }

    #[test]
    fn what_is_found_where_another_difference_shows_is_not_this_one() {
        let kind =
            Kind { channel: Channel::Paper, place: "paper: rest".to_owned(), how: "another text".to_owned() };
        let together = Together { kinds: vec![kind], occurrences: Vec::new() };
        let mut short = Short::of(together, Operation::Look);
        let finding = Finding {
            requirement: "ITEM-6".to_owned(),
            step: 0,
            expected: "a bar code on paper".to_owned(),
            found: "none".to_owned(),
            at_end: false,
            culprit: None,
            of_closed: false,
            proof: Vec::new(),
        };
        short.judged_new = Judged { finding: Some(finding), reached: 1, steps: Vec::new() };
        assert!(is_about(&short));
        short.before = BTreeSet::from([1]);
        assert!(!is_about(&short));
    }
}
