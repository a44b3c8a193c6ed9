//! The run file: each case's result as a line of JSON, appended as the case ends, so that a run that is
//! killed leaves its verdicts, and another can go on where it stopped.
//!
//! The first line says what is tested and which cases are to run; a last one says that the run came to
//! its end. A line that was being written when the program died is passed over.

use crate::runner::outcome::{CaseResult, Event, Verdict};
use crate::suite::reserved::{reconciled, reconciliation_of};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;
use time::OffsetDateTime;
use time::macros::format_description;

/// The number of the form that is written, and the only one that is read.
pub const SCHEMA: u32 = 1;

/// How names of run files end.
const EXTENSION: &str = "jsonl";

/// So many run files are kept, of whatever target: each run looks through them.
const MOST_FILES: usize = 200;

/// Bytes of the longest line that is read; a case with a long transcript has some hundred kilobytes.
const LONGEST_LINE: u64 = 64 * 1024 * 1024;

/// A line of a run file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Line {
    /// The first line.
    Begin(Begin),
    /// A case has ended.
    Case(Box<Ended>),
    /// The run has ended, and why, if it was before its last case.
    End(End),
}

/// What a run is of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Begin {
    /// The number of this form.
    pub schema: u32,
    /// The target, as reports name it.
    pub target: String,
    /// The device's serial number.
    pub serial: Option<String>,
    /// When the run began, RFC 3339.
    pub started: String,
    /// Hash of the built-in suites.
    pub suites: String,
    /// Why the run is a part of one, if it is.
    pub part: Option<String>,
    /// The cases that are to run, in their order.
    pub cases: Vec<String>,
}

/// What came of one case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Ended {
    /// The result; a pass keeps no transcript.
    pub result: CaseResult,
    /// It registered something, so that its suite's books are to be reconciled.
    pub registers: bool,
    /// The answers to open questions that it brought.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub answers: BTreeMap<String, String>,
    /// What stopped the run in it, so that it is to be run again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<String>,
}

/// How a run ended.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct End {
    /// What stopped it before its last case.
    pub stopped: Option<String>,
}

/// A run file that is being written.
#[derive(Debug)]
pub struct RunFile {
    file: File,
    path: PathBuf,
    answers: BTreeMap<String, String>,
}

