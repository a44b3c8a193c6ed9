//! What paper and the tax committee must see after an operation, as far as the bench shows them.

use super::{Halt, Player, proof};
use crate::bench::{self, Observation, OnlineMessage, Reply};
use crate::fuzz::operation::{Call, KeyChoice};
use crate::ledger::written;
use crate::runner::tape::{Widths, unwanted};
use ikkm_protocol::markup::{self, Line};
use ikkm_protocol::{Answer, Key, Kind, Method, Params, Registration};
use rust_decimal::Decimal;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The narrowest documented line: texts up to this are printed as they are.
const NARROWEST: usize = 19;
/// Positions that go online one by one.
pub(super) const MOST_POSITIONS: usize = 80;

/// What is known of paper, online messages and session variables.
#[derive(Debug, Clone, Default)]
pub struct Watch {
    /// The text above every receipt; `None` where none was set here.
    pub(super) header: Option<String>,
    /// Messages wait for a push; `None` where it is not known.
    pub(super) batch: Option<bool>,
    /// The print mode that was set.
    pub(super) mode: Option<String>,
    /// Only this host is served.
    pub(super) locked: bool,
    /// Timers were made fast.
    pub(super) fast: bool,
    /// The connection to the printer is kept.
    pub(super) kept: bool,
    /// Receipts that wait, in their order.
    queue: Vec<Due>,
    /// Something else waits, too, and nobody can say what.
    unsure: bool,
    /// How many receipts that waited may still be sent.
    late: usize,
    /// A message was seen to arrive at once: there is a committee to talk to.
    live: bool,
    /// The word of each type, as a message without positions showed it.
    words: BTreeMap<Registration, String>,
    /// The texts of the last receipt, in their order.
    receipt: Option<Vec<String>>,
    /// What earlier requests had printed, with the requirement that keeps it to them.
    marks: BTreeMap<String, &'static str>,
}

/// A receipt that must go online.
#[derive(Debug, Clone)]
pub(super) struct Due {
    pub(super) kind: Registration,
    pub(super) totals: Vec<Decimal>,
    pub(super) goods: Option<Goods>,
}

/// Positions that make sense: goods with name, quantity and sum, and whether there is a discount.
#[derive(Debug, Clone)]
pub(super) struct Goods {
    pub(super) list: Vec<(String, Decimal, Decimal)>,
    pub(super) discounts: Vec<String>,
}

impl Watch {
    /// After a restart every session variable is as the settings have it (v22 §10.1).
    pub(crate) fn after_restart(&mut self) {
        self.header_ends();
        self.batch = Some(false);
        self.mode = None;
        (self.locked, self.fast, self.kept) = (false, false, false);
        self.late += self.queue.len() + usize::from(std::mem::take(&mut self.unsure));
        self.queue.clear();
    }

    /// Of a device without documents.
    pub(super) fn first_day(&mut self) {
        self.receipt = None;
        self.queue.clear();
        (self.unsure, self.late) = (false, 0);
    }

    /// That header from now on, and no other one.
    pub(super) fn set_header(&mut self, text: &str) {
        self.header_ends();
        self.header = Some(text.to_owned());
    }

    /// The header that stood is printed no more.
    fn header_ends(&mut self) {
        let lines = self.header.take().map(|text| plain_lines(&text)).unwrap_or_default();
        self.marks.extend(lines.into_iter().map(|line| (line, "PRN-6")));
    }

    /// No header from now on, and the word that says so is none either.
    pub(super) fn clear_header(&mut self) {
        self.header_ends();
        self.marks.insert("clear".to_owned(), "PRN-6");
    }

    /// Normal mode: what waited may be sent at once or later.
    pub(super) fn normal(&mut self) {
        self.batch = Some(false);
        self.late += self.queue.len() + usize::from(std::mem::take(&mut self.unsure));
        self.queue.clear();
    }

    /// A session variable was set (v22 §10.1): `true` where receipts that waited may be sent by it.
    pub(crate) fn set(&mut self, name: &str, value: &str) -> bool {
        match (name, value) {
            ("printHeader", "clear") => self.clear_header(),
            ("printHeader", text) => self.set_header(text),
            ("ofdPacketMode", _) => self.batch = Some(true),
            ("ofdNormalMode", _) => {
                self.normal();
                return true;
            }
            ("pushTheQue", _) => return true,
            ("setPrintMode", mode) => self.mode = Some(mode.to_owned()),
            ("timersFast", _) => self.fast = true,
            ("timersNormal", _) => self.fast = false,
            ("keepLanPrinter", _) => self.kept = true,
            ("closeLanPrinter", _) => self.kept = false,
            ("Lockhost", _) => self.locked = true,
            _ => {}
        }
        false
    }

