//! `reference FOLDER`: the reference pages of the book, made from what the program itself knows, so that
//! they cannot be old. Plain Markdown; `.ci/run` and the packages make them afresh.
//!
//! - [`commands`]: every command with its help
//! - [`language`]: the suite languages and their schemas, field by field
//! - [`requirements`]: each requirement with its level, its cases, and the mutants that break it
//! - [`emulator`]: conditions, personalities and mutants

mod commands;
mod emulator;
mod language;
mod requirements;

use super::CliError;
use super::explain::Known;
use super::terminal::stdout;
use clap::Args;
use ikkm_harness::report::place::write_whole;
use std::io::Write;
use std::path::PathBuf;

/// Where the pages go.
#[derive(Debug, Args)]
pub struct ReferenceArgs {
    /// A folder; it is made where it is missing
    folder: PathBuf,
}

/// Writes the pages and names them.
///
/// # Errors
/// [`CliError::NotCarriedOut`] where the folder cannot be written.
pub fn reference(args: &ReferenceArgs) -> Result<u8, CliError> {
    let known = Known::load()?;
    let pages = [
        ("commands.md", commands::page()),
        ("suite-language.md", language::page()),
        ("schemas.md", language::schemas()),
        ("requirements.md", requirements::page(&known)),
        ("conditions.md", emulator::conditions()),
        ("personalities.md", emulator::personalities(&known)),
        ("mutants.md", emulator::mutants(&known)),
    ];
    let mut out = stdout();
    for (name, text) in pages {
        let path = args.folder.join(name);
        write_whole(&path, &text).map_err(|error| CliError::NotCarriedOut(error.to_string()))?;
        writeln!(out, "{}", path.display())?;
    }
    Ok(0)
}

/// Text for a cell of a table or a line of a list: one line in which Markdown and HTML mean nothing.
fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut in_code = false;
    for c in text.split_whitespace().collect::<Vec<_>>().join(" ").chars() {
        match c {
            // Our own words mark code with backticks.
            '`' => in_code = !in_code,
            '|' => out.push('\\'),
            '<' if !in_code => {
                out += "&lt;";
                continue;
            }
            '>' if !in_code => {
                out += "&gt;";
                continue;
            }
            '*' | '_' | '[' if !in_code => out.push('\\'),
            _ => {}
        }
        out.push(c);
    }
    out
}

/// A name as code.
fn code(text: &str) -> String {
    format!("`{}`", text.replace('|', "\\|"))
}

/// The first line of every page.
fn head(title: &str, about: &str) -> String {
    format!("# {title}\n\nMade by `ikkm-conformance reference`. {about}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_cell_breaks_the_table() {
        assert_eq!(plain("a | b\n <c> *d* `<e> *f*`"), "a \\| b &lt;c&gt; \\*d\\* `<e> *f*`");
        assert_eq!(code("in a|b"), "`in a\\|b`");
    }
}
