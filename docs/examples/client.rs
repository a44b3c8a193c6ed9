//! A second good client of the iKKM web API, and the driver around it (docs/certify.md).
//!
//! Made another way than client.py on purpose: it keeps its connection, posts everything, reads the
//! taxes once a session, tries a registration once and leaves the rest to the next occasion.
//! `cargo build --example client` puts it into target/debug/examples/.

#[path = "client_wire.rs"]
mod wire;

use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::{Map, Value, json};
use std::time::{Duration, Instant};
use wire::{Fields, Reply, Wire};

/// Where the memory is, written before each sending.
const MEMORY: &str = "till.json";

/// Why an operation was not carried out.
enum Not {
    /// No whole answer came.
    Heard,
    /// The client itself would not send it.
    Sent(String),
}

struct Client {
    wire: Wire,
    taxes: Option<Value>,
    /// `key`, `doubt` (what was sent and not answered), `journal`, `stopped`.
    memory: Value,
    /// Until then a shift may still be closing.
    closing: Option<Instant>,
}

impl Client {
    fn save(&self) {
        std::fs::write("till.new", self.memory.to_string()).expect("a folder to write in");
        std::fs::rename("till.new", MEMORY).expect("a folder to write in");
    }

    /// Posts one request with the key that is current.
    fn post(&mut self, path: &str, fields: &Fields, seconds: f64) -> Result<Reply, Not> {
        let key = self.memory["key"].as_str().unwrap_or_default().to_owned();
        self.post_with(&key, path, fields, seconds)
    }

    /// Posts one request; while a shift closes it may take as long as the Z report.
    fn post_with(&mut self, key: &str, path: &str, fields: &Fields, seconds: f64) -> Result<Reply, Not> {
        let closes = self.closing.is_some_and(|until| Instant::now() < until);
        let seconds = if closes { seconds.max(90.0) } else { seconds };
        let answer = self.wire.post(key, path, fields, seconds).map_err(|_| Not::Heard);
        if path == "/apizreport" && answer.is_err() {
            self.closing = Some(Instant::now() + Duration::from_secs_f64(90.0 * self.wire.second));
        }
        answer
    }

