//! One operation of a sequence. Every operation can be played in every state: where it cannot
//! succeed, a refusal is what is expected of the device.

use super::form::{Form, Written};
use crate::conditions::{Condition, ConditionName};
use crate::device::session::Outgoing;
use crate::device::transport::DropReply;
use ikkm_protocol::{Key, Method, Params};

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

/// A request with the key of one's choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The path; `<shift>` in it is the current shift.
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
    /// The harness drops the connection when the answer arrives, and asks again (v22 §4).
    pub lost: bool,
    /// It comes from the second local address.
    pub elsewhere: bool,
}

/// A card operation from its start to its result (v22 §6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// `purchase`, `refund`, `reversal` or `reconciliation`.
    pub message: &'static str,
    /// Its amount.
    pub amount: String,
    /// The number that its result is asked by.
    pub track: u32,
    /// Whether the bench lets it succeed.
    pub success: bool,
    /// What is asked while it runs; the answer is -2.
    pub meanwhile: &'static str,
}

impl Card {
    /// One with these values.
    pub fn new(
        message: &'static str,
        amount: &str,
        track: u32,
        success: bool,
        meanwhile: &'static str,
    ) -> Card {
        Card { message, amount: amount.to_owned(), track, success, meanwhile }
    }
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
    /// getInfo and the open shift's report alone.
    Glance,
    /// The details of a receipt by its key: 0 is the last one, 1 the one before.
    Receipt(usize),
    /// A card operation.
    Card(Card),
    /// The bench keeps a condition up from now on.
    Establish(Condition),
    /// It ends.
    Clear(ConditionName),
}

impl Call {
    /// A request with nothing but the right key.
    pub fn plain(path: &'static str) -> Call {
        Call {
            path,
            params: Vec::new(),
            form: Form::Query,
            key: KeyChoice::Current,
            under: None,
            lost: false,
            elsewhere: false,
        }
    }

    /// A request with parameters and the right key.
    pub fn with(path: &'static str, form: Form, params: &[(&str, &str)]) -> Call {
        let params = params.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Call { params, form, ..Call::plain(path) }
    }

    /// The path in this shift.
    pub fn path_in(&self, shift: u64) -> String {
        self.path.replace("<shift>", &shift.to_string())
    }

    /// The request with the values filled in, sent to this path.
    pub fn outgoing(&self, path: &str, params: Params, key: Option<Key>) -> Outgoing {
        let method = self.method();
        let mut out = Outgoing {
            method,
            path: path.to_owned(),
            params: Params::new(),
            body: None,
            key,
            second_address: self.elsewhere,
            take_busy: self.under.is_some_and(|condition| condition.name() == ConditionName::Busy),
            take_refused: self.under.is_some_and(|condition| condition.name() == ConditionName::ApiOff),
            drop_reply: self.lost.then_some(DropReply::OnArrival),
            unpaced: false,
            fresh: false,
        };
        if params.0.is_empty() {
            return out;
        }
        match self.form().write(&params, out.key.as_ref().map(Key::as_str)) {
            Written::Query(query) => out.path = format!("{path}?{query}"),
            Written::Plain => out.params = params,
            Written::Body { query, kind, body } => {
                if !query.is_empty() {
                    out.path = format!("{path}?{query}");
                }
                out.body = Some((kind, body.into_bytes()));
            }
        }
        out
    }

    /// A suite can say only in a query that a name stands twice.
    pub fn form(&self) -> Form {
        if self.form == Form::Body && self.doubled() { Form::Query } else { self.form }
    }

    /// Whether a name stands twice: a suite can only say so in a query.
    pub fn doubled(&self) -> bool {
        let names: Vec<&str> = self.params.iter().map(|(name, _)| name.as_str()).collect();
        names.iter().enumerate().any(|(at, name)| names[..at].contains(name))
    }

    /// The method that [`Call::outgoing`] uses.
    pub fn method(&self) -> Method {
        match self.form() {
            // Without parameters a POST has nothing but the key in its body.
            Form::Body => Method::Post,
            _ if self.params.is_empty() => Method::Get,
            form => form.method(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ikkm_protocol::WireRequest;

    fn call(form: Form, params: &[(&str, &str)]) -> Call {
        Call::with("/api/", form, params)
    }

    #[test]
    fn the_same_parameters_in_every_form_that_says_so() {
        for form in [Form::Query, Form::Body, Form::Escaped, Form::Browser, Form::Split] {
            let call = call(form, &[("sale", "5"), ("cash", "6")]);
            let out = call.outgoing(call.path, Params(call.params.clone()), Key::parse("00000001").ok());
            let mut read = match &out.body {
                None => WireRequest::new(out.method, &out.path, &out.params),
                Some((kind, body)) => WireRequest {
                    method: out.method,
                    target: out.path.clone(),
                    content_type: Some(kind.clone()),
                    body: body.clone(),
                },
            }
            .params();
            read.0.retain(|(name, _)| name != "key");
            assert_eq!(read, Params(call.params.clone()), "{form:?}");
            assert_eq!(out.method, call.method());
            assert_eq!(form.holds_key(), out.body.is_some(), "{form:?}");
        }
    }

    #[test]
    fn a_doubled_name_goes_into_the_query() {
        let call = call(Form::Body, &[("sale", "5"), ("sale", "6")]);
        assert_eq!(call.outgoing(call.path, Params(call.params.clone()), None).path, "/api/?sale=5&sale=6");
    }
}
