//! `run --against`: the cases on two devices at the same time; what the first does otherwise is a finding.

use super::CliError;
use super::interruption::Interruption;
use super::lab_run::{Place, both};
use super::outputs::tell_failures;
use super::run::{RunArgs, exit_code};
use super::terminal::{say, tell};
use ikkm_harness::against::cases::compare;
use ikkm_harness::against::closing::closing;
use ikkm_harness::report::write_all;
use ikkm_harness::runner::grouping::groups;
use ikkm_harness::runner::outcome::RunResult;
use std::collections::BTreeMap;

/// Runs and compares; the exit code is 1 where they differ.
///
/// # Errors
/// Wrong usage (exit 2), or a device that cannot be used (exit 3).
pub async fn run(args: RunArgs) -> Result<u8, CliError> {
    for (given, flag) in [
        (args.lab.choice.lab.is_some(), "--lab"),
        (args.waivers.is_some(), "--waivers"),
        (args.write_waivers.is_some(), "--write-waivers"),
        (args.golden.is_some(), "--golden"),
        (args.shard.is_some(), "--shard"),
        (args.history.resume || args.history.failed, "--resume or --failed"),
    ] {
        if given {
            return Err(CliError::Usage(format!("{flag} is of one device, and --against compares two")));
        }
    }
    let paths = args.reports();
    let outputs = args.outputs(&paths);
    outputs.tried()?;
    let mut second = args.clone();
    second.target = args.against.target(&args.target)?;
    let places = [
        // What one of them does for itself is told where the other does not do it.
        Place { name: "new".to_owned(), args: args.clone().quietly() },
        Place { name: "old".to_owned(), args: second.quietly() },
    ];
    let suites = args.select.suites()?;
    let interruption = Interruption::listen();
    let [new, old] = both(&places, &suites, &interruption).await?;
    let compared = compare(&new, &old);
    let stopped =
        |name: &str, run: &RunResult| run.stopped.as_ref().map(|why| format!("the {name} device: {why}"));
    let stops: Vec<String> = [stopped("new", &new), stopped("old", &old)].into_iter().flatten().collect();
    let mut remarks: Vec<String> = new.remarks.iter().map(|line| format!("new: {line}")).collect();
    remarks.extend(old.remarks.iter().map(|line| format!("old: {line}")));
    remarks.extend(compared.open);
    let result = RunResult {
        target: format!("{} against {}", new.target, old.target),
        groups: groups(&compared.cases),
        cases: compared.cases,
        stopped: (!stops.is_empty()).then(|| stops.join("; ")),
        answers: BTreeMap::new(),
        untested: Vec::new(),
        remarks,
        facts: args.facts(&suites),
        ..new
    };
    let mut written = write_all(&result, &paths);
    args.ci.write(&result, &mut written);
    let words = closing(&result, &written.paths);
    match outputs.on_stdout() {
        true => words.lines().for_each(tell),
        false => say(&words)?,
    }
    args.ci.announce(&result, outputs.on_stdout());
    tell_failures(&written);
    Ok(exit_code(&result, false))
}
