//! `schema`: the JSON Schema of the suite language, made from its types.

use super::CliError;
use super::terminal::stdout;
use clap::Args;
use ikkm_harness::client::source::ClientSource;
use ikkm_harness::suite::source::SuiteSource;
use std::io::Write;

/// Which language.
#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// The language of the client suites
    #[arg(long)]
    client: bool,
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

/// Prints a schema.
pub fn schema(args: &SchemaArgs) -> Result<u8, CliError> {
    let text = if args.client { client_text() } else { text() };
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
    fn the_committed_client_schema_is_current() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../suites/client-schema.json");
        let committed = std::fs::read_to_string(path).expect("suites/client-schema.json");
        assert!(
            committed.trim_end() == super::client_text().trim_end(),
            "suites/client-schema.json is old; run `cargo run -- schema --client > suites/client-schema.json`"
        );
    }
}
