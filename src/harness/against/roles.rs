//! What is known of one device during a sequence, and what its answers say by role: *the next number*, *a
//! fresh key*, whatever the number and the key are.

use super::paper_form::PaperForm;
use super::seen::{Channel, Fact, Seen};
use super::timeline::Timeline;
use crate::device::session::Sent;
use crate::device::transport::Outcome;
use crate::fuzz::operation::Call;
use crate::text::{clip, with_digits};
use ikkm_protocol::{Answer, Key, Kind, Params};
use rust_decimal::Decimal;
use serde_json::Value;
use std::collections::BTreeMap;

/// What setPrintMode takes (v22 §10.1).
pub(super) const PRINT_MODES: [&str; 3] = ["internal-printer", "lan-printer", "usb-printer"];

/// Digits that may be a key of eight which lost some.
const SHORTEST_KEY: usize = 6;

/// A number that the device gave in this sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Numbered {
    /// The number.
    pub number: u64,
    /// The operation that it was given for.
    pub at: usize,
    /// A receipt, not a deposit or withdrawal.
    pub receipt: bool,
}

/// What is known of a device in a sequence.
#[derive(Debug, Clone, Default)]
pub(super) struct Memory {
    /// The ids of its tax directory.
    pub taxes: Vec<String>,
    /// Their names, in the same order.
    pub names: Vec<String>,
    /// Its default tax.
    pub default_tax: Option<String>,
    /// Both devices have the same taxes: what is worked out of them can be compared.
    pub like_taxes: bool,
    /// Both devices print on a printer of the same kind as long as nobody sets another one.
    pub like_printers: bool,
    /// It rounds by another rule than `no`.
    pub rounds_otherwise: bool,
    /// The current shift.
    pub shift: u64,
    /// The shift in which the sequence began.
    pub began_in: u64,
    /// Whether the shift is open.
    pub open: bool,
    /// The cash in the drawer, as getInfo last said.
    pub drawer: Option<Decimal>,
    /// Messages that wait to be sent, as getInfo last said.
    pub waiting: Option<Decimal>,
    /// The drawer when the devices were last made alike.
    pub drawer_then: Option<Decimal>,
    /// The last registration.
    pub last: Option<Call>,
    /// The devices were made alike: the next number says nothing beside the one before.
    pub numbers_apart: bool,
    /// Numbers given, in their order.
    pub numbers: Vec<Numbered>,
    /// The last closed receipt before the sequence.
    pub number_before: Option<u64>,
    /// The keys of this sequence's receipts: the one spent and the one answered.
    pub receipts: Vec<(Key, Key)>,
    /// Which of the two a receipt is found by, once that was seen.
    pub by_spent: Option<bool>,
    /// Documents as they were last read.
    pub documents: BTreeMap<String, BTreeMap<String, Value>>,
    /// Figures that run on from shift to shift, as they were last read.
    pub running: BTreeMap<String, Decimal>,
    /// The fiscal totals when the sequence began.
    pub fiscal_then: BTreeMap<String, Decimal>,
    /// The device's seconds when the sequence began, as far as its dates have told.
    pub clock_then: Option<i64>,
    /// When each operation began.
    pub timeline: Timeline,
    /// The sequence has set the print mode, alike on both devices: before that it is the device's own.
    pub mode_is_set: bool,
    /// The text above every receipt.
    pub header: String,
    /// How it writes on paper.
    pub form: PaperForm,
}

impl Memory {
    /// What a number is on this device.
    pub fn number_role(&self, number: u64) -> String {
        let place = self.numbers.iter().rev().position(|one| one.number == number);
        match place {
            Some(0) => "the last number".to_owned(),
            Some(1) => "the number before the last".to_owned(),
            Some(_) => "an earlier number".to_owned(),
            // One of the two may not have told it; since then both were made alike.
            None if Some(number) == self.number_before && self.numbers_apart => "the last number".to_owned(),
            None if Some(number) == self.number_before => "the number from before".to_owned(),
            None if number == 0 => "0".to_owned(),
            None => "a number that was not given".to_owned(),
        }
    }

    /// What a number just given is, beside the one before.
    fn next_role(&self, number: u64) -> String {
        let Some(last) = self.numbers.last().filter(|_| !self.numbers_apart) else {
            return "a number".to_owned();
        };
        match number.checked_sub(last.number) {
            Some(0) => "the last number again".to_owned(),
            Some(1) => "the next number".to_owned(),
            Some(more) => format!("a number {more} above the last"),
            None => "a lower number".to_owned(),
        }
    }

    /// A reason phrase: a number by its role, anything else as it is.
    fn reason_role(&self, answer: &Answer) -> String {
        match answer.receipt() {
            Some(number) => self.number_role(number),
            None => clip(&answer.reason_text(), 60),
        }
    }

