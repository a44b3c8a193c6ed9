//! Findings of a run, each deviation told once: one that shows in 93 cases is one finding with 93
//! places. Findings are alike when they cite one requirement and expected, found and asked the same, up
//! to the numbers in it.

use super::outcome::{CaseResult, Event, Finding, FindingGroup, FindingPlace, Side};
use indexmap::IndexMap;
use indexmap::map::Entry;

/// What makes findings alike: side and requirement, then expected, found and asked without their numbers.
type Likeness = (Option<Side>, String, String, String, String);

/// The findings of all cases, grouped, in the order in which they first showed.
pub fn groups(cases: &[CaseResult]) -> Vec<FindingGroup> {
    let mut groups: IndexMap<Likeness, FindingGroup> = IndexMap::new();
    for case in cases {
        for finding in &case.findings {
            let asked = asked(case, finding);
            let place = FindingPlace {
                case: case.name.clone(),
                place: finding.place.clone(),
                exchange: finding.exchange,
            };
            let likeness = (
                finding.side,
                finding.requirement.clone(),
                without_numbers(&finding.expected),
                without_numbers(&finding.found),
                asked.clone(),
            );
            match groups.entry(likeness) {
                Entry::Occupied(mut known) => {
                    let group = known.get_mut();
                    group.places.push(place);
                    // Where one of them stands on its own, the deviation does.
                    if finding.follows.is_none() {
                        group.follows = None;
                    }
                }
                Entry::Vacant(free) => {
                    free.insert(FindingGroup {
                        requirement: finding.requirement.clone(),
                        level: finding.level,
                        expected: finding.expected.clone(),
                        found: finding.found.clone(),
                        asked,
                        places: vec![place],
                        follows: finding.follows.clone(),
                        side: finding.side,
                    });
                }
            }
        }
    }
    groups.into_values().collect()
}

/// What the finding's exchange asked: method, path and the names of its parameters.
fn asked(case: &CaseResult, finding: &Finding) -> String {
    let exchange = finding.exchange.and_then(|at| case.transcript.get(at));
    let Some(Event::Exchange(exchange)) = exchange else { return String::new() };
    let (path, query) = exchange.sent.split_once('?').unwrap_or((&exchange.sent, ""));
    let names: Vec<&str> = query
        .split('&')
        .filter_map(|pair| pair.split('=').next())
        .filter(|name| !name.is_empty() && *name != "key")
        .collect();
    let path = without_numbers(path);
    if names.is_empty() { path } else { format!("{path} with {}", names.join(", ")) }
}

/// A text in which every run of digits (with its dot) is one `#`, so that two amounts read alike.
/// Codes stay: `-10` and `-13` are different answers.
fn without_numbers(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, number) = rest.split_at(at);
        out.push_str(before);
        let end = number.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(number.len());
        let (digits, after) = number.split_at(end);
        let negative = before.ends_with('-') && digits.len() <= 3;
        let word = before.ends_with(|c: char| c.is_alphanumeric());
        let status = digits.len() == 3 && matches!(digits.as_bytes()[0], b'2' | b'4' | b'5');
        out.push_str(if negative || word || status { digits } else { "#" });
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::super::outcome::{Cause, ShownExchange, Verdict};
    use super::*;
    use ikkm_requirements::Level;
    use std::time::Duration;

    fn case(name: &str, sent: &str, expected: &str, found: &str) -> CaseResult {
        CaseResult {
            name: name.to_owned(),
            suite: "s".to_owned(),
            verdict: Verdict::Fail,
            level: Level::Must,
            requirements: vec!["PAY-4".to_owned()],
            requests: 1,
            duration: Duration::ZERO,
            message: None,
            findings: vec![Finding {
                requirement: "PAY-4".to_owned(),
                level: Level::Must,
                place: "s.yaml:1".to_owned(),
                expected: expected.to_owned(),
                found: found.to_owned(),
                exchange: Some(0),
                follows: None,
                side: None,
            }],
            transcript: vec![Event::Exchange(ShownExchange {
                curl: String::new(),
                sent: sent.to_owned(),
                status: None,
                headers: Vec::new(),
                body: String::new(),
                trouble: None,
                millis: 1,
            })],
            waived: None,
        }
    }

    #[test]
    fn one_deviation_is_told_once_with_every_place() {
        let cases = [
            case("a/one", "GET /api/?key=$IKKM_KEY&sale=800&cash=10", "400 cash-lq-sale with -10", "200 17"),
            case("a/two", "GET /api/?key=$IKKM_KEY&sale=90&cash=1", "400 cash-lq-sale with -10", "200 18"),
            case("a/post", "POST /api/", "400 cash-lq-sale with -10", "200 19"),
            case("a/code", "GET /api/?key=$IKKM_KEY&sale=9&cash=1", "400 cash-lq-sale with -13", "200 17"),
        ];
        let groups = groups(&cases);
        let places: Vec<usize> = groups.iter().map(|group| group.places.len()).collect();
        assert_eq!(places, [2, 1, 1]);
        assert_eq!(groups[0].asked, "GET /api/ with sale, cash");
        assert_eq!(groups[0].places[1].case, "a/two");
    }

    #[test]
    fn a_group_follows_only_where_all_of_it_does() {
        let cause =
            Cause { case: "k/x".to_owned(), requirement: "KEY-3".to_owned(), place: "k.yaml:1".to_owned() };
        let mut one = case("a/one", "GET /x", "1", "2");
        one.findings[0].follows = Some(cause.clone());
        let other = case("a/two", "GET /x", "3", "4");
        assert_eq!(groups(&[one.clone()])[0].follows, Some(cause));
        assert_eq!(groups(&[one, other])[0].follows, None);
    }

    #[test]
    fn amounts_read_alike_and_codes_do_not() {
        assert_eq!(without_numbers("sale: 800.50 (was 12)"), "sale: # (was #)");
        assert_eq!(without_numbers("400 x with -10"), "400 x with -10");
        assert_eq!(without_numbers("KEY-5 ean13"), "KEY-5 ean13");
    }
}
