//! `fuzz`: sequences that nobody thought of, judged by the ledger.

use super::CliError;
use super::begin::begin;
use super::duration;
use super::rig::rig;
use super::run_preview::RunPreview;
use super::target::TargetArgs;
use crate::qualify::hunt::{Found, Hunt};
use crate::qualify::trial::Suspect;
use clap::Args;
use ikkm_harness::fuzz::search::{Failure, Fresh, Limits, Outcomes, Subject, draw};
use ikkm_harness::fuzz::suite_file;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Where the seeds of failures are kept; they are played first in later runs.
const REGRESSIONS: &str = "fuzz-regressions.txt";

/// What to fuzz, and for how long.
#[derive(Debug, Clone, Args)]
pub struct FuzzArgs {
    #[command(flatten)]
    target: TargetArgs,
    /// The first sequence's seed; the next one's is one more
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Sequences at the most
    #[arg(long, value_name = "N", default_value_t = 200)]
    cases: u64,
    /// How long to fuzz at the most, such as 90s, 5m or 1h; the sequence under way is finished
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    budget: Option<Duration>,
    /// Requests at the most
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    requests: u64,
    /// Requests at the most to shorten what failed
    #[arg(long, value_name = "N", default_value_t = 5_000)]
    shrink_budget: u64,
    /// Where a failure's suite file and the regression seeds go
    #[arg(long, value_name = "FOLDER", default_value = "reports")]
    reports: PathBuf,
    /// Print the sequences instead of playing them
    #[arg(long)]
    dry_run: bool,
}

/// Fuzzes; the exit code is 0 or 1.
pub async fn fuzz(args: FuzzArgs) -> Result<u8, CliError> {
    if args.cases == 0 || args.requests == 0 {
        return Err(CliError::Usage("nothing would be tested: --cases and --requests start at 1".to_owned()));
    }
    if args.dry_run {
        return dry_run(&args);
    }
    let mut subject = subject(&args.target).await?;
    let mut total = Outcomes::default();
    for seed in regressions(&args.reports)? {
        let limits = Limits { seed, cases: 1, budget: args.requests, shrink_budget: args.shrink_budget };
        if search(&mut subject, &limits, &mut total).await? {
            return failed(&args, &total);
        }
    }
    let began = Instant::now();
    let in_time = || args.budget.is_none_or(|budget| began.elapsed() < budget);
    let mut seed = args.seed;
    for _ in 0..args.cases {
        let budget = args.requests.saturating_sub(total.requests);
        if budget == 0 || !in_time() {
            break;
        }
        let limits = Limits { seed, cases: 1, budget, shrink_budget: args.shrink_budget };
        if search(&mut subject, &limits, &mut total).await? {
            return failed(&args, &total);
        }
        seed = seed.wrapping_add(1);
    }
    let mut out = anstream::stdout();
    writeln!(
        out,
        "no finding: {} operations in {} sequences, {} requests, seeds {} to {}",
        total.operations,
        total.cases,
        total.requests,
        args.seed,
        seed.wrapping_sub(1)
    )?;
    Ok(0)
}

async fn search(subject: &mut Subject, limits: &Limits, total: &mut Outcomes) -> Result<bool, CliError> {
    let found =
        subject.search(limits, |_| {}).await.map_err(|error| CliError::NotCarriedOut(error.to_string()))?;
    total.cases += found.cases;
    total.operations += found.operations;
    total.requests += found.requests;
    total.failure = found.failure;
    Ok(total.failure.is_some())
}

/// Requests at the most to shorten what was found on a seeded defect.
const HUNT_SHRINK: u64 = 5_000;

/// Searches for a seeded defect from the first seed on, with so many requests at the most.
pub(super) async fn hunt(suspect: &Suspect, requests: u64) -> Result<Hunt, CliError> {
    let target = TargetArgs { defects: vec![suspect.name.clone()], ..TargetArgs::default() };
    let mut subject = subject(&target).await?;
    let limits = Limits { seed: 1, cases: requests, budget: requests, shrink_budget: HUNT_SHRINK };
    let mut hunt = Hunt::of(suspect);
    match subject.search(&limits, |_| {}).await {
        Ok(outcomes) => {
            // The last sequence may have gone beyond the bound.
            let failure = outcomes.failure.filter(|failure| failure.found_after <= requests);
            hunt.found = failure.map(|failure| Found {
                rightful: suspect.breaks(&failure.finding.requirement),
                requirement: failure.finding.requirement,
                seed: failure.seed,
                requests: failure.found_after,
                steps: failure.steps.len(),
                shrink_requests: failure.shrink_requests,
            });
        }
        Err(error) => hunt.trouble = Some(error.to_string()),
    }
    Ok(hunt)
}

