//! One step of a scenario, and what it asks of the client.

use super::Reader;
use crate::client::scenario::{Ask, ReportedOutcome, Step, StepKind};
use crate::client::source::{ItemSource, StepSource};
use crate::suite::diagnostic::did_you_mean;
use crate::suite::text::Text;
use serde_json::{Map, Value, json};

impl Reader<'_> {
    /// The step, unless nothing can be made of it; then the mistake is noted.
    pub(super) fn step(&mut self, source: &StepSource, scenario: &Text) -> Option<Step> {
        let mut found: Vec<(Text, StepKind)> = Vec::new();
        let before = self.mistakes.len();
        if let Some((at, instruction)) = self.instruction(source) {
            found.push((at.clone(), StepKind::Ask(self.ask(source, instruction, &at))));
        }
        if let Some((at, act)) = self.act(source) {
            found.push((at, StepKind::Act(act)));
        }
        if let (Some(at), true) = (&source.kill, found.is_empty()) {
            found.push((at.clone(), StepKind::Kill));
        }
        let at_all = first_text(source).unwrap_or(scenario).clone();
        if found.len() > 1 {
            self.mistake(&at_all, "the step does two things; make it two steps", None);
        }
        match found.into_iter().next() {
            Some((at, kind)) => {
                let at = if at.position.line > 0 { at } else { at_all };
                Some(Step { place: self.place(&at), kind })
            }
            // What cannot be read was told already.
            None if self.mistakes.len() > before => None,
            None => {
                self.mistake(&at_all, "the step does nothing", None);
                None
            }
        }
    }

    fn ask(&mut self, source: &StepSource, instruction: Map<String, Value>, at: &Text) -> Ask {
        let expect = match &source.expect {
            Some(text) => self.outcomes(text),
            None if source.unsendable == Some(true) => vec![ReportedOutcome::Rejected],
            None => vec![ReportedOutcome::Done],
        };
        let kill_at = source.kill.as_ref().map(|text| self.number(text, 1, 100));
        let cites = source.cites.as_ref().map(|text| self.requirement(text));
        let two = [source.settle, source.journal, source.restart, source.status]
            .iter()
            .filter(|flag| flag.is_some())
            .count();
        let total = instruction.contains_key("total");
        if two + usize::from(total) > 1 {
            self.mistake(at, "the step does two things; make it two steps", None);
        }
        Ask { instruction, expect, cites, kill_at, unsendable: source.unsendable == Some(true) }
    }

    fn outcomes(&mut self, text: &Text) -> Vec<ReportedOutcome> {
        let filled = self.fill(text);
        let mut outcomes = Vec::new();
        for part in filled.split(" or ") {
            let (word, code) = part.split_once(' ').map_or((part, None), |(word, code)| (word, Some(code)));
            outcomes.push(match (word, code.map(str::parse)) {
                ("done", None) => ReportedOutcome::Done,
                ("unknown", None) => ReportedOutcome::Unknown,
                ("rejected", None) => ReportedOutcome::Rejected,
                ("refused", None) => ReportedOutcome::Refused(None),
                ("refused", Some(Ok(code))) => ReportedOutcome::Refused(Some(code)),
                _ => {
                    let help = did_you_mean(word, ["done", "refused", "unknown", "rejected"]);
                    self.mistake(text, format!("`{part}` is no outcome"), help);
                    continue;
                }
            });
        }
        outcomes
    }

    /// What is asked of the client, as the driver protocol has it.
    fn instruction(&mut self, source: &StepSource) -> Option<(Text, Map<String, Value>)> {
        let types = [
            ("sale", &source.sale),
            ("buy", &source.buy),
            ("saleReturn", &source.sale_return),
            ("buyReturn", &source.buy_return),
        ];
        for (kind, total) in types {
            if let Some(total) = total {
                return Some((total.clone(), self.registration(kind, total, source)));
            }
        }
        let texts = [
            ("withdraw", "cash", &source.withdraw),
            ("deposit", "cash", &source.deposit),
            ("print", "text", &source.print_text),
            ("print-header", "text", &source.print_header),
            ("bank", "message", &source.card),
            ("bank-result", "trackdocument", &source.card_result),
        ];
        for (word, field, value) in texts {
            let Some(value) = value else { continue };
            let mut instruction = Map::from_iter([("do".to_owned(), json!(word))]);
            instruction.insert(field.to_owned(), self.plain_or_number(field, value));
            if let Some(amount) = &source.amount {
                instruction.insert("amount".to_owned(), json!(self.fill(amount)));
            }
            if let Some(number) = &source.trackdocument {
                instruction.insert("trackdocument".to_owned(), self.plain_or_number("trackdocument", number));
            }
            return Some((value.clone(), instruction));
        }
        let flags = [
            ("x-report", source.x_report),
            ("z-report", source.z_report),
            ("status", source.status),
            ("settle", source.settle),
            ("journal", source.journal),
            ("new-key", source.new_key),
            ("restart", source.restart),
        ];
        let (word, _) = flags.into_iter().find(|(_, flag)| flag.is_some())?;
        let nowhere = Text { text: String::new(), position: Default::default() };
        Some((nowhere, Map::from_iter([("do".to_owned(), json!(word))])))
    }

    /// The number of a card operation is a number in JSON; everything else is text.
    fn plain_or_number(&mut self, field: &str, value: &Text) -> Value {
        if field == "trackdocument" {
            json!(self.number(value, 1, 999_999_999))
        } else {
            json!(self.fill(value))
        }
    }

    fn registration(&mut self, kind: &str, total: &Text, source: &StepSource) -> Map<String, Value> {
        let mut fields = Map::new();
        fields.insert("do".to_owned(), json!("register"));
        fields.insert("type".to_owned(), json!(kind));
        fields.insert("total".to_owned(), json!(self.fill(total)));
        let texts = [
            ("cash", &source.cash),
            ("bank", &source.bank),
            ("tara", &source.tara),
            ("credit", &source.credit),
            ("tax", &source.tax),
            ("print", &source.print),
            ("footer", &source.footer),
        ];
        for (name, value) in texts {
            if let Some(value) = value {
                fields.insert(name.to_owned(), json!(self.fill(value)));
            }
        }
        if let Some(items) = &source.items {
            let items: Vec<Value> = items.iter().map(|item| self.item(item)).collect();
            fields.insert("items".to_owned(), Value::Array(items));
        }
        if let Some(text) = &source.positions {
            let filled = self.fill(text);
            match filled.split_once(" of ").map(|(count, price)| (count.parse::<usize>(), price)) {
                Some((Ok(count), price)) if (1..=1000).contains(&count) => {
                    let item = |number| json!({"name": format!("Item {number}"), "price": price, "qty": "1", "sum": price});
                    fields.insert("items".to_owned(), (1..=count).map(item).collect());
                }
                _ => self.mistake(text, "positions are written `80 of 10`", None),
            }
        }
        fields
    }

    fn item(&mut self, item: &ItemSource) -> Value {
        let mut fields = Map::from_iter([("name".to_owned(), json!(self.fill(&item.name)))]);
        let rest =
            [("price", &item.price), ("qty", &item.qty), ("sum", &item.sum), ("discount", &item.discount)];
        for (name, value) in rest {
            if let Some(value) = value {
                fields.insert(name.to_owned(), json!(self.fill(value)));
            }
        }
        Value::Object(fields)
    }
}

/// Some text of the step, to show its place.
fn first_text(source: &StepSource) -> Option<&Text> {
    [
        &source.sale,
        &source.buy,
        &source.sale_return,
        &source.buy_return,
        &source.withdraw,
        &source.deposit,
        &source.print_text,
        &source.card,
        &source.set,
        &source.clear,
        &source.listen,
        &source.kill,
        &source.expect,
        &source.cites,
    ]
    .into_iter()
    .find_map(|text| text.as_ref())
}
