//! Keys replaced by placeholders, so that a recording says as much as the traffic, and opens no register.
//!
//! `<key-3>` is the third key that was seen. What a judge must still tell is in the placeholder: leading
//! zeros (`<key-3-zeros-1>`), another length (`<key-3-of-7>`), the number without its zeros
//! (`<key-3-zeros-1-short>`), its first digits (`<key-3-first-5>`). [`restored`] puts other digits there,
//! always the same ones, and what is judged is judged on those: live and from a recording alike.

use super::exchange::{Asked, Exchange};
use crate::device::wire::Head;
use ikkm_protocol::{Key, Params};
use std::collections::BTreeMap;

/// Digits that may be a key, or a piece of one.
const SHORTEST: usize = 4;
const LONGEST: usize = 16;

/// Which keys were seen.
#[derive(Debug, Clone, Default)]
pub struct Placeholders {
    /// Digits to their placeholder.
    known: BTreeMap<String, Name>,
    count: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Name {
    number: usize,
    length: usize,
    zeros: usize,
    form: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Whole,
    /// Without its leading zeros.
    Short,
    /// So many digits of it.
    First(usize),
}

impl Name {
    fn text(self) -> String {
        let mut text = format!("<key-{}", self.number);
        if self.length != Key::DIGITS {
            text += &format!("-of-{}", self.length);
        }
        if self.zeros > 0 {
            text += &format!("-zeros-{}", self.zeros);
        }
        match self.form {
            Form::Whole => {}
            Form::Short => text += "-short",
            Form::First(count) => text += &format!("-first-{count}"),
        }
        text + ">"
    }

    /// Reads what stands between `<key-` and `>`.
    fn read(text: &str) -> Option<Name> {
        let mut words = text.split('-');
        let number = words.next()?.parse().ok()?;
        let mut name = Name { number, length: Key::DIGITS, zeros: 0, form: Form::Whole };
        let count = |words: &mut std::str::Split<'_, char>| {
            words.next()?.parse::<usize>().ok().filter(|count| *count <= LONGEST)
        };
        while let Some(word) = words.next() {
            match word {
                "of" => name.length = count(&mut words)?,
                "zeros" => name.zeros = count(&mut words)?,
                "short" => name.form = Form::Short,
                "first" => name.form = Form::First(count(&mut words)?),
                _ => return None,
            }
        }
        Some(name)
    }

    /// The digits that stand for it: its zeros, a nine, its number.
    fn digits(self) -> String {
        let rest = self.length.saturating_sub(self.zeros + 1);
        let whole = format!("{}9{:0rest$}", "0".repeat(self.zeros), self.number);
        match self.form {
            Form::Whole => whole,
            Form::Short => whole.trim_start_matches('0').to_owned(),
            Form::First(count) => whole.chars().take(count).collect(),
        }
    }
}

impl Placeholders {
    /// Nothing seen yet.
    pub fn new() -> Placeholders {
        Placeholders::default()
    }

    /// The exchange with placeholders in the place of its keys.
    pub fn hide(&mut self, exchange: &Exchange) -> Exchange {
        let asked = Asked::read(&exchange.request.0);
        let mut values: Vec<String> =
            keys(&asked.params()).filter(|value| is_digits(value)).map(str::to_owned).collect();
        values.extend(asked.path().strip_prefix("/dump/transaction/").map(str::to_owned));
        values.retain(|value| is_digits(value) && (SHORTEST..=LONGEST).contains(&value.len()));
        for value in &values {
            self.learn(value);
        }
        let body = Head::read(&exchange.answer.0)
            .filter(|head| head.status == 200)
            .and_then(|head| exchange.answer.0.get(head.body_at..))
            .map(|body| String::from_utf8_lossy(body).trim().to_owned())
            .filter(|body| is_digits(body) && (SHORTEST..=LONGEST).contains(&body.len()));
        if let Some(body) = &body {
            self.learn_answer(body);
        }
        let mut hidden = exchange.clone();
        hidden.request.0 = self.replaced(&replaced_params(&exchange.request.0, |value| self.of(value)));
        hidden.answer.0 = match &body {
            Some(body) if body.len() != Key::DIGITS => replace_last(&exchange.answer.0, body, &self.of(body)),
            _ => self.replaced(&exchange.answer.0),
        };
        hidden
    }

    fn of(&self, digits: &str) -> String {
        self.known.get(digits).map_or_else(|| digits.to_owned(), |name| name.text())
    }

    /// A key out of a request.
    fn learn(&mut self, digits: &str) {
        if self.known.contains_key(digits) {
            return;
        }
        let related = self.known.iter().find_map(|(known, name)| match name.form {
            Form::Whole if known.trim_start_matches('0') == digits => {
                Some(Name { form: Form::Short, ..*name })
            }
            Form::Whole if known.starts_with(digits) => {
                Some(Name { form: Form::First(digits.len()), ..*name })
            }
            _ => None,
        });
        match related {
            Some(name) => drop(self.known.insert(digits.to_owned(), name)),
            None => self.learn_answer(digits),
        }
    }

