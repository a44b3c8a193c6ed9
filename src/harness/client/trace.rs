//! All that happened in one scenario, as plain data: what was asked, what the driver said, what went
//! over the wire and what the device's books say. The judge sees nothing else, so a stored trace
//! can be judged again.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One scenario, played.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Trace {
    /// The scenario's name.
    pub scenario: String,
    /// Real milliseconds that one second of the scenario lasted; 1000 in real time.
    pub second: u32,
    /// What happened, in order.
    pub entries: Vec<TraceEntry>,
    /// The device's books before the first instruction.
    pub before: Books,
    /// The books after the last.
    pub after: Books,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct TraceEntry {
    /// When, in milliseconds of the scaled clock since the start.
    pub at: u64,
    /// What.
    pub what: What,
}

/// What can happen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// The harness told the driver to do something.
    Asked {
        /// The step's place in the scenario; the greeting and the farewell have none.
        step: Option<usize>,
        /// The instruction.
        line: Value,
    },
    /// The driver answered.
    Answered {
        /// As in [`What::Asked`].
        step: Option<usize>,
        /// The answer.
        line: Value,
    },
    /// The driver failed as a driver.
    Broken {
        /// As in [`What::Asked`].
        step: Option<usize>,
        /// How.
        trouble: DriverTrouble,
        /// What exactly.
        detail: String,
    },
    /// The harness killed the client.
    Killed,
    /// A request came.
    Request {
        /// Counts the requests, from 1.
        number: u64,
        /// Counts the connections, from 1.
        connection: u64,
        /// GET, POST or another word.
        method: String,
        /// Path and query.
        target: String,
        /// Its `Content-Type`.
        content_type: Option<String>,
        /// Its body, as text.
        body: String,
        /// The version of HTTP that it is written in.
        #[serde(default = "usual_version")]
        version: String,
        /// HTTP refuses it: the device never saw it. What can be read of it is given.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        malformed: bool,
    },
    /// An answer left, or what the fault made of it.
    Reply {
        /// The request's number.
        number: u64,
        /// The status code; 0 where the device gave no answer.
        status: u16,
        /// The reason phrase.
        reason: String,
        /// The body.
        body: String,
        /// What became of it on its way.
        fate: Fate,
    },
    /// Whoever asked was gone when the answer was to be written on that connection.
    Gone {
        /// The connection.
        connection: u64,
    },
    /// The client closed a connection.
    Closed {
        /// The connection.
        connection: u64,
    },
    /// The harness did something to the device.
    Device {
        /// What, in words.
        did: String,
    },
    /// The device's screen shows another key now, not by the client's doing.
    ScreenKey {
        /// The key.
        key: String,
        /// The receipts that others registered meanwhile.
        foreign: Vec<String>,
    },
    /// A card transaction ended at the terminal.
    Card {
        /// Whether it succeeded.
        success: bool,
    },
}

fn usual_version() -> String {
    "1.1".to_owned()
}

/// How a driver fails as a driver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DriverTrouble {
    /// It could not be started.
    NotStarted,
    /// No answer within 300 s of the scaled clock.
    Hung,
    /// It ended without an answer.
    Ended,
    /// Its line is no answer of the driver protocol.
    Garbage,
    /// It answered another request than the one under way.
    MixedUp,
}

/// What became of an answer on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// It left as it was, at once.
    Whole,
    /// It left as it was, after that many milliseconds of the scaled clock.
    Late(u64),
    /// It left as it was, in small pieces.
    Pieces,
    /// It left twice.
    Doubled,
    /// An answer that the device did not make: it never saw the request.
    Instead,
    /// The device did it; nothing left.
    Lost,
    /// The device never saw the request; nothing left.
    RequestLost,
    /// Only its first bytes left.
    Cut,
    /// Only its first bytes left, and the connection stayed open.
    Held,
    /// Other bytes left.
    Garbled,
}

impl Fate {
    /// Whether a client that waits long enough has the whole, true answer.
    pub fn is_whole(self) -> bool {
        matches!(self, Fate::Whole | Fate::Late(_) | Fate::Pieces | Fate::Doubled | Fate::Instead)
    }
}

/// The device's books, read from its documents.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Books {
    /// Every receipt.
    pub receipts: Vec<BookedReceipt>,
    /// Documents of cash put in, over all shifts.
    pub deposits: u64,
    /// Documents of cash taken out.
    pub withdrawals: u64,
    /// Shifts that are closed.
    pub closed_shifts: u64,
    /// The tax directory: id and name, in order.
    pub taxes: Vec<(String, String)>,
}

/// One receipt of the books.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookedReceipt {
    /// Its number.
    pub number: String,
    /// `sale`, `buy`, `saleReturn` or `buyReturn`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The sum of its rows, exact text.
    pub total: String,
    /// The tax code of its first row.
    pub tax: String,
}

impl Books {
    /// The receipts that are here and not in `earlier`.
    pub fn since<'a>(&'a self, earlier: &Books) -> Vec<&'a BookedReceipt> {
        self.receipts
            .iter()
            .filter(|receipt| !earlier.receipts.iter().any(|old| old.number == receipt.number))
            .collect()
    }
}
