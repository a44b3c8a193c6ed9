//! A day of a small shop, and what a till can do wrong in it.

use super::shop::{Reply, Shop, Written};
use ikkm_emulator::{Fault, RequestKind};
use ikkm_protocol::Params;
use serde_json::Value;

/// What the till does wrong.
pub type Wrong = Option<&'static str>;

/// The faults of tills, each with the lines any of which names it.
pub const FAULTS: [(&str, &[&str]); 36] = [
    ("keeps-the-old-key", &["CLI-1", "CLI-4"]),
    ("invents-a-key", &["CLI-1"]),
    ("number-for-key", &["CLI-2"]),
    ("no-repeat", &["CLI-3"]),
    ("repeats-under-new-total", &["CLI-3", "CLI-4"]),
    ("repeats-under-new-payment", &["CLI-3", "CLI-4"]),
    ("forgets-the-lost", &["CLI-3"]),
    ("two-a-second", &["CLI-6"]),
    ("no-patience", &["CLI-7"]),
    ("items-by-get", &["CLI-8"]),
    ("text-in-query", &["CLI-8"]),
    ("text-in-koi8", &["CLI-8"]),
    ("comma", &["CLI-9"]),
    ("minus", &["CLI-9", "CLI-25"]),
    ("exponent", &["CLI-9"]),
    ("thousands", &["CLI-9"]),
    ("two-types", &["CLI-10"]),
    ("no-type", &["CLI-10"]),
    ("broken-items", &["CLI-11"]),
    ("items-no-list", &["CLI-11"]),
    ("code-for-key", &["CLI-12"]),
    ("on-with-refused-key", &["CLI-13"]),
    ("piece-for-key", &["CLI-14"]),
    ("deposits-twice", &["CLI-19"]),
    ("withdraws-twice", &["CLI-19"]),
    ("Cash", &["CLI-22"]),
    ("KEY", &["CLI-22", "CLI-1"]),
    ("three-decimals", &["CLI-25"]),
    ("zero-total", &["CLI-25"]),
    ("over-the-limit", &["CLI-25"]),
    ("four-decimals-of-quantity", &["CLI-25"]),
    ("short-payment", &["CLI-26"]),
    ("mixed-return", &["CLI-26"]),
    ("items-that-do-not-sum", &["CLI-27"]),
    ("prints-twice", &["CLI-30"]),
    ("old-http", &["CLI-32"]),
];

/// How a correct till likes to do things.
#[derive(Debug, Clone, Copy, Default)]
pub struct Style {
    pub posts: bool,
    /// It looks at the status before each sale.
    pub polls: bool,
    /// It loses no answer.
    pub lucky: bool,
}

pub struct Day<'s> {
    pub shop: &'s mut Shop,
    pub style: Style,
    pub wrong: Wrong,
    default_tax: String,
    old_key: Option<String>,
    older_key: Option<String>,
}

/// A registration.
type Sale<'a> = Vec<(&'a str, String)>;

