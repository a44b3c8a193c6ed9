//! Keys replaced by placeholders: the one way by which anything of a device is printed or written.

use ikkm_protocol::Key;
use std::collections::HashMap;

/// What stands where the current key stood.
pub const CURRENT: &str = "$IKKM_KEY";
/// What stands where a key stood that was spent, or that an answer gave.
pub const OTHER: &str = "$IKKM_OTHER_KEY";

/// Hides keys in texts.
#[derive(Debug, Default)]
pub struct Redactor {
    hidden: HashMap<String, &'static str>,
}

impl Redactor {
    /// Hides the current key and others that could still replay.
    pub fn new<'k>(current: Option<&Key>, others: impl IntoIterator<Item = &'k Key>) -> Redactor {
        let mut hidden: HashMap<String, &'static str> =
            others.into_iter().map(|key| (key.as_str().to_owned(), OTHER)).collect();
        hidden.extend(current.map(|key| (key.as_str().to_owned(), CURRENT)));
        Redactor { hidden }
    }

    /// The text without any of the keys.
    pub fn hide(&self, text: &str) -> String {
        if self.hidden.is_empty() {
            return text.to_owned();
        }
        // A transcript's texts are long and keys are many: one pass, whatever their number.
        let bytes = text.as_bytes();
        let mut out = String::with_capacity(text.len());
        let mut kept = 0;
        let mut at = 0;
        while let Some(window) = bytes.get(at..at + Key::DIGITS) {
            // A window of digits begins and ends between characters.
            let known = match window.iter().rposition(|byte| !byte.is_ascii_digit()) {
                Some(other) => {
                    at += other + 1;
                    continue;
                }
                None => text.get(at..at + Key::DIGITS).and_then(|digits| self.hidden.get(digits)),
            };
            match known {
                Some(shown) => {
                    out.push_str(text.get(kept..at).unwrap_or_default());
                    out.push_str(shown);
                    at += Key::DIGITS;
                    kept = at;
                }
                None => at += 1,
            }
        }
        out.push_str(text.get(kept..).unwrap_or_default());
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_hidden_by_their_role() {
        let current = Key::parse("11111111").unwrap();
        let spent = Key::parse("22222222").unwrap();
        let redactor = Redactor::new(Some(&current), [&current, &spent]);
        let shown = redactor.hide("key=11111111 /dump/transaction/22222222 33333333");
        assert_eq!(shown, "key=$IKKM_KEY /dump/transaction/$IKKM_OTHER_KEY 33333333");
    }

    #[test]
    fn keys_are_hidden_wherever_their_digits_stand() {
        let current = Key::parse("11111111").unwrap();
        let others = ["22222222", "00000012"].map(|key| Key::parse(key).unwrap());
        let redactor = Redactor::new(Some(&current), &others);
        for (text, shown) in [
            ("11111111", "$IKKM_KEY"),
            ("1111111", "1111111"),
            ("", ""),
            ("x22222222", "x$IKKM_OTHER_KEY"),
            ("22222222ж", "$IKKM_OTHER_KEYж"),
            ("ж22222222ж11111111", "ж$IKKM_OTHER_KEYж$IKKM_KEY"),
            ("0000001200000012", "$IKKM_OTHER_KEY$IKKM_OTHER_KEY"),
            ("9922222222", "99$IKKM_OTHER_KEY"),
            ("0000000001299", "000$IKKM_OTHER_KEY99"),
            ("1111111122222222", "$IKKM_KEY$IKKM_OTHER_KEY"),
            ("111111111", "$IKKM_KEY1"),
            ("2222-2222", "2222-2222"),
            ("١١١١١١١١ 11111111", "١١١١١١١١ $IKKM_KEY"),
        ] {
            assert_eq!(redactor.hide(text), shown, "{text}");
        }
        assert_eq!(Redactor::default().hide("11111111"), "11111111");
    }
}
