//! `run`: suites against the embedded emulator or a device.

use super::CliError;
use super::against::AgainstArgs;
use super::begin::begin;
use super::ci::CiArgs;
use super::duration;
use super::history::{HistoryArgs, RunHistory};
use super::interruption::Interruption;
use super::lab::LabArgs;
use super::outputs::{Outputs, tell_failures};
use super::rehearsal::Scene;
use super::rig::{GOODBYE, Rig, rig};
use super::run_preview::RunPreview;
use super::select::SelectArgs;
use super::shard;
use super::target::TargetArgs;
use super::terminal::Watched;
use super::version;
use super::waivers;
use super::watching::Watching;
use clap::Args;
use ikkm_harness::device::effects::{Effect, Grants};
use ikkm_harness::device::identity::Identity;
use ikkm_harness::device::session::Session;
use ikkm_harness::golden::Golden;
use ikkm_harness::lab::division::Shard;
use ikkm_harness::report::archive::move_away;
use ikkm_harness::report::junit::Dialect;
use ikkm_harness::report::progress::Progress;
use ikkm_harness::report::run_file::Begin;
use ikkm_harness::report::{ReportPaths, write_all};
use ikkm_harness::runner::compensate::compensate;
use ikkm_harness::runner::cover::{API_ALONE, Bounds, Choice, WITH_BENCH, choose, could_run};
use ikkm_harness::runner::outcome::{CaseFacts, DeviceFacts, Pairs, RunFacts, RunResult, Verdict};
use ikkm_harness::runner::residual_effects::{current_report, residual_effects, state_now, state_of};
use ikkm_harness::runner::run::{RunOptions, Runner};
use ikkm_harness::suite::reserved::reconciliation_of;
use ikkm_harness::suite::{Case, Suite};
use ikkm_protocol::Registration;
use ikkm_requirements::Level;
use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Duration;
use time::OffsetDateTime;

/// What to run, on what, and where reports go.
#[derive(Debug, Clone, Default, Args)]
pub struct RunArgs {
    #[command(flatten)]
    pub(super) select: SelectArgs,
    #[command(flatten)]
    pub(super) target: TargetArgs,
    #[command(flatten)]
    pub(super) lab: LabArgs,
    #[command(flatten)]
    pub(super) against: AgainstArgs,
    /// A broken *should* fails the run
    #[arg(long)]
    strict: bool,
    /// A *must* that was not tested makes the run end 1
    #[arg(long)]
    pub(super) complete: bool,
    /// On a device too, run every case instead of a covering array
    #[arg(long)]
    pub(super) exhaustive: bool,
    /// On a device, take another covering array: other rows of the same pairs
    #[arg(long, value_name = "SEED", conflicts_with = "exhaustive")]
    pub(super) rotate: Option<u64>,
    /// The cases that cover most requirements in this much time, such as 10m; musts first
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    pub(super) budget: Option<Duration>,
    /// Only the K-th of N parts of about the same length, such as 1/4; `merge` joins their results
    #[arg(long, value_name = "K/N")]
    pub(super) shard: Option<Shard>,
    /// Known deviations: the cases listed may fail so, and must not pass unnoticed
    #[arg(long, value_name = "FILE")]
    pub(super) waivers: Option<PathBuf>,
    /// Propose waivers for what fails, as a new file
    #[arg(long, value_name = "FILE", help_heading = "Reports")]
    pub(super) write_waivers: Option<PathBuf>,
    /// Afterwards return what the run sold, and so on; needs --allow fiscal, within the limits
    #[arg(long)]
    compensate: bool,
    #[command(flatten)]
    pub(super) history: HistoryArgs,
    /// End after the first failure, or after the N-th
    #[arg(long, value_name = "N", num_args = 0..=1, require_equals = true, default_missing_value = "1")]
    pub(super) fail_fast: Option<NonZeroUsize>,
    /// Show nothing while it runs; the summary comes all the same
    #[arg(long)]
    pub(super) quiet: bool,
    /// Keep the transcripts of cases that passed, too
    #[arg(long, help_heading = "Reports")]
    full: bool,
    /// Show web-API keys in reports instead of placeholders
    #[arg(long, help_heading = "Reports", hide_short_help = true)]
    show_keys: bool,
    /// Where the JUnit report goes; reports/junit.xml
    #[arg(long, value_name = "FILE", help_heading = "Reports")]
    pub(super) junit: Option<PathBuf>,
    /// Who reads it: jenkins, or gitlab or github, which get file and line
    #[arg(
        long,
        value_enum,
        value_name = "CI",
        default_value = "jenkins",
        hide_possible_values = true,
        hide_short_help = true,
        help_heading = "Reports"
    )]
    junit_for: JunitFor,
    /// Where the results go, for `diff`; reports/results.json
    #[arg(long, value_name = "FILE", help_heading = "Reports")]
    pub(super) json: Option<PathBuf>,
    /// Where a page for people goes; reports/index.html
    #[arg(long, value_name = "FILE", help_heading = "Reports")]
    pub(super) html: Option<PathBuf>,
    /// Keep the shapes of a device's documents here; compare them with those kept before
    #[arg(long, value_name = "DIR", help_heading = "Reports")]
    pub(super) golden: Option<PathBuf>,
    /// Take the documents that come as the accepted ones (golden/, or what --golden names)
    #[arg(long, help_heading = "Reports", hide_short_help = true)]
    accept_golden: bool,
    #[command(flatten)]
    pub(super) ci: CiArgs,
}

