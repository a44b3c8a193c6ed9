//! Faults of the wire by name: `{"do":"fault","fault":"lose-reply","on":"register","nth":2}`.

use ikkm_emulator::{Fault, FaultRule, RequestKind};
use serde_json::{Map, Value};
use std::time::Duration;

/// The kinds of request that a fault can wait for.
pub const KINDS: [(&str, RequestKind); 11] = [
    ("any", RequestKind::Any),
    ("register", RequestKind::Register),
    ("deposit", RequestKind::Deposit),
    ("withdraw", RequestKind::Withdraw),
    ("x-report", RequestKind::XReport),
    ("z-report", RequestKind::ZReport),
    ("bank", RequestKind::Bank),
    ("check", RequestKind::Check),
    ("print", RequestKind::Print),
    ("manage", RequestKind::Manage),
    ("dump", RequestKind::Dump),
];

/// The faults, each with what it does in words.
pub const FAULTS: [(&str, &str); 8] = [
    ("lose-request", "the connection closes before the register sees the request: nothing is booked"),
    ("lose-reply", "the register does it, and the answer is lost"),
    ("reset", "the register does it, and the connection is reset"),
    ("cut", "the answer ends in the middle"),
    ("late", "the answer comes 35 seconds later"),
    ("double", "the answer comes twice"),
    ("garble", "the answer is replaced by bytes that are no HTTP"),
    ("busy", "the register answers -2 and does nothing"),
];

/// An answer ends within its head here.
const CUT_AT: usize = 30;
/// Longer than a client waits (v22 §3).
const LATE: Duration = Duration::from_secs(35);
const GARBAGE: &[u8] = b"\x00\xff\xfeHTP/1.1 2oo \xd0";
const BUSY: &[u8] = b"HTTP/1.1 400 ikkm-is-busy\r\nContent-Length: 2\r\nContent-Type: text/html; charset=UTF-8\r\nConnection: close\r\n\r\n-2";

/// The fault of that name.
pub fn fault(name: &str) -> Option<Fault> {
    Some(match name {
        "lose-request" => Fault::LoseRequest,
        "lose-reply" => Fault::LoseReply,
        "reset" => Fault::Reset,
        "cut" => Fault::Cut(CUT_AT),
        "late" => Fault::Delay(LATE),
        "double" => Fault::Double,
        "garble" => Fault::Garble(GARBAGE.to_vec()),
        "busy" => Fault::Instead(BUSY.to_vec()),
        _ => return None,
    })
}

/// The kind of request of that name.
pub fn kind(name: &str) -> Option<RequestKind> {
    KINDS.into_iter().find(|(known, _)| *known == name).map(|(_, kind)| kind)
}

/// Reads `fault`, and where they are given `on`, `nth` (from 1) and `times`.
///
/// # Errors
/// A sentence that names what is known.
pub fn rule(message: &Map<String, Value>) -> Result<FaultRule, String> {
    let text = |field: &str| message.get(field).and_then(Value::as_str);
    let count = |field: &str| match message.get(field) {
        None => Ok(1),
        Some(value) => value
            .as_u64()
            .and_then(|count| u32::try_from(count).ok())
            .filter(|count| *count > 0)
            .ok_or_else(|| format!("`{field}` must be a whole number from 1")),
    };
    let named = text("fault").ok_or("`fault` is missing: name one")?;
    let fault = fault(named).ok_or_else(|| {
        format!("there is no fault `{named}`: it is one of {}", names(FAULTS.map(|(name, _)| name)))
    })?;
    let on = text("on").unwrap_or("register");
    let on = kind(on).ok_or_else(|| {
        format!("there is no kind of request `{on}`: it is one of {}", names(KINDS.map(|(name, _)| name)))
    })?;
    Ok(FaultRule { on, after: count("nth")? - 1, times: count("times")?, fault })
}

fn names<const N: usize>(all: [&str; N]) -> String {
    all.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(message: Value) -> Result<FaultRule, String> {
        rule(message.as_object().expect("an object"))
    }

    #[test]
    fn every_listed_fault_can_be_set() {
        for (name, words) in FAULTS {
            assert!(fault(name).is_some() && !words.is_empty(), "{name}");
        }
    }

    #[test]
    fn a_rule_counts_from_the_nth_request() {
        let rule =
            read(json!({"fault": "lose-reply", "on": "deposit", "nth": 3, "times": 2})).expect("a rule");
        assert_eq!((rule.on, rule.after, rule.times), (RequestKind::Deposit, 2, 2));
        let next = read(json!({"fault": "reset"})).expect("a rule");
        assert_eq!((next.on, next.after, next.times), (RequestKind::Register, 0, 1));
    }

    #[test]
    fn a_mistake_names_what_is_known() {
        for (message, told) in [
            (json!({}), "`fault` is missing"),
            (json!({"fault": "loose-reply"}), "lose-reply"),
            (json!({"fault": "cut", "on": "sale"}), "register"),
            (json!({"fault": "cut", "nth": 0}), "`nth` must be"),
            (json!({"fault": "cut", "times": "two"}), "`times` must be"),
        ] {
            assert!(read(message.clone()).expect_err("a mistake").contains(told), "{message}");
        }
    }
}
