//! `certify` as an integrator or a CI job starts it: good clients, bad ones, hostile drivers, people.
//!
//! Most of a certification is waiting, so many run side by side; each row of `matrix` is a test.
//! Needs python3 for docs/examples/client.py and for the parts that play a person or a bad driver.

mod certificates;
mod hostile;
mod interrupted;
mod matrix;
mod pasted;
mod people;
mod results;
#[path = "../support/mod.rs"]
mod support;

use libtest_mimic::{Arguments, Trial};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use support::{python, root, test};

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(20);
    let mut trials: Vec<Trial> = Vec::new();
    trials.extend(certificates::trials());
    trials.extend(hostile::trials());
    trials.extend(interrupted::trials());
    trials.extend(pasted::trials());
    trials.extend(people::trials());
    trials.extend(results::trials());
    trials.extend(matrix::trials());
    trials.sort_by_key(|trial| !LONGEST.contains(&trial.name()));
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// Those that wait for the longest begin first.
const LONGEST: [&str; 7] = [
    "certificate/rust",
    "hostile/stays",
    "matrix/retries-on-6",
    "matrix/waits-forever",
    "matrix/reads-until-close",
    "matrix/thirty-for-z",
    "matrix/simple/polls",
];

/// What one call of the program came to.
struct Outcome {
    code: i32,
    told: String,
}

impl Outcome {
    fn assert_code(&self, code: i32) -> &Outcome {
        assert_eq!(self.code, code, "{}", self.told);
        self
    }

    fn assert_tells(&self, texts: &[&str]) -> &Outcome {
        for text in texts {
            assert!(self.told.contains(text), "`{text}` is missing\n{}", self.told);
        }
        self
    }
}

/// `ikkm-conformance` with these arguments in a folder of the test's own.
fn program(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ikkm-conformance"));
    command.args(arguments).current_dir(folder).env("NO_COLOR", "1").stdin(Stdio::null());
    command
}

fn outcome(mut command: Command) -> Outcome {
    let output = command.output().expect("the program starts");
    let told = [&output.stdout[..], &output.stderr].concat();
    Outcome { code: output.status.code().unwrap_or(-1), told: String::from_utf8_lossy(&told).into_owned() }
}

/// `certify --driver DRIVER` with more arguments.
fn certify(folder: &Path, driver: &str, more: &[&str]) -> Outcome {
    outcome(program(folder, &[&["certify", "--driver", driver], more].concat()))
}

/// The good client in Python, with one of its mistakes switched on where one is named.
fn python_client(defect: Option<&str>) -> String {
    let path = root().join("docs/examples/client.py");
    let defect = defect.map_or_else(String::new, |name| format!(" --defect {name}"));
    format!("{} {}{defect}", python(), path.display())
}

/// The good client in Rust; cargo builds examples before it runs tests.
fn rust_client() -> String {
    let tests = std::env::current_exe().expect("the path of this test");
    let folder: PathBuf = tests.parent().and_then(Path::parent).expect("target/debug").join("examples");
    let client = folder.join("client");
    let missing = "is missing: run `cargo build --example client` first";
    assert!(client.is_file(), "{} {missing}", client.display());
    client.display().to_string()
}

/// Whether there is such a process, and not only its end to be told to its parent.
fn is_alive(process: &Path) -> bool {
    let status = std::fs::read_to_string(process.join("status")).unwrap_or_default();
    status.contains("State:") && !status.contains("State:\tZ")
}

/// A file of the folder, as JSON.
fn json(folder: &Path, name: &str) -> Value {
    let text = std::fs::read_to_string(folder.join(name)).expect("a report");
    serde_json::from_str(&text).expect("JSON")
}

/// The verdict of a scenario in the results.
fn verdict(results: &Value, name: &str) -> String {
    let cases = results["cases"].as_array().expect("cases");
    let case = cases.iter().find(|case| case["name"] == name).expect("a scenario of that name");
    case["verdict"].as_str().expect("a verdict").to_owned()
}