    /// What undoes the session variables that are set, each as name and value of /apicheck (v22 §10.1);
    /// `mode` is the print mode that was there before.
    pub fn undoing(&self, mode: Option<&str>) -> Vec<(&'static str, String)> {
        let on = "true".to_owned();
        let mut all = Vec::new();
        if self.header.is_some() {
            all.push(("printHeader", "clear".to_owned()));
        }
        if self.batch == Some(true) {
            all.push(("ofdNormalMode", on.clone()));
        }
        if self.fast {
            all.push(("timersNormal", on.clone()));
        }
        if self.kept {
            all.push(("closeLanPrinter", on));
        }
        if let (Some(set), Some(before)) = (&self.mode, mode)
            && set != before
        {
            all.push(("setPrintMode", before.to_owned()));
        }
        all
    }

    /// There is a committee that a push sends to.
    pub(super) fn pushes(&self) -> bool {
        self.live && self.batch.is_some()
    }

    /// How many receipts wait for a push, where that is certain.
    pub(super) fn waiting(&self) -> Option<usize> {
        self.waits().filter(|waits| *waits).map(|_| self.queue.len())
    }

    /// Whether receipts wait that must not be told as sent.
    pub(super) fn waits(&self) -> Option<bool> {
        self.batch.filter(|_| self.live)
    }

    /// Of a device as after a restart; the default is of one that may be anything.
    pub fn fresh() -> Watch {
        Watch { batch: Some(false), ..Watch::default() }
    }
}

