//! What the witness has seen, in the form that all reports read: a case for each line that the traffic
//! tested, under the side that it is about.

use super::Witness;
use super::exchange::{Answered, Asked, End, Exchange};
use super::placeholders::{restored, shown};
use super::story::{Story, clock, who};
use crate::runner::grouping::groups;
use crate::runner::outcome::{
    CaseResult, DeviceFacts, Event, Finding, RunFacts, RunResult, ShownExchange, Side, Untested, Verdict,
};
use crate::text::{clip, shell_quoted};
use ikkm_requirements::{Level, requirements};
use std::collections::BTreeMap;
use std::time::Duration;
use time::OffsetDateTime;

/// Duties of a client that no traffic shows, since they are about what its user asked for, or typed.
const UNSEEN: [&str; 6] = ["CLI-5", "CLI-12", "CLI-20", "CLI-21", "CLI-23", "CLI-31"];

/// How the witness was set up.
#[derive(Debug, Clone)]
pub struct Setting {
    /// The register's address, or the recording.
    pub target: String,
    /// When it began.
    pub started: OffsetDateTime,
    /// A broken *should* counts as a failure.
    pub strict: bool,
    /// How the run was made.
    pub facts: RunFacts,
    /// What stopped it before its end.
    pub stopped: Option<String>,
}

impl Witness {
    /// All of it as one run.
    pub fn result(&mut self, setting: &Setting) -> RunResult {
        let stories = self.stories();
        let mut by_case: BTreeMap<(Side, String), Vec<&Story>> = BTreeMap::new();
        let mut tested: BTreeMap<(Side, String), u64> = BTreeMap::new();
        for (id, count) in self.register.tested() {
            tested.insert((Side::Register, id.clone()), *count);
        }
        for till in self.tills.values() {
            for (id, count) in till.judged().1 {
                *tested.entry((Side::Till, id)).or_default() += count;
            }
        }
        if self.answers > 0 {
            tested.insert((Side::Line, "WIRE-11".to_owned()), self.answers);
        }
        let mut remarks = vec![passed(self.exchanges, self.tills.len())];
        remarks.extend(self.register.remarks().iter().map(|text| shown(text)));
        for story in &stories {
            if matches!(story.level(), Level::Advice | Level::Open) {
                remarks.push(format!(
                    "{} (advice), {}: {}",
                    story.requirement,
                    story.till,
                    shown(&story.found)
                ));
                continue;
            }
            by_case.entry((story.side, story.requirement.clone())).or_default().push(story);
        }
        let decides = |id: &str| !matches!(requirements().level(id), Level::Advice | Level::Open);
        let names: Vec<(Side, String)> =
            tested.keys().chain(by_case.keys()).filter(|(_, id)| decides(id)).cloned().collect();
        let mut cases: Vec<CaseResult> = Vec::new();
        for name in names {
            if cases.iter().any(|case| case.name == case_name(&name)) {
                continue;
            }
            let count = tested.get(&name).copied().unwrap_or_default();
            let found = by_case.get(&name).map(Vec::as_slice).unwrap_or_default();
            cases.push(self.case(&name, count, found, setting.strict));
        }
        cases.sort_by_key(|case| (case.suite.clone(), case.name.clone()));
        let untested = untested(&cases);
        RunResult {
            target: setting.target.clone(),
            device: DeviceFacts {
                serial: self.register.serial.clone(),
                firmware: self.register.firmware.clone(),
            },
            bench: "witness".to_owned(),
            seed: None,
            started: setting.started,
            duration: Duration::from_millis(self.last_at),
            groups: groups(&cases),
            untested,
            pairs: None,
            cases,
            answers: BTreeMap::default(),
            stopped: setting.stopped.clone(),
            remarks,
            facts: RunFacts { passed: Some(self.exchanges), ..setting.facts.clone() },
        }
    }

    fn case(&self, name: &(Side, String), count: u64, stories: &[&Story], strict: bool) -> CaseResult {
        let (side, id) = name;
        let level = requirements().level(id);
        let verdict = match (stories.is_empty(), level) {
            (true, _) => Verdict::Pass,
            (false, Level::Must) => Verdict::Fail,
            (false, _) if strict => Verdict::Fail,
            (false, _) => Verdict::Warn,
        };
        let mut transcript = Vec::new();
        let findings: Vec<Finding> =
            stories.iter().map(|story| self.finding(story, &mut transcript)).collect();
        let more =
            if stories.len() > 1 { format!(" (and {} more)", stories.len() - 1) } else { String::new() };
        let message =
            stories.first().map(|story| clip(&format!("{}: {}{more}", who(*side), shown(&story.found)), 400));
        CaseResult {
            name: case_name(name),
            suite: side.as_str().to_owned(),
            verdict,
            level,
            requirements: vec![id.clone()],
            requests: u32::try_from(count).unwrap_or(u32::MAX),
            duration: Duration::ZERO,
            message,
            findings,
            transcript,
            waived: None,
        }
    }

