//! Batches of mutants by strangers: each was written from the requirements and the vendor's document
//! alone, to measure at first sight what the suites find that were not written for it.
//!
//! A row's first text is the stranger's own; beside it stands whether the API alone shows it.

pub(super) mod a;
pub(super) mod b;
pub(super) mod c;
pub(super) mod d;
pub(super) mod e;
pub(super) mod f;
pub(super) mod fuzz_a;
pub(super) mod fuzz_b;
pub(super) mod fuzz_c;
pub(super) mod g;
pub(super) mod h;
pub(super) mod i;
pub(super) mod j;
pub(super) mod k;
pub(super) mod l;
pub(super) mod m;
pub(super) mod n;

use super::prelude::*;
use crate::arguments::Arguments;
use crate::books::{Books, Receipt, Row, Shift, TaxTurnover};
use crate::documents::receipts::document as receipts;
use crate::documents::{minutes, seconds, transaction_entry};
use crate::machine::Machine;
use crate::mutation::{Mutation, Scene};
use crate::online::{OnlineMessage, OnlinePosition};
use crate::printer::Printed;
use crate::reply::Reply;
use ikkm_protocol::{Answer, Key, Method, Params, Registration};
use rust_decimal::prelude::ToPrimitive;
use time::{Duration as TimeSpan, PrimitiveDateTime};

/// An amount as the device reads it.
fn amount(machine: &Machine, text: Option<&str>) -> Option<Decimal> {
    machine.behaviour.numbers.amount(text?, Decimal::ZERO).ok()
}

/// A bar code's command, printed as words.
fn as_words(text: &str) -> String {
    text.trim_matches('-').to_owned()
}

/// The shift that the path names.
fn shift_of_path(machine: &Machine) -> Option<&Shift> {
    let id = machine.circumstances.path.split('/').find_map(|part| part.parse().ok())?;
    machine.books.shift(id)
}

/// The request without a parameter.
fn without_parameter(arguments: &Arguments, name: &str) -> Arguments {
    let mut other = arguments.clone();
    drop(&mut other.all, name);
    other
}

/// The request with another value of a parameter.
fn with_parameter(arguments: &Arguments, name: &str, value: &str) -> Arguments {
    let mut other = arguments.clone();
    edit(&mut other.all, name, |_| value.to_owned());
    other
}

/// Books a registration, keeps the key, and refuses all the same.
fn book_and_refuse(
    machine: &mut Machine,
    arguments: &Arguments,
    now: PrimitiveDateTime,
    refusal: Refusal,
) -> Result<Reply, Refusal> {
    let keys = machine.keys.clone();
    machine.register(arguments, now)?;
    machine.keys = keys;
    Err(refusal)
}

/// The total that was asked for enters the fiscal memory and the shift, and nothing else.
fn book_total(machine: &mut Machine, now: PrimitiveDateTime) {
    let heard = machine.circumstances.heard.clone();
    let kind = Registration::ALL.into_iter().find(|kind| heard.get(kind.wire()).is_some());
    if let Some(kind) = kind
        && let Some(total) = amount(machine, heard.get(kind.wire()))
    {
        machine.begin_shift(now);
        machine.books.fiscal[kind] += total;
        in_open_shift(&mut machine.books, |shift| {
            shift.sums[kind] += total;
            shift.counts[kind] += 1;
        });
    }
}

/// What is paid without cash, in hundredths.
fn non_cash(params: &Params) -> i64 {
    ["bank", "tara", "credit"].iter().filter_map(|name| hundredths(params, name)).sum()
}

/// Does something under another limit of numbers.
fn with_limit<R>(machine: &mut Machine, limit: i64, act: impl FnOnce(&mut Machine) -> R) -> R {
    machine.behaviour.numbers.limit = Some(Decimal::from(limit));
    let done = act(machine);
    machine.behaviour.numbers.limit = None;
    done
}

/// Registers what the drawer could pay if it held so much.
fn register_from(
    machine: &mut Machine,
    drawer: Decimal,
    arguments: &Arguments,
    now: PrimitiveDateTime,
) -> Result<Reply, Refusal> {
    let more = (drawer - machine.books.drawer).max(Decimal::ZERO);
    machine.books.drawer += more;
    let reply = machine.register(arguments, now);
    machine.books.drawer -= more;
    reply
}

