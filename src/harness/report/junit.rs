//! JUnit XML, in the dialect that Jenkins' own schema takes: one testsuite a suite file, one
//! testcase a case.
//!
//! The writer, `junit-report`, leaves four things to us: characters that XML forbids, the end mark
//! of CDATA inside text, properties (which it cannot write; they head the suite's `system-out`),
//! and times of at most three decimals. Its `file` attribute is not in Jenkins' schema and is not
//! used.

use super::{REGISTER, ReportError, summary, text};
use crate::runner::outcome::{CaseResult, RunResult, Verdict};
use crate::text::without_middle;
use indexmap::{IndexMap, IndexSet};
use junit_report::{OffsetDateTime, Report, TestCase, TestResult, TestSuite};
use std::fmt::Write;

/// Bytes of one case's transcript at the most: common readers of XML refuse a text of 10 million.
const LONGEST_TRANSCRIPT: usize = 64 * 1024;

/// A run as JUnit XML.
///
/// *Inconclusive* and *not applicable* are `skipped` with their reason; a warning and a waived
/// failure pass with a note; a run that was stopped has one more testcase, an error.
///
/// # Errors
/// [`ReportError::Make`], if the writer of XML refuses.
pub fn render(run: &RunResult) -> Result<String, ReportError> {
    let failed = |why: String| ReportError::Make { format: "JUnit", why };
    let mut xml = Vec::new();
    report(run).write_xml(&mut xml).map_err(|error| failed(error.to_string()))?;
    let xml = String::from_utf8(xml).map_err(|error| failed(error.to_string()))?;
    Ok(with_rounded_times(&xml) + "\n")
}

fn report(run: &RunResult) -> Report {
    let mut suites: IndexMap<&str, Vec<TestCase>> = IndexMap::new();
    let mut names = IndexSet::new();
    for case in &run.cases {
        let mut written = testcase(case);
        written.name = unique(&mut names, written.name);
        suites.entry(&case.suite).or_default().push(written);
    }
    if let Some(why) = &run.stopped {
        let name = unique(&mut names, "run/stopped-before-its-end".to_owned());
        let mut error = TestCase::error(&name, whole_millis(run.duration), "stopped", &attribute(why));
        error.set_classname("run");
        suites.entry("run").or_default().push(error);
    }
    let head = content(&properties(run));
    let mut report = Report::new();
    for (name, cases) in suites {
        let mut suite = TestSuite::new(&attribute(name));
        suite.set_timestamp(timestamp(run));
        suite.set_system_out(&head);
        suite.add_testcases(cases);
        report.add_testsuite(suite);
    }
    report
}

fn testcase(case: &CaseResult) -> TestCase {
    let mut written = TestCase::success(&attribute(&case.name), whole_millis(case.duration));
    written.set_classname(&attribute(&case.suite));
    written.result = result(case);
    let transcript = text::transcript(&case.transcript);
    let out = note(case) + &without_middle(&transcript, LONGEST_TRANSCRIPT, whole(case));
    if !out.is_empty() {
        written.set_system_out(&content(&out));
    }
    written
}

/// Where the whole transcript of a case is.
fn whole(case: &CaseResult) -> &'static str {
    match case.verdict {
        Verdict::Pass | Verdict::NotApplicable => "the case passed, so no report has them",
        _ => "the results as JSON (--json) have them",
    }
}

fn result(case: &CaseResult) -> TestResult {
    let message = attribute(case.message.as_deref().unwrap_or("no message"));
    let type_ = format!("{}", case.verdict);
    match case.verdict {
        Verdict::Fail if summary::counts_against(case) => {
            TestResult::Failure { type_, message, cause: Some(content(&findings(case))) }
        }
        Verdict::Pass | Verdict::Fail | Verdict::Warn => TestResult::Success,
        Verdict::Inconclusive | Verdict::NotApplicable => {
            TestResult::SkippedWithCause { type_, message, cause: None }
        }
    }
}

