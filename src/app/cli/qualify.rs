//! `qualify`: the suites against every seeded defect and every conforming personality.

use super::CliError;
use super::fuzz::fuzz_trial;
use super::interruption::Interruption;
use super::outputs::{Outputs, tell_failures};
use super::rig::{GOODBYE, embedded};
use super::select::SelectArgs;
use super::target::TargetArgs;
use super::terminal::{say, tell};
use crate::qualify::fuzz_trial::FuzzTrial;
use crate::qualify::matrix::{Baseline, KnownCase, Matrix};
use crate::qualify::trial::{Mutant, Trial};
use crate::qualify::{html, json, text};
use clap::Args;
use globset::Glob;
use ikkm_emulator::defects::{defects, is_fuzzed};
use ikkm_emulator::personalities;
use ikkm_harness::device::effects::{Grants, UnknownEffect};
use ikkm_harness::report::{ReportError, Written};
use ikkm_harness::runner::cover::{API_ALONE, Bounds, WITH_BENCH, choose, could_run};
use ikkm_harness::runner::outcome::{CaseResult, RunResult, Verdict};
use ikkm_harness::runner::run::{RunOptions, Runner};
use ikkm_harness::suite::{Case, Suite};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use time::OffsetDateTime;

/// What is tried, and where the matrix goes.
#[derive(Debug, Args)]
pub struct QualifyArgs {
    #[command(flatten)]
    select: SelectArgs,
    /// Only defects whose name fits this pattern, such as `keys/*`; then without personalities
    #[arg(long = "defect", value_name = "GLOB")]
    defect: Option<Glob>,
    /// Run every case on every defect, instead of ending at its first kill
    #[arg(long)]
    full: bool,
    /// Run only cases that cite what the defect breaks: quicker where something survives
    #[arg(long)]
    near: bool,
    /// Only the cases that a run on a device takes: with a bench, or with `=api` over the API alone
    #[arg(long, value_name = "BENCH", num_args = 0..=1, require_equals = true, default_missing_value = "bench", hide_possible_values = true)]
    device: Option<Runs>,
    /// With --device, the covering array of this seed
    #[arg(long, value_name = "SEED", requires = "device")]
    rotate: Option<u64>,
    /// Let the fuzzer, too, search for each defect
    #[arg(long)]
    fuzz: bool,
    /// Requests at the most until the fuzzer has found a defect
    #[arg(long, value_name = "N", default_value_t = 2_000, requires = "fuzz")]
    fuzz_requests: u64,
    /// Where a page for people goes
    #[arg(long, value_name = "FILE", default_value = "reports/qualify.html")]
    html: PathBuf,
    /// Where the matrix goes as JSON
    #[arg(long, value_name = "FILE", default_value = "reports/qualify.json")]
    json: PathBuf,
}

/// How a run on a device is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Runs {
    /// With a bench that can do everything.
    Bench,
    /// Over the API alone.
    Api,
}

impl QualifyArgs {
    /// The cases that are tried.
    fn cases<'s>(&self, suites: &'s [Suite]) -> Result<Vec<&'s Case>, CliError> {
        let cases = self.select.select(suites)?;
        let Some(runs) = self.device else { return Ok(cases) };
        let bench = runs == Runs::Bench;
        let requests = if bench { WITH_BENCH } else { API_ALONE };
        let all: Grants = "all".parse().map_err(|error: UnknownEffect| CliError::Usage(error.to_string()))?;
        let runs = could_run(&all, bench, bench);
        let mut taken = choose(&cases, &runs, Bounds { requests, rotate: self.rotate }).cases;
        taken.retain(|case| runs(case));
        Ok(taken)
    }
}

