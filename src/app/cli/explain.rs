//! `explain ID`: a requirement, case, scenario, defect, condition or personality in words.

use super::CliError;
use super::terminal::stdout;
use clap::Args;
use ikkm_emulator::defects::{Defect, defects};
use ikkm_emulator::{Personality, personalities};
use ikkm_harness::bench::operator::in_words;
use ikkm_harness::bench::{Bench, BenchAction, ConditionName};
use ikkm_harness::client::builtin as scenarios;
use ikkm_harness::client::scenario::Scenario;
use ikkm_harness::device::effects::{Effect, Grants};
use ikkm_harness::runner::plan;
use ikkm_harness::suite::diagnostic::did_you_mean;
use ikkm_harness::suite::{Case, SuiteError, builtin};
use ikkm_requirements::{Level, Requirement, requirements};
use std::fmt::Write as _;
use std::io::Write;

/// What to explain.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// A requirement (KEY-5), an open question (Q-PAY-1), a case, scenario, defect, condition, action,
    /// personality
    #[arg(value_name = "ID")]
    id: String,
}

/// So many names stand in a list before the rest is only counted.
const MOST_NAMES: usize = 12;

/// All that has a name.
pub(super) struct Known {
    cases: Vec<Case>,
    scenarios: Vec<Scenario>,
    pub(super) defects: Vec<Defect>,
    pub(super) personalities: Vec<Personality>,
}

/// Explains it on standard output.
///
/// # Errors
/// [`CliError::Usage`] where nothing has that name.
pub fn explain(args: &ExplainArgs) -> Result<u8, CliError> {
    let known = Known::load()?;
    let text = known.explain(args.id.trim()).ok_or_else(|| known.unknown(&args.id))?;
    write!(stdout(), "{text}")?;
    Ok(0)
}

impl Known {
    pub(super) fn load() -> Result<Known, CliError> {
        let suites = builtin::device().map_err(SuiteError::Faulty)?;
        Ok(Known {
            cases: suites.into_iter().flat_map(|suite| suite.cases).collect(),
            scenarios: scenarios::client().map_err(SuiteError::Faulty)?,
            defects: defects(),
            personalities: personalities(),
        })
    }

    /// The cases that cite a requirement, in their steps too.
    pub(super) fn cases_of(&self, line: &Requirement) -> Vec<&Case> {
        let is_it = |id: &String| requirements().get(id).is_some_and(|found| found.id == line.id);
        let cites = |case: &&Case| {
            case.requirements.iter().any(is_it) || case.steps.iter().any(|step| is_it(&step.cites))
        };
        self.cases.iter().filter(cites).collect()
    }

    /// The scenarios that cite one of a client.
    pub(super) fn scenarios_of(&self, line: &Requirement) -> Vec<&str> {
        let cites = |one: &&Scenario| one.requirements.contains(&line.id);
        self.scenarios.iter().filter(cites).map(|one| one.name.as_str()).collect()
    }

