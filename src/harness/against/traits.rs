//! What of a difference tells its cause. Nothing is known of the inside of the two devices: what speaks for one cause
//! is that one figure of a document is shown, that the same is answered instead of the same, that the judge says the
//! very same of both, or that one shows wherever the other does.

use super::common::{Played, has_thirds, is_amount};
use super::figures::Figure;
use super::judged::{identity, is_about};
use super::kinds::{Kind, Times};
use super::on_paper::Paper;
use super::search::Short;
use super::seen::Channel;
use super::together::Which;
use super::ways::{broken, last_otherwise, numbers_otherwise, unrefused};
use super::words::{ANOTHER_NUMBER, bare, untyped, without_amounts, without_modes};
use crate::fuzz::operation::{Call, KeyChoice};
use crate::ledger::written::{NumberForm, read};
use std::collections::BTreeSet;

/// So many times more often than by chance do differences show together that have one cause.
const OFTEN: usize = 3;

/// What of a difference tells its cause.
pub(super) struct Traits<'a> {
    kinds: &'a [Kind],
    follows: Option<&'a Kind>,
    /// What the judge says of it.
    finding: Option<(Which, String)>,
    /// The places that are no answers.
    places: BTreeSet<String>,
    /// What was answered instead of what, whatever was asked.
    pub pair: Option<(String, String)>,
    /// When that was answered.
    pub times_of_pair: Option<Times>,
    /// It is asked with the current key, and no reply is lost.
    is_first: bool,
    /// It is a header alone.
    is_header: bool,
    /// The refusal of a state that one of the two gives, and the other one does what was asked.
    unrefused: Option<(Which, String)>,
    /// Both did it, and gave another number.
    numbers_otherwise: bool,
    /// Which of the two answers nothing whole.
    broken: Option<Which>,
    /// It is what a repeat answers, or what that moves on one device alone; and whether it is another number. Whoever has
    /// lost a reply repeats, too.
    repeats: Option<bool>,
    /// The figure that it is about.
    figure: Option<Figure<'a>>,
    /// It tells another receipt or document as the last one.
    last_otherwise: bool,
    /// A document that one of the two does not give.
    is_ungiven: bool,
    /// What differs on paper: a part of a text, or the order.
    paper: Option<Paper>,
    /// It is the word that a line of goods begins with.
    word_of_line: bool,
    /// What else shows where it does, in the shortest sequence.
    beside: &'a BTreeSet<Kind>,
    /// Other answers to an open question explain it.
    pub is_explained: bool,
    /// The path that was asked; empty for what is no call.
    pub path: &'static str,
    /// How the numbers are written that were not simply digits.
    odd_numbers: BTreeSet<char>,
    /// When it showed.
    pub times: Times,
}

