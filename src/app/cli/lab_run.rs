//! `run --lab … --each` and `--split`: many devices at the same time, each with a session, a pace, a journal,
//! limits, grants and a bench of its own.

use super::CliError;
use super::begin::begin;
use super::history::RunHistory;
use super::interruption::Interruption;
use super::lab::{apply_device, apply_shared};
use super::lab_board::{Board, work};
use super::outputs::tell_failures;
use super::rehearsal::Scene;
use super::rig::{Rig, rig};
use super::run::{RunArgs, carry_out, exit_code};
use super::run_preview::RunPreview;
use super::shard;
use super::terminal::{Watched, say, tell};
use super::version;
use super::waivers;
use super::watching::Watching;
use futures_util::future::join_all;
use ikkm_harness::device::identity::Identity;
use ikkm_harness::device::session::Outgoing;
use ikkm_harness::lab::division::pieces;
use ikkm_harness::lab::equal::{Portrait, differences};
use ikkm_harness::lab::join::{as_one, side_by_side};
use ikkm_harness::lab::matrix;
use ikkm_harness::lab::queue::Queue;
use ikkm_harness::report::run_file::Begin;
use ikkm_harness::report::write_all;
use ikkm_harness::runner::outcome::{CaseResult, DeviceFacts, Pairs, RunFacts, RunResult, Verdict};
use ikkm_harness::runner::run::{Ended, Watch, untested};
use ikkm_harness::runner::waivers::Waivers;
use ikkm_harness::suite::{Case, Suite};
use ikkm_harness::text::one_line;
use ikkm_protocol::Params;
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use time::OffsetDateTime;

/// One device of the run.
pub(super) struct Place {
    pub(super) name: String,
    /// The command line with what the lab says of the device.
    pub(super) args: RunArgs,
}

/// A device that was asked what it is and may be changed.
struct Ready<'c> {
    rig: Rig,
    identity: Identity,
    history: RunHistory,
    cases: Vec<&'c Case>,
    selected: Vec<&'c Case>,
}

/// Runs on many devices; the exit code is that of the worst.
///
/// # Errors
/// Wrong usage (exit 2), or no device with which anything can be begun (exit 3).
pub async fn run(mut args: RunArgs) -> Result<u8, CliError> {
    let Some(lab) = args.lab.choice.load()? else {
        return Err(CliError::Usage("--each and --split need a --lab".to_owned()));
    };
    let devices = args.lab.choice.devices(&lab, args.lab.group.as_deref())?;
    sensible(&args)?;
    apply_shared(&lab, &mut args);
    let mut places = Vec::new();
    for device in devices {
        let mut own = args.clone();
        apply_device(device, &mut own.target)?;
        places.push(Place { name: device.name.clone(), args: own });
    }
    if args.lab.split {
        let groups: BTreeSet<_> = lab
            .devices
            .iter()
            .filter(|device| places.iter().any(|place| place.name == device.name))
            .map(|device| device.group.as_deref().unwrap_or("none"))
            .collect();
        if groups.len() > 1 && !args.lab.unequal {
            let groups = groups.into_iter().collect::<Vec<_>>().join(", ");
            return Err(CliError::Usage(format!(
                "--split divides a run over equal devices, and these are of the groups {groups}: pass --group"
            )));
        }
    }
    let people = places.iter().filter(|place| place.args.target.bench.as_deref() == Some("operator"));
    if people.count() > 1 {
        return Err(CliError::Usage(
            "several devices have a person as bench, and one person is asked one thing at a time: leave all but one of them out with --device, or give them --bench none".to_owned(),
        ));
    }
    let suites = args.select.suites()?;
    let waivers = waivers::read(args.waivers.as_deref(), &suites)?;
    waivers::is_new(args.write_waivers.as_deref())?;
    let paths = args.reports();
    let outputs = args.outputs(&paths);
    outputs.tried()?;
    let interruption = Interruption::listen();
    let mut result = match args.lab.split {
        false => each(&places, &suites, &waivers, &interruption).await?,
        true => split(&places, &suites, &waivers, &interruption).await?,
    };
    let shared = places[0].args.facts(&suites);
    let told = std::mem::take(&mut result.facts);
    result.facts = RunFacts {
        devices: told.devices,
        ran_on: told.ran_on,
        matrix: told.matrix,
        cases: if args.lab.split { shared.cases.clone() } else { told.cases },
        ..shared
    };
    let mut written = write_all(&result, &paths);
    args.ci.write(&result, &mut written);
    waivers::write(args.write_waivers.as_deref(), &result, &mut written);
    let mut watched = Watched::new(outputs.on_stdout());
    watched.show(|console| console.summary(&result, &written.paths));
    watched.end();
    match outputs.on_stdout() {
        true => tell(&matrix::text(&result)),
        false => say(&matrix::text(&result))?,
    }
    args.ci.announce(&result, outputs.on_stdout());
    tell_failures(&written);
    Ok(exit_code(&result, args.complete))
}

