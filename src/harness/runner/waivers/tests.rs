//! Waivers that hold, that do not, and the way from a failing run to a file.

use super::load::read;
use super::propose::propose;
use super::*;
use crate::runner::outcome::ShownExchange;
use time::macros::date;

const TODAY: Date = date!(2026 - 11 - 23);
const NAMES: [&str; 3] = ["pay/change", "pay/other", "key/replay"];

fn case(name: &str, verdict: Verdict, found: &[(&str, &str, &str)]) -> CaseResult {
    let exchange = |status: &str, body: &str| {
        Event::Exchange(ShownExchange {
            curl: String::new(),
            sent: String::new(),
            status: Some(status.to_owned()),
            headers: vec![],
            body: body.to_owned(),
            trouble: None,
            millis: 1,
        })
    };
    let finding = |(index, (status, body, found)): (usize, &(&str, &str, &str))| Finding {
        requirement: "PAY-10".to_owned(),
        level: Level::Must,
        place: "s.yaml:1".to_owned(),
        expected: format!("not {status} {body}"),
        found: (*found).to_owned(),
        exchange: Some(index),
        follows: None,
        side: None,
    };
    CaseResult {
        name: name.to_owned(),
        suite: "s".to_owned(),
        verdict,
        level: Level::Must,
        requirements: vec!["PAY-10".to_owned()],
        requests: 1,
        duration: Duration::ZERO,
        message: None,
        findings: found.iter().enumerate().map(finding).collect(),
        transcript: found.iter().map(|(status, body, _)| exchange(status, body)).collect(),
        waived: None,
    }
}

fn refused() -> CaseResult {
    case("pay/change", Verdict::Fail, &[("400 cash-lq-sale", "-10", "400 cash-lq-sale with -10")])
}

fn waivers(yaml: &str) -> Waivers {
    read("w.yaml", yaml, &NAMES).unwrap_or_else(|mistakes| {
        panic!("{}", mistakes.iter().map(|one| one.render(false)).collect::<String>())
    })
}

fn one(subject: &str, observed: &str, more: &str) -> Waivers {
    waivers(&format!(
        "waivers:\n  - {{{subject}, observed: {{{observed}}}, reason: mended soon, owner: A. Bek, expires: 2026-12-31{more}}}\n"
    ))
}

/// The note of the first case, and the messages of waivers that are not in order.
fn applied(waivers: &Waivers, cases: Vec<CaseResult>) -> (Option<String>, Vec<String>) {
    let mut cases = cases;
    let before = cases.len();
    waivers.apply(&mut cases, Some("101021"), TODAY);
    let faults = cases.split_off(before).into_iter().filter_map(|case| case.message).collect();
    (cases.remove(0).waived, faults)
}

#[test]
fn the_deviation_that_was_accepted_is_waived() {
    for observed in ["code: -10", "status: 400, reason: cash-*", "found: '*with -10'"] {
        for subject in ["case: pay/change", "case: pay/*", "requirement: PAY-10"] {
            let (note, faults) = applied(&one(subject, observed, ""), vec![refused()]);
            assert_eq!(note.as_deref(), Some("mended soon (A. Bek, until 2026-12-31)"), "{observed}");
            assert!(faults.is_empty(), "{faults:?}");
        }
    }
}

#[test]
fn another_deviation_is_not() {
    for observed in ["code: -13", "status: 200", "reason: change-not-allowed", "found: nothing"] {
        let (note, faults) = applied(&one("case: pay/change", observed, ""), vec![refused()]);
        assert_eq!(note, None, "{observed}");
        assert!(faults[0].contains("the deviation changed"), "{faults:?}");
    }
}

