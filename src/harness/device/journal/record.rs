//! The journal's lines, and what they come to when they are read one after the other.

use super::sold::{RunSold, Runs, SoldPart};
use crate::device::cash::CashDocuments;
use ikkm_protocol::{Key, Method, WireRequest};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, VecDeque};
use std::fmt;

/// The version that is written, and the only one that is read.
pub const VERSION: u32 = 1;

/// How many spent keys a compacted journal remembers; keys that were given are never forgotten.
const SPENT_KEPT: usize = 500;

/// One line.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum Record {
    /// The first line: what the file is.
    Journal {
        /// [`VERSION`].
        version: u32,
        /// The device's address.
        target: String,
    },
    /// A run began.
    Run {
        /// When, RFC 3339.
        at: String,
    },
    /// The run returns what others sold.
    Compensates,
    /// What the device said of itself.
    Device {
        /// `factorySerialNumber` of getInfo.
        serial: Option<String>,
        /// `applicationVersion` of getInfo.
        firmware: Option<String>,
    },
    /// A key that came from outside: from the user or from the bench.
    Key {
        /// The key.
        key: String,
    },
    /// A request is about to leave.
    Sent(JournalEntry),
    /// It was answered.
    Answered {
        /// The request's number.
        seq: u64,
        /// The status.
        status: u16,
        /// The reason phrase: the receipt's number or an error's name.
        reason: String,
        /// The current key after it, if one is known.
        key: Option<String>,
    },
    /// It got no answer, and this is what became of it.
    Settled {
        /// The request's number.
        seq: u64,
        /// In words.
        how: String,
        /// The current key after it, if one is known.
        key: Option<String>,
    },
    /// What an earlier, longer journal knew.
    Summary {
        /// The last request's number.
        seq: u64,
        /// Keys that were given from outside.
        given: Vec<String>,
        /// Keys that were spent, the youngest last.
        spent: Vec<String>,
    },
    /// What a run of an earlier, longer journal registered.
    Sold {
        /// When it began.
        at: String,
        /// It returned what others sold.
        compensates: bool,
        /// The sums of its receipts.
        parts: Vec<SoldPart>,
        /// Registrations of which nobody knows whether they were made.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        unknown: Vec<String>,
    },
}

/// A request as the journal keeps it, to be repeated as it was.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct JournalEntry {
    /// Its number in this journal.
    pub seq: u64,
    /// The key it carries, if it carries one as `key`.
    pub key: Option<String>,
    /// `GET` or `POST`.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// The body's type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// The body, where it is text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// The body's bytes, where it is no text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<Vec<u8>>,
    /// The drawer's documents before it, where they were known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cash_documents: Option<CashDocuments>,
    /// The number of the request that it left together with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beside: Option<u64>,
    /// Which run of the journal sent it.
    #[serde(skip)]
    pub(super) run: usize,
}

impl JournalEntry {
    /// The entry of a request.
    pub fn new(seq: u64, request: &WireRequest, cash_documents: Option<CashDocuments>) -> JournalEntry {
        let text = std::str::from_utf8(&request.body).ok().map(str::to_owned);
        let bytes = text.is_none().then(|| request.body.clone());
        JournalEntry {
            seq,
            key: request.params().get("key").map(str::to_owned),
            method: request.method.as_str().to_owned(),
            target: request.target.clone(),
            content_type: request.content_type.clone(),
            body: text.filter(|text| !text.is_empty()),
            bytes,
            cash_documents,
            beside: None,
            run: 0,
        }
    }

    /// The request as it was.
    pub fn request(&self) -> WireRequest {
        let text = self.body.as_ref().map(|text| text.clone().into_bytes());
        WireRequest {
            method: match self.method.as_str() {
                "POST" => Method::Post,
                "PUT" => Method::Put,
                _ => Method::Get,
            },
            target: self.target.clone(),
            content_type: self.content_type.clone(),
            body: text.or_else(|| self.bytes.clone()).unwrap_or_default(),
        }
    }
}

impl fmt::Display for JournalEntry {
    /// The operation in words that hold no key: `sale=800 cash=1000 to /api/`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let request = self.request();
        for (name, value) in request.params().0.iter().filter(|(name, _)| name != "key") {
            let short: String = value.chars().take(40).collect();
            write!(f, "{name}={} ", short.escape_debug())?;
        }
        write!(f, "to {}", request.path().escape_debug())
    }
}

