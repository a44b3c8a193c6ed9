//! A client suite's source to scenarios: rows unfolded, every word checked.

use super::scenario::{Given, Scenario, Step};
use super::source::{ClientSource, ScenarioSource, StepSource};
use crate::suite::diagnostic::{Diagnostic, did_you_mean};
use crate::suite::load::parse;
use crate::suite::text::Text;
use ikkm_requirements::requirements;
use indexmap::IndexMap;
use std::path::Path;

mod bounds;
mod device;
mod step;

use bounds::MOST_REPEATS;

/// Reads one client suite out of a text.
///
/// # Errors
/// Every mistake, in order of its place.
pub fn load_text(file: &str, text: &str) -> Result<Vec<Scenario>, Vec<Diagnostic>> {
    let source: ClientSource = parse(file, text).map_err(|mistake| vec![*mistake])?;
    let mut reader = Reader { file, text, mistakes: Vec::new(), row: IndexMap::new(), unfolded: 0 };
    let mut scenarios = Vec::new();
    if source.scenarios.is_empty() {
        reader.mistake(&source.about, "the suite has no scenario", None);
    }
    for scenario in &source.scenarios {
        reader.scenarios(scenario, &mut scenarios);
    }
    reader.mistakes.sort_by_key(|mistake| mistake.position);
    reader.mistakes.dedup();
    if reader.mistakes.is_empty() { Ok(scenarios) } else { Err(reader.mistakes) }
}

/// Whether a file is a client suite: its top level says `scenarios`.
pub fn is_client_suite(text: &str) -> bool {
    text.lines().any(|line| line.starts_with("scenarios:"))
}

/// One file being read: what is needed to show its mistakes, and the row that fills placeholders.
struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    mistakes: Vec<Diagnostic>,
    row: IndexMap<String, Text>,
    /// What the suite unfolded to so far: steps, and the positions of their receipts.
    unfolded: u64,
}

