//! Bounds on everything that a client suite can unfold, as on suites for devices: a mistake in a file is
//! told with its place, and never becomes gigabytes or a run without end.

use super::Reader;
use crate::client::scenario::{Step, StepKind};
use crate::suite::text::Text;
use serde_json::Value;

/// The most steps that `repeat` makes of one.
pub(super) const MOST_REPEATS: u32 = 1000;

/// What a suite may unfold to: scenarios, steps and the positions of their receipts together.
const MOST_UNFOLDED: u64 = 100_000;

/// Seconds of the scaled clock that an answer may be late: a client gives up after 30, or 90.
pub(super) const LATEST: u32 = 3600;

/// Bytes that a text may have once the row's values stand in it.
const LONGEST: usize = 64 * 1024;

/// How much a step counts for: once for itself, and for each position of its receipt.
pub(super) fn weight(step: &Step) -> u64 {
    match &step.kind {
        StepKind::Ask(ask) => {
            1 + ask.instruction.get("items").and_then(Value::as_array).map_or(0, Vec::len) as u64
        }
        _ => 1,
    }
}

impl Reader<'_> {
    /// Counts what the suite unfolds to; `false` once it is too much, which is told once.
    pub(super) fn unfolds(&mut self, at: &Text, count: u64) -> bool {
        let before = self.unfolded;
        self.unfolded = before.saturating_add(count);
        if before <= MOST_UNFOLDED && self.unfolded > MOST_UNFOLDED {
            let help = "make the tables smaller, or several suites of it".to_owned();
            let what = format!("the suite unfolds to more than {MOST_UNFOLDED} steps and positions here");
            self.mistake(at, what, Some(help));
        }
        self.unfolded <= MOST_UNFOLDED
    }

    /// Whether a row's first value can end the name of its scenario.
    pub(super) fn names_a_row(&mut self, first: &Text) -> bool {
        let fits = first.text.chars().count() <= 100 && !first.text.chars().any(crate::text::acts);
        if !fits {
            let what =
                "the first value of a row ends its scenario's name: at most 100 characters on one line";
            self.mistake(first, what, None);
        }
        fits
    }

    /// The text with the row's values in place of `<column>`; what stands in a value is not filled in again.
    pub(super) fn fill(&mut self, text: &Text) -> String {
        let mut filled = String::new();
        let mut rest = text.text.as_str();
        while let Some((before, after)) = rest.split_once('<') {
            filled.push_str(before);
            let value =
                after.split_once('>').and_then(|(column, after)| Some((self.row.get(column)?, after)));
            rest = match value {
                Some((value, after)) => {
                    filled.push_str(&value.text);
                    after
                }
                None => {
                    filled.push('<');
                    after
                }
            };
            if filled.len() > LONGEST {
                self.mistake(
                    text,
                    format!("the text has more than {LONGEST} bytes with its row's values"),
                    None,
                );
                return String::new();
            }
        }
        filled.push_str(rest);
        filled
    }
}

#[cfg(test)]
mod tests {
    use crate::client::compile::load_text;
    use std::fmt::Write;

    fn lint(text: &str) -> String {
        match load_text("c.yaml", text) {
            Ok(_) => String::new(),
            Err(list) => list.iter().map(|mistake| mistake.render(false)).collect(),
        }
    }

    fn scenario(rows: &str, steps: &str) -> String {
        format!("about: a\nscenarios:\n  - name: a/b\n    requirements: [CLI-1]\n{rows}    steps:\n{steps}")
    }

    #[test]
    fn what_a_client_suite_cannot_be_is_told_with_its_place() {
        for (step, says) in [
            ("{device: {on: register, does: late 4294967295}}", "nothing that the device does"),
            ("{device: {on: register, does: late 3601}}", "nothing that the device does"),
            ("{device: {on: register, does: pieces 0}}", "nothing that the device does"),
            ("{device: {on: register, does: late nan}}", "nothing that the device does"),
            ("{device: {on: register, does: lose-reply, times: 4294967295}}", "a whole number from 1"),
            ("{device: {on: register, does: \"answer -3 a\\r\\nX: y\"}}", "one line"),
            ("{sale: 1, cash: 1, repeat: 4294967295}", "a whole number from 1"),
            ("{sale: 1, cash: 1, positions: 1000000000 of 10}", "positions are written"),
            ("{sale: 1, cash: 1, positions: 0 of 10}", "positions are written"),
        ] {
            let told = lint(&scenario("", &format!("      - {step}\n")));
            assert!(told.contains(says) && told.contains("c.yaml:6:"), "{step}: {told}");
        }
        let told = lint(&scenario("    rows: [{x: \"a\\nb\"}]\n", "      - {sale: 1, cash: 1}\n"));
        assert!(told.contains("ends its scenario's name"), "{told}");
    }

    #[test]
    fn a_client_suite_is_not_unfolded_beyond_the_bound() {
        let began = std::time::Instant::now();
        let rows: String = (0..20_000).map(|n| format!("      - {{x: r{n}}}\n")).collect();
        let steps = "      - {status: true}\n".repeat(20_000);
        let told = lint(&scenario(&format!("    rows:\n{rows}"), &steps));
        assert!(told.contains("unfolds to more than 100000"), "{told}");
        let steps = "      - {sale: 10000, cash: 10000, positions: 1000 of 10, repeat: 1000}\n";
        assert!(lint(&scenario("", steps)).contains("unfolds to more than 100000"));
        // A value that holds the next column's placeholder twice, and so on: 2 to the 40th letters.
        let mut row = String::from("x: r");
        for n in 0..40 {
            write!(row, ", c{n}: <c{next}><c{next}>", next = n + 1).unwrap();
        }
        let told =
            lint(&scenario(&format!("    rows: [{{{row}, c40: y}}]\n"), "      - {print-text: <c0>}\n"));
        assert_eq!(told, "");
        let long = "y".repeat(60_000);
        let text = "<c>".repeat(20_000);
        let told = lint(&scenario(
            &format!("    rows: [{{x: r, c: {long}}}]\n"),
            &format!("      - {{print-text: {text}}}\n"),
        ));
        assert!(told.contains("more than 65536 bytes"), "{}", &told[..told.len().min(400)]);
        assert!(began.elapsed().as_secs() < 20);
    }
}
