//! The judge on traces that were written by hand.

use super::*;
use crate::client::compile::load_text;
use crate::client::trace::{Fate, TraceEntry, What};
use serde_json::json;

fn scenario() -> Scenario {
    let text = "about: x\nscenarios:\n  - name: a/b\n    requirements: [CLI-3]\n    steps:\n      - {sale: 800, cash: 800, expect: done or unknown}\n      - {settle: true}\n";
    load_text("s.yaml", text).unwrap().remove(0)
}

fn request(number: u64, at: u64, target: &str) -> TraceEntry {
    let (method, target) = ("GET".to_owned(), target.to_owned());
    let what = What::Request {
        number,
        connection: number,
        method,
        target,
        content_type: None,
        body: String::new(),
        version: "1.1".to_owned(),
        malformed: false,
    };
    TraceEntry { at, what }
}

fn reply(number: u64, at: u64, reason: &str, body: &str, fate: Fate) -> TraceEntry {
    let status = if body.starts_with('-') { 400 } else { 200 };
    TraceEntry { at, what: What::Reply { number, status, reason: reason.into(), body: body.into(), fate } }
}

fn asked(step: Option<usize>, at: u64, line: serde_json::Value) -> TraceEntry {
    TraceEntry { at, what: What::Asked { step, line } }
}

fn answered(step: Option<usize>, at: u64, line: serde_json::Value) -> TraceEntry {
    TraceEntry { at, what: What::Answered { step, line } }
}

/// A sale is asked for; `rest` is what comes of it.
fn a_sale(rest: impl IntoIterator<Item = TraceEntry>) -> Trace {
    let sale = json!({"do": "register", "id": "s1", "type": "sale", "total": "800", "cash": "800"});
    let mut entries = vec![
        asked(None, 0, json!({"do": "connect", "key": "12345678"})),
        answered(None, 1, json!({"outcome": "done"})),
        asked(Some(0), 2, sale),
    ];
    entries.extend(rest);
    Trace { scenario: "a/b".into(), second: 100, entries, ..Trace::default() }
}

/// A sale whose reply is lost; `rest` is what the client does then.
fn lost_reply(rest: Vec<TraceEntry>) -> Trace {
    let lost =
        [request(1, 10, "/api/?key=12345678&sale=800&cash=800"), reply(1, 20, "7", "87654321", Fate::Lost)];
    a_sale(lost.into_iter().chain(rest))
}

#[test]
fn what_was_told_as_refused_and_is_sent_later_was_done_all_the_same() {
    let told = |later: Vec<TraceEntry>| {
        let refused = [
            request(1, 200, "/api/?key=12345678&sale=800&cash=800"),
            reply(1, 210, "busy", "-2", Fate::Whole),
            answered(Some(0), 220, json!({"id": "s1", "outcome": "refused", "code": -2})),
            asked(Some(1), 230, json!({"do": "settle", "id": "s2"})),
        ];
        let settled = answered(Some(1), 600, json!({"id": "s2", "outcome": "done"}));
        a_sale(refused.into_iter().chain(later).chain([settled]))
    };
    assert!(!breaks(&told(vec![])).contains(&"CLI-5".to_owned()));
    let sent = vec![
        request(2, 400, "/api/?key=12345678&sale=800&cash=800"),
        reply(2, 410, "7", "87654321", Fate::Whole),
    ];
    assert!(breaks(&told(sent)).contains(&"CLI-5".to_owned()));
}

fn breaks(trace: &Trace) -> Vec<String> {
    judge(&scenario(), trace).violations.into_iter().map(|story| story.requirement).collect()
}

#[test]
fn a_repeat_settles_a_lost_reply() {
    let trace = lost_reply(vec![
        request(2, 1100, "/api/?key=12345678&sale=800&cash=800"),
        reply(2, 1110, "7", "87654321", Fate::Whole),
        answered(Some(0), 1120, json!({"outcome": "done", "id": "s1", "receipt": "7"})),
    ]);
    let judgement = judge(&scenario(), &trace);
    assert_eq!((judgement.verdict, judgement.violations), (Verdict::Pass, vec![]));
}