/// The readers of JUnit XML.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum JunitFor {
    #[default]
    Jenkins,
    Gitlab,
    Github,
}

impl JunitFor {
    /// What they want to read.
    pub(super) fn dialect(self) -> Dialect {
        match self {
            JunitFor::Jenkins => Dialect::Jenkins,
            JunitFor::Gitlab | JunitFor::Github => Dialect::Places,
        }
    }
}

impl RunArgs {
    /// The same without a word about each case.
    pub(super) fn quietly(self) -> RunArgs {
        RunArgs { quiet: true, ..self }
    }

    /// The cases that these arguments select; on a device, of these a covering array.
    ///
    /// # Errors
    /// As [`SelectArgs::select`].
    pub(super) fn selected<'s>(&self, suites: &'s [Suite]) -> Result<Choice<'s>, CliError> {
        let cases = self.select.select(suites)?;
        // Who names a suite wants its cases, not a choice of them.
        if !self.is_thrifty() || !self.select.paths.is_empty() {
            let pairs = Pairs::default();
            return Ok(Choice { cases, pairs, uncovered: Vec::new() });
        }
        let grants = self.target.grants()?.unwrap_or_else(Grants::reading);
        let bench = self.target.bench.is_some();
        let runs = could_run(&grants, bench, self.target.second_address.is_some());
        let requests = if bench { WITH_BENCH } else { API_ALONE };
        let mut choice = choose(&cases, runs, Bounds { requests, rotate: self.rotate });
        // What is compared with accepted documents was asked for by name.
        let keeps =
            |case: &Case| self.golden.is_some() && case.steps.iter().any(|step| step.golden.is_some());
        let taken: BTreeSet<&str> = choice.cases.iter().map(|case| case.name.as_str()).collect();
        choice.cases =
            cases.iter().filter(|case| taken.contains(case.name.as_str()) || keeps(case)).copied().collect();
        Ok(choice)
    }

    /// Whether the cases are chosen by the pairs that they cover.
    pub(super) fn chooses_by_pairs(&self) -> bool {
        self.is_thrifty() && self.budget.is_none() && self.select.paths.is_empty()
    }

    /// Why this run is a part of one, if it is.
    pub(super) fn part(&self) -> Option<String> {
        let mut flags: Vec<String> = Vec::new();
        flags.extend(self.select.cases.iter().map(|pattern| format!("--case {pattern}")));
        flags.extend(self.select.requirements.iter().map(|id| format!("--requirement {id}")));
        flags.extend(self.history.failed.then(|| "--failed".to_owned()));
        flags.extend(self.budget.map(|_| "--budget".to_owned()));
        flags.extend(self.shard.map(|shard| format!("--shard {shard}")));
        (!flags.is_empty()).then(|| flags.join(" "))
    }

    /// How this run is made, for whoever reads its results.
    pub(super) fn facts(&self, suites: &[Suite]) -> RunFacts {
        let embedded = !self.target.on_device();
        let granted = self.target.allow.clone();
        let rate = self.target.rate.clone();
        let facts = |case: &Case| CaseFacts { about: case.about.clone(), place: case.place.clone() };
        RunFacts {
            program: version::program(),
            suites: version::suites(),
            requirements: version::requirements(),
            command: version::command_line(),
            grants: granted.unwrap_or_else(|| if embedded { "everything" } else { "reading" }.to_owned()),
            rate: rate.unwrap_or_else(|| if embedded { "unlimited" } else { "1" }.to_owned()),
            person: std::env::var("USER").unwrap_or_default(),
            waivers: self.waivers.as_ref().map(|path| path.display().to_string()),
            part: self.part(),
            full: self.full,
            cases: suites
                .iter()
                .flat_map(|suite| &suite.cases)
                .map(|case| (case.name.clone(), facts(case)))
                .chain(suites.iter().map(|suite| {
                    let about = Some("The books, after all that the suite did.".to_owned());
                    (reconciliation_of(&suite.name), CaseFacts { about, place: suite.file.clone() })
                }))
                .collect(),
            ..RunFacts::default()
        }
    }

    /// The reports that go to their default places, where the last run's may be.
    fn by_default(&self, reports: &ReportPaths) -> Vec<PathBuf> {
        [(&self.junit, &reports.junit), (&self.json, &reports.json), (&self.html, &reports.html)]
            .into_iter()
            .filter(|(given, _)| given.is_none())
            .filter_map(|(_, place)| place.clone())
            .collect()
    }

    /// Where the reports go: by default under reports/.
    pub(super) fn reports(&self) -> ReportPaths {
        let place =
            |path: &Option<PathBuf>, default: &str| Some(path.clone().unwrap_or_else(|| default.into()));
        ReportPaths {
            junit: place(&self.junit, "reports/junit.xml"),
            json: place(&self.json, "reports/results.json"),
            html: place(&self.html, "reports/index.html"),
            dialect: self.junit_for.dialect(),
        }
    }

    /// What a run writes, and what it reads, so that neither takes the other's place.
    pub(super) fn outputs(&self, reports: &ReportPaths) -> Outputs {
        let outputs = Outputs::new()
            .writes("--junit", reports.junit.as_deref())
            .writes("--json", reports.json.as_deref())
            .writes("--html", reports.html.as_deref())
            .writes("--write-waivers", self.write_waivers.as_deref())
            .reads("--waivers", self.waivers.as_deref())
            .reads("--key-file", self.target.key_file.as_deref())
            .reads("--state", self.target.state.as_deref());
        let outputs = self.ci.outputs(outputs);
        self.select.paths.iter().fold(outputs, |outputs, path| outputs.reads("the suite", Some(path)))
    }

    /// Whether requests cost a second each, so that a covering array must do.
    pub(super) fn is_thrifty(&self) -> bool {
        self.target.on_device() && !self.exhaustive
    }
}

