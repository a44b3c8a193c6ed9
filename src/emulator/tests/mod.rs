//! Tests of the whole device: the error rows, the rules chapter by chapter, properties over all
//! personalities, and the server on a real socket.

mod balance;
mod bench;
mod documents;
mod errors;
mod keeping;
mod keys;
mod proofs;
mod properties;
mod registering;
mod server;
mod strangers;

use super::{Machine, Reaction, personality};
use ikkm_protocol::{Answer, Kind, Method, Params, WireRequest};
use serde_json::Value;
use std::net::{IpAddr, Ipv4Addr};
use time::macros::datetime;
use time::{Duration, PrimitiveDateTime};

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const START: PrimitiveDateTime = datetime!(2026-03-02 09:00);

/// Somebody who sends requests to a machine, with the key that the screen shows.
pub(super) struct Till {
    pub machine: Machine,
    pub now: PrimitiveDateTime,
}

impl Till {
    pub fn at(name: &str) -> Till {
        let personality = personality(name).expect("a personality");
        let behaviour = personality.behaviour.clone();
        Till::with(name, behaviour)
    }

    pub fn with(name: &str, behaviour: super::Behaviour) -> Till {
        let personality = personality(name).expect("a personality");
        let key = personality.first_key().expect("a key");
        Till { machine: Machine::new(&personality, behaviour, key), now: START }
    }

    /// `query` is `path?a=1&b=2`; the current key is added.
    pub fn get(&mut self, query: &str) -> Answer {
        let key = self.machine.key().as_str().to_owned();
        let joint = if query.contains('?') { '&' } else { '?' };
        self.raw(&format!("{query}{joint}key={key}"))
    }

    pub fn raw(&mut self, target: &str) -> Answer {
        self.send(&WireRequest::bare(Method::Get, target))
    }

    pub fn post(&mut self, path: &str, list: &[(&str, &str)]) -> Answer {
        let mut params = Params::new();
        params.push("key", self.machine.key().as_str());
        for (name, value) in list {
            params.push(*name, *value);
        }
        self.send(&WireRequest::new(Method::Post, path, &params))
    }

    pub fn send(&mut self, request: &WireRequest) -> Answer {
        // A printer that is busy for a moment is waited for.
        let pause = self.machine.behaviour().printing.busy_after_ms;
        self.now += Duration::milliseconds(pause.into());
        match self.machine.handle(request, HERE, self.now) {
            Reaction::Answer(answer) => answer,
            Reaction::Silence => panic!("no answer to {request:?}"),
        }
    }

    pub fn document(&mut self, path: &str) -> Value {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.reason_text());
        serde_json::from_slice(&answer.body).expect("JSON")
    }

    pub fn info(&mut self, field: &str) -> String {
        self.document("/apicheck/getInfo")[field].as_str().expect("a text field").to_owned()
    }

    pub fn wait(&mut self, seconds: i64) {
        self.now += Duration::seconds(seconds);
    }
}

/// The pair of a refusal.
fn pair(answer: &Answer) -> (String, i32) {
    match answer.kind() {
        Kind::Refused { code } => (answer.reason_text(), code),
        other => panic!("{} is no refusal: {other:?}", answer.reason_text()),
    }
}

fn receipt(answer: &Answer) -> u64 {
    match answer.kind() {
        Kind::Keyed { number, .. } => number,
        other => panic!("{} is no receipt: {other:?}", answer.reason_text()),
    }
}
