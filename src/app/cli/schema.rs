//! `schema`: the JSON Schemas of the suite languages and of what the program writes, made from its types.

use super::CliError;
use super::plan::PlanFile;
use super::terminal::stdout;
use crate::embedded::seed::SeedSource;
use clap::{Args, ValueEnum};
use ikkm_harness::client::certificate::Certificate;
use ikkm_harness::client::source::ClientSource;
use ikkm_harness::lab::file::LabSource;
use ikkm_harness::report::json::Results;
use ikkm_harness::report::run_file::Line;
use ikkm_harness::suite::source::SuiteSource;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use std::io::Write;

/// Of what.
#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// suite, client, seed, lab; or what is written: results, run-file, plan, certificate
    #[arg(long, value_enum, value_name = "WHAT", default_value = "suite", hide_possible_values = true)]
    of: Of,
    /// The same as --of client
    #[arg(long, conflicts_with = "of")]
    client: bool,
}

/// What has a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Of {
    /// The language of the device suites
    Suite,
    /// The language of the client suites
    Client,
    /// The data of `emulate --seed`
    Seed,
    /// A lab file
    Lab,
    /// results.json of run, fuzz and certify
    Results,
    /// A line of a run file
    RunFile,
    /// What `plan --json` prints
    Plan,
    /// What certify writes
    Certificate,
}

/// The schema as pretty-printed JSON.
pub fn text() -> String {
    let schema = schemars::schema_for!(SuiteSource);
    serde_json::to_string_pretty(&schema).unwrap_or_default()
}

/// The schema of the client suites.
pub fn client_text() -> String {
    serde_json::to_string_pretty(&schemars::schema_for!(ClientSource)).unwrap_or_default()
}

/// The schema of the emulator's start data.
pub fn seed_text() -> String {
    serde_json::to_string_pretty(&schemars::schema_for!(SeedSource)).unwrap_or_default()
}

/// The schema of lab files.
pub fn lab_text() -> String {
    serde_json::to_string_pretty(&schemars::schema_for!(LabSource)).unwrap_or_default()
}

/// The schema of what the program writes: what it always writes is required.
fn written<T: JsonSchema>() -> String {
    let schema = SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>();
    serde_json::to_string_pretty(&schema).unwrap_or_default()
}

/// Prints a schema.
pub fn schema(args: &SchemaArgs) -> Result<u8, CliError> {
    let text = match args.of {
        _ if args.client => client_text(),
        Of::Suite => text(),
        Of::Client => client_text(),
        Of::Seed => seed_text(),
        Of::Lab => lab_text(),
        Of::Results => written::<Results>(),
        Of::RunFile => written::<Line>(),
        Of::Plan => written::<PlanFile>(),
        Of::Certificate => written::<Certificate>(),
    };
    writeln!(stdout(), "{text}")?;
    Ok(0)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_committed_schema_is_current() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../suites/schema.json");
        let committed = std::fs::read_to_string(path).expect("suites/schema.json");
        let current = super::text();
        assert!(
            committed.trim_end() == current.trim_end(),
            "suites/schema.json is old; run `cargo run -- schema > suites/schema.json`"
        );
    }

    #[test]
    fn the_committed_lab_schema_is_current() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../suites/lab-schema.json");
        let committed = std::fs::read_to_string(path).expect("suites/lab-schema.json");
        assert!(
            committed.trim_end() == super::lab_text().trim_end(),
            "suites/lab-schema.json is old; run `cargo run -- schema --of lab > suites/lab-schema.json`"
        );
    }

    #[test]
    fn the_committed_client_schema_is_current() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../suites/client-schema.json");
        let committed = std::fs::read_to_string(path).expect("suites/client-schema.json");
        assert!(
            committed.trim_end() == super::client_text().trim_end(),
            "suites/client-schema.json is old; run `cargo run -- schema --client > suites/client-schema.json`"
        );
    }
}
