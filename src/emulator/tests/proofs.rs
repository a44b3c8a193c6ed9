//! Proofs of mutants by strangers: a script of requests after which the mutant says what its row says, and
//! a conforming device something else.

mod fuzz_a;
mod fuzz_b;
mod fuzz_c;
mod g;
mod h;
mod i;
mod j;
mod k;
mod l;
mod m;
mod n;

use super::{Reaction, Till};
use crate::conditions::{Action, Condition};
use crate::defects::{defect, defects};
use ikkm_protocol::{Answer, Method, Params, WireRequest};
use serde_json::Value;

/// A mutant, what is done to it, and what the last of that brings to light.
type Proof = (&'static str, &'static [&'static str], &'static str);

/// Somebody who follows a script.
struct Reader {
    till: Till,
    /// Every key that the screen showed, the first one first.
    keys: Vec<String>,
    /// The last registration: its method, and its path with what it said.
    last: (Method, String),
}

impl Reader {
    /// Of that mutant; of a conforming device without a name.
    fn of(name: Option<&str>) -> Reader {
        let mut personality = crate::personality("plain").expect("plain");
        if let Some(name) = name {
            let row = defect(name).unwrap_or_else(|| panic!("no mutant {name}"));
            row.apply(&mut personality.behaviour);
        }
        let till = Till::with("plain", personality.behaviour);
        let keys = vec![till.machine.key().as_str().to_owned()];
        Reader { till, keys, last: (Method::Get, String::new()) }
    }

    /// Follows a script; what its last line says.
    fn follow(&mut self, script: &[&str]) -> String {
        script.iter().fold(String::new(), |_, line| self.one(line))
    }

    /// - `/path?a=1` asks by GET under the current key, `POST /path?a=1` by POST
    /// - `again` repeats the last registration under the key that it spent
    /// - `key1 /path` asks under the key before the current one, `key2 /path` under that before it;
    ///   `key1post` and `keyless POST` do by POST
    /// - `restart`, `wait 60`, `on paper-out`, `off paper-out`, `card success` change the world
    /// - `info`, `min`, `report`, `tax`, `shift`, `bank 7`, `receipt 1` and a field look it up
    /// - `cheques`, `salescheques`, `sales` and `closed cheques` tell receipts of a shift
    /// - `tape` and `online` tell what came since they were asked last, `lines` how much
    /// - `times` counts a text in an answer, `length` tells its `Content-Length`, `status` its status
    /// - `keys` counts the keys that the screen has shown, `word` tells the first position of the last message,
    ///   `sum` that position's sum, `sums` those of all positions
    /// - `keyless`, `wrong` and `elsewhere` ask without a key, under a wrong one, from another host; `likewise`
    ///   under one that ends as the right one does, `nearly` under one that differs in its last digit
    /// - `grown` tells by how much a fiscal total, or the shift's number, is more than at the first shift's
    ///   opening, `opened` how many shifts are open
    fn one(&mut self, line: &str) -> String {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "POST" => self.ask(Method::Post, rest, 0),
            "again" => {
                let (method, target) = self.last.clone();
                self.ask(method, &target, 1)
            }
            "key1" => self.ask(Method::Get, rest, 1),
            "key1post" => self.ask(Method::Post, rest, 1),
            "key1status" => self.ask(Method::Get, rest, 1).split(' ').next().unwrap_or_default().to_owned(),
            "key2" => self.ask(Method::Get, rest, 2),
            "likewise" => self.under_like_key(rest),
            "nearly" => self.under_near_key(rest),
            "grown" => self.grown(rest),
            "opened" => {
                let list = self.till.document("/dump/table/shifts");
                list.as_array().into_iter().flatten().filter(|row| row["opened"] == 1).count().to_string()
            }
            "keyless" => {
                let answer = match rest.strip_prefix("POST ").and_then(|target| target.split_once('?')) {
                    Some((path, said)) => {
                        let params = Params::decode(said.as_bytes());
                        self.till.send(&WireRequest::new(Method::Post, path, &params))
                    }
                    None => self.till.raw(rest),
                };
                self.told(&answer)
            }
            "wrong" => self.under_wrong_key(rest),
            "elsewhere" => self.asked_elsewhere(rest),
            "elsewherestatus" => self.asked_elsewhere(rest).split(' ').next().unwrap_or_default().to_owned(),
            "restart" => self.ask(Method::Get, "/apimanage?doReboot=true", 0),
            "wait" => {
                self.till.wait(rest.parse().expect("seconds"));
                String::new()
            }
            "on" => {
                self.till.machine.establish(condition(rest), self.till.now).expect(rest);
                self.look_at_key();
                String::new()
            }
            "off" => {
                self.till.machine.clear(condition(rest).name(), self.till.now).expect(rest);
                String::new()
            }
            "card" => {
                let action = Action::FinishBank { success: rest == "success" };
                self.till.machine.act(action, self.till.now).expect(rest);
                String::new()
            }
            "tape" => self.till.machine.take_tape().join(" / "),
            "online" => {
                let messages = self.till.machine.take_online();
                messages.iter().map(|one| one.positions.len().to_string()).collect::<Vec<_>>().join(" ")
            }
            "sums" => {
                let messages = self.till.machine.take_online();
                let last = messages.last().map_or(&[][..], |message| message.positions.as_slice());
                last.iter().map(|one| one.sum.as_str()).collect::<Vec<_>>().join(" ")
            }
            "info" => self.field("/apicheck/getInfo", rest),
            "times" => {
                let (text, path) = rest.split_once(' ').expect("a text and a path");
                let body = match path.strip_prefix("POST ").and_then(|target| target.split_once('?')) {
                    Some((path, said)) => {
                        let params = Params::decode(said.as_bytes());
                        let list: Vec<(&str, &str)> = params.0.iter().map(|(n, v)| (&**n, &**v)).collect();
                        self.till.post(path, &list).body
                    }
                    None => self.till.get(path).body,
                };
                String::from_utf8_lossy(&body).matches(text).count().to_string()
            }
            "length" => {
                let answer = self.till.get(rest);
                answer.header("Content-Length").unwrap_or_default().to_owned()
            }
            "status" => self.till.get(rest).status.to_string(),
            "word" => {
                let messages = self.till.machine.take_online();
                let first = messages.last().and_then(|message| message.positions.first());
                first.map_or_else(String::new, |one| format!("{} {}", one.name, one.qty))
            }
            "sum" => {
                let messages = self.till.machine.take_online();
                let first = messages.last().and_then(|message| message.positions.first());
                first.map_or_else(String::new, |one| one.sum.clone())
            }
            "keys" => self.keys.len().to_string(),
            "lines" => self.till.machine.take_tape().len().to_string(),
            "min" => self.field("/apicheck/getInfo/?show=minimum", rest),
            "report" => self.of_shift("report", 0, rest),
            "tax" => self.of_shift("reportwithtax", 0, rest),
            "shift" => {
                let list = self.till.document("/dump/table/shifts");
                let of = self.shift(0);
                let row = list.as_array().and_then(|rows| rows.iter().find(|row| row["id"] == of));
                plain(row.map_or(&Value::Null, |row| &row[rest]))
            }
            "bank" => {
                let (track, field) = rest.split_once(' ').expect("a number and a field");
                self.field(&format!("/dump/bank/{track}/trackdocument"), field)
            }
            "receipt" => {
                let (back, field) = rest.split_once(' ').expect("how far back, and a field");
                let back: usize = back.parse().expect("a number");
                let key = self.keys[self.keys.len() - 1 - back].clone();
                self.field(&format!("/dump/transaction/{key}"), field)
            }
            "cheques" | "sales" | "salescheques" => self.of_shift(word, 0, rest),
            "closed" => {
                let (kind, field) = rest.split_once(' ').expect("a document and a field");
                self.of_shift(kind, 1, field)
            }
            _ => self.ask(Method::Get, line, 0),
        }
    }

    fn ask(&mut self, method: Method, target: &str, age: usize) -> String {
        let (path, said) = target.split_once('?').unwrap_or((target, ""));
        let mut params = Params::decode(said.as_bytes());
        for (name, value) in &mut params.0 {
            if name == "itemdata" {
                *value = items(value);
            }
            match value.as_str() {
                "<257 lines>" => *value = vec!["line"; 257].join("\n"),
                "<128 symbols>" => *value = format!("--barcode128-{}--", "a".repeat(128)),
                _ => {}
            }
            if value == "<drawer>" {
                *value = self.till.info("cashWeHave");
            }
        }
        let key = self.keys[self.keys.len() - 1 - age].clone();
        params.push("key", key);
        let answer = self.till.send(&WireRequest::new(method, path, &params));
        if path == "/api/" && age == 0 {
            self.last = (method, target.to_owned());
        }
        self.look_at_key();
        self.told(&answer)
    }

    fn look_at_key(&mut self) {
        let shown = self.till.machine.key().as_str().to_owned();
        if self.keys.last() != Some(&shown) {
            self.keys.push(shown);
        }
    }

    /// By POST, under eight digits that are no key.
    fn under_wrong_key(&mut self, target: &str) -> String {
        let (path, said) = target.trim_start_matches("POST ").split_once('?').expect("parameters");
        let mut params = Params::decode(said.as_bytes());
        params.push("key", "00000000");
        let answer = self.till.send(&WireRequest::new(Method::Post, path, &params));
        self.told(&answer)
    }

    /// The status of a dump under eight digits of which only the last four are right.
    fn under_like_key(&mut self, path: &str) -> String {
        let key = self.till.machine.key().as_str().to_owned();
        let (front, end) = key.split_at(4);
        let front = if front == "0000" { "1111" } else { "0000" };
        let answer = self.till.raw(&format!("{path}?key={front}{end}"));
        answer.status.to_string()
    }

    /// The status under eight digits of which the last one is wrong.
    fn under_near_key(&mut self, path: &str) -> String {
        let key = self.till.machine.key().as_str().to_owned();
        let (front, end) = key.split_at(7);
        let end = if end == "0" { "1" } else { "0" };
        let answer = self.till.raw(&format!("{path}?key={front}{end}"));
        answer.status.to_string()
    }

    /// By how much a fiscal total, or the shift's number, has grown since power-on.
    fn grown(&mut self, what: &str) -> String {
        let before = Reader::of(None);
        let (now, before) = (&self.till.machine.books, &before.till.machine.books);
        match what {
            "shift" => {
                let last = |books: &crate::books::Books| books.shifts.last().map_or(0, |shift| shift.id);
                (last(now) - last(before)).to_string()
            }
            _ => {
                let kind = ikkm_protocol::Registration::from_wire(what).expect("a type");
                (now.fiscal[kind] - before.fiscal[kind]).to_string()
            }
        }
    }

    fn asked_elsewhere(&mut self, path: &str) -> String {
        let elsewhere = "10.0.0.9".parse().expect("an address");
        let target = format!("{path}?key={}", self.till.machine.key().as_str());
        let request = WireRequest::bare(Method::Get, &target);
        match self.till.machine.handle(&request, elsewhere, self.till.now) {
            Reaction::Answer(answer) => self.told(&answer),
            Reaction::Silence => String::new(),
        }
    }

    fn told(&self, answer: &Answer) -> String {
        let body = String::from_utf8_lossy(&answer.body).into_owned();
        let body = match self.keys.iter().rev().position(|key| *key == body) {
            Some(0) => "<key>".to_owned(),
            Some(_) => "<old key>".to_owned(),
            None => body,
        };
        format!("{} {} {body}", answer.status, answer.reason_text())
    }

    /// The number of the current shift, or of one before it.
    fn shift(&mut self, back: u64) -> u64 {
        self.till.info("currentShiftID").parse::<u64>().expect("a number") - back
    }

    fn of_shift(&mut self, kind: &str, back: u64, field: &str) -> String {
        let id = self.shift(back);
        self.field(&format!("/dump/table/shifts/{id}/{kind}"), field)
    }

    /// A member of a document by its pointer; of a list the same member of each.
    fn field(&mut self, path: &str, field: &str) -> String {
        let answer = self.till.get(path);
        let value: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        match (&value, answer.status) {
            (_, 400) => self.told(&answer),
            (Value::Array(rows), _) => {
                let each: Vec<String> = rows
                    .iter()
                    .map(|row| plain(row.pointer(&format!("/{field}")).unwrap_or(&Value::Null)))
                    .collect();
                each.join(" ")
            }
            (one, _) => plain(one.pointer(&format!("/{field}")).unwrap_or(&Value::Null)),
        }
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), |text| format!("'{text}'"))
}

