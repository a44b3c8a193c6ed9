//! What a run is about to do to a device, for the person who is asked: what `plan` says.

use super::CliError;
use super::duration::spoken;
use super::rehearsal::Scene;
use super::rig::Rig;
use super::run::RunArgs;
use ikkm_harness::device::effects::Effect;
use ikkm_harness::report::progress::Expected;
use ikkm_harness::runner::forecast::Forecast;
use ikkm_harness::runner::plan;
use ikkm_harness::runner::rehearsal::Cost;
use ikkm_harness::suite::Case;
use std::collections::BTreeSet;

/// Seconds that a person takes for what the bench is asked once.
const PERSON: f64 = 40.0;

/// Seconds of a person's time for so many questions.
pub fn person(acts: u64) -> f64 {
    acts as f64 * PERSON
}

/// What a run is about to do to a device.
#[derive(Debug, Clone, Default)]
pub struct RunPreview {
    /// Requests that change something are among it.
    pub changes: bool,
    /// What it will do, a line each.
    pub lines: Vec<String>,
    /// What it is expected to send and to last, where that is known.
    pub expected: Option<Expected>,
}

impl RunPreview {
    /// What these cases would do, as far as was granted. The embedded emulator is not worth a rehearsal.
    ///
    /// # Errors
    /// A stand-in that cannot be worked with (exit 3).
    pub async fn of(args: &RunArgs, rig: &Rig, cases: &[&Case]) -> Result<RunPreview, CliError> {
        if rig.embedded {
            return Ok(RunPreview::default());
        }
        let scene = Scene::of_rig(&args.target, rig, args.is_thrifty())?;
        let rehearsal = scene.rehearse(cases).await?;
        let forecast = Forecast::new(cases, &rehearsal, &[]);
        let running = cases.iter().zip(&forecast.cases).filter(|(_, planned)| planned.lacks.is_none());
        let mut effects = BTreeSet::new();
        let mut changing = 0;
        for (case, _) in running {
            let own = plan::effects(case);
            changing += usize::from(own.iter().any(|effect| *effect != Effect::Read));
            effects.extend(own);
        }
        let mut lines = vec![format!("{changing} of {} cases change it: {}", cases.len(), names(&effects))];
        lines.extend(told(&forecast, scene.rate, rig.bench.confirms()));
        let seconds = cases.iter().zip(&forecast.cases);
        let expected = Expected {
            requests: forecast.expected.requests,
            cases: cases.len() + forecast.reconciliations,
            seconds: seconds
                .map(|(case, planned)| (case.name.clone(), planned.expected.seconds(scene.rate)))
                .collect(),
        };
        Ok(RunPreview {
            changes: changing > 0,
            lines: if changing > 0 { lines } else { Vec::new() },
            expected: Some(expected),
        })
    }
}

fn names(effects: &BTreeSet<Effect>) -> String {
    let named = effects.iter().filter(|effect| **effect != Effect::Read).map(|effect| effect.as_str());
    named.collect::<Vec<_>>().join(", ")
}

/// What it costs, in the words of `plan`.
pub fn told(forecast: &Forecast, rate: f64, by_person: bool) -> Vec<String> {
    let cost = &forecast.expected;
    let mut lines = vec![format!(
        "about {} requests in {} at {rate} a second: {} cases and {} of the books",
        cost.requests,
        spoken(cost.seconds(rate)),
        forecast.running(),
        forecast.reconciling()
    )];
    if cost.receipts + cost.shifts > 0 || !cost.drawer.is_zero() {
        lines.push(money(cost));
    }
    if by_person && cost.acts > 0 {
        lines.push(format!(
            "asks the person {} times, about {} of their time",
            cost.acts,
            spoken(person(cost.acts))
        ));
    }
    lines
}

/// Receipts, their sum, the drawer and the shifts.
pub fn money(cost: &Cost) -> String {
    let sign = if cost.drawer.is_sign_negative() { "" } else { "+" };
    format!(
        "about {} receipts of {} tenge in all, drawer {sign}{}, {} shifts closed",
        cost.receipts,
        cost.sum.normalize(),
        cost.drawer.normalize(),
        cost.shifts
    )
}
