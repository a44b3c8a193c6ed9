//! The real program, as a person or a CI job starts it: exit codes, what it prints, what it writes.

mod benches;
mod ci;
mod commands;
mod control;
mod emulator;
mod explain;
mod files;
mod hostile;
#[path = "../support/json_schema.rs"]
mod json_schema;
mod operator;
mod places;
mod plan;
mod results;
mod round;
mod schemas;
#[path = "../support/mod.rs"]
mod support;
mod together;
mod two_processes;
mod verdicts;
mod waivers;

use std::path::Path;
use std::process::{Command, Stdio};
use support::Sandbox;

/// What one call of the program came to.
struct Outcome {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Outcome {
    /// Both outputs, for messages of tests.
    fn told(&self) -> String {
        format!("exit code {}\n{}\n{}", self.code, tail(&self.stdout), tail(&self.stderr))
    }

    fn assert_code(&self, code: i32) -> &Outcome {
        assert_eq!(self.code, code, "{}", self.told());
        self
    }

    /// Each of the texts stands in one of the outputs.
    fn assert_tells(&self, texts: &[&str]) -> &Outcome {
        for text in texts {
            let told = self.stdout.contains(text) || self.stderr.contains(text);
            assert!(told, "`{text}` is missing\n{}", self.told());
        }
        self
    }
}

/// The end of a long text, where the summary is.
fn tail(text: &str) -> &str {
    let start = text.char_indices().rev().nth(3000).map_or(0, |(at, _)| at);
    &text[start..]
}

/// The program in a folder of the test's own, without anything of the user's environment.
fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ikkm-conformance"));
    command
        .args(arguments)
        .current_dir(folder)
        .env_remove("IKKM_KEY")
        .env("XDG_STATE_HOME", folder.join("state"))
        .env("NO_COLOR", "1")
        .stdin(Stdio::null());
    command
}

fn outcome(mut command: Command) -> Outcome {
    let output = command.output().expect("the program starts");
    Outcome {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).expect("UTF-8 on standard output"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8 on standard error"),
    }
}

/// Calls the program in a folder.
fn call(folder: &Path, arguments: &[&str]) -> Outcome {
    outcome(command(folder, arguments))
}

/// Calls the program where nothing of it is kept.
fn ikkm(arguments: &[&str]) -> Outcome {
    call(Sandbox::new().path(), arguments)
}

/// A suite file's text with these cases, each of them YAML lines under `cases:`.
fn suite(cases: &str) -> String {
    format!("about: A suite of a test.\ncases:\n{cases}")
}

/// A case that every device passes.
const GOOD: &str = "  - name: test/good\n    requirements: [CHK-1]\n    steps:\n      - {get: /apicheck/, expect: success}\n";
