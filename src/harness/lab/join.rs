//! Results files that become one run: the shards of a run, or a run of each of several devices. What does not
//! belong together is refused with words.

use super::matrix;
use crate::report::json::{CaseRecord, Results};
use crate::runner::grouping;
use crate::runner::outcome::{
    CaseFacts, CaseResult, DeviceColumn, Event, Pairs, RunFacts, RunResult, Untested, Verdict,
};
use crate::suite::reserved::group_of;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use thiserror::Error;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Why results are not joined.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum JoinError {
    /// Nothing to join.
    #[error("there is nothing to join: name the results.json of each shard or device")]
    Nothing,
    /// Two files disagree in what they must share.
    #[error("{one} and {other} do not belong together: {what}; join results of one version, one selection")]
    Apart {
        /// The first file.
        one: String,
        /// The one that differs from it.
        other: String,
        /// In what.
        what: String,
    },
    /// A case has results in two shards.
    #[error("{one} and {other} both hold the case {case}, so they are no shards of one run")]
    Twice {
        /// One file.
        one: String,
        /// The other.
        other: String,
        /// The case.
        case: String,
    },
    /// A file that is joined already.
    #[error("{0} is joined of several devices already: join the files that it was made of")]
    Joined(String),
}

/// One file.
#[derive(Debug)]
pub struct Part {
    /// How messages name it.
    pub file: String,
    /// What it holds.
    pub results: Results,
}

/// Joins them.
///
/// # Errors
/// [`JoinError`].
pub fn join(parts: Vec<Part>) -> Result<RunResult, JoinError> {
    let first = parts.first().ok_or(JoinError::Nothing)?;
    if let Some(part) = parts.iter().find(|part| !part.results.run.devices.is_empty()) {
        return Err(JoinError::Joined(part.file.clone()));
    }
    for part in &parts[1..] {
        if let Some(what) = apart(&first.results, &part.results) {
            return Err(JoinError::Apart { one: first.file.clone(), other: part.file.clone(), what });
        }
    }
    if first.results.run.shard.is_some() { shards(parts) } else { devices(parts) }
}

/// In what two results differ that must be the same in each.
fn apart(one: &Results, other: &Results) -> Option<String> {
    let (a, b) = (&one.run, &other.run);
    let of = |run: &RunFacts| run.shard.as_ref().and_then(|shard| Some(shard.split_once('/')?.1.to_owned()));
    let differs =
        |what: &str, one: &str, other: &str| (one != other).then(|| format!("{what} `{one}` and `{other}`"));
    let some = |text: Option<String>| text.unwrap_or_else(|| "none".to_owned());
    let sharded = a.shard.is_some();
    differs("program", &a.program, &b.program)
        .or_else(|| differs("built-in suites", &a.suites, &b.suites))
        .or_else(|| differs("requirements", &a.requirements, &b.requirements))
        .or_else(|| differs("parts of", &some(of(a)), &some(of(b))))
        .or_else(|| differs("selected cases", &some(a.whole.clone()), &some(b.whole.clone())))
        .or_else(|| {
            let firmware = |results: &Results| some(results.device.firmware.clone());
            differs("firmware", &firmware(one), &firmware(other)).filter(|_| sharded)
        })
        .or_else(|| differs("grants", &a.grants, &b.grants).filter(|_| sharded))
}

