//! What a line leaves to the device beside the open questions: where both do what the line allows, the two differ as
//! models do, and neither is at fault.

use super::documents::QUEUE;
use super::kinds::Kind;
use super::paper::MADE_UP;
use super::search::Short;
use super::seen::{Channel, NOTHING};
use super::words::bare;
use crate::conditions::{Condition, ConditionName};
use crate::fuzz::operation::{Call, Operation};
use crate::ledger::written::{NumberForm, read};

/// The line that allows both, if one does. `no_link`: one of them has no tax committee to talk to, and the other one has.
pub(super) fn allowed(short: &Short, no_link: bool) -> Option<&'static str> {
    let kind = short.of.kinds.first()?;
    match kind.channel {
        // What it prints is its answer.
        _ if kind.place == MADE_UP => Some("Q-ITEM-4"),
        _ if no_link && is_of_messages(kind) => Some("CHK-4"),
        Channel::Answer => answer(kind, short),
        Channel::Document | Channel::Books => document(kind, short),
        Channel::Head | Channel::Paper | Channel::Online => None,
    }
}

/// The closed question that both give one of its answers to.
pub(super) fn closed_question(short: &Short) -> Option<&'static str> {
    let kind = short.of.kinds.first().filter(|kind| kind.channel == Channel::Answer)?;
    let (new, old) = kind.how.split_once(" / ")?;
    let tells = |one: &str, beside: &str| {
        let reason = one.strip_suffix("-hq-sale -10").zip(beside.strip_suffix("-hq-sale -13"));
        reason.is_some_and(|(one, beside)| one == beside)
    };
    (tells(new, old) || tells(old, new)).then_some("Q-PAY-1")
}

/// Whether messages wait, and when they were sent.
fn is_of_messages(kind: &Kind) -> bool {
    let place = bare(&kind.place);
    let sent = ["receipt details: status", "receipt details: submitDate"].contains(&place.as_str());
    sent || place.ends_with(QUEUE) || kind.channel == Channel::Online && kind.place == "online: messages"
}

fn answer(kind: &Kind, short: &Short) -> Option<&'static str> {
    let (new, old) = kind.how.split_once(" / ")?;
    let are = |one: &str, beside: &str| [(new, old), (old, new)].contains(&(one, beside));
    let call = short.call();
    let path = call.map_or("", |call| call.path);
    match path {
        // An unknown path may be any error of the server (v22 §11).
        "/apinothing" => {
            let known = |text: &str| text == "400 incorrect-method -8";
            let served = |text: &str| text.starts_with("200");
            (known(new) != known(old) && !served(new) && !served(old)).then_some("ERR-incorrect-method")
        }
        "/apideposit" | "/apiwithdraw" => (call.is_some_and(takes_nothing)
            && are("400 cache-not-in-range -9", "400 cache-param-error -9"))
        .then_some("CASH-3"),
        _ => (is_ordinary(short, call) && are("400 wrong-cashier -11", "400 only-master-cashier -16"))
            .then_some("SHIFT-6"),
    }
}

fn document(kind: &Kind, short: &Short) -> Option<&'static str> {
    let place = bare(&kind.place);
    let both = [short.new.as_str(), short.old.as_str()];
    match place.as_str() {
        // Only where there is a battery.
        "getInfo: batteryCapacityPerc" => kind.is_missing().then_some("CHK-2"),
        // As v22 spells it, and besides as it is spelt.
        "getInfo: roundingRule" => kind.is_missing().then_some("WIRE-8"),
        "row of a receipt: itemCode" => {
            both.iter().all(|shown| ["", "null", "a text", NOTHING].contains(shown)).then_some("DUMP-3")
        }
        "receipt details: onlineCode" => both.contains(&"empty").then_some("DUMP-6"),
        _ => None,
    }
}

/// Zero is no amount to pay in or out, and may be called wrong in form; what is below is asked with Q-PAY-5.
fn takes_nothing(call: &Call) -> bool {
    let amount = call.params.iter().find(|(name, _)| name == "cash").map(|(_, text)| read(text));
    matches!(amount, Some(NumberForm::Plain(amount)) if amount.is_zero())
}

