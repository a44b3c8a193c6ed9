//! What a fuzz run came to, as a page of the same family as a run's.

use super::version;
use ikkm_harness::fuzz::search::Outcomes;
use ikkm_harness::fuzz::suite_file;
use ikkm_harness::report::{ReportError, html};
use ikkm_requirements::requirements;
use minijinja::{Value, context};

/// The page; `notes` say what was left behind on a device.
///
/// # Errors
/// [`ReportError::Make`], if the template fails.
pub fn render(target: &str, first: u64, total: &Outcomes, notes: &[String]) -> Result<String, ReportError> {
    let failed = |error: minijinja::Error| ReportError::Make { format: "HTML", why: format!("{error:#}") };
    let mut environment = html::environment().map_err(failed)?;
    environment.add_template("fuzz.html", include_str!("fuzz.html")).map_err(failed)?;
    let conclusion = match (&total.failure, total.interrupted) {
        (Some(failure), _) => format!("{} is broken", failure.finding.requirement),
        (None, true) => "interrupted, no finding so far".to_owned(),
        (None, false) => "no finding".to_owned(),
    };
    let last = first.wrapping_add(total.cases.saturating_sub(1));
    let page = context! {
        conclusion,
        good => total.failure.is_none() && !total.interrupted,
        operations => total.operations,
        sequences => total.cases,
        requests => total.requests,
        seeds => if total.cases > 1 { format!("{first} to {last}") } else { first.to_string() },
        finding => finding(total),
        target,
        program => version::program(),
        command => version::command_line(),
        notes => notes.to_vec(),
    };
    environment.get_template("fuzz.html").and_then(|template| template.render(page)).map_err(failed)
}

fn finding(total: &Outcomes) -> Option<Value> {
    let failure = total.failure.as_ref()?;
    let finding = &failure.finding;
    let line = requirements().get(&finding.requirement);
    Some(context! {
        requirement => &finding.requirement,
        level => requirements().level(&finding.requirement).to_string(),
        section => line.map(|line| format!("v22 §{}", line.section)),
        words => line.map(|line| format!("the device {}", line.words)),
        step => suite_file::shown_by(failure),
        steps => suite_file::count(failure),
        shortened => match &failure.unshortened {
            None => format!("shortened with {} requests", failure.shrink_requests),
            Some(why) => format!("not shortened further: {why}"),
        },
        expected => &finding.expected,
        found => &finding.found,
        seed => failure.seed,
        suite => suite_file::text(failure),
    })
}
