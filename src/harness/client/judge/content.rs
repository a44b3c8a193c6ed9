//! What the requests hold: method, names, amounts, payments, positions, taxes (v22 §3, §5.1, §9.1).

use super::Notes;
use super::commits::Commits;
use super::view::{Exchange, Operation, View, plain};
use ikkm_protocol::parse_plain;
use rust_decimal::Decimal;
use serde_json::Value;
use std::collections::BTreeMap;

const TYPES: [&str; 4] = ["sale", "buy", "saleReturn", "buyReturn"];
const PAYMENTS: [&str; 4] = ["cash", "bank", "tara", "credit"];
const POSTED: [&str; 4] = ["print", "itemdata", "footer", "printHeader"];
const NAMES: [&str; 30] = [
    "key",
    "sale",
    "buy",
    "saleReturn",
    "buyReturn",
    "cash",
    "bank",
    "tara",
    "credit",
    "tax",
    "print",
    "itemdata",
    "footer",
    "amount",
    "message",
    "trackdocument",
    "show",
    "beep",
    "timersFast",
    "timersNormal",
    "keepLanPrinter",
    "closeLanPrinter",
    "getPrintMode",
    "setPrintMode",
    "ofdPacketMode",
    "pushTheQue",
    "ofdNormalMode",
    "disableWebMgmt",
    "Lockhost",
    "printHeader",
];

/// Judges every request.
pub(super) fn judge(view: &View, commits: &Commits, notes: &mut Notes) {
    let mut taxes: BTreeMap<String, String> = BTreeMap::new();
    for exchange in &view.exchanges {
        let asked = exchange.operation.and_then(|at| view.operations.get(at));
        let mut check = Check { view, exchange, step: asked.and_then(|one| one.step), notes };
        check.http();
        if !matches!(exchange.method.as_str(), "GET" | "POST") {
            continue;
        }
        check.names();
        check.method();
        check.amounts();
        if exchange.is_registration() {
            check.payments();
            check.positions();
            let owner = commits.owner.get(&exchange.number).and_then(|at| view.operations.get(*at));
            if let Some(owner) = owner.filter(|owner| owner.word() == "register") {
                check.as_asked(owner);
                check.tax(owner, &taxes);
            }
        } else if let Some(asked) = asked {
            check.other_as_asked(asked);
        }
        if exchange.path == "/dump/table/taxes"
            && let Some(reply) = exchange.heard()
            && let Ok(Value::Object(list)) = serde_json::from_str(&reply.body)
        {
            taxes = list.into_iter().map(|(id, name)| (id, plain(&name))).collect();
        }
    }
}

struct Check<'c, 's, 'v> {
    view: &'v View<'v>,
    exchange: &'v Exchange,
    step: Option<usize>,
    notes: &'c mut Notes<'s>,
}

