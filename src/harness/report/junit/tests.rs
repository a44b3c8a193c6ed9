//! Elements, counts, names, times; and that any text comes back.

use super::*;
use crate::report::sample;
use crate::runner::outcome::Event;
use proptest::prelude::*;
use roxmltree::{Document, Node};
use std::time::Duration;

fn named<'a>(xml: &'a Document, name: &str) -> Node<'a, 'a> {
    let node = xml.descendants().find(|node| node.attribute("name") == Some(name));
    node.unwrap_or_else(|| panic!("no {name}")).to_owned()
}

fn child<'a>(node: Node<'a, 'a>, name: &str) -> Option<Node<'a, 'a>> {
    node.children().find(|child| child.has_tag_name(name))
}

/// All text below a node; split CDATA sections are several nodes.
fn all_text(node: Node) -> String {
    node.descendants().filter(Node::is_text).filter_map(|node| node.text()).collect()
}

fn rendered(run: &RunResult) -> String {
    let xml = render(run, Dialect::Jenkins).unwrap();
    schema::check(&Document::parse(&xml).unwrap()).unwrap();
    xml
}

#[test]
fn every_verdict_has_its_element() {
    let xml = rendered(&sample::run());
    let xml = Document::parse(&xml).unwrap();
    let outcome = |name: &str| {
        let case = named(&xml, name);
        case.children().map(|node| node.tag_name().name().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(outcome("key/rotates"), Vec::<String>::new());
    assert_eq!(outcome("key/replay-registers-nothing"), ["failure", "system-out"]);
    assert_eq!(outcome("key/replay-after-x-report"), ["system-out"]);
    assert_eq!(outcome("pay/return-change"), ["system-out"]);
    assert_eq!(outcome("print/unreadable"), ["skipped"]);
    assert_eq!(outcome("bank/refund"), ["skipped"]);
    let reason = child(named(&xml, "bank/refund"), "skipped").unwrap();
    assert_eq!(reason.attribute("message"), Some("needs a bench that can `finish-bank`"));
    let failure = child(named(&xml, "key/replay-registers-nothing"), "failure").unwrap();
    assert!(all_text(failure).contains("suites/device/replay.yaml:41"));
    let waived = all_text(named(&xml, "pay/return-change"));
    assert!(waived.starts_with("# waived: vendor fixes it in 1020"), "{waived}");
    assert!(waived.contains("found <b>␛[31m]]></b>"), "{waived}");
}

#[test]
fn a_suite_counts_and_tells_what_was_tested() {
    let xml = rendered(&sample::run());
    let xml = Document::parse(&xml).unwrap();
    let suites: Vec<_> = xml.root_element().children().map(|suite| suite.attribute("name")).collect();
    assert_eq!(suites, ["keys", "replay", "payments", "printing", "bank"].map(Some));
    let replay = named(&xml, "replay");
    assert_eq!(replay.attribute("failures"), Some("1"));
    assert_eq!(replay.attribute("timestamp"), Some("2026-11-23T19:30:00Z"));
    assert_eq!(replay.attribute("time"), Some("0.024"));
    let properties = child(replay, "properties").unwrap();
    let serial = properties.children().find(|one| one.attribute("name") == Some("serial")).unwrap();
    assert_eq!(serial.attribute("value"), Some("011700029000"));
    let skipped =
        ["keys", "printing", "bank"].map(|name| named(&xml, name).attribute("skipped").unwrap().to_owned());
    let found = ["keys", "printing", "bank"].map(|name| {
        let cases = named(&xml, name).children().filter(|case| child(*case, "skipped").is_some());
        cases.count().to_string()
    });
    assert_eq!(skipped, found);
}

#[test]
fn a_case_leads_to_its_file_and_line_for_readers_that_know_these() {
    let mut run = sample::run();
    run.target = "http://x/?a=<b>&\"c\"".into();
    let place = "suites/device/replay.yaml:41".to_owned();
    let facts = crate::runner::outcome::CaseFacts { about: None, place };
    run.facts.cases.insert("key/replay-registers-nothing".into(), facts);
    let xml = render(&run, Dialect::Places).unwrap();
    let xml = Document::parse(&xml).unwrap();
    let case = named(&xml, "key/replay-registers-nothing");
    assert_eq!(
        (case.attribute("file"), case.attribute("line")),
        (Some("suites/device/replay.yaml"), Some("41"))
    );
    assert_eq!(named(&xml, "replay").attribute("file"), Some("suites/device/replay.yaml"));
    assert_eq!(named(&xml, "key/rotates").attribute("line"), None);
    let target = xml.descendants().find(|one| one.attribute("name") == Some("target")).unwrap();
    assert_eq!(target.attribute("value"), Some(run.target.as_str()));
    // Jenkins' schema would refuse the whole report for them.
    let plain = rendered(&run);
    let plain = Document::parse(&plain).unwrap();
    assert_eq!(named(&plain, "key/replay-registers-nothing").attribute("line"), None);
}

#[test]
fn a_pass_has_a_transcript_only_where_it_was_asked_for() {
    let mut run = sample::run();
    run.cases[0].transcript = run.cases[1].transcript.clone();
    let of_pass = |run: &RunResult| {
        let xml = rendered(run);
        child(named(&Document::parse(&xml).unwrap(), "key/rotates"), "system-out").is_some()
    };
    assert!(!of_pass(&run));
    run.facts.full = true;
    assert!(of_pass(&run));
}

#[test]
fn a_stopped_run_is_an_error_even_without_cases() {
    let mut run = sample::run();
    run.cases.clear();
    assert!(rendered(&run).contains("<testsuites/>"));
    run.stopped = Some("the device is gone".into());
    let xml = rendered(&run);
    assert!(xml.contains("<error type=\"stopped\" message=\"the device is gone\""), "{xml}");
    assert!(xml.contains("errors=\"1\""));
}

#[test]
fn names_stay_unique_and_odd_times_do_no_harm() {
    let mut run = sample::run();
    run.cases = vec![sample::case("a", "s", Verdict::Pass); 3];
    run.cases[0].duration = Duration::MAX;
    run.started = time::macros::datetime!(-3000-01-01 00:00 UTC);
    let xml = rendered(&run);
    for name in ["\"a\"", "\"a (2)\"", "\"a (3)\""] {
        assert_eq!(xml.matches(&format!("testcase name={name}")).count(), 1);
    }
}

#[test]
fn times_have_three_decimals_at_most() {
    let mut run = sample::run();
    for millis in [0, 1, 999, 1_000, 1_118, 2_435, 1_234_567] {
        run.cases.truncate(2);
        run.cases[1].message = Some(" time=\"7.77777\" ]]> time=\"7.77777\"".into());
        run.cases[1].duration = Duration::from_millis(millis);
        let xml = rendered(&run);
        let expected = format!("time=\"{}.{:03}\"", millis / 1000, millis % 1000);
        assert_eq!(xml.matches(&expected).count(), 2, "the case's and its suite's: {xml}");
        assert!(xml.contains("7.77777"), "text is no time");
    }
}

proptest! {
    #[test]
    fn any_text_gives_xml_that_gives_it_back(texts in prop::collection::vec(any::<String>(), 6)) {
        let mut run = sample::run();
        run.cases.truncate(2);
        run.cases[0].verdict = Verdict::Inconclusive;
        run.cases[0].name = format!("first {}", texts[0]);
        run.cases[0].message = Some(texts[1].clone());
        run.cases[1].suite = texts[2].clone();
        run.cases[1].findings[0].found = texts[3].clone();
        run.cases[1].message = Some(texts[4].clone());
        run.target = texts[5].clone();
        run.stopped = Some(texts[5].clone());
        let xml = rendered(&run);
        let xml = Document::parse(&xml).unwrap();
        let first = named(&xml, &attribute(&run.cases[0].name));
        let skipped = child(first, "skipped").unwrap();
        let message = attribute(&texts[1]);
        prop_assert_eq!(skipped.attribute("message"), Some(message.as_str()));
        let failure = xml.descendants().find(|node| node.has_tag_name("failure")).unwrap();
        let found = text::for_xml(&texts[3]);
        prop_assert!(all_text(failure).contains(found.as_ref()));
        let suite = failure.ancestors().find(|node| node.has_tag_name("testsuite")).unwrap();
        let name = attribute(&texts[2]);
        prop_assert_eq!(suite.attribute("name"), Some(name.as_str()));
        let target = child(suite, "properties").unwrap().children().find(|p| p.attribute("name") == Some("target"));
        let target = target.and_then(|property| property.attribute("value"));
        prop_assert_eq!(target.unwrap_or_default(), attribute(&texts[5]));
    }

    #[test]
    fn the_end_mark_of_cdata_survives(text in "[\\]>a]{0,12}") {
        let mut run = sample::run();
        run.cases.truncate(2);
        run.cases[1].findings[0].found = text.clone();
        let xml = rendered(&run);
        let xml = Document::parse(&xml).unwrap();
        let failure = xml.descendants().find(|node| node.has_tag_name("failure")).unwrap();
        prop_assert!(all_text(failure).contains(&["found     ", &text, "\n"].concat()));
    }
}

#[test]
fn a_transcript_without_end_is_cut_in_the_middle() {
    let mut run = sample::run();
    run.cases.truncate(2);
    let case = &mut run.cases[1];
    case.transcript = (0..300_000).map(|n| Event::Note(format!("event {n} of very many"))).collect();
    let xml = rendered(&run);
    assert!(xml.len() < 80 * 1024, "{} bytes", xml.len());
    let xml = Document::parse(&xml).unwrap();
    let told = all_text(named(&xml, &run.cases[1].name));
    for part in ["event 0 of", "event 299999 of", "bytes are left out here: the results as JSON (--json)"] {
        assert!(told.contains(part), "{part}");
    }
}
