//! `fuzz`: sequences that nobody thought of, judged by the ledger.

use super::CliError;
use super::against::{AgainstArgs, AnswersArgs};
use super::begin::begin;
use super::duration;
use super::fuzz_page;
use super::fuzz_report::{FuzzReport, Searched};
use super::interruption::Interruption;
use super::outputs::{Outputs, tell_failures};
use super::rig::{GOODBYE, Rig, rig};
use super::run_preview::RunPreview;
use super::target::TargetArgs;
use super::terminal::{say, stdout, tell};
use crate::qualify::fuzz_trial::{Found, FuzzTrial};
use crate::qualify::trial::Mutant;
use clap::Args;
use ikkm_harness::device::effects::{Effect, Grants};
use ikkm_harness::fuzz::coverage::goals;
use ikkm_harness::fuzz::pairs::{out_of_reach, seed_of};
use ikkm_harness::fuzz::player::Watch;
use ikkm_harness::fuzz::search::{Failure, Fresh, Limits, Outcomes, Subject, draw, whole_deck};
use ikkm_harness::fuzz::suite_file;
use ikkm_harness::report::place::write_whole;
use ikkm_harness::report::{ReportPaths, write_all};
use ikkm_harness::runner::outcome::DeviceFacts;
use ikkm_harness::runner::residual_effects::residual_effects;
use ikkm_harness::text::shown;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

/// Where the seeds of failures are kept; they are played first in later runs.
const REGRESSIONS: &str = "fuzz-regressions.txt";

/// What to fuzz, and for how long.
#[derive(Debug, Clone, Args)]
pub struct FuzzArgs {
    #[command(flatten)]
    pub(super) target: TargetArgs,
    #[command(flatten)]
    pub(super) against: AgainstArgs,
    #[command(flatten)]
    pub(super) known: AnswersArgs,
    /// The first sequence's seed; the next one's is one more
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(super) seed: u64,
    /// Sequences at the most
    #[arg(long, value_name = "N", default_value_t = 200)]
    pub(super) cases: u64,
    /// How long to fuzz at the most, such as 90s, 5m or 1h; the sequence under way is finished
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    pub(super) budget: Option<Duration>,
    /// Requests at the most
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    pub(super) requests: u64,
    /// Requests at the most to shorten what failed
    #[arg(long, value_name = "N", default_value_t = 5_000)]
    pub(super) shrink_budget: u64,
    /// Where a failure's suite file and the regression seeds go
    #[arg(long, value_name = "FOLDER", default_value = "reports")]
    pub(super) reports: PathBuf,
    /// Play the whole deck, then every pair of operation and state that this device can reach
    #[arg(long, conflicts_with = "cases")]
    until_covered: bool,
    /// Where the results go, for `diff`
    #[arg(long, value_name = "FILE")]
    pub(super) json: Option<PathBuf>,
    /// Where a JUnit report goes
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub(super) junit: Option<PathBuf>,
    /// Where a page for people goes
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub(super) html: Option<PathBuf>,
    /// Print the sequences instead of playing them
    #[arg(long)]
    dry_run: bool,
}

