//! Reading and rounding numbers as this device does it (v22 §3, "Number").

use super::behaviour::{NumberForms, Numbers, RangeCheck, Rounding, RoundingRule};
use rust_decimal::{Decimal, RoundingStrategy};
use std::str::FromStr;

/// The largest number that the device takes (v22 §3).
pub(super) const LIMIT: Decimal = Decimal::from_parts(20_000_000, 0, 0, false, 0);

/// Digits before the dot beyond which a number is only known to be far too large.
const WHOLE_DIGITS: usize = 12;
/// Digits after the dot that are kept as they are; what follows only says whether there is more.
const FRACTION_DIGITS: usize = 14;

/// Why an amount was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Misread {
    /// Not a number at all.
    NotANumber,
    /// Under the least value.
    Below,
    /// Over [`LIMIT`].
    Above,
}

/// Reads digits with at most one dot, and whatever else `forms` admits. `None` is no number.
///
/// However long the text, the value compares and rounds as the written number would.
pub(super) fn read(text: &str, forms: NumberForms) -> Option<Decimal> {
    let text = if forms.surrounding_space { text.trim() } else { text };
    let (sign, digits) = match (text.strip_prefix('-'), text.strip_prefix('+')) {
        (Some(rest), _) => ("-", rest),
        (None, Some(rest)) if forms.leading_plus => ("", rest),
        _ => ("", text),
    };
    let (whole, fraction) = match digits.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (digits, None),
    };
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits(whole) || !all_digits(fraction.unwrap_or("")) {
        return None;
    }
    let bare = whole.is_empty() || fraction == Some("");
    let empty = whole.is_empty() && fraction.unwrap_or("").is_empty();
    if empty || (bare && !forms.bare_dot) {
        return None;
    }
    if !forms.leading_zeros && whole.len() > 1 && whole.starts_with('0') {
        return None;
    }
    let value = Decimal::from_str(&format!("{sign}{}", bounded(whole, fraction.unwrap_or("")))).ok()?;
    Some(if value.is_zero() { Decimal::ZERO } else { value })
}

/// The number's text with no more digits than a decimal holds exactly.
fn bounded(whole: &str, fraction: &str) -> String {
    let whole = whole.trim_start_matches('0');
    if whole.len() > WHOLE_DIGITS {
        return "9".repeat(WHOLE_DIGITS);
    }
    let (kept, rest) = fraction.split_at(fraction.len().min(FRACTION_DIGITS));
    let more = if rest.bytes().any(|byte| byte != b'0') { "1" } else { "" };
    format!("0{whole}.{kept}{more}0")
}

/// Rounds to `places` decimals; the result shows exactly that many.
pub(super) fn round(value: Decimal, places: u32, rounding: Rounding) -> Decimal {
    let strategy = match rounding {
        Rounding::HalfUp => RoundingStrategy::MidpointAwayFromZero,
        Rounding::HalfEven => RoundingStrategy::MidpointNearestEven,
        Rounding::HalfDown => RoundingStrategy::MidpointTowardZero,
        Rounding::Truncate => RoundingStrategy::ToZero,
        Rounding::Ceiling => RoundingStrategy::AwayFromZero,
    };
    let mut rounded = value.round_dp_with_strategy(places, strategy);
    rounded.rescale(places);
    if rounded.is_zero() { Decimal::new(0, places) } else { rounded }
}

/// A sum of money as it is shown: two decimals. The value must have no more than these.
pub(super) fn money(value: Decimal) -> Decimal {
    let mut shown = value;
    shown.rescale(2);
    shown
}

impl Numbers {
    /// Reads an amount of at least `least`, rounded to hundredths.
    ///
    /// # Errors
    /// [`Misread`]: no number, or out of the range `least` to 20 million (v22 §3).
    pub(super) fn amount(&self, text: &str, least: Decimal) -> Result<Decimal, Misread> {
        let value = read(text, self.forms).ok_or(Misread::NotANumber)?;
        self.checked(value, self.round_amount(value), least)
    }

    /// Reads a receipt's total, rounded by the device's rule; errors as for [`Self::amount`].
    pub(super) fn total(&self, text: &str, least: Decimal) -> Result<Decimal, Misread> {
        let total = self.amount(text, least)?;
        Ok(match self.rule {
            RoundingRule::WholeTotal => money(round(total, 0, self.rounding)),
            _ => total,
        })
    }

    /// Reads a quantity above or at zero, rounded to thousandths; errors as for [`Self::amount`].
    pub(super) fn quantity(&self, text: &str) -> Result<Decimal, Misread> {
        let value = read(text, self.forms).ok_or(Misread::NotANumber)?;
        self.checked(value, round(value, 3, self.quantity_rounding), Decimal::ZERO)
    }

