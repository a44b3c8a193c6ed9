//! What a bench can bring about, do and see, by the names of the bench protocol.

use crate::device::effects::Effect;
use serde_json::{Map, Value, json};
use std::fmt;

/// A state that a bench keeps until it is cleared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConditionName {
    /// No paper in the printer.
    PaperOut,
    /// The battery is nearly empty.
    BatteryLow,
    /// An external printer is selected and not there.
    ExternalPrinterMissing,
    /// The tax committee has blocked the register.
    Blocked,
    /// More than 72 hours without the tax committee.
    Offline72h,
    /// The open shift is older than 24 hours.
    ShiftOver24h,
    /// The open shift is older than 7 days.
    ShiftOver7d,
    /// The open shift belongs to another cashier.
    OtherCashier,
    /// The current cashier is no senior.
    OrdinaryCashier,
    /// Mixed payments are switched off.
    MixedPaymentOff,
    /// The default tax is added to the amount.
    TaxOnTop,
    /// The database is damaged.
    DatabaseDamaged,
    /// A fault that the device has no word for.
    UnknownFault,
    /// A registration or a card transaction runs.
    Busy,
    /// Nothing listens.
    ApiOff,
    /// No document was ever made.
    FreshDevice,
    /// A shift has gone to the archive; the bench says which.
    ArchivedShift,
    /// The tax directory's ids have changed.
    TaxesEdited,
}

impl ConditionName {
    /// All of them.
    pub const ALL: [ConditionName; 18] = [
        ConditionName::PaperOut,
        ConditionName::BatteryLow,
        ConditionName::ExternalPrinterMissing,
        ConditionName::Blocked,
        ConditionName::Offline72h,
        ConditionName::ShiftOver24h,
        ConditionName::ShiftOver7d,
        ConditionName::OtherCashier,
        ConditionName::OrdinaryCashier,
        ConditionName::MixedPaymentOff,
        ConditionName::TaxOnTop,
        ConditionName::DatabaseDamaged,
        ConditionName::UnknownFault,
        ConditionName::Busy,
        ConditionName::ApiOff,
        ConditionName::FreshDevice,
        ConditionName::ArchivedShift,
        ConditionName::TaxesEdited,
    ];

    /// The name in messages.
    pub fn as_str(self) -> &'static str {
        match self {
            ConditionName::PaperOut => "paper-out",
            ConditionName::BatteryLow => "battery-low",
            ConditionName::ExternalPrinterMissing => "external-printer-missing",
            ConditionName::Blocked => "blocked",
            ConditionName::Offline72h => "offline-72h",
            ConditionName::ShiftOver24h => "shift-over-24h",
            ConditionName::ShiftOver7d => "shift-over-7d",
            ConditionName::OtherCashier => "other-cashier",
            ConditionName::OrdinaryCashier => "ordinary-cashier",
            ConditionName::MixedPaymentOff => "mixed-payment-off",
            ConditionName::TaxOnTop => "tax-on-top",
            ConditionName::DatabaseDamaged => "database-damaged",
            ConditionName::UnknownFault => "unknown-fault",
            ConditionName::Busy => "busy",
            ConditionName::ApiOff => "api-off",
            ConditionName::FreshDevice => "fresh-device",
            ConditionName::ArchivedShift => "archived-shift",
            ConditionName::TaxesEdited => "taxes-edited",
        }
    }

    /// The condition of that name.
    pub fn from_name(name: &str) -> Option<ConditionName> {
        ConditionName::ALL.into_iter().find(|condition| condition.as_str() == name)
    }

    /// What bringing it about could do to a device; `None` for the ones that are free.
    pub fn effect(self) -> Option<Effect> {
        match self {
            ConditionName::FreshDevice | ConditionName::DatabaseDamaged => Some(Effect::Wipe),
            ConditionName::TaxesEdited => Some(Effect::Manage),
            _ => None,
        }
    }
}

impl fmt::Display for ConditionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A condition to establish. Only `blocked` has a code, 0 to 99.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Condition {
    name: ConditionName,
    code: Option<u8>,
}

impl Condition {
    /// A condition; `None` when a code is missing, out of range, or where none belongs.
    pub fn new(name: ConditionName, code: Option<u8>) -> Option<Condition> {
        let fits = match name {
            ConditionName::Blocked => code.is_some_and(|code| code <= 99),
            _ => code.is_none(),
        };
        fits.then_some(Condition { name, code })
    }

    /// Its name.
    pub fn name(self) -> ConditionName {
        self.name
    }

    /// The tax committee's code of `blocked`.
    pub fn code(self) -> Option<u8> {
        self.code
    }
}

/// Something that a bench does once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BenchAction {
    /// Lets that many seconds pass on the device's clock.
    AdvanceClock(u64),
    /// Off and on again.
    PowerCycle,
    /// Everything as on the first day.
    FactoryReset,
    /// The card transaction that runs ends, well or not.
    FinishBank {
        /// Whether it succeeds.
        success: bool,
    },
}

impl BenchAction {
    /// The names of all actions.
    pub const NAMES: [&str; 4] = ["advance-clock", "power-cycle", "factory-reset", "finish-bank"];

    /// The name in messages.
    pub fn name(self) -> &'static str {
        match self {
            BenchAction::AdvanceClock(_) => "advance-clock",
            BenchAction::PowerCycle => "power-cycle",
            BenchAction::FactoryReset => "factory-reset",
            BenchAction::FinishBank { .. } => "finish-bank",
        }
    }

    /// What it could do to a device; `None` for the ones that are free.
    pub fn effect(self) -> Option<Effect> {
        match self {
            BenchAction::FactoryReset => Some(Effect::Wipe),
            BenchAction::PowerCycle => Some(Effect::Manage),
            BenchAction::AdvanceClock(_) | BenchAction::FinishBank { .. } => None,
        }
    }

    /// The message's fields beside `do`.
    pub(super) fn fields(self) -> Value {
        match self {
            BenchAction::AdvanceClock(seconds) => json!({"action": self.name(), "seconds": seconds}),
            BenchAction::FinishBank { success } => {
                json!({"action": self.name(), "result": if success { "success" } else { "fail" }})
            }
            BenchAction::PowerCycle | BenchAction::FactoryReset => json!({"action": self.name()}),
        }
    }

    /// Reads [`BenchAction::fields`] back.
    pub(super) fn from_fields(fields: &Map<String, Value>) -> Option<BenchAction> {
        Some(match fields.get("action")?.as_str()? {
            "advance-clock" => BenchAction::AdvanceClock(fields.get("seconds")?.as_u64()?),
            "power-cycle" => BenchAction::PowerCycle,
            "factory-reset" => BenchAction::FactoryReset,
            "finish-bank" => match fields.get("result")?.as_str()? {
                "success" => BenchAction::FinishBank { success: true },
                "fail" => BenchAction::FinishBank { success: false },
                _ => return None,
            },
            _ => return None,
        })
    }
}

/// Something that a bench sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Observation {
    /// The lines printed since the last look.
    Tape,
    /// The receipts sent to the tax committee since the last look.
    Online,
    /// The key that the device shows now.
    Key,
}

impl Observation {
    /// All of them.
    pub const ALL: [Observation; 3] = [Observation::Tape, Observation::Online, Observation::Key];

    /// The name in messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Observation::Tape => "tape",
            Observation::Online => "online",
            Observation::Key => "key",
        }
    }

    /// The observation of that name.
    pub fn from_name(name: &str) -> Option<Observation> {
        Observation::ALL.into_iter().find(|observation| observation.as_str() == name)
    }
}