/// A registration whose cash falls short beside other payments is taken; the drawer gets the cash alone.
fn short_of(
    machine: &mut Machine,
    arguments: &Arguments,
    kind: &str,
    others: i64,
    now: PrimitiveDateTime,
) -> Option<Result<Reply, Refusal>> {
    let (total, cash) = (hundredths(&arguments.all, kind)?, hundredths(&arguments.all, "cash")?);
    let missing = total - others - cash;
    if missing <= 0 {
        return None;
    }
    let reply = machine.register(&with_parameter(arguments, "cash", &text(total - others)), now);
    if reply.is_ok() {
        machine.books.drawer -= Decimal::new(missing, 2);
    }
    Some(reply)
}

/// Counts in a note.
fn count(machine: &mut Machine, note: &'static str) {
    let notes = &mut machine.circumstances.notes;
    let count: u64 = notes.get(note).and_then(|count| count.parse().ok()).unwrap_or_default();
    notes.insert(note, (count + 1).to_string());
}

/// What was counted in a note.
fn counted(scene: &Scene<'_>, note: &str) -> u64 {
    scene.circumstances.notes.get(note).and_then(|count| count.parse().ok()).unwrap_or_default()
}

/// Keeps a parameter of a registration as a note; forgets it after one without.
fn note_parameter(machine: &mut Machine, params: &Params, name: &'static str) {
    let notes = &mut machine.circumstances.notes;
    match params.get(name) {
        Some(value) => notes.insert(name, value.to_owned()),
        None => notes.remove(name),
    };
}

/// The elements of `itemdata`.
fn elements(params: &Params) -> Vec<Value> {
    params.get("itemdata").and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

/// Of the lines of that part so many are there, at the most.
fn at_most(most: usize, part: Part, mut lines: Vec<Printed>) -> Vec<Printed> {
    let mut printed = 0;
    lines.retain(|line| {
        printed += usize::from(line.part == part);
        line.part != part || printed <= most
    });
    lines
}

/// The lines of a part stand before the line that `place` names among the others, or last.
fn moved(lines: Vec<Printed>, part: Part, place: impl Fn(&[Printed]) -> Option<usize>) -> Vec<Printed> {
    let (own, mut others): (Vec<_>, Vec<_>) = lines.into_iter().partition(|line| line.part == part);
    let place = place(&others).unwrap_or(others.len());
    others.splice(place..place, own);
    others
}

/// `print` text comes after the rows.
fn print_after_rows(_: &Scene<'_>, lines: Vec<Printed>) -> Vec<Printed> {
    let behind = |row: usize| row + 1;
    moved(lines, Part::Print, |others| others.iter().rposition(|line| line.part == Part::Row).map(behind))
}

/// The footer stands above the rows.
fn footer_above_rows(_: &Scene<'_>, lines: Vec<Printed>) -> Vec<Printed> {
    moved(lines, Part::Footer, |others| others.iter().position(|line| line.part == Part::Row))
}

/// A key of too few digits, noted as `short`: it is given without its first one, and taken only so.
const GIVES_SHORT_KEY: Mutation = After(
    &[Done, Noted("short")],
    By(|m, _, a, _| {
        if a.body == m.keys.current().as_str().as_bytes() {
            a.body.remove(0);
        }
    }),
);
const TAKES_SHORT_KEY: Mutation = TakesKey(&[
    Noted("short"),
    Test(By(|s| s.key.is_some_and(|key| Some(key.given) == key.current.as_str().get(1..)))),
]);
const REFUSES_WHOLE_KEY: Mutation =
    RefusesKey(&[Noted("short"), Test(By(|s| s.key.is_some_and(|key| key.given == key.current.as_str())))]);

/// A note stands, or does not.
fn mark(machine: &mut Machine, note: &'static str, stands: bool) {
    match stands {
        true => machine.circumstances.notes.insert(note, String::new()),
        false => machine.circumstances.notes.remove(note),
    };
}

/// The row of a receipt without goods shows the cash that was given for the total, in either form of a number.
fn cash_shown_for_total(scene: &Scene<'_>, mut lines: Vec<Printed>) -> Vec<Printed> {
    let both = hundredths(scene.params, "sale").zip(hundredths(scene.params, "cash"));
    let Some((total, cash)) = both else { return lines };
    let twice = |number: String| format!("{number} = {number}");
    let long = |value: i64| Decimal::new(value, 2).to_string();
    for line in lines.iter_mut().filter(|line| line.part == Part::Row) {
        let short = line.text.replace(&twice(text(total)), &twice(text(cash)));
        line.text = short.replace(&twice(long(total)), &twice(long(cash)));
    }
    lines
}

/// All cuts but the first are lost.
fn first_cut_only(mut lines: Vec<Printed>) -> Vec<Printed> {
    let mut cuts = 0;
    lines.retain(|line| {
        let is_cut = line.text == "--cut--";
        cuts += usize::from(is_cut);
        !is_cut || cuts == 1
    });
    lines
}

/// Cash that is less than a tenge above the total of a return is the total.
fn small_change_of_returns(params: &mut Params) {
    for kind in ["saleReturn", "buyReturn"] {
        if let (Some(1..=99), Some(total)) = (gap(params, kind, "cash"), hundredths(params, kind)) {
            edit(params, "cash", |_| text(total));
        }
    }
}

/// The receipt that a row of a document belongs to.
fn receipt_of<'s>(shift: &'s Shift, row: &Value) -> Option<&'s Receipt> {
    let number = row["chequeId"].as_u64();
    shift.receipts.iter().find(|receipt| Some(receipt.number) == number)
}

