//! Scenarios as the scenario runner and the judge take them.

use crate::conditions::{Condition, ConditionName};
use serde_json::{Map, Value};

/// A scenario: what the client is asked to do, and what the device does meanwhile.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// Its slug with a group: `replay/reply-lost`.
    pub name: String,
    /// The suite file's stem.
    pub suite: String,
    /// `suites/client/replay.yaml:12`.
    pub place: String,
    /// Why it is there, in a line.
    pub about: String,
    /// The duties that it tests.
    pub requirements: Vec<String>,
    /// What device it is played on.
    pub given: Given,
    /// What happens, in order.
    pub steps: Vec<Step>,
}

/// What a scenario's device is like.
#[derive(Debug, Clone)]
pub struct Given {
    /// The key on its screen.
    pub key: String,
    /// A `Date` header that HTTP knows; else the document's form.
    pub http_date: bool,
    /// Number answers are `text/plain`.
    pub plain_text: bool,
    /// Each answer ends the connection.
    pub closes: bool,
    /// Whether a repeat is still answered after a restart (Q-KEY-2).
    pub repeats_after_restart: bool,
    /// Whether a repeat is answered while a fault stands (Q-KEY-3).
    pub repeats_under_fault: bool,
}

/// One step.
#[derive(Debug, Clone)]
pub struct Step {
    /// `suites/client/replay.yaml:19`.
    pub place: String,
    /// What is done.
    pub kind: StepKind,
}

/// What a step does.
#[derive(Debug, Clone)]
pub enum StepKind {
    /// Asks the client.
    Ask(Ask),
    /// Does something to the device.
    Act(Act),
    /// Kills the client between two operations, and starts it again.
    Kill,
}

/// Something asked of the client.
#[derive(Debug, Clone)]
pub struct Ask {
    /// The instruction of the driver protocol, without its `id`; a new key's text is filled in.
    pub instruction: Map<String, Value>,
    /// The outcomes that are right.
    pub expect: Vec<ReportedOutcome>,
    /// The duty that another outcome breaks, where it is not the scenario's first.
    pub cites: Option<String>,
    /// Kill the client at the n-th request of this step.
    pub kill_at: Option<u32>,
    /// The device must never get this: the values break the document (CLI-9 to CLI-11).
    pub unsendable: bool,
}

impl Ask {
    /// The word in `do`.
    pub fn word(&self) -> &str {
        self.instruction.get("do").and_then(Value::as_str).unwrap_or_default()
    }

    /// The requests that carry the operation out; what a client reads beside them does not count.
    pub fn kind(&self) -> CountedRequests {
        match self.word() {
            "register" => CountedRequests::Register,
            word => CountedRequests::ALL
                .into_iter()
                .find(|(name, _)| *name == word)
                .map_or(CountedRequests::Any, |(_, kind)| kind),
        }
    }
}

/// An outcome that a driver may report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportedOutcome {
    /// The device did it.
    Done,
    /// The device said no, with that code where one is named.
    Refused(Option<i32>),
    /// The client gave up without knowing.
    Unknown,
    /// The client would not send it.
    Rejected,
}

impl ReportedOutcome {
    /// As a suite writes it.
    pub fn text(self) -> String {
        match self {
            ReportedOutcome::Done => "done".to_owned(),
            ReportedOutcome::Refused(Some(code)) => format!("refused {code}"),
            ReportedOutcome::Refused(None) => "refused".to_owned(),
            ReportedOutcome::Unknown => "unknown".to_owned(),
            ReportedOutcome::Rejected => "rejected".to_owned(),
        }
    }
}

/// Something done to the device.
#[derive(Debug, Clone)]
pub enum Act {
    /// Sets what it does to the n-th request of a kind, counted from here.
    Fault(FaultAt),
    /// A condition stands from here.
    Set(Condition),
    /// It ends.
    Clear(ConditionName),
    /// Somebody else registers so many sales at the device.
    ForeignSales(u32),
    /// The device's owner has that key made; the ones before are worth nothing.
    ScreenKey(String),
    /// Off and on again.
    PowerCycle,
    /// The card transaction ends.
    FinishCard(bool),
    /// Connections are refused from here (`false`), or taken again.
    Listen(bool),
    /// Every [`FaultAt`] ends, with the conditions that rules brought about.
    ClearFaults,
}

/// What the device does to the n-th request of a kind.
#[derive(Debug, Clone, PartialEq)]
pub struct FaultAt {
    /// Which requests count: the word of the suites (`register`, `any`, …).
    pub on: CountedRequests,
    /// The first one that is meant, from 1.
    pub nth: u32,
    /// How many.
    pub times: u32,
    /// What becomes of them.
    pub does: Does,
}

/// Kinds of request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is the path of that name")]
pub enum CountedRequests {
    Any,
    Register,
    Deposit,
    Withdraw,
    XReport,
    ZReport,
    Bank,
    Check,
    Print,
    Dump,
}

impl CountedRequests {
    /// All of them with their words in suites.
    pub const ALL: [(&'static str, CountedRequests); 10] = [
        ("any", CountedRequests::Any),
        ("register", CountedRequests::Register),
        ("deposit", CountedRequests::Deposit),
        ("withdraw", CountedRequests::Withdraw),
        ("x-report", CountedRequests::XReport),
        ("z-report", CountedRequests::ZReport),
        ("bank", CountedRequests::Bank),
        ("check", CountedRequests::Check),
        ("print", CountedRequests::Print),
        ("dump", CountedRequests::Dump),
    ];
}

/// What becomes of a request.
#[derive(Debug, Clone, PartialEq)]
pub enum Does {
    /// The device never sees it; the connection closes.
    LoseRequest,
    /// The device does it; the connection closes without a byte.
    LoseReply,
    /// The device does it; the connection is reset.
    Reset,
    /// The device does it and restarts; no answer comes.
    Restart,
    /// The answer comes that many seconds of the scaled clock later.
    Late(u32),
    /// The answer ends that many bytes before its end, and the connection closes.
    CutShort(usize),
    /// The same, and the connection stays open.
    HoldOpen(usize),
    /// The answer leaves twice.
    Double,
    /// Bytes that are no HTTP leave instead of the answer; the device did it.
    Garble(String),
    /// The answer leaves in pieces of so many bytes.
    Pieces(usize),
    /// The device never sees it; this is answered: code and reason.
    Answer(i32, String),
    /// That condition stands for these requests.
    Condition(Condition),
}
