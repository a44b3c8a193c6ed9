//! What the driver reports, against the wire and the device's books.

use super::chain::proves_nothing;
use super::commits::Commits;
use super::view::{Exchange, Operation, Reply, View, code_of, plain, told};
use super::{Notes, is_vague};
use ikkm_protocol::parse_plain;
use serde_json::Value;
use std::collections::BTreeMap;

/// Judges every report.
pub(super) fn judge(view: &View, commits: &Commits, notes: &mut Notes) {
    for (place, operation) in view.operations.iter().enumerate() {
        match operation.word() {
            "register" => registration(view, commits, place, operation, notes),
            "withdraw" => other(view, operation, "/apiwithdraw", notes),
            "deposit" => other(view, operation, "/apideposit", notes),
            "print" => other(view, operation, "/apiprint", notes),
            "print-header" => other(view, operation, "/apicheck", notes),
            "bank" => other(view, operation, "/apibank", notes),
            "z-report" => other(view, operation, "/apizreport", notes),
            "x-report" => other(view, operation, "/apixreport", notes),
            "bank-result" => card(view, operation, notes),
            "journal" => journal(view, commits, operation, notes),
            _ => {}
        }
    }
}

/// The last word on an operation: its own answer, or a later `settled`.
fn last_word<'v>(view: &'v View, operation: &'v Operation) -> Option<(u64, &'v Value)> {
    let own = operation.answer.as_ref().map(|(at, answer)| (*at, answer));
    let mut settled =
        view.operations.iter().filter_map(|other| other.answer.as_ref()).flat_map(|(at, answer)| {
            let list = answer.get("settled").and_then(Value::as_array);
            list.into_iter().flatten().map(move |one| (*at, one))
        });
    settled.rfind(|(_, one)| one.get("id").and_then(Value::as_str) == Some(operation.id())).or(own)
}

fn last_reply<'v>(view: &'v View, operation: &'v Operation, path: &str) -> Option<&'v Exchange> {
    view.of(operation).filter(|one| one.path == path && one.heard().is_some()).last()
}

/// The last request of an operation, whatever it was for, that was refused: one that reads first is told
/// there already.
fn last_refusal<'v>(view: &'v View, operation: &'v Operation) -> Option<&'v Exchange> {
    view.of(operation).filter(|one| one.heard().is_some_and(|reply| reply.code().is_some())).last()
}

/// The device said -1 earlier, and no new key was typed since: a client need not ask it once more.
fn stopped_before(view: &View, operation: &Operation) -> bool {
    let typed = view.operations.iter().filter(|one| one.word() == "new-key" && one.at <= operation.at);
    let since = typed.map(|one| one.at).max().unwrap_or(0);
    let before = view.exchanges.iter().filter(|one| one.at >= since && one.at <= operation.at);
    before.filter_map(Exchange::heard).any(|reply| reply.code() == Some(-1))
}

fn registration(view: &View, commits: &Commits, place: usize, operation: &Operation, notes: &mut Notes) {
    let committed = commits.by_operation.get(&place).and_then(|list| list.first());
    let doubted = commits.doubted.contains(&place);
    let Some((at, word)) = last_word(view, operation) else {
        unknown(view, commits, place, operation, u64::MAX, notes);
        return;
    };
    let outcome = word.get("outcome").and_then(Value::as_str).unwrap_or_default();
    let receipt = word.get("receipt").map(plain);
    let device = match committed {
        Some(receipt) => format!("the device registered receipt {receipt}"),
        None => "the device registered nothing".to_owned(),
    };
    let mut broke = |id: &str, client: String| notes.broke(id, operation.step, device.clone(), client, None);
    match (outcome, committed) {
        ("done", None) => broke("CLI-5", "it reported the registration as done".to_owned()),
        ("done", Some(number)) => match receipt.as_deref() {
            None | Some("") => broke("CLI-31", "it reported no receipt number".to_owned()),
            Some(told) if told != number => broke("CLI-21", format!("it reported receipt {told}")),
            Some(_) => {}
        },
        ("refused" | "rejected", Some(_)) => broke("CLI-5", format!("it reported it as {outcome}")),
        ("refused", None) => refused(view, operation, word, doubted, "/api", notes),
        ("unknown", _) => unknown(view, commits, place, operation, at, notes),
        _ => {}
    }
    if outcome == "done" && committed.is_some() {
        notes.tested("CLI-21");
        notes.tested("CLI-31");
        for exchange in view.of(operation) {
            if exchange.heard().is_some() {
                notes.tested("CLI-14");
            }
        }
    }
    if doubted {
        notes.tested("CLI-5");
        notes.tested("CLI-14");
    }
    booked(view, operation, committed, notes);
}

