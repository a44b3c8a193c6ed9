//! The key chain's journal: what must survive a crash of the harness (v22 §4).
//!
//! JSON lines, one file a device, readable by its owner only. Before a request that could change
//! the device leaves, the request and its key are on disk; after the answer, the new key. `record`
//! has the lines and what they come to. An operating-system lock beside the file keeps a second run
//! out; it ends with the process that holds it, however that ends.

mod address;
mod files;
mod record;
mod sold;

pub use record::{Chain, JournalEntry, Record, VERSION};
pub use sold::RunSold;

use super::cash::CashDocuments;
use super::lost_reply::is_repeatable;
use files::{begins_as_journal, lock, private, real, refuse_foreign, sync_folder};
use ikkm_protocol::{Answer, Key, WireRequest};
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use thiserror::Error;

/// A journal longer than this is compacted when it is opened, in bytes.
const LARGE: u64 = 8 * 1024 * 1024;

/// Why the journal cannot be used.
#[derive(Debug, Error)]
pub enum JournalError {
    /// Another run holds it, or the device.
    #[error(
        "another run is using the journal {0}: wait until it ends, for two runs would spoil each other's keys"
    )]
    Taken(PathBuf),
    /// It cannot be opened or read.
    #[error("cannot open the journal {path}: {source}; name another place with --state FILE")]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It cannot be written: nothing is sent that could not be written down first.
    #[error("cannot write the journal {path}: {source}; nothing more is sent, since a key could be lost")]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A line is no line of a journal.
    #[error(
        "line {line} of {path} is no line of a journal: {why}; restore it, or begin anew with --state FILE and the key on the device's screen"
    )]
    Line {
        /// The file.
        path: PathBuf,
        /// Which line, from 1.
        line: usize,
        /// What is wrong with it.
        why: String,
    },
    /// It does not begin as a journal does: it is somebody's, and stays as it is.
    #[error(
        "{0} is no journal of this program (its first line, and only that, says what the file is): it was left as it is; name another place with --state FILE"
    )]
    Foreign(PathBuf),
    /// Another version of this program wrote it.
    #[error(
        "the journal {path} is of version {found}; this program reads version {VERSION}: use the program that wrote it, or another --state FILE"
    )]
    Version {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: u32,
    },
}

/// An open journal. No other process has it open at the same time.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    /// Bytes of whole lines.
    length: u64,
    chain: Chain,
    /// Locked until it is dropped.
    _lock: File,
    /// The device's serial number and its lock, once it has been told.
    claimed: Option<(String, File)>,
}

impl Journal {
    /// Opens a device's journal, or makes one; `at` is the time of day, for people.
    ///
    /// # Errors
    /// [`JournalError`]; what the file held is unharmed then.
    pub fn open(path: &Path, target: &str, at: &str) -> Result<Journal, JournalError> {
        let mut journal = Journal::open_bounded(path, target, LARGE)?;
        journal.append(&Record::Run { at: at.to_owned() })?;
        Ok(journal)
    }