fn shards(parts: Vec<Part>) -> Result<RunResult, JoinError> {
    let of = parts[0].results.run.shard.as_deref().and_then(|shard| shard.split_once('/')?.1.parse().ok());
    let of: usize = of.unwrap_or(1);
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    let mut places: BTreeMap<usize, String> = BTreeMap::new();
    let mut named = Vec::new();
    for part in parts {
        let shard = part.results.run.shard.clone().unwrap_or_default();
        let number: usize = shard.split('/').next().and_then(|text| text.parse().ok()).unwrap_or(0);
        if let Some(one) = places.insert(number, part.file.clone()) {
            let what = format!("each is shard {shard}");
            return Err(JoinError::Apart { one, other: part.file, what });
        }
        for case in part.results.cases.iter().filter(|case| group_of(&case.name).is_none()) {
            if let Some(one) = seen.insert(case.name.clone(), part.file.clone()) {
                return Err(JoinError::Twice { one, other: part.file, case: case.name.clone() });
            }
        }
        named.push((format!("shard {shard}"), to_run(part.results)));
    }
    let missing: Vec<String> =
        (1..=of).filter(|number| !places.contains_key(number)).map(|n| format!("{n}/{of}")).collect();
    let pairs = shared(named.iter().map(|(_, run)| run.facts.whole_pairs));
    let mut run = as_one(named);
    run.facts.part = None;
    run.facts.whole_pairs = None;
    if missing.is_empty() {
        run.pairs = pairs;
    }
    if !missing.is_empty() {
        let why = format!("shard {} is missing, so its cases have no verdict", missing.join(", "));
        run.facts.part = Some(why.clone());
        run.stopped.get_or_insert(why);
    }
    Ok(run)
}

fn devices(parts: Vec<Part>) -> Result<RunResult, JoinError> {
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let mut named = Vec::new();
    for part in parts {
        let results = &part.results;
        let name = results.device.serial.clone().unwrap_or_else(|| results.target.clone());
        if let Some(one) = names.insert(name.clone(), part.file.clone()) {
            let what = format!("both are of the device {name}, and neither is a shard");
            return Err(JoinError::Apart { one, other: part.file, what });
        }
        named.push((name, to_run(part.results)));
    }
    Ok(side_by_side(named))
}

/// One run in which each case has one verdict: shards, or cases divided over devices. What ends a run on each
/// of them (reconciliations, what every answer must be) is told together.
pub fn as_one(runs: Vec<(String, RunResult)>) -> RunResult {
    let mut cases: Vec<CaseResult> = Vec::new();
    let mut ends: Vec<CaseResult> = Vec::new();
    let mut ran_on: BTreeMap<String, String> = BTreeMap::new();
    for (name, run) in &runs {
        for case in &run.cases {
            let place = ran_on.entry(case.name.clone()).or_insert_with(|| name.clone());
            if place != name && !place.split(", ").any(|one| one == name) {
                *place = format!("{place}, {name}");
            }
            if group_of(&case.name).is_none() {
                cases.push(case.clone());
            } else {
                match ends.iter_mut().find(|end| end.name == case.name) {
                    Some(end) => add(end, case),
                    None => ends.push(case.clone()),
                }
            }
        }
    }
    cases.append(&mut ends);
    whole(runs, cases, ran_on)
}

/// One run that holds all cases of each device, with its name.
pub fn side_by_side(runs: Vec<(String, RunResult)>) -> RunResult {
    let mut cases = Vec::new();
    let mut ran_on = BTreeMap::new();
    let mut named = Vec::new();
    for (name, mut run) in runs {
        for case in &mut run.cases {
            case.name = on(&case.name, &name);
            for cause in case.findings.iter_mut().filter_map(|finding| finding.follows.as_mut()) {
                cause.case = on(&cause.case, &name);
            }
            ran_on.insert(case.name.clone(), name.clone());
        }
        cases.extend(run.cases.iter().cloned());
        run.facts.cases =
            run.facts.cases.into_iter().map(|(case, facts)| (on(&case, &name), facts)).collect();
        named.push((name, run));
    }
    let pairs = shared(named.iter().map(|(_, run)| run.pairs));
    let mut run = whole(named, cases, ran_on);
    run.facts.matrix = matrix::rows(&run);
    run.pairs = pairs;
    run
}

/// The pairs that each of several runs covered, where that is the same of each.
fn shared(mut all: impl Iterator<Item = Option<Pairs>>) -> Option<Pairs> {
    let first = all.next()??;
    all.all(|other| other == Some(first)).then_some(first)
}

/// The name of a case on one of several devices.
fn on(case: &str, device: &str) -> String {
    format!("{case} [{device}]")
}

