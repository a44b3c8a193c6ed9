//! `lint`: checks suite files.

use super::{CliError, write_mistakes};
use crate::suite::{SuiteError, load_paths};
use clap::Args;
use std::io::Write;
use std::path::PathBuf;

/// What to check.
#[derive(Debug, Args)]
pub struct LintArgs {
    /// Suite files or folders
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
}

/// Shows every mistake; exit code 2 when there is any.
pub fn lint(args: &LintArgs) -> Result<u8, CliError> {
    let mut out = anstream::stdout();
    match load_paths(&args.paths) {
        Ok(suites) => {
            let cases: usize = suites.iter().map(|suite| suite.cases.len()).sum();
            writeln!(out, "{} suite(s) with {cases} case(s), no mistake", suites.len())?;
            Ok(0)
        }
        Err(SuiteError::Faulty(mistakes)) => {
            write_mistakes(&mut out, &mistakes)?;
            writeln!(out, "{} mistake(s)", mistakes.len())?;
            Ok(2)
        }
        Err(other) => Err(other.into()),
    }
}
