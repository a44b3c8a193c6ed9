//! One answer against what was expected of it. Pure: it sends nothing and asks no bench.

use crate::suite::expect::{Expectation, Shape};
use crate::text::{clip, first_sign, fits};
use ikkm_protocol::{Answer, Key, Kind, errors};
use ikkm_requirements::requirements;
use serde_json::Value;

/// What the judge has to know beside the answer.
#[derive(Debug, Clone, Default)]
pub struct Before {
    /// The key that the request carried.
    pub sent: Option<Key>,
    /// The current key when it was sent.
    pub current: Option<Key>,
    /// The highest receipt number seen so far, where numbering goes on.
    pub last_receipt: Option<u64>,
    /// Receipt number and new key of the last registration of this case.
    pub registered: Option<(u64, Key)>,
}

/// A difference between an answer and one shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// A requirement that is broken whatever the step cites, such as KEY-3 for a key of 7 digits.
    pub requirement: Option<&'static str>,
    /// What was expected.
    pub expected: String,
    /// What was found.
    pub found: String,
}

/// Compares an answer with an expectation; `Ok` tells whether the device did something.
///
/// # Errors
/// The difference to the shape that comes nearest (the only one, or the one of the same kind).
pub fn compare(expectation: &Expectation, answer: &Answer, before: &Before) -> Result<(), Difference> {
    if let Some((_, documented)) = mended(answer) {
        let spelt = Answer { reason: documented.into(), ..answer.clone() };
        if compare(expectation, &spelt, before).is_ok() {
            return Ok(());
        }
    }
    let mut nearest = None;
    for shape in &expectation.0 {
        match one(shape, answer, before) {
            Ok(()) => return Ok(()),
            Err(difference) => {
                let alike = shape_succeeds(shape) == (answer.status == 200);
                if nearest.is_none() || alike {
                    nearest = Some(difference);
                }
            }
        }
    }
    let mut difference = nearest.unwrap_or(Difference {
        requirement: None,
        expected: expectation.to_string(),
        found: describe(answer),
    });
    if expectation.0.len() > 1 {
        difference.expected = expectation.to_string();
        difference.requirement = None;
    }
    Err(difference)
}

/// Reasons that v22 misspells, as a later document may have mended them, with the code that goes along.
const MENDED: [(&str, i32, &str, &str); 6] = [
    ("tax-invalid-num", -14, "tax-invlid-num", "ERR-tax-invlid-num"),
    ("cash-param-error", -7, "cache-param-error", "ERR-cache-param-error"),
    ("cash-param-error", -9, "cache-param-error", "ERR-cache-param-error-cash"),
    ("cash-not-in-range", -7, "cache-not-in-range", "ERR-cache-not-in-range"),
    ("cash-not-in-range", -9, "cache-not-in-range", "ERR-cache-not-in-range-cash"),
    ("no-cash-hq-sale", -13, "no-cache-hq-sale", "ERR-no-cache-hq-sale"),
];

/// The line and the documented reason of a refusal whose reason is v22's with the misspelling mended and
/// whose code is right: worth a warning, and else taken for the documented one.
pub fn mended(answer: &Answer) -> Option<(&'static str, &'static str)> {
    let Kind::Refused { code } = answer.kind() else { return None };
    let reason = answer.reason_text();
    let known = MENDED.iter().find(|(spelt, with, ..)| *spelt == reason && *with == code);
    known.map(|(_, _, documented, line)| (*line, *documented))
}

/// The line of a refusal that tells of circumstances: paper, battery, a block, a shift too old, an empty
/// drawer. Where they do not hold, the refusal is wrong whatever was asked.
pub fn claims(answer: &Answer) -> Option<String> {
    let Kind::Refused { code } = answer.kind() else { return None };
    let line = match code {
        -6 | -3 | -11 | -15 | -16 => format!("ERR-{}", answer.reason_text()),
        -2 | -4 | -5 | -18 => format!("ERR-code{code}"),
        ..=-100 => "ERR-ikkm-is-blocked".to_owned(),
        _ => return None,
    };
    requirements().get(&line).is_some().then_some(line)
}

fn shape_succeeds(shape: &Shape) -> bool {
    !matches!(shape, Shape::Refused | Shape::Refusal { .. } | Shape::Unserved | Shape::NoAnswer)
}

