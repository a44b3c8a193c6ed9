//! `lint`: checks suite files.

use super::terminal::stdout;
use super::{CliError, write_mistakes};
use anstream::{AutoStream, ColorChoice};
use clap::Args;
use ikkm_harness::client::{builtin, compile};
use ikkm_harness::suite::{SuiteError, load_paths};
use std::io::Write;
use std::path::{Path, PathBuf};

/// What to check.
#[derive(Debug, Args)]
pub struct LintArgs {
    /// Suite files or folders
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
}

/// Shows every mistake; exit code 2 when there is any.
pub fn lint(args: &LintArgs) -> Result<u8, CliError> {
    let mut out = stdout();
    let (client, device): (Vec<PathBuf>, Vec<PathBuf>) =
        args.paths.iter().cloned().partition(|path| is_for_clients(path));
    let checked = builtin::load_paths(&client).and_then(|scenarios| {
        let suites = if device.is_empty() { Vec::new() } else { load_paths(&device)? };
        Ok((suites, scenarios))
    });
    match checked {
        Ok((suites, scenarios)) => {
            let cases: usize = suites.iter().map(|suite| suite.cases.len()).sum::<usize>() + scenarios.len();
            writeln!(out, "{} suite(s) with {cases} case(s), no mistake", suites.len() + client.len())?;
            Ok(0)
        }
        Err(SuiteError::Faulty(mistakes)) => {
            let colours = AutoStream::choice(&std::io::stdout()) != ColorChoice::Never;
            write_mistakes(&mut out, &mistakes, colours)?;
            writeln!(out, "{} mistake(s)", mistakes.len())?;
            Ok(2)
        }
        Err(other) => Err(other.into()),
    }
}

/// A client suite, or a folder whose first file is one: their top level says `scenarios`.
fn is_for_clients(path: &Path) -> bool {
    let first = if path.is_dir() {
        let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).find(|path| path.extension().is_some_and(|ext| ext == "yaml"))
    } else {
        Some(path.to_owned())
    };
    let text = first.and_then(|file| std::fs::read_to_string(file).ok());
    text.is_some_and(|text| compile::is_client_suite(&text))
}
