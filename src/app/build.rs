//! Tells the program which commit it is built from.

use std::process::Command;

fn main() {
    println!("cargo::rerun-if-env-changed=IKKM_COMMIT");
    // Where there is a checkout: a commit or a change of branch writes one of these.
    for file in ["../../.git/HEAD", "../../.git/logs/HEAD"] {
        if std::path::Path::new(file).exists() {
            println!("cargo::rerun-if-changed={file}");
        }
    }
    let given = std::env::var("IKKM_COMMIT").ok().filter(|commit| !commit.is_empty());
    let commit = given.or_else(asked).unwrap_or_else(|| "unknown".to_owned());
    println!("cargo::rustc-env=IKKM_COMMIT={commit}");
}

fn asked() -> Option<String> {
    let output = Command::new("git").args(["rev-parse", "--short=12", "HEAD"]).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned()).filter(|commit| !commit.is_empty())
}
