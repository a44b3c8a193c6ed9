//! A qualification for programs.

use super::hunt::{Figures, Hunt};
use super::matrix::Matrix;
use super::trial::{Kill, Trial};
use serde_json::{Value, json};

/// The matrix as a JSON document.
pub fn document(matrix: &Matrix) -> Value {
    let innocents = matrix
        .innocents
        .iter()
        .map(|innocent| json!({"name": innocent.name, "passed": innocent.passed, "alarms": innocent.alarms}));
    let single = matrix.single_killers().into_iter();
    json!({
        "schema": 1,
        "full": matrix.full,
        "seconds": matrix.duration.as_secs_f64(),
        "summary": {
            "defects": matrix.trials.len(),
            "killed": matrix.trials.len() - matrix.survivors().count(),
            "survived": matrix.survivors().count(),
            "accidental": matrix.accidental(),
            "personalities": matrix.innocents.len(),
            "accused": matrix.accused().count(),
        },
        "fuzz": fuzz(matrix),
        "defects": matrix.trials.iter().map(trial).collect::<Vec<_>>(),
        "personalities": innocents.collect::<Vec<_>>(),
        "idle": matrix.idle(),
        "irreplaceable": matrix.irreplaceable(),
        "single": single.map(|(id, case)| json!({"requirement": id, "case": case})).collect::<Vec<_>>(),
    })
}

fn fuzz(matrix: &Matrix) -> Value {
    if matrix.hunts.is_empty() {
        return Value::Null;
    }
    let (all, promised) = matrix.hunted();
    json!({
        "all": figures(&all),
        "promised": figures(&promised),
        "defects": matrix.hunts.iter().map(hunt).collect::<Vec<_>>(),
    })
}

fn figures(figures: &Figures) -> Value {
    json!({
        "hunted": figures.hunted,
        "found": figures.found,
        "missed": figures.missed,
        "median_requests": figures.median,
        "worst_requests": figures.worst,
        "most_steps": figures.longest,
    })
}

fn hunt(hunt: &Hunt) -> Value {
    let found = hunt.found.as_ref().map(|found| {
        json!({
            "requirement": found.requirement,
            "rightful": found.rightful,
            "seed": found.seed,
            "requests": found.requests,
            "steps": found.steps,
            "shrink_requests": found.shrink_requests,
        })
    });
    json!({"name": hunt.name, "promised": hunt.promised, "found": found, "trouble": hunt.trouble})
}

fn trial(trial: &Trial) -> Value {
    json!({
        "name": trial.suspect.name,
        "about": trial.suspect.about,
        "seen": trial.suspect.seen,
        "requirements": trial.suspect.requirements,
        "survived": trial.survived(),
        "kills": trial.kills.iter().map(kill).collect::<Vec<_>>(),
        "accidents": trial.accidents.iter().map(kill).collect::<Vec<_>>(),
        "cases": trial.cases,
        "trouble": trial.trouble,
    })
}

fn kill(kill: &Kill) -> Value {
    json!({"case": kill.case, "requirement": kill.requirement, "message": kill.message})
}

#[cfg(test)]
mod tests {
    use super::super::matrix::tests::sample;
    use super::*;

    #[test]
    fn it_holds_who_killed_whom() {
        let document = document(&sample());
        assert_eq!(document["summary"]["survived"], 1);
        assert_eq!(document["defects"][1]["kills"][1]["case"], "key/two");
        assert_eq!(document["defects"][2]["accidents"][0]["requirement"], "KEY-7");
        assert_eq!(document["idle"], json!(["key/three"]));
    }
}