/// Runs; the exit code is 0 to 3.
pub async fn run(args: RunArgs) -> Result<u8, CliError> {
    let suites = args.select.suites()?;
    let choice = args.selected(&suites)?;
    let mut cases = choice.cases;
    if let Some(budget) = args.budget {
        cases = Scene::of(&args.target, args.is_thrifty()).await?.within(&cases, budget).await?;
    }
    let whole = shard::hash(&cases);
    cases = shard::part(args.shard, &args.target, args.is_thrifty(), cases).await?;
    let waivers = waivers::read(args.waivers.as_deref(), &suites)?;
    waivers::is_new(args.write_waivers.as_deref())?;
    let paths = args.reports();
    let outputs = args.outputs(&paths);
    outputs.tried()?;
    let interruption = Interruption::listen();
    let mut rig = rig(&args.target).await?;
    let selected = cases.clone();
    let (history, cases) = RunHistory::of(&args.history, &rig.target, cases, &version::suites())?;
    if args.compensate && !rig.session.grants().admits(Effect::Fiscal) {
        return Err(CliError::Usage(
            "--compensate registers receipts, so it needs --allow fiscal".to_owned(),
        ));
    }
    let mut preview = RunPreview::of(&args, &rig, &cases).await?;
    if args.compensate {
        preview.lines.push("afterwards returns what it sold (--compensate)".to_owned());
    }
    let identity = begin(&mut rig, &args.target, &preview, &interruption).await?;
    let device = DeviceFacts { serial: identity.serial.clone(), firmware: identity.firmware.clone() };
    history.check(&device)?;
    let started = OffsetDateTime::now_utc();
    let begin = Begin {
        target: rig.target.clone(),
        serial: device.serial.clone(),
        suites: version::suites(),
        part: args.part(),
        cases: cases.iter().map(|case| case.name.clone()).collect(),
        ..Begin::default()
    };
    let (file, notice) = history.begin(begin, started);
    rig.notices.extend(notice);
    if let Some(questions) = preview.questions {
        rig.bench.expects(questions);
    }
    let (sent, refused_for) = (rig.session.request_counter(), rig.session.refused_counter());
    let mut watching = Watching {
        progress: (!args.quiet).then(|| Progress::begin(sent, refused_for, preview.expected.clone())),
        file,
        waivers: &waivers,
        firmware: device.firmware.clone(),
        today: started.date(),
        fail_fast: args.fail_fast.map(NonZeroUsize::get),
        failures: BTreeSet::new(),
    };
    let mut result = carry_out(&args, rig, identity, &interruption, async |runner, device, started| {
        runner.run_watched(&cases, device, started, &mut watching).await
    })
    .await;
    drop(watching.progress.take());
    if watching.gave_up() {
        let why = format!("--fail-fast ended it after {} failed", watching.failures.len());
        result.facts.part.get_or_insert(why.clone());
        result.remarks.push(why);
    }
    let ended = watching.file.take().map(|file| file.end(result.stopped.as_deref()));
    if let Some(Err(error)) = ended {
        result.remarks.push(format!("the run file could not be ended: {error}"));
    }
    let (before, after) = (result.facts.before, result.facts.after);
    result.facts = RunFacts { before, after, part: result.facts.part.or(args.part()), ..args.facts(&suites) };
    if let Some(shard) = args.shard {
        result.facts.shard = Some(shard.to_string());
        result.facts.whole = Some(whole);
    }
    let mut result = history.joined(result, &selected);
    if args.chooses_by_pairs() {
        // What a shard covers is said when the shards are merged.
        match args.shard {
            Some(_) => result.facts.whole_pairs = Some(choice.pairs),
            None => result.pairs = Some(choice.pairs),
        }
        result.seed = args.rotate;
    }
    waivers.apply(&mut result.cases, device.firmware.as_deref(), started.date());
    if let Err(error) = move_away(&args.by_default(&paths), args.history.keep_runs) {
        result.remarks.push(format!("the reports of the run before could not be kept: {error}"));
    }
    let mut written = write_all(&result, &paths);
    args.ci.write(&result, &mut written);
    waivers::write(args.write_waivers.as_deref(), &result, &mut written);
    let mut watched = Watched::new(outputs.on_stdout());
    watched.show(|console| console.summary(&result, &written.paths));
    watched.end();
    args.ci.announce(&result, outputs.on_stdout());
    tell_failures(&written);
    Ok(exit_code(&result, args.complete))
}