/// The client heard what became of it, and says that it does not know.
fn unknown(view: &View, commits: &Commits, place: usize, operation: &Operation, at: u64, notes: &mut Notes) {
    let heard = view.exchanges.iter().find(|one| {
        commits.owner.get(&one.number) == Some(&place)
            && one.heard().is_some_and(|reply| reply.key().is_some())
    });
    // To tell of it later is a client's own affair; to say once more that it is unclear is none.
    let still = |reply: &Reply| {
        let mut settles = view.operations.iter().filter(|one| one.word() == "settle");
        settles.any(|one| {
            let ended = one.answer.as_ref().is_some_and(|(end, _)| *end > reply.at);
            ended && one.outcome() == Some("unknown")
        })
    };
    if let Some((exchange, reply)) = heard.and_then(|one| Some((one, one.heard()?))) {
        let at_once = at != u64::MAX && reply.at <= at;
        if at_once || still(reply) {
            let id = if commits.doubted.contains(&place) { "CLI-3" } else { "CLI-14" };
            let client = "it still reports that it does not know".to_owned();
            notes.broke(id, operation.step, told(exchange, reply), client, Some(exchange.number));
        }
    } else if let Some(exchange) = last_reply(view, operation, "/api")
        && let Some(reply) = exchange.heard()
        && !commits.doubted.contains(&place)
        && reply.code().is_some_and(|code| code != -2 && !is_vague(code))
    {
        let client = "it reported that it does not know".to_owned();
        notes.broke("CLI-12", operation.step, told(exchange, reply), client, Some(exchange.number));
    }
}

/// A refusal must be the device's, with the device's code.
fn refused(view: &View, operation: &Operation, word: &Value, doubted: bool, path: &str, notes: &mut Notes) {
    let code = code_of(word);
    if view.of(operation).any(|one| !one.is_of_document()) {
        // What no device understands is refused without a code.
        return;
    }
    let heard = last_reply(view, operation, path).or_else(|| last_refusal(view, operation));
    let Some((exchange, reply)) = heard.and_then(|one| Some((one, one.heard()?))) else {
        if code == Some(-1) && stopped_before(view, operation) {
            return;
        }
        let client = "it reported a refusal that it never heard".to_owned();
        notes.broke("CLI-5", operation.step, "the device refused nothing".to_owned(), client, None);
        return;
    };
    let told = told(exchange, reply);
    let number = Some(exchange.number);
    match reply.code() {
        Some(given) if doubted && proves_nothing(given) => {
            let client = "it took the refusal of the repeat for one of the first sending".to_owned();
            notes.broke("CLI-5", operation.step, told, client, number);
        }
        Some(given) if code != Some(i64::from(given)) => {
            let code = code.map_or_else(|| "no code".to_owned(), |code| format!("code {code}"));
            notes.broke("CLI-12", operation.step, told, format!("it reported {code}"), number);
        }
        Some(_) => notes.tested("CLI-12"),
        None => notes.broke("CLI-5", operation.step, told, "it reported a refusal".to_owned(), number),
    }
}