fn one(shape: &Shape, answer: &Answer, before: &Before) -> Result<(), Difference> {
    let differs = || Difference { requirement: None, expected: shape.to_string(), found: describe(answer) };
    let because = |requirement: &'static str, expected: &str| Difference {
        requirement: Some(requirement),
        expected: expected.to_owned(),
        found: describe(answer),
    };
    let holds = |right: bool| if right { Ok(()) } else { Err(differs()) };
    match shape {
        Shape::Anything => Ok(()),
        Shape::NoAnswer => Err(differs()),
        Shape::Registered => registered(answer, before, differs, because),
        Shape::Repeated => match (answer.kind(), &before.registered) {
            (Kind::Keyed { number, key }, Some((receipt, fresh))) => {
                let same = number == *receipt && key == *fresh;
                if same {
                    return Ok(());
                }
                let what = if number == *receipt {
                    "the receipt number but another key"
                } else {
                    "another receipt number"
                };
                Err(Difference {
                    requirement: None,
                    expected: format!("receipt {receipt} and the key of that answer once more"),
                    found: format!("{what}: {}", describe(answer)),
                })
            }
            _ => Err(differs()),
        },
        Shape::Done => match answer.kind() {
            Kind::Keyed { key, .. } if before.current.as_ref() == Some(&key) => Ok(()),
            Kind::Keyed { .. } => Err(because("KEY-11", "the key unchanged")),
            _ => Err(differs()),
        },
        Shape::Refused | Shape::Refusal { .. } if has_blanks_around_a_code(answer) => {
            Err(because("WIRE-1", "a body that is only the code, nothing around it"))
        }
        Shape::Unserved => holds(!matches!(answer.status, 200 | 400)),
        Shape::Refused => holds(matches!(answer.kind(), Kind::Refused { .. })),
        Shape::Success => holds(answer.status == 200 && !is_negative(answer)),
        Shape::Document => match (answer.status, document(answer)) {
            (200, Some(_)) => Ok(()),
            _ => Err(unreadable(answer).unwrap_or_else(differs)),
        },
        Shape::Refusal { code, reason } => {
            let fitting = reason.as_ref().is_none_or(|reason| fits(reason, &answer.reason_text()));
            holds(answer.kind() == Kind::Refused { code: *code } && fitting)
        }
        Shape::Json { path, rule } => match document(answer) {
            Some(json) if answer.status == 200 => {
                super::document::check(&json, path, rule).map(|_| ()).map_err(|wrong| Difference {
                    requirement: None,
                    expected: wrong.expected,
                    found: wrong.found,
                })
            }
            _ => Err(unreadable(answer).unwrap_or_else(differs)),
        },
        Shape::Header { name, value } => match answer.header(name) {
            Some(found) if fits(value, &found.to_ascii_lowercase()) => Ok(()),
            found => Err(Difference {
                requirement: None,
                expected: shape.to_string(),
                found: format!("{name}: {}", found.unwrap_or("no such header")),
            }),
        },
        Shape::Literal { status, reason, body } => {
            let text = answer.body_text().unwrap_or_default();
            holds(answer.status == *status && fits(reason, &answer.reason_text()) && fits(body, text))
        }
    }
}

