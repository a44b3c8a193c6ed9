//! The requests that a step sends.

use super::look::tried;
use crate::device::delivery::DropReply;
use crate::device::effects::{Effect, effect_of};
use crate::suite::compile::{Mistakes, Row, bounds};
use crate::suite::diagnostic::did_you_mean;
use crate::suite::model::{KeyUse, Receipts, Send, StepAction};
use crate::suite::source::StepSource;
use crate::suite::template::Template;
use crate::suite::text::Text;
use ikkm_protocol::{Method, Params, PayKind, Registration, WireRequest};

pub(super) fn sends_something(source: &StepSource) -> bool {
    [
        &source.sale,
        &source.buy,
        &source.sale_return,
        &source.buy_return,
        &source.register,
        &source.withdraw,
        &source.deposit,
        &source.get,
        &source.post,
    ]
    .iter()
    .any(|field| field.is_some())
}

/// Reads the request of a step that sends one.
pub(super) fn send(source: &StepSource, at: &Text, row: &mut Row, mistakes: &mut Mistakes) -> Option<Send> {
    let mut params = Vec::new();
    let mut unfolded = Vec::new();
    let mut add = |name: &str, text: Option<Text>| {
        if let Some(text) = text {
            unfolded.push(text.clone());
            params.push((name.to_owned(), Template::parse(&text.text)));
        }
    };
    let registers = source.sale.is_some()
        || source.buy.is_some()
        || source.sale_return.is_some()
        || source.buy_return.is_some()
        || source.register.is_some();
    let cash_path = match (&source.withdraw, &source.deposit) {
        (Some(_), None) => Some("/apiwithdraw/"),
        (None, Some(_)) => Some("/apideposit/"),
        (None, None) => None,
        _ => {
            mistakes.add(at, "a step sends one request", None);
            return None;
        }
    };
    let path = row.option(&source.get).or_else(|| row.option(&source.post));
    if usize::from(registers) + usize::from(cash_path.is_some()) + usize::from(path.is_some()) > 1 {
        mistakes.add(at, "a step sends one request", Some("make two steps of it".to_owned()));
        return None;
    }
    if let Some(kind) = row.option(&source.register) {
        if Registration::from_wire(&kind.text).is_none() {
            let help = did_you_mean(&kind.text, Registration::ALL.map(Registration::wire));
            mistakes.add(&kind, format!("`{}` is no type of registration", kind.text), help);
        }
        match row.option(&source.total) {
            Some(total) => add(&kind.text, Some(total)),
            None => mistakes.add(&kind, "`register` needs `total`", None),
        }
    }
    add("sale", row.option(&source.sale));
    add("buy", row.option(&source.buy));
    add("saleReturn", row.option(&source.sale_return));
    add("buyReturn", row.option(&source.buy_return));
    for (kind, field) in PayKind::ALL.iter().zip([&source.cash, &source.bank, &source.tara, &source.credit]) {
        add(kind.wire(), row.option(field));
    }
    let amount = row.option(&source.withdraw).or_else(|| row.option(&source.deposit));
    add("cash", amount.filter(|text| text.text != "missing"));
    add("tax", row.option(&source.tax));
    let texts = [("itemdata", &source.itemdata), ("print", &source.print), ("footer", &source.footer)];
    for (name, field) in texts {
        add(name, row.option(field));
    }
    for (name, value) in source.with.as_ref().map_or_else(Vec::new, |map| row.map(map)) {
        add(&name.text, Some(value));
    }
    unfolded.iter().for_each(|text| bounds::positions(text, mistakes));
    // A field that stands for a column which the row lacks is not sent, and asks for no POST.
    let mut is_sent = |field: &Option<Text>| row.option(field).is_some();
    let wants_post =
        is_sent(&source.post) || texts.iter().any(|(_, field)| is_sent(field)) || is_sent(&source.body);
    let method = method(row.option(&source.method), wants_post, mistakes)?;
    let path = match path {
        Some(path) if !path.text.starts_with('/') => {
            mistakes.add(&path, format!("the path `{}` does not begin with /", path.text), None);
            return None;
        }
        Some(path) => {
            bounds::one_line(&path, "the path", mistakes);
            path.text
        }
        None => cash_path.unwrap_or("/api/").to_owned(),
    };
    let kind = row.option(&source.content_type);
    kind.iter().for_each(|kind| bounds::content_type(kind, mistakes));
    let body = row.option(&source.body).map(|body| {
        bounds::positions(&body, mistakes);
        let kind = kind.map_or_else(|| ikkm_protocol::request::FORM.to_owned(), |kind| kind.text);
        (kind, Template::parse(&body.text))
    });
    let key = row.option(&source.key).map_or(KeyUse::Current, |text| key_use(&text.text));
    let second_address = row.option(&source.from).is_some_and(|text| {
        if text.text != "second" {
            mistakes.add(&text, "`from` can only be `second`", None);
        }
        true
    });
    let unpaced = source.unpaced.unwrap_or(false);
    let drop_reply = drop_reply(source, row, mistakes);
    let path = Template::parse(&path);
    let sample = sample_request(method, &path, &params, body.as_ref(), &key);
    Some(Send { method, path, params, body, key, second_address, drop_reply, unpaced, sample })
}

