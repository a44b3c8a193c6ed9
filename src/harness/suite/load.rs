//! Suite files to suites: size limits, UTF-8, YAML, and every mistake with its place.

use super::compile;
use super::diagnostic::{Diagnostic, did_you_mean};
use super::model::Suite;
use super::source::SuiteSource;
use super::text::Position;
use serde::de::DeserializeOwned;
use std::collections::HashSet;
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
    load_files(&read_paths(paths)?)
}

/// Loads files that were read.
///
/// # Errors
/// All mistakes of all files.
pub fn load_files(files: &[FileText]) -> Result<Vec<Suite>, SuiteError> {
    let mut suites = Vec::new();
    let mut mistakes = Vec::new();
    for file in files {
        match load_text(&file.name, &file.text) {
            Ok(suite) => suites.push(suite),
            Err(more) => mistakes.extend(more),
        }
    }
    compile::names_once(&suites, &mut mistakes);
    if mistakes.is_empty() { Ok(suites) } else { Err(SuiteError::Faulty(mistakes)) }
}

/// A file as it was read: once, since a pipe such as `<(…)` gives its text only once.
#[derive(Debug, Clone)]
pub struct FileText {
    /// Its path as it was given.
    pub name: String,
    /// What it holds.
    pub text: String,
}

/// Reads files, and the suite files in folders: each once, whatever links lead to it, hidden ones only
/// where they are named.
///
/// # Errors
/// [`SuiteError`]; files that are too large or no text, all of them.
pub fn read_paths(paths: &[PathBuf]) -> Result<Vec<FileText>, SuiteError> {
    let mut found = Found::default();
    for path in paths {
        found.collect(path, true)?;
    }
    let (mut texts, mut mistakes) = (Vec::new(), Vec::new());
    for path in &found.files {
        match read_text(path, LARGEST) {
            Ok(text) => texts.push(FileText { name: path.display().to_string(), text }),
            Err(SuiteError::Faulty(more)) => mistakes.extend(more),
            Err(other) => return Err(other),
        }
    }
    if mistakes.is_empty() { Ok(texts) } else { Err(SuiteError::Faulty(mistakes)) }
}

/// Suite files on the way to be found.
#[derive(Default)]
struct Found {
    files: Vec<PathBuf>,
    /// Where was looked already, with every link followed.
    seen: HashSet<PathBuf>,
}

impl Found {
    /// The suite files at or under a path, sorted, so that a run's order does not depend on the disk.
    fn collect(&mut self, path: &Path, named: bool) -> Result<(), SuiteError> {
        let unreadable = |source| SuiteError::Unreadable { path: path.to_owned(), source };
        let there = std::fs::metadata(path).map_err(unreadable)?;
        let whole = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        // Pipes have no name of their own, and are never one file.
        if (there.is_dir() || there.is_file()) && !self.seen.insert(whole) {
            return Ok(());
        }
        if !there.is_dir() {
            self.files.push(path.to_owned());
            return Ok(());
        }
        let mut entries = Vec::new();
        for entry in std::fs::read_dir(path).map_err(unreadable)? {
            entries.push(entry.map_err(unreadable)?.path());
        }
        entries.sort();
        let before = self.files.len();
        let mut again = false;
        for entry in entries {
            let name = entry.file_name().unwrap_or_default().to_string_lossy().into_owned();
            // A link that leads nowhere is no suite.
            let Ok(there) = std::fs::metadata(&entry) else { continue };
            if name.starts_with('.') {
                continue;
            }
            if there.is_dir() || (there.is_file() && is_suite_name(&entry)) {
                again = true;
                self.collect(&entry, false)?;
            }
        }
        if named && self.files.len() == before && !again {
            return Err(SuiteError::NoSuites(path.to_owned()));
        }
        Ok(())
    }
}

/// Whether a file in a folder is a suite: `.yaml` or `.yml` in letters of any size.
fn is_suite_name(path: &Path) -> bool {
    let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    matches!(ending.as_str(), "yaml" | "yml")
}

/// Reads a text file of at most `largest` bytes; a byte order mark is taken off.
pub(crate) fn read_text(path: &Path, largest: u64) -> Result<String, SuiteError> {
    let unreadable = |source| SuiteError::Unreadable { path: path.to_owned(), source };
    let name = path.display().to_string();
    let faulty = |message: String| SuiteError::Faulty(vec![Diagnostic::file(&name, message)]);
    let mut bytes = Vec::new();
    File::open(path).map_err(unreadable)?.take(largest + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > largest {
        return Err(faulty(format!("the file is larger than {largest} bytes; split it into several suites")));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = valid.iter().filter(|byte| **byte == b'\n').count() + 1;
        faulty(format!("line {line} is not UTF-8; save the file in the encoding UTF-8"))
    })?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
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
        Error::MultipleDocuments { .. } => (
            "a second document begins here: a suite file holds one".to_owned(),
            Some("take out the line `---`, or make two files of it".to_owned()),
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
