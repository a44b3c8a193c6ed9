//! The open questions and requirements that a difference comes nearest to, where the judge finds nothing
//! wrong with either device: by what was asked, and by where they differ.

use super::common::has_thirds;
use super::kinds::Kind;
use super::seen::Channel;
use crate::conditions::{Condition, ConditionName};
use crate::fuzz::form::{Form, Mangle};
use crate::fuzz::operation::{Call, KeyChoice, Operation};
use crate::ledger::written::{NumberForm, read};

/// Lines, the nearest first. Questions stand before requirements: what is open may differ.
pub(super) fn lines(
    kind: &Kind,
    operations: &[Operation],
    shown_by: Option<&Operation>,
) -> Vec<&'static str> {
    let mut lines = Vec::new();
    match kind.channel {
        Channel::Answer => answer(kind, operations, shown_by, &mut lines),
        Channel::Head => lines.extend(match kind.place.as_str() {
            "Date" => ["Q-WIRE-3", "WIRE-1"],
            place if place.starts_with("Content-Type") => ["Q-WIRE-3", "WIRE-1"],
            place if place.starts_with("reason") => ["Q-WIRE-7", "WIRE-1"],
            _ => ["WIRE-1", "WIRE-1"],
        }),
        Channel::Document | Channel::Books => document(kind, operations, shown_by, &mut lines),
        Channel::Paper => paper(kind, operations, shown_by, &mut lines),
        Channel::Online => online(kind, operations, &mut lines),
    }
    lines.dedup();
    lines
}

fn call_of(operation: Option<&Operation>) -> Option<&Call> {
    match operation {
        Some(Operation::Call(call)) => Some(call),
        _ => None,
    }
}

fn calls(operations: &[Operation]) -> impl Iterator<Item = &Call> {
    operations.iter().filter_map(|operation| call_of(Some(operation)))
}

/// A tax is named, or the default one comes on top.
fn by_tax(operations: &[Operation]) -> bool {
    let on_top = |condition: &Condition| condition.name() == ConditionName::TaxOnTop;
    operations.iter().any(|one| match one {
        Operation::Establish(condition) => on_top(condition),
        Operation::Call(call) => {
            call.under.as_ref().is_some_and(on_top) || call.params.iter().any(|(name, _)| name == "tax")
        }
        _ => false,
    })
}

fn zs(operations: &[Operation]) -> bool {
    calls(operations).any(|call| call.path == "/apizreport")
}

fn restarts(operations: &[Operation]) -> bool {
    let reboots = |call: &Call| call.path == "/apimanage/";
    operations.iter().any(|one| matches!(one, Operation::Restart)) || calls(operations).any(reboots)
}

fn waits(operations: &[Operation]) -> u64 {
    let of = |one: &Operation| if let Operation::Wait(seconds) = one { *seconds } else { 0 };
    operations.iter().map(of).sum()
}

fn answer(
    kind: &Kind,
    operations: &[Operation],
    shown_by: Option<&Operation>,
    lines: &mut Vec<&'static str>,
) {
    let Some(call) = call_of(shown_by) else {
        lines.extend(match shown_by {
            Some(Operation::Card(_)) => ["Q-BANK-1", "Q-BANK-3", "BANK-1"],
            _ => ["Q-CHK-1", "Q-SHIFT-3", "CHK-1"],
        });
        return;
    };
    if let Form::Mangled(how) = call.form {
        lines.extend(match how {
            Mangle::BlankName | Mangle::NoValue | Mangle::Semicolon => ["Q-WIRE-6", "WIRE-10"],
            _ => ["WIRE-10", "Q-WIRE-6"],
        });
    }
    if !call.form.is_promised() || call.doubled() {
        lines.push("Q-WIRE-4");
    }
    key(call, operations, lines);
    if let Some(condition) = call.under {
        lines.extend(match condition.name() {
            ConditionName::BatteryLow => ["Q-PRN-3", "Q-CHK-1"],
            ConditionName::OrdinaryCashier | ConditionName::OtherCashier => ["Q-SHIFT-3", "Q-CHK-1"],
            _ => ["Q-CHK-1", "Q-REG-2"],
        });
    }
    if waits(operations) > 80_000 {
        lines.push("Q-SHIFT-2");
    }
    let has = |name: &str| call.params.iter().any(|(known, _)| known == name);
    match call.path {
        "/api/" => registration(kind, call, has, operations, lines),
        "/apideposit" | "/apiwithdraw" => {
            lines.extend([
                "Q-PAY-5",
                "Q-CASH-1",
                "Q-SHIFT-3",
                "Q-SHIFT-1",
                "Q-WIRE-5",
                "Q-WIRE-2",
                "Q-WIRE-6",
                "CASH-1",
            ]);
        }
        "/apizreport" => lines.extend(["Q-SHIFT-1", "Q-SHIFT-4", "Q-SHIFT-3", "Q-WIRE-6", "SHIFT-2"]),
        "/apixreport" => lines.extend(["Q-SHIFT-1", "Q-SHIFT-3", "Q-SHIFT-2", "Q-WIRE-6", "SHIFT-1"]),
        "/apiprint" => {
            if call.params.iter().any(|(_, text)| text.contains("--barcode")) {
                lines.push("Q-PRN-1");
            }
            lines.extend(["Q-PRN-2", "Q-PRN-4", "Q-WIRE-7", "PRN-1"]);
        }
        "/apicheck" => lines.extend(["Q-CHK-1", "Q-CASH-1", "CHK-1"]),
        "/apicheck/" => {
            if has("printHeader") {
                lines.extend(["Q-ITEM-1", "Q-PRN-2"]);
            }
            lines.extend(["Q-MGMT-1", "Q-MGMT-2", "Q-WIRE-7", "Q-WIRE-6", "MGMT-1"]);
        }
        "/apicheck/printLastDocument" => lines.extend(["Q-PRN-4", "Q-CASH-1", "PRN-7"]),
        "/apimanage/" => lines.extend(["Q-MGMT-1", "Q-WIRE-7", "MGMT-1"]),
        "/apibank/" => lines.extend(["Q-BANK-1", "Q-BANK-3", "BANK-4"]),
        "/apinothing" => lines.extend(["Q-DUMP-3", "Q-WIRE-6", "ERR-incorrect-method"]),
        path if path.starts_with("/dump/bank/") => lines.extend(["Q-BANK-3", "Q-SHIFT-3", "BANK-3"]),
        path if path.starts_with("/dump/") => lines.extend(["Q-DUMP-3", "Q-SHIFT-3", "DUMP-2"]),
        _ => lines.extend(["Q-WIRE-6", "CHK-1"]),
    }
}

