//! A qualification for programs.

use super::fuzz_trial::{Figures, FuzzTrial};
use super::matrix::Matrix;
use super::trial::{Kill, Trial};
use serde_json::{Value, json};

/// The matrix as a JSON document.
pub fn document(matrix: &Matrix) -> Value {
    let baselines = matrix
        .baselines
        .iter()
        .map(|baseline| json!({"name": baseline.name, "passed": baseline.passed, "alarms": baseline.alarms}));
    let kills = matrix.kills();
    let lost = matrix.irreplaceable();
    let cases = matrix.cases.iter().map(|case| {
        json!({
            "name": case.name,
            "requirements": case.requirements,
            "asks": case.asks,
            "kills": kills.get(case.name.as_str()).copied().unwrap_or_default(),
            "lost": lost.get(case.name.as_str()).cloned().unwrap_or_default(),
        })
    });
    let requirements = matrix.by_requirement().into_iter().map(|(id, caught)| {
        json!({"id": id, "defects": caught.defects, "cases": caught.cases, "others": caught.others})
    });
    let idle = matrix.idle().into_iter().map(|idle| json!({"case": idle.case, "why": idle.why}));
    let single = matrix.singles().into_iter().map(
        |single| json!({"requirement": single.requirement, "case": single.case, "others": single.others}),
    );
    json!({
        "schema": 1,
        "full": matrix.full,
        "seconds": matrix.duration.as_secs_f64(),
        "summary": {
            "defects": matrix.trials.len(),
            "killed": matrix.trials.len() - matrix.survivors().count(),
            "survived": matrix.survivors().count(),
            "accidental": matrix.accidental(),
            "findings": matrix.aimed().1,
            "aimed": matrix.aimed().0,
            "personalities": matrix.baselines.len(),
            "accused": matrix.accused().count(),
        },
        "fuzz": fuzz(matrix),
        "defects": matrix.trials.iter().map(trial).collect::<Vec<_>>(),
        "personalities": baselines.collect::<Vec<_>>(),
        "requirements": requirements.collect::<Vec<_>>(),
        "cases": cases.collect::<Vec<_>>(),
        "idle": idle.collect::<Vec<_>>(),
        "irreplaceable": lost,
        "single": single.collect::<Vec<_>>(),
    })
}

fn fuzz(matrix: &Matrix) -> Value {
    if matrix.fuzz_trials.is_empty() {
        return Value::Null;
    }
    let (all, promised) = matrix.hunted();
    json!({
        "all": figures(&all),
        "promised": figures(&promised),
        "defects": matrix.fuzz_trials.iter().map(fuzz_trial).collect::<Vec<_>>(),
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

fn fuzz_trial(fuzz_trial: &FuzzTrial) -> Value {
    let found = fuzz_trial.found.as_ref().map(|found| {
        json!({
            "requirement": found.requirement,
            "rightful": found.rightful,
            "seed": found.seed,
            "requests": found.requests,
            "steps": found.steps,
            "shrink_requests": found.shrink_requests,
        })
    });
    json!({"name": fuzz_trial.name, "promised": fuzz_trial.promised, "found": found, "trouble": fuzz_trial.trouble})
}

fn trial(trial: &Trial) -> Value {
    json!({
        "name": trial.mutant.name,
        "about": trial.mutant.about,
        "seen": trial.mutant.seen,
        "requirements": trial.mutant.requirements,
        "survived": trial.survived(),
        "kills": trial.kills.iter().map(kill).collect::<Vec<_>>(),
        "accidents": trial.accidents.iter().map(kill).collect::<Vec<_>>(),
        "cases": trial.cases,
        "trouble": trial.trouble,
    })
}

fn kill(kill: &Kill) -> Value {
    json!({
        "case": kill.case,
        "requirement": kill.requirement,
        "also": kill.also,
        "message": kill.message,
    })
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
        assert_eq!(document["idle"][0]["case"], "key/three");
        assert_eq!(
            document["cases"][0],
            json!({"name": "key/one", "requirements": ["KEY-5"], "asks": [], "kills": 2, "lost": ["keys/a"]})
        );
        assert_eq!(
            document["requirements"][0],
            json!({"id": "KEY-5", "defects": ["keys/a", "keys/b"], "cases": ["key/one"], "others": ["key/two"]})
        );
        assert_eq!(document["single"][0], json!({"requirement": "KEY-5", "case": "key/one", "others": 1}));
    }
}
