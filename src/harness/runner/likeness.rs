//! What makes two findings one deviation. A device that does one thing wrong shows it in a hundred cases, under as
//! many requirements and with other amounts in each; a person wants to read it once.
//!
//! Only what is told is looked at: what was expected and what was found, both without their numbers. Two
//! deviations that look alike in every respect are told as one with both requirements and all their places;
//! the case's own page still has each.

use rust_decimal::Decimal;

/// How alike findings are: those with one likeness are one deviation.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Likeness {
    /// Something other than an answer came, or one that cannot be read.
    Trouble(String),
    /// Refused as expected, with a reason phrase that is not the expected one: this one.
    Reason(String),
    /// Refused as expected, with another code than belongs to the reason.
    Code(String, String),
    /// Refused, where another refusal was expected.
    OtherRefusal(Vec<Refusal>, Refusal),
    /// Refused, where something was to succeed.
    Refused(String, Refusal),
    /// Done, where a refusal was expected.
    Taken(Vec<Refusal>),
    /// Done in a regular way, but something about it is wrong.
    Done(String, String),
    /// An answer that is none of the document's.
    Odd(String),
    /// A figure of the books that should have stood still moved.
    Moved(String, String),
    /// A figure of the books that should have moved stood still.
    StoodStill(String),
    /// A figure of the books moved by another amount.
    MovedElse(String),
    /// Something on the printed tape.
    Tape(String, String),
    /// A list in another order.
    Order(String, String),
    /// A member that is not there, or a list without any.
    Missing(String),
    /// A member of a document with another value, whatever was expected of it.
    Member(String),
    /// Any other value.
    Value(String, String),
}

/// Reason phrase and code.
pub type Refusal = (String, String);

/// Characters of a found text that make it alike another.
const LONGEST: usize = 60;

/// The likeness of a finding.
pub fn likeness(requirement: &str, expected: &str, found: &str) -> Likeness {
    let chapter = requirement.split('-').next().unwrap_or_default().to_owned();
    let refusals = refusals(expected);
    let succeeds = ["registered: 200", "done: 200", "success: 200", "200 and a JSON"]
        .iter()
        .any(|shape| expected.contains(shape));
    let expects_refusal = expected.starts_with("a refusal") || !refusals.is_empty() && !succeeds;
    if found.starts_with("an answer of ") || found.starts_with("no answer") {
        let what = found.split_once(": ").map_or(found, |(_, what)| what);
        return Likeness::Trouble(without_numbers(what));
    }
    if let Some(came) = refusal(found) {
        return refused(expected, &refusals, expects_refusal, came);
    }
    if found.starts_with("no JSON at byte ") {
        return Likeness::Trouble("no JSON".to_owned());
    }
    if let Some((status, reason, body)) = answer(found) {
        let is_code = code(body.trim_matches('"')).is_some();
        if expects_refusal && !is_code && status == "200" {
            return Likeness::Taken(refusals);
        }
        if body == "a key" && reason.bytes().all(|byte| byte.is_ascii_digit()) {
            return Likeness::Done(chapter, without_numbers(expected));
        }
        return odd(status, reason, body);
    }
    value(chapter, expected, found)
}

fn refused(expected: &str, refusals: &[Refusal], expects_refusal: bool, came: Refusal) -> Likeness {
    let (reason, code) = &came;
    let mut of_code = refusals.iter().filter(|one| one.1 == *code).peekable();
    if of_code.peek().is_some() && of_code.all(|one| one.0 != *reason) {
        return Likeness::Reason(reason.clone());
    }
    if !reason.is_empty() && refusals.iter().any(|one| one.0 == *reason) {
        return Likeness::Code(reason.clone(), code.clone());
    }
    if expects_refusal {
        return Likeness::OtherRefusal(refusals.to_vec(), came);
    }
    // A wrong key has many causes; what was expected tells them apart.
    let expected = if code == "-1" { expected.split(" after ").next().unwrap_or_default() } else { "" };
    Likeness::Refused(without_numbers(expected), came)
}

/// An answer that is none of the document's. Of a refusal in another form than v22 has, its form tells it, not
/// what was refused; of a document only its kind.
fn odd(status: &str, reason: &str, body: &str) -> Likeness {
    let inner = body.trim_matches('"');
    if code(inner).is_some() {
        let form = without_codes(&without_numbers(inner));
        return Likeness::Odd(format!("{status} with the code {form}"));
    }
    let body = if body.len() > LONGEST / 2 { body.get(..2).unwrap_or("") } else { body };
    Likeness::Odd(format!("{status} {} with {}", without_numbers(reason), without_numbers(body)))
}

