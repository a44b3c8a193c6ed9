//! Lists of receipts, rows and shifts: what this sequence has added to them, each by the operation that did.

use super::documents::{OWN, Reading};
use super::roles::{Memory, date};
use super::seen::{Fact, Place, Seen};
use super::shapes::{kind, members};
use crate::ledger::reading::number;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

impl Memory {
    /// `cheques`: a receipt each, with its rows.
    pub(super) fn receipts_of(&mut self, name: &str, reading: &Reading<'_>, seen: &mut Seen) {
        let Some(list) = self.list(name, reading, seen) else { return };
        let mut shown = Vec::new();
        for receipt in &list {
            let Some(at) = self.made_by(receipt) else { continue };
            shown.push(at);
            let mut own = members(receipt);
            let rows = own.remove("chequeSales");
            self.row(&format!("{name}: "), at, &own, reading, seen);
            let rows = rows.as_ref().and_then(Value::as_array).cloned().unwrap_or_default();
            let place = self.place(reading, format!("{name}: rows of a receipt"), at);
            seen.0.push((place, Fact::word(rows.len().to_string())));
            for (index, row) in rows.iter().enumerate() {
                self.row(&format!("{name}: row {}: ", few(index)), at, &members(row), reading, seen);
            }
        }
        self.order(name, &shown, reading, seen);
    }

    /// `sales` and `salescheques`: a row each.
    pub(super) fn rows_of(&mut self, name: &str, reading: &Reading<'_>, seen: &mut Seen) {
        let Some(list) = self.list(name, reading, seen) else { return };
        let mut counted: BTreeMap<usize, usize> = BTreeMap::new();
        let mut shown = Vec::new();
        for row in &list {
            let Some(at) = self.made_by(row) else { continue };
            if shown.last() != Some(&at) {
                shown.push(at);
            }
            let index = counted.entry(at).or_default();
            let title = format!("{name}: row {}: ", few(*index));
            *index += 1;
            self.row(&title, at, &members(row), reading, seen);
        }
        for (at, count) in counted {
            let place = self.place(reading, format!("{name}: rows of a receipt"), at);
            seen.0.push((place, Fact::word(count.to_string())));
        }
        self.order(name, &shown, reading, seen);
    }

    /// The list of shifts: those that the sequence has touched.
    pub(super) fn shifts(&mut self, reading: &Reading<'_>, seen: &mut Seen) {
        let Some(list) = self.list("shifts", reading, seen) else { return };
        let number_of = |row: &Value| -> Option<u64> { number(row.get("id")?)?.to_string().parse().ok() };
        let open = |row: &&Value| row.get("opened").and_then(number).is_some_and(|one| !one.is_zero());
        let count = list.iter().filter(open).count();
        let said = format!("{count} open");
        seen.put(reading.channel, "shifts: how many are open", Fact::word(said));
        for row in &list {
            let Some(later) = number_of(row).and_then(|id| id.checked_sub(self.began_in)) else { continue };
            let title = if later == 0 { "the shift it began in" } else { "a new shift" };
            for (member, value) in members(row) {
                let place = Place::new(reading.channel, format!("shifts: {member} of {title}"));
                if OWN.contains(&member.as_str()) {
                    continue;
                }
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                let fact = match (number(&value), date(&text)) {
                    _ if member == "opened" => Fact::word(text),
                    (Some(shown), _) if later > 0 => {
                        let kind = if member == "sales" { "sale" } else { &member };
                        let base = self.fiscal_then.get(kind).copied().unwrap_or_default();
                        Fact::Number { value: shown - base, shown }
                    }
                    (Some(_), _) => continue,
                    (None, Some((form, at))) if later > 0 || member == "closeDate" => {
                        // A shift that was closed before the sequence began tells only how it is written.
                        match later {
                            0 => Fact::word(form),
                            _ => Fact::Date { form, at: self.since(at, reading.now) },
                        }
                    }
                    (None, Some((form, _))) => Fact::word(form),
                    (None, None) => Fact::word(text),
                };
                let place = match later {
                    0 | 1 => place,
                    more => Place { name: format!("{} ({more})", place.name), ..place },
                };
                seen.0.push((place, fact));
            }
        }
    }

    /// The rows, once their members' types are noted.
    fn list(&mut self, name: &str, reading: &Reading<'_>, seen: &mut Seen) -> Option<Vec<Value>> {
        let list = reading.value.as_array().cloned();
        let Some(list) = list else {
            seen.put(reading.channel, format!("{name}: list"), Fact::word(kind(reading.value)));
            return None;
        };
        Some(list)
    }

    /// The operation whose receipt a row belongs to.
    fn made_by(&self, row: &Value) -> Option<usize> {
        let of: u64 = number(row.get("chequeId")?)?.to_string().parse().ok()?;
        self.numbers.iter().rev().find(|one| one.number == of && one.receipt).map(|one| one.at)
    }