/// The books hold the receipt as it was asked for.
fn booked(view: &View, operation: &Operation, committed: Option<&String>, notes: &mut Notes) {
    let Some(number) = committed else { return };
    let Some(receipt) = view.trace.after.receipts.iter().find(|receipt| receipt.number == *number) else {
        return;
    };
    let same = |a: &str, b: Option<String>| {
        let (a, b) = (parse_plain(a), b.as_deref().map(parse_plain));
        matches!((a, b), (Ok(a), Some(Ok(b))) if (a - b).abs() < rust_decimal::Decimal::new(1, 2))
    };
    let kind = operation.text("type").unwrap_or_default();
    if receipt.kind != kind || !same(&receipt.total, operation.text("total")) {
        let device = format!("the books hold receipt {number}: {} {}", receipt.kind, receipt.total);
        let client = format!("it had been asked for {kind} {}", operation.text("total").unwrap_or_default());
        notes.broke("CLI-20", operation.step, device, client, None);
    }
}

/// Operations that no replay protects, and reports.
fn other(view: &View, operation: &Operation, path: &str, notes: &mut Notes) {
    let Some((_, word)) = last_word(view, operation) else { return };
    let outcome = word.get("outcome").and_then(Value::as_str).unwrap_or_default();
    let sent: Vec<&Exchange> = view.of(operation).filter(|one| one.path == path).collect();
    let did = sent.iter().find_map(|one| Some((*one, one.did()?)));
    let heard = sent.iter().any(|one| one.heard().is_some());
    let last = sent.iter().rev().find_map(|one| Some((*one, one.heard()?)));
    match (outcome, did) {
        ("done", None) => {
            let client = "it reported it as done".to_owned();
            notes.broke("CLI-5", operation.step, "the device did not do it".to_owned(), client, None);
        }
        ("refused" | "rejected", Some((exchange, reply))) => {
            let client = format!("it reported it as {outcome}");
            notes.broke("CLI-5", operation.step, told(exchange, reply), client, Some(exchange.number));
        }
        // It has read that nothing was booked.
        ("refused", None) if !heard && code_of(word).is_none() && word.get("why").is_some() => {}
        ("refused", None) => refused(view, operation, word, !heard, path, notes),
        ("done", Some((exchange, reply))) if heard && matches!(operation.word(), "withdraw" | "deposit") => {
            let number = Some(exchange.number);
            match word.get("receipt").map(plain).as_deref() {
                None | Some("") => {
                    let client = "it reported no receipt number".to_owned();
                    notes.broke("CLI-31", operation.step, told(exchange, reply), client, number);
                }
                Some(receipt) if *receipt != reply.reason => {
                    let client = format!("it reported receipt {receipt}");
                    notes.broke("CLI-21", operation.step, told(exchange, reply), client, number);
                }
                Some(_) => notes.tested("CLI-21"),
            }
        }
        ("unknown", _) => {
            if let Some((exchange, reply)) = last {
                let id = match reply.code() {
                    None if reply.status == 200 => "CLI-14",
                    Some(code) if code != -2 && !is_vague(code) => "CLI-12",
                    _ => return,
                };
                let client = "it reported that it does not know".to_owned();
                notes.broke(id, operation.step, told(exchange, reply), client, Some(exchange.number));
            }
        }
        _ => {}
    }
    if sent.iter().any(|one| one.heard().is_none()) {
        notes.tested("CLI-5");
    }
}

