//! `witness`: between a live till and a live register, or over a recording of both.

mod live;
mod made;

use super::ci::CiArgs;
use super::interruption::Interruption;
use super::outputs::{Outputs, tell_failures};
use super::terminal::{Watched, say, tell};
use super::{CliError, duration, version, waivers};
use clap::Args;
use ikkm_harness::report::{ReportPaths, write_all};
use ikkm_harness::runner::outcome::{RunFacts, RunResult, Verdict};
use ikkm_harness::witness::Witness;
use ikkm_harness::witness::exchange::Exchange;
use ikkm_harness::witness::recording::{self, Begin};
use ikkm_harness::witness::result::Setting;
use ikkm_harness::witness::{anonymous, har};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Where it stands, and what it keeps.
#[derive(Debug, Clone, Args)]
pub struct WitnessArgs {
    /// Where tills connect, in the place of the register
    #[arg(long, value_name = "ADDR", required_unless_present_any = ["replay", "har"], conflicts_with_all = ["replay", "har"])]
    listen: Option<SocketAddr>,
    /// The register that it passes to
    #[arg(long, value_name = "URL", required_unless_present_any = ["replay", "har"], conflicts_with_all = ["replay", "har"])]
    target: Option<String>,
    /// Ends after so long: 8h, 30m
    #[arg(long = "for", value_name = "TIME", value_parser = duration::parse, conflicts_with_all = ["replay", "har"])]
    how_long: Option<Duration>,
    /// Keeps every exchange in this file, keys replaced by placeholders
    #[arg(long, value_name = "FILE", conflicts_with_all = ["replay", "har"])]
    record: Option<PathBuf>,
    /// Megabytes of a recording until it is put aside as FILE.1; seven are kept
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u64).range(1..=4096))]
    record_mb: u64,
    /// The recording holds the keys themselves: whoever has it can register
    #[arg(long, requires = "record")]
    show_keys: bool,
    /// Judges a recording again
    #[arg(long, value_name = "FILE", conflicts_with = "har")]
    replay: Option<PathBuf>,
    /// Judges an HTTP archive, as browsers and other proxies write it
    #[arg(long, value_name = "FILE")]
    har: Option<PathBuf>,
    /// Writes what passed as an HTTP archive
    #[arg(long, value_name = "FILE")]
    write_har: Option<PathBuf>,
    /// Turns what passed into a suite that `run` plays against another register
    #[arg(long, value_name = "FILE")]
    write_suite: Option<PathBuf>,
    /// Replaces names of goods and cashiers and printed texts in all that is kept and written
    #[arg(long)]
    anonymise: bool,
    /// A broken *should* fails
    #[arg(long)]
    strict: bool,
    /// A *must* that nothing tested makes it end 1
    #[arg(long)]
    complete: bool,
    /// Known deviations: the lines listed may be broken as described
    #[arg(long, value_name = "FILE")]
    waivers: Option<PathBuf>,
    /// Proposes waivers for what is broken, as a new file
    #[arg(long, value_name = "FILE")]
    write_waivers: Option<PathBuf>,
    /// Tells no finding before the end
    #[arg(long)]
    quiet: bool,
    /// Where the JUnit report goes
    #[arg(long, value_name = "FILE", default_value = "reports/witness.xml")]
    junit: PathBuf,
    /// Where the results go, for `diff`
    #[arg(long, value_name = "FILE", default_value = "reports/witness.json")]
    json: PathBuf,
    /// Where a page for people goes
    #[arg(long, value_name = "FILE", default_value = "reports/witness.html")]
    html: PathBuf,
    #[command(flatten)]
    ci: CiArgs,
}

impl WitnessArgs {
    fn outputs(&self) -> Outputs {
        let outputs = Outputs::new()
            .writes("--junit", Some(&self.junit))
            .writes("--json", Some(&self.json))
            .writes("--html", Some(&self.html))
            .writes("--record", self.record.as_deref())
            .writes("--write-har", self.write_har.as_deref())
            .writes("--write-suite", self.write_suite.as_deref())
            .writes("--write-waivers", self.write_waivers.as_deref())
            .reads("--replay", self.replay.as_deref())
            .reads("--har", self.har.as_deref())
            .reads("--waivers", self.waivers.as_deref());
        self.ci.outputs(outputs)
    }

    fn check(&self) -> Result<(), CliError> {
        let kept = self.record.is_some() || self.replay.is_some() || self.har.is_some();
        if !kept && (self.write_suite.is_some() || self.write_har.is_some()) {
            let what = if self.write_suite.is_some() { "--write-suite" } else { "--write-har" };
            return Err(CliError::Usage(format!("{what} needs what passed: add --record FILE")));
        }
        Ok(())
    }
}

