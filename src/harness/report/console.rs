//! What a person reads at the end of a run: each deviation once, with what was asked, expected and found
//! and the first places, musts first; then what could not be decided and what was not tested.
//!
//! While the run goes on, [`super::progress`] shows where it stands.

use super::findings::{self, Deviation};
use super::summary::{self, Groups};
use super::text::{came, one_line, shown};
use crate::runner::outcome::{CaseResult, FindingGroup, FindingPlace, RunResult, Verdict};
use crate::runner::waivers;
use crate::suite::reserved::reconciled;
use anstream::stream::RawStream;
use anstream::{AutoStream, ColorChoice};
use owo_colors::{OwoColorize, Style};
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::PathBuf;

/// Deviations told with everything; the reports have all.
const MOST_TOLD: usize = 8;

/// Deviations told in one line after those.
const MOST_LISTED: usize = 20;

/// Places shown of one deviation.
const MOST_PLACES: usize = 3;

/// Deviations shown under the one that explains them.
const MOST_CONSEQUENCES: usize = 3;

/// Requirements named beside the one that stands for a deviation.
const MOST_OTHERS: usize = 8;

/// Names listed under one reason; the reports have all.
const MOST_NAMES: usize = 12;

/// Columns of a line of ids in the summary.
const WIDTH: usize = 96;

/// The console of one run.
pub struct Console<W: Write> {
    out: W,
    colour: bool,
}

impl Console<Box<dyn Write>> {
    /// A writer that leads to `stream`: coloured where that is a terminal that allows it and `NO_COLOR`
    /// does not forbid it.
    pub fn for_terminal(out: Box<dyn Write>, stream: &impl RawStream) -> Console<Box<dyn Write>> {
        Console { out, colour: AutoStream::choice(stream) != ColorChoice::Never }
    }
}

impl<W: Write> Console<W> {
    /// Any writer.
    pub fn new(out: W, colour: bool) -> Console<W> {
        Console { out, colour }
    }

    /// Tells of one case as it ends, where no progress is shown: one line for what did not pass.
    ///
    /// # Errors
    /// What the writer says.
    pub fn case_done(&mut self, case: &CaseResult, _index: usize, _total: usize) -> io::Result<()> {
        match super::progress::failure(case) {
            Some(line) => writeln!(self.out, "{line}"),
            None => Ok(()),
        }
    }