#[test]
fn every_finding_of_a_case_must_be_waived() {
    let two = || {
        let found = [("400 cash-lq-sale", "-10", "a"), ("200 7", "00000000", "b")];
        case("pay/change", Verdict::Fail, &found)
    };
    let (note, faults) = applied(&one("case: pay/change", "code: -10", ""), vec![two()]);
    assert_eq!((note, faults), (None, vec![]));
    let both = "waivers:
  - {case: pay/change, observed: {code: -10}, reason: r, owner: o, expires: 2026-11-23}
  - {case: pay/change, observed: {found: b}, reason: r, owner: o, expires: 2026-11-23}
";
    let (note, faults) = applied(&waivers(both), vec![two()]);
    assert!(note.is_some() && faults.is_empty(), "{faults:?}");
}

#[test]
fn what_passes_again_is_noticed() {
    let passed = || vec![case("pay/change", Verdict::Pass, &[])];
    for subject in ["case: pay/change", "requirement: PAY-10"] {
        let (_, faults) = applied(&one(subject, "code: -10", ""), passed());
        assert!(
            faults[0].contains("matches nothing any more") && faults[0].contains("w.yaml:2"),
            "{faults:?}"
        );
    }
}

#[test]
fn cases_that_did_not_come_to_a_verdict_say_nothing_about_their_waiver() {
    for verdict in [Verdict::NotApplicable, Verdict::Inconclusive] {
        let (_, faults) =
            applied(&one("case: pay/change", "code: -10", ""), vec![case("pay/change", verdict, &[])]);
        assert!(faults.is_empty(), "{faults:?}");
    }
    let (_, faults) = applied(&one("case: key/replay", "code: -10", ""), vec![refused()]);
    assert!(faults.is_empty(), "not selected: {faults:?}");
}

#[test]
fn an_expired_waiver_covers_nothing_and_fails() {
    let waivers = one("case: pay/change", "code: -10", "");
    for (today, holds) in [(date!(2026 - 12 - 31), true), (date!(2027 - 01 - 01), false)] {
        let mut cases = vec![refused()];
        waivers.apply(&mut cases, None, today);
        assert_eq!(cases[0].waived.is_some(), holds);
        assert_eq!(cases.len(), if holds { 1 } else { 2 });
        assert!(
            holds || cases[1].message.as_ref().is_some_and(|text| text.contains("expired on 2026-12-31"))
        );
    }
}

#[test]
fn a_waiver_is_for_its_firmware_alone() {
    for (range, holds) in
        [("{to: 101021}", true), ("{from: 101021}", true), ("{from: 101022}", false), ("{to: 7}", false)]
    {
        let waivers = one("case: pay/change", "code: -10", &format!(", firmware: {range}"));
        let (note, faults) = applied(&waivers, vec![refused()]);
        assert_eq!((note.is_some(), faults.len()), (holds, 0), "{range}");
        let mut unknown = vec![refused()];
        waivers.apply(&mut unknown, None, TODAY);
        assert_eq!(unknown[0].waived, None);
    }
}

#[test]
fn cases_of_devices_that_are_not_equal_are_waived_each_by_its_own_firmware() {
    let waivers = one("requirement: PAY-10", "code: -10", ", firmware: {from: 101022}");
    let other = CaseResult { name: "pay/other".to_owned(), ..refused() };
    let mut cases = vec![refused(), other];
    waivers.apply_by(
        &mut cases,
        |case| Some(if case.name == "pay/other" { "101050" } else { "101021" }),
        TODAY,
    );
    let waived: Vec<bool> = cases.iter().map(|case| case.waived.is_some()).collect();
    assert_eq!(waived, [false, true], "{cases:?}");
    // Whether the other firmware still deviates in a case that did not run on it is not known; in one that did, it is.
    for (subject, faults) in [("requirement: PAY-10", 0), ("case: pay/other", 1)] {
        let mut clean = vec![refused(), case("pay/other", Verdict::Pass, &[])];
        one(subject, "code: -10", ", firmware: {from: 101022}").apply_by(
            &mut clean,
            |case| Some(if case.name == "pay/other" { "101050" } else { "101021" }),
            TODAY,
        );
        assert_eq!(clean.len(), 2 + faults, "{subject}: {clean:?}");
    }
}

