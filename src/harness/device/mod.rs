//! A device under test, as the harness sees it.
//!
//! [`setup`] begins a [`session`], whose parts are: `channel`, the one way out, with the [`pace`] and
//! the [`clock`]; `permission`, what was granted ([`effects`]) and how much may be registered
//! ([`totals`]); `knowledge`, the key chain and what was done; the [`journal`], which keeps both over
//! a crash, so that [`resume`] goes on from it.
//!
//! Below it [`transport`] sends one request and says exactly what came of it ([`delivery`]), over a
//! connection that records ([`recording`]), whose bytes [`wire`] reads. [`lost_reply`] finds out what
//! became of a request that got no answer ([`cash`] counts documents for it); `together` is the one
//! exception to one request at a time; [`identity`] asks what device it is.

pub mod cash;
mod channel;
pub mod clock;
pub mod delivery;
pub mod effects;
pub mod identity;
pub mod journal;
mod keychain;
mod knowledge;
pub mod lost_reply;
mod outgoing;
pub mod pace;
mod permission;
pub mod recording;
pub mod redaction;
mod refused;
pub mod resume;
pub mod session;
mod session_error;
pub mod setup;
mod together;
pub mod totals;
pub mod transport;
pub mod wire;
