//! Bounds on everything that a suite can unfold, and on what can be sent at all: a mistake in a file is
//! told with its place, and never becomes gigabytes, an endless run or a device's failure.

use super::{Mistakes, is_slug};
use crate::suite::source::CaseSource;
use crate::suite::template::{MOST_POSITIONS, Template};
use crate::suite::text::Text;

/// Steps that a suite may unfold to, each counted as often as it is done: a day on a device.
const MOST_STEPS: u64 = 100_000;

/// How often one step may be done.
const MOST_TIMES: u32 = 10_000;

/// Requests that may be sent at once.
const MOST_AT_ONCE: usize = 100;

/// Seconds that a step may wait or take: a day.
const LONGEST: u64 = 86_400;

/// Seconds that a clock may be moved at once: ten years.
const FARTHEST: u64 = 10 * 366 * 86_400;

impl Mistakes<'_> {
    /// Counts steps that the suite unfolds to; `false` once they are too many, which is told once.
    pub(super) fn unfolds(&mut self, at: &Text, steps: u64) -> bool {
        let before = self.unfolded;
        self.unfolded = before.saturating_add(steps);
        if before <= MOST_STEPS && self.unfolded > MOST_STEPS {
            let help = "make the tables smaller, or several suites of it".to_owned();
            self.add(at, format!("the suite unfolds to more than {MOST_STEPS} steps here"), Some(help));
        }
        self.unfolded <= MOST_STEPS
    }
}

/// Whether a case's table can be unfolded.
pub(super) fn table(source: &CaseSource, mistakes: &mut Mistakes) -> bool {
    let combined = source
        .factors
        .as_ref()
        .map(|factors| factors.values().fold(1_u64, |rows, levels| rows.saturating_mul(levels.len() as u64)));
    let rows = combined.unwrap_or_else(|| source.rows.as_ref().map_or(1, Vec::len) as u64);
    let steps = source.steps.len() + source.afterwards.as_ref().map_or(0, Vec::len);
    let product = rows.saturating_mul(steps.max(1) as u64);
    // Each step counts by itself once it is unfolded.
    product <= MOST_STEPS || mistakes.unfolds(&source.name, product)
}

pub(super) fn times(text: Option<&Text>, mistakes: &mut Mistakes) -> u32 {
    let Some(text) = text else { return 1 };
    match text.text.parse() {
        Ok(times) if (1..=MOST_TIMES).contains(&times) => times,
        _ => {
            mistakes.add(text, format!("`{}` is no number of times: 1 to {MOST_TIMES}", text.text), None);
            1
        }
    }
}

pub(super) fn seconds(text: &Text, mistakes: &mut Mistakes) -> u64 {
    bounded(text, LONGEST, mistakes)
}

pub(super) fn clock_seconds(text: &Text, mistakes: &mut Mistakes) -> u64 {
    bounded(text, FARTHEST, mistakes)
}

fn bounded(text: &Text, most: u64, mistakes: &mut Mistakes) -> u64 {
    match text.text.parse() {
        Ok(seconds) if seconds <= most => seconds,
        _ => {
            mistakes.add(text, format!("`{}` is no number of whole seconds up to {most}", text.text), None);
            0
        }
    }
}

/// The limit of `within`, unless only the run knows it.
pub(super) fn within(text: &Text, mistakes: &mut Mistakes) -> Template {
    let template = Template::parse(&text.text);
    let known_later = template.names().next().is_some();
    let fits = |seconds: u64| (1..=LONGEST).contains(&seconds);
    if !known_later && !text.text.parse().is_ok_and(fits) {
        mistakes.add(
            text,
            format!("`{}` is no number of whole seconds from 1 to {LONGEST}", text.text),
            None,
        );
    }
    template
}

/// A path, and a content type, are one line of a request's head.
pub(super) fn one_line(text: &Text, what: &str, mistakes: &mut Mistakes) {
    if text.text.chars().any(char::is_control) {
        let help = "a request's head has one line for it; write %0D%0A where the device is to get them";
        mistakes.add(text, format!("{what} holds a control character"), Some(help.to_owned()));
    }
}

/// What a header may hold: visible ASCII and spaces.
pub(super) fn content_type(text: &Text, mistakes: &mut Mistakes) {
    one_line(text, "the content type", mistakes);
    if !text.text.is_ascii() {
        mistakes.add(text, "the content type holds a character that no header can", None);
    }
}

pub(super) fn at_once(count: usize, at: &Text, mistakes: &mut Mistakes) {
    if count > MOST_AT_ONCE {
        mistakes.add(at, format!("`at-once` sends at most {MOST_AT_ONCE} requests"), None);
    }
}