fn key(call: &Call, operations: &[Operation], lines: &mut Vec<&'static str>) {
    if call.params.iter().any(|(name, _)| name == "key") {
        lines.push("Q-KEY-4");
    }
    match call.key {
        KeyChoice::Previous if call.path == "/api/" => {
            if zs(operations) || restarts(operations) {
                lines.push("Q-KEY-2");
            }
            lines.extend(["Q-KEY-1", "Q-KEY-3", "KEY-5"]);
        }
        KeyChoice::Current => {}
        KeyChoice::Missing => lines.extend(["Q-REG-2", "KEY-1"]),
        KeyChoice::Previous | KeyChoice::Older | KeyChoice::Wrong => lines.extend(["Q-REG-2", "KEY-2"]),
    }
}

fn registration(
    kind: &Kind,
    call: &Call,
    has: impl Fn(&str) -> bool,
    operations: &[Operation],
    lines: &mut Vec<&'static str>,
) {
    // Only the number of an answer that both gave.
    if kind.how.matches("200,").count() == 2 {
        lines.extend(["Q-CASH-1", "REG-10"]);
        return;
    }
    let amounts = ["sale", "buy", "saleReturn", "buyReturn", "cash", "bank", "tara", "credit"];
    let amounts: Vec<&str> = call
        .params
        .iter()
        .filter(|(name, _)| amounts.contains(&name.as_str()))
        .map(|(_, text)| text.as_str())
        .collect();
    if has("itemdata") {
        lines.extend(["Q-ITEM-1", "Q-ITEM-2"]);
    }
    if has("print") || has("footer") {
        lines.extend(["Q-ITEM-1", "Q-PRN-1", "Q-PRN-2"]);
    }
    if amounts.iter().any(|text| !matches!(read(text), NumberForm::Plain(_))) {
        lines.push("Q-WIRE-5");
    }
    if kind.how.contains("-one ") || kind.how.contains("20mil") {
        lines.extend(["Q-REG-1", "Q-WIRE-2"]);
    }
    if amounts.iter().any(|text| text.contains('.')) {
        lines.extend(["Q-WIRE-2", "Q-WIRE-1", "Q-WIRE-8"]);
    }
    if amounts.iter().any(|text| text.trim_start().starts_with('-')) {
        lines.push("Q-PAY-5");
    }
    let pays = ["cash", "bank", "tara", "credit"].into_iter().filter(|name| has(name)).count();
    if pays > 1 {
        lines.push("Q-PAY-3");
    }
    if has("saleReturn") || has("buyReturn") {
        lines.extend(["Q-PAY-4", "Q-PAY-2"]);
    }
    if has("buy") || has("saleReturn") {
        lines.push("Q-PAY-2");
    }
    if kind.how.contains("-hq-sale") {
        lines.push("Q-PAY-1");
    }
    lines.extend(["Q-REG-2", "Q-WIRE-10", "Q-WIRE-6"]);
    if by_tax(operations) {
        lines.push("Q-TAX-1");
    }
    if zs(operations) {
        lines.push("Q-SHIFT-1");
    }
    lines.push("REG-1");
}