/// The name of the member that is wrong, where one is: of `[last].positions[0].name` it is `positions[].name`.
fn wrong_member(expected: &str, found: &str) -> Option<String> {
    let (path, _) = expected.split_once(": ")?;
    found.strip_prefix(path)?.strip_prefix(" is ")?;
    let bare = between(path, '[', ']');
    let name = bare.trim_start_matches("[]").trim_start_matches('.');
    let is_name = !name.is_empty() && !name.contains(' ');
    is_name.then(|| name.to_owned())
}

/// The member that a document lacks, by what was expected and found of it.
fn missing(expected: &str, found: &str) -> Option<String> {
    let (path, rule) = expected.split_once(": ")?;
    let path = path.split(" in ").next().unwrap_or(path);
    if found.ends_with(" is missing") || found == "missing" {
        return Some(path.to_owned());
    }
    // A list without an entry lacks its first and its last.
    (found.ends_with(" is []") && rule.contains("at least")).then(|| "[last]".to_owned())
}

/// The order that a list is to have.
fn order(expected: &str) -> Option<&str> {
    let (_, by) = expected.split_once("sorted by ")?;
    Some(by.split([' ', ',', ';']).next().unwrap_or(by))
}

fn value(chapter: String, expected: &str, found: &str) -> Likeness {
    let expected = expected.split("; first wrong").next().unwrap_or_default();
    if let Some(path) = missing(expected, found) {
        return Likeness::Missing(without_numbers(&between(&path, '[', ']')));
    }
    let expected = without_paths(expected);
    if let Some(by) = order(&expected) {
        return Likeness::Order(chapter, by.to_owned());
    }
    if let Some((name, meant, was)) = moved(&expected) {
        let name = without_kinds(name);
        return if is_same_number(meant, was) {
            Likeness::Moved(chapter, name)
        } else if is_same_number(found, was) {
            Likeness::StoodStill(name)
        } else {
            Likeness::MovedElse(name)
        };
    }
    if let Some(name) = wrong_member(&expected, found) {
        return Likeness::Member(without_numbers(&name));
    }
    let expected = between(&between(&expected, '`', '`'), '[', ']');
    let expected = without_kinds(&without_numbers(&expected));
    if expected.contains("on the tape") {
        return Likeness::Tape(chapter, expected);
    }
    let found = without_kinds(&between(&without_numbers(found), '[', ']'));
    Likeness::Value(expected, if found.len() > LONGEST { String::new() } else { found })
}

/// `cash in the drawer (getInfo: cashWeHave): 100 (was 90)` as name, value meant and value before. What stands in
/// brackets after the name says where it was read.
fn moved(expected: &str) -> Option<(&str, &str, &str)> {
    let (rest, was) = expected.strip_suffix(')')?.rsplit_once(" (was ")?;
    let (name, meant) = rest.rsplit_once(": ")?;
    Some((name.split(" (").next().unwrap_or(name), meant, was))
}

/// `10` and `10.00` are one amount.
fn is_same_number(one: &str, other: &str) -> bool {
    match (one.parse::<Decimal>(), other.parse::<Decimal>()) {
        (Ok(one), Ok(other)) => one == other,
        _ => one == other,
    }
}

/// The member of a document that a figure of the books was read from: `buyRetDetails.sum`.
pub fn member(expected: &str) -> Option<&str> {
    let named = |mark: &str| Some(expected.split_once(mark)?.1.split([')', ' ']).next().unwrap_or_default());
    named("(report: ").or_else(|| named("(getInfo: ")).or_else(|| {
        let path = expected.split([':', ' ']).next()?;
        let is_path =
            path.contains('.') && path.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
        is_path.then_some(path)
    })
}

/// Every `400 reason with -10` in a text.
fn refusals(text: &str) -> Vec<Refusal> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("400 ") {
        let rest = &text[at + 4..];
        let (reason, rest) = match rest.strip_prefix("with ") {
            Some(rest) => ("", rest),
            None => match rest.split_once(" with ") {
                Some((reason, rest)) if !reason.contains([' ', ';', ',', '(', ')']) => (reason, rest),
                _ => continue,
            },
        };
        found.extend(code(rest).map(|code| (reason.to_owned(), code.to_owned())));
    }
    found
}

/// A found refusal: `400 reason with -10 (what that means)`.
fn refusal(found: &str) -> Option<Refusal> {
    let rest = found.strip_prefix("400 ")?;
    let at = rest.find("with -")?;
    let code = code(&rest[at + 5..])?;
    Some((rest[..at].trim().to_owned(), code.to_owned()))
}

/// The negative code that a text begins with.
fn code(text: &str) -> Option<&str> {
    let digits = text.strip_prefix('-')?.bytes().take_while(u8::is_ascii_digit).count();
    (digits > 0).then(|| &text[..=digits])
}

