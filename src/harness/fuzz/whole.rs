//! Whole tenge for a device that rounds by another rule than `no`: what it makes of a part of a tenge is
//! open (`Q-WIRE-8`), so that nothing could be held against it.

use super::operation::Call;
use crate::ledger::reading::part_of_tenge;

/// Parameters that hold no amount.
const TEXTS: [&str; 4] = ["itemdata", "print", "footer", "printHeader"];

/// The same call without a part of a tenge in it.
pub(crate) fn whole(mut call: Call) -> Call {
    call.params.retain(|(name, value)| name != "itemdata" || part_of_tenge(name, value).is_none());
    for (name, value) in &mut call.params {
        // A text is no amount: cut at a full stop, a bar code would be none any more.
        if TEXTS.contains(&name.as_str()) {
            continue;
        }
        // The drawer may hold parts of a tenge from before.
        if value.starts_with("<drawer") {
            *value = "1".to_owned();
        }
        // What is a number on some devices only (`1,5`, `.5`) is cut as well.
        if let Some(at) = value.find(['.', ',']) {
            value.truncate(at);
            if value == "-0" {
                *value = "-1".to_owned();
            }
        }
    }
    call
}

#[cfg(test)]
mod tests {
    use super::super::form::Form;
    use super::*;

    #[test]
    fn no_part_of_a_tenge_is_left() {
        let odd = r#"[{"name":"Tea","price":"0.5","qty":"1","sum":"0.5"}]"#;
        let even = r#"[{"name":"Tea","price":"5","qty":"1.5","sum":"7.50"},{"name":"Tea","price":"1","qty":"0.5","sum":"0.5"}]"#;
        let good = r#"[{"name":"Tea","price":"4","qty":"0.5","sum":"2"}]"#;
        for (name, value, left) in [
            ("sale", "100", Some("100")),
            ("SALE", "100.995", Some("100")),
            ("cash", ".5", Some("")),
            ("bank", "1,5", Some("1")),
            ("bank", "-0.01", Some("-1")),
            ("cash", "<drawer + 0.01>", Some("1")),
            ("tax", "<default-tax>", Some("<default-tax>")),
            ("print", "--barcode128-a.b--", Some("--barcode128-a.b--")),
            ("printHeader", "Tea, 1.5 kg", Some("Tea, 1.5 kg")),
            ("itemdata", odd, None),
            ("itemdata", even, None),
            ("itemdata", good, Some(good)),
        ] {
            let params = vec![(name.to_owned(), value.to_owned())];
            let params = whole(Call { params, form: Form::Query, ..Call::plain("/api/") }).params;
            assert_eq!(params.first().map(|(_, value)| value.as_str()), left, "{name} {value}");
        }
    }
}
