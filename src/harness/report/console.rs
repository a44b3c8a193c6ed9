//! What a person sees while a run goes on, and at its end.
//!
//! Progress is a bar on standard error, on a terminal only; a case that did not pass is told at
//! once, with all that is needed to send the request again by hand. Cases that are not applicable
//! say nothing until the summary, which gathers them by reason: there may be hundreds.

use super::summary::{self, Groups};
use super::text::{came, one_line, shown};
use crate::runner::outcome::{CaseResult, Finding, RunResult, Verdict};
use crate::runner::waivers;
use anstream::stream::RawStream;
use anstream::{AutoStream, ColorChoice};
use indicatif::{ProgressBar, ProgressStyle};
use owo_colors::{OwoColorize, Style};
use std::io::{self, Write};
use std::path::PathBuf;

/// Findings shown of one case; the reports have all.
const MOST_FINDINGS: usize = 5;

/// Names listed under one reason; the reports have all.
const MOST_NAMES: usize = 12;

/// Columns of a line of ids in the summary.
const WIDTH: usize = 96;

/// The console of one run.
pub struct Console<W: Write> {
    out: W,
    colour: bool,
    bar: Option<ProgressBar>,
}

impl Console<Box<dyn Write>> {
    /// A writer that leads to `stream`: coloured where that is a terminal that allows it and `NO_COLOR`
    /// does not forbid it, with a progress bar on standard error where that is a terminal.
    pub fn for_terminal(out: Box<dyn Write>, stream: &impl RawStream) -> Console<Box<dyn Write>> {
        let colour = AutoStream::choice(stream) != ColorChoice::Never;
        Console { out, colour, bar: Some(ProgressBar::no_length().with_style(bar_style())) }
    }
}

impl<W: Write> Console<W> {
    /// Any writer, without a progress bar.
    pub fn new(out: W, colour: bool) -> Console<W> {
        Console { out, colour, bar: None }
    }

    /// Tells of one case: case `index` (from 0) of `total`.
    ///
    /// # Errors
    /// What the writer says.
    pub fn case_done(&mut self, case: &CaseResult, index: usize, total: usize) -> io::Result<()> {
        let told = self.case_text(case);
        let Some(bar) = &self.bar else { return self.out.write_all(told.as_bytes()) };
        bar.set_length(total as u64);
        bar.set_position(index as u64 + 1);
        bar.set_message(one_line(&case.name));
        let out = &mut self.out;
        bar.suspend(|| out.write_all(told.as_bytes()))
    }

    /// Tells what the run came to, which reports there are, and what to do next.
    ///
    /// # Errors
    /// What the writer says.
    pub fn summary(&mut self, run: &RunResult, written: &[PathBuf]) -> io::Result<()> {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        let mut lines = vec![String::new(), device(run), self.counts(run)];
        if !run.untested.is_empty() {
            lines.push(format!("\nmusts not tested: {}", run.untested.len()));
            lines.extend(grouped(&summary::untested(run)));
        }
        let lacking = summary::reasons(run, Verdict::NotApplicable);
        if !lacking.is_empty() {
            lines.push("\nnot applicable here:".to_owned());
            lines.extend(lacking.iter().map(|(why, cases)| format!("  {:>4}  {}", cases.len(), shown(why))));
        }
        lines.push(String::new());
        if !run.answers.is_empty() {
            lines.push(format!("open questions answered: {}, see the reports", run.answers.len()));
        }
        lines.extend(run.remarks.iter().map(|remark| format!("note: {}", shown(remark))));
        lines.extend(written.iter().map(|path| format!("report: {}", path.display())));
        lines.push(self.conclusion(run));
        lines.extend(next(run).map(|hint| format!("next: {hint}")));
        for line in lines {
            writeln!(self.out, "{line}")?;
        }
        self.out.flush()
    }

    fn case_text(&self, case: &CaseResult) -> String {
        let message = shown(case.message.as_deref().unwrap_or("no message"));
        let name = one_line(&case.name);
        let label = self.label(case);
        if let Some(waived) = &case.waived {
            return format!("{label}  {name}: {message} ({})\n", shown(waived));
        }
        match case.verdict {
            Verdict::Pass | Verdict::NotApplicable => String::new(),
            Verdict::Inconclusive => format!("{label}  {name}: {message}\n"),
            Verdict::Fail | Verdict::Warn => {
                let mut lines = vec![format!("{label}  {name}")];
                if case.findings.is_empty() {
                    lines.push(format!("  {message}"));
                }
                for finding in case.findings.iter().take(MOST_FINDINGS) {
                    lines.extend(finding_lines(case, finding));
                }
                if case.findings.len() > MOST_FINDINGS {
                    lines
                        .push(format!("  and {} more, see the reports", case.findings.len() - MOST_FINDINGS));
                }
                lines.join("\n") + "\n\n"
            }
        }
    }

    fn label(&self, case: &CaseResult) -> String {
        let (word, style) = match case.verdict {
            _ if case.waived.is_some() => ("WAIVED", Style::new().yellow()),
            Verdict::Pass => ("PASS", Style::new().green()),
            Verdict::Fail => ("FAIL", Style::new().red().bold()),
            Verdict::Warn => ("WARN", Style::new().yellow().bold()),
            Verdict::Inconclusive => ("INCONCLUSIVE", Style::new().magenta()),
            Verdict::NotApplicable => ("NOT APPLICABLE", Style::new().dimmed()),
        };
        self.painted(word, style)
    }

    fn painted(&self, text: &str, style: Style) -> String {
        if self.colour { text.style(style).to_string() } else { text.to_owned() }
    }