fn whole(
    runs: Vec<(String, RunResult)>,
    cases: Vec<CaseResult>,
    ran_on: BTreeMap<String, String>,
) -> RunResult {
    let started = runs.iter().map(|(_, run)| run.started).min().unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let ended = runs.iter().map(|(_, run)| run.started.saturating_add(lasted(run))).max().unwrap_or(started);
    let said = |run: &RunResult| {
        let (serial, firmware) = (run.device.serial.clone(), run.device.firmware.clone());
        (serial, firmware)
    };
    let one_of = |mut all: Vec<Option<String>>| {
        all.dedup();
        if let [one] = all.as_mut_slice() { one.take() } else { None }
    };
    let device = crate::runner::outcome::DeviceFacts {
        serial: one_of(runs.iter().map(|(_, run)| said(run).0).collect()),
        firmware: one_of(runs.iter().map(|(_, run)| said(run).1).collect()),
    };
    let mut facts = runs.first().map(|(_, run)| run.facts.clone()).unwrap_or_default();
    facts.cases = runs.iter().flat_map(|(_, run)| run.facts.cases.clone()).collect();
    facts.full = runs.iter().any(|(_, run)| run.facts.full);
    facts.shard = None;
    (facts.before, facts.after) = (BTreeMap::new(), BTreeMap::new());
    facts.devices = runs.iter().map(|(name, run)| column(name, run)).collect();
    facts.ran_on = ran_on;
    let stopped: Vec<String> = runs
        .iter()
        .filter_map(|(name, run)| run.stopped.as_ref().map(|why| format!("{name}: {why}")))
        .collect();
    let mut remarks: Vec<String> = Vec::new();
    for (name, run) in &runs {
        let alone = |remark: &&String| runs.iter().any(|(_, other)| !other.remarks.contains(remark));
        for remark in &run.remarks {
            let told = if alone(&remark) { format!("{name}: {remark}") } else { remark.clone() };
            if !remarks.contains(&told) {
                remarks.push(told);
            }
        }
    }
    let mut targets: Vec<&str> = runs.iter().map(|(_, run)| run.target.as_str()).collect();
    targets.dedup();
    let mut benches: Vec<&str> = runs.iter().map(|(_, run)| run.bench.as_str()).collect();
    benches.dedup();
    RunResult {
        target: targets.join(", "),
        device,
        bench: benches.join(", "),
        seed: runs.first().and_then(|(_, run)| run.seed),
        started,
        duration: Duration::try_from(ended - started).unwrap_or_default(),
        groups: grouping::groups(&cases),
        pairs: None,
        answers: answers(&runs),
        untested: untested(&runs, &cases),
        cases,
        stopped: (!stopped.is_empty()).then(|| stopped.join("; ")),
        remarks,
        facts,
    }
}

fn lasted(run: &RunResult) -> time::Duration {
    time::Duration::try_from(run.duration).unwrap_or(time::Duration::ZERO)
}

fn column(name: &str, run: &RunResult) -> DeviceColumn {
    DeviceColumn {
        name: name.to_owned(),
        target: run.target.clone(),
        device: run.device.clone(),
        cases: run.cases.len(),
        fail: run.cases.iter().filter(|case| case.verdict == Verdict::Fail && case.waived.is_none()).count(),
        requests: run.requests(),
        stopped: run.stopped.clone(),
    }
}

/// The answers to the open questions; where these differ, who gave which.
fn answers(runs: &[(String, RunResult)]) -> BTreeMap<String, String> {
    let questions: BTreeSet<&String> = runs.iter().flat_map(|(_, run)| run.answers.keys()).collect();
    let told = |question: &String| {
        let given: Vec<(&str, &String)> =
            runs.iter().filter_map(|(name, run)| Some((name.as_str(), run.answers.get(question)?))).collect();
        match given.as_slice() {
            [(_, first), others @ ..] if others.iter().all(|(_, other)| other == first) => (*first).clone(),
            all => {
                all.iter().map(|(name, answer)| format!("{name}: {answer}")).collect::<Vec<_>>().join("; ")
            }
        }
    };
    questions.into_iter().map(|question| (question.clone(), told(question))).collect()
}

