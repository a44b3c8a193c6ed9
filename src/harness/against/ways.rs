//! Ways in which two answers to one request differ that have one cause whatever was asked: a state that only one of the
//! two refuses, numbers that run otherwise, answers that do not come whole.

use super::kinds::Kind;
use super::seen::Channel;
use super::together::Which;
use super::words::ANOTHER_NUMBER;

/// The refusals that tell of a state, not of what was asked.
const STATES: [&str; 7] = ["-2", "-3", "-4", "-6", "-11", "-18", "-99"];

/// The refusal of a state in place of what the other one does, and which of the two refuses.
pub(super) fn unrefused(kind: &Kind) -> Option<(Which, String)> {
    let (new, old) = kind.how.split_once(" / ")?;
    let state = |text: &str| {
        let code = text.rsplit(' ').next().unwrap_or_default();
        STATES.contains(&code) || code.len() == 4 && code.starts_with("-1")
    };
    match (new.starts_with("200"), old.starts_with("200")) {
        (true, false) if state(old) => Some((Which::Old, old.to_owned())),
        (false, true) if state(new) => Some((Which::New, new.to_owned())),
        _ => None,
    }
}

/// Whether both did it with the same key, and one of them under another number.
pub(super) fn numbers_otherwise(kind: &Kind) -> bool {
    let key = |text: &str| Some(text.strip_prefix("200, ")?.split_once(", ")?.1.to_owned());
    kind.how.split_once(" / ").is_some_and(|(new, old)| {
        old.contains(ANOTHER_NUMBER) && key(new).is_some_and(|of_new| Some(of_new) == key(old))
    })
}

/// Which of the two answers nothing, or nothing whole.
pub(super) fn broken(kind: &Kind) -> Option<Which> {
    let is = |text: &str| text.starts_with("no answer") || text.starts_with("a broken answer");
    let (new, old) = kind.how.split_once(" / ")?;
    match (is(new), is(old)) {
        (true, false) => Some(Which::New),
        (false, true) => Some(Which::Old),
        _ => None,
    }
}

/// Whether it tells another receipt or document as the last one: in getInfo, or in answer to a status or a print.
pub(super) fn last_otherwise(kind: &Kind) -> bool {
    let tells = |text: &str| {
        let number = text.strip_prefix("200 ").and_then(|rest| rest.strip_suffix(" 0"));
        number.is_some_and(|number| number.contains("number"))
    };
    let answers = kind.how.split_once(" / ").is_some_and(|(new, old)| tells(new) && tells(old));
    let in_info = kind.place.ends_with(": lastClosedChequeId");
    in_info || kind.channel == Channel::Answer && answers
}

/// Whether only one of the two did it, or registered it. What both refuse, and a document that one of them gives, leave
/// both as they were.
pub(super) fn parts(kind: &Kind) -> bool {
    let Some((new, old)) = kind.how.split_once(" / ") else { return true };
    let did = |text: &str| (text.starts_with('2'), text.ends_with("a fresh key"));
    did(new) != did(old) && !kind.how.contains("a document")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(how: &str) -> Kind {
        Kind { channel: Channel::Answer, place: "answer".to_owned(), how: how.to_owned() }
    }

    #[test]
    fn a_state_that_refuses_nothing_and_numbers_that_run_otherwise_are_known() {
        let busy = Some((Which::Old, "400 ikkm-is-busy -2".to_owned()));
        assert_eq!(unrefused(&kind("200 ok 0 / 400 ikkm-is-busy -2")), busy);
        assert_eq!(unrefused(&kind("200 the last number 0 / 400 ikkm-is-busy -2")), busy);
        assert_eq!(unrefused(&kind("200 ok 0 / 400 incorrect-web-api-key -1")), None);
        let other = "200, another number, a fresh key";
        assert!(numbers_otherwise(&kind(&format!("200, a number, a fresh key / {other}"))));
        assert!(!numbers_otherwise(&kind(&format!("200, a number, the current key / {other}"))));
    }

    #[test]
    fn another_last_number_and_broken_answers_are_known() {
        assert!(last_otherwise(&kind("200 a number 0 / 200 another number 0")));
        assert!(!last_otherwise(&kind("200 ok 0 / 200 a number 0")));
        assert_eq!(broken(&kind("a broken answer: the body was cut / 200 ok 0")), Some(Which::New));
        assert_eq!(broken(&kind("no answer / no answer")), None);
    }

    #[test]
    fn only_what_one_of_the_two_did_alone_parts_them() {
        let fresh = "200, a number, a fresh key";
        for other in ["400 cash-lq-sale -10", "200, a number, the current key", "no answer"] {
            assert!(parts(&kind(&format!("{fresh} / {other}"))), "{other}");
        }
        for how in [
            "400 incorrect-method -7 / 400 incorrect-method -8",
            "200, a number, a fresh key / 200, another number, a fresh key",
            "200 a document / 400 incorrect-web-api-key -1",
        ] {
            assert!(!parts(&kind(how)), "{how}");
        }
    }
}
