//! Known deviations: which failures of a run are accepted, by whom and until when, and whether they
//! still are what was accepted.
//!
//! - [`load`]: the file, every mistake with its place
//! - [`propose`]: a first file from the failures of a run
//!
//! A waiver speaks of one case or one requirement and of the deviation that was observed. Among the
//! cases of a run it must fit: one that fits nothing any more, has expired, or sees another deviation
//! than it describes, fails the run as a case of its own, so that nothing passes unnoticed.

pub mod load;
pub mod propose;
#[cfg(test)]
mod tests;

use super::outcome::{CaseResult, Event, Finding, Verdict};
use crate::text::fits;
use ikkm_requirements::Level;
use std::fmt;
use std::time::Duration;
use time::Date;

/// The suite under which reports show waivers that are not in order.
pub const SUITE: &str = "waivers";

/// What a waiver speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// Cases by name; `*` stands for anything.
    Case(String),
    /// Findings that cite this requirement, in whatever case.
    Requirement(String),
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Subject::Case(name) | Subject::Requirement(name) => f.write_str(name),
        }
    }
}

/// A deviation as it was observed; what is not given may be anything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deviation {
    /// The HTTP status.
    pub status: Option<u16>,
    /// The negative code in the body.
    pub code: Option<i64>,
    /// The reason phrase; `*` stands for anything.
    pub reason: Option<String>,
    /// What the finding says was found; `*` stands for anything.
    pub found: Option<String>,
}

impl Deviation {
    /// What a finding of a case shows.
    pub fn of(case: &CaseResult, finding: &Finding) -> Deviation {
        let exchange = finding.exchange.and_then(|index| match case.transcript.get(index)? {
            Event::Exchange(exchange) => Some(exchange),
            Event::Bench(_) | Event::Note(_) => None,
        });
        let mut seen = Deviation { found: Some(finding.found.clone()), ..Deviation::default() };
        if let Some(exchange) = exchange {
            let line = exchange.status.as_deref().unwrap_or_default();
            let (status, reason) = line.split_once(' ').unwrap_or((line, ""));
            seen.status = status.parse().ok();
            seen.reason = seen.status.map(|_| reason.to_owned());
            seen.code = exchange.body.trim().parse().ok().filter(|code: &i64| *code < 0);
        }
        seen
    }

    /// Whether what was seen is what this describes.
    fn covers(&self, seen: &Deviation) -> bool {
        let text = |pattern: &Option<String>, seen: &Option<String>| {
            pattern.as_ref().is_none_or(|pattern| seen.as_ref().is_some_and(|seen| fits(pattern, seen)))
        };
        self.status.is_none_or(|status| seen.status == Some(status))
            && self.code.is_none_or(|code| seen.code == Some(code))
            && text(&self.reason, &seen.reason)
            && text(&self.found, &seen.found)
    }
}

impl fmt::Display for Deviation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        parts.extend(self.status.map(|status| format!("status {status}")));
        parts.extend(self.reason.as_ref().map(|reason| format!("reason `{reason}`")));
        parts.extend(self.code.map(|code| format!("code {code}")));
        parts.extend(self.found.as_ref().map(|found| format!("found `{found}`")));
        f.write_str(&parts.join(", "))
    }
}

/// The firmware versions that a waiver is for, both ends included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FirmwareRange {
    /// The lowest; `None` for any.
    pub from: Option<u64>,
    /// The highest; `None` for any.
    pub to: Option<u64>,
}

impl FirmwareRange {
    /// Whether it holds the version; one that is not known is in no range but the whole.
    fn holds(self, firmware: Option<&str>) -> bool {
        if self == FirmwareRange::default() {
            return true;
        }
        firmware.and_then(|text| text.trim().parse().ok()).is_some_and(|version: u64| {
            self.from.is_none_or(|from| version >= from) && self.to.is_none_or(|to| version <= to)
        })
    }
}

/// One accepted deviation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// `file:line`.
    pub place: String,
    /// What it speaks of.
    pub subject: Subject,
    /// The deviation that was observed.
    pub observed: Deviation,
    /// Why it is accepted.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// The last day on which it holds.
    pub expires: Date,
    /// The firmware that it is for.
    pub firmware: FirmwareRange,
}

impl Waiver {
    fn speaks_of(&self, case: &CaseResult) -> bool {
        match &self.subject {
            Subject::Case(pattern) => fits(pattern, &case.name),
            Subject::Requirement(id) => {
                case.requirements.contains(id) || case.findings.iter().any(|one| one.requirement == *id)
            }
        }
    }

    fn concerns(&self, case: &CaseResult, finding: &Finding) -> bool {
        match &self.subject {
            Subject::Case(pattern) => fits(pattern, &case.name),
            Subject::Requirement(id) => finding.requirement == *id,
        }
    }

    /// What a proposal left for a person to fill in, and nobody has.
    fn lacks(&self) -> Option<&'static str> {
        match (self.reason.trim() == propose::NO_REASON, self.owner.trim() == propose::NO_OWNER) {
            (true, true) => Some("reason and owner"),
            (true, false) => Some("reason"),
            (false, true) => Some("owner"),
            (false, false) => None,
        }
    }

    fn note(&self) -> String {
        format!("{} ({}, until {})", self.reason, self.owner, self.expires)
    }
}

/// The waivers of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Waivers(pub Vec<Waiver>);