impl Player<'_> {
    fn sees(&self, what: Observation) -> bool {
        // A person is not asked about every slip of paper.
        !self.bench.confirms() && self.bench.hello().observations.iter().any(|name| name == what.as_str())
    }

    /// What was printed since the last look.
    async fn tape(&mut self) -> Result<Option<Vec<String>>, Halt> {
        if !self.sees(Observation::Tape) {
            return Ok(None);
        }
        match self.bench.observe(Observation::Tape).await? {
            Reply::Done(fields) => Ok(Some(bench::tape(fields)?)),
            _ => Ok(None),
        }
    }

    async fn online(&mut self) -> Result<Option<Vec<OnlineMessage>>, Halt> {
        if !self.sees(Observation::Online) {
            return Ok(None);
        }
        match self.bench.observe(Observation::Online).await? {
            Reply::Done(fields) => Ok(Some(bench::online(fields)?)),
            _ => Ok(None),
        }
    }

    /// Whatever was printed and sent so far is of no concern.
    pub(super) async fn look_away(&mut self) -> Result<(), Halt> {
        self.tape().await?;
        self.online().await?;
        Ok(())
    }

    /// Paper and online messages after a request was answered.
    pub(super) async fn watch(
        &mut self,
        call: &Call,
        params: &Params,
        answer: &Answer,
        current: Option<&Key>,
    ) -> Result<(), Halt> {
        if !prints(call.path) {
            return Ok(());
        }
        let (lines, messages) = (self.tape().await?, self.online().await?);
        let keyed = matches!(answer.kind(), Kind::Keyed { .. });
        let fresh = matches!(answer.kind(), Kind::Keyed { key, .. } if current != Some(&key));
        let external = self.watch.mode.as_deref().is_some_and(|mode| mode != "internal-printer");
        let texts = Texts::of(call, params).on(external, params);
        if let Some(lines) = &lines {
            match call.path {
                "/api/" if keyed && fresh && call.key == KeyChoice::Current => {
                    self.paper_of_receipt(&texts, params, lines)?;
                }
                "/api/" if keyed && call.key == KeyChoice::Previous => {
                    let of_receipt = self.watch.receipt.as_deref().unwrap_or_default();
                    let proof = proof::printed(of_receipt);
                    if lines.is_empty() {
                        return Err(self.printed("KEY-6", "a duplicate on paper", lines, proof));
                    }
                    if let Some(text) = Widths::default().of("").missing(lines, of_receipt) {
                        let expected = format!("a duplicate of the last receipt, {text:?} in its place");
                        return Err(self.printed("KEY-6", &expected, lines, proof));
                    }
                }
                "/api/" | "/apicheck/" | "/apiprint" if !keyed && answer.status != 200 => {
                    self.paper_of_refusal(&texts, lines)?
                }
                "/apiprint" if answer.status == 200 && texts.certain => {
                    if let Some(text) = Widths::default().of("").missing(lines, &texts.print) {
                        let expected = format!("{text:?} on paper, in its order");
                        return Err(self.printed("PRN-1", &expected, lines, proof::printed(&texts.print)));
                    }
                    self.stale(&texts.print, lines)?;
                }
                // A Z report may be printed when the shift is closed.
                "/apixreport" if answer.status == 200 && lines.is_empty() => {
                    return Err(self.printed("SHIFT-1", "a report on paper", lines, proof::printed(&[])));
                }
                "/apicheck/printLastDocument" if answer.status == 200 => {
                    let of_receipt = self.watch.receipt.as_deref().unwrap_or_default();
                    let proof = proof::printed(of_receipt);
                    if lines.is_empty() {
                        return Err(self.printed("PRN-7", "the last receipt on paper", lines, proof));
                    }
                    if let Some(text) = Widths::default().of("").missing(lines, of_receipt) {
                        let expected = format!("the last receipt on paper, {text:?} in its place");
                        return Err(self.printed("PRN-7", &expected, lines, proof));
                    }
                }
                _ => {}
            }
        }
        self.watch.marks.extend(texts.marks());
        if let Some(messages) = messages {
            let took = fresh && call.path == "/api/" && call.key == KeyChoice::Current;
            self.messages(call, params, took, answer.status == 200, &messages)?;
        }
        Ok(())
    }

    /// A receipt shows header, print, rows and footer, in this order, and nothing of another one.
    fn paper_of_receipt(&mut self, texts: &Texts, params: &Params, lines: &[String]) -> Result<(), Halt> {
        self.watch.receipt = None;
        if !texts.certain {
            return Ok(());
        }
        let header = self.watch.header.as_deref().map(plain_lines).unwrap_or_default();
        let mut rows = texts.rows();
        let kind = self.single_kind(params);
        let word = kind.and_then(|kind| self.watch.words.get(&kind)).filter(|_| texts.automatic).cloned();
        rows.extend(word.clone());
        let mut wanted: Vec<String> = Vec::new();
        let many = texts.goods.as_ref().is_some_and(|goods| goods.list.len() > MOST_POSITIONS);
        let rows_id = match (texts.automatic, many) {
            (true, _) => "ITEM-5",
            (false, true) => "ITEM-4",
            (false, false) => "ITEM-3",
        };
        for (id, part) in
            [("PRN-6", &header), ("ITEM-6", &texts.print), (rows_id, &rows), ("ITEM-7", &texts.footer)]
        {
            wanted.extend(part.iter().cloned());
            if let Some(text) = Widths::default().of("").missing(lines, &wanted) {
                let expected = format!("{text:?} on paper, in its order");
                return Err(self.printed(id, &expected, lines, proof::printed(&wanted)));
            }
        }
        if let Some(word) = word {
            let longer =
                self.watch.words.values().filter(|other| other.len() > word.len() && other.contains(&word));
            if let Some(other) = longer.clone().find(|other| lines.iter().any(|line| line.contains(*other))) {
                let expected = format!("{word:?} on paper, not {other:?}");
                return Err(self.printed("ITEM-5", &expected, lines, proof::not_printed(other)));
            }
        }
        self.stale(&wanted, lines)?;
        self.watch.receipt = Some(wanted);
        Ok(())
    }

    fn paper_of_refusal(&self, texts: &Texts, lines: &[String]) -> Result<(), Halt> {
        let own: Vec<String> = texts.marks().into_keys().collect();
        match unwanted(lines, &own) {
            Some(line) => {
                let proof = proof::not_printed(line.trim());
                Err(self.printed("REG-8", "nothing of a refused request on paper", lines, proof))
            }
            None => Ok(()),
        }
    }

    /// Nothing that only an earlier request said.
    fn stale(&self, wanted: &[String], lines: &[String]) -> Result<(), Halt> {
        for (mark, id) in &self.watch.marks {
            let ours = wanted.iter().any(|text| text.contains(mark.as_str()) || mark.contains(text.as_str()));
            if !ours && lines.iter().any(|line| line.contains(mark.as_str())) {
                let expected = format!("no {mark:?}, which belongs to an earlier request");
                return Err(self.printed(id, &expected, lines, proof::not_printed(mark)));
            }
        }
        Ok(())
    }

    fn printed(&self, id: &str, expected: &str, lines: &[String], proof: String) -> Halt {
        let tape = if lines.is_empty() { "nothing".to_owned() } else { lines.join(" / ") };
        self.found(id, expected, &crate::text::clip(&tape, 300)).shown_by([proof])
    }

    fn single_kind(&self, params: &Params) -> Option<Registration> {
        let mut kinds = written::kinds(params, false);
        kinds.next().map(|(kind, _)| kind).filter(|_| kinds.next().is_none())
    }

    /// What went online.
    fn messages(
        &mut self,
        call: &Call,
        params: &Params,
        took: bool,
        well: bool,
        messages: &[OnlineMessage],
    ) -> Result<(), Halt> {
        let named = |kind: &str| Registration::from_wire(kind).is_some();
        let came: Vec<&OnlineMessage> = messages.iter().filter(|message| named(&message.kind)).collect();
        if params.get("pushTheQue") == Some("true") && well && call.form.is_certain() {
            let due = std::mem::take(&mut self.watch.queue);
            let unsure = std::mem::take(&mut self.watch.unsure);
            if unsure || !self.watch.live || self.watch.batch != Some(true) {
                return Ok(());
            }
            if came.len() < due.len() {
                let expected = format!("{} receipts that waited sent", due.len());
                let proof = proof::online(&format!("list at-least {}", due.len()));
                let found = format!("{} of them", came.len());
                return Err(self.found("MGMT-3", &expected, &found).shown_by([proof]));
            }
            return due.iter().zip(came).try_for_each(|(due, message)| self.message(due, message));
        }
        if call.path != "/api/" {
            self.watch.late = self.watch.late.saturating_sub(came.len());
            return Ok(());
        }
        let due = self.due(call, params).filter(|_| took);
        match self.watch.batch {
            Some(true) => {
                if let Some(message) = came.first().filter(|_| self.watch.live) {
                    let found = format!("a message of {} {}", message.kind, message.total);
                    return Err(self
                        .found("MGMT-3", "nothing sent in batch mode", &found)
                        .shown_by([proof::online("list of 0")]));
                }
                match due {
                    Some(due) => self.watch.queue.push(due),
                    // What nobody can say the meaning of may wait, too.
                    None if took => {
                        self.watch.batch = None;
                        self.watch.unsure = true;
                    }
                    None => {}
                }
            }
            Some(false) => {
                if !took {
                    if let Some(message) = came.first().filter(|_| call.form.is_certain() && self.watch.live)
                    {
                        let found = format!("a message of {} {}", message.kind, message.total);
                        return Err(self
                            .found("REG-8", "nothing sent for it", &found)
                            .shown_by([proof::online("list of 0")]));
                    }
                    return Ok(());
                }
                let Some(due) = due else { return Ok(()) };
                match came.as_slice() {
                    [] if self.watch.live => {
                        return Err(self
                            .found("MGMT-3", "the receipt sent at once", "no message")
                            .shown_by([proof::online("list at-least 1")]));
                    }
                    [] => {}
                    [message] => {
                        self.watch.live = true;
                        self.message(&due, message)?;
                    }
                    [..] if self.watch.live && came.len() > self.watch.late + 1 => {
                        let found = format!("{} messages", came.len());
                        return Err(self
                            .found("REG-8", "one message of the receipt", &found)
                            .shown_by([proof::online("list of 1")]));
                    }
                    // Older ones may be among them.
                    [.., message] => self.message(&due, message)?,
                }
            }
            None => {}
        }
        Ok(())
    }

    fn due(&self, call: &Call, params: &Params) -> Option<Due> {
        let texts = Texts::of(call, params);
        if !texts.certain || !call.form.is_promised() {
            return None;
        }
        let kind = self.single_kind(params)?;
        let total = written::registering(params, false)?.total;
        let mut totals: Vec<Decimal> = self.ledger.rules().iter().map(|rules| rules.round(total)).collect();
        totals.dedup();
        let included = params.get("tax").map(str::to_owned).or_else(|| self.default_tax.clone());
        if !included.is_some_and(|tax| self.ledger.included().contains(&tax)) {
            totals.clear();
        }
        if texts.goods.is_none() && !texts.automatic {
            return None;
        }
        Some(Due { kind, totals, goods: texts.goods })
    }

    fn message(&mut self, due: &Due, message: &OnlineMessage) -> Result<(), Halt> {
        let wrong = |player: &Player<'_>, id: &str, expected: &str, found: &str| {
            Err(player.found(id, &format!("online {expected}"), found).shown_by([proof::message(due, None)]))
        };
        if message.kind != due.kind.wire() {
            return wrong(self, "ITEM-3", due.kind.wire(), &message.kind);
        }
        let number = |text: &str| text.parse::<Decimal>().ok();
        if let Some(total) = number(&message.total)
            && !due.totals.is_empty()
            && !due.totals.contains(&total)
        {
            return wrong(self, "REG-2", &format!("a total of {}", due.totals[0]), &message.total);
        }
        let goods = due.goods.as_ref().filter(|goods| goods.list.len() <= MOST_POSITIONS);
        match (goods, &due.goods) {
            (Some(goods), _) => {
                // Whether a discount counts as a position is open.
                if goods.list.len() + goods.discounts.len() > MOST_POSITIONS {
                    return Ok(());
                }
                let mut rest = message.positions.iter();
                for (name, quantity, sum) in &goods.list {
                    let Some(position) = rest.find(|position| position.name == *name) else {
                        let found = format!("{} positions", message.positions.len());
                        return wrong(
                            self,
                            "ITEM-3",
                            &format!("the position {name:?}, in its order"),
                            &found,
                        );
                    };
                    if number(&position.qty) != Some(*quantity) {
                        return wrong(
                            self,
                            "ITEM-8",
                            &format!("{name:?} with quantity {quantity}"),
                            &position.qty,
                        );
                    }
                    if goods.discounts.is_empty() && number(&position.sum) != Some(*sum) {
                        return wrong(self, "ITEM-8", &format!("{name:?} with sum {sum}"), &position.sum);
                    }
                }
                if goods.discounts.is_empty() && message.positions.len() != goods.list.len() {
                    let expected = format!("{} positions", goods.list.len());
                    return wrong(self, "ITEM-3", &expected, &message.positions.len().to_string());
                }
            }
            // A tax on top may be a position of its own.
            (None, _) if due.totals.is_empty() => {}
            (None, many) => {
                let id = if many.is_some() { "ITEM-4" } else { "ITEM-5" };
                let [position] = message.positions.as_slice() else {
                    return wrong(self, id, "one position", &message.positions.len().to_string());
                };
                if !due.totals.is_empty()
                    && !number(&position.sum).is_some_and(|sum| due.totals.contains(&sum))
                {
                    let expected = format!("one position with the sum {}", due.totals[0]);
                    return wrong(self, id, &expected, &position.sum);
                }
                if number(&position.qty) != Some(Decimal::ONE) {
                    return wrong(self, id, "one position with quantity 1", &position.qty);
                }
                let known = self.watch.words.entry(due.kind).or_insert_with(|| position.name.clone()).clone();
                if known != position.name {
                    let expected = format!("online the word {known:?} of {}", due.kind);
                    return Err(self
                        .found(id, &expected, &position.name)
                        .shown_by([proof::message(due, Some(&format!("= {known}")))]));
                }
                let other = self
                    .watch
                    .words
                    .iter()
                    .find(|(kind, word)| **kind != due.kind && **word == position.name);
                if let Some((kind, word)) = other {
                    let expected = format!("online a word of {}, not {word:?}, that of {kind}", due.kind);
                    return Err(self
                        .found(id, &expected, word)
                        .shown_by([proof::message(due, Some(&format!("text not {word}")))]));
                }
            }
        }
        Ok(())
    }
}

