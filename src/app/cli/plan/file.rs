//! A plan as `plan --json` writes it.

use super::Plan;
use crate::cli::run_preview::person;
use ikkm_harness::device::effects::Effect;
use ikkm_harness::runner::forecast::LOST_ADDS;
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Serialize;

/// The number of the form.
const SCHEMA: u32 = 1;

/// What a run with the same flags would do.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct PlanFile {
    /// The number of this form.
    schema: u32,
    /// What would be tested.
    target: String,
    /// Requests a second.
    rate: f64,
    /// Cases that would run.
    running: usize,
    /// Requests that are expected.
    requests: u64,
    /// Requests at the most, where no answer is lost and the device is not busy.
    requests_at_most: u64,
    /// Requests that see what device it is.
    requests_before_the_first_case: u64,
    /// Requests that each lost answer can add.
    each_lost_answer_adds_at_most: u64,
    /// Reconciliations of the books beside the cases.
    reconciliations: usize,
    /// Receipts that are expected.
    receipts: u64,
    /// Receipts at the most.
    receipts_at_most: u64,
    /// The sum of the expected receipts, in tenge.
    sum: String,
    /// How much more cash would be in the drawer, in tenge.
    drawer: String,
    /// How often the bench would be asked.
    asked_of_the_bench: u64,
    /// Seconds of a person's time, where a person is the bench.
    #[serde(skip_serializing_if = "Option::is_none")]
    person_seconds: Option<f64>,
    /// Shifts that would be closed.
    shifts_closed: u64,
    /// Shifts that would be closed at the most.
    shifts_closed_at_most: u64,
    /// Seconds of the device's time.
    seconds: f64,
    /// Seconds of the device's time at the most.
    seconds_at_most: f64,
    /// The cases that would not run, by what they lack.
    lacking: IndexMap<String, Vec<String>>,
    /// What one effect more would let run.
    allow: Vec<AllowedMore>,
    /// The *must* requirements that would not be tested.
    untested: Vec<String>,
    /// The pairs of levels that the run covers; none where it takes all.
    pairs: Option<PlannedPairs>,
    /// The seed of the covering array.
    seed: Option<u64>,
    /// The cases in their order.
    cases: Vec<PlannedCase>,
}

/// What one effect more would let run.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct AllowedMore {
    /// The effect.
    #[schemars(with = "String")]
    effect: Effect,
    /// Cases more.
    cases: usize,
    /// Requests more.
    requests: u64,
    /// Receipts more.
    receipts: u64,
    /// Closed shifts more.
    shifts_closed: u64,
    /// Seconds more.
    seconds: f64,
}

/// Pairs of levels.
#[derive(Debug, Serialize, JsonSchema)]
struct PlannedPairs {
    /// Those that the run covers.
    covered: usize,
    /// Those that there are.
    total: usize,
    /// Those that it does not cover, in words.
    uncovered: Vec<String>,
}

/// A case.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct PlannedCase {
    /// Its name.
    name: String,
    /// Requests that it sends.
    requests: u64,
    /// Receipts that it registers.
    receipts: u64,
    /// Shifts that it closes.
    shifts_closed: u64,
    /// How often it asks the bench.
    asked_of_the_bench: u64,
    /// Seconds that it takes.
    seconds: f64,
    /// What it lacks, so that it would not run.
    lacks: Option<String>,
}

impl Plan {
    /// The plan as it is written.
    pub(super) fn file(&self) -> PlanFile {
        let forecast = &self.forecast;
        let (expected, most) = (&forecast.expected, &forecast.at_most);
        let lacking = forecast.lacking().into_iter();
        let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
        PlanFile {
            schema: SCHEMA,
            target: self.target.clone(),
            rate: self.rate,
            running: forecast.running(),
            requests: expected.requests,
            requests_at_most: most.requests,
            requests_before_the_first_case: forecast.first_look.requests,
            each_lost_answer_adds_at_most: LOST_ADDS,
            reconciliations: forecast.reconciliations,
            receipts: expected.receipts,
            receipts_at_most: most.receipts,
            sum: expected.sum.to_string(),
            drawer: expected.drawer.to_string(),
            asked_of_the_bench: expected.acts,
            person_seconds: self.by_person.then(|| person(expected.acts)),
            shifts_closed: expected.shifts,
            shifts_closed_at_most: most.shifts,
            seconds: expected.seconds(self.rate),
            seconds_at_most: most.seconds(self.rate),
            lacking: lacking.map(|(why, names)| (why.to_owned(), owned(names))).collect(),
            allow: self
                .admitted
                .iter()
                .map(|one| AllowedMore {
                    effect: one.effect,
                    cases: one.cases,
                    requests: one.cost.requests,
                    receipts: one.cost.receipts,
                    shifts_closed: one.cost.shifts,
                    seconds: one.cost.seconds(self.rate),
                })
                .collect(),
            untested: forecast.untested.clone(),
            pairs: self.pairs.as_ref().map(|(pairs, uncovered)| PlannedPairs {
                covered: pairs.covered,
                total: pairs.total,
                uncovered: uncovered.clone(),
            }),
            seed: self.seed,
            cases: forecast
                .cases
                .iter()
                .map(|case| PlannedCase {
                    name: case.name.clone(),
                    requests: case.expected.requests,
                    receipts: case.expected.receipts,
                    shifts_closed: case.expected.shifts,
                    asked_of_the_bench: case.expected.acts,
                    seconds: case.expected.seconds(self.rate),
                    lacks: case.lacks.clone(),
                })
                .collect(),
        }
    }
}
