//! What every answer of a run must be, whatever was asked: seen on the way, at no request's cost. What is
//! wrong is told once, in a case of its own at the run's end.

use super::judge;
use super::outcome::{CaseResult, Event, Finding, Verdict};
use crate::device::session::Sent;
use crate::device::transport::Outcome;
use crate::suite::reserved::EVERY_ANSWER;
use crate::text::clip;
use ikkm_protocol::{Answer, Kind, WireRequest};
use ikkm_requirements::{Level, requirements};
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

/// So many different deviations are kept with their exchanges; more tell nothing new.
const MOST: usize = 40;

/// Where a number is due, beside every refusal (v22 §5 to §7).
const NUMBERS: [&str; 7] =
    ["/api", "/apideposit", "/apiwithdraw", "/apixreport", "/apizreport", "/apibank", "/apicheck"];

/// What was seen in the answers of a run.
#[derive(Debug, Default)]
pub struct EveryAnswer {
    seen: Vec<Seen>,
    /// The number of the last receipt, as long as nothing came that may have a number too.
    last: Option<u64>,
    /// The highest number of a receipt so far: another one up to it is a repeat.
    highest: u64,
}

#[derive(Debug)]
struct Seen {
    finding: Finding,
    asked: String,
    event: Option<Event>,
}

/// A line, what it asks for, and what came.
pub(crate) type Wrong = (&'static str, String, String);

impl EveryAnswer {
    /// Looks at an answer; `shown` is its exchange as reports show it.
    pub fn see(&mut self, sent: &Sent, case: &str, shown: Option<&Event>) {
        let Outcome::Answered(answer) = &sent.delivery.outcome else {
            self.last = None;
            return;
        };
        let path = sent.request.path().trim_end_matches('/');
        let mut wrong: Vec<Wrong> = Vec::new();
        // An unknown path or method may be answered by the web server alone (ERR).
        if matches!(answer.status, 200 | 400) {
            let expected = || "an HTTP/1.1 answer whose Content-Length matches its body".to_owned();
            wrong.extend(sent.delivery.wire.faults.iter().map(|f| ("WIRE-1", expected(), f.to_string())));
        }
        wrong.extend(no_number(&sent.request, answer));
        let document = (answer.status == 200 && sent.settled.is_none()).then(|| sent.document()).flatten();
        if let Some(found) = document.and_then(|document| doubled(&answer.body, document)) {
            wrong.push(("WIRE-12", "each member of an object named once".to_owned(), found));
        }
        wrong.extend(self.numbered(answer, path));
        let asked = format!("{} {path}", sent.request.method.as_str());
        for (line, expected, found) in wrong {
            let same = |seen: &Seen| {
                seen.finding.requirement == line && seen.asked == asked && seen.finding.expected == expected
            };
            if self.seen.len() < MOST && (line == "REG-10" || !self.seen.iter().any(same)) {
                let finding = Finding {
                    requirement: line.to_owned(),
                    level: requirements().level(line),
                    place: case.to_owned(),
                    expected,
                    found,
                    exchange: None,
                    follows: None,
                    side: None,
                };
                self.seen.push(Seen { finding, asked: asked.clone(), event: shown.cloned() });
            }
        }
    }

    /// Whether a receipt's number is the next one (REG-10). What cash documents and Z reports do to the
    /// numbering is open (Q-CASH-1).
    fn numbered(&mut self, answer: &Answer, path: &str) -> Option<Wrong> {
        if ["/apideposit", "/apiwithdraw", "/apizreport", "/apimanage"].contains(&path)
            && answer.status == 200
        {
            self.last = None;
        }
        let Kind::Keyed { number, .. } = answer.kind() else { return None };
        // Whatever its type is called: `Sale=` may be taken, too (Q-WIRE-10).
        if path != "/api" {
            return None;
        }
        if number <= self.highest {
            return None;
        }
        self.highest = number;
        let before = self.last.replace(number)?;
        let next = before.saturating_add(1);
        (number > next).then(|| {
            let expected = "receipts to be numbered by one".to_owned();
            (
                "REG-10",
                expected,
                format!("{number} after {before}, and no receipt or cash document between them"),
            )
        })
    }

    /// Something outside the API may have changed the numbering.
    pub fn forget(&mut self) {
        self.last = None;
    }

    /// The case that tells what was seen; `None` where nothing was wrong.
    pub fn result(&mut self, strict: bool) -> Option<CaseResult> {
        let mut transcript = Vec::new();
        let mut findings = Vec::new();
        for Seen { mut finding, event, .. } in std::mem::take(&mut self.seen) {
            if let Some(event) = event {
                finding.exchange = Some(transcript.len());
                transcript.push(event);
            }
            findings.push(finding);
        }
        let first = findings.first()?;
        let message = format!("{}: expected {}; found {}", first.requirement, first.expected, first.found);
        let level = findings.iter().map(|finding| finding.level).max().unwrap_or(Level::Must);
        let fails = level == Level::Must || strict && level == Level::Should;
        let lines: BTreeSet<&String> = findings.iter().map(|finding| &finding.requirement).collect();
        Some(CaseResult {
            name: EVERY_ANSWER.to_owned(),
            suite: "run".to_owned(),
            verdict: if fails { Verdict::Fail } else { Verdict::Warn },
            level,
            requirements: lines.into_iter().cloned().collect(),
            requests: 0,
            duration: Duration::ZERO,
            message: Some(message),
            findings,
            transcript,
            waived: None,
        })
    }
}

/// What is wrong with an answer where it must be a number: every refusal, and what succeeds in chapters 5
/// to 7.
pub(crate) fn no_number(request: &WireRequest, answer: &Answer) -> Option<Wrong> {
    let path = request.path().trim_end_matches('/');
    let alone = path != "/apicheck" || request.params().0.iter().all(|(name, _)| name == "key");
    match answer.status {
        400 => number(answer),
        200 if NUMBERS.contains(&path) && alone => number(answer),
        _ => None,
    }
}

/// What is wrong with an answer that must be a number: how it is sent, and what its body is (WIRE-1).
fn number(answer: &Answer) -> Option<Wrong> {
    let header = |name: &str| answer.header(name).map(|value| format!("{name}: {}", clip(value, 40)));
    let sent_so = header("Transfer-Encoding").or_else(|| {
        header("Content-Encoding").filter(|found| !found.to_ascii_lowercase().ends_with("identity"))
    });
    if let Some(found) = sent_so {
        return Some(("WIRE-1", "a number answer plainly and with its Content-Length".to_owned(), found));
    }
    let text = answer.body_text().unwrap_or_default();
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number {
        let body = String::from_utf8_lossy(&answer.body).into_owned();
        return Some(("WIRE-1", "a body that is only a number".to_owned(), format!("{:?}", clip(&body, 60))));
    }
    // None at all is seen where that is asked for.
    let label = answer.header("Content-Type").map(str::trim)?;
    (!judge::labels_a_number(label)).then(|| {
        let expected = "a number answer labelled text/html or text/plain".to_owned();
        ("WIRE-12", expected, format!("Content-Type: {}", clip(&label.to_ascii_lowercase(), 40)))
    })
}

/// The member that a JSON document names twice in one object (WIRE-12); `document` is what was read of the
/// body, and holds each member once.
pub(crate) fn doubled(body: &[u8], document: &Value) -> Option<String> {
    // Reading a body once more costs as much as all else that is done with an answer.
    if names(body) == members(document) {
        return None;
    }
    serde_json::from_slice::<NamedOnce>(body).err().map(|error| error.to_string())
}

/// How many members the text of a JSON document names: each has a colon outside of texts.
fn names(body: &[u8]) -> usize {
    let (mut names, mut in_text) = (0, false);
    let mut bytes = body.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => in_text = !in_text,
            b'\\' if in_text => drop(bytes.next()),
            b':' if !in_text => names += 1,
            _ => {}
        }
    }
    names
}

