//! Many devices: shards and their merge, a lab file, all cases on each device, the cases of one run divided over
//! equal devices. The devices are emulators in this process, and each keeps what arrived.

#[macro_use]
#[path = "../support/mod.rs"]
mod support;

mod beside;
mod lost;
mod shards;
mod shelf;
mod thousand;
mod together;

use libtest_mimic::Arguments;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // What loses a device waits for it.
    arguments.test_threads.get_or_insert(4);
    let parts = [lost::trials, beside::trials, shards::trials, together::trials, thousand::trials];
    libtest_mimic::run(&arguments, parts.iter().flat_map(|part| part()).collect()).exit_code()
}

/// What one call of the program came to.
struct Outcome {
    code: i32,
    told: String,
}

impl Outcome {
    fn assert(&self, code: i32, texts: &[&str]) {
        assert_eq!(self.code, code, "{}", self.told);
        for text in texts {
            assert!(self.told.contains(text), "`{text}` is missing\n{}", self.told);
        }
    }
}

/// Calls the program in a folder, without anything of the user's environment.
fn call(folder: &Path, arguments: &[&str]) -> Outcome {
    let output = Command::new(env!("CARGO_BIN_EXE_ikkm-conformance"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("IKKM_KEY")
        .env("XDG_STATE_HOME", folder.join("state"))
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .output()
        .expect("the program starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Outcome {
        code: output.status.code().unwrap_or(-1),
        told: format!("{}\n{}", text(&output.stdout), text(&output.stderr)),
    }
}

fn json(folder: &Path, file: &str) -> Value {
    let text = std::fs::read_to_string(folder.join(file)).expect("the file");
    serde_json::from_str(&text).expect("JSON")
}

/// Case name to verdict.
fn verdicts(results: &Value) -> BTreeMap<String, String> {
    let text = |case: &Value, field: &str| case[field].as_str().unwrap_or_default().to_owned();
    let cases = results["cases"].as_array().expect("cases").iter();
    cases.map(|case| (text(case, "name"), text(case, "verdict"))).collect()
}