fn card(view: &View, operation: &Operation, notes: &mut Notes) {
    let said = operation.answer.as_ref().and_then(|(_, answer)| answer.get("result")?.as_str());
    let document = view.of(operation).filter(|one| one.path.starts_with("/dump/bank")).last();
    let heard = document.and_then(Exchange::heard);
    let truth = heard.and_then(|reply| serde_json::from_str::<Value>(&reply.body).ok());
    let truth = truth.as_ref().and_then(|document| document.get("transactionResult")?.as_str());
    let device = match (document, heard) {
        (Some(exchange), Some(reply)) => told(exchange, reply),
        _ => "the device told nothing of the card operation".to_owned(),
    };
    let paid = operation.outcome() == Some("done") && said != Some("fail");
    if paid && truth != Some("success") {
        let client = "it reported the card payment as paid".to_owned();
        notes.broke("CLI-23", operation.step, device, client, None);
    } else if truth == Some("success") && said == Some("fail") {
        let client = "it reported the card payment as failed".to_owned();
        notes.broke("CLI-23", operation.step, device, client, None);
    } else if truth.is_none() && said == Some("fail") {
        let client = "it reported the card payment as failed, and nothing had told it so".to_owned();
        notes.broke("CLI-5", operation.step, device, client, None);
    } else if document
        .is_some_and(|one| operation.text("trackdocument").is_some_and(|asked| !one.path.contains(&asked)))
    {
        let client = "it asked for the result of another card operation".to_owned();
        notes.broke("CLI-20", operation.step, device, client, None);
    } else if operation.answer.is_some() {
        notes.tested("CLI-23");
    }
}

/// The client's own books against what it has heard and what the device holds.
fn journal(view: &View, commits: &Commits, operation: &Operation, notes: &mut Notes) {
    let Some((at, answer)) = &operation.answer else { return };
    let Some(entries) = answer.get("journal").and_then(Value::as_array) else { return };
    let mut booked: BTreeMap<String, u32> = BTreeMap::new();
    // Entries without a number, by type and total.
    let mut unnumbered: Vec<(String, String)> = Vec::new();
    let text = |entry: &Value, name: &str| entry.get(name).map(plain).unwrap_or_default();
    for entry in entries {
        let receipt = text(entry, "receipt");
        if receipt.is_empty() || receipt == "null" {
            unnumbered.push((text(entry, "type"), text(entry, "total")));
            continue;
        }
        if !commits.all.contains(&receipt) {
            let client = format!("its books hold receipt {receipt}");
            let device = "the device never registered that".to_owned();
            notes.broke("CLI-5", operation.step, device, client, None);
        }
        *booked.entry(receipt).or_default() += 1;
    }
    for (receipt, times) in &booked {
        if *times > 1 {
            let device = format!("the device registered receipt {receipt} once");
            notes.broke("CLI-3", operation.step, device, format!("it booked it {times} times"), None);
        }
    }
    // What it had booked before it was started again is its own affair.
    let starts = view.operations.iter().filter(|one| one.word() == "connect" && one.at <= *at);
    let began = starts.map(|one| one.at).max().unwrap_or(0);
    let since = view.exchanges.iter().filter(|one| one.at >= began);
    let told_of = since.filter_map(|one| Some((one, one.heard()?)));
    for (exchange, reply) in told_of.filter(|(_, reply)| reply.at < *at) {
        let keyed = exchange.is_registration() && reply.key().is_some();
        let same = |(kind, total): &(String, String)| {
            let sent = exchange.params.get(kind).map(parse_plain);
            matches!((sent, parse_plain(total)), (Some(Ok(sent)), Ok(total)) if sent == total)
        };
        if keyed && !booked.contains_key(&reply.reason) {
            if let Some(place) = unnumbered.iter().position(same) {
                unnumbered.remove(place);
                notes.broke(
                    "CLI-31",
                    operation.step,
                    told(exchange, reply),
                    "its books hold it without its number".to_owned(),
                    Some(exchange.number),
                );
                continue;
            }
            let client = format!("its books lack receipt {}", reply.reason);
            notes.broke("CLI-3", operation.step, told(exchange, reply), client, Some(exchange.number));
        }
    }
    for (kind, total) in unnumbered {
        let known = view.trace.after.receipts.iter().any(|receipt| {
            receipt.kind == kind && parse_plain(&receipt.total).ok() == parse_plain(&total).ok()
        });
        if !known {
            let client = format!("its books hold a {kind} of {total}");
            let device = "the device never registered that".to_owned();
            notes.broke("CLI-5", operation.step, device, client, None);
        }
    }
}