/// Fuzzes; the exit code is 0, 1 or 3.
pub async fn fuzz(args: FuzzArgs) -> Result<u8, CliError> {
    if args.cases == 0 || args.requests == 0 {
        return Err(CliError::Usage("nothing would be tested: --cases and --requests start at 1".to_owned()));
    }
    if args.dry_run {
        return dry_run(&args);
    }
    if args.against.is_given() {
        return super::fuzz_against::fuzz(args).await;
    }
    let suite = args.reports.join(format!("fuzz-{}.yaml", args.seed));
    let seeds = args.reports.join(REGRESSIONS);
    let outputs = Outputs::new()
        .writes("--reports", Some(&suite))
        .writes("--reports", Some(&seeds))
        .writes("--json", args.json.as_deref())
        .writes("--junit", args.junit.as_deref())
        .writes("--html", args.html.as_deref());
    outputs.tried()?;
    let earlier = regressions(&args.reports)?;
    let interruption = Interruption::listen();
    let (mut subject, before) = subject(&args.target, &interruption).await?;
    let mut searched_what = Searched {
        target: before.as_ref().map_or_else(|| embedded_name(&args.target), |device| device.target.clone()),
        device: before.as_ref().map(|device| device.facts.clone()).unwrap_or_default(),
        bench: subject.bench.hello().name.clone(),
        grants: args.target.allow.clone().unwrap_or_default(),
        rate: args.target.rate.clone().unwrap_or_default(),
        seed: args.seed,
    };
    let embedded = before.is_none();
    if searched_what.grants.is_empty() {
        searched_what.grants = if embedded { "everything" } else { "reading" }.to_owned();
    }
    if searched_what.rate.is_empty() {
        searched_what.rate = if embedded { "unlimited" } else { "1" }.to_owned();
    }
    let mut total = Outcomes::default();
    let mut report = FuzzReport::begin();
    let searched = search_all(&args, &earlier, &mut subject, &mut total, &mut report).await;
    // What goes to standard output as a report is alone there.
    let tells = |text: &str| -> Result<(), CliError> {
        match outputs.on_stdout() {
            true => text.lines().for_each(tell),
            false => say(text)?,
        }
        Ok(())
    };
    if let Some(failure) = &total.failure {
        tells(&told(&args, failure, &total))?;
    }
    let mut left = Vec::new();
    if let Some(before) = before {
        let lost = subject.put_back(before.mode.as_deref()).await;
        left.extend(lost.iter().map(|name| format!("not put back: {name}")));
        left.extend(residual_effects(&mut subject.session, &before.info).await);
        if subject.session.known.totals.touched {
            left.push("not compensated: fuzz returns nothing that it registered".to_owned());
        }
        tells(&left.iter().map(|line| format!("note: {}\n", shown(line))).collect::<String>())?;
    }
    let stopped = match (&searched, total.interrupted) {
        (_, true) => Some("interrupted".to_owned()),
        (Err(error), _) => Some(error.to_string()),
        _ => None,
    };
    let paths = ReportPaths {
        json: args.json.clone(),
        junit: args.junit.clone(),
        html: None,
        ..ReportPaths::default()
    };
    left.push(covered(&total));
    let page = fuzz_page::render(&searched_what.target, args.seed, &total, &left);
    let mut written = write_all(&report.result(searched_what, stopped, left), &paths);
    if let Some(path) = &args.html {
        written.add(path, page);
    }
    tell_failures(&written);
    let unplayed = uncovered(&total, &subject);
    // A bench that does not say goodbye in time must not keep the result.
    let _ = tokio::time::timeout(GOODBYE, subject.bench.close()).await;
    if total.failure.is_some() {
        tells(&format!("{}\n", covered(&total)))?;
        return Ok(1);
    }
    let last = searched?;
    let found = match total.interrupted {
        true => "interrupted, no finding so far",
        false => "no finding",
    };
    tells(&format!(
        "{found}: {} operations in {} sequences, {} requests, seeds {} to {last}\n{}\n",
        total.operations,
        total.cases,
        total.requests,
        args.seed,
        covered(&total)
    ))?;
    if args.until_covered {
        tells(&unplayed)?;
    }
    Ok(if total.interrupted { 3 } else { 0 })
}

/// Plays the seeds of earlier failures and then new ones, until something is found, the bounds are
/// reached or somebody asks for the end; gives the last seed.
async fn search_all(
    args: &FuzzArgs,
    earlier: &[u64],
    subject: &mut Subject,
    total: &mut Outcomes,
    report: &mut FuzzReport,
) -> Result<u64, CliError> {
    for seed in earlier {
        let limits =
            Limits { seed: *seed, cases: 1, budget: args.requests, shrink_budget: args.shrink_budget };
        if search(subject, &limits, total, report, &args.reports).await? {
            return Ok(*seed);
        }
    }
    let began = Instant::now();
    let in_time = || args.budget.is_none_or(|budget| began.elapsed() < budget);
    let mut seed = args.seed;
    let most = if args.until_covered { whole_deck() } else { args.cases };
    for _ in 0..most {
        let budget = args.requests.saturating_sub(total.requests);
        if budget == 0 || !in_time() {
            break;
        }
        let limits = Limits { seed, cases: 1, budget, shrink_budget: args.shrink_budget };
        if search(subject, &limits, total, report, &args.reports).await? {
            return Ok(seed);
        }
        seed = seed.wrapping_add(1);
    }
    // What the deck did not meet on its way is played by itself.
    let missing = if args.until_covered { total.coverage.missing() } else { Vec::new() };
    for goal in missing {
        let reached = out_of_reach(&goal, &subject.session, &subject.bench).is_none();
        let Some(seed) = seed_of(&goal).filter(|_| reached && !total.coverage.has(&goal)) else { continue };
        let budget = args.requests.saturating_sub(total.requests);
        if budget == 0 || !in_time() {
            break;
        }
        let limits = Limits { seed, cases: 1, budget, shrink_budget: args.shrink_budget };
        if search(subject, &limits, total, report, &args.reports).await? {
            return Ok(seed);
        }
    }
    Ok(seed.wrapping_sub(1))
}