/// What a testcase that passes for CI has to confess.
fn note(case: &CaseResult) -> String {
    let message = case.message.as_deref().unwrap_or("no message");
    match (&case.waived, case.verdict) {
        (Some(waived), _) => {
            format!("# waived: {waived}\n# {}: {message}\n{}", case.verdict, findings(case))
        }
        (None, Verdict::Warn) => format!("# warning: {message}\n{}", findings(case)),
        _ => String::new(),
    }
}

fn findings(case: &CaseResult) -> String {
    let mut out = String::new();
    for finding in &case.findings {
        let _ = writeln!(out, "{} ({}) at {}", finding.requirement, finding.level, finding.place);
        if let Some((words, section)) = summary::words(&finding.requirement) {
            let _ = writeln!(out, "  {words} ({section})");
        }
        let _ = writeln!(out, "  expected  {}\n  found     {}", finding.expected, finding.found);
        let _ = writeln!(out, "  explain   ikkm-conformance explain {}", finding.requirement);
    }
    without_middle(&out, LONGEST_TRANSCRIPT, "the results as JSON (--json) have them")
}

/// What the properties of a suite would be, a line each.
fn properties(run: &RunResult) -> String {
    let known = |value: &Option<String>| value.clone().unwrap_or_else(|| "unknown".to_owned());
    format!(
        "target: {}\nserial: {}\nfirmware: {}\nbench: {}\nregister: {REGISTER}\n",
        run.target,
        known(&run.device.serial),
        known(&run.device.firmware),
        run.bench
    )
}

/// Text for an attribute, where a parser would make spaces of newlines and tabs anyway.
fn attribute(text: &str) -> String {
    text::for_xml(text).replace(['\n', '\t'], " ")
}

/// Text for a CDATA section: its end mark is spread over two sections.
fn content(text: &str) -> String {
    text::for_xml(text).replace("]]>", "]]]]><![CDATA[>")
}

/// The name, or with a number behind it where it is taken: CI servers merge testcases of one name.
fn unique(names: &mut IndexSet<String>, name: String) -> String {
    let free = (1u32..)
        .map(|n| if n == 1 { name.clone() } else { format!("{name} ({n})") })
        .find(|name| !names.contains(name))
        .unwrap_or(name);
    names.insert(free.clone());
    free
}

/// When the run began: whole seconds in UTC, since some readers take no fraction, and the epoch
/// for a year that RFC 3339 has no form for, which the writer would not survive.
fn timestamp(run: &RunResult) -> OffsetDateTime {
    let began = OffsetDateTime::from_unix_timestamp(run.started.unix_timestamp());
    began.ok().filter(|began| (0..=9999).contains(&began.year())).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

/// To the millisecond. The writer adds the times up without a look at overflow, so a case's is
/// bounded by some three years.
fn whole_millis(duration: std::time::Duration) -> junit_report::Duration {
    let millis = (duration.as_micros() + 500) / 1000;
    junit_report::Duration::milliseconds(i64::try_from(millis).unwrap_or(i64::MAX).min(100_000_000_000))
}

/// Jenkins' schema has had versions that take three decimals of a second at most, and the writer
/// prints 1118 ms as 1.1179999999999999. Outside of CDATA, where all our text is, a quote inside a
/// value is written `&quot;`, so ` time="` can only be the attribute.
fn with_rounded_times(xml: &str) -> String {
    let mut out = String::with_capacity(xml.len());
    let mut rest = xml;
    while let Some((markup, after)) = rest.split_once("<![CDATA[") {
        let (text, after) = after.split_once("]]>").unwrap_or((after, ""));
        round_times(&mut out, markup);
        out.extend(["<![CDATA[", text, "]]>"]);
        rest = after;
    }
    round_times(&mut out, rest);
    out
}

fn round_times(out: &mut String, markup: &str) {
    const TIME: &str = " time=\"";
    let mut parts = markup.split(TIME);
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (seconds, after) = part.split_once('"').unwrap_or((part, ""));
        let seconds = seconds.parse().unwrap_or(0.0);
        let _ = write!(out, "{TIME}{seconds:.3}\"{after}");
    }
}

#[cfg(test)]
mod schema;

#[cfg(test)]
mod tests;
