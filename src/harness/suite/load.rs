//! Suite files to suites: size limits, UTF-8, YAML, and every mistake with its place.

use super::compile;
use super::diagnostic::{Diagnostic, did_you_mean};
use super::model::Suite;
use super::source::SuiteSource;
use super::text::Position;
use serde::de::DeserializeOwned;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// The largest suite file that is read, in bytes; a suite that people read is far smaller.
pub const LARGEST: u64 = 1024 * 1024;

/// Suites could not be loaded.
#[derive(Debug, Error)]
pub enum SuiteError {
    /// A path that cannot be read.
    #[error("cannot read `{path}`: {source}; name a suite file or a folder of them", path = .path.display())]
    Unreadable {
        /// The path as given.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A folder without suites.
    #[error("`{}` holds no suite: files ending in .yaml or .yml are suites", .0.display())]
    NoSuites(PathBuf),
    /// Mistakes in suite files.
    #[error("{} mistake(s) in the suites", .0.len())]
    Faulty(Vec<Diagnostic>),
}

/// Loads files and folders (recursively, in order of their names).
///
/// # Errors
/// [`SuiteError`]; with mistakes, all of all files.
pub fn load_paths(paths: &[PathBuf]) -> Result<Vec<Suite>, SuiteError> {
    let mut files = Vec::new();
    for path in paths {
        collect(path, &mut files)?;
    }
    let mut suites = Vec::new();
    let mut mistakes = Vec::new();
    for path in &files {
        match load_file(path) {
            Ok(suite) => suites.push(suite),
            Err(SuiteError::Faulty(more)) => mistakes.extend(more),
            Err(other) => return Err(other),
        }
    }
    compile::names_once(&suites, &mut mistakes);
    if mistakes.is_empty() { Ok(suites) } else { Err(SuiteError::Faulty(mistakes)) }
}

/// The suite files under a path, sorted, so that a run's order does not depend on the disk.
fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), SuiteError> {
    let unreadable = |source| SuiteError::Unreadable { path: path.to_owned(), source };
    if !std::fs::metadata(path).map_err(unreadable)?.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    let mut found = Vec::new();
    for entry in std::fs::read_dir(path).map_err(unreadable)? {
        found.push(entry.map_err(unreadable)?.path());
    }
    found.sort();
    let before = files.len();
    for entry in found {
        let is_suite = entry.extension().is_some_and(|ext| ext == "yaml" || ext == "yml");
        if entry.is_dir() {
            match collect(&entry, files) {
                Err(SuiteError::NoSuites(_)) => {}
                other => other?,
            }
        } else if is_suite {
            files.push(entry);
        }
    }
    if files.len() == before { Err(SuiteError::NoSuites(path.to_owned())) } else { Ok(()) }
}

/// Loads one file.
///
/// # Errors
/// [`SuiteError`] with every mistake that could be found.
pub fn load_file(path: &Path) -> Result<Suite, SuiteError> {
    let name = path.display().to_string();
    let text = read_text(path, LARGEST)?;
    load_text(&name, &text).map_err(SuiteError::Faulty)
}

/// Reads a text file of at most `largest` bytes.
pub(crate) fn read_text(path: &Path, largest: u64) -> Result<String, SuiteError> {
    let unreadable = |source| SuiteError::Unreadable { path: path.to_owned(), source };
    let name = path.display().to_string();
    let faulty = |message: String| SuiteError::Faulty(vec![Diagnostic::file(&name, message)]);
    let mut bytes = Vec::new();
    File::open(path).map_err(unreadable)?.take(largest + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > largest {
        return Err(faulty(format!("the file is larger than {largest} bytes; split it into several suites")));
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = valid.iter().filter(|byte| **byte == b'\n').count() + 1;
        faulty(format!("line {line} is not UTF-8; save the file in the encoding UTF-8"))
    })
}

/// Reads one suite out of a text.
///
/// # Errors
/// Every mistake, in order of its place.
pub fn load_text(file: &str, text: &str) -> Result<Suite, Vec<Diagnostic>> {
    let source: SuiteSource = parse(file, text).map_err(|mistake| vec![*mistake])?;
    compile::suite(file, text, source)
}

/// Reads any of our YAML files into its types, with the places of mistakes.
pub(crate) fn parse<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, Box<Diagnostic>> {
    if text.trim().is_empty() {
        return Err(Box::new(Diagnostic::file(file, "the file is empty").help("see docs/writing-a-case.md")));
    }
    let options = serde_saphyr::options! { with_snippet: false, strict_booleans: true };
    serde_saphyr::from_str_with_options(text, options)
        .map_err(|error| Box::new(explain(file, text, error.without_snippet())))
}

fn explain(file: &str, text: &str, error: &serde_saphyr::Error) -> Diagnostic {
    use serde_saphyr::Error;
    let (message, help) = match error {
        Error::SerdeUnknownField { field, expected, .. } => (
            format!("there is no field `{field}` here"),
            did_you_mean(field, expected.iter().copied())
                .or_else(|| Some(format!("known fields: {}", expected.join(", ")))),
        ),
        Error::SerdeMissingField { field, .. } => (format!("the field `{field}` is missing"), None),
        Error::DuplicateMappingKey { key, .. } => (
            format!("`{}` stands twice in one mapping", key.as_deref().unwrap_or("a key")),
            Some("remove or rename one of them".to_owned()),
        ),
        Error::NullIntoString { .. } => (
            "there is no value here".to_owned(),
            Some("write `\"\"` where an empty text is meant".to_owned()),
        ),
        other => {
            let full = other.to_string();
            let first = full.lines().next().unwrap_or("this is no YAML that can be read").to_owned();
            (first, None)
        }
    };
    let position =
        error.location().map(|at| Position { line: at.line() as usize, column: at.column() as usize });
    let mut diagnostic = match position {
        Some(position) if position.line > 0 => Diagnostic::at(file, text, position, message),
        _ => Diagnostic::file(file, message),
    };
    diagnostic.help = help;
    diagnostic
}
