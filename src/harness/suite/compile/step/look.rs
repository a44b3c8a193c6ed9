//! What a step expects, asks, checks and keeps.

use super::known_name;
use crate::suite::check;
use crate::suite::compile::{Mistakes, Row, known_requirement};
use crate::suite::diagnostic::did_you_mean;
use crate::suite::expect::{self, Expectation};
use crate::suite::model::{Check, Lazy, Move, Question, Saved};
use crate::suite::moves;
use crate::suite::source::{MovesSource, StepSource};
use crate::suite::template::Template;
use crate::suite::text::Text;
use ikkm_requirements::{Level, requirements};

/// The text with every placeholder replaced, to see at load time whether the rest makes sense.
pub(super) fn tried(template: &Template) -> String {
    template.fill(|_| Some("0".to_owned())).unwrap_or_default()
}

pub(in crate::suite::compile) fn expectation(text: &Text, mistakes: &mut Mistakes) -> Lazy<Expectation> {
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

pub(super) fn question(source: &StepSource, row: &mut Row, mistakes: &mut Mistakes) -> Option<Question> {
    let id = row.option(&source.ask)?;
    if known_requirement(&id, mistakes)
        && requirements().get(&id.text).is_some_and(|found| found.level != Level::Open)
    {
        mistakes.add(&id, format!("`{}` is no open question", id.text), Some("use `expect`".to_owned()));
    }
    let closed: &[String] = requirements().get(&id.text).map_or(&[], |found| &found.closed);
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

pub(super) fn figures(source: &MovesSource, row: &mut Row, mistakes: &mut Mistakes) -> Vec<Move> {
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

pub(super) fn checks(map: &[(Text, Text)], mistakes: &mut Mistakes) -> Vec<Check> {
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

pub(super) fn templates(texts: Option<&[Text]>, row: &mut Row) -> Vec<Template> {
    let texts = texts.unwrap_or_default();
    texts.iter().filter_map(|text| row.fill(text)).map(|text| Template::parse(&text.text)).collect()
}

pub(super) fn saves(source: &StepSource, row: &mut Row, mistakes: &mut Mistakes) -> Vec<(String, Saved)> {
    let map = source.save.as_ref().map_or_else(Vec::new, |map| row.map(map));
    map.into_iter()
        .map(|(name, from)| {
            let saved = match from.text.as_str() {
                "key" => Saved::Key,
                "sent-key" => Saved::SentKey,
                "receipt" => Saved::Receipt,
                "elapsed" => Saved::Elapsed,
                path => {
                    let template = Template::parse(path);
                    if let Err(error) = check::path(&tried(&template)) {
                        mistakes.add(&from, error.to_string(), None);
                    }
                    Saved::Json(Lazy::new(template, |text| check::path(text).ok()))
                }
            };
            (name.text, saved)
        })
        .collect()
}
