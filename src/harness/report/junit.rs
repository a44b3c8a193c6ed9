//! JUnit XML, in the dialect that Jenkins' own schema takes: one testsuite a suite file, one
//! testcase a case.
//!
//! The writer, `junit-report`, leaves some things to us: characters that XML forbids, the end mark of CDATA inside
//! text, times of at most three decimals, the properties of a suite, how many were skipped and the file of a suite;
//! [`finished`] adds them. `file` and `line` of a testcase are not in Jenkins' schema, which refuses the whole
//! report for them: they are there for GitLab and GitHub only ([`Dialect`]).

use super::{REGISTER, ReportError, summary, text};
use crate::runner::outcome::{CaseResult, RunResult, Verdict};
use crate::text::without_middle;
use indexmap::{IndexMap, IndexSet};
use junit_report::{OffsetDateTime, Report, TestCase, TestResult, TestSuite};
use std::fmt::Write;

/// Bytes of one case's transcript at the most: common readers of XML refuse a text of 10 million.
const LONGEST_TRANSCRIPT: usize = 64 * 1024;

/// For whom the report is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Dialect {
    /// Jenkins and everybody else: as its schema says.
    #[default]
    Jenkins,
    /// GitLab's and GitHub's readers: `file` and `line` at each testcase lead to the suite's source.
    Places,
}

/// A run as JUnit XML.
///
/// *Inconclusive* and *not applicable* are `skipped` with their reason; a warning and a waived
/// failure pass with a note; a run that was stopped has one more testcase, an error.
///
/// # Errors
/// [`ReportError::Make`], if the writer of XML refuses.
pub fn render(run: &RunResult, dialect: Dialect) -> Result<String, ReportError> {
    let failed = |why: String| ReportError::Make { format: "JUnit", why };
    let mut xml = Vec::new();
    report(run).write_xml(&mut xml).map_err(|error| failed(error.to_string()))?;
    let xml = String::from_utf8(xml).map_err(|error| failed(error.to_string()))?;
    Ok(finished(&xml, &Additions::of(run, dialect)) + "\n")
}

fn report(run: &RunResult) -> Report {
    let mut suites: IndexMap<&str, Vec<TestCase>> = IndexMap::new();
    let mut names = IndexSet::new();
    for case in &run.cases {
        let mut written = testcase(case, run.facts.full);
        written.name = unique(&mut names, written.name);
        suites.entry(&case.suite).or_default().push(written);
    }
    if let Some(why) = &run.stopped {
        let name = unique(&mut names, "run/stopped-before-its-end".to_owned());
        let mut error = TestCase::error(&name, whole_millis(run.duration), "stopped", &attribute(why));
        error.set_classname("run");
        suites.entry("run").or_default().push(error);
    }
    let mut report = Report::new();
    for (name, cases) in suites {
        let mut suite = TestSuite::new(&attribute(name));
        suite.set_timestamp(timestamp(run));
        suite.add_testcases(cases);
        report.add_testsuite(suite);
    }
    report
}

fn testcase(case: &CaseResult, full: bool) -> TestCase {
    let mut written = TestCase::success(&attribute(&case.name), whole_millis(case.duration));
    written.set_classname(&attribute(&case.suite));
    written.result = result(case);
    // A pass keeps no transcript; one that waits for a look (a warning, a waived failure) does.
    let transcript = match case.verdict {
        Verdict::Pass if !full => String::new(),
        _ => text::transcript(&case.transcript),
    };
    let out = note(case) + &without_middle(&transcript, LONGEST_TRANSCRIPT, whole(case));
    if !out.is_empty() {
        written.set_system_out(&content(&out));
    }
    written
}

