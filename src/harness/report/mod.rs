//! What came of a run, for people and for machines: the console ([`console`]), JUnit XML
//! ([`junit`]), results as JSON ([`json`]), a page to read ([`html`]), and two runs compared
//! ([`diff`]).
//!
//! A report only tells what [`crate::runner::outcome`] holds. Transcripts arrive with their keys
//! already replaced, and nothing here could bring a key back. Everything that a device or a suite
//! wrote goes through `text` before it reaches a terminal, a page or XML.

pub mod console;
pub mod diff;
pub mod html;
pub mod json;
pub mod junit;
mod summary;
mod text;

use crate::runner::outcome::RunResult;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// The version of the vendor's document that the register is of.
pub const REGISTER: &str = "v22";

/// Why a report could not be written or read.
#[derive(Debug, Error)]
pub enum ReportError {
    /// The folder or the file could not be written.
    #[error("cannot write the report {path}: {source}; name a place where you may write")]
    Write {
        /// Where it was to go.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The results file could not be opened or read.
    #[error("cannot read the results file {path}: {source}; name a results.json that `run` wrote")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is no results file.
    #[error("{path} is no results file: {why}; name a results.json that `run` wrote")]
    Form {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, and where.
        why: String,
    },
    /// The results could not be put into a format.
    #[error("cannot make the {format} report: {why}")]
    Make {
        /// `JUnit`, `JSON` or `HTML`.
        format: &'static str,
        /// What the writer of that format said.
        why: String,
    },
}

/// Where the reports of a run go; `None` leaves one out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReportPaths {
    /// JUnit XML for a CI server.
    pub junit: Option<PathBuf>,
    /// `results.json`, which `diff` reads.
    pub json: Option<PathBuf>,
    /// One page for people.
    pub html: Option<PathBuf>,
}

/// Writes the reports of a run and says which files there now are.
///
/// Folders are made where they lack. Each file is written beside its place and then renamed, so
/// that nobody ever reads half a report.
///
/// # Errors
/// [`ReportError::Make`] or [`ReportError::Write`]; reports written before the failure stay.
pub fn write_all(run: &RunResult, paths: &ReportPaths) -> Result<Vec<PathBuf>, ReportError> {
    type Make = fn(&RunResult) -> Result<String, ReportError>;
    let wanted: [(&Option<PathBuf>, Make); 3] =
        [(&paths.junit, junit::render), (&paths.json, json::render), (&paths.html, html::render)];
    let mut written = Vec::new();
    for (path, make) in wanted {
        if let Some(path) = path {
            write_whole(path, &make(run)?)?;
            written.push(path.clone());
        }
    }
    Ok(written)
}

/// Writes a file through a temporary one beside it. What is there and no plain file, such as
/// `/dev/null` or a pipe, is written into: a rename would put a file in its place.
fn write_whole(path: &Path, text: &str) -> Result<(), ReportError> {
    let failed = |source| ReportError::Write { path: path.to_owned(), source };
    if fs::metadata(path).is_ok_and(|there| !there.is_file()) {
        return fs::OpenOptions::new()
            .write(true)
            .open(path)
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .map_err(failed);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    let part = path.with_file_name(name);
    let wrote = fs::File::create(&part)
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&part, path));
    wrote.map_err(|source| {
        // What failed is told; a leftover that cannot be removed either adds nothing to it.
        let _ = fs::remove_file(&part);
        failed(source)
    })
}

#[cfg(test)]
pub(crate) mod sample;

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("ikkm-report-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        folder
    }

    #[test]
    fn writes_what_was_asked_for_and_makes_folders() {
        let root = folder("all");
        let at = |name: &str| Some(root.join("deep/er").join(name));
        let paths = ReportPaths { junit: at("junit.xml"), json: at("results.json"), html: at("index.html") };
        let written = write_all(&sample::run(), &paths).unwrap();
        assert_eq!(written.len(), 3);
        let left = fs::read_dir(root.join("deep/er")).unwrap().count();
        assert_eq!(left, 3, "no temporary file stays");
        assert_eq!(write_all(&sample::run(), &ReportPaths::default()).unwrap(), Vec::<PathBuf>::new());
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn a_place_that_cannot_be_written_is_named() {
        let root = folder("taken");
        fs::create_dir_all(&root).unwrap();
        let file = root.join("file");
        fs::write(&file, "x").unwrap();
        for path in [file.join("junit.xml"), root.clone(), PathBuf::new()] {
            let error = write_whole(&path, "text").unwrap_err();
            assert!(error.to_string().contains(&path.display().to_string()), "{error}");
        }
        assert_eq!(fs::read_dir(&root).unwrap().count(), 1);
        fs::remove_dir_all(root).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_file_is_written_into_and_stays() {
        let root = folder("pipe");
        fs::create_dir_all(&root).unwrap();
        let pipe = root.join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let reads = pipe.clone();
        let reader = std::thread::spawn(move || fs::read_to_string(reads).unwrap());
        write_whole(&pipe, "text").unwrap();
        assert_eq!(reader.join().unwrap(), "text");
        assert!(!fs::metadata(&pipe).unwrap().is_file());
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn no_report_holds_eight_digits_that_the_run_did_not() {
        let run = sample::run();
        for text in [junit::render(&run), json::render(&run), html::render(&run)].map(Result::unwrap) {
            let digits = text
                .split(|c: char| !c.is_ascii_digit())
                .filter(|word| word.len() == 8 && *word != "20000000")
                .collect::<Vec<_>>();
            assert!(digits.is_empty(), "{digits:?}");
        }
    }
}
