//! Conditions that a bench brings about, as the device feels them, and the bench's actions.

use thiserror::Error;
use time::PrimitiveDateTime;

/// Something that is the case from outside, until it is cleared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// No paper.
    PaperOut,
    /// The battery is low.
    BatteryLow,
    /// An external printer is selected and gone.
    ExternalPrinterMissing,
    /// Blocked by the tax committee.
    Blocked {
        /// The committee's own code, 0 to 99.
        code: u8,
    },
    /// Offline for more than 72 hours.
    Offline72h,
    /// A shift is open for more than 24 hours.
    ShiftOver24h,
    /// A shift is open for more than 7 days.
    ShiftOver7d,
    /// The open shift belongs to someone else.
    OtherCashier,
    /// The current cashier is no senior.
    OrdinaryCashier,
    /// Mixed payment is off in the settings.
    MixedPaymentOff,
    /// The default tax is added to the amount.
    TaxOnTop,
    /// The database is damaged.
    DatabaseDamaged,
    /// A fault without a name.
    UnknownFault,
    /// A registration or card transaction runs.
    Busy,
    /// Nothing listens.
    ApiOff,
    /// No document was ever made.
    FreshDevice,
    /// The oldest closed shift is archived.
    ArchivedShift,
    /// Every tax has a new code.
    TaxesEdited,
}

/// A condition's name, without what it carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "each is told at the condition of the same name")]
pub enum ConditionName {
    PaperOut,
    BatteryLow,
    ExternalPrinterMissing,
    Blocked,
    Offline72h,
    ShiftOver24h,
    ShiftOver7d,
    OtherCashier,
    OrdinaryCashier,
    MixedPaymentOff,
    TaxOnTop,
    DatabaseDamaged,
    UnknownFault,
    Busy,
    ApiOff,
    FreshDevice,
    ArchivedShift,
    TaxesEdited,
}

impl Condition {
    /// The condition's name.
    pub fn name(self) -> ConditionName {
        match self {
            Condition::PaperOut => ConditionName::PaperOut,
            Condition::BatteryLow => ConditionName::BatteryLow,
            Condition::ExternalPrinterMissing => ConditionName::ExternalPrinterMissing,
            Condition::Blocked { .. } => ConditionName::Blocked,
            Condition::Offline72h => ConditionName::Offline72h,
            Condition::ShiftOver24h => ConditionName::ShiftOver24h,
            Condition::ShiftOver7d => ConditionName::ShiftOver7d,
            Condition::OtherCashier => ConditionName::OtherCashier,
            Condition::OrdinaryCashier => ConditionName::OrdinaryCashier,
            Condition::MixedPaymentOff => ConditionName::MixedPaymentOff,
            Condition::TaxOnTop => ConditionName::TaxOnTop,
            Condition::DatabaseDamaged => ConditionName::DatabaseDamaged,
            Condition::UnknownFault => ConditionName::UnknownFault,
            Condition::Busy => ConditionName::Busy,
            Condition::ApiOff => ConditionName::ApiOff,
            Condition::FreshDevice => ConditionName::FreshDevice,
            Condition::ArchivedShift => ConditionName::ArchivedShift,
            Condition::TaxesEdited => ConditionName::TaxesEdited,
        }
    }
}

/// Something that a bench does once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Off and on again.
    PowerCycle,
    /// Everything as on the first day: the start data, without any condition.
    FactoryReset,
    /// The card transaction that runs ends.
    FinishBank {
        /// With success; else with a failure.
        success: bool,
    },
}

/// The emulator cannot do this now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Unsupported {
    /// The personality runs on mains.
    #[error("this device has no battery: choose a personality that has one")]
    NoBattery,
    /// Nothing is there to be archived.
    #[error("no closed shift is there to be archived: register and close one first")]
    NoClosedShift,
    /// No card transaction to finish.
    #[error("no card transaction runs: start one with /apibank first")]
    NoCardTransaction,
}

/// What stands now.
#[derive(Debug, Clone, Default)]
pub(super) struct Conditions {
    pub paper_out: bool,
    pub battery_low: bool,
    pub external_printer_missing: bool,
    pub blocked: Option<u8>,
    pub offline: bool,
    pub aged: Option<Aged>,
    /// The open shift's rightful cashier, while it belongs to someone else.
    pub rightful_cashier: Option<u64>,
    pub ordinary_cashier: bool,
    pub mixed_payment_off: bool,
    pub tax_on_top: bool,
    pub database_damaged: bool,
    pub unknown_fault: bool,
    pub busy: bool,
    pub api_off: bool,
    pub archived: Option<u64>,
}

/// An open shift whose opening was put back.
#[derive(Debug, Clone, Copy)]
pub(super) struct Aged {
    /// When it was opened in truth.
    pub opened: PrimitiveDateTime,
    /// `shift-over-24h` stands.
    pub day: bool,
    /// `shift-over-7d` stands.
    pub week: bool,
}
