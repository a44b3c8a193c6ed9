//! `lint`: checks suite files.

use super::terminal::stdout;
use super::{CliError, write_mistakes};
use anstream::{AutoStream, ColorChoice};
use clap::Args;
use ikkm_harness::client::{builtin, compile};
use ikkm_harness::lab::file as lab;
use ikkm_harness::suite::SuiteError;
use ikkm_harness::suite::load::{FileText, load_files, read_paths};
use std::io::Write;
use std::path::{Path, PathBuf};

/// What to check.
#[derive(Debug, Args)]
pub struct LintArgs {
    /// Suite files, lab files, or folders of them
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
}

/// Shows every mistake; exit code 2 when there is any.
pub fn lint(args: &LintArgs) -> Result<u8, CliError> {
    let mut out = stdout();
    let checked = read_paths(&args.paths).and_then(|files| {
        let (labs, files): (Vec<FileText>, Vec<FileText>) =
            files.into_iter().partition(|file| lab::is_lab(&file.text));
        let (client, device): (Vec<FileText>, Vec<FileText>) =
            files.into_iter().partition(|file| compile::is_client_suite(&file.text));
        let mut mistakes = Vec::new();
        let mut cases = 0;
        // All mistakes of both languages.
        match load_files(&device) {
            Ok(suites) => cases += suites.iter().map(|suite| suite.cases.len()).sum::<usize>(),
            Err(SuiteError::Faulty(more)) => mistakes.extend(more),
            Err(other) => return Err(other),
        }
        match builtin::load_files(&client) {
            Ok(scenarios) => cases += scenarios.len(),
            Err(SuiteError::Faulty(more)) => mistakes.extend(more),
            Err(other) => return Err(other),
        }
        for file in &labs {
            let folder = Path::new(&file.name).parent().unwrap_or(Path::new(""));
            if let Err(more) = lab::load_text(&file.name, &file.text, folder) {
                mistakes.extend(more);
            }
        }
        let suites = device.len() + client.len();
        if mistakes.is_empty() { Ok((suites, cases, labs.len())) } else { Err(SuiteError::Faulty(mistakes)) }
    });
    match checked {
        Ok((suites, cases, labs)) => {
            let labs = if labs > 0 { format!("{labs} lab(s), ") } else { String::new() };
            writeln!(out, "{labs}{suites} suite(s) with {cases} case(s), no mistake")?;
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
