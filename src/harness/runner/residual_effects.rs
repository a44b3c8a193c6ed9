//! What a run left behind on a device, told to the person who ran it; and the device before and after.

use crate::device::identity::identify;
use crate::device::session::{Outgoing, Session};
use crate::device::transport::Outcome;
use crate::ledger::reading::{Reading, number};
use ikkm_protocol::Registration;
use serde_json::Value;
use std::collections::BTreeMap;

/// Drawer, shift, printing and fiscal totals by name.
pub type DeviceState = BTreeMap<String, String>;

/// What getInfo and a shift report say of the state that a run may change.
pub fn state_of(info: &Value, report: Option<&Value>) -> DeviceState {
    let mut state = DeviceState::new();
    let mut tell = |name: &str, value: Option<&Value>| {
        let text = value.map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        state.extend(text.map(|text| (name.to_owned(), text)));
    };
    for (name, member) in [
        ("drawer", "cashWeHave"),
        ("shift", "currentShiftID"),
        ("shift status", "currentShiftStatus"),
        ("last receipt", "lastChequeNumber"),
        ("default tax", "defaultApiTaxID"),
        ("rounding", "roudingRule"),
    ] {
        tell(name, info.get(member));
    }
    // Example and text differ in the name of the first (Q-DUMP-1).
    let fiscal = report.and_then(|report| report.get("fiscalData"));
    for (name, members) in [
        ("fiscal total of sale", ["sales", "sale"]),
        ("fiscal total of buy", ["buy", "buys"]),
        ("fiscal total of saleReturn", ["saleReturn", "salesReturn"]),
        ("fiscal total of buyReturn", ["buyReturn", "buysReturn"]),
    ] {
        tell(name, members.iter().find_map(|member| fiscal?.get(member)));
    }
    state
}

/// The report of the shift that getInfo names, where the device gives it. Sends one reading.
pub async fn current_report(session: &mut Session, info: &Value) -> Option<Value> {
    let (shift, _) = Reading::shift_of(info)?;
    let outgoing = Outgoing::get(&format!("/dump/table/shifts/{shift}/report"), session.key().ok()?);
    match session.send(&outgoing).await.ok()?.delivery.outcome {
        Outcome::Answered(answer) => serde_json::from_slice(&answer.body).ok(),
        _ => None,
    }
}

/// The device as it is now, its modes in words. Sends two readings; what cannot be read is left out.
pub async fn state_now(session: &mut Session) -> DeviceState {
    let Ok(now) = identify(session).await else { return DeviceState::new() };
    let report = current_report(session, &now.info).await;
    let mut state = state_of(&now.info, report.as_ref());
    let modes: Vec<&str> = session.known.totals.modes().collect();
    let modes = if modes.is_empty() { "as before".to_owned() } else { modes.join("; ") };
    state.insert("modes".to_owned(), modes);
    state
}

/// What the run left behind: receipts and sums, the drawer's difference, an open shift, modes.
/// `before` is getInfo as it was at the start. Sends one reading where anything was done.
pub async fn residual_effects(session: &mut Session, before: &Value) -> Vec<String> {
    if !session.known.totals.touched {
        return vec!["nothing was changed on the device".to_owned()];
    }
    let mut remarks = Vec::new();
    for kind in Registration::ALL {
        let (count, sum) = session.known.totals.registered(kind);
        if count > 0 {
            remarks.push(format!("left behind: {count} {kind} receipt{} of {sum} in all", plural(count)));
        }
    }
    remarks.extend(session.known.totals.modes().map(|mode| format!("left behind: {mode}")));
    match identify(session).await {
        Ok(after) => remarks.extend(compared(before, &after.info)),
        Err(error) => remarks.push(format!("how the drawer and the shift were left cannot be read: {error}")),
    }
    remarks
}

/// What getInfo before and after tells.
fn compared(before: &Value, after: &Value) -> Vec<String> {
    let mut remarks = Vec::new();
    let drawer = |info: &Value| info.get("cashWeHave").and_then(number);
    if let (Some(was), Some(is)) = (drawer(before), drawer(after))
        && was != is
    {
        let difference = is - was;
        let sign = if difference.is_sign_positive() { "+" } else { "" };
        remarks.push(format!("left behind: the drawer holds {is}, {sign}{difference} since the start"));
    }
    match (Reading::shift_of(before), Reading::shift_of(after)) {
        (Some((was, open_then)), Some((is, true))) if !open_then || was != is => {
            remarks.push(format!("left behind: shift {is} is open"));
        }
        (Some((was, true)), Some((_, false))) => {
            remarks.push(format!("left behind: shift {was}, open at the start, is closed"));
        }
        _ => {}
    }
    remarks
}

fn plural(count: u64) -> &'static str {
    if count == 1 { "" } else { "s" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn info(shift: u64, status: &str, drawer: &str) -> Value {
        json!({"currentShiftID": shift.to_string(), "currentShiftStatus": status, "cashWeHave": drawer})
    }

    #[test]
    fn tells_what_is_otherwise_than_before() {
        let start = info(9, "closed", "100.00");
        assert_eq!(compared(&start, &start), Vec::<String>::new());
        let told = compared(&start, &info(10, "opened", "80.50"));
        assert_eq!(
            told,
            ["left behind: the drawer holds 80.50, -19.50 since the start", "left behind: shift 10 is open",]
        );
        let told = compared(&info(9, "opened", "1"), &info(9, "closed", "1"));
        assert_eq!(told, ["left behind: shift 9, open at the start, is closed"]);
    }
}