    fn place(&self, reading: &Reading<'_>, name: String, at: usize) -> Place {
        Place { channel: reading.channel, name, of: Some(at) }
    }

    /// The members of a row that the operation made.
    fn row(
        &mut self,
        title: &str,
        at: usize,
        row: &Map<String, Value>,
        reading: &Reading<'_>,
        seen: &mut Seen,
    ) {
        for (member, value) in row {
            let place = |what: &str| Place {
                channel: reading.channel,
                name: format!("{title}{what}{member}"),
                of: Some(at),
            };
            seen.0.push((place("type of "), Fact::word(kind(value))));
            if OWN.contains(&member.as_str()) || member == "chequeId" {
                continue;
            }
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let fact = match (member.as_str(), number(value), date(&text)) {
                ("taxId", ..) => Fact::word(match self.default_tax.as_deref() == Some(text.as_str()) {
                    true => "the default tax",
                    false => "another tax",
                }),
                ("chequeType", ..) => Fact::word(text),
                (_, Some(shown), _) => Fact::Number { value: shown, shown },
                (_, None, Some((form, then))) => Fact::Date { form, at: self.since(then, reading.now) },
                _ => Fact::word(text),
            };
            seen.0.push((place(""), fact));
        }
    }

    fn order(&self, name: &str, shown: &[usize], reading: &Reading<'_>, seen: &mut Seen) {
        let mut sorted = shown.to_vec();
        sorted.sort_unstable();
        let word = match () {
            () if shown.len() < 2 => return,
            () if shown == sorted => "rising",
            () if shown.iter().rev().eq(sorted.iter()) => "falling",
            () => "mixed",
        };
        seen.put(reading.channel, format!("{name}: order of the receipts"), Fact::word(word));
    }
}

/// Only the first rows of many are told by number.
fn few(index: usize) -> String {
    if index < 3 { (index + 1).to_string() } else { "after the third".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::super::roles::Numbered;
    use super::super::seen::{Channel, Difference};
    use super::*;
    use rust_decimal::Decimal;
    use serde_json::json;
    use std::time::Duration;

    fn seen(numbers: &[u64], value: &Value) -> Seen {
        let numbers =
            numbers.iter().enumerate().map(|(at, number)| Numbered { number: *number, at, receipt: true });
        let mut memory =
            Memory { numbers: numbers.collect(), default_tax: Some("1".into()), ..Memory::default() };
        let mut seen = Seen::default();
        let path = "/dump/table/shifts/5/cheques";
        memory.document(&Reading { path, channel: Channel::Document, value, now: Duration::ZERO }, &mut seen);
        seen
    }

    fn receipt(number: u64, sum: &str, tax: &str) -> Value {
        json!({"chequeId": number, "chequeType": "0", "chequeDate": "2026-11-25 10:00:00",
            "chequeSales": [{"id": number, "qty": 1, "saleSum": sum.parse::<Decimal>().unwrap().to_string(), "taxId": tax}]})
    }

    #[test]
    fn receipts_of_two_devices_are_matched_by_who_made_them() {
        let new = seen(
            &[70, 71],
            &json!([receipt(5, "1.00", "1"), receipt(70, "10.00", "1"), receipt(71, "20.00", "2")]),
        );
        let old = seen(&[4000, 4001], &json!([receipt(4000, "10.00", "1"), receipt(4001, "20.00", "2")]));
        assert_eq!(Difference::all(&new, &old), []);
        let other = seen(&[70, 71], &json!([receipt(71, "20.00", "2"), receipt(70, "11.00", "1")]));
        let all = Difference::all(&other, &old);
        let told: Vec<(&str, String)> = all.iter().map(|one| (one.place.name.as_str(), one.kind())).collect();
        assert_eq!(
            told,
            [
                ("cheques: row 1: saleSum", "by another amount".to_owned()),
                ("cheques: order of the receipts", "falling / rising".to_owned())
            ]
        );
    }

    #[test]
    fn sums_at_the_opening_of_a_shift_are_counted_from_the_beginning() {
        let entry = |id: u64, sale: &str| json!({"id": id, "opened": 1, "sale": sale});
        let of = |began_in: u64, then: i64, value: Value| {
            let mut memory = Memory { began_in, ..Memory::default() };
            memory.fiscal_then.insert("sale".to_owned(), Decimal::from(then));
            let mut seen = Seen::default();
            let reading = Reading {
                path: "/dump/table/shifts",
                channel: Channel::Document,
                value: &value,
                now: Duration::ZERO,
            };
            memory.document(&reading, &mut seen);
            seen
        };
        let new = of(5, 100, json!([entry(4, "1"), entry(5, "2"), entry(6, "150")]));
        let old = of(90, 7000, json!([entry(90, "2"), entry(91, "7050")]));
        let told: Vec<String> =
            Difference::all(&new, &old).iter().map(|one| one.place.name.clone()).collect();
        assert_eq!(told, ["shifts: how many are open"]);
    }
}