/// What makes no sense on many devices.
fn sensible(args: &RunArgs) -> Result<(), CliError> {
    let target = &args.target;
    for (given, flag) in [
        (target.key.is_some(), "--key"),
        (target.key_file.is_some(), "--key-file"),
        (target.expect_serial.is_some(), "--expect-serial"),
        (target.state.is_some(), "--state"),
        (args.golden.is_some(), "--golden"),
        (args.lab.split && (args.history.resume || args.history.failed), "--resume or --failed"),
        (args.write_waivers.is_some() && args.lab.each, "--write-waivers"),
    ] {
        if given {
            return Err(CliError::Usage(format!("{flag} is of one device, and this run is on many")));
        }
    }
    Ok(())
}

/// What a device says of itself, for the question whether it is equal to others; it is only read.
async fn portrait(ready: &mut Ready<'_>) -> Portrait {
    let session = &mut ready.rig.session;
    let mut portrait = Portrait { info: ready.identity.info.clone(), ..Portrait::default() };
    let Ok(key) = session.key() else { return portrait };
    let mut params = Params::new();
    params.push("getPrintMode", "true");
    let mode = Outgoing { params, ..Outgoing::get("/apicheck/", key.clone()) };
    if let Ok(sent) = session.send(&Outgoing::get("/dump/table/taxes", key)).await {
        let served = sent.first_answer().is_some_and(|answer| answer.status == 200);
        portrait.taxes = sent.into_document().filter(|_| served);
    }
    if let Ok(sent) = session.send(&mode).await
        && let Some(answer) = sent.first_answer()
    {
        let said = format!("{} {}", answer.reason_text(), String::from_utf8_lossy(&answer.body));
        let modes = ["internal-printer", "lan-printer", "usb-printer"];
        portrait.mode = modes.into_iter().find(|mode| said.contains(mode)).map(str::to_owned);
    }
    portrait
}

/// The cases of a device, as its own arguments select them, and the pairs that they cover where they were
/// chosen by pairs.
async fn selected<'s>(
    place: &Place,
    suites: &'s [Suite],
) -> Result<(Vec<&'s Case>, Option<Pairs>), CliError> {
    let args = &place.args;
    let choice = args.selected(suites)?;
    let by_pairs = args.chooses_by_pairs() && args.shard.is_none();
    let pairs = by_pairs.then_some(choice.pairs);
    let mut cases = choice.cases;
    if let Some(budget) = args.budget {
        cases = Scene::of(&args.target, args.is_thrifty()).await?.within(&cases, budget).await?;
    }
    Ok((shard::part(args.shard, &args.target, args.is_thrifty(), cases).await?, pairs))
}

/// Sets a device up, and asks whether it may be changed.
async fn ready<'c>(
    place: &Place,
    cases: Vec<&'c Case>,
    interruption: &Interruption,
) -> Result<Ready<'c>, CliError> {
    let mut rig = rig(&place.args.target).await?;
    let selected = cases.clone();
    let (history, cases) = RunHistory::of(&place.args.history, &rig.target, cases, &version::suites())?;
    let preview = RunPreview::of(&place.args, &rig, &cases).await?;
    let identity = begin(&mut rig, &place.args.target, &preview, interruption).await?;
    history.check(&DeviceFacts { serial: identity.serial.clone(), firmware: identity.firmware.clone() })?;
    Ok(Ready { rig, identity, history, cases, selected })
}

/// All devices made ready: at the same time where nobody is asked, one after the other where somebody is.
async fn all_ready<'c>(
    places: &[Place],
    cases: Vec<Vec<&'c Case>>,
    interruption: &Interruption,
) -> Vec<Result<Ready<'c>, CliError>> {
    let each = places.iter().zip(cases);
    if places.iter().all(|place| place.args.target.yes) {
        return join_all(each.map(|(place, cases)| ready(place, cases, interruption))).await;
    }
    let mut all = Vec::new();
    for (place, cases) in each {
        all.push(ready(place, cases, interruption).await);
    }
    all
}

/// A run of which nothing came.
fn never_began(place: &Place, cases: &[&Case], why: &CliError) -> RunResult {
    let why = one_line(&why.to_string());
    tell(&format!("{}: falls out before its first case: {why}", place.name));
    RunResult {
        target: place.args.target.target.clone().unwrap_or_default(),
        device: DeviceFacts::default(),
        bench: "none".to_owned(),
        seed: None,
        started: OffsetDateTime::now_utc(),
        duration: std::time::Duration::ZERO,
        cases: Vec::new(),
        groups: Vec::new(),
        pairs: None,
        answers: BTreeMap::new(),
        untested: untested(&[], cases),
        stopped: Some(why),
        remarks: Vec::new(),
        facts: RunFacts::default(),
    }
}

