use super::*;
use crate::suite::load::load_text;

fn case(requirements: &str) -> Case {
    let yaml = format!(
        "about: x\ncases: [{{name: a/b, requirements: [{requirements}], steps: [{{get: /apicheck/}}]}}]"
    );
    load_text("s.yaml", &yaml).unwrap().cases.remove(0)
}

fn at(cites: &str) -> At<'_> {
    At { cites, place: "s.yaml:1", exchange: Some(3) }
}

fn answer(status: u16, reason: &str, body: &str) -> Answer {
    Answer { status, reason: reason.into(), headers: Vec::new(), body: body.into() }
}

#[test]
fn a_must_fails_a_should_warns_and_an_open_question_does_neither() {
    for (cites, strict, verdict, goes_on) in [
        ("REG-1", false, Verdict::Fail, false),
        ("REG-7", false, Verdict::Warn, true),
        ("REG-7", true, Verdict::Fail, true),
    ] {
        let (case, mut open) = (case("REG-1"), OpenAnswers::default());
        let mut judge = CaseJudge::new(&case, &mut open);
        assert_eq!(judge.found(at(cites), "this", "that", None).is_ok(), goes_on, "{cites}");
        let (told, findings) = judge.conclude(strict);
        assert_eq!((told, findings[0].exchange), (verdict, Some(3)), "{cites}");
    }
    let (case, mut open) = (case("Q-KEY-1"), OpenAnswers::default());
    let mut judge = CaseJudge::new(&case, &mut open);
    let halt = judge.found(at("Q-KEY-1"), "this", "that", None);
    assert!(matches!(halt, Err(Halt::Inconclusive(_))));
    assert_eq!(judge.conclude(true), (Verdict::Pass, Vec::new()));
}

#[test]
fn no_finding_is_booked_on_a_question() {
    let (case, mut open) = (case("Q-KEY-1"), OpenAnswers::default());
    let mut judge = CaseJudge::new(&case, &mut open);
    assert!(judge.record_answer(at("Q-KEY-1"), "Q-KEY-1", "repeats", None).is_ok());
    let second = judge.record_answer(at("Q-KEY-1"), "Q-KEY-1", "refuses -1", None);
    assert!(matches!(second, Err(Halt::Broken)));
    let outside = judge.outside(at("Q-PAY-1"), "Q-PAY-1", "-10; -13", &answer(400, "x", "-3"), None);
    assert!(matches!(outside, Err(Halt::Broken) | Ok(())));
    let (_, findings) = judge.conclude(false);
    let lines: Vec<&str> = findings.iter().map(|finding| finding.requirement.as_str()).collect();
    assert_eq!(lines, ["KEY-12", "PAY-8"]);
    assert!(findings[0].expected.contains("Q-KEY-1"), "the question is named: {}", findings[0].expected);
}

#[test]
fn every_question_of_the_requirements_has_a_line_behind_it() {
    for line in
        ikkm_requirements::requirements().all().filter(|line| line.level == Level::Open && !line.is_client())
    {
        let behind = judge::line_behind(&line.id);
        let found = ikkm_requirements::requirements()
            .get(behind)
            .unwrap_or_else(|| panic!("{}: there is no {behind}", line.id));
        assert_ne!(found.level, Level::Open, "{}: {behind}", line.id);
    }
}

#[test]
fn what_only_prepares_is_found_under_its_own_line_and_leaves_the_case_open() {
    let (case, mut open) = (case("TAX-1"), OpenAnswers::default());
    let mut judge = CaseJudge::new(&case, &mut open);
    let registered = Expectation::parse("registered").unwrap();
    let refused = answer(400, "sale-lq-one", "-7");
    let halt = judge.answer(at("TAX-1"), Some("REG-1"), &registered, &refused, &Before::default(), None);
    assert!(matches!(halt, Err(Halt::Inconclusive(_))));
    let (verdict, findings) = judge.conclude(false);
    assert_eq!((verdict, findings[0].requirement.as_str()), (Verdict::Inconclusive, "REG-1"));
}

#[test]
fn what_prepares_by_the_case_s_own_line_is_the_case_s() {
    let (case, mut open) = (case("REG-1"), OpenAnswers::default());
    let mut judge = CaseJudge::new(&case, &mut open);
    let registered = Expectation::parse("registered").unwrap();
    let refused = answer(400, "sale-lq-one", "-7");
    let halt = judge.answer(at("REG-1"), Some("REG-1"), &registered, &refused, &Before::default(), None);
    assert!(matches!(halt, Err(Halt::Broken)));
    assert_eq!(judge.conclude(false).0, Verdict::Fail);
}

#[test]
fn a_document_that_cannot_be_read_names_the_place_and_explains_its_own_line() {
    let (case, mut open) = (case("CHK-2"), OpenAnswers::default());
    let mut judge = CaseJudge::new(&case, &mut open);
    let document = Expectation::parse("document").unwrap();
    let broken = answer(200, "x", "{\"a\": 1,\n \"b\" 2}");
    let halt = judge.answer(at("CHK-2"), None, &document, &broken, &Before::default(), None);
    assert!(matches!(halt, Err(Halt::Broken)));
    let (verdict, findings) = judge.conclude(false);
    assert_eq!(verdict, Verdict::Fail);
    assert_eq!((findings[0].requirement.as_str(), findings[1].requirement.as_str()), ("WIRE-12", "CHK-2"));
    assert!(findings[0].found.contains("at byte 14"), "{}", findings[0].found);
    assert_eq!(findings[1].follows.as_ref().map(|cause| cause.requirement.as_str()), Some("WIRE-12"));
}

#[test]
fn every_check_of_a_document_is_told() {
    let (case, mut open) = (case("CHK-2"), OpenAnswers::default());
    let mut judge = CaseJudge::new(&case, &mut open);
    let check = |path: &str, rule: &str| FilledCheck {
        place: "s.yaml:2",
        path: crate::suite::check::path(path).unwrap(),
        rule: crate::suite::check::rule(rule).unwrap(),
    };
    let json = serde_json::json!({"a": 1, "b": 2});
    let checks = [check("a", "text"), check("b", "integer"), check("c", "any")];
    assert!(matches!(judge.document(at("CHK-2"), &json, &checks, None), Err(Halt::Broken)));
    let (_, findings) = judge.conclude(false);
    assert_eq!(findings.len(), 2);
    assert_eq!(findings[1].place, "s.yaml:2");
}

#[test]
fn what_hangs_on_an_open_rounding_is_not_held_against_the_device() {
    let (case, mut open) = (case("REG-1"), OpenAnswers::default());
    let mut judge = CaseJudge::new(&case, &mut open);
    let halt = judge.found(at("REG-1"), "this", "that", Some("its rounding is open"));
    assert!(matches!(halt, Err(Halt::Inconclusive(why)) if why.contains("its rounding is open")));
    assert!(judge.conclude(true).1.is_empty());
}

#[test]
fn books_that_disagree_name_what_explains_them() {
    let (case, mut open) = (case("DUMP-7"), OpenAnswers::default());
    let mut judge = CaseJudge::new(&case, &mut open);
    let cause = Cause { case: "k/x".into(), requirement: "WIRE-10".into(), place: "k.yaml:1".into() };
    let wrong = vec![("DUMP-7".to_owned(), "10".to_owned(), "20".to_owned())];
    let halt = judge.reconciled(at("DUMP-7"), wrong, Some(cause.clone()), None);
    assert!(matches!(halt, Err(Halt::Broken)));
    assert_eq!(judge.conclude(false).1[0].follows, Some(cause));
}
