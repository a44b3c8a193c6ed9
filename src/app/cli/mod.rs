//! The command line: one file a command, and the one place where errors become exit codes.
//!
//! 0 conforms, 1 does not, 2 wrong usage or a faulty suite, 3 the run could not be carried out.

mod against;
mod begin;
mod certify;
mod ci;
mod compensate;
mod coverage;
mod defects;
mod diff;
mod duration;
mod emulate;
mod examples;
mod explain;
mod fuzz;
mod fuzz_against;
mod fuzz_page;
mod fuzz_report;
mod help;
mod history;
mod initial_key;
mod interruption;
mod lab;
mod lab_board;
mod lab_run;
mod lint;
mod list;
mod merge;
mod outputs;
mod plan;
mod probe;
mod qualify;
mod reference;
mod rehearsal;
mod rig;
mod run;
mod run_against;
mod run_preview;
mod schema;
mod select;
mod shard;
mod target;
mod terminal;
mod version;
mod waivers;
mod watching;
mod witness;

use clap::{ArgAction, Parser, Subcommand};
use ikkm_harness::suite::{Diagnostic, SuiteError};
use std::io::Write;
use std::process::ExitCode;
use thiserror::Error;

/// Tests whether an iKKM cash register (or an emulator) keeps to its web API, document v22.
///
/// Without a command: every built-in suite against the embedded emulator; reports go to reports/.
#[derive(Debug, Parser)]
#[command(name = "ikkm-conformance", version = version::short(), long_version = version::long(), max_term_width = 100)]
#[command(disable_help_subcommand = true, disable_help_flag = true, after_help = help::ALL)]
struct Cli {
    /// Print help; `help COMMAND` prints all of it
    #[arg(short, long, global = true, action = ArgAction::HelpShort)]
    help: Option<bool>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run suites against the embedded emulator or, with --target, a device
    #[command(after_help = help::RUN)]
    Run(Box<run::RunArgs>),
    /// Show what a run with the same flags would do, sending nothing to the device
    #[command(after_help = help::PLAN)]
    Plan(Box<plan::PlanArgs>),
    /// List cases: name, level, requirements, effects
    #[command(after_help = help::LIST)]
    List(list::ListArgs),
    /// Check suite files; every mistake with file, line and column
    #[command(after_help = help::LINT)]
    Lint(lint::LintArgs),
    /// Show which requirement has which cases
    #[command(after_help = help::COVERAGE)]
    Coverage(coverage::CoverageArgs),
    /// Print the JSON Schema of the suite language, or of what is written: --of results
    #[command(after_help = help::SCHEMA)]
    Schema(schema::SchemaArgs),
    /// Say what device this is and what a run could do; reads only
    #[command(after_help = help::PROBE)]
    Probe(Box<probe::ProbeArgs>),
    /// Play sequences that nobody thought of; a failure becomes a suite file under reports/
    #[command(after_help = help::FUZZ)]
    Fuzz(Box<fuzz::FuzzArgs>),
    /// Return what an interrupted run sold on a device, by its journal
    #[command(after_help = help::COMPENSATE)]
    Compensate(Box<compensate::CompensateArgs>),
    /// Run the emulator on its own
    #[command(after_help = help::EMULATE)]
    Emulate(emulate::EmulateArgs),
    /// List the emulator's conforming personalities
    #[command(after_help = help::PERSONALITIES)]
    Personalities,
    /// Judge a client: we are the device
    #[command(after_help = help::CERTIFY)]
    Certify(Box<certify::CertifyArgs>),
    /// Write the example client, its driver and the example bench into a folder
    #[command(after_help = help::EXAMPLES)]
    Examples(examples::ExamplesArgs),
    /// Stand between a live till and a live register, and judge both
    #[command(after_help = help::WITNESS)]
    Witness(Box<witness::WitnessArgs>),
    /// List the emulator's seeded defects
    #[command(after_help = help::DEFECTS)]
    Defects(defects::DefectsArgs),
    /// Run the suites against every seeded defect and personality: which cases catch what
    #[command(after_help = help::QUALIFY)]
    Qualify(Box<qualify::QualifyArgs>),
    /// Compare two results files: what got fixed, broken, changed
    #[command(after_help = help::DIFF)]
    Diff(diff::DiffArgs),
    /// Join the results of shards, or of several devices, into one
    #[command(after_help = help::MERGE)]
    Merge(merge::MergeArgs),
    /// Explain a requirement, open question, case, defect, condition or personality in words
    #[command(after_help = help::EXPLAIN)]
    Explain(explain::ExplainArgs),
    /// Help on a command, or on: exit-codes, findings
    #[command(after_help = help::HELP)]
    Help(help::HelpArgs),
    /// Print completions for a shell
    #[command(hide = true)]
    Completions(help::CompletionsArgs),
    /// Write the manual pages into a folder
    #[command(hide = true)]
    Man(help::ManArgs),
    /// Write the reference pages of the book into a folder
    #[command(hide = true)]
    Reference(reference::ReferenceArgs),
}

