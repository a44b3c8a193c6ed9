//! What a run left behind on a device, told to the person who ran it.

use crate::device::identity::identify;
use crate::device::session::Session;
use crate::ledger::reading::{Reading, number};
use ikkm_protocol::Registration;
use serde_json::Value;

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
