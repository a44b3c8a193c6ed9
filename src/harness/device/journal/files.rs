//! The journal's files: private, locked, and on disk when they are said to be.

use super::JournalError;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

pub(super) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.append(true).mode(0o600);
    options
}

/// Locks the file beside the journal. The journal itself is replaced when it is compacted, so a lock
/// on it would not hold.
pub(super) fn lock(path: &Path) -> Result<File, JournalError> {
    let failed = |source| JournalError::Open { path: path.to_owned(), source };
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".lock");
    let file = private().create(true).open(path.with_file_name(name)).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(JournalError::Taken(path.to_owned())),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

/// A new name in a folder is on disk only when the folder is.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

/// How every journal begins, whatever its version.
const BEGINS: &[u8] = b"{\"journal\":{\"version\":";

/// The file behind a link: a journal has one lock, whatever name it is opened by.
pub(super) fn real(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// Whether a file's first bytes are those of a journal, or there are none yet. A first line that was
/// torn while it was written begins so too.
pub(super) fn begins_as_journal(bytes: &[u8]) -> bool {
    bytes.is_empty() || bytes.starts_with(BEGINS)
}

/// Looks at a file's first bytes before anything is opened for writing or put beside it.
pub(super) fn refuse_foreign(path: &Path) -> Result<(), JournalError> {
    let failed = |source| JournalError::Open { path: path.to_owned(), source };
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed(error)),
        Ok(about) if !about.is_file() => return Err(failed(io::Error::other("it is no regular file"))),
        Ok(_) => {}
    }
    let mut first = Vec::new();
    let opened = File::open(path).map_err(failed)?;
    opened.take(BEGINS.len() as u64).read_to_end(&mut first).map_err(failed)?;
    if begins_as_journal(&first) { Ok(()) } else { Err(JournalError::Foreign(path.to_owned())) }
}
