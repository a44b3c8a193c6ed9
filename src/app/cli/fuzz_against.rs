//! `fuzz --against`: two devices side by side.

use super::CliError;
use super::against::AnswersArgs;
use super::fuzz::{Before, FuzzArgs, subject};
use super::fuzz_report::{FuzzReport, Searched};
use super::interruption::Interruption;
use super::outputs::{Outputs, tell_failures};
use super::rig::{GOODBYE, embedded};
use super::select::SelectArgs;
use super::target::TargetArgs;
use super::terminal::{say, tell};
use ikkm_harness::against::conclusion::{Answers, Told, Why, asks_for_answers, conclude};
use ikkm_harness::against::search::{Bounds, Compared, Short};
use ikkm_harness::against::side::Side;
use ikkm_harness::against::suite;
use ikkm_harness::against::together::{Pair, PairError, Which};
use ikkm_harness::report::place::write_whole;
use ikkm_harness::report::{ReportPaths, write_all};
use ikkm_harness::runner::residual_effects::residual_effects;
use ikkm_harness::runner::run::{RunOptions, Runner};
use ikkm_harness::suite::Case;
use ikkm_harness::text::{one_line, shown};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;
use time::OffsetDateTime;

/// Compares two devices; the exit code is 0, 1 or 3.
pub(super) async fn fuzz(args: FuzzArgs) -> Result<u8, CliError> {
    let first = suite_path(&args.reports, 1);
    let outputs = Outputs::new()
        .writes("--reports", Some(&first))
        .writes("--json", args.json.as_deref())
        .writes("--junit", args.junit.as_deref())
        .writes("--html", args.html.as_deref())
        .reads("--answers", args.known.answers.as_deref())
        .reads("--against-answers", args.known.against_answers.as_deref());
    outputs.tried()?;
    let second = args.against.target(&args.target)?;
    let interruption = Interruption::listen();
    let mut report = FuzzReport::begin();
    let (new, before_new) = subject(&args.target, &interruption).await?;
    let (old, before_old) = subject(&second, &interruption).await?;
    let names = [name(&args.target, before_new.as_ref()), name(&second, before_old.as_ref())];
    let searched = searched(&args, &names, before_new.as_ref(), new.bench.hello().name.as_str());
    let mut pair = Pair::new(Side::new(new), Side::new(old), interruption.flag());
    let bounds = Bounds {
        seed: args.seed,
        cases: args.cases,
        requests: args.requests,
        until: args.budget.map(|budget| Instant::now() + budget),
    };
    let compared = pair.compare(&bounds, |_| {}).await;
    let mut shorts = Vec::new();
    let usable = compared.ended.is_none();
    for together in compared.differences.together() {
        let budget = if usable { args.shrink_budget } else { 0 };
        shorts.push(pair.shorten(together, budget).await);
    }
    let [new, old] = answers(&args, &second, &shorts, &interruption.flag()).await?;
    let told = conclude(shorts, &compared, &new, &old);
    let mut remarks = Vec::new();
    for (mut side, before, name) in [(pair.new, before_new, &names[0]), (pair.old, before_old, &names[1])] {
        remarks.extend(left_behind(&mut side, before, name).await);
        // A bench that does not say goodbye in time must not keep the result.
        let _ = tokio::time::timeout(GOODBYE, side.subject.bench.close()).await;
    }
    let tells = |text: &str| -> Result<(), CliError> {
        match outputs.on_stdout() {
            true => text.lines().for_each(tell),
            false => say(text)?,
        }
        Ok(())
    };
    let findings: Vec<&Told> = told.iter().filter(|told| !is_explained(told)).collect();
    let explained: Vec<&Told> = told.iter().filter(|told| is_explained(told)).collect();
    tells(&headline(&findings, explained.len(), &compared))?;
    for (index, told) in findings.iter().enumerate() {
        let path = suite_path(&args.reports, index + 1);
        let written = write_whole(&path, &suite::text(index + 1, told));
        tells(&in_words(index + 1, told, written.as_ref().ok().map(|_| path.as_path())))?;
        if let Err(error) = written {
            tell(&format!("error: {error}"));
            tells(&suite::text(index + 1, told))?;
        }
        report.difference(index + 1, told, &path);
    }
    for told in &explained {
        let line = explained_in_words(told);
        tells(&format!("{line}\n"))?;
        remarks.push(line);
    }
    let stopped = compared.ended.as_ref().map(ToString::to_string);
    if let Some(why) = &stopped {
        tells(&format!("ended early: {}\n", shown(why)))?;
    }
    for sequence in &compared.sequences {
        report.sequence(sequence.seed, sequence.requests);
    }
    let paths = ReportPaths {
        json: args.json.clone(),
        junit: args.junit.clone(),
        html: args.html.clone(),
        ..ReportPaths::default()
    };
    tell_failures(&write_all(&report.result(searched, stopped.clone(), remarks), &paths));
    Ok(match (stopped, findings.is_empty()) {
        (Some(_), _) => 3,
        (None, false) => 1,
        (None, true) => 0,
    })
}

