//! A driver program: JSON lines in, JSON lines out (`docs/driver-protocol.md`).
//!
//! It is hostile input: its lines are bounded, its time is limited, its log goes to a file and is
//! bounded too. It may be a wrapper (`sh -c`, `npx`): it is killed with all that it has started.

use super::client_driver::DriverError;
use super::trace::DriverTrouble;
use crate::program::{Group, Program};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout};

/// The longest answer line that is read, in bytes.
const LONGEST_LINE: u64 = 1024 * 1024;

/// How much of a driver's standard error is kept for one start of it, in bytes.
const LONGEST_LOG: u64 = 1024 * 1024;

/// A driver in its folder.
#[derive(Debug)]
pub struct Process {
    command: Program,
    folder: PathBuf,
    running: Option<Running>,
}

#[derive(Debug)]
struct Running {
    child: Child,
    /// The driver and all that it starts.
    group: Group,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Process {
    /// A driver that is not yet started; it will live in `folder`, which stays over restarts.
    pub fn new(command: Program, folder: PathBuf) -> Process {
        Process { command, folder, running: None }
    }

    /// Starts it.
    ///
    /// # Errors
    /// [`DriverTrouble::NotStarted`].
    pub async fn start(&mut self) -> Result<(), DriverError> {
        let (command, folder) = (self.command.clone(), self.folder.clone());
        // Folders and processes are made by the system, which may take its time on a busy disk; the
        // devices of other scenarios must answer meanwhile.
        let (program, spawned) = tokio::task::spawn_blocking(move || {
            let spawned = std::fs::create_dir_all(&folder).and_then(|()| spawn(&command, &folder));
            (command.name().to_owned(), spawned)
        })
        .await
        .map_err(|error| DriverError::new(DriverTrouble::NotStarted, error.to_string()))?;
        let mut child = spawned.map_err(|error| {
            DriverError::new(
                DriverTrouble::NotStarted,
                format!("the driver {program} cannot be started: {error}"),
            )
        })?;
        let streams = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(input), Some(output), Some(log)) = streams else {
            return Err(DriverError::new(
                DriverTrouble::NotStarted,
                "the driver has no standard input or output",
            ));
        };
        tokio::spawn(keep_log(log, self.folder.join("driver.log")));
        let group = Group::of(&child);
        self.running = Some(Running { child, group, input: Some(input), output: BufReader::new(output) });
        Ok(())
    }

    /// Sends a line and reads the answer.
    ///
    /// # Errors
    /// [`DriverError`], as [`DriverTrouble`] tells.
    pub async fn ask(&mut self, line: &Value, limit: Duration) -> Result<Value, DriverError> {
        let Some(running) = &mut self.running else {
            return Err(DriverError::new(DriverTrouble::Ended, "the driver is not running"));
        };
        let word = line.get("do").and_then(Value::as_str).unwrap_or_default();
        match tokio::time::timeout(limit, running.exchange(line)).await {
            Ok(answer) => answer,
            Err(_) => {
                let limit = limit.as_secs_f32();
                Err(DriverError::new(DriverTrouble::Hung, format!("no answer to `{word}` within {limit} s")))
            }
        }
    }

    /// Closes its input, waits for its end, and kills it where that does not come in time.
    pub async fn end(&mut self, limit: Duration) {
        let Some(mut running) = self.running.take() else { return };
        running.input = None;
        if tokio::time::timeout(limit, running.child.wait()).await.is_err() {
            self.kill_now(&mut running).await;
        }
    }

    /// Kills it at once, with all that it has started.
    pub async fn kill(&mut self) {
        if let Some(mut running) = self.running.take() {
            self.kill_now(&mut running).await;
        }
    }

    async fn kill_now(&self, running: &mut Running) {
        // It may have ended just now; both ways it is gone afterwards.
        running.group.kill();
        let _ = running.child.kill().await;
    }
}

/// Starts the program in its folder, at the head of a process group of its own.
fn spawn(command: &Program, folder: &Path) -> std::io::Result<Child> {
    command.command().current_dir(folder).stderr(Stdio::piped()).spawn()
}

/// Writes what the driver says on standard error to its log, and drops what is too much.
async fn keep_log(mut from: ChildStderr, path: PathBuf) {
    let file = tokio::fs::OpenOptions::new().create(true).append(true).open(path).await;
    // Without a log the run is as good; what the driver says must be read all the same.
    if let Ok(mut file) = file {
        let _ = tokio::io::copy(&mut (&mut from).take(LONGEST_LOG), &mut file).await;
        let _ = file.flush().await;
    }
    let _ = tokio::io::copy(&mut from, &mut tokio::io::sink()).await;
}

impl Running {
    async fn exchange(&mut self, line: &Value) -> Result<Value, DriverError> {
        let mut text = line.to_string();
        text.push('\n');
        // A driver that ended shows in the answer that does not come.
        if let Some(input) = &mut self.input {
            let sent = input.write_all(text.as_bytes()).await;
            let _ = sent.and(input.flush().await);
        }
        let mut bytes = Vec::new();
        let read = (&mut self.output).take(LONGEST_LINE).read_until(b'\n', &mut bytes).await;
        if read.is_err() || bytes.is_empty() {
            return Err(DriverError::new(
                DriverTrouble::Ended,
                "the driver ended without an answer (see driver.log)",
            ));
        }
        let garbage = |why: &str| {
            let shown: String = String::from_utf8_lossy(&bytes).chars().take(120).collect();
            Err(DriverError::new(DriverTrouble::Garbage, format!("{why}: {shown:?}")))
        };
        if bytes.last() != Some(&b'\n') {
            return garbage("the driver's answer has no end");
        }
        let Ok(answer) = serde_json::from_slice::<Value>(&bytes) else {
            return garbage("the driver's answer is no JSON");
        };
        let known = ["done", "refused", "unknown", "rejected", "unsupported"];
        let outcome = answer.get("outcome").and_then(Value::as_str);
        if !outcome.is_some_and(|outcome| known.contains(&outcome)) {
            return garbage("the driver's answer has no outcome of the protocol");
        }
        // Only one request is open, so an answer that names none is its answer.
        if answer.get("id").is_some() && answer.get("id") != line.get("id") {
            let ids = (answer.get("id"), line.get("id"));
            let shown = |id: Option<&Value>| id.map_or_else(|| "no id".to_owned(), Value::to_string);
            let detail = format!("asked {}, answered {}", shown(ids.1), shown(ids.0));
            return Err(DriverError::new(DriverTrouble::MixedUp, detail));
        }
        Ok(answer)
    }
}
