//! Malformed and malicious answers, one row each, with the outcome that each must have.
//!
//! Whatever a peer sends, the transport ends in time, never panics and says whether the device may
//! have acted. A new row needs a name, what the peer sends, and the outcome in one line.

use ikkm_protocol::{Method, Params, WireRequest};

use crate::peer::{self, Act};
use crate::{broken, crooked, honest};
use std::time::{Duration, Instant};

/// A name, what the peer does after the request, and what the transport must say.
pub type Row = (&'static str, Vec<Act>, &'static str);

/// Sends these bytes.
pub fn send(bytes: impl AsRef<[u8]>) -> Act {
    Act::Send(bytes.as_ref().to_vec())
}

/// Sends these bytes and closes.
pub fn one(bytes: impl AsRef<[u8]>) -> Vec<Act> {
    vec![send(bytes)]
}

/// A registration's answer as v22 §5.2 has it.
pub const GOOD: &str = "HTTP/1.1 200 164\r\nContent-Length: 8\r\n\r\n29852781";

async fn check(rows: Vec<Row>) {
    let request = WireRequest::new(Method::Post, "/api/", &Params(vec![("sale".into(), "1".into())]));
    let mut wrong = Vec::new();
    for (name, script, expected) in rows {
        // Peers that fall silent cost the whole limit; the others end of themselves.
        let slow = script.iter().any(|act| matches!(act, Act::Hold)) || name.ends_with("past the limit");
        let limit = if slow { Duration::from_millis(300) } else { Duration::from_secs(20) };
        let transport = peer::transport(peer::play(script).await);
        let began = Instant::now();
        let found = peer::summary(&transport.send(&request, limit).await);
        if found != expected {
            wrong.push(format!(
                "        ({name:?}\n            expected: {expected}\n            found:    {found}"
            ));
        }
        assert!(began.elapsed() < limit + Duration::from_secs(2), "{name} took {:?}", began.elapsed());
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[tokio::test]
async fn honest_answers_are_read() {
    check(honest::rows()).await;
}

#[tokio::test]
async fn crooked_answers_are_named() {
    check(crooked::rows()).await;
}

#[tokio::test]
async fn broken_answers_are_in_doubt() {
    check(broken::rows()).await;
}