/// Lets `work` run cases on the rig, and sees to what stands before and after them.
pub(super) async fn carry_out(
    args: &RunArgs,
    rig: Rig,
    identity: Identity,
    interruption: &Interruption,
    work: impl AsyncFnOnce(&mut Runner, DeviceFacts, OffsetDateTime) -> RunResult,
) -> RunResult {
    let golden = golden(args, rig.embedded);
    let (embedded, mut remarks) = (rig.embedded, rig.notices);
    let options = RunOptions {
        target: rig.url,
        strict: args.strict,
        golden,
        thrifty: args.is_thrifty() || args.lab.split,
        interrupted: interruption.flag(),
    };
    let started = OffsetDateTime::now_utc();
    let runner = Runner::new(rig.session, rig.bench, options, token(started));
    let mut runner = runner.showing_keys(args.show_keys);
    runner.found(&identity.info);
    let device = DeviceFacts { serial: identity.serial, firmware: identity.firmware };
    let report = match rig.report {
        None if embedded => current_report(runner.session(), &identity.info).await,
        known => known,
    };
    let before = state_of(&identity.info, report.as_ref());
    let mut result = work(&mut runner, device, started).await;
    result.target = rig.target;
    // A device or bench that was lost cannot be asked for more; an interrupted run puts right what it did.
    let lost = result.stopped.is_some() && !interruption.happened();
    if args.compensate && !lost {
        match compensate(runner.session()).await {
            Ok(done) => remarks.extend(done),
            Err(error) => result.stopped = Some(error.to_string()),
        }
    } else if !embedded && result.stopped.is_some() && registered(runner.session()) {
        let why = if lost { "the run was stopped" } else { "--compensate was not given" };
        remarks.push(format!(
            "not compensated: {why}; what was registered stays on the device until `compensate` returns it"
        ));
    }
    if !embedded {
        remarks.extend(residual_effects(runner.session(), &identity.info).await);
    }
    result.facts.before = before;
    if !lost && runner.session().known.totals.touched {
        result.facts.after = state_now(runner.session()).await;
    }
    result.remarks.extend(remarks);
    // A bench that does not say goodbye in time must not keep the reports.
    let _ = tokio::time::timeout(GOODBYE, runner.close()).await;
    result
}