    /// Sends what is in doubt until it is clear; one lost answer is enough to leave it for later.
    fn clear_up(&mut self) -> Value {
        let fields = |memory: &Value| -> Fields {
            let pairs = memory["doubt"]["fields"].as_object().into_iter().flatten();
            pairs.map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned())).collect()
        };
        let mut taxes_read = false;
        for _ in 0..60 {
            // A repeat goes with the key of the first sending, whatever was typed since.
            let key = self.memory["doubt"]["key"].as_str().unwrap_or_default().to_owned();
            let Ok(reply) = self.post_with(&key, "/api", &fields(&self.memory), 30.0) else {
                self.memory["doubt"]["lost"] = json!(true);
                self.save();
                return json!({"outcome": "unknown"});
            };
            let body = reply.body.as_str();
            if reply.status == 200 && body.len() == 8 && body.bytes().all(|byte| byte.is_ascii_digit()) {
                let doubt = self.memory["doubt"].take();
                self.memory["key"] = json!(body);
                let entry = json!({"type": doubt["type"], "total": doubt["total"], "receipt": reply.reason});
                self.memory["journal"].as_array_mut().expect("a list").push(entry);
                self.save();
                return json!({"outcome": "done", "receipt": reply.reason});
            }
            let code: i32 = body.trim().parse().unwrap_or(-99);
            let lost = self.memory["doubt"]["lost"] == json!(true);
            if code == -2 {
                std::thread::sleep(Duration::from_secs_f64(self.wire.second));
                continue;
            }
            let tax = self.memory["doubt"]["tax"].as_str().map(str::to_owned);
            if let (-14, false, Some(name)) = (code, taxes_read, tax) {
                taxes_read = true;
                self.taxes = None;
                if let Ok(id) = self.tax(&name) {
                    self.memory["doubt"]["fields"]["tax"] = json!(id);
                    self.save();
                    continue;
                }
            }
            self.memory["stopped"] = json!(self.memory["stopped"] == json!(true) || code == -1);
            // Only what speaks of the request itself is an answer to the first sending too.
            let unclear = lost && !(-15..=-7).contains(&code) && code != -17;
            if !unclear {
                self.memory["doubt"] = Value::Null;
            } else if code == -1 {
                self.memory["doubt"]["dead"] = json!(true);
            }
            self.save();
            let outcome = if unclear { "unknown" } else { "refused" };
            return json!({"outcome": outcome, "code": code, "reason": reply.reason});
        }
        json!({"outcome": "unknown", "code": -2})
    }

    fn is_clear(&mut self) -> bool {
        if self.memory["doubt"].is_object() && self.memory["doubt"]["dead"].is_null() {
            self.clear_up();
        }
        self.memory["doubt"].is_null()
    }

    fn register(&mut self, ask: &Value) -> Result<Value, Not> {
        let (fields, total) = registration(ask)?;
        self.ready()?;
        if !self.is_clear() {
            return Err(Not::Sent("an earlier registration is not clear".to_owned()));
        }
        self.ready()?;
        let mut fields: Map<String, Value> =
            fields.into_iter().map(|(name, text)| (name, json!(text))).collect();
        if let Some(name) = ask["tax"].as_str() {
            fields.insert("tax".to_owned(), json!(self.tax(name)?));
        }
        let key = self.memory["key"].clone();
        self.memory["doubt"] = json!({
            "fields": fields, "type": ask["type"], "total": total, "tax": ask["tax"], "key": key
        });
        self.save();
        Ok(self.clear_up())
    }

    fn ready(&self) -> Result<(), Not> {
        let stopped = self.memory["stopped"] == json!(true);
        if stopped { Err(Not::Sent("the device wants another key".to_owned())) } else { Ok(()) }
    }

    fn tax(&mut self, name: &str) -> Result<String, Not> {
        if self.taxes.is_none() {
            let reply = self.post("/dump/table/taxes", &Vec::new(), 30.0)?;
            self.taxes = serde_json::from_str(&reply.body).ok();
        }
        let list = self.taxes.as_ref().and_then(Value::as_object);
        let found = list.and_then(|list| list.iter().find(|(_, told)| told.as_str() == Some(name)));
        found.map(|(id, _)| id.clone()).ok_or_else(|| Not::Sent(format!("there is no tax {name}")))
    }

    /// What no replay protects: sent once, and never again.
    fn once(&mut self, path: &str, fields: &Fields, seconds: f64) -> Result<Value, Not> {
        self.ready()?;
        let reply = self.post(path, fields, seconds)?;
        if reply.status == 200 {
            return Ok(json!({"outcome": "done", "receipt": reply.reason}));
        }
        let code: i32 = reply.body.trim().parse().unwrap_or(-99);
        self.memory["stopped"] = json!(code == -1 && self.memory["doubt"].is_null());
        self.save();
        Ok(json!({"outcome": "refused", "code": code}))
    }

    fn carry_out(&mut self, ask: &Value) -> Result<Value, Not> {
        let text = |name: &str| match &ask[name] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let one = |name: &str, value: String| vec![(name.to_owned(), value)];
        match ask["do"].as_str().unwrap_or_default() {
            "register" => self.register(ask),
            word @ ("withdraw" | "deposit") => {
                let cash = amount(&text("cash"), Decimal::new(1, 2))?;
                self.once(&format!("/api{word}"), &one("cash", cash), 30.0)
            }
            "x-report" => self.once("/apixreport", &Vec::new(), 30.0),
            "z-report" => self.once("/apizreport", &Vec::new(), 90.0),
            "print" => self.once("/apiprint", &one("print", text("text")), 30.0),
            "print-header" => self.once("/apicheck", &one("printHeader", text("text")), 30.0),
            "status" => self.once("/apicheck", &Vec::new(), 30.0),
            "bank" => {
                let names =
                    ["message", "amount", "trackdocument"].into_iter().filter(|name| !ask[*name].is_null());
                self.once("/apibank", &names.map(|name| (name.to_owned(), text(name))).collect(), 30.0)
            }
            "bank-result" => {
                let path = format!("/dump/bank/{}/trackdocument", text("trackdocument"));
                let reply = self.post(&path, &Vec::new(), 30.0)?;
                let document: Value = serde_json::from_str(&reply.body).unwrap_or_default();
                match document["transactionResult"].as_str() {
                    Some(result) if reply.status == 200 => Ok(json!({"outcome": "done", "result": result})),
                    _ => Ok(json!({"outcome": "unknown", "code": reply.body.trim().parse::<i32>().ok()})),
                }
            }
            "settle" => Ok(json!({"outcome": if self.is_clear() { "done" } else { "unknown" }})),
            "journal" => Ok(json!({"outcome": "done", "journal": self.memory["journal"]})),
            "new-key" => {
                if !self.memory["doubt"]["dead"].is_null() {
                    // What the device would not repeat stays unknown for ever.
                    self.memory["doubt"] = Value::Null;
                }
                self.memory["key"] = ask["key"].clone();
                self.memory["stopped"] = json!(false);
                self.save();
                Ok(json!({"outcome": "done"}))
            }
            "restart" | "bye" => Ok(json!({"outcome": "done"})),
            _ => Ok(json!({"outcome": "unsupported"})),
        }
    }
}

