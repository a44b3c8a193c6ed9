//! One step's source to a step.

use super::{Mistakes, Row, known_requirement};
use crate::bench::{self, Condition, ConditionName, Observation};
use crate::protocol::{Method, PayKind, Registration};
use crate::requirements::{Level, register};
use crate::suite::check;
use crate::suite::diagnostic::did_you_mean;
use crate::suite::expect::{self, Expectation};
use crate::suite::model::{Action, Check, Extent, KeyUse, Lazy, Move, Question, Saved, Send, Step};
use crate::suite::moves;
use crate::suite::source::{CaseSource, MovesSource, StepSource};
use crate::suite::template::{BUILT_IN, Template};
use crate::suite::text::Text;
use std::collections::BTreeSet;

/// Reads one step with a row's values; `None` after a mistake that leaves nothing to build.
pub(super) fn compile(
    source: &StepSource,
    first_requirement: &str,
    case: &Text,
    row: &mut Row,
    mistakes: &mut Mistakes,
) -> Option<Step> {
    let at = anchor(source).unwrap_or(case).clone();
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
    let observes = matches!(action, Action::Observe(_));
    if source.printed.is_some() && !matches!(action, Action::Observe(Observation::Tape)) {
        mistakes.add(&at, "`printed` goes with `observe: tape`", None);
    }
    let sends = matches!(action, Action::Send(_));
    if !sends && !observes && (expect.is_some() || question.is_some()) {
        mistakes.add(&at, "only a step that sends can expect an answer", None);
    }
    Some(Step {
        place: mistakes.place(&at),
        action,
        times: number(row.option(&source.times).as_ref(), 1, mistakes),
        cites,
        expect,
        skip_on: row.option(&source.skip_on).map(|text| expectation(&text, mistakes)),
        within: row.option(&source.within).map(|text| Template::parse(&text.text)),
        question,
        moves: source.moves.as_ref().map(|moves| figures(moves, row, mistakes)),
        checks: source.check.as_ref().map_or_else(Vec::new, |map| checks(&row.map(map), mistakes)),
        printed: templates(source.printed.as_deref(), row),
        not_printed: templates(source.not_printed.as_deref(), row),
        widest: row.option(&source.widest).map(|text| number(Some(&text), 0, mistakes)),
        golden: row.option(&source.golden).map(|text| text.text),
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
    ]
    .into_iter()
    .find_map(Option::as_ref)
}

fn action(source: &StepSource, at: &Text, row: &mut Row, mistakes: &mut Mistakes) -> Option<Action> {
    let bench =
        [&source.establish, &source.clear, &source.act, &source.observe, &source.wait, &source.reconcile];
    let asked = bench.iter().filter(|field| field.is_some()).count();
    let sends = sends_something(source);
    if asked + usize::from(sends) > 1 {
        mistakes.add(at, "a step does one thing", Some("make two steps of it".to_owned()));
        return None;
    }
    if sends {
        return send(source, at, row, mistakes).map(Action::Send);
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
        return made.map(Action::Establish);
    }
    if let Some(condition) = row.option(&source.clear) {
        return condition_name(&condition, mistakes).map(Action::Clear);
    }
    if let Some(action) = row.option(&source.act) {
        return bench_act(source, &action, row, mistakes).map(Action::Act);
    }
    if let Some(what) = row.option(&source.observe) {
        let known = Observation::ALL.map(Observation::as_str);
        known_name(&what, &known, "observation", mistakes);
        return Observation::from_name(&what.text).map(Action::Observe);
    }
    if let Some(what) = row.option(&source.reconcile) {
        known_name(&what, &["all"], "reconciliation", mistakes);
        return Some(Action::Reconcile(Extent::All));
    }
    if let Some(seconds) = row.option(&source.wait) {
        return Some(Action::Wait(number(Some(&seconds), 0, mistakes)));
    }
    if source.moves.is_none() {
        let help = "write what it sends (sale, get, …), a bench act, `wait` or `moves`";
        mistakes.add(at, "the step does nothing", Some(help.to_owned()));
    }
    Some(Action::Look)
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
) -> Option<bench::Action> {
    let seconds = row.option(&source.seconds).map(|text| number(Some(&text), 0, mistakes));
    let result = row.option(&source.result).map(|text| text.text);
    match (action.text.as_str(), seconds, result.as_deref()) {
        ("power-cycle", None, None) => Some(bench::Action::PowerCycle),
        ("factory-reset", None, None) => Some(bench::Action::FactoryReset),
        ("advance-clock", Some(seconds), None) => Some(bench::Action::AdvanceClock(seconds)),
        ("finish-bank", None, Some("success")) => Some(bench::Action::FinishBank { success: true }),
        ("finish-bank", None, Some("fail")) => Some(bench::Action::FinishBank { success: false }),
        (name, ..) if bench::Action::NAMES.contains(&name) => {
            let help = "`seconds` goes with advance-clock, `result: success` or `fail` with finish-bank";
            mistakes.add(action, format!("`{name}` has the wrong fields beside it"), Some(help.to_owned()));
            None
        }
        _ => {
            known_name(action, &bench::Action::NAMES, "action", mistakes);
            None
        }
    }
}

fn sends_something(source: &StepSource) -> bool {
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
    ]
    .iter()
    .any(|field| field.is_some())
}