/// One device to try.
enum Job {
    Defect(Mutant),
    Personality(&'static str),
}

/// What came of it.
enum Done {
    Trial(Box<Trial>, Option<FuzzTrial>),
    Baseline(Baseline),
}

/// Qualifies; exit code 1 when a defect survives or a personality is found wrong.
pub fn qualify(args: &QualifyArgs) -> Result<u8, CliError> {
    let began = Instant::now();
    let suites = args.select.suites()?;
    let cases = args.cases(&suites)?;
    let jobs = jobs(args)?;
    let outputs = Outputs::new().writes("--html", Some(&args.html)).writes("--json", Some(&args.json));
    outputs.tried()?;
    let interruption = Interruption::listen();
    let done = all(&jobs, &cases, args, &interruption.flag())?;
    let mut matrix = Matrix {
        trials: Vec::new(),
        fuzz_trials: Vec::new(),
        baselines: Vec::new(),
        cases: cases.iter().map(|case| KnownCase::of(case)).collect(),
        full: args.full && !args.near,
        duration: began.elapsed(),
    };
    for one in done {
        match one {
            Done::Trial(trial, fuzz_trial) => {
                matrix.trials.push(*trial);
                matrix.fuzz_trials.extend(fuzz_trial);
            }
            Done::Baseline(baseline) => matrix.baselines.push(baseline),
        }
    }
    let mut written = Written::default();
    let made = |format, why: String| ReportError::Make { format, why };
    written.add(&args.html, html::render(&matrix).map_err(|error| made("HTML", error.to_string())));
    let document = serde_json::to_string_pretty(&json::document(&matrix));
    written.add(&args.json, document.map_err(|error| made("JSON", error.to_string())));
    let summary = text::summary(&matrix);
    match outputs.on_stdout() {
        true => summary.lines().for_each(tell),
        false => say(&summary)?,
    }
    tell_failures(&written);
    if interruption.happened() {
        let tried = matrix.trials.len() + matrix.baselines.len();
        return Err(CliError::NotCarriedOut(format!(
            "interrupted: {tried} of {} devices were tried, and the reports hold what came of them",
            jobs.len()
        )));
    }
    Ok(u8::from(!matrix.is_good()))
}

/// The personalities, which take longest, first.
fn jobs(args: &QualifyArgs) -> Result<Vec<Job>, CliError> {
    let wanted = args.defect.as_ref().map(Glob::compile_matcher);
    let mut jobs: Vec<Job> = Vec::new();
    if wanted.is_none() {
        jobs.extend(personalities().into_iter().map(|personality| Job::Personality(personality.name)));
    }
    let suspects = defects()
        .into_iter()
        .filter(|defect| wanted.as_ref().is_none_or(|glob| glob.is_match(defect.name)))
        .map(|defect| Mutant {
            name: defect.name.to_owned(),
            about: defect.about.to_owned(),
            seen: defect.seen.to_owned(),
            requirements: defect.requirements.iter().map(ToString::to_string).collect(),
            promised: is_fuzzed(defect.name),
        });
    jobs.extend(suspects.map(Job::Defect));
    if jobs.is_empty() {
        return Err(CliError::Usage("no seeded defect has such a name; `defects` lists them".to_owned()));
    }
    Ok(jobs)
}

/// Does all jobs, each thread one after the other; the results are in the order of the jobs.
/// After an interruption only of those that were finished before it.
fn all(
    jobs: &[Job],
    cases: &[&Case],
    args: &QualifyArgs,
    interrupted: &Arc<AtomicBool>,
) -> Result<Vec<Done>, CliError> {
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, Result<Done, CliError>)>> = Mutex::new(Vec::new());
    // One more than there are cores: a trial may do nothing but wait for a late answer.
    let threads = std::thread::available_parallelism().map_or(2, usize::from) + 1;
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((place, job)) = take(&next, jobs) {
                    let result = one(job, cases, args, interrupted);
                    // What was cut short says nothing of its device.
                    if interrupted.load(Ordering::Relaxed) {
                        break;
                    }
                    results.lock().unwrap_or_else(PoisonError::into_inner).push((place, result));
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(place, _)| *place);
    results.into_iter().map(|(_, result)| result).collect()
}

fn take<'j>(next: &AtomicUsize, jobs: &'j [Job]) -> Option<(usize, &'j Job)> {
    let place = next.fetch_add(1, Ordering::Relaxed);
    jobs.get(place).map(|job| (place, job))
}

