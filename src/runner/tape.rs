//! The printed tape against `printed:`, `not-printed:` and `widest:`.

use crate::suite::expect::fits;

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

#[cfg(test)]
mod tests {
    use super::*;

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
