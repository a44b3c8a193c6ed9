//! A device under test, as the harness sees it.
//!
//! [`transport`] sends one request and says exactly what came of it ([`delivery`]), over a
//! connection that records [`recording`], whose bytes [`wire`] reads; [`pace`] keeps requests apart; [`clock`] is the time
//! that cases wait on; [`effects`] says what a request could do to a device, and what was granted;
//! [`tally`] what was done, and how much may be; [`fate`] finds out what became of a request that got
//! no answer ([`cash`] counts documents for it); the [`journal`] keeps the key chain over a crash, and
//! [`resume`] goes on from it; `together` is the one exception to one request at a time. [`identity`] asks what device it is.

pub mod cash;
pub mod clock;
pub mod delivery;
pub mod effects;
pub mod fate;
pub mod identity;
pub mod journal;
mod keychain;
mod outgoing;
pub mod pace;
pub mod recording;
pub mod redaction;
pub mod resume;
pub mod session;
mod taking;
pub mod tally;
mod together;
pub mod transport;
mod trouble;
pub mod wire;