/// An ordinary cashier asks, in whose way another one's shift may be as well.
fn is_ordinary(short: &Short, call: Option<&Call>) -> bool {
    let is = |condition: &Condition| condition.name() == ConditionName::OrdinaryCashier;
    let under = call.and_then(|call| call.under).is_some_and(|condition| is(&condition));
    under
        || short.operations.iter().any(|one| matches!(one, Operation::Establish(condition) if is(condition)))
}

#[cfg(test)]
mod tests {
    use super::super::kinds::Together;
    use super::*;
    use crate::fuzz::form::Form;

    fn short(channel: Channel, place: &str, how: &str, shown_by: Operation) -> Short {
        let kind = Kind { channel, place: place.to_owned(), how: how.to_owned() };
        let (new, old) = how.split_once(" / ").unwrap();
        let [new, old] = [new, old].map(|shown| if shown == "nothing" { NOTHING } else { shown }.to_owned());
        let together = Together { kinds: vec![kind], occurrences: Vec::new() };
        Short { new, old, ..Short::of(together, shown_by) }
    }

    fn answer(path: &'static str, params: &[(&str, &str)], how: &str) -> Short {
        short(Channel::Answer, "answer", how, Operation::Call(Call::with(path, Form::Query, params)))
    }

    fn document(place: &str, how: &str) -> Short {
        short(Channel::Books, place, how, Operation::Look)
    }

    fn line(short: &Short) -> Option<&'static str> {
        allowed(short, false)
    }

    #[test]
    fn an_unknown_path_is_refused_in_any_way() {
        let page = "404 Not Found, a page";
        let method = "400 incorrect-method -8";
        let asked = |how: &str| line(&answer("/apinothing", &[], how));
        assert_eq!(asked(&format!("{page} / {method}")), Some("ERR-incorrect-method"));
        assert_eq!(asked(&format!("{method} / 200 ok 0")), None, "it is not served");
        assert_eq!(asked(&format!("{page} / 400 incorrect-web-api-key -1")), None);
    }

    #[test]
    fn zero_may_be_wrong_in_form_and_a_senior_is_asked_for_in_either_way() {
        let how = "400 cache-not-in-range -9 / 400 cache-param-error -9";
        let deposit = |cash: &str| line(&answer("/apideposit", &[("cash", cash)], how));
        assert_eq!(deposit("0"), Some("CASH-3"));
        assert_eq!([deposit("-5"), deposit("20000001"), deposit("abc")], [None; 3]);
        let how = "400 wrong-cashier -11 / 400 only-master-cashier -16";
        let mut dump = answer("/dump/table/shifts", &[], how);
        assert_eq!(line(&dump), None);
        let ordinary = Condition::new(ConditionName::OrdinaryCashier, None).unwrap();
        dump.operations.insert(0, Operation::Establish(ordinary));
        assert_eq!(line(&dump), Some("SHIFT-6"));
    }

    #[test]
    fn what_a_model_need_not_have_is_allowed_and_what_it_must_is_not() {
        for (place, how, allows) in [
            ("getInfo: type of batteryCapacityPerc", "a text / nothing", Some("CHK-2")),
            ("getInfo: type of batteryCapacityPerc", "a text / a number", None),
            ("getInfo: roundingRule", "nothing / no", Some("WIRE-8")),
            ("getInfo: roudingRule", "nothing / no", None),
            ("row of a receipt: itemCode", "null / ", Some("DUMP-3")),
            ("row of a receipt: itemCode", "7 / null", None),
            ("receipt details: onlineCode", "a code / empty", Some("DUMP-6")),
            ("getInfo: messagesQueSize", "empty / nothing", None),
        ] {
            assert_eq!(line(&document(place, how)), allows, "{place}: {how}");
        }
        let waits = document("getInfo: messagesQueSize", "empty / nothing");
        assert_eq!(allowed(&waits, true), Some("CHK-4"), "one has no tax committee to talk to");
        assert_eq!(allowed(&document("report: revenue", "5 / nothing"), true), None);
    }

    #[test]
    fn two_answers_of_a_closed_question_are_known() {
        let sale = |how: &str| closed_question(&answer("/api/", &[("sale", "5")], how));
        assert_eq!(sale("400 bank-hq-sale -10 / 400 bank-hq-sale -13"), Some("Q-PAY-1"));
        assert_eq!(sale("400 bank-hq-sale -10 / 400 tara-hq-sale -13"), None);
        assert_eq!(sale("400 bank-hq-sale -10 / 400 bank-hq-sale -7"), None);
    }
}