impl<'a> Traits<'a> {
    /// What a difference tells.
    pub fn of(short: &'a Short) -> Traits<'a> {
        let call = short.call();
        let first = short.of.kinds.first();
        let answer = first.filter(|kind| kind.channel == Channel::Answer);
        let pair = answer.and_then(|kind| {
            let (new, old) = kind.how.split_once(" / ")?;
            Some((general(new), general(old)))
        });
        let others = short.of.kinds.iter().filter(|kind| kind.channel != Channel::Answer);
        let repeats =
            call.is_some_and(|call| call.path == "/api/" && (call.key == KeyChoice::Previous || call.lost));
        let figure = Figure::of(short);
        let is_header = short.of.is_header();
        let of_keys = answer.is_some() || first.is_some_and(|kind| kind.place.ends_with(": answer"));
        Traits {
            kinds: &short.of.kinds,
            follows: short.follows.as_ref(),
            finding: identity(short).filter(|_| is_about(short)),
            places: others.filter_map(|kind| place(kind, call)).collect(),
            pair,
            times_of_pair: None,
            is_first: call
                .is_some_and(|call| call.path == "/api/" && call.key == KeyChoice::Current && !call.lost),
            is_header,
            unrefused: answer.and_then(unrefused),
            numbers_otherwise: answer.is_some_and(numbers_otherwise),
            broken: answer.and_then(broken),
            repeats: (repeats && (of_keys || figure.as_ref().is_some_and(Figure::moves_alone)))
                .then(|| answer.is_some_and(|kind| kind.how.contains(ANOTHER_NUMBER))),
            figure,
            last_otherwise: first.is_some_and(last_otherwise),
            is_ungiven: first.is_some_and(|kind| {
                kind.channel == Channel::Document && !kind.place.contains(": ") && kind.is_missing()
            }),
            paper: Paper::of(short),
            word_of_line: word_of_line(short),
            beside: &short.beside,
            is_explained: false,
            path: call.map_or("", |call| call.path),
            odd_numbers: call.map(odd_numbers).unwrap_or_default(),
            times: short.of.occurrences.iter().map(|one| (one.seed, one.at)).collect(),
        }
    }

    /// Whether an answer may be given too often or never: a refusal, or to a registration what only a repeat is answered.
    pub fn is_odd(&self, text: &str) -> bool {
        // The status has become a `#`; what is done goes on with a comma, and a document is no refusal.
        let refused = !text.starts_with("#,") && !text.starts_with("# a ");
        refused || self.is_first && text.ends_with("the current key")
    }

    /// Whether something speaks for one cause of both; asked of each of the two.
    pub fn shares_cause_with(&self, other: &Traits<'_>, played: &Played) -> bool {
        if self.is_explained != other.is_explained {
            return false;
        }
        let odd_numbers =
            !self.odd_numbers.is_empty() && self.odd_numbers == other.odd_numbers && self.path == other.path;
        let figures = self.figure.as_ref().zip(other.figure.as_ref());
        let papers = self.paper.as_ref().zip(other.paper.as_ref());
        let repeats = self.repeats.zip(other.repeats);
        let repeated_otherwise = repeats.is_some_and(|(one, beside)| one != beside);
        let finding = self.finding.is_some() && self.finding == other.finding && !repeated_otherwise;
        // Of what a state refuses, nothing is refused.
        let state = self.unrefused.is_some() && self.unrefused == other.unrefused;
        finding
            || state
            || odd_numbers
            || self.pair.is_some() && self.pair == other.pair
            || self.numbers_otherwise && other.numbers_otherwise
            || self.last_otherwise && other.last_otherwise
            || self.broken.is_some() && self.broken == other.broken
            || repeats.is_some() && !repeated_otherwise
            || self.is_not_given(other)
            || self.labels(other)
            || self.word_of_line && other.word_of_line
            || papers.is_some_and(|(one, beside)| one.shares_cause_with(beside, &self.times, &other.times))
            || !self.places.is_disjoint(&other.places)
            || self.shows_with(other, played)
            || figures.is_some_and(|(one, beside)| one.shares_cause_with(beside))
    }

    /// It shows only after the other, whatever wrong key that was asked with: a short sequence has no older ones.
    pub fn comes_after(&self, other: &Traits<'_>) -> bool {
        let place = |kind: &Kind| kind.place.split(", key: ").next().unwrap_or_default().to_owned();
        let same = |one: &Kind, beside: &Kind| {
            one.channel == beside.channel && one.how == beside.how && place(one) == place(beside)
        };
        let before = |(seed, at): &&(u64, Option<usize>)| {
            other.times.iter().any(|(of, earlier)| of == seed && earlier < at)
        };
        // What breaks a line follows from no answer that is open, and no such answer from anything else.
        let may = match other.is_explained {
            true => self.is_explained || self.finding.is_none(),
            false => !self.is_explained,
        };
        may && self.follows.is_some_and(|kind| other.kinds.iter().any(|own| same(kind, own)))
            && 2 * self.times.iter().filter(before).count() >= self.times.len()
    }

    /// Each shows in the shortest sequence of the other, and both together more often than by chance. Where one of two
    /// members of a document is missing with the other, it need not be so the other way round.
    fn shows_with(&self, other: &Traits<'_>, played: &Played) -> bool {
        let both = self.times.intersection(&other.times).count();
        let fewer = self.times.len().min(other.times.len());
        let is_answer = |one: &Traits<'_>| one.pair.is_some() || one.is_header;
        if is_answer(self) || is_answer(other) || 5 * both < 3 * fewer {
            return false;
        }
        let beside = |one: &Traits<'_>, other: &Traits<'_>| {
            let same = |kind: &Kind, beside: &Kind| {
                kind.channel == beside.channel && untyped(&kind.place) == untyped(&beside.place)
            };
            other.kinds.iter().any(|kind| one.beside.iter().any(|beside| same(kind, beside)))
        };
        let document = |one: &Traits<'_>| {
            let is = |kind: &&Kind| matches!(kind.channel, Channel::Document | Channel::Books);
            let missing = one.kinds.iter().find(|kind| is(kind) && kind.is_missing())?;
            missing.place.split_once(": ").map(|(name, _)| name.to_owned())
        };
        let missing = || both == fewer && document(self).is_some() && document(self) == document(other);
        let mostly = 4 * both >= self.times.union(&other.times).count();
        beside(self, other)
            && (mostly && beside(other, self) || missing())
            && played.more_often(&self.times, &other.times) >= OFTEN
    }

