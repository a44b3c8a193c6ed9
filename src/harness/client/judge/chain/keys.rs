//! The key of a request: the current one, as text, and which duty another one breaks.

use super::{Began, Walk};
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
            match self.began {
                Began::Orderly => self.notes.tested("CLI-16"),
                Began::Crashed => self.notes.tested("CLI-29"),
                Began::Fresh => {}
            }
        } else if self.doubt.as_ref().is_some_and(|doubt| doubt.key == key) && exchange.is_registration() {
            // The repeat goes with the key that it was sent with, whatever was typed since.
        } else {
            let id = self.wrong_key(key, &known);
            if id == "CLI-29" {
                self.notes.crashed.get_or_insert(exchange.at);
            }
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
        } else if self.began == Began::Orderly {
            "CLI-16"
        } else if self.began == Began::Crashed {
            "CLI-29"
        } else {
            "CLI-1"
        }
    }
}