#[test]
fn the_host_is_locked_in_each_session() {
    let session = |at: u64, number: u64, locks: bool| {
        let mut entries = vec![
            asked(None, at, json!({"do": "connect"})),
            answered(None, at + 1, json!({"outcome": "done"})),
        ];
        if locks {
            entries.push(request(number, at + 2, "/apicheck/?Lockhost=true"));
            entries.push(reply(number, at + 3, "OK", "", Fate::Whole));
        }
        entries.push(request(number + 1, at + 1100, "/api/?key=12345678&sale=800&cash=800"));
        entries
    };
    let told = |second: bool| {
        let entries = [session(0, 1, true), session(5000, 3, second)].concat();
        let trace = Trace { scenario: "a/b".into(), second: 100, entries, ..Trace::default() };
        let scenario = Scenario { requirements: vec!["CLI-18".to_owned()], ..scenario() };
        judge(&scenario, &trace).violations.into_iter().filter(|one| one.requirement == "CLI-18").count()
    };
    assert_eq!((told(true), told(false)), (0, 1));
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

/// Requests at these times, in milliseconds of the scaled clock, each answered at once.
fn paced(times: &[u64]) -> Trace {
    let mut entries = vec![asked(None, 0, json!({"do": "connect", "key": "12345678"}))];
    for (number, at) in (1..).zip(times) {
        entries.push(request(number, *at, "/apicheck?key=12345678"));
        entries.push(reply(number, at + 1, "4231", "0", Fate::Whole));
    }
    Trace { scenario: "a/b".into(), second: 100, entries, ..Trace::default() }
}

#[test]
fn a_request_that_is_seen_late_does_not_make_the_next_one_hasty() {
    // Sent at 1000, 2000, 3000, 4000; a busy machine saw some of them 600 and 300 ms late.
    for late in [&[1000, 2600, 3000, 4000][..], &[1600, 2300, 3000, 4000], &[1600, 2600, 3300, 4000]] {
        assert!(breaks(&paced(late)).is_empty(), "{late:?}");
    }
    for hasty in [&[1000, 1400, 1800, 2200][..], &[1000, 2000, 2100, 2200]] {
        assert_eq!(breaks(&paced(hasty)), ["CLI-6"], "{hasty:?}");
    }
}

#[test]
fn an_answer_to_an_earlier_sending_that_comes_late_changes_nothing() {
    // The first sending's answer leaves when its repeat and another sale are done.
    let sale = |number, at, key: &str, total: &str| {
        request(number, at, &format!("/api/?key={key}&sale={total}&cash={total}"))
    };
    let entries = vec![
        asked(None, 0, json!({"do": "connect", "key": "12345678"})),
        asked(
            Some(0),
            2,
            json!({"do": "register", "id": "s1", "type": "sale", "total": "800", "cash": "800"}),
        ),
        sale(1, 1000, "12345678", "800"),
        sale(2, 31_500, "12345678", "800"),
        reply(2, 31_510, "7", "87654321", Fate::Whole),
        answered(Some(0), 31_520, json!({"outcome": "done", "id": "s1", "receipt": "7"})),
        asked(
            Some(1),
            31_530,
            json!({"do": "register", "id": "s2", "type": "sale", "total": "5", "cash": "5"}),
        ),
        sale(3, 33_000, "87654321", "5"),
        reply(3, 33_010, "8", "11112222", Fate::Whole),
        answered(Some(1), 33_020, json!({"outcome": "done", "id": "s2", "receipt": "8"})),
        reply(1, 46_000, "7", "87654321", Fate::Late(45_000)),
        asked(Some(2), 46_500, json!({"do": "status", "id": "s3"})),
        request(4, 47_000, "/apicheck?key=11112222"),
        reply(4, 47_010, "8", "0", Fate::Whole),
    ];
    let trace = Trace { scenario: "a/b".into(), second: 100, entries, ..Trace::default() };
    assert_eq!(breaks(&trace), Vec::<String>::new());
}

#[test]
fn what_is_sent_later_belongs_to_the_operation_that_asked_for_it() {
    // No connection at first: the client sends that sale in the course of the next one.
    let register = |id: &str, total: &str| json!({"do": "register", "id": id, "type": "sale", "total": total, "cash": total});
    let entries = vec![
        asked(None, 0, json!({"do": "connect", "key": "12345678"})),
        asked(Some(0), 2, register("s1", "800")),
        answered(Some(0), 900, json!({"outcome": "unknown", "id": "s1"})),
        asked(Some(1), 950, register("s2", "800")),
        request(1, 1000, "/api/?key=12345678&sale=800&cash=800"),
        reply(1, 1010, "7", "87654321", Fate::Whole),
        request(2, 2000, "/api/?key=87654321&sale=800&cash=800"),
        reply(2, 2010, "8", "11112222", Fate::Whole),
        answered(
            Some(1),
            2020,
            json!({"outcome": "done", "id": "s2", "receipt": "8",
            "settled": [{"id": "s1", "outcome": "done", "receipt": "7"}]}),
        ),
    ];
    let trace = Trace { scenario: "a/b".into(), second: 100, entries, ..Trace::default() };
    assert_eq!(breaks(&trace), Vec::<String>::new());
}
