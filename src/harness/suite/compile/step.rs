//! One step's source to a step: `send` has what it sends, `look` what it looks at.

mod look;
mod send;

use super::{Mistakes, Row, bounds, known_requirement};
use crate::conditions::{BenchAction, Condition, ConditionName, Observation};
use crate::suite::check::Form;
use crate::suite::diagnostic::did_you_mean;
use crate::suite::expect::{Expectation, Shape};
use crate::suite::model::{Check, Extent, KeyUse, Question, Step, StepAction};
use crate::suite::source::{CaseSource, StepSource};
use crate::suite::template::{BUILT_IN, Template};
use crate::suite::text::Text;
use ikkm_protocol::Method;
use std::collections::BTreeSet;

pub(super) use look::expectation;
use look::{checks, figures, question, saves, templates};

/// Reads one step with a row's values; `None` after a mistake that leaves nothing to build.
pub(super) fn compile(
    source: &StepSource,
    first_requirement: &str,
    case: &Text,
    row: &mut Row,
    mistakes: &mut Mistakes,
) -> Option<Step> {
    let at = anchor(source).unwrap_or(case).clone();
    let times = bounds::times(row.option(&source.times).as_ref(), mistakes);
    if !mistakes.unfolds(&at, u64::from(times)) {
        return None;
    }
    let action = action(source, &at, row, mistakes)?;
    let cites = row.option(&source.cites);
    if let Some(id) = &cites {
        known_requirement(id, mistakes);
    }
    let question = question(source, row, mistakes);
    let cites = match (&cites, &question) {
        (Some(id), _) => id.text.clone(),
        (None, Some(question)) => question.id.clone(),
        (None, None) => first_requirement.to_owned(),
    };
    let expect = row.option(&source.expect).map(|text| expectation(&text, mistakes));
    if expect.is_some() && question.is_some() {
        mistakes.add(&at, "a step either expects or asks", Some("drop `expect` or `ask`".to_owned()));
    }
    let lost_for_good = source.drop_reply.is_some()
        && [&source.withdraw, &source.deposit, &source.get, &source.post].iter().any(|field| field.is_some());
    if lost_for_good && (expect.is_some() || question.is_some()) {
        let help = "say with `moves` what it does; only a registration's repeat brings an answer";
        mistakes.add(&at, "a dropped answer cannot be expected here", Some(help.to_owned()));
    }
    let observes = matches!(action, StepAction::Observe(_));
    if source.printed.is_some() && !matches!(action, StepAction::Observe(Observation::Tape)) {
        mistakes.add(&at, "`printed` goes with `observe: tape`", None);
    }
    let sends = matches!(action, StepAction::Send(_) | StepAction::Together(_));
    if !sends && !observes && (expect.is_some() || question.is_some()) {
        mistakes.add(&at, "only a step that sends can expect an answer", None);
    }
    let receipts = send::receipts(source, &action, row, mistakes);
    let checks = source.check.as_ref().map_or_else(Vec::new, |map| checks(&row.map(map), mistakes));
    let shapes = expect.as_ref().and_then(|lazy| lazy.get(|_| Some("0".to_owned())).ok());
    let shapes = shapes.as_ref();
    Some(Step {
        may_succeed: question.is_some() || shapes.is_some_and(is_success_possible),
        takes_busy: question.as_ref().is_some_and(lists_busy) || shapes.is_some_and(sees_busy),
        expects_nothing: checks.iter().any(is_empty_list),
        // Which steps only prepare shows when all of the case are known.
        prepares: None,
        place: mistakes.place(&at),
        receipts,
        action,
        times,
        cites,
        expect,
        skip_on: row.option(&source.skip_on).map(|text| expectation(&text, mistakes)),
        within: row.option(&source.within).map(|text| bounds::within(&text, mistakes)),
        question,
        moves: source.moves.as_ref().map(|moves| figures(moves, row, mistakes)),
        checks,
        printed: templates(source.printed.as_deref(), row),
        not_printed: templates(source.not_printed.as_deref(), row),
        widest: row.option(&source.widest).map(|text| number(Some(&text), 0, mistakes)),
        width: row.option(&source.width).map_or_else(Vec::new, |text| {
            text.text
                .split(" or ")
                .map(|part| number(Some(&text.with(part.to_owned())), 0, mistakes))
                .collect()
        }),
        golden: row.option(&source.golden).and_then(|text| bounds::golden(&text, mistakes)),
        exact_wire: source.wire.as_ref().is_some_and(|text| {
            let known = text.text == "exact";
            if !known {
                mistakes.add(text, "`wire` can only be `exact`", None);
            }
            known
        }),
        save: saves(source, row, mistakes),
    })
}