impl RunFile {
    /// Begins one in a folder, which is made where it lacks; only its owner may read either.
    ///
    /// # Errors
    /// What the system says.
    pub fn begin(folder: &Path, begin: &Begin, now: OffsetDateTime) -> io::Result<RunFile> {
        fs::create_dir_all(folder)?;
        let stamp = stamp(now);
        for number in 0..1000 {
            let path = folder.join(format!("{stamp}-{number:03}.{EXTENSION}"));
            match OpenOptions::new().append(true).create_new(true).mode(0o600).open(&path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
                Ok(file) => {
                    let mut run = RunFile { file, path, answers: BTreeMap::new() };
                    run.write(&Line::Begin(begin.clone()))?;
                    return Ok(run);
                }
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Appends what came of a case; `answers` are all so far.
    ///
    /// # Errors
    /// What the system says.
    pub fn ended(
        &mut self,
        result: &CaseResult,
        answers: BTreeMap<String, String>,
        stopped: Option<&str>,
    ) -> io::Result<()> {
        let fresh = |(id, answer): &(&String, &String)| self.answers.get(*id) != Some(*answer);
        let new = answers.iter().filter(fresh).map(|(id, answer)| (id.clone(), answer.clone())).collect();
        let mut kept = result.clone();
        let registers = registers(result);
        if kept.verdict == Verdict::Pass {
            kept.transcript.clear();
        }
        let ended = Ended { result: kept, registers, answers: new, stopped: stopped.map(str::to_owned) };
        self.answers = answers;
        self.write(&Line::Case(Box::new(ended)))
    }

    /// Says that the run has ended.
    ///
    /// # Errors
    /// What the system says.
    pub fn end(mut self, stopped: Option<&str>) -> io::Result<()> {
        self.write(&Line::End(End { stopped: stopped.map(str::to_owned) }))?;
        self.file.sync_all()
    }

    fn write(&mut self, line: &Line) -> io::Result<()> {
        let mut text = serde_json::to_vec(line)?;
        text.push(b'\n');
        // One call a line, so that a kill leaves whole lines.
        self.file.write_all(&text)
    }
}

/// Whether a case sent a registration.
fn registers(case: &CaseResult) -> bool {
    case.transcript.iter().any(|event| match event {
        Event::Exchange(exchange) => {
            let path = exchange.sent.split_once(' ').map_or("", |(_, path)| path);
            path.starts_with("/api/") || path.starts_with("/api?") || path == "/api"
        }
        Event::Bench(_) | Event::Note(_) => false,
    })
}

/// `20261123T193000`: names in the order of time.
pub fn stamp(at: OffsetDateTime) -> String {
    at.format(format_description!("[year][month][day]T[hour][minute][second]")).unwrap_or_default()
}

/// A run as its file tells it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Earlier {
    /// The file.
    pub path: PathBuf,
    /// What it was of.
    pub begin: Begin,
    /// The cases that ended.
    pub cases: Vec<CaseResult>,
    /// The answers to open questions.
    pub answers: BTreeMap<String, String>,
    /// Whether it came to its last case.
    pub whole: bool,
    registering: BTreeSet<String>,
    unfinished: BTreeSet<String>,
}

impl Earlier {
    /// Reads a run file.
    ///
    /// # Errors
    /// What the system says, or `InvalidData` for a file that does not begin as one.
    pub fn read(path: &Path) -> io::Result<Earlier> {
        let mut lines = BufReader::new(File::open(path)?);
        let mut earlier = Earlier { path: path.to_owned(), ..Earlier::default() };
        let mut begun = false;
        loop {
            let mut line = Vec::new();
            if io::Read::take(&mut lines, LONGEST_LINE).read_until(b'\n', &mut line)? == 0 {
                break;
            }
            match serde_json::from_slice(&line) {
                Ok(Line::Begin(begin)) if !begun && begin.schema == SCHEMA => {
                    begun = true;
                    earlier.begin = begin;
                }
                Ok(Line::Case(ended)) if begun => earlier.take(*ended),
                Ok(Line::End(end)) if begun => earlier.whole = end.stopped.is_none(),
                _ if !begun => {
                    return Err(io::Error::new(
                        io::ErrorKind::InvalidData,
                        "it does not begin as a run file",
                    ));
                }
                // Half a line, or one of a later version.
                _ => {}
            }
        }
        if begun { Ok(earlier) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }

    fn take(&mut self, ended: Ended) {
        let name = ended.result.name.clone();
        if ended.registers {
            self.registering.insert(name.clone());
        }
        if ended.stopped.is_some() {
            self.unfinished.insert(name);
        }
        self.answers.extend(ended.answers);
        self.cases.push(ended.result);
    }

    /// The results that stand: those of cases in which the run was not stopped. Where a suite was left
    /// before its books were reconciled, its last case that registers is to run again, so that they
    /// are. `suite_of` says which suite a case is of.
    pub fn standing(&self) -> Vec<CaseResult> {
        let mut standing: Vec<CaseResult> =
            self.cases.iter().filter(|case| !self.unfinished.contains(&case.name)).cloned().collect();
        let names: BTreeSet<String> = standing.iter().map(|case| case.name.clone()).collect();
        let suites: BTreeSet<String> = standing.iter().map(|case| case.suite.clone()).collect();
        for suite in suites {
            if names.contains(&reconciliation_of(&suite)) {
                continue;
            }
            let last = standing
                .iter()
                .rposition(|case| case.suite == suite && self.registering.contains(&case.name));
            if let Some(last) = last {
                standing.remove(last);
            }
        }
        standing
    }

    /// The cases that failed and that nobody waived.
    pub fn failed(&self) -> Vec<&str> {
        let against = |case: &&CaseResult| case.verdict == Verdict::Fail && case.waived.is_none();
        self.cases.iter().filter(against).map(|case| case.name.as_str()).collect()
    }
}

/// The run files of a target in a folder, the newest first. Those that cannot be read are none.
pub fn of_target(folder: &Path, target: &str) -> Vec<PathBuf> {
    let mut paths = all(folder);
    paths.retain(|path| first_line(path).is_some_and(|begin| begin.target == target));
    paths
}

/// What is named as a run file, the newest first.
fn all(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut paths: Vec<PathBuf> =
        paths.filter(|path| path.extension().is_some_and(|extension| extension == EXTENSION)).collect();
    paths.sort();
    paths.reverse();
    paths
}

fn first_line(path: &Path) -> Option<Begin> {
    let mut line = Vec::new();
    let file = BufReader::new(File::open(path).ok()?);
    io::Read::take(file, LONGEST_LINE).read_until(b'\n', &mut line).ok()?;
    match serde_json::from_slice(&line).ok()? {
        Line::Begin(begin) if begin.schema == SCHEMA => Some(begin),
        _ => None,
    }
}

/// Removes all but the newest run files of a target, and the oldest ones of all targets together; what
/// cannot be removed stays.
pub fn keep_newest(folder: &Path, target: &str, keep: usize) {
    // First those of all: an emulator has another port, and so another name, each time it is started.
    let of_all = all(folder).into_iter().skip(MOST_FILES.max(keep)).filter(|path| first_line(path).is_some());
    of_all.for_each(|old| drop(fs::remove_file(old)));
    let of_target = of_target(folder, target).into_iter().skip(keep.max(1));
    of_target.for_each(|old| drop(fs::remove_file(old)));
}

/// Results of a run that was broken off and of the one that went on, in the order of the cases; a
/// suite's reconciliation stands behind its last case.
pub fn joined(order: &[String], old: Vec<CaseResult>, new: Vec<CaseResult>) -> Vec<CaseResult> {
    let at: BTreeMap<&str, usize> =
        order.iter().enumerate().map(|(at, name)| (name.as_str(), 2 * at)).collect();
    let mut all: Vec<CaseResult> = old;
    let fresh: BTreeSet<&str> = new.iter().map(|case| case.name.as_str()).collect();
    all.retain(|case| !fresh.contains(case.name.as_str()));
    all.extend(new);
    let mut last: BTreeMap<String, usize> = BTreeMap::new();
    for case in &all {
        if let Some(at) = at.get(case.name.as_str()) {
            let known = last.entry(case.suite.clone()).or_default();
            *known = (*known).max(*at);
        }
    }
    let place = |case: &CaseResult| match (at.get(case.name.as_str()), reconciled(&case.name)) {
        (Some(at), _) => *at,
        (None, Some(suite)) => last.get(suite).map_or(usize::MAX, |at| at + 1),
        (None, None) => usize::MAX,
    };
    all.sort_by_key(place);
    all
}

/// How long all of them took.
pub fn lasted(cases: &[CaseResult]) -> Duration {
    cases.iter().fold(Duration::ZERO, |sum, case| sum.saturating_add(case.duration))
}

#[cfg(test)]
mod tests;