    /// The seeded defects that break it.
    pub(super) fn defects_of(&self, line: &Requirement) -> Vec<&'static str> {
        let breaks = self.defects.iter().filter(|one| one.requirements.contains(&line.id.as_str()));
        breaks.map(|one| one.name).collect()
    }

    fn explain(&self, id: &str) -> Option<String> {
        let upper = id.to_uppercase();
        let line = requirements().get(id).or_else(|| requirements().get(&upper));
        line.map(|line| self.requirement(line))
            .or_else(|| self.cases.iter().find(|case| case.name == id).map(case))
            .or_else(|| self.scenarios.iter().find(|one| one.name == id).map(scenario))
            .or_else(|| self.defects.iter().find(|one| one.name == id).map(defect))
            .or_else(|| self.personalities.iter().find(|one| one.name == id).map(personality))
            .or_else(|| ConditionName::from_name(id).map(condition))
            .or_else(|| action(id))
            .or_else(|| self.table(id))
    }

    fn unknown(&self, id: &str) -> CliError {
        let meant = did_you_mean(id, self.names()).unwrap_or_else(|| {
            "`coverage` lists requirements, `list` cases, `defects` and `personalities` the emulator's"
                .to_owned()
        });
        CliError::Usage(format!("nothing is called `{id}`: {meant}"))
    }

    fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = requirements().all().map(|line| line.id.as_str()).collect();
        names.extend(self.cases.iter().map(|case| case.name.as_str()));
        names.extend(self.scenarios.iter().map(|one| one.name.as_str()));
        names.extend(self.defects.iter().map(|one| one.name));
        names.extend(self.personalities.iter().map(|one| one.name));
        names.extend(ConditionName::ALL.map(ConditionName::as_str));
        names.extend(BenchAction::NAMES);
        names
    }

    fn requirement(&self, line: &Requirement) -> String {
        let subject = if line.is_client() { "client" } else { "register" };
        let mut text = heading(&line.id, &format!("{}, v22 §{}", line.level, line.section));
        let _ = match line.level {
            Level::Open => writeln!(text, "The document leaves open: {}", line.words),
            _ => writeln!(text, "A {subject} that conforms {}.", line.words),
        };
        if !line.closed.is_empty() {
            let _ = writeln!(text, "Only these answers are possible: {}.", line.closed.join(", "));
        }
        let _ = writeln!(text, "{}", meaning(line.level));
        if line.is_client() {
            list(&mut text, "Scenarios", &self.scenarios_of(line));
        } else {
            let cases = self.cases_of(line);
            list(&mut text, "Cases", &cases.iter().map(|case| case.name.as_str()).collect::<Vec<_>>());
            if let Some(first) = cases.first() {
                let _ = writeln!(text, "Run them: ikkm-conformance run --requirement {}", line.id);
                let _ = writeln!(text, "On a device the first needs: {}", needs(first));
            }
            list(&mut text, "Seeded defects that break it", &self.defects_of(line));
        }
        text
    }

    /// A table's name stands for all its rows.
    fn table(&self, id: &str) -> Option<String> {
        let prefix = format!("{}/", id.trim_end_matches('/'));
        let rows: Vec<&Case> = self.cases.iter().filter(|case| case.name.starts_with(&prefix)).collect();
        let first = rows.first()?;
        let mut text = heading(id, &format!("{} cases", rows.len()));
        if let Some(about) = &first.about {
            let _ = writeln!(text, "{about}");
        }
        list(&mut text, "Cases", &rows.iter().map(|case| case.name.as_str()).collect::<Vec<_>>());
        let _ = writeln!(text, "Run them: ikkm-conformance run --case '{prefix}*'");
        Some(text)
    }
}

fn heading(name: &str, kind: &str) -> String {
    format!("{name} ({kind})\n")
}

fn list(text: &mut String, title: &str, names: &[&str]) {
    if names.is_empty() {
        return;
    }
    let shown = names.iter().take(MOST_NAMES).copied().collect::<Vec<_>>().join(", ");
    let more = names.len().saturating_sub(MOST_NAMES);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let _ = writeln!(text, "{title}: {shown}{more}.");
}

/// What a level does to a verdict.
fn meaning(level: Level) -> &'static str {
    match level {
        Level::Must => "A must: breaking it is a failure.",
        Level::Should => "A should: breaking it is a warning, with --strict a failure.",
        Level::Advice => "Advice: what is done otherwise is remarked, and is never a failure or a warning.",
        Level::Open => "An open question: the answer is recorded, and never a failure by itself.",
    }
}

/// What a run on a device has to grant and bring for a case.
fn needs(case: &Case) -> String {
    let effects = plan::effects(case);
    let mut needs: Vec<String> = Vec::new();
    if !effects.is_empty() {
        let names: Vec<&str> = effects.iter().map(|effect| effect.as_str()).collect();
        needs.push(format!("--allow {}", names.join(",")));
    }
    let lacks = plan::missing(case, &Grants::everything(), &Bench::none().hello().clone(), true);
    needs.extend(lacks.map(|lacks| lacks.trim_start_matches("needs ").to_owned()));
    if needs.is_empty() { "nothing, it only reads".to_owned() } else { needs.join("; ") }
}

