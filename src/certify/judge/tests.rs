//! The judge on traces that were written by hand.

use super::*;
use crate::certify::compile::load_text;
use crate::certify::trace::{Entry, Fate, What};
use serde_json::json;

fn scenario() -> Scenario {
    let text = "about: x\nscenarios:\n  - name: a/b\n    requirements: [CLI-3]\n    steps:\n      - {sale: 800, cash: 800, expect: done or unknown}\n      - {settle: true}\n";
    load_text("s.yaml", text).unwrap().remove(0)
}

fn request(number: u64, at: u64, target: &str) -> Entry {
    let (method, target) = ("GET".to_owned(), target.to_owned());
    let what =
        What::Request { number, connection: number, method, target, content_type: None, body: String::new() };
    Entry { at, what }
}

fn reply(number: u64, at: u64, reason: &str, body: &str, fate: Fate) -> Entry {
    let status = if body.starts_with('-') { 400 } else { 200 };
    Entry { at, what: What::Reply { number, status, reason: reason.into(), body: body.into(), fate } }
}

fn asked(step: Option<usize>, at: u64, line: serde_json::Value) -> Entry {
    Entry { at, what: What::Asked { step, line } }
}

fn answered(step: Option<usize>, at: u64, line: serde_json::Value) -> Entry {
    Entry { at, what: What::Answered { step, line } }
}

/// A sale whose reply is lost; `rest` is what the client does then.
fn lost_reply(rest: Vec<Entry>) -> Trace {
    let mut entries = vec![
        asked(None, 0, json!({"do": "connect", "key": "12345678"})),
        answered(None, 1, json!({"outcome": "done"})),
        asked(
            Some(0),
            2,
            json!({"do": "register", "id": "s1", "type": "sale", "total": "800", "cash": "800"}),
        ),
        request(1, 10, "/api/?key=12345678&sale=800&cash=800"),
        reply(1, 20, "7", "87654321", Fate::Lost),
    ];
    entries.extend(rest);
    Trace { scenario: "a/b".into(), second: 100, entries, ..Trace::default() }
}

fn breaks(trace: &Trace) -> Vec<String> {
    judge(&scenario(), trace).stories.into_iter().map(|story| story.requirement).collect()
}

#[test]
fn a_repeat_settles_a_lost_reply() {
    let trace = lost_reply(vec![
        request(2, 1100, "/api/?key=12345678&sale=800&cash=800"),
        reply(2, 1110, "7", "87654321", Fate::Whole),
        answered(Some(0), 1120, json!({"outcome": "done", "id": "s1", "receipt": "7"})),
    ]);
    let judgement = judge(&scenario(), &trace);
    assert_eq!((judgement.verdict, judgement.stories), (Verdict::Pass, vec![]));
}

#[test]
fn without_the_situation_nothing_is_tested() {
    let trace = Trace { second: 100, ..Trace::default() };
    assert_eq!(judge(&scenario(), &trace).verdict, Verdict::Inconclusive);
}

#[test]
fn breaches_are_named() {
    let told = |outcome: &str| answered(Some(0), 1200, json!({"outcome": outcome, "id": "s1", "code": -1}));
    let settle = || {
        vec![
            asked(Some(1), 1300, json!({"do": "settle", "id": "s2"})),
            answered(Some(1), 1400, json!({"outcome": "unknown", "id": "s2"})),
        ]
    };
    // Never repeats, though asked to settle.
    let mut rest = vec![told("unknown")];
    rest.extend(settle());
    assert!(breaks(&lost_reply(rest)).contains(&"CLI-3".to_owned()));
    // Another sale under the spent key.
    let other = request(2, 1100, "/api/?key=12345678&sale=500&cash=500");
    let rest = vec![other, reply(2, 1110, "7", "87654321", Fate::Whole), told("unknown")];
    assert!(breaks(&lost_reply(rest)).contains(&"CLI-4".to_owned()));
    // Refused, though it was done.
    let repeat = request(2, 1100, "/api/?key=12345678&sale=800&cash=800");
    let rest = vec![repeat, reply(2, 1110, "incorrect-web-api-key", "-1", Fate::Whole), told("refused")];
    assert!(breaks(&lost_reply(rest)).contains(&"CLI-5".to_owned()));
    // No pause before the repeat.
    let hasty = vec![request(2, 100, "/api/?key=12345678&sale=800&cash=800")];
    assert!(breaks(&lost_reply(hasty)).contains(&"CLI-6".to_owned()));
}

#[test]
fn any_trace_is_judged_without_panic() {
    let odd = Trace {
        scenario: String::new(),
        second: 0,
        entries: vec![
            reply(9, 0, "", "", Fate::Lost),
            answered(Some(99), 0, json!(null)),
            request(1, u64::MAX, "?key=&sale=1"),
            reply(1, 0, "x", "ключ", Fate::Held),
            asked(Some(usize::MAX), 0, json!([])),
            answered(None, 0, json!({"settled": 5, "journal": [1]})),
        ],
        ..Trace::default()
    };
    judge(&scenario(), &odd);
}