fn prints(path: &str) -> bool {
    matches!(
        path,
        "/api/"
            | "/apicheck/"
            | "/apiprint"
            | "/apixreport"
            | "/apizreport"
            | "/apicheck/printLastDocument"
            | "/apideposit"
            | "/apiwithdraw"
    )
}

/// The texts of a request, as they must be printed.
struct Texts {
    /// It is said what becomes of them.
    certain: bool,
    print: Vec<String>,
    footer: Vec<String>,
    goods: Option<Goods>,
    /// There is no itemdata: one line stands for it.
    automatic: bool,
}

impl Texts {
    fn of(call: &Call, params: &Params) -> Texts {
        let text = |name: &str| params.get(name).map(plain_lines).unwrap_or_default();
        let names: Vec<&str> = params.0.iter().map(|(name, _)| name.as_str()).collect();
        let texts = ["print", "footer", "itemdata"].iter().any(|name| names.contains(name));
        let doubled = names.iter().enumerate().any(|(at, name)| names[..at].contains(name));
        let by_get = texts && call.method() == Method::Get;
        let goods = params.get("itemdata").and_then(|items| goods(items, params));
        Texts {
            certain: call.form.is_promised() && !by_get && !doubled,
            print: text("print"),
            footer: text("footer"),
            goods,
            automatic: params.get("itemdata").is_none(),
        }
    }

