//! `results.json`: a run for machines and for `diff`; its form is numbered by `schema`.

use super::{REGISTER, ReportError, summary, text};
use crate::runner::outcome::{
    CaseResult, DeviceFacts, Event, Finding, FindingGroup, Pairs, RunFacts, RunResult, Untested, Verdict,
};
use ikkm_requirements::Level;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::Duration;
use time::format_description::well_known::Rfc3339;

/// The number of the form that is written, and the only one that is read.
pub const SCHEMA: u32 = 1;

/// Bytes of the largest results file that is read. Ours of a whole run is some hundred kilobytes.
const LARGEST: u64 = 64 * 1024 * 1024;

/// How many cases ended how.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", default)]
pub struct Summary {
    /// Cases that passed.
    pub pass: usize,
    /// Cases that failed, waived ones included.
    pub fail: usize,
    /// Cases in which a *should* is broken, waived ones included.
    pub warn: usize,
    /// Cases that could not be decided.
    pub inconclusive: usize,
    /// Cases that could not be run here.
    pub not_applicable: usize,
    /// Cases that a waiver covers.
    pub waived: usize,
    /// Requests sent.
    pub requests: u64,
}

/// One case as the file holds it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CaseRecord {
    /// The case's slug with its group.
    pub name: String,
    /// The suite file's stem.
    #[serde(default)]
    pub suite: String,
    /// What it came to.
    pub verdict: Verdict,
    /// The highest level among its requirements.
    pub level: Level,
    /// The requirements it cites.
    #[serde(default)]
    pub requirements: Vec<String>,
    /// Requests sent for it.
    #[serde(default)]
    pub requests: u32,
    /// How long it took, in seconds to the millisecond.
    #[serde(default)]
    pub seconds: f64,
    /// One line for people.
    #[serde(default)]
    pub message: Option<String>,
    /// What the case shows, in a sentence of its suite.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// `suites/device/replay.yaml:41`, where the case stands.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub place: String,
    /// Why a failure is not counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waived: Option<String>,
    /// Every expectation that did not hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// What was sent and what came; left out of cases that passed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transcript: Vec<Event>,
}

/// A whole results file. Fields that a reader does not know are passed over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Results {
    /// The number of this form.
    pub schema: u32,
    /// What was tested.
    #[serde(default)]
    pub target: String,
    /// What the device said of itself.
    #[serde(default)]
    pub device: DeviceFacts,
    /// The bench's name.
    #[serde(default)]
    pub bench: String,
    /// The version of the vendor's document.
    #[serde(default)]
    pub register: String,
    /// The seed, where chance was used.
    #[serde(default)]
    pub seed: Option<u64>,
    /// When the run began, RFC 3339.
    #[serde(default)]
    pub started: String,
    /// How long it took, in seconds to the millisecond.
    #[serde(default)]
    pub seconds: f64,
    /// How many cases ended how.
    #[serde(default)]
    pub summary: Summary,
    /// The cases, in the order in which they ran.
    pub cases: Vec<CaseRecord>,
    /// The findings of all cases, each deviation told once.
    #[serde(default)]
    pub findings: Vec<FindingGroup>,
    /// The pairs of factor levels that were covered, where the run was chosen by pairs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pairs: Option<Pairs>,
    /// The answers to the open questions.
    #[serde(default)]
    pub answers: BTreeMap<String, String>,
    /// The *must* requirements that were not tested.
    #[serde(default)]
    pub untested: Vec<Untested>,
    /// What stopped the run before its end.
    #[serde(default)]
    pub stopped: Option<String>,
    /// What the run left behind.
    #[serde(default)]
    pub remarks: Vec<String>,
    /// How the run was made.
    #[serde(default)]
    pub run: RunFacts,
}

impl From<&CaseResult> for CaseRecord {
    fn from(case: &CaseResult) -> CaseRecord {
        CaseRecord {
            name: case.name.clone(),
            suite: case.suite.clone(),
            verdict: case.verdict,
            level: case.level,
            requirements: case.requirements.clone(),
            requests: case.requests,
            seconds: seconds(case.duration),
            message: case.message.clone(),
            about: None,
            place: String::new(),
            waived: case.waived.clone(),
            findings: case.findings.clone(),
            transcript: match case.verdict {
                Verdict::Pass => Vec::new(),
                _ => case.transcript.clone(),
            },
        }
    }
}

impl From<&RunResult> for Results {
    fn from(run: &RunResult) -> Results {
        Results {
            schema: SCHEMA,
            target: run.target.clone(),
            device: run.device.clone(),
            bench: run.bench.clone(),
            register: REGISTER.to_owned(),
            seed: run.seed,
            // Only a year past 9999 has no such form; it is told as no time at all.
            started: run.started.truncate_to_second().format(&Rfc3339).unwrap_or_default(),
            seconds: seconds(run.duration),
            summary: Summary {
                pass: run.count(Verdict::Pass),
                fail: run.count(Verdict::Fail),
                warn: run.count(Verdict::Warn),
                inconclusive: run.count(Verdict::Inconclusive),
                not_applicable: run.count(Verdict::NotApplicable),
                waived: summary::waived(run),
                requests: run.requests(),
            },
            cases: run
                .cases
                .iter()
                .map(|case| {
                    let facts = run.facts.cases.get(&case.name).cloned().unwrap_or_default();
                    let transcript = match case.verdict {
                        Verdict::Pass if !run.facts.full => Vec::new(),
                        _ => case.transcript.clone(),
                    };
                    CaseRecord {
                        about: facts.about,
                        place: facts.place,
                        transcript,
                        ..CaseRecord::from(case)
                    }
                })
                .collect(),
            findings: run.groups.clone(),
            pairs: run.pairs,
            answers: run.answers.clone(),
            untested: run.untested.clone(),
            stopped: run.stopped.clone(),
            remarks: run.remarks.clone(),
            run: RunFacts { cases: BTreeMap::new(), ..run.facts.clone() },
        }
    }
}

