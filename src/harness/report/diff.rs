//! Two results files compared: what was fixed, what broke, which open answers changed.

use super::json::{CaseRecord, Results};
use super::text::{one_line, shown};
use crate::runner::likeness::{Likeness, likeness};
use crate::runner::outcome::{DeviceFacts, FindingGroup, Verdict};
use crate::runner::waivers::SUITE as WAIVERS;
use ikkm_requirements::Level;
use indexmap::IndexMap;
use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::fmt::Write;

/// How a case differs between two runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// Its verdict got worse; see `rank`.
    Broken,
    /// The old run has it and the new one does not: what it showed is not known any more.
    Missing,
    /// It failed or warned, and passes now.
    Fixed,
    /// Its verdict is another, but neither worse nor a repair: a failure that is undecided now.
    Changed,
    /// Only the new run has it.
    Added,
}

impl Change {
    /// All of them, worst first: the order of the report.
    const ALL: [Change; 5] = [Change::Broken, Change::Missing, Change::Fixed, Change::Changed, Change::Added];

    fn title(self) -> &'static str {
        match self {
            Change::Broken => "Broken",
            Change::Missing => "Missing",
            Change::Fixed => "Fixed",
            Change::Changed => "Changed",
            Change::Added => "Added",
        }
    }
}

/// One case that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseChange {
    /// The case's slug with its group.
    pub name: String,
    /// The highest level among its requirements, in the newest run that has it.
    pub level: Level,
    /// How it differs.
    pub change: Change,
    /// Its verdict in the old run.
    pub old: Option<Verdict>,
    /// Its verdict in the new run.
    pub new: Option<Verdict>,
    /// Whether a waiver covered it in the old run.
    pub old_waived: bool,
    /// Whether a waiver covers it in the new run.
    pub new_waived: bool,
    /// What the new run says of it.
    pub message: Option<String>,
}

/// An open question with another answer than before; `None` where a run did not get one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerChange {
    /// The question, or its part.
    pub question: String,
    /// The answer of the old run.
    pub old: Option<String>,
    /// The answer of the new run.
    pub new: Option<String>,
}

/// A deviation that only one of the runs shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingChange {
    /// The deviation; what follows from it is not told again.
    pub group: FindingGroup,
    /// In how many cases it shows.
    pub cases: usize,
    /// The new run shows it; else the old one.
    pub is_new: bool,
}

/// All that differs between two runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diff {
    /// What the old run tested.
    pub old: String,
    /// What the new run tested.
    pub new: String,
    /// Deviations that only one of the runs shows, the new ones first.
    pub findings: Vec<FindingChange>,
    /// Cases, by kind of change, musts first, then by name.
    pub cases: Vec<CaseChange>,
    /// Open questions, by name.
    pub answers: Vec<AnswerChange>,
    /// How many cases both runs have with one verdict.
    pub same: usize,
}

/// How bad a verdict is. To learn less is worse than a pass, and better than a known fault.
fn rank(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Pass => 0,
        Verdict::NotApplicable => 1,
        Verdict::Inconclusive => 2,
        Verdict::Warn => 3,
        Verdict::Fail => 4,
    }
}

/// Compares two runs, case by case and answer by answer.
pub fn compare(old: &Results, new: &Results) -> Diff {
    let before: IndexMap<&str, &CaseRecord> =
        old.cases.iter().map(|case| (case.name.as_str(), case)).collect();
    let after: IndexMap<&str, &CaseRecord> =
        new.cases.iter().map(|case| (case.name.as_str(), case)).collect();
    let missing = before.values().filter(|case| !after.contains_key(case.name.as_str()));
    let mut cases: Vec<CaseChange> = after
        .values()
        .filter_map(|case| case_change(before.get(case.name.as_str()).copied(), Some(case)))
        .chain(missing.filter_map(|case| case_change(Some(case), None)))
        .collect();
    cases.sort_by(|a, b| (a.change, Reverse(a.level), &a.name).cmp(&(b.change, Reverse(b.level), &b.name)));
    let here_and_there = after.len() - cases.iter().filter(|case| case.new.is_some()).count();
    Diff {
        old: tested(&old.target, &old.device),
        new: tested(&new.target, &new.device),
        findings: finding_changes(old, new, true).chain(finding_changes(new, old, false)).collect(),
        cases,
        answers: answer_changes(old, new),
        same: here_and_there,
    }
}