    /// A key out of an answer, or what came of one.
    fn learn_answer(&mut self, digits: &str) {
        if self.known.contains_key(digits) {
            return;
        }
        let zeros = digits.len() - digits.trim_start_matches('0').len();
        if digits.len() < Key::DIGITS {
            // The beginning of a key that is not known whole yet, as far as can be told.
            let name = self.fresh(Key::DIGITS, zeros, Form::First(digits.len()));
            self.known.insert(digits.to_owned(), name);
            return;
        }
        // The key whose beginning has been seen.
        let begun = self.known.iter().find_map(|(known, name)| match name.form {
            Form::First(_) if digits.len() == Key::DIGITS && digits.starts_with(known.as_str()) => {
                Some(*name)
            }
            _ => None,
        });
        let is_taken =
            |name: &Name| self.known.values().any(|one| one.number == name.number && one.form == Form::Whole);
        let name = match begun.filter(|name| !is_taken(name)) {
            Some(name) => Name { form: Form::Whole, ..name },
            None => self.fresh(digits.len(), zeros, Form::Whole),
        };
        self.known.insert(digits.to_owned(), name);
    }

    fn fresh(&mut self, length: usize, zeros: usize, form: Form) -> Name {
        self.count += 1;
        // The number must have room behind the zeros.
        let room = length.saturating_sub(1 + self.count.to_string().len());
        Name { number: self.count, length, zeros: zeros.min(room), form }
    }

    /// Every whole key, wherever its digits stand.
    fn replaced(&self, bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(bytes.len());
        let mut at = 0;
        while at < bytes.len() {
            let window = bytes.get(at..at + Key::DIGITS).and_then(|window| std::str::from_utf8(window).ok());
            let name = window.filter(|window| is_digits(window)).and_then(|window| self.known.get(window));
            match name {
                Some(name) => {
                    out.extend_from_slice(name.text().as_bytes());
                    at += Key::DIGITS;
                }
                None => {
                    out.push(bytes[at]);
                    at += 1;
                }
            }
        }
        out
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn keys(params: &Params) -> impl Iterator<Item = &str> {
    params
        .0
        .iter()
        .filter(|(name, _)| name.trim().eq_ignore_ascii_case("key"))
        .map(|(_, value)| value.as_str())
}

/// The values of `key` in query and body, however they are escaped.
fn replaced_params(request: &[u8], of: impl Fn(&str) -> String) -> Vec<u8> {
    let is_border = |byte: u8| matches!(byte, b'?' | b'&' | b' ' | b'\r' | b'\n');
    let mut out = Vec::with_capacity(request.len());
    for piece in request.split_inclusive(|byte| is_border(*byte)) {
        let (own, border) = match piece.split_last() {
            Some((last, own)) if is_border(*last) => (own, Some(*last)),
            _ => (piece, None),
        };
        let params = Params::decode(own);
        let value = keys(&params).next().filter(|value| is_digits(value)).map(&of);
        let name = own.iter().position(|byte| *byte == b'=');
        match (value, name) {
            (Some(value), Some(name)) => {
                out.extend_from_slice(&own[..=name]);
                out.extend_from_slice(value.as_bytes());
            }
            _ => out.extend_from_slice(own),
        }
        out.extend(border);
    }
    out
}

fn replace_last(bytes: &[u8], digits: &str, by: &str) -> Vec<u8> {
    match bytes.windows(digits.len()).rposition(|window| window == digits.as_bytes()) {
        Some(at) => [&bytes[..at], by.as_bytes(), &bytes[at + digits.len()..]].concat(),
        None => bytes.to_vec(),
    }
}

/// The exchange with digits in the place of its placeholders.
pub fn restored(exchange: &Exchange) -> Exchange {
    let mut whole = exchange.clone();
    whole.request.0 = with_digits(&exchange.request.0);
    whole.answer.0 = with_digits(&exchange.answer.0);
    whole
}

/// The bytes with digits in the place of placeholders.
pub(super) fn with_digits(bytes: &[u8]) -> Vec<u8> {
    const BEGIN: &[u8] = b"<key-";
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = rest.windows(BEGIN.len()).position(|window| window == BEGIN) {
        let (before, from) = rest.split_at(at);
        out.extend_from_slice(before);
        let end = from.iter().take(60).position(|byte| *byte == b'>');
        let name =
            end.and_then(|end| std::str::from_utf8(from.get(BEGIN.len()..end)?).ok()).and_then(Name::read);
        match (name, end) {
            (Some(name), Some(end)) => {
                out.extend_from_slice(name.digits().as_bytes());
                rest = &from[end + 1..];
            }
            _ => {
                out.extend_from_slice(BEGIN);
                rest = &from[BEGIN.len()..];
            }
        }
    }
    out.extend_from_slice(rest);
    out
}

/// A text for people in which the digits that stand for keys are placeholders again.
pub fn shown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut digits = String::new();
    for c in text.chars().chain(std::iter::once('\0')) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        match stands_for(&digits) {
            Some(name) => out.push_str(&name),
            None => out.push_str(&digits),
        }
        digits.clear();
        out.push(c);
    }
    out.pop();
    out
}