/// A request like the one that a step will send, with something in place of what only the device can
/// fill in.
fn sample_request(
    method: Method,
    path: &Template,
    params: &[(String, Template)],
    body: Option<&(String, Template)>,
    key: &KeyUse,
) -> WireRequest {
    let mut sample = Params::new();
    if *key != KeyUse::None {
        sample.push("key", "00000000");
    }
    for (name, value) in params {
        sample.push(name.clone(), tried(value));
    }
    match body {
        None => WireRequest::new(method, &tried(path), &sample),
        Some((kind, body)) => WireRequest {
            method,
            target: tried(path),
            content_type: Some(kind.clone()),
            body: tried(body).into_bytes(),
        },
    }
}

fn method(text: Option<Text>, wants_post: bool, mistakes: &mut Mistakes) -> Option<Method> {
    let Some(text) = text else { return Some(if wants_post { Method::Post } else { Method::Get }) };
    match text.text.as_str() {
        "GET" => Some(Method::Get),
        "POST" => Some(Method::Post),
        "PUT" => Some(Method::Put),
        other => {
            mistakes.add(&text, format!("`{other}` is no method"), Some("write GET, POST or PUT".to_owned()));
            None
        }
    }
}

fn key_use(text: &str) -> KeyUse {
    match text {
        "current" => KeyUse::Current,
        "previous" => KeyUse::Previous,
        "older" => KeyUse::Older,
        "wrong" => KeyUse::Wrong,
        "none" => KeyUse::None,
        other => match other.strip_prefix("near-").and_then(|place| place.parse().ok()) {
            Some(place @ 1..=8) => KeyUse::Near(place),
            _ => KeyUse::Literal(other.to_owned()),
        },
    }
}

/// Only a registration can be found out about at once: the reading that has to tell what became of
/// anything else may overtake it.
fn drop_reply(source: &StepSource, row: &mut Row, mistakes: &mut Mistakes) -> Option<DropReply> {
    let text = row.option(&source.drop_reply)?;
    let elsewhere = [&source.withdraw, &source.deposit, &source.get, &source.post];
    match text.text.as_str() {
        "at-once" if elsewhere.iter().any(|field| field.is_some()) => {
            let help = "write `drop-reply: on-arrival`: only a registration can be repeated at once";
            mistakes.add(&text, "this cannot be dropped at once", Some(help.to_owned()));
            None
        }
        "at-once" => Some(DropReply::AtOnce),
        "on-arrival" => Some(DropReply::OnArrival),
        other => {
            let help = did_you_mean(other, ["at-once", "on-arrival"]);
            mistakes.add(&text, format!("`drop-reply` cannot be `{other}`"), help);
            None
        }
    }
}

