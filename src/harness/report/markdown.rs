//! A summary in Markdown, for a merge request or the page of a CI job: verdict, figures, the findings.
//!
//! What a device or a suite wrote stands in code spans, where Markdown and HTML mean nothing.

use super::findings::{self, Deviation};
use super::summary;
use super::text::{came, one_line, shown};
use crate::runner::outcome::{RunResult, Verdict};
use ikkm_requirements::Level;
use std::fmt::Write;

/// Deviations told with everything; the reports have all.
const MOST_TOLD: usize = 20;

/// Names that stand in a list before the rest is only counted.
const MOST_NAMES: usize = 12;

/// The summary of a run.
pub fn render(run: &RunResult) -> String {
    let bad =
        run.stopped.is_some() || !run.tested_something() || run.cases.iter().any(summary::counts_against);
    let mark = if bad { "❌" } else { "✅" };
    let mut out = format!("## {mark} iKKM conformance: {}\n\n", escaped(&shown(&summary::conclusion(run))));
    let _ = writeln!(out, "{}\n", device(run));
    figures(&mut out, run);
    let (waived, open): (Vec<_>, Vec<_>) = findings::deviations(run).into_iter().partition(|one| one.waived);
    if !open.is_empty() {
        out += "\n### Findings\n\n";
        for one in open.iter().take(MOST_TOLD) {
            told(&mut out, one);
        }
        if open.len() > MOST_TOLD {
            let _ = writeln!(out, "\n{} more are in the reports.", open.len() - MOST_TOLD);
        }
    }
    let bare = findings::without_finding(run);
    if !bare.is_empty() {
        out += "\n### Not in order\n\n";
        for case in bare {
            let message = case.message.as_deref().unwrap_or("no message");
            let _ = writeln!(out, "- {}: {}", code(&one_line(&case.name)), code(&shown(message)));
        }
    }
    folded(&mut out, "Waived", waived.iter().map(|one| line(one)).collect());
    let unclear = groups(&summary::reasons(run, Verdict::Inconclusive));
    folded(&mut out, "Inconclusive", unclear);
    if run.facts.part.is_none() {
        folded(&mut out, "Musts not tested", groups(&summary::untested(run)));
    }
    folded(&mut out, "Notes", run.remarks.iter().map(|remark| escaped(&shown(remark))).collect());
    out
}

fn device(run: &RunResult) -> String {
    let mut parts = vec![code(&shown(&run.target))];
    let facts = [("serial", &run.device.serial), ("firmware", &run.device.firmware)];
    for (name, value) in facts {
        parts.extend(value.as_ref().map(|value| format!("{name} {}", code(&shown(value)))));
    }
    parts.push(format!("bench {}", code(&shown(&run.bench))));
    parts.join(", ")
}

fn figures(out: &mut String, run: &RunResult) {
    *out += "| cases | pass | fail | warn | inconclusive | not applicable | waived | requests | seconds |\n";
    *out += "|---|---|---|---|---|---|---|---|---|\n";
    let counts: Vec<String> = Verdict::ALL.map(|verdict| run.count(verdict).to_string()).into();
    let _ = writeln!(
        out,
        "| {} | {} | {} | {} | {:.1} |",
        run.cases.len(),
        counts.join(" | "),
        summary::waived(run),
        run.requests(),
        run.duration.as_secs_f64()
    );
}

fn told(out: &mut String, one: &Deviation) {
    let group = one.group;
    let mark = if group.level == Level::Must { "❌" } else { "⚠️" };
    let id = one_line(&group.requirement);
    let _ = match summary::words(&group.requirement) {
        Some((words, section)) => {
            writeln!(out, "- {mark} **{}** ({}, {section}): {}", escaped(&id), group.level, escaped(&words))
        }
        None => writeln!(out, "- {mark} **{}** ({})", escaped(&id), group.level),
    };
    let places: Vec<String> = group.places.iter().take(3).map(|place| code(&one_line(&place.case))).collect();
    let more = match group.places.len().saturating_sub(3) {
        0 => String::new(),
        n => format!(" and {n} more"),
    };
    let _ = writeln!(out, "  - shows in {}{more}", places.join(", "));
    if let Some(exchange) = one.exchange {
        let _ = writeln!(out, "  - sent {}", code(&shown(&exchange.sent)));
        let _ = writeln!(out, "  - came {}", code(&came(exchange)));
    }
    let _ = writeln!(out, "  - expected {}", code(&shown(&group.expected)));
    let _ = writeln!(out, "  - found {}", code(&shown(&group.found)));
    for other in one.consequences.iter().take(3) {
        let _ = writeln!(out, "  - hence {}", line(other));
    }
    let _ = writeln!(out, "  - explained by {}", code(&format!("ikkm-conformance explain {id}")));
}

fn line(one: &Deviation) -> String {
    let id = escaped(&one_line(&one.group.requirement));
    let cases = one.cases;
    format!(
        "{id} in {cases} case{}: found {}",
        if cases == 1 { "" } else { "s" },
        code(&shown(&one.group.found))
    )
}

fn groups(groups: &summary::Groups) -> Vec<String> {
    let line = |(why, names): (&&str, &Vec<&str>)| {
        let shown_names: Vec<String> =
            names.iter().take(MOST_NAMES).map(|name| code(&one_line(name))).collect();
        let more = match names.len().saturating_sub(MOST_NAMES) {
            0 => String::new(),
            n => format!(" and {n} more"),
        };
        format!("{} ({}): {}{more}", escaped(&shown(why)), names.len(), shown_names.join(", "))
    };
    groups.iter().map(line).collect()
}

/// A list that opens when it is asked for.
fn folded(out: &mut String, title: &str, lines: Vec<String>) {
    if lines.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n<details><summary>{title}</summary>\n");
    for line in lines {
        let _ = writeln!(out, "- {line}");
    }
    *out += "\n</details>\n";
}

/// A code span around any text: its fence is longer than any run of backticks inside.
fn code(text: &str) -> String {
    let text = one_line(text);
    if text.trim().is_empty() {
        return "(empty)".to_owned();
    }
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    // A space on both sides is taken off again, and keeps a backtick at the edge apart from the fence.
    let pad = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// Text in which Markdown, HTML and mentions of people mean nothing.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '&' => out += "&amp;",
            '@' => out += "&#64;",
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '!' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn a_run_in_markdown() {
        insta::assert_snapshot!(render(&sample::run()));
    }

    #[test]
    fn what_a_device_wrote_stays_in_its_code_span() {
        let mut run = sample::run();
        let hostile = "``` </details> @everyone <script> | \u{1b}[31m\n## forged `";
        run.cases[1].findings[0].found = hostile.into();
        run.remarks = vec!["@everyone <b>bold</b> [link](http://x)\n# title".into()];
        run.groups = crate::runner::grouping::groups(&run.cases);
        let told = render(&run);
        assert!(told.contains("- found ```` ``` </details> @everyone"), "{told}");
        assert!(!told.lines().any(|line| line.starts_with("# ") || line.starts_with("## forged")), "{told}");
        assert!(
            told.contains("- &#64;everyone &lt;b&gt;bold&lt;/b&gt; \\[link\\](http://x) \\# title"),
            "{told}"
        );
        assert!(!told.contains('\u{1b}'));
    }

    #[test]
    fn spans_hold_any_text() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("`a` b"), "`` `a` b ``");
        assert_eq!(code("a``b"), "```a``b```");
        assert_eq!(code(" "), "(empty)");
    }
}
