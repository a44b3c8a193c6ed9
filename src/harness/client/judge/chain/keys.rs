//! The key of a request: the current one, as text, and which duty another one breaks.

use super::Walk;
use crate::client::judge::view::{Exchange, View};

impl Walk<'_, '_> {
    pub(super) fn key_of(&mut self, view: &View, exchange: &Exchange, step: Option<usize>) {
        let device = view.device_before(exchange.number);
        let number = Some(exchange.number);
        let Some(key) = exchange.params.get("key") else {
            let client = format!("it sent no key: {}", exchange.shown());
            let misspelt = exchange.params.0.iter().any(|(name, _)| name.eq_ignore_ascii_case("key"));
            self.notes.broke(if misspelt { "CLI-22" } else { "CLI-1" }, step, device, client, number);
            return;
        };
        let Some(known) = self.known.clone() else { return };
        let writes = matches!(exchange.path.as_str(), "/api" | "/apideposit" | "/apiwithdraw" | "/apibank");
        if writes && self.doubt.is_none() && self.refused.as_deref() == Some(key) {
            let client = format!("it went on with the refused key: {}", exchange.shown());
            self.notes.broke("CLI-13", step, device, client, number);
        } else if key == known || self.perhaps.iter().any(|perhaps| perhaps == key) {
            if self.rotated {
                self.notes.tested("CLI-1");
            }
            if known.starts_with('0') {
                self.notes.tested("CLI-2");
            }
            if self.restarted {
                self.notes.tested("CLI-16");
            }
        } else {
            let id = self.wrong_key(key, &known);
            let client = format!("it sent the key {key} instead of {known}: {}", exchange.shown());
            self.notes.broke(id, step, device, client, number);
        }
    }

    /// Which duty a wrong key breaks.
    fn wrong_key(&self, key: &str, known: &str) -> &'static str {
        let is_piece = |piece: &String| !key.is_empty() && key.len() < 8 && piece.starts_with(key);
        if key.starts_with('-') {
            "CLI-12"
        } else if key == known.trim_start_matches('0') {
            "CLI-2"
        } else if self.pieces.iter().any(is_piece) {
            "CLI-14"
        } else if self.restarted {
            "CLI-16"
        } else {
            "CLI-1"
        }
    }
}
