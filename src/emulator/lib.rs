//! The device itself: an iKKM as a pure state machine ([`Machine`]), and the server that gives it a
//! socket, a clock and faults ([`Device`]).
//!
//! It conforms to the vendor's document; where that is silent, [`Behaviour`] decides, and a
//! [`Personality`] is one setting of it with start data of its own. It shares with the judge only
//! how one talks (`protocol`): its error rows, documents and rounding are its own.

mod arguments;
mod bank;
pub mod behaviour;
mod bench;
mod books;
mod check;
mod circumstances;
mod clock;
mod conditions;
pub mod defects;
mod directories;
mod documents;
mod faults;
mod gates;
mod items;
mod keys;
mod machine;
mod mutation;
mod number;
mod observer;
mod online;
mod payment;
mod personality;
mod printer;
mod receipt;
mod record;
mod refusal;
mod registration;
mod reply;
mod server;
mod session;
mod shift;
mod snapshot;
mod start;
#[cfg(test)]
mod tests;
mod wire;

pub use behaviour::Behaviour;
pub use clock::DeviceClock;
pub use conditions::{Action, Condition, ConditionName, Unsupported};
pub use directories::{Cashier, Directories, Good, Tax};
pub use faults::{Fault, FaultRule, RecurringFault, RequestKind};
pub use machine::{Machine, Reaction};
pub use observer::{Observer, Seen};
pub use online::{OnlineMessage, OnlinePosition};
pub use personality::{Personality, personalities, personality};
pub use record::Arrival;
pub use refusal::Refusal;
pub use server::Device;
pub use session::PrintMode;
pub use snapshot::{OpenShift, Snapshot};
pub use start::History;