    /// Tells what the run came to, which reports there are, and what to do next.
    ///
    /// # Errors
    /// What the writer says.
    pub fn summary(&mut self, run: &RunResult, written: &[PathBuf]) -> io::Result<()> {
        let mut lines = self.findings(run);
        let (told, unclear) = summary::undecided(run);
        if told + unclear.values().map(Vec::len).sum::<usize>() > 0 {
            lines.push(format!("inconclusive: {}", run.count(Verdict::Inconclusive)));
            if told > 0 {
                lines.push(format!("  for what is found above, so that they could not be judged ({told})"));
            }
            lines.extend(grouped(&unclear));
            lines.push(String::new());
        }
        lines.extend([device(run), self.counts(run)]);
        // Of a part of a run this would be the rest of it.
        if run.facts.part.is_none() && !run.untested.is_empty() {
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
        lines.extend(remarks(run));
        lines.extend(written.iter().map(|path| format!("report: {}", path.display())));
        lines.push(self.conclusion(run));
        lines.extend(next(run).map(|hint| format!("next: {hint}")));
        for line in lines {
            writeln!(self.out, "{line}")?;
        }
        self.out.flush()
    }

    /// Each deviation once; the first ones with everything.
    fn findings(&self, run: &RunResult) -> Vec<String> {
        let (waived, open): (Vec<_>, Vec<_>) =
            findings::deviations(run).into_iter().partition(|one| one.waived);
        let mut lines = vec![String::new()];
        for (at, one) in open.iter().enumerate().take(MOST_TOLD) {
            lines.extend(self.told(at + 1, one));
            lines.push(String::new());
        }
        for (at, one) in open.iter().enumerate().skip(MOST_TOLD).take(MOST_LISTED) {
            let group = one.group;
            lines.push(format!(
                "{} {}  {}, found {} ({})",
                self.label(at + 1, group),
                one_line(&group.requirement),
                cases(one.cases),
                short(&group.found),
                group.places.first().map_or_else(String::new, |first| one_line(&first.case))
            ));
        }
        if open.len() > MOST_TOLD + MOST_LISTED {
            lines.push(format!("and {} more, see the reports", open.len() - MOST_TOLD - MOST_LISTED));
        }
        if open.len() > MOST_TOLD {
            lines.push(String::new());
        }
        for one in &waived {
            let label = self.painted("WAIVED", Style::new().yellow());
            let found = short(&one.group.found);
            let id = one_line(&one.group.requirement);
            lines.push(format!("{label}  {id} in {}: found {found}", cases(one.cases)));
        }
        for case in findings::without_finding(run) {
            let label = self.painted("FAIL", Style::new().red().bold());
            let message = shown(case.message.as_deref().unwrap_or("no message"));
            lines.push(format!("{label}  {}: {message}", one_line(&case.name)));
        }
        if lines.len() > 1 && lines.last().is_some_and(|last| !last.is_empty()) {
            lines.push(String::new());
        }
        lines
    }

    /// A deviation with everything.
    fn told(&self, number: usize, one: &Deviation) -> Vec<String> {
        let group = one.group;
        let id = one_line(&group.requirement);
        let mut lines = vec![match summary::words(&group.requirement) {
            Some((words, section)) => {
                format!("{} {id} ({}, {section}): {words}", self.label(number, group), group.level)
            }
            None => format!("{} {id} ({})", self.label(number, group), group.level),
        }];
        if !group.others.is_empty() {
            lines.push(format!("    and       {}", first_of(&group.others, MOST_OTHERS)));
        }
        lines.push(format!("    shows in  {}: {}", cases(one.cases), places(&group.places)));
        lines.extend(one.about.map(|about| format!("    about     {}", shown(about))));
        match one.exchange {
            Some(exchange) => {
                lines.push(format!("    judged >  {}", shown(&exchange.curl)));
                lines.push(format!("    judged <  {}", came(exchange)));
            }
            None if !group.asked.is_empty() => lines.push(format!("    asked     {}", shown(&group.asked))),
            None => {}
        }
        lines.push(format!("    expected  {}", shown(&group.expected)));
        lines.push(format!("    found     {}", shown(&group.found)));
        if let (true, Some(cause)) = (one.orphan, &group.follows) {
            lines.push(format!(
                "    follows   {} in {}",
                one_line(&cause.requirement),
                one_line(&cause.case)
            ));
        }
        for other in one.consequences.iter().take(MOST_CONSEQUENCES) {
            lines.push(format!(
                "    hence     {} in {}: expected {}, found {}",
                one_line(&other.group.requirement),
                cases(other.cases),
                short(&other.group.expected),
                short(&other.group.found)
            ));
        }
        if one.consequences.len() > MOST_CONSEQUENCES {
            lines.push(format!("    hence     {} more", one.consequences.len() - MOST_CONSEQUENCES));
        }
        lines.push(format!("    explain   ikkm-conformance explain {id}"));
        lines
    }

    fn label(&self, number: usize, group: &FindingGroup) -> String {
        let (word, style) = match group.level {
            ikkm_requirements::Level::Must => ("FAIL", Style::new().red().bold()),
            _ => ("WARN", Style::new().yellow().bold()),
        };
        format!("{number:>2} {}", self.painted(word, style))
    }

    fn painted(&self, text: &str, style: Style) -> String {
        if self.colour { text.style(style).to_string() } else { text.to_owned() }
    }

    fn counts(&self, run: &RunResult) -> String {
        let counts: Vec<String> =
            Verdict::ALL.map(|verdict| format!("{} {verdict}", run.count(verdict))).into();
        // A plan counts the cases only.
        let reconciled = run.cases.iter().filter(|case| reconciled(&case.name).is_some()).count();
        let books = match reconciled {
            0 => String::new(),
            n => format!(" ({n} of them reconciliations)"),
        };
        let waived = match summary::waived(run) {
            0 => String::new(),
            n => format!(", {n} waived"),
        };
        format!(
            "{}{books}: {}{waived}; {} requests in {:.3} s",
            cases(run.cases.len()),
            counts.join(", "),
            run.requests(),
            run.duration.as_secs_f64()
        )
    }

    fn conclusion(&self, run: &RunResult) -> String {
        let against = run.cases.iter().any(summary::counts_against);
        let good = run.stopped.is_none() && !against && run.tested_something();
        let style = if good { Style::new().green().bold() } else { Style::new().red().bold() };
        self.painted(&shown(&summary::conclusion(run)), style)
    }
}

/// `1 case`, `93 cases`.
fn cases(number: usize) -> String {
    format!("{number} case{}", if number == 1 { "" } else { "s" })
}

/// A text for a line that holds others too.
fn short(text: &str) -> String {
    crate::text::clip(&one_line(text), 80)
}

/// The first names, and how many more there are.
fn first_of(names: &[String], most: usize) -> String {
    let mut told: Vec<String> = names.iter().take(most).map(|name| one_line(name)).collect();
    if names.len() > most {
        told.push(format!("{} more", names.len() - most));
    }
    told.join(", ")
}

/// The first places with the lines of their suites, and how many more there are.
fn places(all: &[FindingPlace]) -> String {
    let mut told: Vec<String> = Vec::new();
    let mut more = 0;
    let mut seen: BTreeSet<(&str, &str)> = BTreeSet::new();
    for one in all.iter().filter(|one| seen.insert((&one.case, &one.place))) {
        if told.len() < MOST_PLACES {
            told.push(format!("{} ({})", one_line(&one.case), one_line(&one.place)));
        } else {
            more += 1;
        }
    }
    if more > 0 {
        told.push(format!("and {more} more"));
    }
    told.join(", ")
}

/// What the person should know. What could not be put back is told by its first, the page has all.
fn remarks(run: &RunResult) -> Vec<String> {
    let left = |remark: &&String| remark.contains(": not put back at ");
    let more = run.remarks.iter().filter(left).count().saturating_sub(1);
    let first = run.remarks.iter().find(left);
    let told = run.remarks.iter().filter(|remark| !left(remark) || Some(*remark) == first);
    told.map(|remark| match Some(remark) == first && more > 0 {
        true => format!("note: {}; and {more} more like it, see the reports", shown(remark)),
        false => format!("note: {}", shown(remark)),
    })
    .collect()
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
    if matches!(run.bench.as_str(), "witness" | "watch") {
        let found = run.cases.iter().any(summary::counts_against);
        return found.then(|| {
            "read the exchanges of each finding in the page; `explain ID` tells the rule".to_owned()
        });
    }
    let against = |case: &&CaseResult| summary::counts_against(case);
    if let Some(failed) = run.cases.iter().filter(against).find(|case| case.suite != waivers::SUITE) {
        return Some(format!("run one case again with `--case '{}'`", one_line(&failed.name)));
    }
    if run.cases.iter().any(summary::counts_against) {
        return Some("bring the file of waivers up to date".to_owned());
    }
    // Of a part of a run this would be the rest of it.
    let untested = run.facts.part.is_none().then(|| summary::untested(run))?;
    let (why, ids) = untested.into_iter().max_by_key(|(_, ids)| ids.len())?;
    let musts = if ids.len() == 1 { "1 must more".to_owned() } else { format!("{} musts more", ids.len()) };
    Some(format!("{musts} could be tested: {}", shown(why)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    fn told(run: &RunResult, colour: bool) -> String {
        let mut out = Vec::new();
        let mut console = Console::new(&mut out, colour);
        console.summary(run, &["reports/junit.xml".into(), "reports/results.json".into()]).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_run_reads_well() {
        insta::assert_snapshot!(told(&sample::run(), false));
    }

    #[test]
    fn what_could_not_be_put_back_is_told_once() {
        let mut run = sample::run();
        run.remarks =
            (0..50).map(|n| format!("manage/mode-{n}: not put back at s.yaml:{n}: no key")).collect();
        run.remarks.push("left behind: shift 3 is open".to_owned());
        let text = told(&run, false);
        assert_eq!(text.matches("note: ").count(), 2, "{text}");
        assert!(
            text.contains("manage/mode-0: not put back at s.yaml:0: no key; and 49 more like it"),
            "{text}"
        );
    }

    #[test]
    fn a_run_that_conforms_is_brief() {
        let mut run = sample::run();
        run.cases.truncate(1);
        run.groups.clear();
        run.untested.clear();
        run.remarks.clear();
        insta::assert_snapshot!(told(&run, false));
    }

    #[test]
    fn colours_only_where_asked_for_and_nothing_foreign_paints() {
        let mut run = sample::run();
        run.cases[1].findings[0].found = "\u{1b}[2J\u{9b}31m\u{7}\r\nx".into();
        run.groups = crate::runner::grouping::groups(&run.cases);
        assert!(!told(&run, false).chars().any(|c| c.is_control() && c != '\n'));
        assert!(told(&run, true).contains("\u{1b}[31"));
    }

    #[test]
    fn many_failing_cases_of_few_causes_fit_on_two_screens() {
        let mut run = sample::run();
        let failed = run.cases[1].clone();
        run.cases = (0..848)
            .map(|at| {
                let mut case = failed.clone();
                case.name = format!("key/case-{at}");
                case.findings[0].expected =
                    format!("cause {}: {}", ["a", "b", "c"][at % 3], "long ".repeat(500));
                case.findings[0].found = "long ".repeat(500);
                case
            })
            .collect();
        run.groups = crate::runner::grouping::groups(&run.cases);
        let told = told(&run, false);
        assert!(told.lines().count() < 60, "{} lines", told.lines().count());
        assert!(told.lines().all(|line| line.chars().count() < 420), "{told}");
        assert!(told.contains("shows in  283 cases: key/case-0 (suites/device/replay.yaml:41), "), "{told}");
        assert!(told.contains(" and 280 more\n"), "{told}");
    }

    #[test]
    fn many_deviations_and_many_ids_are_cut_short() {
        let mut run = sample::run();
        let group = run.groups[0].clone();
        run.groups = vec![group; 40];
        run.untested = vec![run.untested[0].clone(); 40];
        let told = told(&run, false);
        assert!(told.contains("and 12 more, see the reports") && told.contains("and 28 more"), "{told}");
    }

    #[test]
    fn a_part_of_a_run_lists_no_musts_that_it_was_not_to_test() {
        let mut run = sample::run();
        run.facts.part = Some("--case key/*".into());
        assert!(!told(&run, false).contains("musts not tested"));
    }

    #[test]
    fn a_stopped_run_says_so() {
        let mut run = sample::run();
        run.stopped = Some("no answer\nfrom the device".into());
        let told = told(&run, false);
        assert!(told.contains("stopped before its end: no answer from the device\nnext: see that"), "{told}");
    }
}