fn case(case: &Case) -> String {
    let mut text = heading(&case.name, &format!("case of {}, {}", case.suite, case.level));
    if let Some(about) = &case.about {
        let _ = writeln!(text, "{about}");
    }
    let _ = writeln!(text, "It stands in {}.", case.place);
    for id in &case.requirements {
        if let Some(line) = requirements().get(id) {
            let _ = writeln!(text, "{} ({}): {}", line.id, line.level, line.words);
        }
    }
    let _ = writeln!(text, "On a device it needs: {}", needs(case));
    let _ = writeln!(text, "Run it: ikkm-conformance run --case {}", case.name);
    text
}

fn scenario(one: &Scenario) -> String {
    let mut text = heading(&one.name, &format!("scenario of {}", one.suite));
    for id in &one.requirements {
        if let Some(line) = requirements().get(id) {
            let _ = writeln!(text, "{} ({}): the client {}", line.id, line.level, line.words);
        }
    }
    let _ = writeln!(text, "Play it: ikkm-conformance certify --driver \"PROGRAM\" --case {}", one.name);
    text
}

fn defect(one: &Defect) -> String {
    let mut text = heading(one.name, "seeded defect of the emulator");
    let _ = writeln!(text, "What goes wrong: {}.", one.about.trim_end_matches('.'));
    for id in one.requirements {
        if let Some(line) = requirements().get(id) {
            let _ = writeln!(text, "It breaks {} ({}): {}", line.id, line.level, line.words);
        }
    }
    let _ = writeln!(text, "Seeded as: {}", one.does().join("; "));
    let _ = writeln!(text, "Which cases catch it: ikkm-conformance qualify --defect {}", one.name);
    let _ = writeln!(text, "Try it: ikkm-conformance emulate --defect {}", one.name);
    text
}

fn personality(one: &Personality) -> String {
    let mut text = heading(one.name, "personality of the emulator");
    let _ = writeln!(text, "A register that conforms and {}.", one.about);
    let _ = writeln!(text, "Serial {}, firmware {}.", one.serial, one.firmware);
    let _ = writeln!(text, "Try it: ikkm-conformance emulate --personality {}", one.name);
    text
}

fn condition(name: ConditionName) -> String {
    let mut text = heading(name.as_str(), "condition that a bench brings about");
    let _ = writeln!(text, "With a person as bench: please {}.", in_words(name));
    effect(&mut text, name.effect());
    text
}

fn action(id: &str) -> Option<String> {
    let (words, wanted) = match id {
        "advance-clock" => ("Lets time pass on the register's clock.", BenchAction::AdvanceClock(0)),
        "power-cycle" => ("Switches the register off and on again.", BenchAction::PowerCycle),
        "factory-reset" => ("Everything becomes as on the first day.", BenchAction::FactoryReset),
        "finish-bank" => ("Ends the card transaction that runs.", BenchAction::FinishBank { success: true }),
        _ => return None,
    };
    let mut text = heading(id, "action of a bench");
    let _ = writeln!(text, "{words}");
    effect(&mut text, wanted.effect());
    Some(text)
}

fn effect(text: &mut String, effect: Option<Effect>) {
    let _ = match effect {
        Some(effect) => writeln!(text, "On a device it needs: --allow {}", effect.as_str()),
        None => writeln!(text, "It needs no grant."),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_has_a_name_can_be_explained() {
        let known = Known::load().expect("the built-in suites");
        let names = known.names();
        assert!(names.len() > 1500, "only {} names", names.len());
        for name in names {
            let text = known.explain(name).unwrap_or_else(|| panic!("{name} cannot be explained"));
            assert!(text.starts_with(name) && text.lines().count() >= 3, "{name}: {text}");
            // A sentence ends once; an ellipsis in somebody's words is none of ours.
            assert!(!text.replace("...", "").contains(".."), "{name}: {text}");
        }
    }

    #[test]
    fn a_requirement_tells_its_level_section_cases_and_what_breaks_it() {
        let text = Known::load().expect("the built-in suites").explain("key-5").expect("KEY-5");
        for part in
            ["KEY-5 (must, v22 §4)", "replay/registers-nothing/sale", "keys/repeat-registers", "--allow"]
        {
            assert!(text.contains(part), "`{part}` is missing: {text}");
        }
    }
}
