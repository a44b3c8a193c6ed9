//! A device under test, as the harness sees it.
//!
//! [`transport`] sends one request and says exactly what came of it ([`delivery`]), through a
//! recording [`tap`] whose bytes [`wire`] reads; [`pace`] keeps requests apart; [`clock`] is the time
//! that cases wait on; [`effects`] says what a request could do to a device, and what was granted.

pub mod clock;
pub mod delivery;
pub mod effects;
pub mod pace;
pub mod session;
pub mod tap;
pub mod transport;
pub mod wire;