fn send(source: &StepSource, at: &Text, row: &mut Row, mistakes: &mut Mistakes) -> Option<Send> {
    let mut params = Vec::new();
    let mut add = |name: &str, text: Option<Text>| {
        if let Some(text) = text {
            params.push((name.to_owned(), Template::parse(&text.text)));
        }
    };
    let registers = source.sale.is_some()
        || source.buy.is_some()
        || source.sale_return.is_some()
        || source.buy_return.is_some()
        || source.register.is_some();
    let cash_path = match (&source.withdraw, &source.deposit) {
        (Some(_), None) => Some("/apiwithdraw/"),
        (None, Some(_)) => Some("/apideposit/"),
        (None, None) => None,
        _ => {
            mistakes.add(at, "a step sends one request", None);
            return None;
        }
    };
    let path = row.option(&source.get).or_else(|| row.option(&source.post));
    if usize::from(registers) + usize::from(cash_path.is_some()) + usize::from(path.is_some()) > 1 {
        mistakes.add(at, "a step sends one request", Some("make two steps of it".to_owned()));
        return None;
    }
    if let Some(kind) = row.option(&source.register) {
        if Registration::from_wire(&kind.text).is_none() {
            let help = did_you_mean(&kind.text, Registration::ALL.map(Registration::wire));
            mistakes.add(&kind, format!("`{}` is no type of registration", kind.text), help);
        }
        match row.option(&source.total) {
            Some(total) => add(&kind.text, Some(total)),
            None => mistakes.add(&kind, "`register` needs `total`", None),
        }
    }
    add("sale", row.option(&source.sale));
    add("buy", row.option(&source.buy));
    add("saleReturn", row.option(&source.sale_return));
    add("buyReturn", row.option(&source.buy_return));
    for (kind, field) in PayKind::ALL.iter().zip([&source.cash, &source.bank, &source.tara, &source.credit]) {
        add(kind.wire(), row.option(field));
    }
    let amount = row.option(&source.withdraw).or_else(|| row.option(&source.deposit));
    add("cash", amount.filter(|text| text.text != "missing"));
    add("tax", row.option(&source.tax));
    let texts = [("itemdata", &source.itemdata), ("print", &source.print), ("footer", &source.footer)];
    for (name, field) in texts {
        add(name, row.option(field));
    }
    for (name, value) in source.with.as_ref().map_or_else(Vec::new, |map| row.map(map)) {
        add(&name.text, Some(value));
    }
    // A field that stands for a column which the row lacks is not sent, and asks for no POST.
    let mut is_sent = |field: &Option<Text>| row.option(field).is_some();
    let wants_post =
        is_sent(&source.post) || texts.iter().any(|(_, field)| is_sent(field)) || is_sent(&source.body);
    let method = match row.option(&source.method) {
        None if wants_post => Method::Post,
        None => Method::Get,
        Some(text) => match text.text.as_str() {
            "GET" => Method::Get,
            "POST" => Method::Post,
            other => {
                mistakes.add(&text, format!("`{other}` is no method"), Some("write GET or POST".to_owned()));
                return None;
            }
        },
    };
    let path = match path {
        Some(path) if !path.text.starts_with('/') => {
            mistakes.add(&path, format!("the path `{}` does not begin with /", path.text), None);
            return None;
        }
        Some(path) => path.text,
        None => cash_path.unwrap_or("/api/").to_owned(),
    };
    let body = row.option(&source.body).map(|body| {
        let kind = row
            .option(&source.content_type)
            .map_or_else(|| crate::protocol::request::FORM.to_owned(), |t| t.text);
        (kind, Template::parse(&body.text))
    });
    let key = row.option(&source.key).map_or(KeyUse::Current, |text| match text.text.as_str() {
        "current" => KeyUse::Current,
        "previous" => KeyUse::Previous,
        "older" => KeyUse::Older,
        "wrong" => KeyUse::Wrong,
        "none" => KeyUse::None,
        other => KeyUse::Literal(other.to_owned()),
    });
    let second_address = row.option(&source.from).is_some_and(|text| {
        if text.text != "second" {
            mistakes.add(&text, "`from` can only be `second`", None);
        }
        true
    });
    Some(Send { method, path: Template::parse(&path), params, body, key, second_address })
}