/// Whether an answer that fits may be anything but a refusal.
fn is_success_possible(expectation: &Expectation) -> bool {
    expectation.0.iter().any(|shape| !matches!(shape, Shape::Refused | Shape::Refusal { .. }))
}

/// Whether a busy device (-2) is among the answers that a question names.
fn lists_busy(question: &Question) -> bool {
    let answers = question.answers.iter().filter_map(|(_, lazy)| lazy.get(|_| Some("0".to_owned())).ok());
    answers.flat_map(|answer| answer.0).any(|shape| matches!(shape, Shape::Refusal { code: -2, .. }))
}

/// Whether any refusal is among the answers that a question names.
pub(super) fn takes_refusals(step: &Step) -> bool {
    let answers = step.question.iter().flat_map(|question| &question.answers);
    let mut shapes =
        answers.filter_map(|(_, lazy)| lazy.get(|_| Some("0".to_owned())).ok()).flat_map(|one| one.0);
    shapes.any(|shape| matches!(shape, Shape::Refused | Shape::Anything))
}

/// Whether a busy device (-2) is among the answers.
fn sees_busy(expectation: &Expectation) -> bool {
    let busy =
        |shape: &Shape| matches!(shape, Shape::Refusal { code: -2, .. } | Shape::Refused | Shape::Anything);
    expectation.0.iter().any(busy)
}

/// Whether a check is about nothing having been observed.
fn is_empty_list(check: &Check) -> bool {
    match (check.path.get(|_| None), check.rule.get(|_| None)) {
        (Ok(path), Ok(rule)) => path.0.is_empty() && rule.form == Some(Form::Of(0)),
        _ => false,
    }
}

/// The line under which a plain step is judged that only prepares what later steps check: a sale paid
/// in cash, cash in or out, a report, a getInfo. `None` for anything with a point of its own.
pub(super) fn prepares(step: &Step) -> Option<&'static str> {
    let StepAction::Send(send) = &step.action else { return None };
    let shapes = step.expect.as_ref()?.get(|_| Some("0".to_owned())).ok()?;
    let [shape] = shapes.0.as_slice() else { return None };
    let plain = step.question.is_none()
        && step.within.is_none()
        && step.receipts.is_none()
        && !step.exact_wire
        && step.times == 1
        && send.body.is_none()
        && send.key == KeyUse::Current
        && !send.second_address
        && !send.unpaced
        && send.drop_reply.is_none()
        && send.method == Method::Get;
    if !plain {
        return None;
    }
    let named = |names: &[&str]| send.params.iter().all(|(name, _)| names.contains(&name.as_str()));
    match (send.sample.path().trim_end_matches('/'), shape) {
        ("/api", Shape::Registered) if send.params.len() == 2 && named(&["sale", "cash"]) => Some("REG-1"),
        ("/apideposit" | "/apiwithdraw", Shape::Done) if named(&["cash"]) => Some("CASH-1"),
        ("/apizreport", Shape::Literal { .. } | Shape::Success) if named(&[]) => Some("SHIFT-2"),
        ("/apixreport", Shape::Literal { .. } | Shape::Success) if named(&[]) => Some("SHIFT-1"),
        ("/apicheck/getInfo", Shape::Document) if named(&[]) && step.checks.is_empty() => Some("CHK-2"),
        _ => None,
    }
}

/// The text by which a step's place is told.
fn anchor(source: &StepSource) -> Option<&Text> {
    [
        &source.sale,
        &source.buy,
        &source.sale_return,
        &source.buy_return,
        &source.register,
        &source.withdraw,
        &source.deposit,
        &source.get,
        &source.post,
        &source.establish,
        &source.clear,
        &source.act,
        &source.observe,
        &source.wait,
        &source.reconcile,
        &source.expect,
        &source.cites,
        &source.cash,
        &source.receipts,
    ]
    .into_iter()
    .find_map(Option::as_ref)
}