/// How many members a value has, at every depth.
fn members(value: &Value) -> usize {
    match value {
        Value::Object(object) => object.len() + object.values().map(members).sum::<usize>(),
        Value::Array(list) => list.iter().map(members).sum(),
        _ => 0,
    }
}

/// A JSON value whose objects name each member once.
struct NamedOnce;

impl<'de> Deserialize<'de> for NamedOnce {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<NamedOnce, D::Error> {
        struct Looks;
        impl<'de> Visitor<'de> for Looks {
            type Value = NamedOnce;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("JSON")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<NamedOnce, A::Error> {
                let mut names = BTreeSet::new();
                while let Some(name) = map.next_key::<String>()? {
                    if !names.insert(name.clone()) {
                        return Err(de::Error::custom(format!("the member `{}` twice", clip(&name, 40))));
                    }
                    map.next_value::<NamedOnce>()?;
                }
                Ok(NamedOnce)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<NamedOnce, A::Error> {
                while list.next_element::<NamedOnce>()?.is_some() {}
                Ok(NamedOnce)
            }

            fn visit_bool<E>(self, _: bool) -> Result<NamedOnce, E> {
                Ok(NamedOnce)
            }

            fn visit_i64<E>(self, _: i64) -> Result<NamedOnce, E> {
                Ok(NamedOnce)
            }

            fn visit_u64<E>(self, _: u64) -> Result<NamedOnce, E> {
                Ok(NamedOnce)
            }

            fn visit_f64<E>(self, _: f64) -> Result<NamedOnce, E> {
                Ok(NamedOnce)
            }

            fn visit_str<E>(self, _: &str) -> Result<NamedOnce, E> {
                Ok(NamedOnce)
            }

            fn visit_unit<E>(self) -> Result<NamedOnce, E> {
                Ok(NamedOnce)
            }
        }
        deserializer.deserialize_any(Looks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(headers: &[(&str, &str)], body: &str) -> Answer {
        let headers = headers.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        Answer { status: 400, reason: "x".into(), headers, body: body.into() }
    }

    #[test]
    fn a_number_comes_plainly_and_alone() {
        assert_eq!(number(&answer(&[("Content-Length", "3")], "-10")), None);
        assert_eq!(number(&answer(&[("Content-Encoding", "identity")], "12345678")), None);
        for (headers, body, word) in [
            (&[("Transfer-Encoding", "chunked")][..], "-10", "chunked"),
            (&[("Content-Encoding", "gzip")], "\u{1f}", "gzip"),
            (&[], "<html>-10</html>", "html"),
            (&[], "", "\"\""),
            (&[], " -10", "-10"),
        ] {
            assert!(number(&answer(headers, body)).is_some_and(|wrong| wrong.2.contains(word)), "{body}");
        }
    }

    #[test]
    fn a_member_that_stands_twice_is_told() {
        let told = |text: &str| doubled(text.as_bytes(), &serde_json::from_str(text).unwrap());
        for right in [
            r#"{"a":1,"b":{"a":null}}"#,
            r#"[{"a":1.5},{"a":"x"},true,-1]"#,
            r#"{"a:b":":\":","b":"\\"}"#,
            "12345678",
        ] {
            assert_eq!(told(right), None, "{right}");
        }
        for wrong in [r#"{"a":1,"a":1}"#, r#"[{"x":[{"a":1,"b":2,"a":3}]}]"#] {
            assert!(told(wrong).is_some_and(|told| told.contains("`a` twice")), "{wrong}");
        }
    }
}
