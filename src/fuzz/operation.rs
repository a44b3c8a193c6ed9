//! One operation of a sequence. Every operation can be played in every state: where it cannot
//! succeed, a refusal is what is expected of the device.

use crate::bench::{Condition, ConditionName};
use crate::device::session::Outgoing;
use crate::protocol::{Key, Method, Params};
use std::fmt::Write;

/// Which key goes along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyChoice {
    /// The right one.
    Current,
    /// The one that the last registration spent.
    Previous,
    /// One spent before that.
    Older,
    /// One that never was one.
    Wrong,
    /// None.
    Missing,
}

impl KeyChoice {
    /// Its name in a suite.
    pub fn name(self) -> &'static str {
        match self {
            KeyChoice::Current => "current",
            KeyChoice::Previous => "previous",
            KeyChoice::Older => "older",
            KeyChoice::Wrong => "wrong",
            KeyChoice::Missing => "none",
        }
    }
}

/// How parameters are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// In the query.
    Query,
    /// In a form body.
    Body,
    /// In the query, every byte percent-encoded.
    Escaped,
}

/// A request with the key of one's choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The path.
    pub path: &'static str,
    /// Its parameters without the key; a name may stand twice. `<default-tax>` and the like are
    /// filled in when it is sent.
    pub params: Vec<(String, String)>,
    /// How they are written.
    pub form: Form,
    /// Which key goes along.
    pub key: KeyChoice,
    /// A condition that the bench keeps up meanwhile.
    pub under: Option<Condition>,
}

/// One operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operation {
    /// A request.
    Call(Call),
    /// The last registration once more, with the key that it spent.
    Repeat,
    /// Time passes, in seconds.
    Wait(u64),
    /// The power goes off and on.
    Restart,
    /// The books are read and reconciled.
    Look,
}

impl Call {
    /// The request with the values filled in.
    pub fn outgoing(&self, params: Params, key: Option<Key>) -> Outgoing {
        let (path, params) = match self.form {
            _ if params.0.is_empty() => (self.path.to_owned(), params),
            Form::Body if !self.doubled() => (self.path.to_owned(), params),
            Form::Escaped => (format!("{}?{}", self.path, escaped(&params)), Params::new()),
            Form::Query | Form::Body => (format!("{}?{}", self.path, params.encode()), Params::new()),
        };
        let method = if params.0.is_empty() { Method::Get } else { Method::Post };
        Outgoing {
            method,
            path,
            params,
            body: None,
            key,
            second_address: false,
            take_busy: self.under.is_some_and(|condition| condition.name() == ConditionName::Busy),
            drop_reply: None,
            hasty: false,
        }
    }

    /// Whether a name stands twice: a suite can only say so in a query.
    fn doubled(&self) -> bool {
        let names: Vec<&str> = self.params.iter().map(|(name, _)| name.as_str()).collect();
        names.iter().enumerate().any(|(at, name)| names[..at].contains(name))
    }

    /// The method that [`Call::outgoing`] uses.
    pub fn method(&self) -> Method {
        if self.form == Form::Body && !self.doubled() && !self.params.is_empty() {
            Method::Post
        } else {
            Method::Get
        }
    }
}

/// `a=1` with every byte of names and values percent-encoded.
fn escaped(params: &Params) -> String {
    let mut out = String::new();
    for (name, value) in &params.0 {
        if !out.is_empty() {
            out.push('&');
        }
        for (part, end) in [(name, "="), (value, "")] {
            for byte in part.bytes() {
                // Writing into a text cannot fail.
                let _ = write!(out, "%{byte:02X}");
            }
            out.push_str(end);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(form: Form, params: &[(&str, &str)]) -> Call {
        let params = params.iter().map(|(n, v)| (n.to_string(), v.to_string())).collect();
        Call { path: "/api/", params, form, key: KeyChoice::Current, under: None }
    }

    #[test]
    fn the_same_parameters_in_three_forms() {
        for form in [Form::Query, Form::Body, Form::Escaped] {
            let call = call(form, &[("sale", "5"), ("cash", "6")]);
            let out = call.outgoing(Params(call.params.clone()), None);
            let request = crate::protocol::WireRequest::new(out.method, &out.path, &out.params);
            assert_eq!(request.params(), Params(call.params.clone()), "{form:?}");
            assert_eq!(out.method, call.method());
        }
        let escaped =
            call(Form::Escaped, &[("sale", "5")]).outgoing(Params(vec![("sale".into(), "5".into())]), None);
        assert_eq!(escaped.path, "/api/?%73%61%6C%65=%35");
    }

    #[test]
    fn a_doubled_name_goes_into_the_query() {
        let call = call(Form::Body, &[("sale", "5"), ("sale", "6")]);
        assert_eq!(call.outgoing(Params(call.params.clone()), None).path, "/api/?sale=5&sale=6");
    }
}