/// `<positions N of P>` that cannot be unfolded would go out as it stands.
pub(super) fn positions(text: &Text, mistakes: &mut Mistakes) {
    let stays = text.text.match_indices("<positions ").any(|(at, _)| {
        let from = text.text.get(at..).unwrap_or_default();
        let holder = from.find('>').and_then(|end| from.get(..=end)).unwrap_or(from);
        Template::parse(holder).fill(|_| None).is_ok_and(|filled| filled == holder)
    });
    if stays {
        let help = format!("write `<positions 79 of 10>`, with at most {MOST_POSITIONS} goods");
        mistakes.add(text, "these positions cannot be unfolded", Some(help));
    }
}

/// A golden document's name becomes a file's name.
pub(super) fn golden(text: &Text, mistakes: &mut Mistakes) -> Option<String> {
    if is_slug(&text.text, false) && !text.text.starts_with('.') {
        return Some(text.text.clone());
    }
    let help = "write a slug such as `getinfo-minimum`: it becomes a file in the folder of documents";
    mistakes.add(text, format!("`{}` is no name of a golden document", text.text), Some(help.to_owned()));
    None
}

#[cfg(test)]
mod tests {
    use crate::suite::load::load_text;

    fn lint(yaml: &str) -> String {
        match load_text("a.yaml", yaml) {
            Ok(_) => String::new(),
            Err(list) => list.iter().map(|mistake| mistake.render(false)).collect(),
        }
    }

    fn case(step: &str) -> String {
        format!("about: a\ncases:\n  - name: a/b\n    requirements: [KEY-5]\n    steps:\n      - {step}\n")
    }

    #[test]
    fn what_cannot_be_is_told_with_its_place() {
        for (step, says) in [
            ("{get: \"/apicheck/\\r\\nX: y\"}", "the path holds a control character"),
            ("{get: \"/apicheck/\\n\"}", "the path holds a control character"),
            (
                "{post: /api/, body: x, content-type: \"text/plain\\r\\nX: y\"}",
                "the content type holds a control",
            ),
            ("{post: /api/, body: x, content-type: \"текст\"}", "a character that no header can"),
            ("{get: /apicheck/, times: 4294967295}", "no number of times"),
            ("{get: /apicheck/, times: 0}", "no number of times"),
            ("{get: /apicheck/, times: 10001}", "no number of times"),
            ("{get: /apicheck/, within: nan}", "no number of whole seconds"),
            ("{get: /apicheck/, within: inf}", "no number of whole seconds"),
            ("{get: /apicheck/, within: 0}", "no number of whole seconds"),
            ("{get: /apicheck/, within: 99999999999}", "no number of whole seconds"),
            ("{wait: 86401}", "no number of whole seconds"),
            ("{act: advance-clock, seconds: 18446744073709551615}", "no number of whole seconds"),
            ("{sale: 1, cash: 1, itemdata: \"[<positions 1000000000 of 10>]\"}", "cannot be unfolded"),
            ("{sale: 1, cash: 1, itemdata: \"[<positions x of 10>]\"}", "cannot be unfolded"),
            ("{sale: 1, cash: 1, with: {itemdata: \"[<positions 1001 of 10>]\"}}", "cannot be unfolded"),
            ("{get: /dump/table/taxes, golden: /tmp/x}", "no name of a golden document"),
            ("{get: /dump/table/taxes, golden: ../x}", "no name of a golden document"),
            ("{get: /dump/table/taxes, golden: ..}", "no name of a golden document"),
            ("{get: /dump/table/taxes, golden: \"\"}", "no name of a golden document"),
            ("{get: /dump/table/taxes, golden: Ж}", "no name of a golden document"),
        ] {
            let told = lint(&case(step));
            assert!(told.contains(says) && told.contains("a.yaml:6:"), "{step}: {told}");
        }
        for right in [
            "{get: /apicheck/, times: 10000, expect: success}",
            "{get: /dump/table/taxes, golden: getinfo-minimum.2}",
            "{sale: 1, cash: 1, itemdata: \"[<positions 1000 of 10>]\"}",
            "{get: /apicheck/, within: 90}",
        ] {
            assert_eq!(lint(&case(right)), "", "{right}");
        }
    }

    #[test]
    fn tables_are_not_unfolded_beyond_the_bound() {
        let rows: String = (0..20_000).map(|n| format!("      - {{row: r{n}}}\n")).collect();
        let steps = "      - {get: /apicheck/}\n".repeat(20_000);
        let yaml = format!(
            "about: a\ncases:\n  - name: a/b\n    requirements: [KEY-5]\n    rows:\n{rows}    steps:\n{steps}"
        );
        let began = std::time::Instant::now();
        assert!(lint(&yaml).contains("unfolds to more than 100000 steps"));
        assert!(began.elapsed().as_secs() < 20);
        let many = "      - {get: /apicheck/, times: 10000}\n".repeat(11);
        let yaml = format!("about: a\ncases:\n  - name: a/b\n    requirements: [KEY-5]\n    steps:\n{many}");
        assert!(lint(&yaml).contains("unfolds to more than 100000 steps"));
    }
}