/// Plays one seed; `true` when that was the last one.
async fn search(
    subject: &mut Subject,
    limits: &Limits,
    total: &mut Outcomes,
    report: &mut FuzzReport,
    folder: &Path,
) -> Result<bool, CliError> {
    let began = Instant::now();
    let found =
        subject.search(limits, |_| {}).await.map_err(|error| CliError::NotCarriedOut(error.to_string()))?;
    if !found.interrupted {
        let suite = folder.join(format!("fuzz-{}.yaml", limits.seed));
        report.played(limits.seed, found.requests, began.elapsed(), found.failure.as_ref(), &suite);
    }
    total.cases += found.cases;
    total.operations += found.operations;
    total.requests += found.requests;
    total.coverage.join(&found.coverage);
    total.failure = found.failure;
    total.interrupted = found.interrupted;
    Ok(total.failure.is_some() || total.interrupted)
}

/// Requests at the most to shorten what was found on a seeded defect.
const HUNT_SHRINK: u64 = 5_000;

/// Searches for a seeded defect from the first seed on, with so many requests at the most.
pub(super) async fn fuzz_trial(
    mutant: &Mutant,
    requests: u64,
    interrupted: &Arc<AtomicBool>,
) -> Result<FuzzTrial, CliError> {
    let target = TargetArgs { defects: vec![mutant.name.clone()], ..TargetArgs::default() };
    let mut subject = embedded(&target, Arc::clone(interrupted)).await?;
    let limits = Limits { seed: 1, cases: requests, budget: requests, shrink_budget: HUNT_SHRINK };
    let mut fuzz_trial = FuzzTrial::of(mutant);
    match subject.search(&limits, |_| {}).await {
        Ok(outcomes) => {
            // The last sequence may have gone beyond the bound.
            let failure = outcomes.failure.filter(|failure| failure.found_after <= requests);
            fuzz_trial.found = failure.map(|failure| Found {
                rightful: mutant.breaks(&failure.finding.requirement),
                steps: suite_file::count(&failure),
                requirement: failure.finding.requirement,
                seed: failure.seed,
                requests: failure.found_after,
                shrink_requests: failure.shrink_requests,
            });
        }
        Err(error) => fuzz_trial.trouble = Some(error.to_string()),
    }
    Ok(fuzz_trial)
}

/// How many pairs were played.
fn covered(total: &Outcomes) -> String {
    format!(
        "played {} of {} pairs of operation, state and class of amount",
        total.coverage.covered(),
        goals().len()
    )
}

/// The pairs that were not, a line an operation.
fn uncovered(total: &Outcomes, subject: &Subject) -> String {
    let mut by_operation: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
    for goal in total.coverage.missing() {
        let amount = if goal.amount.is_empty() { String::new() } else { format!(" ({})", goal.amount) };
        let why = out_of_reach(&goal, &subject.session, &subject.bench)
            .unwrap_or("within the bounds of this search");
        by_operation.entry((why, goal.operation)).or_default().push(format!("{}{amount}", goal.state));
    }
    by_operation
        .iter()
        .map(|((why, operation), states)| format!("not played, {why}: {operation}: {}\n", states.join(", ")))
        .collect()
}

/// How reports name the embedded emulator.
fn embedded_name(args: &TargetArgs) -> String {
    format!("embedded emulator ({})", args.personality.as_deref().unwrap_or("plain"))
}

/// A device as it was before anything was done.
pub(super) struct Before {
    pub target: String,
    pub facts: DeviceFacts,
    pub info: Value,
    /// Its print mode.
    pub mode: Option<String>,
}