/// Names of `itemdata`: a number of goods at 10 each, or one of these.
fn items(name: &str) -> String {
    let good = |name: &str, price: &str, quantity: &str, sum: &str| {
        format!(r#"{{"name":"{name}","price":"{price}","qty":"{quantity}","sum":"{sum}"}}"#)
    };
    let off = r#"{"name":"less","discount":"10"}"#.to_owned();
    let list = match name {
        "discount" => vec![good("Tea", "100", "1", "100"), off, good("Cup", "50", "1", "50")],
        "large" => vec![good("Tea", "1", "1234.567", "1234.57")],
        "fine" => vec![good("Tea", "1", "1.2349", "1.23")],
        "weighed" => vec![good("Tea", "10.5", "1.5", "15.75")],
        "cut" => return format!("[{}", good("Tea", "10", "1", "10")),
        "three" => vec![good("Tea", "10", "3", "30")],
        "dear" => vec![good("Tea", "10", "1", "10"), good("Gold", "20000001", "0.5", "10000000.5")],
        "fine discount" => {
            vec![good("Tea", "100", "1", "100"), off.replace("\"10\"", "\"10.126\"")]
        }
        "79 and less" => {
            let mut all = vec![good("Tea", "10", "1", "10"); 79];
            all.push(off);
            all
        }
        "in lines" => return format!("[\n{}\n]", good("Tea", "10", "1", "10")),
        "tail" => return format!("[{}]}}}}x", good("Tea", "10", "1", "10")),
        "comma" => return format!("[{},]", good("Tea", "10", "1", "10")),
        "broken" => return "[{".to_owned(),
        count => vec![good("Tea", "10", "1", "10"); count.parse().unwrap_or(1)],
    };
    format!("[{}]", list.join(","))
}

fn condition(name: &str) -> Condition {
    match name {
        "blocked" => Condition::Blocked { code: 7 },
        "paper-out" => Condition::PaperOut,
        "mixed-payment-off" => Condition::MixedPaymentOff,
        "offline-over-72h" => Condition::Offline72h,
        "shift-over-24h" => Condition::ShiftOver24h,
        "shift-over-7d" => Condition::ShiftOver7d,
        "archived-shift" => Condition::ArchivedShift,
        "other-cashier" => Condition::OtherCashier,
        "tax-on-top" => Condition::TaxOnTop,
        "ordinary-cashier" => Condition::OrdinaryCashier,
        "database-damaged" => Condition::DatabaseDamaged,
        "fresh-device" => Condition::FreshDevice,
        "external-printer-missing" => Condition::ExternalPrinterMissing,
        "blocked-12" => Condition::Blocked { code: 12 },
        other => panic!("no condition {other}"),
    }
}

/// Each mutant of a batch has a proof, shows what it says, and does not where nothing is seeded.
fn prove(batch: &str, proofs: &[Proof]) {
    let mut wrong = Vec::new();
    for (name, script, expected) in proofs {
        let mutant = Reader::of(Some(&format!("{batch}/{name}"))).follow(script);
        if mutant != *expected {
            wrong.push(format!("{batch}/{name}: {mutant:?} instead of {expected:?}"));
        }
        if Reader::of(None).follow(script) == *expected {
            wrong.push(format!("{batch}/{name}: no more than a conforming device shows"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let of_batch = |name: &&str| name.strip_prefix(batch).is_some_and(|rest| rest.starts_with('/'));
    for name in defects().iter().map(|one| one.name).filter(of_batch) {
        let slug = name.rsplit('/').next().unwrap_or(name);
        assert!(proofs.iter().any(|(of, ..)| *of == slug), "{name} has no proof");
    }
}