/// Whether anything was registered that could be returned.
fn registered(session: &Session) -> bool {
    Registration::ALL.into_iter().any(|kind| session.known.totals.registered(kind).0 > 0)
}

/// The accepted documents: those of a device where the arguments name them, else the emulator's,
/// which are there where this repository is.
fn golden(args: &RunArgs, embedded: bool) -> Option<Golden> {
    if let Some(folder) = &args.golden {
        return Some(Golden::of_device(folder, args.accept_golden));
    }
    let plain = embedded
        && args.target.personality.as_deref().unwrap_or("plain") == "plain"
        && args.target.defects.is_empty();
    let folder = Path::new("golden");
    (plain && (folder.is_dir() || args.accept_golden)).then(|| Golden::new(folder, args.accept_golden))
}

/// A short token, different in each run: letters and digits only.
fn token(started: OffsetDateTime) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";
    let mut number = started.unix_timestamp().unsigned_abs();
    let mut token = String::new();
    for _ in 0..4 {
        token.push(char::from(DIGITS[(number % DIGITS.len() as u64) as usize]));
        number /= DIGITS.len() as u64;
    }
    token
}

/// 3 beats 1: a run that could not be carried out says nothing of conformance. Nor does one that tested
/// nothing.
pub(super) fn exit_code(result: &RunResult, complete: bool) -> u8 {
    let fails = |case: &&ikkm_harness::runner::outcome::CaseResult| {
        // What only prepares may break a must, too: the case is undecided then, and the device is wrong.
        let broken = case.findings.iter().any(|finding| finding.level == Level::Must);
        (case.verdict == Verdict::Fail || broken) && case.waived.is_none()
    };
    if result.stopped.is_some() {
        3
    } else if !result.tested_something() {
        2
    } else {
        u8::from(result.cases.iter().any(|case| fails(&case)) || (complete && !result.untested.is_empty()))
    }
}
