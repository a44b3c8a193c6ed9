//! `diff`: two results files compared.

use super::CliError;
use super::terminal::stdout;
use clap::Args;
use ikkm_harness::report::{diff, json};
use std::io::Write;
use std::path::PathBuf;

/// Cases of a kind that are named.
const CASES: usize = 10;

/// Which results, and how the comparison is shown.
#[derive(Debug, Args)]
pub struct DiffArgs {
    /// The older results.json
    old: PathBuf,
    /// The newer results.json
    new: PathBuf,
    /// As Markdown, for a merge request
    #[arg(long)]
    markdown: bool,
    /// Name every case that differs, not the first ten of a kind
    #[arg(long)]
    all: bool,
}

/// Shows what changed; exit code 1 when something got worse.
pub fn diff(args: &DiffArgs) -> Result<u8, CliError> {
    let read = |path| json::read_results(path).map_err(|error| CliError::Usage(error.to_string()));
    let (old, new) = (read(&args.old)?, read(&args.new)?);
    let diff = diff::compare(&old, &new);
    let most = if args.all { usize::MAX } else { CASES };
    let text = if args.markdown { diff.to_markdown(most) } else { diff.to_text(most) };
    write!(stdout(), "{text}")?;
    Ok(u8::from(diff.got_worse()))
}