    fn open_bounded(path: &Path, target: &str, large: u64) -> Result<Journal, JournalError> {
        let path = &real(path);
        let failed = |source| JournalError::Open { path: path.to_owned(), source };
        refuse_foreign(path)?;
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
        }
        let lock = lock(path)?;
        let mut file = private().read(true).create(true).open(path).map_err(failed)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(failed)?;
        let (chain, length) = read(path, &bytes)?;
        // Nothing of a file is changed before it is known to be a journal.
        file.set_permissions(fs::Permissions::from_mode(0o600)).map_err(failed)?;
        // What is left of a line that was being written when the machine stopped.
        file.set_len(length).map_err(failed)?;
        let mut journal = Journal { path: path.to_owned(), file, length, chain, _lock: lock, claimed: None };
        if journal.length == 0 {
            journal.append(&Record::Journal { version: VERSION, target: target.to_owned() })?;
            sync_folder(path).map_err(failed)?;
        } else if journal.length > large {
            journal.compact(target)?;
        }
        Ok(journal)
    }

    /// What the lines come to.
    pub fn chain(&self) -> &Chain {
        &self.chain
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Keeps every other run whose journal is in the same folder off the device of that serial number,
    /// by whatever address it is reached.
    ///
    /// # Errors
    /// [`JournalError::Taken`] where another run is at that device.
    pub fn claim(&mut self, serial: Option<&str>) -> Result<(), JournalError> {
        let Some(serial) = serial else { return Ok(()) };
        if self.claimed.as_ref().is_none_or(|(known, _)| known != serial) {
            let name: String = serial.chars().take(64).map(plain).collect();
            let lock = lock(&self.path.with_file_name(format!("serial_{name}")))?;
            self.claimed = Some((serial.to_owned(), lock));
        }
        Ok(())
    }

    /// What the device said of itself; written only where it is news.
    ///
    /// # Errors
    /// [`JournalError::Write`]; so for all that follow.
    pub fn device(&mut self, serial: Option<&str>, firmware: Option<&str>) -> Result<(), JournalError> {
        if self.chain.serial.as_deref() == serial {
            return Ok(());
        }
        self.write(&Record::Device {
            serial: serial.map(str::to_owned),
            firmware: firmware.map(str::to_owned),
        })
    }

    /// A key from outside: the chain goes on from it.
    pub fn key(&mut self, key: &Key) -> Result<(), JournalError> {
        self.append(&Record::Key { key: key.as_str().to_owned() })
    }

    /// From here on this run returns what others sold.
    pub fn compensates(&mut self) -> Result<(), JournalError> {
        self.append(&Record::Compensates)
    }

    /// A request is about to leave. When this fails, it must not.
    pub fn sent(
        &mut self,
        request: &WireRequest,
        cash_documents: Option<CashDocuments>,
    ) -> Result<(), JournalError> {
        let entry = JournalEntry::new(self.chain.seq + 1, request, cash_documents);
        self.append(&Record::Sent(entry))
    }

    /// Requests are about to leave together: all of them are on disk when this returns. Gives their
    /// numbers. When it fails, none of them may leave.
    pub fn sent_together(&mut self, requests: &[&WireRequest]) -> Result<Vec<u64>, JournalError> {
        let mut numbers = Vec::new();
        for request in requests {
            let mut entry = JournalEntry::new(self.chain.seq + 1, request, None);
            entry.beside = numbers.first().copied();
            numbers.push(entry.seq);
            self.append(&Record::Sent(entry))?;
        }
        Ok(numbers)
    }

    /// The number of the request that is open, the first one of several.
    pub fn open_number(&self) -> u64 {
        self.chain.open.as_ref().map_or(self.chain.seq, |open| open.seq)
    }

    /// The request of that number was answered; `key` is the current key since.
    ///
    /// The answer to a registration that left alone is on disk with the next request at the latest:
    /// when the machine stops before, the repeat of v22 §4 tells it again.
    pub fn answered(&mut self, seq: u64, answer: &Answer, key: Option<&Key>) -> Result<(), JournalError> {
        let key = key.map(|key| key.as_str().to_owned());
        let told_again =
            self.chain.open.as_ref().is_some_and(|open| {
                open.seq == seq && open.beside.is_none() && is_repeatable(&open.request())
            }) && self.chain.open_beside.is_empty();
        let record = Record::Answered { seq, status: answer.status, reason: answer.reason_text(), key };
        if told_again { self.write(&record) } else { self.append(&record) }
    }

    /// Waits until everything written so far is on disk: the end of a run.
    pub fn sync(&mut self) -> Result<(), JournalError> {
        self.file.sync_data().map_err(|source| self.cannot_write(source))
    }

    /// It got no answer; what became of it in words, and the current key since.
    pub fn settled(&mut self, seq: u64, how: &str, key: Option<&Key>) -> Result<(), JournalError> {
        let key = key.map(|key| key.as_str().to_owned());
        self.append(&Record::Settled { seq, how: how.to_owned(), key })
    }

    /// Writes a line and waits until it, and every line before it, is on disk.
    fn append(&mut self, record: &Record) -> Result<(), JournalError> {
        self.put(record, File::sync_data)
    }

    /// Writes a line; it is on disk when the next one that waits for that is.
    fn write(&mut self, record: &Record) -> Result<(), JournalError> {
        self.put(record, |_| Ok(()))
    }

    fn put(&mut self, record: &Record, settle: fn(&File) -> io::Result<()>) -> Result<(), JournalError> {
        let line = line(record).map_err(|source| self.cannot_write(source))?;
        let written = self.file.write_all(&line).and_then(|()| settle(&self.file));
        if let Err(source) = written {
            // Half a line would be taken for a torn one; if it cannot be cut off, it still is.
            let _ = self.file.set_len(self.length);
            return Err(self.cannot_write(source));
        }
        self.length += line.len() as u64;
        self.chain.apply(record);
        Ok(())
    }

    /// Replaces a long journal by a short one that says the same; a crash leaves one or the other.
    fn compact(&mut self, target: &str) -> Result<(), JournalError> {
        // A name that nobody else can mean; a leftover of a crash is in nobody's way.
        let mut name = self.path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".new-{}", std::process::id()));
        let fresh = self.path.with_file_name(name);
        let mut bytes = Vec::new();
        for record in self.chain.compacted(target) {
            bytes.extend(line(&record).map_err(|source| self.cannot_write(source))?);
        }
        let replace = || -> io::Result<File> {
            let mut file = private().read(true).create_new(true).open(&fresh)?;
            file.write_all(&bytes)?;
            file.sync_all()?;
            fs::rename(&fresh, &self.path)?;
            sync_folder(&self.path)?;
            Ok(file)
        };
        self.file = replace().map_err(|source| self.cannot_write(source))?;
        self.length = bytes.len() as u64;
        Ok(())
    }

    fn cannot_write(&self, source: io::Error) -> JournalError {
        JournalError::Write { path: self.path.clone(), source }
    }
}