/// Where the whole transcript of a case is.
fn whole(case: &CaseResult) -> &'static str {
    match case.verdict {
        Verdict::NotApplicable => "the case was not run, so no report has them",
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

/// What was tested with what: the properties of every suite.
fn properties(run: &RunResult) -> Vec<(&'static str, String)> {
    let known = |value: &Option<String>| value.clone().unwrap_or_else(|| "unknown".to_owned());
    let facts = &run.facts;
    let mut properties = vec![
        ("target", run.target.clone()),
        ("serial", known(&run.device.serial)),
        ("firmware", known(&run.device.firmware)),
        ("bench", run.bench.clone()),
        ("program", facts.program.clone()),
        ("suites", facts.suites.clone()),
        ("requirements", facts.requirements.clone()),
        ("register", REGISTER.to_owned()),
        ("grants", facts.grants.clone()),
        ("rate", facts.rate.clone()),
        ("part", facts.part.clone().unwrap_or_default()),
        ("seed", run.seed.map(|seed| seed.to_string()).unwrap_or_default()),
    ];
    properties.retain(|(_, value)| !value.is_empty());
    properties
}

/// What the writer of XML cannot write.
struct Additions {
    /// The element of properties, the same in every suite.
    properties: String,
    /// Attributes of each suite, in order.
    suites: Vec<String>,
    /// Attributes of each testcase, in order.
    cases: Vec<String>,
}

impl Additions {
    fn of(run: &RunResult, dialect: Dialect) -> Additions {
        let mut properties = String::from("<properties>");
        for (name, value) in self::properties(run) {
            let _ = write!(properties, "<property name=\"{name}\" value=\"{}\"/>", escaped(&value));
        }
        properties.push_str("</properties>");
        let place = |case: &CaseResult| {
            let place = run.facts.cases.get(&case.name).map(|facts| facts.place.as_str()).unwrap_or_default();
            place.rsplit_once(':').map_or((place, ""), |(file, line)| {
                if line.bytes().all(|byte| byte.is_ascii_digit()) { (file, line) } else { (place, "") }
            })
        };
        let mut suites: IndexMap<&str, (usize, &str, Vec<String>)> = IndexMap::new();
        for case in &run.cases {
            let (file, line) = place(case);
            let (skipped, of_suite, cases) = suites.entry(&case.suite).or_insert((0, file, Vec::new()));
            *skipped += usize::from(matches!(case.verdict, Verdict::Inconclusive | Verdict::NotApplicable));
            if of_suite.is_empty() {
                *of_suite = file;
            }
            let mut added = String::new();
            if dialect == Dialect::Places && !file.is_empty() {
                let _ = write!(added, " file=\"{}\"", escaped(file));
            }
            if dialect == Dialect::Places && !line.is_empty() {
                let _ = write!(added, " line=\"{line}\"");
            }
            cases.push(added);
        }
        if run.stopped.is_some() {
            suites.entry("run").or_default().2.push(String::new());
        }
        let attributes = suites.values().map(|(skipped, file, _)| match *file {
            "" => format!(" skipped=\"{skipped}\""),
            file => format!(" skipped=\"{skipped}\" file=\"{}\"", escaped(file)),
        });
        Additions {
            properties,
            suites: attributes.collect(),
            cases: suites.values().flat_map(|(_, _, cases)| cases.iter().cloned()).collect(),
        }
    }
}

/// Text for an attribute that we write ourselves.
fn escaped(text: &str) -> String {
    let text = attribute(text);
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
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

/// The report with what the writer cannot write, and with times of three decimals of a second at most: Jenkins'
/// schema has had versions that take no more, and the writer prints 1118 ms as 1.1179999999999999. Outside of
/// CDATA, where all our text is, signs inside a value are escaped, so a tag's text can only be that tag.
fn finished(xml: &str, additions: &Additions) -> String {
    let mut out = String::with_capacity(xml.len() + 1024);
    let (mut suites, mut cases) = (additions.suites.iter(), additions.cases.iter());
    let mut rest = xml;
    loop {
        let (markup, after) = rest.split_once("<![CDATA[").map_or((rest, None), |(a, b)| (a, Some(b)));
        let mut timed = String::with_capacity(markup.len());
        round_times(&mut timed, markup);
        let mut left = timed.as_str();
        while let Some(at) = left.find("<test") {
            let (before, tag) = left.split_at(at);
            out.push_str(before);
            let end = tag.find('>').map_or(tag.len(), |end| end + 1);
            let (tag, after) = tag.split_at(end);
            left = after;
            if let Some(inside) = tag.strip_prefix("<testsuite ") {
                let added = suites.next().map_or("", String::as_str);
                let _ = write!(out, "<testsuite{added} {inside}{}", additions.properties);
            } else if let Some(inside) = tag.strip_prefix("<testcase ") {
                let added = cases.next().map_or("", String::as_str);
                let _ = write!(out, "<testcase{added} {inside}");
            } else {
                out.push_str(tag);
            }
        }
        out.push_str(left);
        let Some(after) = after else { return out };
        let (text, after) = after.split_once("]]>").unwrap_or((after, ""));
        out.extend(["<![CDATA[", text, "]]>"]);
        rest = after;
    }
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
