//! `merge`: the results of shards, or of several devices, as one.

use super::CliError;
use super::ci::CiArgs;
use super::outputs::{Outputs, tell_failures};
use super::run::{JunitFor, exit_code};
use super::terminal::{Watched, say, tell};
use clap::Args;
use ikkm_harness::lab::join::{Part, join};
use ikkm_harness::lab::matrix;
use ikkm_harness::report::json::read_results;
use ikkm_harness::report::{ReportPaths, write_all};
use std::path::PathBuf;

/// Which results, and where the whole goes.
#[derive(Debug, Args)]
pub struct MergeArgs {
    /// The results.json of each shard or device
    #[arg(required = true, value_name = "RESULTS")]
    files: Vec<PathBuf>,
    /// A *must* that was not tested makes it end 1
    #[arg(long)]
    complete: bool,
    /// Where the JUnit report goes; reports/junit.xml
    #[arg(long, value_name = "FILE", default_value = "reports/junit.xml", hide_default_value = true)]
    junit: PathBuf,
    /// Who reads it: jenkins, or gitlab or github, which get file and line
    #[arg(long, value_enum, value_name = "CI", default_value = "jenkins", hide_possible_values = true)]
    junit_for: JunitFor,
    /// Where the results go, for `diff`; reports/results.json
    #[arg(long, value_name = "FILE", default_value = "reports/results.json", hide_default_value = true)]
    json: PathBuf,
    /// Where a page for people goes; reports/index.html
    #[arg(long, value_name = "FILE", default_value = "reports/index.html", hide_default_value = true)]
    html: PathBuf,
    #[command(flatten)]
    ci: CiArgs,
}

/// Joins them; the exit code is that of the whole.
///
/// # Errors
/// Files that cannot be read or do not belong together (exit 2).
pub fn merge(args: &MergeArgs) -> Result<u8, CliError> {
    let outputs = Outputs::new()
        .writes("--junit", Some(&args.junit))
        .writes("--json", Some(&args.json))
        .writes("--html", Some(&args.html));
    let outputs = args
        .files
        .iter()
        .fold(args.ci.outputs(outputs), |outputs, file| outputs.reads("the results", Some(file)));
    outputs.tried()?;
    let read = |file: &PathBuf| {
        let results = read_results(file).map_err(|error| CliError::Usage(error.to_string()))?;
        Ok(Part { file: file.display().to_string(), results })
    };
    let parts = args.files.iter().map(read).collect::<Result<Vec<Part>, CliError>>()?;
    let run = join(parts).map_err(|error| CliError::Usage(error.to_string()))?;
    let paths = ReportPaths {
        junit: Some(args.junit.clone()),
        json: Some(args.json.clone()),
        html: Some(args.html.clone()),
        dialect: args.junit_for.dialect(),
    };
    let mut written = write_all(&run, &paths);
    args.ci.write(&run, &mut written);
    let mut watched = Watched::new(outputs.on_stdout());
    watched.show(|console| console.summary(&run, &written.paths));
    watched.end();
    match outputs.on_stdout() {
        true => tell(&matrix::text(&run)),
        false => say(&matrix::text(&run))?,
    }
    args.ci.announce(&run, outputs.on_stdout());
    tell_failures(&written);
    Ok(exit_code(&run, args.complete))
}