impl Drop for Journal {
    /// A run that ends by an error still leaves all that it knows on disk.
    fn drop(&mut self) {
        // Nobody is left to be told: what is not on disk, the repeat settles.
        let _ = self.file.sync_data();
    }
}

/// Where the journal of a device at that address is kept by default: in the user's state folder.
/// `None` when neither `XDG_STATE_HOME` nor `HOME` (passed in) names one.
pub fn default_path(host: &str, port: u16, xdg: Option<PathBuf>, home: Option<PathBuf>) -> Option<PathBuf> {
    let absolute = |path: &PathBuf| path.is_absolute();
    let state = xdg.filter(absolute).or_else(|| Some(home.filter(absolute)?.join(".local/state")))?;
    let name: String = host.chars().map(plain).collect();
    Some(state.join("ikkm-conformance").join(format!("{name}_{port}.jsonl")))
}

/// A character that may stand in a file's name.
fn plain(c: char) -> char {
    if c.is_ascii_alphanumeric() || matches!(c, '.' | '-') { c } else { '_' }
}

/// What the lines come to, and how many bytes of whole lines there are: a torn last line is left out.
fn read(path: &Path, bytes: &[u8]) -> Result<(Chain, u64), JournalError> {
    if !begins_as_journal(bytes) {
        return Err(JournalError::Foreign(path.to_owned()));
    }
    let mut chain = Chain::default();
    let mut whole = 0;
    let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
    for (at, text) in lines.iter().enumerate() {
        let torn = !text.ends_with(b"\n");
        let wrong = |why: String| JournalError::Line { path: path.to_owned(), line: at + 1, why };
        match serde_json::from_slice::<Record>(text) {
            _ if torn => break,
            Ok(Record::Journal { version, .. }) if version != VERSION => {
                return Err(JournalError::Version { path: path.to_owned(), found: version });
            }
            Ok(record) if (at == 0) == matches!(record, Record::Journal { .. }) => chain.apply(&record),
            _ if at == 0 => return Err(JournalError::Foreign(path.to_owned())),
            Ok(_) => return Err(wrong("the first line, and only that, says what the file is".to_owned())),
            // The machine stopped while it was written: the disk may hold anything there.
            Err(_) if at > 0 && at + 1 == lines.len() => break,
            // serde's message may quote a key.
            Err(error) => return Err(wrong(format!("column {} cannot be read", error.column()))),
        }
        whole += text.len() as u64;
    }
    Ok((chain, whole))
}

fn line(record: &Record) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(record)?;
    line.push(b'\n');
    Ok(line)
}

#[cfg(test)]
mod tests;
