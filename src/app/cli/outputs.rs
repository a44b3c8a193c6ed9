//! Where a command's reports go. The places are tried before anything is sent, since hours of a device's
//! time are not to be lost to a typing error; afterwards each is attempted, whatever became of the others.

use super::CliError;
use super::terminal;
use ikkm_harness::report::Written;
use ikkm_harness::report::place::{is_stdout, resolved, try_place};
use std::path::{Path, PathBuf};

/// Files that a command writes, and files that it reads, each with the flag that names it.
#[derive(Debug, Default)]
pub struct Outputs {
    written: Vec<(&'static str, PathBuf)>,
    read: Vec<(&'static str, PathBuf)>,
}

impl Outputs {
    /// Nothing yet.
    pub fn new() -> Outputs {
        Outputs::default()
    }

    /// One more file that is written.
    pub fn writes(mut self, flag: &'static str, path: Option<&Path>) -> Outputs {
        self.written.extend(path.map(|path| (flag, path.to_owned())));
        self
    }

    /// One more file that is read, so that it must not be written.
    pub fn reads(mut self, flag: &'static str, path: Option<&Path>) -> Outputs {
        self.read.extend(path.map(|path| (flag, path.to_owned())));
        self
    }

    /// Tries every place.
    ///
    /// # Errors
    /// Wrong usage (exit 2): one place named twice, standard output for two reports, a place that cannot
    /// be written.
    pub fn tried(&self) -> Result<(), CliError> {
        let on_stdout: Vec<&str> =
            self.written.iter().filter(|(_, path)| is_stdout(path)).map(|(flag, _)| *flag).collect();
        if let [first, second, ..] = on_stdout.as_slice() {
            return Err(CliError::Usage(format!(
                "{first} and {second} both name standard output (`-`): only one report can go there"
            )));
        }
        let files = || self.written.iter().filter(|(_, path)| !is_stdout(path));
        for (at, (flag, path)) in files().enumerate() {
            let same = |other: &&(&str, PathBuf)| is_one_place(&other.1, path);
            if let Some((other, _)) = files().take(at).chain(&self.read).find(same) {
                let path = path.display();
                return Err(CliError::Usage(format!(
                    "{other} and {flag} name one file, {path}: give each one of its own"
                )));
            }
        }
        for (flag, path) in files() {
            try_place(path).map_err(|error| CliError::Usage(format!("{flag}: {error}")))?;
        }
        Ok(())
    }

    /// Whether a report goes to standard output, so that nothing else may.
    pub fn on_stdout(&self) -> bool {
        self.written.iter().any(|(_, path)| is_stdout(path))
    }
}

/// `/dev/null` takes as many reports as there are.
fn is_one_place(one: &Path, other: &Path) -> bool {
    let place = resolved(one);
    place == resolved(other)
        && !std::fs::metadata(&place).is_ok_and(|there| !there.is_file() && !there.is_dir())
}

/// Tells which reports could not be written; the verdict and its exit code stay what they are.
pub fn tell_failures(written: &Written) {
    for error in &written.failed {
        terminal::tell(&format!("error: {error}"));
    }
}