/// Seconds with at most three decimals.
fn seconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1000.0).round() / 1000.0
}

/// A run as pretty JSON in a stable order, with a newline at its end.
///
/// # Errors
/// [`ReportError::Make`], if the writer of JSON refuses a value.
pub fn render(run: &RunResult) -> Result<String, ReportError> {
    let failed = |error: serde_json::Error| ReportError::Make { format: "JSON", why: error.to_string() };
    let mut json = serde_json::to_string_pretty(&Results::from(run)).map_err(failed)?;
    json.push('\n');
    Ok(json)
}

/// Reads a results file that some run wrote, maybe of another version of this program.
///
/// # Errors
/// [`ReportError::Read`] when the file cannot be read, [`ReportError::Form`] when it is too large,
/// is no results file, is of another schema or names a case twice.
pub fn read_results(path: &Path) -> Result<Results, ReportError> {
    let unread = |source| ReportError::Read { path: path.to_owned(), source };
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unread)?;
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(unread)?;
    parse(&bytes).map_err(|why| ReportError::Form { path: path.to_owned(), why })
}

fn parse(bytes: &[u8]) -> Result<Results, String> {
    if bytes.len() as u64 > LARGEST {
        return Err(format!("it is larger than {} MB", LARGEST / 1024 / 1024));
    }
    let results: Results =
        serde_json::from_slice(bytes).map_err(|error| text::one_line(&error.to_string()))?;
    if results.schema != SCHEMA {
        return Err(format!("its schema is {}, and {SCHEMA} is the only one known here", results.schema));
    }
    let mut names = BTreeSet::new();
    match results.cases.iter().find(|case| !names.insert(case.name.as_str())) {
        Some(twice) => Err(format!("it names the case `{}` twice", text::one_line(&twice.name))),
        None => Ok(results),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn what_is_written_reads_back() {
        let run = sample::run();
        let json = render(&run).unwrap();
        assert_eq!(parse(json.as_bytes()).unwrap(), Results::from(&run));
        assert_eq!(render(&run).unwrap(), json, "stable");
    }

    #[test]
    fn holds_what_scripts_rely_on() {
        let json: serde_json::Value = serde_json::from_str(&render(&sample::run()).unwrap()).unwrap();
        assert_eq!(json["schema"].to_string(), "1");
        assert_eq!(json["device"]["serial"], "011700029000");
        assert_eq!(json["register"], "v22");
        assert_eq!(json["summary"]["not-applicable"].to_string(), "2");
        assert_eq!(json["cases"][0]["seconds"].to_string(), "0.012");
        assert_eq!(json["cases"][1]["verdict"], "fail");
        assert_eq!(json["cases"][1]["transcript"][1]["exchange"]["body"], "-1");
        assert!(json["cases"][0].get("transcript").is_none());
        assert_eq!(json["answers"]["Q-KEY-1"], "refuses -1");
        let keys: Vec<&String> = json.as_object().unwrap().keys().collect();
        assert_eq!(keys[..4], ["schema", "target", "device", "bench"]);
    }

    #[test]
    fn a_sparse_file_of_another_version_is_read() {
        let sparse =
            br#"{"schema":1,"new":[],"cases":[{"name":"a","verdict":"pass","level":"must","x":{}}]}"#;
        let results = parse(sparse).unwrap();
        assert_eq!((results.cases[0].name.as_str(), results.answers.len()), ("a", 0));
    }

    #[test]
    fn hostile_files_are_refused_with_a_reason() {
        let twice = r#"{"schema":1,"cases":[{"name":"a","verdict":"pass","level":"must"},
            {"name":"a","verdict":"fail","level":"must"}]}"#;
        for (text, why) in [
            ("", "EOF"),
            ("[]", "invalid length 0"),
            ("{", "EOF"),
            (r#"{"schema":2,"cases":[]}"#, "schema is 2"),
            (r#"{"schema":1}"#, "missing field `cases`"),
            (r#"{"schema":1,"cases":[{"name":"a","verdict":"great","level":"must"}]}"#, "unknown variant"),
            (twice, "the case `a` twice"),
            (&"[".repeat(100_000), "invalid type"),
        ] {
            let error = parse(text.as_bytes()).unwrap_err();
            assert!(error.contains(why), "{error}");
        }
        assert!(parse(&[0xff, 0xfe, 0]).is_err());
        assert!(matches!(read_results(Path::new("/nonexistent/x.json")), Err(ReportError::Read { .. })));
        assert!(matches!(read_results(Path::new("/")), Err(ReportError::Read { .. })));
    }
}