fn is_explained(told: &Told) -> bool {
    matches!(told.why, Why::Answered { .. })
}

fn suite_path(folder: &Path, number: usize) -> PathBuf {
    folder.join(format!("against-{number}.yaml"))
}

/// How reports name a device.
fn name(args: &TargetArgs, before: Option<&Before>) -> String {
    match before {
        Some(before) => before.target.clone(),
        None => super::rig::named(args.personality.as_deref().unwrap_or("plain"), &args.defects),
    }
}

fn searched(args: &FuzzArgs, names: &[String; 2], before: Option<&Before>, bench: &str) -> Searched {
    let or = |given: &Option<String>, embedded: &str, device: &str| {
        given.clone().unwrap_or_else(|| if before.is_none() { embedded } else { device }.to_owned())
    };
    Searched {
        target: format!("{} against {}", names[0], names[1]),
        device: before.map(|before| before.facts.clone()).unwrap_or_default(),
        bench: bench.to_owned(),
        grants: or(&args.target.allow, "everything", "reading"),
        rate: or(&args.target.rate, "unlimited", "1"),
        seed: args.seed,
    }
}

/// What the search leaves on a device.
async fn left_behind(side: &mut Side, before: Option<Before>, name: &str) -> Vec<String> {
    let Some(before) = before else { return Vec::new() };
    let lost = side.subject.put_back(before.mode.as_deref()).await;
    let mut left: Vec<String> = lost.iter().map(|what| format!("not put back: {what}")).collect();
    left.extend(residual_effects(&mut side.subject.session, &before.info).await);
    if side.subject.session.known.totals.touched {
        left.push("not compensated: fuzz returns nothing that it registered".to_owned());
    }
    left.into_iter().map(|line| format!("{name}: {line}")).collect()
}

/// What both have answered to the open questions: by their results, or, of an emulator, by its cases.
async fn answers(
    args: &FuzzArgs,
    second: &TargetArgs,
    shorts: &[Short],
    interrupted: &Arc<AtomicBool>,
) -> Result<[Answers; 2], CliError> {
    let mut both = [Answers::new(), Answers::new()];
    if !asks_for_answers(shorts) {
        return Ok(both);
    }
    let AnswersArgs { answers, against_answers } = &args.known;
    for (known, (file, target)) in both.iter_mut().zip([(answers, &args.target), (against_answers, second)]) {
        *known = match file {
            Some(path) => of_file(path)?,
            None if !target.on_device() => asked(target, interrupted).await?,
            None => Answers::new(),
        };
    }
    Ok(both)
}