impl Check<'_, '_, '_> {
    fn broke(&mut self, id: &str, what: &str) {
        let device = self.view.device_before(self.exchange.number);
        let client = format!("{what}: {}", self.exchange.shown());
        self.notes.broke(id, self.step, device, client, Some(self.exchange.number));
    }

    fn http(&mut self) {
        let exchange = self.exchange;
        if !exchange.malformed && !matches!(exchange.method.as_str(), "GET" | "POST") {
            self.step = None;
            let what = format!("it used {}, and the document knows GET and POST", exchange.method);
            self.broke("CLI-32", &what);
        } else if exchange.malformed {
            self.broke("CLI-32", "it sent what HTTP refuses (a blank or a letter in the line, or no line)");
        } else if exchange.version != "1.1" {
            self.broke("CLI-32", &format!("it spoke HTTP/{}", exchange.version));
        } else {
            self.notes.tested("CLI-32");
        }
    }

    fn names(&mut self) {
        let misspelt = self.exchange.params.0.iter().map(|(name, _)| name).find(|name| {
            !NAMES.contains(&name.as_str())
                && NAMES.iter().any(|known| known.eq_ignore_ascii_case(name.trim()))
        });
        if let Some(name) = misspelt {
            self.broke("CLI-22", &format!("it wrote the name {name:?}"));
        } else {
            self.notes.tested("CLI-22");
        }
    }

    fn method(&mut self) {
        let texts = |name: &str| POSTED.contains(&name);
        if !self.exchange.params.0.iter().any(|(name, _)| texts(name)) {
            return;
        }
        let query = self.exchange.target.split_once('?').map_or("", |(_, query)| query);
        let in_query = ikkm_protocol::Params::decode(query.as_bytes()).0.iter().any(|(name, _)| texts(name));
        let broken = self.exchange.params.0.iter().any(|(_, value)| value.contains('\u{fffd}'));
        if self.exchange.method != "POST" || in_query {
            self.broke("CLI-8", "it did not post a text");
        } else if broken {
            self.broke("CLI-8", "it sent a text that is no UTF-8");
        } else {
            self.notes.tested("CLI-8");
        }
    }

    fn amounts(&mut self) {
        for (name, value) in &self.exchange.params.0 {
            let is_total = TYPES.contains(&name.as_str());
            if !is_total && !PAYMENTS.contains(&name.as_str()) && name != "amount" {
                continue;
            }
            let moves = matches!(self.exchange.path.as_str(), "/apideposit" | "/apiwithdraw");
            self.amount(name, value, 2, if is_total { Some(Decimal::ONE) } else { None }, moves);
        }
    }

    /// A number that the document reads (CLI-9), and in its bounds (CLI-25).
    fn amount(&mut self, name: &str, value: &str, decimals: u32, least: Option<Decimal>, above_0: bool) {
        let Ok(number) = parse_plain(value) else {
            return self.broke("CLI-9", &format!("it sent {name}={value}"));
        };
        if value.contains('.') {
            self.notes.tested("CLI-9");
        }
        let small = number < least.unwrap_or_default() || above_0 && number.is_zero();
        if small || number.scale() > decimals || number > Decimal::from(20_000_000) {
            self.broke("CLI-25", &format!("it sent {name}={value}"));
        } else if value.contains('.') {
            self.notes.tested("CLI-25");
        }
    }

    fn payments(&mut self) {
        let params = &self.exchange.params;
        let value = |name: &str| params.get(name).and_then(|text| parse_plain(text).ok());
        let types: Vec<&str> = TYPES.into_iter().filter(|name| params.get(name).is_some()).collect();
        let [kind] = types.as_slice() else {
            self.broke("CLI-10", "it named not one type of registration");
            return;
        };
        self.notes.tested("CLI-10");
        let Some(total) = value(kind) else { return };
        let paid: Vec<(&str, Decimal)> =
            PAYMENTS.into_iter().filter_map(|name| Some((name, value(name)?))).collect();
        // A payment of nothing is none.
        let paid: Vec<(&str, Decimal)> = paid.into_iter().filter(|(_, sum)| !sum.is_zero()).collect();
        let cash = value("cash").unwrap_or_default();
        let other: Decimal = paid.iter().filter(|(name, _)| *name != "cash").map(|(_, sum)| *sum).sum();
        let enough = cash + other >= total && other <= total;
        let fits = match *kind {
            "sale" => enough && !(other == total && cash > Decimal::ZERO),
            // Q-PAY-2 leaves a buy with change open.
            "buy" => enough && paid.len() == 1,
            _ => cash + other == total && paid.len() == 1,
        };
        if fits {
            self.notes.tested("CLI-26");
        } else {
            self.broke("CLI-26", "it sent payments that do not go together");
        }
    }

    fn positions(&mut self) {
        let Some(text) = self.exchange.params.get("itemdata") else { return };
        let Ok(Value::Array(items)) = serde_json::from_str::<Value>(text) else {
            self.broke("CLI-11", "it sent itemdata that does not parse");
            return;
        };
        let number = |item: &Value, name: &str| item.get(name).map(plain).unwrap_or_default();
        let places = [("price", 2), ("qty", 3), ("sum", 2), ("discount", 2)];
        let mut sum = Decimal::ZERO;
        for item in &items {
            for (name, decimals) in places {
                if item.get(name).is_some() {
                    self.amount(name, &number(item, name), decimals, None, false);
                }
            }
            sum += parse_plain(&number(item, "sum")).unwrap_or_default();
            sum -= parse_plain(&number(item, "discount")).unwrap_or_default();
        }
        let goods = items.iter().filter(|item| item.get("discount").is_none()).count();
        let total = TYPES.into_iter().find_map(|name| parse_plain(self.exchange.params.get(name)?).ok());
        self.notes.tested("CLI-11");
        if goods > 80 {
            self.broke("CLI-27", &format!("it sent {goods} positions"));
        } else if total.is_some_and(|total| total != sum) {
            self.broke("CLI-27", &format!("its positions make {sum}"));
        } else {
            self.notes.tested("CLI-27");
        }
    }

    /// The registration is the one that the user asked for.
    fn as_asked(&mut self, owner: &Operation) {
        let kind = owner.text("type").unwrap_or_default();
        let mut pairs = vec![(kind, owner.text("total"))];
        pairs.extend(PAYMENTS.map(|name| (name.to_owned(), owner.text(name))));
        for (name, asked) in pairs {
            let sent = self.exchange.params.get(&name).map(str::to_owned);
            let zero = |text: &Option<String>| text.as_deref().is_none_or(|text| near(text, "0"));
            let same = match (&sent, &asked) {
                (Some(sent), Some(asked)) => near(sent, asked),
                _ => zero(&sent) && zero(&asked),
            };
            if !same {
                let asked = asked.unwrap_or_else(|| "nothing".to_owned());
                self.broke("CLI-20", &format!("asked for {name} {asked}, it sent another"));
            }
        }
        for name in ["print", "footer"] {
            let sent = self.exchange.params.get(name).map(|text| text.replace("\r\n", "\n"));
            match (owner.text(name), sent) {
                (Some(asked), sent) => {
                    if !sent.is_some_and(|sent| same_text(&sent, &asked)) {
                        self.broke("CLI-20", &format!("it did not send the text {name} as asked"));
                    }
                }
                (None, Some(sent)) if self.asked_before(name, &sent, owner) => {
                    self.broke("CLI-20", &format!("it sent the text {name} of an earlier receipt"));
                }
                (None, _) => {}
            }
        }
        if let Some(asked) = owner.line.get("items").and_then(Value::as_array) {
            let sent = self.exchange.params.get("itemdata").and_then(|text| serde_json::from_str(text).ok());
            let sent: Vec<Value> = sent.unwrap_or_default();
            let same = sent.len() == asked.len()
                && sent.iter().zip(asked).all(|(sent, asked)| same_item(sent, asked));
            if !same {
                self.broke("CLI-20", "it did not send the positions as asked");
            }
        }
        self.notes.tested("CLI-20");
    }

    /// A text that nobody asked for here was asked for earlier.
    fn asked_before(&self, name: &str, sent: &str, owner: &Operation) -> bool {
        let earlier = self.view.operations.iter().filter(|one| one.at < owner.at);
        earlier.filter_map(|one| one.text(name)).any(|text| !text.is_empty() && sent.contains(&text))
    }

    fn other_as_asked(&mut self, asked: &Operation) {
        let pairs: &[(&str, &str)] = match (self.exchange.path.as_str(), asked.word()) {
            ("/apiwithdraw", "withdraw") | ("/apideposit", "deposit") => &[("cash", "cash")],
            ("/apiprint", "print") => &[("print", "text")],
            ("/apicheck", "print-header") if self.exchange.params.get("printHeader").is_some() => {
                &[("printHeader", "text")]
            }
            ("/apibank", "bank") => {
                &[("message", "message"), ("amount", "amount"), ("trackdocument", "trackdocument")]
            }
            _ => return,
        };
        for (sent, wanted) in pairs {
            let (sent, wanted) = (self.exchange.params.get(sent).unwrap_or_default(), asked.text(wanted));
            let wanted = wanted.unwrap_or_default();
            if !same_text(sent, &wanted) && !near(sent, &wanted) {
                self.broke("CLI-20", &format!("asked for {wanted:?}, it sent {sent:?}"));
            }
        }
        self.notes.tested("CLI-20");
    }

    fn tax(&mut self, owner: &Operation, taxes: &BTreeMap<String, String>) {
        let Some(name) = owner.text("tax") else {
            let earlier = self.view.operations.iter().filter(|one| one.at < owner.at);
            let told = self.exchange.params.get("tax").and_then(|id| taxes.get(id));
            if told.is_some_and(|told| earlier.filter_map(|one| one.text("tax")).any(|name| name == *told)) {
                self.broke("CLI-20", "it sent the tax of an earlier receipt");
            }
            return;
        };
        match self.exchange.params.get("tax").map(|id| taxes.get(id)) {
            None => self.broke("CLI-20", "it left the tax out"),
            Some(None) => self.broke("CLI-15", "it sent a tax id that no directory had told it"),
            Some(Some(told)) if *told != name => self.broke("CLI-15", "it sent the id of another tax"),
            Some(Some(_)) => self.notes.tested("CLI-15"),
        }
    }
}

