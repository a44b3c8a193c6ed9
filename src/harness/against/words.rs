//! Texts and places without what differs from one request to the next: amounts, types of receipts, print modes.

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
}
