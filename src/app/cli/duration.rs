//! Times on the command line: `90s`, `10m`, `1h`.

use std::time::Duration;

/// Reads a whole number with a unit, seconds where there is none.
///
/// # Errors
/// A sentence that shows how a time is written.
pub fn parse(text: &str) -> Result<Duration, String> {
    let (number, seconds) = match text.trim().split_at_checked(text.trim().len().saturating_sub(1)) {
        Some((number, "s")) => (number, 1),
        Some((number, "m")) => (number, 60),
        Some((number, "h")) => (number, 3600),
        _ => (text.trim(), 1),
    };
    let count: Option<u64> = number.parse().ok().filter(|count| *count > 0);
    count
        .and_then(|count| count.checked_mul(seconds))
        .map(Duration::from_secs)
        .ok_or_else(|| "write a time such as 90s, 10m or 1h".to_owned())
}

/// A time as people say it: `1 h 05 min`, `12 min 30 s`, `45 s`.
pub fn spoken(seconds: f64) -> String {
    // A time beyond any run saturates.
    let whole = seconds.ceil() as u64;
    match (whole / 3600, whole / 60 % 60, whole % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes} min {seconds:02} s"),
        (hours, minutes, _) => format!("{hours} h {minutes:02} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_units() {
        for (text, seconds) in [("90s", 90), ("10m", 600), ("1h", 3600), ("45", 45), (" 2m ", 120)] {
            assert_eq!(parse(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "m", "0m", "-1s", "1.5m", "10 minutes", "ж", "99999999999999999999h"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn times_are_spoken() {
        assert_eq!(spoken(44.2), "45 s");
        assert_eq!(spoken(750.0), "12 min 30 s");
        assert_eq!(spoken(3900.0), "1 h 05 min");
    }
}