/// Any found answer: status, reason and what was in its body.
fn answer(found: &str) -> Option<(&str, &str, &str)> {
    let (status, rest) = found.split_at_checked(3)?;
    if !status.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (reason, body) = rest.strip_prefix(' ')?.split_once("with ")?;
    let told = body == "a key" || body == "0" || body.starts_with('"') || body.starts_with('-');
    told.then_some((status, reason.trim(), body))
}

/// A text without what stands between two signs.
fn between(text: &str, open: char, close: char) -> String {
    let mut out = String::with_capacity(text.len());
    let mut inside = false;
    for c in text.chars() {
        match (inside, c) {
            (false, c) if c == open => {
                inside = true;
                out.push(open);
            }
            (true, c) if c == close => {
                inside = false;
                out.push(close);
            }
            (false, c) => out.push(c),
            (true, _) => {}
        }
    }
    out
}

/// Without the document that a figure was read from: ` in /dump/table/…`.
fn without_paths(text: &str) -> String {
    let mut words = text.split(' ').peekable();
    let mut out: Vec<&str> = Vec::new();
    while let Some(word) = words.next() {
        if word == "in" && words.peek().is_some_and(|next| next.starts_with('/') || next.starts_with('…')) {
            words.next();
        } else {
            out.push(word);
        }
    }
    out.join(" ")
}

