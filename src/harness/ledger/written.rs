//! Requests as their author wrote them: exact numbers, registrations. Nothing is rounded here.

use ikkm_protocol::{Params, PayKind, Registration, parse_plain};
use rust_decimal::Decimal;

/// Digits before the dot beyond which a number is only far too large.
const WHOLE_DIGITS: usize = 12;
/// Digits after the dot that are kept; what follows only says whether there is more.
const FRACTION_DIGITS: usize = 12;

/// A text where a number is expected (v22 §3, Q-WIRE-5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberForm {
    /// Digits with at most one dot: every device takes it.
    Plain(Decimal),
    /// A form that a device may take or refuse: `+5`, `05`, `.5`, `5.`, white space around.
    NonCanonical(Decimal),
    /// Below zero.
    Negative,
    /// No number.
    Nothing,
}

/// Reads a text as a device might.
pub fn read(text: &str) -> NumberForm {
    let trimmed = text.trim();
    let (negative, unsigned) = match trimmed.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, trimmed.strip_prefix('+').unwrap_or(trimmed)),
    };
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || (whole.is_empty() && fraction.is_empty()) {
        return NumberForm::Nothing;
    }
    if negative {
        return NumberForm::Negative;
    }
    let leading_zero = whole.len() > 1 && whole.starts_with('0');
    let bare = whole.is_empty() || unsigned.ends_with('.');
    let plain = unsigned == text && !leading_zero && !bare;
    match parse_plain(&bounded(whole, fraction)) {
        Ok(value) if plain => NumberForm::Plain(value),
        Ok(value) => NumberForm::NonCanonical(value),
        Err(_) => NumberForm::Nothing,
    }
}

/// The number with no more digits than a decimal holds; it compares and rounds as the whole would.
fn bounded(whole: &str, fraction: &str) -> String {
    let whole = whole.trim_start_matches('0');
    if whole.len() > WHOLE_DIGITS {
        return "9".repeat(WHOLE_DIGITS);
    }
    let (kept, rest) = fraction.split_at(fraction.len().min(FRACTION_DIGITS));
    let more = if rest.bytes().any(|byte| byte != b'0') { "1" } else { "" };
    format!("0{whole}.{kept}{more}0")
}

/// The value of a parameter, the first or the last of that name.
pub fn value<'a>(params: &'a Params, name: &str, last: bool) -> Option<&'a str> {
    let mut found = params.0.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str());
    if last { found.next_back() } else { found.next() }
}

/// A registration that a device took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registering {
    /// Its type.
    pub kind: Registration,
    /// Its total as written.
    pub total: Decimal,
    /// Its payments as written.
    pub payments: Vec<(PayKind, Decimal)>,
    /// The tax id, where one is named.
    pub tax: Option<String>,
}

/// Reads the parameters of a registration; `None` where type, total or a payment cannot be read.
pub fn registering(params: &Params, last: bool) -> Option<Registering> {
    let (kind, total) = kinds(params, last).next()?;
    let mut payments = Vec::new();
    for kind in PayKind::ALL {
        if let Some(text) = value(params, kind.wire(), last) {
            payments.push((kind, amount(text)?));
        }
    }
    let tax = value(params, "tax", last).map(|tax| tax.trim().trim_start_matches('0').to_owned());
    Some(Registering { kind, total: amount(total)?, payments, tax })
}

/// The types that a request names, with their totals.
pub fn kinds(params: &Params, last: bool) -> impl Iterator<Item = (Registration, &str)> {
    Registration::ALL.into_iter().filter_map(move |kind| Some((kind, value(params, kind.wire(), last)?)))
}

/// A number that was taken.
pub fn amount(text: &str) -> Option<Decimal> {
    match read(text) {
        NumberForm::Plain(value) | NumberForm::NonCanonical(value) => Some(value),
        NumberForm::Negative | NumberForm::Nothing => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn tells_plain_from_odd_from_nothing() {
        for text in ["0", "800", "800.10", "0.5", "20000000.004"] {
            assert_eq!(read(text), NumberForm::Plain(decimal(text)), "{text}");
        }
        for (text, value) in [("+5", "5"), ("05", "5"), (".5", "0.5"), ("5.", "5"), (" 5", "5")] {
            assert_eq!(read(text), NumberForm::NonCanonical(decimal(value)), "{text}");
        }
        for text in ["", ".", "+", "1e3", "1,5", "x", "1 000", "--5", "5.5.5", "٣"] {
            assert_eq!(read(text), NumberForm::Nothing, "{text}");
        }
        assert_eq!(read("-5"), NumberForm::Negative);
    }

    #[test]
    fn long_numbers_keep_their_place() {
        assert!(matches!(read(&"9".repeat(500)), NumberForm::Plain(value) if value > decimal("20000000")));
        let above = format!("1.005{}1", "0".repeat(60));
        assert!(matches!(read(&above), NumberForm::Plain(value) if value > decimal("1.005")));
    }

    #[test]
    fn a_doubled_parameter_counts_once() {
        let pairs = [("sale", "5"), ("cash", "7"), ("sale", "6")];
        let params = Params(pairs.iter().map(|(n, v)| (n.to_string(), v.to_string())).collect());
        assert_eq!(registering(&params, false).unwrap().total, decimal("5"));
        assert_eq!(registering(&params, true).unwrap().total, decimal("6"));
        assert_eq!(registering(&Params::new(), true), None);
    }
}
