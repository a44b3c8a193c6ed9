//! Annotations for GitHub: workflow commands, a line each, that its runner takes from the output of a step.

use super::announce::{Announcement, Weight, announcements};
use crate::runner::outcome::RunResult;
use std::fmt::Write;

/// GitHub keeps so many errors and so many warnings of a step.
const MOST: usize = 10;

/// The findings of a run as workflow commands; empty where there is none.
pub fn render(run: &RunResult) -> String {
    let all = announcements(run);
    let mut out = String::new();
    let mut left = 0;
    for kind in ["error", "warning", "notice"] {
        let of_kind: Vec<&Announcement> = all.iter().filter(|one| command(one.weight) == kind).collect();
        for one in of_kind.iter().take(MOST) {
            let _ = writeln!(
                out,
                "::{kind} file={},line={},title={}::{}",
                property(&one.file),
                one.line,
                property(&one.title),
                data(&one.message)
            );
        }
        left += of_kind.len().saturating_sub(MOST);
    }
    if left > 0 {
        let _ = writeln!(out, "::notice title=ikkm-conformance::{left} more findings are in the reports.");
    }
    out
}

fn command(weight: Weight) -> &'static str {
    match weight {
        Weight::Broken | Weight::Failure => "error",
        Weight::Warning => "warning",
        Weight::Waived => "notice",
    }
}

/// Text behind the second `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A value before it, where commas and colons have a meaning too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn a_finding_is_a_command_of_one_line() {
        let mut run = sample::run();
        run.cases[1].findings[0].found = "100%\n::error::forged\r\u{1b}[31m".into();
        run.groups = crate::runner::grouping::groups(&run.cases);
        let told = render(&run);
        assert_eq!(told.lines().count(), 2, "{told}");
        let first = told.lines().next().unwrap();
        assert!(first.starts_with(
            "::error file=suites/device/replay.yaml,line=41,title=KEY-5 (must%2C v22 §4)::the device "
        ));
        assert!(first.contains("found 100%25 ::error::forged"), "{first}");
        assert!(told.lines().nth(1).unwrap().starts_with("::warning file="), "{told}");
    }

    #[test]
    fn no_more_than_the_runner_keeps() {
        let mut run = sample::run();
        run.groups = vec![run.groups[0].clone(); 14];
        let told = render(&run);
        assert_eq!(told.matches("::error ").count(), 10);
        assert!(told.ends_with("::notice title=ikkm-conformance::4 more findings are in the reports.\n"));
    }

    #[test]
    fn nothing_found_is_nothing_said() {
        let mut run = sample::run();
        run.cases.truncate(1);
        run.groups.clear();
        assert_eq!(render(&run), "");
    }
}