fn known_name(text: &Text, known: &[&'static str], what: &str, mistakes: &mut Mistakes) {
    if !known.contains(&text.text.as_str()) {
        let help = did_you_mean(&text.text, known.iter().copied())
            .unwrap_or_else(|| format!("known ones: {}", known.join(", ")));
        mistakes.add(text, format!("there is no {what} `{}`", text.text), Some(help));
    }
}

fn number<N: std::str::FromStr>(text: Option<&Text>, default: N, mistakes: &mut Mistakes) -> N {
    let Some(text) = text else { return default };
    text.text.parse().unwrap_or_else(|_| {
        mistakes.add(text, format!("`{}` is no whole number that fits here", text.text), None);
        default
    })
}

/// The text with every placeholder replaced, to see at load time whether the rest makes sense.
fn tried(template: &Template) -> String {
    template.fill(|_| Some("0".to_owned())).unwrap_or_default()
}

pub(super) fn expectation(text: &Text, mistakes: &mut Mistakes) -> Lazy<Expectation> {
    let template = Template::parse(&text.text);
    if let Err(error) = Expectation::parse(&tried(&template)) {
        let help = did_you_mean(&text.text, expect::WORDS).unwrap_or_else(|| {
            format!(
                "write one of {}, `-10 cash-lq-sale` or `200 x-report-started 0`",
                expect::WORDS.join(", ")
            )
        });
        mistakes.add(text, error.to_string(), Some(help));
    }
    Lazy::new(template, |text| Expectation::parse(text).ok())
}

fn question(source: &StepSource, row: &mut Row, mistakes: &mut Mistakes) -> Option<Question> {
    let id = row.option(&source.ask)?;
    if known_requirement(&id, mistakes)
        && register().get(&id.text).is_some_and(|found| found.level != Level::Open)
    {
        mistakes.add(&id, format!("`{}` is no open question", id.text), Some("use `expect`".to_owned()));
    }
    let closed: &[String] = register().get(&id.text).map_or(&[], |found| &found.closed);
    let answers = source.answers.as_ref().map_or_else(Vec::new, |map| row.map(map));
    if answers.is_empty() {
        mistakes.add(
            &id,
            "the question has no answers",
            Some("add `answers: {name: expectation}`".to_owned()),
        );
    }
    for (name, _) in &answers {
        if !closed.is_empty() && !closed.contains(&name.text) {
            let help = format!("the register's answers are {}", closed.join(", "));
            mistakes.add(name, format!("`{}` is no answer to {}", name.text, id.text), Some(help));
        }
    }
    let answers = answers.into_iter().map(|(name, text)| (name.text, expectation(&text, mistakes))).collect();
    Some(Question { id: id.text, answers, closed: !closed.is_empty() })
}

fn figures(source: &MovesSource, row: &mut Row, mistakes: &mut Mistakes) -> Vec<Move> {
    let MovesSource::Figures(map) = source else { return Vec::new() };
    row.map(map)
        .into_iter()
        .map(|(figure, text)| {
            known_name(&figure, &moves::FIGURES, "figure", mistakes);
            let amounts = Template::parse(&text.text);
            if let Err(error) = moves::parse(&tried(&amounts)) {
                mistakes.add(&text, error.to_string(), None);
            }
            Move { figure: figure.text, amounts }
        })
        .collect()
}

fn checks(map: &[(Text, Text)], mistakes: &mut Mistakes) -> Vec<Check> {
    map.iter()
        .map(|(path, rule)| {
            let path_template = Template::parse(&path.text);
            if let Err(error) = check::path(&tried(&path_template)) {
                mistakes.add(path, error.to_string(), None);
            }
            let rule_template = Template::parse(&rule.text);
            if let Err(error) = check::rule(&tried(&rule_template)) {
                mistakes.add(rule, error.to_string(), None);
            }
            Check {
                place: mistakes.place(rule),
                path: Lazy::new(path_template, |text| check::path(text).ok()),
                rule: Lazy::new(rule_template, |text| check::rule(text).ok()),
            }
        })
        .collect()
}

fn templates(texts: Option<&[Text]>, row: &mut Row) -> Vec<Template> {
    let texts = texts.unwrap_or_default();
    texts.iter().filter_map(|text| row.fill(text)).map(|text| Template::parse(&text.text)).collect()
}

fn saves(source: &StepSource, row: &mut Row, mistakes: &mut Mistakes) -> Vec<(String, Saved)> {
    let map = source.save.as_ref().map_or_else(Vec::new, |map| row.map(map));
    map.into_iter()
        .map(|(name, from)| {
            let saved = match from.text.as_str() {
                "key" => Saved::Key,
                "sent-key" => Saved::SentKey,
                "receipt" => Saved::Receipt,
                "elapsed" => Saved::Elapsed,
                path => match check::path(path) {
                    Ok(path) => Saved::Json(path),
                    Err(error) => {
                        mistakes.add(&from, error.to_string(), None);
                        Saved::Key
                    }
                },
            };
            (name.text, saved)
        })
        .collect()
}

/// Every placeholder of a case must be a column, built in, or saved by some step.
pub(super) fn names_have_values(source: &CaseSource, steps: &[Step], mistakes: &mut Mistakes) {
    let saved: BTreeSet<&str> =
        steps.iter().flat_map(|step| step.save.iter().map(|(name, _)| name.as_str())).collect();
    let used = steps.iter().flat_map(|step| match &step.action {
        Action::Send(send) => {
            let bodies = send.body.iter().map(|(_, body)| body);
            let params = send.params.iter().map(|(_, value)| value);
            params.chain(bodies).chain([&send.path]).flat_map(Template::names).collect()
        }
        _ => Vec::new(),
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
