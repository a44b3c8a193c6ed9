//! The small language of `moves:`: by how much each figure of the books moved.

use ikkm_protocol::parse_plain;
use rust_decimal::Decimal;
use thiserror::Error;

/// One amount that moved a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Addend {
    /// The amount, negative when the figure goes down.
    pub amount: Decimal,
    /// Written as `round(…)`: what moved is the amount as the device rounds it.
    pub rounded: bool,
}

/// The figures of `moves:`.
pub const FIGURES: [&str; 7] = ["sale", "buy", "saleReturn", "buyReturn", "drawer", "cash-in", "cash-out"];

/// The text of a move cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is no amount: write 800, -200, 800 + 500 or round(100.005)")]
pub struct MovesError(String);

/// Reads `800`, `-200`, `800 + 500` (two documents) or `round(100.005)`.
///
/// # Errors
/// [`MovesError`] with the text.
pub fn parse(text: &str) -> Result<Vec<Addend>, MovesError> {
    text.split(" + ").map(|part| addend(part.trim()).ok_or_else(|| MovesError(text.to_owned()))).collect()
}

fn addend(text: &str) -> Option<Addend> {
    let (sign, positive) = match text.strip_prefix('-') {
        Some(rest) => (-Decimal::ONE, rest),
        None => (Decimal::ONE, text.strip_prefix('+').unwrap_or(text)),
    };
    let (number, rounded) = match positive.strip_prefix("round(").and_then(|rest| rest.strip_suffix(')')) {
        Some(inside) => (inside, true),
        None => (positive, false),
    };
    let amount = parse_plain(number).ok().filter(|amount| !amount.is_sign_negative())?;
    Some(Addend { amount: amount * sign, rounded })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_amounts_sums_and_rounded_ones() {
        let plain = |text: &str| Addend { amount: text.parse().unwrap(), rounded: false };
        assert_eq!(parse("800").unwrap(), [plain("800")]);
        assert_eq!(parse("-200").unwrap(), [plain("-200")]);
        assert_eq!(parse("800 + 500").unwrap(), [plain("800"), plain("500")]);
        assert_eq!(
            parse("-round(1.005)").unwrap(),
            [Addend { amount: "-1.005".parse().unwrap(), rounded: true }]
        );
        for wrong in ["", "x", "800+500", "round(800", "--5", "round(-5)", "800 + "] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