/// What was seen, and how.
struct Session {
    witness: Witness,
    begin: Begin,
    /// What stopped it before its end.
    stopped: Option<String>,
}

/// Watches, or judges what was kept; the exit code is 0 to 3.
pub async fn witness(args: WitnessArgs) -> Result<u8, CliError> {
    args.check()?;
    let names = all_cases();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let accepted = waivers::read_for_client(args.waivers.as_deref(), &names)?;
    waivers::is_new(args.write_waivers.as_deref())?;
    args.outputs().tried()?;
    let mut session = match (&args.replay, &args.har) {
        (Some(_), _) | (_, Some(_)) => again(&args)?,
        _ => live::watch(&args, Interruption::listen()).await?,
    };
    let started =
        OffsetDateTime::parse(&session.begin.started, &Rfc3339).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let setting = Setting {
        target: session.begin.target.clone(),
        started,
        strict: args.strict,
        facts: RunFacts {
            program: version::program(),
            requirements: version::requirements(),
            grants: "nothing: it sends nothing of its own".to_owned(),
            waivers: args.waivers.as_ref().map(|path| path.display().to_string()),
            ..RunFacts::default()
        },
        stopped: session.stopped.clone(),
    };
    let mut run = session.witness.result(&setting);
    let cases = run.cases.len();
    accepted.apply(&mut run.cases, None, started.date());
    report(&args, &run, cases)?;
    if run.stopped.is_none() && !run.tested_something() {
        return Err(CliError::Usage("nothing passed here, so nothing was tested".to_owned()));
    }
    Ok(exit_code(&run, args.complete))
}

/// Every name that a case of the witness can have, for waivers.
fn all_cases() -> Vec<String> {
    let ids = || ikkm_requirements::requirements().all().map(|line| line.id.clone());
    let of = |side: &'static str| ids().map(move |id| format!("{side}/{id}"));
    of("register").chain(of("till")).chain(of("line")).collect()
}

/// Judges what was kept.
fn again(args: &WitnessArgs) -> Result<Session, CliError> {
    let mut witness = Witness::new();
    let mut take = |exchange: Exchange| {
        let hidden = kept(args, &mut witness, &exchange);
        witness.take(&hidden);
    };
    let begin = match (&args.replay, &args.har) {
        (Some(path), _) => {
            recording::read(path, &mut take).map_err(|error| CliError::Usage(error.to_string()))?
        }
        (_, Some(path)) => {
            let (begin, exchanges) = har::read(path).map_err(|error| CliError::Usage(error.to_string()))?;
            exchanges.into_iter().for_each(&mut take);
            begin
        }
        _ => Begin::default(),
    };
    witness.end();
    Ok(Session { witness, begin, stopped: None })
}

/// An exchange as it is kept: without keys, and where that is asked for without names.
fn kept(args: &WitnessArgs, witness: &mut Witness, exchange: &Exchange) -> Exchange {
    let hidden = witness.hidden(exchange);
    if args.anonymise { anonymous::without_names(&hidden) } else { hidden }
}

fn report(args: &WitnessArgs, run: &RunResult, cases: usize) -> Result<(), CliError> {
    let paths = ReportPaths {
        junit: Some(args.junit.clone()),
        json: Some(args.json.clone()),
        html: Some(args.html.clone()),
        ..ReportPaths::default()
    };
    let mut written = write_all(run, &paths);
    made::write(args, &mut written)?;
    waivers::write(args.write_waivers.as_deref(), run, &mut written);
    args.ci.write(run, &mut written);
    let mut watched = Watched::new(args.outputs().on_stdout());
    watched.show(|console| {
        for (index, case) in run.cases.iter().enumerate() {
            if case.verdict != Verdict::Pass || index >= cases {
                console.case_done(case, index, run.cases.len())?;
            }
        }
        console.summary(run, &written.paths)
    });
    watched.end();
    args.ci.announce(run, args.outputs().on_stdout());
    tell_failures(&written);
    Ok(())
}

/// 3 beats 1, as everywhere.
fn exit_code(run: &RunResult, complete: bool) -> u8 {
    if run.stopped.is_some() {
        return 3;
    }
    let against = run.cases.iter().any(|case| case.verdict == Verdict::Fail && case.waived.is_none());
    u8::from(against || (complete && !run.untested.is_empty()))
}

fn said(text: &str) {
    if let Err(error) = say(text) {
        tell(&format!("error: cannot write to standard output: {error}"));
    }
}
