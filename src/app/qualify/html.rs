//! A qualification as a page for people who have to argue for the suite.

use super::matrix::Matrix;
use super::redundancy::Caught;
use super::trial::Trial;
use ikkm_harness::report::ReportError;
use ikkm_harness::report::html::environment;
use ikkm_requirements::{Level, Requirement, requirements};
use indexmap::IndexSet;
use minijinja::{Value, context};
use std::collections::BTreeMap;

/// The template; its name ends in `.html`, so that every value in it is escaped.
const PAGE: (&str, &str) = ("qualify.html", include_str!("qualify.html"));

/// The matrix as a page: by requirement, by defect, survivors and false alarms first.
///
/// # Errors
/// [`ReportError::Make`], if the template fails.
pub fn render(matrix: &Matrix) -> Result<String, ReportError> {
    let failed = |error: minijinja::Error| ReportError::Make { format: "HTML", why: format!("{error:#}") };
    let mut environment = environment().map_err(failed)?;
    environment.add_template(PAGE.0, PAGE.1).map_err(failed)?;
    environment.get_template(PAGE.0).and_then(|page| page.render(page_context(matrix))).map_err(failed)
}

fn page_context(matrix: &Matrix) -> Value {
    let by_requirement = matrix.by_requirement();
    let caught_by: BTreeMap<&str, usize> =
        matrix.trials.iter().map(|trial| (trial.mutant.name.as_str(), trial.kills.len())).collect();
    let chapters = Vec::from_iter(device_lines().map(|line| chapter(&line.id)).collect::<IndexSet<_>>());
    let chapters = chapters.into_iter().map(|name| {
        let lines = device_lines().filter(|line| chapter(&line.id) == name);
        let lines = lines.filter_map(|line| Some((line, by_requirement.get(line.id.as_str())?)));
        context! { name, lines => lines.map(|(line, caught)| line_context(line, caught, &caught_by)).collect::<Vec<_>>() }
    });
    let chapters: Vec<Value> = chapters.collect();
    let levels = [Level::Must, Level::Should, Level::Advice, Level::Open].map(|level| {
        let lines: Vec<_> = device_lines().filter(|line| line.level == level).collect();
        let count = |wanted: &dyn Fn(&Caught<'_>) -> bool| {
            lines.iter().filter(|line| by_requirement.get(line.id.as_str()).is_some_and(wanted)).count()
        };
        context! {
            level => level.to_string(),
            lines => lines.len(),
            broken => count(&|caught| !caught.defects.is_empty()),
            several => count(&|caught| caught.defects.len() > 1),
            one_case => count(&|caught| caught.cases.len() == 1),
            two_cases => count(&|caught| caught.cases.len() > 1),
        }
    });
    let baselines = matrix.baselines.iter().map(|baseline| {
        context! { name => &baseline.name, passed => baseline.passed, alarms => baseline.alarms.clone() }
    });
    let idle = matrix.idle().into_iter().map(|idle| context! { case => idle.case, why => idle.why });
    let lost = matrix.irreplaceable().into_iter().map(|(case, defects)| {
        let told =
            defects.iter().filter_map(|name| matrix.trials.iter().find(|trial| trial.mutant.name == *name));
        let defects = told.map(|trial| context! { name => &trial.mutant.name, about => &trial.mutant.about });
        context! { case, defects => defects.collect::<Vec<_>>() }
    });
    let single = matrix.singles().into_iter().map(|single| {
        let words = requirements().get(single.requirement).map(|line| line.words.as_str());
        context! { id => single.requirement, words, case => single.case, others => single.others }
    });
    context! {
        good => matrix.is_good(),
        full => matrix.full,
        seconds => format!("{:.0}", matrix.duration.as_secs_f64()),
        total => matrix.trials.len(),
        cases => matrix.cases.len(),
        alarms => matrix.accused().count(),
        survived => matrix.survivors().count(),
        accidental => matrix.accidental(),
        levels => levels.to_vec(),
        survivors => matrix.survivors().map(trial_context).collect::<Vec<_>>(),
        trials => matrix.trials.iter().map(trial_context).collect::<Vec<_>>(),
        chapters,
        baselines => baselines.collect::<Vec<_>>(),
        idle => idle.collect::<Vec<_>>(),
        lost => lost.collect::<Vec<_>>(),
        fuzz_trials => matrix.fuzz_trials.iter().map(fuzz_trial_context).collect::<Vec<_>>(),
        hunted => matrix.fuzz_trials.len(),
        hunted_found => matrix.hunted().0.found,
        hunted_median => matrix.hunted().0.median,
        hunted_worst => matrix.hunted().0.worst,
        missed => matrix.missed().count(),
        single => single.collect::<Vec<_>>(),
    }
}

fn device_lines() -> impl Iterator<Item = &'static Requirement> {
    requirements().all().filter(|line| !line.is_client())
}

/// `KEY` of `KEY-5`, and of `Q-KEY-1`.
fn chapter(id: &str) -> &str {
    let id = id.strip_prefix("Q-").unwrap_or(id);
    id.split('-').next().unwrap_or(id)
}

fn line_context(line: &Requirement, caught: &Caught<'_>, caught_by: &BTreeMap<&str, usize>) -> Value {
    let defects = caught.defects.iter().map(|name| {
        context! { name => *name, kills => caught_by.get(name).copied().unwrap_or_default() }
    });
    context! {
        id => &line.id,
        words => &line.words,
        level => line.level.to_string(),
        section => &line.section,
        defects => defects.collect::<Vec<_>>(),
        cases => caught.cases.iter().map(ToString::to_string).collect::<Vec<_>>(),
        others => caught.others.len(),
    }
}

fn fuzz_trial_context(fuzz_trial: &super::fuzz_trial::FuzzTrial) -> Value {
    let found = fuzz_trial.found.as_ref().map(|found| {
        context! {
            requirement => &found.requirement,
            rightful => found.rightful,
            seed => found.seed,
            requests => found.requests,
            steps => found.steps,
            shrink_requests => found.shrink_requests,
        }
    });
    context! { name => &fuzz_trial.name, promised => fuzz_trial.promised, missed => fuzz_trial.is_missed(), found, trouble => &fuzz_trial.trouble }
}

fn trial_context(trial: &Trial) -> Value {
    let kills = |list: &[super::trial::Kill]| {
        let one = |kill: &super::trial::Kill| {
            context! { case => &kill.case, requirement => kill.requirement.clone(), also => kill.also.clone(), message => &kill.message }
        };
        list.iter().map(one).collect::<Vec<_>>()
    };
    context! {
        name => &trial.mutant.name,
        about => &trial.mutant.about,
        seen => &trial.mutant.seen,
        requirements => trial.mutant.requirements.clone(),
        survived => trial.survived(),
        kills => kills(&trial.kills),
        accidents => kills(&trial.accidents),
        cases => trial.cases,
        trouble => &trial.trouble,
    }
}

#[cfg(test)]
mod tests {
    use super::super::matrix::tests::sample;

    #[test]
    fn the_page_shows_the_matrix_and_escapes_it() {
        let page = super::render(&sample()).unwrap();
        assert!(page.contains("goes &lt;wrong&gt;") && !page.contains("goes <wrong>"));
        // The template engine writes a slash as a character reference.
        for shown in ["books&#x2f;c", "key&#x2f;two", "KEY-7", "key&#x2f;three"] {
            assert!(page.contains(shown), "{shown}");
        }
    }
}
