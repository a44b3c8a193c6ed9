//! `list`: one line a case.

use super::CliError;
use super::select::SelectArgs;
use super::terminal::stdout;
use clap::Args;
use ikkm_harness::runner::plan;
use serde_json::json;
use std::io::Write;

/// Which cases, and how they are shown.
#[derive(Debug, Args)]
pub struct ListArgs {
    #[command(flatten)]
    select: SelectArgs,
    /// As a JSON list
    #[arg(long)]
    json: bool,
}

/// Lists cases: name, level, requirements, effects.
pub fn list(args: &ListArgs) -> Result<u8, CliError> {
    let suites = args.select.suites()?;
    let cases = args.select.select(&suites)?;
    let mut out = stdout();
    if args.json {
        let all: Vec<_> = cases
            .iter()
            .map(|case| {
                json!({
                    "name": case.name, "suite": case.suite, "level": case.level, "place": case.place,
                    "requirements": case.requirements, "effects": plan::effects(case),
                    "table": case.table, "levels": case.levels,
                })
            })
            .collect();
        let text = serde_json::to_string_pretty(&all).map_err(std::io::Error::from)?;
        writeln!(out, "{text}")?;
        return Ok(0);
    }
    let width = cases.iter().map(|case| case.name.chars().count()).max().unwrap_or(0);
    for case in &cases {
        let effects: Vec<&str> = plan::effects(case).into_iter().map(|effect| effect.as_str()).collect();
        let cited = case.requirements.join(",");
        writeln!(out, "{:width$}  {:6}  {cited}  {}", case.name, case.level, effects.join(","))?;
    }
    Ok(0)
}