fn one(
    job: &Job,
    cases: &[&Case],
    args: &QualifyArgs,
    interrupted: &Arc<AtomicBool>,
) -> Result<Done, CliError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| CliError::NotCarriedOut(format!("no runtime can be started: {error}")))?;
    match job {
        Job::Defect(mutant) => runtime.block_on(async {
            let trial = trial(mutant, cases, args, interrupted).await?;
            let fuzz_trial = match args.fuzz {
                true => Some(fuzz_trial(mutant, args.fuzz_requests, interrupted).await?),
                false => None,
            };
            Ok(Done::Trial(Box::new(trial), fuzz_trial))
        }),
        Job::Personality(name) => {
            runtime.block_on(baseline(name, cases, args.device.is_some(), interrupted)).map(Done::Baseline)
        }
    }
}

/// Tries one defect. Where it brings a run to its end without being caught, a new device goes on
/// with the cases that are left.
async fn trial(
    mutant: &Mutant,
    cases: &[&Case],
    args: &QualifyArgs,
    interrupted: &AtomicBool,
) -> Result<Trial, CliError> {
    let mut trial = Trial::of(mutant.clone());
    let full = args.full;
    let sorted = mutant.sorted(cases, args.near);
    let target = TargetArgs { defects: vec![mutant.name.clone()], ..TargetArgs::default() };
    let mut left = sorted.as_slice();
    let asked = || interrupted.load(Ordering::Relaxed);
    while !left.is_empty() && (full || trial.survived()) && !asked() {
        let enough = Arc::new(AtomicBool::new(false));
        let ended = Arc::clone(&enough);
        let mut ran = 0;
        let run = run(&target, left, args.device.is_some(), enough, |result| {
            ran += 1;
            if trial.take(result) && !full || asked() {
                ended.store(true, Ordering::Relaxed);
            }
        });
        match run.await? {
            Ok(_) => left = left.get(ran.max(1)..).unwrap_or_default(),
            Err(why) => {
                trial.trouble = Some(why);
                break;
            }
        }
    }
    Ok(trial)
}

/// Runs every case on a conforming personality.
async fn baseline(
    name: &str,
    cases: &[&Case],
    thrifty: bool,
    interrupted: &Arc<AtomicBool>,
) -> Result<Baseline, CliError> {
    let target = TargetArgs { personality: Some(name.to_owned()), ..TargetArgs::default() };
    let result = run(&target, cases, thrifty, Arc::clone(interrupted), |_| {}).await?;
    let mut baseline = Baseline { name: name.to_owned(), passed: 0, alarms: Vec::new() };
    match result {
        Ok(result) => {
            baseline.passed = result.count(Verdict::Pass);
            let wrong = |case: &&CaseResult| matches!(case.verdict, Verdict::Fail | Verdict::Warn);
            let told = |case: &CaseResult| {
                format!("{}: {}", case.name, case.message.as_deref().unwrap_or("no message"))
            };
            baseline.alarms.extend(result.cases.iter().filter(wrong).map(told));
            baseline.alarms.extend(result.stopped);
        }
        Err(why) => baseline.alarms.push(why),
    }
    Ok(baseline)
}

/// One run on a fresh embedded device. The inner error says why the device told nothing of itself.
async fn run(
    target: &TargetArgs,
    cases: &[&Case],
    thrifty: bool,
    enough: Arc<AtomicBool>,
    mut done: impl FnMut(&CaseResult),
) -> Result<Result<RunResult, String>, CliError> {
    let rig = embedded(target).await?;
    let options = RunOptions { target: rig.url, strict: false, golden: None, thrifty, interrupted: enough };
    let mut runner = Runner::new(rig.session, rig.bench, options, "QUAL".to_owned());
    let device = match runner.identify().await {
        Ok((device, _)) => device,
        Err(why) => return Ok(Err(why)),
    };
    let result = runner.run(cases, device, OffsetDateTime::now_utc(), |case, _, _| done(case)).await;
    // The device is dropped with the runtime; its bench has nothing to tidy.
    let _ = tokio::time::timeout(GOODBYE, runner.close()).await;
    Ok(Ok(result))
}
