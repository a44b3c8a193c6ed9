//! The code-quality report of GitLab: a JSON list in the format of Code Climate, which a merge request
//! shows beside the lines that it changes, compared with the target branch by fingerprints.

use super::ReportError;
use super::announce::{Announcement, Weight, announcements};
use crate::runner::outcome::RunResult;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// The findings of a run; an empty list where there is none.
///
/// # Errors
/// [`ReportError::Make`], if the writer of JSON refuses.
pub fn render(run: &RunResult) -> Result<String, ReportError> {
    let mut met: BTreeMap<String, u32> = BTreeMap::new();
    let issues: Vec<Value> = announcements(run)
        .iter()
        .map(|one| {
            let times = met.entry(one.identity.clone()).or_default();
            *times += 1;
            issue(one, *times)
        })
        .collect();
    serde_json::to_string_pretty(&issues)
        .map(|text| text + "\n")
        .map_err(|error| ReportError::Make { format: "code-quality", why: error.to_string() })
}

fn issue(one: &Announcement, times: u32) -> Value {
    json!({
        "description": format!("{}: {}", one.title, one.message),
        "check_name": one.subject,
        "fingerprint": fingerprint(&one.identity, times),
        "severity": severity(one.weight),
        "location": {"path": one.file, "lines": {"begin": one.line}},
    })
}

fn severity(weight: Weight) -> &'static str {
    match weight {
        Weight::Broken => "blocker",
        Weight::Failure => "critical",
        Weight::Warning => "minor",
        Weight::Waived => "info",
    }
}

/// The same deviation has the same one in the next run, and no two of a run share one.
fn fingerprint(identity: &str, times: u32) -> String {
    let mut hash = Sha256::new();
    hash.update(identity.as_bytes());
    hash.update(times.to_be_bytes());
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    fn issues(run: &RunResult) -> Vec<Value> {
        serde_json::from_str(&render(run).unwrap()).unwrap()
    }

    #[test]
    fn each_deviation_is_an_issue_with_what_gitlab_asks_for() {
        let issues = issues(&sample::run());
        let severities: Vec<&str> = issues.iter().filter_map(|one| one["severity"].as_str()).collect();
        assert_eq!(severities, ["critical", "minor"]);
        for one in &issues {
            assert!(one["description"].as_str().is_some_and(|text| text.contains("explain KEY-")), "{one}");
            assert_eq!(one["location"]["path"], "suites/device/replay.yaml");
            assert_eq!(one["location"]["lines"]["begin"], 41);
            assert_eq!(one["fingerprint"].as_str().map(str::len), Some(64));
        }
    }

    #[test]
    fn a_fingerprint_stays_from_run_to_run_and_is_unique_in_one() {
        let mut run = sample::run();
        run.groups = vec![run.groups[0].clone(); 3];
        let first = issues(&run);
        run.groups.iter_mut().for_each(|group| group.found = "another receipt, 4711".into());
        let prints = |issues: &[Value]| -> Vec<String> {
            issues.iter().filter_map(|one| one["fingerprint"].as_str().map(str::to_owned)).collect()
        };
        assert_eq!(prints(&first), prints(&issues(&run)));
        let mut unique = prints(&first);
        unique.dedup();
        assert_eq!(unique.len(), 3);
    }

    #[test]
    fn nothing_found_is_an_empty_list() {
        let mut run = sample::run();
        run.cases.truncate(1);
        run.groups.clear();
        assert_eq!(render(&run).unwrap(), "[]\n");
    }
}