#[test]
fn what_a_run_proposes_waives_it() {
    let found =
        [("200 4712", "87654321", "the key $KEY_2; fiscal total 123456.70 after receipt 4712, \"quoted\"\n")];
    let run = |receipt: &str, found: &str| {
        let status = format!("200 {receipt}");
        vec![
            case("pay/change", Verdict::Fail, &[(&status, "87654321", found)]),
            case("pay/other", Verdict::Pass, &[]),
        ]
    };
    let proposed = propose(&run("4712", found[0].2), Some("101021"), TODAY);
    let later = run("5000", "the key $KEY_3; fiscal total 999999.90 after receipt 5000, \"quoted\"\n");
    let (note, faults) = applied(&waivers(&proposed), later.clone());
    assert!(note.is_none() && faults.len() == 1, "{faults:?}");
    assert!(faults[0].contains("write its reason and owner over the placeholder"), "{faults:?}");
    let half = proposed.replace("not looked at yet", "mended in 1020");
    assert!(applied(&waivers(&half), later.clone()).1[0].contains("write its owner over"));
    let waivers = waivers(&half.replace("nobody yet", "A. Bek"));
    assert_eq!(waivers.0.len(), 1, "{proposed}");
    let (note, faults) = applied(&waivers, later);
    assert!(note.is_some() && faults.is_empty(), "{proposed}\n{faults:?}");
    assert_eq!(read("w.yaml", &propose(&[], None, TODAY), &NAMES), Ok(Waivers::default()));
}