    /// On an external printer commands are carried out in their place (v22 §8).
    fn on(mut self, external: bool, params: &Params) -> Texts {
        if external && let Some(print) = params.get("print") {
            self.print = carried_out(print);
        }
        self
    }

    fn rows(&self) -> Vec<String> {
        let Some(goods) = &self.goods else { return Vec::new() };
        goods
            .list
            .iter()
            .map(|(name, ..)| name)
            .filter(|name| name.chars().count() <= NARROWEST)
            .cloned()
            .collect()
    }

    fn marks(&self) -> BTreeMap<String, &'static str> {
        let mut marks = BTreeMap::new();
        let words = self.print.iter().filter(|line| !is_command(line));
        marks.extend(words.map(|line| (line.clone(), "PRN-1")));
        marks.extend(self.footer.iter().map(|line| (line.clone(), "ITEM-7")));
        let names: BTreeSet<String> = self.rows().into_iter().collect();
        marks.extend(names.into_iter().map(|name| (name, "ITEM-1")));
        marks
    }
}

/// A cut, a rule, or the drawer.
fn is_command(line: &str) -> bool {
    matches!(line, "--cut--" | "--line--" | "--open-cash--")
}

/// The lines of a text with what an external printer does in between.
fn carried_out(text: &str) -> Vec<String> {
    let lines = markup::parse(text).into_iter().flat_map(|line| match line {
        Line::Cut | Line::Rule | Line::OpenDrawer => vec![line.to_string()],
        other => plain_lines(&other.to_string()),
    });
    lines.collect()
}

