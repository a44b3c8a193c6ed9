//! Recordings: a line that says what it is of, then a line an exchange. A file that has grown to its limit
//! is put aside (`FILE.1`, `FILE.2` …), and of those only the newest are kept.

use super::exchange::Exchange;
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// The number of the form.
pub const SCHEMA: u32 = 1;

/// Files that are kept beside the one that is written.
pub const KEPT: usize = 7;

/// Bytes of the longest line that is read.
const LONGEST_LINE: u64 = 64 * 1024 * 1024;

/// A line of a recording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Line {
    /// The first line of each file.
    Witness(Begin),
    /// An exchange.
    Exchange(Box<Exchange>),
}

/// What a recording is of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Begin {
    /// [`SCHEMA`].
    pub schema: u32,
    /// The register's address.
    pub target: String,
    /// When the witness began, RFC 3339; every time in the file counts from there.
    pub started: String,
    /// The keys in it are the register's own, no placeholders.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub keys: bool,
    /// Names and texts in it were replaced.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub anonymous: bool,
}

/// A recording that cannot be written or read.
#[derive(Debug, Error)]
pub enum RecordingError {
    /// The system says no.
    #[error("cannot {what} the recording {path}: {source}")]
    File {
        /// `write` or `read`.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is none.
    #[error(
        "{path}, line {line}, is no line of a recording: {why}; name a file that `witness --record` wrote"
    )]
    Form {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        why: String,
    },
}

/// A recording that is being written.
#[derive(Debug)]
pub struct Recorder {
    path: PathBuf,
    file: File,
    begin: Begin,
    size: u64,
    limit: u64,
}

impl Recorder {
    /// Begins one; what was there under that name is put aside. Only its owner may read it.
    ///
    /// # Errors
    /// [`RecordingError::File`].
    pub fn begin(path: &Path, begin: Begin, limit: u64) -> Result<Recorder, RecordingError> {
        let error = |source| RecordingError::File { what: "write", path: path.to_owned(), source };
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(error)?;
        }
        // Another day's recording is not mixed with this one.
        for number in 1..=KEPT {
            match std::fs::remove_file(aside(path, number)) {
                Err(source) if source.kind() != io::ErrorKind::NotFound => return Err(error(source)),
                _ => {}
            }
        }
        let file = create(path).map_err(error)?;
        let mut recorder = Recorder { path: path.to_owned(), file, begin, size: 0, limit };
        recorder.head().map_err(error)?;
        Ok(recorder)
    }

    /// Adds an exchange.
    ///
    /// # Errors
    /// [`RecordingError::File`].
    pub fn add(&mut self, exchange: &Exchange) -> Result<(), RecordingError> {
        let add = |recorder: &mut Recorder| -> io::Result<()> {
            if recorder.size >= recorder.limit {
                recorder.turn()?;
            }
            recorder.line(&Line::Exchange(Box::new(exchange.clone())))
        };
        add(self).map_err(|source| RecordingError::File { what: "write", path: self.path.clone(), source })
    }

    fn turn(&mut self) -> io::Result<()> {
        for number in (1..KEPT).rev() {
            let from = aside(&self.path, number);
            if from.exists() {
                std::fs::rename(from, aside(&self.path, number + 1))?;
            }
        }
        std::fs::rename(&self.path, aside(&self.path, 1))?;
        self.file = create(&self.path)?;
        self.size = 0;
        self.head()
    }

    fn head(&mut self) -> io::Result<()> {
        self.line(&Line::Witness(self.begin.clone()))
    }

    fn line(&mut self, line: &Line) -> io::Result<()> {
        let mut text = serde_json::to_vec(line)?;
        text.push(b'\n');
        self.size += text.len() as u64;
        // One call a line, so that a kill leaves whole lines.
        self.file.write_all(&text)
    }
}

fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)
}

fn aside(path: &Path, number: usize) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{number}"));
    PathBuf::from(name)
}

/// Reads a recording with the files that were put aside, the oldest first. A last line that was being
/// written when the program died is passed over.
///
/// # Errors
/// [`RecordingError`].
pub fn read(path: &Path, mut take: impl FnMut(Exchange)) -> Result<Begin, RecordingError> {
    let mut begun = None;
    let older = (1..=KEPT).rev().map(|number| aside(path, number)).filter(|file| file.exists());
    for file in older.chain(std::iter::once(path.to_owned())) {
        let begin = read_file(&file, &mut take)?;
        begun.get_or_insert(begin);
    }
    Ok(begun.unwrap_or_default())
}

fn read_file(path: &Path, take: &mut impl FnMut(Exchange)) -> Result<Begin, RecordingError> {
    let error = |source| RecordingError::File { what: "read", path: path.to_owned(), source };
    let mut lines = BufReader::new(File::open(path).map_err(error)?);
    let mut begin = None;
    for number in 1.. {
        let mut line = Vec::new();
        if lines.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line).map_err(error)? == 0 {
            break;
        }
        let form = |why: String| RecordingError::Form { path: path.to_owned(), line: number, why };
        match (serde_json::from_slice(&line), &begin) {
            (Ok(Line::Witness(head)), None) if head.schema == SCHEMA => begin = Some(head),
            (Ok(Line::Witness(head)), None) => {
                return Err(form(format!("its form is {}, and this program reads {SCHEMA}", head.schema)));
            }
            (Ok(Line::Exchange(exchange)), Some(_)) => take(*exchange),
            (Err(_), Some(_)) if !line.ends_with(b"\n") => break,
            (Err(why), _) => return Err(form(why.to_string())),
            (Ok(_), _) => return Err(form("it does not begin with a line `witness`".to_owned())),
        }
    }
    begin.ok_or_else(|| RecordingError::Form {
        path: path.to_owned(),
        line: 1,
        why: "the file is empty".to_owned(),
    })
}
