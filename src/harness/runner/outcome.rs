//! What came of a run, as plain data: written by the runner, read by every report.

use ikkm_requirements::Level;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;
use time::OffsetDateTime;

/// What a case came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Every expectation held.
    Pass,
    /// A *must* is broken, or a *should* under `--strict`.
    Fail,
    /// A *should* is broken.
    Warn,
    /// The harness or the bench could not tell.
    Inconclusive,
    /// The target or the bench cannot do what the case needs; the message says what is missing.
    NotApplicable,
}

impl Verdict {
    /// All of them, in the order in which summaries count them.
    pub const ALL: [Verdict; 5] =
        [Verdict::Pass, Verdict::Fail, Verdict::Warn, Verdict::Inconclusive, Verdict::NotApplicable];

    /// The word in results files and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Pass => "pass",
            Verdict::Fail => "fail",
            Verdict::Warn => "warn",
            Verdict::Inconclusive => "inconclusive",
            Verdict::NotApplicable => "not-applicable",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Who is at fault, where more than one can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// The register.
    Register,
    /// The till.
    Till,
    /// The line between them.
    Line,
}

impl Side {
    /// The word in results files.
    pub fn as_str(self) -> &'static str {
        match self {
            Side::Register => "register",
            Side::Till => "till",
            Side::Line => "line",
        }
    }
}

/// One expectation that did not hold, ready to be shown to a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// The requirement that the expectation checks, such as `KEY-5`.
    pub requirement: String,
    /// That requirement's level, which decides between fail and warn.
    pub level: Level,
    /// `suites/device/replay.yaml:41`, where the expectation stands.
    pub place: String,
    /// What was expected, in one line.
    pub expected: String,
    /// What was found, in one line.
    pub found: String,
    /// Index into the transcript of the exchange that shows it, if one does.
    pub exchange: Option<usize>,
    /// The earlier finding that explains this one: books that disagree because an answer was wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows: Option<Cause>,
    /// Who is at fault, where till and register were both watched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub side: Option<Side>,
}

/// The finding that explains another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Cause {
    /// The case that found it.
    pub case: String,
    /// The requirement that it cites.
    pub requirement: String,
    /// `suites/device/replay.yaml:41`, where the expectation stands.
    pub place: String,
}

/// One deviation, however many cases show it and whatever requirements these cite.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FindingGroup {
    /// The requirement that it breaks in most places.
    pub requirement: String,
    /// Its level.
    pub level: Level,
    /// The other requirements that it breaks, those in more places first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<String>,
    /// What was expected, as the first place tells it.
    pub expected: String,
    /// What was found, as the first place tells it.
    pub found: String,
    /// What was asked: `GET /api/ with sale and cash`; empty where no exchange shows the finding.
    #[serde(default)]
    pub asked: String,
    /// Where it shows, in the order of the run; never empty.
    pub places: Vec<FindingPlace>,
    /// The earlier finding that explains all of these, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows: Option<Cause>,
    /// Who is at fault, where till and register were both watched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub side: Option<Side>,
}

/// One place at which a deviation shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FindingPlace {
    /// The case.
    pub case: String,
    /// The requirement that is broken there.
    #[serde(default)]
    pub requirement: String,
    /// `suites/device/replay.yaml:41`, where the expectation stands.
    pub place: String,
    /// Index into the case's transcript of the exchange that shows it.
    #[serde(default)]
    pub exchange: Option<usize>,
}

/// How many pairs of factor levels of the suites' tables a run covered, and how many there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Pairs {
    /// Pairs that some case of the run holds.
    pub covered: usize,
    /// Pairs that some row of the selected tables holds.
    pub total: usize,
}

/// One request and what came of it. Keys are already replaced by placeholders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ShownExchange {
    /// A `curl` command that can be pasted into a shell.
    pub curl: String,
    /// `GET /api/?key=…&sale=800`, short, for a line.
    pub sent: String,
    /// The status line as it came, `400 cash-lq-sale`; `None` when no answer came.
    pub status: Option<String>,
    /// Header lines as they came.
    pub headers: Vec<String>,
    /// The body as text, shortened if long.
    pub body: String,
    /// What went wrong instead of, or beside, an answer: `no answer within 30 s`.
    pub trouble: Option<String>,
    /// From the first byte sent to the last byte received, in milliseconds.
    pub millis: u64,
}

/// One line of a case's transcript.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// A request and its answer.
    Exchange(ShownExchange),
    /// Something asked of the bench, and what it said.
    Bench(String),
    /// A remark of the runner: a fixture, a reading, a wait.
    Note(String),
}

/// What came of one case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CaseResult {
    /// The case's slug with its group: `key/replay-registers-nothing`.
    pub name: String,
    /// The suite file's stem: `replay`.
    pub suite: String,
    /// What it came to.
    pub verdict: Verdict,
    /// The highest level among its requirements.
    pub level: Level,
    /// The requirements it cites.
    pub requirements: Vec<String>,
    /// Requests sent for it.
    pub requests: u32,
    /// How long it took on the run's clock.
    pub duration: Duration,
    /// One line for people: the first difference, or why there is no verdict.
    pub message: Option<String>,
    /// Every expectation that did not hold.
    pub findings: Vec<Finding>,
    /// What was sent and what came, in order.
    pub transcript: Vec<Event>,
    /// Why a failure is not counted, when a waiver covers it.
    pub waived: Option<String>,
}