/// Watches one of many devices: passes are counted, everything else is told with the device's name.
pub(super) struct Labelled<'a> {
    pub(super) name: &'a str,
    pub(super) quiet: bool,
    pub(super) watching: Watching<'a>,
}

impl Watch for Labelled<'_> {
    fn ended(&mut self, ended: Ended<'_>) -> ControlFlow<()> {
        let result = ended.result;
        if !self.quiet && !matches!(result.verdict, Verdict::Pass | Verdict::NotApplicable) {
            let why =
                result.message.as_deref().map_or_else(String::new, |why| format!(": {}", one_line(why)));
            tell(&format!("{}: {} {}{why}", self.name, result.verdict, result.name));
        }
        self.watching.ended(ended)
    }
}

/// What watches a device, its run file begun.
fn labelled<'a>(place: &'a Place, ready: &mut Ready<'_>, waivers: &'a Waivers) -> Labelled<'a> {
    let started = OffsetDateTime::now_utc();
    let begin = Begin {
        target: ready.rig.target.clone(),
        serial: ready.identity.serial.clone(),
        suites: version::suites(),
        part: place.args.part(),
        cases: ready.cases.iter().map(|case| case.name.clone()).collect(),
        ..Begin::default()
    };
    let (file, notice) = ready.history.begin(begin, started);
    ready.rig.notices.extend(notice);
    let watching = Watching {
        progress: None,
        file,
        waivers,
        firmware: ready.identity.firmware.clone(),
        today: started.date(),
        fail_fast: place.args.fail_fast.map(NonZeroUsize::get),
        failures: BTreeSet::new(),
    };
    Labelled { name: &place.name, quiet: place.args.quiet, watching }
}

/// Ends what watched a device.
fn ended(watch: Labelled<'_>, result: &mut RunResult) {
    if watch.watching.gave_up() {
        result.remarks.push(format!("--fail-fast ended it after {} failed", watch.watching.failures.len()));
    }
    let file = watch.watching.file.map(|file| file.end(result.stopped.as_deref()));
    if let Some(Err(error)) = file {
        result.remarks.push(format!("the run file could not be ended: {error}"));
    }
    if let Some(why) = &result.stopped {
        tell(&format!("{}: falls out: {}", watch.name, one_line(why)));
    }
}

/// All cases on each device.
async fn each(
    places: &[Place],
    suites: &[Suite],
    waivers: &Waivers,
    interruption: &Interruption,
) -> Result<RunResult, CliError> {
    Ok(side_by_side(on_each(places, suites, waivers, interruption).await?))
}

/// All cases on two devices.
///
/// # Errors
/// As [`on_each`]; also where only one of them can be used.
pub(super) async fn both(
    places: &[Place; 2],
    suites: &[Suite],
    interruption: &Interruption,
) -> Result<[RunResult; 2], CliError> {
    let runs = on_each(places, suites, &Waivers::default(), interruption).await?;
    let runs: Vec<RunResult> = runs.into_iter().map(|(_, run)| run).collect();
    runs.try_into().map_err(|_| CliError::NotCarriedOut("there are not two devices".to_owned()))
}

async fn on_each(
    places: &[Place],
    suites: &[Suite],
    waivers: &Waivers,
    interruption: &Interruption,
) -> Result<Vec<(String, RunResult)>, CliError> {
    let (mut cases, mut pairs) = (Vec::new(), Vec::new());
    for place in places {
        let (own, covered) = selected(place, suites).await?;
        cases.push(own);
        pairs.push(covered);
    }
    let readies = all_ready(places, cases.clone(), interruption).await;
    refuse_if_none(&readies)?;
    let runs = places.iter().zip(readies).zip(cases.iter().zip(pairs)).map(
        |((place, ready), (cases, pairs))| async move {
            let mut ready = match ready {
                Ok(ready) => ready,
                Err(why) => return (place.name.clone(), never_began(place, cases, &why)),
            };
            let mut watch = labelled(place, &mut ready, waivers);
            let Ready { rig, identity, history, cases, selected } = ready;
            let mut result =
                carry_out(&place.args, rig, identity, interruption, async |runner, device, started| {
                    runner.run_watched(&cases, device, started, &mut watch).await
                })
                .await;
            ended(watch, &mut result);
            let (before, after) = (result.facts.before, result.facts.after);
            result.facts = RunFacts { before, after, ..place.args.facts(suites) };
            let mut result = history.joined(result, &selected);
            (result.pairs, result.seed) = (pairs, place.args.rotate);
            let today = result.started.date();
            waivers.apply(&mut result.cases, result.device.firmware.as_deref(), today);
            (place.name.clone(), result)
        },
    );
    Ok(join_all(runs).await)
}

