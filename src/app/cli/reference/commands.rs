//! The page of the commands.

use super::head;
use crate::cli::Cli;
use crate::cli::help::{EXIT_CODES, FINDINGS};
use clap::CommandFactory;
use std::fmt::Write;

/// Every command with all of its help.
pub fn page() -> String {
    let mut all = Cli::command();
    all.build();
    let about = "`ikkm-conformance help COMMAND` prints the same, `ikkm-conformance COMMAND --help` the most of it on one screen.";
    let mut out = head("Commands", about);
    let names: Vec<String> = all
        .get_subcommands()
        .filter(|command| !command.is_hide_set())
        .map(|command| command.get_name().to_owned())
        .collect();
    for name in names {
        if let Some(command) = all.find_subcommand_mut(&name) {
            let help = command.render_long_help().to_string();
            let _ = writeln!(out, "\n## {name}\n\n```text\n{}\n```", trimmed(&help));
        }
    }
    let _ = writeln!(out, "\n## Exit codes\n\n```text\n{}```", EXIT_CODES);
    let _ = writeln!(out, "\n## How a finding is read\n\n```text\n{}```", FINDINGS);
    out
}

/// Lines without blanks at their ends.
fn trimmed(text: &str) -> String {
    text.trim_end().lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}
