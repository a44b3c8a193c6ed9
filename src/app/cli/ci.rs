//! What `run` and `certify` write for CI beside the reports: annotations and a summary.

use super::outputs::Outputs;
use super::terminal::stdout;
use clap::{Args, ValueEnum};
use ikkm_harness::lab::matrix;
use ikkm_harness::report::{Written, github, gitlab, markdown};
use ikkm_harness::runner::outcome::RunResult;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Where the code-quality report goes by default.
const CODE_QUALITY: &str = "reports/code-quality.json";

/// What CI wants.
#[derive(Debug, Clone, Default, Args)]
pub struct CiArgs {
    /// Show findings in CI: github (commands on the output), gitlab (a code-quality report)
    #[arg(long, value_name = "CI", value_enum, help_heading = "Reports", hide_possible_values = true)]
    annotations: Option<Annotations>,
    /// Where the code-quality report of --annotations gitlab goes; reports/code-quality.json
    #[arg(long, value_name = "FILE", help_heading = "Reports", hide_short_help = true)]
    code_quality: Option<PathBuf>,
    /// A summary in Markdown, for a merge request or a job's page
    #[arg(long, value_name = "FILE", help_heading = "Reports")]
    pub(super) summary: Option<PathBuf>,
}

/// Whose annotations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Annotations {
    Github,
    Gitlab,
}

impl CiArgs {
    fn code_quality(&self) -> Option<&Path> {
        let wanted = self.annotations == Some(Annotations::Gitlab);
        self.code_quality.as_deref().or(wanted.then_some(Path::new(CODE_QUALITY)))
    }

    /// The same places as those of the other reports, tried with them.
    pub fn outputs(&self, outputs: Outputs) -> Outputs {
        outputs.writes("--code-quality", self.code_quality()).writes("--summary", self.summary.as_deref())
    }

    /// Writes the files.
    pub fn write(&self, run: &RunResult, written: &mut Written) {
        if let Some(path) = self.code_quality() {
            written.add(path, gitlab::render(run));
        }
        if let Some(path) = &self.summary {
            // In a lab, which finding shows on which device.
            written.add(path, Ok(markdown::render(run) + &matrix::markdown(run)));
        }
    }

    /// Prints the commands that GitHub's runner reads; it reads both outputs. Whether they arrive changes
    /// nothing of the verdict.
    pub fn announce(&self, run: &RunResult, report_on_stdout: bool) {
        if self.annotations == Some(Annotations::Github) {
            let text = github::render(run);
            let _ = match report_on_stdout {
                true => io::stderr().write_all(text.as_bytes()),
                false => stdout().write_all(text.as_bytes()),
            };
        }
    }
}