/// The dates of receipts in the time of Greenwich.
fn dates_in_utc(machine: &Machine, rows: &mut Value) {
    let Some(shift) = shift_of_path(machine) else { return };
    each(rows, |row| {
        if let Some(receipt) = receipt_of(shift, row) {
            set(row, "chequeDate", seconds(receipt.at.saturating_sub(TimeSpan::hours(5))));
        }
    });
}

/// Rows stand by the type of their receipt.
fn group_by_type(machine: &Machine, rows: &mut Value) {
    let Some(shift) = shift_of_path(machine) else { return };
    let place = |row: &Value| {
        let receipt = receipt_of(shift, row)?;
        Registration::ALL.iter().position(|kind| *kind == receipt.kind)
    };
    list(rows, |rows| rows.sort_by_key(|row| place(row).unwrap_or(usize::MAX)));
}

/// Notes which receipts wait to be sent.
fn note_queue(machine: &mut Machine, note: &'static str) {
    let numbers: Vec<String> = machine.books.queued_numbers().iter().map(u64::to_string).collect();
    machine.circumstances.notes.insert(note, numbers.join(" "));
}

/// Of the messages that waited and were just sent, all but the first wait again, and did not reach anybody.
fn all_but_first_wait(machine: &mut Machine) {
    if machine.books.queued() > 0 {
        return;
    }
    let noted = machine.circumstances.notes.get("waiting").cloned().unwrap_or_default();
    let others: Vec<u64> = noted.split(' ').skip(1).filter_map(|number| number.parse().ok()).collect();
    machine.online.truncate(machine.online.len().saturating_sub(others.len()));
    others.into_iter().for_each(|number| machine.books.queue_again(number));
}

/// `totalAmount` takes successful refunds off.
fn refunds_taken_off(card: &mut Value) {
    let signed = |detail: &Value| match detail["operationType"] == "refund" {
        true => -number(detail, "amount"),
        false => number(detail, "amount"),
    };
    let sum: Decimal = details(card).iter().filter(|one| one["result"] == "success").map(signed).sum();
    set(card, "totalAmount", crate::number::money(sum).to_string());
}

/// `totalAmount` is the amount of the last success.
fn total_of_last(card: &mut Value) {
    let all = details(card);
    if let Some(last) = all.iter().rev().find(|one| one["result"] == "success") {
        set(card, "totalAmount", last["amount"].clone());
    }
}

/// A card document has each operation once that differs by amount, kind or result.
fn like_operations_once(card: &mut Value) {
    let mut kept: Vec<Value> = Vec::new();
    for one in details(card) {
        let alike = |other: &Value| {
            ["amount", "operationType", "result"].into_iter().all(|field| other[field] == one[field])
        };
        if !kept.iter().any(alike) {
            kept.push(one);
        }
    }
    let paid = kept.iter().filter(|one| one["result"] == "success").map(|one| number(one, "amount"));
    set(card, "totalAmount", crate::number::money(paid.sum()).to_string());
    set(card, "foundTransactions", kept.len().to_string());
    set(card, "details", kept);
}