#[test]
fn a_proposal_keeps_what_lasts_and_stars_what_grows() {
    let about = |status: &str, found: &str| {
        propose(&[case("pay/change", Verdict::Fail, &[(status, "-10", found)])], None, TODAY)
    };
    let text = about("400 cash-lq-sale", "400 with -10; 999 then 1000 and 0.5.\tEnd 7");
    assert!(text.contains(r#"reason: "cash-lq-sale""#), "{text}");
    assert!(text.contains(r#"found: "400 with -10; 999 then * and *.\tEnd 7""#), "{text}");
    assert!(text.contains("# PAY-10: expected not 400 cash-lq-sale -10\n"), "{text}");
    assert!(about("200 4712", "x").contains(r#"reason: "*""#));
    assert!(!about("200", "x").contains(r#"reason: "*""#), "no reason is no number");
    assert!(!about("200 4a", "x").contains(r#"reason: "*""#));
}

#[test]
fn mistakes_are_shown_with_their_place() {
    let good =
        "waivers:\n  - {case: pay/change, observed: {code: -10}, reason: r, owner: o, expires: 2026-12-31}\n";
    for (old, new, told) in [
        ("pay/change", "pay/chnage", "did you mean `pay/change`"),
        ("case: pay/change", "requirement: PAY-99", "no requirement `PAY-99`"),
        ("case: pay/change, ", "", "either a `case` or a `requirement`"),
        ("code: -10", "", "would cover everything"),
        ("code: -10", "code: minus ten", "no whole number"),
        ("2026-12-31", "31.12.2026", "is no date"),
        ("owner: o", "owner: ''", "has no owner"),
        ("owner: o, ", "", "the field `owner` is missing"),
        ("owner", "ownre", "did you mean `owner`"),
    ] {
        let mistakes = read("w.yaml", &good.replace(old, new), &NAMES).unwrap_err();
        let shown: String = mistakes.iter().map(|mistake| mistake.render(false)).collect();
        assert!(shown.contains(told) && shown.contains("w.yaml"), "{told} is missing in\n{shown}");
    }
}

#[test]
fn a_deviation_that_another_cases_waiver_describes_has_changed_all_the_same() {
    let two = "waivers:
  - {case: pay/change, observed: {code: -13}, reason: r, owner: o, expires: 2026-12-31}
  - {case: pay/other, observed: {code: -10}, reason: r, owner: o, expires: 2026-12-31}
";
    let other = case("pay/other", Verdict::Fail, &[("400 cash-lq-sale", "-10", "b")]);
    let (note, faults) = applied(&waivers(two), vec![refused(), other]);
    assert_eq!(note, None);
    assert_eq!(faults.len(), 1, "{faults:?}");
    let told =
        "the deviation changed: waived is code -13; now it is status 400, reason `cash-lq-sale`, code -10";
    assert!(faults[0].contains(told), "{faults:?}");
}

#[test]
fn a_requirements_waiver_covers_findings_of_that_requirement_alone() {
    let mut mixed = case("pay/change", Verdict::Warn, &[("400 x", "-10", "a"), ("400 y", "-10", "b")]);
    let waivers = one("requirement: PAY-10", "code: -10", "");
    assert!(applied(&waivers, vec![mixed.clone()]).0.is_some());
    mixed.findings[1].requirement = "KEY-5".to_owned();
    assert_eq!(applied(&waivers, vec![mixed.clone()]), (None, vec![]));
    // A step may cite what its case does not: the waiver is that finding's all the same.
    mixed.requirements = vec!["KEY-5".to_owned()];
    let (_, faults) = applied(&one("requirement: PAY-10", "code: -13", ""), vec![mixed]);
    assert!(faults[0].contains("the deviation changed"), "{faults:?}");
}

#[test]
fn only_a_negative_number_is_a_code_and_a_finding_may_stand_without_an_answer() {
    let seen = |status: &str, body: &str| {
        let case = case("pay/change", Verdict::Fail, &[(status, body, "f")]);
        Deviation::of(&case, &case.findings[0])
    };
    assert_eq!(seen("400 r", " -10\n").code, Some(-10));
    assert_eq!((seen("200 164", "0").code, seen("200 164", "87654321").code), (None, None));
    assert_eq!(seen("400", "-1").reason.as_deref(), Some(""));
    assert_eq!((seen("garbage", "-1").status, seen("garbage", "-1").reason), (None, None));
    let mut silent = refused();
    silent.findings[0].exchange = None;
    let bare = Deviation { found: Some("400 cash-lq-sale with -10".to_owned()), ..Deviation::default() };
    assert_eq!(Deviation::of(&silent, &silent.findings[0]), bare);
}

#[test]
fn waivers_out_of_order_are_cases_with_names_of_their_own() {
    let twice = "waivers:
  - {case: pay/change, observed: {code: -1}, reason: r, owner: o, expires: 2026-01-01}
  - {case: pay/change, observed: {code: -2}, reason: r, owner: o, expires: 2026-01-01}
";
    let mut cases = vec![refused()];
    waivers(twice).apply(&mut cases, None, TODAY);
    let told: Vec<_> = cases.iter().map(|case| (case.name.as_str(), case.verdict)).collect();
    let failed = Verdict::Fail;
    assert_eq!(
        told,
        [("pay/change", failed), ("waiver/pay/change", failed), ("waiver/pay/change (2)", failed)]
    );
    assert!(cases.iter().all(|case| case.waived.is_none()));
}

#[test]
fn a_requirements_waiver_also_speaks_of_cases_that_do_not_cite_it() {
    let elsewhere = |mut case: CaseResult| {
        case.requirements = vec!["KEY-5".to_owned()];
        case
    };
    let (note, faults) = applied(&one("requirement: PAY-10", "code: -10", ""), vec![elsewhere(refused())]);
    assert!(note.is_some() && faults.is_empty(), "{note:?} {faults:?}");
    let changed = one("requirement: PAY-10", "code: -13", "");
    let (note, faults) = applied(&changed, vec![elsewhere(refused())]);
    assert!(note.is_none() && faults.len() == 1, "{note:?} {faults:?}");
    let other = one("requirement: PAY-4", "code: -10", "");
    let (note, faults) = applied(&other, vec![elsewhere(refused())]);
    assert!(note.is_none() && faults.is_empty(), "{note:?} {faults:?}");
}