impl Waivers {
    /// Marks the cases whose every finding is waived, and adds a failed case for each waiver that is
    /// not in order any more. `firmware` is what the device says it runs; `today` decides on expiry.
    ///
    /// A waiver is left alone where none of its cases came to a verdict, or its firmware is another.
    pub fn apply(&self, cases: &mut Vec<CaseResult>, firmware: Option<&str>, today: Date) {
        self.apply_by(cases, |_| firmware, today);
    }

    /// The same where cases ran on devices of different firmware: `firmware` tells each case's.
    pub fn apply_by<'f>(
        &self,
        cases: &mut Vec<CaseResult>,
        firmware: impl Fn(&CaseResult) -> Option<&'f str>,
        today: Date,
    ) {
        let ran_on = |waiver: &Waiver| -> Vec<&CaseResult> {
            cases.iter().filter(|case| waiver.firmware.holds(firmware(case))).collect()
        };
        let ours: Vec<(&Waiver, Vec<&CaseResult>)> = self
            .0
            .iter()
            .map(|waiver| (waiver, ran_on(waiver)))
            .filter(|(_, cases)| !cases.is_empty())
            .collect();
        let waivers: Vec<&Waiver> = ours.iter().map(|(waiver, _)| *waiver).collect();
        let mut faults: Vec<CaseResult> = Vec::new();
        for (waiver, own) in &ours {
            // What other firmware did not show says nothing of this one.
            let elsewhere = cases.iter().any(|case| {
                decided(case) && waiver.speaks_of(case) && !waiver.firmware.holds(firmware(case))
            });
            if let Some(why) = fault(waiver, &waivers, own, elsewhere, today) {
                let same = faults.iter().filter(|fault| fault.name.starts_with(&name(waiver))).count();
                faults.push(failed(waiver, why, same));
            }
        }
        for case in cases.iter_mut() {
            let firmware = firmware(case);
            self.cover(case, firmware, today);
        }
        cases.append(&mut faults);
    }

    /// Marks a case as waived where valid waivers describe every one of its findings.
    pub fn cover(&self, case: &mut CaseResult, firmware: Option<&str>, today: Date) {
        if !deviates(case) {
            return;
        }
        let covering = |finding: &Finding| {
            let seen = Deviation::of(case, finding);
            let holds =
                |one: &&Waiver| one.firmware.holds(firmware) && one.expires >= today && one.lacks().is_none();
            let valid = self.0.iter().filter(holds);
            let mut own = valid.filter(|one| one.concerns(case, finding));
            own.find(|one| one.observed.covers(&seen))
        };
        let covered: Option<Vec<&Waiver>> = case.findings.iter().map(covering).collect();
        case.waived = covered.and_then(|waivers| waivers.first().map(|waiver| waiver.note()));
    }
}

fn deviates(case: &CaseResult) -> bool {
    matches!(case.verdict, Verdict::Fail | Verdict::Warn)
}

fn decided(case: &CaseResult) -> bool {
    case.verdict == Verdict::Pass || deviates(case)
}

/// What is wrong with a waiver after this run, if anything; `elsewhere`: some of its cases ran on firmware that
/// it is not for, so that what it describes may be gone or not.
fn fault(
    waiver: &Waiver,
    all: &[&Waiver],
    cases: &[&CaseResult],
    elsewhere: bool,
    today: Date,
) -> Option<String> {
    let own: Vec<&CaseResult> =
        cases.iter().copied().filter(|case| decided(case) && waiver.speaks_of(case)).collect();
    if own.is_empty() {
        return None;
    }
    if let Some(what) = waiver.lacks() {
        return Some(format!("waives nothing yet: write its {what} over the placeholder"));
    }
    if waiver.expires < today {
        return Some(format!("expired on {}: mend the device, or decide anew", waiver.expires));
    }
    let seen: Vec<(&CaseResult, &Finding, Deviation)> = own
        .iter()
        .filter(|case| deviates(case))
        .flat_map(|case| case.findings.iter().map(move |finding| (*case, finding)))
        .filter(|(case, finding)| waiver.concerns(case, finding))
        .map(|(case, finding)| (case, finding, Deviation::of(case, finding)))
        .collect();
    if seen.iter().any(|(_, _, seen)| waiver.observed.covers(seen)) {
        return None;
    }
    // What another waiver of the same finding describes is not this one's deviation in another form.
    let of_others = |case: &CaseResult, finding: &Finding, seen: &Deviation| {
        all.iter().any(|other| other.concerns(case, finding) && other.observed.covers(seen))
    };
    match seen.iter().find(|(case, finding, seen)| !of_others(case, finding, seen)) {
        Some((_, _, now)) => {
            Some(format!("the deviation changed: waived is {}; now it is {now}", waiver.observed))
        }
        None if elsewhere => None,
        None => Some("matches nothing any more: the deviation is gone, so take the waiver out".to_owned()),
    }
}

fn name(waiver: &Waiver) -> String {
    format!("waiver/{}", waiver.subject)
}

/// A waiver that is not in order, as a failed case of the run.
fn failed(waiver: &Waiver, why: String, same: usize) -> CaseResult {
    // Names are unique in results files.
    let name = if same == 0 { name(waiver) } else { format!("{} ({})", name(waiver), same + 1) };
    CaseResult {
        name,
        suite: SUITE.to_owned(),
        verdict: Verdict::Fail,
        level: Level::Must,
        requirements: Vec::new(),
        requests: 0,
        duration: Duration::ZERO,
        message: Some(format!("the waiver of {} at {} {why}", waiver.subject, waiver.place)),
        findings: Vec::new(),
        transcript: Vec::new(),
        waived: None,
    }
}
