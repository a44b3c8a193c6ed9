//! One page for people: no script from elsewhere, no font, no picture; it can be mailed, printed
//! and kept beside the device's papers.

use super::json::Results;
use super::{ReportError, summary, text};
use crate::runner::outcome::{CaseResult, RunResult, Verdict};
use ikkm_requirements::{Level, Requirement, register};
use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, Value, context};
use std::collections::{BTreeMap, BTreeSet};

/// The template; its name ends in `.html`, so that every value in it is escaped.
const PAGE: (&str, &str) = ("index.html", include_str!("templates/index.html"));

/// A run as a page.
///
/// # Errors
/// [`ReportError::Make`], if the template fails.
pub fn render(run: &RunResult) -> Result<String, ReportError> {
    let failed = |error: minijinja::Error| ReportError::Make { format: "HTML", why: format!("{error:#}") };
    // A line that holds only a tag leaves no line behind.
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build().map_err(failed)?;
    let mut environment = Environment::new();
    environment.set_syntax(syntax);
    environment.add_template(PAGE.0, PAGE.1).map_err(failed)?;
    let page = environment.get_template(PAGE.0).and_then(|page| page.render(page_context(run)));
    // Control characters are as unwelcome in a page as in XML.
    page.map(|page| text::for_xml(&page).into_owned()).map_err(failed)
}

fn page_context(run: &RunResult) -> Value {
    let results = Results::from(run);
    let counts =
        Verdict::ALL.map(|verdict| context! { verdict => verdict.as_str(), count => run.count(verdict) });
    let answers: Vec<Value> = run.answers.iter().map(|(id, answer)| answer_context(id, answer)).collect();
    context! {
        register => results.register,
        target => &run.target,
        serial => &run.device.serial,
        firmware => &run.device.firmware,
        bench => &run.bench,
        seed => run.seed,
        started => results.started,
        seconds => format!("{:.3}", results.seconds),
        requests => results.summary.requests,
        total => run.cases.len(),
        waived => results.summary.waived,
        counts => counts.to_vec(),
        conclusion => summary::conclusion(run),
        good => run.stopped.is_none() && !run.cases.is_empty() && !run.cases.iter().any(summary::counts_against),
        remarks => run.remarks.clone(),
        cases => run.cases.iter().map(case_context).collect::<Vec<_>>(),
        untested => summary::untested(run)
            .into_iter()
            .map(|(why, ids)| context! { why, requirements => ids.into_iter().map(requirement_context).collect::<Vec<_>>() })
            .collect::<Vec<_>>(),
        answers => answers,
        coverage => coverage(run),
    }
}

fn requirement_context(id: &str) -> Value {
    let (words, section) = summary::words(id).unwrap_or_default();
    context! { id, words, section, level => register().get(id).map(|line| line.level.to_string()) }
}

fn answer_context(id: &str, answer: &str) -> Value {
    context! { question => requirement_context(id), answer }
}

fn case_context(case: &CaseResult) -> Value {
    let findings = case.findings.iter().map(|finding| {
        context! {
            requirement => requirement_context(&finding.requirement),
            level => finding.level.to_string(),
            place => &finding.place,
            expected => &finding.expected,
            found => &finding.found,
        }
    });
    context! {
        name => &case.name,
        suite => &case.suite,
        verdict => case.verdict.as_str(),
        level => case.level.to_string(),
        requirements => case.requirements.clone(),
        requests => case.requests,
        seconds => format!("{:.3}", case.duration.as_secs_f64()),
        message => &case.message,
        waived => &case.waived,
        findings => findings.collect::<Vec<_>>(),
        transcript => text::transcript(&case.transcript),
    }
}

/// Each requirement of a device with the cases that cite it and the worst of their verdicts; where
/// the run holds only client requirements, those.
fn coverage(run: &RunResult) -> Vec<Value> {
    let mut cited: BTreeMap<&str, Vec<&CaseResult>> = BTreeMap::new();
    for case in &run.cases {
        let ids: BTreeSet<&str> = case.requirements.iter().map(|id| parent(id)).collect();
        for id in ids {
            cited.entry(id).or_default().push(case);
        }
    }
    let of_clients = !cited.is_empty() && cited.keys().all(|id| id.starts_with("CLI-"));
    register()
        .all()
        .filter(|line| line.is_client() == of_clients)
        .map(|line| coverage_line(line, cited.get(line.id.as_str()).map_or(&[], Vec::as_slice), run))
        .collect()
}