/// Eight digits that are zeros, a nine and a number below a hundred thousand.
fn stands_for(digits: &str) -> Option<String> {
    if digits.len() != Key::DIGITS {
        return None;
    }
    let zeros = digits.len() - digits.trim_start_matches('0').len();
    let number = digits.trim_start_matches('0').strip_prefix('9')?.parse().ok()?;
    let plausible = (1..100_000).contains(&number);
    plausible.then(|| Name { number, length: Key::DIGITS, zeros, form: Form::Whole }.text())
}

#[cfg(test)]
mod tests {
    use super::super::exchange::{End, Raw};
    use super::*;

    fn exchange(query: &str, answer: &str) -> Exchange {
        Exchange {
            number: 1,
            connection: 1,
            till: String::new(),
            at: 0,
            request: Raw(format!("GET {query} HTTP/1.1\r\nHost: x\r\n\r\n").into_bytes()),
            answered: Some(1),
            left: None,
            answer: Raw(format!("HTTP/1.1 200 5\r\nContent-Length: 8\r\n\r\n{answer}").into_bytes()),
            end: End::Delivered,
            beside: false,
            retold: false,
        }
    }

    fn told(exchange: &Exchange) -> (String, String) {
        let request = String::from_utf8(exchange.request.0.clone()).unwrap();
        let answer = String::from_utf8(exchange.answer.0.clone()).unwrap();
        (request.split(' ').nth(1).unwrap().to_owned(), answer.split("\r\n\r\n").nth(1).unwrap().to_owned())
    }

    #[test]
    fn no_digit_of_a_key_is_left_and_what_matters_stays() {
        let mut all = Placeholders::new();
        let mut seen = Vec::new();
        for (query, answer) in [
            ("/api/?key=12345678&sale=5", "01234567"),
            ("/api/?key=1234567&sale=5", "-1"),
            ("/api/?key=%30%31%32%33%34%35%36%37&sale=5", "55555"),
            ("/api/?key=01234567&sale=5", "55555555"),
            ("/dump/transaction/01234567?Key=55555555", "{\"12345678\"}"),
        ] {
            seen.push(told(&all.hide(&exchange(query, answer))));
        }
        let seen: Vec<(&str, &str)> = seen.iter().map(|(q, a)| (q.as_str(), a.as_str())).collect();
        assert_eq!(
            seen,
            [
                ("/api/?key=<key-1>&sale=5", "<key-2-zeros-1>"),
                ("/api/?key=<key-2-zeros-1-short>&sale=5", "-1"),
                ("/api/?key=<key-2-zeros-1>&sale=5", "<key-3-first-5>"),
                ("/api/?key=<key-2-zeros-1>&sale=5", "<key-3>"),
                ("/dump/transaction/<key-2-zeros-1>?Key=<key-3>", "{\"<key-1>\"}"),
            ]
        );
    }

    #[test]
    fn what_was_replaced_comes_back_as_other_digits_of_the_same_kind() {
        let mut all = Placeholders::new();
        let first = all.hide(&exchange("/api/?key=12345678&sale=5", "00234567"));
        assert_eq!(told(&restored(&first)), ("/api/?key=90000001&sale=5".into(), "00900002".into()));
        assert_eq!(all.hide(&restored(&first)).answer.0.len(), first.answer.0.len());
        let cut = all.hide(&exchange("/api/?key=234567&sale=5", "0023"));
        assert_eq!(told(&restored(&cut)), ("/api/?key=900002&sale=5".into(), "00900002"[..4].into()));
    }

    #[test]
    fn people_read_placeholders() {
        assert_eq!(shown("key=90000012&sale=90000, 00900002"), "key=<key-12>&sale=90000, <key-2-zeros-2>");
        assert_eq!(shown("serial 011790000012, 20000000"), "serial 011790000012, 20000000");
    }

    #[test]
    fn a_placeholder_that_is_none_is_text() {
        for text in ["<key-", "<key-x>", "<key-1-of-99>", "<key-1-zeros>", "< key-1>"] {
            assert_eq!(with_digits(text.as_bytes()), text.as_bytes());
        }
    }
}