fn action(source: &StepSource, at: &Text, row: &mut Row, mistakes: &mut Mistakes) -> Option<StepAction> {
    let bench =
        [&source.establish, &source.clear, &source.act, &source.observe, &source.wait, &source.reconcile];
    let asked = bench.iter().filter(|field| field.is_some()).count();
    let sends = send::sends_something(source);
    if asked + usize::from(sends) + usize::from(source.at_once.is_some()) > 1 {
        mistakes.add(at, "a step does one thing", Some("make two steps of it".to_owned()));
        return None;
    }
    if sends {
        return send::send(source, at, row, mistakes).map(StepAction::Send);
    }
    if let Some(together) = &source.at_once {
        return send::together(together, at, row, mistakes).map(StepAction::Together);
    }
    if let Some(condition) = row.option(&source.establish) {
        let code = row.option(&source.code).map(|text| number(Some(&text), 0, mistakes));
        let made = Condition::new(condition_name(&condition, mistakes)?, code);
        if made.is_none() {
            mistakes.add(
                &condition,
                "`code`, 0 to 99, goes with `establish: blocked`, and only with it",
                None,
            );
        }
        return made.map(StepAction::Establish);
    }
    if let Some(condition) = row.option(&source.clear) {
        return condition_name(&condition, mistakes).map(StepAction::Clear);
    }
    if let Some(action) = row.option(&source.act) {
        return bench_act(source, &action, row, mistakes).map(StepAction::Act);
    }
    if let Some(what) = row.option(&source.observe) {
        let known = Observation::ALL.map(Observation::as_str);
        known_name(&what, &known, "observation", mistakes);
        return Observation::from_name(&what.text).map(StepAction::Observe);
    }
    if let Some(what) = row.option(&source.reconcile) {
        known_name(&what, &["all"], "reconciliation", mistakes);
        return Some(StepAction::Reconcile(Extent::All));
    }
    if let Some(seconds) = row.option(&source.wait) {
        return Some(StepAction::Wait(bounds::seconds(&seconds, mistakes)));
    }
    if source.moves.is_none() {
        let help = "write what it sends (sale, get, …), a bench act, `wait` or `moves`";
        mistakes.add(at, "the step does nothing", Some(help.to_owned()));
    }
    Some(StepAction::CheckOnly)
}

fn condition_name(text: &Text, mistakes: &mut Mistakes) -> Option<ConditionName> {
    known_name(text, &ConditionName::ALL.map(ConditionName::as_str), "condition", mistakes);
    ConditionName::from_name(&text.text)
}

fn bench_act(
    source: &StepSource,
    action: &Text,
    row: &mut Row,
    mistakes: &mut Mistakes,
) -> Option<BenchAction> {
    let seconds = row.option(&source.seconds).map(|text| bounds::clock_seconds(&text, mistakes));
    let result = row.option(&source.result).map(|text| text.text);
    match (action.text.as_str(), seconds, result.as_deref()) {
        ("power-cycle", None, None) => Some(BenchAction::PowerCycle),
        ("factory-reset", None, None) => Some(BenchAction::FactoryReset),
        ("advance-clock", Some(seconds), None) => Some(BenchAction::AdvanceClock(seconds)),
        ("finish-bank", None, Some("success")) => Some(BenchAction::FinishBank { success: true }),
        ("finish-bank", None, Some("fail")) => Some(BenchAction::FinishBank { success: false }),
        (name, ..) if BenchAction::NAMES.contains(&name) => {
            let help = "`seconds` goes with advance-clock, `result: success` or `fail` with finish-bank";
            mistakes.add(action, format!("`{name}` has the wrong fields beside it"), Some(help.to_owned()));
            None
        }
        _ => {
            known_name(action, &BenchAction::NAMES, "action", mistakes);
            None
        }
    }
}

pub(super) fn known_name(text: &Text, known: &[&'static str], what: &str, mistakes: &mut Mistakes) {
    if !known.contains(&text.text.as_str()) {
        let help = did_you_mean(&text.text, known.iter().copied())
            .unwrap_or_else(|| format!("known ones: {}", known.join(", ")));
        mistakes.add(text, format!("there is no {what} `{}`", text.text), Some(help));
    }
}

pub(super) fn number<N: std::str::FromStr>(text: Option<&Text>, default: N, mistakes: &mut Mistakes) -> N {
    let Some(text) = text else { return default };
    text.text.parse().unwrap_or_else(|_| {
        mistakes.add(text, format!("`{}` is no whole number that fits here", text.text), None);
        default
    })
}

/// Every placeholder of a case must be a column, built in, or saved by some step.
pub(super) fn names_have_values(source: &CaseSource, steps: &[Step], mistakes: &mut Mistakes) {
    let saved: BTreeSet<&str> =
        steps.iter().flat_map(|step| step.save.iter().map(|(name, _)| name.as_str())).collect();
    let used = steps.iter().flat_map(|step| step.action.requests()).flat_map(|send| {
        let bodies = send.body.iter().map(|(_, body)| body);
        let params = send.params.iter().map(|(_, value)| value);
        params.chain(bodies).chain([&send.path]).flat_map(Template::names).collect::<Vec<_>>()
    });
    for name in used {
        if !saved.contains(name) && !BUILT_IN.contains(&name) {
            let known = BUILT_IN.into_iter().chain(saved.iter().copied());
            let help = did_you_mean(name, known);
            mistakes.add(
                &source.name,
                format!("`<{name}>` is no column, no saved value and not built in"),
                help,
            );
        }
    }
}
