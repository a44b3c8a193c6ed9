//! One page for people: no script from elsewhere, no font, no picture; it can be mailed, printed
//! and kept beside the device's papers.
//!
//! What must be there on paper (findings, answers, coverage) is written out; the cases are data in the
//! page, drawn when somebody asks for them.

use super::findings::{Deviation, deviations, without_finding};
use super::json::Results;
use super::{ReportError, summary, text};
use crate::runner::outcome::{CaseResult, Event, MatrixRow, RunResult, Verdict};
use crate::text::{clip, without_middle};
use ikkm_requirements::{Level, Requirement, requirements};
use indexmap::IndexMap;
use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, Value, context};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// The template of a run; its name ends in `.html`, so that every value in it is escaped.
const PAGE: (&str, &str) = ("index.html", include_str!("templates/index.html"));

/// What all pages share: their frame.
const BASE: (&str, &str) = ("base.html", include_str!("templates/base.html"));

/// What all pages share: their looks.
const STYLE: (&str, &str) = ("style.css", include_str!("templates/style.css"));

/// What draws the cases of a page.
const SCRIPT: (&str, &str) = ("page.js", include_str!("templates/page.js"));

/// Characters of one text of a finding; the results as JSON have the whole.
const LONGEST: usize = 2000;

/// Bytes of all transcripts of a page, so that it opens at once also on a bad day.
const TRANSCRIPTS: usize = 1_200_000;

/// Bytes of one transcript.
const LONGEST_TRANSCRIPT: usize = 60_000;

/// Bars in the chart of times.
const SLOWEST: usize = 12;

/// Places shown of one finding.
const MOST_PLACES: usize = 3;

/// Findings shown under the one that explains them.
const MOST_CONSEQUENCES: usize = 10;

/// Pixels of a chapter's bar for one requirement.
const UNIT: usize = 6;

/// A run as a page.
///
/// # Errors
/// [`ReportError::Make`], if the template fails.
pub fn render(run: &RunResult) -> Result<String, ReportError> {
    let failed = |error: minijinja::Error| ReportError::Make { format: "HTML", why: format!("{error:#}") };
    let page = environment()
        .and_then(|mut environment| {
            environment.add_template(PAGE.0, PAGE.1)?;
            environment.get_template(PAGE.0)?.render(page_context(run))
        })
        .map_err(failed)?;
    // Control characters are as unwelcome in a page as in XML.
    Ok(text::for_xml(&page).into_owned())
}

/// The family of templates: what pages share is there for each of them.
///
/// # Errors
/// A template that is faulty.
pub fn environment() -> Result<Environment<'static>, minijinja::Error> {
    // A line that holds only a tag leaves no line behind.
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?;
    let mut environment = Environment::new();
    environment.set_syntax(syntax);
    for (name, text) in [BASE, STYLE, SCRIPT] {
        environment.add_template(name, text)?;
    }
    environment.add_filter("urlencode", |text: String| {
        percent_encoding::utf8_percent_encode(&text, percent_encoding::NON_ALPHANUMERIC).to_string()
    });
    Ok(environment)
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
        started => results.started,
        seconds => format!("{:.3}", results.seconds),
        requests => results.summary.requests,
        total => run.cases.len(),
        waived => results.summary.waived,
        counts => counts.to_vec(),
        conclusion => summary::conclusion(run),
        good => run.stopped.is_none() && run.tested_something() && !run.cases.iter().any(summary::counts_against),
        remarks => run.remarks.clone(),
        findings => deviations(run).iter().map(finding_context).collect::<Vec<_>>(),
        bare => without_finding(run)
            .into_iter()
            .map(|case| context! { name => &case.name, message => &case.message })
            .collect::<Vec<_>>(),
        devices => run.facts.devices.iter().map(|device| device.name.clone()).collect::<Vec<_>>(),
        matrix => run.facts.matrix.iter().map(|row| matrix_row(run, row)).collect::<Vec<_>>(),
        answers => answers,
        chapters => chapters(run),
        slowest => slowest(run),
        facts => facts(run),
        state => state(run),
        data => Value::from_safe_string(data(run)),
    }
}

