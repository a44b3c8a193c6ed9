//! A qualification as a page for people who have to argue for the suite.

use super::matrix::Matrix;
use super::trial::Trial;
use crate::report::ReportError;
use crate::requirements::register;
use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, Value, context};

/// The template; its name ends in `.html`, so that every value in it is escaped.
const PAGE: (&str, &str) = ("qualify.html", include_str!("qualify.html"));

/// The matrix as a page: by requirement, by defect, survivors and false alarms first.
///
/// # Errors
/// [`ReportError::Make`], if the template fails.
pub fn render(matrix: &Matrix) -> Result<String, ReportError> {
    let failed = |error: minijinja::Error| ReportError::Make { format: "HTML", why: format!("{error:#}") };
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build().map_err(failed)?;
    let mut environment = Environment::new();
    environment.set_syntax(syntax);
    environment.add_template(PAGE.0, PAGE.1).map_err(failed)?;
    environment.get_template(PAGE.0).and_then(|page| page.render(page_context(matrix))).map_err(failed)
}

fn page_context(matrix: &Matrix) -> Value {
    let by_requirement = matrix.by_requirement();
    let requirements = register().all().filter(|line| !line.is_client()).filter_map(|line| {
        let caught = by_requirement.get(line.id.as_str())?;
        Some(context! {
            id => &line.id,
            words => &line.words,
            level => line.level.to_string(),
            section => &line.section,
            defects => caught.defects.iter().map(ToString::to_string).collect::<Vec<_>>(),
            cases => caught.cases.iter().map(ToString::to_string).collect::<Vec<_>>(),
        })
    });
    let innocents = matrix.innocents.iter().map(|innocent| {
        context! { name => &innocent.name, passed => innocent.passed, alarms => innocent.alarms.clone() }
    });
    let idle: Vec<String> = matrix.idle().into_iter().map(str::to_owned).collect();
    let single = matrix.single_killers().into_iter().map(|(id, case)| context! { id, case });
    context! {
        good => matrix.is_good(),
        full => matrix.full,
        seconds => format!("{:.0}", matrix.duration.as_secs_f64()),
        total => matrix.trials.len(),
        survived => matrix.survivors().count(),
        accidental => matrix.accidental(),
        survivors => matrix.survivors().map(trial_context).collect::<Vec<_>>(),
        trials => matrix.trials.iter().map(trial_context).collect::<Vec<_>>(),
        requirements => requirements.collect::<Vec<_>>(),
        innocents => innocents.collect::<Vec<_>>(),
        hunts => matrix.hunts.iter().map(hunt_context).collect::<Vec<_>>(),
        hunted => matrix.hunts.len(),
        hunted_found => matrix.hunted().0.found,
        hunted_median => matrix.hunted().0.median,
        hunted_worst => matrix.hunted().0.worst,
        missed => matrix.missed().count(),
        idle => idle,
        single => single.collect::<Vec<_>>(),
    }
}

fn hunt_context(hunt: &super::hunt::Hunt) -> Value {
    let found = hunt.found.as_ref().map(|found| {
        context! {
            requirement => &found.requirement,
            rightful => found.rightful,
            seed => found.seed,
            requests => found.requests,
            steps => found.steps,
            shrink_requests => found.shrink_requests,
        }
    });
    context! { name => &hunt.name, promised => hunt.promised, missed => hunt.is_missed(), found, trouble => &hunt.trouble }
}

fn trial_context(trial: &Trial) -> Value {
    let kills = |list: &[super::trial::Kill]| {
        let one = |kill: &super::trial::Kill| {
            context! { case => &kill.case, requirement => &kill.requirement, message => &kill.message }
        };
        list.iter().map(one).collect::<Vec<_>>()
    };
    context! {
        name => &trial.suspect.name,
        about => &trial.suspect.about,
        seen => &trial.suspect.seen,
        requirements => trial.suspect.requirements.clone(),
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
