//! A recording as a suite.

use super::exchange::Exchange;

/// The text of the suite.
pub fn suite(_: &[Exchange]) -> String {
    String::new()
}