/// What a journal's lines come to.
#[derive(Clone, Default)]
pub struct Chain {
    /// The key that the device takes, as far as is known.
    pub current: Option<Key>,
    /// The device's serial number.
    pub serial: Option<String>,
    /// A request whose fate is not known.
    pub open: Option<JournalEntry>,
    /// Those that left together with it, and whose fate is not known either.
    pub open_beside: Vec<JournalEntry>,
    /// The last request's number.
    pub seq: u64,
    given: BTreeSet<Key>,
    spent: VecDeque<Key>,
    runs: Runs,
}

impl Chain {
    /// Whether a key was spent before.
    pub fn is_spent(&self, key: &Key) -> bool {
        self.current.as_ref() != Some(key) && (self.given.contains(key) || self.spent.contains(key))
    }

    /// The keys spent last, the youngest first.
    pub fn spent(&self) -> impl Iterator<Item = &Key> {
        self.spent.iter().rev()
    }

    /// The last run that registered something and what was returned of it since; with `all`, every run.
    pub fn sold(&self, all: bool) -> Vec<&RunSold> {
        self.runs.sold(all)
    }

    /// Takes in one more line.
    pub fn apply(&mut self, record: &Record) {
        match record {
            Record::Journal { .. } => {}
            Record::Run { at } => self.runs.begins(at, self.open.is_some()),
            Record::Compensates => self.runs.compensates(),
            Record::Device { serial, .. } => self.serial.clone_from(serial),
            Record::Key { key } => {
                let key = Key::parse(key).ok();
                self.given.extend(key.clone());
                self.rotate(key);
            }
            Record::Sent(entry) => {
                self.seq = entry.seq;
                let entry = JournalEntry { run: self.runs.current(), ..entry.clone() };
                match entry.beside {
                    Some(_) if self.open.is_some() => self.open_beside.push(entry),
                    _ => self.open = Some(entry),
                }
            }
            Record::Answered { seq, key, .. } | Record::Settled { seq, key, .. } => {
                let mut waiting = self.open.iter().chain(&self.open_beside);
                if let Some(entry) = waiting.find(|entry| entry.seq == *seq) {
                    match record {
                        Record::Answered { status, .. } => {
                            self.runs.answered(entry, *status, self.current.as_ref(), key.as_deref());
                        }
                        _ => self.runs.settled(entry, key.as_deref()),
                    }
                }
                let others = self.open.take().into_iter().chain(std::mem::take(&mut self.open_beside));
                let mut left = others.filter(|entry| entry.seq != *seq);
                self.open = left.next();
                self.open_beside = left.collect();
                self.rotate(key.as_deref().and_then(|key| Key::parse(key).ok()));
            }
            Record::Summary { seq, given, spent } => {
                let keys = |list: &[String]| -> Vec<Key> {
                    list.iter().filter_map(|key| Key::parse(key).ok()).collect()
                };
                self.seq = *seq;
                self.given.extend(keys(given));
                self.spent.extend(keys(spent));
            }
            Record::Sold { at, compensates, parts, unknown } => {
                self.runs.restore(at, *compensates, parts, unknown);
            }
        }
    }

    fn rotate(&mut self, key: Option<Key>) {
        let Some(key) = key else { return };
        if self.current.as_ref() != Some(&key) {
            self.spent.retain(|spent| *spent != key);
            self.spent.extend(self.current.replace(key));
        }
    }

    /// The few lines that say the same as all lines so far.
    pub fn compacted(&self, target: &str) -> Vec<Record> {
        let text = |key: &Key| key.as_str().to_owned();
        let skipped = self.spent.len().saturating_sub(SPENT_KEPT);
        let mut records = vec![
            Record::Journal { version: VERSION, target: target.to_owned() },
            Record::Summary {
                seq: self.seq,
                given: self.given.iter().map(text).collect(),
                spent: self.spent.iter().skip(skipped).map(text).collect(),
            },
        ];
        records.extend(
            self.serial.clone().map(|serial| Record::Device { serial: Some(serial), firmware: None }),
        );
        records.extend(self.current.as_ref().map(|key| Record::Key { key: text(key) }));
        records.extend(self.runs.kept().map(|(run, parts)| Record::Sold {
            at: run.at.clone(),
            compensates: run.compensates,
            parts,
            unknown: run.unknown.clone(),
        }));
        records.extend(self.open.iter().chain(&self.open_beside).cloned().map(Record::Sent));
        records
    }
}

impl fmt::Debug for Chain {
    /// Without a key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Chain({} requests, {} spent keys)", self.seq, self.spent.len())
    }
}