/// Which finding shows on which device of a lab.
fn matrix_row(run: &RunResult, row: &MatrixRow) -> Value {
    let marks = run.facts.devices.iter().map(|device| row.devices.contains(&device.name));
    context! {
        requirement => &row.requirement,
        found => clip(&row.found, LONGEST),
        marks => marks.collect::<Vec<_>>(),
    }
}

fn requirement_context(id: &str) -> Value {
    let (words, section) = summary::words(id).unwrap_or_default();
    context! { id, words, section, level => requirements().get(id).map(|line| line.level.to_string()) }
}

fn answer_context(id: &str, answer: &str) -> Value {
    context! { question => requirement_context(id), answer }
}

fn finding_context(one: &Deviation) -> Value {
    let group = one.group;
    let places = group.places.iter().take(MOST_PLACES);
    let consequences = one.consequences.iter().take(MOST_CONSEQUENCES).map(|other| {
        context! {
            id => &other.group.requirement,
            cases => other.cases,
            expected => clip(&other.group.expected, LONGEST),
            found => clip(&other.group.found, LONGEST),
        }
    });
    context! {
        requirement => requirement_context(&group.requirement),
        level => group.level.to_string(),
        others => group.others.clone(),
        waived => one.waived,
        about => one.about,
        asked => one.exchange.map_or_else(|| group.asked.clone(), |exchange| clip(&exchange.curl, LONGEST)),
        expected => clip(&group.expected, LONGEST),
        found => clip(&group.found, LONGEST),
        cases => one.cases,
        places => places.map(|one| context! { case => &one.case, place => &one.place }).collect::<Vec<_>>(),
        more => group.places.len().saturating_sub(MOST_PLACES),
        consequences => consequences.collect::<Vec<_>>(),
    }
}

