//! `plan`: what a run with the same flags would do, sending the device nothing.

mod file;

use super::CliError;
use super::duration::spoken;
use super::lab::with_one_device;
use super::rehearsal::Scene;
use super::run::RunArgs;
use super::run_preview::person;
use super::shard;
use super::terminal::stdout;
use clap::Args;
pub use file::PlanFile;
use ikkm_harness::runner::forecast::{Admitted, Forecast, LOST_ADDS, admitted};
use ikkm_harness::runner::outcome::Pairs;
use std::fmt::Write as _;
use std::io::Write;

/// The flags of `run`; only `--json` is another one.
#[derive(Debug, Args)]
#[command(mut_arg("json", |arg| arg
    .num_args(0..=1)
    .require_equals(true)
    .default_missing_value("-")
    .help("The plan as JSON, on standard output or into a file")))]
pub struct PlanArgs {
    #[command(flatten)]
    run: RunArgs,
}

/// A plan, and what its figures mean.
struct Plan {
    target: String,
    rate: f64,
    forecast: Forecast,
    admitted: Vec<Admitted>,
    /// The pairs of levels that the run covers, and those that it does not; `None` where it takes all.
    pairs: Option<(Pairs, Vec<String>)>,
    seed: Option<u64>,
    /// A person is the bench.
    by_person: bool,
}

/// Pairs that are named in the text; the JSON names all.
const SHOWN_PAIRS: usize = 10;

/// Shows the plan.
pub async fn plan(args: PlanArgs) -> Result<u8, CliError> {
    let args = with_one_device(args.run)?;
    let suites = args.select.suites()?;
    let choice = args.selected(&suites)?;
    let mut cases = choice.cases;
    let scene = Scene::of(&args.target, args.is_thrifty()).await?;
    if let Some(budget) = args.budget {
        cases = scene.within(&cases, budget).await?;
    }
    cases = shard::part(args.shard, &args.target, args.is_thrifty(), cases).await?;
    let first = scene.rehearse(&cases).await?;
    let others = scene.rehearse_on_others(&cases).await?;
    let admitted = if scene.is_limited() {
        admitted(&cases, &scene.grants, &scene.rehearse_everything(&cases).await?)
    } else {
        Vec::new()
    };
    let forecast = Forecast::new(&cases, &first, &others);
    let covers =
        args.is_thrifty() && args.shard.is_none() && args.budget.is_none() && args.select.paths.is_empty();
    let pairs = covers.then_some((choice.pairs, choice.uncovered));
    let by_person = args.target.bench.as_deref() == Some("operator");
    let (target, rate, seed) = (scene.target, scene.rate, args.rotate);
    let plan = Plan { target, rate, forecast, admitted, pairs, seed, by_person };
    match args.json.as_deref() {
        None => write!(stdout(), "{}", plan.text())?,
        Some(path) => {
            let text = serde_json::to_string_pretty(&plan.file()).map_err(std::io::Error::from)?;
            if path.as_os_str() == "-" {
                writeln!(stdout(), "{text}")?;
            } else {
                std::fs::write(path, text + "\n").map_err(|error| {
                    CliError::NotCarriedOut(format!("cannot write the plan {}: {error}", path.display()))
                })?;
            }
        }
    }
    Ok(0)
}

impl Plan {
    fn text(&self) -> String {
        let forecast = &self.forecast;
        let (expected, most) = (&forecast.expected, &forecast.at_most);
        let mut out = format!(
            "{}: {} of {} cases would run, and {} of the books; nothing was sent to it\n\n",
            self.target,
            forecast.running(),
            forecast.cases.len(),
            forecast.reconciling()
        );
        let mut line = |name: &str, expected: String, most: String| {
            let most = if most == expected { String::new() } else { format!("  at most {most}") };
            let _ = writeln!(out, "{name:<15}{expected:>12}{most}");
        };
        for (name, expected, most) in [
            ("requests", expected.requests, most.requests),
            ("receipts", expected.receipts, most.receipts),
            ("shifts closed", expected.shifts, most.shifts),
        ] {
            line(name, expected.to_string(), most.to_string());
        }
        line("their sum", expected.sum.normalize().to_string(), most.sum.normalize().to_string());
        let drawer = expected.drawer.normalize().to_string();
        line("drawer", drawer.clone(), drawer);
        if self.by_person && expected.acts > 0 {
            line("asked of you", expected.acts.to_string(), most.acts.to_string());
            line("your time", spoken(person(expected.acts)), spoken(person(most.acts)));
        }
        line("device time", spoken(expected.seconds(self.rate)), spoken(most.seconds(self.rate)));
        let _ = writeln!(
            out,
            "\nat {} request(s) a second; each lost answer can add {LOST_ADDS} requests, and a busy device is asked again once a second",
            self.rate
        );
        if let Some((pairs, uncovered)) = &self.pairs {
            let seed = self.seed.map_or_else(String::new, |seed| format!(" (seed {seed})"));
            let _ = writeln!(out, "\npairs of levels covered: {} of {}{seed}", pairs.covered, pairs.total);
            for pair in uncovered.iter().take(SHOWN_PAIRS) {
                let _ = writeln!(out, "  not {pair}");
            }
            if uncovered.len() > SHOWN_PAIRS {
                let more = uncovered.len() - SHOWN_PAIRS;
                let _ = writeln!(out, "  and {more} more: --json names them, --exhaustive runs them all");
            }
        }
        let lacking = forecast.lacking();
        if !lacking.is_empty() {
            let _ = writeln!(out, "\nwould not run:");
            for (why, cases) in lacking {
                let _ = writeln!(out, "  {:>4}  {why}", cases.len());
            }
        }
        if !self.admitted.is_empty() {
            let _ = writeln!(out, "\none effect more would add, about:");
            for one in &self.admitted {
                let _ = writeln!(
                    out,
                    "  --allow {:<12}{:>4} cases, {} requests, {} receipts, {} shifts closed, {}",
                    one.effect,
                    one.cases,
                    one.cost.requests,
                    one.cost.receipts,
                    one.cost.shifts,
                    spoken(one.cost.seconds(self.rate))
                );
            }
        }
        if !forecast.untested.is_empty() {
            let _ = writeln!(out, "\nmusts that would not be tested: {}", forecast.untested.join(", "));
        }
        out
    }
}