/// The four kinds of registration read alike.
fn without_kinds(text: &str) -> String {
    let is_kind = |word: &str| matches!(word, "sale" | "buy" | "saleReturn" | "buyReturn");
    let words = text.split(' ').map(|word| if is_kind(word) { "receipts" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

/// A text in which every run of digits (with its dot) is one `#`, so that two amounts read alike.
/// Codes stay: `-10` and `-13` are different answers.
pub fn without_numbers(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, number) = rest.split_at(at);
        out.push_str(before);
        let end = number.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(number.len());
        let (digits, after) = number.split_at(end);
        let negative = before.ends_with('-') && digits.len() <= 3;
        let word = before.ends_with(|c: char| c.is_alphanumeric());
        let status = digits.len() == 3 && matches!(digits.as_bytes()[0], b'2' | b'4' | b'5');
        out.push_str(if negative || word || status { digits } else { "#" });
        rest = after;
    }
    out.push_str(rest);
    out
}

/// A text in which every code is one `-#`.
fn without_codes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('-') {
        let digits = rest[at + 1..].bytes().take_while(u8::is_ascii_digit).count();
        out.push_str(&rest[..=at]);
        out.push_str(if digits > 0 { "#" } else { "" });
        rest = &rest[at + 1 + digits..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alike(one: [&str; 3], other: [&str; 3]) -> bool {
        let [a, b] =
            [one, other].map(|[requirement, expected, found]| likeness(requirement, expected, found));
        a == b
    }

    #[test]
    fn one_wrong_answer_is_one_deviation_under_any_requirement() {
        let done = "done: 200, a document number, the key unchanged";
        let odd = "200 OK with \"$IKKM_KEY\"";
        assert!(alike(["CASH-1", done, odd], ["KEY-11", "cash to be moved", odd]));
        let paid = "400 payment-params-missed with -7";
        let all = "400 check-all-params with -7 (a parameter is missing or out of its range)";
        assert!(alike(["PAY-1", paid, all], ["ERR-payment-params-missed", paid, all]));
        assert!(!alike(["PAY-1", paid, all], ["PAY-1", paid, "400 tara-hq-sale with -13 (x)"]));
    }

    #[test]
    fn a_reason_that_is_always_left_out_is_one_and_another_code_is_another() {
        let empty = |code: &str| format!("400  with {code} (x)");
        let (short, long) = ("400 cash-lq-sale with -10", "400 bank-hq-sale with -10, or 400 x with -13");
        assert!(alike(["PAY-9", short, &empty("-10")], ["PAY-8", long, &empty("-13")]));
        assert!(!alike(["PAY-9", short, "400 cash-lq-sale with -11 (x)"], ["PAY-9", short, &empty("-10")]));
    }

    #[test]
    fn what_is_done_instead_of_refused_is_alike_and_a_regular_answer_only_by_what_was_expected() {
        let refused = "400 incorrect-web-api-key with -1";
        let list = "200 ok with \"[{\\\"uid\\\":11,\\\"code1\\\":811,\\\"code2\\\":\\\"4870000\\\"…";
        assert!(alike(["KEY-2", refused, list], ["KEY-9", refused, "200 4871 with a key"]));
        let key = ["KEY-3", "a key different from the one sent", "200 4871 with a key"];
        assert!(!alike(key, ["REG-3", "a receipt number above 17", "200 4871 with a key"]));
        assert!(alike(key, ["KEY-5", "a key different from the one sent", "200 12 with a key"]));
    }

    #[test]
    fn a_wrong_key_is_told_apart_by_what_was_expected_and_other_refusals_are_not() {
        let spent = "400 incorrect-web-api-key with -1 (x)";
        let same = "the same key to be good after a refusal";
        assert!(alike(["KEY-10", same, spent], ["KEY-11", "the same key to be good after a request", spent]));
        assert!(!alike(["KEY-10", same, spent], ["KEY-5", "the last registration's answer again", spent]));
        let registered = "registered: 200, a higher receipt number, a new 8-digit key";
        let tax = "400 tax-not-found with -14 (x)";
        assert!(alike(["REG-1", registered, tax], ["PRN-1", "success: 200 and no error code", tax]));
    }

    #[test]
    fn figures_of_the_books_are_alike_by_how_they_moved() {
        let still = ["REG-2", "fiscal total of sale (report: fiscalData): 150 (was 100)", "100"];
        let other = ["WIRE-6", "fiscal total of buy (report: fiscalData): 25.5 (was 20)", "20"];
        assert!(alike(still, other));
        assert!(alike(still, ["REG-2", "fiscal total of sale (report: fiscalData): 10 (was 0)", "0.00"]));
        assert!(!alike(still, ["REG-2", "fiscal total of sale (report: fiscalData): 150 (was 100)", "160"]));
        let twice = "fiscal total of sale (report: fiscalData): 100 (was 100)";
        assert!(!alike(["KEY-5", twice, "180"], ["REG-8", twice, "180"]), "moved by what must not move it");
        let read = "cash in the drawer (getInfo: cashWeHave) in /apicheck/getInfo: 5; first wrong after x";
        assert!(alike(
            ["DUMP-7", read, "4"],
            ["DUMP-7", &read.replace("wrong after x", "wrong after y"), "7"]
        ));
    }

    #[test]
    fn a_refusal_in_another_form_is_one_whatever_was_refused() {
        let refused = |reason: &str, code: &str| {
            ["PAY-4".to_owned(), format!("400 {reason} with {code}"), format!("200 {reason} with \"{code}\"")]
        };
        let [one, other] = [refused("cash-lq-sale", "-10"), refused("cache-param-error", "-9")];
        let texts = |three: &[String; 3]| likeness(&three[0], &three[1], &three[2]);
        assert_eq!(texts(&one), texts(&other));
        assert!(!alike(
            ["KEY-1", "400 a with -7", "400 a with \"-7\\n}\""],
            ["KEY-1", "400 a with -7", "200 a with \"-7\""]
        ));
    }

    #[test]
    fn what_is_missing_and_what_is_in_another_order_is_alike_however_it_was_looked_for() {
        let there = ["DUMP-5", "taxes in /dump/table/shifts/113/reportwithtax: there", "missing"];
        assert!(alike(there, ["TAX-1", "taxes: a number, with at most 2 decimals", "taxes is missing"]));
        assert!(!alike(there, ["TAX-1", "rates: an object", "rates is missing"]));
        let order = ["DUMP-4", "order in /dump/table/shifts/113/sales: sorted by chequeId", "another order"];
        assert!(alike(order, ["DUMP-4", "the document: a list, sorted by chequeId", "the document is [{"]));
        let empty = ["MGMT-5", "the document: a list, of at least 1 entries", "the document is []"];
        assert!(alike(empty, ["MGMT-5", "[last]: equal to 100", "[last] is missing"]));
    }

    #[test]
    fn lines_of_the_tape_and_hostile_texts() {
        let tape = |text: &str| format!("a line with `{text}` on the tape, in that order");
        assert!(alike(["ITEM-7", &tape("Thanks A"), "a tape of 3 lines: x"], ["ITEM-6", &tape("Тест"), "y"]));
        for text in
            ["", "400", "400 ", "400 with -", "4я0 with", "200 with \"", "400 with -\u{1b}", "(was ): )"]
        {
            for other in ["", "400 a with -1", "400 ", "x: 1 (was 2)"] {
                likeness("", text, other);
                likeness(text, other, text);
            }
        }
    }

    #[test]
    fn amounts_read_alike_and_codes_do_not() {
        assert_eq!(without_numbers("sale: 800.50 (was 12)"), "sale: # (was #)");
        assert_eq!(without_numbers("400 x with -10"), "400 x with -10");
        assert_eq!(without_numbers("KEY-5 ean13"), "KEY-5 ean13");
    }
}