/// What none of them tested; the reason is one of a run that would have, where there is one.
fn untested(runs: &[(String, RunResult)], cases: &[CaseResult]) -> Vec<Untested> {
    let tested: BTreeSet<&str> = cases
        .iter()
        .filter(|case| !matches!(case.verdict, Verdict::Inconclusive | Verdict::NotApplicable))
        .flat_map(|case| case.requirements.iter().map(String::as_str))
        .collect();
    let nobody = "no selected case cites it";
    let mut told: Vec<Untested> = Vec::new();
    for one in runs.iter().flat_map(|(_, run)| &run.untested) {
        let everywhere =
            runs.iter().all(|(_, run)| run.untested.iter().any(|other| other.requirement == one.requirement));
        if tested.contains(one.requirement.as_str()) || !everywhere {
            continue;
        }
        match told.iter_mut().find(|known| known.requirement == one.requirement) {
            Some(known) if known.why == nobody => known.why = one.why.clone(),
            Some(_) => {}
            None => told.push(one.clone()),
        }
    }
    told
}

/// Adds what the same case showed elsewhere: the worse verdict, all findings, all exchanges.
fn add(case: &mut CaseResult, other: &CaseResult) {
    let badness = |verdict: Verdict| match verdict {
        Verdict::NotApplicable => 0,
        Verdict::Pass => 1,
        Verdict::Inconclusive => 2,
        Verdict::Warn => 3,
        Verdict::Fail => 4,
    };
    if badness(other.verdict) > badness(case.verdict) {
        case.verdict = other.verdict;
        case.message = other.message.clone();
        case.waived = other.waived.clone();
    } else if other.verdict == case.verdict && other.waived.is_none() && case.waived.is_some() {
        // What is not waived in one place is not waived.
        case.waived = None;
        case.message = other.message.clone();
    }
    let before = case.transcript.len();
    case.transcript.extend(other.transcript.iter().cloned());
    case.findings.extend(other.findings.iter().cloned().map(|mut finding| {
        finding.exchange = finding.exchange.map(|at| at + before);
        finding
    }));
    case.requests += other.requests;
    case.duration += other.duration;
    case.level = case.level.max(other.level);
    for id in &other.requirements {
        if !case.requirements.contains(id) {
            case.requirements.push(id.clone());
        }
    }
}

/// The run that a results file tells of.
pub fn to_run(results: Results) -> RunResult {
    let seconds = |seconds: f64| Duration::try_from_secs_f64(seconds).unwrap_or_default();
    let mut facts = results.run;
    facts.full = results
        .cases
        .iter()
        .any(|case: &CaseRecord| case.verdict == Verdict::Pass && !case.transcript.is_empty());
    facts.cases = results
        .cases
        .iter()
        .map(|case| {
            let told = CaseFacts { about: case.about.clone(), place: case.place.clone() };
            (case.name.clone(), told)
        })
        .collect();
    let cases: Vec<CaseResult> = results
        .cases
        .into_iter()
        .map(|case| CaseResult {
            name: case.name,
            suite: case.suite,
            verdict: case.verdict,
            level: case.level,
            requirements: case.requirements,
            requests: case.requests,
            duration: seconds(case.seconds),
            message: case.message,
            findings: case.findings.into_iter().map(|finding| within(finding, &case.transcript)).collect(),
            transcript: case.transcript,
            waived: case.waived,
        })
        .collect();
    RunResult {
        target: results.target,
        device: results.device,
        bench: results.bench,
        seed: results.seed,
        started: OffsetDateTime::parse(&results.started, &Rfc3339).unwrap_or(OffsetDateTime::UNIX_EPOCH),
        duration: seconds(results.seconds),
        groups: results.findings,
        pairs: results.pairs,
        cases,
        answers: results.answers,
        untested: results.untested,
        stopped: results.stopped,
        remarks: results.remarks,
        facts,
    }
}