/// Why a command ended without doing its work.
#[derive(Debug, Error)]
pub enum CliError {
    /// Wrong usage: exit code 2.
    #[error("{0}")]
    Usage(String),
    /// Suites that cannot be loaded: exit code 2.
    #[error(transparent)]
    Suites(#[from] SuiteError),
    /// Something outside failed: exit code 3.
    #[error("{0}")]
    NotCarriedOut(String),
    /// Standard output cannot be written, and not because its reader has gone.
    #[error("cannot write to standard output: {0}")]
    Output(#[from] std::io::Error),
}

impl CliError {
    fn code(&self) -> u8 {
        match self {
            CliError::Usage(_) | CliError::Suites(_) => 2,
            CliError::NotCarriedOut(_) | CliError::Output(_) => 3,
        }
    }
}

/// Reads the command line, does what it says, and gives the exit code.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version go to standard output and are no error.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&CliError::NotCarriedOut(format!("no runtime can be started: {error}"))),
    };
    let command = cli.command.unwrap_or_else(|| Command::Run(Box::default()));
    let done = runtime.block_on(carry_out(command));
    // Somebody may still be expected to type something.
    runtime.shutdown_background();
    match done {
        Ok(code) => ExitCode::from(code),
        Err(error) => fail(&error),
    }
}

async fn carry_out(command: Command) -> Result<u8, CliError> {
    match command {
        Command::Run(args) if args.lab.each || args.lab.split => lab_run::run(*args).await,
        Command::Run(args) if args.against.is_given() => run_against::run(*args).await,
        Command::Run(args) => run::run(lab::with_one_device(*args)?).await,
        Command::Plan(args) => plan::plan(*args).await,
        Command::List(args) => list::list(&args),
        Command::Lint(args) => lint::lint(&args),
        Command::Coverage(args) => coverage::coverage(&args),
        Command::Schema(args) => schema::schema(&args),
        Command::Probe(args) => probe::probe(*args).await,
        Command::Fuzz(args) => fuzz::fuzz(*args).await,
        Command::Compensate(args) => compensate::compensate(*args).await,
        Command::Emulate(args) => emulate::emulate(args).await,
        Command::Personalities => emulate::personalities(),
        Command::Certify(args) => certify::certify(*args).await,
        Command::Witness(args) => witness::witness(*args).await,
        Command::Defects(args) => defects::defects(&args),
        Command::Qualify(args) => qualify::qualify(&args),
        Command::Diff(args) => diff::diff(&args),
        Command::Merge(args) => merge::merge(&args),
        Command::Examples(args) => examples::examples(&args),
        Command::Explain(args) => explain::explain(&args),
        Command::Help(args) => help::help(&args),
        Command::Completions(args) => help::completions(&args),
        Command::Man(args) => help::man(&args),
        Command::Reference(args) => reference::reference(&args),
    }
}

fn fail(error: &CliError) -> ExitCode {
    if let CliError::Suites(SuiteError::Faulty(mistakes)) = error {
        // Where standard error is closed, nobody wants to know.
        let _ = write_mistakes(&mut anstream::stderr(), mistakes, true);
    }
    terminal::tell(&format!("error: {error}"));
    ExitCode::from(error.code())
}

/// Shows mistakes one after the other.
fn write_mistakes(out: &mut impl Write, mistakes: &[Diagnostic], colours: bool) -> std::io::Result<()> {
    mistakes.iter().try_for_each(|mistake| writeln!(out, "{}\n", mistake.render(colours)))
}