/// What device was tested, as far as it said so itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeviceFacts {
    /// `factorySerialNumber` of getInfo.
    pub serial: Option<String>,
    /// `applicationVersion` of getInfo.
    pub firmware: Option<String>,
}

/// A *must* that the run did not test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Untested {
    /// The requirement's id.
    pub requirement: String,
    /// Why, in one line that says what would be needed.
    pub why: String,
}

/// What a suite says of a case, for whoever reads its result.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CaseFacts {
    /// What it shows, in a sentence.
    pub about: Option<String>,
    /// `suites/device/replay.yaml:41`, where it stands.
    pub place: String,
}

/// One device of a lab, or one shard.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
pub struct DeviceColumn {
    /// Its name in the lab file, or `shard 1/4`.
    pub name: String,
    /// Its address.
    pub target: String,
    /// What it said of itself.
    #[serde(flatten)]
    pub device: DeviceFacts,
    /// Cases that ran there.
    pub cases: usize,
    /// Of these, cases that failed.
    pub fail: usize,
    /// Requests sent to it in cases.
    pub requests: u64,
    /// What stopped its run before the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped: Option<String>,
}

/// One finding, and the devices that show it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
pub struct MatrixRow {
    /// The requirement that is broken.
    pub requirement: String,
    /// What was expected.
    pub expected: String,
    /// What was found.
    pub found: String,
    /// The names of the devices.
    pub devices: Vec<String>,
}

/// How a run was made: what a reader of its results needs to judge them, or to make it again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
pub struct RunFacts {
    /// The program's version and commit.
    pub program: String,
    /// Hash of the built-in suites.
    pub suites: String,
    /// Hash of the requirements.
    pub requirements: String,
    /// The command line, keys left out.
    pub command: String,
    /// The effects granted.
    pub grants: String,
    /// Requests a second, or `unlimited`.
    pub rate: String,
    /// Who ran it, as far as the system says.
    pub person: String,
    /// The file of waivers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waivers: Option<String>,
    /// The requests of the whole run, where one can count for several cases.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passed: Option<u64>,
    /// Why this run is a part of one: `--case key/*`. `None` for a whole run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
    /// Which part of the selected cases it is: `1/4`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shard: Option<String>,
    /// Hash of the cases of which it is that part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub whole: Option<String>,
    /// The pairs that all parts together cover, where the cases were chosen by pairs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub whole_pairs: Option<Pairs>,
    /// The devices of a lab, or the shards, that this is joined of.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub devices: Vec<DeviceColumn>,
    /// Where each case ran, where there was more than one place.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub ran_on: BTreeMap<String, String>,
    /// Which finding shows on which devices.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub matrix: Vec<MatrixRow>,
    /// Cases whose results were taken from a run that was broken off.
    #[serde(skip_serializing_if = "is_zero")]
    pub resumed: usize,
    /// The device before the first case: name and value.
    pub before: BTreeMap<String, String>,
    /// The device after the last.
    pub after: BTreeMap<String, String>,
    /// Reports keep the transcripts of cases that passed, too.
    #[serde(skip)]
    pub full: bool,
    /// What the suites say of the cases; a results file has it at each case.
    #[serde(skip)]
    pub cases: BTreeMap<String, CaseFacts>,
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// A whole run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunResult {
    /// The target's URL, or `embedded emulator (plain)`.
    pub target: String,
    /// What the device said of itself.
    pub device: DeviceFacts,
    /// The bench's name: `embedded`, `command …`, `operator`, `none`.
    pub bench: String,
    /// The seed, where chance was used.
    pub seed: Option<u64>,
    /// When the run began.
    pub started: OffsetDateTime,
    /// How long it took on the run's clock.
    pub duration: Duration,
    /// The cases, in the order in which they ran.
    pub cases: Vec<CaseResult>,
    /// The findings of all cases, each deviation told once.
    pub groups: Vec<FindingGroup>,
    /// The pairs of factor levels that the run covered; `None` where it was not chosen by pairs.
    pub pairs: Option<Pairs>,
    /// The answer that the device gave to each open question: `Q-KEY-1` to `repeats`.
    pub answers: BTreeMap<String, String>,
    /// The *must* requirements that no case of this run tested.
    pub untested: Vec<Untested>,
    /// What stopped the run before its end (device or bench lost); exit code 3.
    pub stopped: Option<String>,
    /// What the run left behind and other remarks for the person who ran it.
    pub remarks: Vec<String>,
    /// How it was made.
    pub facts: RunFacts,
}

impl RunResult {
    /// Whether anything came to a verdict. A run of which that is not true says nothing.
    pub fn tested_something(&self) -> bool {
        self.cases.iter().any(|case| matches!(case.verdict, Verdict::Pass | Verdict::Fail | Verdict::Warn))
    }

    /// How many cases ended with that verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.cases.iter().filter(|case| case.verdict == verdict).count()
    }

    /// How many requests all cases sent.
    pub fn requests(&self) -> u64 {
        self.facts.passed.unwrap_or_else(|| self.cases.iter().map(|case| u64::from(case.requests)).sum())
    }
}