/// A finding whose exchange is in the transcript: a file may say anything.
fn within(
    mut finding: crate::runner::outcome::Finding,
    transcript: &[Event],
) -> crate::runner::outcome::Finding {
    finding.exchange = finding.exchange.filter(|at| *at < transcript.len());
    finding
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;
    use crate::suite::reserved::reconciliation_of;

    fn part(file: &str, shard: Option<&str>, change: impl FnOnce(&mut RunResult)) -> Part {
        let mut run = sample::run();
        run.facts.shard = shard.map(str::to_owned);
        run.facts.whole = shard.map(|_| "abc".to_owned());
        change(&mut run);
        Part { file: file.to_owned(), results: Results::from(&run) }
    }

    /// Cases of the sample from one place on, as a shard would hold them.
    fn keep(from: usize, to: usize) -> impl FnOnce(&mut RunResult) {
        move |run| run.cases = run.cases[from..to].to_vec()
    }

    #[test]
    fn shards_are_the_whole_run_again() {
        let all = sample::run();
        let parts =
            vec![part("a", Some("1/2"), keep(0, 2)), part("b", Some("2/2"), keep(2, all.cases.len()))];
        let run = join(parts).unwrap();
        let verdicts = |run: &RunResult| {
            run.cases.iter().map(|case| (case.name.clone(), case.verdict)).collect::<BTreeMap<_, _>>()
        };
        assert_eq!(verdicts(&run), verdicts(&all));
        assert_eq!(run.groups.len(), grouping::groups(&all.cases).len());
        assert_eq!((run.facts.devices.len(), run.facts.part), (2, None));
    }

    #[test]
    fn a_missing_shard_is_no_whole_run() {
        let run = join(vec![part("a", Some("1/2"), keep(0, 2))]).unwrap();
        assert!(run.stopped.unwrap().contains("shard 2/2 is missing"));
    }

    #[test]
    fn what_does_not_belong_together_is_refused_with_the_reason() {
        let told = |one: Part, other: Part| join(vec![one, other]).unwrap_err().to_string();
        let whole = || part("a", Some("1/2"), keep(0, 2));
        for (other, why) in [
            (part("b", Some("2/3"), keep(2, 3)), "parts of `2` and `3`"),
            (part("b", Some("1/2"), keep(2, 3)), "each is shard 1/2"),
            (part("b", Some("2/2"), keep(0, 2)), "both hold the case"),
            (part("b", None, keep(2, 3)), "parts of `2` and `none`"),
            (part("b", Some("2/2"), |run| run.facts.program = "0.0".into()), "program"),
            (part("b", Some("2/2"), |run| run.facts.whole = Some("x".into())), "selected cases"),
            (part("b", Some("2/2"), |run| run.device.firmware = Some("9".into())), "firmware"),
        ] {
            let told = told(whole(), other);
            assert!(told.contains(why), "{told}");
        }
        assert!(told(part("a", None, |_| ()), part("b", None, |_| ())).contains("both are of the device"));
        assert_eq!(join(Vec::new()), Err(JoinError::Nothing));
    }

    #[test]
    fn reconciliations_of_shards_are_told_as_one_with_the_worse_verdict() {
        let books = |verdict| {
            move |run: &mut RunResult| {
                let mut case = run.cases[1].clone();
                (case.name, case.verdict) = (reconciliation_of("pay"), verdict);
                run.cases = vec![case];
            }
        };
        let run = join(vec![
            part("a", Some("1/2"), books(Verdict::Pass)),
            part("b", Some("2/2"), books(Verdict::Fail)),
        ])
        .unwrap();
        let [one] = run.cases.as_slice() else { panic!("one reconciliation") };
        assert_eq!(one.verdict, Verdict::Fail);
        for finding in &one.findings {
            assert!(finding.exchange.is_none_or(|at| at < one.transcript.len()));
        }
    }

    #[test]
    fn devices_stand_side_by_side_with_their_names() {
        let other = part("b", None, |run| run.device.serial = Some("other".into()));
        let run = join(vec![part("a", None, |_| ()), other]).unwrap();
        assert_eq!(run.cases.len(), 2 * sample::run().cases.len());
        assert!(run.cases.iter().any(|case| case.name.ends_with(" [other]")));
        assert!(run.facts.matrix.iter().all(|row| row.devices == ["011700029000", "other"]));
        assert!(!run.facts.matrix.is_empty());
    }
}