    /// A document is not given where it is refused.
    fn is_not_given(&self, other: &Traits<'_>) -> bool {
        self.is_ungiven && other.pair.is_some() && self.times.is_subset(&other.times)
    }

    /// A label is another one where another answer is labelled.
    fn labels(&self, other: &Traits<'_>) -> bool {
        let beside = other.times_of_pair.as_ref().map(|times| self.times.intersection(times).count());
        self.is_header && beside.is_some_and(|beside| 2 * beside > self.times.len())
    }
}

/// A place that has one cause wherever it is seen. Of what is printed beside the texts of a request there is too
/// much for that: it counts for one path.
fn place(kind: &Kind, call: Option<&Call>) -> Option<String> {
    match kind.place.as_str() {
        "paper" | "paper: order" => None,
        "paper: rest" => Some(format!("paper: rest of {}", call.map_or("none", |call| call.path))),
        place if matches!(kind.channel, Channel::Document | Channel::Books) => Some(untyped(place)),
        place => Some(bare(place)),
    }
}

/// The characters that make numbers of the call odd; a point stands for a third decimal.
fn odd_numbers(call: &Call) -> BTreeSet<char> {
    let amounts = call.params.iter().filter(|(name, _)| is_amount(name));
    let odd = amounts.filter(|(_, text)| matches!(read(text), NumberForm::Nothing) && !text.starts_with('<'));
    odd.flat_map(|(_, text)| text.chars().filter(|symbol| !symbol.is_ascii_digit() && *symbol != '.'))
        .chain(has_thirds(call).then_some('.'))
        .collect()
}

/// An answer whatever the amounts, types and modes; whatever is wrong with a tax is refused with one code.
fn general(text: &str) -> String {
    let text = without_modes(&without_amounts(text));
    match text.starts_with("# tax-") && text.ends_with(" -14") {
        true => "# tax -14".to_owned(),
        false => text,
    }
}

/// Whether the two differ in the word that a line of goods begins with, and nothing else. How they write a line that
/// they make up is an answer to an open question, and takes nothing along.
fn word_of_line(short: &Short) -> bool {
    let Some(kind) = short.of.kinds.first() else { return false };
    let place = kind.place == "paper: items" || kind.place == "online: positions";
    let rest = |text: &str| {
        let word = |symbol: char| symbol.is_alphabetic() || matches!(symbol, '<' | '>' | ' ');
        text.trim_start_matches(word).to_owned()
    };
    place && short.new != short.old && !rest(&short.new).is_empty() && rest(&short.new) == rest(&short.old)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_numbers_are_known_by_what_is_odd_in_them() {
        let call = |text: &str| {
            Call::with("/api/", crate::fuzz::form::Form::Query, &[("sale", "5"), ("cash", text)])
        };
        assert_eq!(odd_numbers(&call("1,5")), BTreeSet::from([',']));
        assert_eq!(odd_numbers(&call("1.5")), BTreeSet::new());
        assert_eq!(odd_numbers(&call("1.505")), BTreeSet::from(['.']));
        assert_eq!(odd_numbers(&call("1e3")), BTreeSet::from(['e']));
    }
}
