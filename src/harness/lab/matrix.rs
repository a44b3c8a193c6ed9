//! Which finding shows on which devices: a row a finding, a column a device.

use crate::runner::outcome::{MatrixRow, RunResult};
use crate::text::{one_line, shown};
use std::fmt::Write as _;

/// The rows, in the order of the findings.
pub fn rows(run: &RunResult) -> Vec<MatrixRow> {
    let row = |group: &crate::runner::outcome::FindingGroup| {
        let shows = |name: &str| {
            group.places.iter().any(|place| run.facts.ran_on.get(&place.case).is_some_and(|on| on == name))
        };
        MatrixRow {
            requirement: group.requirement.clone(),
            expected: group.expected.clone(),
            found: group.found.clone(),
            devices: run
                .facts
                .devices
                .iter()
                .map(|device| device.name.clone())
                .filter(|name| shows(name))
                .collect(),
        }
    };
    run.groups.iter().filter(|group| group.follows.is_none()).map(row).collect()
}

/// Characters of what was found, in a table for a terminal.
const FOUND: usize = 60;

/// The devices and the findings on them as a table of text; empty where there is but one device.
pub fn text(run: &RunResult) -> String {
    let mut out = String::new();
    let devices = &run.facts.devices;
    if devices.is_empty() {
        return out;
    }
    let width = devices.iter().map(|device| device.name.chars().count()).max().unwrap_or(0);
    out.push_str("\nwhere it ran:\n");
    for device in devices {
        let ended =
            device.stopped.as_ref().map_or_else(String::new, |why| format!("  stopped: {}", one_line(why)));
        let known = |value: &Option<String>| value.as_deref().map_or_else(|| "unknown".to_owned(), shown);
        let _ = writeln!(
            out,
            "  {:width$}  {:>5} cases, {:>4} failed, {:>6} requests  serial {}, firmware {}{ended}",
            device.name,
            device.cases,
            device.fail,
            device.requests,
            known(&device.device.serial),
            known(&device.device.firmware),
        );
    }
    if !run.facts.matrix.is_empty() {
        out.push_str("\nfindings on each device (x: it shows there):\n");
        for (at, device) in devices.iter().enumerate() {
            let _ = writeln!(out, "  {}v {}", "| ".repeat(at), device.name);
        }
        for row in &run.facts.matrix {
            out.push_str("  ");
            for device in devices {
                out.push_str(if row.devices.contains(&device.name) { "x " } else { ". " });
            }
            let found: String = one_line(&row.found).chars().take(FOUND).collect();
            let _ = writeln!(out, "{:<8} {found}", row.requirement);
        }
    }
    out
}

/// The same in Markdown.
pub fn markdown(run: &RunResult) -> String {
    let mut out = String::new();
    let devices = &run.facts.devices;
    if devices.is_empty() {
        return out;
    }
    let cell = |text: &str| one_line(text).replace('\\', "\\\\").replace('|', "\\|").replace('<', "&lt;");
    out.push_str(
        "\n### Where it ran\n\n| device | serial | firmware | cases | failed | requests | ended |\n",
    );
    out.push_str("|---|---|---|--:|--:|--:|---|\n");
    for one in devices {
        let known = |value: &Option<String>| value.as_deref().map_or_else(String::new, cell);
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {} |",
            cell(&one.name),
            known(&one.device.serial),
            known(&one.device.firmware),
            one.cases,
            one.fail,
            one.requests,
            one.stopped.as_deref().map_or_else(|| "in order".to_owned(), cell),
        );
    }
    if !run.facts.matrix.is_empty() {
        out.push_str("\n### Findings on each device\n\n| requirement | found |");
        devices.iter().for_each(|device| {
            let _ = write!(out, " {} |", cell(&device.name));
        });
        out.push_str("\n|---|---|");
        devices.iter().for_each(|_| out.push_str(":-:|"));
        out.push('\n');
        for row in &run.facts.matrix {
            let _ = write!(out, "| {} | {} |", cell(&row.requirement), cell(&row.found));
            for device in devices {
                out.push_str(if row.devices.contains(&device.name) { " x |" } else { "  |" });
            }
            out.push('\n');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::join::side_by_side;
    use crate::report::sample;

    #[test]
    fn a_row_marks_the_devices_that_show_it() {
        let mut clean = sample::run();
        clean.cases.iter_mut().for_each(|case| case.findings.clear());
        let run = side_by_side(vec![("front".to_owned(), sample::run()), ("back".to_owned(), clean)]);
        assert!(run.facts.matrix.iter().all(|row| row.devices == ["front"]));
        let text = text(&run);
        assert!(text.contains("  v front\n  | v back\n") && text.contains("\n  x . "), "{text}");
        assert!(markdown(&run).contains("| requirement | found | front | back |"));
        assert_eq!(super::text(&sample::run()), "", "one device has no columns");
    }
}
