//! The device's books, read from its own documents before and after a scenario.

use crate::embedded::bench::own_name;
use ikkm_emulator::{Action, Device, Machine, Reaction};
use ikkm_harness::bench::ConditionName;
use ikkm_harness::client::trace::{BookedReceipt, Books};
use ikkm_protocol::{Method, Params, WireRequest, parse_plain};
use rust_decimal::Decimal;
use serde_json::Value;
use std::net::{IpAddr, Ipv4Addr};
use time::PrimitiveDateTime;

const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// The books when all is over: what stands in the way of reading them is cleared first.
pub fn device_books(device: &Device) -> Books {
    device.with(|machine, now| {
        for name in ConditionName::ALL {
            // Nothing happens where it does not stand.
            let _ = machine.clear(own_name(name), now);
        }
        let _ = machine.act(Action::FinishBank { success: false }, now);
        books(machine, now)
    })
}

/// The books, from the device's own documents.
pub fn books(machine: &mut Machine, now: PrimitiveDateTime) -> Books {
    let mut books = Books::default();
    let taxes = document(machine, now, "/dump/table/taxes");
    if let Value::Object(taxes) = taxes {
        books.taxes = taxes.into_iter().map(|(id, name)| (id, plain(&name))).collect();
    }
    let shifts = document(machine, now, "/dump/table/shifts");
    for shift in shifts.as_array().into_iter().flatten() {
        let id = shift.get("id").map(plain).unwrap_or_default();
        if shift.get("opened").map(plain).as_deref() == Some("0") {
            books.closed_shifts += 1;
        }
        let report = document(machine, now, &format!("/dump/table/shifts/{id}/report"));
        let count = |name: &str| report.get(name).map(plain).and_then(|text| text.parse().ok()).unwrap_or(0);
        books.deposits += count("cashInDocCount");
        books.withdrawals += count("cashOutDocCount");
        let cheques = document(machine, now, &format!("/dump/table/shifts/{id}/cheques"));
        books.receipts.extend(cheques.as_array().into_iter().flatten().map(receipt));
    }
    books.receipts.sort_by_key(|receipt| receipt.number.parse::<u64>().unwrap_or(0));
    books
}

fn receipt(cheque: &Value) -> BookedReceipt {
    let rows = cheque.get("chequeSales").and_then(Value::as_array);
    let sums = rows.into_iter().flatten().filter_map(|row| row.get("saleSum").map(plain));
    let total: Decimal = sums.filter_map(|sum| parse_plain(&sum).ok()).sum();
    let tax = rows.and_then(|rows| rows.first()).and_then(|row| row.get("taxId"));
    let kind = match cheque.get("chequeType").map(plain).as_deref() {
        Some("0") => "sale",
        Some("1") => "buy",
        Some("2") => "saleReturn",
        _ => "buyReturn",
    };
    BookedReceipt {
        number: cheque.get("chequeId").map(plain).unwrap_or_default(),
        kind: kind.to_owned(),
        total: total.normalize().to_string(),
        tax: tax.map(plain).unwrap_or_default(),
    }
}

/// A JSON document of the device; null where it refuses.
fn document(machine: &mut Machine, now: PrimitiveDateTime, path: &str) -> Value {
    let mut parameters = Params::new();
    parameters.push("key", machine.key().as_str());
    let request = WireRequest::new(Method::Get, path, &parameters);
    match machine.handle(&request, LOOPBACK, now) {
        Reaction::Answer(answer) => serde_json::from_slice(&answer.body).unwrap_or_default(),
        Reaction::Silence => Value::Null,
    }
}

/// A scalar as text, without quotes.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Somebody else sells at the device; gives the receipts' numbers.
pub fn foreign_sales(machine: &mut Machine, count: u32, now: PrimitiveDateTime) -> Vec<String> {
    let mut numbers = Vec::new();
    for _ in 0..count {
        let mut parameters = Params::new();
        parameters.push("key", machine.key().as_str());
        parameters.push("sale", "1");
        parameters.push("cash", "1");
        let request = WireRequest::new(Method::Get, "/api/", &parameters);
        if let Reaction::Answer(answer) = machine.handle(&request, LOOPBACK, now) {
            numbers.extend(answer.receipt().map(|number| number.to_string()));
        }
    }
    numbers
}
