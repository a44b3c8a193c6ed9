//! Money and quantity: exact text to decimal and back (v22 §3, "Number").
//!
//! No rounding rule lives here: whether 100.005 becomes 100.00 or 100.01 is for the device to
//! decide and for the judge to find out.

use rust_decimal::Decimal;
use std::str::FromStr;
use thiserror::Error;

/// The longest number text that is read; longer text is no number anybody means.
const LONGEST: usize = 40;

/// Why a text is no plain number.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AmountError {
    /// Something else than digits with at most one dot between them.
    #[error("`{0}` is no plain number: write digits with at most one dot, such as 800 or 800.10")]
    NotPlain(String),
    /// More digits than a decimal holds exactly.
    #[error("`{0}` has more digits than can be kept exactly (28 at most)")]
    TooLong(String),
}

/// Reads a plain number: an optional minus, digits, and maybe a dot followed by digits.
///
/// `Decimal::from_str` alone would take `1e3`, `1_000`, `.5` and `+5`, and would round silently at
/// 28 places; none of these is a number in the sense of v22 §3.
///
/// # Errors
/// [`AmountError::NotPlain`] or [`AmountError::TooLong`], both naming the text.
pub fn parse_plain(text: &str) -> Result<Decimal, AmountError> {
    let not_plain = || AmountError::NotPlain(text.chars().take(LONGEST).collect());
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = match digits.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (digits, None),
    };
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !all_digits(whole) || !fraction.is_none_or(all_digits) {
        return Err(not_plain());
    }
    let significant = whole.trim_start_matches('0').len() + fraction.map_or(0, str::len);
    if text.len() > LONGEST || significant > 28 {
        return Err(AmountError::TooLong(text.chars().take(LONGEST).collect()));
    }
    Decimal::from_str(text).map_err(|_| not_plain())
}

/// Writes a decimal as plain text with the scale it has (`800.10` stays `800.10`).
pub fn plain(value: Decimal) -> String {
    value.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn keeps_the_text_that_was_written() {
        for text in ["0", "800", "800.10", "0.005", "20000000", "01234567.5", "-3.50"] {
            let value = parse_plain(text).expect(text);
            assert_eq!(value, Decimal::from_str(text).unwrap());
        }
        assert_eq!(plain(parse_plain("800.10").unwrap()), "800.10");
    }

    #[test]
    fn refuses_what_is_no_plain_number() {
        for text in
            ["", ".", ".5", "5.", "+5", "1e3", "1_000", "1,5", " 5", "5 ", "--5", "٣", "0x10", "5.5.5"]
        {
            assert!(matches!(parse_plain(text), Err(AmountError::NotPlain(_))), "{text:?}");
        }
        let long = "1".repeat(29);
        assert!(matches!(parse_plain(&long), Err(AmountError::TooLong(_))));
        assert!(parse_plain(&"9".repeat(100_000)).is_err());
    }

    proptest! {
        #[test]
        fn text_and_decimal_are_one(units in 0u64..2_000_000_000, scale in 0u32..6) {
            let value = Decimal::new(units as i64, scale);
            let back = parse_plain(&plain(value)).unwrap();
            prop_assert_eq!(back, value);
            prop_assert_eq!(back.scale(), value.scale());
        }

        #[test]
        fn never_panics(text in "\\PC{0,60}") {
            let _ = parse_plain(&text);
        }
    }
}