/// The embedded emulator, new for each sequence, or the device as it is.
async fn subject(args: &TargetArgs) -> Result<Subject, CliError> {
    let mut first = rig(args).await?;
    if !first.embedded {
        let lines =
            vec!["plays random sequences of registrations, cash in and out, X and Z reports".to_owned()];
        begin(&mut first, args, &RunPreview { changes: true, lines }).await?;
    }
    let fresh: Option<Fresh> = first.embedded.then(|| {
        let args = args.clone();
        let fresh: Fresh = Box::new(move || {
            let args = args.clone();
            Box::pin(async move {
                let rig = rig(&args).await.map_err(|error| error.to_string())?;
                Ok((rig.session, rig.bench))
            })
        });
        fresh
    });
    Ok(Subject { session: first.session, bench: first.bench, fresh })
}

fn dry_run(args: &FuzzArgs) -> Result<u8, CliError> {
    let mut out = anstream::stdout();
    for case in 0..args.cases {
        let seed = args.seed.wrapping_add(case);
        for (index, operation) in draw(seed).into_iter().flatten().enumerate() {
            writeln!(out, "{seed}.{index} {operation:?}")?;
        }
    }
    Ok(0)
}

/// Seeds of earlier failures, one a line; what follows a seed is for people.
fn regressions(folder: &Path) -> Result<Vec<u64>, CliError> {
    let path = folder.join(REGRESSIONS);
    if !path.exists() {
        return Ok(Vec::new());
    }
    let text = std::fs::read_to_string(&path)
        .map_err(|error| CliError::NotCarriedOut(format!("cannot read {}: {error}", path.display())))?;
    let mut seeds: Vec<u64> =
        text.lines().filter_map(|line| line.split_whitespace().next()?.parse().ok()).collect();
    seeds.sort_unstable();
    seeds.dedup();
    Ok(seeds)
}

fn failed(args: &FuzzArgs, total: &Outcomes) -> Result<u8, CliError> {
    let Some(failure) = &total.failure else { return Ok(0) };
    let suite = write(&args.reports, failure)?;
    let mut out = anstream::stdout();
    writeln!(
        out,
        "{} is broken: seed {}, after {} requests; shortened to {} steps with {} more",
        failure.finding.requirement,
        failure.seed,
        total.requests,
        failure.steps.len(),
        failure.shrink_requests
    )?;
    writeln!(out, "  step {}", failure.finding.step + 1)?;
    writeln!(out, "  expected {}", failure.finding.expected)?;
    writeln!(out, "  found    {}", failure.finding.found)?;
    writeln!(out, "again: ikkm-conformance fuzz --seed {} --cases 1", failure.seed)?;
    writeln!(out, "       ikkm-conformance run {}", suite.display())?;
    Ok(1)
}

/// Writes the suite file and adds the seed to the regressions.
fn write(folder: &Path, failure: &Failure) -> Result<PathBuf, CliError> {
    let trouble = |path: &Path, error: std::io::Error| {
        CliError::NotCarriedOut(format!("cannot write {}: {error}", path.display()))
    };
    std::fs::create_dir_all(folder).map_err(|error| trouble(folder, error))?;
    let suite = folder.join(format!("fuzz-{}.yaml", failure.seed));
    std::fs::write(&suite, suite_file::text(failure)).map_err(|error| trouble(&suite, error))?;
    let seeds = folder.join(REGRESSIONS);
    if !regressions(folder)?.contains(&failure.seed) {
        let mut file = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(&seeds)
            .map_err(|error| trouble(&seeds, error))?;
        writeln!(file, "{} {}", failure.seed, failure.finding.requirement)
            .map_err(|error| trouble(&seeds, error))?;
    }
    Ok(suite)
}