    /// What a request came to; `known` are the keys before it. Learns the number that it gave.
    pub fn answered(&mut self, at: usize, call: &Call, sent: &Sent, known: &Known, seen: &mut Seen) {
        let answer = match (&sent.delivery.outcome, &sent.settled) {
            (Outcome::Answered(answer), _) | (_, Some(answer)) => answer,
            (Outcome::NoAnswer(_), None) => {
                return seen.put(Channel::Answer, "answer", Fact::word("no answer"));
            }
            (Outcome::NotSent(_), None) => {
                return seen.put(Channel::Answer, "answer", Fact::word("no connection"));
            }
            (Outcome::Malformed { why, .. }, None) => {
                let told = format!("a broken answer: {}", clip(why, 80));
                return seen.put(Channel::Answer, "answer", Fact::word(told));
            }
        };
        if !sent.delivery.wire.faults.is_empty() {
            let faults: Vec<String> = sent.delivery.wire.faults.iter().map(ToString::to_string).collect();
            seen.put(Channel::Head, "HTTP", Fact::word(faults.join("; ")));
        }
        let mut said = self.said(answer, known);
        let asks_mode = call.params.iter().any(|(name, _)| name == "getPrintMode");
        if asks_mode && !self.mode_is_set {
            for mode in PRINT_MODES {
                said = said.replace(mode, "its own mode");
            }
        }
        seen.put(Channel::Answer, "answer", Fact::word(said));
        self.head(answer, seen);
        let Kind::Keyed { number, key } = answer.kind() else { return };
        let fresh = !known.contains(&key);
        let receipt = call.path == "/api/";
        if (receipt && fresh) || (!receipt && ["/apideposit", "/apiwithdraw"].contains(&call.path)) {
            self.numbers.push(Numbered { number, at, receipt });
            self.numbers_apart = false;
        }
        if receipt && fresh {
            if let Some(spent) = &known.current {
                self.receipts.push((spent.clone(), key));
            }
            self.last = Some(call.clone());
        }
    }

    /// Fills `<default-tax>`, `<drawer>` and the like in, each with this device's own.
    pub fn filled(&self, call: &Call) -> Params {
        let other = || self.taxes.iter().find(|id| Some(*id) != self.default_tax.as_ref());
        let unknown = || (1..=9999).rev().map(|id: u32| id.to_string()).find(|id| !self.taxes.contains(id));
        let drawer = |more: i64| (self.drawer.unwrap_or_default() + Decimal::new(more, 2)).to_string();
        let mut params = Params::new();
        for (name, value) in &call.params {
            let value = match value.as_str() {
                "<default-tax>" => self.default_tax.clone().unwrap_or_default(),
                "<other-tax>" => other().cloned().unwrap_or_default(),
                "<last-tax>" => {
                    let last = self.taxes.iter().rev().find(|id| Some(*id) != self.default_tax.as_ref());
                    last.cloned().unwrap_or_default()
                }
                "<unknown-tax>" => unknown().unwrap_or_default(),
                "<drawer>" => drawer(0),
                "<drawer + 0.01>" => drawer(1),
                "<drawer - 0.01>" => drawer(-1),
                "<drawer + 0.99>" => drawer(99),
                plain => plain.to_owned(),
            };
            params.push(name.clone(), value);
        }
        params
    }

    /// The answer in one line, without a number or key of its own.
    pub fn said(&self, answer: &Answer, known: &Known) -> String {
        let status = answer.status;
        let said = match answer.kind() {
            Kind::Keyed { number, key } => {
                let number = self.next_role(number);
                let key = match () {
                    () if known.current.as_ref() == Some(&key) => "the current key",
                    () if known.contains(&key) => "a spent key",
                    () => "a fresh key",
                };
                format!("{status}, {number}, {key}")
            }
            Kind::Zero => format!("{status} {} 0", self.reason_role(answer)),
            Kind::Refused { code } => format!("{status} {} {code}", clip(&answer.reason_text(), 60)),
            Kind::Other => {
                let document = serde_json::from_slice::<Value>(&answer.body);
                if document.is_ok_and(|value| value.is_object() || value.is_array()) {
                    return format!("{status} a document");
                }
                let reason = self.reason_role(answer);
                match answer.body_text() {
                    Some(text) if Key::parse(text).is_ok() => format!("{status} {reason} and a key"),
                    Some(text) if text.len() <= 40 => format!("{status} {reason} {text:?}"),
                    Some(_) => format!("{status} {reason}, a page"),
                    None => format!("{status} {reason}, bytes that are no text"),
                }
            }
        };
        without_keys(&said)
    }