fn document(
    kind: &Kind,
    operations: &[Operation],
    shown_by: Option<&Operation>,
    lines: &mut Vec<&'static str>,
) {
    let place = kind.place.as_str();
    let has = |part: &str| place.contains(part);
    let fraction = calls(operations)
        .any(|call| call.params.iter().any(|(name, text)| name != "print" && text.contains('.')));
    if place.starts_with("card result") || matches!(shown_by, Some(Operation::Card(_))) && !has(": answer") {
        lines.extend(["Q-BANK-2", "Q-BANK-1", "Q-BANK-3", "BANK-3"]);
    }
    if has(": answer") || has("found by") {
        lines.extend(["Q-DUMP-2", "Q-DUMP-3", "Q-SHIFT-3"]);
    }
    if has("type of") || has("shiftState") || has("date") || has("Date") || has("isIncluded") {
        lines.push("Q-DUMP-1");
    }
    if has("revenue") {
        lines.push("Q-DUMP-4");
    }
    if has("past shift") || has("shifts: ") {
        lines.push("Q-DUMP-4");
    }
    if (has("cashWeHave") || has("cashOut")) && zs(operations) {
        lines.push("Q-SHIFT-1");
    }
    if has("cashWeHave") {
        lines.extend(["Q-PAY-2", "Q-TAX-1"]);
    }
    if has("lastClosedChequeId") {
        lines.push("Q-CASH-1");
    }
    if by_tax(operations) {
        lines.push("Q-TAX-1");
    }
    if has("revenue") {
        lines.push("Q-DUMP-4");
    }
    if kind.how == "in its hundredths" || fraction {
        lines.extend(["Q-WIRE-1", "Q-WIRE-8"]);
    }
    let goods = calls(operations).any(|call| call.params.iter().any(|(name, _)| name == "itemdata"));
    if goods || has("row of a receipt") || has("rows of") {
        lines.extend(["Q-ITEM-5", "Q-ITEM-3", "Q-ITEM-2", "Q-ITEM-4"]);
    }
    if has("messagesQueSize") {
        lines.push("CHK-4");
    }
    lines.push(match () {
        () if place.starts_with("getInfo, short") => "CHK-3",
        () if place.starts_with("getInfo: type") => "CHK-2",
        () if place.starts_with("getInfo") => "CHK-4",
        () if has("cashIn") || has("cashOut") => "CASH-1",
        () if place.starts_with("report: type") => "DUMP-5",
        () if has("taxes.") => "TAX-1",
        () if has("Date") || has("date") => "DUMP-14",
        () if place.starts_with("report") => "REG-2",
        () if place.starts_with("shifts") => "DUMP-2",
        () if place.starts_with("receipt details") => "DUMP-6",
        () if place.starts_with("cheques: order") => "DUMP-4",
        () if place.starts_with("cheques") || has("row") => "DUMP-3",
        () => "DUMP-1",
    });
}

fn paper(kind: &Kind, operations: &[Operation], shown_by: Option<&Operation>, lines: &mut Vec<&'static str>) {
    let call = call_of(shown_by);
    if call.is_some_and(|call| call.key == KeyChoice::Previous) {
        lines.extend(["Q-KEY-3", "Q-KEY-2"]);
    }
    if kind.place.ends_with("rest") {
        lines.extend(["Q-ITEM-4", "Q-WIRE-1", "Q-TAX-1", "Q-SHIFT-1", "Q-PAY-2"]);
    }
    if kind.how == "other numbers" || call.is_some_and(has_thirds) {
        lines.push("Q-WIRE-1");
    }
    if call.is_some_and(|call| call.params.iter().any(|(_, text)| text.contains("--barcode"))) {
        lines.push("Q-PRN-1");
    }
    if operations.iter().any(
        |one| matches!(one, Operation::Call(call) if call.params.iter().any(|(name, _)| name == "itemdata")),
    ) {
        lines.extend(["Q-ITEM-5", "Q-ITEM-4", "Q-ITEM-2"]);
    }
    lines.extend(["Q-PRN-2", "Q-PRN-4"]);
    lines.push(match kind.place.as_str() {
        "paper: header" => "PRN-6",
        "paper: print" => "PRN-1",
        "paper: items" => "ITEM-3",
        "paper: footer" => "ITEM-7",
        "paper: order" => "ITEM-6",
        _ if call.is_some_and(|call| call.key == KeyChoice::Previous) => "KEY-6",
        _ if call.is_some_and(|call| call.path == "/apixreport") => "SHIFT-1",
        _ => "PRN-7",
    });
}

fn online(kind: &Kind, operations: &[Operation], lines: &mut Vec<&'static str>) {
    if kind.place.ends_with("totals") {
        lines.extend(["Q-WIRE-1", "Q-TAX-1"]);
    }
    if kind.place.ends_with("positions") {
        lines.extend(["Q-ITEM-4", "Q-ITEM-5", "Q-WIRE-1", "Q-ITEM-2"]);
    }
    if by_tax(operations) {
        lines.push("Q-TAX-1");
    }
    lines.push(if kind.place.ends_with("positions") { "ITEM-3" } else { "MGMT-3" });
}
