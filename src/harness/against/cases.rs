//! Two runs of the same cases on two devices: a case is alike on both, or what is not is a finding.

use crate::golden::shape::Shape;
use crate::runner::outcome::{CaseResult, Event, Finding, RunResult, ShownExchange, Verdict};
use crate::text::clip;
use serde_json::Value;
use std::collections::BTreeMap;

/// How the message of a case begins that both do not pass.
pub(super) const SAME_ON_BOTH: &str = "the same on both";
/// Differences of one case that are told.
const MOST: usize = 5;
/// Characters of what is told of an answer.
const LONGEST: usize = 300;

/// What two runs come to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compared {
    /// A case each, passed where both did alike.
    pub cases: Vec<CaseResult>,
    /// Open questions that the two have answered differently, a line each.
    pub open: Vec<String>,
}

/// Compares the cases of the new device with those of the old one, by name.
pub fn compare(new: &RunResult, old: &RunResult) -> Compared {
    let beside: BTreeMap<&str, &CaseResult> =
        old.cases.iter().map(|case| (case.name.as_str(), case)).collect();
    let ordinary = |case: &&CaseResult| !case.name.starts_with("reconciliation/");
    let mut cases: Vec<CaseResult> = Vec::new();
    for case in new.cases.iter().filter(ordinary) {
        cases.push(match beside.get(case.name.as_str()) {
            Some(other) => one(case, other),
            None => alone(case, "the old device"),
        });
    }
    let known: std::collections::BTreeSet<&str> = new.cases.iter().map(|case| case.name.as_str()).collect();
    let missing = old.cases.iter().filter(ordinary).filter(|case| !known.contains(case.name.as_str()));
    cases.extend(missing.map(|case| alone(case, "the new device")));
    let open = new.answers.iter().filter_map(|(question, answer)| {
        let other = old.answers.get(question).filter(|other| *other != answer)?;
        Some(format!("open: {question}: new {answer}, old {other}"))
    });
    Compared { cases, open: open.collect() }
}

/// A case that ran on one of them only.
fn alone(case: &CaseResult, lacks: &str) -> CaseResult {
    CaseResult {
        verdict: Verdict::Inconclusive,
        message: Some(format!("no verdict on {lacks}")),
        findings: Vec::new(),
        waived: None,
        ..case.clone()
    }
}

fn one(new: &CaseResult, old: &CaseResult) -> CaseResult {
    let differences = differences(new, old);
    let undecided =
        |case: &CaseResult| matches!(case.verdict, Verdict::Inconclusive | Verdict::NotApplicable);
    let verdict = match () {
        () if undecided(new) && undecided(old) => new.verdict,
        () if undecided(new) || undecided(old) => Verdict::Inconclusive,
        () if differences.is_empty() => Verdict::Pass,
        () => Verdict::Fail,
    };
    let message = match verdict {
        Verdict::Pass if new.verdict == Verdict::Pass => None,
        Verdict::Pass => Some(format!("{SAME_ON_BOTH}: {}", words(new))),
        Verdict::Fail => {
            differences.first().map(|first| format!("new: {}; old: {}", first.found, first.expected))
        }
        _ => Some(format!("new: {}; old: {}", words(new), words(old))),
    };
    let findings = if verdict == Verdict::Fail { differences } else { Vec::new() };
    CaseResult { verdict, message, findings, waived: None, ..new.clone() }
}

fn words(case: &CaseResult) -> String {
    match &case.message {
        Some(message) => format!("{}: {}", case.verdict, clip(message, LONGEST)),
        None => case.verdict.to_string(),
    }
}

/// Where the two did not do alike: what came of the case, and each answer up to where they were asked
/// otherwise.
fn differences(new: &CaseResult, old: &CaseResult) -> Vec<Finding> {
    let line = new.findings.first().or(old.findings.first()).map(|finding| finding.requirement.clone());
    let line = line.or_else(|| new.requirements.first().cloned()).unwrap_or_default();
    let place = new.findings.first().or(old.findings.first()).map(|finding| finding.place.clone());
    let found = |expected: String, found: String, exchange: Option<usize>| Finding {
        requirement: line.clone(),
        level: ikkm_requirements::requirements().level(&line),
        place: place.clone().unwrap_or_else(|| new.name.clone()),
        expected,
        found,
        exchange,
        follows: None,
        side: None,
    };
    let mut all = Vec::new();
    let asks = new.requirements.iter().any(|id| id.starts_with("Q-"));
    let decided = |case: &CaseResult| {
        (case.verdict, case.findings.iter().map(|one| one.requirement.clone()).collect::<Vec<_>>())
    };
    if decided(new) != decided(old) {
        all.push(found(words(old), words(new), None));
    }
    let pairs = exchanges(new).zip(exchanges(old));
    // Where they are asked otherwise, what came before has been told.
    let alike = pairs.take_while(|((_, one), (_, other))| asked(one) == asked(other));
    for ((at, one), (_, other)) in alike.filter(|_| !asks) {
        if let Some((said, beside)) = unlike(one, other) {
            let sent = clip(&asked(one), LONGEST);
            all.push(found(format!("{sent}: {beside}"), format!("{sent}: {said}"), Some(at)));
        }
    }
    all.truncate(MOST);
    all
}

fn exchanges(case: &CaseResult) -> impl Iterator<Item = (usize, &ShownExchange)> {
    case.transcript.iter().enumerate().filter_map(|(at, event)| match event {
        Event::Exchange(exchange) => Some((at, exchange)),
        _ => None,
    })
}

/// The request without the numbers and keys of its own device.
fn asked(exchange: &ShownExchange) -> String {
    let path = exchange.sent.split_once('?').map_or(exchange.sent.as_str(), |(path, _)| path);
    without_own(path)
}