fn of_file(path: &Path) -> Result<Answers, CliError> {
    let wrong = |why: &dyn std::fmt::Display| CliError::Usage(format!("{}: {why}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| wrong(&error))?;
    let results: Value = serde_json::from_str(&text).map_err(|error| wrong(&error))?;
    let answers = results.get("answers").and_then(Value::as_object);
    let answers = answers.ok_or_else(|| wrong(&"no results of a run: it holds no `answers`"))?;
    let text = |(name, answer): (&String, &Value)| Some((name.clone(), answer.as_str()?.to_owned()));
    Ok(answers.iter().filter_map(text).collect())
}

/// Asks an emulator every open question. A seeded fault is no answer, and may keep cases from asking: its
/// personality is asked without them.
async fn asked(target: &TargetArgs, interrupted: &Arc<AtomicBool>) -> Result<Answers, CliError> {
    let suites = SelectArgs::default().suites()?;
    let asks = |case: &&Case| case.requirements.iter().any(|id| id.starts_with("Q-"));
    let cases: Vec<&Case> = suites.iter().flat_map(|suite| &suite.cases).filter(asks).collect();
    let rig = embedded(&TargetArgs { defects: Vec::new(), ..target.clone() }).await?;
    let options = RunOptions {
        target: rig.url,
        strict: false,
        golden: None,
        thrifty: false,
        interrupted: Arc::clone(interrupted),
    };
    let mut runner = Runner::new(rig.session, rig.bench, options, "ASKS".to_owned());
    let (device, _) = match runner.identify().await {
        Ok(told) => told,
        // A device that says nothing of itself has answered nothing.
        Err(why) => {
            tell(&format!("its open questions could not be asked, and explain nothing: {why}"));
            return Ok(Answers::new());
        }
    };
    let result = runner.run(&cases, device, OffsetDateTime::now_utc(), |_, _, _| {}).await;
    let _ = tokio::time::timeout(GOODBYE, runner.close()).await;
    Ok(result.answers)
}

fn headline(findings: &[&Told], explained: usize, compared: &Compared) -> String {
    let count = match findings.len() {
        0 if compared.ended.is_some() => "no difference before it ended early".to_owned(),
        0 => "no difference".to_owned(),
        1 => "1 difference".to_owned(),
        many => format!("{many} differences"),
    };
    let more = match explained {
        0 => String::new(),
        1 => ", and 1 that the answers to an open question explain".to_owned(),
        many => format!(", and {many} that the answers to open questions explain"),
    };
    let sequences = &compared.sequences;
    let (first, last) = (sequences.first(), sequences.last());
    let seeds = match (first, last) {
        (Some(first), Some(last)) => format!(", seeds {} to {}", first.seed, last.seed),
        _ => String::new(),
    };
    format!(
        "{count}{more}: {} operations in {} sequences, {} requests to each{seeds}\n",
        compared.operations(),
        sequences.len(),
        compared.requests(),
    )
}

/// One difference in lines.
fn in_words(number: usize, told: &Told, suite: Option<&Path>) -> String {
    let Some(short) = told.shortest() else { return String::new() };
    let who = match &told.why {
        Why::Breaks { which: Which::New, requirement, .. } => format!("{requirement}: the new one breaks it"),
        Why::Breaks { which: Which::Old, requirement, .. } => {
            format!("{requirement}: the old one broke it, the new one does not")
        }
        Why::Open { line } => format!("near {line}: nothing is held against either"),
        Why::Answered { question, .. } => question.clone(),
    };
    let kind = short.of.kinds.first();
    let place = kind.map_or("", |kind| kind.place.as_str());
    let mut out = format!("{number}. {who}; {} times\n", told.times());
    let operations: Vec<&str> = told.operations().into_iter().collect();
    out += &format!("  at       {}\n", shown(place));
    out += &format!("  new      {}\n", one_line(&shown(&short.new)));
    out += &format!("  old      {}\n", one_line(&shown(&short.old)));
    if let Why::Breaks { expected, found, .. } = &told.why {
        out +=
            &format!("  expected {}\n  found    {}\n", one_line(&shown(expected)), one_line(&shown(found)));
    }
    out += &format!("  asked    {}\n", shown(&ikkm_harness::text::clip(&operations.join("; "), 200)));
    for line in suite::lines(told) {
        out += &format!("  step     {}\n", one_line(&shown(&line)));
    }
    if let Some(why) = &short.unshortened {
        out += &format!("  not shortened further: {}\n", shown(why));
    }
    if let Some(path) = suite {
        out += &format!("  suite    {}\n", path.display());
    }
    out
}

fn explained_in_words(told: &Told) -> String {
    let Why::Answered { question, new, old } = &told.why else { return String::new() };
    let mut places: Vec<&str> =
        told.shown.iter().flat_map(|short| &short.of.kinds).map(|kind| kind.place.as_str()).collect();
    places.sort_unstable();
    places.dedup();
    let more = places.len().saturating_sub(2);
    let places = places.iter().take(2).copied().collect::<Vec<_>>().join("; ");
    let more = if more == 0 { String::new() } else { format!(" and {more} more places") };
    format!(
        "open: {question}: new {}, old {}; {} times, at {}{more}",
        shown(new),
        shown(old),
        told.times(),
        shown(&places)
    )
}

/// So that a pair which is interrupted says so like any run.
impl From<PairError> for CliError {
    fn from(error: PairError) -> CliError {
        CliError::NotCarriedOut(error.to_string())
    }
}
