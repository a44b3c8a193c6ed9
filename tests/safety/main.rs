//! The safety of a real device: the program itself, against emulators and peers of other processes.

#[macro_use]
#[path = "../support/mod.rs"]
mod support;

mod begin;
mod compensate;
mod devices;
mod granted;
mod interrupt;
mod kill;
mod looks;
mod memory;
mod moved;
mod peers;
mod resume;
mod spoiler;
mod terminal;

use libtest_mimic::Arguments;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Output};

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // They wait, mostly.
    arguments.test_threads.get_or_insert(8);
    let parts = [
        // Those that wait the longest first.
        kill::trials,
        peers::trials,
        spoiler::trials,
        begin::trials,
        granted::trials,
        interrupt::trials,
        looks::trials,
        memory::trials,
        terminal::trials,
        resume::trials,
        moved::trials,
        compensate::trials,
    ];
    let trials = parts.iter().flat_map(|part| part()).collect();
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// The program.
fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ikkm-conformance"));
    command.env_remove("IKKM_KEY").stdin(std::process::Stdio::null());
    command
}

/// A folder of this test's own, empty.
fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("ikkm-safety-{}-{name}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// A suite file in that folder.
fn suite(folder: &Path, text: &str) -> PathBuf {
    let path = folder.join("suite.yaml");
    std::fs::write(&path, text).unwrap();
    path
}

/// A run of `suite` against `url`, its state and reports in `folder`; nothing is granted yet.
fn run(folder: &Path, suite: &Path, url: &str) -> Command {
    let mut command = paced(folder, suite, url);
    command.args(["--rate", "unlimited"]);
    command
}

/// The same at the rate that a device gets.
fn paced(folder: &Path, suite: &Path, url: &str) -> Command {
    let mut command = program();
    command.arg("run").arg(suite).args(["--target", url, "--state"]);
    command.arg(folder.join("state.jsonl"));
    for (flag, name) in [("--junit", "junit.xml"), ("--json", "results.json"), ("--html", "index.html")] {
        command.arg(flag).arg(folder.join(name));
    }
    command
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or_else(|| panic!("ended by a signal: {output:?}"))
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn results(folder: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(folder.join("results.json")).unwrap()).unwrap()
}
