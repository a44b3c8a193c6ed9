use super::*;

fn all() -> Vec<Request> {
    let code = |name| (name == ConditionName::Blocked).then_some(7);
    let mut all = vec![Request::Hello, Request::Bye];
    all.extend(ConditionName::ALL.map(|name| Request::Establish(Condition::new(name, code(name)).unwrap())));
    all.extend(ConditionName::ALL.map(Request::Clear));
    all.extend(Observation::ALL.map(Request::Observe));
    let actions = [BenchAction::AdvanceClock(90_000), BenchAction::PowerCycle, BenchAction::FactoryReset];
    all.extend(actions.map(Request::Act));
    all.extend([true, false].map(|success| Request::Act(BenchAction::FinishBank { success })));
    all
}

#[test]
fn messages_survive_the_carrier() {
    for request in all() {
        assert_eq!(Request::from_json(&request.to_json()), Some(request));
    }
}

#[test]
fn messages_are_spelt_as_the_protocol_has_them() {
    let blocked = Condition::new(ConditionName::Blocked, Some(12)).unwrap();
    for (request, text) in [
        (Request::Hello, r#"{"do":"hello","version":1}"#),
        (Request::Establish(blocked), r#"{"do":"establish","condition":"blocked","code":12}"#),
        (Request::Clear(ConditionName::Offline72h), r#"{"do":"clear","condition":"offline-72h"}"#),
        (Request::Act(BenchAction::AdvanceClock(5)), r#"{"do":"act","action":"advance-clock","seconds":5}"#),
        (
            Request::Act(BenchAction::FinishBank { success: false }),
            r#"{"do":"act","action":"finish-bank","result":"fail"}"#,
        ),
        (Request::Observe(Observation::Tape), r#"{"do":"observe","observation":"tape"}"#),
        (Request::Bye, r#"{"do":"bye"}"#),
    ] {
        assert_eq!(request.to_json().to_string(), text);
    }
}

#[test]
fn requests_that_are_none_are_refused() {
    for text in [
        "[]",
        r#"{}"#,
        r#"{"do":"dance"}"#,
        r#"{"do":"establish","condition":"blocked"}"#,
        r#"{"do":"establish","condition":"blocked","code":100}"#,
        r#"{"do":"establish","condition":"busy","code":1}"#,
        r#"{"do":"act","action":"advance-clock","seconds":-1}"#,
        r#"{"do":"act","action":"finish-bank","result":"maybe"}"#,
        r#"{"do":"observe","observation":"smell"}"#,
    ] {
        assert_eq!(Request::from_json(&serde_json::from_str(text).unwrap()), None, "{text}");
    }
}

#[test]
fn answers_are_one_of_three() {
    let read = |text| Reply::read(&Request::Bye, text);
    assert!(
        matches!(read(r#"{"ok":true,"shift":3}"#), Ok(Reply::Done(fields)) if fields["shift"] == json!(3))
    );
    assert!(matches!(read(r#"{"unsupported":true}"#), Ok(Reply::Unsupported(_))));
    assert_eq!(read(r#"{"error":"no relay"}"#), Ok(Reply::Failed("no relay".into())));
    for text in
        ["", "ok", "[]", "{}", r#"{"ok":false}"#, r#"{"ok":true,"error":"x"}"#, r#"{"error":5}"#, "{} {}"]
    {
        assert!(matches!(read(text), Err(BenchFault::Nonsense { .. })), "{text}");
    }
}

#[test]
fn only_what_cannot_be_undone_wants_a_grant() {
    use crate::device::effects::Effect;
    for name in ConditionName::ALL {
        let expected = match name.as_str() {
            "fresh-device" | "database-damaged" => Some(Effect::Wipe),
            "taxes-edited" => Some(Effect::Manage),
            _ => None,
        };
        assert_eq!(name.effect(), expected, "{name}");
        assert_eq!(ConditionName::from_name(name.as_str()), Some(name));
    }
    assert_eq!(BenchAction::FactoryReset.effect(), Some(Effect::Wipe));
    assert_eq!(BenchAction::PowerCycle.effect(), Some(Effect::Manage));
    assert_eq!(BenchAction::AdvanceClock(1).effect(), None);
}
