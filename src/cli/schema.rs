//! `schema`: the JSON Schema of the suite language, made from its types.

use super::CliError;
use crate::suite::source::SuiteSource;
use std::io::Write;

/// The schema as pretty-printed JSON.
pub fn text() -> String {
    let schema = schemars::schema_for!(SuiteSource);
    serde_json::to_string_pretty(&schema).unwrap_or_default()
}

/// Prints the schema.
pub fn schema() -> Result<u8, CliError> {
    writeln!(std::io::stdout().lock(), "{}", text())?;
    Ok(0)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_committed_schema_is_current() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/suites/schema.json");
        let committed = std::fs::read_to_string(path).expect("suites/schema.json");
        let current = super::text();
        assert!(
            committed.trim_end() == current.trim_end(),
            "suites/schema.json is old; run `cargo run -- schema > suites/schema.json`"
        );
    }
}
