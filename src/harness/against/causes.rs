//! Which differences have one cause. Nothing is known of the inside of the two devices: what speaks for one
//! cause is that one refusal stands in another's place wherever it is asked for, that one figure of a document is
//! shown, that the judge says the very same of both, that one condition holds for all, or that one shows only after
//! the other.

use super::common::{Played, is_amount};
use super::documents::QUEUE;
use super::figures::Figure;
use super::kinds::{Kind, Times};
use super::on_paper::Paper;
use super::roles::PRINT_MODES;
use super::search::Short;
use super::seen::Channel;
use super::together::Which;
use super::ways::{broken, keys_otherwise, last_otherwise, numbers_otherwise, unrefused};
use crate::fuzz::coverage::named;
use crate::fuzz::operation::{Call, KeyChoice, Operation};
use crate::fuzz::player::Finding;
use crate::ledger::written::{NumberForm, read};
use std::collections::{BTreeMap, BTreeSet};

/// What the judge holds against one of the two and not against the other.
pub(super) fn held(short: &Short) -> Option<(Which, &Finding)> {
    match (&short.judged_new.finding, &short.judged_old.finding) {
        (Some(new), Some(old)) if new.requirement == old.requirement => None,
        (Some(new), _) => Some((Which::New, new)),
        (None, Some(old)) => Some((Which::Old, old)),
        (None, None) => None,
    }
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
        Channel::Head => finding.requirement.starts_with("WIRE"),
        Channel::Paper => {
            ["ITEM", "PRN", "SHIFT"].iter().any(|group| finding.requirement.starts_with(group))
                || text.contains("paper")
        }
        Channel::Online => text.contains("online") || text.contains("message") || text.contains("queue"),
        Channel::Answer => answered(said).is_none_or(|reason| text.contains(&reason)),
        Channel::Document | Channel::Books => {
            let place = bare(&kind.place);
            if place.ends_with(": answer") || place.ends_with(": found by") {
                return finding.requirement.starts_with("KEY")
                    || answered(said).is_some_and(|reason| text.contains(&reason));
            }
            let member = place.split_once(": ").map_or(place.as_str(), |(_, member)| member);
            let words = member.split(['.', ':', ' ']).filter(|word| word.len() > 4 && !word.starts_with('<'));
            let names = words.rev().take(2).map(str::to_lowercase).collect::<Vec<_>>();
            names.iter().any(|name| {
                let name = name.trim_end_matches("details").trim_end_matches("data").trim_end_matches("id");
                name.len() > 2 && text.contains(name)
            })
        }
    })
}

/// The reason of a refusal, or `200` of what was done.
fn answered(said: &str) -> Option<String> {
    let mut words = said.split([' ', ',']);
    match words.next()? {
        "200" => Some("200".to_owned()),
        _ => Some(words.next()?.to_lowercase()),
    }
}

