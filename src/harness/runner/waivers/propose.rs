//! A first file of waivers from the failures of a run, for a person to go through.

use super::Deviation;
use crate::runner::outcome::{CaseResult, Verdict};
use crate::text::yaml_quoted;
use std::fmt::Write;
use time::{Date, Duration};

/// The reason of a proposed waiver, until a person writes one.
pub(super) const NO_REASON: &str = "not looked at yet";

/// The owner of a proposed waiver, until a person answers for it.
pub(super) const NO_OWNER: &str = "nobody yet";

/// How long a proposed waiver holds.
const DAYS: i64 = 30;

/// Waivers for every deviation of a run that none covers yet, as YAML.
pub fn propose(cases: &[CaseResult], firmware: Option<&str>, today: Date) -> String {
    let expires = today.checked_add(Duration::days(DAYS)).unwrap_or(today);
    let mut out =
        format!("# Proposed on {today} from the failures of a run: keep what you accept, say why and who.\n");
    let mut items = String::new();
    for case in cases.iter().filter(|case| case.waived.is_none()) {
        if !matches!(case.verdict, Verdict::Fail | Verdict::Warn) {
            continue;
        }
        let mut told: Vec<Deviation> = Vec::new();
        for finding in &case.findings {
            let seen = lasting(Deviation::of(case, finding));
            if told.contains(&seen) {
                continue;
            }
            let _ = writeln!(items, "  # {}: expected {}", finding.requirement, comment(&finding.expected));
            let _ = writeln!(items, "  - case: {}", yaml_quoted(&case.name));
            items.push_str("    observed:\n");
            if let Some(status) = seen.status {
                let _ = writeln!(items, "      status: {status}");
            }
            if let Some(code) = seen.code {
                let _ = writeln!(items, "      code: {code}");
            }
            for (name, text) in [("reason", &seen.reason), ("found", &seen.found)] {
                if let Some(text) = text {
                    let _ = writeln!(items, "      {name}: {}", yaml_quoted(text));
                }
            }
            let _ = writeln!(items, "    reason: {NO_REASON}\n    owner: {NO_OWNER}");
            let _ = writeln!(items, "    expires: {expires}");
            if let Some(version) = firmware.and_then(|text| text.trim().parse::<u64>().ok()) {
                let _ = writeln!(items, "    firmware: {{from: {version}, to: {version}}}");
            }
            told.push(seen);
        }
    }
    out.push_str(if items.is_empty() { "waivers: []\n" } else { "waivers:\n" });
    out + &items
}

/// A deviation without what is another in each run: receipt numbers, sums that have grown.
fn lasting(seen: Deviation) -> Deviation {
    let numeric = |text: &String| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    Deviation {
        reason: seen.reason.map(|reason| if numeric(&reason) { "*".to_owned() } else { reason }),
        found: seen.found.map(|found| without_numbers(&found)),
        ..seen
    }
}

/// The text with `*` for each number of four digits or more, or with decimals: codes, statuses and
/// counts stay.
fn without_numbers(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let len = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let number = rest[..len].trim_end_matches('.');
        // A key's placeholder counts keys, and what came before may differ.
        let varies = number.len() > 3 || number.contains('.') || out.ends_with("KEY_");
        out.push_str(if varies { "*" } else { number });
        rest = &rest[number.len()..];
    }
    out + rest
}

fn comment(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
