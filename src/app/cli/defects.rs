//! `defects`: the emulator's seeded defects.

use super::CliError;
use super::terminal::stdout;
use clap::Args;
use ikkm_emulator::defects::defects as all;
use serde_json::json;
use std::io::Write;

/// How they are shown.
#[derive(Debug, Args)]
pub struct DefectsArgs {
    /// As a JSON list
    #[arg(long)]
    json: bool,
}

/// Lists the seeded defects: name, requirements, what goes wrong.
pub fn defects(args: &DefectsArgs) -> Result<u8, CliError> {
    let mut out = stdout();
    if args.json {
        let rows: Vec<_> = all()
            .iter()
            .map(|defect| {
                json!({
                    "name": defect.name, "about": defect.about,
                    "requirements": defect.requirements, "seen": defect.seen,
                    "does": defect.does(),
                })
            })
            .collect();
        let text = serde_json::to_string_pretty(&rows).map_err(std::io::Error::from)?;
        writeln!(out, "{text}")?;
        return Ok(0);
    }
    for defect in all() {
        writeln!(out, "{:40} {:30} {}", defect.name, defect.requirements.join(","), defect.about)?;
    }
    Ok(0)
}