fn case_change(old: Option<&CaseRecord>, new: Option<&CaseRecord>) -> Option<CaseChange> {
    let case = new.or(old)?;
    let (before, after) = (old.map(|case| case.verdict), new.map(|case| case.verdict));
    let waived = |case: Option<&CaseRecord>| case.is_some_and(|case| case.waived.is_some());
    let (old_waived, new_waived) = (waived(old), waived(new));
    let change = match (before, after) {
        // Waivers that were not in order have cases of their own, which come and go with that.
        (Some(_), None) if case.suite == WAIVERS => Change::Fixed,
        (None, Some(_)) if case.suite == WAIVERS => Change::Broken,
        (Some(before), Some(after)) if before == after && old_waived == new_waived => return None,
        // A deviation that somebody accepted counts for nobody, and one that lost its waiver for all.
        (Some(_), Some(_)) if new_waived => Change::Changed,
        (Some(before), Some(after)) if before == after => Change::Broken,
        (Some(before), Some(after)) if rank(after) > rank(before) => Change::Broken,
        (Some(Verdict::Fail | Verdict::Warn), Some(Verdict::Pass)) => Change::Fixed,
        (Some(_), Some(_)) => Change::Changed,
        (Some(_), None) => Change::Missing,
        (None, _) => Change::Added,
    };
    Some(CaseChange {
        name: case.name.clone(),
        level: case.level,
        change,
        old: before,
        new: after,
        old_waived,
        new_waived,
        message: new.and_then(|case| case.message.clone()),
    })
}

/// The deviations of the second run that the first does not show.
fn finding_changes<'r>(
    without: &'r Results,
    with: &'r Results,
    is_new: bool,
) -> impl Iterator<Item = FindingChange> + 'r {
    let alike = |group: &FindingGroup| likeness(&group.requirement, &group.expected, &group.found);
    let known: Vec<Likeness> = without.findings.iter().map(alike).collect();
    let accepted: BTreeSet<&str> =
        with.cases.iter().filter(|case| case.waived.is_some()).map(|case| case.name.as_str()).collect();
    with.findings.iter().filter(|group| group.follows.is_none()).filter_map(move |group| {
        let cases: BTreeSet<&str> = group.places.iter().map(|place| place.case.as_str()).collect();
        let counts = !known.contains(&alike(group)) && cases.iter().any(|case| !accepted.contains(case));
        counts.then(|| FindingChange { group: group.clone(), cases: cases.len(), is_new })
    })
}

fn answer_changes(old: &Results, new: &Results) -> Vec<AnswerChange> {
    let mut questions: Vec<&String> = old.answers.keys().chain(new.answers.keys()).collect();
    questions.sort();
    questions.dedup();
    questions
        .into_iter()
        .filter(|question| old.answers.get(*question) != new.answers.get(*question))
        .map(|question| AnswerChange {
            question: question.clone(),
            old: old.answers.get(question).cloned(),
            new: new.answers.get(question).cloned(),
        })
        .collect()
}

fn tested(target: &str, device: &DeviceFacts) -> String {
    let mut text = one_line(target);
    for (name, value) in [("serial", &device.serial), ("firmware", &device.firmware)] {
        if let Some(value) = value {
            let _ = write!(text, ", {name} {}", one_line(value));
        }
    }
    text
}

impl Diff {
    /// Whether something got worse: a verdict, or a case that went missing. A changed answer to an
    /// open question is told, and is no fault.
    pub fn got_worse(&self) -> bool {
        self.cases.iter().any(|case| matches!(case.change, Change::Broken | Change::Missing))
    }

    /// Plain text for a terminal, with so many cases of each kind at the most.
    pub fn to_text(&self, most: usize) -> String {
        let mut out = format!("old: {}\nnew: {}\n", self.old, self.new);
        for (title, findings) in self.by_age() {
            let _ = writeln!(out, "\n{} ({})", title.to_lowercase(), findings.len());
            for one in findings {
                let group = &one.group;
                let (expected, found) = (shown(&group.expected), shown(&group.found));
                let _ = writeln!(
                    out,
                    "  {:<6}  {}: expected {expected}; found {found}",
                    group.level,
                    one_line(&group.requirement)
                );
                let _ = writeln!(out, "          {}", places(one, one_line));
            }
        }
        for (kind, cases) in self.by_kind() {
            let _ = writeln!(out, "\n{} ({})", kind.title().to_lowercase(), cases.len());
            let more = cases.len().saturating_sub(most);
            for case in cases.into_iter().take(most) {
                let _ = writeln!(
                    out,
                    "  {:<6}  {}: {}{}",
                    case.level,
                    one_line(&case.name),
                    verdicts(case),
                    case.message.as_ref().map_or_else(String::new, |m| format!(" ({})", one_line(m)))
                );
            }
            if more > 0 {
                let _ = writeln!(out, "  and {more} more: --all names them");
            }
        }
        if !self.answers.is_empty() {
            let _ = writeln!(out, "\nopen questions answered otherwise ({})", self.answers.len());
            for answer in &self.answers {
                let _ = writeln!(out, "  {}: {}", one_line(&answer.question), answer_pair(answer, one_line));
            }
        }
        let _ = writeln!(out, "\n{}", self.conclusion());
        out
    }

