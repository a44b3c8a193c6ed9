//! The page of the requirements: what each asks, at which level, and who tests it.

use super::{code, head, plain};
use crate::cli::explain::Known;
use ikkm_requirements::{Requirement, TEXT, requirements};
use std::fmt::Write;

/// Rows of a table of cases from which on the table stands for them.
const MANY: usize = 3;

/// Mutants that are named; the page of the mutants has the others.
const MOST_MUTANTS: usize = 6;

/// Every requirement by chapter.
pub fn page(known: &Known) -> String {
    let about = "A broken *must* fails a run, a broken *should* warns, *advice* is remarked, and the answer to an \
                 *open* question is recorded. Sections are those of the vendor's document, version 22; the words \
                 are ours. `ikkm-conformance explain ID` tells more of one.";
    let mut out = head("Requirements", about);
    for (chapter, lines) in chapters() {
        let _ = writeln!(out, "\n## {}\n", plain(&chapter));
        out += "| id | level | section | what it asks | tested by | mutants that break it |\n|---|---|---|---|---|---|\n";
        for line in lines {
            let _ = writeln!(
                out,
                "| <a id=\"{id}\"></a>{id} | {} | §{} | {}{} | {} | {} |",
                line.level,
                line.section,
                plain(&line.words),
                closed(line),
                tested(known, line),
                mutants(known, line),
                id = line.id,
            );
        }
    }
    out
}

/// The chapters as the list itself has them: `# ---- The key ----`.
fn chapters() -> Vec<(String, Vec<&'static Requirement>)> {
    let mut chapters: Vec<(String, Vec<&Requirement>)> = Vec::new();
    for line in TEXT.lines() {
        if let Some(title) = line.strip_prefix("# ----") {
            chapters.push((title.trim_matches(['-', ' ']).to_owned(), Vec::new()));
        } else if let Some(rest) = line.trim_start_matches("- ").trim_start_matches('{').strip_prefix("id:") {
            let id = rest.split([',', '}']).next().unwrap_or_default().trim();
            if let (Some((_, lines)), Some(found)) = (chapters.last_mut(), requirements().get(id)) {
                lines.push(found);
            }
        }
    }
    chapters.retain(|(_, lines)| !lines.is_empty());
    chapters
}

fn closed(line: &Requirement) -> String {
    if line.closed.is_empty() {
        return String::new();
    }
    format!(" (only {})", line.closed.iter().map(|one| code(one)).collect::<Vec<_>>().join(", "))
}

fn tested(known: &Known, line: &Requirement) -> String {
    let names = match line.is_client() {
        true => known.scenarios_of(line),
        false => known.cases_of(line).into_iter().map(|case| case.name.as_str()).collect(),
    };
    if names.is_empty() { "nothing".to_owned() } else { folded(&names).join(", ") }
}

/// Names as code; the rows of a table as one.
fn folded(names: &[&str]) -> Vec<String> {
    let table = |name: &str| name.rsplit_once('/').map_or(String::new(), |(table, _)| table.to_owned());
    let mut out: Vec<String> = Vec::new();
    for name in names {
        let table = table(name);
        let rows = names.iter().filter(|other| {
            other
                .strip_prefix(table.as_str())
                .is_some_and(|rest| rest.strip_prefix('/').is_some_and(|row| !row.contains('/')))
        });
        let count = rows.count();
        let shown = match table.contains('/') && count > MANY {
            true => format!("{} ({count})", code(&format!("{table}/*"))),
            false => code(name),
        };
        if !out.contains(&shown) {
            out.push(shown);
        }
    }
    out
}

fn mutants(known: &Known, line: &Requirement) -> String {
    let all: Vec<&str> = known.defects_of(line);
    let first: Vec<String> = all.iter().take(MOST_MUTANTS).map(|name| code(name)).collect();
    match all.len().saturating_sub(MOST_MUTANTS) {
        0 => first.join(", "),
        n => format!("{} and {n} more", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_requirement_stands_in_a_chapter() {
        let told: usize = chapters().iter().map(|(_, lines)| lines.len()).sum();
        assert_eq!(told, requirements().all().count());
    }

    #[test]
    fn rows_of_a_table_stand_as_one() {
        let names = ["a/one", "t/x/1", "t/x/2", "t/x/3", "t/x/4", "b/two/1"];
        assert_eq!(folded(&names), ["`a/one`", "`t/x/*` (4)", "`b/two/1`"]);
    }
}