/// The lines that every paper takes as they are; commands that only some printers know are left out.
pub(super) fn plain_lines(text: &str) -> Vec<String> {
    markup::parse(text)
        .into_iter()
        .filter_map(|line| match line {
            Line::Text(text) => {
                Some(text).filter(|text| !text.trim().is_empty() && text.chars().count() <= NARROWEST)
            }
            Line::Barcode(code) if code.fault().is_none() => Some(Line::Barcode(code).to_string()),
            _ => None,
        })
        .collect()
}

/// Goods that make the total; anything else may be taken or not (Q-ITEM-2).
fn goods(text: &str, params: &Params) -> Option<Goods> {
    let total = written::registering(params, false)?.total;
    let items: Vec<Value> = serde_json::from_str(text).ok()?;
    let field = |item: &Value, name: &str| item.get(name)?.as_str()?.parse::<Decimal>().ok();
    let (mut goods, mut sum) = (Goods { list: Vec::new(), discounts: Vec::new() }, Decimal::ZERO);
    for item in &items {
        let name = item.get("name")?.as_str().filter(|name| !name.is_empty())?.to_owned();
        if let Some(discount) = field(item, "discount") {
            sum -= discount;
            goods.discounts.push(name);
            continue;
        }
        let (price, quantity, own) = (field(item, "price")?, field(item, "qty")?, field(item, "sum")?);
        let exact = quantity.scale() <= 3 && price.scale() <= 2 && own.scale() <= 2;
        if !exact || price.checked_mul(quantity)? != own {
            return None;
        }
        sum += own;
        goods.list.push((name, quantity, own));
    }
    (sum == total && !goods.list.is_empty()).then_some(goods)
}