/// What the two answered, where it is not alike.
fn unlike(one: &ShownExchange, other: &ShownExchange) -> Option<(String, String)> {
    let answered = |exchange: &ShownExchange| match (&exchange.status, &exchange.trouble) {
        (Some(status), _) => without_own(status),
        (None, trouble) => trouble.clone().unwrap_or_else(|| "no answer".to_owned()),
    };
    let (new, old) = (answered(one), answered(other));
    if new != old {
        return Some((new, old));
    }
    match (document(&one.body), document(&other.body)) {
        (Some(new), Some(old)) => {
            // A list that is empty on one of them says nothing of its rows.
            let filled = |value: &Value| value.as_array().is_none_or(|rows| !rows.is_empty());
            if !filled(&new) || !filled(&old) {
                return None;
            }
            let told = Shape::of(&old).differences(&Shape::of(&new));
            (!told.is_empty()).then(|| (clip(&told.join("; "), LONGEST), "another document".to_owned()))
        }
        (None, None) => {
            let (new, old) = (without_own(&one.body), without_own(&other.body));
            (new != old).then(|| (clip(&new, LONGEST), clip(&old, LONGEST)))
        }
        (new, _) => {
            let word = |is: bool| if is { "a document" } else { "no document" }.to_owned();
            Some((word(new.is_some()), word(new.is_none())))
        }
    }
}

fn document(body: &str) -> Option<Value> {
    serde_json::from_str::<Value>(body).ok().filter(|value| value.is_object() || value.is_array())
}

/// A number that stands alone is a receipt's or a shift's, and `$KEY_3` is a key; codes keep their sign.
fn without_own(text: &str) -> String {
    let mut out = String::new();
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(symbol) = rest.next() {
        if !symbol.is_ascii_digit() || before == '-' {
            // The digits behind a sign are part of a code.
            out.push(symbol);
            if before == '-' && symbol.is_ascii_digit() && rest.peek().is_some_and(char::is_ascii_digit) {
                continue;
            }
            before = symbol;
            continue;
        }
        if before != '#' {
            out.push('#');
        }
        before = '#';
    }
    // The status stands first.
    match (text.get(..4), out.strip_prefix("# ")) {
        (Some(status), Some(rest)) if status.trim_end().len() == 3 => format!("{status}{rest}"),
        _ => out,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    fn exchange(sent: &str, status: &str, body: &str) -> Event {
        Event::Exchange(ShownExchange {
            curl: String::new(),
            sent: sent.to_owned(),
            status: Some(status.to_owned()),
            headers: Vec::new(),
            body: body.to_owned(),
            trouble: None,
            millis: 1,
        })
    }

    fn run(verdict: Verdict, events: &[Event]) -> RunResult {
        let mut run = sample::run();
        run.cases.truncate(1);
        let case = &mut run.cases[0];
        (case.verdict, case.message, case.transcript) = (verdict, None, events.to_vec());
        case.findings.clear();
        case.requirements = vec!["KEY-5".to_owned()];
        run
    }

    #[test]
    fn numbers_keys_and_histories_are_each_devices_own() {
        let sale = "GET /api/?key=$KEY_1&sale=5";
        let dump = "GET /dump/table/shifts/108/cheques?key=$KEY_2";
        let new = run(
            Verdict::Pass,
            &[exchange(sale, "200 4223", "$KEY_2"), exchange(dump, "200 OK", r#"[{"id":1}]"#)],
        );
        let dump = "GET /dump/table/shifts/7/cheques?key=$KEY_9";
        let old = run(
            Verdict::Pass,
            &[exchange(sale, "200 17", "$KEY_9"), exchange(dump, "200 OK", r#"[{"id":9},{"id":8}]"#)],
        );
        let compared = compare(&new, &old);
        assert_eq!(compared.cases[0].verdict, Verdict::Pass, "{:?}", compared.cases[0]);
    }

    #[test]
    fn another_answer_another_shape_and_another_verdict_are_findings() {
        let sale = "GET /api/?key=$KEY_1&sale=5";
        let of = |status: &str, body: &str| run(Verdict::Pass, &[exchange(sale, status, body)]);
        for (new, old) in [
            (of("400 cash-lq-sale", "-10"), of("400 cash-lq-sale", "-13")),
            (of("400 cash-lq-sale", "-10"), of("200 5", "$KEY_2")),
            (of("200 OK", r#"{"a":1}"#), of("200 OK", r#"{"a":"1"}"#)),
            (run(Verdict::Fail, &[]), run(Verdict::Pass, &[])),
        ] {
            let compared = compare(&new, &old);
            assert_eq!(compared.cases[0].verdict, Verdict::Fail, "{new:?}");
            assert_eq!(compare(&old, &old).cases[0].verdict, Verdict::Pass);
        }
        let failing = run(Verdict::Fail, &[]);
        let same = compare(&failing, &failing);
        assert_eq!(same.cases[0].verdict, Verdict::Pass, "what both do wrong is no difference");
        assert!(same.cases[0].message.as_deref().is_some_and(|text| text.starts_with("the same on both")));
    }

    #[test]
    fn other_answers_to_open_questions_are_listed_once() {
        let (mut new, mut old) = (run(Verdict::Pass, &[]), run(Verdict::Pass, &[]));
        new.answers = BTreeMap::from([("Q-KEY-1".to_owned(), "repeats".to_owned())]);
        old.answers = BTreeMap::from([("Q-KEY-1".to_owned(), "refuses -1".to_owned())]);
        assert_eq!(compare(&new, &old).open, ["open: Q-KEY-1: new repeats, old refuses -1"]);
    }
}
