//! What CI shows beside the code: a finding as an announcement with its place, for the formats in
//! [`super::github`] and [`super::gitlab`].

use super::findings::{self, Deviation};
use super::summary;
use super::text::{one_line, shown};
use crate::runner::outcome::{RunResult, Verdict};
use ikkm_requirements::Level;

/// One thing that CI is to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Announcement {
    /// How much it weighs.
    pub weight: Weight,
    /// The requirement, or the case where no requirement speaks.
    pub subject: String,
    /// What stays the same from run to run, so that the same deviation is known again.
    pub identity: String,
    /// The suite file.
    pub file: String,
    /// The line in it, from 1.
    pub line: u32,
    /// `KEY-5 (must, v22 §4)`.
    pub title: String,
    /// In sentences; the last one names the command that explains it.
    pub message: String,
}

/// How much an announcement weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    /// The run could not be carried out.
    Broken,
    /// The run fails because of it.
    Failure,
    /// A *should* is broken.
    Warning,
    /// A waiver covers it.
    Waived,
}

/// Each deviation once, what counts before what does not.
pub(super) fn announcements(run: &RunResult) -> Vec<Announcement> {
    let stopped = run.stopped.iter().map(|why| Announcement {
        weight: Weight::Broken,
        subject: "run".to_owned(),
        identity: "stopped".to_owned(),
        file: "suites".to_owned(),
        line: 1,
        title: "the run was stopped before its end".to_owned(),
        message: format!("{}. `ikkm-conformance help exit-codes` says what that means.", shown(why)),
    });
    let deviations = findings::deviations(run);
    let deviations = deviations.iter().map(|one| of_deviation(run, one));
    let bare = findings::without_finding(run).into_iter().map(|case| {
        let (file, line) = split(run.facts.cases.get(&case.name).map_or("suites", |facts| &facts.place));
        Announcement {
            weight: if case.verdict == Verdict::Fail { Weight::Failure } else { Weight::Warning },
            subject: one_line(&case.name),
            identity: case.name.clone(),
            file,
            line,
            title: one_line(&case.name),
            message: format!("{}.", shown(case.message.as_deref().unwrap_or("no message"))),
        }
    });
    let mut all: Vec<Announcement> = stopped.chain(deviations).chain(bare).collect();
    all.sort_by_key(|one| one.weight);
    all
}

fn of_deviation(run: &RunResult, one: &Deviation) -> Announcement {
    let group = one.group;
    let first = group.places.first();
    let (file, line) = split(first.map_or("suites", |place| &place.place));
    let id = one_line(&group.requirement);
    let (words, title) = match summary::words(&group.requirement) {
        Some((words, section)) => (format!("{words}. "), format!("{id} ({}, {section})", group.level)),
        None => (String::new(), format!("{id} ({})", group.level)),
    };
    let others = match one.consequences.len() {
        0 => String::new(),
        1 => " It explains another finding.".to_owned(),
        n => format!(" It explains {n} other findings."),
    };
    let message = format!(
        "{words}Expected {}; found {}. It shows in {} case{}, first in {}.{others} `ikkm-conformance explain {id}` tells more.",
        shown(&group.expected),
        shown(&group.found),
        one.cases,
        if one.cases == 1 { "" } else { "s" },
        first.map_or_else(String::new, |place| one_line(&place.case)),
    );
    let identity =
        format!("{}\n{}\n{}", group.requirement, first.map_or("", |place| &place.case), group.asked);
    Announcement { weight: weight(run, one), subject: id, identity, file, line, title, message }
}

/// A broken *should* weighs as a failure where it alone makes its case one (`--strict`).
fn weight(run: &RunResult, one: &Deviation) -> Weight {
    let is_must = one.group.level == Level::Must;
    let fails_alone = || {
        run.cases.iter().any(|case| {
            summary::counts_against(case)
                && case.findings.iter().all(|finding| finding.level != Level::Must)
                && one.group.places.iter().any(|place| place.case == case.name)
        })
    };
    match one.waived {
        true => Weight::Waived,
        false if is_must || fails_alone() => Weight::Failure,
        false => Weight::Warning,
    }
}

/// `suites/device/replay.yaml:41` as file and line.
fn split(place: &str) -> (String, u32) {
    let place = one_line(place);
    let place = place.trim_start_matches("./");
    // A column may follow the line.
    let mut parts = place.rsplitn(3, ':');
    let last = parts.next().and_then(|text| text.parse().ok());
    let before = parts.next();
    match (last, before, parts.next()) {
        (Some(_), Some(line), Some(file)) if line.parse::<u32>().is_ok() => {
            (file.to_owned(), line.parse().unwrap_or(1))
        }
        (Some(line), Some(_), _) => (place.rsplit_once(':').map_or(place, |(file, _)| file).to_owned(), line),
        _ => (place.to_owned(), 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn what_counts_comes_first_and_names_its_place_and_its_command() {
        let told = announcements(&sample::run());
        let weights: Vec<Weight> = told.iter().map(|one| one.weight).collect();
        assert_eq!(weights, [Weight::Failure, Weight::Warning]);
        assert_eq!((told[0].file.as_str(), told[0].line), ("suites/device/replay.yaml", 41));
        assert_eq!(told[0].title, "KEY-5 (must, v22 §4)");
        assert!(
            told[0].message.ends_with("`ikkm-conformance explain KEY-5` tells more."),
            "{}",
            told[0].message
        );
    }

    #[test]
    fn strict_waived_stopped_and_bare_weigh_what_they_are() {
        let mut run = sample::run();
        run.cases[2].verdict = Verdict::Fail;
        run.cases[1].waived = Some("known".into());
        run.cases[3].waived = None;
        run.stopped = Some("no answer\nfrom the device".into());
        let told = announcements(&run);
        let weights: Vec<(Weight, &str)> =
            told.iter().map(|one| (one.weight, one.subject.as_str())).collect();
        assert_eq!(
            weights,
            [
                (Weight::Broken, "run"),
                (Weight::Failure, "KEY-13"),
                (Weight::Failure, "pay/return-change"),
                (Weight::Waived, "KEY-5"),
            ]
        );
        assert!(told[0].message.starts_with("no answer from the device."));
    }

    #[test]
    fn places_have_files_and_lines() {
        assert_eq!(split("suites/device/a.yaml:41"), ("suites/device/a.yaml".to_owned(), 41));
        assert_eq!(split("./a.yaml:41:7"), ("a.yaml".to_owned(), 41));
        assert_eq!(split("a.yaml"), ("a.yaml".to_owned(), 1));
        assert_eq!(split("c:x"), ("c:x".to_owned(), 1));
    }
}
