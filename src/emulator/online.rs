//! Messages to the tax committee: sent at once, or queued and sent together (v22 §5.1, §10.1).

use super::books::Row;
use super::machine::Machine;
use super::number::money;
use ikkm_protocol::Registration;
use rust_decimal::Decimal;
use time::PrimitiveDateTime;

/// Messages that are kept when nobody reads them; older ones are dropped.
const OUTBOX_LENGTH: usize = 10_000;

/// A receipt as the tax committee gets it. Amounts are text with two decimals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnlineMessage {
    /// The type of registration.
    pub kind: Registration,
    /// The receipt's total.
    pub total: String,
    /// At most 80 positions.
    pub positions: Vec<OnlinePosition>,
}

/// One position of an [`OnlineMessage`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnlinePosition {
    /// Its name.
    pub name: String,
    /// Its quantity, with three decimals.
    pub qty: String,
    /// Its sum, with two decimals; below zero for a discount.
    pub sum: String,
}

impl OnlineMessage {
    pub(super) fn new(kind: Registration, total: Decimal, rows: &[Row]) -> OnlineMessage {
        let position = |row: &Row| OnlinePosition {
            name: row.name.clone(),
            qty: row.quantity.to_string(),
            sum: money(row.sum).to_string(),
        };
        OnlineMessage {
            kind,
            total: money(total).to_string(),
            positions: rows.iter().map(position).collect(),
        }
    }
}

impl Machine {
    /// Hands a message to the tax committee.
    pub(super) fn send(&mut self, message: OnlineMessage) {
        if let Some(message) = self.on_line(message) {
            self.online.push(message);
        }
        let surplus = self.online.len().saturating_sub(OUTBOX_LENGTH);
        self.online.drain(..surplus);
    }

    /// Sends all messages that wait, unless the device is offline.
    pub fn push_queue(&mut self, now: PrimitiveDateTime) {
        if self.conditions.offline || !self.behaviour.management.linked {
            return;
        }
        for receipt in self.books.send_queue(now) {
            let message = self.message(&receipt);
            self.send(message);
        }
    }
}
