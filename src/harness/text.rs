//! Texts that several rooms make and compare: cut to a length, or fitted to a pattern.

/// At most so many characters; what is cut off is told by its number.
pub fn clip(text: &str, longest: usize) -> String {
    let length = text.chars().count();
    if length <= longest {
        return text.to_owned();
    }
    let kept: String = text.chars().take(longest).collect();
    format!("{kept}… ({} more characters)", length - longest)
}

/// Whether a text fits a pattern in which `*` stands for anything, also for nothing.
pub fn fits(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut pieces: Vec<&str> = pieces.collect();
    let Some(last) = pieces.pop() else { return rest.is_empty() };
    for piece in pieces {
        match rest.find(piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_off_is_counted() {
        assert_eq!(clip("абвг", 2), "аб… (2 more characters)");
        assert_eq!(clip("абвг", 4), "абвг");
    }

    #[test]
    fn stars_stand_for_anything() {
        for (pattern, text) in [
            ("*-hq-sale", "bank-hq-sale"),
            ("*", ""),
            ("a*c*e", "abcde"),
            ("abc", "abc"),
            ("*1x100*=*100*", "Sale 1x100 = 100"),
        ] {
            assert!(fits(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("a*b", "a"), ("abc", "abcd"), ("*a", "b"), ("aa*aa", "aaa")] {
            assert!(!fits(pattern, text), "{pattern} {text}");
        }
    }
}