/// An amount for the wire: two decimals at most, rounded as a shop does.
fn amount(text: &str, least: Decimal) -> Result<String, Not> {
    let value: Decimal = text.parse().map_err(|_| Not::Sent(format!("{text} is no amount")))?;
    let value = value.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero).normalize();
    let fits = value >= least && value <= Decimal::from(20_000_000);
    if fits { Ok(value.to_string()) } else { Err(Not::Sent(format!("{text} is out of range"))) }
}

/// The parameters of a registration, and its total.
fn registration(ask: &Value) -> Result<(Fields, String), Not> {
    let no = |why: &str| Err(Not::Sent(why.to_owned()));
    let kind = ask["type"].as_str().unwrap_or_default().to_owned();
    let total = amount(ask["total"].as_str().unwrap_or_default(), Decimal::ONE)?;
    let number = |text: &str| text.parse::<Decimal>().unwrap_or_default();
    let mut fields = vec![(kind.clone(), total.clone())];
    let (mut cash, mut other, mut ways) = (Decimal::ZERO, Decimal::ZERO, 0);
    for way in ["cash", "bank", "tara", "credit"] {
        let Some(given) = ask[way].as_str() else { continue };
        let given = amount(given, Decimal::ZERO)?;
        *(if way == "cash" { &mut cash } else { &mut other }) += number(&given);
        ways += 1;
        fields.push((way.to_owned(), given));
    }
    let due = number(&total);
    let exact = cash + other == due;
    let change = kind == "sale" && other < due && cash + other > due;
    if !(exact || change) || (kind != "sale" && ways != 1) || (other == due && cash > Decimal::ZERO) {
        return no("these payments do not go together");
    }
    if let Some(items) = ask["items"].as_array() {
        let field = |item: &Value, name: &str| number(item[name].as_str().unwrap_or("0"));
        let sum: Decimal = items.iter().map(|item| field(item, "sum") - field(item, "discount")).sum();
        if items.len() > 80
            || sum != due
            || items.iter().any(|item| field(item, "qty").normalize().scale() > 3)
        {
            return no("these positions make no receipt of that total");
        }
        fields.push(("itemdata".to_owned(), ask["items"].to_string()));
    }
    for name in ["print", "footer"] {
        fields.extend(ask[name].as_str().map(|text| (name.to_owned(), text.to_owned())));
    }
    Ok((fields, total))
}

/// The first line: a client with the key that was typed, or with the memory that it has.
fn connect(ask: &Value) -> Client {
    let fresh = json!({"key": ask["key"], "doubt": null, "journal": [], "stopped": false});
    let kept = || std::fs::read_to_string(MEMORY).ok().and_then(|text| serde_json::from_str(&text).ok());
    let memory = if ask["key"].is_null() { kept().unwrap_or(fresh) } else { fresh };
    let address = ask["url"].as_str().unwrap_or_default().trim_start_matches("http://").to_owned();
    let second = ask["seconds_per_second"].as_f64().unwrap_or(1.0);
    let mut client = Client { wire: Wire::new(address, second), taxes: None, memory, closing: None };
    client.save();
    // A client that was just cut off cannot know when it sent last.
    std::thread::sleep(Duration::from_secs_f64(second));
    let _ = client.post("/apicheck", &vec![("Lockhost".to_owned(), "true".to_owned())], 30.0);
    client
}

fn main() {
    let mut client = None;
    for line in std::io::stdin().lines() {
        let line = line.expect("text on standard input");
        let ask: Value = serde_json::from_str(&line).expect("a line of JSON");
        let mut answer = match &mut client {
            None => {
                client = Some(connect(&ask));
                json!({"outcome": "done"})
            }
            Some(client) => client.carry_out(&ask).unwrap_or_else(|not| match not {
                Not::Heard => json!({"outcome": "unknown"}),
                Not::Sent(why) => json!({"outcome": "rejected", "why": why}),
            }),
        };
        if let Some(id) = ask.get("id") {
            answer["id"] = id.clone();
        }
        println!("{answer}");
        if matches!(ask["do"].as_str(), Some("restart" | "bye")) {
            break;
        }
    }
}