/// A run begins with at least one device; without any, the first one's reason is told.
fn refuse_if_none(readies: &[Result<Ready<'_>, CliError>]) -> Result<(), CliError> {
    if readies.iter().any(Result::is_ok) {
        return Ok(());
    }
    match readies.first() {
        Some(Err(CliError::Usage(why))) => Err(CliError::Usage(why.clone())),
        Some(Err(why)) => Err(CliError::NotCarriedOut(format!("no device of the lab can be used: {why}"))),
        _ => Err(CliError::Usage("the lab has no device".to_owned())),
    }
}

/// The cases of one run divided over the devices.
async fn split(
    places: &[Place],
    suites: &[Suite],
    waivers: &Waivers,
    interruption: &Interruption,
) -> Result<RunResult, CliError> {
    let first = &places[0];
    let (cases, pairs) = selected(first, suites).await?;
    let scene = Scene::of(&first.args.target, first.args.is_thrifty()).await?;
    let seconds = shard::seconds(&scene.rehearse(&cases).await?, scene.rate);
    let queue = Queue::new(pieces(&cases, &seconds, places.len()));
    let mut readies = all_ready(places, vec![cases.clone(); places.len()], interruption).await;
    refuse_if_none(&readies)?;
    let mut portraits = Vec::new();
    for (place, ready) in places.iter().zip(&mut readies) {
        if let Ok(ready) = ready {
            portraits.push((place.name.as_str(), portrait(ready).await));
        }
    }
    let unequal = differences(&portraits);
    if !unequal.is_empty() && !first.args.lab.unequal {
        return Err(CliError::Usage(format!(
            "--split divides a run over equal devices, and these differ:\n  {}\nleave the others out with --device, or pass --unequal",
            unequal.join("\n  ")
        )));
    }
    let board = Board::new(queue, places.len());
    let runs = places.iter().zip(readies).enumerate().map(|(me, (place, ready))| {
        let (board, cases) = (&board, &cases);
        async move {
            let mut ready = match ready {
                Ok(ready) => ready,
                Err(why) => return (place.name.clone(), never_began(place, cases, &why)),
            };
            let mut watch = labelled(place, &mut ready, waivers);
            let Ready { rig, identity, .. } = ready;
            let mut result =
                carry_out(&place.args, rig, identity, interruption, async |runner, device, started| {
                    work(board, me, runner, device, started, &mut watch, interruption).await
                })
                .await;
            ended(watch, &mut result);
            (place.name.clone(), result)
        }
    });
    let mut runs = join_all(runs).await;
    let (lost, left) = board.end();
    // A case that was to run again and did not keeps what it came to where its device was lost.
    for (me, result) in lost {
        let ran = runs.iter().any(|(_, run)| run.cases.iter().any(|case| case.name == result.name));
        let (_, run) = &mut runs[me];
        if ran {
            run.remarks.push(format!(
                "was lost in {}, which ran again on another device; what may have happened here counts, and stands in its journal",
                result.name
            ));
        } else {
            run.cases.push(result);
        }
    }
    let firmwares: BTreeMap<String, String> = runs
        .iter()
        .filter_map(|(_, run)| Some((run, run.device.firmware.clone()?)))
        .flat_map(|(run, firmware)| run.cases.iter().map(move |case| (case.name.clone(), firmware.clone())))
        .collect();
    let mut result = as_one(runs);
    result.seed = first.args.rotate;
    let place: BTreeMap<&str, usize> =
        cases.iter().enumerate().map(|(at, case)| (case.name.as_str(), at)).collect();
    result
        .cases
        .sort_by_key(|case: &CaseResult| place.get(case.name.as_str()).copied().unwrap_or(usize::MAX));
    let ran: BTreeSet<&str> = result.cases.iter().map(|case| case.name.as_str()).collect();
    let never = left.iter().filter(|case| !ran.contains(case.name.as_str())).count();
    if never > 0 {
        result.stopped.get_or_insert_with(String::new).push_str(&format!(" ({never} cases ran nowhere)"));
    }
    result.remarks.extend(unequal.into_iter().map(|line| format!("devices that are not equal: {line}")));
    if never == 0 {
        result.pairs = pairs;
    }
    // Devices of different firmware may share a run: each case is waived by what it ran on.
    let shared = result.device.firmware.clone();
    let firmware = |case: &CaseResult| firmwares.get(&case.name).or(shared.as_ref()).map(String::as_str);
    waivers.apply_by(&mut result.cases, firmware, result.started.date());
    Ok(result)
}
