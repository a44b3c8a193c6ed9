//! What a register shows of itself, for a panel or a log; no verdict rests on it.

use super::conditions::ConditionName;
use super::machine::Machine;
use super::printer::Printed;
use ikkm_protocol::Registration;
use rust_decimal::Decimal;
use std::collections::VecDeque;
use time::PrimitiveDateTime;

/// So many printed lines are kept to be shown.
const PAPER_LENGTH: usize = 1000;

/// The paper that hangs out of the printer: it is looked at, not torn off.
#[derive(Debug, Clone, Default)]
pub(super) struct Roll {
    lines: VecDeque<String>,
    /// All lines ever printed.
    count: u64,
}

impl Roll {
    pub(super) fn take(&mut self, lines: &[Printed]) {
        for line in lines {
            self.lines.push_back(line.text.clone());
            self.count += 1;
        }
        let surplus = self.lines.len().saturating_sub(PAPER_LENGTH);
        self.lines.drain(..surplus);
    }

    fn since(&self, seen: u64) -> Vec<String> {
        // A reset begins a new roll: whoever saw more than that has seen nothing of it.
        let new = if seen > self.count { self.count } else { self.count - seen };
        let new = usize::try_from(new).unwrap_or(usize::MAX);
        let skipped = self.lines.len().saturating_sub(new);
        self.lines.iter().skip(skipped).cloned().collect()
    }
}

/// The open shift.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OpenShift {
    /// Its number.
    pub id: u64,
    /// When it was opened, by the device's clock.
    pub opened: PrimitiveDateTime,
}

/// A register at one moment. Amounts are in tenge, with two decimals.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// `factorySerialNumber`.
    pub serial: String,
    /// `applicationVersion`.
    pub firmware: u32,
    /// The personality's name.
    pub personality: &'static str,
    /// The device's clock.
    pub now: PrimitiveDateTime,
    /// The key on the screen.
    pub key: String,
    /// The shift, while one is open.
    pub shift: Option<OpenShift>,
    /// The number of the next shift.
    pub next_shift: u64,
    /// Cash in the drawer.
    pub drawer: Decimal,
    /// The fiscal totals by type of registration.
    pub fiscal: [(Registration, Decimal); 4],
    /// The number of the last closed receipt.
    pub last_receipt: u64,
    /// Messages that wait for the tax committee.
    pub queue: usize,
    /// `lan-printer`, `internal-printer` or `usb-printer`.
    pub print_mode: &'static str,
    /// Batch mode: messages wait until they are pushed.
    pub batch_mode: bool,
    /// The quick Z report.
    pub fast_timers: bool,
    /// The only host that is served, while there is one.
    pub locked_to: Option<String>,
    /// The text on top of every receipt.
    pub header: Option<String>,
    /// A card transaction runs.
    pub card_running: bool,
    /// A Z report runs.
    pub z_running: bool,
    /// The conditions that stand.
    pub conditions: Vec<ConditionName>,
    /// The lines printed since the caller's last look.
    pub paper: Vec<String>,
    /// How many lines were ever printed.
    pub printed: u64,
}

impl Machine {
    /// What the register shows; of the paper, the lines after the first `seen` ones.
    pub fn snapshot(&mut self, seen: u64, now: PrimitiveDateTime) -> Snapshot {
        self.catch_up(now);
        let fiscal = |kind| (kind, self.books.fiscal[kind]);
        Snapshot {
            serial: self.personality.serial.to_string(),
            firmware: self.personality.firmware,
            personality: self.personality.name,
            now,
            key: self.keys.current().as_str().to_owned(),
            shift: self.books.open_shift().map(|shift| OpenShift { id: shift.id, opened: shift.opened }),
            next_shift: self.books.next_shift,
            drawer: self.books.drawer,
            fiscal: [
                fiscal(Registration::Sale),
                fiscal(Registration::Buy),
                fiscal(Registration::SaleReturn),
                fiscal(Registration::BuyReturn),
            ],
            last_receipt: self.books.last_closed,
            queue: self.books.queued(),
            print_mode: self.print_mode().wire(),
            batch_mode: self.session.packet_mode,
            fast_timers: self.session.fast_timers,
            locked_to: self.session.locked_to.map(|host| host.to_string()),
            header: self.session.header.clone(),
            card_running: self.bank.is_running(),
            z_running: self.running_z.is_some(),
            conditions: self.standing(),
            paper: self.printer.paper.since(seen),
            printed: self.printer.paper.count,
        }
    }

    /// The conditions that stand now.
    fn standing(&self) -> Vec<ConditionName> {
        let conditions = &self.conditions;
        let all = [
            (conditions.paper_out, ConditionName::PaperOut),
            (conditions.battery_low, ConditionName::BatteryLow),
            (conditions.external_printer_missing, ConditionName::ExternalPrinterMissing),
            (conditions.blocked.is_some(), ConditionName::Blocked),
            (conditions.offline, ConditionName::Offline72h),
            (conditions.aged.is_some_and(|aged| aged.day), ConditionName::ShiftOver24h),
            (conditions.aged.is_some_and(|aged| aged.week), ConditionName::ShiftOver7d),
            (conditions.rightful_cashier.is_some(), ConditionName::OtherCashier),
            (conditions.ordinary_cashier, ConditionName::OrdinaryCashier),
            (conditions.mixed_payment_off, ConditionName::MixedPaymentOff),
            (conditions.tax_on_top, ConditionName::TaxOnTop),
            (conditions.database_damaged, ConditionName::DatabaseDamaged),
            (conditions.unknown_fault, ConditionName::UnknownFault),
            (conditions.busy, ConditionName::Busy),
            (conditions.api_off, ConditionName::ApiOff),
            (conditions.archived.is_some(), ConditionName::ArchivedShift),
        ];
        all.into_iter().filter(|(stands, _)| *stands).map(|(_, name)| name).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::printer::plain;
    use super::*;

    #[test]
    fn paper_shows_what_is_new_and_forgets_the_oldest() {
        let mut paper = Roll::default();
        paper.take(&plain(vec!["one".to_owned(), "two".to_owned()]));
        assert_eq!(paper.since(0), ["one", "two"]);
        assert_eq!(paper.since(1), ["two"]);
        assert!(paper.since(2).is_empty());
        assert_eq!(paper.since(9), ["one", "two"], "a new roll is shown whole");
        for number in 0..PAPER_LENGTH {
            paper.take(&plain(vec![number.to_string()]));
        }
        assert_eq!(paper.since(0).len(), PAPER_LENGTH);
        assert_eq!(paper.since(paper.count - 1), [(PAPER_LENGTH - 1).to_string()]);
    }
}
