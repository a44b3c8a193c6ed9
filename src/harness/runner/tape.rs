//! The printed tape against `printed:`, `not-printed:` and `widest:`.

use crate::suite::check::{Form, Path, Rule, Segment, Value as Wanted};
use crate::text::fits;
use std::collections::BTreeMap;

/// What a step says of the tape.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'s> {
    /// Texts that must be there, in this order.
    pub printed: &'s [String],
    /// Texts that must not.
    pub not_printed: &'s [String],
    /// The widest line allowed.
    pub widest: Option<usize>,
    /// What the widest line may be long: any of these; empty where nothing is said.
    pub width: &'s [usize],
}

/// The line widths that v22 §5.1 names.
const DOCUMENTED: [usize; 5] = [19, 24, 30, 32, 42];

/// What the tapes of a run showed of the printers' widths, by print mode.
#[derive(Debug, Default)]
pub struct Widths(BTreeMap<String, Width>);

impl Widths {
    /// The width of the printer that prints in a mode; empty is the one by the device's settings.
    pub fn of(&mut self, mode: &str) -> &mut Width {
        self.0.entry(mode.to_owned()).or_insert_with(|| Width(DOCUMENTED.to_vec()))
    }
}

/// The documented widths that one printer may have, going by what its tapes showed. Neither API nor bench
/// chooses font or paper, so a device is held to the one that it shows.
#[derive(Debug)]
pub struct Width(Vec<usize>);

impl Width {
    /// The first of the patterns that is not on the tape in their order, if any. A text that is wider
    /// than the printer may be broken at its width, or cut there (Q-PRN-2).
    pub fn missing<'p>(&mut self, lines: &[String], patterns: &'p [String]) -> Option<&'p str> {
        let mut rest = lines;
        for pattern in patterns {
            let whole = rest.iter().position(|line| on_line(pattern, line));
            // A text that stands on a line of its own shows that lines are that long at least.
            if whole.and_then(|at| rest.get(at)).is_some_and(|line| line == pattern) && !is_command(pattern) {
                let fitting = |width: &usize| *width >= length(pattern);
                if self.0.iter().any(fitting) {
                    self.0.retain(fitting);
                }
            }
            let after = whole.map(|at| at + 1).or_else(|| self.broken(pattern, rest));
            let Some(after) = after else { return Some(pattern) };
            rest = rest.get(after..).unwrap_or_default();
        }
        None
    }

    /// After how many lines a text ends that is broken or cut at a width that this printer may have.
    fn broken(&mut self, text: &str, lines: &[String]) -> Option<usize> {
        if text.contains('*') {
            return None;
        }
        let fits = |width: usize| {
            let letters: Vec<char> = text.chars().collect();
            let parts: Vec<String> = letters.chunks(width).map(|part| part.iter().collect()).collect();
            if parts.len() < 2 {
                return None;
            }
            let at = lines.iter().position(|line| *line == parts[0])?;
            let went_on =
                parts[1..].iter().zip(&lines[at + 1..]).take_while(|(part, line)| part == line).count();
            // Broken as a whole, or cut: then nothing of the rest is there.
            matches!(went_on, whole if whole + 1 == parts.len() || whole == 0).then_some(at + 1 + went_on)
        };
        let width = self.0.iter().copied().find(|width| fits(*width).is_some())?;
        self.0 = vec![width];
        fits(width)
    }

    /// What the widest line should have been, where it is none of these widths or another than this
    /// printer showed before.
    pub fn wrong(&mut self, lines: &[String], wanted: &[usize]) -> Option<String> {
        if wanted.is_empty() {
            return None;
        }
        let words = |widths: &[usize]| widths.iter().map(usize::to_string).collect::<Vec<_>>().join(" or ");
        let widest =
            lines.iter().filter(|line| !is_command(line)).map(|line| length(line)).max().unwrap_or(0);
        if !wanted.contains(&widest) {
            return Some(format!("a widest line of {} characters", words(wanted)));
        }
        if !self.0.contains(&widest) {
            return Some(format!("lines of {} characters, as before in this run", words(&self.0)));
        }
        self.0 = vec![widest];
        None
    }
}

fn length(line: &str) -> usize {
    line.chars().count()
}

/// Commands such as `--cut--` are no lines of text.
fn is_command(line: &str) -> bool {
    line.starts_with("--") && line.ends_with("--")
}

/// The first line that one of the patterns fits.
pub fn unwanted<'l>(lines: &'l [String], patterns: &[String]) -> Option<&'l str> {
    lines.iter().find(|line| patterns.iter().any(|pattern| on_line(pattern, line))).map(String::as_str)
}

/// The first line longer than so many characters; commands such as `--cut--` are no lines of text.
pub fn too_wide(lines: &[String], widest: usize) -> Option<&str> {
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

    fn missing<'p>(lines: &[String], patterns: &'p [String]) -> Option<&'p str> {
        Widths::default().of("").missing(lines, patterns)
    }

    #[test]
    fn a_printer_is_held_to_the_width_that_it_shows() {
        let owned = |list: &[&str]| list.iter().map(|text| text.to_string()).collect::<Vec<_>>();
        let text = owned(&["abcdefghijklmnopqrstuvwx"]);
        let (whole, at_19) = (text.clone(), owned(&["abcdefghijklmnopqrs", "tuvwx"]));
        let mut widths = Widths::default();
        assert_eq!(widths.of("").missing(&at_19, &text), None);
        assert_eq!(widths.of("").missing(&at_19, &text), None);
        assert!(widths.of("").missing(&owned(&["abcdefghijklmnopqrst", "uvwx"]), &text).is_some());
        assert_eq!(widths.of("lan").missing(&whole, &text), None);
        assert!(widths.of("lan").missing(&at_19, &text).is_some(), "it had 24 before");
        assert_eq!(widths.of("usb").missing(&owned(&["abcdefghijklmnopqrs"]), &text), None, "cut");
        let long = owned(&[&"1".repeat(42), "1"]);
        assert_eq!(widths.of("lan").wrong(&long, &[30, 42]), None);
        assert!(widths.of("lan").wrong(&owned(&[&"1".repeat(30), "1"]), &[30, 42]).is_some());
        assert!(widths.of("x").wrong(&owned(&[&"1".repeat(36), "1"]), &[30, 42]).is_some());
    }

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
