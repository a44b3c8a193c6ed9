//! Batches of mutants by strangers: each was written from the requirements and the vendor's document
//! alone, to measure at first sight what the suites find that were not written for it.
//!
//! A row's first text is the stranger's own; beside it stands whether the API alone shows it.

pub(super) mod a;
pub(super) mod b;

use super::prelude::*;
use crate::arguments::Arguments;
use crate::books::{Row, Shift, TaxTurnover};
use crate::documents::{minutes, seconds, transaction_entry};
use crate::machine::Machine;
use crate::mutation::Scene;
use crate::online::{OnlineMessage, OnlinePosition};
use crate::printer::Printed;
use crate::reply::Reply;
use ikkm_protocol::{Answer, Method, Params, Registration};
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
