//! What came of a run, for people and for machines: the console ([`console`]), JUnit XML
//! ([`junit`]), results as JSON ([`json`]), a page to read ([`html`]), a summary and annotations for CI
//! ([`markdown`], [`github`], [`gitlab`]), and two runs compared ([`diff`]).
//!
//! A report only tells what [`crate::runner::outcome`] holds. Transcripts arrive with their keys
//! already replaced, and nothing here could bring a key back. Everything that a device or a suite
//! wrote goes through [`crate::text`] before it reaches a terminal, a page or XML.

mod announce;
pub mod archive;
pub mod console;
pub mod diff;
pub mod findings;
pub mod github;
pub mod gitlab;
pub mod html;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod place;
pub mod progress;
pub mod run_file;
mod summary;
mod text;

use crate::runner::outcome::RunResult;
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
    /// For whom the JUnit XML is.
    pub dialect: junit::Dialect,
}

/// What became of the reports of a run.
#[derive(Debug, Default)]
pub struct Written {
    /// The files that there now are.
    pub paths: Vec<PathBuf>,
    /// Why others are not there.
    pub failed: Vec<ReportError>,
}

impl Written {
    /// Writes one more, a file as a whole; a failure is kept, not lost.
    pub fn add(&mut self, path: &Path, text: Result<String, ReportError>) {
        match text.and_then(|text| place::write_whole(path, &text)) {
            Ok(()) if place::is_stdout(path) => {}
            Ok(()) => self.paths.push(path.to_owned()),
            Err(error) => self.failed.push(error),
        }
    }
}

/// Writes the reports of a run, each whatever became of the others, and says which files there now are.
///
/// Folders are made where they lack. Each file is written beside its place and then renamed, so
/// that nobody ever reads half a report.
pub fn write_all(run: &RunResult, paths: &ReportPaths) -> Written {
    type Make<'m> = &'m dyn Fn(&RunResult) -> Result<String, ReportError>;
    let junit = |run: &RunResult| junit::render(run, paths.dialect);
    let wanted: [(&Option<PathBuf>, Make<'_>); 3] =
        [(&paths.junit, &junit), (&paths.json, &json::render), (&paths.html, &html::render)];
    let mut written = Written::default();
    for (path, make) in wanted {
        if let Some(path) = path {
            written.add(path, make(run));
        }
    }
    written
}

#[cfg(test)]
pub(crate) mod sample;

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("ikkm-report-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        folder
    }

    #[test]
    fn writes_what_was_asked_for_and_makes_folders() {
        let root = folder("all");
        let at = |name: &str| Some(root.join("deep/er").join(name));
        let paths = ReportPaths {
            junit: at("junit.xml"),
            json: at("results.json"),
            html: at("index.html"),
            ..ReportPaths::default()
        };
        let written = write_all(&sample::run(), &paths);
        assert_eq!((written.paths.len(), written.failed.len()), (3, 0));
        let left = fs::read_dir(root.join("deep/er")).unwrap().count();
        assert_eq!(left, 3, "no temporary file stays");
        assert_eq!(write_all(&sample::run(), &ReportPaths::default()).paths, Vec::<PathBuf>::new());
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn one_that_cannot_be_written_keeps_none_of_the_others() {
        let root = folder("some");
        fs::create_dir_all(root.join("results.json")).unwrap();
        let at = |name: &str| Some(root.join(name));
        let paths = ReportPaths {
            junit: at("junit.xml"),
            json: at("results.json"),
            html: at("index.html"),
            ..ReportPaths::default()
        };
        let written = write_all(&sample::run(), &paths);
        assert_eq!(written.paths, [root.join("junit.xml"), root.join("index.html")]);
        assert_eq!(written.failed.len(), 1);
        assert!(written.failed[0].to_string().contains("results.json"), "{}", written.failed[0]);
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn no_report_holds_eight_digits_that_the_run_did_not() {
        let run = sample::run();
        let junit = junit::render(&run, junit::Dialect::Places);
        for text in [junit, json::render(&run), html::render(&run)].map(Result::unwrap) {
            let digits = text
                .split(|c: char| !c.is_ascii_digit())
                .filter(|word| word.len() == 8 && *word != "20000000")
                .collect::<Vec<_>>();
            assert!(digits.is_empty(), "{digits:?}");
        }
    }
}
