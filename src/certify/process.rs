//! A driver program: JSON lines in, JSON lines out (`docs/driver-protocol.md`).
//!
//! It is hostile input: its lines are bounded, its time is limited, its log goes to a file.

use super::till::Broken;
use super::trace::Trouble;
use serde_json::Value;
use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

/// The longest answer line that is read, in bytes.
const LONGEST_LINE: u64 = 1024 * 1024;

/// The program and its arguments, with file names that hold in any folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DriverCommand {
    words: Vec<String>,
}

impl DriverCommand {
    /// Reads `PROGRAM ARGS` as a shell would split it. Words that name a file from here are made
    /// absolute, for each scenario runs in a folder of its own.
    ///
    /// # Errors
    /// Words for people, where there is no program or a quote stays open.
    pub fn parse(text: &str) -> Result<DriverCommand, String> {
        let words = shell_words::split(text).map_err(|error| format!("--driver {text:?}: {error}"))?;
        if words.is_empty() {
            return Err("--driver names no program: write \"PROGRAM ARGS\"".to_owned());
        }
        let here = |word: String| {
            let path = Path::new(&word);
            let is_file = word.contains('/') && path.is_file();
            let absolute = is_file.then(|| std::path::absolute(path).ok()).flatten();
            absolute.map_or(word, |path| path.to_string_lossy().into_owned())
        };
        Ok(DriverCommand { words: words.into_iter().map(here).collect() })
    }
}

/// A driver in its folder.
#[derive(Debug)]
pub struct Process {
    command: DriverCommand,
    folder: PathBuf,
    running: Option<Running>,
}

#[derive(Debug)]
struct Running {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Process {
    /// A driver that is not yet started; it will live in `folder`, which stays over restarts.
    pub fn new(command: DriverCommand, folder: PathBuf) -> Process {
        Process { command, folder, running: None }
    }

    /// Starts it.
    ///
    /// # Errors
    /// [`Trouble::NotStarted`].
    pub fn start(&mut self) -> Result<(), Broken> {
        let Some((program, arguments)) = self.command.words.split_first() else {
            return Err(Broken::new(Trouble::NotStarted, "there is no driver program"));
        };
        let failed = |error: std::io::Error| {
            Broken::new(Trouble::NotStarted, format!("the driver {program} cannot be started: {error}"))
        };
        std::fs::create_dir_all(&self.folder).map_err(failed)?;
        let log = self.folder.join("driver.log");
        let log = OpenOptions::new().create(true).append(true).open(log).map_err(failed)?;
        let mut child = Command::new(program)
            .args(arguments)
            .current_dir(&self.folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::from(log))
            .kill_on_drop(true)
            .spawn()
            .map_err(failed)?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Broken::new(Trouble::NotStarted, "the driver has no standard input or output"));
        };
        self.running = Some(Running { child, input, output: BufReader::new(output) });
        Ok(())
    }

    /// Sends a line and reads the answer.
    ///
    /// # Errors
    /// [`Broken`], as [`Trouble`] tells.
    pub async fn ask(&mut self, line: &Value, limit: Duration) -> Result<Value, Broken> {
        let Some(running) = &mut self.running else {
            return Err(Broken::new(Trouble::Ended, "the driver is not running"));
        };
        let word = line.get("do").and_then(Value::as_str).unwrap_or_default();
        match tokio::time::timeout(limit, running.exchange(line)).await {
            Ok(answer) => answer,
            Err(_) => {
                let limit = limit.as_secs_f32();
                Err(Broken::new(Trouble::Hung, format!("no answer to `{word}` within {limit} s")))
            }
        }
    }

    /// Closes its input, waits for its end, and kills it where that does not come in time.
    pub async fn end(&mut self, limit: Duration) {
        let Some(running) = self.running.take() else { return };
        let Running { mut child, input, output } = running;
        drop(input);
        if tokio::time::timeout(limit, child.wait()).await.is_err() {
            // It may have ended just now; both ways it is gone afterwards.
            let _ = child.kill().await;
        }
        drop(output);
    }
}

impl Running {
    async fn exchange(&mut self, line: &Value) -> Result<Value, Broken> {
        let mut text = line.to_string();
        text.push('\n');
        // A driver that ended shows in the answer that does not come.
        let sent = self.input.write_all(text.as_bytes()).await;
        let _ = sent.and(self.input.flush().await);
        let mut bytes = Vec::new();
        let read = (&mut self.output).take(LONGEST_LINE).read_until(b'\n', &mut bytes).await;
        if read.is_err() || bytes.is_empty() {
            return Err(Broken::new(Trouble::Ended, "the driver ended without an answer (see driver.log)"));
        }
        let garbage = |why: &str| {
            let shown: String = String::from_utf8_lossy(&bytes).chars().take(120).collect();
            Err(Broken::new(Trouble::Garbage, format!("{why}: {shown:?}")))
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
        if answer.get("id") != line.get("id") {
            let ids = (answer.get("id"), line.get("id"));
            let shown = |id: Option<&Value>| id.map_or_else(|| "no id".to_owned(), Value::to_string);
            let detail = format!("asked {}, answered {}", shown(ids.1), shown(ids.0));
            return Err(Broken::new(Trouble::MixedUp, detail));
        }
        Ok(answer)
    }
}