    fn counts(&self, run: &RunResult) -> String {
        let counts: Vec<String> =
            Verdict::ALL.map(|verdict| format!("{} {verdict}", run.count(verdict))).into();
        let waived = match summary::waived(run) {
            0 => String::new(),
            n => format!(", {n} waived"),
        };
        format!(
            "{} case{}: {}{waived}; {} requests in {:.3} s",
            run.cases.len(),
            if run.cases.len() == 1 { "" } else { "s" },
            counts.join(", "),
            run.requests(),
            run.duration.as_secs_f64()
        )
    }

    fn conclusion(&self, run: &RunResult) -> String {
        let against = run.cases.iter().any(summary::counts_against);
        let good = run.stopped.is_none() && !against && !run.cases.is_empty();
        let style = if good { Style::new().green().bold() } else { Style::new().red().bold() };
        self.painted(&shown(&summary::conclusion(run)), style)
    }
}

fn bar_style() -> ProgressStyle {
    // The template is fixed; should a version of the crate refuse it, its own bar does.
    ProgressStyle::with_template("{bar:30} {pos}/{len}  {elapsed}  {wide_msg}")
        .unwrap_or_else(|_| ProgressStyle::default_bar())
}

fn finding_lines(case: &CaseResult, finding: &Finding) -> Vec<String> {
    let id = one_line(&finding.requirement);
    let mut lines = match summary::words(&finding.requirement) {
        Some((words, section)) => vec![format!("  {id} ({}, {section}): {words}", finding.level)],
        None => vec![format!("  {id} ({})", finding.level)],
    };
    lines.push(format!("    at        {}", shown(&finding.place)));
    if let Some(exchange) = summary::exchange(case, finding) {
        lines.push(format!("    sent      {}", one_line(&exchange.curl)));
        lines.push(format!("    came      {}", came(exchange)));
    }
    lines.push(format!("    expected  {}", shown(&finding.expected)));
    lines.push(format!("    found     {}", shown(&finding.found)));
    lines
}

fn device(run: &RunResult) -> String {
    let mut parts = vec![shown(&run.target)];
    let facts = [("serial", &run.device.serial), ("firmware", &run.device.firmware)];
    for (name, value) in facts {
        parts.extend(value.as_ref().map(|value| format!("{name} {}", shown(value))));
    }
    parts.push(format!("bench {}", shown(&run.bench)));
    parts.extend(run.seed.map(|seed| format!("seed {seed}")));
    parts.join(", ")
}

/// A line a reason, then the names that share it, broken into lines.
fn grouped(groups: &Groups) -> Vec<String> {
    let mut lines = Vec::new();
    for (why, names) in groups {
        lines.push(format!("  {} ({})", shown(why), names.len()));
        let mut line = String::from("   ");
        for name in names.iter().take(MOST_NAMES) {
            let name = one_line(name);
            if line.len() + name.len() >= WIDTH {
                lines.push(std::mem::replace(&mut line, String::from("   ")));
            }
            line.push(' ');
            line.push_str(&name);
        }
        if names.len() > MOST_NAMES {
            line.push_str(&format!(" and {} more", names.len() - MOST_NAMES));
        }
        lines.push(line);
    }
    lines
}

/// What the person at the screen would do now, if anything.
fn next(run: &RunResult) -> Option<String> {
    if run.stopped.is_some() {
        let next = "see that what stopped it answers as it should, then run again; verdicts so far are kept";
        return Some(next.to_owned());
    }
    let against = |case: &&CaseResult| summary::counts_against(case);
    if let Some(failed) = run.cases.iter().filter(against).find(|case| case.suite != waivers::SUITE) {
        return Some(format!("run one case again with `--case '{}'`", one_line(&failed.name)));
    }
    if run.cases.iter().any(summary::counts_against) {
        return Some("bring the file of waivers up to date".to_owned());
    }
    let (why, _) = summary::untested(run).into_iter().max_by_key(|(_, ids)| ids.len())?;
    Some(format!("most musts that were not tested say: {}", shown(why)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    fn told(run: &RunResult, colour: bool) -> String {
        let mut out = Vec::new();
        let mut console = Console::new(&mut out, colour);
        for (index, case) in run.cases.iter().enumerate() {
            console.case_done(case, index, run.cases.len()).unwrap();
        }
        console.summary(run, &["reports/junit.xml".into(), "reports/results.json".into()]).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_run_reads_well() {
        insta::assert_snapshot!(told(&sample::run(), false));
    }

    #[test]
    fn a_run_that_conforms_is_brief() {
        let mut run = sample::run();
        run.cases.truncate(1);
        run.untested.clear();
        run.remarks.clear();
        insta::assert_snapshot!(told(&run, false));
    }

    #[test]
    fn colours_only_where_asked_for_and_nothing_foreign_paints() {
        let mut run = sample::run();
        run.cases[1].findings[0].found = "\u{1b}[2J\u{9b}31m\u{7}\r\nx".into();
        assert!(!told(&run, false).chars().any(|c| c.is_control() && c != '\n'));
        assert!(told(&run, true).contains("\u{1b}[31"));
    }

    #[test]
    fn many_findings_and_many_ids_are_cut_short() {
        let mut run = sample::run();
        run.cases[1].findings = vec![run.cases[1].findings[0].clone(); 9];
        run.untested = vec![run.untested[0].clone(); 40];
        let told = told(&run, false);
        assert!(told.contains("and 4 more, see the reports") && told.contains("and 28 more"), "{told}");
    }

    #[test]
    fn a_stopped_run_says_so() {
        let mut run = sample::run();
        run.stopped = Some("no answer\nfrom the device".into());
        let told = told(&run, false);
        assert!(told.contains("stopped before its end: no answer from the device\nnext: see that"), "{told}");
    }
}
