//! Steps of a suite that show a finding where the operation's own answer does not: what a tester would have
//! looked at. They name no key and, but for shifts that are closed, no number of this device.

use super::watch::Due;
use super::{Halt, Player};
use crate::text::yaml_quoted;
use ikkm_protocol::Registration;

/// The details of the last receipt as a suite asks for them.
pub(super) const DETAILS: &str = "/dump/transaction/<fresh-key>";

/// So many positions of a message are looked at one by one.
const POSITIONS: usize = 6;

/// A look at one place of a document.
pub(super) fn check(place: &str, rule: &str) -> String {
    checks(&[(place.to_owned(), rule.to_owned())])
}

fn checks(all: &[(String, String)]) -> String {
    let all: Vec<String> =
        all.iter().map(|(place, rule)| format!("{}: {}", yaml_quoted(place), yaml_quoted(rule))).collect();
    format!("check: {{{}}}", all.join(", "))
}

/// A document with a look into it.
pub(super) fn get(path: &str, look: &str) -> String {
    format!("get: {}, {look}", yaml_quoted(path))
}

/// Texts on the tape in their order; something on it at all, where there are none.
pub(super) fn printed(texts: &[String]) -> String {
    let texts: Vec<String> =
        texts.iter().filter(|text| is_plain(text)).map(|text| yaml_quoted(text)).collect();
    match texts.as_slice() {
        [] => format!("observe: tape, {}", check("", "list at-least 1")),
        texts => format!("observe: tape, printed: [{}]", texts.join(", ")),
    }
}

/// A text that must not be on the tape.
pub(super) fn not_printed(text: &str) -> String {
    format!("observe: tape, not-printed: [{}]", yaml_quoted(&format!("*{text}*")))
}

/// How many messages went online.
pub(super) fn online(rule: &str) -> String {
    format!("observe: online, {}", check("", rule))
}

/// What the last message must hold, and what may be said of the word of its only position.
pub(super) fn message(due: &Due, word: Option<&str>) -> String {
    let mut all = vec![("[last].type".to_owned(), format!("= {}", due.kind.wire()))];
    match due.totals.as_slice() {
        [] => {}
        [total] => all.push(("[last].total".to_owned(), format!("= {total}"))),
        // As the device rounds (Q-WIRE-1).
        several => {
            let several: Vec<String> = several.iter().map(|total| total.to_string()).collect();
            all.push(("[last].total".to_owned(), format!("in {}", several.join("|"))));
        }
    }
    let positions = "[last].positions";
    match &due.goods {
        Some(goods) if goods.list.len() <= super::watch::MOST_POSITIONS => {
            if !goods.discounts.is_empty() {
                // How a discount shows is open (Q-ITEM-5).
                all.push((positions.to_owned(), format!("list at-least {}", goods.list.len())));
            } else {
                all.push((positions.to_owned(), format!("list of {}", goods.list.len())));
                let some = goods.list.iter().enumerate().take(POSITIONS);
                for (at, (name, quantity, sum)) in some {
                    if is_plain(name) {
                        all.push((format!("{positions}[{at}].name"), format!("= {name}")));
                    }
                    all.push((format!("{positions}[{at}].qty"), format!("= {quantity}")));
                    all.push((format!("{positions}[{at}].sum"), format!("= {sum}")));
                }
            }
        }
        _ => {
            all.push((positions.to_owned(), "list of 1".to_owned()));
            all.push((format!("{positions}[0].qty"), "= 1".to_owned()));
            if let [total] = due.totals.as_slice() {
                all.push((format!("{positions}[0].sum"), format!("= {total}")));
            }
            all.extend(word.map(|rule| (format!("{positions}[0].name"), rule.to_owned())));
        }
    }
    format!("observe: online, {}", checks(&all))
}

/// The opening sums of a shift in its report, and in its row of the list of shifts.
pub(super) fn opening(shift: &str, kind: Registration) -> [String; 2] {
    let wire = kind.wire();
    let save = format!("save: {{opening: fiscalDataOnShiftOpen.{wire}}}");
    [
        get(&format!("/dump/table/shifts/{shift}/report"), &save),
        get("/dump/table/shifts", &check(&format!("[id={shift}].{wire}"), "number = <opening>")),
    ]
}

/// A text that means the same in a suite: no variable, no pattern.
fn is_plain(text: &str) -> bool {
    !text.contains(['<', '>', '*', '|']) && text.trim() == text
}

impl Halt {
    /// With the steps that show it.
    pub(super) fn shown_by(self, proof: impl IntoIterator<Item = String>) -> Halt {
        match self {
            Halt::Found(mut finding) => {
                finding.proof = proof.into_iter().collect();
                Halt::Found(finding)
            }
            error => error,
        }
    }
}

impl Player<'_> {
    /// The path of a document as a suite asks for it.
    pub(super) fn path_in_suite(&self, path: &str, minimum: bool) -> String {
        if minimum {
            return format!("{path}/?show=minimum");
        }
        if path.starts_with("/dump/transaction/") {
            return DETAILS.to_owned();
        }
        path.replace(&format!("/shifts/{}/", self.shift), "/shifts/<shift>/")
    }

    /// A shift as a suite names it.
    pub(super) fn shift_in_suite(&self, shift: &str) -> String {
        if *shift == self.shift.to_string() { "<shift>".to_owned() } else { shift.to_owned() }
    }
}