impl<'s> Day<'s> {
    pub fn new(shop: &'s mut Shop, style: Style, wrong: Wrong) -> Day<'s> {
        Day { shop, style, wrong, default_tax: String::new(), old_key: None, older_key: None }
    }

    fn is(&self, wrong: &str) -> bool {
        self.wrong == Some(wrong)
    }

    fn how(&self) -> Written {
        Written { method: if self.style.posts { "POST" } else { "GET" }, ..Written::default() }
    }

    async fn read(&mut self, path: &str) -> Value {
        let how = self.how();
        let reply = self.asked(path, &[], &how).await;
        reply.and_then(|reply| serde_json::from_str(&reply.body).ok()).unwrap_or_default()
    }

    async fn asked(&mut self, path: &str, list: &[(&str, &str)], how: &Written) -> Option<Reply> {
        let reply = self.shop.ask(path, list, how).await;
        if let Some(reply) = reply.as_ref().filter(|reply| reply.status == 400) {
            self.keep(reply);
        }
        reply
    }

    /// What a till reads of the books.
    pub async fn books(&mut self) {
        let info = self.read("/apicheck/getInfo").await;
        self.default_tax = info["defaultApiTaxID"].as_str().unwrap_or_default().to_owned();
        let shift = info["currentShiftID"].as_str().unwrap_or_default().to_owned();
        for name in ["report", "reportwithtax", "cheques", "sales", "salescheques"] {
            self.read(&format!("/dump/table/shifts/{shift}/{name}")).await;
        }
        self.read("/dump/table/shifts").await;
    }

    /// The whole day: so many registrations.
    pub async fn play(&mut self, count: usize) {
        self.read("/dump/table/taxes").await;
        self.read("/dump/table/cashiers").await;
        self.read("/dump/table/items").await;
        let how = self.how();
        self.asked("/apicheck/getInfo/", &[("show", "minimum")], &how).await;
        self.books().await;
        self.cash("/apideposit/", "20000").await;
        for at in 0..count {
            if self.style.polls {
                let how = self.how();
                self.asked("/apicheck/", &[], &how).await;
            }
            let sale = ordinary(at, &self.default_tax);
            let posts = sale.iter().any(|(name, _)| matches!(*name, "itemdata" | "print" | "footer"));
            if at % 17 == 9 && !self.style.lucky {
                let fault = if at % 2 == 0 { Fault::LoseRequest } else { Fault::LoseReply };
                self.shop.lose(RequestKind::Register, fault);
            }
            if at % 9 == 4 {
                self.misbehave().await;
            }
            // An answer may also be lost between the witness and the till.
            self.shop.cut = at % 17 == 4 && !self.style.lucky;
            self.register(sale, posts).await;
            match at % 20 {
                6 => drop(self.asked("/apixreport/", &[], &Written::default()).await),
                11 => self.books().await,
                13 => self.cash("/apiwithdraw/", "150.50").await,
                17 => self.cash("/apideposit/", "500").await,
                15 => {
                    let spent = self.older_key.clone().unwrap_or_default();
                    self.read(&format!("/dump/transaction/{spent}")).await;
                    self.asked("/apicheck/", &[], &Written::default()).await;
                }
                _ => {}
            }
        }
        self.books().await;
        self.asked("/apizreport/", &[], &Written::default()).await;
        self.shop.wait(100_000);
        self.books().await;
        // The next morning.
        self.register(vec![("sale", "300".into()), ("cash", "300".into())], false).await;
        self.books().await;
    }

    async fn cash(&mut self, path: &str, amount: &str) {
        let how = self.how();
        self.asked(path, &[("cash", amount)], &how).await;
    }

    /// Registers as the document asks: what was lost is repeated, and the new key is kept.
    pub async fn register(&mut self, sale: Sale<'_>, posts: bool) {
        let list: Vec<(&str, &str)> = sale.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let mut how = self.how();
        if posts {
            how.method = "POST";
        }
        for _ in 0..6 {
            match self.shop.ask("/api/", &list, &how).await {
                // Busy: the same again a little later, with the same key.
                Some(reply) if reply.status == 400 && reply.body == "-2" => {}
                Some(reply) => {
                    self.keep(&reply);
                    return;
                }
                None if self.is("no-repeat") => return,
                None => {}
            }
        }
    }

    fn keep(&mut self, reply: &Reply) {
        if let Some(key) = reply.key() {
            self.older_key = self.old_key.take();
            self.old_key = Some(std::mem::replace(&mut self.shop.key, key.to_owned()));
        } else if reply.status == 400 && reply.body == "-1" {
            // A person reads the key from the screen.
            self.shop.wait(20_000);
            self.shop.key = self.shop.device.with(|machine, _| machine.key().as_str().to_owned());
        }
    }

    async fn plain(&mut self, list: &[(&str, &str)], how: &Written) -> Option<Reply> {
        let reply = self.shop.ask("/api/", list, how).await;
        if let Some(reply) = &reply {
            self.keep(reply);
        }
        reply
    }

    async fn misbehave(&mut self) {
        let Some(wrong) = self.wrong else { return };
        let get = Written::default();
        let post = Written { method: "POST", ..Written::default() };
        let items = r#"[{"name":"Tea","price":"100","qty":"1","sum":"100"}]"#;
        let sale = [("sale", "100"), ("cash", "100")];
        match wrong {
            "keeps-the-old-key" => {
                if let Some(old) = self.old_key.clone() {
                    let right = std::mem::replace(&mut self.shop.key, old);
                    self.shop.ask("/api/", &[("sale", "77"), ("cash", "77")], &get).await;
                    self.shop.key = right;
                }
            }
            "invents-a-key" => {
                let right = std::mem::replace(&mut self.shop.key, "31415926".to_owned());
                self.shop.ask("/api/", &sale, &get).await;
                self.shop.key = right;
            }
            "number-for-key" => {
                for _ in 0..60 {
                    if self.shop.key.starts_with('0') {
                        break;
                    }
                    self.plain(&sale, &get).await;
                }
                let right = self.shop.key.clone();
                self.shop.key = right.trim_start_matches('0').to_owned();
                self.shop.ask("/api/", &sale, &get).await;
                self.shop.key = right;
            }
            "repeats-under-new-total" | "repeats-under-new-payment" | "forgets-the-lost" => {
                self.shop.lose(RequestKind::Register, Fault::LoseReply);
                self.shop.ask("/api/", &[("sale", "120"), ("cash", "120")], &get).await;
                let next = match wrong {
                    "repeats-under-new-total" => [("sale", "130"), ("cash", "130")],
                    "repeats-under-new-payment" => [("sale", "120"), ("bank", "120")],
                    _ => [("sale", "999"), ("bank", "999")],
                };
                if let Some(reply) = self.shop.ask("/api/", &next, &get).await {
                    self.keep(&reply);
                }
            }
            "two-a-second" => {
                for _ in 0..3 {
                    let hasty = Written { pause: 200, ..get.clone() };
                    self.shop.ask("/apicheck/", &[], &hasty).await;
                }
            }
            "no-patience" => {
                self.shop.slow = 9_000;
                let short = Written { patience: 5_000, ..get.clone() };
                self.shop.ask("/api/", &sale, &short).await;
                self.shop.slow = 30;
                self.plain(&sale, &get).await;
            }
            "items-by-get" => drop(self.plain(&[sale[0], sale[1], ("itemdata", items)], &get).await),
            "text-in-query" => {
                let key = self.shop.key.clone();
                let path = format!("/api/?print=Hello&key={key}&sale=100&cash=100");
                if let Some(reply) = self.shop.send(&path, &Params::new(), &post).await {
                    self.keep(&reply);
                }
            }
            "text-in-koi8" => {
                let body = format!("key={}&print=%F0%D2%C9%D7%C5%D4", self.shop.key);
                let request = format!(
                    "POST /apiprint/ HTTP/1.1\r\nHost: r\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
                    body.len()
                );
                self.shop.raw(request.as_bytes(), &post).await;
            }
            "comma" => drop(self.plain(&[("sale", "100,50"), ("cash", "200")], &get).await),
            "minus" => drop(self.plain(&[("sale", "100"), ("cash", "-100")], &get).await),
            "exponent" => drop(self.plain(&[("sale", "1e2"), ("cash", "100")], &get).await),
            "thousands" => drop(self.plain(&[("sale", "1 000"), ("cash", "1000")], &get).await),
            "two-types" => drop(self.plain(&[("sale", "100"), ("buy", "100"), ("cash", "100")], &get).await),
            "no-type" => drop(self.plain(&[("cash", "100")], &get).await),
            "broken-items" => drop(self.plain(&[sale[0], sale[1], ("itemdata", "[{")], &post).await),
            "items-no-list" => drop(self.plain(&[sale[0], sale[1], ("itemdata", "{}")], &post).await),
            "code-for-key" => {
                let right = std::mem::replace(&mut self.shop.key, "-10".to_owned());
                self.shop.ask("/api/", &sale, &get).await;
                self.shop.key = right;
            }
            "on-with-refused-key" => {
                let right = std::mem::replace(&mut self.shop.key, "27182818".to_owned());
                self.shop.ask("/api/", &sale, &get).await;
                self.shop.ask("/api/", &sale, &get).await;
                self.shop.key = right;
            }
            "piece-for-key" => {
                self.shop.lose(RequestKind::Register, Fault::Short { missing: 3, open: false });
                let first = self.shop.key.clone();
                self.shop.ask("/api/", &sale, &get).await;
                let now = self.shop.device.with(|machine, _| machine.key().as_str().to_owned());
                self.shop.key = now[..5].to_owned();
                self.shop.ask("/api/", &sale, &get).await;
                self.shop.key = first;
                self.plain(&sale, &get).await;
            }
            "deposits-twice" | "withdraws-twice" | "prints-twice" => {
                let (path, kind, list) = match wrong {
                    "deposits-twice" => ("/apideposit/", RequestKind::Deposit, ("cash", "50")),
                    "withdraws-twice" => ("/apiwithdraw/", RequestKind::Withdraw, ("cash", "50")),
                    _ => ("/apiprint/", RequestKind::Print, ("print", "Hello")),
                };
                self.shop.lose(kind, Fault::LoseReply);
                self.shop.ask(path, &[list], &post).await;
                self.shop.ask(path, &[list], &post).await;
            }
            "Cash" => drop(self.plain(&[("sale", "100"), ("Cash", "100")], &get).await),
            "KEY" => {
                let mut params = Params::new();
                params.push("KEY", self.shop.key.clone());
                params.push("sale", "100");
                params.push("cash", "100");
                self.shop.send("/api/", &params, &get).await;
            }
            "three-decimals" => drop(self.plain(&[("sale", "100.005"), ("cash", "200")], &get).await),
            "zero-total" => drop(self.plain(&[("sale", "0"), ("cash", "0")], &get).await),
            "over-the-limit" => drop(self.plain(&[("sale", "20000001"), ("bank", "20000001")], &get).await),
            "four-decimals-of-quantity" => {
                let items = r#"[{"name":"Tea","price":"100","qty":"1.0001","sum":"100"}]"#;
                self.plain(&[sale[0], sale[1], ("itemdata", items)], &post).await;
            }
            "short-payment" => drop(self.plain(&[("sale", "100"), ("cash", "50")], &get).await),
            "mixed-return" => {
                self.plain(&[("saleReturn", "100"), ("cash", "50"), ("bank", "50")], &get).await;
            }
            "items-that-do-not-sum" => {
                self.plain(&[("sale", "150"), ("cash", "150"), ("itemdata", items)], &post).await;
            }
            "old-http" => drop(self.plain(&sale, &Written { version: "1.0", ..get.clone() }).await),
            _ => {}
        }
    }
}

/// The n-th registration of an ordinary day.
fn ordinary(at: usize, default_tax: &str) -> Sale<'static> {
    let total = 100 + (at * 37) % 900;
    let text = if at.is_multiple_of(3) { format!("{total}.50") } else { total.to_string() };
    let more = (total + 500).to_string();
    match at % 16 {
        1 => vec![("sale", text.clone()), ("bank", text)],
        3 => vec![("sale", text), ("cash", total.to_string()), ("bank", "50".into())],
        5 => vec![("saleReturn", text.clone()), ("cash", text)],
        7 => {
            let items = format!(
                r#"[{{"name":"Чай","price":"{total}","qty":"1","sum":"{total}"}},{{"name":"Нан","price":"50","qty":"2","sum":"100"}}]"#
            );
            vec![("sale", (total + 100).to_string()), ("cash", more), ("itemdata", items)]
        }
        9 => vec![("buy", text.clone()), ("cash", text)],
        11 => vec![("buyReturn", text.clone()), ("cash", text)],
        13 if !default_tax.is_empty() => {
            vec![("sale", text), ("cash", more), ("tax", default_tax.to_owned())]
        }
        14 => vec![("sale", text.clone()), ("credit", text), ("footer", "Thank you".into())],
        15 => vec![("saleReturn", text.clone()), ("bank", text)],
        _ => vec![("sale", text), ("cash", more)],
    }
}