/// What a search does to a device, as far as it was granted.
fn preview(grants: &Grants) -> RunPreview {
    let does = [
        (Effect::Print, "texts, X reports, the last receipt once more"),
        (
            Effect::Manage,
            "headers, print modes, batch mode and other session variables, put back at the end; restarts where the bench does them",
        ),
        (Effect::Bank, "card operations, where the bench ends them"),
        (Effect::Shift, "Z reports"),
        (Effect::Fiscal, "registrations of every type, cash put in and taken out; nothing is returned"),
    ];
    let granted = does.iter().filter(|(effect, _)| grants.admits(*effect));
    let mut lines: Vec<String> = granted.map(|(effect, what)| format!("{effect}: {what}")).collect();
    let changes = !lines.is_empty();
    if changes {
        lines.insert(0, "plays drawn sequences of".to_owned());
    }
    RunPreview { changes, lines, ..RunPreview::default() }
}

/// The embedded emulator, new for each sequence, or the device as it is, with what it said of itself.
pub(super) async fn subject(
    args: &TargetArgs,
    interruption: &Interruption,
) -> Result<(Subject, Option<Before>), CliError> {
    if !args.on_device() {
        return Ok((embedded(args, interruption.flag()).await?, None));
    }
    let mut rig = rig(args).await?;
    let preview = preview(rig.session.grants());
    let identity = begin(&mut rig, args, &preview, interruption).await?;
    let Rig { session, bench, target, .. } = rig;
    let manages = session.grants().admits(Effect::Manage);
    let mut subject =
        Subject { session, bench, fresh: None, watch: Watch::default(), interrupted: interruption.flag() };
    let mode = if manages { subject.print_mode().await } else { None };
    let facts = DeviceFacts { serial: identity.serial, firmware: identity.firmware };
    Ok((subject, Some(Before { target, facts, info: identity.info, mode })))
}

async fn embedded(args: &TargetArgs, interrupted: Arc<AtomicBool>) -> Result<Subject, CliError> {
    let first = rig(args).await?;
    let args = args.clone();
    let fresh: Fresh = Box::new(move || {
        let args = args.clone();
        Box::pin(async move {
            let rig = rig(&args).await.map_err(|error| error.to_string())?;
            Ok((rig.session, rig.bench))
        })
    });
    Ok(Subject {
        session: first.session,
        bench: first.bench,
        fresh: Some(fresh),
        watch: Watch::fresh(),
        interrupted,
    })
}

fn dry_run(args: &FuzzArgs) -> Result<u8, CliError> {
    let mut out = stdout();
    for case in 0..args.cases {
        let seed = args.seed.wrapping_add(case);
        for (index, operation) in draw(seed).into_iter().enumerate() {
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

/// What was found, in lines. The suite is among them where it could not be written.
fn told(args: &FuzzArgs, failure: &Failure, total: &Outcomes) -> String {
    let (finding, steps) = (&failure.finding, suite_file::count(failure));
    let mut out = format!(
        "{} is broken: seed {}, after {} requests; {}\n",
        finding.requirement,
        failure.seed,
        total.requests,
        match &failure.unshortened {
            None => format!("shortened to {steps} steps with {} more", failure.shrink_requests),
            Some(why) => format!("{steps} steps, not shortened further: {}", shown(why)),
        }
    );
    out += &format!("  step {}\n", suite_file::shown_by(failure));
    out += &format!("  expected {}\n", shown(&finding.expected));
    out += &format!("  found    {}\n", shown(&finding.found));
    out += &format!("  explain  ikkm-conformance explain {}\n", finding.requirement);
    out += &format!("again: ikkm-conformance fuzz --seed {} --cases 1\n", failure.seed);
    match write(&args.reports, failure) {
        Ok(suite) => out += &format!("       ikkm-conformance run {}\n", suite.display()),
        Err(error) => {
            tell(&format!("error: {error}"));
            out += &format!("as a suite:\n{}", suite_file::text(failure));
        }
    }
    out
}

/// Writes the suite file and adds the seed to the regressions.
fn write(folder: &Path, failure: &Failure) -> Result<PathBuf, CliError> {
    let trouble = |path: &Path, error: std::io::Error| {
        CliError::NotCarriedOut(format!("cannot write {}: {error}", path.display()))
    };
    let suite = folder.join(format!("fuzz-{}.yaml", failure.seed));
    write_whole(&suite, &suite_file::text(failure))
        .map_err(|error| CliError::NotCarriedOut(error.to_string()))?;
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
