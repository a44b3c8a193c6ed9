//! Members that stand twice in one object of a JSON document: parsers keep one of them, each another.

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::collections::BTreeSet;
use std::fmt;

/// The first member that stands twice in one object; `None` where none does, or where it is no JSON.
pub(super) fn member(document: &[u8]) -> Option<String> {
    const MARK: &str = "stands twice: ";
    let error = serde_json::from_slice::<Once>(document).err()?.to_string();
    let at = error.find(MARK)? + MARK.len();
    let name = error.get(at..)?;
    Some(name.rsplit_once(" at line").map_or(name, |(name, _)| name).to_owned())
}

/// Any value whose objects name each member once.
struct Once;

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Once, D::Error> {
        deserializer.deserialize_any(Walk)
    }
}

struct Walk;

impl<'de> Visitor<'de> for Walk {
    type Value = Once;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Once, A::Error> {
        let mut names = BTreeSet::new();
        while let Some(name) = map.next_key::<String>()? {
            map.next_value::<Once>()?;
            if !names.insert(name.clone()) {
                return Err(A::Error::custom(format!("stands twice: {name}")));
            }
        }
        Ok(Once)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Once, A::Error> {
        while list.next_element::<Once>()?.is_some() {}
        Ok(Once)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Once, E> {
        Ok(Once)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Once, E> {
        Ok(Once)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Once, E> {
        Ok(Once)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Once, E> {
        Ok(Once)
    }

    fn visit_str<E>(self, _: &str) -> Result<Once, E> {
        Ok(Once)
    }

    fn visit_unit<E>(self) -> Result<Once, E> {
        Ok(Once)
    }
}

#[cfg(test)]
mod tests {
    use super::member;

    #[test]
    fn a_member_that_stands_twice_is_named_wherever_it_stands() {
        assert_eq!(member(br#"{"a":1,"b":[{"c":"x","d":1.50,"c":null}]}"#).as_deref(), Some("c"));
        for right in [&br#"{"a":1,"b":{"a":-1.005,"c":true}}"#[..], b"[]", b"noise"] {
            assert_eq!(member(right), None);
        }
    }
}