/// The widest line of the document's printers, in characters.
const WIDEST: usize = 42;

/// The same text; a line that is too wide for any printer may have been wrapped, and lines may end as
/// the system ends them.
fn same_text(sent: &str, asked: &str) -> bool {
    let plain = |text: &str| text.replace("\r\n", "\n").trim_end_matches('\n').to_owned();
    let bare = |text: &str| text.chars().filter(|sign| !sign.is_whitespace()).collect::<String>();
    let wide = asked.lines().any(|line| line.chars().count() > 19);
    let wide = wide && sent.lines().count() > asked.lines().count();
    plain(sent) == plain(asked)
        || wide && sent.lines().all(|line| line.chars().count() <= WIDEST) && bare(sent) == bare(asked)
}

/// The same number, give or take a rounding to hundredths.
fn near(a: &str, b: &str) -> bool {
    matches!((parse_plain(a), parse_plain(b)), (Ok(a), Ok(b)) if (a - b).abs() < Decimal::new(1, 2))
}

fn same_item(sent: &Value, asked: &Value) -> bool {
    let text = |item: &Value, name: &str| item.get(name).map(plain);
    text(sent, "name") == text(asked, "name")
        && ["price", "qty", "sum", "discount"].into_iter().all(|name| {
            match (text(sent, name), text(asked, name)) {
                (Some(sent), Some(asked)) => near(&sent, &asked),
                (sent, asked) => sent == asked,
            }
        })
}
