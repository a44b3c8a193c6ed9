//! `coverage`: which requirement has which cases.

use super::CliError;
use super::select::SelectArgs;
use super::terminal::stdout;
use clap::Args;
use ikkm_harness::suite::Case;
use ikkm_requirements::{Level, Requirement, requirements};
use serde_json::json;
use std::io::Write;

/// Which suites, and how it is shown.
#[derive(Debug, Args)]
pub struct CoverageArgs {
    #[command(flatten)]
    select: SelectArgs,
    /// As a JSON list
    #[arg(long)]
    json: bool,
}

/// Shows requirement by requirement how many cases it has; exit code 1 when a *must* or *should* of
/// a device has none.
pub fn coverage(args: &CoverageArgs) -> Result<u8, CliError> {
    let suites = args.select.suites()?;
    let cases = args.select.select(&suites)?;
    let lines: Vec<(&Requirement, Vec<&str>)> = requirements()
        .all()
        .filter(|line| !line.is_client())
        .map(|line| (line, cases_of(line, &cases)))
        .collect();
    let uncovered: Vec<&Requirement> = lines
        .iter()
        .filter(|(line, cases)| !matches!(line.level, Level::Open | Level::Advice) && cases.is_empty())
        .map(|(line, _)| *line)
        .collect();
    let mut out = stdout();
    if args.json {
        let all: Vec<_> = lines
            .iter()
            .map(|(line, cases)| {
                json!({
                    "id": line.id, "level": line.level, "section": line.section, "cases": cases,
                    "untestable": line.untestable,
                })
            })
            .collect();
        let text = serde_json::to_string_pretty(&all).map_err(std::io::Error::from)?;
        writeln!(out, "{text}")?;
    } else {
        for (line, cases) in &lines {
            let shown = match cases.as_slice() {
                [] => "uncovered".to_owned(),
                [only] => (*only).to_owned(),
                [first, rest @ ..] => format!("{first} and {} more", rest.len()),
            };
            writeln!(out, "{:34} {:6} {:>4}  {shown}", line.id, line.level, cases.len())?;
        }
        for (line, _) in &lines {
            if let Some(what) = &line.untestable {
                writeln!(out, "not testable in {}: {what}", line.id)?;
            }
        }
        let open = lines.iter().filter(|(line, cases)| line.level == Level::Open && cases.is_empty()).count();
        writeln!(
            out,
            "{} requirements of a device, {} must or should without a case, {open} open question(s) not asked",
            lines.len(),
            uncovered.len()
        )?;
    }
    Ok(u8::from(!uncovered.is_empty()))
}

fn cases_of<'c>(line: &Requirement, cases: &[&'c Case]) -> Vec<&'c str> {
    let cites = |case: &&&Case| {
        case.requirements.iter().any(|id| requirements().get(id).is_some_and(|found| found.id == line.id))
            || case
                .steps
                .iter()
                .any(|step| requirements().get(&step.cites).is_some_and(|found| found.id == line.id))
    };
    cases.iter().filter(cites).map(|case| case.name.as_str()).collect()
}
