//! Keys replaced by placeholders: the one way by which anything of a device is printed or written.

use ikkm_protocol::Key;
use serde_json::Value;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

/// What stands for the current key in a command for the shell: the variable that the program reads, too.
pub const CURRENT: &str = "$IKKM_KEY";

/// The keys that were hidden so far, in order of appearance: each has its own placeholder, so that a
/// reader can tell them apart. Copies count together.
#[derive(Debug, Clone, Default)]
struct Numbers(Arc<Mutex<Vec<String>>>);

impl Numbers {
    /// `$KEY_1` for the key that appeared first.
    fn placeholder(&self, key: &str) -> String {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = known.iter().position(|other| other == key).unwrap_or_else(|| {
            known.push(key.to_owned());
            known.len() - 1
        });
        format!("$KEY_{}", place + 1)
    }
}

/// Hides keys in texts.
#[derive(Debug, Clone, Default)]
pub struct Redactor {
    hidden: HashSet<String>,
    current: Option<String>,
    numbers: Numbers,
}

impl Redactor {
    /// Hides the current key and others that could still replay.
    pub fn new<'k>(current: Option<&Key>, others: impl IntoIterator<Item = &'k Key>) -> Redactor {
        let text = |key: &Key| key.as_str().to_owned();
        let mut hidden: HashSet<String> = others.into_iter().map(text).collect();
        hidden.extend(current.map(text));
        Redactor { hidden, current: current.map(text), numbers: Numbers::default() }
    }

    /// From now on, these keys are hidden, too.
    pub fn learn<'k>(&mut self, keys: impl IntoIterator<Item = &'k Key>) {
        for key in keys {
            if !self.hidden.contains(key.as_str()) {
                self.hidden.insert(key.as_str().to_owned());
            }
        }
    }

    /// From now on, that key is the current one in commands.
    pub fn set_current(&mut self, current: Option<&Key>) {
        self.learn(current);
        self.current = current.map(|key| key.as_str().to_owned());
    }

    /// The text without any of the keys.
    pub fn hide(&self, text: &str) -> String {
        // Digits give way to ASCII: what was text stays text.
        String::from_utf8(self.hide_bytes(text.as_bytes())).unwrap_or_default()
    }

    /// The bytes, be they text or not, without any of the keys.
    pub fn hide_bytes(&self, bytes: &[u8]) -> Vec<u8> {
        self.replace(bytes, |key| self.numbers.placeholder(key))
    }

    /// Hides the keys in every text, name and number of a document; a number becomes a text by that.
    pub fn hide_in_json(&self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.hide(text),
            Value::Number(number) => {
                let (digits, hidden) = (number.to_string(), self.hide(&number.to_string()));
                if digits != hidden {
                    *value = Value::String(hidden);
                }
            }
            Value::Array(list) => list.iter_mut().for_each(|element| self.hide_in_json(element)),
            Value::Object(fields) => {
                if fields.keys().any(|name| self.hide(name) != *name) {
                    let renamed = std::mem::take(fields).into_iter();
                    *fields = renamed.map(|(name, value)| (self.hide(&name), value)).collect();
                }
                fields.values_mut().for_each(|field| self.hide_in_json(field));
            }
            Value::Null | Value::Bool(_) => {}
        }
    }

    /// The same for a command that is pasted into a shell: the current key is the variable [`CURRENT`].
    pub fn hide_in_command(&self, command: &str) -> String {
        let shown = |key: &str| match &self.current {
            Some(current) if current == key => CURRENT.to_owned(),
            _ => self.numbers.placeholder(key),
        };
        String::from_utf8(self.replace(command.as_bytes(), shown)).unwrap_or_default()
    }

    fn replace(&self, bytes: &[u8], shown: impl Fn(&str) -> String) -> Vec<u8> {
        if self.hidden.is_empty() {
            return bytes.to_vec();
        }
        // A transcript's texts are long and keys are many: one pass, whatever their number.
        let mut out = Vec::with_capacity(bytes.len());
        let mut kept = 0;
        let mut at = 0;
        while let Some(window) = bytes.get(at..at + Key::DIGITS) {
            if let Some(other) = window.iter().rposition(|byte| !byte.is_ascii_digit()) {
                at += other + 1;
                continue;
            }
            match std::str::from_utf8(window).ok().filter(|digits| self.hidden.contains(*digits)) {
                Some(key) => {
                    out.extend_from_slice(bytes.get(kept..at).unwrap_or_default());
                    let shown = shown(key);
                    at += Key::DIGITS;
                    // What follows is not to be read as a part of the name.
                    match bytes.get(at).is_some_and(|next| next.is_ascii_alphanumeric() || *next == b'_') {
                        true => write_braced(&mut out, &shown),
                        false => out.extend_from_slice(shown.as_bytes()),
                    }
                    kept = at;
                }
                None => at += 1,
            }
        }
        out.extend_from_slice(bytes.get(kept..).unwrap_or_default());
        out
    }
}

