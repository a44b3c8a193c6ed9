//! Texts and places without what differs from one request to the next: amounts, types of receipts, print modes, which
//! number it is.

use super::roles::PRINT_MODES;

/// A place of a document, whatever type it is about.
pub(super) fn untyped(place: &str) -> String {
    let mut place = bare(place);
    for (details, count, word) in [
        ("saleReturnDetails", "totalSaleReturnCheques", ".saleReturn"),
        ("buyRetDetails", "totalBuyReturnCheques", ".buyReturn"),
        ("saleDetails", "totalSaleCheques", ".sale"),
        ("buyDetails", "totalBuyCheques", ".buy"),
    ] {
        place = place.replace(details, "<type>Details").replace(count, "total<type>Cheques");
        if let Some(before) = place.strip_suffix(word) {
            place = format!("{before}.<type>");
        }
    }
    place
}

/// A place without the word for its type, and a header without that of its answer.
pub(super) fn bare(place: &str) -> String {
    match place.split_once(" of a ") {
        Some((header, _)) if header.starts_with("Content-Type") => header.to_owned(),
        _ => place.replace("type of ", ""),
    }
}

/// A text in which every print mode is the same.
pub(super) fn without_modes(text: &str) -> String {
    PRINT_MODES.iter().fold(text.to_owned(), |text, mode| text.replace(mode, "<mode>"))
}

/// A text without amounts, numbers, shifts, keys and types of receipts; the digits of a code stay.
pub(super) fn without_amounts(text: &str) -> String {
    let mut out = String::new();
    for word in text.split_inclusive(|symbol: char| !symbol.is_ascii_alphanumeric() && symbol != '-') {
        let end = word.trim_end_matches(|symbol: char| !symbol.is_ascii_alphanumeric() && symbol != '-');
        let rest = word.get(end.len()..).unwrap_or_default();
        let number = end.bytes().all(|byte| byte.is_ascii_digit()) && !end.is_empty();
        match end {
            _ if number => out.push('#'),
            _ => {
                let mut end = end.to_owned();
                for kind in ["saleReturn", "buyReturn", "saleRet", "buyRet", "sale", "buy"] {
                    let head = end.strip_prefix(kind);
                    if let Some(tail) = head.filter(|tail| tail.is_empty() || tail.starts_with(['-', 'D'])) {
                        end = format!("<type>{tail}");
                        break;
                    }
                }
                out += &end;
            }
        }
        out += rest;
    }
    while out.contains("#.#") {
        out = out.replace("#.#", "#");
    }
    out
}

/// What number it is on either device depends on what came before, and is left out: what remains is whether it is
/// the same one on both.
pub(super) fn without_roles(how: &str) -> String {
    let Some((new, old)) = how.split_once(" / ") else { return how.to_owned() };
    let [(new, of_new), (old, of_old)] = [new, old].map(without_role);
    match (of_new, of_old) {
        (Some(one), Some(beside)) if one != beside => {
            format!("{new} / {}", old.replace(A_NUMBER, ANOTHER_NUMBER))
        }
        _ => format!("{new} / {old}"),
    }
}

/// The roles of numbers, as they are told.
const ROLES: [&str; 9] = [
    "the last number again",
    "the last number",
    "the next number",
    "the number before the last",
    "the number from before",
    "an earlier number",
    "a number that was not given",
    "a lower number",
    A_NUMBER,
];
/// Any of them.
const A_NUMBER: &str = "a number";
/// One that the other device does not tell.
pub(super) const ANOTHER_NUMBER: &str = "another number";

/// What is told, and the role of the number in it.
fn without_role(text: &str) -> (String, Option<&str>) {
    let (before, rest) = match text.strip_prefix("200") {
        Some(rest) if rest.starts_with([' ', ',']) => ("200", rest),
        _ => ("", text),
    };
    let start = rest.find(|symbol: char| symbol.is_ascii_alphabetic()).unwrap_or_default();
    let (between, told) = rest.split_at(start);
    let above = || {
        let more = told.strip_prefix("a number ")?;
        let end = more.find(" above the last")?;
        told.get(.."a number ".len() + end + " above the last".len())
    };
    let role = above().or_else(|| ROLES.into_iter().find(|role| told.starts_with(role)));
    let after = role.and_then(|role| told.get(role.len()..));
    match (role, after) {
        (Some(role), Some(after)) if after.is_empty() || after.starts_with([' ', ',']) => {
            (format!("{before}{between}{A_NUMBER}{after}"), Some(role))
        }
        _ => (text.to_owned(), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_the_same_whatever_the_amounts_and_types() {
        let one = "DUMP-7 growth of the total of sale in /dump/table/shifts/110/report: 100.00 0.00";
        let other = "DUMP-7 growth of the total of buyReturn in /dump/table/shifts/7/report: 5.10 17";
        assert_eq!(without_amounts(one), without_amounts(other));
        assert_ne!(without_amounts("400 with -7"), without_amounts("400 with -9"));
        assert_eq!(without_amounts("400 saleRet-param-error -9"), without_amounts("400 sale-param-error -9"));
        assert_ne!(without_amounts("400 cash-lq-sale"), without_amounts("400 bank-hq-sale"));
    }

    #[test]
    fn what_number_it_is_makes_no_other_difference() {
        for (told, without) in [
            ("200, the next number, a fresh key / 400 x -9", "200, a number, a fresh key / 400 x -9"),
            ("200, a number, a fresh key / 400 x -9", "200, a number, a fresh key / 400 x -9"),
            (
                "200, a lower number, a spent key / 200, a lower number, the current key",
                "200, a number, a spent key / 200, a number, the current key",
            ),
            (
                "200, a number 2 above the last, a fresh key / 200, the next number, a fresh key",
                "200, a number, a fresh key / 200, another number, a fresh key",
            ),
            ("200 the last number 0 / 200 an earlier number 0", "200 a number 0 / 200 another number 0"),
            ("200 the last number 0 / 400 x -7", "200 a number 0 / 400 x -7"),
            ("the last number / an earlier number", "a number / another number"),
            ("a number / a text", "a number / a text"),
            ("by another amount", "by another amount"),
            ("200 ok 0 / 200 the last number 0", "200 ok 0 / 200 a number 0"),
        ] {
            assert_eq!(without_roles(told), without);
        }
    }
}