/// How the run was made, a line each.
fn facts(run: &RunResult) -> Vec<Value> {
    let facts = &run.facts;
    let seed = run.seed.map(|seed| seed.to_string()).unwrap_or_default();
    let resumed = if facts.resumed > 0 { facts.resumed.to_string() } else { String::new() };
    [
        ("Program", facts.program.as_str()),
        ("Suites", &facts.suites),
        ("Requirements", &facts.requirements),
        ("Command", &facts.command),
        ("Granted", &facts.grants),
        ("Requests a second", &facts.rate),
        ("Person", &facts.person),
        ("Waivers", facts.waivers.as_deref().unwrap_or_default()),
        ("Part", facts.part.as_deref().unwrap_or_default()),
        ("Cases of a run before", &resumed),
        ("Seed", &seed),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .map(|(name, value)| context! { name, value })
    .collect()
}

/// The device before and after, a line each.
fn state(run: &RunResult) -> Vec<Value> {
    let (before, after) = (&run.facts.before, &run.facts.after);
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    names
        .into_iter()
        .map(|name| context! { name, before => before.get(name), after => after.get(name) })
        .collect()
}

/// The cases that took longest, with the lengths of their bars.
fn slowest(run: &RunResult) -> Vec<Value> {
    let mut cases: Vec<&CaseResult> = run.cases.iter().filter(|case| !case.duration.is_zero()).collect();
    cases.sort_by_key(|case| std::cmp::Reverse(case.duration));
    let longest = cases.first().map_or(0.0, |case| case.duration.as_secs_f64());
    cases
        .into_iter()
        .take(SLOWEST)
        .map(|case| {
            let seconds = case.duration.as_secs_f64();
            let width = format!("{:.0}", (seconds / longest * 240.0).max(1.0));
            let width: u32 = width.parse().unwrap_or(1);
            context! { name => clip(&case.name, 60), seconds => format!("{seconds:.3}"), width }
        })
        .collect()
}

/// The cases as JSON that can stand in a page: nothing in it ends the element that it stands in.
fn data(run: &RunResult) -> String {
    let mut left = TRANSCRIPTS;
    // The cases that stand for a finding come first where there is not room for all.
    let first: BTreeSet<&str> =
        run.groups.iter().filter_map(|group| Some(group.places.first()?.case.as_str())).collect();
    let mut order: Vec<usize> = (0..run.cases.len()).collect();
    order.sort_by_key(|at| !first.contains(run.cases[*at].name.as_str()));
    let mut cases: BTreeMap<usize, serde_json::Value> = BTreeMap::new();
    for at in order {
        cases.insert(at, case_data(run, &run.cases[at], &mut left));
    }
    let json = serde_json::Value::from(cases.into_values().collect::<Vec<_>>()).to_string();
    json.replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

fn case_data(run: &RunResult, case: &CaseResult, left: &mut usize) -> serde_json::Value {
    let facts = run.facts.cases.get(&case.name).cloned().unwrap_or_default();
    let findings: Vec<serde_json::Value> = case
        .findings
        .iter()
        .map(|one| {
            json!({
                "requirement": one.requirement, "level": one.level, "place": one.place,
                "expected": clip(&one.expected, LONGEST), "found": clip(&one.found, LONGEST),
                "exchange": one.exchange,
            })
        })
        .collect();
    let mut events: Vec<serde_json::Value> = Vec::new();
    let mut cut = None;
    // A pass keeps no transcript, unless it was asked for.
    if case.verdict != Verdict::Pass || run.facts.full {
        events = case.transcript.iter().map(event_data).collect();
        let size = events.iter().map(|event| event.to_string().len()).sum::<usize>();
        if !run.facts.full && size > *left || size > 2 * LONGEST_TRANSCRIPT {
            events.clear();
            cut = Some("The results as JSON (--json) have the transcript; here is no room for it.");
        } else {
            *left = left.saturating_sub(size);
        }
    }
    json!({
        "name": case.name, "verdict": case.verdict, "level": case.level, "requirements": case.requirements,
        "requests": case.requests, "seconds": format!("{:.3}", case.duration.as_secs_f64()),
        "message": case.message.as_ref().map(|message| clip(message, LONGEST)), "waived": case.waived,
        "about": facts.about, "place": facts.place, "findings": findings, "events": events, "cut": cut,
    })
}

fn event_data(event: &Event) -> serde_json::Value {
    match event {
        Event::Exchange(exchange) => json!({
            "curl": exchange.curl, "status": exchange.status, "headers": exchange.headers,
            "body": without_middle(&exchange.body, LONGEST_TRANSCRIPT / 4, "the results as JSON have them"),
            "trouble": exchange.trouble, "millis": exchange.millis,
        }),
        Event::Bench(text) => format!("bench: {text}").into(),
        Event::Note(text) => text.as_str().into(),
    }
}

/// Each requirement of a device by chapter, with the cases that cite it and the worst of their verdicts;
/// where the run holds only client requirements, those.
fn chapters(run: &RunResult) -> Vec<Value> {
    let mut cited: BTreeMap<&str, Vec<&CaseResult>> = BTreeMap::new();
    for case in &run.cases {
        let ids: BTreeSet<&str> = case.requirements.iter().map(|id| parent(id)).collect();
        for id in ids {
            cited.entry(id).or_default().push(case);
        }
    }
    let of_clients = !cited.is_empty() && cited.keys().all(|id| id.starts_with("CLI-"));
    let mut chapters: IndexMap<&str, Vec<(&'static str, Value)>> = IndexMap::new();
    for line in requirements().all().filter(|line| line.is_client() == of_clients) {
        let told = coverage_line(line, cited.get(line.id.as_str()).map_or(&[], Vec::as_slice), run);
        chapters.entry(chapter(&line.id)).or_default().push(told);
    }
    let shown = chapters.into_iter().map(|(name, lines)| {
        let count = |states: &[&str]| lines.iter().filter(|(state, _)| states.contains(state)).count();
        let (pass, broken) = (count(&["pass"]), count(&["fail", "warn"]));
        context! {
            name,
            tested => pass + broken,
            broken,
            pass_width => pass * UNIT,
            fail_width => broken * UNIT,
            none_width => (lines.len() - pass - broken) * UNIT,
            lines => lines.into_iter().map(|(_, line)| line).collect::<Vec<_>>(),
        }
    });
    shown.collect()
}

/// The chapter of a requirement or a question: `KEY` of `KEY-5`, `WIRE` of `Q-WIRE-1`.
fn chapter(id: &str) -> &str {
    let id = id.strip_prefix("Q-").unwrap_or(id);
    id.rsplit_once('-').map_or(id, |(chapter, _)| chapter)
}

fn coverage_line(line: &Requirement, cases: &[&CaseResult], run: &RunResult) -> (&'static str, Value) {
    let worst = cases.iter().max_by_key(|case| weight(case.verdict));
    let state = worst.map_or("no case", |case| case.verdict.as_str());
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
    let told = context! {
        requirement => requirement_context(&line.id),
        level => line.level.to_string(),
        state,
        cases => cases.len(),
        example => worst.map(|case| &case.name),
        why => untested.map(|untested| &untested.why),
        answers,
    };
    (state, told)
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
            assert!(page.contains(&format!("\"name\":\"{}\"", case.name)), "{}", case.name);
        }
        for line in requirements().all().filter(|line| !line.is_client()) {
            assert!(page.contains(&format!("<td class=\"id\">{}</td>", line.id)), "{}", line.id);
        }
        assert!(!page.contains(">CLI-1<"));
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
        run.groups = crate::runner::grouping::groups(&run.cases);
        run.cases[1].message = Some("</script><script>alert(2)</script>".into());
        let page = render(&run).unwrap();
        assert!(!page.contains("<script>alert"));
        // In the data a quote is escaped, and nothing there is an attribute.
        assert!(!page.replace("\\\" onload=", "").contains("\" onload="));
        assert_eq!(page.matches("</script>").count(), 2, "the data ends where it should");
        assert!(page.contains("{{ 7*7 }} ␀␛"), "neither a template nor a control character");
    }

    #[test]
    fn needs_nothing_from_elsewhere() {
        let mut run = sample::run();
        run.target = "embedded".into();
        let page =
            render(&run).unwrap().replace("http:&#x2f;&#x2f;127.0.0.1", "").replace("http://127.0.0.1", "");
        for outside in ["http://", "https://", "<link rel=\"stylesheet", "@import", "url(", "src="] {
            assert!(!page.contains(outside), "{outside}");
        }
    }

    #[test]
    fn one_tested_case_tests_a_requirement_and_one_failure_breaks_it() {
        assert!(weight(Verdict::Pass) > weight(Verdict::Inconclusive));
        assert!(weight(Verdict::Fail) > weight(Verdict::Pass));
        assert_eq!(parent("Q-WIRE-5/leading-plus"), "Q-WIRE-5");
    }

    #[test]
    fn a_page_of_a_bad_day_stays_small() {
        let mut run = sample::run();
        let mut failed = run.cases[1].clone();
        failed.transcript = vec![failed.transcript[1].clone(); 40];
        run.cases =
            (0..2500).map(|at| CaseResult { name: format!("key/case-{at}"), ..failed.clone() }).collect();
        run.groups = crate::runner::grouping::groups(&run.cases);
        let page = render(&run).unwrap();
        assert!(page.len() < 3_000_000, "{} bytes", page.len());
        assert!(page.contains("here is no room for it"));
        for case in &mut run.cases {
            (case.verdict, case.findings) = (Verdict::Pass, Vec::new());
        }
        run.groups.clear();
        let page = render(&run).unwrap();
        assert!(page.len() < 1_500_000, "{} bytes", page.len());
    }
}