    /// A finding with its requests, which go into the transcript.
    fn finding(&self, story: &Story, transcript: &mut Vec<Event>) -> Finding {
        let mut place = None;
        for number in [story.earlier, Some(story.exchange)].into_iter().flatten() {
            if let Some(exchange) = self.exchange(number) {
                transcript.push(Event::Note(format!(
                    "exchange {number}, {} from {}",
                    clock(exchange.at),
                    exchange.till
                )));
                place = Some(transcript.len());
                transcript.push(Event::Exchange(told(exchange)));
            }
        }
        let at = self.exchange(story.exchange).map_or_else(String::new, |one| format!(", {}", clock(one.at)));
        Finding {
            requirement: story.requirement.clone(),
            level: story.level(),
            place: format!("exchange {}{at}", story.exchange),
            expected: shown(&story.expected),
            found: shown(&story.found),
            exchange: place,
            follows: None,
            side: Some(story.side),
        }
    }

    /// A finding in three lines with its request, for the terminal.
    pub fn three_lines(&self, story: &Story) -> String {
        let exchange = self.exchange(story.exchange);
        let at = exchange.map_or_else(String::new, |one| format!(", {} from {}", clock(one.at), one.till));
        let sent = exchange.map(told).map_or_else(String::new, |one| {
            format!("\n  request   {} -> {}", one.sent, one.status.or(one.trouble).unwrap_or_default())
        });
        format!(
            "{} {}: exchange {}{at}{sent}\n  expected  {}\n  found     {}\n",
            who(story.side),
            story.requirement,
            story.exchange,
            clip(&shown(&story.expected), 300),
            clip(&shown(&story.found), 300)
        )
    }
}

/// `15 exchanges of 1 till passed`.
fn passed(exchanges: u64, tills: usize) -> String {
    let of = |count: u64, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    format!("{} of {} passed", of(exchanges, "exchange"), of(tills as u64, "till"))
}

fn case_name((side, id): &(Side, String)) -> String {
    format!("{}/{id}", side.as_str())
}

/// The lines that nothing tested.
fn untested(cases: &[CaseResult]) -> Vec<Untested> {
    let is_tested = |id: &str| cases.iter().any(|case| case.requirements.iter().any(|one| one == id));
    requirements()
        .all()
        .filter(|line| line.level == Level::Must && !is_tested(&line.id))
        .map(|line| Untested {
            requirement: line.id.clone(),
            why: if UNSEEN.contains(&line.id.as_str()) {
                "traffic does not show what its user asked for, or was told".to_owned()
            } else {
                "nothing that passed here tests it".to_owned()
            },
        })
        .collect()
}

/// An exchange as reports show it; its keys are placeholders already.
fn told(hidden: &Exchange) -> ShownExchange {
    // How long a body is, is told of the key and not of its placeholder.
    let exchange = &restored(hidden);
    let mut asked = Asked::read(&exchange.request.0);
    let answered = Answered::read(&exchange.answer.0, asked.method == "HEAD");
    asked.target = shown(&asked.target);
    let trouble = match exchange.end {
        End::Delivered => None,
        End::NotRead => Some("the answer left the register's side, and was not read"),
        End::Cut => Some("the answer broke off on the register's side"),
        End::NoAnswer => Some("the register's side closed the connection without an answer"),
        End::Broken => Some("the connection to the register broke"),
        End::Unreachable => Some("no connection to the register"),
        End::TillLeft => Some("the till left before an answer came"),
        End::Pending => Some("still open when the witness ended"),
        End::Unseen => Some("more than could be kept"),
    };
    let body = shown(&String::from_utf8_lossy(&asked.body));
    let with = if body.is_empty() { String::new() } else { format!(" with {body}") };
    let url = shell_quoted(&format!("http://REGISTER{}", clip(&asked.target, 2000)));
    let data = if body.is_empty() {
        String::new()
    } else {
        format!(" --data-binary {}", shell_quoted(&clip(&body, 4000)))
    };
    let garbled = answered.is_none() && !exchange.answer.is_empty();
    let answer = answered.as_ref().map(|one| &one.answer);
    ShownExchange {
        curl: format!("curl -sS -i -X {} {url}{data}", shell_quoted(&clip(&asked.method, 20))),
        sent: clip(&format!("{} {}{with}", asked.method, asked.target), 300),
        status: answer.map(|answer| format!("{} {}", answer.status, answer.reason_text())),
        headers: answer
            .map(|answer| answer.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect())
            .unwrap_or_default(),
        body: match answer {
            Some(answer) => clip(&shown(&String::from_utf8_lossy(&answer.body)), 4000),
            None if garbled => clip(&shown(&String::from_utf8_lossy(&exchange.answer.0)), 400),
            None => String::new(),
        },
        trouble: trouble.map(str::to_owned).or(garbled.then(|| "no answer of HTTP".to_owned())),
        millis: exchange.answered.map_or(0, |at| at.saturating_sub(exchange.at)),
    }
}