    fn head(&self, answer: &Answer, seen: &mut Seen) {
        let kind = match answer.kind() {
            Kind::Keyed { .. } | Kind::Zero => "a number answer",
            Kind::Refused { .. } => "a refusal",
            Kind::Other => "a document",
        };
        let told = answer.header("Content-Type").unwrap_or("none");
        seen.put(Channel::Head, format!("Content-Type of {kind}"), Fact::word(clip(told, 60)));
        let date = answer.header("Date").map_or("none".to_owned(), form);
        seen.put(Channel::Head, "Date", Fact::word(date));
        if kind == "a document" {
            seen.put(Channel::Head, "reason phrase of a document", Fact::word(self.reason_role(answer)));
        }
    }
}

/// The keys that were known before a request.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    pub current: Option<Key>,
    pub all: Vec<Key>,
}

impl Known {
    fn contains(&self, key: &Key) -> bool {
        self.all.contains(key)
    }
}

/// A text in which so many digits that they may be a key, or what became of one, are counted only.
fn without_keys(text: &str) -> String {
    with_digits(text, |digits| match digits.len() {
        few if few < SHORTEST_KEY => digits.into(),
        count => format!("<{count} digits>").into(),
    })
}

/// A text with a 9 for each digit and an `a` for each Latin letter of a name of a day or month.
pub(super) fn form(text: &str) -> String {
    let plain = |symbol: char| match symbol {
        '0'..='9' => '9',
        'a'..='z' | 'A'..='Z' => 'a',
        other => other,
    };
    text.chars().take(60).map(plain).collect()
}

/// The seconds of a date, however it is written, and its form; `None` for what is none.
pub(super) fn date(text: &str) -> Option<(String, i64)> {
    if text.len() > 40 || !text.contains(['-', '.', '/']) {
        return None;
    }
    let numbers: Vec<i64> = text
        .split(|symbol: char| !symbol.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .map(|part| part.parse().ok())
        .collect::<Option<_>>()?;
    let (year, month, day) = match numbers.as_slice() {
        [year @ 1970..=2200, month, day, ..] => (*year, *month, *day),
        [day, month, year @ 1970..=2200, ..] => (*year, *month, *day),
        _ => return None,
    };
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || numbers.len() < 5 {
        return None;
    }
    let month = time::Month::try_from(u8::try_from(month).ok()?).ok()?;
    let date =
        time::Date::from_calendar_date(i32::try_from(year).ok()?, month, u8::try_from(day).ok()?).ok()?;
    let part = |at: usize| numbers.get(at).copied().unwrap_or_default();
    let days = i64::from(date.to_julian_day());
    Some((form(text), days * 86_400 + part(3) * 3_600 + part(4) * 60 + part(5)))
}

#[cfg(test)]
mod tests {
    use super::super::words::without_roles;
    use super::*;

    #[test]
    fn dates_are_read_in_every_order() {
        let (form, one) = date("2026-11-25 10:20:30").unwrap();
        assert_eq!(form, "9999-99-99 99:99:99");
        assert_eq!(date("25.11.2026 10:20").unwrap().1, one - 30);
        for none in ["", "1108.00", "opened", "2026-13-01 00:00", "1-2-3"] {
            assert_eq!(date(none), None, "{none}");
        }
    }

    #[test]
    fn what_may_be_a_key_is_not_told() {
        assert_eq!(without_keys("200 7 \"0822465\\n\""), "200 7 \"<7 digits>\\n\"");
        assert_eq!(without_keys("400 cash-lq-sale -10"), "400 cash-lq-sale -10");
        assert_eq!(without_keys("key 12345678"), "key <8 digits>");
    }

    #[test]
    fn numbers_have_roles() {
        let numbered = |number, at| Numbered { number, at, receipt: true };
        let mut memory = Memory {
            numbers: vec![numbered(7, 0), numbered(8, 2)],
            number_before: Some(6),
            ..Memory::default()
        };
        assert_eq!(memory.number_role(8), "the last number");
        assert_eq!(memory.number_role(7), "the number before the last");
        assert_eq!(memory.number_role(6), "the number from before");
        memory.numbers_apart = true;
        assert_eq!(memory.number_role(6), "the last number");
        memory.numbers_apart = false;
        assert_eq!(memory.number_role(99), "a number that was not given");
        let all = [8, 7, 6, 99, 0].map(|number| memory.number_role(number));
        let next = [8, 9, 11, 3].map(|number| memory.next_role(number));
        for role in all.iter().chain(&next).filter(|role| *role != "0") {
            assert_eq!(
                without_roles(&format!("200 {role} 0 / 400 x -7")),
                "200 a number 0 / 400 x -7",
                "{role}"
            );
        }
        assert_eq!(
            (memory.next_role(9), memory.next_role(11)),
            ("the next number".into(), "a number 3 above the last".into())
        );
    }
}
