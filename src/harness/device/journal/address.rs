//! A device's journal when its address moves: once the serial number is known, the journal is kept under
//! it, and each address at which the device was found leads there.

use super::files::{lock, real, sync_folder};
use super::{Journal, JournalError, plain};
use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

impl Journal {
    /// From here on this is the journal of the device of that serial number, which was opened by its
    /// `address`; `target` and `at` as in [`Journal::open`]. `true` where the journal that the device left at
    /// another address is gone on with: it may hold an open operation, and another key.
    ///
    /// # Errors
    /// [`JournalError::Taken`] where another run is at that device, [`JournalError::Open`].
    pub fn follow(
        &mut self,
        address: &Path,
        serial: &str,
        target: &str,
        at: &str,
    ) -> Result<bool, JournalError> {
        self.claim(Some(serial))?;
        let home = place(address, serial);
        if self.path() == real(&home) || self.chain().open.is_some() && !self.is_anothers(serial) {
            return Ok(false);
        }
        if self.is_anothers(serial) {
            self.leave_to_its_device()?;
        }
        let known = home.exists();
        if known || self.is_anothers(serial) {
            let mut other = Journal::open(&home, target, at)?;
            other.claimed = self.claimed.take();
            let ours = std::mem::replace(self, other);
            // Nothing but a beginning: whatever stood there is in the journal that is gone on with.
            if !ours.is_anothers(serial) {
                fs::remove_file(ours.path()).map_err(|source| failed(ours.path(), source))?;
            }
        } else {
            let lock = lock(&home)?;
            fs::rename(&self.path, &home).map_err(|source| failed(&home, source))?;
            (self.path, self._lock) = (home.clone(), lock);
        }
        link(address, &home).map_err(|source| failed(address, source))?;
        Ok(known)
    }

    /// It was written for a device of another serial number.
    fn is_anothers(&self, serial: &str) -> bool {
        self.chain().serial.as_deref().is_some_and(|known| known != serial)
    }

    /// Another device answers at this address than the one whose journal this is: it is kept under that
    /// one's own number, unless it is there already.
    fn leave_to_its_device(&mut self) -> Result<(), JournalError> {
        let Some(own) = self.chain().serial.clone() else { return Ok(()) };
        let home = place(&self.path, &own);
        if !home.exists() {
            let lock = lock(&home)?;
            fs::rename(&self.path, &home).map_err(|source| failed(&home, source))?;
            (self.path, self._lock) = (home, lock);
        }
        Ok(())
    }
}

/// Where the journal of a device of that serial number is, beside those named by addresses.
fn place(beside: &Path, serial: &str) -> PathBuf {
    let name: String = serial.chars().take(64).map(plain).collect();
    beside.with_file_name(format!("serial_{name}.jsonl"))
}

/// Makes `address` lead to `home`, in one step. A file that is no link is another device's old journal, which
/// could not be moved: it stays.
fn link(address: &Path, home: &Path) -> io::Result<()> {
    let (Some(name), Some(target)) = (address.file_name(), home.file_name()) else { return Ok(()) };
    if address.symlink_metadata().is_ok_and(|about| !about.is_symlink()) {
        return Ok(());
    }
    let mut fresh = name.to_owned();
    fresh.push(format!(".new-{}", std::process::id()));
    let fresh = address.with_file_name(fresh);
    symlink(target, &fresh)?;
    fs::rename(&fresh, address)?;
    sync_folder(home)
}

fn failed(path: &Path, source: io::Error) -> JournalError {
    JournalError::Open { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ikkm_protocol::{Key, Method, WireRequest};

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("ikkm-address-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        folder
    }

    fn at(address: &Path, serial: &str) -> (Journal, bool) {
        let mut journal = Journal::open(address, "http://x", "now").unwrap();
        let gone_on = journal.follow(address, serial, "http://x", "now").unwrap();
        journal.device(Some(serial), None).unwrap();
        (journal, gone_on)
    }

    fn key(text: &str) -> Key {
        Key::parse(text).unwrap()
    }

    #[test]
    fn the_journal_follows_its_device_to_another_address() {
        let folder = folder("moves");
        let (a, b) = (folder.join("10.0.0.1_8080.jsonl"), folder.join("10.0.0.2_8080.jsonl"));
        let (mut journal, gone_on) = at(&a, "0117");
        assert!(!gone_on);
        journal.key(&key("00000001")).unwrap();
        journal.sent(&WireRequest::bare(Method::Get, "/api/?key=00000001&sale=1"), None).unwrap();
        drop(journal);
        // The address leads to the device's journal, and so does every other at which it is found.
        let journal = Journal::open(&a, "http://x", "now").unwrap();
        assert_eq!(journal.path().file_name().unwrap(), "serial_0117.jsonl");
        assert!(matches!(
            Journal::open(&folder.join("serial_0117.jsonl"), "x", "now"),
            Err(JournalError::Taken(_))
        ));
        drop(journal);
        let (journal, gone_on) = at(&b, "0117");
        assert!(gone_on);
        assert_eq!(journal.chain().current, Some(key("00000001")));
        assert!(journal.chain().open.is_some());
        drop(journal);
        assert!(Journal::open(&b, "http://x", "now").unwrap().chain().open.is_some());
    }

    #[test]
    fn two_devices_that_change_their_addresses_keep_their_journals() {
        let folder = folder("swap");
        let (a, b) = (folder.join("a_8080.jsonl"), folder.join("b_8080.jsonl"));
        at(&a, "1").0.key(&key("00000001")).unwrap();
        at(&b, "2").0.key(&key("00000002")).unwrap();
        let (one, gone_on) = at(&b, "1");
        assert!(gone_on);
        assert_eq!(one.chain().current, Some(key("00000001")));
        drop(one);
        assert_eq!(at(&a, "2").0.chain().current, Some(key("00000002")));
        assert_eq!(at(&b, "1").0.chain().current, Some(key("00000001")));
        // A third one at an address that was another's.
        let (three, gone_on) = at(&a, "3");
        assert!(!gone_on);
        assert_eq!(three.chain().current, None);
    }

    #[test]
    fn a_journal_of_an_earlier_version_is_taken_along() {
        let folder = folder("earlier");
        let a = folder.join("a_8080.jsonl");
        let mut journal = Journal::open(&a, "http://x", "now").unwrap();
        journal.device(Some("1"), None).unwrap();
        journal.key(&key("00000001")).unwrap();
        drop(journal);
        // Another device answers there now: the journal is kept for its own.
        assert_eq!(at(&a, "2").0.chain().current, None);
        assert_eq!(at(&folder.join("b_8080.jsonl"), "1").0.chain().current, Some(key("00000001")));
    }

    #[test]
    fn one_device_at_two_addresses_has_one_run() {
        let folder = folder("twice");
        let first = at(&folder.join("a_8080.jsonl"), "0117");
        let b = folder.join("b_8080.jsonl");
        let mut second = Journal::open(&b, "http://x", "now").unwrap();
        assert!(matches!(second.follow(&b, "0117", "x", "now"), Err(JournalError::Taken(_))));
        drop(first);
    }
}