fn coverage_line(line: &Requirement, cases: &[&CaseResult], run: &RunResult) -> Value {
    let state = match cases.iter().map(|case| case.verdict).max_by_key(|verdict| weight(*verdict)) {
        Some(verdict) => verdict.as_str(),
        None => "no case",
    };
    let untested = run.untested.iter().find(|untested| untested.requirement == line.id);
    let answers: Vec<Value> = match line.level {
        Level::Open => run
            .answers
            .iter()
            .filter(|(id, _)| parent(id) == line.id)
            .map(|(id, answer)| context! { id, answer })
            .collect(),
        Level::Must | Level::Should | Level::Advice => Vec::new(),
    };
    context! {
        requirement => requirement_context(&line.id),
        level => line.level.to_string(),
        state,
        cases => cases.len(),
        why => untested.map(|untested| &untested.why),
        answers,
    }
}

/// Which verdict stands for a requirement: a fault before everything, then a pass, since one case
/// that could be run has tested it.
fn weight(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::NotApplicable => 0,
        Verdict::Inconclusive => 1,
        Verdict::Pass => 2,
        Verdict::Warn => 3,
        Verdict::Fail => 4,
    }
}

/// The question of `Q-WIRE-5/leading-plus`; any other id is its own.
fn parent(id: &str) -> &str {
    id.split_once('/').map_or(id, |(parent, _)| parent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn holds_every_case_and_every_requirement_of_devices() {
        let page = render(&sample::run()).unwrap();
        for case in sample::run().cases {
            assert!(page.contains(&case.name.replace('/', "&#x2f;")), "{}", case.name);
        }
        for line in register().all().filter(|line| !line.is_client()) {
            assert!(page.contains(&format!("<td class=\"id\">{}</td>", line.id)), "{}", line.id);
        }
        assert!(!page.contains("CLI-1"));
        assert!(page.contains("does not conform: 1 case failed"));
        assert!(page.contains("refuses -1"));
    }

    #[test]
    fn a_run_of_client_cases_covers_client_requirements() {
        let mut run = sample::run();
        for case in &mut run.cases {
            case.requirements = vec!["CLI-3".into()];
        }
        let page = render(&run).unwrap();
        assert!(page.contains("CLI-23") && !page.contains("<td class=\"id\">KEY-6</td>"));
    }

    #[test]
    fn foreign_text_is_shown_and_not_run() {
        let mut run = sample::run();
        let evil = "<script>alert(1)</script>\" onload='x' {{ 7*7 }} \u{0}\u{1b}";
        run.target = evil.into();
        run.cases[0].name = evil.into();
        run.cases[1].findings[0].found = evil.into();
        run.cases[1].findings[0].requirement = evil.into();
        run.answers.insert(evil.into(), evil.into());
        run.untested[0].why = evil.into();
        run.remarks = vec![evil.into()];
        let page = render(&run).unwrap();
        assert!(!page.contains("<script>alert") && !page.contains("\" onload="));
        assert!(page.contains("{{ 7*7 }} ␀␛"), "neither a template nor a control character");
    }

    #[test]
    fn needs_nothing_from_elsewhere() {
        let mut run = sample::run();
        run.target = "embedded".into();
        let page = render(&run).unwrap().replace("http:&#x2f;&#x2f;127.0.0.1", "");
        for outside in ["http://", "https://", "<link", "@import", "url(", "src="] {
            assert!(!page.contains(outside), "{outside}");
        }
    }

    #[test]
    fn one_tested_case_tests_a_requirement_and_one_failure_breaks_it() {
        assert!(weight(Verdict::Pass) > weight(Verdict::Inconclusive));
        assert!(weight(Verdict::Fail) > weight(Verdict::Pass));
        assert_eq!(parent("Q-WIRE-5/leading-plus"), "Q-WIRE-5");
    }
}