    /// Markdown for a merge request, with so many cases of each kind at the most.
    pub fn to_markdown(&self, most: usize) -> String {
        let mut out = format!(
            "### iKKM conformance: {}\n\n- old: {}\n- new: {}\n",
            self.conclusion(),
            markdown(&self.old),
            markdown(&self.new)
        );
        for (title, findings) in self.by_age() {
            let _ = writeln!(out, "\n#### {title} ({})\n", findings.len());
            for one in findings {
                let group = &one.group;
                let _ = writeln!(
                    out,
                    "- {} ({}): expected {}; found {}; {}",
                    markdown(&group.requirement),
                    group.level,
                    markdown(&group.expected),
                    markdown(&group.found),
                    places(one, markdown)
                );
            }
        }
        for (kind, cases) in self.by_kind() {
            let _ = writeln!(out, "\n#### {} ({})\n", kind.title(), cases.len());
            out.push_str("| level | case | verdict | what the new run says |\n|---|---|---|---|\n");
            let more = cases.len().saturating_sub(most);
            for case in cases.into_iter().take(most) {
                let message = markdown(case.message.as_deref().unwrap_or_default());
                let _ = writeln!(
                    out,
                    "| {} | {} | {} | {message} |",
                    case.level,
                    markdown(&case.name),
                    verdicts(case)
                );
            }
            if more > 0 {
                let _ = writeln!(out, "\nAnd {more} more: `--all` names them.");
            }
        }
        if !self.answers.is_empty() {
            let _ = writeln!(out, "\n#### Open questions answered otherwise ({})\n", self.answers.len());
            for answer in &self.answers {
                let question = markdown(&answer.question);
                let _ = writeln!(out, "- {question}: {}", answer_pair(answer, markdown));
            }
        }
        out
    }

    fn by_age(&self) -> impl Iterator<Item = (&'static str, Vec<&FindingChange>)> {
        [("New findings", true), ("Findings that are gone", false)].into_iter().filter_map(
            |(title, is_new)| {
                let these: Vec<&FindingChange> =
                    self.findings.iter().filter(|one| one.is_new == is_new).collect();
                (!these.is_empty()).then_some((title, these))
            },
        )
    }

    fn by_kind(&self) -> impl Iterator<Item = (Change, Vec<&CaseChange>)> {
        Change::ALL.into_iter().filter_map(|kind| {
            let cases: Vec<&CaseChange> = self.cases.iter().filter(|case| case.change == kind).collect();
            (!cases.is_empty()).then_some((kind, cases))
        })
    }

    fn conclusion(&self) -> String {
        let worse = if self.got_worse() { "something got worse" } else { "nothing got worse" };
        format!("{worse}; verdicts that are the same: {}", self.same)
    }
}

/// In which cases a deviation shows.
fn places(change: &FindingChange, told: fn(&str) -> String) -> String {
    let first = change.group.places.first().map_or_else(String::new, |place| told(&place.case));
    match change.cases {
        1 => format!("in {first}"),
        cases => format!("in {cases} cases, first {first}"),
    }
}

fn verdicts(case: &CaseChange) -> String {
    let word = |verdict: Option<Verdict>, waived: bool| {
        let word = verdict.map_or("none", Verdict::as_str);
        if waived { format!("{word} (waived)") } else { word.to_owned() }
    };
    format!("{} → {}", word(case.old, case.old_waived), word(case.new, case.new_waived))
}

fn answer_pair(answer: &AnswerChange, shown: fn(&str) -> String) -> String {
    let said = |text: &Option<String>| text.as_deref().map_or_else(|| "not asked".to_owned(), shown);
    format!("{} → {}", said(&answer.old), said(&answer.new))
}

/// Foreign text inside Markdown: nothing in it forms a cell, a link, a tag or an emphasis.
fn markdown(text: &str) -> String {
    let mut out = String::new();
    for c in one_line(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '!' | '#' | '~' | '@' => out.extend(['\\', c]),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests;