/// Reads requests that are sent at the same time.
pub(super) fn together(
    sources: &[StepSource],
    at: &Text,
    row: &mut Row,
    mistakes: &mut Mistakes,
) -> Option<Vec<Send>> {
    bounds::at_once(sources.len(), at, mistakes);
    let mut sends = Vec::new();
    for source in sources {
        sends.push(send(source, at, row, mistakes)?);
    }
    if sends.len() < 2 {
        mistakes.add(at, "`at-once` needs two requests or more", None);
    }
    let total = |send: &Send| {
        let kind = |(name, _): &&(String, Template)| Registration::from_wire(name).is_some();
        send.params.iter().find(kind).map(|(name, value)| (name.clone(), tried(value)))
    };
    let (registrations, others): (Vec<&Send>, Vec<&Send>) =
        sends.iter().partition(|send| total(send).is_some());
    let alike = registrations.windows(2).all(|pair| total(pair[0]) == total(pair[1]));
    if !alike {
        let help = "whichever the device takes, the books must move alike: give them one type and one total";
        mistakes.add(at, "registrations sent at once differ in type or total", Some(help.to_owned()));
    }
    let reads = |send: &&Send| effect_of(&send.sample) == Effect::Read;
    if !others.iter().all(reads) {
        let help = "what became of other requests could not be found out if their answers were lost";
        mistakes.add(at, "`at-once` sends only registrations and readings", Some(help.to_owned()));
    }
    let plain = |send: &Send| send.drop_reply.is_none() && !send.unpaced && !send.second_address;
    if !sends.iter().all(plain) {
        mistakes.add(at, "`drop-reply`, `unpaced` and `from` do not go with `at-once`", None);
    }
    Some(sends)
}

/// Reads how many receipts the answers may name.
pub(super) fn receipts(
    source: &StepSource,
    action: &StepAction,
    row: &mut Row,
    mistakes: &mut Mistakes,
) -> Option<Receipts> {
    let text = row.option(&source.receipts)?;
    if !matches!(action, StepAction::Together(_)) {
        mistakes.add(&text, "`receipts` goes with `at-once`", None);
    }
    let at_most = text.text.strip_prefix("at-most ").and_then(|count| count.parse().ok());
    let read = at_most.map(Receipts::AtMost).or_else(|| text.text.parse().ok().map(Receipts::Exactly));
    if read.is_none() {
        mistakes.add(
            &text,
            format!("`{}` is no number of receipts", text.text),
            Some("write `1` or `at-most 1`".to_owned()),
        );
    }
    read
}

#[cfg(test)]
mod tests {
    use crate::suite::load::load_text;

    fn mistakes(step: &str) -> String {
        let yaml = format!(
            "about: a\ncases:\n  - name: a/b\n    requirements: [KEY-5]\n    steps:\n      - {step}\n"
        );
        match load_text("a.yaml", &yaml) {
            Ok(_) => String::new(),
            Err(list) => list.iter().map(|mistake| mistake.render(false)).collect(),
        }
    }

    #[test]
    fn what_is_sent_at_once_moves_the_books_alike_and_can_be_settled() {
        for (step, says) in [
            ("{at-once: [{sale: 80, cash: 80}]}", "two requests or more"),
            ("{at-once: [{sale: 80, cash: 80}, {sale: 90, cash: 90}]}", "differ in type or total"),
            ("{at-once: [{sale: 80, cash: 80}, {buy: 80, cash: 80}]}", "differ in type or total"),
            ("{at-once: [{sale: 80, cash: 80}, {deposit: 80}]}", "only registrations and readings"),
            ("{at-once: [{sale: 80, cash: 80}, {sale: 80, cash: 80, unpaced: true}]}", "do not go with"),
            ("{at-once: [{get: /apicheck/}, {get: /apicheck/}], receipts: some}", "no number of receipts"),
            ("{sale: 80, cash: 80, receipts: 1}", "goes with `at-once`"),
        ] {
            assert!(mistakes(step).contains(says), "{step}: {}", mistakes(step));
        }
        for right in [
            "{at-once: [{sale: 80, cash: 80}, {sale: 80, cash: 100}], expect: registered, receipts: at-most 1}",
            "{at-once: [{sale: 80, cash: 80}, {get: /apicheck/getInfo}], receipts: 1}",
        ] {
            assert_eq!(mistakes(right), "", "{right}");
        }
    }

    #[test]
    fn only_what_can_be_repeated_is_dropped_at_once() {
        for (step, says) in [
            ("{deposit: 5, drop-reply: at-once}", "cannot be dropped at once"),
            ("{deposit: 5, drop-reply: on-arrival, expect: done}", "cannot be expected here"),
            ("{sale: 5, cash: 5, drop-reply: later}", "cannot be `later`"),
        ] {
            assert!(mistakes(step).contains(says), "{step}: {}", mistakes(step));
        }
        assert_eq!(mistakes("{sale: 5, cash: 5, drop-reply: at-once, expect: registered}"), "");
        assert_eq!(mistakes("{deposit: 5, drop-reply: on-arrival, moves: {cash-in: 5}}"), "");
    }
}
