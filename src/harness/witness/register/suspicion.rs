//! The right key refused: whether that was wrong shows only afterwards, since somebody may have sold at the
//! register itself, and the key with it.

use super::chain::{self, told};
use super::{Register, Seen, Story, story};
use crate::ledger::written;
use ikkm_protocol::{Key, Params};
use rust_decimal::Decimal;
use serde_json::Value;

/// A refusal of the right key tells something only where nobody can have changed it meanwhile.
const SOON: u64 = 60_000;
/// A till waits so long while a shift closes before it asks again.
const CLOSING: u64 = 150_000;

/// A refusal that may have been wrong.
#[derive(Debug)]
pub(super) struct Suspect {
    story: Story,
    /// The key that was refused.
    key: Option<Key>,
    /// The last receipt before it.
    last: Option<u64>,
    /// The numbers that the next receipt may have where nobody has sold in between.
    next: Vec<u64>,
    /// The registration whose answer nobody had seen, and that was sent again.
    repeated: Option<Params>,
}

/// A register that has lost its power, and the answer with it, is not back so soon; after a restart the repeat is
/// open (Q-KEY-2).
const NO_RESTART: u64 = 15_000;

/// What is suspected.
#[derive(Debug, Default)]
pub(super) struct Suspicion {
    one: Option<Suspect>,
    /// A repeat was refused, and a receipt of that number may be what its first sending had registered.
    booked: Option<(Story, u64, Params)>,
}

impl Register {
    /// The register refuses the key that it gave. Whether that is its fault shows when it takes one.
    pub(super) fn right_key_refused(&mut self, seen: &Seen) {
        let since = self.chain.right_at.map_or(u64::MAX, |at| seen.exchange.at.saturating_sub(at));
        let soon = if self.closing.is_some() { CLOSING } else { SOON };
        // A deposit, a report or an error a moment later changes no key, and no person is that quick. A register that
        // was away may have been started again.
        if since > soon || self.suspicion.one.is_some() || self.chain.was_away {
            return;
        }
        let repeats = self.repeats_lost(seen);
        if repeats && seen.exchange.at.saturating_sub(self.chain.lost_at) > NO_RESTART {
            return;
        }
        let id = if repeats { "KEY-5" } else { self.chain.line_between() };
        let expected = match repeats {
            true => "the answer that was lost, or the registration: the key is right either way",
            false => "the key that the last answer gave is right",
        };
        let found = format!("{}, though it is the key of the last answer", told(seen));
        let mut suspected = story(id, seen.exchange, expected, &found);
        suspected.earlier = self.chain.last.as_ref().map(|last| last.exchange);
        let last = self.chain.last.as_ref().map(|last| last.number);
        // Cash documents may have numbers of the receipts' row (Q-CASH-1).
        let document = self.chain.cash_document;
        let in_row = document.filter(|number| last.is_none_or(|last| *number > last));
        self.suspicion.one = Some(Suspect {
            story: suspected,
            key: self.chain.current.clone(),
            last,
            next: [last, in_row].into_iter().flatten().map(|number| number + 1).collect(),
            repeated: repeats.then(|| seen.params.clone()),
        });
    }

    /// A registration is sent again under its key, and nobody has seen an answer to the first sending.
    pub(super) fn repeats_lost(&self, seen: &Seen) -> bool {
        let same = |(key, params): &(String, Params)| {
            seen.params.get("key") == Some(key) && chain::same(params, &seen.params)
        };
        seen.is_registration() && self.chain.lost.as_ref().is_some_and(same)
    }

    /// A receipt came after the right key had been refused: where it follows on the last, nobody has sold in
    /// between, and the refusal was wrong.
    pub(super) fn settle_suspicion(&mut self, number: u64) {
        let Some(Suspect { story, next, repeated, .. }) = self.suspicion.one.take() else { return };
        if next.contains(&number) {
            self.add(story);
            return;
        }
        match repeated {
            // One receipt in between: the one whose answer was lost, or somebody else's.
            Some(params) if next.iter().any(|next| next + 1 == number) => {
                self.suspicion.booked = Some((story, number - 1, params));
            }
            _ => self.undecided(&story, "somebody may have registered elsewhere"),
        }
    }

    /// A spent key is taken, or the refused one after all: its refusal was wrong.
    pub(super) fn clear_suspicion(&mut self) {
        if let Some(suspect) = self.suspicion.one.take() {
            self.add(suspect.story);
        }
    }

    /// It takes now what it refused a moment ago. `true` where that is so.
    pub(super) fn taken_after_all(&mut self) -> bool {
        let same = self.suspicion.one.as_ref().is_some_and(|one| one.key == self.chain.current);
        if same {
            self.clear_suspicion();
        }
        same
    }

    /// The register says which receipt was its last: the one before the refusal, so nobody has sold since.
    pub(super) fn last_receipt_shown(&mut self, shown: Option<u64>) {
        let suspect = self.suspicion.one.as_ref();
        if shown.is_some() && suspect.is_some_and(|one| one.repeated.is_none() && one.last == shown) {
            self.clear_suspicion();
        }
    }

    /// The list of receipts shows whether the one between is what was refused when it was sent again.
    pub(super) fn list_shown(&mut self, cheques: &Value) {
        let Some((_, number, params)) = &self.suspicion.booked else { return };
        let rows = cheques.as_array().into_iter().flatten();
        let mut own = rows.filter(|row| crate::ledger::documents::receipt_number(row) == Some(*number));
        let Some(row) = own.next_back() else { return };
        let one = crate::ledger::documents::receipts(&Value::Array(vec![row.clone()]));
        let shown = one.and_then(|one| one.into_values().next()).map(|one| (one.kind, one.sum()));
        let sent = written::registering(params, false).map(|one| (one.kind, one.total));
        let same = shown.is_some_and(|(kind, sum): (_, Decimal)| sent == Some((kind, sum)));
        if let Some((mut story, number, _)) = self.suspicion.booked.take() {
            if same {
                story.found = format!("{}; its first sending is receipt {number}", story.found);
                self.add(story);
            } else {
                self.undecided(&story, "somebody may have registered elsewhere");
            }
        }
    }

    /// Nothing more comes.
    pub(super) fn suspicion_end(&mut self) {
        if let Some(suspect) = self.suspicion.one.take() {
            self.undecided(&suspect.story, "no later request shows which key was right");
        }
        if let Some((story, ..)) = self.suspicion.booked.take() {
            self.undecided(&story, "no list of receipts shows whether it was registered");
        }
    }

    fn undecided(&mut self, story: &Story, why: &str) {
        self.remarks.push(format!(
            "{}, exchange {}: not decided, {why}: {}",
            story.requirement, story.exchange, story.found
        ));
    }
}
