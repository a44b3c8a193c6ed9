//! Which device is this? What getInfo says (v22 §7.1).

use super::redaction::Redactor;
use super::session::{Outgoing, Session, SessionError};
use super::transport::Outcome;
use crate::text::{first_sign, shown};
use ikkm_protocol::{Answer, Kind};
use serde_json::Value;
use thiserror::Error;

/// What a device says of itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Identity {
    /// `factorySerialNumber`.
    pub serial: Option<String>,
    /// `applicationVersion`.
    pub firmware: Option<String>,
    /// The whole of getInfo; null where it cannot be parsed.
    pub info: Value,
    /// Where and why it cannot be parsed: the cases judge that (WIRE-12).
    pub unread: Option<String>,
}

/// Why a device did not say what it is.
#[derive(Debug, Error)]
pub enum IdentityError {
    /// It refuses the key.
    #[error("the device refuses the key (-1): read the current one off its screen and pass it with --key")]
    Key,
    /// It does not answer, or nothing listens.
    #[error("the device cannot be reached: {0}")]
    Unreachable(String),
    /// It answers, but not as an iKKM.
    #[error("this is no answer of an iKKM to getInfo: {0}")]
    Foreign(String),
    /// Nothing was sent.
    #[error(transparent)]
    Session(#[from] SessionError),
}

/// Asks the device once what it is.
///
/// # Errors
/// [`IdentityError`].
pub async fn identify(session: &mut Session) -> Result<Identity, IdentityError> {
    let key = session.key()?;
    let mut look = Outgoing::get("/apicheck/getInfo/", key);
    // Whoever mistyped the address wants to know at once.
    look.take_refused = true;
    let sent = session.send(&look).await?;
    // A device may send back what it was sent.
    let hidden = Redactor::new(session.known.keys.current(), session.known.keys.secrets());
    match sent.delivery.outcome {
        Outcome::Answered(answer) => read(&answer, &hidden),
        Outcome::NotSent(why) => Err(IdentityError::Unreachable(why)),
        Outcome::NoAnswer(trouble) => Err(IdentityError::Unreachable(trouble.to_string())),
        Outcome::Malformed { why, .. } => Err(IdentityError::Foreign(hidden.hide(&why))),
    }
}

fn read(answer: &Answer, hidden: &Redactor) -> Result<Identity, IdentityError> {
    let info: Result<Value, serde_json::Error> = serde_json::from_slice(&answer.body);
    match (answer.kind(), info) {
        (Kind::Refused { code: -1 }, _) => Err(IdentityError::Key),
        (_, Ok(info @ Value::Object(_))) if answer.status == 200 => {
            let text = |name: &str| {
                let value = info.get(name)?;
                Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
            };
            let (serial, firmware) = (text("factorySerialNumber"), text("applicationVersion"));
            Ok(Identity { serial, firmware, info, unread: None })
        }
        (_, Err(error)) if answer.status == 200 && first_sign(&answer.body) == Some(b'{') => Ok(Identity {
            serial: None,
            firmware: None,
            info: Value::Null,
            unread: Some(format!("getInfo cannot be parsed as JSON: {error}")),
        }),
        _ => {
            let body = hidden.hide_bytes(&answer.body);
            let body: String = String::from_utf8_lossy(&body).chars().take(60).collect();
            let (reason, body) = (shown(&hidden.hide(&answer.reason_text())), body.escape_debug());
            Err(IdentityError::Foreign(format!("{} {reason}, body {body}", answer.status)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(status: u16, body: &str) -> Result<Identity, IdentityError> {
        let answer = Answer { status, reason: b"x".to_vec(), headers: vec![], body: body.into() };
        read(&answer, &Redactor::default())
    }

    #[test]
    fn get_info_tells_serial_and_firmware() {
        let told = answered(200, r#"{"factorySerialNumber":"0117","applicationVersion":101021}"#).unwrap();
        assert_eq!((told.serial.as_deref(), told.firmware.as_deref()), (Some("0117"), Some("101021")));
        assert_eq!(answered(200, "{}").unwrap().serial, None);
    }

    #[test]
    fn a_get_info_with_a_mistake_is_one_all_the_same_and_says_where() {
        for (body, place) in [
            ("\u{FEFF}{\"factorySerialNumber\":\"0117\"}", "line 1 column 1"),
            ("{\"a\": 1,\n}", "line 2 column 1"),
            ("{\"a\": 1", "line 1 column 7"),
        ] {
            let told = answered(200, body).unwrap();
            assert_eq!((told.serial, &told.info), (None, &Value::Null));
            assert!(told.unread.as_deref().is_some_and(|why| why.ends_with(place)), "{:?}", told.unread);
        }
        assert_eq!(answered(200, "{}").unwrap().unread, None);
    }

    #[test]
    fn anything_else_is_named() {
        assert!(matches!(answered(400, "-1"), Err(IdentityError::Key)));
        for (status, body) in [(400, "-2"), (200, "0"), (200, "<html>"), (404, "{}"), (200, "[]")] {
            let error = answered(status, body).unwrap_err();
            assert!(matches!(error, IdentityError::Foreign(_)), "{status} {body}: {error}");
        }
    }
}
