//! Paper and online messages by role: what was sent to be printed, part by part, and the rest.

use super::paper_form::ItemLine;
use super::roles::Memory;
use super::seen::{Channel, Fact, Seen};
use crate::bench::{OnlineMessage, OnlinePosition};
use crate::fuzz::operation::{Call, KeyChoice};
use ikkm_protocol::{Params, Registration};
use serde_json::Value;

/// Where the form of a line that the device makes up is told.
pub(super) const MADE_UP: &str = "paper: form of the line that is made up";

/// What only an external printer does (v22 §8); where one of the two prints on another one, it says nothing.
const OF_EXTERNAL: [&str; 2] = ["--cut--", "--open-cash--"];

/// Texts that a request wants on paper, by their part.
pub(super) struct Wanted(Vec<(&'static str, Vec<String>)>);

impl Wanted {
    /// Of a request, with the header that stands.
    pub fn of(params: &Params, header: &str) -> Wanted {
        let lines = |text: &str| -> Vec<String> {
            text.lines().map(squeezed).filter(|line| !line.is_empty()).collect()
        };
        let text = |name: &str| params.get(name).map(lines).unwrap_or_default();
        let goods: Vec<Value> =
            params.get("itemdata").and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        let names = goods.iter().filter_map(|one| one.get("name")?.as_str()).map(squeezed);
        let names = names.filter(|name| !name.is_empty()).collect();
        Wanted(vec![
            ("header", lines(header)),
            ("print", text("print")),
            ("items", names),
            ("footer", text("footer")),
        ])
    }

    /// Whether a line is so short that it only can be the rest of the one before, broken at the paper's width.
    fn goes_on(&self, part: &str, before: &str, line: &str) -> bool {
        let joined = format!("{before}{line}").replace(' ', "");
        let texts = self.0.iter().filter(|(known, _)| *known == part).flat_map(|(_, texts)| texts);
        line.chars().count() <= 2 && texts.clone().any(|text| text.replace(' ', "").contains(&joined))
    }

    /// The part that a line belongs to.
    fn part(&self, line: &str) -> &'static str {
        let belongs = |text: &&String| line.contains(text.as_str()) || line.len() > 1 && text.contains(line);
        let found = self.0.iter().find(|(_, texts)| texts.iter().any(|text| belongs(&text)));
        found.map_or("rest", |(part, _)| *part)
    }
}

impl Memory {
    /// What a request put on paper.
    pub(super) fn paper(&mut self, call: Option<&Call>, params: &Params, lines: &[String], seen: &mut Seen) {
        let wanted = Wanted::of(params, &self.header);
        let report = call.is_some_and(|call| ["/apixreport", "/apizreport"].contains(&call.path));
        let mut parts: Vec<(&'static str, Vec<String>)> = Vec::new();
        let mut order: Vec<&'static str> = Vec::new();
        let made_up = self.made_up(call, params);
        let mut before = String::new();
        let own_printer = !self.mode_is_set && !self.like_printers;
        for line in lines.iter().filter(|line| !own_printer || !OF_EXTERNAL.contains(&line.trim())) {
            let line = squeezed(line);
            let part = match order.last() {
                Some(part) if wanted.goes_on(part, &before, &line) => part,
                _ => match wanted.part(&line) {
                    // Also of goods that the device makes up.
                    "rest" if ItemLine::read(&line.replace(' ', "")).is_some() => "items",
                    part => part,
                },
            };
            before.clone_from(&line);
            if order.last() != Some(&part) {
                order.push(part);
            }
            let line = if part == "rest" { self.own_numbers(&self.own_taxes(&line), report) } else { line };
            // Blanks are the paper's.
            let line = line.replace(' ', "");
            let line = match part {
                "rest" | "items" => self.in_any_form(line, made_up.as_ref(), seen),
                _ => line,
            };
            match parts.iter_mut().find(|(known, _)| *known == part) {
                Some((_, lines)) => lines.push(line),
                None => parts.push((part, vec![line])),
            }
        }
        let some = if lines.is_empty() { "nothing" } else { "something" };
        seen.put(Channel::Paper, "paper", Fact::word(some));
        for (part, lines) in parts {
            // Lines may be broken at another width.
            let joint = if part == "rest" { " / " } else { "" };
            seen.put(Channel::Paper, format!("paper: {part}"), Fact::word(lines.join(joint)));
        }
        if order.len() > 1 {
            seen.put(Channel::Paper, "paper: order", Fact::word(order.join(", ")));
        }
    }

    /// Whether a line of goods is one that the device makes up, and for which type. Of a duplicate it is the last one's.
    fn made_up(&self, call: Option<&Call>, params: &Params) -> Option<MadeUp> {
        let call = call?;
        let again = call.path != "/api/" || call.key != KeyChoice::Current;
        let params = if again { &self.last.as_ref()?.params } else { &params.0 };
        let named = params.iter().find_map(|(name, _)| Registration::from_wire(name));
        let kind = named.filter(|_| params.iter().all(|(name, _)| name != "itemdata"))?.wire();
        Some(MadeUp { kind, again })
    }

    /// A line without what is only this device's way of writing amounts, which is told once for itself.
    fn in_any_form(&mut self, line: String, made_up: Option<&MadeUp>, seen: &mut Seen) -> String {
        let Some(item) = ItemLine::read(&line) else { return self.form.without(&line, None) };
        let made_up = made_up.filter(|_| item.is_one());
        let new = made_up.filter(|made_up| !made_up.again).map(|made_up| made_up.kind);
        self.form.learn(&item, new);
        if new.is_some() {
            seen.put(Channel::Paper, MADE_UP, Fact::word(self.form.told(&item)));
        }
        self.form.without(&line, made_up.map(|made_up| made_up.kind))
    }

    /// A line in which a tax has its role for its name; the longest name that fits is meant.
    fn own_taxes(&self, line: &str) -> String {
        let named = self.taxes.iter().zip(self.names.iter().map(|name| squeezed(name)));
        let found = named.filter(|(_, name)| !name.is_empty() && line.contains(name.as_str()));
        match found.max_by_key(|(_, name)| name.len()) {
            Some((id, name)) => line.replace(&name, &format!("<{} tax>", self.tax_role(id))),
            None => line.to_owned(),
        }
    }

    /// A line without the numbers that are the device's own: of receipts, and in reports all of them.
    fn own_numbers(&self, line: &str, all: bool) -> String {
        let words = line.split(' ').map(|word| {
            let number = word.parse::<u64>().ok();
            let own = number.is_some_and(|number| {
                Some(number) == self.number_before || self.numbers.iter().any(|one| one.number == number)
            });
            let figure = word.starts_with(|first: char| first.is_ascii_digit() || first == '-');
            if own || all && figure { "#" } else { word }
        });
        words.collect::<Vec<_>>().join(" ")
    }

    /// What a request sent to the tax committee.
    pub(super) fn online(&self, messages: &[OnlineMessage], seen: &mut Seen) {
        let named: Vec<&OnlineMessage> = messages.iter().collect();
        let joined = |of: &dyn Fn(&OnlineMessage) -> String| {
            named.iter().map(|message| of(message)).collect::<Vec<_>>().join(", ")
        };
        seen.put(Channel::Online, "online: messages", Fact::word(named.len().to_string()));
        if named.is_empty() {
            return;
        }
        seen.put(Channel::Online, "online: types", Fact::word(joined(&|message| message.kind.clone())));
        seen.put(Channel::Online, "online: totals", Fact::word(joined(&|message| message.total.clone())));
        let positions = joined(&|message| {
            let name = |row: &OnlinePosition| self.own_taxes(&row.name);
            let rows = message.positions.iter().map(|row| format!("{} {} {}", name(row), row.qty, row.sum));
            rows.collect::<Vec<_>>().join("; ")
        });
        seen.put(Channel::Online, "online: positions", Fact::word(positions));
    }
}

/// What line the device makes up for a registration that names no goods.
struct MadeUp {
    /// Of which type.
    kind: &'static str,
    /// It may be printed again.
    again: bool,
}

/// Blanks and dots that only fill a line are one blank.
fn squeezed(line: &str) -> String {
    line.split_whitespace()
        .filter(|word| !word.chars().all(|symbol| symbol == '.'))
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::super::roles::Numbered;
    use super::super::seen::{Difference, Place};
    use super::*;
    use crate::fuzz::form::Form;

    fn seen(number: u64, lines: &[&str]) -> Seen {
        let params =
            Params([("print", "Hello you"), ("footer", "Bye")].map(|(n, v)| (n.into(), v.into())).into());
        let numbers = vec![Numbered { number, at: 0, receipt: true }];
        let mut memory = Memory { numbers, header: "Shop".to_owned(), ..Memory::default() };
        let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
        let mut seen = Seen::default();
        memory.paper(None, &params, &lines, &mut seen);
        seen
    }

    #[test]
    fn paper_is_compared_part_by_part() {
        let old = seen(4, &["Shop", "RECEIPT 4", "Hello you", "TOTAL 5", "Bye"]);
        let same = seen(77, &["Shop", "RECEIPT   77", "Hello", "you", "TOTAL ... 5", "Bye"]);
        let told = |other: &Seen| -> Vec<String> {
            Difference::all(other, &old).iter().map(|one| one.place.name.clone()).collect()
        };
        assert_eq!(told(&same), [""; 0], "lines may be broken anywhere");
        let no_footer = seen(77, &["Shop", "RECEIPT 77", "Hello you", "TOTAL 5"]);
        assert_eq!(told(&no_footer), ["paper: order", "paper: footer"]);
        let total = seen(77, &["Shop", "RECEIPT 77", "Hello you", "TOTAL 6", "Bye"]);
        assert_eq!(told(&total), ["paper: rest"]);
    }

    #[test]
    fn a_duplicate_has_the_word_of_what_was_registered_last() {
        let call = |name: &str, key| {
            let mut call = Call::with("/api/", Form::Query, &[(name, "5"), ("cash", "5")]);
            call.key = key;
            call
        };
        let mut memory = Memory { last: Some(call("sale", KeyChoice::Current)), ..Memory::default() };
        let mut items = |call: &Call, line: &str| {
            let mut seen = Seen::default();
            memory.paper(Some(call), &Params(call.params.clone()), &[line.to_owned()], &mut seen);
            let is = |(place, _): &&(Place, Fact)| place.name == "paper: items";
            seen.0.iter().find(is).map(|(_, fact)| fact.to_string()).unwrap_or_default()
        };
        assert_eq!(items(&call("sale", KeyChoice::Current), "Sale 1 x 5 = 5"), "<type>1x5=5");
        // A repeat that names another type prints the last receipt, and teaches no word for that type.
        assert_eq!(items(&call("buy", KeyChoice::Previous), "Sale 1 x 5 = 5"), "<type>1x5=5");
        assert_eq!(items(&call("buy", KeyChoice::Current), "Buy 1 x 5 = 5"), "<type>1x5=5");
    }

    #[test]
    fn a_tax_has_its_role_for_its_name_and_an_own_printer_cuts_as_it_likes() {
        let told = |ids: [&str; 2], names: [&str; 2], lines: &[&str], like_printers: bool| {
            let mut memory = Memory {
                taxes: ids.map(str::to_owned).into(),
                names: names.map(str::to_owned).into(),
                default_tax: Some(ids[0].to_owned()),
                like_printers,
                ..Memory::default()
            };
            let mut seen = Seen::default();
            let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
            memory.paper(None, &Params::new(), &lines, &mut seen);
            seen
        };
        let vat = told(["1", "2"], ["VAT 12%", "VAT"], &["VAT 12% 10.8", "--cut--"], false);
        assert_eq!(vat, told(["8", "9"], ["НДС 12%", "без НДС"], &["НДС 12% 10.8"], false));
        assert_ne!(vat, told(["1", "2"], ["VAT 12%", "VAT"], &["VAT 12% 10.8", "--cut--"], true));
        assert_ne!(vat, told(["8", "9"], ["без НДС", "НДС 12%"], &["НДС 12% 10.8"], false), "another tax");
    }
}