impl Reader<'_> {
    fn mistake(&mut self, at: &Text, message: impl Into<String>, help: Option<String>) {
        let mut diagnostic = Diagnostic::at(self.file, self.text, at.position, message);
        diagnostic.help = help;
        self.mistakes.push(diagnostic);
    }

    fn place(&self, at: &Text) -> String {
        format!("{}:{}", self.file, at.position.line)
    }

    fn scenarios(&mut self, source: &ScenarioSource, into: &mut Vec<Scenario>) {
        let name = &source.name.text;
        let slug = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '/';
        if !name.contains('/') || !name.chars().all(slug) {
            self.mistake(&source.name, "a name is a group and a slug, such as `replay/reply-lost`", None);
        }
        match &source.rows {
            None => {
                self.row.clear();
                self.scenario(source, name.clone(), into);
            }
            Some(rows) => {
                for row in rows {
                    let Some(first) = row.values().next().cloned() else {
                        self.mistake(&source.name, "a row of its table is empty", None);
                        continue;
                    };
                    if !self.names_a_row(&first) || !self.unfolds(&source.name, 1) {
                        continue;
                    }
                    let name = format!("{name}/{}", first.text);
                    self.row = row.clone();
                    self.scenario(source, name, into);
                }
                self.row.clear();
            }
        }
    }

    fn scenario(&mut self, source: &ScenarioSource, name: String, into: &mut Vec<Scenario>) {
        if into.iter().any(|other| other.name == name) {
            self.mistake(&source.name, format!("there are two scenarios `{name}`"), None);
        }
        if source.requirements.is_empty() {
            self.mistake(&source.name, "the scenario tests no requirement", None);
        }
        let requirements = source.requirements.iter().map(|id| self.requirement(id)).collect();
        let given = self.given(source);
        let mut steps: Vec<Step> = Vec::new();
        for step in &source.steps {
            self.steps(step, &source.name, &mut steps);
        }
        if source.steps.is_empty() {
            self.mistake(&source.name, "the scenario has no step", None);
        }
        let stem = Path::new(self.file).file_stem().unwrap_or_default();
        into.push(Scenario {
            name,
            suite: stem.to_string_lossy().into_owned(),
            place: self.place(&source.name),
            about: source.about.as_ref().map_or_else(String::new, |text| self.fill(text)),
            requirements,
            given,
            steps,
        });
    }

    /// A client's requirement of the register.
    fn requirement(&mut self, text: &Text) -> String {
        let id = self.fill(text);
        if !requirements().get(&id).is_some_and(|line| line.is_client()) {
            let duties = requirements().all().filter(|line| line.is_client()).map(|line| line.id.as_str());
            let help = did_you_mean(&id, duties);
            self.mistake(text, format!("the register asks nothing called `{id}` of a client"), help);
        }
        id
    }

    fn given(&mut self, source: &ScenarioSource) -> Given {
        let empty = super::source::GivenSource::default();
        let given = source.given.as_ref().unwrap_or(&empty);
        let key = given.key.as_ref().map_or_else(|| "12345678".to_owned(), |key| self.fill(key));
        if let (Some(text), Err(error)) = (&given.key, ikkm_protocol::Key::parse(&key)) {
            self.mistake(text, error.to_string(), None);
        }
        Given {
            key,
            http_date: given.http_date.unwrap_or(false),
            plain_text: given.plain_text.unwrap_or(false),
            closes: given.closes.unwrap_or(false),
            repeats_after_restart: given.repeats_after_restart.unwrap_or(true),
            repeats_under_fault: given.repeats_under_fault.unwrap_or(true),
        }
    }

    fn steps(&mut self, source: &StepSource, scenario: &Text, into: &mut Vec<Step>) {
        if !self.unfolds(scenario, 1) {
            return;
        }
        let Some(step) = self.step(source, scenario) else { return };
        let times = source.repeat.as_ref().map_or(1, |text| self.number(text, 1, MOST_REPEATS));
        if !self.unfolds(scenario, u64::from(times) * bounds::weight(&step)) {
            return;
        }
        into.extend(std::iter::repeat_n(step, times as usize));
    }

    /// A whole number in a range; its lower end after a mistake.
    fn number(&mut self, text: &Text, least: u32, most: u32) -> u32 {
        match self.fill(text).parse() {
            Ok(number) if (least..=most).contains(&number) => number,
            _ => {
                self.mistake(text, format!("a whole number from {least} to {most} stands here"), None);
                least
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::scenario::{Does, ReportedOutcome, StepKind};

    fn scenario(steps: &str) -> String {
        format!("about: x\nscenarios:\n  - name: a/b\n    requirements: [CLI-3]\n    steps:\n{steps}")
    }

    #[test]
    fn steps_ask_and_act() {
        let text = scenario(
            "      - {device: {on: register, does: late 29}}\n      - {sale: 800.10, cash: 1000, expect: done or refused -3}\n",
        );
        let scenarios = load_text("s.yaml", &text).unwrap();
        let [device, ask] = scenarios[0].steps.as_slice() else { panic!("two steps") };
        assert!(matches!(&device.kind, StepKind::Act(super::super::scenario::Act::Fault(rule))
            if rule.does == Does::Late(29)));
        let StepKind::Ask(ask) = &ask.kind else { panic!("an ask") };
        assert_eq!(ask.instruction["total"], "800.10");
        assert_eq!(ask.expect, [ReportedOutcome::Done, ReportedOutcome::Refused(Some(-3))]);
    }

    #[test]
    fn mistakes_have_a_place_and_a_proposal() {
        let cases = [
            ("      - {sael: 800}\n", "no field `sael`", "did you mean `sale`"),
            ("      - {sale: 800, settle: true, cash: 1}\n", "two things", ""),
            ("      - {device: {on: registr, does: lose-reply}}\n", "`registr`", "did you mean `register`"),
            ("      - {device: {on: any, does: lose-replies}}\n", "`lose-replies`", "lose-reply"),
            ("      - {set: papr-out}\n", "`papr-out`", "did you mean `paper-out`"),
            ("      - {sale: 800, cash: 1, expect: dnoe}\n", "`dnoe`", "did you mean `done`"),
            ("      - {foreign-sales: 1}\n", "from 2", ""),
            ("      - {expect: done}\n", "does nothing", ""),
        ];
        for (steps, message, help) in cases {
            let mistakes = load_text("s.yaml", &scenario(steps)).unwrap_err();
            let shown = mistakes[0].render(false);
            assert!(shown.contains(message) && shown.contains(help), "{shown}");
            assert!(shown.contains("s.yaml:6"), "{shown}");
        }
    }

    #[test]
    fn rows_make_scenarios() {
        let text = "about: x\nscenarios:\n  - name: a/b\n    requirements: [CLI-12]\n    rows: [{code: '-42'}, {code: '-7'}]\n    steps:\n      - {device: {on: register, does: answer <code> why}}\n      - {sale: 1, cash: 1, expect: refused <code>}\n";
        let names: Vec<String> =
            load_text("s.yaml", text).unwrap().into_iter().map(|scenario| scenario.name).collect();
        assert_eq!(names, ["a/b/-42", "a/b/-7"]);
    }
}
