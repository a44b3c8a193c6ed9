use super::*;

fn answer(status: u16, reason: &str, body: &str) -> Answer {
    Answer { status, reason: reason.into(), headers: vec![], body: body.into() }
}

fn judge(expectation: &str, answer: &Answer, before: &Before) -> Result<(), Option<&'static str>> {
    let expectation = Expectation::parse(expectation).unwrap();
    compare(&expectation, answer, before).map_err(|difference| difference.requirement)
}

fn before() -> Before {
    let key = Key::parse("11111111").ok();
    Before {
        sent: key.clone(),
        current: key,
        last_receipt: Some(163),
        registered: Some((163, Key::parse("22222222").unwrap())),
    }
}

#[test]
fn a_registration_names_what_is_wrong_with_it() {
    let rows = [
        (200, "164", "29852781", Ok(())),
        (200, "163", "29852781", Err(Some("REG-3"))),
        (200, "164", "11111111", Err(Some("KEY-3"))),
        (200, "164", "2985278", Err(Some("KEY-3"))),
        (200, "164", "29852781 ", Err(Some("WIRE-1"))),
        (200, "ok", "29852781", Err(Some("WIRE-10"))),
        (400, "cash-lq-sale", "-10", Err(None)),
        (200, "164", "-10", Err(None)),
    ];
    for (status, reason, body, expected) in rows {
        let found = judge("registered", &answer(status, reason, body), &before());
        assert_eq!(found, expected, "{status} {reason} {body:?}");
    }
}

#[test]
fn blanks_around_a_code_break_the_wire() {
    let spaced = answer(400, "cash-lq-sale", " -10");
    assert_eq!(judge("-10 cash-lq-sale", &spaced, &before()), Err(Some("WIRE-1")));
    assert_eq!(judge("refused", &spaced, &before()), Err(Some("WIRE-1")));
}

#[test]
fn repeats_cash_and_refusals() {
    let before = before();
    assert!(judge("repeated", &answer(200, "163", "22222222"), &before).is_ok());
    assert!(judge("repeated", &answer(200, "164", "22222222"), &before).is_err());
    assert!(judge("repeated", &answer(200, "163", "33333333"), &before).is_err());
    assert!(judge("done", &answer(200, "7", "11111111"), &before).is_ok());
    assert_eq!(judge("done", &answer(200, "7", "33333333"), &before), Err(Some("KEY-11")));
    let refusal = answer(400, "cash-lq-sale", "-10");
    for right in ["refused", "-10", "-10 cash-lq-sale", "-10 cash-*", "registered or -10"] {
        assert!(judge(right, &refusal, &before).is_ok(), "{right}");
    }
    for wrong in ["-13", "-10 bank-hq-sale", "success", "document", "registered", "no-answer"] {
        assert!(judge(wrong, &refusal, &before).is_err(), "{wrong}");
    }
    assert!(judge("200 x-report-started 0", &answer(200, "x-report-started", "0"), &before).is_ok());
    assert!(judge("document", &answer(200, "", "{\"a\":1}"), &before).is_ok());
    assert!(judge("document", &answer(200, "", "5"), &before).is_err());
    assert!(judge("json a integer = 1", &answer(200, "", "{\"a\":1}"), &before).is_ok());
    assert!(judge("json a text", &answer(200, "", "{\"a\":1}"), &before).is_err());
    let mut typed = answer(200, "1", "0");
    typed.headers.push(("content-type".into(), "text/html; charset=UTF-8".into()));
    assert!(judge("header Content-Type text/html*utf-8", &typed, &before).is_ok());
    assert!(judge("header Content-Type text/plain* or header Date *", &typed, &before).is_err());
}

#[test]
fn descriptions_show_no_key() {
    assert!(!describe(&answer(200, "164", "29852781")).contains("29852781"));
}

#[test]
fn of_several_shapes_the_nearest_is_told() {
    let told = |expectation: &str, answer: &Answer| {
        compare(&Expectation::parse(expectation).unwrap(), answer, &before()).unwrap_err()
    };
    let twice = answer(200, "164", "22222222");
    let found = "another receipt number";
    for expectation in ["repeated or -1", "-1 or repeated"] {
        assert!(told(expectation, &twice).found.starts_with(found), "{expectation}");
    }
    // Nothing of its kind was expected: the first shape tells.
    assert!(!told("-1 or no-answer", &twice).found.starts_with(found));
    assert_eq!(told("-1 or no-answer", &twice).requirement, None);
    let other_key = answer(200, "163", "33333333");
    assert!(told("repeated", &other_key).found.starts_with("the receipt number but another key"));
    let refusal = answer(400, "x", "-9");
    assert!(told("repeated or -1", &refusal).found.contains("400 x"));
    // One shape keeps the line that it breaks, several break what the step cites.
    assert_eq!(told("done", &other_key).requirement, Some("KEY-11"));
    assert_eq!(told("done or -1", &other_key).requirement, None);
}

#[test]
fn a_success_or_document_needs_status_200_and_no_code() {
    for (status, body, success, document) in [
        (200, "0", true, false),
        (200, "-7", false, false),
        (400, "0", false, false),
        (200, "{}", true, true),
        (400, "{}", false, false),
    ] {
        let answer = answer(status, "", body);
        assert_eq!(judge("success", &answer, &before()).is_ok(), success, "{status} {body}");
        assert_eq!(judge("document", &answer, &before()).is_ok(), document, "{status} {body}");
        assert_eq!(
            judge("registered", &answer, &before()),
            Err(if status == 200 && success { Some("WIRE-10") } else { None })
        );
    }
    assert!(judge("json a integer", &answer(400, "", "{\"a\":1}"), &before()).is_err());
}

#[test]
fn a_literal_answer_must_be_alike_in_all_three() {
    for (status, reason, body, right) in [
        (200, "x-report-started", "0", true),
        (400, "x-report-started", "0", false),
        (200, "z-report-started", "0", false),
        (200, "x-report-started", "1", false),
        (400, "other", "1", false),
    ] {
        let found = judge("200 x-report-started 0", &answer(status, reason, body), &before());
        assert_eq!(found.is_ok(), right, "{status} {reason} {body}");
    }
}
