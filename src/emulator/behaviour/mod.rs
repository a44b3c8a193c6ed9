//! How the device answers where the document leaves it open: named decision points, one struct a
//! chapter. Each names its question of the requirements. The defaults are those of `plain`.

mod daily;
mod entries;
mod reading;
mod registering;
mod reporting;

pub use daily::*;
pub(super) use entries::*;
pub use reading::*;
pub use registering::*;
pub use reporting::*;

use super::mutation::Mutations;

/// Everything that the device decides for itself.
#[derive(Debug, Clone, Default)]
pub struct Behaviour {
    /// Numbers and their rounding (v22 §3).
    pub numbers: Numbers,
    /// Requests and answers on the wire (v22 §3, §5.2).
    pub wire: Wire,
    /// The key chain and its replay (v22 §4).
    pub keys: KeyRules,
    /// Registrations as a whole (v22 §5.1).
    pub registration: RegistrationRules,
    /// Payments (v22 §5.1, §11).
    pub payment: PaymentRules,
    /// `itemdata` (v22 §5.1).
    pub items: ItemRules,
    /// Printing (v22 §5.1, §8, §10.1).
    pub printing: PrintRules,
    /// Cash in and out, shifts (v22 §5.3).
    pub shift: ShiftRules,
    /// Card payments (v22 §6).
    pub bank: BankRules,
    /// Directories and reports (v22 §9).
    pub reports: ReportRules,
    /// Status and management (v22 §7, §10).
    pub management: ManagementRules,
    /// Seeded deviations; a conforming device has none.
    pub mutations: Mutations,
}