    /// Rounds an amount by the device's rule, shown with two decimals.
    pub(super) fn round_amount(&self, value: Decimal) -> Decimal {
        match self.rule {
            RoundingRule::No | RoundingRule::Hundredth | RoundingRule::WholeTotal => {
                round(value, 2, self.rounding)
            }
            RoundingRule::Whole => money(round(value, 0, self.rounding)),
        }
    }

    fn checked(&self, written: Decimal, rounded: Decimal, least: Decimal) -> Result<Decimal, Misread> {
        let judged = match self.range_check {
            RangeCheck::BeforeRounding => written,
            RangeCheck::AfterRounding => rounded,
        };
        if judged < least {
            Err(Misread::Below)
        } else if judged > self.limit.unwrap_or(LIMIT) {
            Err(Misread::Above)
        } else {
            Ok(rounded)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const STRICT: NumberForms =
        NumberForms { leading_plus: false, leading_zeros: false, bare_dot: false, surrounding_space: false };
    const LENIENT: NumberForms =
        NumberForms { leading_plus: true, leading_zeros: true, bare_dot: true, surrounding_space: true };

    fn decimal(text: &str) -> Decimal {
        Decimal::from_str(text).expect(text)
    }

    #[test]
    fn reads_plain_numbers_in_any_form() {
        for text in ["0", "800", "800.10", "-5", "0.005", "20000000.004"] {
            assert_eq!(read(text, STRICT), Some(decimal(text)), "{text}");
            assert_eq!(read(text, LENIENT), Some(decimal(text)), "{text}");
        }
        for text in ["+800", "0800", ".5", "5.", " 5", "5\t"] {
            assert_eq!(read(text, STRICT), None, "{text}");
            assert!(read(text, LENIENT).is_some(), "{text}");
        }
    }

    #[test]
    fn no_form_admits_what_is_no_number() {
        for text in ["", ".", "-", "+", "1e3", "1,5", "1 000", "--5", "+-5", "٣", "0x10", "5.5.5", "NaN"] {
            assert_eq!(read(text, LENIENT), None, "{text:?}");
        }
    }

    #[test]
    fn long_numbers_keep_their_place() {
        assert!(read(&"9".repeat(5000), STRICT).is_some_and(|value| value > LIMIT));
        let just_above_half = format!("1.005{}1", "0".repeat(500));
        let value = read(&just_above_half, STRICT).expect("a number");
        assert_eq!(round(value, 2, Rounding::HalfDown), decimal("1.01"));
        let exactly_half = format!("1.005{}", "0".repeat(500));
        let value = read(&exactly_half, STRICT).expect("a number");
        assert_eq!(round(value, 2, Rounding::HalfDown), decimal("1.00"));
    }

    #[test]
    fn five_ways_to_round() {
        let cases = [
            (Rounding::HalfUp, ["1.01", "1.02", "1.00", "1.01"]),
            (Rounding::HalfEven, ["1.00", "1.02", "1.00", "1.01"]),
            (Rounding::HalfDown, ["1.00", "1.01", "1.00", "1.01"]),
            (Rounding::Truncate, ["1.00", "1.01", "1.00", "1.00"]),
            (Rounding::Ceiling, ["1.01", "1.02", "1.01", "1.01"]),
        ];
        for (rounding, expected) in cases {
            for (text, expected) in ["1.005", "1.015", "1.004", "1.006"].into_iter().zip(expected) {
                assert_eq!(round(decimal(text), 2, rounding).to_string(), expected, "{rounding:?} {text}");
            }
        }
    }

    #[test]
    fn the_range_is_checked_before_or_after_rounding() {
        let mut numbers = Numbers { range_check: RangeCheck::AfterRounding, ..Numbers::default() };
        assert_eq!(numbers.amount("0.995", Decimal::ONE), Ok(decimal("1.00")));
        assert_eq!(numbers.amount("20000000.004", Decimal::ONE), Ok(LIMIT));
        assert_eq!(numbers.amount("20000000.005", Decimal::ONE), Err(Misread::Above));
        numbers.range_check = RangeCheck::BeforeRounding;
        assert_eq!(numbers.amount("0.995", Decimal::ONE), Err(Misread::Below));
        assert_eq!(numbers.amount("20000000.004", Decimal::ONE), Err(Misread::Above));
        assert_eq!(numbers.amount("20000000", Decimal::ONE), Ok(LIMIT));
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,60}") {
            let _ = Numbers::default().amount(&text, Decimal::ONE);
            let _ = read(&text, LENIENT);
        }

        #[test]
        fn rounding_stays_within_one_step(units in 0i64..40_000_000_000, scale in 0u32..8) {
            let value = Decimal::new(units, scale);
            for rounding in [Rounding::HalfUp, Rounding::HalfEven, Rounding::HalfDown, Rounding::Truncate, Rounding::Ceiling] {
                let rounded = round(value, 2, rounding);
                prop_assert!((rounded - value).abs() < Decimal::new(1, 2));
                prop_assert_eq!(rounded.scale(), 2);
            }
        }
    }
}
