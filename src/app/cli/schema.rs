//! `schema`: the JSON Schema of the suite language, made from its types.

use super::CliError;
use super::terminal::stdout;
use crate::embedded::seed::SeedSource;
use clap::Args;
use ikkm_harness::client::source::ClientSource;
use ikkm_harness::suite::source::SuiteSource;
use std::io::Write;

/// Which language.
#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// The language of the client suites
    #[arg(long, conflicts_with = "of")]
    client: bool,
    /// Of what: suite, client, or seed (the data of `emulate --seed`)
    #[arg(long, value_name = "WHAT", default_value = "suite", hide_possible_values = true)]
    #[arg(value_parser = ["suite", "client", "seed"])]
    of: String,
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

/// Prints a schema.
pub fn schema(args: &SchemaArgs) -> Result<u8, CliError> {
    let text = match args.of.as_str() {
        _ if args.client => client_text(),
        "client" => client_text(),
        "seed" => seed_text(),
        _ => text(),
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
    fn the_committed_seed_schema_is_current() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../suites/seed-schema.json");
        let committed = std::fs::read_to_string(path).expect("suites/seed-schema.json");
        assert!(
            committed.trim_end() == super::seed_text().trim_end(),
            "suites/seed-schema.json is old; run `cargo run -- schema --of seed > suites/seed-schema.json`"
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