fn registered(
    answer: &Answer,
    before: &Before,
    differs: impl Fn() -> Difference,
    because: impl Fn(&'static str, &str) -> Difference,
) -> Result<(), Difference> {
    if answer.status != 200 || is_negative(answer) {
        return Err(differs());
    }
    let Some(number) = answer.receipt() else {
        return Err(because("WIRE-10", "the receipt number as reason phrase"));
    };
    let body = answer.body_text().unwrap_or_default();
    let Ok(key) = Key::parse(body) else {
        let bare = Key::parse(body.trim()).is_ok();
        let (requirement, expected) = if bare {
            ("WIRE-1", "a body that is only the number, nothing around it")
        } else {
            ("KEY-3", "a new key of 8 digits as body")
        };
        return Err(because(requirement, expected));
    };
    if before.sent.as_ref() == Some(&key) {
        return Err(because("KEY-3", "a key different from the one sent"));
    }
    match before.last_receipt {
        Some(last) if number <= last => Err(because("REG-3", &format!("a receipt number above {last}"))),
        _ => Ok(()),
    }
}

/// Right but for what stands around it.
fn has_blanks_around_a_code(answer: &Answer) -> bool {
    let trimmed = answer.body_text().map(str::trim).unwrap_or_default();
    let bare = Answer { body: trimmed.into(), ..answer.clone() };
    matches!((answer.kind(), bare.kind()), (Kind::Other, Kind::Refused { .. }))
}

fn is_negative(answer: &Answer) -> bool {
    answer.body_text().is_some_and(|text| text.trim().parse::<i64>().is_ok_and(|number| number < 0))
}

/// The body as JSON, if it is an object or a list.
pub fn document(answer: &Answer) -> Option<Value> {
    serde_json::from_slice(&answer.body).ok().filter(|value: &Value| value.is_object() || value.is_array())
}

/// What is wrong with a body that sets out to be a JSON document and is none: the reason and its
/// offset. The answer came, so what can be seen of it is evidence.
pub fn unreadable(answer: &Answer) -> Option<Difference> {
    if answer.status != 200 || !matches!(first_sign(&answer.body), Some(b'{' | b'[')) {
        return None;
    }
    let error = serde_json::from_slice::<Value>(&answer.body).err()?;
    let lines = answer.body.split_inclusive(|byte| *byte == b'\n').take(error.line().saturating_sub(1));
    let offset = lines.map(<[u8]>::len).sum::<usize>() + error.column().saturating_sub(1);
    let from = offset.saturating_sub(20).min(answer.body.len());
    let near = String::from_utf8_lossy(answer.body.get(from..).unwrap_or_default()).into_owned();
    Some(Difference {
        requirement: Some("WIRE-12"),
        expected: "a body that parses as JSON".to_owned(),
        found: format!(
            "no JSON at byte {offset} of {}: {error}; near {:?}",
            answer.body.len(),
            clip(&near, 40)
        ),
    })
}

/// The line that an open question opens: what a device breaks whose answer is outside a closed list, or
/// which answers twice in two ways. No finding is booked on a question itself.
pub fn line_behind(question: &str) -> &'static str {
    let whole = question.split('/').next().unwrap_or(question);
    let exact = QUESTIONS.iter().find(|(id, _)| *id == whole);
    let area = || AREAS.iter().find(|(area, _)| whole.starts_with(area));
    exact.or_else(area).map_or("WIRE-10", |(_, line)| line)
}

const QUESTIONS: [(&str, &str); 11] = [
    ("Q-WIRE-1", "WIRE-6"),
    ("Q-KEY-1", "KEY-12"),
    ("Q-KEY-2", "KEY-5"),
    ("Q-KEY-3", "KEY-5"),
    ("Q-KEY-4", "KEY-2"),
    ("Q-PAY-1", "PAY-8"),
    ("Q-PAY-2", "PAY-3"),
    ("Q-PAY-4", "PAY-10"),
    ("Q-PAY-5", "PAY-12"),
    ("Q-TAX-1", "TAX-1"),
    ("Q-PRN-3", "ERR-code-5"),
];

const AREAS: [(&str, &str); 12] = [
    ("Q-WIRE", "WIRE-10"),
    ("Q-KEY", "KEY-4"),
    ("Q-REG", "REG-8"),
    ("Q-PAY", "PAY-12"),
    ("Q-TAX", "TAX-1"),
    ("Q-ITEM", "ITEM-1"),
    ("Q-PRN", "PRN-1"),
    ("Q-CASH", "CASH-1"),
    ("Q-SHIFT", "SHIFT-2"),
    ("Q-BANK", "BANK-3"),
    ("Q-CHK", "CHK-1"),
    ("Q-DUMP", "DUMP-5"),
];

/// Whether a `Content-Type` is one that a number may have; which of the two is open (v22 §3, Q-WIRE-3).
pub fn labels_a_number(label: &str) -> bool {
    let label = label.to_ascii_lowercase();
    ["text/html", "text/plain"].iter().any(|good| label.starts_with(good))
}

/// An answer in one line for people: keys do not appear.
pub fn describe(answer: &Answer) -> String {
    let reason = clip(&answer.reason_text(), 80);
    match answer.kind() {
        Kind::Refused { code } => format!("400 {reason} with {code} ({})", errors::describe(code)),
        Kind::Keyed { .. } => format!("{} {reason} with a key", answer.status),
        Kind::Zero => format!("200 {reason} with 0"),
        Kind::Other => {
            let text = String::from_utf8_lossy(&answer.body).into_owned();
            format!("{} {reason} with {:?}", answer.status, clip(&text, 60))
        }
    }
}

#[cfg(test)]
mod tests;
