//! The printed tape against `printed:`, `not-printed:` and `widest:`.

use crate::suite::check::{Form, Path, Rule, Segment, Value as Wanted};
use crate::text::fits;

/// The first of the patterns that is not on the tape in their order, if any.
pub fn missing<'p>(lines: &[String], patterns: &'p [String]) -> Option<&'p str> {
    let mut rest = lines.iter();
    patterns.iter().find(|pattern| !rest.any(|line| on_line(pattern, line))).map(String::as_str)
}

/// The first line that one of the patterns fits.
pub fn unwanted<'l>(lines: &'l [String], patterns: &[String]) -> Option<&'l str> {
    lines.iter().find(|line| patterns.iter().any(|pattern| on_line(pattern, line))).map(String::as_str)
}

/// The first line longer than so many characters; commands such as `--cut--` are no lines of text.
pub fn too_wide(lines: &[String], widest: usize) -> Option<&str> {
    let is_command = |line: &str| line.starts_with("--") && line.ends_with("--");
    lines.iter().find(|line| !is_command(line) && line.chars().count() > widest).map(String::as_str)
}

fn on_line(pattern: &str, line: &str) -> bool {
    if pattern.contains('*') { fits(pattern, line) } else { line.contains(pattern) }
}

/// A check of the list of printed lines as a question that a person answers with yes or no; `None`
/// where it asks for what nobody reads off a strip of paper.
pub fn question(path: &Path, rule: &Rule) -> Option<String> {
    let which = match path.0.as_slice() {
        [] => return how_many(rule),
        [Segment::At(at)] => format!("line {}", at + 1),
        [Segment::Last] => "the last line".to_owned(),
        [Segment::Every] => "every line".to_owned(),
        _ => return None,
    };
    match (&rule.form, &rule.equals) {
        (None, None) if rule.absent => Some(format!("Is it right that {which} was not printed?")),
        (None, Some(Wanted::Same(text))) => {
            let star = if text.contains('*') { " (* stands for anything)" } else { "" };
            Some(format!("Is {which} of what the device printed exactly this{star}: {text}?"))
        }
        _ => None,
    }
}

fn how_many(rule: &Rule) -> Option<String> {
    match (&rule.form, &rule.equals) {
        (Some(Form::Of(0)), None) => Some("Is it right that the device printed nothing?".to_owned()),
        (Some(Form::Of(count)), None) => Some(format!("Did the device print exactly {count} lines?")),
        (Some(Form::AtLeast(count)), None) => Some(format!("Did the device print {count} lines or more?")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::check;

    #[test]
    fn order_and_absence() {
        let owned = |list: &[&str]| list.iter().map(|text| text.to_string()).collect::<Vec<_>>();
        let lines = owned(&["Advert", "Tea  2 x 200", "--cut--", "Tea  2 x 200"]);
        assert_eq!(missing(&lines, &owned(&["Advert", "Tea", "--cut--", "Tea"])), None);
        assert_eq!(missing(&lines, &owned(&["Tea", "Advert"])), Some("Advert"));
        assert_eq!(missing(&lines, &owned(&["Tea", "Tea", "Tea"])), Some("Tea"));
        assert_eq!(missing(&lines, &owned(&["*Tea*200"])), None);
        assert_eq!(unwanted(&lines, &owned(&["Coffee"])), None);
        assert_eq!(unwanted(&lines, &owned(&["Tea"])), Some("Tea  2 x 200"));
        assert_eq!(too_wide(&lines, 6), Some("Tea  2 x 200"));
        assert_eq!(too_wide(&lines, 12), None);
    }

    #[test]
    fn a_person_is_asked_what_can_be_seen() {
        let asked =
            |path: &str, rule: &str| question(&check::path(path).unwrap(), &check::rule(rule).unwrap());
        for (path, rule, words) in [
            ("", "list of 0", "Is it right that the device printed nothing?"),
            ("", "list of 3", "Did the device print exactly 3 lines?"),
            ("", "at-least 2", "Did the device print 2 lines or more?"),
            ("[0]", "text = Hello", "Is line 1 of what the device printed exactly this: Hello?"),
            (
                "[last]",
                "= A*",
                "Is the last line of what the device printed exactly this (* stands for anything): A*?",
            ),
            ("[]", "= Hello", "Is every line of what the device printed exactly this: Hello?"),
            ("[4]", "absent", "Is it right that line 5 was not printed?"),
        ] {
            assert_eq!(asked(path, rule).as_deref(), Some(words), "{path}: {rule}");
        }
        for (path, rule) in
            [("", "list sorted-by id"), ("[0]", "text digits"), ("[0]", "= round(1.005)"), ("a", "= b")]
        {
            assert_eq!(asked(path, rule), None, "{path}: {rule}");
        }
    }

    #[test]
    fn the_width_counts_letters_and_no_commands() {
        let owned = |list: &[&str]| list.iter().map(|text| text.to_string()).collect::<Vec<_>>();
        let lines = owned(&["--barcode128-TESTCODE123--", "әғқңөұүһі", "--x", "x--"]);
        assert_eq!(too_wide(&lines, 9), None);
        assert_eq!(too_wide(&lines, 8), Some("әғқңөұүһі"));
        assert_eq!(too_wide(&owned(&["--starts like one"]), 5), Some("--starts like one"));
        assert_eq!(too_wide(&owned(&["ends like one--"]), 5), Some("ends like one--"));
        assert_eq!(unwanted(&lines, &owned(&["nothing", "*қ*"])), Some("әғқңөұүһі"));
        assert_eq!(missing(&lines, &owned(&["x--", "--x"])), Some("--x"));
        assert_eq!(missing(&lines, &owned(&["ғқ*"])), Some("ғқ*"), "a pattern is for the whole line");
    }
}