/// `${KEY_1}` for `$KEY_1`.
fn write_braced(out: &mut Vec<u8>, placeholder: &str) {
    out.extend_from_slice(b"${");
    out.extend_from_slice(placeholder.trim_start_matches('$').as_bytes());
    out.push(b'}');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys<const N: usize>(keys: [&str; N]) -> [Key; N] {
        keys.map(|key| Key::parse(key).unwrap())
    }

    #[test]
    fn keys_are_told_apart_in_order_of_appearance() {
        let [current, spent, older] = keys(["11111111", "22222222", "44444444"]);
        let redactor = Redactor::new(Some(&current), [&current, &spent]);
        let shown = redactor.hide("/dump/transaction/22222222 key=11111111 33333333 22222222");
        assert_eq!(shown, "/dump/transaction/$KEY_1 key=$KEY_2 33333333 $KEY_1");
        // What is learnt later goes on counting, and knows those before; so does a copy.
        let mut later = redactor.clone();
        later.set_current(Some(&older));
        assert_eq!(later.hide("44444444 11111111"), "$KEY_3 $KEY_2");
        assert_eq!(later.hide_in_command("44444444 11111111"), "$IKKM_KEY $KEY_2");
    }

    #[test]
    fn keys_are_hidden_wherever_their_digits_stand() {
        let [current] = keys(["11111111"]);
        let others = keys(["22222222", "00000012"]);
        for (text, shown) in [
            ("11111111", "$KEY_1"),
            ("1111111", "1111111"),
            ("", ""),
            ("x22222222", "x$KEY_1"),
            ("22222222ж", "$KEY_1ж"),
            ("ж22222222ж11111111", "ж$KEY_1ж$KEY_2"),
            ("0000001200000012", "${KEY_1}$KEY_1"),
            ("9922222222", "99$KEY_1"),
            ("0000000001299", "000${KEY_1}99"),
            ("1111111122222222", "${KEY_1}$KEY_2"),
            ("111111111", "${KEY_1}1"),
            ("2222-2222", "2222-2222"),
            ("١١١١١١١١ 11111111", "١١١١١١١١ $KEY_1"),
        ] {
            assert_eq!(Redactor::new(Some(&current), &others).hide(text), shown, "{text}");
        }
        assert_eq!(Redactor::default().hide("11111111"), "11111111");
    }

    #[test]
    fn keys_are_hidden_in_documents_that_stay_documents() {
        let [current, spent] = keys(["11111111", "22222222"]);
        let redactor = Redactor::new(Some(&current), [&spent]);
        let mut document = serde_json::json!({"a": 11111111, "b": [{"22222222": "x11111111"}, 5, null]});
        redactor.hide_in_json(&mut document);
        assert_eq!(document, serde_json::json!({"a": "$KEY_1", "b": [{"$KEY_2": "x$KEY_1"}, 5, null]}));
    }

    #[test]
    fn keys_are_hidden_in_bytes_that_are_no_text() {
        let [current] = keys(["11111111"]);
        let redactor = Redactor::new(Some(&current), []);
        assert_eq!(redactor.hide_bytes(b"\xff11111111\xc3\x28"), b"\xff$KEY_1\xc3\x28");
        assert_eq!(redactor.hide_bytes(b"9\xfe911111111\x80"), b"9\xfe9$KEY_1\x80");
    }
}