/// Groups of places in the list that have one cause.
pub(super) fn groups(shorts: &[Short], played: &Played) -> Vec<Vec<usize>> {
    let mut of: Vec<usize> = (0..shorts.len()).collect();
    let mut traits: Vec<Traits> = shorts.iter().map(Traits::of).collect();
    let mut answered: BTreeMap<(&'static str, String), Times> = BTreeMap::new();
    for one in &traits {
        if let Some(answers) = &one.answers {
            answered.entry(answers.clone()).or_default().extend(&one.times);
        }
    }
    for one in &mut traits {
        one.times_of_answers = one.answers.as_ref().and_then(|answers| answered.get(answers)).cloned();
    }
    let mut join = |at: usize, beside: usize| {
        if let (Some(from), Some(to)) = (of.get(beside).copied(), of.get(at).copied()) {
            of.iter_mut().filter(|group| **group == from).for_each(|group| *group = to);
        }
    };
    for (at, one) in traits.iter().enumerate() {
        for (beside, other) in traits.iter().enumerate().skip(at + 1) {
            if let Some(_rule) = one.one_cause(other).or_else(|| other.one_cause(one)) {
                join(at, beside);
            }
        }
    }
    let answered: Vec<(usize, &Times)> = traits
        .iter()
        .enumerate()
        .filter(|(_, one)| one.answers.is_some())
        .map(|(at, one)| (at, &one.times))
        .collect();
    let times: Vec<&Times> = answered.iter().map(|(_, times)| *times).collect();
    for group in played.one_cause(&times) {
        let members: Vec<usize> = group.iter().filter_map(|at| Some(answered.get(*at)?.0)).collect();
        members.windows(2).for_each(|pair| join(pair[0], pair[1]));
    }
    let roots: BTreeSet<usize> = of.iter().copied().collect();
    let members =
        |root: usize| of.iter().enumerate().filter(|(_, group)| **group == root).map(|(at, _)| at).collect();
    roots.into_iter().map(members).collect()
}

/// What of a difference tells its cause.
struct Traits<'a> {
    kinds: &'a [Kind],
    follows: Option<&'a Kind>,
    /// What the judge says of it.
    finding: Option<(Which, String)>,
    /// The places that are no answers.
    places: BTreeSet<String>,
    /// What was answered instead of what, by an answer that is a refusal on one of them.
    refusals: Option<(String, String)>,
    /// What was answered instead of what, to which operation.
    answers: Option<(&'static str, String)>,
    /// When that was answered to any type.
    times_of_answers: Option<Times>,
    /// It is a header alone.
    is_header: bool,
    /// The refusal of a state that one of the two gives, and the other one does what was asked.
    unrefused: Option<(Which, String)>,
    /// Both did it, and gave another number.
    numbers_otherwise: bool,
    /// The line that the judge says is broken on paper.
    paper_line: Option<(Which, String)>,
    /// Which of the two answers nothing whole.
    broken: Option<Which>,
    /// It is what a repeat answers, or what that moves on one device alone. Whoever has lost a reply repeats, too.
    is_of_repeats: bool,
    /// The figure that it is about.
    figure: Option<Figure<'a>>,
    /// Both did it under the same number, and answered another key.
    keys_otherwise: bool,
    /// It tells another receipt or document as the last one.
    last_otherwise: bool,
    /// A document that one of the two does not give.
    is_ungiven: bool,
    /// What differs on paper: a part of a text, or the order.
    paper: Option<Paper>,
    path: &'static str,
    /// How the numbers are written that were not simply digits.
    odd_numbers: BTreeSet<char>,
    times: Times,
}

impl<'a> Traits<'a> {
    fn of(short: &'a Short) -> Traits<'a> {
        let call = match &short.shown_by {
            Some(Operation::Call(call)) => Some(call),
            _ => None,
        };
        let first = short.of.kinds.first();
        let answer = first.filter(|kind| kind.channel == Channel::Answer);
        let refusals = answer.and_then(|kind| {
            let (new, old) = kind.how.split_once(" / ")?;
            let refused = |text: &str| !text.starts_with("200");
            (refused(new) || refused(old)).then(|| (without_amounts(new), without_amounts(old)))
        });
        let name = short.shown_by.as_ref().and_then(named).map(|(name, _)| name);
        let answers = answer.zip(name).map(|(kind, name)| (name, without_modes(&without_amounts(&kind.how))));
        let others = short.of.kinds.iter().filter(|kind| kind.channel != Channel::Answer);
        let repeats =
            call.is_some_and(|call| call.path == "/api/" && (call.key == KeyChoice::Previous || call.lost));
        let figure = Figure::of(short);
        let is_header = short.of.kinds.iter().all(|kind| kind.channel == Channel::Head);
        let of_keys =
            answer.is_some() || is_header || first.is_some_and(|kind| kind.place.ends_with(": answer"));
        Traits {
            kinds: &short.of.kinds,
            follows: short.follows.as_ref(),
            finding: identity(short).filter(|_| is_about(short)),
            places: others.filter_map(|kind| place(kind, call)).collect(),
            refusals,
            answers,
            times_of_answers: None,
            is_header,
            unrefused: answer.and_then(unrefused),
            numbers_otherwise: answer.is_some_and(numbers_otherwise),
            paper_line: held(short)
                .filter(|_| short.of.kinds.iter().all(|kind| kind.channel == Channel::Paper))
                .map(|(which, finding)| (which, finding.requirement.clone())),
            broken: answer.and_then(broken),
            is_of_repeats: repeats && (of_keys || figure.as_ref().is_some_and(Figure::moves_alone)),
            figure,
            keys_otherwise: answer.is_some_and(keys_otherwise),
            last_otherwise: first.is_some_and(last_otherwise),
            is_ungiven: first.is_some_and(|kind| {
                kind.channel == Channel::Document
                    && !kind.place.contains(": ")
                    && (kind.how.starts_with("nothing / ") || kind.how.ends_with(" / nothing"))
            }),
            paper: Paper::of(short),
            path: call.map_or("", |call| call.path),
            odd_numbers: call.filter(|_| answer.is_some()).map(odd_numbers).unwrap_or_default(),
            times: short.of.occurrences.iter().map(|one| (one.seed, one.at)).collect(),
        }
    }

    /// What speaks for one cause of both, if anything does; asked of both, since the one may come after the other.
    fn one_cause(&self, other: &Traits<'_>) -> Option<&'static str> {
        // The status has become a `#`; what is done goes on with a comma.
        let refused = |text: &str| !text.starts_with("#,") && !text.starts_with("# a ");
        let refusals = self.refusals.as_ref().zip(other.refusals.as_ref()).is_some_and(|(one, beside)| {
            one == beside
                || self.path == other.path
                    && (one.0 == beside.0 && refused(&one.0) || one.1 == beside.1 && refused(&one.1))
        });
        let odd_numbers =
            !self.odd_numbers.is_empty() && self.odd_numbers == other.odd_numbers && self.path == other.path;
        let figures = self.figure.as_ref().zip(other.figure.as_ref());
        let papers = self.paper.as_ref().zip(other.paper.as_ref());
        let rules = [
            ("one shows only after the other", self.comes_after(other)),
            ("the judge says the same of both", self.finding.is_some() && self.finding == other.finding),
            (
                "the judge names one line of paper",
                self.paper_line.is_some() && self.paper_line == other.paper_line,
            ),
            ("one place", !self.places.is_disjoint(&other.places)),
            ("one answer to one request", self.answers.is_some() && self.answers == other.answers),
            ("one refusal", refusals),
            ("a state that is not refused", self.unrefused.is_some() && self.unrefused == other.unrefused),
            ("numbers of one kind", odd_numbers),
            ("other numbers", self.numbers_otherwise && other.numbers_otherwise),
            ("other keys", self.keys_otherwise && other.keys_otherwise),
            ("another last number", self.last_otherwise && other.last_otherwise),
            ("broken answers", self.broken.is_some() && self.broken == other.broken),
            ("repeats", self.is_of_repeats && other.is_of_repeats),
            ("a document that is not given", self.is_not_given(other)),
            ("the label of an answer", self.labels(other)),
            ("messages and their count", self.counts_messages(other)),
            ("figures that move alike", figures.is_some_and(|(one, beside)| one.shares_cause_with(beside))),
            (
                "one text on paper",
                papers.is_some_and(|(one, beside)| one.shares_cause_with(beside, &self.times, &other.times)),
            ),
        ];
        rules.into_iter().find_map(|(rule, holds)| holds.then_some(rule))
    }

    fn comes_after(&self, other: &Traits<'_>) -> bool {
        self.follows.is_some_and(|kind| other.kinds.contains(kind))
    }

    /// A document is not given where it is refused.
    fn is_not_given(&self, other: &Traits<'_>) -> bool {
        self.is_ungiven && other.answers.is_some() && self.times.is_subset(&other.times)
    }

    /// A label is another one where another answer is labelled.
    fn labels(&self, other: &Traits<'_>) -> bool {
        let beside = other.times_of_answers.as_ref().map(|times| self.times.intersection(times).count());
        self.is_header && beside.is_some_and(|beside| 2 * beside > self.times.len())
    }

    fn counts_messages(&self, other: &Traits<'_>) -> bool {
        self.kinds.iter().any(|kind| kind.place.ends_with(QUEUE))
            && other.kinds.iter().any(|kind| kind.channel == Channel::Online)
            && !self.times.is_disjoint(&other.times)
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

/// A place of a document, whatever type it is about.
pub(super) fn untyped(place: &str) -> String {
    let mut place = bare(place);
    for (details, count, word) in [
        ("saleReturnDetails", "totalSaleReturnCheques", ".saleReturn"),
        ("buyRetDetails", "totalBuyReturnCheques", ".buyReturn"),
        ("saleDetails", "totalSaleCheques", ".sale"),
        ("buyDetails", "totalBuyCheques", ".buy"),
    ] {
        place = place.replace(details, "<type>Details").replace(count, "total<type>Cheques");
        if let Some(before) = place.strip_suffix(word) {
            place = format!("{before}.<type>");
        }
    }
    place
}

/// The characters that make numbers of the call odd.
fn odd_numbers(call: &Call) -> BTreeSet<char> {
    let amounts = call.params.iter().filter(|(name, _)| is_amount(name));
    let odd = amounts.filter(|(_, text)| matches!(read(text), NumberForm::Nothing) && !text.starts_with('<'));
    odd.flat_map(|(_, text)| text.chars().filter(|symbol| !symbol.is_ascii_digit() && *symbol != '.'))
        .collect()
}

/// A place without the word for its type, and a header without that of its answer.
fn bare(place: &str) -> String {
    match place.split_once(" of a ") {
        Some((header, _)) if header.starts_with("Content-Type") => header.to_owned(),
        _ => place.replace("type of ", ""),
    }
}

/// A text in which every print mode is the same.
fn without_modes(text: &str) -> String {
    PRINT_MODES.iter().fold(text.to_owned(), |text, mode| text.replace(mode, "<mode>"))
}

/// A text without amounts, numbers, shifts, keys and types of receipts; the digits of a code stay.
pub(super) fn without_amounts(text: &str) -> String {
    let mut out = String::new();
    for word in text.split_inclusive(|symbol: char| !symbol.is_ascii_alphanumeric() && symbol != '-') {
        let end = word.trim_end_matches(|symbol: char| !symbol.is_ascii_alphanumeric() && symbol != '-');
        let rest = word.get(end.len()..).unwrap_or_default();
        let number = end.bytes().all(|byte| byte.is_ascii_digit()) && !end.is_empty();
        match end {
            _ if number => out.push('#'),
            _ => {
                let mut end = end.to_owned();
                for kind in ["saleReturn", "buyReturn", "saleRet", "buyRet", "sale", "buy"] {
                    let head = end.strip_prefix(kind);
                    if let Some(tail) = head.filter(|tail| tail.is_empty() || tail.starts_with(['-', 'D'])) {
                        end = format!("<type>{tail}");
                        break;
                    }
                }
                out += &end;
            }
        }
        out += rest;
    }
    while out.contains("#.#") {
        out = out.replace("#.#", "#");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_the_same_whatever_the_amounts_and_types() {
        let one = "DUMP-7 growth of the total of sale in /dump/table/shifts/110/report: 100.00 0.00";
        let other = "DUMP-7 growth of the total of buyReturn in /dump/table/shifts/7/report: 5.10 17";
        assert_eq!(without_amounts(one), without_amounts(other));
        assert_ne!(without_amounts("400 with -7"), without_amounts("400 with -9"));
        assert_eq!(without_amounts("400 saleRet-param-error -9"), without_amounts("400 sale-param-error -9"));
        assert_ne!(without_amounts("400 cash-lq-sale"), without_amounts("400 bank-hq-sale"));
    }

    #[test]
    fn odd_numbers_are_known_by_what_is_odd_in_them() {
        let call = |text: &str| {
            Call::with("/api/", crate::fuzz::form::Form::Query, &[("sale", "5"), ("cash", text)])
        };
        assert_eq!(odd_numbers(&call("1,5")), BTreeSet::from([',']));
        assert_eq!(odd_numbers(&call("1.5")), BTreeSet::new());
        assert_eq!(odd_numbers(&call("1e3")), BTreeSet::from(['e']));
    }
}
